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
# # 07 · GPT: a decoder-only language model
#
# **At the end you can** turn the encoder of unit 05 into a language model with one mask, train it on plain text, say in bits how good it is and against what, let it write with
# temperature, top-k and top-p, and say which of the three kinds of Transformer a task needs.
#
# **You need** unit 05's `Encoder`, unit 03's learned positions, unit 04's causal mask. Your own components are used if you have them.
#
# **Time:** about four hours, in two sittings of two: sections 1 to 7 with exercises 1 to 3 (35 min of exercises), then sections 8 to 15 with exercises 4 and 5 (40 min).
# The rest is for reading, derivations, experiment, explorer, debugging and self-test. An estimate of the authors, not a measurement on students.
#
# **One sentence to keep:** predicting the next token needs no labels, and whatever helps to predict it, the model has a reason to learn.

# %% [markdown]
# ### Notation
#
# | symbol | meaning |
# |---|---|
# | $B$, $T$, $V$ | texts in a batch, tokens of a text, size of the vocabulary |
# | $D$, $H$, $L$ | width of the vectors (`d_model`), heads, layers |
# | $x_t$ | token number $t$, counted from 1; $x_{<t}$ are all tokens before it |
# | $z_v$ | the logit of word $v$: its score before the softmax |
# | $\tau$ | the temperature |
#
# Shapes are batch first, a mask is boolean, and **True means "may attend"**.

# %% given="setup"
import math

import torch
import torch.nn.functional as F
from torch import nn

from autograder import check
from mine import Encoder, LearnedPositions, causal_mask

# %% tags=["demo"]
from data import gpt2
from data.language_models import Recipe, held_out_losses, start_small, train
from data.ngrams import accuracy, around, before, count, nats, ngrams
from data.python_prose import ALPHABET, MEASURED_ON, decode, encode, prose
from data.tables import results
from data.writing import known_share, pieces, repeated_share, words
from figures.attention import mask_picture
from figures.language_models import curves_on_log_axis, masks_side_by_side
from figures.sampling_explorer import Candidate, Sampled, sampling_explorer
from figures.style import show
from figures.training import loss_curves

torch.manual_seed(0)
torch.set_num_threads(1)  # models this small lose time by sharing their work
measured = results("07")  # three seeds each; `python -m data.build 07` measures again
text = prose()
V = len(ALPHABET)
known = "the text behind the outputs shown" if text.checksum == MEASURED_ON else "another version's: your numbers differ a little"
print(f"{len(text.train):,} characters to train on, {len(text.held_out):,} held out ({known}); V = {V}")
print(text.train[5000:5400])

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 1 · The question
#
# Unit 05's translator needs pairs: a sentence, and what it means in another language. Somebody has to write the second half. Text *without* a second half is
# everywhere: you have a hundred thousand characters of it above, the language reference that comes with every Python. **What can a Transformer learn from text alone?**
#
# **Let the text be its own label.** Cover the rest of a sentence, and the next token is the right answer; uncover it, and the one after is the next. Every
# position of every text is a question with a known answer, and nobody had to label anything (*self-supervision*).
#
# To answer well one must know a lot: that `"__debug_` goes on with `_"`, that *the built-in* is followed by a noun, and in the end, that an assertion is *checked*.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 2 · The idea in one picture: one mask
#
# The probability of a text is a product, whatever the model (the chain rule, no approximation):
#
# $$p(x_1, \dots, x_T) = \prod_{t=1}^{T} p(x_t \mid x_{<t}) .$$
#
# A model that gives $p(x_t \mid x_{<t})$ for every $t$ is called **autoregressive**: it predicts each token from those before it. A recurrent network does so by construction (unit 01). A Transformer
# encoder doesn't: it looks both ways. Take away the right half of its mask, and it does.

# %% tags=["demo"]
sentence = ["An", "assertion", "is", "checked", "at", "run"]
show(
    mask_picture(causal_mask(6), sentence, sentence),
    caption="The only difference between unit 05's encoder and a GPT. Row by row, each word may attend to itself and to "
    "what stands before it. So the vector in row t knows x₁ … x_t and nothing else, and may be asked for x_{t+1}.",
    alt="A table of six words by six words. On and below the diagonal the cells are filled, above it they are hatched.",
)

# %% [markdown]
# **$T - 1$ questions in one pass.** The vector at position $t$ has seen $x_1 \dots x_t$ and is asked for $x_{t+1}$. All positions are computed at once, as in unit 05's decoder in training, and none can see
# its own answer. One text of 64 tokens gives 63 predictions; without the mask one would need 63 passes.
#
# **Why one attention, not two?** Unit 05's decoder layer had a second one, cross-attention, to read the encoder's memory. Here there is no encoder, hence no memory, and nothing to read but one's own past. What remains of the
# decoder layer is causal self-attention and a feed-forward block, and *that is an encoder layer with a causal mask*. "Decoder-only" says what the model does; its parts are unit 05's `Encoder`.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 3 · The loss: how surprised is the model?
#
# Take the logarithm of the product and it becomes a sum; turn the sign and divide by the number of predictions, and it is the mean **surprise** per token:
#
# $$\mathcal{L} = -\frac{1}{T-1} \sum_{t=1}^{T-1} \log p(x_{t+1} \mid x_1 \dots x_t) .$$
#
# The first token has nothing before it and isn't predicted; the last position has nothing after it and can't be scored. Hence $T - 1$.
#
# **By hand.** A model gives the four next tokens of a text the probabilities $\tfrac12, \tfrac14, \tfrac14, \tfrac18$. Surprise in bits ($-\log_2$): $1, 2, 2, 3$; mean 2 bits, or $2\ln 2 = 1.386$ nats.
#
# **Which logits belong to which label?** Everything hinges on one place:
#
# | position | 1 | 2 | 3 | 4 |
# |---|---|---|---|---|
# | token | `d` | `i` | `c` | `t` |
# | its logits predict | `i` | `c` | `t` | (nothing known) |

# %% [markdown]
# ### Exercise 1 · `language_model_loss` &nbsp; ●○○ &nbsp; 10 min
#
# **Build** the mean surprise of all $T - 1$ predictions (Radford et al. 2018, eq. 1, with the sign turned and divided by their number), so that any text can be trained on as it is.
#
# **Shapes.** `logits (B, T, V)` and `ids (B, T)`, $T \ge 2$, in: the model's answers for the very ids it was given. A 0-d tensor (nats) out. No padding: the texts are cut to one length.
#
# **Example.** Logits of 0 everywhere are equal odds: whatever the ids, the loss is $\ln V$; with $V = 4$, 1.386.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>
#
# `logits[:, t]` was computed from tokens up to `t`. Which column of `ids` holds its label? For which `t` is there none?
#
# </details>
#
# <details><summary>Hint 2: a nudge</summary>
#
# Cut one end off the logits, the other end off the ids. `F.cross_entropy` wants the classes on axis 1, or two flat axes.
#
# </details>
#
# <details><summary>If you keep getting …</summary>
#
# - **a training loss that is almost 0 after a few steps:** each position is asked for the token it was *given*.
# - **a loss that won't fall far:** each position is asked for the token *before* it: the shift goes the wrong way; or texts were joined into one before they were shifted.
# - **nearly the right number:** the last position is scored against something, or the sum is divided by $T$.
#
# </details>

# %% exercise="language_model_loss"
def language_model_loss(logits, ids):
    """Mean cross-entropy, in nats, of predicting every token from those before it (Radford et al. 2018, eq. 1).

    logits: (B, T, V), of which position t is computed from tokens 0 … t; ids: (B, T), T ≥ 2. Returns a 0-d tensor.
    """
    ### BEGIN SOLUTION
    predictions = logits[:, :-1]  # (B, T-1, V)
    labels = ids[:, 1:]  # (B, T-1)
    return F.cross_entropy(predictions.flatten(0, 1), labels.flatten())
    ### END SOLUTION

# %% check="language_model_loss"
check("language_model_loss")

# %% tags=["demo"]
chances = torch.tensor([[1 / 2, 1 / 2, 0, 0], [1 / 4, 1 / 4, 1 / 4, 1 / 4], [1 / 4] * 4, [1 / 8, 1 / 8, 1 / 4, 1 / 2], [1 / 4] * 4])
loss = language_model_loss(chances.clamp_min(1e-9).log()[None], torch.tensor([[3, 0, 2, 1, 0]]))
print(f"by hand 2 bits = 1.386 nats; yours {loss:.3f}")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 4 · Perplexity: among how many does it guess?
#
# Nats are hard to picture. Turn the mean surprise back by the exponential:
#
# $$\mathrm{PPL} = e^{\mathcal{L}} = \Big(\prod_{n=1}^{N} \frac{1}{p_n}\Big)^{1/N} ,$$
#
# the geometric mean of $1/p$ over the $N$ predictions. A die with $V$ equal faces gives $p = 1/V$ and so the perplexity $V$. **A perplexity of 4 means: as unsure as a fair choice among 4.** By hand, for the four
# probabilities above: $2 \cdot 4 \cdot 4 \cdot 8 = 256$, and $256^{1/4} = 4 = 2^{2\text{ bits}}$.
#
# **A text is measured in batches, and the last one is small.** Say a batch of 3 tokens has a mean loss of 1 bit and one of 1 token has 5 bits (in nats, $\ln 2$ and $5\ln 2$):
#
# | how | result | |
# |---|---|---|
# | all four tokens: $(3\cdot1 + 1\cdot5)/4 = 2$ bits | $2^2 = 4$ | right: each *token* counts once |
# | mean of the two means: 3 bits | $2^3 = 8$ | the lonely token weighs as much as three |
# | weighted mean of perplexities: $(3\cdot2 + 1\cdot32)/4$ | $9.5$ | the exponential came too early: one bad batch rules |
#
# **Compare only what was cut alike.** A perplexity is *per token*. The same model of the same text, 2 bits a character, has the perplexity 4 per character and, at six characters a word, 12 bits or $4096$ per
# word. So texts in different tokens are compared in **bits per character**: all bits together, $\mathcal{L}N/\ln 2$, divided by the characters of the text. Here tokens *are* characters.

# %% [markdown]
# ### Exercise 2 · `perplexity` &nbsp; ●○○ &nbsp; 5 min
#
# **Build** the perplexity of a text that was measured in batches, so that results don't depend on how it was cut into them.
#
# **In and out.** `losses`: a list of floats, the mean loss of each batch in nats; `counts`: a list of ints, how many tokens each mean is over. A float out.
#
# **Example.** `perplexity([math.log(2), 5 * math.log(2)], [3, 1])` is 4.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>
#
# What is the sum of all tokens' losses in a batch whose mean you know?
#
# </details>
#
# <details><summary>Hint 2: a nudge</summary>
#
# All losses added up, divided by all tokens, and only then the exponential, once.
#
# </details>
#
# <details><summary>If you keep getting …</summary>
#
# - **8 in the example:** every batch counts the same. **9.5 or 17:** the exponential is taken for each batch.
# - **a tiny number, or a huge one:** the losses are means already; a sum is divided by, or multiplied with, the counts once too often.
#
# </details>

# %% exercise="perplexity"
def perplexity(losses, counts):
    """The exponential of the mean loss of a token.

    losses: the mean loss of each batch, in nats; counts: the number of tokens of each batch. Returns a float.
    """
    ### BEGIN SOLUTION
    total = sum(loss * count for loss, count in zip(losses, counts))
    return math.exp(total / sum(counts))
    ### END SOLUTION

# %% check="perplexity"
check("perplexity")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 5 · The honest opponent: counting
#
# Before any network is praised: how far does one get by *counting*? An **n-gram model** looks up what followed the last $n - 1$ characters in the training text, and how often. With $n = 1$ it knows letter
# frequencies, with $n = 2$ that `q` is followed by `u`. Long contexts were seldom seen, or never; so each count is mixed with the answer $p'$ of the context that is one shorter (Witten & Bell 1991):
#
# $$p(x \mid h) = \frac{\mathrm{count}(h, x) + k(h)\; p'(x)}{\mathrm{count}(h) + k(h)} , \qquad k(h) = \text{how many different characters have followed } h .$$
#
# *By hand:* after `qu`, seen 8 times, came `e` 5 times, `i` 2 times, `o` once: $k = 3$. If the shorter context gives `a` the probability $.11$, then $p(\texttt{a} \mid \texttt{qu}) = (0 + 3\cdot.11)/(8 + 3) = .03$: unlikely, but not impossible.

# %% tags=["demo"]
CONTEXT = 64  # characters that our model will see at most; nothing is scored with less than half of that before it
bits_of = {}
print("n   bits per character   perplexity   numbers stored")
for n in range(1, 7):
    counted = ngrams(text.train, n, V)
    loss = nats(counted, before(text.held_out, n - 1, first=CONTEXT // 2 + 1))
    bits_of[n] = loss / math.log(2)
    print(f"{n} {bits_of[n]:12.2f} {perplexity([loss], [1]):19.2f} {counted.size:16,}")

# %% [markdown]
# Better and better, then worse: the table grows, and more and more contexts of the held-out text aren't in it. Nor can a table know that *the built-in type* and *the built-in class* are alike. That
# is the weakness a network can use: it *shares* what it learns between contexts that are similar. **The number to beat is the best of these rows.**

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 6 · The model
#
# Four parts, three of which you have:
#
# | part | what | shape |
# |---|---|---|
# | `token_embedding` | a vector for each of $V$ words, not scaled | `(B, T)` → `(B, T, D)` |
# | `positions` | + a learned vector for each of `max_length` places (unit 03) | `(B, T, D)` |
# | `encoder` | unit 05's, pre-norm (so a norm stands at its end), under `causal_mask(T)` | `(B, T, D)` |
# | head | the logit of each word: the product with *its embedding*, $z_v = h \cdot e_v$ | `(B, T, V)` |
#
# **Why tie the head to the embedding?** A separate matrix $W$, `(D, V)`, would do. But both tables speak about the same words: similar words should be read alike *and* be predicted in similar places. Tied,
# the stream of unit 05 gets a plain meaning: it starts at the embedding of the word *here* and has to turn until it points to the embedding of the word that comes *next*. It saves $VD$ parameters, which at GPT-2's size
# ($V = 50{,}257$, $D = 768$) is 38.6 million of then 163 million. And a word that hardly ever occurs gets a gradient all the same, as one of the answers that would have been wrong (Press & Wolf 2017).
#
# **What it costs:** the embedding now must be good for two jobs, and must start small. With PyTorch's $\mathcal{N}(0, 1)$ entries, the norm at the end gives $h$ the length $\sqrt D$, so a logit has the standard deviation $\sqrt D = 8$ at $D = 64$, and the first loss
# is far above $\ln V$, the loss of one who knows nothing. GPT-2 starts its word vectors at standard deviation $0.02$: logits of size $0.02\sqrt{D} = 0.16$. Section 7 shows both losses.

# %% [markdown]
# ### Exercise 3 · `CausalLM` &nbsp; ●●○ &nbsp; 20 min
#
# **Build** the model (Radford et al. 2018, eq. 2; 2019 for the pre-norm). **Names matter:** `token_embedding` (`nn.Embedding`), `positions` (`LearnedPositions`), `encoder` (`Encoder`, pre-norm, its ReLU left as it is).
#
# **Shapes.** `forward(ids)`: `(B, T)` int64 in, any $1 \le T \le$ `max_length`; logits `(B, T, V)` out, no softmax. Dropout where you like, in train mode only (usual: on embedding + position, and inside the encoder).
#
# **Example.** `CausalLM(10, 8, 4, 2, 16, 1)` has $40 + 32 + 244 + 8 = 324$ parameters: words, places, one layer, the last norm. A separate head would be 40 more.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>
#
# `token_embedding.weight` is `(V, D)`, the encoder's output `(B, T, D)`. Which product of the two is `(B, T, V)`?
#
# </details>
#
# <details><summary>Hint 2: a nudge</summary>
#
# The mask depends on $T$ alone: make it in `forward`, on the device of `ids`. Don't make an `nn.Linear` for the head: use the table itself, transposed, each time.
#
# </details>
#
# <details><summary>If you keep getting …</summary>
#
# - **logits that move when a later token changes:** the encoder got no mask, or it isn't handed on.
# - **a surplus parameter, or gradients that don't agree:** the head has a matrix of its own, or a copy (`.clone()`, `.data`) that goes its own way.
# - **values that are off by a factor, or at every position:** nothing is scaled by $\sqrt D$ here, and `pre_norm=True` has to be said.
#
# </details>

# %% exercise="CausalLM"
class CausalLM(nn.Module):
    """A decoder-only language model: an encoder under a causal mask, its head tied to its embedding (Radford et al. 2018, eq. 2).

    Sub-modules: token_embedding, nn.Embedding(vocab_size, d_model); positions, LearnedPositions(max_length, d_model);
    encoder, a pre-norm Encoder.
    """

    def __init__(self, vocab_size, max_length, d_model, num_heads, d_ff, num_layers, dropout=0.0):
        """vocab_size: V; max_length: the longest context; d_model: D; the rest as for Encoder."""
        super().__init__()
        ### BEGIN SOLUTION
        self.token_embedding = nn.Embedding(vocab_size, d_model)
        self.positions = LearnedPositions(max_length, d_model)
        self.dropout = nn.Dropout(dropout)
        self.encoder = Encoder(num_layers, d_model, num_heads, d_ff, dropout, pre_norm=True)
        ### END SOLUTION

    def forward(self, ids):
        """ids: (B, T), T ≤ max_length. Returns logits (B, T, V); those at position t depend on tokens 0 … t only."""
        ### BEGIN SOLUTION
        x = self.dropout(self.positions(self.token_embedding(ids)))  # (B, T, D)
        mask = causal_mask(ids.shape[1]).to(ids.device)  # (T, T)
        h = self.encoder(x, mask)  # (B, T, D)
        return h @ self.token_embedding.weight.T  # (B, T, V)
        ### END SOLUTION

# %% check="CausalLM"
check("CausalLM")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 7 · Training on plain text
#
# Windows of 65 characters, cut anywhere from the text, 16 at a time: the model is shown the first 64 of each and asked for the last 64. Adam, warm-up, decay (unit 06). Two layers, $D = 64$, four heads.
#
# **Look at the first loss before you train.** Knowing nothing is $\ln V$; more than that is knowing something wrong.

# %% tags=["demo"]
def new_model(seed=0, **options):
    torch.manual_seed(seed)
    return CausalLM(V, CONTEXT, 64, 4, 256, 2, **options)


model = new_model()
batch = text.train_ids[: 32 * CONTEXT].view(32, CONTEXT)
with torch.no_grad():
    print(f"ln V = {math.log(V):.2f}")
    print(f"first loss, embeddings as PyTorch starts them: {language_model_loss(model(batch), batch):.2f}")
    start_small(model)
    print(f"first loss, embeddings as GPT-2 starts them:   {language_model_loss(model(batch), batch):.2f}")
print(f"{sum(p.numel() for p in model.parameters()):,} parameters")

# %% tags=["demo"]
recipe = Recipe(steps=700, batch_size=16, length=CONTEXT)
losses = train(model, language_model_loss, text.train_ids, seed=0, recipe=recipe)
ppl = perplexity(*held_out_losses(model, text.held_out_ids, CONTEXT))
show(
    loss_curves({"your model": losses}, "loss (nats per character)", "training step"),
    caption="Training loss, one seed. It starts at ln V, the loss of one who knows nothing.",
    alt=f"A curve that falls from {losses[0]:.1f} to about {sum(losses[-20:]) / 20:.1f}.",
)
print(f"held out: perplexity {ppl:.2f}, {math.log2(ppl):.2f} bits per character")

# %% [markdown]
# *A good place to stop: you have a trained model. If you close the notebook, run it from the top when you come back; this takes a minute or two.*

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 8 · Letting it write
#
# A language model gives probabilities. A *text* comes from choosing: a token from $p(\cdot \mid x_{<t})$, append it, ask again. How to choose is not part of the model, and there is more than one way:
#
# - **Greedy:** always the most probable one. Deterministic, and it tends to run in circles.
# - **Sampling:** draw each token with its probability. Lively, but there are many unlikely tokens, and together they are not so unlikely: sooner or later one is drawn, and the text is off the rails.
# - **Between the two** stand three dials, all of which act on the logits before the softmax.
#
# **Temperature** divides the logits: $p_v \propto e^{z_v/\tau} = (e^{z_v})^{1/\tau}$. Below 1 the likely get likelier; $\tau \to 0$ is greedy, $\tau \to \infty$ a fair die. **Top-k** keeps the $k$ likeliest. **Top-p**
# (*nucleus*, Holtzman et al. 2020) keeps the smallest set whose probabilities add up to at least $p$: few tokens where the model is sure, many where it isn't. What is dropped gets $z = -\infty$, and the softmax shares its
# probability among the rest.
#
# **By hand**, probabilities $(\tfrac12, \tfrac14, \tfrac18, \tfrac18)$, so logits $\ln$ of them:
#
# | dial | weights | probabilities |
# |---|---|---|
# | $\tau = \tfrac12$: squares | $16 : 4 : 1 : 1$ | $(.73, .18, .05, .05)$ |
# | $\tau = 2$: square roots | $1.41 : 1 : .71 : .71$ | $(.37, .26, .18, .18)$ |
# | $k = 2$ | $2 : 1$ | $(.67, .33, 0, 0)$ |
# | $p = 0.7$: $.5$ is too little, $.5 + .25$ is enough | $2 : 1$ | $(.67, .33, 0, 0)$ |
# | $k = 2$, then $p = 0.6$: of $(.67, .33)$ the first is enough | $1$ | $(1, 0, 0, 0)$ |
#
# The last line shows why the order is fixed: top-p is about what top-k has left, *renormalised*. Alone, $p = 0.6$ would have kept two.

# %% [markdown]
# ### Exercise 4 · `filter_logits` &nbsp; ●●○ &nbsp; 25 min
#
# **Build** the three dials: temperature, then top-k, then top-p on what is left (Holtzman et al. 2020, section 3.1).
#
# **Shapes.** `logits (..., V)` in, any number of leading axes; the same shape out: kept logits divided by the temperature, all others $-\infty$. `top_k=None` or `top_p=None` turn that dial off; $k > V$ keeps all.
# The token with which the mass *reaches* $p$ is kept. How ties are broken is free. The input must not be changed.
#
# **Example.** Logits $\ln(\tfrac12, \tfrac14, \tfrac18, \tfrac18)$, `top_p=0.7`: $(-0.69, -1.39, -\infty, -\infty)$.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>
#
# Sort the probabilities of a row and add them up: $.5, .75, .875, 1$. What is the sum *before* each token, and how does it tell, compared with $p$, whether the token is needed?
#
# </details>
#
# <details><summary>Hint 2: a nudge</summary>
#
# For top-k the smallest kept logit is a threshold: `topk(...).values[..., -1:]`. For top-p, `sort` gives you values and the order; decide in sorted order, and `scatter` carries the decision back to where each token stood.
#
# </details>
#
# <details><summary>If you keep getting …</summary>
#
# - **one token too few with top_p:** you dropped the one that crosses $p$. In the extreme, none is left and the softmax gives NaN.
# - **a flatter distribution at low temperature:** the logits are multiplied.
# - **right for one row, wrong for several:** the threshold was taken from the whole tensor, or the decision wasn't carried back row by row.
# - **a few tokens too many with both dials:** top-p must see the softmax of what top-k left.
#
# </details>

# %% exercise="filter_logits"
def filter_logits(logits, temperature=1.0, top_k=None, top_p=None):
    """Divide by the temperature, keep the k likeliest, of these the fewest with mass ≥ p (Holtzman et al. 2020, 3.1).

    logits: (..., V); None turns a filter off. Returns (..., V), −inf where a token is dropped.
    """
    ### BEGIN SOLUTION
    logits = logits / temperature
    if top_k is not None:
        kth = logits.topk(min(top_k, logits.shape[-1]), dim=-1).values[..., -1:]  # (..., 1)
        logits = logits.masked_fill(logits < kth, -math.inf)
    if top_p is not None:
        ordered, order = logits.sort(dim=-1, descending=True)
        probabilities = ordered.softmax(dim=-1)
        before = probabilities.cumsum(dim=-1) - probabilities  # mass of the likelier ones
        dropped = torch.zeros_like(logits, dtype=torch.bool).scatter(-1, order, before >= top_p)
        logits = logits.masked_fill(dropped, -math.inf)
    return logits
    ### END SOLUTION

# %% check="filter_logits"
check("filter_logits")

# %% tags=["demo"]
z = torch.tensor([1 / 2, 1 / 4, 1 / 8, 1 / 8]).log()
for dials in ({"temperature": 0.5}, {"temperature": 2.0}, {"top_k": 2}, {"top_p": 0.7}, {"top_k": 2, "top_p": 0.6}):
    print(f"{dials!s:28}", filter_logits(z, **dials).softmax(dim=-1).numpy().round(2))

# %% [markdown]
# ### Exercise 5 · `generate` &nbsp; ●●○ &nbsp; 15 min
#
# **Build** the loop: ask, filter, draw, append (Radford et al. 2019, section 3.6, sample their summaries so, with $k = 2$).
#
# **The context has an end.** `positions` knows `max_length` places, and position 65 of 64 has no vector. So the model is shown the *last* `max_length` tokens, and these get the places $0, 1, \dots$ anew. The text
# grows without limit; what left the window is forgotten for good.
#
# **Shapes.** `ids (B, T)`, `steps` an int, `generator` a `torch.Generator`, `filters` what `filter_logits` takes; `(B, T + steps)` out, beginning with `ids`. The model is asked in eval mode and without gradients, and is handed back in the
# mode it came in. `max_length` is `model.positions.embedding.num_embeddings`.
#
# **Example.** With `top_k=1` nothing is random: the likeliest token each time.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>
#
# The model answers at every position. Which answer is about the token that doesn't exist yet?
#
# </details>
#
# <details><summary>Hint 2: a nudge</summary>
#
# `torch.multinomial(probabilities, 1, generator=generator)` draws one index per row, `(B, 1)`. Remember `model.training` before you change it.
#
# </details>
#
# <details><summary>If you keep getting …</summary>
#
# - **an error beyond max_length:** crop what the model is given, not what you return.
# - **the same text every time:** the largest logit is taken, or the generator is made anew at each step.
# - **text that has nothing to do with the prompt:** the first position's logits were used.
#
# </details>

# %% exercise="generate"
@torch.no_grad()
def generate(model, ids, steps, generator, **filters):
    """Append sampled tokens, one at a time, showing the model its last max_length tokens (Radford et al. 2019).

    ids: (B, T); steps: how many tokens; generator: of the draws; filters: see filter_logits. Returns (B, T + steps).
    """
    ### BEGIN SOLUTION
    max_length = model.positions.embedding.num_embeddings
    was_training = model.training
    model.eval()
    for _ in range(steps):
        logits = model(ids[:, -max_length:])[:, -1]  # (B, V): what comes after the last token
        probabilities = filter_logits(logits, **filters).softmax(dim=-1)  # (B, V)
        drawn = torch.multinomial(probabilities, 1, generator=generator)  # (B, 1)
        ids = torch.cat([ids, drawn], dim=1)
    model.train(was_training)
    return ids
    ### END SOLUTION

# %% check="generate"
check("generate")

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Greedy, everything, or in between?
#
# **Predict first:** of which setting will most words be real words? Which repeats itself most?

# %% tags=["demo"]
def write(start, steps=150, seed=0, texts=1, **filters):
    """Continue a text; return the continuations."""
    ids = generate(model, encode(start)[None].repeat(texts, 1), steps, torch.Generator().manual_seed(seed), **filters)
    return [decode(row)[len(start) :] for row in ids]


START = "The value of "
SETTINGS = {
    "as it is": {},
    "temperature 0.5": {"temperature": 0.5},
    "temperature 1.5": {"temperature": 1.5},
    "top-k 3": {"top_k": 3},
    "top-p 0.8": {"top_p": 0.8},
    "greedy (top-k 1)": {"top_k": 1},
}
lexicon = frozenset(words(text.train))
print(f"{'':18} real words   repeats itself")
for name, dials in SETTINGS.items():
    texts = write(START, texts=8, **dials)
    real, again = (sum(map(share, texts)) / len(texts) for share in (lambda t: known_share(t, lexicon), repeated_share))
    print(f"{name:18} {real:10.0%} {again:16.0%}")
print(f"{'held-out text':18} {known_share(text.held_out, lexicon):10.0%} {repeated_share(text.held_out[:150]):16.0%}")

# %% [markdown]
# *Real words* occur in the training text; *repeats itself* is the share of stretches of 12 characters that the same text had before. Eight texts of 150 characters, one trained model: differences of a few per cent mean nothing here.
#
# **Greedy writes real words and goes in circles.** Each step is the likeliest, yet the whole is unlike anything a person wrote: people say unlikely things all the time. That is no bug of our small
# model; Holtzman et al. (2020) found it in GPT-2. **Sampling from everything** never loops, and pays with invented words: every step has a small chance of an unlikely letter, and a word is many steps. Between them, each
# dial trades one for the other.

# %% tags=["demo"]
def sample(start, temperature, top_k, top_p, seed):
    if not start:
        raise ValueError("write at least one character")
    dials = {"temperature": temperature, "top_k": top_k, "top_p": top_p}
    with torch.no_grad():
        logits = model(encode(start)[None, -CONTEXT:])[0, -1]
    chances, left = logits.softmax(dim=-1), filter_logits(logits, **dials).softmax(dim=-1)
    candidates = [Candidate(ALPHABET[i], chances[i].item(), left[i].item()) for i in logits.argsort(descending=True)]
    (written,) = write(start, steps=200, seed=seed, **dials)
    known = [(piece, not piece[0].isalpha() or piece in lexicon) for piece in pieces(written)]
    return Sampled(start, candidates, known, repeated_share(written))


sampling_explorer(sample, START, SETTINGS)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 9 · Experiment: a network against counting
#
# **Predict first:** which rows of section 5's table has your model beaten on the held-out text? And how much of it is left if it may look back at fewer characters?

# %% tags=["demo"]
print(f"counting, n = 2, 3, 5: {', '.join(f'{bits_of[n]:.2f}' for n in (2, 3, 5))} bits per character")
for context in (64, 32, 16, 8, 4, 2, 1):
    ppl = perplexity(*held_out_losses(model, text.held_out_ids, context))
    print(f"your model, the last {context:2} characters: {math.log2(ppl):.2f}")

# %% [markdown]
# Your model has beaten the counts of two characters before ($n = 3$) and lost to those of four ($n = 5$). Two things are unfair to it: it was stopped after 700 steps, and it was trained on windows of 64, so that short ones
# are strange to it.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Longer, from short windows too, with three seeds
#
# So: {{ results.recipe.steps | fixed }} steps, and models that were *trained* to look back at 64, 16, 4 or 1 characters, the same number of predictions in every step. **Predict:** will the model that sees four characters beat $n = 5$, which sees
# the same four? How much better is 16, and how much better than that is 64?

# %% tags=["demo"]
contexts = {context: measured["contexts"][context] for context in ("64", "16", "4", "1")}
counts = {int(n): row["bits"] for n, row in measured["ngrams"].items()}
fewest = min(counts, key=counts.get)
show(
    curves_on_log_axis(
        {f"sees {context}": (row["steps"], list(zip(*row["bits"], strict=True))) for context, row in contexts.items()},
        "training step",
        "bits per held-out character",
        levels={f"counting, n = {fewest}": counts[fewest]},
    ),
    caption="Held-out text, mean and range of three seeds, by training step (logarithmic). Dashed: the best count. The "
    "model that sees four characters stays above it, those that see 16 and 64 pass it, late.",
    alt="Four falling curves. The one for a single character is flat at 3.6 bits from the start; that for four "
    "ends close to the best count, 2.2; those for 16 and 64 end just below it, at 2.1.",
)
print("                     held-out text, three seeds                       training batch at the end")
for context, row in contexts.items():
    seeds = "  ".join(f"{bits:.2f}" for bits in row["final_bits"])
    rival = f"counting the same: {counts[int(context) + 1]:.2f}" if int(context) + 1 in counts else ""
    trained_on = sum(row["train_bits"]) / len(row["train_bits"])
    print(f"sees {context:2} characters:  {seeds}   {rival:26} {trained_on:8.2f}")

# %% [markdown]
# **With the same eyes, counting is as good.** Who sees one character can learn nothing but how often which one follows, and a table of pairs has just that ({{ results.contexts["1"].final_bits | mean | fixed(2) }} against
# {{ results.ngrams["2"].bits | fixed(2) }} bits). Who sees four has lost to the table of five ({{ results.contexts["4"].final_bits | mean | fixed(2) }} against {{ results.ngrams["5"].bits | fixed(2) }}), with each seed and twice as many numbers.
#
# **What the network can do is look further.** The tables fall apart beyond $n = 5$, for most longer contexts were never seen. A model that sees 16 shares what it learns between them, and reaches {{ results.contexts["16"].final_bits | mean | fixed(2) }} bits: better than the best
# count with each seed. Not by much, and not soon: after 1,600 steps it was still behind.
#
# **And 64?** {{ results.contexts["64"].final_bits | mean | fixed(2) }}: with each seed a little *worse* than 16. It learns more slowly, and at the end its batches cost {{ results.contexts["64"].train_bits | mean | fixed(1) }} bits a character where the held-out text costs {{ results.contexts["64"].final_bits | mean | fixed(1) }}: in a text of
# {{ results.text.train | fixed }} characters it has begun to learn by heart. (A batch scores all places, those with little before them too, so its number is a little too high to compare; for the model that sees four this outweighs all else.) To show what a long context is worth, it would take more text than this.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 10 · Is this GPT-2?
#
# Nearly. GPT-2 (Radford et al. 2019) has learned positions, pre-norm layers and a norm at the end, biases, a tied head without a bias, as yours does. Two things differ:
#
# | | your `CausalLM` | GPT-2 |
# |---|---|---|
# | activation | ReLU | GELU, in its tanh approximation: $\tfrac12 x\big(1 + \tanh(\sqrt{2/\pi}\,(x + 0.044715\,x^3))\big)$ |
# | stored weights | `nn.Linear`: `(out, in)`, computes $xW^\top + b$ | `Conv1D`: `(in, out)`, computes $xW + b$; query, key and value in one matrix `(D, 3D)` |
#
# The first is an argument of your `Encoder`. The second is a matter of renaming, cutting in three and transposing. So **your modules can hold GPT-2's weights.** Its size by hand, $L = 12$, $D = 768$:
#
# $$\underbrace{50257 \cdot 768}_{\text{words, and head}} + \underbrace{1024 \cdot 768}_{\text{places}} + 12\,(\underbrace{12 \cdot 768^2 + 13 \cdot 768}_{\text{a layer}}) + \underbrace{2 \cdot 768}_{\text{last norm}} = 124{,}439{,}808 .$$

# %% tags=["demo"]
from functools import partial
from importlib.util import find_spec

HAVE_TRANSFORMERS = find_spec("transformers") is not None


def gpt2_of_your_parts(words, places, width, heads, layers):
    yours = CausalLM(words, places, width, heads, 4 * width, layers)
    gelu = partial(F.gelu, approximate="tanh")
    yours.encoder = Encoder(layers, width, heads, 4 * width, pre_norm=True, activation=gelu)
    return yours.eval()


with torch.device("meta"):  # shapes without numbers: nothing is allocated
    print(f"{sum(p.numel() for p in gpt2_of_your_parts(50_257, 1024, 768, 12, 12).parameters()):,} parameters")
for name, source in gpt2.sources(num_layers=1).items():
    third = "" if source.third is None else f", third {source.third + 1} of 3"
    print(f"{name:47} ← {source.name}{third}{', transposed' if source.transposed else ''}")

# %% [markdown]
# **Offline**, a small GPT-2 of Hugging Face's with random weights shows that the mapping is right: whoever agrees with it on random numbers agrees on the trained ones. (Numbers so large that a wrong activation would show: the last line.)

# %% tags=["demo"]
def largest_gap(yours, theirs, ids):
    """How far your logits are from Hugging Face's, once you hold its weights."""
    gpt2.load(yours, theirs.state_dict(), theirs.config.n_layer)
    with torch.no_grad():
        return (yours(ids) - theirs.eval()(ids).logits).abs().max().item()


if HAVE_TRANSFORMERS:
    from transformers import GPT2Config, GPT2LMHeadModel

    torch.manual_seed(0)
    size = {"vocab_size": 50, "n_positions": 16, "n_embd": 32, "n_head": 4, "n_layer": 3}
    theirs = GPT2LMHeadModel(GPT2Config(**size, bos_token_id=0, eos_token_id=0))
    for parameter in theirs.parameters():
        nn.init.normal_(parameter, std=0.2)
    ids = torch.randint(50, (2, 16))
    gap = largest_gap(gpt2_of_your_parts(50, 16, 32, 4, 3), theirs, ids)
    assert gap < 1e-4, gap
    print(f"your parts with GELU: largest difference of a logit {gap:.0e}")
    print(f"your CausalLM, ReLU:  largest difference of a logit {largest_gap(CausalLM(50, 16, 32, 4, 128, 3).eval(), theirs, ids):.0e}")
else:
    print("This comparison needs the package transformers, which isn't installed: pip install transformers")

# %% [markdown]
# **With internet** (550 MB, once), set `DOWNLOAD = True`: the same cells, the real weights, pinned by their revision on the hub, writing with *your* `generate`.

# %% tags=["demo"]
DOWNLOAD = False


def real_gpt2(prompt="The Transformer is a model that"):
    from transformers import GPT2LMHeadModel, GPT2TokenizerFast

    hub = {"pretrained_model_name_or_path": "openai-community/gpt2", "revision": gpt2.REVISION}
    theirs, tokenizer = GPT2LMHeadModel.from_pretrained(**hub), GPT2TokenizerFast.from_pretrained(**hub)
    yours = gpt2_of_your_parts(50_257, 1024, 768, 12, 12)
    ids = tokenizer(prompt, return_tensors="pt").input_ids
    print(f"largest difference of a logit: {largest_gap(yours, theirs, ids):.0e}")
    print(tokenizer.decode(generate(yours, ids, 40, torch.Generator().manual_seed(0), top_p=0.9)[0]))


if not DOWNLOAD:
    print("GPT-2's own weights were not asked for (DOWNLOAD = False).")
elif not HAVE_TRANSFORMERS:
    print("This needs the package transformers, which isn't installed: pip install transformers")
else:
    try:
        real_gpt2()
    except OSError as problem:
        print(f"GPT-2's weights can't be had; is there internet? {str(problem).splitlines()[0]}")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 11 · Which Transformer for what?

# %% tags=["demo"]
english, german = ["the", "dog", "barks"], ["der", "Hund", "bellt"]
causal, full = causal_mask(6), torch.ones(6, 6, dtype=torch.bool)
joint = causal | (torch.arange(6) < 3)  # everyone sees the source
show(
    masks_side_by_side(
        {"encoder-only": full, "decoder-only": causal, "encoder-decoder": joint},
        {
            "encoder-only": sentence,
            "decoder-only": sentence,
            "encoder-decoder": english + german,
        },
    ),
    caption="Who may look at whom (row at column). In the third, the upper left is the encoder's self-attention, the lower "
    "left cross-attention, the lower right the decoder's self-attention; two stacks share the work.",
    alt="Three tables of six by six. The first is filled. The second is filled on and below the diagonal. In the third the left "
    "half is filled, the upper right is hatched, and the lower right is filled on and below its diagonal.",
)

# %% [markdown]
# | | encoder-only | decoder-only | encoder-decoder |
# |---|---|---|---|
# | example | BERT (unit 08) | GPT (this unit) | the translator (unit 05), T5 |
# | attentions in a layer | one: bidirectional | one: causal | encoder one, decoder two: causal and cross |
# | pretrained on plain text to | fill gaps | say what comes next | restore what was cut out |
# | gives | a vector for each token that knows *both* sides | a distribution over the next token | a text that depends on another text |
# | good for | classifying, tagging, finding answers, search | writing, dialogue, whatever can be phrased as "go on" | translation, summaries, speech to text |
# | doesn't suit | writing: it has no "next" | tasks whose clue comes later | tasks without a text to write |
# | cost of an answer | one pass | one pass per token written | one pass of the encoder, one of the decoder per token |
#
# **GPT versus BERT:** the same layers. GPT asks *what comes next?* at every position and sees the left; BERT asks *what stood here?* at 15 % of them and sees both sides. BERT can't ask everywhere: with both sides open, the answers lie open too.
#
# **What are both sides worth?** Count, as in section 5: guess a character from the four before it, or from two before and two after.

# %% tags=["demo"]
for name, pairs, reach in (("four before", before, 4), ("two before, two after", around, 2)):
    table = count(pairs(text.train, reach), 4, V)
    asked = list(pairs(text.held_out, reach, first=CONTEXT))
    print(f"{name:22} right {accuracy(table, asked):.0%}, {nats(table, asked) / math.log(2):.2f} bits")

# %% [markdown]
# The same number of characters, and far less doubt. That is why a task that *has* the whole text (is this review kind? is this word a name?) should be given to an encoder, and why a decoder-only model
# is at a disadvantage there at equal size. What speaks for it all the same: one way of training, on any text, serves every task that can be written down as text, and it gets an answer to *every* position for its pains, not to 15 %.
#
# A decoder-only model translates too: show it *English: … German:* and let it go on. In the middle picture the source's first word then can't see its last, though all of it is known.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 12 · Debugging: three models whose loss is fine
#
# A toy text: four random letters out of eight, over and over (`bdaf bdaf bdaf …`). Four models learn it: yours and three suspects, a wrong line each. **First, by hand:** how low can an honest loss get? 24 letters are predicted from those before them. The
# second to fourth can't be known: $\ln 8$ each. All others can: 0. So no model may get below $3 \ln 8/24 = 0.26$.

# %% tags=["demo"]
LETTERS, MOTIF, LONG = "abcdefgh", 4, 24


def motifs(generator, texts=32):
    """(B, LONG + 1): four random letters, repeated."""
    return torch.randint(len(LETTERS), (texts, MOTIF), generator=generator).repeat(1, LONG // MOTIF + 1)[:, : LONG + 1]


def yours_loss(model, ids):
    nothing_after_the_last = F.pad(model(ids[:, :-1]), (0, 0, 0, 1))
    return language_model_loss(nothing_after_the_last, ids)


def suspect_a_loss(model, ids):
    return F.cross_entropy(model(ids[:, :-1]).flatten(0, 1), ids[:, :-1].flatten())


def suspect_b_loss(model, ids):
    given, labels = ids[:, :-1], ids[:, 1:]
    return language_model_loss(model(given), labels)


def suspect_c_loss(model, ids):
    given = ids[:, :-1]
    return language_model_loss(model(given), given)


quartet, curves = {}, {}
for name, loss_fn in {"yours": yours_loss, "suspect A": suspect_a_loss, "suspect B": suspect_b_loss, "suspect C": suspect_c_loss}.items():
    torch.manual_seed(0)
    quartet[name] = toy = CausalLM(len(LETTERS), LONG, 32, 2, 128, 2)
    start_small(toy)
    optimizer, generator, curves[name] = torch.optim.Adam(toy.parameters(), lr=5e-3), torch.Generator().manual_seed(0), []
    for _ in range(150):
        loss = loss_fn(toy, motifs(generator))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        curves[name].append(loss.item())
show(
    loss_curves(curves, "loss (nats per letter)", "training step"),
    caption="Training loss of yours and three suspects. All fall and settle. Which of them are where they may be?",
    alt="Four falling curves: yours and suspect C settle near 0.27, suspect B a little lower, suspect A at nearly 0.",
)
print({name: round(sum(curve[-20:]) / 20, 3) for name, curve in curves.items()})

# %% [markdown]
# **Tool 1: the floor.** Who is below 0.26 knows what can't be known. **Tool 2: let it write,** greedily, beyond the length it was trained on.

# %% tags=["demo"]
start = torch.tensor([[0, 1, 2, 3, 0, 1, 2, 3]])
for name, toy in quartet.items():
    said = generate(toy, start, 40, torch.Generator(), top_k=1)[0].tolist()
    print(f"{name:9} " + "".join(LETTERS[i] for i in said[:8]) + "|" + "".join(LETTERS[i] for i in said[8:]))

# %% [markdown]
# <details><summary>The answers: open after you have decided</summary>
#
# *Suspect A* isn't shifted: every position is asked for the letter that it was given. It learns to copy, its loss goes to 0, and it says the last letter for ever.
#
# *Suspect B* is shifted twice: the labels were shifted when the batch was made, and the loss shifts once more. It learns to say the letter *after* the next. Its floor is lower, as only two of 23 letters can't be known, and it skips letters as it writes. A
# common accident: Hugging Face's models, too, shift inside, and want the labels unshifted.
#
# *Suspect C* is the subtle one. It trains on windows as long as its context, and of $T$ positions only $T - 1$ are asked. So the **last place is never trained**. Loss and held-out loss never look there. Writing does: from the
# 24th letter on the window is full, and *every* letter is chosen at the last place. That's why section 7 cuts windows of 65 for a context of 64. (It happened to the authors of this notebook: the model wrote 64 good characters, then gibberish.)
#
# </details>

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 13 · What it can't do
#
# **Recover from itself?** In training it read what people wrote; when it writes, it reads its own words (unit 02's *exposure bias*). Does it get worse as it goes on? Predict, then look:

# %% tags=["demo"]
longer = write(START, steps=320, texts=16, seed=1)
for first in range(0, 320, 80):
    whole = [" ".join(said[first : first + 80].split(" ")[1:-1]) for said in longer]  # no words cut in two
    print(f"characters {first:3} to {first + 80:3}: {known_share(' '.join(whole), lexicon):.0%} real words")

# %% [markdown]
# If the share falls from line to line, the model drifts away from what it was trained on; if it doesn't, it invents as much at once as it ever will. (Sixteen short texts of one model: a few per cent are chance.) A falling share alone wouldn't prove
# exposure bias either, since the prompt, which was real text, also leaves the window on the way.
#
# - **Tell true from false.** It was rewarded for what is likely after the text so far. A fluent falsehood costs no more than a fluent truth, and nothing in the loss asks.
# - **Remember beyond the window.** What is more than `max_length` tokens back doesn't exist for it; and with learned positions a longer window needs new training (unit 03).
# - **Cache past the window.** Unit 06's keys and values stay valid only while tokens keep their places. Once the window slides, each token gets a new place and all must be computed again.
# - **Stop looping** when it is made to take the likeliest token each time.
# - **Look ahead.** Section 11 has shown what the right side is worth. **Unit 08** opens the mask again, and needs another task for it.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### You will read elsewhere that …
#
# | … | but |
# |---|---|
# | a decoder-only block has two attentions, as in the Transformer | one: without an encoder there is nothing to cross to |
# | GPT predicts the word with the highest probability | it gives a distribution; taking the highest is greedy decoding, one of several choices |
# | each step of generation needs a new causal mask | one `(T, T)` mask serves all steps, and the model builds it |
# | the model is trained by letting it generate | it is trained on given text, all positions at once; it generates only afterwards |
# | BERT is a decoder, or can write like GPT | BERT is encoder-only; it fills gaps |
# | temperature makes a model creative | it flattens or sharpens the odds; the order of the candidates never changes |
# | the lower the perplexity, the better the model | on the same text, cut into the same tokens; else compare bits per character |
# | top-p drops everything below the probability p | it keeps the fewest tokens that together reach p |

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 14 · Self-test
#
# The wrong options are worth opening too.

# %% tags=["demo"]
from autograder.student.quiz import self_test

self_test("questions.yaml")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 15 · Summary on one screen
#
# | piece | formula | shape, cost |
# |---|---|---|
# | autoregression | $p(x) = \prod_t p(x_t \mid x_{<t})$ | $T - 1$ predictions in one pass |
# | model | embedding + position → encoder under `causal_mask(T)` → times the embedding, transposed | `(B, T)` → `(B, T, V)` |
# | loss | cross-entropy of `logits[:, :-1]` and `ids[:, 1:]` | nats per token; starts at $\ln V$ |
# | perplexity | $e^{\text{mean loss}}$, weighted by tokens | $V$ for a fair die; bits per character: $\mathcal{L}/\ln 2$ |
# | dials | $z/\tau$; the $k$ likeliest; the fewest with mass $\ge p$ | the rest is $-\infty$ |
# | generate | ask, filter, draw, append; the last `max_length` tokens | one pass per token |
#
# Encoder-only to understand, decoder-only to write, encoder-decoder to turn one text into another.

# %% [markdown]
# ### Further reading, a word on each
#
# - Radford et al. 2018, [*Improving language understanding by generative pre-training*](https://cdn.openai.com/research-covers/language-unsupervised/language_understanding_paper.pdf): GPT; eq. 1 and 2 are this unit.
# - Radford et al. 2019, [*Language models are unsupervised multitask learners*](https://cdn.openai.com/better-language-models/language_models_are_unsupervised_multitask_learners.pdf): GPT-2; tasks phrased as "go on".
# - Brown et al. 2020, [*Language models are few-shot learners*](https://arxiv.org/abs/2005.14165): GPT-3; the same, larger, and what that changed.
# - Holtzman et al. 2020, [*The curious case of neural text degeneration*](https://arxiv.org/abs/1904.09751): why greedy text loops, and top-p.
# - Press & Wolf 2017, [*Using the output embedding to improve language models*](https://arxiv.org/abs/1608.05859): tying, measured.
# - Shannon 1951, [*Prediction and entropy of printed English*](https://doi.org/10.1002/j.1538-7305.1951.tb01366.x): people guess the next letter; about one bit a character.
# - Jelinek et al. 1977, *Perplexity, a measure of the difficulty of speech recognition tasks*: where the word comes from.
# - Raffel et al. 2020, [*Exploring the limits of transfer learning with a unified text-to-text Transformer*](https://arxiv.org/abs/1910.10683): encoder-decoder, decoder-only and prefix models compared at equal cost.
#
# ### For the keen
#
# 1. **Cache.** Unit 06's `cached_attention` saves recomputing the past. Why does it stop helping as soon as the window slides, with learned positions? Would it with rotary ones?
# 2. **Words.** Train the same model on words instead of characters. Compare in bits per character, and say what an unknown word costs.
# 3. **By heart.** Section 9's model of 64 characters learns its text by heart. Train it with dropout of 0.1 and 0.2 (`new_model(dropout=…)`), a few thousand steps, and measure on both texts. Does the gap close? Does 64 beat 16 then?
# 4. **Likely is dull.** Plot, over a held-out text, the probability that your model gives each true next character; then the same over a greedy text of its own. Which one looks like a person's?
# 5. **Limits.** Show that $\tau \to 0$ and $p \to 0$ both give greedy decoding, and that $k = V$, $p = 1$, $\tau = 1$ change nothing. At which $\tau$ does the entropy of $(\tfrac23, \tfrac13)$ reach 0.99 bits?
#
# <details><summary>An answer to 1</summary>
#
# A learned position belongs to a place in the window. When the window slides, every token moves down one place, its vector changes, and with it all keys and values above. Rotary encodings turn queries and keys so that only the
# *distance* counts (unit 03), so the turned keys of the first layer stay right. But deeper layers' keys have seen the token that just left the window; keeping them gives a slightly different model (one that remembers a little more), which is what is done in practice.
#
# </details>
