"""What attention costs: time, memory kept for the backward pass, and steps that must wait for one another."""

import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from data.threads import one_thread

Attention = Callable[[Tensor, Tensor, Tensor], object]


@dataclass(frozen=True)
class Cost:
    """One forward pass at one length: the fewest milliseconds, and megabytes (1e6 bytes) kept for the backward pass."""

    length: int
    milliseconds: float
    megabytes: float


def median_milliseconds(
    call: Callable[[], object], repeats: int = 5, clock: Callable[[], float] = time.process_time
) -> float:
    """Return the median time of ``repeats`` calls after one warm-up call.

    The default clock counts this process's CPU time: with one thread, the time on a machine that does nothing else.
    """
    return 1000 * statistics.median(_seconds(call, repeats, clock))


def fewest_milliseconds(
    call: Callable[[], object], repeats: int = 5, clock: Callable[[], float] = time.process_time
) -> float:
    """Return the shortest time of ``repeats`` calls after one warm-up call: what disturbs a call only adds to it."""
    return 1000 * min(_seconds(call, repeats, clock))


def _seconds(call: Callable[[], object], repeats: int, clock: Callable[[], float]) -> list[float]:
    call()
    times = []
    for _ in range(repeats):
        start = clock()
        call()
        times.append(clock() - start)
    return times


def megabytes_for_backward(call: Callable[[], object]) -> float:
    """Return the megabytes (1e6 bytes) of distinct storage that autograd keeps of one call for its backward pass."""
    kept: dict[int, int] = {}

    def keep(tensor: Tensor) -> Tensor:
        storage = tensor.untyped_storage()
        kept[storage.data_ptr()] = storage.nbytes()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        result = call()  # noqa: F841  held until the hooks have seen every tensor, so that no address is used twice
    return sum(kept.values()) / 1e6


def attention_costs(
    attention: Attention, lengths: Iterable[int], num_heads: int = 4, head_width: int = 32, repeats: int = 5
) -> list[Cost]:
    """Measure a self-attention, batch 1, at several lengths, in one thread.

    attention: called with query, key, value, each ``(1, H, T, D_h)`` float32.
    """
    generator = torch.Generator().manual_seed(0)
    costs = []
    for length in lengths:
        qkv = [torch.randn(1, num_heads, length, head_width, generator=generator) for _ in range(3)]
        trainable = [tensor.clone().requires_grad_() for tensor in qkv]
        with one_thread():
            with torch.no_grad():
                milliseconds = fewest_milliseconds(lambda: attention(*qkv), repeats)  # noqa: B023  called at once
            megabytes = megabytes_for_backward(lambda: attention(*trainable))  # noqa: B023  called at once
        costs.append(Cost(length, milliseconds, megabytes))
    return costs


def longest_chain(output: Tensor) -> int:
    """Count the operations on the longest path through the autograd graph that ends in ``output``.

    Operations on one path must wait for one another, whatever the hardware; those on different paths need not.
    """
    root = output.grad_fn
    if root is None:
        raise ValueError("output has no autograd graph: compute it from parameters, outside torch.no_grad()")
    length: dict[object, int] = {}
    stack = [root]
    while stack:
        node = stack[-1]
        before = [parent for parent, _ in node.next_functions if parent is not None]
        waiting = [parent for parent in before if parent not in length]
        if waiting:
            stack.extend(waiting)
        else:
            length[stack.pop()] = 1 + max((length[parent] for parent in before), default=0)
    return length[root]


def lstm_loop(cell: nn.LSTMCell, x: Tensor) -> Tensor:
    """Run an LSTM cell over ``(B, T, D)``, step after step, as its equations say; return the states ``(B, T, H)``."""
    state = None
    outputs = []
    for step in x.unbind(dim=1):
        state = cell(step, state)
        outputs.append(state[0])
    return torch.stack(outputs, dim=1)
