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
# # 03 · Positional encoding
#
# **At the end you can** prove that attention has no order, give it one in five different ways, and predict for each of them
# what a model will know about order, and at which lengths it stops knowing.
#
# **You need** Python, tensors, sines and cosines. From unit 02 only the idea of attention: compare, softmax, weighted mean.
#
# **Time:** about two hours: the exercises' minutes add up to 1 h 10 min; reading and derivations take about 30 min, the
# experiment and the debugging 20 min. Two parts come on top: one marked *for the keen* (10 min), and the self-test (15 min),
# which does most good on another day. An estimate of the authors, not a measurement on students.
#
# **One sentence to keep:** attention treats all orders alike, and a positional encoding is the choice of *how much* of that
# symmetry to give up.

# %% [markdown]
# ### Notation
#
# As in every unit: $B$ sequences, $T$ positions, $D$ features, $H$ heads of $D_h = D/H$ features; shapes are batch first,
# `(B, T, D)`; vectors are rows. New here:
#
# | symbol | meaning |
# |---|---|
# | $t$ | a position, counted from 0 |
# | $i$, $j$ | position of a query, position of a key; $j - i$ is their distance, positive to the right |
# | $r$ | number of a *pair of features*, $2r$ and $2r+1$ (the papers call it $i$ as well) |
# | $\omega_r$ | angle by which pair $r$ turns at each step |
# | $k$ | an offset, in steps (with an index, $k_j$, it is a key) |

# %% given="setup"
import torch
from torch import nn

from autograder import check

# %% tags=["demo"]
from functools import partial

from data import order
from data.tables import results
from figures.clocks import clock_faces
from figures.position_explorers import frequency_explorer, offset_explorer, rotation_explorer
from figures.positions import accuracy_by_length, curves, encoding_map, vectors_side_by_side
from figures.style import show
from figures.training import loss_curves

torch.manual_seed(0)
measured = results("03")  # tables that take minutes: three seeds each; `python -m data.build 03` measures them again

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 1 · The question
#
# A recurrent network reads word after word, so it cannot help knowing the order. Unit 02's attention looked at all encoder
# outputs at once, but a recurrent network had made them. **Throw the recurrence away and let every word attend to all words:
# does the model still know who bit whom?**

# %% [markdown]
# ### Attention in three lines
#
# Unit 02: a query is compared with every key, the softmax turns scores into weights, the output is the weighted mean of the
# values. Now let *every position* of one sequence $X$ `(T, D)` ask, with queries, keys and values that are three linear maps of
# it:
#
# $$Q = XW_Q,\quad K = XW_K,\quad V = XW_V,\qquad \mathrm{attention}(X) = \mathrm{softmax}\!\left(QK^\top/\sqrt{D}\right)V .$$
#
# Row $i$ of the softmax holds the weights that position $i$ gives to all positions $j$. (Unit 04 derives all of it, the root
# included; here it is a given tool.) The next cell asks our question.

# %% tags=["demo"]
def attention(x, W_Q, W_K, W_V):
    scores = (x @ W_Q) @ (x @ W_K).transpose(-2, -1) / x.shape[-1] ** 0.5  # (..., T, T)
    return scores.softmax(dim=-1) @ (x @ W_V)  # (..., T, D)


W = torch.randn(3, 4, 4)  # W_Q, W_K, W_V, untrained: what follows holds for any weights
word = dict(zip(("dog", "bites", "man"), torch.randn(3, 4), strict=True))
sentences = (["dog", "bites", "man"], ["man", "bites", "dog"])
show(
    vectors_side_by_side({" ".join(s): (s, attention(torch.stack([word[w] for w in s]), *W)) for s in sentences}),
    caption="What attention returns for two sentences, a row of four numbers for each word. Every word gets exactly the "
    "same row in both: the biting dog and the bitten dog are one and the same vector.",
    alt="Two tables of 3 by 4 numbers, dog bites man and man bites dog. The row of each word is the same in both.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 2 · Attention has no order: a proof
#
# Let $P$ be a permutation matrix: $PX$ holds the rows of $X$ in another order, and $P^\top P = I$. Send $PX$ through the layer:
#
# 1. Queries, keys and values are made row by row, so they are permuted too: $PQ,\;PK,\;PV$.
# 2. The scores are $PQ(PK)^\top = P\,(QK^\top)P^\top$: rows and columns of the same table in another order.
# 3. The softmax works within a row and doesn't care in which order the row is written:
#    $\mathrm{softmax}(PSP^\top) = P\,\mathrm{softmax}(S)\,P^\top$.
# 4. Mix: $P\,\mathrm{softmax}(S)\,P^\top P\,V = P\,\mathrm{softmax}(S)\,V$.
#
# $$\boxed{\;\mathrm{attention}(PX) = P\;\mathrm{attention}(X)\;}$$
#
# This is **permutation equivariance**: if the inputs change places, the outputs change places with them and do nothing else.
# Whatever works on each position by itself has the property too, so it survives any stack of such layers. And if the end takes
# a mean over the positions, the result does not change at all: the model sees a *bag* of words. (For sets, such as points in
# space, that is just what one wants.)

# %% [markdown]
# ### Exercise 1 · `permutation_gap` &nbsp; ●○○ &nbsp; 6 min
#
# **Build** a measuring device for this law: how far is a layer from being permutation equivariant? You will use it all through
# this unit, on layers whose code you could not check by eye.
#
# **Shapes.** `layer` is any function from `(B, T, D)` to `(B, T, D')`; `x (B, T, D)`; `permutation (T,)` int64, such as
# `torch.tensor([2, 0, 1])`: new position 0 holds what stood at 2. Out: a float, the largest absolute difference, over
# everything, between *permuting after* the layer and *permuting before* it. No gradient is needed.
#
# **Example.** With `layer = lambda x: x.cumsum(dim=1)`, one sequence `[[1.], [10.]]` and the permutation `[1, 0]`: permuted
# after, `[11, 1]`; permuted before, `[10, 11]`; so the gap is 10. With `layer = torch.sin` it is 0.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>
#
# The law has two sides. On which of them does the layer see the inputs in their old order?
#
# </details>
#
# <details><summary>Hint 2: a nudge</summary>
#
# A tensor can be indexed by a tensor of positions; which of the three axes is time?
#
# </details>
#
# <details><summary>If you keep getting …</summary>
#
# - **a gap for layers that have none:** the output must be permuted too before the two are compared.
# - **an index out of bounds, or 0 for everything:** the axis is the batch's.
#
# </details>

# %% exercise="permutation_gap"
def permutation_gap(layer, x, permutation):
    """Measure how far a layer is from permutation equivariance: 0 if it is equivariant.

    layer: maps (B, T, D) to (B, T, D'); x: (B, T, D); permutation: (T,) int64.
    Returns the largest absolute difference of layer(x), permuted, and layer of the permuted x, as a float.
    """
    ### BEGIN SOLUTION
    with torch.no_grad():
        permuted_after = layer(x)[:, permutation]  # (B, T, D')
        permuted_before = layer(x[:, permutation])  # (B, T, D')
    return (permuted_after - permuted_before).abs().max().item()
    ### END SOLUTION

# %% check="permutation_gap"
check("permutation_gap")

# %% tags=["demo"]
W = torch.randn(3, 8, 8) / 8**0.5
lstm, conv = nn.LSTM(8, 8, batch_first=True), nn.Conv1d(8, 8, kernel_size=3, padding=1)
layers = {
    "attention": lambda x: attention(x, *W),
    "attention, then a network at each position": lambda x: torch.tanh(attention(x, *W)),
    "LSTM": lambda x: lstm(x)[0],
    "convolution, width 3": lambda x: conv(x.transpose(1, 2)).transpose(1, 2),
}
x, shuffled = torch.randn(2, 6, 8), torch.randperm(6)
for name, layer in layers.items():
    print(f"{name:45} {permutation_gap(layer, x, shuffled):.1e}")

# %% [markdown]
# An LSTM or a convolution knows the order by its construction. Attention knows nothing of it: the gap is what rounding leaves.
# If it is to learn about order, **the order must be written into the numbers.**

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 3 · What do we want of a positional encoding?
#
# Give each position $t$ a vector $p_t$ and add it to the word's: $x_t + p_t$. What should $p_t$ be like?
#
# | wish | why |
# |---|---|
# | **bounded** | positions in the thousands must not blow up the numbers |
# | **unique** | no two positions look alike |
# | **deterministic** | the same position gets the same vector in every sequence |
# | **consistent** | one step means the same in a short and in a long text, at the start and at the end |
# | **not dominating** | the sum must still say which *word* it is |
#
# Try the obvious candidates before reading on: the number $t$ itself; the fraction $t/T$; a random vector in each sentence; the
# binary digits of $t$.

# %% [markdown]
# <details><summary>What is wrong with them</summary>
#
# - **The number $t$** is not bounded: at $t = 500$ the position drowns the word.
# - **The fraction $t/T$** is bounded, but not consistent: a step is 1/4 in a text of four words and 1/400 in one of four
#   hundred. And a word's vector would depend on
#   how much text comes *after* it.
# - **A random vector, drawn anew each time,** is not deterministic: there is nothing to learn from it. (Drawn once and kept, it
#   fulfils the list, but
#   says nothing about which positions are neighbours.)
# - **Binary digits** are bounded, unique, deterministic. But neighbours may differ in everything: 7 is 0111 and 8 is 1000.
#
# </details>
#
# The last one is nearly right. Its digits tick at different speeds: the last one at every step, the one before it at every
# second step, and so on. Replace the jumping digits by hands that turn smoothly, and you have a clock.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 4 · The idea in one picture: a position is a time
#
# A clock tells thousands of moments apart with three hands of different speeds, and one hour means the same turn whatever the
# time is.

# %% tags=["demo"] slideshow={"slide_type": "-"}
show(
    clock_faces(range(5), [1.0, 0.3, 0.1, 0.03]),
    caption="Five positions, read from four hands. The first turns by one radian a step, the others more slowly. A hand's "
    "height is its sine, its reach to the right its cosine: two numbers for each hand.",
    alt="Five rows of four clock faces. All hands begin pointing right; the first column turns quickly, the last "
    "hardly moves.",
)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### As a formula
#
# A hand that turns by $\omega$ a step points at $(\cos \omega t, \sin\omega t)$. Take $D/2$ hands (Vaswani et al. 2017, section
# 3.5):
#
# $$\mathrm{PE}[t, 2r] = \sin(\omega_r t), \qquad \mathrm{PE}[t, 2r+1] = \cos(\omega_r t), \qquad \omega_r = 10000^{-2r/D} .$$
#
# **Frequencies.** They fall by the same factor from pair to pair. Pair $r = 0$ is the *fastest*, with the wavelength
# $2\pi \approx 6.3$ steps; the last, in a wide model, is nearly $2\pi\cdot 10000$ long. **Phases.** The angle $\omega_r t$ is the phase of pair $r$
# at position $t$: where its hand stands. The cosine is the same wave as the sine, a quarter turn ahead.
#
# **The list of wishes.** *Bounded:* $\sin^2 + \cos^2 = 1$ for each hand, so every $p_t$ has the same length $\sqrt{D/2}$.
# *Unique:* for two positions to agree, already the first hand would have to come back to its place after a whole number of
# steps; but whole turns take $2\pi, 4\pi, 6\pi, \dots$ steps, and since $\pi$ is irrational none of these is a whole number. *Deterministic:* a formula. *Consistent:* a step
# turns hand $r$ by $\omega_r$, always and everywhere. *Not dominating:* a word vector with entries of size 1 is $\sqrt D$ long,
# $\sqrt 2$ times as much.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### By hand
#
# $D = 4$: two hands, $\omega_0 = 1$ and $\omega_1 = 10000^{-2/4} = 1/100$.
#
# $$\begin{aligned}
# \mathrm{PE}[0] &= (\sin 0, \cos 0, \sin 0, \cos 0) = (0,\;1,\;0,\;1)\\
# \mathrm{PE}[1] &= (\sin 1, \cos 1, \sin .01, \cos .01) \approx (0.84,\;0.54,\;0.01,\;1.00)\\
# \mathrm{PE}[2] &= (\sin 2, \cos 2, \sin .02, \cos .02) \approx (0.91,\;-0.42,\;0.02,\;1.00)
# \end{aligned}$$
#
# Dot products, one hand at a time: $\sin a\sin b + \cos a \cos b = \cos(a - b)$. So
# $\mathrm{PE}[0]\cdot\mathrm{PE}[1] = \cos 1 + \cos .01 \approx 1.54$; and what is $\mathrm{PE}[1]\cdot\mathrm{PE}[2]$? The
# same: one step apart. And each with itself: 2, the number of hands.

# %% [markdown]
# ### Exercise 2 · `sinusoidal_encoding` &nbsp; ●●○ &nbsp; 10 min
#
# **Build** the formula above (Vaswani et al. 2017, section 3.5). Unit 05's Transformer adds it to its embeddings.
#
# **Shapes.** Two ints in, `length` $T$ and `d_model` $D$; `(T, D)` float32 out. Odd $D$ is allowed: the last sine then has no
# cosine.
#
# **Example.** `sinusoidal_encoding(3, 4)` is the table of section 4, `sinusoidal_encoding(2, 3)` has the columns $\sin t$,
# $\cos t$ and $\sin(t \cdot 10000^{-2/3})$.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>
#
# How many different frequencies are there for $D = 6$? And for $D = 5$? All angles together form a table: what are its rows and
# its columns?
#
# </details>
#
# <details><summary>Hint 2: a nudge</summary>
#
# `torch.arange(0, d_model, 2)` are the numbers $2r$. A column of positions times a row of frequencies broadcasts to the table
# of angles. A slice with a step, `[:, 0::2]`, can be assigned to.
#
# </details>
#
# <details><summary>If you keep getting …</summary>
#
# - **a right first pair and wrong ones after it:** is your exponent $2r/D$ with $r$ the number of the pair, or of the column?
#   Both columns of a pair share one frequency.
# - **all sines on the left:** they alternate; row 0 is 0, 1, 0, 1, …
# - **an error for odd $D$ only:** there is one cosine less than there are sines.
#
# </details>

# %% exercise="sinusoidal_encoding"
def sinusoidal_encoding(length, d_model):
    """Encode the positions 0 ... length - 1 by sines and cosines (Vaswani et al. 2017, section 3.5).

    Returns (T, D) float32: sin(t / 10000^(2r/D)) in column 2r, cos of the same angle in column 2r + 1.
    """
    ### BEGIN SOLUTION
    positions = torch.arange(length)[:, None]  # (T, 1)
    frequencies = 10_000.0 ** (-torch.arange(0, d_model, 2) / d_model)  # (⌈D/2⌉,)
    angles = positions * frequencies  # (T, ⌈D/2⌉)
    encoding = torch.empty(length, d_model)  # (T, D)
    encoding[:, 0::2] = angles.sin()
    encoding[:, 1::2] = angles[:, : d_model // 2].cos()
    return encoding
    ### END SOLUTION

# %% check="sinusoidal_encoding"
check("sinusoidal_encoding")

# %% tags=["demo"]
pe = sinusoidal_encoding(3, 4)
by_hand = torch.tensor([[0, 1, 0, 1], [0.84, 0.54, 0.01, 1], [0.91, -0.42, 0.02, 1]])
torch.testing.assert_close(pe, by_hand, atol=5e-3, rtol=0)
print("PE\n", pe, "\ndot products of all pairs of positions\n", pe @ pe.T)

# %% tags=["demo"]
show(
    encoding_map(sinusoidal_encoding(100, 64)),
    caption="Your encoding of 100 positions in 64 features. On the left fast hands, telling neighbours apart; on the "
    "right slow ones, which hardly move within 100 steps (their sines stay near 0, their cosines near 1: hence "
    "the stripes).",
    alt="A map of 100 rows and 64 columns: narrow waves in the leftmost columns, growing longer to the right, and "
    "even vertical stripes in the right half.",
)

# %% [markdown]
# Move both sliders: which pairs tell position 5 from position 6? Which tell 5 from 55?

# %% tags=["demo"]
frequency_explorer()

# %% [markdown]
# **Why add, and not put beside?** A linear layer does the same either way: $(x_t + p_t)W = x_tW + p_tW$, as if word and
# position stood side by side and were multiplied by $W$ on top of $W$. The score of two positions becomes four scores:
#
# $$(x_i + p_i)\,W_QW_K^\top(x_j+p_j)^\top = \underbrace{x_i W_QW_K^\top x_j^\top}_{\text{word, word}} + \underbrace{x_i W_QW_K^\top p_j^\top}_{\text{word, place}} +
# \underbrace{p_i W_QW_K^\top x_j^\top}_{\text{place, word}} + \underbrace{p_i W_QW_K^\top p_j^\top}_{\text{place, place}} .$$
#
# In a wide model words and positions can keep to different directions of the same space, and the weights can then pick out one
# or the other.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 5 · A step is a rotation
#
# Why sines *and* cosines? Because of the rules for the sum of two angles, with $a = \omega_r t$ and $b = \omega_r k$:
#
# $$\begin{aligned}\sin(a+b) &= \cos b\,\sin a + \sin b\,\cos a\\ \cos(a+b) &= -\sin b\,\sin a + \cos b\,\cos a\end{aligned}
# \quad\Longrightarrow\quad
# \begin{pmatrix}\mathrm{PE}[t+k,2r]\\ \mathrm{PE}[t+k,2r+1]\end{pmatrix} =
# \begin{pmatrix}\cos\omega_rk & \sin\omega_rk\\ -\sin\omega_rk & \cos\omega_rk\end{pmatrix}
# \begin{pmatrix}\mathrm{PE}[t,2r]\\ \mathrm{PE}[t,2r+1]\end{pmatrix} .$$
#
# The matrix holds $k$, **but not $t$**: going on by $k$ steps is the same linear map wherever one stands, a rotation of every
# hand by its own angle. With sines alone there would be no such matrix: $\sin a = 0$ does not say whether the sine is rising or
# falling.
#
# **Why that matters.** The score of "place, place" above is $p_i\,W_QW_K^\top\,p_j^\top$. Attention that learns
# $W_QW_K^\top = M_{-1}^\top$ compares *where I would be one step to the left* with every $p_j$: it asks for the word before, at
# every position, with one matrix.

# %% [markdown]
# ### Exercise 3 · `shift_matrix` &nbsp; ●●○ &nbsp; 12 min
#
# **Build** the matrix $M$ that takes every encoding `offset` steps further: $\mathrm{PE}[t + k] = M\,\mathrm{PE}[t]$ for every
# $t$, the encodings standing as columns.
#
# **Shapes.** Two ints in, `offset` $k$ (negative: backwards; 0: stay) and `d_model` $D$, even; `(D, D)` float32 out.
#
# **Example.** `shift_matrix(1, 2)` is `[[0.54, 0.84], [-0.84, 0.54]]`. Times the column $(0, 1)$, position 0, it gives
# $(0.84, 0.54)$, position 1.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>
#
# Pairs don't mix: so where in the $D \times D$ matrix may anything stand? How do the blocks of two different pairs differ?
#
# </details>
#
# <details><summary>Hint 2: a nudge</summary>
#
# Make all $2 \times 2$ blocks first. `torch.block_diag(*blocks)` puts them where they belong; slices such as `M[0::2, 1::2]`
# are another way, if you think about what is on *their* diagonal.
#
# </details>
#
# <details><summary>If you keep getting …</summary>
#
# - **position $t - k$ instead of $t + k$:** the sign of the two sines. Test with position 0: the first entry of the result is
#   $\sin \omega k$.
# - **right for $D = 2$ only:** each pair has its own $\omega_r$.
#
# </details>

# %% exercise="shift_matrix"
def shift_matrix(offset, d_model):
    """Make the matrix M with PE[t + offset] = M @ PE[t] for every position t.

    offset: int, of either sign; d_model: D, even. Returns (D, D): a rotation for each pair of features.
    """
    ### BEGIN SOLUTION
    angles = offset * 10_000.0 ** (-torch.arange(0, d_model, 2) / d_model)  # (D/2,)
    cos, sin = angles.cos(), angles.sin()
    rows = torch.stack([torch.stack([cos, sin], dim=-1), torch.stack([-sin, cos], dim=-1)], dim=-2)  # (D/2, 2, 2)
    return torch.block_diag(*rows)  # (D, D)
    ### END SOLUTION

# %% check="shift_matrix"
check("shift_matrix")

# %% tags=["demo"]
offset_explorer()

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Dot products by distance
#
# Each hand contributes $\cos(a-b)$, so
#
# $$\mathrm{PE}[t]\cdot\mathrm{PE}[t+k] = \sum_{r} \cos(\omega_r k) .$$
#
# It depends on the distance alone, is largest at $k = 0$, and falls with the distance, **but not steadily**: the fast hands
# come round again. And since $\cos(-x) = \cos x$, it is **symmetric**: by itself it can't tell left from right. The rotation
# can:

# %% tags=["demo"]
pe, middle = sinusoidal_encoding(121, 64), 60
plain, shifted = pe @ pe[middle], pe @ (shift_matrix(-8, 64) @ pe[middle])
distance = torch.arange(-middle, middle + 1)
show(
    curves(distance, {"p": plain, "M p": shifted}, "distance j − i", "dot product with PE[j]"),
    caption="Dot products of one position's encoding with all others, 64 features. Plain (p): symmetric, falling in "
    "waves. Turned back by eight steps first (M p): the same curve, with its peak at −8. The direction comes from "
    "a matrix, which attention learns.",
    alt="Two curves with a peak of 32 each, the first at distance 0, the second at −8, falling to both sides with "
    "ripples.",
)
rising = [k for k in range(1, 60) if plain[middle + k + 1] > plain[middle + k]]
print("one step further away, yet more similar, at the distances", *rising)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 6 · Learned positions
#
# Why invent a formula? A table with a trainable row for each position, added to the words, works just as well *for the lengths
# it has rows for*: Vaswani et al. found nearly the same translation quality. BERT (512 rows) and GPT-2 (1024 rows) use such a
# table.
#
# Two prices. Past the last row there is nothing at all. And every row learns on its own, from the texts that are long enough to
# reach it: that positions 7 and 8 are neighbours must be learned from data, and so must 307 and 308.

# %% [markdown]
# ### Exercise 4 · `LearnedPositions` &nbsp; ●○○ &nbsp; 6 min
#
# **Build** the table as a module. Unit 07's GPT uses it.
#
# **Shapes.** The constructor takes `max_length` and `d_model` and makes `embedding`, an `nn.Embedding`. `forward(x)`:
# `(B, T, D)` in, `(B, T, D)` out: row $t$ of the table is added to what stands at position $t$, in every sequence. If $T$
# exceeds `max_length`: a `ValueError` that names both numbers.
#
# **Example.** `LearnedPositions(512, 8)(torch.zeros(2, 3, 8))` is the first three rows of the table, twice. It has 4096
# parameters, used or not.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>
#
# With which numbers is the embedding looked up: does `x` hold them?
#
# </details>
#
# <details><summary>Hint 2: a nudge</summary>
#
# The positions $0 \dots T-1$, made on the device of `x`. `(T, D)` broadcasts over the batch.
#
# </details>
#
# <details><summary>If you keep getting …</summary>
#
# - **"no parameter learns":** a tensor made from `embedding.weight.data`, or detached, is cut off from its parameter.
# - **an IndexError for long sequences:** ask about the length yourself, before the lookup; the message is for the person who
#   called you.
#
# </details>

# %% exercise="LearnedPositions"
class LearnedPositions(nn.Module):
    """Add a learned vector for each position. Sub-module: embedding, nn.Embedding(max_length, d_model)."""

    def __init__(self, max_length, d_model):
        """max_length: number of positions that have a vector; d_model: width D."""
        super().__init__()
        ### BEGIN SOLUTION
        self.embedding = nn.Embedding(max_length, d_model)
        ### END SOLUTION

    def forward(self, x):
        """x: (B, T, D). Returns (B, T, D). Raises ValueError where T exceeds max_length."""
        ### BEGIN SOLUTION
        length, max_length = x.size(1), self.embedding.num_embeddings
        if length > max_length:
            raise ValueError(f"a sequence of {length} positions came in, but there are vectors for {max_length} only")
        positions = torch.arange(length, device=x.device)  # (T,)
        return x + self.embedding(positions)  # (B, T, D)
        ### END SOLUTION

# %% check="LearnedPositions"
check("LearnedPositions")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 7 · Relative positions: into the score
#
# *The word before* is a relation between two positions. Why number the positions from the start of the text, if what counts is
# the **distance** $j - i$? So leave the words alone, and put the distance where two positions meet: into the score.
#
# $$s_{ij} = \frac{q_i\cdot k_j}{\sqrt{D_h}} + b_{j-i}$$
#
# (A **head** is one attention with $D_h$ features of its own; a layer runs $H$ of them side by side, each with its own weights.
# Why several, says unit 04.)
#
# | who | what is $b$? |
# |---|---|
# | Shaw et al. 2018 | a learned *vector* for each distance up to a maximum, added to the key: $q_i\cdot(k_j + a_{j-i})$ |
# | T5 (Raffel et al. 2020) | a learned *number* for each head and range of distances |
# | ALiBi (Press et al. 2022) | a *fixed* number: a penalty that grows with the distance |
#
# The bias is added before the softmax, so $e^{b}$ multiplies the weight: $b = -\ln 2$ makes a place count half. A text of any
# length needs one number for each distance, and beyond a maximum all distances share one: being 40 or 50 words away makes
# little difference.

# %% [markdown]
# ### Exercise 5 · `relative_position_index` &nbsp; ●○○ &nbsp; 5 min
#
# **Build** the row number of each pair in such a table: the distance $j - i$, clipped to ±`max_distance`, then moved up so that
# it starts at 0 (Shaw et al. 2018, section 3.2).
#
# **Shapes.** Three ints in; `(T_q, T_k)` int64 out, $\operatorname{clip}(j - i, -m, m) + m$ with $m$ = `max_distance`.
#
# **Example.** `relative_position_index(2, 4, 2)` is `[[2, 3, 4, 4], [1, 2, 3, 4]]`: the diagonal holds $m$, the right grows,
# and distance 3 is clipped to 2.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>
#
# A row of numbers minus a column of numbers: what shape is that? Which of the two are the keys?
#
# </details>
#
# <details><summary>Hint 2: a nudge</summary>
#
# Tensors have a method for clipping on both sides at once.
#
# </details>
#
# <details><summary>If you keep getting …</summary>
#
# - **rows that fall from left to right:** the distance runs from the query *to the key*.
# - **negative numbers:** clip first, then add $m$.
#
# </details>

# %% exercise="relative_position_index"
def relative_position_index(query_length, key_length, max_distance):
    """Number the distances from queries to keys, clipped, from 0 (Shaw et al. 2018, section 3.2).

    Returns (T_q, T_k) int64: clip(j - i, -max_distance, max_distance) + max_distance for query i and key j.
    """
    ### BEGIN SOLUTION
    distance = torch.arange(key_length) - torch.arange(query_length)[:, None]  # (T_q, T_k)
    return distance.clamp(-max_distance, max_distance) + max_distance
    ### END SOLUTION

# %% check="relative_position_index"
check("relative_position_index")

# %% [markdown]
# ### Exercise 6 · `RelativeBias` &nbsp; ●●○ &nbsp; 8 min
#
# **Build** the learned number for each head and distance (Raffel et al. 2020, section 2.1, with clipping in place of its
# ranges).
#
# **Shapes.** The constructor takes `num_heads` and `max_distance` and makes `table`, an `nn.Embedding` with
# `2 * max_distance + 1` rows and a *column* for each head. `forward(query_length, key_length)` returns `(H, T_q, T_k)`, to be
# added to scores `(B, H, T_q, T_k)`.
#
# **Example.** With 1 head, `max_distance` 1 and the table `[[5.], [0.], [7.]]`, `forward(3, 3)` is
# `[[[0, 7, 7], [5, 0, 7], [5, 5, 0]]]`: 5 to the left, 7 to the right.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>
#
# What is the shape of an embedding's result, when the indices are `(T_q, T_k)`? On which axis are the heads then?
#
# </details>
#
# <details><summary>Hint 2: a nudge</summary>
#
# `permute` moves axes; `view` and `reshape` only cut the same row of numbers differently.
#
# </details>
#
# <details><summary>If you keep getting …</summary>
#
# - **the right numbers in the wrong places, when $T_q \ne T_k$:** see hint 2.
# - **the same bias for all heads:** the table has `num_heads` columns; none is to be averaged away.
#
# </details>

# %% exercise="RelativeBias"
class RelativeBias(nn.Module):
    """A learned number for each head and clipped distance, to be added to scores.

    Sub-module: table, nn.Embedding(2 * max_distance + 1, num_heads).
    """

    def __init__(self, num_heads, max_distance):
        """num_heads: H; max_distance: distances beyond it share its number."""
        super().__init__()
        ### BEGIN SOLUTION
        self.max_distance = max_distance
        self.table = nn.Embedding(2 * max_distance + 1, num_heads)
        ### END SOLUTION

    def forward(self, query_length, key_length):
        """Return the bias of every head, query and key: (H, T_q, T_k)."""
        ### BEGIN SOLUTION
        index = relative_position_index(query_length, key_length, self.max_distance)  # (T_q, T_k)
        bias = self.table(index.to(self.table.weight.device))  # (T_q, T_k, H)
        return bias.permute(2, 0, 1)  # (H, T_q, T_k)
        ### END SOLUTION

# %% check="RelativeBias"
check("RelativeBias")

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### ALiBi: nothing to learn
#
# *Attention with linear biases*: $b = -\text{slope}\cdot|i-j|$. In the softmax the weight is multiplied by
# $e^{-\text{slope}\cdot|i-j|}$, an exponential fade that halves every $\ln 2/\text{slope}$ steps. Each head has its own slope,
# so some heads look near and others far: with 8 heads $\tfrac12, \tfrac14, \dots, \tfrac1{256}$, that is, half-lives from 1.4
# to 177 steps. In general, for head $h = 1 \dots H$, $\text{slope}_h = 2^{-8h/H}$.
#
# ALiBi was made for models that see only the past, where every distance points to the left. With $|i-j|$ on both sides it is
# *symmetric*: keep that in mind.

# %% [markdown]
# ### Exercise 7 · `alibi_bias` &nbsp; ●●○ &nbsp; 8 min
#
# **Build** the penalty (Press et al. 2022, section 3).
#
# **Shapes.** Three ints in, `num_heads` $H$ (a power of two), `query_length` and `key_length`; `(H, T_q, T_k)` float32 out:
# $-2^{-8h/H}\,|i-j|$, heads counted from **1**, positions from 0.
#
# **Example.** `alibi_bias(8, 1, 4)[0]` is `[[0, -0.5, -1, -1.5]]`, and `[1]` is half of it.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>
#
# The result is the product of something that depends on the head only and something that depends on the pair only. Which shapes
# broadcast to `(H, T_q, T_k)`?
#
# </details>
#
# <details><summary>Hint 2: a nudge</summary>
#
# `slopes[:, None, None]`. And `2.0 ** tensor` is a tensor; take care that the exponent isn't divided as whole numbers.
#
# </details>
#
# <details><summary>If you keep getting …</summary>
#
# - **a first slope of 1:** the first head is number 1.
# - **right slopes for 8 heads only:** the exponent is $8h/H$.
# - **rows that rise on one side:** the distance has no sign here.
#
# </details>

# %% exercise="alibi_bias"
def alibi_bias(num_heads, query_length, key_length):
    """Penalise distance, each head at its own rate (Press et al. 2022, section 3).

    num_heads: H, a power of two. Returns (H, T_q, T_k): -2^(-8h/H) · |i - j| for head h = 1 ... H, query i, key j.
    """
    ### BEGIN SOLUTION
    slopes = 2.0 ** (-8 * torch.arange(1, num_heads + 1) / num_heads)  # (H,)
    distance = (torch.arange(query_length)[:, None] - torch.arange(key_length)).abs()  # (T_q, T_k)
    return -slopes[:, None, None] * distance  # (H, T_q, T_k)
    ### END SOLUTION

# %% check="alibi_bias"
check("alibi_bias")

# %% tags=["demo"]
from_middle = alibi_bias(4, 61, 61).softmax(dim=-1)[:, 30]  # (H, T_k): what position 30 gives to each of 61
show(
    curves(torch.arange(-30, 31), {f"head {h + 1}": from_middle[h] for h in range(4)}, "distance j − i", "weight"),
    caption="Weights from your ALiBi bias alone (all words equal), seen from the middle of 61 positions. Head 1 looks at "
    "its neighbourhood, head 4 nearly everywhere. Each curve is its own mirror image: nothing distinguishes left "
    "from right.",
    alt="Four curves over the distances −30 to 30, all symmetric about 0: a sharp peak for head 1, lower and wider ones "
    "for heads 2 and 3, and an almost level line for head 4.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 8 · Rotary: turn queries and keys
#
# A bias knows the distance, but not what is asked: the same penalty for every question. Can the distance be *inside* the dot
# product? We look for a map $f(x, t)$ such that
#
# $$f(q, i)\cdot f(k, j) \;\text{ depends on } q,\; k \text{ and } j - i \text{ only.}$$
#
# Section 5 tells how: **a step is a rotation.** Take two features as a point of the plane, and let
# $R_\alpha = \begin{pmatrix}\cos\alpha&-\sin\alpha\\ \sin\alpha&\cos\alpha\end{pmatrix}$ turn it against the clock by $\alpha$.
# Rotations undo each other, $R_\alpha^\top = R_{-\alpha}$, and follow each other, $R_\alpha R_\beta = R_{\alpha+\beta}$. Turn
# the query by its position and the key by its own (columns here):
#
# $$(R_{i\omega}\,q)^\top (R_{j\omega}\,k) = q^\top R_{i\omega}^\top R_{j\omega}\,k = q^\top R_{(j-i)\omega}\,k .$$
#
# Only $j - i$ is left. With $D_h/2$ pairs, each with its own $\omega_r = 10000^{-2r/D_h}$, this is **rotary position
# embedding** (RoPE; Su et al. 2021), today's usual choice in large language models. It turns *queries and keys* in *every
# layer*; values and the words' own vectors stay as they are. Nothing is added, no length changes, nothing is learned.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### By hand
#
# One pair, $\omega = 1$. A query $(1, 0)$ at position 2 becomes $(\cos 2, \sin 2)$; a key $(1, 0)$ at position 3 becomes
# $(\cos 3, \sin 3)$. Their dot product is $\cos 2\cos 3 + \sin 2 \sin 3 = \cos(3 - 2) = \cos 1 \approx 0.54$. At positions 102
# and 103? $\cos 1$ again.
#
# **And the direction?** With $k = (0, 1)$ the score is $q^\top R_{j-i}k = -\sin(j - i)$: opposite signs for left and right.
# Unlike plain sinusoids, a rotary score is not symmetric, because $q$ and $k$ may differ.

# %% [markdown]
# ### Exercise 8 · `apply_rotary` &nbsp; ●●● &nbsp; 15 min
#
# **Build** the rotation (Su et al. 2021, eq. 34, which needs no matrix products).
#
# **Shapes.** `x (..., T, D)` with $D$ even, the dots any number of leading axes (batch, heads); `positions (T,)`, int or float,
# any numbers, not only $0, 1, 2, \dots$; `base` in place of 10000. Out: the shape and dtype of `x`. Pair $r$ is the
# *neighbours* $(x_{2r}, x_{2r+1})$, turned against the clock by $\text{position}\cdot\text{base}^{-2r/D}$.
#
# **Example.** `apply_rotary(torch.tensor([[1., 0.]]), torch.tensor([2]))` is `[[cos 2, sin 2]]` = `[[-0.42, 0.91]]`. At
# position 0 nothing changes.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>
#
# Write $R_\alpha$ times $(a, b)$ as two formulas. Which slices of `x` are all the $a$'s, and which all the $b$'s?
#
# </details>
#
# <details><summary>Hint 2: a nudge</summary>
#
# Angles `(T, D/2)` broadcast against `x[..., 0::2]`, whatever the leading axes. To interleave two results: `stack` on a new
# last axis, then flatten the last two.
#
# </details>
#
# <details><summary>If you keep getting …</summary>
#
# - **the right numbers in another order:** `cat` puts the halves one after the other; pairs are neighbours here. (Some
#   libraries do pair feature $r$ with $r + D/2$; then the weights must be trained that way too.)
# - **a wrong turn for one of the two:** you wrote the new `x[..., 0::2]` before using the old one, or mixed up a sign.
# - **differences in the fourth decimal in float64:** the angles were computed in float32. Make them in the dtype of `x`.
#
# </details>

# %% exercise="apply_rotary"
def apply_rotary(x, positions, base=10_000.0):
    """Turn each pair of features (2r, 2r + 1) by position · base^(-2r/D), against the clock (Su et al. 2021, eq. 34).

    x: (..., T, D), D even; positions: (T,), int or float. Returns (..., T, D) in the dtype of x.
    """
    ### BEGIN SOLUTION
    d_model = x.shape[-1]
    doubled = torch.arange(0, d_model, 2, dtype=x.dtype, device=x.device)  # 2r: (D/2,)
    angles = positions[:, None] * base ** (-doubled / d_model)  # (T, D/2)
    cos, sin = angles.cos(), angles.sin()  # (T, D/2)
    a, b = x[..., 0::2], x[..., 1::2]  # (..., T, D/2)
    turned = torch.stack([a * cos - b * sin, a * sin + b * cos], dim=-1)  # (..., T, D/2, 2)
    return turned.flatten(-2)  # (..., T, D)
    ### END SOLUTION

# %% check="apply_rotary"
check("apply_rotary")

# %% tags=["demo"]
q = k = torch.tensor([1.0, 0.0])
for i, j in ((2, 3), (102, 103), (3, 2)):
    turned_q, turned_k = apply_rotary(torch.stack([q, k]), torch.tensor([i, j]))
    print(f"query at {i:3}, key at {j:3}: {turned_q @ turned_k:.4f}      cos 1 = {torch.tensor(1.0).cos():.4f}")

# %% [markdown]
# Move both sliders together, then one alone:

# %% tags=["demo"]
rotation_explorer()

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 9 · One view of all of them: which symmetry is left?
#
# Without positions, attention doesn't notice *any* rearrangement. Each encoding breaks some of that symmetry and keeps the
# rest:
#
# | encoding | enters | learned? | what the scores still don't notice |
# |---|---|---|---|
# | none | nowhere | | any rearrangement |
# | sinusoidal | added to the words, once | no | nothing: any change shows (though $W_QW_K^\top$ *can* use distances alone) |
# | learned | added to the words, once | yes | nothing: any change shows |
# | rotary | turns queries and keys, every layer | no | moving the whole text along |
# | relative bias (Shaw, T5) | added to the scores (Shaw: to the keys) | yes | moving the whole text along |
# | ALiBi, both sides | added to the scores | no | moving along, **and mirroring** |
#
# Your measuring device tests two of these laws, on untrained models of two layers with *your* components. Mirroring is just one
# more permutation.

# %% tags=["demo"]
encodings = {
    "none": order.Encoding,
    "sinusoidal": lambda: order.Encoding(add=lambda x: x + sinusoidal_encoding(x.shape[1], x.shape[2])),
    "learned": lambda: order.Encoding(add=LearnedPositions(160, 64)),
    "rotary": lambda: order.Encoding(turn=lambda x: apply_rotary(x, torch.arange(x.shape[-2]))),
    "relative bias": lambda: order.Encoding(bias=RelativeBias(4, 8)),
    "ALiBi": lambda: order.Encoding(bias=partial(alibi_bias, 4)),
}
x, shuffled, mirrored = torch.randn(2, 12, 64), torch.randperm(12), torch.arange(11, -1, -1)
print("gap when               shuffled   mirrored")
for name, encoding in encodings.items():
    model = order.Reader(encoding())
    print(f"{name:20}", *(f"{permutation_gap(model.features, x, order_):10.0e}" for order_ in (shuffled, mirrored)))

# %% [markdown]
# ALiBi's zero under mirroring is a prophecy. Suppose such a model answers "which token stands to my left?". Give it the
# mirrored sequence: its answer must be the mirrored one, so now it names the token to the *right*. Sequences and their mirror
# images are equally likely, hence it names the left neighbour exactly as often as the right one: **at most half the time, plus
# the luck that both are the same token.** No training can change that.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 10 · Experiment: order, and longer than ever seen
#
# **Two tasks.** `shift`: tokens of 16 kinds, and every position reports the token *before* it (guessing: 1/16). `order`: one A
# and one B among them; the first position must say which of the two stands first (guessing: 1/2).
#
# **The model.** Two layers of attention with 4 heads and a small network, width 64; only the encoding differs. It learns from
# sequences of **4 to 20** tokens, and is then asked about sequences of 20, 40, 80 and 160. *Causal* means that a position sees
# only itself and what came before.
#
# **Predict first.** Each cell below: nearly always right (1), half right (½), not much better than guessing (0)?

# %% [markdown]
# *My prediction:*
#
# | | `shift` at 20 | `shift` at 80 | `shift`, causal, at 20 | `order` at 20 |
# |---|---|---|---|---|
# | none | | | | |
# | sinusoidal | | | | |
# | rotary | | | | |
# | ALiBi, both sides | | | | |
#
# *because* …

# %% tags=["demo"]
shift, shift_causal = order.Task("shift"), order.Task("shift", causal=True)
names = ("none", "sinusoidal", "rotary", "relative bias", "ALiBi")
runs = {name: order.train(encodings[name], shift, seed=0) for name in names}
runs["none, causal"] = order.train(encodings["none"], shift_causal, seed=0)
print("shift                at 20   at 40   at 80")
for name, run in runs.items():
    print(f"{name:18}", *(f"{order.accuracy(run, length, count=200):7.2f}" for length in (20, 40, 80)))

# %% [markdown] slideshow={"slide_type": "subslide"}
# **All of them, three seeds:**

# %% tags=["demo"]
def by_length(task):
    return {name: row["accuracy"] for name, row in measured[task].items()}


show(
    accuracy_by_length(by_length("shift"), trained_up_to=20, chance=1 / 16),
    caption="shift: which token stood before? Three seeds (dots) and their mean. At the trained length (shaded) four "
    "encodings are right nearly always, ALiBi is right half the time. Beyond it, the absolute encodings fall first, and for "
    "the relative ones the seeds disagree.",
    alt="Lines of accuracy against length 20 to 160. Sinusoidal and learned fall from 1 to 0.2, rotary and relative "
    "bias more slowly, ALiBi stays near 0.5, none near 0.1.",
)

# %% tags=["demo"]
show(
    accuracy_by_length(by_length("shift_causal"), trained_up_to=20, chance=1 / 16),
    caption="The same task, but each position sees only the past. Now ALiBi is right nearly always, at eight times the "
    "trained length too. And the model without any encoding has learned most of the task.",
    alt="Lines of accuracy against length. ALiBi is flat near 0.98; relative bias falls gently, rotary, sinusoidal "
    "and learned steeply; none begins at 0.86 and ends at 0.3.",
)

# %% tags=["demo"]
show(
    accuracy_by_length(by_length("order"), trained_up_to=20, chance=1 / 2),
    caption="order: is A before B? Without an encoding exactly a guess. Sinusoids at 80 and 160 tokens are mostly below "
    "one half: wrong with conviction.",
    alt="Lines of accuracy against length. All but 'none' begin above 0.9; ALiBi falls to 0.7, relative bias varies "
    "by seed, sinusoidal drops below 0.5.",
)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### The surprising cells
#
# **ALiBi: ½ in `shift`, 1 in `order`.** Half is what section 9's mirror allows: (½)(1 + 1/16) = 0.53 in the middle of a
# sequence. (The last position has only one neighbour and could always be right; hence no more than 0.56 at length 20. Measured:
# {{ results.shift["ALiBi"].accuracy["20"] | mean | fixed(2) }}.) And `order`? It is asked at the *first* position. From the
# edge of the text everything lies on one side, so *nearer* means *earlier*: seen from there, distance is order. For the same
# reason a causal ALiBi has no left-right problem: {{ results.shift_causal["ALiBi"].accuracy["20"] | mean | fixed(2) }}. Ask
# what a symmetry forbids, and where the question is put.
#
# **No encoding, causal: {{ results.shift_causal["none"].accuracy["20"] | mean | fixed(2) }}.** The causal mask itself breaks
# the symmetry: position $i$ sees $i + 1$ tokens, and nobody else sees exactly those. In the *first* layer its past is still a
# bag. But the second layer looks at the results of the first, which are the bags $\{x_0\}$, $\{x_0, x_1\}$, $\{x_0,x_1,x_2\}$,
# …: growing bags hold the order. Check it on untrained models, by exchanging the first two tokens and watching the last
# position:

# %% tags=["demo"]
x = torch.randn(1, 8, 64)
exchanged = x[:, [1, 0, 2, 3, 4, 5, 6, 7]]
for layers in (1, 2):
    model = order.Reader(order.Encoding(), causal=True, layers=layers)
    with torch.no_grad():
        moved = (model.features(x) - model.features(exchanged))[0, -1].abs().max()
    print(f"causal, no encoding, layers: {layers}   the last position moves by {moved:.0e}")
print("\nshift, causal, no encoding, three seeds, length 20")
for name, row in measured["causal_without_encoding"].items():
    print(f"{name:28}", *(f"{share:6.2f}" for share in row["accuracy"]["20"]))

# %% [markdown]
# (One layer is better than 1/16 because a bag already tells which tokens are possible.) Language models without any encoding do
# work (Haviv et al. 2022). In our table it takes more training, and on longer texts the skill fades, though less than that of
# the absolute encodings; Kazemnejad et al. (2023), with other tasks, even found it the best choice there.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Why do they fail beyond the trained length?
#
# **The sinusoids are defined at position 30, but no model has ever been trained there.** Where do the errors sit? The next cell
# asks the models of your live run, position by position, at length 40.

# %% tags=["demo"]
def right_by_position(run, length=40):
    tokens, labels = order.draw(run.task, 400, length, torch.Generator().manual_seed(5))
    with torch.no_grad():
        return (run.model(tokens).argmax(dim=-1) == labels)[:, 1:].float().mean(dim=0)


right = {name: right_by_position(runs[name]) for name in ("sinusoidal", "rotary")}
show(
    curves(torch.arange(1, 40), right, "position", "share of right reports"),
    caption="The live models at length 40; in training no sequence went beyond position 19. Up to there both are nearly "
    "always right. From position 20 on the sinusoidal model is mostly lost, and the rotary one is right half the time.",
    alt="Two curves over positions 1 to 39, both near 1 up to 19. Then the sinusoidal one drops to 0.1 and jumps up "
    "and down, the rotary one stays at 0.5.",
)

# %% [markdown]
# **Absolute positions beyond the training length are new inputs,** and a network owes nothing to inputs it hasn't seen. (A
# learned table fails the same way, with rows that are still as random as on the first day.) But rotary scores depend on
# distances alone, and the distance −1 is as it was. Why does it fail, and why half? Ask where the model looks:

# %% tags=["demo"]
tokens, _ = order.draw(shift, 200, 40, torch.Generator().manual_seed(5))
weights = order.last_weights(runs["rotary"], tokens)  # (H, T, T)
from_30 = {f"head {h + 1}": weights[h, 30] for h in range(4)}
show(
    curves(torch.arange(40) - 30, from_30, "distance j − i from the query at i = 30", "weight"),
    caption="Where the last layer of the live rotary model looks from position 30. It should look at distance −1. It "
    "looks at −20 as well.",
    alt="Weights of four heads by distance, nearly 0 except for two peaks, one at distance −1 and one at distance "
    "−20.",
)
turns = 19 / (2 * torch.pi) * 10_000.0 ** (-torch.arange(0, 16, 2) / 16)  # of the eight hands of a head, D_h = 16
print("turns made in 19 steps by each pair:", *(f"{turn:.2f}" for turn in turns.tolist()))

# %% [markdown]
# **The clock reads the same.** From −1 to −20 are 19 steps, in which the fastest pair makes 3.02 turns and the next one 0.96,
# nearly whole ones: seen by these two hands, the two distances are the same time of day. The slow hands could tell them
# apart, but in training distance −20 never occurred (positions 0 to 19 are at most 19 apart), so nothing ever asked them to.
# (Section 5's explorer shows the coincidence: set its offset to 19. With other seeds the slow hands happen to do better: the dots
# in the figure lie far apart. Luck is not extrapolation.)
#
# **More competitors.** For a clipped table of biases no distance is new, since all large ones share a number. Yet it falls too:
# each far key gets little weight, but the longer the text, the more of them there are. ALiBi's far keys fade away, so its line
# in `shift` is flat. The price: what is far away it can hardly see (`order` at 160: {{
# results.order["ALiBi"].accuracy["160"] | mean | fixed(2) }}).
#
# In short: **at the trained lengths nearly any encoding will do; beyond them, none does everything.** In practice one trains on
# long texts at the end, or squeezes the positions (the first exercise at the end of the unit).

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### For the keen: the competitors, counted
#
# Here they are, in your live model with a relative bias:

# %% tags=["demo"]
print("length   weight on distance −1   on all keys more than 8 away, together")
for length in (20, 40, 80, 160):
    tokens, _ = order.draw(shift, 50, length, torch.Generator().manual_seed(5))
    middle = length // 2
    weights = order.last_weights(runs["relative bias"], tokens).mean(dim=0)[middle]  # (T,): mean of the heads
    print(f"{length:6} {weights[middle - 1]:15.2f} {1 - weights[middle - 8 : middle + 9].sum():24.2f}")

# %% [markdown]
# In formulas: a score $s$ above $n$ others, all alike, gets the weight $e^s/(e^s + n)$, which falls as $n$ grows. ALiBi's
# competitors fade with distance, and their sum stays finite however long the text is:

# %% tags=["demo"]
lead = torch.tensor(5.0).exp()
print("weight of one key whose score is 5 above that of the others")
print("others   all alike   faded by ALiBi, slope 1/4, on one side")
for n in (20, 40, 80, 160):
    alike, fading = torch.ones(n).sum(), (-torch.arange(1, n + 1) / 4).exp().sum()
    print(f"{n:6} {lead / (lead + alike):11.2f} {lead / (lead + fading):10.2f}")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 11 · Debugging: two encodings that train
#
# Two colleagues solved `shift` with encodings of their own. No error, the right shapes, a loss that falls. Name the fault of
# each: first from the *level* at which its loss stops, then with your measuring device, then from the code.

# %% tags=["demo"]
def suspect_A():
    def add(x):  # x: (B, T, D)
        return x + sinusoidal_encoding(x.shape[0], x.shape[2])[:, None]

    return order.Encoding(add=add)


def suspect_B():
    bias = RelativeBias(4, 8)

    def unsigned(query_length, key_length):
        distance = (torch.arange(query_length)[:, None] - torch.arange(key_length)).abs()
        return bias.table(distance.clamp(max=8)).permute(2, 0, 1)

    encoding = order.Encoding(bias=unsigned)
    encoding.table = bias.table  # registered, so that it is trained
    return encoding

# %% tags=["demo"]
suspects = {"suspect A": suspect_A, "suspect B": suspect_B}
suspect_runs = {name: order.train(make, shift, seed=0) for name, make in suspects.items()}
losses = {name: run.losses for name, run in {"rotary (yours)": runs["rotary"], **suspect_runs}.items()}
show(
    loss_curves(losses, "loss", "training step"),
    caption="Training loss on shift. A coin toss between two tokens costs ln 2 = 0.69, a guess among all 16 costs ln 16 = "
    "2.77.",
    alt="Three loss curves: rotary falls to 0, suspect B levels off near 0.7, suspect A near 2.",
)

# %% tags=["demo"]
x = torch.randn(2, 12, 64)
print("gap when               shuffled   mirrored")
for name, make in suspects.items():
    model = order.Reader(make())
    print(f"{name:20}", *(f"{permutation_gap(model.features, x, order_):10.0e}" for order_ in (shuffled, mirrored)))

# %% [markdown]
# <details><summary>The answers: open after you have decided</summary>
#
# *Suspect A* is as blind as no encoding: its gap is 0 under *any* permutation, and its loss stops where that of "none" does
# (better than guessing only because the bag of tokens tells which are possible). Its sinusoids have `x.shape[0]` rows: the
# **batch** is taken for time, and each *sequence* gets one vector for all its positions. PyTorch's layers put time first by
# default, so code copied from there into a batch-first model does exactly this, and broadcasting hides it.
#
# *Suspect B* notices shuffling, but not mirroring, and its loss stops near a coin toss: it finds both neighbours and can't say
# which is which. Its distance has lost its sign (`abs`). Learning the table doesn't help: left and right share a row.
#
# What to remember: **the level where a loss stops tells which information is missing, and a symmetry test tells why.** Both
# take seconds.
#
# </details>

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 12 · What it can't do
#
# **It doesn't go on.** No encoding here solves both tasks at every length. "Defined for any length" is a statement about a
# formula, not about a trained model.
#
# **It doesn't say what matters.** Position is one thing to ask for. "The word before" and "the subject of this verb" are two
# questions at once, and this unit's attention has one softmax for each position.
#
# How many questions can a layer ask at the same time? That is unit 04.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### You will read elsewhere that …
#
# | … | but |
# |---|---|
# | without positional encoding a Transformer knows no order | true without a mask; a *causal* model learns most of it (section 10) |
# | in the sinusoids, $i = 0$ is the lowest frequency | the highest: wavelength $2\pi$; the last pair's, in a wide model, is nearly $2\pi\cdot10000$ |
# | the closer two positions, the larger the dot product of their sinusoids | only roughly: it falls in waves, so now and then a farther one is more similar |
# | sinusoids tell before from after | their dot product is symmetric; the direction comes from $W_Q$ and $W_K$ |
# | sinusoids work at any length, since they are defined there | they are defined; the model still fails there (section 10). Vaswani et al. wrote "*may* allow" |
# | learned positions are better (or worse) than sinusoids | about equal at trained lengths; the table just ends |
# | rotary turns the word vectors | queries and keys, inside attention, in every layer; values are not turned |
# | ALiBi's slopes are learned | they are fixed; T5's biases are learned |
# | ALiBi shows where a word stands | only how far away; on both sides without a mask it can't tell left from right |
# | relative encodings extrapolate | better, not well: new distances, clocks that read the same, more competitors |

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 13 · Self-test
#
# None of these can be answered by looking up a formula. The wrong options are worth opening too.

# %% tags=["demo"]
from autograder.student.quiz import self_test

self_test("questions.yaml")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 14 · Summary on one screen
#
# | piece | formula | shape |
# |---|---|---|
# | permutation equivariance | $\mathrm{attention}(PX) = P\,\mathrm{attention}(X)$ | |
# | sinusoidal | $\sin\omega_rt,\;\cos\omega_rt$, $\;\omega_r = 10000^{-2r/D}$; length $\sqrt{D/2}$ | `(T, D)`, added |
# | a step | $\mathrm{PE}[t+k] = M_k\,\mathrm{PE}[t]$, a rotation for each pair | `(D, D)` |
# | dot product | $\sum_r\cos\omega_rk$: symmetric, falls in waves | |
# | learned | a trainable row for each position; ends at `max_length` | `(T, D)`, added |
# | relative bias | $b_h[\operatorname{clip}(j-i)]$, learned | `(H, T_q, T_k)`, added to scores |
# | ALiBi | $-2^{-8h/H}\,\lvert i-j\rvert$, fixed | `(H, T_q, T_k)`, added to scores |
# | rotary | $(R_{i\omega}q)\cdot(R_{j\omega}k) = q\cdot R_{(j-i)\omega}k$ | `(B, H, T, D_h)`, turned |
# | mirror-symmetric | at most ½ (and luck) of "which token stood before?" | |
# | longer than trained | absolute: new inputs; relative: new distances, more competitors | |

# %% [markdown]
# ### Further reading, a word on each
#
# - Vaswani et al. 2017, [*Attention is all you need*](https://arxiv.org/abs/1706.03762): section 3.5, half a page, and row (E)
#   of table 3.
# - Shaw et al. 2018, [*Self-attention with relative position representations*](https://arxiv.org/abs/1803.02155): distances
#   into the keys.
# - Raffel et al. 2020, [*T5*](https://arxiv.org/abs/1910.10683): section 2.1, a learned number for each head and range of
#   distances.
# - Su et al. 2021, [*RoFormer*](https://arxiv.org/abs/2104.09864): rotary, derived as we did, from what the score should depend
#   on.
# - Press et al. 2022, [*Train short, test long*](https://arxiv.org/abs/2108.12409): ALiBi, and how badly sinusoids extrapolate.
# - Haviv et al. 2022,
#   [*Transformer language models without positional encodings still learn positional information*](https://arxiv.org/abs/2203.16634):
#   section 10's surprise, in real models.
# - Kazemnejad et al. 2023, [*The impact of positional encoding on length generalization*](https://arxiv.org/abs/2305.19466):
#   tables like ours for causal models; the one without any encoding goes on best.
# - Chen et al. 2023, [*Extending context window via positional interpolation*](https://arxiv.org/abs/2306.15595): squeezing
#   rotary positions.

# %% [markdown]
# ### For the keen
#
# 1. **Squeeze.** `apply_rotary` takes fractional positions. Give the trained rotary model positions $t\cdot 20/T$ where
#    $T > 20$. What happens to `shift`, and why is it the wrong task to profit from it?
# 2. **Break the mirror.** Give half of ALiBi's heads a penalty on the left side only and the other half one on the right only.
#    What does `shift` say, and the mirror test?
# 3. **Nearly back.** The first hand never stands exactly where it began, but it comes close. After how many of the first 1000
#    steps is it nearest, what has that to do with $\pi \approx 355/113$, and which hands tell the two positions apart?
# 4. **Choose the base.** Rotary with base 100 instead of 10000: train it on `shift` (`order.Encoding(turn=...)`). Which lengths
#    gain, and what might a large language model with long texts want?
# 5. **Count.** Show that a causal model can compute $1/(i+1)$, and so its position, if every sequence begins with the same
#    special token. Which weights?
