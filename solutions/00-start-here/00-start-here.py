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
# # 00 · Start here
#
# **At the end you can** work with this course: run it, read a verdict, find a hint, start an exercise over, hand your work in. And you
# can say what neuron, convolution and recurrence compute, what each takes for granted, and which of their steps can be taken at the
# same time: the three building blocks from which Transformers depart.
#
# **You need** Python, vectors and matrices, and PyTorch's tensors as far as `x @ y` and `x.sum(dim=0)`.
#
# **Time:** about an hour: the exercises' minutes add up to 22 min, the reading takes about 20 min, experiment, debugging and self-test
# together 20 min. An estimate of the authors, not a measurement on students.
#
# **One sentence to keep:** what is learnt at one place holds at all places only if the weights are shared *and* nothing after them asks
# for the place.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 1 · How this course works, in five minutes
#
# A notebook is a column of cells. Click on the next one, press **Shift + Enter**, and it runs; do so with each, from top to bottom. The
# next two load what this unit needs.

# %% given="setup"
import torch

from autograder import check

# %% tags=["demo"]
import math

from IPython.display import Markdown
from torch import nn

from autograder.student.example import verdict_on
from data import shifts
from data.tables import results
from figures.blocks import pictures, planes, signals
from figures.dependencies import convolution_graph, dense_graph, dependency_diagram, recurrence_graph
from figures.style import show
from figures.training import bars_with_spread, loss_curves

torch.manual_seed(0)
measured = results("00")  # three seeds each; `python -m data.build 00` measures them again

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### A wrong answer, to begin with
#
# Each exercise asks for one *component*, a function or a class. The first one is the **softmax**, which the later units can't do without. It
# turns any numbers $x_1, \dots, x_n$ into **shares**: positive, with the sum 1, and the larger number gets the larger share,
#
# $$\mathrm{softmax}(x)_i = \frac{e^{x_i}}{\sum_j e^{x_j}} .$$
#
# Somebody typed this formula just as it stands. Run the cell and see what the check says.

# %% tags=["demo"]
def formula_as_it_stands(x, dim=-1):
    powers = torch.exp(x)
    return powers / powers.sum(dim, keepdim=True)


verdict_on("softmax", formula_as_it_stands)

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### Reading a verdict
#
# - **The score.** Each line is a *property* that every right answer has, however it is written, and is worth points of its own. One
#   mistake costs what depends on it, no more.
# - **The line that fails** says what was expected, what came, and for which call.
# - **The name**, here `overflow`: mistakes that many people make are recognised, and explained. The others get the message only.
# - **A dash** (none here) stands for a property that wasn't asked, because one that it needs failed. Mend the first ✗ first.
# - **The seed.** The inputs are drawn anew at each check, so there is nothing to learn by heart. `check("softmax", seed=…)` draws the same
#   ones again.
#
# Check as often as you like; only the last state of your cell counts. There are no secret tests: whoever grades your work asks for the
# same properties, of other inputs.
#
# Don't take the message's word for it. **See the mistake yourself**, with an input that you can do by hand: as
# $e^{1000}$ cancels, $\mathrm{softmax}(1000, 999) = \frac{1}{1+e^{-1}}, \frac{e^{-1}}{1 + e^{-1}} \approx 0.73,\ 0.27$.

# %% tags=["demo"]
print("powers:", torch.exp(torch.tensor([1000.0, 999.0])))
print("shares:", formula_as_it_stands(torch.tensor([1000.0, 999.0])))
largest = torch.finfo(torch.float32).max
print(f"largest finite float32: {largest:.1e}, which is e to the power of {math.log(largest):.1f}")

# %% [markdown]
# ### Exercise 1 · `softmax` &nbsp; ●○○ &nbsp; 8 min
#
# **Build** a softmax that is right for large numbers too (Goodfellow et al. 2016, *Deep Learning*, eq. 4.1). The scores of attention, from unit
# 02 on, can be large, and a single NaN spoils a whole training run.
#
# **Shapes.** `x` of any shape and an axis `dim` in; the same shape out. Along `dim` the shares sum to 1; along other axes nothing is mixed.
#
# **Example.** `softmax(torch.tensor([0.0, math.log(3)]))` is `[0.25, 0.75]`; `softmax(torch.tensor([1000.0, 999.0]))` is `[0.731, 0.269]`. For a
# `(2, 3)` array, `softmax(x, dim=0)` has three *columns* that each sum to 1.
#
# Write it yourself: `torch.softmax` and its relatives are forbidden here. Replace `raise NotImplementedError`, run the cell, run the check below it. If you
# are stuck, open one fold at a time.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>
#
# In the example above you divided numerator and denominator by the same power before any number got too large. Which number does that
# subtract from every $x_i$? Which one is safe for *any* $x$?
#
# </details>
#
# <details><summary>Hint 2: a nudge</summary>
#
# Numbers that share one total must have the same number subtracted: there is one for each total, so take it along the same axis.
# `amax(dim, keepdim=True)` is the largest number along an axis; `keepdim=True` keeps that axis with size 1, so that the result still
# lines up with `x`.
#
# </details>
#
# <details><summary>If you keep getting …</summary>
#
# - **NaN in some rows only:** you subtract the largest number of the whole array; in a row of very small numbers everything becomes 0, and 0/0
#   is NaN.
# - **right for `dim=-1`, wrong for others:** the maximum, or the total, is not taken along `dim`.
# - **an error about sizes, or wrong numbers for square arrays:** the maximum or the total has lost its axis: `keepdim=True`.
#
# </details>

# %% exercise="softmax"
def softmax(x, dim=-1):
    """Turn numbers into positive shares that sum to 1 along an axis.

    x: any shape, numbers up to ±10,000. Returns the same shape.
    """
    ### BEGIN SOLUTION
    # One number subtracted from all that share one total changes no share; the largest exponent is then 0.
    powers = torch.exp(x - x.amax(dim, keepdim=True))  # the shape of x
    return powers / powers.sum(dim, keepdim=True)  # the shape of x
    ### END SOLUTION

# %% check="softmax"
check("softmax")

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### What you will want to know later
#
# Once all properties hold, the verdict says that the component is **in your library**: a file of your own, `mine/00/softmax.py`, which
# you see in the file browser on the left. That is how later units take what you have built: `from mine import Name`. They say whose it is;
# where you have none, it is ours, so an exercise left out never stops you.
#
# | when | do |
# |---|---|
# | you are stuck | open the folds below the exercise: a question, a nudge, then "If you keep getting …" |
# | you are still stuck | ask, and give the seed: with it, everybody gets your inputs |
# | you don't know a function | click on its name, press **Shift + Tab** |
# | you want to try something | add a cell of your own with **+** in the toolbar; it disturbs nothing |
# | a cell stops with `NotImplementedError` | it uses an exercise that you haven't written yet: write it first, or go on |
# | everything behaves oddly | menu *Kernel → Restart Kernel and Run All Cells…* |
# | you want an exercise back as it was | save (**Ctrl + S**, on a Mac **Cmd + S**), run `!course reset 00 softmax` in a cell of your own (it names the backup it keeps), then menu *File → Reload Notebook from Disk* |
# | you hand in | save, run `!course submit 00 --student YOUR-ID --to FOLDER`, with the folder that your class uses; or upload this notebook, or use nbgrader's *Assignment List*, as your class says |
# | a newer release has come out | `!course update` carries your cells over |
# | you want all commands | `!course --help` |
#
# Only exercises count; figures and training runs don't. Near the end of every unit a **self-test** explains every option, wrong ones
# included, and carries no points. Now to the subject.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 2 · The question
#
# A sound, a picture, a sentence: many numbers, in an order. To turn them into others, a network must decide beforehand *who is connected with whom* and
# *which connections share their weight*. The three classical answers are below. **Which of them recognises a pattern at a place where it has
# never seen one? And which could use a thousand processors at once?**

# %% tags=["demo"] slideshow={"slide_type": "-"}
blocks = {
    "dense layer": dense_graph(9),
    "convolutions, width 3": convolution_graph(9, kernel=3),
    "recurrence": recurrence_graph(9),
}
show(
    dependency_diagram(blocks),
    caption="What waits for what, from nine inputs (squares) to the first value that has heard of them "
    "all. Dots at the same height don't wait for each other: they can be computed at the same time. "
    f"Heights come one after the other: {', '.join(str(graph.depth) for graph in blocks.values())} steps.",
    alt="Three diagrams over nine squares. Dense layer: nine dots at height 1, each joined to "
    "all squares. Convolutions: rows of 7, 5, 3 and 1 dots at heights 1 to 4, each joined to "
    "three below. Recurrence: a staircase of nine dots up to height 9.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 3 · The neuron: a weighted sum and a nonlinearity
#
# $$y = g(w\cdot x + b), \qquad g(z) = \max(0, z)\quad\text{(called ReLU)} .$$
#
# The dot product asks *how much does the input look like $w$?* The bias $b$ says how much is enough. The nonlinearity $g$ is silent
# below that. A **dense layer** is $D_\text{out}$ neurons that see the same inputs; neuron $k$ has row $k$ of the weight $W$ and entry $k$ of the bias. For $B$ inputs at once, as
# rows of $X$:
#
# $$Y = g(X W^\top + b), \qquad (B, D_\text{in})\,(D_\text{in}, D_\text{out}) \to (B, D_\text{out}) .$$
#
# **Why the nonlinearity?** Without it, two layers are one:
# $\;W_2(W_1 x + b_1) + b_2 = (W_2 W_1)\,x + (W_2 b_1 + b_2)$, a weight and a bias again. A hundred layers would be no more than one.
#
# **By hand.** $x = (2, 1)$ and two neurons, $w_1 = (1, -1)$, $w_2 = (-1, 1)$, no bias. Sums: $1$ and $-1$. After $g$: $1$ and $0$. Add the two: $1$, which
# is $|x_1 - x_2|$, something that no weighted sum gives for all $x$.

# %% [markdown]
# ### Exercise 2 · `dense` &nbsp; ●○○ &nbsp; 6 min
#
# **Build** a layer of neurons (Goodfellow et al. 2016, section 6.1). Every block of a Transformer
# contains such a layer (unit 05).
#
# **Shapes.** `x (B, D_in)`, `weight (D_out, D_in)`, `bias (D_out,)` in; `(B, D_out)` out.
#
# **Example.** `x = [[2, 1], [0, 3]]` with `weight = [[1, -1], [-1, 1], [1, 1]]` and `bias = [0, 0, -2.5]` gives `[[1, 0, 0.5], [0, 3, 0.5]]`: two
# inputs, three neurons.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>
#
# In `x @ weight`, which axes would meet? Which axes have the same size, and mean the same thing?
#
# </details>
#
# <details><summary>Hint 2: a nudge</summary>
#
# A neuron's dot product runs along a *row* of `weight`, while a matrix product runs down the columns of its second factor. `.T` turns a matrix.
# For the nonlinearity, see what `clamp` does.
#
# </details>
#
# <details><summary>If you keep getting …</summary>
#
# - **an error that shapes can't be multiplied:** the weight is the wrong way round. (Where $D_\text{in} = D_\text{out}$ there is no error, only wrong numbers.)
# - **negative numbers:** the nonlinearity is missing, or comes before the bias is added.
#
# </details>

# %% exercise="dense"
def dense(x, weight, bias):
    """Apply a layer of neurons, each a weighted sum, a bias and the nonlinearity max(0, z).

    x: (B, D_in); weight: (D_out, D_in), a row for each neuron; bias: (D_out,). Returns (B, D_out).
    """
    ### BEGIN SOLUTION
    weighted_sum = x @ weight.T + bias  # (B, D_out)
    return weighted_sum.clamp(min=0)  # (B, D_out)
    ### END SOLUTION

# %% check="dense"
check("dense")

# %% [markdown]
# The two neurons that you did by hand, asked about every point of a square:

# %% tags=["demo"]
side = torch.linspace(-2, 2, 41)
second, first = torch.meshgrid(side, side, indexing="ij")
points = torch.stack([first.flatten(), second.flatten()], dim=-1)  # (1681, 2)
answers = dense(points, torch.tensor([[1.0, -1], [-1, 1]]), torch.zeros(2)).T.reshape(2, 41, 41)
show(
    planes({"neuron 1": answers[0], "neuron 2": answers[1], "their sum": answers.sum(dim=0)}, extent=2),
    caption="Your layer on two inputs. A neuron is zero on one side of a line and rises on the "
    "other. The sum of two falls and rises again: it measures how different the inputs are, "
    "which neither can do alone.",
    alt="Three coloured squares. The first brightens towards the lower right corner, the second "
    "towards the upper left one, the third towards both, with a dark diagonal between them.",
)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 4 · Convolution: one neuron, slid along
#
# A neuron that sees a whole signal has a weight for every place. What it learns about a click at time 3 says nothing about a click at
# time 4: that is another weight. So let a neuron see only $K$ neighbours, and use **the same** $K$ weights (the *kernel*) at every place:
#
# $$y_i = \sum_{k=0}^{K-1} x_{i+k}\,w_k , \qquad i = 0, \dots, T-K .$$
#
# **By hand.** $x = (1, 3, 2, 0, 1)$, $w = (1, 0, -1)$: $\;y = (1-2,\; 3-0,\; 2-1) = (-1, 3, 1)$. Three numbers, since a kernel of 3
# fits into 5 at $5-3+1$ places.
#
# **Shift in, shift out.** Let $x'$ be $x$, delayed by $s$: $x'_i = x_{i-s}$. Then $y'_i = \sum_k x_{i-s+k}\,w_k = y_{i-s}$: the output is delayed by $s$, and is
# otherwise the same. This is called **equivariance**, and it holds for *any* weights: nobody has to learn it.

# %% [markdown]
# ### Exercise 3 · `conv1d` &nbsp; ●●○ &nbsp; 8 min
#
# **Build** the sum above (LeCun et al. 1989; Goodfellow et al. 2016, eq. 9.6 in one dimension), without bias and nonlinearity.
#
# **Shapes.** `x (T,)` and `kernel (K,)` in, $1 \le K \le T$; `(T-K+1,)` out: only places where the kernel fits, no padding.
#
# **Example.** The one above. And `conv1d` of `[0, 0, 1, 0, 0]` with `[1, 2, 3]` is `[3, 2, 1]`: work out why before you open a hint.
#
# Write it yourself: PyTorch's convolutions are forbidden here. A Python loop over the places is fine.

# %% [markdown]
# <details><summary>Hint 1: a question</summary>
#
# For $T = 5$ and $K = 3$: where does the first window begin and end, where the last? How many are there?
#
# </details>
#
# <details><summary>Hint 2: a nudge</summary>
#
# `x[i : i + K]` is a window, and its dot product with the kernel is a tensor with no axes. `torch.stack` makes one tensor of a list of tensors (and keeps the
# gradient, which `torch.tensor([...])` would lose). There is also `x.unfold`, which needs no loop.
#
# </details>
#
# <details><summary>If you keep getting …</summary>
#
# - **the right numbers, but one missing, or one too many:** count the places again, with a pencil.
# - **`[1, 2, 3]` in the second example:** you turned the kernel round. Mathematicians do, and call the other thing
#   *cross-correlation*; networks don't turn it, and call it convolution all the same.
# - **an output as long as the input:** that is padding, a common option, but not asked for here.
#
# </details>

# %% exercise="conv1d"
def conv1d(x, kernel):
    """Slide a kernel along a signal and return its dot product with every window where it fits.

    x: (T,); kernel: (K,). Returns (T-K+1,).
    """
    ### BEGIN SOLUTION
    places = len(x) - len(kernel) + 1
    windows = torch.stack([x[i : i + len(kernel)] for i in range(places)])  # (T-K+1, K)
    return windows @ kernel  # (T-K+1,)
    ### END SOLUTION

# %% check="conv1d"
check("conv1d")

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### A toy picture
#
# Slid along the rows of a picture, the kernel $(1, 0, -1)$ compares left with right; along the columns, above with below.

# %% tags=["demo"]
def along_rows(picture, kernel):
    return torch.stack([conv1d(row, kernel) for row in picture])


def pooled(picture, size=2):
    """The largest number of every window of size × size numbers."""
    return picture.unfold(0, size, size).unfold(1, size, size).amax(dim=(-2, -1))


row, column = torch.meshgrid(torch.arange(24.0), torch.arange(24.0), indexing="ij")
square = (row - 7).abs().maximum((column - 7).abs()) <= 4
disc = (row - 16).square() + (column - 17).square() <= 20
picture = (square | disc).float()
difference = torch.tensor([1.0, 0, -1])
left_right = along_rows(picture, difference).abs()
above_below = along_rows(picture.T, difference).T.abs()
edges = {"left against right": left_right, "above against below": above_below}
show(
    pictures({"picture": picture, **edges, "left-right, pooled": pooled(left_right)}),
    caption="Your conv1d along the rows and along the columns of a picture, its sign dropped: "
    "white where brightness changes. The same three weights find all edges of one direction. "
    "Pooled: the largest of every 2 × 2 numbers; a quarter as many numbers still tell roughly "
    "where the edges are.",
    alt="Four small pictures: a white square and a disc on black; their left and right edges; "
    "their upper and lower edges; the left and right edges again, coarser.",
)

# %% [markdown]
# Try other kernels in place of `difference`: $(1, 1, 1)/3$, or $(-1, 2, -1)$. (In networks for pictures, kernels are mostly square, $K \times K$
# weights, and there are many of them in a layer, each with its bias and followed by the nonlinearity.)
#
# ### Pooling: forget the place
#
# A convolution answers *where*. Often only *whether* matters. **Pooling** keeps the largest number (or the mean) of a window, or of all places:
# $m = \max_i y_i$. If the pattern moves, the $y_i$ move with it and $m$ stays: **invariance**, made of equivariance. See it in your own function:

# %% tags=["demo"]
pattern = torch.tensor(shifts.PATTERN)
early, late = torch.zeros(2, shifts.LENGTH)
early[3:7], late[14:18] = pattern, pattern
found = {name: conv1d(signal, pattern) for name, signal in {"early": early, "late": late}.items()}
rows = {"early": early, "conv1d of it": found["early"], "late": late, "conv1d of that": found["late"]}
show(
    signals(rows, marks=[3, 14]),
    caption="A signal with a pattern at time 3, your convolution with that pattern as the "
    "kernel, and the same for time 14. The output is largest where the pattern begins, moves "
    "with it, and is otherwise the same.",
    alt="Four signals below each other. The first has a swing up and down at time 3 and the "
    "second its largest peak there; the third and fourth look the same, moved to time 14.",
)
for name, output in found.items():
    print(f"{name}: largest output {output.max():.0f}, at time {output.argmax()}")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 5 · Recurrence: a memory
#
# Read the signal from left to right, and keep a **state** $h_t$, made of the state before and the new input, with the same weights at
# every step:
#
# $$h_t = g(W_h\,h_{t-1} + W_x\,x_t + b) , \qquad h_0 = 0 .$$
#
# **By hand**, with one number as the state, no $g$, and $h_t = \tfrac12 h_{t-1} + x_t$:
#
# | $x$ | $h_1$ | $h_2$ | $h_3$ |
# |---|---|---|---|
# | $(4, 0, 0)$ | $4$ | $2$ | $1$ |
# | $(0, 0, 4)$ | $0$ | $0$ | $4$ |
#
# The last state has heard of *every* input, for signals of any length; but the older the input, the fainter it is, here by $\tfrac12$ a step.
# The order matters: the same inputs in another order give another state. And sharing is there again, over time: delay the signal
# by $s$ steps of silence, and here, where silence leaves the state at 0, the states come $s$ steps later. (With a bias the state has to settle first.)

# %% tags=["demo"]
def states(x):
    h, kept = torch.tensor(0.0), []
    for x_t in x:
        h = 0.5 * h + x_t
        kept.append(h)
    return torch.stack(kept)


print(states(torch.tensor([4.0, 0, 0])), states(torch.tensor([0.0, 0, 4])))
print("delayed by two steps:", states(torch.tensor([0.0, 0, 4, 0, 0])))

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 6 · What can be computed at the same time
#
# Count as one **step** whatever waits for nothing but earlier steps, however many neurons it is. The diagrams of section 2 are counted here, for
# longer signals: the steps to a value that has heard of the whole signal, and the weights that are needed.

# %% tags=["demo"]
print("             dense layer    convolutions, width 3    recurrence, one number")
print("length    steps  weights         steps  weights            steps  weights")
for T in (9, 33, 129):
    d, c, r = (graph.depth for graph in (dense_graph(T), convolution_graph(T, 3), recurrence_graph(T)))
    print(f"{T:6} {d:8} {T * T:8,} {c:13} {3 * c:8} {r:16} {2:8}")

# %% [markdown]
# **Dense:** one step, but $T^2$ weights, no two of them shared, and one fixed length. **Convolution:** all places of a layer at once, few weights, but
# $(T-1)/(K-1)$ layers until the ends of a signal meet: one value of the first layer has heard of $K$ inputs, and each further layer adds $K-1$, so
# $1 + L\,(K-1) = T$ (fewer with pooling in between). **Recurrence:** any length with the same weights, but $T$ steps one
# after the other: $h_{t}$ needs $h_{t-1}$, *even though the whole signal is there*. More hardware doesn't help.
#
# Few steps are no gift by themselves: on one processor, total work counts. They pay off on hardware that computes thousands of sums at
# once. (Strictly, a sum of $n$ products takes steps too, about $\log_2 n$ additions in a row: few next to $T$, and left out. And a recurrence
# *without* a nonlinearity has short cuts; the third exercise for the keen is about them.)

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 7 · Experiment: a place where it has never been seen
#
# **The task.** Noisy signals of 24 numbers hold the pattern $(1, 2, -2, -1)$, or the same upside down. Which? In training it always begins at
# times 0 to 8 (**early**). Then ask about fresh signals where it is early, and about some where it is **late**: at times 12 to 20.

# %% tags=["demo"]
generator = torch.Generator().manual_seed(4)
examples = {}
for name, places in {"early": shifts.EARLY, "late": shifts.LATE}.items():
    drawn, labels = shifts.draw(places, 20, generator)
    examples[f"{name}, upright"] = drawn[labels == 0][0]
    examples[f"{name}, upside down"] = drawn[labels == 1][0]
show(
    signals(examples),
    caption="Four of the signals, made on the spot. The noise has a standard deviation of a "
    "half, the pattern reaches 2.",
    alt="Four noisy signals of 24 numbers. In the upper two the swing is in the left half, in "
    "the lower two in the right.",
)

# %% [markdown] slideshow={"slide_type": "subslide"}
# **Five models**, each a block with a linear *readout* (a last layer without $g$, here of two numbers, one for each answer: the larger one is
# what the model says), trained alike:
#
# | model | between signal and readout |
# |---|---|
# | dense | 12 neurons that see the whole signal |
# | convolution | 7 kernels of width 4; the readout sees their outputs at all places |
# | convolution + pooling | the same; the readout sees only the largest output of each kernel |
# | recurrence | a state of 16 numbers; the readout sees the last state |
# | recurrence + pooling | the same; the readout sees the largest value that each number had at any time |
#
# **Predict first.** For each model: which share of *early* signals will be right, which of *late* ones? Guessing gives 0.5. Write it into
# the next cell (double-click on it), with a reason; then run on. (The cell after it trains all five, in a few seconds.)

# %% [markdown]
# *My prediction:* dense … , convolution … , convolution + pooling … , recurrence … , recurrence + pooling … , because …

# %% tags=["demo"]
runs = {name: shifts.train(make_model, seed=0) for name, make_model in shifts.MODELS.items()}
print("trained on early patterns    parameters   early (seen)   late (never seen)")
for name, run in runs.items():
    print(f"{name:28} {run.parameters:10} {run.seen:14.2f} {run.unseen:19.2f}")

# %% [markdown] slideshow={"slide_type": "subslide"}
# **Three seeds, and both directions.** A *seed* is the number that a random generator starts from: another seed, other first weights and other
# signals. What holds for one only may be luck. Trained on late patterns and asked about early ones, a memory must hold *longer* than it ever had to. In the
# table, "early → late" means trained on early patterns, asked about late ones:

# %% tags=["demo"]
show(
    bars_with_spread({name: row["unseen"] for name, row in measured["early"].items()}, "share right, late", chance=0.5),
    caption="Trained on early patterns, asked about late ones, where no model has seen any. "
    "Each dot is a seed.",
    alt="Five bars: dense and convolution near one half, convolution with pooling near 1, "
    "recurrence between 0.4 and 0.8, recurrence with pooling near 1.",
)
# %% tags=["demo"]
columns = [(trained, asked) for trained in ("early", "late") for asked in ("seen", "unseen")]
lines = [
    "| share right, three seeds | early → early | early → late | late → late | late → early |",
    "|---|---|---|---|---|",
]
for name in shifts.MODELS:
    shares = [" ".join(f"{share:.2f}" for share in measured[trained][name][asked]) for trained, asked in columns]
    lines.append(f"| {name} | {' | '.join(shares)} |")
Markdown("\n".join(lines))

# %% [markdown] slideshow={"slide_type": "subslide"}
# ### What to make of it
#
# **Dense** knows nothing of places where it saw only noise: nothing told its weights what to be. It isn't only weakness: trained on *all*
# places it is right in {{ results.dense_anywhere.unseen | mean | percent }} of the late ones. But it learns each place for itself.
#
# **Convolution alone fails as well!** Did you expect that? Its kernels find the pattern anywhere, but the readout has separate weights for
# every place, and those of the late places were never told what to do. Sharing must reach *all the way*: with **pooling**,
# {{ results.early["convolution + pooling"].parameters }} parameters do what {{ results.early["convolution"].parameters }} can't.
#
# **Recurrence** is the surprise. Trained on early patterns, two seeds of three learn *nothing*, not even about early ones, and five times
# as many training steps don't change that. The last state must carry the answer through 12 to 20 steps of noise, and what corrects the
# weights must come back the same way. Trained on late patterns, all three learn, and two of them even keep the answer for longer than
# they ever had to; the third remembers it wrongly, and does *worse* than guessing. Pooling over time cures it all: nothing has to be
# remembered to the end. Why is memory so hard to learn? That is unit 01's question.
#
# And what did training find? The likest of the seven kernels, beside the pattern:

# %% tags=["demo"]
model = runs["convolution + pooling"].model
kernels = model.convolution.weight[:, 0].detach()  # (7, 4)
likeness = torch.cosine_similarity(kernels, pattern, dim=-1)  # (7,)
best = int(likeness.argmax())
print("pattern, norm 1:", (pattern / pattern.norm()).numpy().round(2))
print("kernel, norm 1: ", (kernels[best] / kernels[best].norm()).numpy().round(2), f" cosine {likeness[best]:.3f}")

signal, _ = shifts.draw(shifts.LATE, 1, generator)
with torch.no_grad():
    ours = model.features(signal)[0, best]  # (21,)
    yours = (conv1d(signal[0], kernels[best]) + model.convolution.bias[best]).clamp(min=0)  # (21,)
print("your conv1d with that kernel gives what the model computes:", torch.allclose(ours, yours, atol=1e-5))

# %% [markdown]
# Nobody told it to copy the pattern. But of all kernels of one norm, noise moves all alike: a sum of independent noises $n_k w_k$ has the variance
# $\sigma^2 \lVert w\rVert^2$. And the pattern $p$ moves the one that looks like it the most, since $p\cdot w \le \lVert p\rVert \lVert w\rVert$, with equality only where
# $w$ points the way of $p$ (Cauchy and Schwarz): a dot product measures likeness. In attention, queries and keys will meet in just such a dot product.

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 8 · Debugging: it trains, so it must be right?
#
# A colleague wrote "convolution + pooling" anew. It learns, and is right about nearly all fresh early signals; so it was shipped. One line
# is wrong. Find it, with the curve of the *loss* (how badly the model does on the signals it is trained on; training makes it smaller step by
# step), the law below it, and a pencil for the shapes.

# %% tags=["demo"]
class Colleagues(shifts.Convolution):
    def __init__(self, channels=7):
        super().__init__(channels)
        self.readout = nn.Linear(21, 2)

    def forward(self, signals):
        features = self.features(signals)  # (N, C, T-K+1)
        strongest = features.amax(dim=1)
        return self.readout(strongest)

# %% tags=["demo"]
rightly_pooled, colleagues = runs["convolution + pooling"], shifts.train(Colleagues, seed=0)
show(
    loss_curves({"section 7": rightly_pooled.losses, "colleague": colleagues.losses}, "loss", "step"),
    caption=f"Training loss of the two models. The colleague's is right about {colleagues.seen:.0%} of "
    f"fresh early signals and {colleagues.unseen:.0%} of late ones.",
    alt="Two loss curves that both fall towards 0, the colleague's more slowly.",
)

# %% [markdown]
# **A law to test with.** With pooling over all places, a pattern without noise must give the *same* outputs wherever it begins, if at least a
# kernel's width of silence surrounds it; hence 4 to 16 in the next cell. This holds for any weights, so it can be tested before training, in a
# millisecond:

# %% tags=["demo"]
silence = torch.zeros(shifts.LENGTH)
moved = torch.stack([silence.scatter(0, start + torch.arange(4), pattern) for start in range(4, 17)])  # (13, 24)
for name, make_model in {"section 7": shifts.PooledConvolution, "colleague": Colleagues}.items():
    with torch.no_grad():
        outputs = make_model()(moved)  # (13, 2), untrained
    print(f"{name:10} an output changes by up to {(outputs - outputs[0]).abs().max():.3f} when the pattern moves")

# %% [markdown]
# <details><summary>The answer: open after you have decided</summary>
#
# `amax(dim=1)` runs over the *kernels* instead of the places: of `(N, C, T-K+1)` the last axis should go. What remains is a number for each
# of 21 places, how strong the strongest kernel is *there* (which is why the readout had to have 21 inputs: a hint in plain sight). So
# every place has readout weights of its own again, and is learnt for itself.
#
# Loss and accuracy looked fine, because the signals they were measured on came from the same places as those in training. **A falling
# loss proves little; a law that must hold for any weights proves much.** The checks of this course are made of such laws.
#
# </details>

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 9 · What they can't do
#
# Each block pays for its strength. The dense layer reaches everything in one step, but learns each place for itself. The convolution
# shares its weights, but reaches $K$ places. The recurrence shares and reaches everything, but step by step, and forgets.
#
# **Is there a block that shares its weights, reaches everything in one step, and takes any length?** There is; it takes this course to build it. First, unit 01
# looks closely at the memory.
#
# ### You will read elsewhere that …
#
# | … | but |
# |---|---|
# | a neuron is a weighted sum | followed by a nonlinearity, without which any number of layers is one |
# | convolution turns the kernel round | in mathematics; networks slide it as it is. A kernel that is learnt would be learnt turned round |
# | convolutional networks are shift-invariant | convolution is shift-*equivariant*; pooling over all places makes invariance; pooling in windows with gaps keeps it only roughly (Zhang 2019), and a readout by place destroys it |
# | recurrent networks ignore order, being a sum over time | they are sensitive to order: section 5's two signals |
# | recurrence was how computers learnt to see | convolution dominated vision; recurrence, language and sound |
# | recurrence is slow because it is much work | its work is small; its steps have to wait |
# | the larger outputs of a softmax are "selected" | every share is positive; it is a soft choice, and only differences of the inputs matter |

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 10 · Self-test
#
# No points, and nothing is recorded. The wrong options are worth opening too.

# %% tags=["demo"]
from autograder.student.quiz import self_test

self_test("questions.yaml")

# %% [markdown] slideshow={"slide_type": "slide"}
# ## 11 · Summary on one screen
#
# | | dense | convolution | recurrence |
# |---|---|---|---|
# | formula | $g(Wx + b)$ | $y_i = \sum_k x_{i+k} w_k$ | $h_t = g(W_h h_{t-1} + W_x x_t + b)$ |
# | shapes | `(B, D_in)` → `(B, D_out)` | `(T,)` → `(T-K+1,)` | `(T,)` → `(T,)` states |
# | sees | everything | $K$ neighbours | the past |
# | shares weights | no | over places | over time |
# | takes any length | no | yes | yes |
# | steps to hear of all $T$ | 1 | $(T-1)/(K-1)$ | $T$ |
# | at the same time | everything | all places of a layer | nothing along time |
#
# **Softmax:** $e^{x_i - m}/\sum_j e^{x_j - m}$ with $m = \max_j x_j$: only differences matter. **Pooling:** equivariance → invariance.
#
# ### Further reading, a word on each
#
# - Goodfellow, Bengio, Courville 2016, [*Deep Learning*](https://www.deeplearningbook.org): chapters 6, 9 and 10 are these three blocks; 4.1 is exercise 1.
# - LeCun et al. 1989, [*Backpropagation applied to handwritten zip code recognition*](https://doi.org/10.1162/neco.1989.1.4.541): shared weights, learnt by gradient.
# - Elman 1990, [*Finding structure in time*](https://doi.org/10.1207/s15516709cog1402_1): what a simple recurrence learns about language.
# - Zhang 2019, [*Making convolutional networks shift-invariant again*](https://arxiv.org/abs/1904.11486): what pooling in windows breaks, and how to mend it.
#
# ### For the keen
#
# 1. Show that no single neuron computes $|x_1 - x_2|$: how often can its output bend along a straight line through the plane?
# 2. What are the derivatives of softmax's outputs by its inputs, and when are they all nearly zero? (Unit 04 depends on it.)
# 3. The recurrence $h_t = \tfrac12 h_{t-1} + x_t$, without a nonlinearity, *is* a convolution. With which kernel? Then compute all $h_t$ in about $\log_2 T$ steps.
# 4. Shift the training signals instead ("augmentation"): run `shifts.train(shifts.Convolution, 0, shifts.Places(0, n))` for growing $n$. From which
#    $n$ on are late patterns recognised, and does anything carry over to places beyond $n$?
