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
# # 02 · Sequence to sequence, and attention
#
# **At the end you can** build a translator from two LSTMs, show where it breaks and why, mend it with attention of your own, read from a
# heat map what it looks at, and say what can be computed in parallel and what can't.
#
# **You need** unit 01: the LSTM, its state $(h, c)$, padding and lengths. Your own `LSTM` is used if you have one.
#
# **Time:** about four hours, in two sittings of two: sections 1 to 3 with exercises 1 to 4 (55 min of exercises), then sections 4 to 14 with exercises
# 5 to 9 (55 min again). The other half is for reading, experiments, debugging and self-test. Section 11 is for the keen. An estimate of the authors, not a measurement on students.
#
# **One sentence to keep:** don't make one vector remember the whole sentence; keep all of the encoder's states and *look again* at every step.

# %% [markdown]
# ### Notation
#
# | symbol | meaning |
# |---|---|
# | $B$, $T_s$, $T$, $V$ | sequences in a batch, positions in the source, positions in the target, size of the target vocabulary |
# | $D$, $H$, $M$, $A$ | widths of an embedding, a hidden state, an encoder output, the additive score's hidden layer; $D_q$, $D_k$: of any query and key |
# | $h_1, \dots, h_{T_s}$ | the encoder's outputs, together the **memory** |
# | $s_t$ | the decoder's hidden state after step $t$; $s_0$ comes from the encoder |
# | $y_t$ | the target's token $t$; $y_0$ is the start token BOS |
# | $e_{tj}$, $\alpha_{tj}$ | score and weight that decoder step $t$ gives to source position $j$ |
# | $c_t$ | the context of step $t$, a weighted mean of the $h_j$ (not the LSTM's cell state, which never appears alone below) |
#
# Shapes are written batch first. A mask is boolean and **True means "may attend"**.

# %% given="setup"
import torch
from torch import nn

from autograder import check
from mine import LSTM

# %% tags=["demo"]
from data import number_words, slips
from data.parallel import BOS, EOS, PAD, Corpus
from data.tables import results
from data.translation import Recipe, exact_match, train, translations
from figures.attention import heat_map
from figures.style import show
from figures.training import bars_with_spread, loss_curves
from figures.translation import curves_with_spread, encoder_decoder, waiting
from figures.translation_explorer import Translation, translation_explorer

torch.manual_seed(0)
measured = results("02")  # the long runs, three seeds each; `python -m data.build 02` measures them again
numbers = number_words.corpus()  # 20,000 numbers in English and German words, 1,000 more held out

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 1 · The question
#
# *Fifty-one* is *einundfünfzig*: one-and-fifty. Unit 01's networks answer once for the whole sequence or once for each word, but here the output has
# another length and **another order** than the input. And with twelve digits there is a lot to keep in mind before the first word can be said.
# **How does a network translate, and how much of a sentence fits into one vector?**

# %% tags=["demo"]
show(
    encoder_decoder(["fifty", "one"], ["ein", "und", "fünf", "zig"]),
    caption="Sequence to sequence. The encoder reads and says nothing; the decoder starts from the encoder's "
    "last state and says one piece after "
    "another, reading what was said before. All that passes from one to the other goes through the red arrow.",
    alt="Two boxes h1, h2 in a row above the words fifty and one; a thick red arrow labelled one vector leads "
    "to five boxes s1 to s5, which read "
    "BOS, ein, und, fünf, zig and say ein, und, fünf, zig, EOS.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 2 · Two networks with two jobs
#
# **The encoder** turns $x_1, \dots, x_{T_s}$ into states. It may read everything before anything must be said, and it has no output of its own.
# **The decoder** is a language model of the target, started in a state that knows the source. It gives, for each next token, a probability:
#
# $$p(y_1, \dots, y_T \mid x) \;=\; \prod_{t=1}^{T+1} p(y_t \mid y_0, \dots, y_{t-1}, x), \qquad y_0 = \text{BOS}, \quad y_{T+1} = \text{EOS}.$$
#
# This is the chain rule of probability, nothing is approximated. It needs two tokens that no text contains. **BOS** gives the first step something to
# read. **EOS** is how the decoder says "done": without it, the length of the translation would be nobody's decision.
#
# **Teacher forcing.** Maximising this product over known translations is a classification at each place: given the *right* $y_0 \dots y_{t-1}$,
# predict $y_t$. So in training the decoder reads the right tokens, not its own guesses. What it reads and what it must say are one sequence, shifted by one:
#
# | step | 1 | 2 | 3 | 4 | 5 |
# |---|---|---|---|---|---|
# | reads | BOS | ein | und | fünf | zig |
# | must say | ein | und | fünf | zig | EOS |

# %% [markdown]
# ### Exercise 1 · `teacher_forcing_pair` &nbsp; ●●○ &nbsp; 15 min
#
# **Build** both rows of the table, for a padded batch (Williams & Zipser 1989; the name is theirs).
#
# **Shapes.** `targets (B, T)` int64, right-padded; `lengths (B,)` in. `(decoder_input, labels)` out, both `(B, T + 1)`, padded with `pad_id`.
# EOS stands right after the last real token of each row, and nowhere in the input.
#
# **Example.** With BOS 1, EOS 2, padding 0: `targets = [[7, 8, 9], [5, 0, 0]]`, `lengths = [3, 1]` gives
# `decoder_input = [[1, 7, 8, 9], [1, 5, 0, 0]]` and `labels = [[7, 8, 9, 2], [5, 2, 0, 0]]`.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>
#
# In which column does a row of length $\ell$ get its EOS, counted from 0? Is that column the same for all rows?
#
# </details>
#
# <details><summary>Hint 2: a nudge</summary>
#
# Append a column of padding first. `torch.arange(T + 1)`, compared with `lengths[:, None]`, is a table that is True at exactly one place of each row.
#
# </details>
#
# <details><summary>If you keep getting …</summary>
#
# - **EOS after the padding:** you appended it at the end of the *batch's* width; rows end at different columns.
# - **labels equal to the input:** then a step may copy what it reads. The loss will look wonderful (section 10).
# - **a message about changed inputs:** `labels[...] = eos_id` on a view of `targets` writes into the caller's tensor.
#
# </details>

# %% exercise="teacher_forcing_pair"
def teacher_forcing_pair(targets, lengths, bos_id, eos_id, pad_id):
    """Return what the decoder reads, BOS + y, and what it must say, y + EOS.

    targets: (B, T) int64, right-padded; lengths: (B,).
    Returns (decoder_input, labels), both (B, T + 1), padded with pad_id.
    """
    ### BEGIN SOLUTION
    batch, length = targets.shape
    bos = targets.new_full((batch, 1), bos_id)
    padding = targets.new_full((batch, 1), pad_id)
    decoder_input = torch.cat([bos, targets], dim=1)  # (B, T+1)
    is_end = torch.arange(length + 1, device=targets.device) == lengths[:, None]  # (B, T+1)
    labels = torch.cat([targets, padding], dim=1).masked_fill(is_end, eos_id)  # (B, T+1)
    return decoder_input, labels
    ### END SOLUTION

# %% check="teacher_forcing_pair"
check("teacher_forcing_pair")

# %% [markdown]
# ### The loss, and whose mean it is
#
# Take the logarithm of the product in section 2 and change its sign: a sum of $-\ln p(y_t \mid \dots)$, one term for each **target token, EOS included,
# padding excluded**. Training lowers its mean. The mean over what? Take two sentences with these losses of their tokens:
#
# | | tokens' losses | sum | tokens | mean of the sentence |
# |---|---|---|---|---|
# | first | 1, 1, 4 | 6 | 3 | 2 |
# | second | 0, – , – | 0 | 1 | 0 |
#
# Per token: $6/4 = 1.5$. Mean of sentence means: $(2+0)/2 = 1$; a token of a short sentence would count three times as much as one of the long
# sentence. Padding counted as free hits: $6/6 = 1$, and adding more padding would look like progress. The course means the first, as is usual.

# %% [markdown]
# ### Exercise 2 · `sequence_loss` &nbsp; ●○○ &nbsp; 10 min
#
# **Build** the mean cross-entropy per real token (Sutskever et al. 2014, section 3.2, with the mean over tokens).
#
# **Shapes.** `logits (B, T, V)`, before any softmax; `labels (B, T)` int64; `pad_id`. Out: a tensor without axes, in nats.
#
# **Example.** All logits 0 and $V = 4$: every token costs $\ln 4 = 1.386$, and so does the mean, however much padding there is.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>
#
# Which shape does `F.cross_entropy` want for many predictions at once, and how is it told which labels don't count?
#
# </details>
#
# <details><summary>Hint 2: a nudge</summary>
#
# `flatten(0, 1)` merges the first two axes. Or do it by hand: `log_softmax`, `gather`, then a mask *before* the mean.
#
# </details>
#
# <details><summary>If you keep getting …</summary>
#
# - **a loss a little too small:** padding is in the mean. Zeros count, too.
# - **a loss that hardly moves in training:** softmax twice; `cross_entropy` takes logits and does its own.
#
# </details>

# %% exercise="sequence_loss"
def sequence_loss(logits, labels, pad_id):
    """Return the mean cross-entropy over the tokens that are not padding, in nats.

    logits: (B, T, V); labels: (B, T) int64.
    """
    ### BEGIN SOLUTION
    log_probs = logits.log_softmax(dim=-1)  # (B, T, V)
    of_label = log_probs.gather(-1, labels[..., None]).squeeze(-1)  # (B, T)
    return -of_label[labels != pad_id].mean()
    ### END SOLUTION

# %% check="sequence_loss"
check("sequence_loss")

# %% [markdown]
# ### Exercise 3 · `Seq2Seq` &nbsp; ●●○ &nbsp; 15 min
#
# **Build** the forward pass of the picture in section 1 (Sutskever et al. 2014; Cho et al. 2014). The constructor is given. The whole target is known
# in training, so the decoder's LSTM can be called once, on all of `decoder_input`.
#
# **Shapes.** `source (B, T_s)` int64, right-padded, `source_lengths (B,)`, `decoder_input (B, T)` in; logits `(B, T, V)` out.
#
# **Unit 01's LSTM.** `lstm(inputs, lengths=None, state=None)` → `(outputs, (h, c))`: `inputs (B, T, D)`, `outputs (B, T, H)`, `h` and `c` `(B, H)`.
# With `lengths`, the state stops at each sequence's true end.
#
# **Example.** `Seq2Seq(35, 29, 32, 64)` on a source `(8, 20)` and a decoder input `(8, 12)` gives `(8, 12, 29)`.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>
#
# What does the encoder hand over: its outputs, $h$, or $h$ and $c$? At which position of a padded source does it have read everything and nothing more?
#
# </details>
#
# <details><summary>Hint 2: a nudge</summary>
#
# Four lines: embed and encode with lengths; keep the state, drop the outputs; embed and decode from that state; project.
#
# </details>
#
# <details><summary>If you keep getting …</summary>
#
# - **results that depend on the padding:** the encoder needs `source_lengths`.
# - **almost the right numbers:** is the cell state handed over, too?
# - **a wrong size at the last axis:** logits are over the *target* vocabulary; and don't take their softmax here.
#
# </details>

# %% exercise="Seq2Seq"
class Seq2Seq(nn.Module):
    """An LSTM reads the source; its last state is all that the LSTM which says the target gets to know of it."""

    def __init__(self, source_vocab, target_vocab, embedding_dim, hidden_size):
        """The sub-modules; nothing to do here."""
        super().__init__()
        self.source_embedding = nn.Embedding(source_vocab, embedding_dim)
        self.target_embedding = nn.Embedding(target_vocab, embedding_dim)
        self.encoder = LSTM(embedding_dim, hidden_size)
        self.decoder = LSTM(embedding_dim, hidden_size)
        self.projection = nn.Linear(hidden_size, target_vocab)

    def forward(self, source, source_lengths, decoder_input):
        """source: (B, T_s) int64; source_lengths: (B,); decoder_input: (B, T) int64. Returns logits (B, T, V)."""
        ### BEGIN SOLUTION
        _, state = self.encoder(self.source_embedding(source), source_lengths)  # (h, c), each (B, H)
        outputs, _ = self.decoder(self.target_embedding(decoder_input), state=state)  # (B, T, H)
        return self.projection(outputs)  # (B, T, V)
        ### END SOLUTION

# %% check="Seq2Seq"
check("Seq2Seq")

# %% [markdown]
# ### Without a teacher
#
# When translating for real there are no right tokens to read. The decoder reads what it has just said itself: take the most probable token, feed it back, stop at
# EOS. That is **greedy decoding**, one of several ways; it need not find the most probable *sentence* (unit 06 searches better).
#
# ### Exercise 4 · `greedy_decode` &nbsp; ●●○ &nbsp; 15 min
#
# **Build** the loop, for any model. It knows the model only as a function `step(tokens, state) -> (logits, state)`.
#
# **Shapes.** `tokens (B,)` int64, `logits (B, V)`. `state` is a tensor, or a tuple (of tuples) of tensors, whose first axis is $B$.
# `max_length` bounds the number of calls of `step`. Out: a list of $B$ lists of ints, without BOS and EOS.
#
# **Example.** If the most probable tokens of the two rows are `[5, 7]`, then `[2, 8]`, then `[9, 2]`, and EOS is 2, the result is `[[5], [7, 8]]`:
# the 9 came after the end of the first row.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>
#
# The rows end at different steps. What happens to a row that has ended while others go on? And where can you find $B$ before the first step, if all
# you have is a state that may be nested?
#
# </details>
#
# <details><summary>Hint 2: a nudge</summary>
#
# Go down to the first element until it is a tensor. Keep a bool tensor `ended (B,)`; collect a token only where it is still False.
#
# </details>
#
# <details><summary>If you keep getting …</summary>
#
# - **short results for all rows:** the first EOS stopped the whole batch.
# - **the same token again and again:** the new state isn't passed on.
# - **one call too many:** stop as soon as all rows have ended.
#
# </details>

# %% exercise="greedy_decode"
def greedy_decode(step, state, bos_id, eos_id, max_length):
    """Say the most probable token again and again, up to EOS.

    step: (tokens (B,), state) -> (logits (B, V), state); state: a tensor or a (nested) tuple of tensors, batch first;
    max_length: how often step may be called. Returns B lists of ids, without BOS and EOS.
    """
    ### BEGIN SOLUTION
    some_tensor = state
    while not torch.is_tensor(some_tensor):
        some_tensor = some_tensor[0]
    batch = some_tensor.size(0)
    tokens = torch.full((batch,), bos_id, device=some_tensor.device)  # (B,)
    ended = torch.zeros(batch, dtype=torch.bool, device=some_tensor.device)  # (B,)
    said = [[] for _ in range(batch)]
    for _ in range(max_length):
        logits, state = step(tokens, state)  # (B, V)
        tokens = logits.argmax(dim=-1)  # (B,)
        ended = ended | (tokens == eos_id)
        for row in (~ended).nonzero().flatten().tolist():
            said[row].append(tokens[row].item())
        if ended.all():
            break
    return said
    ### END SOLUTION

# %% check="greedy_decode"
check("greedy_decode")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 3 · Experiment: how much fits into one vector?
#
# **The task.** Numbers of 3 to 12 digits, from English words to German ones. The German word is cut into the pieces that it is made of, so that its order has to be got
# right piece by piece. 20,000 numbers to train on; 1,000 others, 100 of each length, to be judged by: right means *every piece* is right.

# %% tags=["demo"]
for pair in (numbers.held_out[0], numbers.held_out[250], numbers.held_out[600]):
    print(" ".join(pair.source), "\n    →", " ".join(pair.target))
print(f"\n{len(numbers.source)} English and {len(numbers.target)} German tokens, BOS, EOS and padding included")

# %% [markdown]
# **The model.** Your `Seq2Seq`, embeddings of 32, states of 64 numbers: every source must pass through $h$ and $c$, 128 numbers. A twelve-digit number needs
# only $12 \log_2 10 \approx 40$ bits, a third of a bit for each of those numbers. Does it fit?
#
# **Predict first.** What share of the 3-digit numbers will be right, of the 7-digit ones, of the 12-digit ones? Does accuracy fall evenly, or break off somewhere? Why?

# %% [markdown]
# *My prediction:* 3 digits … , 7 digits … , 12 digits … , because …

# %% tags=["demo"]
LONGEST = 40  # pieces of a translation
DIGITS = range(number_words.LEAST, number_words.MOST + 1)


def forced_loss(model):
    """A batch → the loss by teacher forcing, from your exercises 1 and 2."""

    def loss(batch):
        decoder_input, labels = teacher_forcing_pair(batch.target, batch.target_lengths, BOS, EOS, PAD)
        return sequence_loss(model(batch.source, batch.source_lengths, decoder_input), labels, PAD)

    return loss


def plain_translate(model):
    """Sources and lengths → ids, by your exercise 4."""

    def step(tokens, state):
        outputs, state = model.decoder(model.target_embedding(tokens[:, None]), state=state)
        return model.projection(outputs[:, 0]), state

    def translate(source, lengths):
        _, state = model.encoder(model.source_embedding(source), lengths)
        return greedy_decode(step, state, BOS, EOS, LONGEST)

    return translate

# %% tags=["demo"]
torch.manual_seed(0)
plain = Seq2Seq(len(numbers.source), len(numbers.target), embedding_dim=32, hidden_size=64)
plain_losses = train(plain, forced_loss(plain), numbers, seed=0, recipe=Recipe(steps=800))
plain_shares = exact_match(plain_translate(plain), numbers, numbers.held_out)
print(f"{sum(p.numel() for p in plain.parameters()):,} parameters, right: {plain_shares['all']:.2f}")
print("digits", *(f"{digits:5}" for digits in DIGITS))
print("right ", *(f"{plain_shares[str(digits)]:5.2f}" for digits in DIGITS))

# %% [markdown] slideshow={"slide_type": "subslide"}
# **Three seeds, and two ways out:** train twice as long, or make the state twice as wide.

# %% tags=["demo"]
def by_length(row):
    """Exact match of each seed and each number of digits, (S, N)."""
    return torch.tensor([row["by_group"][str(digits)] for digits in DIGITS]).T


rows = measured["number_words"]
kinds = {
    "as above": "no attention",
    "twice the steps": "no attention, twice the steps",
    "twice the width": "no attention, twice the width",
}
show(
    curves_with_spread(
        DIGITS,
        {name: by_length(rows[kind]) for name, kind in kinds.items()},
        "digits of the number",
        "translated without a mistake",
    ),
    caption="Held-out numbers translated without a mistake, by length; lines are means of three seeds, bands "
    "reach from the worst to the best. "
    "All of them are nearly always right up to 4 digits, and all fall with the length. (PyTorch's LSTM; the steps "
    "of each are below.)",
    alt="Three falling lines over 3 to 12 digits, all near 1 at 3 digits; the lowest reaches 0 at about 10 "
    "digits; those with twice the steps or "
    "twice the width fall later.",
)
for name, kind in kinds.items():
    print(
        f"{name:16} {rows[kind]['parameters']:7,} parameters, {rows[kind]['steps']:5,} steps, right: "
        f"{rows[kind]['exact_match']}"
    )

# %% [markdown] slideshow={"slide_type": "subslide"}
# **Your prediction?** The fall isn't even. Short numbers are nearly all right; then, within four or five digits, most are wrong. Twice the steps
# or twice the width moves the length at which half of them are right from 7 digits to between 10 and 11. It moves the fall, and doesn't stop it.
#
# ### What a full vector looks like

# %% tags=["demo"]
said = translations(plain_translate(plain), numbers, numbers.held_out)
mistakes = [
    (pair, tokens)
    for pair, tokens in zip(numbers.held_out, said, strict=True)
    if tokens != pair.target and int(pair.group) in (8, 11)
]
for pair, tokens in mistakes[:2] + mistakes[-2:]:
    print("should be", " ".join(pair.target), "\nit says  ", " ".join(tokens), "\n")

# %% [markdown]
# Not noise: this is fairly good German, with millions and *Milliarden* mostly in their places. It is the *digits* that go wrong, and their order, as with
# somebody who was told too long a phone number.
#
# The state does not lack bits. What is hard is to **learn** a code that packs a sentence of any length into one vector and can be unpacked by a decoder
# that needs one word of it at a time; and the longer the sentence, the further back (in time steps) lies what is needed: from reading word $j$ to saying
# piece $t$ the information, and the gradient on its way back, passes $T_s - j + t$ updates of the state. That is the **bottleneck**, and more width or more
# training moves it further out, but doesn't remove it. (Cho et al. 2014 found this curve for translation: quality fell with the sentence's length.)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 4 · The idea: look again
#
# The encoder has a state for *every* word, and throws all but the last away. Keep them. At each step the decoder forms a **query** from its own state, compares it
# with each $h_j$, and takes a weighted mean of them as an additional input:

# %% tags=["demo"]
show(
    encoder_decoder(["fifty", "one"], ["ein", "und", "fünf", "zig"], said=0, weights=[0.1, 0.9]),
    caption="The same translator with attention, at its first step. It is about to say 'ein' and gives most "
    "weight to the state at 'one', the last "
    "word, although it comes first in German. The next step will have weights of its own. (The numbers are made "
    "up; section 7 has real ones.)",
    alt="The picture of section 1, with a box c above the encoder. A thin line with the number 0.10 leads to it "
    "from h1, a thick one with 0.90 from h2; an "
    "arrow leads from c to the decoder's first state.",
)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Three formulas
#
# $$e_{tj} = \operatorname{score}(s_{t-1}, h_j), \qquad
# \alpha_{tj} = \frac{e^{\,e_{tj}}}{\sum_m e^{\,e_{tm}}}, \qquad
# c_t = \sum_j \alpha_{tj}\, h_j .$$
#
# In the words of the later units: **the decoder's state is the query, the encoder's outputs are keys and values at once.** The context $c_t$ is new at each step, since $s_{t-1}$ is.
#
# **Why a mean, and not simply the best $h_j$?** Picking is not differentiable: change a score a little, and the same $h_j$ is picked; the gradient is 0. For the mean, with
# the softmax's derivative $\partial \alpha_j/\partial e_m = \alpha_j(\delta_{jm} - \alpha_m)$,
#
# $$\frac{\partial c}{\partial e_m} = \sum_j \alpha_j(\delta_{jm} - \alpha_m)\,h_j = \alpha_m h_m - \alpha_m \sum_j \alpha_j h_j = \alpha_m\,(h_m - c).$$
#
# Read it aloud: raising a score moves the context **towards that state**, away from where it is now, and the more so the more weight the state has already. With the chain rule,
# $\partial L/\partial e_m = \alpha_m\,(h_m - c)\cdot\partial L/\partial c$: if a step towards $h_m$ would lower the loss, gradient descent raises $e_m$. Nobody tells the model which word belongs to which: **alignment is learnt because a mean has a gradient.**

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Three scores
#
# | | score of query $q$ and key $k$ | parameters | |
# |---|---|---|---|
# | dot (Luong et al. 2015) | $q \cdot k$ | none; $q$ and $k$ equally wide | $= \lVert q\rVert \lVert k\rVert \cos\theta$ |
# | general, multiplicative (Luong) | $q^\top W k$ | $D_q D_k$ | learns which features of $q$ match which of $k$ |
# | additive (Bahdanau et al. 2015) | $v^\top \tanh(W_q q + W_k k)$ | $A(D_q + D_k + 1)$ | a small network; any widths |
#
# **Why the dot product measures similarity.** Expand $\lVert q-k\rVert^2 = \lVert q\rVert^2 + \lVert k\rVert^2 - 2\,q\cdot k$; the law of cosines says the same with
# $2\lVert q\rVert\lVert k\rVert\cos\theta$ at the end. So $q\cdot k = \lVert q\rVert \lVert k\rVert\cos\theta$: positive if the angle is acute, 0 at a right
# angle, negative if it is obtuse. It also grows with the *lengths*: a long key gets a louder voice. Cosine similarity would divide that away, and with it
# the decoder's way to be sure of itself: scores between $-1$ and 1 can't make sharp weights (two keys: at best $e^2 : 1$, or 88 %).
#
# **Why additive needs its tanh.** Without it, $v^\top(W_q q + W_k k) = v^\top W_q q + v^\top W_k k$. The first part is the same for all keys and cancels in the softmax: the
# weights would be the same at every step, whatever the decoder wants. The bend is what makes query and key *meet*.
#
# **Cost.** For one query and $T_s$ keys, multiplicative is one matrix product; additive needs a tanh for each of $T_s \times A$ numbers. The results are often alike (section 7).

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 5 · By hand
#
# **Dot product.** Three keys, $h_1 = (1,0)$, $h_2 = (0,1)$, $h_3 = (1,1)$, the query $q = (\ln 2, 2\ln 2)$, and for values $7h_j$ (so that we get whole numbers).
#
# $$q\cdot h_j = \ln 2\cdot(1, 2, 3) \;\xrightarrow{\exp}\; (2, 4, 8) \;\xrightarrow{/14}\; \left(\tfrac17, \tfrac27, \tfrac47\right)
# \;\xrightarrow{\text{mean}}\; \tfrac17(7,0) + \tfrac27(0,7) + \tfrac47(7,7) = (5, 6).$$
#
# **With the third key masked:** $(2, 4)/6 = \left(\tfrac13, \tfrac23\right)$ and the context is $\left(\tfrac73, \tfrac{14}3\right)$. The mask works on the scores, *before* the sum.
#
# **Additive.** $a = \tfrac12\ln 3$ is a handy number: $\tanh a = 0.5$ and $\tanh 2a = 0.8$. With $W_q = W_k = I$, $v = (1, 1)$, the query $(a, 0)$ and keys $a h_j$:
#
# | key | $q + k$ | tanh | score |
# |---|---|---|---|
# | $(a, 0)$ | $(2a, 0)$ | $(0.8, 0)$ | 0.8 |
# | $(0, a)$ | $(a, a)$ | $(0.5, 0.5)$ | 1.0 |
# | $(a, a)$ | $(2a, a)$ | $(0.8, 0.5)$ | 1.3 |
#
# For query $(0,0)$ the scores are 0.5, 0.5, 1.0. The first key gained 0.3, the second 0.5: they were not shifted alike. Without the tanh they would have been.

# %% [markdown]
# ### Exercise 5 · `masked_softmax` &nbsp; ●●○ &nbsp; 15 min
#
# **Build** a softmax that leaves padding out. Sources of a batch differ in length, and what fills them up must get no weight *and no part in the sum*.
#
# **Shapes.** `scores`, any shape; `mask`, bool, broadcastable to it, or `None`; `dim`, any axis. Out: weights, of the scores' shape. A slice in which nothing is
# allowed gets zeros, and no NaN in any gradient.
#
# **Example.** Section 5: scores $\ln 2 \cdot (1, 2, 3)$ with the mask `[True, True, False]` give `[0.333, 0.667, 0]`. With `[False, False, False]`: `[0, 0, 0]`.
#
# Scores may be as large as ±10,000.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>
#
# Which score has the exponential 0? What becomes of a slice in which *all* scores are that number?
#
# </details>
#
# <details><summary>Hint 2: a nudge</summary>
#
# Fill with a large *finite* negative number, `torch.finfo(scores.dtype).min`, then softmax, then set what is not allowed to 0 once more. A slice without anything allowed is
# uniform after the softmax, and 0 after that last step, with a sound gradient.
#
# </details>
#
# <details><summary>If you keep getting …</summary>
#
# - **weights that sum to less than 1:** masked after the softmax only. Section 5 would give $(\tfrac17, \tfrac27, 0)$.
# - **some weight on padding:** a score of 0 is not "nothing": $e^0 = 1$.
# - **NaN in a gradient though the output is fine:** mending NaN at the end doesn't mend the way back.
#
# </details>

# %% exercise="masked_softmax"
def masked_softmax(scores, mask, dim=-1):
    """Return the softmax along dim over the entries that the mask allows, zeros where it allows none.

    scores: any shape; mask: None, or bool, broadcastable to scores, True = may attend.
    """
    ### BEGIN SOLUTION
    if mask is None:
        return scores.softmax(dim=dim)
    # A finite number instead of -inf: a slice with nothing allowed would otherwise be 0/0.
    hidden = scores.masked_fill(~mask, torch.finfo(scores.dtype).min)
    return hidden.softmax(dim=dim).masked_fill(~mask, 0.0)
    ### END SOLUTION

# %% check="masked_softmax"
check("masked_softmax")

# %% [markdown]
# ### Exercise 6 · `additive_score` &nbsp; ●○○ &nbsp; 10 min
#
# **Build** $v^\top \tanh(W_q q + W_k k_j)$ for every key (Bahdanau et al. 2015, appendix A.1.2).
#
# **Shapes.** `query (B, D_q)`, `keys (B, T, D_k)`, `W_q (A, D_q)`, `W_k (A, D_k)`, `v (A,)` in; `(B, T)` out.
#
# **Example.** Section 5, with $B = 1$: `[[0.8, 1.0, 1.3]]`.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>
#
# The projected query is `(B, A)`, the projected keys are `(B, T, A)`. Where does the query need an axis of size 1?
#
# </details>
#
# <details><summary>Hint 2: a nudge</summary>
#
# In formulas a vector stands on the right of a matrix, in a batch on the left: $W q$ becomes `query @ W_q.T`.
#
# </details>
#
# <details><summary>If you keep getting …</summary>
#
# - **an error about shapes, but only if $B \ne T$:** broadcasting lined the batch up with the time.
# - **scores between −1 and 1:** $v$ belongs outside the tanh.
#
# </details>

# %% exercise="additive_score"
def additive_score(query, keys, W_q, W_k, v):
    """Return vᵀ tanh(W_q q + W_k k) for every key (Bahdanau et al. 2015).

    query: (B, D_q); keys: (B, T, D_k); W_q: (A, D_q); W_k: (A, D_k); v: (A,). Returns (B, T).
    """
    ### BEGIN SOLUTION
    projected_query = query @ W_q.T  # (B, A)
    projected_keys = keys @ W_k.T  # (B, T, A)
    return (projected_query[:, None] + projected_keys).tanh() @ v  # (B, T)
    ### END SOLUTION

# %% check="additive_score"
check("additive_score")

# %% [markdown]
# ### Exercise 7 · `multiplicative_score` &nbsp; ●○○ &nbsp; 10 min
#
# **Build** $q \cdot k_j$, or $q^\top W k_j$ if there is a $W$ (Luong et al. 2015, section 3.1: dot and general).
#
# **Shapes.** `query (B, D_q)`, `keys (B, T, D_k)`, `W (D_q, D_k)` or `None` (then $D_q = D_k$) in; `(B, T)` out.
#
# **Example.** `query = [[1., 2.]]`, `keys = [[[1., 0.], [0., 1.]]]` give `[[1, 2]]`; with `W = [[0., 1.], [0., 0.]]` they give `[[0, 1]]`.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>
#
# Is it cheaper to project the one query or all the keys?
#
# </details>
#
# <details><summary>Hint 2: a nudge</summary>
#
# `(B, T, D) @ (B, D, 1)` is a batch of matrix-vector products; or say it with `torch.einsum`.
#
# </details>
#
# <details><summary>If you keep getting …</summary>
#
# - **wrong numbers only with a square $W$:** it is transposed. In the example the *first* component of $q$ meets the *second* of $k$.
#
# </details>

# %% exercise="multiplicative_score"
def multiplicative_score(query, keys, W=None):
    """Return q·k, or qᵀ W k, for every key (Luong et al. 2015).

    query: (B, D_q); keys: (B, T, D_k); W: (D_q, D_k) or None. Returns (B, T).
    """
    ### BEGIN SOLUTION
    projected = query if W is None else query @ W  # (B, D_k)
    return torch.einsum("bd,btd->bt", projected, keys)  # (B, T)
    ### END SOLUTION

# %% check="multiplicative_score"
check("multiplicative_score")

# %% [markdown]
# ### Exercise 8 · `attend` &nbsp; ●○○ &nbsp; 5 min
#
# **Build** weights and context from the scores, with your `masked_softmax` (Bahdanau et al. 2015, eqs. 5 and 6).
#
# **Shapes.** `scores (B, T)`, `values (B, T, D)`, `mask (B, T)` or `None` in; `(context (B, D), weights (B, T))` out.
#
# **Example.** Section 5: scores $\ln 2\cdot(1,2,3)$, values $(7,0), (0,7), (7,7)$ give the context $(5, 6)$.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>
#
# Over which axis is summed, and which axis of the weights must line up with which of the values?
#
# </details>
#
# <details><summary>Hint 2: a nudge</summary>
#
# Give the weights one more axis, at the end or in the middle, depending on whether you multiply and sum or use `@`.
#
# </details>
#
# <details><summary>If you keep getting …</summary>
#
# - **one context for the whole batch:** the sum runs over the sequences instead of the steps.
#
# </details>

# %% exercise="attend"
def attend(scores, values, mask=None):
    """Return the weighted mean of the values, and the weights.

    scores: (B, T); values: (B, T, D); mask: None, or (B, T) bool. Returns (context (B, D), weights (B, T)).
    """
    ### BEGIN SOLUTION
    weights = masked_softmax(scores, mask)  # (B, T)
    context = (weights[:, :, None] * values).sum(dim=1)  # (B, D)
    return context, weights
    ### END SOLUTION

# %% check="attend"
check("attend")

# %% [markdown]
# Your functions and section 5, side by side:

# %% tags=["demo"]
h = torch.tensor([[[1.0, 0], [0, 1], [1, 1]]])
ln2, a = torch.tensor(2.0).log(), torch.tensor(3.0).log() / 2
context, weights = attend(multiplicative_score(torch.stack([ln2, 2 * ln2])[None], h), 7 * h)
additive = additive_score(torch.stack([a, 0 * a])[None], a * h, torch.eye(2), torch.eye(2), torch.ones(2))
torch.testing.assert_close(context, torch.tensor([[5.0, 6]]))
torch.testing.assert_close(additive, torch.tensor([[0.8, 1.0, 1.3]]))
print(
    "weights × 7:",
    (7 * weights).numpy().round(3),
    "  context:",
    context.numpy().round(3),
    "  additive scores:",
    additive.numpy().round(3),
)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 6 · The decoder that looks
#
# One step, in the order in which it happens (Bahdanau et al. 2015):
#
# 1. **look:** scores of $s_{t-1}$, the state *before* this step, with all $h_j$; weights; context $c_t$
# 2. **move:** $s_t = \mathrm{LSTM}\big([\text{embedding of } y_{t-1};\; c_t],\; s_{t-1}\big)$
# 3. **say:** logits $= W\,[s_t;\; c_t] + b$
#
# Everything is differentiable, so encoder, scores and decoder are trained together, by the one loss of exercise 2. (Luong's decoder moves first and looks with
# the *new* state. Both work; the course's contract is Bahdanau's order.)
#
# ### Exercise 9 · `AttentionDecoder` &nbsp; ●●● &nbsp; 15 min
#
# **Build** `step`, with your `additive_score` and `attend`. The constructor is given.
#
# **Shapes.** `tokens (B,)`, `state` = `(h, c)` each `(B, H)`, `memory (B, T, M)`, `memory_mask (B, T)` in; `(logits (B, V), (h, c), weights (B, T))` out.
#
# **Example.** `AttentionDecoder(29, 32, 64, 64, 48).step(...)` for 8 sources of 20 words gives logits `(8, 29)` and weights `(8, 20)` whose rows sum to 1.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>
#
# `W_q`, `W_k` and `v` are `nn.Linear`s, your score wants matrices and a vector. What is the shape of `self.v.weight`?
#
# </details>
#
# <details><summary>Hint 2: a nudge</summary>
#
# Of the pair `(h, c)` only $h$ asks. `torch.cat([...], dim=-1)` twice, each time with the context *second*.
#
# </details>
#
# <details><summary>If you keep getting …</summary>
#
# - **right weights and state, wrong logits:** the projection reads the *new* $h$ and the context.
# - **right shapes, wrong weights:** did you look before you moved? And does the mask reach `attend`?
#
# </details>

# %% exercise="AttentionDecoder"
class AttentionDecoder(nn.Module):
    """A decoder that looks at the whole source again at every step (Bahdanau et al. 2015)."""

    def __init__(self, vocab_size, embedding_dim, hidden_size, memory_dim, attention_dim):
        """The sub-modules; nothing to do here."""
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, embedding_dim)
        self.cell = nn.LSTMCell(embedding_dim + memory_dim, hidden_size)
        self.W_q = nn.Linear(hidden_size, attention_dim, bias=False)
        self.W_k = nn.Linear(memory_dim, attention_dim, bias=False)
        self.v = nn.Linear(attention_dim, 1, bias=False)
        self.projection = nn.Linear(hidden_size + memory_dim, vocab_size)

    def step(self, tokens, state, memory, memory_mask):
        """tokens: (B,); state: (h, c), each (B, H); memory: (B, T, M); memory_mask: (B, T) bool, True = may attend.

        Returns (logits (B, V), (h, c), weights (B, T)).
        """
        ### BEGIN SOLUTION
        h, c = state  # each (B, H)
        scores = additive_score(h, memory, self.W_q.weight, self.W_k.weight, self.v.weight[0])  # (B, T)
        context, weights = attend(scores, memory, memory_mask)  # (B, M), (B, T)
        h, c = self.cell(torch.cat([self.embedding(tokens), context], dim=-1), (h, c))  # each (B, H)
        logits = self.projection(torch.cat([h, context], dim=-1))  # (B, V)
        return logits, (h, c), weights
        ### END SOLUTION

# %% check="AttentionDecoder"
check("AttentionDecoder")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 7 · Experiment: the same translator, with attention
#
# The same encoder, the same width, the same data, and half as many training steps. **Predict:** accuracy at 12 digits? And where will the weights be when it says *ein*
# of *einundzwanzig*?

# %% [markdown]
# *My prediction:* at 12 digits … ; when it says "ein" it looks at …

# %% tags=["demo"]
class AttentiveTranslator(nn.Module):
    """Your LSTM as encoder, your AttentionDecoder after it; the decoder starts from the encoder's last state."""

    def __init__(self, source_vocab, target_vocab, embedding_dim=32, hidden_size=64, decoder=AttentionDecoder):
        super().__init__()
        self.source_embedding = nn.Embedding(source_vocab, embedding_dim)
        self.encoder = LSTM(embedding_dim, hidden_size)
        self.decoder = decoder(target_vocab, embedding_dim, hidden_size, hidden_size, hidden_size)

    def begin(self, source, lengths):
        memory, state = self.encoder(self.source_embedding(source), lengths)
        return state, memory, torch.arange(source.size(1)) < lengths[:, None]  # mask: (B, T_s)

    def forward(self, source, lengths, decoder_input):
        state, memory, mask = self.begin(source, lengths)
        steps = []
        for tokens in decoder_input.unbind(dim=1):
            logits, state, _ = self.decoder.step(tokens, state, memory, mask)
            steps.append(logits)
        return torch.stack(steps, dim=1)  # (B, T, V)

    def translate(self, source, lengths):
        def step(tokens, everything):
            state, memory, mask = everything
            logits, state, _ = self.decoder.step(tokens, state, memory, mask)
            return logits, (state, memory, mask)

        return greedy_decode(step, self.begin(source, lengths), BOS, EOS, LONGEST)

# %% tags=["demo"]
torch.manual_seed(0)
attentive = AttentiveTranslator(len(numbers.source), len(numbers.target))
attentive_losses = train(attentive, forced_loss(attentive), numbers, seed=0, recipe=Recipe(steps=400))
attentive_shares = exact_match(attentive.translate, numbers, numbers.held_out)
print("digits           ", *(f"{digits:5}" for digits in DIGITS), "    all")
for name, shares in {"no attention": plain_shares, "with attention": attentive_shares}.items():
    print(f"{name:17}", *(f"{shares[str(digits)]:5.2f}" for digits in DIGITS), f"{shares['all']:7.3f}")

# %% tags=["demo"]
show(
    loss_curves(
        {"no attention": plain_losses, "with attention": attentive_losses}, "loss (nats per token)", "training step"
    ),
    caption="Training loss of your two translators. With attention it is near 0 after 400 steps; without, it is "
    "still on its way after 800.",
    alt="Two falling curves. The one with attention ends at step 400 close to 0, the other one ends at step 800 "
    "clearly above 0.",
)

# %% [markdown] slideshow={"slide_type": "subslide"}
# **Three seeds, and all three scores.** The curve of section 3, once more, with attention:

# %% tags=["demo"]
kinds = {"no attention": "no attention", "additive": "additive", "general": "general", "dot": "dot"}
show(
    curves_with_spread(
        DIGITS,
        {name: by_length(rows[kind]) for name, kind in kinds.items()},
        "digits of the number",
        "translated without a mistake",
    ),
    caption=f"Held-out numbers translated without a mistake after {rows['additive']['steps']:,} steps, mean and "
    "range of three seeds. With attention, of whatever "
    "kind, length hardly matters any more; only 'general' wavers, down to 0.85 in one seed at 12 digits.",
    alt="Over 3 to 12 digits, the line without attention falls from 1 to 0; three lines with attention stay "
    "close to 1, one of them with dips to 0.92.",
)
for name, kind in kinds.items():
    print(f"{name:13} {rows[kind]['parameters']:7,} parameters, right: {rows[kind]['exact_match']}")

# %% [markdown]
# **What changed?** Not the size: the model with attention has about half as many parameters again, and section 3's wider one has three times as many and still breaks off.
# What changed is the **path**. From $h_j$ to the state $s_t$ there is now one step, whatever $j$ and $t$, for the information and for the gradient. That is what attention did for
# translation: in Bahdanau et al. (2015, table 1), trained on sentences of up to 50 words, the score of the translations (BLEU, unit 06; more is better) rose
# from 17.8 to 26.8, and it no longer fell with the sentence's length.

# %% [markdown] slideshow={"slide_type": "slide"}
# ### Reading the weights: a heat map
#
# A row for each piece said, a column for each word read. Follow *ein und … zwanzig*, or any two digits before *und*:

# %% tags=["demo"]
@torch.no_grad()
def explain(number):
    """What your model makes of a number, and the weights of every step."""
    pair = number_words.pair(number)
    source = torch.tensor([numbers.source.encode(pair.source)])
    said = numbers.target.decode(attentive.translate(source, torch.tensor([source.size(1)]))[0])
    state, memory, mask = attentive.begin(source, torch.tensor([source.size(1)]))
    weights = []
    for token in (BOS, *numbers.target.encode(said)):
        _, state, row = attentive.decoder.step(torch.tensor([token]), state, memory, mask)
        weights.append(row[0])
    return Translation(pair.source, said, pair.target, torch.stack(weights)[: len(said)].tolist())


example = explain(53_421)
picture = heat_map(example.weights, example.said, example.source)
picture.axes[0].set(xlabel="English word: what is looked at", ylabel="German piece: about to be said")
show(
    picture,
    caption="Weights of your model for 53,421. Fifty-three and twenty-one are read from left to right and said "
    "from right to left: after each 'und' the bright cell "
    "steps back. Elsewhere it moves on to the right, or stays.",
    alt="Heat map, German pieces by English words. Bright cells run from the upper left to the lower right, "
    "except where units and tens change places.",
)
print(
    "right" if tuple(example.said) == tuple(example.expected) else f"wrong; it should be {' '.join(example.expected)}"
)

# %% [markdown]
# One picture may be lucky. So count: at every unit and every ten that change places, in all held-out numbers, is the largest weight on the word translated?

# %% tags=["demo"]
print("share of units and tens with the largest weight on their own word, three seeds:")
for kind in ("additive", "general", "dot"):
    print(f"  {kind:10}", rows[kind]["right_places"])

# %% [markdown]
# Nearly always, and nobody ever said which word is whose. But compare with the table before: *general* has the cleanest maps and the most mistakes of the three. And why does *dot* miss
# the same share in all seeds? It is the share of first steps, 229 of 3,620 places: there $s_0$ *is* $h_{T_s}$, so the query equals the last key, and without a matrix it likes itself best.
#
# **Don't over-read such maps.** $h_j$ is not word $j$, but the sentence up to it: the state at *hundred*, in *four hundred*, has read *four*, too. So a piece may be taken from the word
# after its own (in our run *vier* looks at *hundred*), and that is no mistake. And nothing is *picked*: the weights are positive everywhere and the context is a mean of all.
#
# **Try it** with any number. Where does it break? It has seen 3 to 12 digits: what about 21, or 7?

# %% tags=["demo"]
translation_explorer(explain, numbers=[53_421, 777_021, 616_317, 2_000_001, 38_000_000_099, 21], largest=10**12 - 1)

# %% [markdown] slideshow={"slide_type": "slide"}
# ### Which α's can be computed at the same time?
#
# **Within a step, all:** $\alpha_{t1} \dots \alpha_{tT_s}$ need the same $s_{t-1}$ and nothing of each other, except the sum below the fraction. Your `additive_score` has no loop over keys.
# **Across steps, none:** $\alpha_{t+1}$ needs $s_t$, $s_t$ needs $c_t$, and $c_t$ needs $\alpha_t$.

# %% tags=["demo"]
show(
    waiting(3, 3),
    caption="What waits for what: three source words, three decoder steps. Down the side, the steps that must "
    "be taken one after the other: the encoder's three, "
    "then two for each piece said. What stands in a row can be computed at the same time.",
    alt="Rows numbered 1 to 9. Rows 1 to 3 hold the encoder states one after the other. Rows 4, 6 and 8 each "
    "hold three squares side by side, the weights of a step; rows "
    "5, 7 and 9 hold the decoder states between them. Arrows lead from row to row.",
)

# %% [markdown]
# That is $T_s + 2T$ dependent steps, *even in training*, when the whole target is known: teacher forcing supplies $y_{t-1}$, but $s_{t-1}$ still has to be computed. (The projected keys
# $W_k h_j$ don't depend on $t$: a faster decoder computes them once.) What if the query didn't come from a recurrent state? Then all rows could go at once. That is unit 04.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 8 · Teacher forcing: what it buys and what it costs
#
# **It buys** stable lessons. Early in training nearly everything the decoder says is wrong; reading its own guesses, it would learn to continue nonsense. One wrong piece and
# the rest is judged against a target that it no longer fits: errors **propagate**.
#
# **It costs** practice. In training the decoder has never read a mistake. When translating, it reads its own, and is somewhere that training never was. This
# is **exposure bias**. So teacher forcing trades error propagation in training for exposure bias at inference.
#
# How bad is it? **Measure:** let a model read right tokens, but at one place swap a digit (*drei* for *vier*). The rest of the translation isn't affected by that digit, so a robust decoder
# goes on as if nothing had happened. First, your two models:

# %% tags=["demo"]
LIKE = ("zwei", "drei", "vier", "fünf", "acht", "neun")
ahead = range(1, slips.AHEAD + 1)
for name, model in {"no attention": plain, "with attention": attentive}.items():
    found = slips.after_a_slip(model, numbers, numbers.held_out, LIKE)
    print(f"{name:15} pieces after the place", *(f"{distance:5}" for distance in ahead))
    print(" " * 15, "right token read:     ", *(f"{share:5.2f}" for share in found.clean))
    print(" " * 15, "wrong token read:     ", *(f"{share:5.2f}" for share in found.slipped))

# %% [markdown]
# Now train the model *without* attention in three ways: on right tokens; on its own; on a mixture, each token read drawn from one or the other with a coin (scheduled sampling,
# Bengio et al. 2015, here with a fixed coin). **Predict:** which translates best? Which bears a slip best?

# %% tags=["demo"]
names = {"0.0": "right tokens", "0.5": "half and half", "1.0": "its own"}
teacher = measured["teacher"]


def mean(values):
    return sum(values) / len(values)


def lost(row):
    """Share of right pieces lost to a slip, mean over the distances and seeds."""
    return mean([mean(clean) - mean(slipped) for clean, slipped in zip(row["clean"], row["slipped"], strict=True)])


print("trained on       right pieces, teacher   right pieces, alone   lost to a slip   whole numbers right (seeds)")
for share, name in names.items():
    row = teacher[share]
    print(
        f"{name:16} {mean(row['forced_tokens']):16.3f} {mean(row['free_tokens']):22.3f} {lost(row):18.3f}   "
        f"{row['exact_match']}"
    )

# %% [markdown]
# (Three seeds each, the same number of steps; "teacher": right tokens are read, "alone": its own; "lost to a slip": share of right pieces among the next eight.)
#
# **Both halves of the trade are there.** Taught with right tokens, the model loses most when it runs alone and most to a slip: one wrong digit, and several further ones follow that had
# nothing to do with it. Taught on its own tokens, it shrugs slips off. And yet it translates *fewer numbers without a mistake*: up to its first mistake a model reads right tokens
# anyway, and the lessons of the teacher were better. Which one you want depends on what a mistake costs: a flawless translation, or the damage after a flaw.
#
# The cure that worked best is none of the three: **with attention** (the cell before) there is hardly anything to propagate, since what comes next is read from the source and not from memory.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 9 · Words with and without context
#
# An embedding gives a word one vector, whatever stands around it: *bank* of a river, *bank* with an account. A state $h_j$ has read what came before. How similar are the vectors of *seven* in
# different numbers? Cosine, $\cos\theta = q\cdot k/(\lVert q\rVert\lVert k\rVert)$:

# %% tags=["demo"]
@torch.no_grad()
def vectors_of(word, texts):
    """The embedding (without context) and the encoder's output (with context) at a word, for each text."""
    found = []
    for text in texts:
        tokens = text.split()
        source = torch.tensor([numbers.source.encode(tokens)])
        embedded = attentive.source_embedding(source)
        outputs, _ = attentive.encoder(embedded)
        found.append((embedded[0, tokens.index(word)], outputs[0, tokens.index(word)]))
    without, with_context = zip(*found, strict=True)
    return torch.stack(without), torch.stack(with_context)


def cosines(vectors):
    unit = vectors / vectors.norm(dim=-1, keepdim=True)  # (N, D), all of length 1
    return unit @ unit.T  # (N, N)


texts = [
    "seven hundred",
    "seven thousand",
    "two hundred and seven",
    "nine hundred and seven",
    "forty seven",
    "two hundred and forty seven",
]
without, with_context = vectors_of("seven", texts)
print("smallest cosine of two embeddings of 'seven':", f"{cosines(without).min():.2f}")
print("cosines of the encoder's outputs at 'seven':")
for text, row in zip(texts, cosines(with_context).tolist(), strict=True):
    print(f"  {text:28}", *(f"{cosine:5.2f}" for cosine in row))

# %% [markdown]
# The embeddings are one and the same vector. The encoder's outputs tell the first *seven* of a number from one after *and*, and that from one after a ten: exactly what decides what German puts there.
# But a *seven* before *hundred* and one before *thousand* look the same: this encoder reads from left to right and has not seen what follows. A bidirectional one has
# (unit 01's `BiLSTM`; Bahdanau's encoder is one). Such **contextual vectors** need no Transformer, and were used before it: any bidirectional LSTM makes them, and those of ELMo
# (Peters et al. 2018), which made them famous, came from one.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 10 · Debugging: three translators
#
# Numbers of 3 and 4 digits, 150 steps. Two of three versions are broken. All run without an error, and one has the best loss curve you have ever seen. Decide by the curves first: who is ill? What would you
# look at next? Write it down before you go on.

# %% tags=["demo"]
def short(pairs):
    return tuple(pair for pair in pairs if int(pair.group) <= 4)


small = Corpus(short(numbers.train), short(numbers.held_out))


class OddDecoder(AttentionDecoder):
    def step(self, tokens, state, memory, memory_mask):
        (h, c), last = state, memory[:, -1]
        scores = additive_score(last, memory, self.W_q.weight, self.W_k.weight, self.v.weight[0])
        context, weights = attend(scores, memory, memory_mask)
        h, c = self.cell(torch.cat([self.embedding(tokens), context], dim=-1), (h, c))
        return self.projection(torch.cat([h, context], dim=-1)), (h, c), weights


def odd_loss(model):
    def loss(batch):
        decoder_input, labels = teacher_forcing_pair(batch.target, batch.target_lengths, BOS, EOS, PAD)
        return sequence_loss(model(batch.source, batch.source_lengths, labels), labels, PAD)

    return loss

# %% tags=["demo"]
suspects, curves = {}, {}
for name, decoder, loss in (
    ("A", AttentionDecoder, odd_loss),
    ("B", OddDecoder, forced_loss),
    ("C", AttentionDecoder, forced_loss),
):
    torch.manual_seed(1)
    suspects[name] = AttentiveTranslator(len(small.source), len(small.target), decoder=decoder)
    curves[name] = train(suspects[name], loss(suspects[name]), small, seed=1, recipe=Recipe(steps=150, warmup=20))
show(
    loss_curves(curves, "loss (nats per token)", "training step"),
    caption="Training loss of three translators with attention, the same data in the same order.",
    alt="Three loss curves. A falls to 0 at once; C follows later; B stays above both.",
)

# %% [markdown]
# **First tool: let them speak alone.** The loss is measured with a teacher. Translation isn't.

# %% tags=["demo"]
pair = small.held_out[120]
for name, model in suspects.items():
    share = exact_match(model.translate, small, small.held_out)["all"]
    print(
        f"{name}: right {share:.2f};",
        " ".join(pair.source),
        "→",
        " ".join(translations(model.translate, small, [pair])[0][:12]),
    )

# %% [markdown]
# **Second tool: look at the weights.** A row for each step, as in section 7:

# %% tags=["demo"]
with torch.no_grad():
    batch = small.batch([pair])
    decoder_input, _ = teacher_forcing_pair(batch.target, batch.target_lengths, BOS, EOS, PAD)
    for name, model in suspects.items():
        state, memory, mask = model.begin(batch.source, batch.source_lengths)
        print(f"{name}:  said ↓   looks at →", *(f"{word:>9}" for word in pair.source))
        for token, said in zip(decoder_input[0], (*pair.target, "EOS"), strict=True):
            _, state, row = model.decoder.step(token[None], state, memory, mask)
            print(f"{said:>25}", *(f"{weight:9.2f}" for weight in row[0].tolist()))

# %% [markdown]
# <details><summary>The verdicts</summary>
#
# **A reads the answer.** Its decoder is given the labels instead of the shifted input: it learns to repeat what it reads. With a teacher that is perfect, the loss goes to 0; alone, it starts from BOS, which it has never seen, and has
# nothing to repeat. A loss that falls *too* fast is a symptom.
#
# **B asks the same question at every step.** Its query is the last encoder state, not the decoder's own, so all rows of its weights are equal: it has one context for the whole translation, a
# bottleneck again. $\alpha$ must depend on the decoder's state. (And `memory[:, -1]` is padding for all but the longest source: a second fault in the same line.) Its loss curve alone would pass
# for that of a model that needs more training.
#
# **C is sound.**
#
# </details>

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 11 · For the keen: dates in 29 languages
#
# Is this a peculiarity of numbers? *mardi 3 mars 2026*, *2026. márc. 3.*, *3 Μαρτίου 2026* → 2026-03-03, character by character; 20,000 dates to train on (made with Babel), no day of the
# held-out ones among them. The same two models, the same recipe:

# %% tags=["demo"]
show(
    bars_with_spread(
        {name: row["exact_match"] for name, row in measured["dates"].items()}, "dates translated without a mistake"
    ),
    caption=f"Held-out dates that are right in all ten characters, after {measured['recipe']['steps']:,} steps; "
    "a dot is a seed.",
    alt="Two bars with three dots each: without attention and with additive attention; the second is higher.",
)
for name, row in measured["dates"].items():
    hardest = sorted(row["by_group"], key=lambda locale: mean(row["by_group"][locale]))[:4]
    print(f"{name:13} hardest:", *(f"{locale} {mean(row['by_group'][locale]):.2f}" for locale in hardest))

# %% [markdown]
# With attention every language is solved; without it the average hides a lot. Why these four? Our guess, not a measurement: Lithuanian, Croatian, Turkish and Czech share few names of months with
# the rest. *Sausio*, *siječnja*, *ocak* and *ledna* are all January, and *listopad* is October in Croatian but November in Czech: more to learn from fewer examples. (It doesn't explain Hungarian,
# which is nearly as hard and says *január*.) The gain isn't a peculiarity of numbers or of long outputs: the output here always has ten characters.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 12 · What it can't do
#
# **It still waits.** Attention shortened the *path* to one step, but encoder and decoder go on word by word ($T_s + 2T$ dependent steps). On hardware that could do thousands of things at once, it waits.
#
# **It asks one question per step,** of a memory that was itself written one word at a time.
#
# **It compares everything with everything,** $T_s \times T$ scores: nothing for a sentence, much for a book.
#
# If attention does the carrying, what is the recurrence still for? Take it away, and the model can no longer tell "dog bites man" from "man bites dog". Unit 03 mends that; unit 04 asks several questions at once.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### You will read elsewhere that …
#
# | … | but |
# |---|---|
# | attention focuses on a single part of the input | it is a soft weighting of all parts; only masked ones get exactly 0 |
# | the weights say how similar input and output are | they compare the decoder's *state* with the encoder's states; the output isn't there yet |
# | the weights α belong to the sentence | they depend on the decoder's state and are new at every step (suspect B) |
# | attention needs a Transformer | it was invented on recurrent networks and removed their bottleneck there; the Transformer removed the recurrence |
# | attention makes translation parallel | within a step, yes; from step to step an RNN decoder still waits |
# | contextual word vectors came with the Transformer | bidirectional LSTMs made them before; ELMo's, the first famous ones, are recurrent |
# | one vector is too small for a long sentence | bits there are enough; it is learning to pack and unpack them that fails, sooner or later with length |
# | teacher forcing is a trick that only makes things faster | it *is* the maximum-likelihood objective; its price is exposure bias |
# | taking the most probable token gives the most probable translation | it is greedy, one of several ways to decode (unit 06) |
# | the loss is computed per sentence | per target token, EOS included, padding excluded |

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 13 · Self-test
#
# No points, and nothing is recorded. The wrong options are worth opening too.

# %% tags=["demo"]
from autograder.student.quiz import self_test

self_test("questions.yaml")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 14 · Summary on one screen
#
# | piece | formula | shape |
# |---|---|---|
# | target | $p(y \mid x) = \prod_t p(y_t \mid y_{<t}, x)$, from BOS to EOS | |
# | teacher forcing | reads BOS + y, says y + EOS | `(B, T + 1)` twice |
# | loss | mean of $-\ln p$ over real target tokens | a number |
# | bottleneck | encoder's last $(h, c)$ is all that the decoder gets | path $T_s - j + t$ |
# | scores | $q\cdot k$; $\;q^\top W k$; $\;v^\top\tanh(W_q q + W_k k)$ | `(B, T_s)` |
# | weights | softmax over the allowed source positions | `(B, T_s)` |
# | context | $c_t = \sum_j \alpha_{tj} h_j$; $\;\partial c/\partial e_m = \alpha_m (h_m - c)$ | `(B, M)` |
# | step | look with $s_{t-1}$, move, say from $[s_t; c_t]$ | logits `(B, V)` |
# | with attention | path 1; $T_s + 2T$ dependent steps; $T_s \times T$ scores | |

# %% [markdown]
# ### Further reading, a word on each
#
# - Sutskever, Vinyals, Le 2014, [*Sequence to sequence learning with neural networks*](https://arxiv.org/abs/1409.3215): two LSTMs; they reversed the source, so that the paths between first words get short. Does your section 3 say why that helped?
# - Cho et al. 2014, [*On the properties of neural machine translation*](https://arxiv.org/abs/1409.1259): section 3's curve, on real sentences.
# - Bahdanau, Cho, Bengio 2015, [*Neural machine translation by jointly learning to align and translate*](https://arxiv.org/abs/1409.0473): sections 4 to 7; look at their figure 3.
# - Luong, Pham, Manning 2015, [*Effective approaches to attention-based neural machine translation*](https://arxiv.org/abs/1508.04025): the multiplicative scores.
# - Williams & Zipser 1989, [*A learning algorithm for continually running fully recurrent neural networks*](https://doi.org/10.1162/neco.1989.1.2.270): teacher forcing.
# - Bengio et al. 2015, [*Scheduled sampling*](https://arxiv.org/abs/1506.03099): section 8's mixture; and Huszár 2015, [*How (not) to train your generative model*](https://arxiv.org/abs/1511.05101): why it isn't the right objective.
# - Peters et al. 2018, [*Deep contextualized word representations*](https://arxiv.org/abs/1802.05365): ELMo.
#
# ### For the keen
#
# 1. **Reverse the source** (`pair.source[::-1]`) for the model without attention, as Sutskever et al. did. Which lengths gain, and which *pieces* of a number?
# 2. **Luong's order:** move first, look with the new state. What changes in `step`, and does the heat map shift by a row?
# 3. **A bidirectional encoder:** replace the encoder by unit 01's `BiLSTM` (`memory_dim` doubles). Do the two kinds of *seven* in section 9 part?
# 4. **Compute the projected keys once.** Change `step`'s contract so that $W_k h_j$ comes in from outside, and time it.
# 5. **How sharp may cosine be?** With scores between $-1$ and $1$ and $n$ keys, what is the largest possible weight? What would you multiply by, and what does unit 04's $\sqrt{D_k}$ do instead?
