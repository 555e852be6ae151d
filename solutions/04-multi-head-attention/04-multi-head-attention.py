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
# # 04 · Multi-head attention
#
# **At the end you can** write multi-head attention from an empty cell (PyTorch's weights, copied into your layer, give
# PyTorch's results), say what each of its parts is for, predict what it costs, and tell a sound layer from a broken one
# when the loss can't.
#
# **You need** Python, tensors, linear algebra. This unit stands alone; where it leans on an earlier one, it says so in a line.
#
# **Time:** about five hours and a quarter: the exercises' minutes add up to 1 h 50 min, reading and derivations take about 1 h 30 min, the
# experiment, the broken layers and the self-test 40 min each. An estimate of the authors, not a measurement on students.
#
# **One sentence to keep:** attention is a weighted mean whose weights are computed from the data, and a head is two low-rank
# matrices: one says *where to look*, the other *what to carry*.

# %% [markdown]
# ### Notation, here and in every unit
#
# | symbol | meaning |
# |---|---|
# | $B$, $T$, $D$ | sequences in a batch, positions in a sequence, features of a position (`d_model`) |
# | $T_q$, $T_k$ | number of queries, number of keys, where they differ |
# | $H$, $D_h$ | number of heads, features of one head: $D_h = D/H$ |
# | $D_k$, $D_v$ | features of a key (and a query), features of a value; inside a layer both are $D_h$ |
# | $q_i$, $k_j$, $v_j$ | query of position $i$, key and value of position $j$, all of them row vectors |
# | $s_{ij}$, $p_{ij}$ | score and weight that query $i$ gives to key $j$ |
#
# Shapes are written batch first: a layer's input is `(B, T, D)`, its heads are `(B, H, T, D_h)`. A mask is boolean and
# **True means "may attend"**.

# %% given="setup"
import math

import torch
import torch.nn.functional as F
from torch import nn

from autograder import check

# %% tags=["demo"]
from data import costs, heads, minilm_heads
from data.tables import results
from figures.attention import attention_flow, cost_curves, head_grid, heat_map, mask_picture
from figures.explorers import heads_explorer, mask_explorer, scaled_scores_explorer
from figures.style import COLOURS, new_axes, show, styled
from figures.training import bars_with_spread, loss_curves

torch.manual_seed(0)
measured = results("04")  # the tables that take minutes: three seeds each; `python -m data.build 04` measures them again

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 1 · The question
#
# *The tired dog slept because it had chased the cat all day.* To know what **it** is, a model must fetch something from
# *dog*; for the grammar, something from the word before; for what had happened, something from *chased*. The attention of unit
# 02 asks one question per decoder step, and a decoder has to wait for its previous step. **Can every word ask several
# questions about all the others, and all of them at the same time?**

# %% tags=["demo"]
real = minilm_heads.load()
it, dog = real.tokens.index("it"), real.tokens.index("dog")
show(
    head_grid(real.weights[[0, 3]], real.tokens, real.tokens, [real.names[0], real.names[3]]),
    caption="Two heads of MiniLM, a real pretrained model, on the sentence above. Each row is a word asking, each column a "
    "word answering. The first head asks for the word before, the second for the animals: 'it' gives "
    f"{real.weights[3, it, dog]:.0%} of its weight to 'dog'. [CLS] and [SEP] mark the sentence's ends.",
    alt="Two heat maps of attention weights, 15 words by 15 words. The first has one bright diagonal just below the main "
    "one, the second two bright columns, dog and cat.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 2 · The idea in one picture
#
# A **query** asks. Every **key** answers with how well it matches, the dot product. The softmax turns these scores into
# **weights**, positive and with the sum 1. The **output** is the mean of the **values** with those weights.

# %% tags=["demo"] slideshow={"slide_type": "-"}
K = torch.tensor([[1.0, 0, 1, 0], [0, 1, 0, 1], [1, 1, 1, 1]])
Q = math.log(2) * K  # chosen so that every weight in section 5 is a round number
V = torch.tensor([[10.0, 0], [0, 10], [5, 5]])
show(
    attention_flow(Q[0], K, V, key_labels=["word 1", "word 2", "word 3"]),
    caption="One query, three keys, three values. The query matches keys 1 and 3 equally well and key 2 less, so the output "
    "is 0.4 of the first value, 0.2 of the second, 0.4 of the third. Nothing is picked out: every value takes part.",
    alt="From left to right: a query above three keys, their scores 0.7, 0 and 0.7, the weights 0.4, 0.2 and 0.4, three "
    "values (10, 0), (0, 10), (5, 5), and below them the output (6, 4).",
)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### The five steps of dot-product attention
#
# | step | formula | shape | what it is for |
# |---|---|---|---|
# | 1 project | $q_i = x_i W_Q$, $\;k_j = y_j W_K$, $\;v_j = y_j W_V$ | `(T_q, D_k)`, `(T_k, D_k)`, `(T_k, D_v)` | learn what to ask, what to be found by, what to hand over |
# | 2 compare | $q_i \cdot k_j$ | `(T_q, T_k)` | how well does key $j$ match query $i$? |
# | 3 scale | $s_{ij} = q_i \cdot k_j / \sqrt{D_k}$ | `(T_q, T_k)` | keep the softmax where it can learn (section 4) |
# | 4 normalise | $p_{ij} = e^{s_{ij}} / \sum_m e^{s_{im}}$ | `(T_q, T_k)` | turn each row into weights; masks act just before |
# | 5 mix | $o_i = \sum_j p_{ij} v_j$ | `(T_q, D_v)` | the weighted mean |
#
# As matrices, steps 2 to 5 are $\;O = \mathrm{softmax}\!\left(QK^\top/\sqrt{D_k}\right)V\;$ (Vaswani et al. 2017, eq. 1), with
# the softmax along each row. In **self-attention** the $x$ that asks and the $y$ that answers are the same sequence; in
# **cross-attention** they are two. (Unit 02's attention took these steps too: its query was the decoder's state, its keys and values were
# the encoder's outputs, and it had to wait for that state at every step.)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 3 · Where the formula comes from: a soft dictionary
#
# A Python `dict` finds a value by *exact* match: `d[q]` is the value whose key equals `q`. That has no useful gradient. So
# make the match gradual: return the mean of **all** values, each weighted by how similar its key is to the query,
#
# $$o(q) \;=\; \frac{\sum_j \kappa(q, k_j)\, v_j}{\sum_j \kappa(q, k_j)} .$$
#
# With a similarity $\kappa > 0$ this is **kernel regression**, published by Nadaraya and by Watson in 1964. The usual kernel is
# the Gaussian one, $\kappa(q,k) = \exp\left(-\lVert q-k\rVert^2 / 2\sigma^2\right)$. Multiply the square out:
#
# $$\lVert q-k\rVert^2 = \lVert q\rVert^2 - 2\,q\cdot k + \lVert k\rVert^2
# \quad\Longrightarrow\quad
# \kappa(q,k) = \underbrace{e^{-\lVert q\rVert^2/2\sigma^2}}_{\text{same for all keys: cancels}}\;
# e^{\,q\cdot k/\sigma^2}\;\underbrace{e^{-\lVert k\rVert^2/2\sigma^2}}_{\text{same if all keys are equally long}} .$$
#
# What remains is $e^{q\cdot k/\sigma^2}$. **Attention is Gaussian kernel regression with the bandwidth** $\sigma$ given by $\sigma^2 = \sqrt{D_k}$,
# exactly when all keys have the same length; otherwise longer keys get a louder voice. The next cell checks this, and shows
# what the bandwidth does.

# %% tags=["demo"]
@styled
def regression_picture(x, y, at, estimates):
    ax = new_axes(11, 4.2)
    ax.plot(x, y, "o", color=COLOURS["value"], alpha=0.6, label="values, at their keys")
    for (name, estimate), role, dash in zip(estimates.items(), ("key", "query", "output"), ("--", "-", ":"), strict=True):
        ax.plot(at, estimate, color=COLOURS[role], linestyle=dash, label=name)
    ax.set(xlabel="angle of the query (radians)", ylabel="output", ylim=(-1.6, 1.6))
    ax.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
    return ax.figure


def on_circle(angle):
    return torch.stack([angle.cos(), angle.sin()], dim=-1)  # every vector has length 1


x = torch.linspace(0, 2 * math.pi, 60)
y = (2 * x).sin() + 0.3 * torch.randn(60)
at = torch.linspace(0, 2 * math.pi, 200)
scores, distance = on_circle(at) @ on_circle(x).T, torch.cdist(on_circle(at), on_circle(x))

gaussian = torch.exp(-distance.square() / (2 * 0.05))  # sigma² = 0.05
kernel_regression = gaussian / gaussian.sum(dim=-1, keepdim=True) @ y
torch.testing.assert_close((scores / 0.05).softmax(dim=-1) @ y, kernel_regression, atol=1e-4, rtol=0)

widths = {"σ² = 2: nearly the mean of all": 2, "σ² = 0.05": 0.05, "σ² = 0.0005: nearest key only": 0.0005}
show(
    regression_picture(x, y, at, {name: (scores / width).softmax(dim=-1) @ y for name, width in widths.items()}),
    caption="Attention as regression. Dots are key-value pairs, a noisy curve; each line is the output as the query goes "
    "round. Divided by too much, the scores give nearly the mean of everything; by too little, a dictionary that copies the "
    "nearest value, noise included; in between, the curve.",
    alt="Sixty noisy dots along a sine curve of two periods. A dashed line is almost flat, a solid line follows the sine "
    "smoothly, a dotted line jumps from dot to dot.",
)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### What attention adds to 1964: it learns what "near" means
#
# In kernel regression the keys are given. In a layer, query, key and value are three **learned projections of the whole
# vector** of a word, $x_i W_Q$, $x_j W_K$, $x_j W_V$; they are not three pieces of it. Why not compare the vectors
# themselves, $x_i\cdot x_j$?
#
# - That score is symmetric: *dog* would score *it* exactly as *it* scores *dog*. With $W_Q \ne W_K$ the score
#   $x_i W_Q W_K^\top x_j^\top$ need not be.
# - Of vectors of one length, each is most similar to itself, so no word could look at another more than at itself.
# - What makes a word worth finding (it's a noun) is not what one wants from it (which noun?): hence a value beside the key.
#
# The dot product measures similarity, $q\cdot k = \lVert q\rVert \lVert k\rVert \cos\theta$; the exponential makes it positive; dividing
# by the sum makes it a mean; all of it can be differentiated, so "near" is whatever lowers the loss.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 4 · Why divide by $\sqrt{D_k}$?
#
# **Variance.** Let the components of $q$ and $k$ be independent with mean 0 and a variance that doesn't depend on $D_k$; call it 1.
# Each product has mean $\mathbb{E}[q_m k_m] = \mathbb{E}[q_m]\,\mathbb{E}[k_m] = 0$ and variance
# $\mathbb{E}[q_m^2]\,\mathbb{E}[k_m^2] = 1$. Variances of independent terms add:
#
# $$\operatorname{Var}(q\cdot k) = \sum_{m=1}^{D_k} \operatorname{Var}(q_m k_m) = D_k ,
# \qquad \operatorname{Var}\!\left(\frac{q\cdot k}{\sqrt{D_k}}\right) = 1 .$$
#
# **Saturation.** Unscaled scores therefore differ by about $\sqrt{D_k}$, and the softmax exponentiates differences: with
# $D_k = 64$, a lead of one standard deviation is a factor $e^8 \approx 3000$. One weight is nearly 1, the rest nearly 0.
#
# **Gradient.** From $p_i = e^{s_i}/\sum_m e^{s_m}$,
#
# $$\frac{\partial p_i}{\partial s_j} = p_i\,(\delta_{ij} - p_j), \qquad J = \operatorname{diag}(p) - p\,p^\top .$$
#
# If $p$ is one-hot, then $J = 0$: whatever the loss says about the weights, *nothing* reaches the scores, nor $W_Q$ and $W_K$.

# %% tags=["demo"]
def saturation(d_k, scaled, draws=200, keys=16):
    """Mean largest weight and mean Frobenius norm of the softmax's Jacobian, for random queries and keys."""
    generator = torch.Generator().manual_seed(d_k)
    q, k = torch.randn(draws, 1, d_k, generator=generator), torch.randn(draws, keys, d_k, generator=generator)
    s = (q * k).sum(dim=-1) / (math.sqrt(d_k) if scaled else 1)
    p = s.softmax(dim=-1)
    jacobian = torch.diag_embed(p) - p[:, :, None] * p[:, None, :]
    return s.var().item(), p.amax(dim=-1).mean().item(), jacobian.flatten(1).norm(dim=-1).mean().item()


print(" D_k   variance of scores    largest of 16 weights   gradient (norm of J)")
print("       unscaled   scaled     unscaled   scaled       unscaled   scaled")
for d in (1, 4, 16, 64, 256, 1024):
    u, s = saturation(d, scaled=False), saturation(d, scaled=True)
    print(f"{d:4}   {u[0]:8.1f} {s[0]:8.2f} {u[1]:12.2f} {s[1]:8.2f} {u[2]:14.3f} {s[2]:8.3f}")

# %% [markdown]
# Divided, hardly anything depends on the width; undivided, from $D_k = 16$ on, the wider the head, the less gradient gets through. (This is about the *start* of
# training. Later $W_Q$ and $W_K$ may grow and make a head as sharp as it likes; the scaling only makes sure that a layer of any width
# begins where it can still learn.) Try it. The *entropy* there measures how spread out the weights are: 0 bits if one key has
# everything, $\log_2 n$ bits if $n$ keys share alike.

# %% tags=["demo"]
scaled_scores_explorer()

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 5 · By hand: a 3 × 3 attention
#
# Three words, $D_k = 4$, so $\sqrt{D_k} = 2$. To get round weights, the queries are $\ln 2$ times the keys:
#
# $$K = \begin{pmatrix}1&0&1&0\\0&1&0&1\\1&1&1&1\end{pmatrix},\qquad Q = \ln 2\cdot K,\qquad
# V = \begin{pmatrix}10&0\\0&10\\5&5\end{pmatrix}.$$
#
# **Compare and scale:** e.g. $q_1\cdot k_3 = 2\ln 2$, halved: $\ln 2$. **Exponentiate:** $e^{n \ln 2} = 2^n$. **Normalise** each row. **Mix.**
#
# $$\frac{QK^\top}{2} = \ln 2\begin{pmatrix}1&0&1\\0&1&1\\1&1&2\end{pmatrix}
# \;\xrightarrow{\exp}\;\begin{pmatrix}2&1&2\\1&2&2\\2&2&4\end{pmatrix}
# \;\xrightarrow{\text{rows}\,/\,\text{sum}}\;\begin{pmatrix}.4&.2&.4\\.2&.4&.4\\.25&.25&.5\end{pmatrix}
# \;\xrightarrow{\cdot V}\;\begin{pmatrix}6&4\\4&6\\5&5\end{pmatrix}.$$
#
# First row of the last step: $0.4\,(10,0) + 0.2\,(0,10) + 0.4\,(5,5) = (6,4)$. Check the third row yourself.
#
# Without the scaling the powers of two would be squared: row 1 would be $(4,1,4)/9 \approx (.44, .11, .44)$, sharper.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### If a key must not be looked at
#
# Some keys must stay hidden from some queries (section 6 says which, and why); a **mask** names the pairs that are allowed.
#
# **$-\infty$ before the softmax, not 0 after it.** As $e^{-\infty} = 0$, a hidden key drops out of the numerator *and* of the sum
# below it; what is left is the softmax over the allowed keys alone. The second row above, third key hidden:
#
# | | weights | sum | output |
# |---|---|---|---|
# | $-\infty$ before: exponentials $(1, 2, 0)$ | $(\tfrac13, \tfrac23, 0)$ | 1 | $(3.33, 6.67)$ |
# | 0 after: $(.2, .4, .4)$, third deleted | $(.2, .4, 0)$ | 0.6 | $(2, 4)$ |
#
# The second output is not a mean any more, and it still *depends on the hidden key*: make $k_3$ match better, and the
# output shrinks. What should be hidden leaks through the denominator.
#
# **Adding** a huge negative number to hidden scores, instead of filling it in, works just as well where the row keeps one allowed key. (In half
# precision the most negative finite number is $-65504$; with a score of $-20$ added it is already $-\infty$, and a row full of those is NaN.)
#
# **An empty row.** Sometimes no key is left: a text is filled up on the *left*, and its first position may see neither what comes later nor
# the filling. Then $-\infty$ everywhere gives $0/0$, NaN. This course gives such a query the weights 0.

# %% [markdown]
# ### Exercise 1 · `scaled_dot_product_attention` &nbsp; ●●○ &nbsp; 20 min
#
# **Build** steps 2 to 5 of the table in section 2 (Vaswani et al. 2017, eq. 1). No weights, no classes: every later piece calls this one.
#
# **Shapes.** `query (..., T_q, D_k)`, `key (..., T_k, D_k)`, `value (..., T_k, D_v)` in; `(output, weights)` out, `(..., T_q, D_v)` and
# `(..., T_q, T_k)`. The dots are any number of leading axes (a batch, heads, none). $T_q \ne T_k$ and $D_v \ne D_k$ are allowed.
#
# **Mask.** `None`, or boolean and broadcastable to the scores; a key that is False gets the weight **0** *and no part in the sum below
# the fraction*. A query that may attend to nothing gets zeros, never NaN, and no NaN in any gradient.
#
# **Example.** Section 5: with its `Q`, `K`, `V` the output is `[[6, 4], [4, 6], [5, 5]]`; with the mask
# `[[True, False, True]]` (for every query) the first row of weights becomes `[0.5, 0.0, 0.5]`.
#
# Float32 and float64, scores up to ±10,000, and inputs left as they were. Write it yourself: `F.scaled_dot_product_attention` is not
# allowed here.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>
#
# The scores are a table with a row for each query and a column for each key. Which of the two must be 1: the sum of a row, or the sum of
# a column? Which axis is that, counted from the end?
#
# And: what does the softmax give for a row in which *every* score is $-\infty$? What for a row in which all scores are *equal*?
#
# </details>
#
# <details><summary>Hint 2: a nudge</summary>
#
# `transpose(-2, -1)` swaps the last two axes and leaves the others alone. `masked_fill` returns a new tensor, `masked_fill_` writes
# into the old one. `torch.finfo(scores.dtype).min` is the most negative finite number: its exponential, next to any real score, is 0,
# yet a whole row of it is not NaN. One more `masked_fill`, after the softmax, then settles the rows that may attend to nothing.
#
# </details>
#
# <details><summary>If you keep getting …</summary>
#
# - **the right shape, wrong numbers, and columns that sum to 1:** the softmax runs along the wrong axis.
# - **right results for some shapes only:** the scale is taken from the wrong tensor or axis. It is the width of a *query*, not of a value,
#   not the length.
# - **NaN in an empty row:** that row is 0/0. Replacing NaN at the very end mends the output, but the gradient may stay NaN, since
#   NaN · 0 = NaN on the way back.
# - **weights that sum to less than 1 under a mask:** you masked after the softmax; the hidden keys were still in the sum.
#
# </details>

# %% exercise="scaled_dot_product_attention"
def scaled_dot_product_attention(query, key, value, mask=None):
    """Look up, for every query, the mean of the values, weighted by how well their keys match.

    query: (..., T_q, D_k); key: (..., T_k, D_k); value: (..., T_k, D_v)
    mask: None, or bool, broadcastable to (..., T_q, T_k), True = may attend.
    Returns (output, weights): (..., T_q, D_v) and (..., T_q, T_k). A query that may attend to nothing gets zeros.
    """
    ### BEGIN SOLUTION
    scores = query @ key.transpose(-2, -1) / math.sqrt(query.size(-1))  # (..., T_q, T_k)
    if mask is None:
        weights = scores.softmax(dim=-1)  # (..., T_q, T_k)
    else:
        # A finite number instead of -inf: a row with nothing to attend to would otherwise be 0/0.
        hidden = scores.masked_fill(~mask, torch.finfo(scores.dtype).min)  # (..., T_q, T_k)
        weights = hidden.softmax(dim=-1).masked_fill(~mask, 0.0)  # (..., T_q, T_k)
    return weights @ value, weights  # (..., T_q, D_v), (..., T_q, T_k)
    ### END SOLUTION

# %% check="scaled_dot_product_attention"
check("scaled_dot_product_attention")

# %% [markdown]
# Your function and section 5, side by side:

# %% tags=["demo"]
output, weights = scaled_dot_product_attention(Q, K, V)
torch.testing.assert_close(weights, torch.tensor([[0.4, 0.2, 0.4], [0.2, 0.4, 0.4], [0.25, 0.25, 0.5]]))
torch.testing.assert_close(output, torch.tensor([[6.0, 4], [4, 6], [5, 5]]))
print("weights\n", weights, "\noutput\n", output, "\nas by hand")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 6 · Masks: who may look at whom
#
# Two things must not be looked at. **The future**, in a model that predicts the next word: if word 3 could see word 4, predicting it
# would be copying. And **padding**: sequences of a batch are filled up to one length, and what fills them isn't text.
#
# Both are hidden in the way of section 5: $-\infty$ before the softmax, not 0 after it. With 0 after it, the future would leak through the
# denominator. See both, with your function:

# %% tags=["demo"]
third_hidden = torch.tensor([[True, True, False]])
before, weights_before = scaled_dot_product_attention(Q[1:2], K, V, third_hidden)
weights_after = scaled_dot_product_attention(Q[1:2], K, V)[1] * third_hidden
print("before the softmax:", weights_before.numpy().round(2), before.numpy().round(2))
print("after the softmax: ", weights_after.numpy().round(2), (weights_after @ V).numpy().round(2))

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Four words for two questions
#
# *Whose* keys and values? **Self-attention:** the sequence's own. **Cross-attention:** another sequence's (a decoder asks an encoder).
# *Which* of them? **Bidirectional:** all. **Unidirectional** (causal): only those at or before the query.
#
# | | queries from | keys and values from | mask | used in |
# |---|---|---|---|---|
# | bidirectional self-attention | $x$ | $x$ | padding of $x$ | encoders, such as BERT, which fills gaps in a text |
# | unidirectional self-attention | $x$ | $x$ | causal, and padding of $x$ | decoders, such as GPT, which continues a text |
# | cross-attention | decoder | encoder's output | padding of the encoder's sequence | encoder-decoder models |
#
# The code is one and the same: only what you pass as query, key, value and mask differs. Try what masks do:

# %% tags=["demo"]
mask_explorer()

# %% [markdown]
# ### Exercise 2 · `causal_mask` &nbsp; ●○○ &nbsp; 5 min
#
# **Build** the mask that hides the future (Vaswani et al. 2017, section 3.2.3). One mask serves all positions at once; that is why a
# whole sentence can be trained on in a single pass.
#
# **Shapes.** `length`, an int $T$, in; `(T, T)` **bool** out, True where query $i$ (row) may attend to key $j$ (column): $j \le i$.
#
# **Example.** `causal_mask(3)` is `[[True, False, False], [True, True, False], [True, True, True]]`.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>
#
# May a position look at itself? If the first one couldn't, what would be left for it?
#
# </details>
#
# <details><summary>Hint 2: a nudge</summary>
#
# The allowed part is a triangle, diagonal included. Torch has functions that keep the lower or the upper triangle of a matrix;
# comparing row numbers with column numbers works too.
#
# </details>
#
# <details><summary>If you keep getting …</summary>
#
# - **a message about the type:** a mask of zeros and ones is not a mask; ask for `torch.bool`.
# - **the mirror image:** rows are queries. The *last* row sees everything, the first only itself.
#
# </details>

# %% exercise="causal_mask"
def causal_mask(length):
    """Let each position see itself and what came before it.

    Returns (T, T) bool with T = length; row i, column j is True where query i may attend to key j.
    """
    ### BEGIN SOLUTION
    return torch.ones(length, length, dtype=torch.bool).tril()  # (T, T)
    ### END SOLUTION

# %% check="causal_mask"
check("causal_mask")

# %% [markdown]
# ### Exercise 3 · `padding_mask` &nbsp; ●○○ &nbsp; 5 min
#
# **Build** the mask that hides padding *as keys*. What the padded positions ask as queries does no harm: nobody reads their output, and
# the loss leaves it out.
#
# **Shapes.** `ids (B, T)` int64 in; `(B, 1, 1, T)` bool out, True where the token is real. The two axes of size 1 stand for "every head"
# and "every query" in scores `(B, H, T_q, T_k)`.
#
# **Example.** `padding_mask(torch.tensor([[7, 5, 0]]), pad_id=0)` is `[[[[True, True, False]]]]`.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>
#
# In `(B, H, T_q, T_k)`, which axis counts the things that are looked at?
#
# </details>
#
# <details><summary>Hint 2: a nudge</summary>
#
# Indexing with `None` inserts an axis of size 1. Broadcasting lines shapes up from the right.
#
# </details>
#
# <details><summary>If you keep getting …</summary>
#
# - **the queries masked instead of the keys:** `(B, 1, T, 1)` hides whole rows; `(B, 1, 1, T)` hides columns.
# - **the opposite of the mask:** True marks a *real* token in this course.
#
# </details>

# %% exercise="padding_mask"
def padding_mask(ids, pad_id):
    """Hide the padding among the keys.

    ids: (B, T) int64. Returns (B, 1, 1, T) bool, True where the token is real; it broadcasts over heads and queries.
    """
    ### BEGIN SOLUTION
    return (ids != pad_id)[:, None, None, :]  # (B, 1, 1, T)
    ### END SOLUTION

# %% check="padding_mask"
check("padding_mask")

# %% [markdown]
# ### Exercise 4 · `combine_masks` &nbsp; ●○○ &nbsp; 10 min
#
# **Build** the mask that allows what *every* given mask allows. A decoder needs both: not the future, and not padding.
#
# **Shapes.** Any number of bool masks that broadcast together, or `None` for "no restriction"; out comes one mask, or `None` if there is
# nothing to combine.
#
# **Example.** `combine_masks(causal_mask(2), None, torch.tensor([True, False]))` is `[[True, False], [True, False]]`;
# `combine_masks(None)` and `combine_masks()` are `None`.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>
#
# A pair is allowed if the first mask allows it, *and* the second, *and* … What should an empty list of conditions give?
#
# </details>
#
# <details><summary>Hint 2: a nudge</summary>
#
# `&` between two bool tensors broadcasts. Test for "nothing there" with `is None`: `if mask:` is an error for a tensor of more than one
# element. And `&=` writes into its left side, which is the caller's.
#
# </details>
#
# <details><summary>If you keep getting …</summary>
#
# - **too much allowed:** that is `|`; masks say what is *allowed*, so all of them must agree.
# - **an error about shapes:** an in-place operation can't grow its left side to the broadcast shape; make a new tensor.
#
# </details>

# %% exercise="combine_masks"
def combine_masks(*masks):
    """Allow what every mask allows.

    masks: any number of bool tensors that broadcast together; None among them means "no restriction".
    Returns their logical and, or None if there is nothing to combine.
    """
    ### BEGIN SOLUTION
    combined = None
    for mask in masks:
        if mask is not None:
            combined = mask if combined is None else combined & mask
    return combined
    ### END SOLUTION

# %% check="combine_masks"
check("combine_masks")

# %% tags=["demo"]
ids = torch.tensor([[5, 9, 4, 7, 0, 0]])
allowed = combine_masks(causal_mask(6), padding_mask(ids, pad_id=0))
print("shape of the combined mask:", tuple(allowed.shape))
words = ["the", "dog", "slept", "well", "pad", "pad"]
show(
    mask_picture(allowed[0, 0], words, words),
    caption="Causal and padding mask together: the triangle, without the last two columns. Padded rows still ask, in vain and "
    "harmlessly.",
    alt="A 6 by 6 table: allowed on and below the diagonal in the first four columns, hatched elsewhere.",
)

# %% [markdown]
# **Where empty rows come from.** Put the padding on the *left* and combine it with the causal mask: the first query may look only at
# itself, and it is padding. That is why a function that gives NaN there breaks in some batches and not in others.
#
# **Two conventions in one library.** `F.scaled_dot_product_attention` reads a boolean mask as this course does: True = may attend.
# `nn.MultiheadAttention` reads `attn_mask` and `key_padding_mask` the other way: True = *hidden*. Nothing warns you:

# %% tags=["demo"]
torch_layer = nn.MultiheadAttention(4, 1, batch_first=True)
weights_meant = torch_layer(K[None], K[None], K[None], attn_mask=~causal_mask(3))[1]
weights_wrong = torch_layer(K[None], K[None], K[None], attn_mask=causal_mask(3))[1]
print("~causal_mask, as it wants it:\n", weights_meant[0].detach().numpy().round(2))
print("causal_mask as it is: only the future is visible, and the last row has nothing")
print("", weights_wrong[0].detach().numpy().round(2))

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 7 · Heads: several questions at once
#
# One attention gives each query **one** weighted mean. If *it* needs the word before *and* its noun, half-and-half weights return
# half the sum of two values, and from $a + b$ alone nobody can tell which was which. So ask $H$ times, with narrower vectors:
#
# 1. **Split.** Project as before, $x W_Q$, $x W_K$, $x W_V$, each of width $D$; cut each result into $H$ slices of width $D_h = D/H$.
# 2. **Attend** in every slice on its own, scores divided by $\sqrt{D_h}$.
# 3. **Concatenate** the $H$ results: width $D$ again.
# 4. **Mix** them by one more linear map, $W_O$.
#
# $$\mathrm{MHA}(x) = \big[\,\mathrm{head}_1, \dots, \mathrm{head}_H\,\big]\, W_O, \qquad
# \mathrm{head}_h = \mathrm{softmax}\!\left(\frac{x W_Q^h\,(x W_K^h)^\top}{\sqrt{D_h}}\right) x W_V^h$$
#
# with $W_Q^h, W_K^h, W_V^h$ the $h$-th block of $D_h$ columns (Vaswani et al. 2017, section 3.2.2). The four matrices have
# $4D^2$ entries whatever $H$ is: **more heads cost no parameters**; they cut the same projections into more slices. It is the
# *projections* that are split, never the word vector: every head reads all of it.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### A head is two low-rank matrices
#
# "Concatenate, then multiply by $W_O$" is a sum. Cut $W_O$ into $H$ blocks of $D_h$ **rows**, $W_O^h$, and multiply block by block:
#
# $$\mathrm{MHA}(x)_i \;=\; \sum_{h=1}^{H} \sum_j p^h_{ij}\; x_j\,\underbrace{W_V^h W_O^h}_{\text{OV: what to carry}},
# \qquad
# p^h_{ij} = \operatorname{softmax}_j \frac{x_i \overbrace{W_Q^h (W_K^h)^\top}^{\text{QK: where to look}} x_j^\top}{\sqrt{D_h}} .$$
#
# Queries, keys and values are half-way products. What a head *does* is in two $D\times D$ matrices of rank at most $D_h$: its **QK
# circuit** decides from where, its **OV circuit** decides what moves (Elhage et al. 2021). They are independent: a head can look at the
# word before and carry whether it is a noun. And heads don't talk to each other; their contributions are *added*.
#
# (Biases are left out here. PyTorch's `nn.Linear` computes $xW^\top + b$: its `weight` is the transpose of these matrices.)

# %% [markdown]
# ### Exercise 5 · `split_heads` &nbsp; ●●○ &nbsp; 10 min
#
# **Build** step 1's cut: from features side by side to an axis of heads, placed where a batch axis would be, so that your attention
# function treats each head as one more sequence.
#
# **Shapes.** `x (B, T, D)` and `num_heads` in; `(B, H, T, D/H)` out. Head $h$ holds features $hD_h, \dots, (h+1)D_h - 1$ of every
# position. If $H$ does not divide $D$: a `ValueError` that names both numbers.
#
# **Example.** `x = [[[0, 1, 2, 3], [10, 11, 12, 13]]]` ($B=1$, $T=2$, $D=4$) with two heads gives head 0 `[[0, 1], [10, 11]]` and
# head 1 `[[2, 3], [12, 13]]`.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>
#
# In memory, `x` is read position by position: 0 1 2 3 10 11 12 13. If you ask for the shape `(1, 2, 2, 2)` at once, what lands in
# `[0, 0]`: one head's slice of every position, or every feature of one position?
#
# </details>
#
# <details><summary>Hint 2: a nudge</summary>
#
# Two moves: first cut the last axis into two (nothing moves in memory), giving `(B, T, H, D_h)`. Then swap two axes.
#
# </details>
#
# <details><summary>If you keep getting …</summary>
#
# - **the right shape with wrong contents:** reshaping is not transposing. A reshape never changes the order in memory; swapping axes is
#   exactly such a change.
# - **heads made of every H-th feature:** you cut the last axis into `(D_h, H)` instead of `(H, D_h)`.
#
# </details>

# %% exercise="split_heads"
def split_heads(x, num_heads):
    """Cut the features into one slice per head, and put the heads where a batch axis would be.

    x: (B, T, D). Returns (B, H, T, D/H) with H = num_heads; head h holds features h·D/H ... (h+1)·D/H - 1.
    Raises ValueError, naming D and H, if H does not divide D.
    """
    ### BEGIN SOLUTION
    batch, length, d_model = x.shape
    if d_model % num_heads != 0:
        raise ValueError(f"d_model = {d_model} can't be cut into num_heads = {num_heads} slices of equal width")
    slices = x.reshape(batch, length, num_heads, d_model // num_heads)  # (B, T, H, D_h)
    return slices.transpose(1, 2)  # (B, H, T, D_h)
    ### END SOLUTION

# %% check="split_heads"
check("split_heads")

# %% [markdown]
# ### Exercise 6 · `merge_heads` &nbsp; ●●○ &nbsp; 5 min
#
# **Build** the way back: the inverse of `split_heads`, for any number of heads.
#
# **Shapes.** `(B, H, T, D_h)` in, `(B, T, H·D_h)` out: head 0's features first, then head 1's, …
#
# **Example.** Exercise 5's result goes in, its `x` comes out.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>
#
# Which two axes must be neighbours, and in which order, before they can be joined into one?
#
# </details>
#
# <details><summary>Hint 2: a nudge</summary>
#
# Undo the two moves of `split_heads` in the opposite order. After a transpose the memory is no longer in reading order, so `view`
# refuses; `reshape` and `flatten` copy where they must.
#
# </details>
#
# <details><summary>If you keep getting …</summary>
#
# - **"view size is not compatible":** see hint 2.
# - **the right shape with mixed-up positions:** you joined the axes without swapping first.
#
# </details>

# %% exercise="merge_heads"
def merge_heads(x):
    """Put the heads' slices side by side again: the inverse of split_heads.

    x: (B, H, T, D_h). Returns (B, T, H·D_h).
    """
    ### BEGIN SOLUTION
    by_position = x.transpose(1, 2)  # (B, T, H, D_h)
    return by_position.flatten(start_dim=2)  # (B, T, D)
    ### END SOLUTION

# %% check="merge_heads"
check("merge_heads")

# %% [markdown]
# ### Exercise 7 · `MultiHeadAttention` &nbsp; ●●● &nbsp; 30 min
#
# **Build** the whole layer: project, split, attend, merge, mix (Vaswani et al. 2017, section 3.2.2). It is the piece that units 05 to 10
# are made of.
#
# **Names matter,** because the check copies weights into your layer and compares with `nn.MultiheadAttention`: `q_proj`, `k_proj`,
# `v_proj`, `out_proj`, each `nn.Linear(d_model, d_model)`, with bias; and the attribute `num_heads`.
#
# **Shapes.** `forward(query, key, value, mask=None)`: `query (B, T_q, D)`, `key` and `value` `(B, T_k, D)`; the mask is broadcastable
# to `(B, H, T_q, T_k)`. Out: `(output, weights)`, `(B, T_q, D)` and `(B, H, T_q, T_k)`, the weights of every head, not their mean.
#
# **Dropout** acts on the weights, after the softmax, in train mode only. Each weight is zeroed with probability `dropout`, the rest grow by
# `1/(1 - dropout)`; so now and then a position must do without a word it relies on. The weights that you *return* may be those before or after.
#
# **Example.** `MultiHeadAttention(8, 2)` called with `query (3, 4, 8)`, `key` and `value` `(3, 6, 8)` returns `(3, 4, 8)` and
# `(3, 2, 4, 6)`. It has 4 · (8 · 8 + 8) = 288 parameters, and so has `MultiHeadAttention(8, 4)`.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>
#
# Which of `query`, `key`, `value` does each projection read? In cross-attention the answer matters. (Only two of the three have the same
# length.)
#
# A mask of shape `(B, T_q, T_k)`, without an axis for the heads: with which axis of the scores would its `B` line up?
#
# </details>
#
# <details><summary>Hint 2: a nudge</summary>
#
# You have already written every part; this class calls three of your functions. Only the dropout is new: `nn.Dropout` knows by itself
# whether the module is in train or eval mode, but your attention function has already used the weights when it returns them. What would
# you have to compute again?
#
# </details>
#
# <details><summary>If you keep getting …</summary>
#
# - **results off by a constant factor in the scores:** a head's scores are scaled by its own width $D_h$, not by $D$.
# - **agreement with one head, not with several:** look at split and merge.
# - **different results on every call in eval mode:** `F.dropout` drops always, unless told `training=self.training`.
#
# </details>

# %% exercise="MultiHeadAttention"
class MultiHeadAttention(nn.Module):
    """Attention by num_heads heads side by side, mixed by a linear map (Vaswani et al. 2017, section 3.2.2).

    Sub-modules: q_proj, k_proj, v_proj, out_proj, each nn.Linear(d_model, d_model). Attribute: num_heads.
    """

    def __init__(self, d_model, num_heads, dropout=0.0):
        """d_model: width D; num_heads: H, a divisor of D; dropout: probability of dropping a weight in train mode."""
        super().__init__()
        ### BEGIN SOLUTION
        self.num_heads = num_heads
        self.q_proj = nn.Linear(d_model, d_model)
        self.k_proj = nn.Linear(d_model, d_model)
        self.v_proj = nn.Linear(d_model, d_model)
        self.out_proj = nn.Linear(d_model, d_model)
        self.dropout = nn.Dropout(dropout)
        ### END SOLUTION

    def forward(self, query, key, value, mask=None):
        """query: (B, T_q, D); key, value: (B, T_k, D); mask: None, or bool, broadcastable to (B, H, T_q, T_k).

        Returns (output, weights): (B, T_q, D) and (B, H, T_q, T_k).
        """
        ### BEGIN SOLUTION
        q = split_heads(self.q_proj(query), self.num_heads)  # (B, H, T_q, D_h)
        k = split_heads(self.k_proj(key), self.num_heads)  # (B, H, T_k, D_h)
        v = split_heads(self.v_proj(value), self.num_heads)  # (B, H, T_k, D_h)
        found, weights = scaled_dot_product_attention(q, k, v, mask)  # (B, H, T_q, D_h), (B, H, T_q, T_k)
        if self.training and self.dropout.p > 0:
            found = self.dropout(weights) @ v  # (B, H, T_q, D_h)
        return self.out_proj(merge_heads(found)), weights  # (B, T_q, D), (B, H, T_q, T_k)
        ### END SOLUTION

# %% check="MultiHeadAttention"
check("MultiHeadAttention")

# %% [markdown]
# **Cross-attention, run once.** Four words of a translation ask the six outputs of an encoder, of which the last two are padding. Your layer
# as it is, with another sequence as key and value:

# %% tags=["demo"]
asking, answering = torch.randn(1, 4, 8), torch.randn(1, 6, 8)
with torch.no_grad():
    output, weights = MultiHeadAttention(8, 2)(asking, answering, answering, padding_mask(ids, pad_id=0))
print("output:", tuple(output.shape), "  weights:", tuple(weights.shape), "  mask:", tuple(padding_mask(ids, pad_id=0).shape))
show(
    head_grid(weights[0], ["le", "chien", "dormait", "bien"], words),
    caption="Cross-attention of an untrained layer with two heads. The table need not be square: a row for each query, a column "
    "for each key. Each row sums to 1, and padding gets nothing. What the heads look at means nothing yet.",
    alt="Two heat maps with four rows, le, chien, dormait, bien, and six columns, the, dog, slept, well, pad, pad. The last two "
    "columns are empty.",
)

# %% [markdown]
# Now look inside your own layer: is it really a sum of heads, each made of two matrices of rank $D_h$?

# %% tags=["demo"]
layer = MultiHeadAttention(d_model=16, num_heads=4).eval()
x = torch.randn(1, 5, 16)
output, weights = layer(x, x, x)  # weights: (1, 4, 5, 5)

total = layer.out_proj.bias + layer.v_proj.bias @ layer.out_proj.weight.T  # each row of weights sums to 1
for h in range(4):
    own = slice(4 * h, 4 * h + 4)  # this head's slice of the features
    ov = layer.v_proj.weight[own].T @ layer.out_proj.weight[:, own].T  # (16, 16) = W_V^h W_O^h
    qk = layer.q_proj.weight[own].T @ layer.k_proj.weight[own]  # (16, 16) = W_Q^h (W_K^h)ᵀ
    total = total + weights[:, h] @ x @ ov
    print(f"head {h}: rank of QK {torch.linalg.matrix_rank(qk)}, rank of OV {torch.linalg.matrix_rank(ov)}")
print("largest difference between the layer and the sum of its heads:", f"{(output - total).abs().max():.1e}")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 8 · Experiment: does one layer need several heads?
#
# **The task.** Random sequences of 24 tokens, 20 kinds. Every position $i$ must report three tokens at once: $x_{i-1}$, $x_{i-3}$ and
# $x_{i+2}$. Where there is none (position 0 has no $x_{i-1}$), nothing is scored.
#
# **The model.** Token embedding + learned position, **one attention layer, nothing else**, then for each of the three a linear **readout**: a map from the
# layer's output to 20 numbers, of which the largest names the token.
# Only the number of heads changes; the parameters stay the same, to the last one, and guessing gives 1 in 20.
#
# **Predict first.** What share of the reports will be right with 1, 2, 4 and 8 heads? Three places to look at: are three heads necessary?
# Write your numbers and your reason into the next cell, then run on. (Training the four models takes half a minute to a minute.)

# %% [markdown]
# *My prediction:* 1 head … , 2 heads … , 4 heads … , 8 heads … , because …

# %% tags=["demo"]
runs = {h: heads.train(MultiHeadAttention, num_heads=h, seed=0) for h in (1, 2, 4, 8)}  # your layer
print("heads   parameters   x[i-1]   x[i-3]   x[i+2]     mean")
for h, run in runs.items():
    print(f"{h:5}   {run.parameters:10,}", *(f"{share:8.2f}" for share in run.accuracy), f"{run.mean_accuracy:8.2f}")

# %% tags=["demo"]
show(
    loss_curves({f"{h} head{'s' if h > 1 else ''}": run.losses for h, run in runs.items()}, "loss", "training step"),
    caption="Training loss of your layer with 1, 2, 4 and 8 heads, one seed. One head stops learning after a quarter of the steps.",
    alt="Four loss curves. The one for 1 head levels off above 1, the one for 2 heads just above 0, those for 4 and 8 reach 0.",
)

# %% [markdown] slideshow={"slide_type": "subslide"}
# **Three seeds,** trained with PyTorch's own layer, and further up the scale than you were asked:

# %% tags=["demo"]
table = {f"{h} head{'s' if h != '1' else ''}": row["accuracy"] for h, row in measured["heads"].items()}
show(
    bars_with_spread(table, "share of reports that are right", chance=1 / 20),
    caption="Held-out accuracy after 400 steps, all models with the same number of parameters; each dot is a seed. One head fails, "
    "two nearly suffice for three places, and 64 heads of width 1 fail again.",
    alt="Bars for 1 to 64 heads: about 0.41, 0.98, then 1.00 from 4 to 32 heads, and 0.57 for 64 heads.",
)
control = measured["one_head_one_offset"]["accuracy"]
print("control: one head, asked for x[i-1] alone:", control)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Why one head can't
#
# Not because it can't aim: asked for *one* of the three, it is always right (the control). Suppose its weights depend on position only,
# say $a$, $b$, $c$ on the three places. Its output is $(a\,x_{i-1} + b\,x_{i-3} + c\,x_{i+2})\,W_V W_O$, where each $x$ stands for the vector of
# that token. The readout for $x_{i-1}$ is linear, so all it sees is this one mixture, in which every token counts in proportion to its
# weight. So it can tell *which* three tokens are there, but not *who is where*: the sum $a + b$ of section 7 again. **The best that is left is to guess
# among the three**: one right report in three, more where two of them are equal. Each readout then gives $\tfrac13$ to each of the three, a loss of
# $\ln 3 \approx 1.10$: there the curve stopped. Your head's guesses, where all three places exist:

# %% tags=["demo"]
tokens, labels = heads.draw(heads.Task(), 200, torch.Generator().manual_seed(1))
inside = (labels >= 0).all(-1)  # (N, T): positions with all three places
with torch.no_grad():
    guesses = {h: run.model(tokens)[0].argmax(-1)[inside] for h, run in runs.items()}  # (M, 3)
asked = labels[inside]  # (M, 3)
among = (guesses[1][:, :, None] == asked[:, None, :]).any(-1).float().mean()
print(f"one head: a report is one of the three tokens in {among:.1%} of the cases, the right one in {(guesses[1] == asked).float().mean():.1%}")
for h in (1, 2, 4):
    print(f"{h} head{'s' if h > 1 else ' '}: loss at the end {runs[h].losses[-1]:.3f}")

# %% [markdown]
# Three seeds, PyTorch's layer:

# %% tags=["demo"]
for seed, shares in zip(measured["seeds"], measured["heads"]["1"]["accuracy_by_offset"], strict=True):
    print(f"seed {seed}: x[i-1] {shares[0]:.2f}   x[i-3] {shares[1]:.2f}   x[i+2] {shares[2]:.2f}")

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Why two heads nearly can
#
# Did you predict that two heads must fail at three places? Look where yours look:

# %% tags=["demo"]
offsets = range(-4, 5)
with torch.no_grad():
    profiles = {h: heads.weight_by_offset(run.model(tokens)[1], offsets) for h, run in runs.items()}
picture = heat_map(
    torch.cat([profiles[2], profiles[4]]),
    [f"{n + 1} of {h}" for h in (2, 4) for n in range(h)],
    [f"{offset:+d}" if offset else "0" for offset in offsets],
)
picture.axes[0].set(xlabel="distance from the query", ylabel="head of your model")
picture.axes[0].axhline(1.5, color="white", linewidth=8)  # between the two models
show(
    picture,
    caption="Mean weight of your heads at each distance from the query; above the model with two heads, below it the one with four. "
    "Each of the two looks at two places, half and half, and they share one. With four, a head can keep to one place. (Each cell is a mean "
    "over the positions that have that distance, so a row need not sum to 1.)",
    alt="Heat map with six rows, the heads, and nine columns, the distances -4 to +4. The upper two rows have two bright cells each, "
    "the lower four mostly one.",
)

# %% [markdown]
# Each head shares its weight between *two* places, and one place is in both: say head $A$ finds $u + w$ and head $B$ finds $v + w$ (up to
# a factor). The readouts are linear, so they can take differences:
#
# $$A - B = u - v \;\;(\text{largest at } u), \qquad B - A = v - u \;\;(\text{at } v), \qquad A + B = u + v + 2w \;\;(\text{at } w).$$
#
# Three answers from two means! Training found that code by itself. Two means span a plane, and a plane has many directions; one mean has
# only one. Why not quite 1? When $u$ and $v$ hold the same token, 1 time in 20, $A - B$ vanishes and $A + B$ is a tie between that token and $w$: a coin is tossed. So
# about $1 - \tfrac12 \cdot \tfrac1{20} = 0.975$ can be right. Four heads simply give every place its own.

# %% tags=["demo"]
first, second, third = asked.unbind(-1)
different = (first != second) & (first != third) & (second != third)
for h in (2, 4):
    right = (guesses[h] == asked).float().mean(-1)  # (M,)
    print(f"{h} heads: {right[different].mean():.3f} right where the three tokens differ, {right[~different].mean():.3f} where two are the same")

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### And 64 heads?
#
# Then $D_h = 1$: queries and keys are single numbers and the score is $q_i k_j$. Whatever $q_i$ is, the largest score
# goes to the largest key or to the smallest one: a head of width 1 can only point at two positions of the whole sequence. But it can also *carry* only one number, $D_v = 1$. Which
# of the two hurts? Widen one of them and leave the other. (The model then has about a third more parameters, in both cases.) Three
# seeds:

# %% tags=["demo"]
wider = {"$D_k = 1$, $D_v = 1$": measured["heads"]["64"]["accuracy"]}
wider |= {f"${name.replace(', ', '$, $')}$": row["accuracy"] for name, row in measured["wider_heads"].items()}
show(
    bars_with_spread(wider, "share of reports that are right", chance=1 / 20),
    caption="64 heads, 400 steps; each dot is a seed. A second number to aim with mends nearly everything, a second number to carry "
    "little more than half.",
    alt="Three bars: 0.57 for keys and values of width 1, 0.82 for values of width 2, 0.99 for keys of width 2.",
)

# %% [markdown]
# Room to *aim* is what they lack most (more: Bhojanapalli et al. 2020). So: enough heads for what must be kept apart, wide enough to aim.
# In practice $D_h$ is mostly 64 or 128; in MiniLM, below, 32.

# %% [markdown] slideshow={"slide_type": "slide"}
# ### Heads of a real model
#
# The weights come from MiniLM (6 layers of 12 heads, pretrained on text; all-MiniLM-L6-v2, Apache-2.0), computed once and stored in
# `data/minilm-heads.json`. Four of its 72 heads, chosen because one can *see* what they do; most are less tidy.
#
# | head | what to look for |
# |---|---|
# | layer 1, head 3 | the word before: your experiment's $x_{i-1}$, found by a model of language |
# | layer 2, head 9 | the word after, or else [CLS] |
# | layer 3, head 8 | nearly everything goes to [CLS]: often read as a place to rest, since the weights must go somewhere |
# | layer 6, head 12 | *it* → *dog*, then *cat*. Has it understood the pronoun? Look at the other rows too |

# %% tags=["demo"]
heads_explorer(real.tokens, real.weights, title="MiniLM", names=real.names)

# %% [markdown]
# **Read such pictures with care.** Head 12 of layer 6 would make a fine story about pronouns, if one showed only the row of *it*. But nearly *every*
# word of this sentence looks at *dog* and *cat* there. And a weight only says how much of a *value* was taken; what the value carried, and
# whether anything later used it, is decided by the OV circuits (Elhage et al. 2021) and the layers above. A map is not yet an explanation (Jain & Wallace 2019).

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 9 · Debugging: two layers that train
#
# Two colleagues wrote self-attention with the three projections in one linear map, as many libraries do. Both layers run without an
# error, all shapes are right, and both learn section 8's task to some degree. At least one of them is broken.
#
# Decide first by the loss curves alone, then by the two tools after them, then by the code. The training takes about twenty seconds.

# %% [markdown]
# *My verdicts:* A is … , because … ; B is … , because …

# %% tags=["demo"]
class FusedAttention(nn.Module):
    def __init__(self, d_model, num_heads):
        super().__init__()
        self.num_heads, self.qkv, self.out = num_heads, nn.Linear(d_model, 3 * d_model), nn.Linear(d_model, d_model)

    def forward(self, x, *_):
        q, k, v = (self.split(part) for part in self.qkv(x).chunk(3, dim=-1))
        found, weights = scaled_dot_product_attention(q, k, v)
        return self.out(self.merge(found)), weights


class SuspectA(FusedAttention):
    def split(self, x):
        B, T, D = x.shape
        return x.reshape(B, self.num_heads, T, D // self.num_heads)

    def merge(self, x):
        B, H, T, D_h = x.shape
        return x.reshape(B, T, H * D_h)


class SuspectB(FusedAttention):
    def split(self, x):
        return torch.stack(x.chunk(self.num_heads, dim=-1), dim=1)

    def merge(self, x):
        B, H, T, D_h = x.shape
        return x.reshape(B, T, H * D_h)

# %% tags=["demo"]
suspects = {"yours": runs[4]} | {f"suspect {s.__name__[-1]}": heads.train(s, 4, seed=0) for s in (SuspectA, SuspectB)}
for name, run in suspects.items():
    print(f"{name}: accuracy {run.mean_accuracy:.2f}")
show(
    loss_curves({name: run.losses for name, run in suspects.items()}, "loss", "training step"),
    caption="Training loss of your layer and the two suspects, four heads each.",
    alt="Three loss curves. One suspect levels off well above 0; the other and your own layer fall to 0 together.",
)

# %% [markdown]
# **A law to test with.** Attention without positions has no notion of order: if the inputs change places, the outputs must change places
# with them and do nothing else, $f(x_\pi) = f(x)_\pi$. The law holds for *any* weights, so no training is needed.

# %% tags=["demo"]
order = torch.randperm(24)
x = torch.randn(1, 24, 64)
for name, layer in {"yours": MultiHeadAttention(64, 4), "suspect A": SuspectA(64, 4), "suspect B": SuspectB(64, 4)}.items():
    moved = x[:, order]
    with torch.no_grad():
        gap = (layer(moved, moved, moved)[0] - layer(x, x, x)[0][:, order]).abs().max()
    print(f"{name}: largest violation of the law {gap:.1e}")

# %% [markdown]
# **What depends on what?** The second tool: change one input at a time and see which outputs move. In attention every output may depend on
# every input.

# %% tags=["demo"]
def dependence(layer, length=24, d_model=64):
    """(T, T): how much output i moves when input j changes."""
    x = torch.randn(length, d_model)
    with torch.no_grad():
        base = layer(x[None], x[None], x[None])[0][0]  # (T, D)
        changed = x.repeat(length, 1, 1)  # (T, T, D): copy j gets another input j
        changed[range(length), range(length)] = torch.randn(length, d_model)
        return (layer(changed, changed, changed)[0] - base).norm(dim=-1).T


def without_itself(gap):
    return gap.masked_fill(torch.eye(len(gap), dtype=torch.bool), torch.nan)  # an input's effect on its own place is larger


layers = {"yours": MultiHeadAttention, "suspect A": SuspectA, "suspect B": SuspectB}
gaps = [without_itself(dependence(layer(64, 4))) for layer in layers.values()]
every_sixth = [str(i) if i % 6 == 0 else "" for i in range(24)]
picture = head_grid(torch.stack([gap / gap.nan_to_num().max() for gap in gaps]), every_sixth, every_sixth)
for ax, name in zip(picture.axes, layers, strict=False):
    ax.set_title(name)
    ax.tick_params(labelsize=12)
picture.supxlabel("input changed")
picture.supylabel("output moved")
picture.axes[-1].set_ylabel("how far, relative")
show(
    picture,
    caption="How far each output moves when one input changes, untrained layers. The diagonal is left out (hatched), and each panel "
    "is scaled by its own maximum. In suspect A nothing crosses the borders of four "
    "blocks of six positions.",
    alt="Three 24 by 24 heat maps. The first is evenly filled, the second has four bright squares along the diagonal and is "
    "black elsewhere, the third is irregular.",
)

# %% [markdown]
# <details><summary>The answers: open after you have decided</summary>
#
# **Both are broken.**
#
# *Suspect A* never transposes. Memory is read position by position, so `split` hands "head" $h$ all the features of the positions in the
# $h$-th quarter of the sequence, cut into pieces. Words in different quarters never meet: reports across a border can only be guessed, and the
# loss stops well above 0. How often are they needed? Of 23 positions that have an $x_{i-1}$, 3 find it across a border; of 21 with an $x_{i-3}$, 9; of
# 22 with an $x_{i+2}$, 6. So $(20/23 + 12/21 + 16/22)/3 = 0.723$ can be right, and a guess in 20 of the rest: 0.737. That is what you measured. (That `merge` undoes `split` exactly, a test one might have thought of, holds for this pair!)
#
# *Suspect B* splits well, but its `merge` doesn't transpose. It reads head by head, so output 0 is made of what *head 0* found for
# queries 0, 1, 2, 3, and output $i$ of what other queries asked for. Yet it trains as well as yours! With learned positions each query can
# be trained to ask on behalf of the output where its answer will land. The price comes later: at another length everything lands
# elsewhere (next cell).
#
# What to remember: **a loss that falls proves nothing about the layer**; networks learn around bugs. Laws (here: permutation; in
# the checks: agreement with an independent implementation, causality, rows that sum to 1) find them in a second, untrained.
#
# </details>

# %% tags=["demo"]
short, labels = heads.draw(heads.Task(length=12), 500, torch.Generator().manual_seed(2))
for name, run in suspects.items():
    right = heads.accuracy(run.model, short, labels)
    print(f"{name}: trained on 24 tokens, asked about 12: {sum(right) / 3:.2f}")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 10 · What it costs
#
# The currency is the multiply-accumulate ("MAC"): one product, added to a sum. A product of matrices $(m\times n)(n\times r)$ has $m\,r$
# entries, each a sum of $n$ products, so it takes $m\,n\,r$ MACs. For example the readout of section 8, $(T\times D)(D\times 60)$, takes
# $60\,T D$.

# %% [markdown]
# ### Exercise 8 · `attention_macs` &nbsp; ●●○ &nbsp; 10 min
#
# **Build** the count for one self-attention layer, so that you can tell what a longer text will cost before you pay for it. Go through
# your `forward` with a pencil: each matrix product, its three sizes, all heads. Batch of 1; biases and the softmax are left out.
#
# **Shapes.** Two ints in, `length` ($T$) and `d_model` ($D$); an int out. The number of heads is not among the arguments: convince
# yourself that it needn't be.
#
# **Example.** `attention_macs(10, 64)` is 176,640, of which 12,800 grow with the square of the length.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>
#
# How many of the layer's matrix products have a learned matrix as a factor, and how many are between two things computed from the input?
#
# </details>
#
# <details><summary>Hint 2: a nudge</summary>
#
# One head compares $T$ queries with $T$ keys of width $D_h$. How many MACs is that, and what is $H$ times it, with $D_h = D/H$?
#
# </details>
#
# <details><summary>If you keep getting …</summary>
#
# - **too little by $TD^2$:** the map after the heads is a projection too.
# - **too little by $T^2D$:** comparing is one product, mixing the values another.
# - **too much by a factor that looks like a number of heads:** each head is narrower, $D/H$.
#
# </details>

# %% exercise="attention_macs"
def attention_macs(length, d_model):
    """Count the multiply-accumulates of one self-attention layer for one sequence.

    Counts the four linear maps, the scores and the weighted sums; leaves out biases and the softmax. Returns an int.
    """
    ### BEGIN SOLUTION
    projections = 4 * length * d_model**2
    scores_and_sums = 2 * length**2 * d_model
    return projections + scores_and_sums
    ### END SOLUTION

# %% check="attention_macs"
check("attention_macs")

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### The count, read aloud
#
# <details><summary>Open after the check</summary>
#
# | step | matrices | MACs |
# |---|---|---|
# | three projections and the final mix | four times $(T\times D)(D\times D)$ | $4\,T D^2$ |
# | scores, all heads | $H$ times $(T\times D_h)(D_h\times T)$ | $H\,T^2 D_h = T^2 D$ |
# | weighted sums, all heads | $H$ times $(T\times T)(T\times D_h)$ | $T^2 D$ |
# | **together** | | $4\,TD^2 + 2\,T^2D$ |
#
# $H$ has gone: more heads cost no more MACs either (only the exponentials and the weights grow in number, $H\,T^2$). The first term is linear in the length, the second **quadratic**, and they are
# equal at $T = 2D$: at $D = 512$ that is 1,024 positions. The weights, $H\,T^2$ numbers, are what fills the memory.
#
# Quadratic in the length of *one* sequence, that is; in the number of sequences the cost is linear.
#
# </details>

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Measured: your attention against the fused one
#
# `F.scaled_dot_product_attention` computes the same result without ever storing the whole $T\times T$ table: it works through the keys in
# blocks and corrects the softmax's sum as it goes (the idea of FlashAttention, Dao et al. 2022). Four heads of 32, forward pass, one
# thread, on your machine, the fastest of five calls; "×" compares with half the length. "Memory" is what is kept for the backward pass, counted exactly.

# %% tags=["demo"]
lengths = [128, 256, 512, 1024, 2048]
yours = costs.attention_costs(scaled_dot_product_attention, lengths, repeats=5)
fused = costs.attention_costs(F.scaled_dot_product_attention, lengths, repeats=5)
for name, rows in {"yours": yours, "fused": fused}.items():
    print(f"{name:6} length       ms    × ms       MB    × MB")
    for n, row in enumerate(rows):
        slower = f"{row.milliseconds / rows[n - 1].milliseconds:.1f}" if n else ""
        larger = f"{row.megabytes / rows[n - 1].megabytes:.2f}" if n else ""
        print(f"{row.length:13} {row.milliseconds:8.1f} {slower:>7} {row.megabytes:8.1f} {larger:>7}")

# %% tags=["demo"]
memory = {"yours": [cost.megabytes for cost in yours], "fused": [cost.megabytes for cost in fused]}
show(
    cost_curves(lengths, memory, "memory for the backward pass (MB)"),
    caption="Yours grows towards a factor of 4 for every doubling of the length, the fused version by exactly 2: it recomputes the weights on "
    "the way back rather than keep them. Both multiply equally often, so time grows by about 4 in the end; yours by more where its table outgrows the "
    "caches, since it must be written and read.",
    alt="Two lines on logarithmic axes, from length 128 to 2048. Yours is steeper, slope 2 at the end; the fused one has slope 1.",
)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Parallel in training, path length 1
#
# A recurrent network computes $h_t$ from $h_{t-1}$: step $t$ *must wait* for step $t-1$, though the whole sentence is there. In attention no
# position waits for another. That can be counted, independently of any machine: the longest chain of operations, each needing
# the one before. (A sum counts as one operation here; strictly, a sum over $T$ positions is about $\log_2 T$ additions in a row, few next to $T$.)
#
# Counted in positions instead of operations, a signal takes $T - 1$ steps from the first word to the last in a recurrent network, and its
# gradient as many back; in attention it takes **one** (its path length is 1).

# %% tags=["demo"]
print("length   longest chain:          ms, one CPU thread:")
print("          LSTM   attention    LSTM steps   fused LSTM   attention   Transformer layer")
for row in measured["layers"]:
    print(f"{row['length']:6} {row['lstm_chain']:7,} {row['attention_chain']:11}", end="")
    times = (row[f"{name}_ms"] for name in ("lstm_loop", "fused_lstm", "attention", "transformer_layer"))
    print("  {:12.1f} {:12.1f} {:11.1f} {:19.1f}".format(*times))
print("\nwidth 128, batch 1, forward;", measured["machine"])

# %% [markdown]
# **Read the table honestly.** The chain of the LSTM grows with the length, attention's doesn't. The step-by-step LSTM loses, but a part of
# that is Python's loop: *fused* into one compiled kernel the LSTM is at 128 positions as fast as a Transformer layer (attention and feed-forward), and **faster** the
# longer the text. (The work tells why: $8D^2$ MACs a position for the LSTM, $12D^2$ for the Transformer layer, and to these it adds $2TD$ for attention.) On one CPU thread little can be done in parallel, and what counts is total work. Short chains pay off on hardware with thousands of
# arithmetic units that would otherwise wait: GPUs and their like. Attention did not make sequence models cheap; it made them *parallel*.
#
# And only where the whole sequence is known: in training, thanks to the causal mask, all $T$ next words are learnt in one pass. Generating
# text still goes word by word.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### It has to learn what others are born with
#
# A convolution looks at neighbours and treats all positions alike, by construction. Attention must learn from data even what "the word
# before" means. Section 8's task again, with a fixed number of training sequences; accuracy on fresh ones, mean of three seeds:

# %% tags=["demo"]
kinds = measured["sequences"]
print("training sequences    ", *(f"{count:>6}" for count in kinds["attention, 4 heads"]))
for kind, by_count in kinds.items():
    print(f"{kind:22}", *(f"{sum(row['accuracy']) / len(row['accuracy']):6.2f}" for row in by_count.values()))

# %% [markdown]
# With few sequences attention learns them by heart and knows nothing about new ones (guessing: 0.05); the convolution has most of the
# answer from its architecture. With enough data the difference is gone, and a question with no fixed distance ("the noun that *it* stands
# for") no single convolution could even express. This is the **data hunger** of Transformers: fewer built-in assumptions, more examples
# (for pictures: Dosovitskiy et al. 2021).

# %% [markdown] slideshow={"slide_type": "slide"}
# ### Cheaper: compare fewer pairs, or fewer keys
#
# **Sparse attention** keeps only some of the $T^2$ pairs: those within a *window* of $w$ on each side (about $T(2w+1)$ pairs), a few *random* ones for each
# query, a few *global* positions that all may see (Longformer, Beltagy et al. 2020; BigBird, Zaheer et al. 2020). The price: a window
# needs many layers to carry something across the sequence. Random pairs are short cuts.
#
# **Projective attention** keeps all queries, but replaces the $T_k$ keys and values by $R$ learned mixtures of them (Linformer): $T\cdot R$
# pairs.

# %% [markdown]
# ### Exercise 9 · `local_mask` &nbsp; ●○○ &nbsp; 5 min
#
# **Build** the window (Beltagy et al. 2020, section 3.1).
#
# **Shapes.** `length` and `window`, ints, in; `(T, T)` bool out, True where $|i - j| \le$ `window`: so many on *each* side. (Longformer's $w$ counts both sides together: $w = 2\,$`window`.)
#
# **Example.** `local_mask(4, 1)` has three Trues in its middle rows and two in the first and the last; `local_mask(4, 0)` is the diagonal.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>
#
# How would you make the table of all differences $i - j$ from the numbers $0 \dots T-1$, without a loop?
#
# </details>
#
# <details><summary>Hint 2: a nudge</summary>
#
# A column minus a row broadcasts to a table. Then compare.
#
# </details>
#
# <details><summary>If you keep getting …</summary>
#
# - **one neighbour too few:** the distance `window` itself is allowed.
# - **a triangle:** the window has two sides; the future is a matter for `causal_mask`.
#
# </details>

# %% exercise="local_mask"
def local_mask(length, window):
    """Let each position see only its neighbours, at most `window` places away on either side.

    Returns (T, T) bool with T = length.
    """
    ### BEGIN SOLUTION
    position = torch.arange(length)  # (T,)
    distance = (position[:, None] - position[None, :]).abs()  # (T, T)
    return distance <= window
    ### END SOLUTION

# %% check="local_mask"
check("local_mask")

# %% tags=["demo"]
def layers_to_reach_all(mask):
    """How many layers until every position has heard, directly or through others, of every other; None if never."""
    reached = torch.eye(len(mask), dtype=torch.bool)
    for layers in range(1, len(mask) + 1):
        reached = (mask.float() @ reached.float()) > 0
        if reached.all():
            return layers
    return None


T = 64
window = local_mask(T, 2)
scattered = window.clone()
scattered[torch.arange(T)[:, None], torch.randint(T, (T, 2), generator=torch.Generator().manual_seed(0))] = True
global_ = window.clone()
global_[0], global_[:, 0] = True, True
print("64 positions                    pairs   layers until all have heard of all")
for name, mask in {
    "full": torch.ones(T, T, dtype=torch.bool),
    "window 2": window,
    "window 2 + 2 random a row": scattered,
    "window 2 + 1 global position": global_,
}.items():
    print(f"{name:28} {mask.sum():8,} {layers_to_reach_all(mask):8}")

# %% [markdown]
# **A mask saves nothing by itself:** your function still computes every score and then throws most of them away. The saving comes from
# code that never computes them: blocks gathered along the band, or special kernels.

# %% [markdown]
# ### Exercise 10 · `low_rank_attention` &nbsp; ●●○ &nbsp; 10 min
#
# **Build** attention to $R$ learned summaries (Linformer, Wang et al. 2020, eq. 7). Summary $m$ has a key $\sum_j (E_k)_{mj}\,k_j$ and a
# value $\sum_j (E_v)_{mj}\,v_j$: mixtures *of positions*, with learned coefficients. Queries attend to them as usual.
#
# **Shapes.** `query (..., T_q, D_k)`, `key (..., T_k, D_k)`, `value (..., T_k, D_v)`, `E_k` and `E_v` `(R, T_k)` in;
# the output `(..., T_q, D_v)` out, without the weights.
#
# **Example.** With `E_k = E_v = torch.eye(T_k)` it is ordinary attention. With `E_v` a single row of $1/T_k$ (so $R = 1$), every
# query gets the plain mean of all values.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>
#
# What gets shorter, the number of keys or the width of each? Which width does the scaling then use?
#
# </details>
#
# <details><summary>Hint 2: a nudge</summary>
#
# `(R, T_k) @ (..., T_k, D)` broadcasts over the dots. After that there is nothing new to write.
#
# </details>
#
# <details><summary>If you keep getting …</summary>
#
# - **an error about sizes, or a wrong answer when $T_k = D_k$:** you multiplied from the right; that mixes features, not positions.
# - **almost the right numbers:** the scale is still the square root of the width of a key, $\sqrt{D_k}$, not their number $R$.
#
# </details>

# %% exercise="low_rank_attention"
def low_rank_attention(query, key, value, E_k, E_v):
    """Attend to R learned mixtures of the positions instead of all T_k (Linformer, Wang et al. 2020, eq. 7).

    query: (..., T_q, D_k); key: (..., T_k, D_k); value: (..., T_k, D_v); E_k, E_v: (R, T_k).
    Returns the output, (..., T_q, D_v).
    """
    ### BEGIN SOLUTION
    short_key = E_k @ key  # (..., R, D_k)
    short_value = E_v @ value  # (..., R, D_v)
    output, _ = scaled_dot_product_attention(query, short_key, short_value)
    return output  # (..., T_q, D_v)
    ### END SOLUTION

# %% check="low_rank_attention"
check("low_rank_attention")

# %% [markdown]
# **The price of summaries.** $E$ has a column for every position, so the length is fixed when the model is built. And a summary mixes the
# future into the past: there is no simple causal version. In practice exact attention with a fused kernel has mostly won where
# it can be afforded; windows live on in models for long texts.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 11 · What it can't do
#
# **It has no order.** Section 9's law is a weakness too: "dog bites man" and "man bites dog" give the same outputs, in another order. That is
# why the experiment's model needed positions (unit 03).
#
# **It only averages.** Given the weights, the output is *linear* in the inputs; nothing in the layer can compute something new about one word
# from what it has gathered.
#
# **It forgets itself.** Unless a head looks at its own position, a word's own vector is lost after one layer. How does one stack six of them?
#
# These are the questions of unit 05: what must be put *around* this layer to make a Transformer.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### You will read elsewhere that …
#
# | … | but |
# |---|---|
# | attention focuses on a single part of the input | it is a soft weighting of all parts; a softmax is never exactly 0 except where masked (or where a number underflows) |
# | weights measure the similarity of input and output | of queries and keys, two learned projections; the output doesn't exist yet |
# | query, key and value are three pieces of the embedding | each is a learned projection of all of it; heads split the *projections* |
# | more heads mean more parameters (or more computation) | neither parameters ($4D^2$ without biases) nor MACs ($4TD^2 + 2T^2D$); only the table of weights, $H\,T^2$, grows |
# | $\sqrt{D_k}$ makes the weights sum to 1 | the softmax does; the root keeps its gradient alive |
# | each time step has its own causal mask | one `(T, T)` mask serves all steps; the *model* builds it |
# | masks are all one thing | the tokenizer marks padding, the collator pads; the causal mask is the model's; masking *words* to be guessed (BERT) is no attention mask |
# | Transformers need inputs of one fixed length | padding and masks take any mixture of lengths; only learned position tables (and Linformer's $E$) set a limit |
# | the cost is quadratic in the amount of data | in the length of *one* sequence; linear in their number |
# | Linformer makes keys and values narrower | it makes them *fewer*: it shortens the length, not the features |
# | attention is faster than recurrence | it has shorter chains; see section 10 for who wins on a CPU |
# | attention maps explain what a model decides | they show where a head looked, not what it took nor whether it mattered |

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 12 · Self-test
#
# None asks for a formula alone. The wrong options are worth opening too.

# %% tags=["demo"]
from autograder.student.quiz import self_test

self_test("questions.yaml")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 13 · Summary on one screen
#
# | piece | formula | shape |
# |---|---|---|
# | attention | $\mathrm{softmax}(QK^\top/\sqrt{D_k})\,V$ | `(..., T_q, D_v)` |
# | as regression | weighted mean of values, kernel $e^{q\cdot k/\sqrt{D_k}}$ | |
# | why $\sqrt{D_k}$ | $\operatorname{Var}(q\cdot k) = D_k$; $J = \operatorname{diag}(p) - pp^\top \to 0$ when saturated | |
# | mask | True = may attend; $-\infty$ *before* the softmax; empty row → 0 | broadcast to `(B, H, T_q, T_k)` |
# | causal, padding | $j \le i$; token is real | `(T, T)`, `(B, 1, 1, T)` |
# | heads | $\sum_h \sum_j p^h_{ij}\, x_j W_V^h W_O^h$: QK says where, OV says what | `(B, H, T, D_h)`, $D_h = D/H$ |
# | parameters | $4(D^2 + D)$, whatever $H$ | |
# | MACs | $4TD^2 + 2T^2D$; equal at $T = 2D$ | |
# | memory | $H T^2$ weights; fused kernels keep none of them | |
# | chain, path | constant, 1 (recurrent: both grow with $T$) | |
#
# Self: one sequence. Cross: queries from one, keys and values from another. Bidirectional: no causal mask. Unidirectional: with it.

# %% [markdown]
# ### Further reading, a word on each
#
# - Vaswani et al. 2017, [*Attention is all you need*](https://arxiv.org/abs/1706.03762): sections 3.2 and 4 are this unit; their table 1 is section 10.
# - Bahdanau et al. 2015, [*Neural machine translation by jointly learning to align and translate*](https://arxiv.org/abs/1409.0473): where attention began, on recurrent networks.
# - Elhage et al. 2021, [*A mathematical framework for Transformer circuits*](https://transformer-circuits.pub/2021/framework/index.html): heads as QK and OV circuits, taken to the end.
# - Michel et al. 2019, [*Are sixteen heads really better than one?*](https://arxiv.org/abs/1905.10650): many heads can be removed after training.
# - Bhojanapalli et al. 2020, [*Low-rank bottleneck in multi-head attention models*](https://arxiv.org/abs/2002.07028): why heads must not be too narrow.
# - Dao et al. 2022, [*FlashAttention*](https://arxiv.org/abs/2205.14135): exact attention without the table.
# - Beltagy et al. 2020, [*Longformer*](https://arxiv.org/abs/2004.05150); Zaheer et al. 2020, [*Big Bird*](https://arxiv.org/abs/2007.14062); Wang et al. 2020, [*Linformer*](https://arxiv.org/abs/2006.04768): section 10's cheaper variants.
# - Jain & Wallace 2019, [*Attention is not explanation*](https://arxiv.org/abs/1902.10186), and the answer, Wiegreffe & Pinter 2019, [*Attention is not not explanation*](https://arxiv.org/abs/1908.04626).
# - Dosovitskiy et al. 2021, [*An image is worth 16×16 words*](https://arxiv.org/abs/2010.11929): data hunger, measured on pictures.

# %% [markdown]
# ### For the keen
#
# 1. **Prove** that one head whose weights depend on position only can't get two of section 8's reports right for all sequences.
# 2. **Construct** two heads that serve any number $n$ of places: choose weights $(a_m, b_m)$ for place $m$ so that every place is largest in
#    *some* direction of the plane. What happens to the margin as $n$ grows? Try `heads.train` with `heads.Task(offsets=(-1, -3, 2, 1))`.
# 3. **Share keys.** Let all heads use the keys and values of one head (multi-query attention, Shazeer 2019). How many parameters are left, what does
#    section 8's task say, and why do servers of large models like it?
# 4. **Do without the table.** Compute attention for one query while reading keys and values one at a time, keeping only three things: the
#    largest score so far, the sum of exponentials, the weighted sum of values. That is the heart of FlashAttention.
# 5. **A place to rest.** MiniLM's heads put their weight on [CLS] when they have nothing to say. Add 1 to the softmax's denominator
#    and say what that changes.
#
# <details><summary>A proof for 1</summary>
#
# Say the weights on the two places are $a$ and $b$, and let $G_1[y, t]$ be what a token $t$ at weight 1 adds to the logit of $y$ in the first
# readout. Fix everything else, put $s$ in the first place and $t$ in the second. That the first readout says $s$ and not $t$ means
# $a\,G_1[s,s] + b\,G_1[s,t] + c > a\,G_1[t,s] + b\,G_1[t,t] + c'$. Swap the two tokens: $a\,G_1[t,t] + b\,G_1[t,s] + c' > a\,G_1[s,t] + b\,G_1[s,s] + c$.
# Add both: $(a - b)\,\Delta_1 > 0$ with $\Delta_1 = G_1[s,s] + G_1[t,t] - G_1[s,t] - G_1[t,s]$. Replacing, instead of swapping, the token in the first place
# ($s$ by $t$, another token in the second) gives in the same way $a\,\Delta_1 > 0$. So $\Delta_1 > 0$ and $a > b$. The second readout
# gives, likewise, $b > a$. Both can't be.
#
# </details>
