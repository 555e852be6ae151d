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
# # 01 · Recurrent networks
#
# **At the end you can** write an RNN, an LSTM and a bidirectional LSTM from their equations (PyTorch's weights, copied into yours, give
# PyTorch's results), measure what becomes of a gradient on its way back through time, and say why an LSTM remembers longer, and when it
# doesn't.
#
# **You need** Python, PyTorch's tensors, matrices and their eigenvalues, the chain rule. Unit 00 introduces recurrence; section 2 repeats it in two lines.
#
# **Time:** about two hours: the exercises' minutes add up to 66 min, the reading takes about 35 min, experiment, debugging and self-test
# together 20 min. An estimate of the authors, not a measurement on students.
#
# **One sentence to keep:** a state that is *multiplied* at every step forgets or explodes exponentially; a state that is *added to* keeps what it
# has, as long as its gate stays open.

# %% given="setup"
import torch
from torch import nn

from autograder import check

# %% tags=["demo"]
import math

from data import costs, echoes
from data.tables import results
from figures.gate_explorer import gates_explorer
from figures.recurrence import both_directions, error_by_gap, four_tasks, norms_back, two_tracks, unrolled
from figures.recurrent_explorers import gradient_explorer
from figures.style import show
from figures.training import loss_curves

torch.manual_seed(0)
torch.set_num_threads(1)  # models this small lose time by sharing work
measured = results("01")  # three seeds each; `python -m data.build 01` measures them again

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 1 · The question
#
# In unit 00 a recurrence was to tell two patterns apart, and keep the answer through 12 to 20 steps of noise. Two seeds of three learnt *nothing*, even
# with five times the training. Its equation has room for the answer: one number would do. **What makes memory so hard to learn, and what must a network
# look like in which it is easy?**
#
# ### Four kinds of task
#
# A network that reads and answers step by step fits many shapes of task. What differs is *when it reads* and *when it answers*:

# %% tags=["demo"] slideshow={"slide_type": "-"}
show(
    four_tasks(),
    caption="Squares are inputs, boxes states, circles answers; time runs to the right. Aligned: an answer for each "
    "input, at once. Unaligned: another number of answers than inputs, in another order, so the network reads to the "
    "end before it answers.",
    alt="Four rows of boxes joined from left to right. One to many: one input, four answers. Many to one: four "
    "inputs, one answer at the end. Aligned: four inputs, four answers. Unaligned: three inputs, then two answers.",
)

# %% [markdown]
# Forecasting tomorrow from a month is *many to one*. *Aligned* are the labelling of speech, frame by frame, and a **language model**, which forecasts the next
# word after each word. Unit 02 is about the last picture.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 2 · The recurrent network (RNN)
#
# $$h_t = \tanh(W_x\,x_t + W_h\,h_{t-1} + b) .$$
#
# The **hidden state** $h_t$ is the network's memory: all that later steps will ever know of inputs $1$ to $t$. It is a loop, with **the same** three parameters
# at every step: what is learnt at time 3 holds at time 30, and any length will do. $\tanh$ keeps every number between $-1$ and $1$.

# %% tags=["demo"] slideshow={"slide_type": "-"}
show(
    unrolled(["the", "dog", "has", "slept"]),
    caption="The loop, unrolled: four copies of one cell. The same weights everywhere; each state waits for the one "
    "before.",
    alt="A chain of boxes from h0 to h4. A word enters each box from below through W_x, the state before enters from "
    "the left through W_h, an output leaves above.",
)

# %% [markdown]
# | symbol | meaning | | symbol | meaning |
# |---|---|---|---|---|
# | $B$, $T$ | sequences in a batch, steps in a sequence | | $x_t$ `(B, D)` | inputs of step $t$ |
# | $D$, $H$ | features of an input, units of the state | | $h_t$ `(B, H)` | hidden state after step $t$ |
#
# In formulas a state is a column, so $W_h h$. In code it is a row of a batch, so `h @ W_h.T`: the same numbers, as for the neurons of unit 00.
#
# **By hand.** $D = 1$, $H = 2$, $x = 1$, $h = (\tfrac12, 0)$, $\;W_x = \begin{pmatrix}1\\0\end{pmatrix}$, $\;W_h = \begin{pmatrix}0&0\\2&0\end{pmatrix}$,
# $b = (0, 0)$. Then $W_x x = (1, 0)$ and $W_h h = (0, 1)$, so the new state is $\tanh(1, 1) \approx (.762, .762)$. This $W_h$ hands the first unit's
# old value, doubled, to the second unit: the second remembers, one step later, what the first has heard.

# %% [markdown]
# ### Exercise 1 · `rnn_cell` &nbsp; ●○○ &nbsp; 5 min
#
# **Build** one step of the network (Elman 1990; Goodfellow et al. 2016, eqs. 10.8–10.9). Everything in this unit is a loop around such a step.
#
# **Shapes.** `x (B, D)`, `h (B, H)`, `W_x (H, D)`, `W_h (H, H)`, `b (H,)` in; the new state `(B, H)` out.
#
# **Example.** The numbers above, with a batch of one: `x = [[1.]]`, `h = [[0.5, 0.]]`, `W_x = [[1.], [0.]]`, `W_h = [[0., 0.], [2., 0.]]`,
# `b = [0., 0.]` give `[[0.762, 0.762]]`.
#
# In this unit `nn.RNN`, `nn.LSTM` and their cells are forbidden in the exercises: you are building them.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>
#
# Which axis of `W_h` meets the axis of `h`? `W_h` is square, so PyTorch won't complain about the wrong one. How does the example tell you?
#
# </details>
#
# <details><summary>Hint 2: a nudge</summary>
#
# Row $k$ of each matrix holds the weights of unit $k$. A product of a batch of rows with such a matrix needs it turned. Add everything first, then
# bend.
#
# </details>
#
# <details><summary>If you keep getting …</summary>
#
# - **`[[0.762, 0.]]`:** `W_h` is not turned, or its summand is missing.
# - **numbers beyond 1:** the tanh is missing, or something is added after it.
#
# </details>

# %% exercise="rnn_cell"
def rnn_cell(x, h, W_x, W_h, b):
    """Take one step of a recurrent network.

    x: (B, D); h: (B, H); W_x: (H, D); W_h: (H, H); b: (H,). Returns the new state, (B, H).
    """
    ### BEGIN SOLUTION
    return torch.tanh(x @ W_x.T + h @ W_h.T + b)  # (B, H)
    ### END SOLUTION

# %% check="rnn_cell"
check("rnn_cell")

# %% [markdown]
# ### Exercise 2 · `rnn_forward` &nbsp; ●○○ &nbsp; 6 min
#
# **Build** the loop over a batch of sequences (Goodfellow et al. 2016, section 10.2). Keep every state: some tasks use all of them, others the last.
#
# **Shapes.** `inputs (B, T, D)`, `h_0 (B, H)` and the three parameters in; `(outputs, h_T)` out, `(B, T, H)` and `(B, H)`. `outputs[:, t]` is the state after the
# inputs up to and including position `t` (counted from 0, as in code).
#
# **Example.** With exercise 1's weights, `inputs = [[[1.], [0.]]]` and `h_0 = [[0., 0.]]`: `outputs = [[[0.762, 0.], [0., 0.909]]]`. The input of position 0 is heard by the first unit, and a step later remembered by the second.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>
#
# `for x in inputs` walks along which axis? Which one is time?
#
# </details>
#
# <details><summary>Hint 2: a nudge</summary>
#
# `inputs.unbind(dim=1)` gives the steps one after the other. Collect the states in a list; `torch.stack` with the right `dim` puts the new axis where time belongs.
#
# </details>
#
# <details><summary>If you keep getting …</summary>
#
# - **an output `(T, B, H)`:** the stack's new axis is in the wrong place; transposing the *inputs* is the same mistake at the other end.
# - **the first output right, the others wrong:** each step starts from `h_0` instead of from the state before.
#
# </details>

# %% exercise="rnn_forward"
def rnn_forward(inputs, h_0, W_x, W_h, b):
    """Run a recurrent network over a batch of sequences.

    inputs: (B, T, D); h_0: (B, H); W_x: (H, D); W_h: (H, H); b: (H,).
    Returns (outputs, h_T): the states after every step, (B, T, H), and the last one, (B, H).
    """
    ### BEGIN SOLUTION
    h, outputs = h_0, []
    for x in inputs.unbind(dim=1):  # (B, D)
        h = rnn_cell(x, h, W_x, W_h, b)  # (B, H)
        outputs.append(h)
    return torch.stack(outputs, dim=1), h  # (B, T, H), (B, H)
    ### END SOLUTION

# %% check="rnn_forward"
check("rnn_forward")

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### What can't be computed in parallel
#
# The whole sentence is there, and yet $h_7$ waits for $h_6$, which waits for $h_5$ … Look closely at *what* waits:
#
# - $W_x x_t$ needs no state: for all $t$ it is **one** matrix product, done before the loop.
# - Units of a state, and sequences of a batch: all at the same time.
# - $W_h h_{t-1}$ and the tanh: **one step after the other**, in the forward pass, and again, from the end, in the backward pass.
#
# Longest chain of operations that wait for each other, counted in PyTorch's graph for your `rnn_forward`:

# %% tags=["demo"]
weights = torch.randn(8, 4), 0.3 * torch.randn(8, 8), torch.zeros(8)
W_x = weights[0].requires_grad_()
print("length   chain of x W_xᵀ, all steps at once   chain of the last state")
for T in (10, 20, 40):
    inputs = torch.randn(2, T, 4)
    _, last = rnn_forward(inputs, torch.zeros(2, 8), *weights)
    print(f"{T:6} {costs.longest_chain(inputs @ W_x.T):22} {costs.longest_chain(last):30}")

# %% [markdown]
# Twice as long, twice the wait, and more processors don't shorten it. That is one reason why networks of attention alone (units 04 and 05) took over.
#
# ### What RNNs are for
#
# | used for | what speaks for them | what against |
# |---|---|---|
# | forecasting, speech, language models, control: whatever arrives step by step | any length with the same few weights; each new step costs the same, and the memory needed for answering doesn't grow | step by step in training too; all of the past in one vector; gradients through time, which come now |

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 3 · Gradients through time
#
# To learn that $x_t$ matters for a loss at time $T$, the network must feel how $h_T$ changes with $h_t$. For one step, with $a_k = W_x x_k + W_h h_{k-1} + b$
# and $h_k = \tanh a_k$:
#
# $$\frac{\partial h_k}{\partial a_k} = \operatorname{diag}(1 - h_k^2), \qquad \frac{\partial a_k}{\partial h_{k-1}} = W_h
# \quad\Longrightarrow\quad J_k := \frac{\partial h_k}{\partial h_{k-1}} = \operatorname{diag}(1 - h_k^2)\,W_h ,$$
#
# since $\tanh' = 1 - \tanh^2$. Now the chain rule, the latest step on the left:
#
# $$\frac{\partial h_T}{\partial h_t} = J_T\,J_{T-1} \cdots J_{t+1} .$$
#
# A **product of $T - t$ matrices**. Products of many factors rarely stay near 1.

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### The linear recurrence: eigenvalues decide
#
# Leave out the tanh: every $J_k$ is $W_h$, and the product is a power. If $W_h = V \Lambda V^{-1}$ with the eigenvalues $\lambda_i$ on $\Lambda$'s diagonal, then
#
# $$\frac{\partial h_T}{\partial h_t} = W_h^{\,T-t} = V \begin{pmatrix}\lambda_1^{T-t}&&\\&\ddots&\\&&\lambda_H^{T-t}\end{pmatrix} V^{-1} .$$
#
# Let $\rho = \max_i |\lambda_i|$, the **spectral radius**. In the long run the gradient goes like $\rho^{T-t}$: for $\rho < 1$ it **vanishes**, for $\rho > 1$ it **explodes**.
#
# **By hand**, one unit, 40 steps: $0.9^{40} \approx 0.015$, but $1.1^{40} \approx 45$. A fifth more or less in one weight: a factor of 3,000. ($V$ and $V^{-1}$
# matter in the short run: the norm may rise before it falls.)
#
# ### With tanh: eigenvalues alone decide nothing
#
# Each step also has the factors $1 - h_k^2$, at most 1, and less the further a unit is driven: for $h = 0.8$ it is $0.36$, and $1.1$ times that is $0.396$: a
# unit with $w = 1.1$ whose state is $0.8$ *vanishes*. The matrices of the product now differ from step to step, and **eigenvalues of products are not products of eigenvalues**. What
# can be said (Pascanu et al. 2013) uses the largest singular value $s$ of $W_h$, since norms of products are at most products of norms:
#
# $$\left\lVert \frac{\partial h_T}{\partial h_t}\right\rVert \le \prod_{k=t+1}^{T} \lVert \operatorname{diag}(1 - h_k^2)\rVert\,\lVert W_h\rVert \le s^{T-t} .$$
#
# So $s < 1$ is *enough* for vanishing, and $s > 1$ is *necessary* for exploding, not enough. Instead of guessing, measure:

# %% [markdown]
# ### Exercise 3 · `gradient_norms` &nbsp; ●●○ &nbsp; 12 min
#
# **Build** the measurement: how strongly does the last state of one sequence depend on each state (Pascanu et al. 2013, eq. 5)? No autograd is needed, only the product above.
#
# **Shapes.** `W_h (H, H)` and `states (T, H)`, the rows $h_1, \dots, h_T$, in; `(T,)` out. Entry $t$ (from 0) is the **spectral norm** (largest singular value) of $\partial h_T/\partial h_{t+1}$, so the
# last entry is 1.
#
# **Example.** One unit, `W_h = [[2.]]`, `states = [[0.], [0.5], [0.]]`: $J_3 = (1 - 0)\cdot 2 = 2$, $J_2 = (1 - 0.25)\cdot 2 = 1.5$, so the result is `[3., 2., 1.]`.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>
#
# In the example, which states' derivatives were used? Which state's was not, and why?
#
# </details>
#
# <details><summary>Hint 2: a nudge</summary>
#
# Begin with the identity and walk from the last state back, multiplying one Jacobian more onto the product at each step; on which side? `diag(d) @ W` scales the *rows* of `W`, which
# needs no `diag`. `torch.linalg.matrix_norm(J, 2)` is the spectral norm; without the `2` it is another one.
#
# </details>
#
# <details><summary>If you keep getting …</summary>
#
# - **the right numbers for `H = 1` only:** the factors are in the wrong order, or multiplied element by element (`*`, `**`) instead of as matrices.
# - **too large numbers:** the tanh's derivative is missing.
# - **an error about `float` and `double`:** `torch.eye` makes float32; ask it for the `dtype` of `W_h`.
# - **the right numbers in the wrong order:** you walked from the end; turn the list round.
#
# </details>

# %% exercise="gradient_norms"
def gradient_norms(W_h, states):
    """Measure how much the last state of one sequence depends on each state: the spectral norms of ∂h_T/∂h_t.

    W_h: (H, H); states: (T, H), the rows h_1 … h_T. Returns (T,); the last entry is 1.
    """
    ### BEGIN SOLUTION
    jacobian = torch.eye(len(W_h), dtype=W_h.dtype, device=W_h.device)  # ∂h_T/∂h_T, (H, H)
    norms = [torch.linalg.matrix_norm(jacobian, 2)]
    for h in states[1:].flip(0):  # h_T, …, h_2, each (H,)
        step = (1 - h**2)[:, None] * W_h  # diag(1 - h²) W_h, (H, H)
        jacobian = jacobian @ step  # one step further back, (H, H)
        norms.append(torch.linalg.matrix_norm(jacobian, 2))
    return torch.stack(norms).flip(0)  # (T,)
    ### END SOLUTION

# %% check="gradient_norms"
check("gradient_norms")

# %% [markdown]
# Section 3's numbers, and your measurement on a tanh network of 24 units, once with small and once with large inputs, beside $\rho^{T-t}$:

# %% tags=["demo"]
print(f"by hand: 0.9⁴⁰ = {0.9**40:.3f}, 1.1⁴⁰ = {1.1**40:.1f}, ratio {(1.1 / 0.9) ** 40:,.0f}")
one_unit = gradient_norms(torch.tensor([[1.1]]), torch.tensor([[0.8]] * 3))
print(f"one unit, w = 1.1, states 0.8: {one_unit.numpy().round(3)}; by hand 0.396², 0.396, 1")

# %% tags=["demo"]
drawn = torch.randn(24, 24, generator=torch.Generator().manual_seed(0))
rho = 1.1
W_h = rho * drawn / torch.linalg.eigvals(drawn).abs().max()
curves = {"ρ to the power": rho ** torch.arange(39, -1, -1.0)}
for name, size in {"small inputs": 0.1, "large inputs": 1.0}.items():
    inputs = size * torch.randn(1, 80, 24, generator=torch.Generator().manual_seed(1))
    outputs, _ = rnn_forward(inputs, torch.zeros(1, 24), torch.eye(24), W_h, torch.zeros(24))
    curves[name] = gradient_norms(W_h, outputs[0, -40:])
show(
    norms_back(curves, r"norm of $\partial h_T/\partial h_t$"),
    caption=f"One and the same W with spectral radius {rho}. The power that eigenvalues promise explodes; with tanh, "
    "the gradients vanish, and the faster the larger the inputs are.",
    alt="Three curves over 40 steps back on a logarithmic axis. The power rises to about 40, small inputs fall "
    "slowly, large inputs fall steeply.",
)

# %% [markdown]
# **Try it.** Which ρ keeps the *linear* gradient alive? Is there one that keeps the tanh gradient alive for quiet *and* for loud inputs?
#
# <details><summary>What to find</summary>
#
# Linear: only ρ = 1, whatever the inputs are. The norm may stand above ρᵏ, by a factor that comes from $V$ and $V^{-1}$, but both have the same slope in the end. With tanh every loudness wants another ρ: at ρ = 1.3 and quiet inputs the
# gradient keeps its size for a while, as the derivatives of tanh make up for ρ; with loud inputs the same $W$ makes it vanish. No choice of eigenvalues serves all inputs.
#
# </details>

# %% tags=["demo"]
gradient_explorer()

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### What vanishing does to learning
#
# The same $W_h$ is used at every step, so its gradient is a **sum over time**,
#
# $$\frac{\partial L}{\partial W_h} = \sum_{t=1}^{T} \delta_t\, h_{t-1}^\top , \qquad
# \delta_t = \operatorname{diag}(1 - h_t^2) \left(\frac{\partial h_T}{\partial h_t}\right)^{\!\top} \frac{\partial L}{\partial h_T}$$
#
# for a loss that looks at the last state.
#
# The sum is not zero: the last few steps contribute as always. But the *share* of the distant ones is lost below them. The network learns what is near, and
# never gets to know that something far away mattered. That is what happened in unit 00.
#
# **Exploding** is louder: one step of the optimiser throws the weights far away, and the loss jumps or becomes NaN. And it has a simple remedy.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 4 · Clipping: a remedy for exploding, not for vanishing
#
# Let $v$ be the gradients of *all* parameters, as one long vector. If it is longer than $m$, shorten it:
#
# $$v \leftarrow v \cdot \min\!\left(1, \frac{m}{\lVert v\rVert}\right) .$$
#
# **By hand.** Two parameters with the gradients $(3)$ and $(4)$, $m = 1$: the norm is $\sqrt{9 + 16} = 5$; what remains is $(0.6)$ and $(0.8)$: the **direction stays**.
# Clipping each number at 1 would give $(1), (1)$, another direction. A short gradient stays short: clipping brings back nothing that vanished.

# %% [markdown]
# ### Exercise 4 · `clip_gradients_` &nbsp; ●●○ &nbsp; 6 min
#
# **Build** it (Pascanu et al. 2013, algorithm 1). The underscore is PyTorch's sign for a function that changes what it is given.
#
# **In:** `parameters`, an iterable of `nn.Parameter`s (perhaps a generator, that can be walked through only once), some of which may have no gradient (`.grad` is `None`), and `max_norm`. **Out:** the
# norm *before* clipping, 0 if there is no gradient at all.
#
# **Example.** Gradients `[3.]` and `[4.]`: `clip_gradients_(parameters, 1.0)` returns 5; the gradients are then `[0.6]`, `[0.8]`. With `max_norm=10` it also returns 5, and
# they stay.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>
#
# The norm of a long vector, cut into pieces: how do you get it from the norms of the pieces?
#
# </details>
#
# <details><summary>Hint 2: a nudge</summary>
#
# First make a list of the gradients that are there; you need them twice. The norm of the norms is the norm of it all. `mul_` multiplies in place.
#
# </details>
#
# <details><summary>If you keep getting …</summary>
#
# - **each gradient of norm 1:** you clip each tensor by itself; that changes the direction.
# - **short gradients that became longer:** the factor must never be above 1.
# - **a norm of 0, or nothing changed:** was the generator used up by the first loop?
#
# </details>

# %% exercise="clip_gradients_"
def clip_gradients_(parameters, max_norm):
    """Scale all gradients in place, by one factor, so that their common 2-norm is at most max_norm.

    parameters: iterable of parameters; those whose .grad is None are skipped.
    Returns the norm before clipping, 0 if there is no gradient.
    """
    ### BEGIN SOLUTION
    gradients = [parameter.grad for parameter in parameters if parameter.grad is not None]
    if not gradients:
        return torch.tensor(0.0)
    norm = torch.stack([gradient.norm() for gradient in gradients]).norm()
    if norm > max_norm:
        for gradient in gradients:
            gradient.mul_(max_norm / norm)
    return norm
    ### END SOLUTION

# %% check="clip_gradients_"
check("clip_gradients_")

# %% [markdown]
# A linear recurrence with ρ = 1.3, and the gradient of its last state, as it is and as you leave it:

# %% tags=["demo"]
print("length   norm before      after")
for T in (5, 20, 80):
    W = nn.Parameter(1.3 * drawn / torch.linalg.eigvals(drawn).abs().max())
    h = torch.ones(24)
    for _ in range(T):
        h = W @ h
    h.sum().backward()
    before = clip_gradients_([W], 1.0)
    print(f"{T:6} {before:13.3g} {W.grad.norm():10.3f}")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 5 · The LSTM, gate by gate
#
# What state would keep its gradient? One that is *added to* instead of multiplied. We build it from that wish; each part mends what is wrong with the one before.
#
# **1. Add.** $c_t = c_{t-1} + g_t$ with a candidate $g_t = \tanh(W_g x_t + U_g h_{t-1} + b_g)$ for what is new. Along this path $\partial c_t/\partial c_{t-1} = 1$, for any number of steps.
# *But:* everything that is heard is added, noise included.
#
# **2. An input gate.** Let the network decide, for each unit, how much to write: a number between 0 and 1, so a sigmoid, $i_t = \sigma(W_i x_t + U_i h_{t-1} + b_i)$, and
# $c_t = c_{t-1} + i_t \odot g_t$ ($\odot$: element by element). *But:* nothing can ever be erased.
#
# **3. A forget gate** of the same form, $f_t$, which says how much to *keep*:
#
# $$c_t = f_t \odot c_{t-1} + i_t \odot g_t .$$
#
# *But:* a unit that remembers something for later shouts it at every step until then.
#
# **4. An output gate** $o_t$, again of that form: how much to show. As $c$ may grow beyond all bounds, it is squashed first:
#
# $$h_t = o_t \odot \tanh(c_t) .$$
#
# So there are **two states**: the *cell* $c_t$, private memory, unbounded, additive; and the *hidden state* $h_t$, between $-1$ and $1$, which the next layer reads, and which
# all gates hear at the next step.

# %% tags=["demo"]
show(
    two_tracks(),
    caption="One step of an LSTM. On the upper track, the cell passes two simple stations: × the forget gate, + what "
    "is written. On the lower track, the hidden state is made anew at every step, from the cell and the output gate.",
    alt="Two horizontal tracks. The upper one runs from the old cell to the new one through a multiplication by the "
    "forget gate and an addition of input gate times candidate. From the lower track, the old hidden state goes up "
    "into four boxes; the new one is the output gate times the tanh of the cell.",
)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Its gradient through time
#
# Along the upper track alone, with the gates held fixed,
#
# $$\frac{\partial c_t}{\partial c_{t-1}} = \operatorname{diag}(f_t) \qquad\Longrightarrow\qquad \frac{\partial c_T}{\partial c_t} = \operatorname{diag}(f_{t+1} \odot \cdots \odot f_T) .$$
#
# No matrix, and no derivative of a tanh: a product of gates that the network sets itself. With $f = 1$ nothing is lost. But a new LSTM's gates are half open: $f \approx \sigma(0) = \tfrac12$, and
# $2^{-20} \approx 10^{-6}$. With a forget bias of 3, $f \approx \sigma(3) \approx 0.953$, and $0.953^{20} \approx 0.38$.
# So the LSTM **mitigates** vanishing gradients, it doesn't solve them. And the gates hear $h_{t-1}$, which depends on $c_{t-1}$: these other paths run through matrices as before, and can still
# **explode**. LSTMs are clipped too.
#
# **By hand.** One unit; the four weighted sums are $0, \ln 3, \tfrac12 \ln 3, \ln 3$ for $i, f, g, o$, and $c_{t-1} = 2$. As $\sigma(\ln 3) = \frac{3}{3+1}$ and
# $\tanh(\tfrac12\ln 3) = \frac{3-1}{3+1}$:
#
# $$i = .5,\quad f = .75,\quad g = .5,\quad o = .75; \qquad c_t = .75 \cdot 2 + .5\cdot.5 = 1.75, \qquad h_t = .75 \cdot \tanh 1.75 \approx .706 .$$

# %% [markdown]
# ### Exercise 5 · `lstm_cell` &nbsp; ●●○ &nbsp; 8 min
#
# **Build** one step (Hochreiter and Schmidhuber 1997; the forget gate is from Gers et al. 2000). The four matrices for $x$ are stacked into one $W_x$, those for $h$ into one $W_h$, in the
# order **i, f, g, o**, so that each needs one product.
#
# **Shapes.** `x (B, D)`, `h` and `c (B, H)`, `W_x (4H, D)`, `W_h (4H, H)`, `b (4H,)` in; the tuple `(h, c)` out, both `(B, H)`.
#
# **Example.** The numbers above: `x = [[1.]]`, `h = [[0.]]`, `c = [[2.]]`, `W_x` the column `[0, ln 3, ½ ln 3, ln 3]`, `W_h` and `b` zero; it gives `h = [[0.706]]`, `c = [[1.75]]`.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>
#
# Of the four, three are gates and one is content. Which one may be negative?
#
# </details>
#
# <details><summary>Hint 2: a nudge</summary>
#
# `.chunk(4, dim=-1)` cuts the sums `(B, 4H)` into four `(B, H)`. Then the two equations with $\odot$, the cell's first.
#
# </details>
#
# <details><summary>If you keep getting …</summary>
#
# - **`c` right and `h` wrong:** `h` must be made from the *new* cell, and from its tanh.
# - **`c` = 1.375 in the example:** that is $.5\cdot 2 + .75\cdot .5$: the input and the forget gate are exchanged.
# - **everything right, but exchanged:** the order of the result is `(h, c)`.
#
# </details>

# %% exercise="lstm_cell"
def lstm_cell(x, h, c, W_x, W_h, b):
    """Take one step of an LSTM, its gates in the order i, f, g, o.

    x: (B, D); h, c: (B, H); W_x: (4H, D); W_h: (4H, H); b: (4H,). Returns the new (h, c), both (B, H).
    """
    ### BEGIN SOLUTION
    i, f, g, o = (x @ W_x.T + h @ W_h.T + b).chunk(4, dim=-1)  # four (B, H)
    c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)  # (B, H)
    h = torch.sigmoid(o) * torch.tanh(c)  # (B, H)
    return h, c
    ### END SOLUTION

# %% check="lstm_cell"
check("lstm_cell")

# %% tags=["demo"]
sums = torch.tensor([[0.0], [math.log(3)], [math.log(3) / 2], [math.log(3)]])
h, c = lstm_cell(torch.ones(1, 1), torch.zeros(1, 1), torch.full((1, 1), 2.0), sums, torch.zeros(4, 1), torch.zeros(4))
print(f"h = {h.item():.3f}, c = {c.item():.3f}; by hand 0.706 and 1.75")

# %% [markdown]
# **Gates over time.** One unit hears a call of 1 at step 3 and noise after it. Its gates are set by their biases alone, but for the input gate, which a loud input opens.
#
# **Predict first:** which bias must change for the call to be there still at step 24? And which one keeps the noise out? Then move the sliders.

# %% tags=["demo"]
gates_explorer()

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 6 · Padding, done right
#
# Sentences of a batch differ in length, a tensor's rows don't. So the shorter ones are filled up, on the right, with an id that means *nothing here*. The network must not notice:
# **a sequence in a padded batch must give what it gives alone.** A recurrence that runs on through the padding changes its state at every step of it.

# %% [markdown]
# ### Exercise 6 · `pad_batch` &nbsp; ●○○ &nbsp; 5 min
#
# **Build** the batch. Whatever reads texts many at a time begins with it.
#
# **Shapes.** A list of $B$ one-dimensional int64 tensors in; `(ids, lengths)` out, `(B, T_max)` and `(B,)`, both int64.
#
# **Example.** `[tensor([5, 6, 7]), tensor([8])]` with `pad_id=0` gives `ids = [[5, 6, 7], [8, 0, 0]]`, `lengths = [3, 1]`. (A *real* token may have the id that pads: a length is counted, not
# guessed from the ids.)

# %% [markdown]
# <details><summary>Hint 1: a question</summary>
#
# What must be known before the first row can be written?
#
# </details>
#
# <details><summary>Hint 2: a nudge</summary>
#
# `torch.full` makes a table of nothing but padding. Then write each sequence over the beginning of its row.
#
# </details>
#
# <details><summary>If you keep getting …</summary>
#
# - **sequences cut off:** the width is that of the longest one.
# - **a complaint about lengths:** take them before padding.
#
# </details>

# %% exercise="pad_batch"
def pad_batch(sequences, pad_id=0):
    """Make one tensor of sequences of ids, padded on the right, and their lengths.

    sequences: list of B tensors (T_b,), int64. Returns (ids, lengths): (B, T_max) and (B,), both int64.
    """
    ### BEGIN SOLUTION
    lengths = torch.tensor([len(sequence) for sequence in sequences])  # (B,)
    ids = torch.full((len(sequences), int(lengths.max())), pad_id)  # (B, T_max)
    for row, sequence in zip(ids, sequences, strict=True):
        row[: len(sequence)] = sequence
    return ids, lengths
    ### END SOLUTION

# %% check="pad_batch"
check("pad_batch")

# %% [markdown]
# ### Exercise 7 · `LSTM` &nbsp; ●●● &nbsp; 14 min
#
# **Build** the layer, padding included. Unit 02's translator is made of two of these.
#
# **Constructor** `LSTM(input_size, hidden_size)`: `nn.Parameter`s `W_x (4H, D)`, `W_h (4H, H)`, `b (4H,)`. Draw the two matrices uniformly from $\pm 1/\sqrt H$, as PyTorch does; `b` may be zero.
#
# **`forward(inputs, lengths=None, state=None)`**: `inputs (B, T, D)`; `lengths (B,)`, each from 1 to $T$, `None` if all are full; `state` a tuple `(h, c)` to begin with, `None` for zeros. Returns
# `(outputs (B, T, H), (h, c))`. **Past its length a sequence's state stands still, and its outputs are 0.** So `(h, c)` is every sequence's state after its *own* last step.
#
# **Example.** $B = 2$, $T = 3$, `lengths = [3, 1]`: `outputs[1, 1:]` is zero, and `h[1]` is `outputs[1, 0]`.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>
#
# At step `t`, which sequences of the batch are still running? What must become of the state of the others?
#
# </details>
#
# <details><summary>Hint 2: a nudge</summary>
#
# `running = (t < lengths)[:, None]` is `(B, 1)`; `torch.where(running, new, old)` chooses row by row. Do so for `h` *and* `c`. An output is the state where a sequence is running, and 0 elsewhere.
#
# </details>
#
# <details><summary>If you keep getting …</summary>
#
# - **right outputs and a wrong state:** the last state is not that of the last *position*, or only one of `h` and `c` is frozen.
# - **another result at a second call:** the state belongs in local variables, not in `self`.
# - **missing parameters:** a plain tensor is none; `nn.Parameter` makes it one, and `super().__init__()` has to come first.
# - **a device error:** new tensors belong on the device of the inputs; `inputs.new_zeros` does that.
#
# </details>

# %% exercise="LSTM"
class LSTM(nn.Module):
    """A layer that reads a padded batch step by step; past its length a sequence's state stands still."""

    def __init__(self, input_size, hidden_size):
        """Make the parameters W_x (4H, D), W_h (4H, H) and b (4H,), rows in the order i, f, g, o."""
        ### BEGIN SOLUTION
        super().__init__()
        bound = hidden_size**-0.5
        self.W_x = nn.Parameter(torch.empty(4 * hidden_size, input_size).uniform_(-bound, bound))
        self.W_h = nn.Parameter(torch.empty(4 * hidden_size, hidden_size).uniform_(-bound, bound))
        self.b = nn.Parameter(torch.zeros(4 * hidden_size))
        ### END SOLUTION

    def forward(self, inputs, lengths=None, state=None):
        """Read a batch of sequences.

        inputs: (B, T, D); lengths: (B,) or None; state: (h, c), both (B, H), or None for zeros.
        Returns (outputs, (h, c)): (B, T, H), 0 past each length, and the states after each sequence's last step.
        """
        ### BEGIN SOLUTION
        batch, length, _ = inputs.shape
        if lengths is None:
            lengths = torch.full((batch,), length, device=inputs.device)
        if state is None:
            zeros = inputs.new_zeros(batch, self.W_h.shape[1])
            state = zeros, zeros
        h, c = state
        outputs = []
        for t, x in enumerate(inputs.unbind(dim=1)):  # (B, D)
            running = (t < lengths)[:, None]  # (B, 1)
            new_h, new_c = lstm_cell(x, h, c, self.W_x, self.W_h, self.b)
            h, c = torch.where(running, new_h, h), torch.where(running, new_c, c)  # (B, H)
            outputs.append(h * running)
        return torch.stack(outputs, dim=1), (h, c)  # (B, T, H), two (B, H)
        ### END SOLUTION

# %% check="LSTM"
check("LSTM")

# %% [markdown]
# A short sequence, alone, in a padded batch with its length, and in one without:

# %% tags=["demo"]
ids, lengths = pad_batch([torch.tensor([4, 7]), torch.tensor([3, 9, 1, 5, 8, 2])])
embedding, layer = nn.Embedding(10, 4), LSTM(4, 3)
with torch.no_grad():
    _, (alone, _) = layer(embedding(ids[:1, :2]))
    _, (padded, _) = layer(embedding(ids), lengths)
    _, (careless, _) = layer(embedding(ids))
print(f"alone               {alone[0].numpy().round(3)}")
print(f"padded, lengths     {padded[0].numpy().round(3)}")
print(f"padded, no lengths  {careless[0].numpy().round(3)}")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 7 · Both directions: words in context
#
# *The **bank** of the river*, *the **bank** of Oslo*: what the word means comes after it. A state at *bank*, made from left to right, can't know. Let a second LSTM, with weights of its own,
# read **from the end**, and put the two states of each word side by side:

# %% tags=["demo"]
show(
    both_directions(["the", "bank", "of", "Oslo"]),
    caption="A bidirectional network. Each word's representation has a half that has read everything up to it, and a "
    "half that has read everything from the end back to it.",
    alt="Four words. A lower row of boxes is joined from left to right, an upper row from right to left; from both, "
    "arrows lead to a pair above each word.",
)

# %% [markdown]
# Such a vector is a **contextual representation**: the same word gets another vector in another sentence. That is what a tagger needs, and what made ELMo (Peters et al. 2018), a pretrained pair of
# LSTM stacks, so useful, *before* BERT. The price: the whole sequence must be there. What comes step by step (forecasts, a language model that writes) can't be read from its end.
#
# **With padding**, "from the end" means from each sequence's *own* end:
#
# | positions | 0 | 1 | 2 | 3 | 4 |
# |---|---|---|---|---|---|
# | a sequence of 3 | a | b | c | – | – |
# | turned round as a whole: wrong, the padding is read first | – | – | c | b | a |
# | turned round within its length | c | b | a | – | – |

# %% [markdown]
# ### Exercise 8 · `BiLSTM` &nbsp; ●●● &nbsp; 10 min
#
# **Build** it (Schuster and Paliwal 1997; Graves and Schmidhuber 2005) out of two of your `LSTM`s.
#
# **Constructor** `BiLSTM(input_size, hidden_size)`: two layers `forward_lstm` and `backward_lstm`. **`forward(inputs (B, T, D), lengths (B,))`** returns `(B, T, 2H)`: at each position the forward half, then the backward
# half, both about *that* position; 0 past each length.
#
# **Example.** A sequence of length 3: `outputs[0, 0, H:]` is the backward layer's state after reading inputs 2, 1, 0; `outputs[0, 2, H:]` has read input 2 only.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>
#
# In a sequence of $n$ real steps, which position does position $t$ go to when it is turned round? What if you turn it round twice?
#
# </details>
#
# <details><summary>Hint 2: a nudge</summary>
#
# Make a table of positions `(B, T)`: $n - 1 - t$ where $t < n$, and $t$ itself in the padding. `inputs[rows, positions]`, with `rows` a column of batch numbers, picks them. The same table turns the outputs back.
#
# </details>
#
# <details><summary>If you keep getting …</summary>
#
# - **right results only if all lengths are equal:** `flip` turns the padding round too.
# - **a backward half in the wrong order:** its outputs come in the order of reading; turn them back.
#
# </details>

# %% exercise="BiLSTM"
class BiLSTM(nn.Module):
    """Two LSTMs, one of which reads each sequence from its own end; every position gets a state from both."""

    def __init__(self, input_size, hidden_size):
        """Make forward_lstm and backward_lstm, each with weights of its own."""
        ### BEGIN SOLUTION
        super().__init__()
        self.forward_lstm = LSTM(input_size, hidden_size)
        self.backward_lstm = LSTM(input_size, hidden_size)
        ### END SOLUTION

    def forward(self, inputs, lengths):
        """Read a padded batch in both directions.

        inputs: (B, T, D); lengths: (B,). Returns (B, T, 2H), the forward half first, 0 past each length.
        """
        ### BEGIN SOLUTION
        t = torch.arange(inputs.shape[1], device=inputs.device)  # (T,)
        end = lengths[:, None]  # (B, 1)
        mirrored = torch.where(t < end, end - 1 - t, t)  # (B, T): n-1, …, 0, then the padding where it is
        rows = torch.arange(len(inputs), device=inputs.device)[:, None]  # (B, 1)
        ahead, _ = self.forward_lstm(inputs, lengths)  # (B, T, H)
        back, _ = self.backward_lstm(inputs[rows, mirrored], lengths)  # (B, T, H), in the order of reading
        return torch.cat([ahead, back[rows, mirrored]], dim=-1)  # (B, T, 2H)
        ### END SOLUTION

# %% check="BiLSTM"
check("BiLSTM")

# %% [markdown]
# Two sentences that differ in the last word only, through your layers with random weights. How far apart are the two vectors of *bank*?

# %% tags=["demo"]
vocabulary = {word: place for place, word in enumerate(["the", "bank", "of", "Oslo", "sand"])}
texts = "the bank of Oslo", "the bank of sand"
sentences = [torch.tensor([vocabulary[word] for word in text.split()]) for text in texts]
ids, lengths = pad_batch(sentences)
embedding, both = nn.Embedding(5, 8), BiLSTM(8, 6)
with torch.no_grad():
    bank = both(embedding(ids), lengths)[:, 1]  # (2, 12)
distance = (bank[0] - bank[1]).abs()
print(f"forward half: {distance[:6].max():.3f}   backward half: {distance[6:].max():.3f}")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 8 · Experiment: how long can they remember?
#
# **The task.** Somebody calls into a valley, a random number at step 1. Noise follows. After `gap` steps the **echo** comes back: the same number. Forecast it from all that was heard before. The larger the gap, the
# longer the memory that is needed.

# %% tags=["demo"]
signals, calls = echoes.draw(20, 3, torch.Generator().manual_seed(1))
print("call and first noise     …   last noise     | echo to forecast")
for signal, call in zip(signals[..., 0].tolist(), calls.tolist(), strict=True):
    print(" ".join(f"{x:6.2f}" for x in signal[:4]), "…", " ".join(f"{x:6.2f}" for x in signal[-3:]), f" | {call:6.2f}")

# %% [markdown]
# **The contestants**, all with 24 units and trained alike ({{ results.recipe.steps }} steps of {{ results.recipe.batch_size }} fresh signals, Adam, clipped at 1):
#
# | model | what it is |
# |---|---|
# | linear, last 8 | least squares on the last 8 values: the simple baseline |
# | tanh RNN | section 2, with PyTorch's usual start |
# | LSTM | section 5, with the usual start: forget gates about half open |
# | LSTM, forget gates open | the same with a forget bias of 3: $f \approx 0.95$ at the start |
#
# **Error:** mean squared error, divided by that of always saying the mean: 0 is perfect, 1 is knowing nothing.
#
# **Predict first.** For gaps of 5, 10, 20, 40 and 80 steps: which of them learn it? Use section 5's powers of $f$. Write it into the next cell (double-click on it), then run on.

# %% [markdown]
# *My prediction:* linear … , tanh RNN … , LSTM … , LSTM with open gates … , because …

# %% tags=["demo"]
class RNN(nn.Module):
    """Your rnn_forward, as a layer."""

    def __init__(self, input_size, hidden_size):
        super().__init__()
        sizes = (hidden_size, input_size), (hidden_size, hidden_size), (hidden_size,)
        self.weights = nn.ParameterList(torch.empty(size).uniform_(-1, 1) / hidden_size**0.5 for size in sizes)

    def forward(self, inputs):
        return rnn_forward(inputs, inputs.new_zeros(len(inputs), self.weights[0].shape[0]), *self.weights)


def lstm_forecaster(forget_bias, make_layer=None):
    layer = (make_layer or LSTM)(1, echoes.HIDDEN)
    with torch.no_grad():
        for parameter in layer.parameters():
            parameter.uniform_(-1, 1).mul_(echoes.HIDDEN**-0.5)
        layer.b[echoes.HIDDEN : 2 * echoes.HIDDEN] += forget_bias
    return echoes.Forecaster(layer)


yours = {
    "tanh RNN": lambda: echoes.Forecaster(RNN(1, echoes.HIDDEN)),
    "LSTM": lambda: lstm_forecaster(0.0),
    "LSTM, forget gates open": lambda: lstm_forecaster(3.0),
}

# %% tags=["demo"]
GAP = 20
runs = {name: echoes.train(make_model, GAP, seed=0) for name, make_model in yours.items()}
print(f"gap {GAP}, your layers, one seed       parameters   error")
print(f"{'linear, last 8':32} {echoes.WINDOW:12} {echoes.linear_error(GAP, seed=0):8.2f}")
for name, run in runs.items():
    print(f"{name:32} {run.parameters:12} {run.error:8.2f}")

# %% [markdown] slideshow={"slide_type": "subslide"}
# **Every gap, three seeds**, with PyTorch's layers (the same functions as yours, only faster; they have two biases where yours have one) and one contestant more: a tanh RNN that starts with $W_h = I$, all eigenvalues 1 (Le et al. 2015):

# %% tags=["demo"]
gaps = measured["gaps"]
errors = {"linear, last 8": [measured["linear"][str(gap)] for gap in gaps]}
for name, rows in measured["networks"].items():
    errors[name] = [rows[str(gap)]["error"] for gap in gaps]
show(
    error_by_gap(gaps, {name: rows for name, rows in errors.items() if name != "tanh RNN, W_h = I"}),
    caption="Error against the steps to remember: the median of three seeds as a line, each seed as a dot. 1 is "
    "knowing nothing.",
    alt="Four lines from near 0 to 1. The linear forecast jumps to 1 at gap 10, the LSTM at gap 20, the tanh RNN "
    "climbs between 10 and 40, the LSTM with open forget gates stays near 0 until 40.",
)

# %% tags=["demo"]
print("error, three seeds      ", "".join(f"gap {gap:<12}" for gap in gaps))
for name, rows in errors.items():
    print(f"{name:24}", "  ".join(" ".join(f"{error:.2f}" for error in row) for row in rows))

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### What to make of it
#
# **Linear:** perfect as long as the call is among its 8 values, nothing beyond. A simple baseline beats all networks where the needed memory is short and known.
#
# **The LSTM with its usual start is no better than the tanh RNN**, and at gap 20 it is worse: {{ results.networks["LSTM"]["20"].error[0] | fixed(2) }}, {{ results.networks["LSTM"]["20"].error[1] | fixed(2) }},
# {{ results.networks["LSTM"]["20"].error[2] | fixed(2) }} against {{ results.networks["tanh RNN"]["20"].error[0] | fixed(2) }}, {{ results.networks["tanh RNN"]["20"].error[1] | fixed(2) }},
# {{ results.networks["tanh RNN"]["20"].error[2] | fixed(2) }}. Five times as many training steps leave it at {{ results.lstm_longer.error | mean | fixed(2) }}. Did you expect that? It *can* represent the answer, but
# along the cell the call's gradient is about halved at each of the 19 steps back.
#
# **One number changes it:** the forget bias. With open gates, all three seeds learn gap 40; at 80, where $0.953^{80} \approx 0.02$, one has learnt, one is on its way and one knows nothing. **It isn't the name LSTM that remembers, it is a gate that stays open.** (Frameworks
# differ in this start: Keras opens the gates somewhat, with a forget bias of 1; PyTorch doesn't.)
#
# **$W_h = I$** is no cure: its eigenvalues are 1, but the tanh's derivative is below 1 at every noisy step, as in section 3, and no gate keeps the noise out of the state.
#
# Before any training you could have known. How much does each *untrained* network's forecast depend on the input so many steps ago?

# %% tags=["demo"]
signals, _ = echoes.draw(40, 32, torch.Generator().manual_seed(2))
torch.manual_seed(0)
before_training = {name: echoes.heard(make_model(), signals) for name, make_model in yours.items()}
share = {name: (norms[0] / norms[-1]).item() for name, norms in before_training.items()}  # earliest over latest
show(
    norms_back(before_training, "gradient of the forecast"),
    caption="The gradient of an untrained forecast with respect to each of 40 inputs. From the latest to the earliest, "
    f"the LSTM's falls to {share['LSTM']:.0e} of what it was; that with open gates is "
    f"{share['LSTM, forget gates open']:.1f} times as large.",
    alt="Three curves on a logarithmic axis. Those of tanh RNN and LSTM fall by many powers of ten over 40 steps, "
    "that of the LSTM with open gates stays level.",
)

# %% [markdown]
# (Along the cell alone, a gradient would fall to $0.953^{39} \approx 0.15$ with open gates, and to $2^{-39} \approx 10^{-12}$ with half-open ones. The paths through the
# gates, which section 5's product leaves out, add to both.)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 9 · Debugging: right to the last digit, and it learns badly
#
# A colleague wrote an LSTM of their own (for signals of one length), opened its forget gates as you did, and trained it on gap 20. With your weights it gives your
# outputs. Trained, its loss stops far above yours. One line is wrong.

# %% tags=["demo"]
class Colleagues(LSTM):
    def forward(self, inputs):
        h = c = inputs.new_zeros(len(inputs), self.W_h.shape[1])
        outputs = []
        for x in inputs.unbind(dim=1):
            h, c = h.detach(), c.detach()
            h, c = lstm_cell(x, h, c, self.W_x, self.W_h, self.b)
            outputs.append(h)
        return torch.stack(outputs, dim=1), (h, c)

# %% tags=["demo"]
colleagues = echoes.train(lambda: lstm_forecaster(3.0, Colleagues), GAP, seed=0)
show(
    loss_curves({"yours": runs["LSTM, forget gates open"].losses, "colleague": colleagues.losses}, "loss", "step"),
    caption=f"Training loss on gap {GAP}. On fresh signals the colleague's error is {colleagues.error:.2f}, yours "
    f"{runs['LSTM, forget gates open'].error:.2f}.",
    alt="Two loss curves. Both fall from 1; yours goes on to nearly 0, the colleague's stops far above it, and jumps.",
)
theirs, ours = Colleagues(1, 5), LSTM(1, 5)
theirs.load_state_dict(ours.state_dict())
with torch.no_grad():
    print(f"largest difference of outputs: {(theirs(signals)[0] - ours(signals)[0]).abs().max():.1e}")

# %% [markdown]
# Is it a vanishing gradient? But the gates are open. **Measure** before you open the answer:

# %% tags=["demo"]
for name, make_layer in {"yours": LSTM, "colleague": Colleagues}.items():
    torch.manual_seed(0)
    norms = echoes.heard(lstm_forecaster(3.0, make_layer), signals)
    print(f"{name:10} gradient, last four inputs: {norms[-4:].numpy().round(4)}; the call: {norms[0]:.6f}")

# %% [markdown]
# <details><summary>The answer: open after you have decided</summary>
#
# `h.detach(), c.detach()` cuts the graph at *every* step. Values pass, gradients don't: all inputs but the last have a gradient of exactly 0. Vanishing would be small and smooth; a zero is a cut. The line is right
# *between* batches of one long text, where it keeps the graph from growing for ever (truncated backpropagation); it has slipped into the loop.
#
# **Why does it learn at all?** Open gates let the call pass even with untrained weights, so the last state holds a trace of it, and to *read* a trace no gradient through time is needed. (With
# half-open gates too little is left to read: try `lstm_forecaster(0.0, Colleagues)`.) But it never learns to *keep* the call better, or the noise out. A loss that falls proves little: compare it with what is possible.
#
# **Comparing outputs proves nothing about gradients.** That is why the checks of this course ask for both.
#
# </details>

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 10 · What they are good for, and what they can't do
#
# | LSTMs | |
# |---|---|
# | used for | forecasting (sales, load, weather), anomaly detection (forecast the next value; alarm where the error is large), speech, handwriting, control |
# | pros | few parameters, so little data will do; constant cost and memory per new step, so small devices will do; order is built in |
# | cons | step by step, in training too; memory fades with the product of its forget gates; one vector for all of the past; the start matters, as you saw |
#
# **The next question.** A translation must say *anything* that the sentence said, in another order. An LSTM that has read it holds one vector. Is that enough? Unit 02 asks, and lets the
# decoder look back.
#
# ### You will read elsewhere that …
#
# | … | but |
# |---|---|
# | the LSTM solves the vanishing gradient | it mitigates it: the product of forget gates decays too. Exploding remains: clip |
# | gradients vanish if the eigenvalues of $W$ are below 1, and explode if above | exact for a linear recurrence only; with tanh the derivatives take part, and $\rho > 1$ may well vanish (section 3) |
# | a forget gate of 1 forgets | it keeps; 0 forgets |
# | recurrent networks are insensitive to order | they are sensitive to order; attention without positions isn't (unit 03) |
# | recurrence dominated vision before Transformers | convolution did; recurrence dominated language and speech |
# | contextual word vectors came with Transformers | bidirectional LSTMs gave them before, ELMo among them |
# | an RNN is slow because it computes much | it computes little; its steps wait for each other |

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 11 · Self-test
#
# No points, and nothing is recorded. The wrong options are worth opening too.

# %% tags=["demo"]
from autograder.student.quiz import self_test

self_test("questions.yaml")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 12 · Summary on one screen
#
# | | RNN | LSTM |
# |---|---|---|
# | step | $h_t = \tanh(W_x x_t + W_h h_{t-1} + b)$ | $c_t = f_t \odot c_{t-1} + i_t \odot g_t$, $\;h_t = o_t \odot \tanh c_t$ |
# | shapes | `W_x (H, D)`, `W_h (H, H)`, `b (H,)` | `W_x (4H, D)`, `W_h (4H, H)`, `b (4H,)`, order i, f, g, o |
# | parameters | $H(D + H + 1)$ | $4H(D + H + 1)$ |
# | memory | $h$, rewritten at each step | $c$, added to; $h$ is what is shown of it |
# | gradient over $n$ steps | $\prod \operatorname{diag}(1 - h^2)\,W_h$; linear: $W_h^n \sim \rho^n$ | along the cell: $\prod f$; other paths through matrices |
# | waits | $T$ steps | $T$ steps |
#
# **Clipping:** $v \cdot \min(1, m/\lVert v\rVert)$, all parameters together; cures exploding only. **Padding:** state frozen, outputs 0 past each length; backwards from each sequence's own end. **Bidirectional:** $[\overrightarrow{h_t}; \overleftarrow{h_t}]$,
# `(B, T, 2H)`, if the whole sequence is there.
#
# ### Further reading, a word on each
#
# - Hochreiter and Schmidhuber 1997, [*Long short-term memory*](https://doi.org/10.1162/neco.1997.9.8.1735): the constant error carousel, then still without a forget gate.
# - Gers et al. 2000, [*Learning to forget*](https://doi.org/10.1162/089976600300015015): the forget gate, and why it should start open.
# - Pascanu et al. 2013, [*On the difficulty of training recurrent neural networks*](https://arxiv.org/abs/1211.5063): section 3 of this unit, with proofs, and clipping.
# - Jozefowicz et al. 2015, [*An empirical exploration of recurrent network architectures*](https://proceedings.mlr.press/v37/jozefowicz15.html): thousands of variants; a forget bias of 1 is worth more than most.
# - Le et al. 2015, [*A simple way to initialize recurrent networks of rectified linear units*](https://arxiv.org/abs/1504.00941): $W_h = I$, with ReLU instead of tanh.
# - Peters et al. 2018, [*Deep contextualized word representations*](https://arxiv.org/abs/1802.05365): ELMo.
#
# ### For the keen
#
# 1. A gate that should remember for about $\tau$ steps wants $f = 1 - 1/\tau$. Which bias is that? Try $\tau = 80$ at gap 80 with `echoes.train(lambda: lstm_forecaster(…), 80, seed=2)`.
# 2. Where exactly can an LSTM's gradient explode? Write down $\partial c_t/\partial c_{t-1}$ *with* the paths through $h_{t-1}$.
# 3. The GRU (Cho et al. 2014) has one state and two gates, $h_t = z_t \odot h_{t-1} + (1 - z_t) \odot \tilde h_t$. Which of section 5's steps does it share, which does it do without?
# 4. A linear recurrence $h_t = W h_{t-1} + x_t$ can be computed in about $\log_2 T$ dependent steps. How? Why does the tanh forbid it?
