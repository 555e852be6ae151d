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
# # 06 · Training and decoding
#
# **At the end you can** train a Transformer as its authors did (label smoothing, warm-up, clipping) and say what each of them changed *in your own runs*; let it choose
# its words greedily or with a beam, and know when the wider beam makes things worse; make decoding cheaper with a cache of keys and values; and score translations with BLEU.
#
# **You need** unit 05's `Transformer`, unit 04's `MultiHeadAttention`, unit 02's teacher forcing and unit 01's clipping. Your own components are used if you have them.
#
# **Time:** about four and a half hours, in two sittings: training is sections 1 to 6 with exercises 1 to 3 (35 min of exercises, not quite two hours in all), decoding is
# sections 7 to 14 with exercises 4 to 6 (70 min, the rest). Beside the exercises' minutes this is reading, experiments, debugging and self-test. An estimate of the authors, not a measurement on students.
#
# **One sentence to keep:** a translator is trained on *one right word after a right past* and used on *whole sentences after its own past*; smoothing, beam search and BLEU
# are three answers to that difference.

# %% [markdown]
# ### Notation
#
# | symbol | meaning |
# |---|---|
# | $B$, $T_s$, $T$, $V$ | sequences in a batch, positions of the source, positions of the target, size of the target vocabulary |
# | $D$, $H$, $D_h$, $L$ | width of the vectors, heads, width of a head, layers |
# | $x$, $y_t$, $y_{<t}$ | the source; the target's token $t$; all target tokens before it, BOS included |
# | $z$, $p$, $q$ | logits, $\mathrm{softmax}(z)$, and the distribution that $p$ should come close to, $V$ numbers each |
# | $\varepsilon$ | the share of the target that label smoothing gives away |
# | $K$, $\alpha$ | hypotheses in the beam; the length penalty's exponent |
#
# Shapes are batch first, a mask is boolean, and **True means "may attend"**.

# %% given="setup"
import math
from collections import Counter

import torch
import torch.nn.functional as F
from torch import nn

from autograder import check
from mine import MultiHeadAttention, Transformer, clip_gradients_, merge_heads, sinusoidal_encoding, split_heads, teacher_forcing_pair

# %% tags=["demo"]
import time
from functools import cache

from data import multi30k, number_words, ui_strings, ui_translator
from data.attention_translators import few_digits, start_small
from data.exact_search import likeliest
from data.parallel import BOS, EOS, PAD, batches
from data.pieces import joined
from data.tables import results
from figures.attention import cost_curves
from figures.beam_explorer import beam_explorer
from figures.decoding import beam_tree, training_and_inference
from figures.style import show
from figures.training import bars_with_spread, loss_curves
from figures.translation import curves_with_spread

torch.manual_seed(0)
torch.set_num_threads(1)  # models this small lose time by sharing work
measured = results("06")  # three seeds each; `python -m data.build 06` measures again
numbers = few_digits(number_words.corpus(), most=5)  # unit 02's numbers in English and German words

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 1 · The question
#
# Unit 05's Transformer was trained with a recipe that fell from the sky and said the most probable token at each step. On number words, which have one right answer, that was enough. Real sentences
# have many right answers and no certain ones. **How should it be trained, how should it choose its words, and how does one tell that a translation which differs from the reference is good?**

# %% tags=["demo"]
show(
    training_and_inference(("drei", "und", "fünf", "zig")),
    caption="The same decoder, twice. In training the whole right target is there: all predictions in one pass, and the "
    "causal mask hides what comes later. When translating, each token must be said before the next can be asked for.",
    alt="Left: one row, in which BOS and the right tokens enter the decoder together and every next token comes out "
    "at once. Right: a staircase of five passes, each one token longer than the one before, whose last output is fed "
    "into the next.",
)

# %% [markdown]
# | | training | translating (inference) |
# |---|---|---|
# | encoder | once | once |
# | decoder | once, all $T + 1$ positions together | once for every token said |
# | reads | BOS and the *right* tokens (**teacher forcing**, unit 02) | BOS and *its own* tokens |
# | ends | at the target's end, which is known | when it says EOS, or at a limit |
# | gives | a loss and gradients | tokens |
#
# So a model never sees its own mistakes while it learns, and meets them for the first time when it works: **exposure bias** (unit 02). Without teacher forcing, training would be a staircase too.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 2 · Training, end to end
#
# **Forward.** A batch has three tensors of ids: the source, the decoder's input (BOS + target) and the labels (target + EOS), one place further. **Loss.** Position $t$ predicts label
# $y_t$ from $x$ and $y_{<t}$, and by the chain rule of probability the sentence's probability is a product:
#
# $$p(y \mid x) = \prod_t p(y_t \mid y_{<t}, x) \qquad\Longrightarrow\qquad -\log p(y \mid x) = \sum_t -\log p(y_t \mid y_{<t}, x) .$$
#
# One term for each **target token**, EOS included, padding not; we take their mean over the batch. By hand: label probabilities $\frac12$, $\frac14$, and one place of padding:
# $(\ln 2 + \ln 4)/2 \approx 1.04$ nats, divided by *two*. **Backward.** The gradient goes through the decoder, through cross-attention into the memory, through the encoder, down to both embeddings.

# %% tags=["demo"]
batch = numbers.batch([number_words.pair(number) for number in (21, 342)])
decoder_input, labels = teacher_forcing_pair(batch.target, batch.target_lengths, BOS, EOS, PAD)
for name, ids, vocabulary in (
    ("source", batch.source, numbers.source),
    ("decoder input", decoder_input, numbers.target),
    ("labels", labels, numbers.target),
):
    for row in ids.tolist():
        print(f"{name:14}", " ".join(f"{token:8}" for token in vocabulary.decode(row)))

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Who makes which mask?
#
# | mask | where it acts | who makes it, from what |
# |---|---|---|
# | source padding `(B, 1, 1, T_s)` | encoder's self-attention, decoder's cross-attention | the model, from `source != pad_id` |
# | target padding `(B, 1, 1, T)` | decoder's self-attention | the model, from `decoder_input != pad_id` |
# | causal `(T, T)` | decoder's self-attention | the model, from the length alone; **one mask serves all $T$ steps** and every sentence |
# | labels that don't count `(B, T)` | the loss | the loss, from `labels != pad_id` |
#
# The padding itself comes from whoever makes the batch (our `data.parallel`; in libraries a *collator*). With libraries a *tokenizer* often returns the padding masks along with the ids; the causal one
# never comes with the data. When translating one sentence no padding is needed, and the causal mask changes nothing for the last position: it may see everything before it anyway.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 3 · Don't be too sure: label smoothing
#
# Cross-entropy with a target distribution $q$ is $-\sum_w q_w \log p_w$, and since $\log p_w = z_w - \log \sum_u e^{z_u}$, its gradient for the logits is $p - q$. With a one-hot $q$ (what we had: $-\log p_y$) that is never 0 while $p_y < 1$. So the logits are pushed apart without end; the model ends up *sure* of words
# for which there were good alternatives. **Label smoothing** (Szegedy et al. 2016, section 7) gives a share $\varepsilon$ of the target to all $V$ words alike:
#
# $$q_w = (1 - \varepsilon)\,[w = y] + \frac{\varepsilon}{V}, \qquad
# \mathcal{L} = -\sum_w q_w \log p_w = (1 - \varepsilon)\,(-\log p_y) \;+\; \varepsilon \cdot \frac1V \sum_w (-\log p_w) .$$
#
# - The right word's share is $1 - \varepsilon + \varepsilon/V$, a little *more* than $1 - \varepsilon$: "all words" includes the right one.
# - The gradient is again $p - q$, and now it reaches 0: at $p = q$, where the right logit is $\ln\frac{q_y}{\varepsilon/V}$ above the others. For $V = 29$ and $\varepsilon = 0.1$: $\ln 262 \approx 5.6$, no further.
# - The loss no longer ends at 0, but at the entropy of $q$. **A smoothed loss can't be compared with an unsmoothed one.**
#
# **By hand.** $V = 4$, $\varepsilon = 0.2$: $q = (.85, .05, .05, .05)$. For $p = (.7, .1, .1, .1)$: $-.85 \ln .7 - 3 \cdot .05 \ln .1 = .303 + .345 = .649$. (Unsmoothed: $.357$.)

# %% [markdown]
# ### Exercise 1 · `label_smoothed_loss` &nbsp; ●●○ &nbsp; 15 min
#
# **Build** the loss above (Szegedy et al. 2016, section 7; Vaswani et al. 2017, section 5.4), averaged over all labels that are not padding. Torch's cross-entropy is not allowed.
#
# **Shapes.** `logits (B, T, V)`, `labels (B, T)` int64, `smoothing` = $\varepsilon$, `pad_id`: the label that doesn't count. It may be a word's id, or $-100$, which is nobody's. Out: a 0-d tensor.
#
# **Example.** `logits = log([[[.7, .1, .1, .1]]])`, `labels = [[0]]`, `smoothing = 0.2`, `pad_id = -100` gives $0.649$.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>
#
# The right-hand side of the formula has two averages. Which of them needs the label at all?
#
# </details>
#
# <details><summary>Hint 2: a nudge</summary>
#
# `log_probs.gather(-1, index)` picks one entry of each row, and it fails for the index $-100$. What you give it where the label is padding doesn't matter, for those places are left out afterwards. Divide by how many are left.
#
# </details>
#
# <details><summary>If you keep getting …</summary>
#
# - **too small a loss, the more so the more padding there is:** you divide by $B \cdot T$.
# - **a little off, and only when $\varepsilon > 0$:** the share $\varepsilon$ is spread over all $V$ words, not over the $V - 1$ wrong ones.
# - **`index out of range`:** the labels still hold $-100$ when you `gather`.
# - **`nan` or `inf` for large logits:** take `log_softmax`, not the logarithm of a softmax.
#
# </details>

# %% exercise="label_smoothed_loss"
def label_smoothed_loss(logits, labels, smoothing, pad_id):
    """Return the mean cross-entropy to smoothed targets over all labels but padding (Szegedy et al. 2016, section 7).

    logits: (B, T, V); labels: (B, T) int64; smoothing: share spread over all V words; pad_id may be -100.
    Returns a 0-d tensor.
    """
    ### BEGIN SOLUTION
    log_probs = logits.log_softmax(dim=-1)  # (B, T, V)
    real = labels != pad_id  # (B, T)
    index = labels.masked_fill(~real, 0)[..., None]  # (B, T, 1)
    of_label = -log_probs.gather(-1, index).squeeze(-1)  # (B, T)
    of_all = -log_probs.mean(dim=-1)  # (B, T)
    loss = (1 - smoothing) * of_label + smoothing * of_all  # (B, T)
    return loss[real].mean()
    ### END SOLUTION

# %% check="label_smoothed_loss"
check("label_smoothed_loss")

# %% tags=["demo"]
by_hand = torch.tensor([[[0.7, 0.1, 0.1, 0.1]]]).log()
print(f"by hand 0.649; yours: {label_smoothed_loss(by_hand, torch.tensor([[0]]), 0.2, -100):.3f}")
for smoothing in (0.0, 0.1):
    z = torch.zeros(1, 1, 29, requires_grad=True)
    for step in range(1, 1001):
        (slope,) = torch.autograd.grad(label_smoothed_loss(z, torch.tensor([[0]]), smoothing, -100), z)
        z = (z - 5 * slope).detach().requires_grad_()
        if step in (10, 100, 1000):
            gap, p = (z[0, 0, 0] - z[0, 0, 1]).item(), z.softmax(-1).max().item()
            print(f"smoothing {smoothing}, step {step:4}: the right logit is {gap:4.1f} above the others, p = {p:.4f}")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 4 · Slowly at first: the learning rate
#
# Adam divides each parameter's average gradient by the root of its average square. At the first step both averages are of *one* gradient, so the quotient is $\pm 1$: **every parameter moves by the full rate**,
# however small or accidental its gradient was. Only after some dozens of steps do the averages say something (Liu et al. 2020). And post-norm starts with large gradients in its last layers (unit 05). So one begins small
# and rises; later, near the goal, one falls (Vaswani et al. 2017, eq. 3):
#
# $$\text{rate}(s) = D^{-1/2} \cdot \min\!\left(s^{-1/2},\; s \cdot w^{-3/2}\right), \qquad s = 1, 2, 3, \dots$$
#
# For $s < w$ (the warm-up) the second branch is the smaller one: a straight line. At $s = w$ both are $w^{-1/2}$: the peak. From there on the first: four times the step, half the rate.
#
# **By hand.** $D = 64$, $w = 100$. Step 25: $\frac18 \cdot 25/1000 = 0.003125$. Step 100: $\frac18 \cdot \frac1{10} = 0.0125$, the peak. Step 400: $\frac18 \cdot \frac1{20} = 0.00625$.

# %% [markdown]
# ### Exercise 2 · `warmup_rate` &nbsp; ●○○ &nbsp; 5 min
#
# **Build** the formula (Vaswani et al. 2017, eq. 3). Numbers in, a float out; `step` counts from 1 (a scheduler that counts from 0 must add one).
#
# **Example.** `warmup_rate(4000, 512, 4000)` is about $7.0 \cdot 10^{-4}$: the paper's peak.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>
#
# At step 1, which of the two branches is 1, and which is nearly 0? Which do you want there?
#
# </details>
#
# <details><summary>Hint 2: a nudge</summary>
#
# `warmup**-1.5` is Python for $w^{-3/2}$, and `min` takes two numbers.
#
# </details>
#
# <details><summary>If you keep getting …</summary>
#
# - **a rate that starts high and never falls:** that is the larger branch.
# - **$0.1$ instead of $0.0125$ in the example by hand:** the factor $D^{-1/2}$ is missing.
#
# </details>

# %% exercise="warmup_rate"
def warmup_rate(step, d_model, warmup):
    """Return the learning rate at a step, counted from 1: up in a line, down with 1/√step (Vaswani et al. 2017, eq. 3).

    step, d_model, warmup: positive ints. Returns a float.
    """
    ### BEGIN SOLUTION
    return d_model**-0.5 * min(step**-0.5, step * warmup**-1.5)
    ### END SOLUTION

# %% check="warmup_rate"
check("warmup_rate")

# %% tags=["demo"]
print("by hand 0.003125, 0.0125, 0.00625; yours:", *(warmup_rate(step, 64, 100) for step in (25, 100, 400)))
rates = {
    f"D = {width}, w = {w}": [warmup_rate(step, width, w) for step in range(1, 1001)]
    for width, w in ((64, 100), (64, 300), (256, 100))
}
show(
    loss_curves(rates, "learning rate", "training step"),
    caption="The rate of the paper. A longer warm-up gives a later and lower peak; a model four times as wide gets "
    "half the rate. After their peaks, the two of one width are the same.",
    alt="Three curves that rise in a straight line to a peak at the end of the warm-up and then fall ever more slowly.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 5 · One step
#
# Everything together, in the only order that works: **train mode** (dropout on) → **forward** → **loss** → **clear** the old gradients (PyTorch *adds*) → **backward** → **clip** (unit 01: one bad batch
# shall not throw the model out) → **step**. And out comes a number, not a tensor: a tensor would keep the whole graph of the step alive.

# %% [markdown]
# ### Exercise 3 · `train_step` &nbsp; ●●○ &nbsp; 15 min
#
# **Build** one step of training for any model and any loss (the loop around it is Vaswani et al. 2017, section 5).
#
# **In.** `model(source, decoder_input)` returns logits; `batch = (source, decoder_input, labels)`; `loss_fn(logits, labels)` returns a 0-d tensor; `optimizer`, a `torch.optim` one; `max_norm`: the longest gradient, all
# parameters together. **Out:** the loss, a float. Whatever mode the model was in, and whatever gradients were lying about: it is trained in train mode, on this batch's gradients alone.
#
# **Example.** `train_step(model, (source, decoder_input, labels), loss_fn, torch.optim.Adam(model.parameters()), 1.0)` might return `3.41`; called again on the same batch, less.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>
#
# `optimizer.step()` uses what is in `.grad` *at that moment*. What must have happened to it by then, and in which order?
#
# </details>
#
# <details><summary>Hint 2: a nudge</summary>
#
# Seven lines, one for each bold word above. `clip_gradients_(model.parameters(), max_norm)` is your unit 01's, and it works in place; `loss.item()` makes a number.
#
# </details>
#
# <details><summary>If you keep getting …</summary>
#
# - **right the first time, wrong the second:** old gradients are still there.
# - **steps that are too long when the gradient is:** it is clipped after the step, when nobody looks any more.
# - **no dropout:** somebody called `model.eval()` before you.
#
# </details>

# %% exercise="train_step"
def train_step(model, batch, loss_fn, optimizer, max_norm):
    """Make one step of training and return its loss as a float.

    model(source, decoder_input) → logits; batch: (source, decoder_input, labels); loss_fn(logits, labels) → 0-d tensor;
    max_norm: the longest gradient of all parameters together. The model is left in train mode.
    """
    ### BEGIN SOLUTION
    source, decoder_input, labels = batch
    model.train()
    loss = loss_fn(model(source, decoder_input), labels)
    optimizer.zero_grad()
    loss.backward()
    clip_gradients_(model.parameters(), max_norm)
    optimizer.step()
    return loss.item()
    ### END SOLUTION

# %% check="train_step"
check("train_step")

# %% [markdown]
# Your step, your loss, your schedule, your Transformer, on numbers of up to five digits. (The schedule's rates are meant for 100,000 steps on 4.5 million pairs; `FACTOR` brings its peak to what suits ours.)

# %% tags=["demo"]
def rows_of(batch):
    """The three tensors of a training step."""
    return batch.source, *teacher_forcing_pair(batch.target, batch.target_lengths, BOS, EOS, PAD)


def trained(model, corpus, steps, smoothing, warmup, factor, batch_size=32, step=train_step):
    """Train a model in place with the components of this unit; return the loss at every step."""

    def loss_fn(logits, labels):
        return label_smoothed_loss(logits, labels, smoothing, PAD)

    optimizer = torch.optim.Adam(model.parameters(), betas=(0.9, 0.98), eps=1e-9)
    drawn = batches(corpus.encoded, batch_size, torch.Generator().manual_seed(0))
    losses = []
    for number in range(1, steps + 1):
        optimizer.param_groups[0]["lr"] = factor * warmup_rate(number, width_of(model), warmup)
        losses.append(step(model, rows_of(next(drawn)), loss_fn, optimizer, 1.0))
    model.eval()
    return losses


def width_of(model):
    return model.projection.in_features


def fresh(corpus, **options):
    torch.manual_seed(0)
    sizes = {"d_model": 64, "num_heads": 4, "d_ff": 256, "num_layers": 2, "pre_norm": True} | options
    model = Transformer(len(corpus.source), len(corpus.target), **sizes)
    start_small(model)
    return model

# %% tags=["demo"]
FACTOR = 0.25
translator = fresh(numbers)
losses = trained(translator, numbers, steps=100, smoothing=0.1, warmup=40, factor=FACTOR)
q = torch.full((len(numbers.target),), 0.1 / len(numbers.target))
q[0] += 0.9  # the right word, whichever it is
floor = -(q * q.log()).sum().item()
show(
    loss_curves({"your Transformer": losses}, "smoothed loss (nats per token)", "training step"),
    caption=f"Training loss with smoothing 0.1. It can't fall below the entropy of the smoothed target, {floor:.2f}.",
    alt="A falling curve that levels off above zero.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 6 · Experiment: what each of them changes
#
# **Predict first,** in writing. (a) The same model at a modest and at a bold learning rate, with and without a warm-up, in post-norm and in pre-norm: who fails where? (b) Without smoothing: will the model be right more or
# less often, will it be surer, and will the plain (unsmoothed) loss on held-out numbers be higher or lower?

# %% [markdown]
# *My predictions:* …
#
# One seed, live: the twin of your translator, trained without smoothing. Every token of the held-out numbers is predicted from the right ones before it.

# %% tags=["demo"]
@torch.no_grad()
def judged(model, corpus, pairs):
    """Per target token: share right, mean probability of the likeliest token, mean plain loss in nats."""
    source, decoder_input, labels = rows_of(corpus.batch(pairs))
    log_probs = model(source, decoder_input).log_softmax(dim=-1)
    real = labels != PAD
    right = (log_probs.argmax(dim=-1) == labels)[real].float().mean()
    sure = log_probs.amax(dim=-1).exp()[real].mean()
    return right.item(), sure.item(), label_smoothed_loss(log_probs, labels, 0.0, PAD).item()


twin = fresh(numbers)
trained(twin, numbers, steps=100, smoothing=0.0, warmup=40, factor=FACTOR)
for name, model in {"smoothing 0.1": translator, "no smoothing": twin}.items():
    right, sure, loss = judged(model, numbers, numbers.held_out)
    print(f"{name:14} {right:.1%} of the tokens right, sure to {sure:.1%}, plain loss {loss:.3f}")

# %% [markdown]
# **Three seeds: the warm-up.** Unit 05 has measured it: four layers on each side, numbers of up to five digits, twice the usual rate, with 50 steps of warm-up and with none.

# %% tags=["demo"]
bold = results("05")["bold"]
show(
    bars_with_spread({name: row["exact_match"] for name, row in bold.items()}, "translated without a mistake"),
    caption="Held-out numbers translated without a mistake at a bold learning rate; three seeds (dots).",
    alt="Four bars: pre-norm and post-norm, each with a warm-up and without. Only post-norm without one is near zero.",
)
for name, row in bold.items():
    print(f"{name:22} right: {row['exact_match']}   training loss at the end: {row['final_loss']}")

# %% [markdown]
# At a rate this bold, post-norm lives by its warm-up and pre-norm can do without. The runs of an order differ in their first fifty steps only: what is broken there isn't mended in the 150 that follow.
#
# **Three seeds: smoothing,** on number words (200 steps) and on real text, the strings of section 9 ({{ results.strings_plan.steps | fixed }} steps). BLEU, which section 8 explains, says how good the translations are: more is better.

# %% tags=["demo"]
def mean(values):
    return sum(values) / len(values)


words = measured["numbers"]
strings, unsmoothed = measured["strings"], measured["strings_unsmoothed"]
rows = {
    "number words": (words["trained"], words["trained, no smoothing"], ("right", "sure", "nats")),
    "real text": (strings | {"bleu": strings["beams"]["1, 0.0"]["bleu"]}, unsmoothed, ("right", "sure", "nats", "bleu")),
}
told = {"right": "tokens right", "sure": "mean confidence", "nats": "plain loss, nats", "bleu": "BLEU, greedy"}
print(f"{'':33}{'smoothing 0.1':27}no smoothing")
for text, (smooth, plain, measures) in rows.items():
    for name in measures:
        digits = 1 if name == "bleu" else 3
        sides = ("  ".join(f"{value:.{digits}f}" for value in row[name]) for row in (smooth, plain))
        print(f"{text:13} {told[name]:19}{next(sides):27}{next(sides)}")

# %% [markdown]
# **Smoothing lowers confidence, always:** that is what section 3 derived; no model trained with it should be surer than $1 - \varepsilon + \varepsilon/V$. What that is worth depends on the task. **Number words** have one right translation each, so who is sure has reason to be: as many
# tokens are right, and the plain loss is worse. **Real text** has many right answers and 1,695 pairs to learn them from. There the model without smoothing is sure of what it doesn't know (sure to {{ results.strings_unsmoothed.sure | mean | percent }}, right for {{ results.strings_unsmoothed.right | mean | percent }}
# of the tokens), and pays for it: with each of the three seeds its plain loss on held-out text is higher, and its BLEU lower ({{ results.strings_unsmoothed.bleu | mean | fixed(1) }} against {{ results.strings.beams["1, 0.0"].bleu | mean | fixed(1) }} in the mean; the seeds of one kind differ by as much, so take the size with caution). Vaswani et al. (2017, section 5.4) report better BLEU at a *worse* perplexity: with millions of pairs a model has more reason to be sure.

# %% [markdown]
# *A good place to stop: training is done. What follows uses trained models.*

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 7 · Choosing words: greedy and beam
#
# The model gives probabilities of *next tokens*; wanted is the likeliest *sentence*, $\arg\max_y \sum_t \log p(y_t \mid y_{<t}, x)$. With $V$ tokens and length $T$ there are $V^T$ of them. Decoding starts with BOS, which is
# read and never said, and ends with EOS, which is said and never read on.
#
# - **Greedy** takes the likeliest token at each step and never looks back. That it is likeliest *now* says nothing about what can follow it.
# - **Beam search** keeps the $K$ likeliest beginnings. At every step each is continued by all $V$ tokens; of these $K \cdot V$ continuations *the $K$ best of all* survive. Two may come from the same
#   parent, and a parent may die out. A hypothesis that says EOS is finished: it keeps its score and its place in the beam.
#
# With $K = 1$ beam search is greedy; with $K \ge V^T$ it is exhaustive. In between it promises nothing, but it costs only $K$ times as much as greedy.

# %% tags=["demo"]
TREE = {
    (): {"the": 0.5, "a": 0.4, "EOS": 0.1},
    ("the",): {"cat": 0.4, "dog": 0.35, "EOS": 0.25},
    ("a",): {"cat": 0.9, "dog": 0.06, "EOS": 0.04},
    ("the", "cat"): {"EOS": 0.9, "dog": 0.1},
    ("a", "cat"): {"EOS": 0.9, "dog": 0.1},
    ("the", "dog"): {"EOS": 0.9, "cat": 0.1},
}
for size in (1, 2):
    show(
        beam_tree(TREE, size),
        caption=f"A beam of {size}. Each node: the token, its probability, and in bold the probability of the whole "
        "beginning. Filled: in the beam. Dashed: looked at and dropped. Red: what is found.",
        alt=f"A tree of tokens from BOS. With a beam of {size} the sentence found is "
        + ("the cat, probability 0.18." if size == 1 else "a cat, probability 0.324."),
    )

# %% [markdown]
# **By hand.** Greedy says *the* ($.5 > .4$), then *cat*: $.5 \cdot .4 \cdot .9 = .18$. A beam of two keeps *a* as well, and after one more step *a cat* ($.4 \cdot .9 = .36$) is ahead of *the cat* ($.2$): in the end
# $.36 \cdot .9 = .324$. Products of many small numbers become 0 in floating point, so one adds logarithms: $\ln .4 + \ln .9 + \ln .9 = -1.127$.
#
# **The length penalty.** Every further token adds a negative number, so the sum prefers short sentences. Dividing by a power of the length makes up for it: $\text{score} = \big(\sum_t \log p\big) / \text{len}^{\alpha}$, EOS counted in
# both ($\alpha = 0$: none; $\alpha = 1$: the mean per token). Wu et al. (2016, eq. 14) use $\big((5 + \text{len})/6\big)^{\alpha}$ instead; ours is the simpler one. Section 9 measures what it does.

# %% [markdown]
# ### Exercise 4 · `beam_search` &nbsp; ●●● &nbsp; 30 min
#
# **Build** beam search for one sentence and any model (Sutskever et al. 2014, section 3.2; Wu et al. 2016, section 7).
#
# **In.** `step(tokens (K,), state)` returns `(log_probs (K, V), state)`, for any $K$ up to `beam_size`: row $k$ belongs to hypothesis $k$. `state` is a tensor whose first axis is the beam; the first one has one row. Start by
# asking with BOS. `max_length` bounds the tokens said, EOS included; a hypothesis that has not ended by then competes with its score as it is.
#
# **Out.** `(ids, score)`: the best hypothesis as a list of ints without BOS and EOS, and its score as a float, `sum of log-probabilities / length ** length_penalty`, EOS counted in both.
#
# **Example.** On the tree above, with *the, a, cat, dog, EOS* = 0 … 4, `beam_size=2` and `max_length=5` the answer is `([1, 2], -1.127)`; with `beam_size=1` it is `([0, 2], -1.715)`.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>
#
# The third best continuation comes from hypothesis 0. Which row of the *state* does it need in the next step? How do you read off a flat index among $K \cdot V$ which hypothesis and which token it means?
#
# </details>
#
# <details><summary>Hint 2: a nudge</summary>
#
# Keep a list of `(ids, total)` for the running hypotheses and another for the finished ones. `(totals[:, None] + log_probs).flatten().topk(min(places, …))` gives the survivors, with as many places as are left beside the finished ones, `divmod(index, V)` parent and token. Then `state = state[parents]`
# for those that go on.
#
# </details>
#
# <details><summary>If you keep getting …</summary>
#
# - **right for `beam_size=1`, nonsense for 2:** the states were not put into the order of the survivors' parents.
# - **never better than greedy:** each hypothesis was continued by its own best token; all continuations must compete with each other.
# - **an error when `beam_size > V`:** there are only $V$ continuations after BOS. `topk` can't give more than there are.
# - **a score of 0 or above:** log-probabilities are negative and are added, starting from 0.
# - **sentences that go on after EOS:** finished hypotheses get no more tokens.
#
# </details>

# %% exercise="beam_search"
def beam_search(step, state, bos_id, eos_id, beam_size, max_length, length_penalty=0.0):
    """Return the best sequence that a beam finds, and its score (Wu et al. 2016, section 7, with a simpler penalty).

    step(tokens (K,), state) → (log_probs (K, V), state) for K ≤ beam_size; the first axis of state is the beam, and is 1
    in the beginning. max_length: tokens at most, EOS included.
    Returns (ids without BOS and EOS, sum of log-probabilities / length ** length_penalty), EOS counted in both.
    """
    ### BEGIN SOLUTION
    running, finished = [([bos_id], 0.0)], []  # pairs of ids, BOS included, and their sum
    for _ in range(max_length):
        tokens = torch.tensor([ids[-1] for ids, _ in running], device=state.device)  # (K,)
        log_probs, state = step(tokens, state)  # (K, V)
        totals = torch.tensor([total for _, total in running]).to(log_probs)  # (K,)
        continued = (totals[:, None] + log_probs).flatten()  # (K·V,)
        best = continued.topk(min(beam_size - len(finished), len(continued)))
        survivors, parents = [], []
        for total, index in zip(best.values.tolist(), best.indices.tolist(), strict=True):
            parent, token = divmod(index, log_probs.size(1))
            ids = [*running[parent][0], token]
            if token == eos_id:
                finished.append((ids, total))
            else:
                survivors.append((ids, total))
                parents.append(parent)
        running = survivors
        if not running:
            break
        state = state[torch.tensor(parents, device=state.device)]

    def score(hypothesis):
        ids, total = hypothesis
        return total / (len(ids) - 1) ** length_penalty  # BOS is not counted

    best = max(finished + running, key=score)
    return [token for token in best[0][1:] if token != eos_id], score(best)
    ### END SOLUTION

# %% check="beam_search"
check("beam_search")

# %% [markdown]
# **How does a Transformer fit behind `step`?** Its memory of what was said is the list of tokens itself. So the *state* is the tensor of ids so far, `(K, t)`: putting rows into another order is all it takes.

# %% tags=["demo"]
def stepper(model, source):
    """Return step and first state for one source, (T_s,) ids."""
    memory, mask = model.encode(source[None])  # once for the whole sentence

    def step(tokens, said):
        said = torch.cat([said, tokens[:, None]], dim=1)  # (K, t)
        k = len(said)
        logits = model.decode(said, memory.expand(k, -1, -1), mask.expand(k, -1, -1, -1))[:, -1]  # (K, V)
        return logits.log_softmax(dim=-1), said

    return step, torch.empty(1, 0, dtype=torch.int64)


@torch.no_grad()
def translated(model, corpus, pairs, beam_size, length_penalty=0.0, max_length=40):
    """The tokens and the score that beam search finds for each pair's source."""
    found = []
    for pair in pairs:
        step, said = stepper(model, torch.tensor(corpus.source.encode(pair.source)))
        ids, score = beam_search(step, said, BOS, EOS, beam_size, max_length, length_penalty)
        found.append((corpus.target.decode(ids), score))
    return found


ids = ("the", "a", "cat", "dog", "EOS")


def tree_step(tokens, said):
    said = torch.cat([said, tokens[:, None]], dim=1)
    rows = [TREE.get(tuple(ids[n] for n in row[1:]), {"EOS": 1.0}) for row in said.tolist()]
    return torch.tensor([[row.get(word, 0.0) for word in ids] for row in rows]).log(), said


for size in (1, 2):
    found, score = beam_search(tree_step, torch.empty(1, 0, dtype=torch.int64), 0, 4, size, 5)
    print(f"the tree, beam of {size}:", " ".join(ids[n] for n in found), f"{score:.3f} = ln {math.exp(score):.3f}")

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Where a beam wins
#
# A **search error**: the model *has* a likelier sentence, and the search has missed it. Can one know? Here, yes. No continuation is likelier than its beginning. So always continue the likeliest of *all* beginnings
# that lie around, and the first complete sentence whose turn it is, is the likeliest of all: **exact search**, best first. The doubt of the model decides what lies around: with a model that is fairly sure, on short sentences, it is cheap.
#
# Number words have one right answer each, so a likelier sentence should be a better one. A model at the end of its training leaves nothing to search for; so take yours after 60 steps. **Predict:** who is right more often, greedy or a
# beam of 4? How many search errors will each make?

# %% tags=["demo"]
hasty = fresh(numbers)
trained(hasty, numbers, steps=60, smoothing=0.1, warmup=40, factor=FACTOR)
some = numbers.held_out[::8]
found = {f"beam of {size}": translated(hasty, numbers, some, size) for size in (1, 2, 4)}
best = []
for pair, (_, known) in zip(some, found["beam of 4"], strict=True):
    whole = likeliest(hasty, torch.tensor(numbers.source.encode(pair.source)), 40, at_least=known)
    best.append((numbers.target.decode(whole.words), whole.total))
for name, said in {**found, "exact search": best}.items():
    right = sum(tokens == pair.target for (tokens, _), pair in zip(said, some, strict=True))
    errors = sum(score < most - 1e-3 for (_, score), (_, most) in zip(said, best, strict=True))
    print(f"{name:13} {right} of {len(some)} numbers right, {errors} search errors")
missed = [" ".join(pair.source) for pair, ours, theirs in zip(some, found["beam of 1"], best, strict=True) if ours[0] != theirs[0]]

# %% [markdown]
# **Step through it.** The tree from above, and your half-trained translator on sources for which greedy has missed the likeliest translation; or type another number below 100,000 in English words, as in *four hundred and six*. At which step does greedy leave
# the path that wins? How wide must the beam be? (The five latest steps are drawn, and the seven likeliest continuations of each.)

# %% tags=["demo"]
NAMES = ["PAD", "BOS", "EOS", *numbers.target.tokens[3:]]


@cache
def ask(source):
    """What your half-trained translator says may follow each beginning of a translation."""
    if source == "the tree":
        return TREE.get
    memory, mask = hasty.encode(torch.tensor([numbers.source.encode(source.split())]))

    @cache
    @torch.no_grad()
    def following(beginning):
        ids = torch.tensor([[BOS, *(NAMES.index(token) for token in beginning)]])
        return dict(zip(NAMES, hasty.decode(ids, memory, mask)[0, -1].softmax(dim=-1).tolist(), strict=True))

    return following


questions = [*missed[:5], "the tree"]
views = {"greedy, at the end": {"beam": 1}} | {f"beam of 2, step {n}": {"step": n} for n in (1, 2, 3, 4)}
views |= {"beam of 2, at the end": {}, "beam of 4, at the end": {"beam": 4}}
views |= {f"the tree, beam of {n}": {"question": "the tree", "beam": n} for n in (1, 2)}
beam_explorer(ask, questions, views)

# %% tags=["demo"]
print("three seeds, numbers right without a mistake (search errors)")
for name, row in measured["numbers"].items():
    print(f"\n{name}, {row['steps']} steps")
    for width, found in row["search"].items():
        shares = zip(found["right"], found["search_errors"], strict=True)
        told = "   ".join(f"{right:.3f} ({errors:.3f})" for right, errors in shares)
        print(f"{'exact search' if width == 'exact' else f'beam of {width}':14} {told}   mean {mean(found['right']):.3f}")

# %% [markdown]
# **Here a beam wins.** Early in training a beam of 4 gets {{ results.numbers["early"].search["4"].right | mean | percent }} of the numbers right and greedy {{ results.numbers["early"].search["1"].right | mean | percent }}, with each seed more. Greedy misses the likeliest translation for
# {{ results.numbers["early"].search["1"].search_errors | mean | percent }} of the numbers, the beam of 4 for {{ results.numbers["early"].search["4"].search_errors | mean | percent }}: nearly all that exact search could gain, for a fraction of its work. And it pays, because the model's order is right: it finds the right
# translation likelier than its own slips, and needs only to be asked about the whole sentence. **Fully trained, there is nothing left to win:** greedy makes not one search error in {{ results.numbers_asked }} numbers, with any seed, and no search is better than the model. What a search can gain is what the model knows and greedy doesn't see;
# section 9 shows a model for which "likelier" isn't "better".

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 8 · How good is a translation? BLEU
#
# Exact match asks for *the* translation. For a sentence there are many, so one counts what hypothesis and reference have in common. **BLEU** (Papineni et al. 2002) does it in four steps, each of which
# closes a loophole of the one before:
#
# 1. **Precision:** the share of the hypothesis's words that occur in the reference. *the the the the* against *the cat*: 4/4!
# 2. **Clipping:** each n-gram counts at most as often as the reference has it: 1/4.
# 3. **Word order:** the same for pairs, triples, quadruples ($n = 1 \dots 4$), and the *geometric* mean of the four: a translation that is bad at one order is bad.
# 4. **Brevity.** Precision rewards saying little: *the* alone has 1/1. **Recall**, the share of the reference's words that were found, would be its natural partner, but with several references it has no clear meaning. So whoever is
#    shorter than the reference pays:
#
# $$p_n = \frac{\sum_{\text{sentences}} \sum_{g \in \text{n-grams}} \min\big(\text{count in hypothesis}, \text{count in reference}\big)}{\sum_{\text{sentences}} \text{n-grams of the hypothesis}}, \qquad
# \text{BLEU} = 100 \cdot \underbrace{\min\!\left(1, e^{1 - r/c}\right)}_{\text{brevity}} \cdot \Big(\prod_{n=1}^{4} p_n\Big)^{1/4}$$
#
# with $c$ and $r$ the lengths of all hypotheses and all references. **It is a number of the corpus:** counts are added over all sentences, *then* divided. It is no mean of sentences' scores; one sentence without a common quadruple has BLEU 0.

# %% [markdown]
# **By hand.** Reference *die Katze sitzt auf der Matte* ($r = 6$), hypothesis *die Katze auf der Matte* ($c = 5$): $p_1 = 5/5$, $p_2 = 3/4$ (*Katze auf* is not there), $p_3 = 1/3$, $p_4 = 0/2$. BLEU is 0, for a
# translation with one word missing! Up to pairs (`max_n=2`): $e^{1 - 6/5}\sqrt{1 \cdot 3/4} = .819 \cdot .866 = .709$, so 70.9.

# %% [markdown]
# ### Exercise 5 · `corpus_bleu` &nbsp; ●●○ &nbsp; 20 min
#
# **Build** BLEU with one reference for each sentence (Papineni et al. 2002, section 2.3). Libraries that have it are not allowed.
#
# **In.** `hypotheses`, `references`: lists of equal length of lists of tokens (anything hashable); `max_n`: longest n-gram. **Out:** a float in $[0, 100]$; 0 if any $p_n$ is 0 or there are no n-grams of some order.
#
# **Example.** The one by hand: `corpus_bleu([["die", "Katze", "auf", "der", "Matte"]], [["die", "Katze", "sitzt", "auf", "der", "Matte"]], max_n=2)` is 70.9; with `max_n=4` it is 0.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>
#
# What do you add up over the sentences, and what only afterwards do you divide, take roots of, multiply?
#
# </details>
#
# <details><summary>Hint 2: a nudge</summary>
#
# A `Counter` of the tuples `tuple(tokens[i : i + n])` for each sentence. Two counters have an intersection, `a & b`, that takes the smaller count: that *is* clipping. The geometric mean is `exp` of the mean of logarithms.
#
# </details>
#
# <details><summary>If you keep getting …</summary>
#
# - **more than sacrebleu when words repeat:** not clipped.
# - **something near it, but not it:** a mean of the sentences' scores, or of the four precisions.
# - **`math domain error`:** $\ln 0$; and an empty corpus of 4-grams divides by 0. Both mean BLEU 0.
# - **a bonus for short hypotheses:** it is $e^{1 - r/c}$, with the hypotheses' length $c$ below.
#
# </details>

# %% exercise="corpus_bleu"
def corpus_bleu(hypotheses, references, max_n=4):
    """Return BLEU of a corpus with one reference a sentence, in [0, 100] (Papineni et al. 2002, section 2.3).

    hypotheses, references: lists of lists of tokens; max_n: the longest n-grams that count. 0 if a precision is 0.
    """
    ### BEGIN SOLUTION

    def grams(tokens, n):
        return Counter(tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1))

    logs = []
    for n in range(1, max_n + 1):
        found = [grams(tokens, n) for tokens in hypotheses]
        there = [grams(tokens, n) for tokens in references]
        matches = sum((ours & theirs).total() for ours, theirs in zip(found, there, strict=True))
        if matches == 0:
            return 0.0
        logs.append(math.log(matches / sum(ours.total() for ours in found)))
    c, r = sum(map(len, hypotheses)), sum(map(len, references))
    return 100 * min(1.0, math.exp(1 - r / c)) * math.exp(sum(logs) / max_n)
    ### END SOLUTION

# %% check="corpus_bleu"
check("corpus_bleu")

# %% [markdown]
# **The judge** is `sacrebleu` (Post 2018), which exists because BLEU depends on how one cuts text into words: two papers' scores could differ by a point or more for that reason alone. We cut first and tell it to leave the words alone.

# %% tags=["demo"]
def sacrebleu_or_none(hypotheses, references):
    """What sacrebleu says of the same words; None where it isn't installed (pip install sacrebleu)."""
    try:
        import sacrebleu
    except ImportError:
        return None
    lines = [[" ".join(words) for words in side] for side in (hypotheses, references)]
    return sacrebleu.corpus_bleu(lines[0], [lines[1]], tokenize="none", smooth_method="none", force=True).score


reference, hypothesis = ["die Katze sitzt auf der Matte".split()], ["die Katze auf der Matte".split()]
print(f"by hand 70.9; yours: {corpus_bleu(hypothesis, reference, max_n=2):.1f}")
print(f"up to quadruples: {corpus_bleu(hypothesis, reference):.1f}")
longer = (
    [*hypothesis, "das ist ein guter Anfang von etwas".split()],
    [*reference, "das ist ein guter Anfang".split()],
)
theirs = sacrebleu_or_none(*longer)
told = "sacrebleu is missing: `pip install sacrebleu`" if theirs is None else f"sacrebleu: {theirs:.4f}"
print(f"two sentences, yours: {corpus_bleu(*longer):.4f}; {told}")
one_by_one = [corpus_bleu([said], [wanted]) for said, wanted in zip(*longer, strict=True)]
print(f"mean of the two sentences' scores, which is something else: {sum(one_by_one) / 2:.1f}")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 9 · Experiment: real text
#
# What programs say to their users: strings of JupyterLab's German language pack and of Django, with the German that their translators wrote. Words have endings, several translations are right, and there are few pairs. Words are
# cut into **pieces** by byte-pair encoding (Sennrich et al. 2016): starting from letters, the most frequent pair of neighbouring pieces becomes one piece, a thousand times. Frequent words stay whole, no word is unknown. BLEU counts
# whole words again. No held-out source differs from one trained on in capitals, digits or punctuation only; otherwise `Save` would be tested after `save` was learned.

# %% tags=["demo"]
interface = ui_strings.corpus()
sizes = len(interface.train), len(interface.held_out), len(interface.target)
print("{:,} pairs to train on, {} held out; {:,} pieces".format(*sizes))
for pair in interface.held_out[5::45]:
    print(" ".join(pair.source), " → ", " ".join(pair.target))

# %% [markdown]
# Training takes {{ results.strings_plan.steps | fixed }} steps, some minutes. So you get the weights ({{ results.strings.parameters | fixed }} numbers, trained by this unit's recipe with dropout {{ results.strings_plan.dropout }}) and load them into
# **your** `Transformer`: your code translates.
#
# **Predict first:** the BLEU of greedy; whether a beam of 4 is better; whether one of 16 is better still.

# %% [markdown]
# *My predictions:* …

# %% tags=["demo"]
helper = fresh(interface)
missing, _ = helper.load_state_dict(ui_translator.weights(), strict=False)
assert not set(missing) & {name for name, _ in helper.named_parameters()}, missing
helper.eval()
asked = interface.held_out[::2]  # the strings of the table below
wanted = [joined(pair.target) for pair in asked]
said = {size: [joined(tokens) for tokens, _ in translated(helper, interface, asked, size, max_length=30)] for size in (1, 4)}
for size, found in said.items():
    length = sum(map(len, found)) / sum(map(len, wanted))
    score = corpus_bleu(found, wanted)
    print(f"beam of {size}: BLEU {score:.1f} on {len(asked)} strings, {length:.2f} of the reference's length")

# %% tags=["demo"]
for n in range(8, len(asked), 20):
    print("       ", " ".join(joined(asked[n].source)))
    print("should ", " ".join(wanted[n]))
    print("greedy ", " ".join(said[1][n]))
    print("beam 4 ", " ".join(said[4][n]), "\n")

# %% [markdown]
# **Try your own,** in lower or upper case; the model has seen nothing but menus, buttons and error messages.

# %% tags=["demo"]
mine_too = ("Save all files", "Open a new terminal", "The password is too short.", "Delete the selected cells")
found = translated(helper, interface, [interface.pair(text) for text in mine_too], beam_size=4)
for english, (tokens, score) in zip(mine_too, found, strict=True):
    print(f"{english} → {' '.join(joined(tokens))}   (log-probability {score:.1f})")

# %% [markdown]
# **With internet** (about a megabyte, once), set `DOWNLOAD = True`: Multi30k (Elliott et al. 2016), 29,000 descriptions of photographs, translated by people; the archives are known by their checksums. More text than ours, of a narrower kind:
# will BLEU be higher or lower? (We have no figure for you: the course is made, and tested, without a network.)

# %% tags=["demo"]
DOWNLOAD = False


def photographs(steps=1500):
    corpus = multi30k.corpus()
    model = fresh(corpus)
    trained(model, corpus, steps, smoothing=0.1, warmup=200, factor=FACTOR)
    asked = corpus.held_out[:100]
    found = [joined(tokens) for tokens, _ in translated(model, corpus, asked, 4, max_length=30)]
    print(f"BLEU {corpus_bleu(found, [joined(pair.target) for pair in asked]):.1f} on 100 sentences that were held out")
    for pair, said in list(zip(asked, found, strict=True))[:3]:
        print(" ".join(joined(pair.source)), "→", " ".join(said))


if DOWNLOAD:
    try:
        photographs()
    except OSError as problem:
        print(problem)
else:
    print("Multi30k was not asked for (DOWNLOAD = False).")

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Where a wider beam hurts
#
# Three seeds, {{ results.strings_plan.asked }} held-out strings. *Sum of logs*: mean log-probability of what was found. *Length*: words said, over words of the references.

# %% tags=["demo"]
beams = measured["strings"]["beams"]
print("beam   penalty   BLEU (seeds)              mean   length   sum of logs")
for name, row in beams.items():
    width, penalty = name.split(", ")
    print(f"{width:>4} {penalty:>9}   {str(row['bleu']):24} {mean(row['bleu']):5.1f}", end="")
    print(f" {mean(row['length']):8.2f} {mean(row['log_probability']):13.2f}")
plain = {width: beams[f"{width}, 0.0"] for width in ("1", "4", "16")}
show(
    bars_with_spread({f"beam of {width}": row["bleu"] for width, row in plain.items()}, "BLEU"),
    caption="BLEU on held-out strings by the beam's width, no length penalty; three seeds (dots).",
    alt="Three bars: " + ", ".join(f"beam of {width} {mean(row['bleu']):.1f}" for width, row in plain.items()) + ".",
)
for width, row in plain.items():
    reference, empty = mean(row["reference_likelier"]), mean(row["empty_likelier"])
    print(f"beam of {width}: likelier than what was found are the reference for {reference:.0%}", end="")
    print(f" of the strings, the empty string for {empty:.0%}")

# %% [markdown]
# **The wider beam does its job, and the translations get worse.** From greedy to a beam of 16 the log-probability rises from {{ results.strings.beams["1, 0.0"].log_probability | mean | fixed(1) }} to
# {{ results.strings.beams["16, 0.0"].log_probability | mean | fixed(1) }}, and BLEU falls from {{ results.strings.beams["1, 0.0"].bleu | mean | fixed(1) }} to {{ results.strings.beams["16, 0.0"].bleu | mean | fixed(1) }}. The strings have shrunk from
# {{ results.strings.beams["1, 0.0"].length | mean | fixed(2) }} to {{ results.strings.beams["16, 0.0"].length | mean | fixed(2) }} of the references' length: each token costs probability, and where the model is unsure, what says least costs least.
#
# - **It is no fault of the search.** If it were, better strings would be there and not be found. But the reference is likelier than what greedy found for only {{ results.strings.beams["1, 0.0"].reference_likelier | mean | percent }} of the strings: the
#   *model* prefers the short ones. Probability isn't quality; a search that finds the more probable can only be as good as the model. (For number words the likeliest sentence *was* the right one, nearly always, and the better search paid: section 7.)
# - **The penalty mends it, and no more:** with $\alpha = 1$ the length is {{ results.strings.beams["4, 1.0"].length | mean | fixed(2) }} with a beam of 4 and BLEU {{ results.strings.beams["4, 1.0"].bleu | mean | fixed(1) }}; with a beam of 16 BLEU is {{ results.strings.beams["16, 1.0"].bleu | mean | fixed(1) }}. That is
#   about what greedy had for a fraction of the work. The seeds differ by more than that.
# - **This model is small and knows 1,695 pairs,** so it is unsure of nearly everything. Large translators are surer; Vaswani et al. (2017) decoded with a beam of 4 and a penalty. But the effect is theirs as well: Stahlberg & Byrne (2019) searched
#   exhaustively, and for more than half of their sentences the likeliest translation was the empty one. Here the empty string is likelier than what greedy said for {{ results.strings.beams["1, 0.0"].empty_likelier | mean | percent }}.
#
# Whoever reports a BLEU should say how it was decoded.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 10 · What decoding costs, and a cache
#
# The decoder of section 7 computes too much. To say token $t + 1$ it reads all $t$ tokens again, and computes at each of them what it has computed before: the causal mask guarantees that nothing at an earlier position changes when a
# token is appended. What must be kept of the past? In self-attention a new token asks with *its* query; of the others only **keys and values** are needed:
#
# $$o_t = \sum_{j \le t} \mathrm{softmax}_j\!\left(\frac{q_t \cdot k_j}{\sqrt{D_h}}\right) v_j .$$
#
# So one keeps $k_j$ and $v_j$ of all $j \le t$ in every layer and appends two vectors for each token: the **KV cache**. No query is ever asked again, so none is kept. (Cross-attention is easier still: its keys and values come from the memory,
# so they are computed once for each sentence.)
#
# | | one step, $t$ tokens so far | all $T$ steps |
# |---|---|---|
# | without a cache | $4tD^2 + 2t^2D$ (unit 04's `attention_macs`) | $\approx 2T^2D^2 + \frac23 T^3 D$ |
# | with a cache | $4D^2 + 2tD$ | $\approx 4TD^2 + T^2D$ |
#
# (Without: $\sum_t 4tD^2 = 2T(T+1)D^2$ and $\sum_t 2t^2D \approx \frac23 T^3D$. With: $\sum_t 2tD = T(T+1)D$.)
#
# One power of $T$ less. What remains is the *sequence*: $T$ steps one after the other, each of which touches all weights for a single token. And the price is memory: two vectors of width $D$ for each token and layer. A model with
# 32 layers of width 4,096 and 2 bytes a number needs $2 \cdot 32 \cdot 4096 \cdot 2 = 524{,}288$ bytes for *every token*, 2 GiB for 4,096 of them. A beam of $K$ needs $K$ caches, to be put into the order of the survivors.

# %% [markdown]
# ### Exercise 6 · `cached_attention` &nbsp; ●●● &nbsp; 20 min
#
# **Build** causal self-attention that is given new tokens only (the attention is Vaswani et al. 2017, eq. 1; the cache is everybody's practice, without a paper of its own).
#
# **In.** `attention`: a `MultiHeadAttention` with `q_proj`, `k_proj`, `v_proj`, `out_proj`, `num_heads`; `x_new (B, T_new, D)`; `cache`: `None` in the beginning, later the pair (keys, values) that the call before returned, each
# `(B, H, T_past, D_h)`. **Out:** `(output (B, T_new, D), cache)` with the new tokens' keys and values appended. It must be equal to the last $T_\text{new}$ rows of one causal pass over everything.
#
# **Example.** $B = 1$, $D = 8$, $H = 2$. Three tokens: output `(1, 3, 8)`, keys `(1, 2, 3, 4)`. Then two more with that cache: output `(1, 2, 8)`, keys `(1, 2, 5, 4)`.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>
#
# There are 5 keys, and 2 queries. Which keys may the *first* new token see, which the second? Draw the $2 \times 5$ mask: where does its staircase start?
#
# </details>
#
# <details><summary>Hint 2: a nudge</summary>
#
# New token $i$ stands at position $T_\text{past} + i$. `torch.ones(T_new, T, dtype=torch.bool).tril(diagonal=T_past)`. For splitting and merging heads you have unit 04's functions; `F.scaled_dot_product_attention` takes our kind of mask.
#
# </details>
#
# <details><summary>If you keep getting …</summary>
#
# - **right for the first call, wrong with a cache:** `tril()` without its argument lets the new tokens see only the *beginning* of the past.
# - **right for one new token, wrong for several:** they may not see each other's future.
# - **a cache that doesn't grow:** return old *and* new, concatenated along the time axis, which is axis 2.
# - **an error about heads:** the cache holds heads, `(B, H, T, D_h)`; concatenate after splitting.
#
# </details>

# %% exercise="cached_attention"
def cached_attention(attention, x_new, cache=None):
    """Causal self-attention of new tokens to themselves and to all before, whose keys and values are in the cache.

    attention: MultiHeadAttention; x_new: (B, T_new, D); cache: None, or (keys, values), each (B, H, T_past, D_h).
    Returns (output (B, T_new, D), cache), the cache longer by T_new.
    """
    ### BEGIN SOLUTION
    q, k, v = (
        split_heads(projection(x_new), attention.num_heads)  # (B, H, T_new, D_h)
        for projection in (attention.q_proj, attention.k_proj, attention.v_proj)
    )
    if cache is not None:
        k, v = torch.cat([cache[0], k], dim=2), torch.cat([cache[1], v], dim=2)  # (B, H, T, D_h)
    new, whole = x_new.size(1), k.size(2)
    mask = torch.ones(new, whole, dtype=torch.bool, device=x_new.device).tril(whole - new)  # (T_new, T)
    output = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)  # (B, H, T_new, D_h)
    return attention.out_proj(merge_heads(output)), (k, v)
    ### END SOLUTION

# %% check="cached_attention"
check("cached_attention")

# %% tags=["demo"]
attention = MultiHeadAttention(64, 4).eval()
x = torch.randn(1, 48, 64)
with torch.no_grad():
    at_once, _ = cached_attention(attention, x)
    cache, rows = None, []
    for chunk in x.split([1, 1, 5, 20, 1, 20], dim=1):
        row, cache = cached_attention(attention, chunk, cache)
        rows.append(row)
    gap = (torch.cat(rows, dim=1) - at_once).abs().max()
print(f"48 tokens in six chunks and in one: largest difference {gap:.0e}; keys in the cache: {tuple(cache[0].shape)}")
for length in (16, 64, 256, 1024):
    without = sum(4 * t * 64**2 + 2 * t**2 * 64 for t in range(1, length + 1))
    with_it = sum(4 * 64**2 + 2 * t * 64 for t in range(1, length + 1))
    print(f"{length:5} tokens, width 64: {without / 1e6:8.1f} against {with_it / 1e6:5.1f} million products", end="")
    print(f", {without / with_it:4.0f} times")

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Measured: with and without, against the length
#
# A whole decoder with your `cached_attention` in each layer; every other part looks at the new token alone anyway. It says 512 tokens both ways (untrained and without an end: only the time matters). **Predict:** the products
# counted above promise a gain of more than the length divided by two. Will the clock agree, at 16 tokens, at 512?

# %% tags=["demo"]
def said_next(model, token, place, memory, mask, caches):
    """One step of your (pre-norm) decoder: token (B, 1), its place (D,), a cache for each layer → logits (B, V), caches."""
    y = model.target_embedding(token) * math.sqrt(width_of(model)) + place  # (B, 1, D)
    grown = []
    for layer, old in zip(model.decoder.layers, caches, strict=True):
        found, new = cached_attention(layer.self_attention, layer.norm1(y), old)
        y = y + found
        y = y + layer.cross_attention(layer.norm2(y), memory, memory, mask)[0]
        y = y + layer.feed_forward(layer.norm3(y))
        grown.append(new)
    return model.projection(model.decoder.norm(y))[:, -1], grown


@torch.no_grad()
def clocked(model, source, longest, with_cache):
    """Say ``longest`` tokens greedily; return all logits (longest, V) and the CPU seconds after each token."""
    memory, mask = model.encode(source)
    places = sinusoidal_encoding(longest, width_of(model))
    said, caches = torch.tensor([[BOS]]), [None] * len(model.decoder.layers)
    seen, seconds, start = [], [], time.process_time()
    for place in places:
        if with_cache:
            logits, caches = said_next(model, said[:, -1:], place, memory, mask, caches)
        else:
            logits = model.decode(said, memory, mask)[:, -1]
        said = torch.cat([said, logits[:, 3:].argmax(dim=-1, keepdim=True) + 3], dim=1)  # no PAD, BOS, EOS
        seen.append(logits[0])
        seconds.append(time.process_time() - start)
    return torch.stack(seen), seconds

# %% tags=["demo"]
LENGTHS = [16, 32, 64, 128, 256, 512]
talker, question = fresh(numbers).eval(), numbers.batch(numbers.held_out[:1]).source
runs = {kept: [clocked(talker, question, LENGTHS[-1], kept) for _ in range(2)] for kept in (False, True)}
gap = (runs[True][0][0] - runs[False][0][0]).abs().max()
spent = {kept: [min(run[1][length - 1] for run in pair) for length in LENGTHS] for kept, pair in runs.items()}
show(
    cost_curves(LENGTHS, {"without a cache": spent[False], "with a cache": spent[True]}, "CPU seconds for all tokens"),
    caption="Time to say so many tokens, one thread, the faster of two runs, on logarithmic axes. With a "
    "cache every token costs nearly the same; without one each costs more than the one before.",
    alt="Two rising lines. The one with a cache is straight and rises by a factor of two for each doubling; "
    "the other starts close to it and becomes steeper.",
)
print(f"largest difference between the two ways' logits: {gap:.0e}")
for length, slow, fast in zip(LENGTHS, spent[False], spent[True], strict=True):
    print(f"{length:4} tokens: {slow:6.2f} s without, {fast:5.2f} s with a cache: {slow / fast:4.1f} times faster")

# %% [markdown]
# **The gain grows with the length, as it should, and is far below the count of products.** For the first tokens the cache wins hardly anything: a step is dozens of small calls, and each costs about as much for one token as for sixteen. Only where the past is long is the work in the
# products; from there on every doubling of the length costs about four times as much without a cache, and about twice with it. On hardware that multiplies faster, the flat part is longer still: a step then waits for the weights to arrive, not for products.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 11 · Debugging: three training runs
#
# Three ways to train the same small model on numbers of three and four digits. One is yours. All run without an error. Decide by the curves first, then by the tools below, then by the code.

# %% tags=["demo"]
def suspect_a(model, batch, loss_fn, optimizer, max_norm):
    source, decoder_input, labels = batch
    target = torch.where(labels == EOS, PAD, labels)
    return train_step(model, (source, target, labels), loss_fn, optimizer, max_norm)


def suspect_b(model, batch, loss_fn, optimizer, max_norm):
    def loss(logits, labels):
        return label_smoothed_loss(logits, labels, 0.1, -100)

    source, decoder_input, labels = (F.pad(ids, (0, 12)) for ids in batch)
    return train_step(model, (source, decoder_input, labels), loss, optimizer, max_norm)

# %% tags=["demo"]
short = few_digits(numbers, most=4)
suspects = {"yours": train_step, "suspect A": suspect_a, "suspect B": suspect_b}
curves, models = {}, {}
for name, step in suspects.items():
    models[name] = fresh(short, d_model=32, num_heads=4, d_ff=128, num_layers=1)
    how = {"steps": 120, "smoothing": 0.1, "warmup": 40, "factor": 0.25}
    curves[name] = trained(models[name], short, step=step, **how)
show(
    loss_curves(curves, "loss (nats per token)", "training step"),
    caption="Training loss of three runs: the same data, start and steps.",
    alt="Three falling curves; those of the suspects fall below yours.",
)

# %% [markdown]
# **Tool 1: let it work.** **Tool 2: look at a batch.** Print what the decoder reads above what it must say. **Tool 3: a law.** Padding must not count: append eight places to a batch, and the loss may not move.

# %% tags=["demo"]
asked = short.held_out[:60]
for name, model in models.items():
    found = translated(model, short, asked, beam_size=1, max_length=20)
    right = sum(tokens == pair.target for (tokens, _), pair in zip(found, asked, strict=True)) / len(asked)
    said = " ".join(found[0][0]) or "(nothing)"
    print(f"{name:10} loss {mean(curves[name][-20:]):.2f}, right {right:.0%}, e.g. {' '.join(asked[0].target)} → {said}")

# %% tags=["demo"]
def smoothed_loss(logits, labels):
    return label_smoothed_loss(logits, labels, 0.1, PAD)


few_rows = rows_of(short.batch(asked[:8]))
longer_rows = tuple(F.pad(ids, (0, 8)) for ids in few_rows)
for name, model in models.items():
    read = []
    hook = model.register_forward_pre_hook(lambda model, inputs: read.append(inputs[1][0]))
    still = torch.optim.SGD(model.parameters(), lr=0.0)  # looks, and moves nothing
    pair = [suspects[name](model, rows, smoothed_loss, still, 1.0) for rows in (few_rows, longer_rows)]
    hook.remove()
    print(f"{name:10} reads    {' '.join(short.target.decode(read[0].tolist())[:6])} …")
    print(f"{'':10} must say {' '.join(short.target.decode(few_rows[2][0].tolist())[:6])} …")
    print(f"{'':10} loss {pair[0]:.3f}, with more padding {pair[1]:.3f}")

# %% [markdown]
# <details><summary>The answers: open after you have decided</summary>
#
# *Suspect A* feeds the decoder the target without BOS, so input and label at a position are the *same* token. Copying is the easiest task of all, and the causal mask doesn't forbid it: it hides the future, not the present. The finest loss, and no skill:
# what it learned is to repeat its input, and BOS it has never seen. **Shift by one, once.**
#
# *Suspect B* counts padding in the loss. To predict padding after padding is easy, so the mean falls with every place of it: the number is fine because it is an average over trivia. The third tool shows it without any training. It also translates worse
# than yours after as many steps; that the padding takes its share of every gradient is the likely reason, which we have not measured by itself.
#
# </details>

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 12 · What encoder-decoder models pay
#
# | drawback | why | what is done about it |
# |---|---|---|
# | decoding is sequential | each token needs the one before | a cache makes the steps cheap; nothing makes them fewer, short of other kinds of models |
# | errors stay | greedy or beam, what is said is said; and it was trained on right pasts only (exposure bias) | a beam looks a little ahead; more training data |
# | a search that is better for the model can be worse for the reader | the likeliest sentence is often too short | length penalty; small beams |
# | pairs are needed | source and target, aligned by people | pretraining on plain text (units 07 and 08) |
# | two stacks | more weights and code than one; the encoder's work can't be reused when the source grows | decoder-only models (unit 07) |
# | memory of the past grows | keys and values of every token and layer | shorter caches: heads that share keys and values |
# | no single number says how good it is | BLEU counts common n-grams, not meaning | several measures; people |
#
# ### What it can't do
#
# It can only translate: it was given pairs. Take away the source and the cross-attention, and what is left predicts the next token of *any* text, no pairs needed, and with a different aim when it speaks: not the likeliest sentence, but a good one out of many. Unit 07.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### You will read elsewhere that …
#
# | … | but |
# |---|---|
# | the decoder picks the word with the highest probability | that is *greedy* decoding, one way of several; beam search (here) and sampling (unit 07) are others |
# | the loss compares the predicted sentence with the right one | it is a sum over target *tokens*, each predicted from the *right* past; no sentence is ever decoded in training |
# | padding is learned like any token | it is left out of the loss and hidden from attention |
# | the data loader (or the tokenizer) makes the causal mask | the model does, from the length; one for all steps. The tokenizer or collator makes *padding* masks |
# | a fresh causal mask is needed at each step of decoding | for the newest position it hides nothing |
# | beam search finds the most probable sentence | only if the beam is as wide as the tree; it is a heuristic, and more probable isn't better |
# | BLEU is precision and recall | clipped precision of n-grams, and a brevity penalty *in place of* recall |
# | BLEU is the mean of the sentences' BLEU | counts are added over the corpus first |
# | teacher forcing solves the propagation of errors | in training; it is paid for with exposure bias when translating |
# | label smoothing lowers the loss | it raises the training loss, whose floor isn't 0. The plain loss on held-out text rises where the model has reason to be sure and falls where it has none (section 6) |
# | a larger beam is better | it finds likelier sentences; whether these are better is up to the model. Section 7: yes; section 9: no, as Stahlberg & Byrne (2019) found |

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
# | piece | formula | to remember |
# |---|---|---|
# | loss | $-\frac1N\sum_t \log p(y_t \mid y_{<t}, x)$ over the $N$ real target tokens | one pass gives all $T + 1$ terms |
# | label smoothing | $(1 - \varepsilon)(-\log p_y) + \varepsilon\,\mathrm{mean}_w(-\log p_w)$ | floor: the entropy of $q$ |
# | schedule | $D^{-1/2}\min(s^{-1/2}, s\,w^{-3/2})$ | up in a line, down with $1/\sqrt s$; $s$ from 1 |
# | step | train, forward, loss, clear, backward, clip, step | returns a float |
# | greedy / beam | best token / $K$ best continuations of all hypotheses | state follows its hypothesis |
# | length penalty | $\sum \log p \,/\, \text{len}^\alpha$ | EOS counts in both |
# | KV cache | append $k_t, v_t$; ask with $q_t$ only | $T^2D$ instead of $T^3D$; $2LD$ numbers a token |
# | BLEU | $100 \min(1, e^{1-r/c}) \prod p_n^{1/4}$ | of the corpus; 0 if any $p_n = 0$ |

# %% [markdown]
# ### Further reading, a word on each
#
# - Vaswani et al. 2017, [*Attention is all you need*](https://arxiv.org/abs/1706.03762): section 5 is the recipe, section 6.1 the beam (4) and penalty (0.6).
# - Szegedy et al. 2016, [*Rethinking the Inception architecture*](https://arxiv.org/abs/1512.00567): section 7 has label smoothing, for pictures. Müller et al. 2019, [*When does label smoothing help?*](https://arxiv.org/abs/1906.02629): what it does to confidence.
# - Liu et al. 2020, [*On the variance of the adaptive learning rate and beyond*](https://arxiv.org/abs/1908.03265): why Adam wants a warm-up.
# - Sutskever et al. 2014, [*Sequence to sequence learning*](https://arxiv.org/abs/1409.3215): a beam of 2 gets most of the gain. Wu et al. 2016, [*Google's neural machine translation system*](https://arxiv.org/abs/1609.08144): penalties, in production.
# - Stahlberg & Byrne 2019, [*On NMT search errors and model errors: cat got your tongue?*](https://arxiv.org/abs/1908.10090): for more than half of the sentences the likeliest translation is the empty one.
# - Papineni et al. 2002, [*BLEU*](https://aclanthology.org/P02-1040/); Post 2018, [*A call for clarity in reporting BLEU scores*](https://arxiv.org/abs/1804.08771): the measure, and how to report it.
# - Sennrich et al. 2016, [*Neural machine translation of rare words with subword units*](https://arxiv.org/abs/1508.07909): the pieces of section 9.
# - Shazeer 2019, [*Fast Transformer decoding: one write-head is all you need*](https://arxiv.org/abs/1911.02150): a smaller cache.

# %% [markdown]
# ### For the keen
#
# 1. **A beam with a cache.** Put section 10's `said_next` behind *your* `beam_search`: pack the keys and values of all layers into one tensor whose first axis is the beam, so that they follow their hypotheses. The results must not change.
# 2. **Exposure bias, measured.** Put a wrong token into the decoder's past of number words. How often are all the following ones right? Compare with unit 02's table.
# 3. **Another measure.** chrF (Popović 2015) counts characters instead of words. Which of BLEU's zeros does it repair?
# 4. **Show** that the smoothed loss is $(1 - \varepsilon)$ times the cross-entropy plus $\varepsilon$ times a constant plus $\varepsilon\, \mathrm{KL}(u \,\Vert\, p)$, with $u$ uniform. What does it pull $p$ towards?
#
# <details><summary>An answer to 4</summary>
#
# $\mathrm{KL}(u \Vert p) = \sum_w \frac1V \ln\frac{1/V}{p_w} = -\ln V + \frac1V\sum_w(-\ln p_w)$, so the second term of the loss is $\varepsilon\,(\mathrm{KL}(u \Vert p) + \ln V)$. It pulls $p$ towards the uniform distribution.
#
# </details>
