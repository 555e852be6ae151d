"""The tables of unit 04: accuracy against the number of heads, and what attention costs."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.attention import SDPBackend, sdpa_kernel

from data import costs, heads
from data.threads import one_thread

SOURCES = tuple(Path(__file__).parent / name for name in ("heads.py", "costs.py", "unit04.py"))
SEEDS = (0, 1, 2)
HEADS = (1, 2, 4, 8, 16, 32, 64)
NARROW = 64  # heads: as many as features, so that each has a width of 1
WIDER = ((1, 2), (2, 1))  # D_k and D_v of heads that are wider than D/H
SEQUENCES = (8, 16, 32, 64, 128)
LENGTHS = (128, 256, 512, 1024, 2048, 4096)
WIDTH = 128

Say = Callable[[str], None]


def tables(say: Say) -> dict[str, Any]:
    """Measure everything that unit 04 quotes; about six minutes on one thread."""
    with one_thread():
        task = heads.Task()
        return {
            "recipe": {**asdict(task), **asdict(heads.Recipe())},
            "heads": {str(count): runs_row(heads.TorchAttention, count, task, heads.Recipe(), say) for count in HEADS},
            "wider_heads": {
                f"D_k = {key}, D_v = {value}": runs_row(
                    partial(heads.FreeWidths, key_width=key, value_width=value), NARROW, task, heads.Recipe(), say
                )
                for key, value in WIDER
            },
            "one_head_one_offset": runs_row(heads.TorchAttention, 1, heads.Task(offsets=(-1,)), heads.Recipe(), say),
            "sequences": {
                "attention, 4 heads": sequences_rows(heads.TorchAttention, task, say),
                "convolution, width 7": sequences_rows(heads.Convolution, task, say),
            },
            "attention": attention_rows(LENGTHS),
            "layers": [layer_row(length) for length in LENGTHS],
        }


def runs_row(
    make_layer: heads.MakeAttention, num_heads: int, task: heads.Task, recipe: heads.Recipe, say: Say
) -> dict[str, Any]:
    """Train one model a seed; accuracy is the mean over the offsets, a number a seed."""
    runs = [heads.train(make_layer, num_heads, seed, task, recipe) for seed in SEEDS]
    accuracy = [round(run.mean_accuracy, 4) for run in runs]
    say(f"{num_heads} heads, {task.offsets}, {recipe.sequences} sequences: {accuracy}")
    return {
        "parameters": runs[0].parameters,
        "accuracy": accuracy,
        "accuracy_by_offset": [[round(share, 4) for share in run.accuracy] for run in runs],
        "final_loss": [round(sum(run.losses[-20:]) / 20, 4) for run in runs],
    }


def sequences_rows(make_layer: heads.MakeAttention, task: heads.Task, say: Say) -> dict[str, Any]:
    """Accuracy on fresh sequences against the number of different ones seen in training."""
    return {str(count): runs_row(make_layer, 4, task, heads.Recipe(sequences=count), say) for count in SEQUENCES}


def attention_rows(lengths: Sequence[int]) -> dict[str, list[dict[str, float]]]:
    """Cost of PyTorch's two ways to compute one and the same attention, 4 heads of 32, forward, batch 1."""
    return {
        "step by step": [rounded(cost) for cost in costs.attention_costs(step_by_step, lengths)],
        "fused": [rounded(cost) for cost in costs.attention_costs(F.scaled_dot_product_attention, lengths)],
    }


def step_by_step(query: Tensor, key: Tensor, value: Tensor) -> Tensor:
    """Attention that writes the whole weight matrix to memory."""
    with sdpa_kernel(SDPBackend.MATH):
        return F.scaled_dot_product_attention(query, key, value)


def rounded(cost: costs.Cost) -> dict[str, float]:
    return {"length": cost.length, "milliseconds": round(cost.milliseconds, 2), "megabytes": round(cost.megabytes, 3)}


def layer_row(length: int) -> dict[str, float]:
    """Time and longest chain of dependent operations of whole layers of width 128, forward, batch 1."""
    torch.manual_seed(0)
    x = torch.randn(1, length, WIDTH)
    cell = nn.LSTMCell(WIDTH, WIDTH)
    fused = nn.LSTM(WIDTH, WIDTH, batch_first=True)
    attention = nn.MultiheadAttention(WIDTH, 4, batch_first=True)
    block = nn.TransformerEncoderLayer(WIDTH, 4, 4 * WIDTH, dropout=0.0, batch_first=True)
    timed = {
        "lstm_loop_ms": lambda: costs.lstm_loop(cell, x),
        "fused_lstm_ms": lambda: fused(x),
        "attention_ms": lambda: attention(x, x, x, need_weights=False),
        "transformer_layer_ms": lambda: block(x),
    }
    with torch.no_grad():
        times = {name: round(costs.median_milliseconds(call), 2) for name, call in timed.items()}
    return {
        "length": length,
        "lstm_chain": costs.longest_chain(costs.lstm_loop(cell, x)),
        "attention_chain": costs.longest_chain(attention(x, x, x)[0]),
        **times,
    }
