"""A course of two small units in a folder of its own: sources as authors write them."""

from pathlib import Path

from autograder.judging.component import Unit
from autograder.units import load_unit

EARLIER, UNIT = "01-recurrent-networks", "04-multi-head-attention"

HEAD = """# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown] slideshow={"slide_type": "slide"}
# # A unit
#
# Accuracy with one head: {{ results.heads["1"].parameters | fixed }} parameters, $x^{{2}}$.

# %% given="setup"
import torch

from autograder import check

LOW = 0

# %% tags=["demo"]
TRIED = 3
print(torch.arange(TRIED))

"""
CAUSAL = '''# %% exercise="causal_mask"
def causal_mask(length):
    """Let each position see the past."""
    ### BEGIN SOLUTION
    return torch.ones(length, length, dtype=torch.bool).tril(LOW)
    ### END SOLUTION

# %% check="causal_mask"
check("causal_mask")

'''
LOCAL = """# %% exercise="local_mask"
def local_mask(length, window):
    ### BEGIN SOLUTION
    position = torch.arange(length)
    return (position[:, None] - position).abs() <= window
    ### END SOLUTION

# %% check="local_mask"
check("local_mask")
"""
SOURCE = HEAD + CAUSAL + LOCAL
EARLIER_SOURCE = """# %% given="setup"
import json
import math
from dataclasses import dataclass

import torch

SHIFT = 1


@dataclass
class Config:
    size: int = 2


# %% exercise="rnn_cell"
def squash(x):
    return math.tanh(x)


def rnn_cell(x):
    ### BEGIN SOLUTION
    return squash(x) + SHIFT
    ### END SOLUTION

# %% exercise="lstm_cell"
def lstm_cell(x):
    ### BEGIN SOLUTION
    return json.dumps(x)
    ### END SOLUTION
"""


def two_components(name: str) -> Unit:
    """Unit 04 as if it had two components only."""
    real = load_unit(name)
    return Unit(name, (real.component("causal_mask"), real.component("local_mask")))


def write_source(root: Path, text: str = SOURCE, unit: str = UNIT) -> Path:
    path = root / "solutions" / unit / f"{unit}.py"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path
