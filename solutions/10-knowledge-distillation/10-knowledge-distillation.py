# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown] slideshow={"slide_type": "slide"}
# # 10 · Knowledge distillation
#
# **At the end you can** measure what a model costs where it is used, train a small model to answer as a large one does, say which of the five
# ingredients of DistilBERT bring how much *because you have seen each left out*, and tell when distillation is not worth the trouble.
#
# **You need** unit 08 (BERT, its pretraining losses) and unit 09 (fine-tuning). Your own components are used if you have them.
#
# **Time:** about three hours, best in two sittings: sections 1 to 4 (exercises 1 to 3, 40 min of exercises) and 5 to 14 (exercises 4 and 5, 40 min, and the experiments). The exercises' minutes add up to
# 1 h 20 min, reading and derivations take about 50 min, experiment, debugging and self-test together about 50 min. An estimate of the authors, not a measurement on students.
#
# **One sentence to keep:** a label says which answer is right; a teacher's probabilities also say how wrong each of the others is, and that is
# something a smaller model can be taught.

# %% [markdown]
# ### Notation
#
# | symbol | meaning |
# |---|---|
# | $B$, $T$, $D$, $L$ | sequences in a batch, positions, width of the vectors, layers |
# | $C$ | classes (for a masked-language model the $V$ words) |
# | $v$, $z$ | the teacher's and the student's logits, $C$ numbers each |
# | $\tau$ | the temperature (`temperature`; the literature's $T$ is our number of positions) |
# | $p$, $q$ | the teacher's and the student's probabilities at a temperature: $\mathrm{softmax}(v/\tau)$, $\mathrm{softmax}(z/\tau)$ |
# | $\alpha$, $\beta$, $\gamma$ | the weights of DistilBERT's three losses |
#
# Shapes are batch first, a mask is boolean, and **True means "real token"**.

# %% given="setup"
import statistics
import time
from dataclasses import replace

import torch
import torch.nn.functional as F
from torch import nn

from autograder import check
from mine import BertConfig, BertModel, masked_lm_loss

# %% tags=["demo"]
from dataclasses import asdict

from data import roles, taggers, word_pieces
from data.pretraining import Sizes, load_into
from data.tables import results
from figures.distillation import answers, pareto, temperature_explorer, which_layers
from figures.style import show
from figures.training import bars_with_spread, loss_curves
from mine import bert_parameters

torch.manual_seed(0)
torch.set_num_threads(1)
measured = results("10")  # `python -m data.build 10` measures again

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 1 · The question: what does an answer cost?
#
# Unit 09's models are fine-tuned once and then *used* a million times: in an editor at every key stroke, on a phone, on a server that pays for
# every millisecond. Training cost is paid once, **latency at run time** with every answer. Where does it come from?
#
# A layer multiplies, for each of $T$ tokens, four $D \times D$ matrices in its attention and two $D \times 4D$ matrices in its feed-forward block:
#
# $$\text{multiply-accumulates} \;=\; L\,\big(\underbrace{12\,T D^2}_{\text{matrices}} + \underbrace{2\,T^2 D}_{\text{scores and sums}}\big).$$
#
# By hand, BERT base ($L = 12$, $D = 768$) and a sentence of $T = 16$ tokens: $12\,(12\cdot16\cdot768^2 + 2\cdot16^2\cdot768) \approx 12\,(113\text{ M} + 0.4\text{ M})
# \approx 1.4$ billion. Three things follow.
#
# - **Layers are what costs.** The $L$ layers work one after the other, so half of them take half the time, on any hardware. Narrower matrices save
#   arithmetic, but how much *time*, that depends on the machine.
# - **Embeddings cost memory, not time.** A fifth of BERT base (24 million of its 109 million parameters) is a table in which one looks up a row per token.
# - **Short sentences have no quadratic problem.** At $T = 16$ the $T^2$ term is 0.3 % of the work. Sparse attention (unit 04) would gain nothing here.
#
# So: **can a model with half the layers give nearly the same answers?** Before we try, we need an honest measuring device.

# %% [markdown]
# ### Exercise 1 · `profile` &nbsp; ●●○ &nbsp; 20 min
#
# **Build** what measures a model's size and latency. Each detail is a way in which published latencies go wrong:
#
# - **evaluation mode, no gradients:** dropout and the recording of a graph cost time that nobody pays in use. The model's mode is afterwards
#   what it was before;
# - **warm up:** call the model at least once before the first timed call; memory is taken and code is chosen in the first call;
# - **time every call on its own and take the median:** one call that the operating system interrupts moves a mean as far as it likes. Of an even
#   number of times it is the mean of the middle two.
#
# **In:** `model`, a module; `inputs`, a tuple of its arguments (call `model(*inputs)`); `repeats`, the number of timed calls; `clock`, a function that
# returns seconds. **Out:** a dict with `parameters` (all of them, each once), `megabytes` (their bytes / 10⁶, whatever their dtypes), `median_ms` (milliseconds).
#
# **Example.** For timed calls of 3, 1, 100 and 2 ms: `median_ms` is 2.5. (The mean would be 26.5.) An `nn.Linear(10, 5)` has 55 parameters, 0.00022 MB.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>
#
# Which of the two is asked for *before* `model.eval()`: the mode to go back to, or the first timed call? And how many times must the clock be read for one call?
#
# </details>
#
# <details><summary>Hint 2: a nudge</summary>
#
# `statistics.median` does the right thing with an even number (`torch.median` doesn't). A parameter takes `p.numel() * p.element_size()` bytes.
#
# </details>
#
# <details><summary>If you keep getting …</summary>
#
# - **a median of thousands:** the first call is timed, too.
# - **nearly the right median for 2 or 4 repeats:** the lower (or upper) one of the middle two was taken.
# - **the right figures, and a complaint about the mode:** `model.train(mode)` sets it for all sub-modules; `model.training = mode` doesn't.
# - **too few parameters, or too many:** frozen ones count as well; buffers don't; a shared one counts once, as `model.parameters()` has it.
#
# </details>

# %% exercise="profile"
def profile(model, inputs, repeats=20, clock=time.perf_counter):
    """Measure a model's size and the latency of model(*inputs), in evaluation mode and without gradients.

    inputs: a tuple; repeats: timed calls, after at least one that isn't; clock: returns seconds.
    Returns a dict: parameters, megabytes (10**6 bytes), median_ms. The model's mode is as before.
    """
    ### BEGIN SOLUTION
    was_training = model.training
    model.eval()
    seconds = []
    with torch.no_grad():
        model(*inputs)  # warm-up
        for _ in range(repeats):
            start = clock()
            model(*inputs)
            seconds.append(clock() - start)
    model.train(was_training)
    return {
        "parameters": sum(p.numel() for p in model.parameters()),
        "megabytes": sum(p.numel() * p.element_size() for p in model.parameters()) / 1e6,
        "median_ms": 1000 * statistics.median(seconds),
    }
    ### END SOLUTION

# %% check="profile"
check("profile")

# %% [markdown]
# Your device on your own BERT, in the sizes of the real MiniLM (unit 09) and with fewer of its layers. The weights are random: latency doesn't depend on what a model knows. And the clock is
# `time.process_time`, the processor's time spent on *this* program: on a laptop where other things run, the clock on the wall measures them, too. (With one thread and nothing else running the two agree.)

# %% tags=["demo"]
def sentences(count, length=16, vocabulary=1000):
    """A batch of random ids with segments and mask."""
    ids = torch.randint(5, vocabulary, (count, length))
    return ids, torch.zeros_like(ids), torch.ones_like(ids, dtype=torch.bool)


minilm = BertConfig(30522, 384, 6, 12, 1536)
print("layers   parameters      MB    ms, 1 sentence   ms, 32 sentences")
for layers in (6, 3):
    model = BertModel(replace(minilm, num_layers=layers))
    one, many = (profile(model, sentences(count), repeats, time.process_time) for count, repeats in ((1, 15), (32, 3)))
    print(f"{layers:6} {one['parameters']:12,} {one['megabytes']:7.1f} {one['median_ms']:14.1f} {many['median_ms']:17.1f}")

# %% [markdown]
# **Read it:** time goes down with the layers, in a batch nearly in proportion. Size doesn't: half of MiniLM is its table of 30,522 word pieces, and that stays. A batch of 32 takes less than 32 times as long as
# one sentence, so *latency* (how long one waits) and *throughput* (how much gets done) are two figures, and both belong in a report. With unit 08's formula for the large ones:

# %% tags=["demo"]
for name, layers in (("BERT base", 12), ("half of its layers", 6)):
    count = bert_parameters(30522, 768, layers, 3072)
    print(f"{name:20} {count:12,} parameters, {4 * count / 1e6:6.0f} MB in float32")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 2 · The idea: ask the teacher what it thinks of the *wrong* answers
#
# Take a task with a teacher at hand. An editor that colours code has to know what every name *is*: parameter, local variable, attribute, method … Unit 08's small
# BERT has read the standard library's source; we fine-tune it as a tagger on 60 functions, and keep 248 others to test it on. (The labels come from Python's own parser, so we have
# thousands. We pretend that somebody had to write them by hand.)

# %% tags=["demo"]
class Tagger(nn.Module):
    """A BERT with a linear head at every token: a dict of logits (B, T, C) and hidden (B, T, D)."""

    def __init__(self, bert):
        super().__init__()
        self.bert = bert
        self.head = nn.Linear(bert.config.hidden_size, len(roles.ROLES))

    def forward(self, ids, segments, mask):
        hidden, _ = self.bert(ids, segments, mask)
        return {"logits": self.head(hidden), "hidden": hidden}


LIVE_STEPS = 30
pool, held_out = roles.load()
labelled = torch.randperm(len(pool), generator=torch.Generator().manual_seed(0))[:60]
few = pool[labelled]
bert = BertModel(BertConfig(**asdict(Sizes())))
load_into(bert)  # unit 08's pretrained weights
teacher = Tagger(bert)
taggers.train(teacher, few, taggers.hard_loss, seed=0, steps=LIVE_STEPS)
right = taggers.accuracy(teacher, held_out)
print(f"{len(few)} labelled functions of {len(pool)}; the teacher gets {right:.1%} of the names in {len(held_out)} others right")

# %% [markdown]
# Here is what it says of one name, exactly:

# %% tags=["demo"]
@torch.no_grad()
def example():
    """The logits (C,) of a name that the teacher gets right without being sure, its label, and where it stands."""
    batch = held_out[torch.arange(100)]
    logits = teacher(batch.ids, batch.segments, batch.mask)["logits"]
    best = logits.softmax(-1).max(-1)
    sure = (batch.labels == best.indices) & (batch.labels == roles.ROLES.index("local variable"))
    distance = (best.values - 0.85).abs().masked_fill(~sure, 1.0)
    row, place = divmod(int(distance.argmin()), distance.size(1))
    return logits[row, place], int(batch.labels[row, place]), batch.ids[row], place


scores, label, ids, place = example()
vocabulary = {number: piece for piece, number in word_pieces.vocabulary().items()}
pieces = [vocabulary[int(i)] for i in ids if i > 0]
print(" ".join(pieces[max(0, place - 14) : place]), f">>{pieces[place]}<<", " ".join(pieces[place + 1 : place + 8]))
show(
    answers(scores, roles.ROLES, (1, 2, 5), label),
    caption="One answer of the teacher at three temperatures; the right class in green. At temperature 1 the wrong "
    "classes share what little is left. Softened, their differences count: which of them the teacher holds for possible.",
    alt="Three bar charts of seven classes. At temperature 1 nearly all is on local variable; at 2 and 5 the "
    "other classes get visible shares of different sizes.",
)

# %% [markdown]
# The **label** of this name says: *local variable*, everything else is equally wrong. The **teacher** says more: mistaking it for this class would be understandable, for that one absurd. Hinton et al.
# (2015) called this *dark knowledge*: what a model has learned about which things resemble each other. It is there in every answer, for any input, **labelled or not**. So the student's lesson is:
#
# 1. let the teacher answer, on as many inputs as you can get;
# 2. soften its answers, so that the small probabilities count;
# 3. train the student to give the same answers, at the same softness.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 3 · Temperature
#
# A softmax of logits that are all divided by a **temperature** $\tau$ (Hinton et al. 2015, eq. 1):
#
# $$p_i = \frac{e^{v_i/\tau}}{\sum_j e^{v_j/\tau}} .$$
#
# - $\tau = 1$: as trained. $\tau \to 0$: all on the largest logit. $\tau \to \infty$: uniform.
# - The **order** of the classes never changes; the **ratio** of two probabilities is $p_i/p_j = e^{(v_i - v_j)/\tau}$: at $\tau = 2$ a ratio of 100 becomes 10, its root.
#
# **By hand.** $v = (4, 2, 0)$. At $\tau = 1$: $e^4 : e^2 : 1 = 54.6 : 7.39 : 1$, so $p = (.867, .117, .016)$. At $\tau = 2$: $e^2 : e^1 : 1 = 7.39 : 2.72 : 1$, so $p = (.665, .245, .090)$.
#
# (Unit 07's `filter_logits` had the same knob, for another purpose: there a cold model is sampled; here a hot one is imitated.)

# %% [markdown]
# ### Exercise 2 · `softmax_with_temperature` &nbsp; ●○○ &nbsp; 5 min
#
# **Build** the formula (Hinton et al. 2015, eq. 1).
#
# **Shapes.** `logits (..., C)` with any number of leading axes and a `temperature` > 0 in; the same shape out, each row over the last axis summing to 1. Logits may be as large as ±10,000.
#
# **Example.** `softmax_with_temperature(torch.tensor([4.0, 2.0, 0.0]), 2.0)` gives `[0.665, 0.245, 0.090]`.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>
#
# Of which numbers does a temperature act on the *differences*: of the logits, or of the probabilities?
#
# </details>
#
# <details><summary>Hint 2: a nudge</summary>
#
# Torch's softmax is allowed here, and it is stable. All that is missing is what goes into it.
#
# </details>
#
# <details><summary>If you keep getting …</summary>
#
# - **sharper answers at a higher temperature:** you multiply.
# - **rows that sum to less than 1, or no effect at all:** the temperature came after the softmax.
# - **NaN or inf:** exponentials of large numbers; leave them to torch.
#
# </details>

# %% exercise="softmax_with_temperature"
def softmax_with_temperature(logits, temperature):
    """Return the probabilities of softened logits (Hinton et al. 2015, eq. 1).

    logits: (..., C); temperature: a number > 0. Returns (..., C).
    """
    ### BEGIN SOLUTION
    return torch.softmax(logits / temperature, dim=-1)  # (..., C)
    ### END SOLUTION

# %% check="softmax_with_temperature"
check("softmax_with_temperature")

# %% tags=["demo"]
for temperature in (1.0, 2.0):
    print(f"by hand above; yours at {temperature}:", softmax_with_temperature(torch.tensor([4.0, 2, 0]), temperature).numpy().round(3))

# %% [markdown]
# **Try it** on the teacher's answer from above. At which temperature do the wrong classes together get half of the mass? What is left to learn from at $\tau = 32$?

# %% tags=["demo"]
temperature_explorer(scores, roles.ROLES, label)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 4 · The loss: how far is the student's answer from the teacher's?
#
# Both answers are distributions; the distance for the job is the **Kullback-Leibler divergence**
#
# $$\mathrm{KL}(p \,\|\, q) = \sum_i p_i \,(\log p_i - \log q_i) = \underbrace{-\sum_i p_i \log q_i}_{\text{cross-entropy}} - \underbrace{\Big(-\sum_i p_i \log p_i\Big)}_{\text{entropy of } p} .$$
#
# - It is 0 exactly when $q = p$, otherwise positive. The entropy of $p$ is a constant to the student, so the *gradient* is that of a cross-entropy with soft labels.
# - **The order matters.** The average is taken under the *teacher*: where $p_i$ is large and the student says nearly 0, it pays dearly. The other way round, $\mathrm{KL}(q\|p)$ would forgive a student
#   that copies the largest peak and ignores the rest, which is just the part that we are after.
#
# **Now the factor.** What does the student learn from the divergence? With $q = \mathrm{softmax}(z/\tau)$:
#
# $$\frac{\partial\,\mathrm{KL}}{\partial z_i} = \frac{1}{\tau}\,(q_i - p_i) .$$
#
# The $1/\tau$ is the chain rule's. And $q_i - p_i$ gets small as well, since everything moves towards uniform. For a $\tau$ that is large compared with the logits, $e^{z_i/\tau} \approx 1 + z_i/\tau$;
# if the logits of both have mean 0,
#
# $$q_i - p_i \approx \frac{1 + z_i/\tau}{C} - \frac{1 + v_i/\tau}{C} = \frac{z_i - v_i}{C\,\tau}
# \qquad\Longrightarrow\qquad \frac{\partial\,\mathrm{KL}}{\partial z_i} \approx \frac{1}{\tau^2}\cdot\frac{z_i - v_i}{C} .$$
#
# So the gradient shrinks like $1/\tau^2$. Multiply the divergence by $\tau^2$ and its gradient keeps its scale whatever the temperature (Hinton et al. 2015, section 2): otherwise whoever turns the temperature up would also
# turn this loss down against any other. And the result says what a hot student learns: **to match logits**, all of them alike, $\frac1{2C}\sum_i (z_i - v_i)^2$. A cold one looks at the winner only.
#
# **By hand.** $C = 2$, teacher $v = (2, 0)$, student $z = (0, 0)$, $\tau = 2$. $p = \mathrm{softmax}(1, 0) = (.731, .269)$, $q = (.5, .5)$. $\mathrm{KL} = .731 \ln\frac{.731}{.5} + .269 \ln\frac{.269}{.5} = .278 - .167 = .111$, times $\tau^2 = 4$: **0.444**.

# %% [markdown]
# ### Exercise 3 · `distillation_loss` &nbsp; ●●○ &nbsp; 15 min
#
# **Build** $\tau^2\,\mathrm{KL}(p \,\|\, q)$, the mean over rows (Hinton et al. 2015, section 2).
#
# **Shapes.** `student_logits (N, C)`, `teacher_logits (N, C)`, a `temperature` in; a 0-d tensor out. **Nothing flows into the teacher:** its logits are targets, also if they come with a graph.
# Logits may be as large as ±10,000, and the loss stays finite.
#
# **Example.** `distillation_loss(torch.zeros(1, 2), torch.tensor([[2.0, 0.0]]), 2.0)` is 0.444.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>
#
# `F.kl_div(input, target)` computes $\mathrm{KL}(\text{target} \,\|\, \text{input})$. Which of the two wants logarithms of probabilities, and over what does each of its reductions average?
#
# </details>
#
# <details><summary>Hint 2: a nudge</summary>
#
# `F.log_softmax` for the student, never `softmax(...).log()`: a probability of 0 has no finite logarithm. `.detach()` cuts a tensor off from its graph.
#
# </details>
#
# <details><summary>If you keep getting …</summary>
#
# - **a value too small by a factor of $C$:** the reduction divides by the number of classes, too.
# - **a value too small by 4 at temperature 2:** $\tau^2$ is missing.
# - **a negative "divergence":** the student's probabilities went in where their logarithms belong.
# - **the right value and a complaint about the teacher:** its logits are not detached.
#
# </details>

# %% exercise="distillation_loss"
def distillation_loss(student_logits, teacher_logits, temperature):
    """Return temperature**2 * KL(teacher || student) of the softened answers, mean over rows (Hinton et al. 2015).

    student_logits, teacher_logits: (N, C). Returns a 0-d tensor; no gradient reaches the teacher.
    """
    ### BEGIN SOLUTION
    targets = softmax_with_temperature(teacher_logits.detach(), temperature)  # (N, C)
    log_answers = F.log_softmax(student_logits / temperature, dim=-1)  # (N, C)
    return temperature**2 * F.kl_div(log_answers, targets, reduction="batchmean")
    ### END SOLUTION

# %% check="distillation_loss"
check("distillation_loss")

# %% [markdown]
# The number from above, and the derivation tested: with the factor, the length of the gradient settles as the temperature rises; it approaches that of $\frac1{2C}\sum_i(z_i - v_i)^2$.

# %% tags=["demo"]
print(f"by hand 0.444; yours: {distillation_loss(torch.zeros(1, 2), torch.tensor([[2.0, 0.0]]), 2.0):.3f}")
z, v = (torch.randn(1, 7) for _ in range(2))
z, v = (3 * (side - side.mean()) for side in (z, v))
print("temperature   gradient with the factor   without it")
for temperature in (0.5, 1.0, 2.0, 4.0, 8.0, 32.0):
    logits = z.clone().requires_grad_()
    (gradient,) = torch.autograd.grad(distillation_loss(logits, v, temperature), logits)
    print(f"{temperature:11} {gradient.norm():26.4f} {gradient.norm() / temperature**2:12.4f}")
print(f"matching logits, (z - v) / C: {((z - v) / 7).norm():.4f}")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 5 · Where the student starts
#
# A student with the teacher's width can begin with the teacher's own weights. Which layers, if there is room for half of them? The **first half** would be trained to hand its result to layers that are no longer there. **Every other layer** covers the
# whole way from words to meaning, in larger strides. The residual stream (unit 05) is why that works at all: a layer *adds* to vectors that the next one reads, so with a layer left out the following one still finds most of what it knows.

# %% tags=["demo"]
show(
    which_layers(6, 3),
    caption="DistilBERT's start (Sanh et al. 2019): every other layer of the teacher; embeddings and pooler fit as they are. "
    "In general, layer i of the student is layer i·(L / number of layers) of the teacher.",
    alt="Six boxes for the teacher's layers 0 to 5, bottom up. Arrows lead from layers 0, 2 and 4 to the student's "
    "layers 0, 1 and 2, and from embeddings and pooler to the student's.",
)

# %% [markdown]
# ### Exercise 4 · `student_from_teacher` &nbsp; ●●○ &nbsp; 15 min
#
# **Build** the student (Sanh et al. 2019, section 3). `teacher` is a `BertModel`, `num_layers` divides its number of layers $L$; out comes a new `BertModel` with `num_layers` layers, whose layer $i$ has the numbers of the
# teacher's layer $i \cdot L/\texttt{num\_layers}$, and whose embeddings and pooler have the teacher's numbers.
#
# - **Its `config`** is the teacher's but for `num_layers`: whoever loads the student later will build it from that.
# - **Nothing is shared:** training the student must not change the teacher, which is still needed.
# - **All of it can be trained,** even if the teacher is frozen (`requires_grad=False`), and the teacher stays as it is.
#
# **Example.** From a teacher with 12 layers, `student_from_teacher(teacher, 6)` takes layers 0, 2, 4, 6, 8, 10; `student_from_teacher(teacher, 3)` layers 0, 4, 8.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>
#
# `student.embeddings = teacher.embeddings` copies nothing: how many tables are there afterwards? Which call copies *numbers* from one module into another of the same shape?
#
# </details>
#
# <details><summary>Hint 2: a nudge</summary>
#
# `dataclasses.replace(config, num_layers=...)` makes the configuration. A new model's parameters are its own and can be trained; `load_state_dict` fills them, module by module.
#
# </details>
#
# <details><summary>If you keep getting …</summary>
#
# - **"the first layers":** mind the stride: it is $L/\texttt{num\_layers}$, not 1, and not always 2.
# - **"shared tensors":** a module, a parameter or its `.data` was handed over instead of copied.
# - **"can't be trained":** a deep copy of a frozen parameter is frozen.
#
# </details>

# %% exercise="student_from_teacher"
def student_from_teacher(teacher, num_layers):
    """Return a BertModel of num_layers layers that starts with the teacher's numbers (Sanh et al. 2019, section 3).

    Layer i is a copy of the teacher's layer i * (L / num_layers); embeddings and pooler are copied. Nothing is shared,
    and everything can be trained, even if the teacher is frozen.
    """
    ### BEGIN SOLUTION
    student = BertModel(replace(teacher.config, num_layers=num_layers))
    student.embeddings.load_state_dict(teacher.embeddings.state_dict())
    student.pooler.load_state_dict(teacher.pooler.state_dict())
    stride = teacher.config.num_layers // num_layers
    for layer, source in zip(student.encoder.layers, teacher.encoder.layers[::stride], strict=True):
        layer.load_state_dict(source.state_dict())
    return student
    ### END SOLUTION

# %% check="student_from_teacher"
check("student_from_teacher")

# %% [markdown]
# How much is left *without any training*? One of two layers, the teacher's head, nothing else done:

# %% tags=["demo"]
def new_student(initialised=True):
    """A tagger of one layer, with the teacher's weights or with random ones of unit 08's small size."""
    student = Tagger(student_from_teacher(teacher.bert, 1))
    if initialised:
        student.head.load_state_dict(teacher.head.state_dict())
    else:
        start_anew(student)
    return student


@torch.no_grad()
def start_anew(model):
    """Draw all matrices from a normal distribution, as unit 08 does before training."""
    for parameter in model.parameters():
        if parameter.dim() > 1:
            parameter.normal_(std=0.05)


commonest = held_out.labels[held_out.labels >= 0].bincount().max() / (held_out.labels >= 0).sum()
print(f"the commonest role for every name:         {commonest:.1%}")
print(f"random weights, one layer, untrained:      {taggers.accuracy(new_student(False), held_out):.1%}")
print(f"the teacher's weights, every other layer:  {taggers.accuracy(new_student(), held_out):.1%}")
print(f"the teacher:                               {right:.1%}")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 6 · DistilBERT: three losses at once
#
# DistilBERT (Sanh et al. 2019) is this recipe at full size: BERT base as the teacher, 6 of its 12 layers, trained *as a masked-language model* (unit 08) on the teacher's own texts. Three losses are added:
#
# $$\mathcal L = \alpha\,\underbrace{\tau^2\,\mathrm{KL}(p\,\|\,q)}_{\text{say what the teacher says}} \;+\; \beta\,\underbrace{\mathcal L_\text{MLM}}_{\text{say what is right}} \;+\; \gamma\,\underbrace{(1 - \cos(h^\text{student}, h^\text{teacher}))}_{\text{think along its lines}} .$$
#
# | loss | of which tokens | why |
# |---|---|---|
# | distillation | all real ones | the teacher has an answer everywhere, not only where a word was masked |
# | labels | those with a label ($\neq -100$) | the truth, where it is known: the teacher errs, too |
# | cosine of the last hidden vectors | all real ones | $D$ numbers a token instead of one distribution; the *direction*, since norms rescale vectors anyway |
#
# **The cosine by hand.** $h = (1, 0)$ and $h' = (1, 1)$: $\cos = 1/\sqrt2$, loss $0.293$. Equal directions cost 0, opposite ones 2. It needs vectors of equal width, which a student that starts from its teacher has.
#
# Reported by the authors: 40 % fewer parameters (66 million), 97 % of BERT base's score on the GLUE benchmark, 60 % faster on a CPU. They left out next-sentence prediction, segment embeddings and pooler, and trained for 90 hours on 8 GPUs.

# %% [markdown]
# ### Exercise 5 · `distilbert_loss` &nbsp; ●●● &nbsp; 25 min
#
# **Build** the sum (Sanh et al. 2019, section 3). `student` and `teacher` are dicts with `logits (B, T, C)` and `hidden (B, T, D)`; `labels (B, T)` is −100 where nothing is scored; `mask (B, T)` is True at real tokens; then `temperature`, `alpha`, `beta`, `gamma`.
#
# - **alpha:** your `distillation_loss`, each real token a row;
# - **beta:** unit 08's `masked_lm_loss`, the mean over labels that are not −100 (and 0 in a batch without any);
# - **gamma:** $1 - \cos$ of the two hidden vectors, mean over real tokens.
#
# Padding counts nowhere, neither in a sum nor in the number it is divided by. Nothing flows into the teacher. Out: a 0-d tensor.
#
# **Example.** If student and teacher are the same and no label is scored, the loss is 0 for all weights.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>
#
# `tensor[mask]` with `mask (B, T)` and a tensor `(B, T, C)`: what shape comes out? Which function of yours wants just that?
#
# </details>
#
# <details><summary>Hint 2: a nudge</summary>
#
# `F.cosine_similarity(a, b, dim=-1)` gives one number a token. The teacher's hidden vectors need the same care as its logits.
#
# </details>
#
# <details><summary>If you keep getting …</summary>
#
# - **a loss that changes when padding is appended:** one of the means still runs over all $B \cdot T$ places.
# - **"wrong sign":** the loss must fall when the vectors turn towards each other.
# - **the right parts, the wrong sum:** alpha, beta, gamma in this order: distillation, labels, cosine.
#
# </details>

# %% exercise="distilbert_loss"
def distilbert_loss(student, teacher, labels, mask, temperature, alpha, beta, gamma):
    """Return the weighted sum of DistilBERT's three losses (Sanh et al. 2019, section 3).

    student, teacher: dicts with logits (B, T, C) and hidden (B, T, D); labels (B, T), -100 where not scored;
    mask (B, T), True = real token. Returns a 0-d tensor; no gradient reaches the teacher.
    """
    ### BEGIN SOLUTION
    soft = distillation_loss(student["logits"][mask], teacher["logits"][mask], temperature)  # rows: real tokens
    hard = masked_lm_loss(student["logits"], labels)
    cosine = F.cosine_similarity(student["hidden"][mask], teacher["hidden"][mask].detach(), dim=-1)  # (real tokens,)
    return alpha * soft + beta * hard + gamma * (1 - cosine).mean()
    ### END SOLUTION

# %% check="distilbert_loss"
check("distilbert_loss")

# %% [markdown]
# The three parts on one batch, for a student with the teacher's weights and for one without: which of them has most to learn from what?

# %% tags=["demo"]
def parts(student, batch):
    """Each of the three losses alone, on one batch."""
    inputs = (batch.ids, batch.segments, batch.mask)
    with torch.no_grad():
        ours, theirs = student(*inputs), teacher(*inputs)
        weights = ((1, 0, 0), (0, 1, 0), (0, 0, 1))
        return [float(distilbert_loss(ours, theirs, batch.labels, batch.mask, 2.0, *w)) for w in weights]


batch = few[torch.arange(16)]
print("                    distillation   labels   cosine")
for name, student in (("teacher's weights", new_student()), ("random weights", new_student(False)), ("the teacher", teacher)):
    soft, hard, angle = parts(student, batch)
    print(f"{name:20} {soft:11.3f} {hard:8.3f} {angle:8.3f}")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 7 · Experiment: which ingredient brings what?
#
# DistilBERT's authors took out one loss after the other and reported (their table 4) that the start from the teacher's layers mattered most. Is it so for our tagger? A student of one layer instead of two; five ingredients:
# **initialisation** from the teacher · **soft targets** in addition to labels · 905 functions **without labels** in addition to the 60 with · **temperature** · the **cosine** loss.
#
# **Predict first.** The teacher gets about eight names in ten right. Write down, for a student with random weights and 60 labelled functions: how much of that does it reach? And what will soft targets, unlabelled functions, and the teacher's layers each add?

# %% [markdown]
# *My prediction:* labels from scratch …; with soft targets …; with unlabelled functions …; initialised …

# %% [markdown]
# Live, with your losses, one seed:

# %% tags=["demo"]
def distil(alpha=1.0, beta=1.0, gamma=0.0, temperature=2.0):
    """Your loss with these weights."""
    return lambda student, teacher, labels, mask: distilbert_loss(
        student, teacher, labels, mask, temperature, alpha, beta, gamma
    )


many = taggers.unlabelled(pool, labelled)  # all functions of the pool; labels for 60 of them
runs = {
    "labels, from scratch": (False, few, distil(alpha=0.0)),
    "unlabelled, from scratch": (False, many, distil()),
    "unlabelled, initialised": (True, many, distil()),
}
live, curves = {}, {}
for name, (initialised, data, loss) in runs.items():
    torch.manual_seed(0)
    live[name] = student = new_student(initialised)
    curves[name] = taggers.train(student, data, loss, seed=0, steps=LIVE_STEPS, teacher=teacher)
    accuracy = taggers.accuracy(student, held_out)
    print(f"{name:26} {accuracy:.1%} right, {accuracy / right:.1%} of what the teacher gets")

# %% [markdown]
# **So few steps show one thing only:** from scratch hardly anything is learnt yet, whoever teaches (compare with the commonest role's share in section 5), while the initialised student is about where its teacher is. What separates the
# others takes longer.
#
# And the whole table, measured beforehand with {{ results.small.steps }} steps and {{ results.small.seeds | length }} seeds:

# %% tags=["demo"]
small = measured["small"]["accuracy"]


def mean(values):
    return sum(values) / len(values)


kept = measured["small"]["kept"]  # of the teacher's accuracy, seed by seed
print(f"{'':28} from scratch               initialised from the teacher")
for name in ("labels", "soft targets", "unlabelled"):
    for extra in ("", ", cosine") if name == "unlabelled" else ("",):
        cells = [small[f"{name}, {start}{extra}"] for start in ("from scratch", "initialised")]
        texts = [f"{mean(cell):.3f} ({min(cell):.3f} to {max(cell):.3f})" for cell in cells]
        print(f"{name + extra:28} {texts[0]:26} {texts[1]}")
print(f"\nteacher {mean(small['teacher']):.3f}; its layer 0 and head, untrained: {mean(small['initialised, not trained']):.3f}")
show(
    bars_with_spread(
        {
            "labels, from scratch": kept["labels, from scratch"],
            "scratch + soft targets": kept["soft targets, from scratch"],
            "scratch + unlabelled": kept["unlabelled, from scratch"],
            "labels, initialised": kept["labels, initialised"],
            "initialised + soft targets": kept["soft targets, initialised"],
            "initialised + unlabelled": kept["unlabelled, initialised"],
        },
        "share of the teacher's accuracy",
    ),
    caption="What a student with half of the layers keeps of its teacher's accuracy; every seed a dot.",
    alt="Six bars between 0.7 and 1: from scratch the lowest, initialised and with unlabelled functions the highest.",
)

# %% [markdown]
# **What each ingredient brings,** mean accuracy over the seeds (teacher: {{ results.small.accuracy["teacher"] | mean | fixed(3) }}):
#
# | ingredient | from scratch | initialised |
# |---|---|---|
# | labels of 60 functions alone | {{ results.small.accuracy["labels, from scratch"] | mean | fixed(3) }} | {{ results.small.accuracy["labels, initialised"] | mean | fixed(3) }} |
# | + soft targets on the same 60 | {{ results.small.accuracy["soft targets, from scratch"] | mean | fixed(3) }} | {{ results.small.accuracy["soft targets, initialised"] | mean | fixed(3) }} |
# | + soft targets on 905 without labels | {{ results.small.accuracy["unlabelled, from scratch"] | mean | fixed(3) }} | {{ results.small.accuracy["unlabelled, initialised"] | mean | fixed(3) }} |
# | + cosine | {{ results.small.accuracy["unlabelled, from scratch, cosine"] | mean | fixed(3) }} | {{ results.small.accuracy["unlabelled, initialised, cosine"] | mean | fixed(3) }} |
#
# - **Initialisation** is by far the largest gain, as in the paper. It brings along what pretraining and fine-tuning had taught the layer, and it works before any training: {{ results.small.accuracy["initialised, not trained"] | mean | fixed(3) }}.
# - **Soft targets on the labelled functions alone** bring next to nothing. The teacher has seen the same labels and little else to tell.
# - **Unlabelled text** is where a teacher earns its keep, if the student knows little: from scratch it lifts every seed. The initialised one gains half a hundredth on average, less than its seeds differ by.
# - **The cosine** changes little here, in either direction.
#
# All together, one layer instead of two keeps {{ results.small.kept["unlabelled, initialised"] | mean | percent }} of its teacher's accuracy, at {{ results.costs.small.times_as_fast["32"] | fixed(1) }} times the speed in a batch (section 9). Before you cheer: most of that was there untrained
# ({{ results.small.kept["initialised, not trained"] | mean | percent }}). Our guess is that roles are an easy task, to which a dot before or a bracket after a name says nearly everything, so that the second layer has little to add. An ablation answers for the task at which it was made.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### And the temperature?
#
# Everything above was at $\tau = 2$, the paper's choice. Here are students from scratch that get *nothing but* soft targets on all functions. **Few seeds:** {{ results.small.accuracy["soft targets alone, temperature 1"] | length }} at $\tau = 1$, {{ results.small.accuracy["soft targets alone, temperature 2"] | length }} at 2, {{ results.small.accuracy["soft targets alone, temperature 8"] | length }} at 8; so only a large difference would mean anything. **Predict:** does $\tau = 8$ help?

# %% tags=["demo"]
by_temperature = {f"τ = {t}": small[f"soft targets alone, temperature {t}"] for t in (1, 2, 8)}
show(
    bars_with_spread(by_temperature, "accuracy on held-out functions"),
    caption="One layer from scratch, taught by soft targets alone at three temperatures; every seed a dot, where there is one "
        "dot there is one seed.",
    alt="Three bars: " + ", ".join(f"{name} {mean(values):.3f}" for name, values in by_temperature.items()) + ".",
)

# %% [markdown]
# No large difference: {{ results.small.accuracy["soft targets alone, temperature 1"] | mean | fixed(3) }} at $\tau = 1$, {{ results.small.accuracy["soft targets alone, temperature 2"] | mean | fixed(3) }} at 2, {{ results.small.accuracy["soft targets alone, temperature 8"] | mean | fixed(3) }} at 8, less than seeds differ at one and the same temperature. Whether a small one is there, so few runs can't say. Thanks to the factor $\tau^2$ the gradients keep their scale, and with seven classes there is little between
# the winner and the rest to be uncovered. With the 30,000 words of a language model there is more; try it in exercise 4 at the end. (Compare with the table: these students never saw a label and are about as good as those that did. For the student, the *teacher's* labels do.)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 8 · The real one: MiniLM, from six layers to three
#
# Now a model that has read more than source code. Unit 09's MiniLM, fine-tuned on {{ results.minilm.labelled }} sentences of docstrings (which of 14 packages does it come from?), is the teacher; a student of three layers is trained for {{ results.minilm.steps }} steps,
# with the rest of the pool ({{ results.minilm.pool }} sentences in all) as unlabelled text. Tested on {{ results.minilm.test }} others (seeds: {{ results.minilm.seeds | length }}). This table was measured beforehand; it takes too long for a notebook.

# %% tags=["demo"]
big = measured["minilm"]["outcomes"]
print(f"{'':34} right (every seed)         mean   of the teacher's   says what the teacher says")
for name, row in big.items():
    texts = "  ".join(f"{value:.3f}" for value in row["accuracy"])
    share = mean(measured["minilm"]["kept"][name])
    print(f"{name:34} {texts:25} {mean(row['accuracy']):5.3f} {share:18.1%} {mean(row['agreement']):20.1%}")

# %% [markdown]
# **Read it honestly.** Every other layer, fine-tuned on the same {{ results.minilm.labelled }} labels, keeps {{ results.minilm.kept["labels, initialised"] | mean | percent }} of the teacher's accuracy, *without a teacher's answer*. With soft targets it is {{ results.minilm.kept["soft targets, initialised"] | mean | percent }}, with the unlabelled sentences {{ results.minilm.kept["unlabelled, initialised"] | mean | percent }}, with the cosine as well {{ results.minilm.kept["unlabelled, initialised, cosine"] | mean | percent }}.
# These differences are noise: of {{ results.minilm.test }} test sentences an accuracy has a standard error of 0.025, and seeds ({{ results.minilm.seeds | length }}) add theirs. What stands out is only what is *not* among them: from scratch. At this size and with so few steps, **what is called distillation was nearly all initialisation.** From scratch there is nothing to report: {{ results.minilm.steps }} steps on a few hundred sentences teach no English, with a teacher or without ({{ results.minilm.outcomes["unlabelled, from scratch"].accuracy | mean | fixed(3) }} and {{ results.minilm.outcomes["labels, from scratch"].accuracy | mean | fixed(3) }}; naming the commonest package every time gives .10).
#
# Three things differ from the paper, and any of them may be the reason (a guess; we have not measured it): the student saw each unlabelled sentence less than once, where DistilBERT trained for 90 hours on eight GPUs; the task has 14 classes, a language model 30,000;
# and the teacher, right in {{ results.minilm.outcomes["teacher"].accuracy | mean | percent }} of the cases, has much to be wrong about. Beyer et al. (2022) found just that: what distillation needs most is patience.
#
# The last column is worth a look: the students say the same as the teacher in about three cases of four. They are about as *good*, but they are not copies; their errors are often others.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 9 · Size, latency, accuracy: one picture
#
# "60 % faster at 97 %" hides choices: faster *where*, in what batches, compared with which other small model? An honest comparison puts every candidate into one picture, with its spread, and asks which of them nobody else
# beats in *both* respects: the **Pareto front**. The candidates that are easily forgotten: the small model *without* a teacher, and the teacher itself.
#
# The latencies were measured beforehand with the processor's clock, one thread, sentences of 16 tokens (section 1 does it live, with your modules); the accuracies are section 8's. The student from scratch is left out: it lies far below.

# %% tags=["demo"]
chosen = {
    "teacher, 6 layers": ("whole", "teacher"),
    "distilled, 3 layers": ("half", "unlabelled, initialised"),
    "distilled with cosine, 3 layers": ("half", "unlabelled, initialised, cosine"),
    "fine-tuned, 3 layers, no teacher's answers": ("half", "labels, initialised"),
}
for size, batch in (("1", "one sentence"), ("32", "a batch of 32 sentences")):
    models = {}
    for name, (part, row) in chosen.items():
        cost = measured["costs"]["minilm"][part]
        models[name] = (cost["cpu_ms"][size], cost["megabytes"], big[row]["accuracy"])
    show(
        pareto(models, f"milliseconds for {batch} of 16 tokens", "accuracy on held-out sentences"),
        caption=f"Latency for {batch} (left is better) against accuracy (up is better); bars are the range over "
        "seeds, where there are several; the area of a mark is the model's size; models of the same cost stand side by side. The dashed line joins those "
        "whose mean no other one beats in both. The axis of accuracy is cut: 0.025 up or down is one standard error of the test.",
        alt="Four marks. The teacher is to the right and highest; three students of the same latency stand close together at about "
        "half of it, a little lower.",
    )

# %% tags=["demo"]
print("measured beforehand (PyTorch's own layers):")
for name, row in measured["costs"].items():
    whole, half = row["whole"], row["half"]
    share = half["parameters"] / whole["parameters"]
    print(f"\n{name}: {whole['parameters']:,} parameters -> {half['parameters']:,} ({share:.0%})")
    for batch, ratio in row["times_as_fast"].items():
        times = f"{whole['cpu_ms'][batch]:.2f} ms -> {half['cpu_ms'][batch]:.2f} ms"
        print(f"   batch of {batch}: {times}, {ratio:.2f} times as fast")

# %% [markdown]
# **Read it.** Half of MiniLM's layers are {{ results.costs.minilm.times_as_fast["32"] | fixed(1) }} times as fast in a batch and {{ results.costs.minilm.times_as_fast["1"] | fixed(1) }} times for one sentence; unit 08's small model, with one layer instead of two, {{ results.costs.small.times_as_fast["32"] | fixed(1) }} and {{ results.costs.small.times_as_fast["1"] | fixed(1) }} times.
# (Embeddings, pooler and the calls themselves stay, so a factor below 2 is what one expects; the figures of single sentences are the less certain ones.) Of the parameters {{ results.costs.minilm.half.parameters | fixed }} of {{ results.costs.minilm.whole.parameters | fixed }} are left. So distillation by layers buys **time**, and
# hardly any **memory**.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 10 · When distillation doesn't help
#
# The same small tagger, once more, in a world with labels for all 965 functions :
#
# | student of one layer, initialised | accuracy, mean | seeds |
# |---|---|---|
# | labels of 60 functions, teacher's answers on all | {{ results.small.accuracy["unlabelled, initialised"] | mean | fixed(3) }} | {{ results.small.accuracy["unlabelled, initialised"] | length }} |
# | labels of all | {{ results.small.accuracy["all labels, initialised"] | mean | fixed(3) }} | {{ results.small.accuracy["all labels, initialised"] | length }} |
# | labels of all **and** the teacher's answers on all | {{ results.small.accuracy["all labels and soft targets, initialised"] | mean | fixed(3) }} | {{ results.small.accuracy["all labels and soft targets, initialised"] | length }} |
# | *the teacher, fine-tuned on 60* | {{ results.small.accuracy["teacher"] | mean | fixed(3) }} | {{ results.small.accuracy["teacher"] | length }} |
#
# With enough labels the small student **beats its teacher, and listening to the teacher makes it worse:** one of its two losses asks it to repeat the errors of a model that has seen a sixteenth of the labels. So:
#
# - **Labels for everything?** Then train the small model on them. A teacher only helps if it knows more than the labels: because it is larger *and* was trained on as much.
# - **A small student that starts well** leaves little to gain. Here the initialised one, on 60 labels, is at {{ results.small.accuracy["labels, initialised"] | mean | fixed(3) }} before the teacher has said a word.
# - **No further text?** Soft targets on the labelled examples alone brought nearly nothing in section 7.
# - **A weak teacher:** the student inherits its errors. Its accuracy is about the student's ceiling, wherever nothing else speaks.
# - **Latency isn't the problem?** Then nothing else is worth the second training: the teacher is better.
#
# (Whether the teacher's answers help a student *that has all labels* in other settings depends on the teacher: Hinton et al. (2015) report gains with a much larger one. Our figures speak for this task and these sizes.)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 11 · Debugging: two students that learn
#
# Three students of one layer, the same start, the same functions, 20 steps, only the teacher's answers to learn from. Two are broken; all run without an error. Decide first by the curves, then by the tools below.

# %% tags=["demo"]
import copy


def suspect_a(master):
    """A student that gets the teacher's layer 0 and embeddings."""
    student = Tagger(BertModel(replace(master.bert.config, num_layers=1)))
    student.bert.embeddings = master.bert.embeddings
    student.bert.encoder.layers[0] = master.bert.encoder.layers[0]
    return student


def suspect_b_loss(student, master, labels, mask):
    """The teacher's answers, softened again."""
    answers_of = {"logits": softmax_with_temperature(master["logits"], 2.0), "hidden": master["hidden"]}
    return distilbert_loss(student, answers_of, labels, mask, 2.0, 1.0, 0.0, 0.0)


only_soft = distil(alpha=1.0, beta=0.0)
trio = {
    "suspect A": (suspect_a, only_soft),
    "suspect B": (lambda master: Tagger(student_from_teacher(master.bert, 1)), suspect_b_loss),
    "suspect C": (lambda master: Tagger(student_from_teacher(master.bert, 1)), only_soft),
}
lines, finished = {}, {}
for name, (make, loss) in trio.items():
    torch.manual_seed(0)
    master = copy.deepcopy(teacher)  # a teacher for each, since one of the three may be about to spoil it
    student = make(master)
    lines[name] = taggers.train(student, pool, loss, seed=0, steps=20, teacher=master)
    finished[name] = (student, master)
show(
    loss_curves(lines, "loss", "training step"),
    caption="Training loss of three students, of which two are broken: the same start and functions.",
    alt="Three falling curves; suspect B's is far below the two others.",
)

# %% [markdown]
# **Tool 1: test the student**, on labels that no loss has seen. **Tool 2: test the teacher**, before and after. **Tool 3: look at a target:** does it still say anything?

# %% tags=["demo"]
batch = held_out[torch.arange(50)]
with torch.no_grad():
    said = teacher(batch.ids, batch.segments, batch.mask)["logits"][batch.mask]
targets = {"suspect A": said, "suspect B": softmax_with_temperature(said, 2.0), "suspect C": said}
for name, (student, master) in finished.items():
    peak = softmax_with_temperature(targets[name], 2.0).max(-1).values.mean()
    print(
        f"{name:10} loss {mean(lines[name][-10:]):.3f}, student right {taggers.accuracy(student, held_out):.1%}, "
        f"teacher right {taggers.accuracy(master, held_out):.1%} (before: {right:.1%}), largest target {peak:.2f}"
    )

# %% [markdown]
# <details><summary>The answers: open after you have decided</summary>
#
# *Suspect A* was handed the teacher's own embeddings and layer, not copies. Every step of the student also changes the teacher, whose second layer was never asked to read the new vectors: the teacher gets worse while it teaches, and the student follows
# it faithfully. Its loss is even lower than that of *suspect C*, which is right, since both sides move towards each other. **A loss against a moving target proves nothing;** tool 2 finds it at once.
#
# *Suspect B* softens twice: its "logits" are probabilities already, numbers between 0 and 1. At temperature 2 their softmax is nearly uniform, whatever the teacher said. The loss is the finest of the three, since hardly anything is
# asked; the student learns to say nothing. **Look at your targets** before you believe a loss.
#
# </details>

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 12 · What it can't do, and what one does beside it
#
# - **It needs the teacher,** fine-tuned, and running over all the text once. For a single task with few texts that may cost more than it saves.
# - **It copies errors** and prejudices, with the same confidence. The labels' share of the loss is the only voice against the teacher.
# - **It doesn't shorten the table of word pieces,** often half of a small model. For that: a smaller vocabulary, or narrower vectors with a projection (TinyBERT, Jiao et al. 2020).
# - **Other ways to the same end,** which can be combined with it: *quantisation* (8-bit numbers: a quarter of the memory), *pruning* (of heads: many are hardly missed, Michel et al. 2019), *early exit* (easy inputs stop at a lower layer),
#   and a **shorter input**: half of the tokens save more than half of the work.
#
# This is the end of the course's road: from one recurrent cell to a distilled BERT, every part of which you have built. What comes next is yours to choose.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### You will read elsewhere that …
#
# | … | but |
# |---|---|
# | the student learns from the teacher's *predictions* | from its probabilities, the small ones too; hard predictions are just (noisy) labels |
# | a high temperature makes the student more certain | it makes both answers *softer* while training; in use, the student runs at temperature 1 |
# | $\tau^2$ is a detail one can leave out | without it a change of the temperature also changes the weight of this loss against all others |
# | KL is symmetric, so the order doesn't matter | it isn't; under the teacher's average, the student must cover all that the teacher holds for possible |
# | DistilBERT is a BERT with 40 % fewer *layers* | with half of the layers; 40 % fewer *parameters*, since the embeddings stay |
# | half the parameters means half the latency | embeddings are looked up, not multiplied: layers cost time, tables cost memory |
# | DistilBERT keeps 97 % of BERT's accuracy | 97 % of its *average GLUE score*; single tasks lose from nothing to more than a tenth |
# | distillation always beats training on labels | with labels for everything, or a student that starts from the teacher, little may be left to gain: sections 7 and 10 |
# | a distilled model is a compressed file of the teacher | it is another model with other errors: look at the agreement in section 8 |
# | latency is a property of a model | of a model, a machine, a number of threads, a batch size and a length: report all five |

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 13 · Self-test
#
# The wrong options are worth opening too.

# %% tags=["demo"]
from autograder.student.quiz import self_test

self_test("questions.yaml")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 14 · Summary on one screen
#
# | piece | formula | what for |
# |---|---|---|
# | cost of a model | $L(12TD^2 + 2T^2D)$ multiply-accumulates | layers are time, embeddings are memory |
# | temperature | $\mathrm{softmax}(v/\tau)$; ratios become their $\tau$-th root | makes small probabilities count |
# | distillation | $\tau^2\,\mathrm{KL}(p\,\|\,q)$, mean over rows | gradient $\tau(q - p) \to (z - v)/C$ |
# | cosine | $1 - \cos(h^\text{student}, h^\text{teacher})$, mean over real tokens | the teacher's directions |
# | DistilBERT | $\alpha\cdot$distillation $+\ \beta\cdot$labels $+\ \gamma\cdot$cosine | half of the layers, 97 % of the GLUE score |
# | start | layer $i \leftarrow$ teacher's layer $i\cdot L/L'$; embeddings, pooler copied | the largest single gain |
# | measuring | eval, no gradients, warm-up, median; batch 1 and many | latency and throughput |
#
# Initialise from the teacher, let it answer on all the text you have, mix in the labels, and compare with the student that had no teacher.

# %% [markdown]
# ### Further reading, a word on each
#
# - Hinton et al. 2015, [*Distilling the knowledge in a neural network*](https://arxiv.org/abs/1503.02531): temperature, the factor, and a teacher made of many.
# - Sanh et al. 2019, [*DistilBERT*](https://arxiv.org/abs/1910.01108): five pages; table 4 is the ablation of section 7.
# - Jiao et al. 2020, [*TinyBERT*](https://arxiv.org/abs/1909.10351): attention maps and every layer's vectors are imitated as well.
# - Wang et al. 2020, [*MiniLM*](https://arxiv.org/abs/2002.10957): where our teacher's shape comes from; it is itself a distilled model.
# - Turc et al. 2019, [*Well-read students learn better*](https://arxiv.org/abs/1908.08962): pretrain the small model, *then* distil; an honest baseline.
# - Michel et al. 2019, [*Are sixteen heads really better than one?*](https://arxiv.org/abs/1905.10650): pruning heads after training.
# - Beyer et al. 2022, [*Knowledge distillation: a good teacher is patient and consistent*](https://arxiv.org/abs/2106.05237): much longer training, the same inputs for both.

# %% [markdown]
# ### For the keen
#
# 1. **First half or every other?** Give `new_student` the teacher's layer 1 instead of layer 0. Which one does better untrained, and after training? Predict first.
# 2. **A worse teacher:** fine-tune it for 10 steps only. At which quality of the teacher does its student fall behind one that was trained on the labels alone?
# 3. **Hard answers:** replace the teacher's probabilities by its first choice (one-hot). What is left of the gain from unlabelled text?
# 4. **Distil the pretraining:** take unit 08's model with its heads as the teacher, every sentence of its corpus, and `distilbert_loss` with the masked-LM labels: DistilBERT itself, in small.
# 5. **Show** that for $\tau \to \infty$ the distillation loss of centred logits tends to $\frac1{2C}\sum_i (z_i - v_i)^2$.
#
# <details><summary>An answer to 5</summary>
#
# With $\epsilon = 1/\tau$, $\log q_i = \epsilon z_i - \log\sum_j e^{\epsilon z_j}$, and $\sum_j e^{\epsilon z_j} = C(1 + \epsilon^2\,\overline{z^2}/2 + O(\epsilon^3))$ for centred $z$. So
# $\log p_i - \log q_i = \epsilon(v_i - z_i) - \tfrac{\epsilon^2}{2}(\overline{v^2} - \overline{z^2}) + O(\epsilon^3)$. Average under $p_i = (1 + \epsilon v_i)/C + O(\epsilon^2)$: the first term gives
# $\epsilon^2(\overline{v^2} - \overline{vz})$, the second $-\tfrac{\epsilon^2}{2}(\overline{v^2} - \overline{z^2})$. The sum is $\tfrac{\epsilon^2}{2}\,\overline{(v - z)^2}$; times $\tau^2$, the claim.
#
# </details>
