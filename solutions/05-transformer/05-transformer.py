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
# # 05 · The Transformer
#
# **At the end you can** assemble the encoder-decoder Transformer from your own parts (its weights, copied into PyTorch's layers, give the
# same results), say what each part is for *because you have seen it taken out*, count its parameters without building it, and tell what it
# gained over unit 02's translators and what it paid.
#
# **You need** unit 04 (multi-head attention, masks) and unit 03's sinusoids; unit 02's translators for comparison. Your own components
# are used if you have them.
#
# **Time:** about five hours, in two sittings of two and a half: sections 1 to 6 with exercises 1 to 5 (55 min of exercises), then sections 7 to 15
# with exercises 6 to 9 (70 min). The rest is for reading, derivations, experiments, debugging and self-test. An estimate of the authors, not a measurement on
# students.
#
# **One sentence to keep:** every position has a vector that runs through the whole model, and each sub-layer only *adds* to it:
# attention what it fetched from other positions, the feed-forward block what it computed from what is there.

# %% [markdown]
# ### Notation
#
# | symbol | meaning |
# |---|---|
# | $B$, $T_s$, $T$, $V$ | sequences in a batch, positions of the source, positions of the target, size of the target vocabulary |
# | $D$, $H$, $D_\text{ff}$ | width of the vectors (`d_model`), heads, width inside the feed-forward block (`d_ff`) |
# | $L$ | layers of the encoder, and of the decoder (`num_layers`) |
# | $x_i$, $y_i$ | the vector at position $i$, in the encoder and in the decoder |
# | $f$ | a sub-layer: an attention or a feed-forward block, whatever stands in a residual connection |
# | $m_j$ | the encoder's output at source position $j$; all of them are the **memory** |
#
# Shapes are batch first, a mask is boolean, and **True means "may attend"**.

# %% given="setup"
import math

import torch
import torch.nn.functional as F
from torch import nn

from autograder import check
from mine import MultiHeadAttention, causal_mask, combine_masks, padding_mask, sinusoidal_encoding

# %% tags=["demo"]
from collections import Counter
from copy import deepcopy

from data import number_words
from data.attention_translators import Parts, built, few_digits, greedy, loss_of, start_small
from data.dropout_transformers import Translator as TorchTranslator
from data.recurrent_translators import framed
from data.tables import results
from data.training_costs import WORDS, training_cost
from data.translation import Recipe, exact_match, train
from figures.attention import head_grid
from figures.style import show
from figures.training import bars_with_spread, loss_curves
from figures.transformer import architecture, stream
from figures.translation import curves_with_spread
from figures.translation_explorer import Translation, translation_explorer

torch.manual_seed(0)
measured, recurrent = results("05"), results("02")  # three seeds each; `python -m data.build 05` measures again
numbers = number_words.corpus()  # unit 02's: 20,000 numbers in English and German words, 1,000 more held out

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 1 · The question
#
# Unit 02's translator with attention is right on nearly every number, but it can't hurry: its decoder takes $T_s + 2T$ steps one
# after the other, even in training, when the whole target is known. Unit 04's attention needs no such chain. But alone it has no order, it can
# only average, and it forgets the word it started from. **What must be put around attention so that attention is all the *mixing* one needs?**

# %% tags=["demo"]
show(
    architecture(),
    caption="The whole model of Vaswani et al. (2017), as you will build it. Blue: information moves "
    "between positions. Green: every position on its own. Each box has a way past it (the thin line) that "
    "ends in an addition. The encoder's output, the memory, goes to the cross-attention of every decoder "
    "layer.",
    alt="Two towers. Left, the encoder: embedding, plus positions, then L times self-attention and "
    "feed-forward. Right, the decoder: embedding, plus positions, then L times masked self-attention, "
    "cross-attention and feed-forward, a linear map and a softmax. An arrow leads from the top of the "
    "encoder to the cross-attention.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 2 · Three kinds of work
#
# | kind | done by | between positions? | depends on the data? |
# |---|---|---|---|
# | **across time:** fetch something from elsewhere | attention | yes, the only part that does | yes, the weights are computed from it |
# | **of position:** say where something stands | positional encoding | no | no, a fixed table |
# | **point-wise:** compute something new from what is there | feed-forward block | no, each position alone | through its ReLUs |
#
# The division of labour is strict. Cut attention out, and no word ever hears of another. Cut the feed-forward block out, and what is
# left between two softmaxes is, but for the norms, linear. Section 10 does just that, part by part, and shows the bill.
#
# **The picture to keep** is the vector of *one* position on its way up:

# %% tags=["demo"]
show(
    stream(("dog", "bites", "man")),
    caption="The residual stream. Each column is a position, a vector of width D that nobody replaces. A "
    "sub-layer reads the vectors, computes something, and adds its result. Attention (blue) reads other "
    "columns too; the feed-forward block (green) only its own.",
    alt="Three vertical lines labelled dog, bites, man. At two heights blue arrows lead from each line to "
    "its neighbours and back into it, at two others green loops lead from each line into itself.",
)

# %% [markdown]
# Nothing is handed from layer to layer but these $T$ vectors. They work like a **shared memory** of $D$ numbers for each position: a layer can
# read what any earlier one has written, leave its own result for any later one, and must leave alone what others need
# (Elhage et al. 2021). We build it from the smallest part up.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 3 · Keeping the numbers in range: layer normalisation
#
# Whoever adds and adds gets large numbers. Twelve sub-layers that each add something of variance 1 leave variance 13; a softmax that gets
# such scores saturates (unit 04, section 4). So the vector at each position is brought back to mean 0 and variance 1, *over its own $D$
# features* (Ba et al. 2016, eq. 3 and 4):
#
# $$\mu = \frac1D \sum_{d=1}^{D} x_d, \qquad \sigma^2 = \frac1D \sum_{d=1}^{D} (x_d - \mu)^2, \qquad
# \mathrm{LN}(x) = \gamma \odot \frac{x - \mu}{\sqrt{\sigma^2 + \varepsilon}} + \beta .$$
#
# - **$\gamma$ and $\beta$**, $D$ learned numbers each, start at 1 and 0: the network may undo the normalisation where it hurts.
# - **$\varepsilon$** keeps a constant vector from giving 0/0. It stands *inside* the root, so at $\sigma = 0$ the gradient stays finite as well.
# - **Why not over the batch,** as batch normalisation does? Then a sentence's result would depend on its neighbours in the batch and on their
#   padding, and a batch of one would have no variance. Layer normalisation looks at one position at a time; nothing else in the batch matters.
# - **It forgets length:** $\mathrm{LN}(cx) = \mathrm{LN}(x)$ for every $c > 0$ (up to $\varepsilon$). What counts is a vector's direction.
#
# **By hand.** $x = (2, 2, 2, 2, 7)$: mean $3$, deviations $(-1, -1, -1, -1, 4)$, variance $20/5 = 4$, root $2$. So
# $(x - \mu)/\sigma = (-.5, -.5, -.5, -.5, 2)$. With $\gamma = 2$ and $\beta = 1$ everywhere: $(0, 0, 0, 0, 5)$. (Dividing by $D - 1$, as
# statisticians do for a sample, would give variance 5. These $D$ numbers are no sample; they are all there are.)

# %% [markdown]
# ### Exercise 1 · `layer_norm` &nbsp; ●○○ &nbsp; 10 min
#
# **Build** the formula above (Ba et al. 2016, eq. 3 and 4), so that you know what `nn.LayerNorm`, used from then on, does.
#
# **Shapes.** `x (..., D)` with any number of leading axes, `gamma (D,)`, `beta (D,)`, `eps` in; the shape of `x` out. Torch's layer
# normalisation is not allowed here.
#
# **Example.** `x = [2, 2, 2, 2, 7]` with `gamma` all 2, `beta` all 1 gives `[0, 0, 0, 0, 5]` (nearly: $\varepsilon$ is there).

# %% [markdown]
# <details><summary>Hint 1: a question</summary>
#
# Of which axis is the mean? What shape must the mean have so that `x - mean` broadcasts, whatever the leading axes are?
#
# </details>
#
# <details><summary>Hint 2: a nudge</summary>
#
# `keepdim=True` leaves an axis of size 1 where one was averaged away. And look up by what `torch.var` divides unless you tell it otherwise.
#
# </details>
#
# <details><summary>If you keep getting …</summary>
#
# - **numbers a little too small, more so for small $D$:** the variance is divided by $D - 1$. The mean of squares divides by $D$.
# - **right only when the numbers are large:** $\varepsilon$ belongs under the root.
# - **an error about sizes, or rows that influence each other:** the mean was taken over the wrong axis.
#
# </details>

# %% exercise="layer_norm"
def layer_norm(x, gamma, beta, eps=1e-5):
    """Bring every vector along the last axis to mean 0 and variance 1, then scale and shift it (Ba et al. 2016, eq. 3).

    x: (..., D); gamma, beta: (D,); eps is added to the variance. Returns (..., D).
    """
    ### BEGIN SOLUTION
    centred = x - x.mean(dim=-1, keepdim=True)  # (..., D)
    variance = centred.square().mean(dim=-1, keepdim=True)  # (..., 1)
    return gamma * centred / (variance + eps).sqrt() + beta  # (..., D)
    ### END SOLUTION

# %% check="layer_norm"
check("layer_norm")

# %% tags=["demo"]
x = torch.tensor([2.0, 2, 2, 2, 7])
print("by hand (0, 0, 0, 0, 5); yours:", layer_norm(x, torch.full((5,), 2.0), torch.ones(5)).numpy().round(3))
one, zero = torch.ones(5), torch.zeros(5)
print(
    "100 times as long, the same:   ",
    layer_norm(100 * x, one, zero).numpy().round(3),
    layer_norm(x, one, zero).numpy().round(3),
)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 4 · Computing something new: the feed-forward block
#
# Given its weights, attention is linear in the values: it can fetch and average, nothing else. So each position gets a small network of its own, two
# linear maps with a nonlinearity between (Vaswani et al. 2017, eq. 2):
#
# $$\mathrm{FFN}(x) = \mathrm{ReLU}(x W_1 + b_1)\, W_2 + b_2, \qquad W_1: D \to D_\text{ff}, \quad W_2: D_\text{ff} \to D .$$
#
# Two maps, **one** hidden layer. The first asks $D_\text{ff}$ yes-or-no questions about the vector ("is it a ten? after *hundred*?"), the second writes,
# for every yes, what is to be added. (Geva et al. 2021 read it like attention: the rows of $W_1$ are keys, the rows of $W_2$ values, and the ReLU
# takes the place of the softmax.) Usually $D_\text{ff} = 4D$, so this block holds **two thirds of an encoder layer's weights**: $8D^2$, against attention's $4D^2$.
#
# **By hand.** No mean of values is ever $|x|$. Two hidden units do it: $W_1 = (1, -1)$, $W_2 = (1, 1)^\top$, no biases. For
# $x = -3$: hidden $\mathrm{ReLU}(-3, 3) = (0, 3)$, output $3$. For $x = 2$: hidden $(2, 0)$, output $2$.
#
# **The same weights at every position, and no position sees another:** the paths through this block are independent, those through attention are not. So
# all positions can be computed at once, and a wrong word at position 5 changes position 4 only through attention.

# %% [markdown]
# ### Exercise 2 · `FeedForward` &nbsp; ●○○ &nbsp; 10 min
#
# **Build** the block (Vaswani et al. 2017, eq. 2). **Names matter,** since the checks copy weights: `linear1`, `linear2`, both `nn.Linear` with bias.
#
# **Shapes.** `forward(x)`: `(B, T, D)` in, `(B, T, D)` out. `activation` is a function, `F.relu` by default; unit 08 hands in another one.
# Dropout acts in train mode only; where you place it is up to you (usual: after the activation).
#
# **Example.** `FeedForward(4, 16)` has $4\cdot16 + 16 + 16\cdot4 + 4 = 148$ parameters.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>
#
# `nn.Linear` works on the last axis of whatever it is given. Then what would you need a loop over positions for?
#
# </details>
#
# <details><summary>Hint 2: a nudge</summary>
#
# Keep the activation as an attribute and call it between the two maps. `nn.Dropout(0.0)` is the identity, so no `if` is needed.
#
# </details>
#
# <details><summary>If you keep getting …</summary>
#
# - **no negative output, ever:** the activation comes after the *first* map only.
# - **an error about missing parameters:** the two maps have other names, or a third one has crept in.
# - **different results on every call in eval mode:** `F.dropout` drops always, unless told `training=self.training`; `nn.Dropout` knows.
#
# </details>

# %% exercise="FeedForward"
class FeedForward(nn.Module):
    """Two linear maps with an activation between, at each position alone (Vaswani et al. 2017, eq. 2).

    Sub-modules: linear1, nn.Linear(d_model, d_ff); linear2, nn.Linear(d_ff, d_model).
    """

    def __init__(self, d_model, d_ff, dropout=0.0, activation=F.relu):
        """d_model: width D; d_ff: width inside; dropout: probability in train mode; activation: a function."""
        super().__init__()
        ### BEGIN SOLUTION
        self.linear1 = nn.Linear(d_model, d_ff)
        self.linear2 = nn.Linear(d_ff, d_model)
        self.dropout = nn.Dropout(dropout)
        self.activation = activation
        ### END SOLUTION

    def forward(self, x):
        """x: (B, T, D). Returns (B, T, D)."""
        ### BEGIN SOLUTION
        inner = self.activation(self.linear1(x))  # (B, T, D_ff)
        return self.linear2(self.dropout(inner))  # (B, T, D)
        ### END SOLUTION

# %% check="FeedForward"
check("FeedForward")

# %% [markdown]
# Your block computes the absolute value, and position 0 doesn't notice what happens at position 1:

# %% tags=["demo"]
absolute = FeedForward(1, 2)
with torch.no_grad():
    absolute.linear1.weight.copy_(torch.tensor([[1.0], [-1.0]]))
    absolute.linear2.weight.copy_(torch.tensor([[1.0, 1.0]]))
    absolute.linear1.bias.zero_()
    absolute.linear2.bias.zero_()
    print("|-3|, |2| =", absolute(torch.tensor([[[-3.0], [2.0]]])).flatten().tolist())
x = torch.randn(2, 6, requires_grad=True)
reach = torch.autograd.functional.jacobian(FeedForward(6, 24), x).abs().sum(dim=(1, 3))
print("does output i (row) depend on input j (column)?\n", (reach > 0).int().numpy())

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 5 · The way past: residual connections
#
# Stack functions, $x_{\ell+1} = f_\ell(x_\ell)$, and the gradient of the loss with respect to the input is a product:
# $\frac{\partial x_L}{\partial x_0} = J_{L-1}\cdots J_1 J_0$. You know from unit 01 what products do: they vanish or explode. Let each sub-layer only *add*:
#
# $$x_{\ell+1} = x_\ell + f_\ell(x_\ell) \qquad\Longrightarrow\qquad \frac{\partial x_L}{\partial x_0} = (I + J_{L-1})\cdots(I + J_1)(I + J_0)
# = I + \sum_\ell J_\ell + \dots$$
#
# Multiply out: the first term is $I$. Whatever the sub-layers do, the gradient has one way on which **nothing is multiplied** (He et al. 2016). By hand: a
# sub-layer with slope $0.1$, twelve times: $0.1^{12} = 10^{-12}$ without, $1.1^{12} \approx 3.1$ with.
#
# It is unit 01's LSTM again: there the cell *adds* along **time**; here the stream adds along **depth**. A skip connection carries a sub-layer's input past that
# sub-layer, never an earlier time step. And all this needs every part to be differentiable, which is why attention is soft.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Where to put the norm: two orders
#
# | order | formula | the way past |
# |---|---|---|
# | **post-norm** | $x \leftarrow \mathrm{LN}\big(x + f(x)\big)$ | is normalised at every sub-layer |
# | **pre-norm** | $x \leftarrow x + f\big(\mathrm{LN}(x)\big)$ | is untouched; one more norm is needed at the very end |
#
# **The paper's text and its code disagree.** Vaswani et al. (2017, section 3.1) write $\mathrm{LayerNorm}(x + \mathrm{Sublayer}(x))$: post-norm. The authors'
# own library, tensor2tensor, soon made pre-norm its default. So did GPT-2 and nearly every large model since; BERT is post-norm. You will
# build both, with one switch.
#
# **Why it might matter.** In post-norm each gradient passes $2L$ (decoder: $3L$) norms, and Xiong et al. (2020) found that at the start the last layers get large gradients, so that
# training wants a warm-up of the learning rate (unit 06). In pre-norm the $I$ survives as derived above; the price is a stream that grows
# with depth, so late sub-layers change its *direction* less and less. Neither is better everywhere; section 9 trains both.

# %% [markdown]
# ### Exercise 3 · `residual` &nbsp; ●○○ &nbsp; 5 min
#
# **Build** both orders as one function. Four lines, and every layer below is made of it (Vaswani et al. 2017, section 3.1; Xiong et al. 2020, figure 1).
#
# **Shapes.** `x (..., D)`; `sublayer` and `norm`: functions from `(..., D)` to `(..., D)`. Out: `(..., D)`. Call `sublayer` once; it may contain dropout.
#
# **Example.** With `norm = lambda z: z / 2`, `sublayer = lambda z: z + 1` and $x = 2$: post-norm gives $(2 + 3)/2 = 2.5$, pre-norm $2 + (1 + 1) = 4$.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>
#
# In pre-norm, two things are added. Has either of them been normalised *as a whole*? Which one went around?
#
# </details>
#
# <details><summary>Hint 2: a nudge</summary>
#
# Write down the table's two formulas. `x` alone stands left of the plus sign in both.
#
# </details>
#
# <details><summary>If you keep getting …</summary>
#
# - **3 instead of 4 in the example:** what goes around must be `x`, not `norm(x)`.
# - **the two results exchanged:** `pre_norm=True` is the one with the norm *inside* `sublayer`'s brackets.
#
# </details>

# %% exercise="residual"
def residual(x, sublayer, norm, pre_norm=False):
    """Lead x past a sub-layer and add what it computes: norm(x + f(x)), or x + f(norm(x)) with pre_norm.

    x: (..., D); sublayer, norm: functions from (..., D) to (..., D). Returns (..., D).
    """
    ### BEGIN SOLUTION
    if pre_norm:
        return x + sublayer(norm(x))
    return norm(x + sublayer(x))
    ### END SOLUTION

# %% check="residual"
check("residual")

# %% [markdown]
# **Predict, then run:** 24 fresh feed-forward blocks on top of each other, and a loss that pulls the last vector in some direction. How large is the gradient
# at the input of each block, with no way past at all, in post-norm, in pre-norm?

# %% tags=["demo"]
def gradients_by_depth(kind, depth=24, width=64):
    """Norm of the gradient at the input of each of ``depth`` untrained blocks."""
    torch.manual_seed(0)
    x = torch.randn(32, width, requires_grad=True)
    streams = [x]
    for _ in range(depth):
        f, norm = FeedForward(width, 4 * width), nn.LayerNorm(width)
        x = f(x) if kind == "no way past" else residual(x, f, norm, pre_norm=kind == "pre-norm")
        x.retain_grad()
        streams.append(x)
    nn.functional.layer_norm(x, (width,)).mul(torch.randn(width)).sum().backward()
    return [float(stream.grad.norm()) for stream in streams[:-1]]


print("input of block              1            12            24")
for kind in ("no way past", "post-norm", "pre-norm"):
    norms = gradients_by_depth(kind)
    print(f"{kind:16}", *(f"{norms[n]:13.2e}" for n in (0, 11, 23)))

# %% [markdown]
# Without a way past, the gradient shrinks by a factor of about four in every block, and the first one hears nothing. With a way past it arrives, in *either* order: both are fine at the start with
# sub-layers this quiet. Whether the order matters in training is another question; section 9 asks it.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 6 · The encoder
#
# One **encoder layer** is two sub-layers, each with its way past and its own norm:
#
# 1. multi-head **self-attention**: queries, keys and values all from $x$; bidirectional; padding hidden;
# 2. the **feed-forward** block.
#
# The **encoder** is $L$ of them in a row. All have the same *structure*, but each has its own *weights*, and so can do its own job: in translators, what
# lower layers hold says more about a word's form and the sentence's structure, what higher ones hold more about meaning (Raganato & Tiedemann 2018). The paper took $L = 6$, and that is a hyperparameter like $D$ or $H$: BERT
# takes 12 or 24, we take 2. **Why stack at all?** One layer takes one step: fetch, then compute. "What stands before the word that *it* means?" takes two.

# %% [markdown]
# ### Exercise 4 · `EncoderLayer` &nbsp; ●●○ &nbsp; 20 min
#
# **Build** one layer from your `MultiHeadAttention`, `FeedForward` and `residual` (Vaswani et al. 2017, section 3.1).
#
# **Names:** `self_attention`, `feed_forward`, `norm1` (for the attention), `norm2`; the norms are `nn.LayerNorm(d_model, eps=norm_eps)`.
#
# **Shapes.** `forward(x, mask=None)`: `x (B, T, D)`, the mask broadcastable to `(B, H, T, T)`; `(B, T, D)` out. `MultiHeadAttention` returns *two* things; a
# residual connection can add only one. Where dropout acts is up to you; usual is on what each sub-layer adds.
#
# **Example.** `EncoderLayer(8, 2, 32)` has $4(8\cdot8+8) + (8\cdot32+32+32\cdot8+8) + 2\cdot2\cdot8 = 288 + 552 + 32 = 872$ parameters.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>
#
# `residual` wants a sub-layer that takes **one** argument. Self-attention takes four. How do you make a function of one argument that uses it three times?
#
# </details>
#
# <details><summary>Hint 2: a nudge</summary>
#
# `lambda z: self.self_attention(z, z, z, mask)[0]`. It must use *its own* `z`, not the `x` from outside: in pre-norm the two differ.
#
# </details>
#
# <details><summary>If you keep getting …</summary>
#
# - **post-norm right, pre-norm wrong:** the lambda uses `x` where it should use its argument.
# - **too few parameters:** both sub-layers use one norm.
# - **padding that changes the other positions:** the mask hasn't reached the attention.
#
# </details>

# %% exercise="EncoderLayer"
class EncoderLayer(nn.Module):
    """Self-attention, then feed-forward, each with a way past and a norm (Vaswani et al. 2017, section 3.1).

    Sub-modules: self_attention: MultiHeadAttention; feed_forward: FeedForward; norm1, norm2: nn.LayerNorm.
    """

    def __init__(self, d_model, num_heads, d_ff, dropout=0.0, pre_norm=False, activation=F.relu, norm_eps=1e-5):
        """pre_norm: the order of both sub-layers; activation: the feed-forward block's; norm_eps: both norms'."""
        super().__init__()
        ### BEGIN SOLUTION
        self.self_attention = MultiHeadAttention(d_model, num_heads, dropout)
        self.feed_forward = FeedForward(d_model, d_ff, dropout, activation)
        self.norm1 = nn.LayerNorm(d_model, eps=norm_eps)
        self.norm2 = nn.LayerNorm(d_model, eps=norm_eps)
        self.dropout = nn.Dropout(dropout)
        self.pre_norm = pre_norm
        ### END SOLUTION

    def forward(self, x, mask=None):
        """x: (B, T, D); mask: None, or bool, broadcastable to (B, H, T, T). Returns (B, T, D)."""
        ### BEGIN SOLUTION
        x = residual(x, lambda z: self.dropout(self.self_attention(z, z, z, mask)[0]), self.norm1, self.pre_norm)
        return residual(x, lambda z: self.dropout(self.feed_forward(z)), self.norm2, self.pre_norm)  # (B, T, D)
        ### END SOLUTION

# %% check="EncoderLayer"
check("EncoderLayer")

# %% [markdown]
# ### Exercise 5 · `Encoder` &nbsp; ●○○ &nbsp; 10 min
#
# **Build** the stack (Vaswani et al. 2017, section 3.1). **Names:** `layers`, an `nn.ModuleList` of `num_layers` *different* `EncoderLayer`s; `norm`, an `nn.LayerNorm` at the
# end if and only if `pre_norm` (otherwise leave it out, or `nn.Identity()`): in pre-norm nobody else has normalised the stream, in post-norm the last layer just has.
#
# **Shapes.** `forward(x, mask=None)` as for a layer; every layer gets the mask.
#
# **Example.** `Encoder(3, 8, 2, 32)` has $3 \cdot 872 = 2616$ parameters; with `pre_norm=True`, 16 more.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>
#
# In Python, how many objects are in `[EncoderLayer(...)] * 3`?
#
# </details>
#
# <details><summary>Hint 2: a nudge</summary>
#
# `nn.ModuleList(... for _ in range(num_layers))` calls the constructor anew for each layer. The rest is a loop.
#
# </details>
#
# <details><summary>If you keep getting …</summary>
#
# - **872 parameters whatever the depth:** one layer, counted once, used three times.
# - **pre-norm results that are too large:** the norm at the end is missing.
# - **padding that leaks from the second layer on:** pass the mask on in every turn of the loop.
#
# </details>

# %% exercise="Encoder"
class Encoder(nn.Module):
    """num_layers encoder layers, one after the other, and in the pre-norm order a norm at the end.

    Sub-modules: layers: nn.ModuleList of EncoderLayer; norm: nn.LayerNorm if and only if pre_norm.
    """

    def __init__(
        self, num_layers, d_model, num_heads, d_ff, dropout=0.0, pre_norm=False, activation=F.relu, norm_eps=1e-5
    ):
        """Everything but num_layers is handed to each layer."""
        super().__init__()
        ### BEGIN SOLUTION
        self.layers = nn.ModuleList(
            EncoderLayer(d_model, num_heads, d_ff, dropout, pre_norm, activation, norm_eps) for _ in range(num_layers)
        )
        self.norm = nn.LayerNorm(d_model, eps=norm_eps) if pre_norm else nn.Identity()
        ### END SOLUTION

    def forward(self, x, mask=None):
        """x: (B, T, D); mask: None, or bool, broadcastable to (B, H, T, T). Returns (B, T, D)."""
        ### BEGIN SOLUTION
        for layer in self.layers:
            x = layer(x, mask)  # (B, T, D)
        return self.norm(x)
        ### END SOLUTION

# %% check="Encoder"
check("Encoder")

# %% [markdown]
# **The judge is PyTorch.** The check has compared your layers with `nn.TransformerEncoder`; here you can do it yourself, and see that it is the same thing under other
# names. PyTorch keeps the three projections in one matrix; `chunk` cuts it into three, and a chunk is a view: writing into it writes into the matrix. So one list of pairs
# serves for copying in both directions.

# %% tags=["demo"]
def attention_pairs(yours, theirs):
    parts = (yours.q_proj, yours.k_proj, yours.v_proj)
    weights, biases = theirs.in_proj_weight.chunk(3), theirs.in_proj_bias.chunk(3)
    pairs = [
        *zip((p.weight for p in parts), weights, strict=True),
        *zip((p.bias for p in parts), biases, strict=True),
    ]
    return [*pairs, *module_pairs(yours.out_proj, theirs.out_proj)]


def module_pairs(yours, theirs):
    return [(yours.weight, theirs.weight), (yours.bias, theirs.bias)]


def layer_pairs(yours, theirs):
    pairs = attention_pairs(yours.self_attention, theirs.self_attn)
    if hasattr(yours, "cross_attention"):
        pairs += attention_pairs(yours.cross_attention, theirs.multihead_attn) + module_pairs(
            yours.norm3, theirs.norm3
        )
    pairs += module_pairs(yours.feed_forward.linear1, theirs.linear1) + module_pairs(
        yours.feed_forward.linear2, theirs.linear2
    )
    return pairs + module_pairs(yours.norm1, theirs.norm1) + module_pairs(yours.norm2, theirs.norm2)


def stack_pairs(yours, theirs):
    pairs = [
        pair for mine_, torchs in zip(yours.layers, theirs.layers, strict=True) for pair in layer_pairs(mine_, torchs)
    ]
    return pairs + (module_pairs(yours.norm, theirs.norm) if theirs.norm else [])


@torch.no_grad()
def copy(pairs, back=False):
    for yours, theirs in pairs:
        target, origin = (yours, theirs) if back else (theirs, yours)
        target.copy_(origin)

# %% tags=["demo"]
def torch_stack(kind, depth, width, heads, d_ff, pre_norm):
    make = {"encoder": nn.TransformerEncoderLayer, "decoder": nn.TransformerDecoderLayer}[kind]
    layer = make(width, heads, d_ff, dropout=0.0, batch_first=True, norm_first=pre_norm)
    norm = nn.LayerNorm(width) if pre_norm else None
    if kind == "decoder":
        return nn.TransformerDecoder(layer, depth, norm)
    return nn.TransformerEncoder(layer, depth, norm, enable_nested_tensor=False)


x = torch.randn(2, 7, 16)
real = torch.tensor([[True] * 7, [True] * 4 + [False] * 3])  # the second sequence has three places of padding
for pre_norm in (False, True):
    yours, again = Encoder(3, 16, 4, 32, 0.0, pre_norm), Encoder(3, 16, 4, 32, 0.0, pre_norm)
    theirs = torch_stack("encoder", 3, 16, 4, 32, pre_norm)
    copy(stack_pairs(yours, theirs))  # yours → PyTorch's
    copy(stack_pairs(again, theirs), back=True)  # PyTorch's → a fresh one of yours
    output = yours(x, real[:, None, None])
    gap = (output - theirs(x, src_key_padding_mask=~real))[real].abs().max()
    same = torch.equal(again(x, real[:, None, None]), output)
    print(
        f"{'pre' if pre_norm else 'post'}-norm: yours and PyTorch's differ by {gap:.0e}; copied back, equal: {same}"
    )

# %% [markdown]
# *A good place to stop: half of the unit is done. What comes next needs the encoder and nothing of its inside.*

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 7 · The decoder
#
# The decoder says the target, one token at a time, and each of its layers has **three** sub-layers:
#
# | sub-layer | queries from | keys and values from | mask | what for |
# |---|---|---|---|---|
# | **masked self-attention** | decoder | decoder | causal, and the target's padding | what have I said? |
# | **cross-attention** | decoder | the **memory**, the *last* encoder layer's output | the source's padding | what does the source say about that? |
# | **feed-forward** | | | | what follows from both? |
#
# - Cross-attention is unit 02's attention: the query says where the decoder stands, keys and values are the encoder's outputs. New: the query comes from a sub-layer, not from
#   a recurrent state, so in training **all $T$ queries ask at once**.
# - *Every* decoder layer looks at the *same* memory, each through projections of its own. It doesn't look at the encoder's lower layers, and not at the source's embeddings.
# - The memory is not normalised again in the decoder: in pre-norm the norm stands around the *query's* stream only (that is why the encoder ends with its own).
# - The causal mask belongs to the self-attention alone. The source is known to its end.

# %% [markdown]
# ### Exercise 6 · `DecoderLayer` &nbsp; ●●○ &nbsp; 20 min
#
# **Build** the layer (Vaswani et al. 2017, section 3.1). **Names:** `self_attention`, `cross_attention`, `feed_forward`, and `norm1`, `norm2`, `norm3` in that order.
#
# **Shapes.** `forward(y, memory, self_mask=None, memory_mask=None)`: `y (B, T, D)`, `memory (B, T_s, D)`; `self_mask` broadcastable to `(B, H, T, T)`, `memory_mask` to
# `(B, H, T, T_s)`. Out: `(B, T, D)`.
#
# **Example.** `DecoderLayer(8, 2, 32)` has $2\cdot288 + 552 + 3\cdot16 = 1176$ parameters; with `y (3, 4, 8)` and `memory (3, 6, 8)` it returns `(3, 4, 8)`.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>
#
# The output of cross-attention has the length of $y$. Which of query, key and value decides the length of an attention's output?
#
# </details>
#
# <details><summary>Hint 2: a nudge</summary>
#
# Three calls of `residual`, the middle one with `lambda z: self.cross_attention(z, memory, memory, …)[0]`. `memory` comes from outside on purpose: only `z` has been through the norm.
#
# </details>
#
# <details><summary>If you keep getting …</summary>
#
# - **an error about shapes when $T \ne T_s$:** queries and keys have changed places, or the two masks have.
# - **right without masks, wrong with them:** each mask to its own attention.
# - **everything a little off:** the order is self, cross, feed-forward.
#
# </details>

# %% exercise="DecoderLayer"
class DecoderLayer(nn.Module):
    """Self-attention, cross-attention and feed-forward, each with a way past and a norm (Vaswani et al. 2017).

    Sub-modules: self_attention, cross_attention: MultiHeadAttention; feed_forward: FeedForward; norm1, norm2, norm3.
    """

    def __init__(self, d_model, num_heads, d_ff, dropout=0.0, pre_norm=False, activation=F.relu, norm_eps=1e-5):
        """As for EncoderLayer."""
        super().__init__()
        ### BEGIN SOLUTION
        self.self_attention = MultiHeadAttention(d_model, num_heads, dropout)
        self.cross_attention = MultiHeadAttention(d_model, num_heads, dropout)
        self.feed_forward = FeedForward(d_model, d_ff, dropout, activation)
        self.norm1 = nn.LayerNorm(d_model, eps=norm_eps)
        self.norm2 = nn.LayerNorm(d_model, eps=norm_eps)
        self.norm3 = nn.LayerNorm(d_model, eps=norm_eps)
        self.dropout = nn.Dropout(dropout)
        self.pre_norm = pre_norm
        ### END SOLUTION

    def forward(self, y, memory, self_mask=None, memory_mask=None):
        """y: (B, T, D); memory: (B, T_s, D); masks: bool, broadcastable to (B, H, T, T) and (B, H, T, T_s), or None.

        Returns (B, T, D).
        """

        ### BEGIN SOLUTION
        def recall(z):
            return self.dropout(self.self_attention(z, z, z, self_mask)[0])

        def look_up(z):
            return self.dropout(self.cross_attention(z, memory, memory, memory_mask)[0])

        y = residual(y, recall, self.norm1, self.pre_norm)
        y = residual(y, look_up, self.norm2, self.pre_norm)
        return residual(y, lambda z: self.dropout(self.feed_forward(z)), self.norm3, self.pre_norm)  # (B, T, D)
        ### END SOLUTION

# %% check="DecoderLayer"
check("DecoderLayer")

# %% [markdown]
# ### Exercise 7 · `Decoder` &nbsp; ●○○ &nbsp; 5 min
#
# **Build** the stack, as for the encoder (Vaswani et al. 2017, section 3.1): `layers`, and `norm` if and only if `pre_norm`.
#
# **Shapes.** `forward(y, memory, self_mask=None, memory_mask=None)`: `(B, T, D)` out. Only $y$ changes from layer to layer.
#
# **Example.** `Decoder(3, 8, 2, 32)` has $3\cdot1176 = 3528$ parameters.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>
#
# What is the same for all layers of the decoder, and what goes from one to the next?
#
# </details>
#
# <details><summary>Hint 2: a nudge</summary>
#
# The loop of `Encoder` with three more things handed to each layer.
#
# </details>
#
# <details><summary>If you keep getting …</summary>
#
# - **right with one layer, wrong with two:** later layers lost a mask, or were given the first one's result as memory.
#
# </details>

# %% exercise="Decoder"
class Decoder(nn.Module):
    """num_layers decoder layers over one memory, and in the pre-norm order a norm at the end.

    Sub-modules: layers: nn.ModuleList of DecoderLayer; norm: nn.LayerNorm if and only if pre_norm.
    """

    def __init__(
        self, num_layers, d_model, num_heads, d_ff, dropout=0.0, pre_norm=False, activation=F.relu, norm_eps=1e-5
    ):
        """Everything but num_layers is handed to each layer."""
        super().__init__()
        ### BEGIN SOLUTION
        self.layers = nn.ModuleList(
            DecoderLayer(d_model, num_heads, d_ff, dropout, pre_norm, activation, norm_eps) for _ in range(num_layers)
        )
        self.norm = nn.LayerNorm(d_model, eps=norm_eps) if pre_norm else nn.Identity()
        ### END SOLUTION

    def forward(self, y, memory, self_mask=None, memory_mask=None):
        """y: (B, T, D); memory: (B, T_s, D); masks as for DecoderLayer. Returns (B, T, D)."""
        ### BEGIN SOLUTION
        for layer in self.layers:
            y = layer(y, memory, self_mask, memory_mask)  # (B, T, D)
        return self.norm(y)
        ### END SOLUTION

# %% check="Decoder"
check("Decoder")

# %% tags=["demo"]
y, memory = torch.randn(2, 5, 16), torch.randn(2, 7, 16)
for pre_norm in (False, True):
    yours, theirs = Decoder(3, 16, 4, 32, 0.0, pre_norm), torch_stack("decoder", 3, 16, 4, 32, pre_norm)
    copy(stack_pairs(yours, theirs))
    output = yours(y, memory, causal_mask(5), real[:, None, None])
    expected = theirs(y, memory, tgt_mask=~causal_mask(5), memory_key_padding_mask=~real)
    print(f"{'pre' if pre_norm else 'post'}-norm: largest difference {(output - expected).abs().max():.0e}")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 8 · From words to words: the whole model
#
# **In:** token ids become vectors by a lookup, times $\sqrt{D}$, plus the positions of unit 03. Why the factor? The paper starts its embeddings small (it shares them with the output
# map, where entries of size 1 would give scores of size $\sqrt D$). Entries with standard deviation $1/\sqrt{D}$, times $\sqrt{D}$, have standard deviation 1, about as loud as
# sines and cosines (root mean square $1/\sqrt2 \approx 0.7$). **The factor and the start belong together:** PyTorch's `nn.Embedding` starts at standard deviation 1; with the factor on top, words are $8/0.7 \approx 11$ times
# as loud as positions ($D = 64$). Section 10 shows what that costs.
#
# **Out:** one linear map $D \to V$ gives a score, a *logit*, for each word of the vocabulary, at every position; a softmax makes probabilities of them,
# $p(y_{t+1} = w \mid y_0, \dots, y_t, x) = \mathrm{softmax}(W y_t + b)_w$. The softmax is left to the loss, which computes it together with the logarithm, more exactly.
#
# **Masks** are the model's business, since it sees the ids: the source's padding is hidden from the encoder's self-attention and from cross-attention; the target's padding and its
# future from the decoder's self-attention. One causal mask serves all positions at once, and with it **one pass trains all $T$ next-word predictions**.

# %% [markdown]
# ### Exercise 8 · `Transformer` &nbsp; ●●● &nbsp; 30 min
#
# **Build** the whole model (Vaswani et al. 2017, figure 1) from your parts. **Names:** `source_embedding`, `target_embedding` (`nn.Embedding`), `encoder`, `decoder`,
# `projection` (`nn.Linear(d_model, target_vocab)`).
#
# **Shapes.** Three methods, because translating needs the first once and the second many times:
#
# | method | in | out |
# |---|---|---|
# | `encode(source)` | ids `(B, T_s)` | `(memory, mask)`: `(B, T_s, D)` and the source's padding mask, `(B, 1, 1, T_s)` |
# | `decode(target, memory, mask)` | ids `(B, T)`, and what `encode` returned | logits `(B, T, V)` |
# | `forward(source, target)` | ids | logits `(B, T, V)` |
#
# Each embedding is multiplied by $\sqrt{D}$, *then* `sinusoidal_encoding(T, D)` is added; it must go with any length. `pad_id` marks padding on both sides. Logits at padding may be anything.
#
# **Example.** `Transformer(35, 29, d_model=64, num_heads=4, d_ff=256, num_layers=2)` with `source (8, 12)` and `target (8, 9)` gives logits `(8, 9, 29)`. Change the last
# target token, and only the last position's logits change.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>
#
# Which of the three attentions needs which mask? Write them in a row: encoder self, decoder self, decoder cross. Which one needs two?
#
# </details>
#
# <details><summary>Hint 2: a nudge</summary>
#
# Both sides embed in the same way; a method `embed(ids, embedding)` saves you from mending one and forgetting the other. `combine_masks(causal_mask(T), padding_mask(target, pad_id))` broadcasts
# `(T, T)` and `(B, 1, 1, T)` to `(B, 1, T, T)`.
#
# </details>
#
# <details><summary>If you keep getting …</summary>
#
# - **results that change when padding is added to the source:** it is hidden in *two* places. The second is cross-attention.
# - **an error about dtype or device:** make the positions like the vectors: `.to(vectors)`.
# - **logits between 0 and 1:** no softmax here.
# - **a loss that falls to 0 and a model that can't translate:** no causal mask. Section 12.
#
# </details>

# %% exercise="Transformer"
class Transformer(nn.Module):
    """The encoder-decoder model, from token ids to logits (Vaswani et al. 2017, figure 1).

    Sub-modules: source_embedding, target_embedding: nn.Embedding; encoder; decoder; projection: nn.Linear.
    """

    def __init__(
        self,
        source_vocab,
        target_vocab,
        d_model,
        num_heads,
        d_ff,
        num_layers,
        dropout=0.0,
        pad_id=0,
        pre_norm=False,
    ):
        """num_layers: of the encoder and of the decoder; pad_id: the id of padding in both vocabularies."""
        super().__init__()
        ### BEGIN SOLUTION
        self.pad_id = pad_id
        self.source_embedding = nn.Embedding(source_vocab, d_model)
        self.target_embedding = nn.Embedding(target_vocab, d_model)
        self.encoder = Encoder(num_layers, d_model, num_heads, d_ff, dropout, pre_norm)
        self.decoder = Decoder(num_layers, d_model, num_heads, d_ff, dropout, pre_norm)
        self.projection = nn.Linear(d_model, target_vocab)
        self.dropout = nn.Dropout(dropout)

    def embed(self, ids, embedding):
        """ids: (B, T). Returns words and positions together, (B, T, D)."""
        d_model = embedding.embedding_dim
        words = embedding(ids) * math.sqrt(d_model)  # (B, T, D)
        positions = sinusoidal_encoding(ids.size(1), d_model).to(words)  # (T, D)
        return self.dropout(words + positions)
        ### END SOLUTION

    def encode(self, source):
        """source: (B, T_s) int64. Returns (memory, mask): (B, T_s, D) and (B, 1, 1, T_s) bool, True = real token."""
        ### BEGIN SOLUTION
        mask = padding_mask(source, self.pad_id)  # (B, 1, 1, T_s)
        return self.encoder(self.embed(source, self.source_embedding), mask), mask
        ### END SOLUTION

    def decode(self, target, memory, mask):
        """target: (B, T) int64; memory, mask: from encode. Returns logits (B, T, V)."""
        ### BEGIN SOLUTION
        past = causal_mask(target.size(1)).to(target.device)  # (T, T)
        self_mask = combine_masks(past, padding_mask(target, self.pad_id))  # (B, 1, T, T)
        y = self.decoder(self.embed(target, self.target_embedding), memory, self_mask, mask)  # (B, T, D)
        return self.projection(y)  # (B, T, V)
        ### END SOLUTION

    def forward(self, source, target):
        """source: (B, T_s); target: (B, T). Returns logits (B, T, V)."""
        ### BEGIN SOLUTION
        memory, mask = self.encode(source)
        return self.decode(target, memory, mask)
        ### END SOLUTION

# %% check="Transformer"
check("Transformer")

# %% [markdown]
# **Laws, tested on the whole model:** change one target token: which logits move? Add padding to the source: does anything move?

# %% tags=["demo"]
model = Transformer(20, 20, d_model=16, num_heads=4, d_ff=32, num_layers=2).eval()
source, target = torch.randint(1, 20, (1, 6)), torch.randint(1, 20, (1, 5))
with torch.no_grad():
    logits = model(source, target)
    other = target.clone()
    other[0, 2] = 1 + other[0, 2] % 19
    moved = (model(source, other) - logits).abs().amax(dim=-1)[0] > 1e-6  # (T,)
    print(
        "target token 3 changed; logits moved at positions", [n for n, it_did in enumerate(moved, start=1) if it_did]
    )
    longer = torch.cat([source, torch.zeros(1, 4, dtype=torch.int64)], dim=1)
    print(
        "four places of padding added to the source; logits moved by "
        f"{(model(longer, target) - logits).abs().max():.0e}"
    )

# %% [markdown]
# **The whole model in PyTorch's clothes.** `nn.Transformer` is the two stacks without embeddings and projection. Your weights go in, its results must be yours, and its weights
# come back out. One trap: left to itself, `nn.Transformer` ends *both* stacks with a norm in *either* order; in post-norm, where the last layer has just normalised, the paper has
# none. So it is handed the stacks that `torch_stack` makes.

# %% tags=["demo"]
D, heads, d_ff, depth = 16, 4, 32, 2
source = torch.tensor([[5, 9, 4, 7, 8, 3], [6, 3, 11, 12, 0, 0]])  # 0 is padding
target = torch.tensor([[1, 8, 3, 9, 4], [1, 7, 5, 0, 0]])
for pre_norm in (False, True):
    yours, again = (Transformer(20, 20, D, heads, d_ff, depth, pre_norm=pre_norm) for _ in range(2))
    stacks = (torch_stack(kind, depth, D, heads, d_ff, pre_norm) for kind in ("encoder", "decoder"))
    theirs = nn.Transformer(D, heads, 0, 0, 0, 0.0, F.relu, *stacks, batch_first=True)  # the zeros are not used
    copy(stack_pairs(yours.encoder, theirs.encoder) + stack_pairs(yours.decoder, theirs.decoder))
    with torch.no_grad():
        words = yours.source_embedding(source), yours.target_embedding(target)
        placed = [math.sqrt(D) * x + sinusoidal_encoding(x.size(1), D) for x in words]
        hidden = {"src_key_padding_mask": source == 0, "memory_key_padding_mask": source == 0}
        hidden |= {"tgt_key_padding_mask": target == 0, "tgt_mask": ~causal_mask(5)}
        found = yours.projection(theirs(*placed, **hidden))
        gap = (yours(source, target) - found)[target != 0].abs().max()
    copy(stack_pairs(again.encoder, theirs.encoder) + stack_pairs(again.decoder, theirs.decoder), back=True)
    back = all(torch.equal(a, b) for a, b in zip(again.encoder.parameters(), yours.encoder.parameters()))
    back &= all(torch.equal(a, b) for a, b in zip(again.decoder.parameters(), yours.decoder.parameters()))
    print(f"{'pre' if pre_norm else 'post'}-norm: logits differ by {gap:.0e} (asked: under 1e-05); back again: {back}")
    assert gap < 1e-5 and back

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### How many numbers is that?
#
# | part | parameters |
# |---|---|
# | one attention | $4(D^2 + D)$ |
# | one feed-forward block | $2\,D\,D_\text{ff} + D_\text{ff} + D$ |
# | one norm | $2D$ |
# | encoder layer / decoder layer | one attention, one block, two norms / two attentions, one block, three norms |
# | embeddings, projection | $(V_s + V)D$ and $V D + V$ |
#
# $H$ does not occur, nor does any length: a Transformer has no weights for positions. And every term but the last row is proportional to $L$.

# %% [markdown]
# ### Exercise 9 · `count_parameters` &nbsp; ●○○ &nbsp; 15 min
#
# **Build** the sum for your (post-norm) `Transformer`, so that you can size a model before you build it.
#
# **Shapes.** Ints in: `source_vocab`, `target_vocab`, `d_model`, `d_ff`, `num_layers`; an int out. Biases and norms count.
#
# **Example.** `count_parameters(35, 29, 64, 256, 2)` is 239,453. (With `pre_norm` it would be $2\cdot2D = 256$ more: two norms at the ends.)

# %% [markdown]
# <details><summary>Hint 1: a question</summary>
#
# Your three layer examples (872, 1176, 148) are test cases. Which of them does your formula get?
#
# </details>
#
# <details><summary>Hint 2: a nudge</summary>
#
# Name the parts (`attention`, `feed_forward`, `norm`), then add up layers in terms of them.
#
# </details>
#
# <details><summary>If you keep getting …</summary>
#
# - **too little by $L\cdot4(D^2+D)$:** a decoder layer attends twice.
# - **too little by a multiple of $D$:** biases (one for each *output* feature) or norms.
#
# </details>

# %% exercise="count_parameters"
def count_parameters(source_vocab, target_vocab, d_model, d_ff, num_layers):
    """Count the parameters of a post-norm Transformer, biases and norms included, without building it.

    All arguments are ints. Returns an int.
    """
    ### BEGIN SOLUTION
    attention = 4 * (d_model**2 + d_model)
    feed_forward = (d_model * d_ff + d_ff) + (d_ff * d_model + d_model)
    norm = 2 * d_model
    encoder_layer = attention + feed_forward + 2 * norm
    decoder_layer = 2 * attention + feed_forward + 3 * norm
    embeddings = (source_vocab + target_vocab) * d_model
    projection = d_model * target_vocab + target_vocab
    return embeddings + num_layers * (encoder_layer + decoder_layer) + projection
    ### END SOLUTION

# %% check="count_parameters"
check("count_parameters")

# %% tags=["demo"]
layers_only = count_parameters(0, 0, 512, 2048, 6)
shared = 37_000 * 512  # the paper uses one matrix for both embeddings and the projection
print(f"the paper's base model: {layers_only:,} in its layers + {shared:,} for 37,000 word pieces")
print(f"= {(layers_only + shared) / 1e6:.0f} million (the paper says 65)")
attention, feed_forward = 6 * 3 * 4 * 512**2, 6 * 2 * 2 * 512 * 2048
both = attention + feed_forward
print(f"its layers' matrices: {feed_forward / both:.0%} in feed-forward blocks, {attention / both:.0%} in attention")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 9 · Experiment: the same translation as unit 02
#
# English numbers in words → German pieces: *fifty-three thousand four hundred and twenty-one* → *drei und fünf zig tausend vier hundert ein und zwanzig*. Same 20,000 pairs, same
# 1,000 held out, a model made of your parts: pre-norm, $L = 2$, $D = 64$, $H = 4$, $D_\text{ff} = 256$, embeddings started at $1/\sqrt{D}$ (`start_small`).
#
# **Predict first.** Unit 02's translators had these results after 1,000 steps (three seeds, numbers translated without a single mistake):

# %% tags=["demo"]
KINDS = {"LSTM": "no attention", "LSTM + attention": "additive"}
for name, kind in KINDS.items():
    old = recurrent["number_words"][kind]
    print(f"{name:17} {old['parameters']:8,} parameters   {old['steps']:,} steps   right: {old['exact_match']}")

# %% [markdown]
# *My prediction:* the Transformer needs … as many parameters, … as many steps, and … as much time for the same quality, because …

# %% tags=["demo"]
recipe = Recipe(steps=500, learning_rate=3e-3)
torch.manual_seed(0)
translator = Transformer(len(numbers.source), len(numbers.target), 64, 4, 256, 2, pre_norm=True)
start_small(translator)
losses = train(translator, loss_of(translator), numbers, seed=0, recipe=recipe)
right = exact_match(greedy(translator, longest=40), numbers, numbers.held_out)
show(
    loss_curves({"your Transformer": losses}, "loss (nats per token)", "training step"),
    caption="Training loss of your Transformer on number words, one seed.",
    alt="A curve that falls from above 3 to nearly 0.",
)
size = sum(p.numel() for p in translator.parameters())
print(f"{size:,} parameters, {recipe.steps} steps: {right['all']:.1%} of the held-out numbers without a mistake")

# %% tags=["demo"]
DIGITS = range(3, 13)
trained = {name: recurrent["number_words"][kind] for name, kind in KINDS.items()}
trained["Transformer"] = measured["number_words"]
milliseconds = dict(zip(trained, measured["cpu_ms_per_step"].values(), strict=True))  # of processor time, a step


def mean(values):
    return sum(values) / len(values)


def by_digits(row):
    """(seeds, lengths): share of the numbers of each length that are right."""
    return list(zip(*(row["by_group"][str(digits)] for digits in DIGITS), strict=True))


def cost(name):
    row = trained[name]
    seconds = row["steps"] * milliseconds[name] / 1000
    return f"{row['parameters'] / 1000:.0f} k, {row['steps']:,} steps, {seconds:.0f} s"


picture = curves_with_spread(
    DIGITS,
    {f"{name}: {cost(name)}": by_digits(row) for name, row in trained.items()},
    "digits of the number",
    "translated without a mistake",
)
picture.set_size_inches(11.5, 4.8)  # room for the long names
show(
    picture,
    caption="Held-out numbers translated without a mistake, mean and range of three seeds, and what it "
    "took: thousands (k) of parameters, training steps, seconds of one CPU thread.",
    alt="Three lines over 3 to 12 digits. The LSTM without attention falls from 1 to 0; the LSTM with "
    "attention and the Transformer stay close to 1.",
)

# %% tags=["demo"]
chains = {"LSTM": "T_s + T", "LSTM + attention": "T_s + 2T", "Transformer": "the same for every length"}
print(f"{'':18}{'CPU ms/step':>11}   {'dependent steps in training':29}right (seeds)")
for name, row in trained.items():
    print(f"{name:18}{milliseconds[name]:11.0f}   {chains[name]:29}{row['exact_match']}")

# %% [markdown]
# **Read it honestly.** On this task the Transformer is *not better* than an LSTM with attention, which was right already: attention on recurrent networks had removed the bottleneck.
# It has three times the parameters and takes about as much processor time (yours above stopped at 500 steps; the table's went on to 800). What it does not have is the chain: nothing in its training pass waits for the previous word, and one forward pass is a fixed number
# of large matrix products, whatever the length. On one CPU thread that gains little; on hardware that does thousands of products at once it is the whole difference (unit 04,
# section 10). Vaswani et al. (2017, table 2) reported better translations than the best recurrent and convolutional models of the day at a fraction of their training cost.
#
# *When translating,* the Transformer is as sequential as the LSTM: token $t+1$ can't be computed before token $t$ is known.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Optional: a faster kernel, not a weight changed
#
# Your attention writes down $H$ tables of $T \times T$ weights for every sentence and layer, and keeps them for the backward pass. `F.scaled_dot_product_attention` never does (unit 04,
# section 10, measured it alone). How can one take a softmax *without having seen all the scores*? For each query, go through the keys in blocks and keep three things: the largest score
# so far $m$, the sum $z = \sum_j e^{s_j - m}$, and the vector $o = \sum_j e^{s_j - m} v_j$. When a block brings a larger score $m'$, multiply $z$ and $o$ by $e^{m - m'}$ and go on. At the
# end the output is $o/z$ (Dao et al. 2022). On the way back the weights are computed again, block by block, from $m$ and $z$.
#
# **By hand.** Scores $\ln 1, \ln 3$, then a second block with $\ln 4$; values $8, 8$, then $2$. All at once: weights $(1, 3, 4)/8$, output $8/8 + 24/8 + 8/8 = 5$. In blocks: first $m = \ln 3$,
# $z = \tfrac13 + 1 = \tfrac43$, $o = \tfrac{32}3$. Then $m' = \ln 4$, so both times $\tfrac34$: $z = 1 + 1 = 2$ and $o = 8 + 2 = 10$. Again $10/2 = 5$.
#
# **Predict, then run.** By multiplications alone, attention ($2TD$ a position) overtakes an encoder layer's matrices ($12D^2$) at $T = 6D = 384$. From which length on will the swap matter?

# %% tags=["demo"]
class Fused(nn.Module):
    """Your attention's four linear maps around PyTorch's kernel: the same output; the weights are never there."""

    def __init__(self, yours, num_heads):
        super().__init__()
        self.yours, self.num_heads = yours, num_heads

    def forward(self, query, key, value, mask=None):
        maps = (self.yours.q_proj, query), (self.yours.k_proj, key), (self.yours.v_proj, value)
        q, k, v = (linear(x).unflatten(-1, (self.num_heads, -1)).transpose(1, 2) for linear, x in maps)
        found = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)  # (B, H, T_q, D_h); our kind of mask
        return self.yours.out_proj(found.transpose(1, 2).flatten(2)), None


def swapped(model, num_heads=4):
    """A copy of a Transformer, with the same weights, whose attentions use the fused kernel."""
    model = deepcopy(model)
    for layer in model.encoder.layers:
        layer.self_attention = Fused(layer.self_attention, num_heads)
    for layer in model.decoder.layers:
        layer.self_attention = Fused(layer.self_attention, num_heads)
        layer.cross_attention = Fused(layer.cross_attention, num_heads)
    return model

# %% tags=["demo"]
says, fast_says = (greedy(model, longest=40) for model in (translator, swapped(translator)))
held_out = numbers.batch(numbers.held_out)
same = says(held_out.source, held_out.source_lengths) == fast_says(held_out.source, held_out.source_lengths)
print(f"{len(held_out):,} numbers, translated alike: {same}")
plain = Transformer(WORDS, WORDS, 64, 4, 256, 2, pre_norm=True)
models = {"yours": plain, "yours, fused": swapped(plain), "nn.Transformer": TorchTranslator(WORDS, WORDS, 64, 2, 0.0, True)}
print("\ntokens in a sentence      training tokens/s (× nn.Transformer)         MB kept for the backward pass")
print(f"{'':20}", *(f"{name:>17}" for name in models), "   ", *(f"{name:>14}" for name in models))
for length in (16, 64, 256, 512):
    costs = [training_cost(model, length) for model in models.values()]
    speeds = (f"{c.tokens_per_second:9,.0f} ({c.tokens_per_second / costs[2].tokens_per_second:.2f})" for c in costs)
    print(f"{length:20}", *(f"{speed:>17}" for speed in speeds), "   ", *(f"{c.megabytes:14.1f}" for c in costs))

# %% [markdown]
# **What it changes:** not one result; at the dozen tokens of a number word, some speed. But for the same 1,024 tokens every doubling of the length doubles the tables, and well before $T = 384$ they are what your model
# spends its time on: not on multiplying, but on writing them, masking, reading, normalising and reading them again. With the kernel your model keeps up with PyTorch's (which uses it too) at every length. **What it costs:** the
# weights are nowhere, so there are no heat maps. That is why the course's own layer stays as it is, and why libraries let you choose.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Pre-norm or post-norm?
#
# Depth is what tells the orders apart, so: four layers on each side, numbers of up to five digits, and to see what norms and ways past are for, each left out as well:

# %% tags=["demo"]
deep = measured["deep"]
show(
    bars_with_spread({name: row["exact_match"] for name, row in deep.items()}, "translated without a mistake"),
    caption=f"Four layers in encoder and decoder, {deep['pre-norm']['steps']} steps at the same learning "
    "rate, three seeds (dots).",
    alt="Four bars: " + ", ".join(f"{name} {mean(row['exact_match']):.2f}" for name, row in deep.items()) + ".",
)
for name, row in deep.items():
    print(f"{name:24} training loss at the end: {row['final_loss']}")

# %% [markdown]
# **Depth needs the way past, and here it needs nothing else.** Without residual connections the four-layer model learns little more than which pieces are frequent (with *one* layer, in section 10, it gets along without them). Norms are not
# missed, and the two orders are equally good: at a modest rate, after a warm-up. So be bold: twice the rate, and the same without warming up.

# %% tags=["demo"]
bold = measured["bold"]
show(
    bars_with_spread({name: row["exact_match"] for name, row in bold.items()}, "translated without a mistake"),
    caption="Both orders at twice the learning rate, with 50 steps of warm-up and with none; four layers, "
    "three seeds (dots).",
    alt="Four bars: " + ", ".join(f"{name} {mean(row['exact_match']):.2f}" for name, row in bold.items()) + ".",
)
for name, row in bold.items():
    print(f"{name:22} right: {row['exact_match']}")

# %% [markdown]
# **There is the difference.** With the warm-up both orders bear the higher rate ({{ results.bold["pre-norm, warm-up"].exact_match | mean | fixed(2) }} and {{ results.bold["post-norm, warm-up"].exact_match | mean | fixed(2) }}). Without it pre-norm
# trains all the same ({{ results.bold["pre-norm, no warm-up"].exact_match | mean | fixed(2) }}) and post-norm not at all ({{ results.bold["post-norm, no warm-up"].exact_match | mean | fixed(2) }}). So the fair statement is not "pre-norm is better", but: **post-norm needs its
# warm-up, pre-norm forgives.** The paper warmed up for 4,000 steps; and where a failed run costs a fortune, forgiving is what one wants.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 10 · What each part is for: take it out
#
# A table of purposes is easily written and easily believed. So let's *measure*: a small Transformer ($L = 1$, numbers of up to five digits), trained from scratch with one part missing
# at a time. Everything else stays as it is.
#
# **Predict first.** Which of these is fatal, which costs something, which is not missed? Positions · residual connections · norms · feed-forward · each of the three attentions · causal
# mask · several heads · the factor $\sqrt{D}$ · the small start of the embeddings. Write down one of *fatal, costly, not missed* for each.

# %% [markdown]
# *My predictions:* …

# %% tags=["demo"]
late, early = measured["without"], measured["without_early"]


def shares(row):
    return "  ".join(f"{share:.2f}" for share in row["exact_match"])


steps = early["nothing"]["steps"], late["nothing"]["steps"]
print(f"{'taken out':30} right after {steps[0]} steps   after {steps[1]} steps   training loss then, mean")
for name in sorted(late, key=lambda name: -sum(late[name]["exact_match"]) - sum(early[name]["exact_match"])):
    print(f"{name:30} {shares(early[name]):>20}   {shares(late[name]):>15}   {mean(late[name]['final_loss']):16.3f}")
print(f"\nthree seeds, {measured['few_recipe']['held_out']} held-out numbers;", measured["machine"])

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### What each part is for
#
# | part | purpose | right without it, after 150 and 400 steps |
# |---|---|---|
# | (nothing taken out) | | {{ results.without_early["nothing"].exact_match | mean | fixed(2) }} → {{ results.without["nothing"].exact_match | mean | fixed(2) }} |
# | cross-attention | ask the source | {{ results.without_early["cross-attention"].exact_match | mean | fixed(2) }} → {{ results.without["cross-attention"].exact_match | mean | fixed(2) }}: says the same number whatever it is asked |
# | causal mask | make training the same task as translating | {{ results.without_early["causal mask"].exact_match | mean | fixed(2) }} → {{ results.without["causal mask"].exact_match | mean | fixed(2) }}, at a training loss as low as any: it reads off what it should predict |
# | positions | tell *four thousand and six* from *six thousand and four* | {{ results.without_early["positions"].exact_match | mean | fixed(2) }} → {{ results.without["positions"].exact_match | mean | fixed(2) }}: to the encoder, a sentence is a bag of words |
# | small start of the embeddings | words as loud as positions | {{ results.without_early["small start of the embeddings"].exact_match | mean | fixed(2) }} → {{ results.without["small start of the embeddings"].exact_match | mean | fixed(2) }}: words are 11 times as loud |
# | factor $\sqrt D$ | the same | {{ results.without_early["factor √D"].exact_match | mean | fixed(2) }} → {{ results.without["factor √D"].exact_match | mean | fixed(2) }}: positions are 6 times as loud; a late start |
# | residual connections | a way for the gradient, and for what a sub-layer doesn't mean to change | {{ results.without_early["residual connections"].exact_match | mean | fixed(2) }} → {{ results.without["residual connections"].exact_match | mean | fixed(2) }}; with four layers {{ results.deep["no residual connections"].exact_match | mean | fixed(2) }} |
# | decoder's self-attention | know what has been said | {{ results.without_early["decoder's self-attention"].exact_match | mean | fixed(2) }} → {{ results.without["decoder's self-attention"].exact_match | mean | fixed(2) }} |
# | feed-forward block | compute at a position | {{ results.without_early["feed-forward"].exact_match | mean | fixed(2) }} → {{ results.without["feed-forward"].exact_match | mean | fixed(2) }}, with less than half of the parameters |
# | all heads but one | several questions at once | {{ results.without_early["all heads but one"].exact_match | mean | fixed(2) }} → {{ results.without["all heads but one"].exact_match | mean | fixed(2) }} |
# | encoder's self-attention | words in context | {{ results.without_early["encoder's self-attention"].exact_match | mean | fixed(2) }} → {{ results.without["encoder's self-attention"].exact_match | mean | fixed(2) }} |
# | norms | keep the numbers in range | {{ results.without_early["norms"].exact_match | mean | fixed(2) }} → {{ results.without["norms"].exact_match | mean | fixed(2) }} |

# %% [markdown]
# **How many did you get right?** Three parts are fatal, and they are those that decide *what can be known*: the source, the order, the future. The rest decides *how fast it is learned*. After 400 steps all but two have
# caught up (words too loud for their positions, and, by little, the model without a way past). One makes no difference that three seeds could show: without norms it is right a little less often after 150 steps, at a loss that is a little lower.
#
# **Take one out yourself,** or two at once: write down what you expect, change `missing`, run. (`Parts` has a switch for each: `positions`, `residual`, `norm`, `feed_forward`, `encoder_attention`,
# `decoder_attention`, `cross_attention`, `causal`, `scaled_embedding`, `small_start`; `heads=1`.) Is the damage of two the sum of both?

# %% tags=["demo"]
missing = {"norm": False, "residual": False}
few = few_digits(numbers, most=5)
small = built(Parts(layers=1, **missing), few, seed=0)
losses = train(small, loss_of(small), few, 0, Recipe(steps=150, batch_size=32, learning_rate=3e-3, warmup=50))
right = exact_match(greedy(small, longest=40), few, few.held_out)["all"]
print(f"without {' and '.join(missing)}, 150 steps, one seed: right {right:.2f}, training loss {mean(losses[-20:]):.3f}")

# %% [markdown]
# **What the table doesn't say** is that norms, feed-forward blocks or the encoder's self-attention are superfluous. Number words are an easy language: short, regular, each piece decided by a word or two. A word hardly
# needs context (so much for the encoder's self-attention), and what was said can nearly be told from where one stands (so much for the decoder's). An ablation answers for the task, size and recipe at which it
# was made. For real translation see Vaswani et al. (2017, table 3); for what remains of attention alone, in depth, Dong et al. (2021).

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 11 · Looking inside your translator
#
# **Cross-attention** says where each German piece looked. Two layers of four heads, one number. Which head does the translating? What do the others do?

# %% tags=["demo"]
@torch.no_grad()
def look_inside(number):
    """Tokens on both sides, and the cross-attention weights (L, H, T, T_s) of your model, read off by hooks."""
    pair = number_words.pair(number)
    source = torch.tensor([numbers.source.encode(pair.source)])
    said = greedy(translator, longest=40)(source, torch.tensor([source.size(1)]))[0]
    seen = []
    hooks = [
        layer.cross_attention.register_forward_hook(lambda module, inputs, outputs: seen.append(outputs[1][0]))
        for layer in translator.decoder.layers
    ]
    translator(
        source, torch.tensor([[1, *said]])
    )  # 1 is BOS: row t is what is looked at while piece t + 1 is being said
    for hook in hooks:
        hook.remove()
    return pair.source, (*numbers.target.decode(said), "EOS"), torch.stack(seen)


english, german, weights = look_inside(53_421)
names = [f"layer {layer}, head {head}" for layer in (1, 2) for head in (1, 2, 3, 4)]
show(
    head_grid(weights.flatten(0, 1), german, english, names),
    caption="Cross-attention of your decoder for 53,421: layer 1 above, layer 2 below, four heads each. A "
    "row is a piece about to be said, a column an English word.",
    alt=f"Eight heat maps of {len(german)} German pieces by {len(english)} English words. In most of them "
    "bright cells run from the upper left to the lower right and step back where units and tens change "
    "places.",
)

# %% tags=["demo"]
looked_at = weights.flatten(0, 1).argmax(dim=-1)  # (heads, T): the word that each head looks at most
for piece, words in zip(german, looked_at.T.tolist(), strict=True):
    print(f"{piece:9}", ", ".join(f"{english[word]} × {count}" for word, count in Counter(words).most_common()))

# %% [markdown]
# At *drei und fünf zig* and *ein und zwanzig* the order is reversed: look for the heads whose bright cells step back there. Pieces that translate a word have nearly all eight heads on that word: for a task with one thing to
# look up at a time eight are more than it needs (section 10 says so too). Pieces without a word of their own (*und*, *zig*, EOS) divide them: some heads look at what was just said, others at what comes next. And as in unit 04, a map says where was looked, not what was taken. A column is not a word either, but what two encoder
# layers have made of it and its neighbours.
#
# **Try it** with any number; the lines are the last layer's weights, averaged over its heads. The model has seen 3 to 12 digits: what about 21, or 7?

# %% tags=["demo"]
def explain(number):
    source, said, seen = look_inside(number)
    return Translation(source, said[:-1], number_words.pair(number).target, seen[-1].mean(dim=0)[:-1].tolist())


translation_explorer(explain, numbers=[53_421, 777_021, 2_000_001, 38_000_000_099, 21, 7], largest=10**12 - 1)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Reading the stream half-way up
#
# In pre-norm the vector before the last norm is a plain sum: embedding + everything that six sub-layers added. So one may stop anywhere, send what is in the stream *so far* through the last norm and the
# projection, and see what the model would say (nostalgebraist 2020 called this the *logit lens*).

# %% tags=["demo"]
@torch.no_grad()
def added_by_sublayers(batch_of=200):
    """What is in the decoder's stream before and after each sub-layer, and the right next tokens."""
    batch = numbers.batch(numbers.held_out[::5][:batch_of])
    given, labels = framed(batch)
    memory, mask = translator.encode(batch.source)
    entered = []
    hook = translator.decoder.layers[0].register_forward_pre_hook(lambda layer, inputs: entered.append(inputs[0]))
    logits = translator.decode(given, memory, mask)
    hook.remove()
    y = entered[0]  # words and positions
    self_mask = combine_masks(causal_mask(given.size(1)), padding_mask(given, 0))
    found = [("embedding", y)]
    for n, layer in enumerate(translator.decoder.layers, start=1):
        z = layer.norm1(y)
        y = y + layer.self_attention(z, z, z, self_mask)[0]
        found.append((f"+ self-attention {n}", y))
        y = y + layer.cross_attention(layer.norm2(y), memory, memory, mask)[0]
        found.append((f"+ cross-attention {n}", y))
        y = y + layer.feed_forward(layer.norm3(y))
        found.append((f"+ feed-forward {n}", y))
    torch.testing.assert_close(translator.projection(translator.decoder.norm(y)), logits, atol=1e-3, rtol=0)
    return found, labels


found, labels = added_by_sublayers()
scored = labels != 0
before = None
print("stream after              length   change   right next token, read here")
for name, y in found:
    says = translator.projection(translator.decoder.norm(y)).argmax(dim=-1)
    change = "      " if before is None else f"{(y - before)[scored].norm(dim=-1).mean():6.1f}"
    print(
        f"{name:22} {y[scored].norm(dim=-1).mean():9.1f}   {change} {(says == labels)[scored].float().mean():14.2f}"
    )
    before = y

# %% [markdown]
# The answer is not computed at the end; it is *collected* on the way. Cross-attention brings what the source has to say, and a later sub-layer reads what an earlier one
# has written into the same $D$ numbers. That is the residual stream as shared memory, seen at work.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 12 · Debugging: two Transformers that train
#
# Numbers of three and four digits, 150 steps, three models. Two are broken; all run without an error. Decide first by the curves, then by the tools below, then by the code.

# %% tags=["demo"]
class SuspectA(Transformer):
    def decode(self, target, memory, mask):
        words = self.target_embedding(target) * math.sqrt(self.target_embedding.embedding_dim)
        y = words + sinusoidal_encoding(*words.shape[1:])
        return self.projection(self.decoder(y, memory, padding_mask(target, 0), mask))


class SuspectB(Transformer):
    def __init__(self, source_vocab, target_vocab, d_model, num_heads, d_ff, num_layers, **options):
        super().__init__(source_vocab, target_vocab, d_model, num_heads, d_ff, num_layers, **options)
        self.encoder.layers = nn.ModuleList([self.encoder.layers[0]] * num_layers)
        self.decoder.layers = nn.ModuleList([self.decoder.layers[0]] * num_layers)

# %% tags=["demo"]
short = few_digits(numbers, most=4)
trio = {"yours": Transformer, "suspect A": SuspectA, "suspect B": SuspectB}
curves = {}
for name, kind in trio.items():
    torch.manual_seed(0)
    trio[name] = model = kind(len(short.source), len(short.target), 32, 4, 128, 2, pre_norm=True)
    start_small(model)
    curves[name] = train(
        model, loss_of(model), short, seed=0, recipe=Recipe(steps=150, batch_size=32, learning_rate=5e-3, warmup=30)
    )
show(
    loss_curves(curves, "loss (nats per token)", "training step"),
    caption="Training loss of your Transformer and two suspects, the same data, start and steps.",
    alt="Three falling curves close together; suspect A's is the lowest for most of the time.",
)

# %% [markdown]
# **Tool 1: let it work.** **Tool 2: causality.** Change a target token; nothing before it may move. **Tool 3: count.** You know how many parameters there should be.

# %% tags=["demo"]
expected = count_parameters(len(short.source), len(short.target), 32, 128, 2) + 4 * 32
batch = short.batch(short.held_out[:50])
given, _ = framed(batch)
changed = given.clone()
changed[:, 2] = 3 + changed[:, 2] % 20
for name, model in trio.items():
    match = exact_match(greedy(model, longest=20), short, short.held_out)["all"]
    with torch.no_grad():
        moved = (model(batch.source, changed) - model(batch.source, given))[:, :2].abs().max()
    count = sum(p.numel() for p in model.parameters())
    print(f"{name}: loss {mean(curves[name][-20:]):.3f}, right {match:.0%}, ", end="")
    print(f"effect on earlier positions {moved:.0e}, parameters {count:,} of {expected:,}")

# %% [markdown]
# <details><summary>The answers: open after you have decided</summary>
#
# *Suspect A* has lost its causal mask. While training, it reads the word that it must predict, one position to the right, and copies it: hence the finest loss of the three, and no skill
# at all. When it translates, there is nothing to copy from. **A loss that is too good is a symptom.** The causality test finds it in a second, untrained.
#
# *Suspect B* writes `[layer] * num_layers`: the same layer twice. It is a legal model (Dehghani et al. 2019 and Lan et al. 2020 share layers on purpose), it trains, and no curve betrays
# it; only the count does. Encoder and decoder layers share no weights unless somebody makes them.
#
# </details>

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 13 · Encoder and decoder compared; what the Transformer is good for
#
# | | encoder | decoder |
# |---|---|---|
# | reads | the whole source | the target so far, and the memory |
# | attentions in a layer | one: self, bidirectional | two: self, causal; cross |
# | sub-layers, norms | 2 | 3 |
# | mask | padding of the source | causal + padding of the target; padding of the source in cross-attention |
# | gives | a vector in context for each source token | a distribution over the next token, at each position |
# | in training | one pass | one pass (teacher forcing + causal mask) |
# | when translating | once | once for each token said |
# | alone it is | BERT (unit 08) | without cross-attention: GPT (unit 07) |
#
# **For:** all positions train in parallel; path length 1 between any two words; every vector depends on the whole context; the same block serves text, pictures, sound; it goes on improving with more
# data and parameters where LSTMs level off (Kaplan et al. 2020).
#
# **Against:** time and memory grow with the *square* of a sequence's length; order must be added and hardly extends beyond trained lengths (unit 03); few built-in assumptions, so it needs much
# data, or a model pretrained on much (unit 04, section 10); generating stays sequential and re-reads the past (unit 06's cache); training is touchy (norms, warm-up).
#
# **Used in language** for translation, summaries, speech recognition, text generation, classification, question answering; **in vision** by cutting a picture into patches of, say, $16\times16$ pixels and reading them as
# words (ViT, Dosovitskiy et al. 2021), and for finding objects with an encoder-decoder whose "target" is a set of boxes (DETR, Carion et al. 2020). (Vision had its breakthrough with CNNs, not with RNNs; the
# Transformer came to it in 2020.)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### What it can't do yet
#
# It translated, but *how well should one train it*, and *how does one best choose its words?* So far: a fixed recipe, and the most probable token at each step. Warm-up, label smoothing, beam search, a cache for
# the past, and a measure for translations that differ from the reference and are good all the same: unit 06.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### You will read elsewhere that …
#
# | … | but |
# |---|---|
# | the feed-forward block is three layers, or one | two linear maps, *one* hidden layer between them |
# | skip connections bring earlier time steps along | they carry a sub-layer's *input* past it, at the same position |
# | skip connections are why one can fine-tune a whole model | they are why it can be *trained* when deep; fine-tuning is another matter (unit 09) |
# | cross-attention also looks at the decoder's words, or at the source's embeddings | keys and values are the encoder's final output, nothing else; the decoder only asks |
# | encoder and decoder share weights | not by default, nor do the layers of either; the paper shares the *embeddings* and the projection |
# | a decoder block always has two attentions | in a decoder-only model (GPT) it has one |
# | six layers make a Transformer | six is the paper's choice: a hyperparameter |
# | the paper is post-norm, so Transformers are | its text is; its library and most later models are pre-norm |
# | layer norm averages over the batch (or the sentence) | over the features of *one* position |
# | attention gives the Transformer its power, the rest is plumbing | over half of the weights are in feed-forward blocks, and section 10 says what the plumbing is worth |
# | FlashAttention approximates attention to be fast | it is exact; only the order of the sums is another, and the table of weights is never stored |
# | a Transformer decodes in parallel | it *trains* in parallel; it generates one token after the other |

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
# | layer norm | $\gamma \odot (x - \mu)/\sqrt{\sigma^2 + \varepsilon} + \beta$ over features, biased variance | $2D$ parameters |
# | feed-forward | $\mathrm{ReLU}(xW_1 + b_1)W_2 + b_2$, each position alone | $2DD_\text{ff} + D_\text{ff} + D$ |
# | residual | post: $\mathrm{LN}(x + f(x))$; pre: $x + f(\mathrm{LN}(x))$, norm at the end | gradient $I + \dots$ |
# | encoder layer | self-attention, feed-forward | `(B, T_s, D)` → `(B, T_s, D)` |
# | decoder layer | causal self-attention, cross-attention, feed-forward | `(B, T, D)`, memory `(B, T_s, D)` |
# | in | $\sqrt{D}\cdot$ embedding (started at $1/\sqrt D$) + positions | `(B, T)` → `(B, T, D)` |
# | out | linear map to logits; softmax inside the loss | `(B, T, V)` |
# | masks | encoder, cross: source padding; decoder self: causal & padding | `(B, 1, 1, T_s)`, `(B, 1, T, T)` |
#
# Attention moves, positions place, feed-forward computes; the residual stream holds it together, norms keep it in range.

# %% [markdown]
# ### Further reading, a word on each
#
# - Vaswani et al. 2017, [*Attention is all you need*](https://arxiv.org/abs/1706.03762): sections 3 and 5.4 are this unit; table 3 is its own ablation.
# - Ba et al. 2016, [*Layer normalization*](https://arxiv.org/abs/1607.06450); He et al. 2016, [*Deep residual learning*](https://arxiv.org/abs/1512.03385): the two borrowed parts.
# - Xiong et al. 2020, [*On layer normalization in the Transformer architecture*](https://arxiv.org/abs/2002.04745): why post-norm wants a warm-up.
# - Elhage et al. 2021, [*A mathematical framework for Transformer circuits*](https://transformer-circuits.pub/2021/framework/index.html): the residual stream as a memory.
# - Geva et al. 2021, [*Transformer feed-forward layers are key-value memories*](https://arxiv.org/abs/2012.14913): what most of the weights do.
# - Raganato & Tiedemann 2018, [*An analysis of encoder representations in Transformer-based machine translation*](https://aclanthology.org/W18-5431/): what its layers know.
# - Dao et al. 2022, [*FlashAttention*](https://arxiv.org/abs/2205.14135): the softmax in blocks.
# - Dong et al. 2021, [*Attention is not all you need*](https://arxiv.org/abs/2103.03404): without skip connections and feed-forward blocks, all positions become alike.
# - Dehghani et al. 2019, [*Universal Transformers*](https://arxiv.org/abs/1807.03819), and Lan et al. 2020, [*ALBERT*](https://arxiv.org/abs/1909.11942): suspect B, on purpose.
# - Kaplan et al. 2020, [*Scaling laws for neural language models*](https://arxiv.org/abs/2001.08361): loss against parameters, data and computation, with LSTMs for comparison.
# - Dosovitskiy et al. 2021, [*An image is worth 16×16 words*](https://arxiv.org/abs/2010.11929); Carion et al. 2020, [*End-to-end object detection with Transformers*](https://arxiv.org/abs/2005.12872): vision.

# %% [markdown]
# ### For the keen
#
# 1. **Take out more.** Does anything survive without feed-forward blocks *and* residual connections? `data/attention_translators.py` has a switch for each part; write down a prediction for each pair before you try it.
# 2. **Tie the weights** of the target embedding and the projection, as the paper does. How many parameters are left? What must happen to the start of the embeddings?
# 3. **Prune heads.** Replace the output of one cross-attention head of your translator by zeros, head after head, and measure. How many of the eight are needed?
# 4. **RMSNorm** (Zhang & Sennrich 2019) leaves out mean and $\beta$. Replace the norms; does the translator notice?
# 5. **Show** that in post-norm a layer's output has length $\sqrt{D}$ at every position when $\gamma = 1$ and $\beta = 0$, whatever goes in. What does that say about how much a later layer can change?
#
# <details><summary>An answer to 5</summary>
#
# $\lVert\mathrm{LN}(z)\rVert^2 = \sum_d (z_d - \mu)^2/\sigma^2 = D\sigma^2/\sigma^2 = D$. The stream's length is the same before and after each sub-layer, so each may turn it as
# far as the first could; in pre-norm the stream grows, and the same addition turns it less and less.
#
# </details>
