"""The cost of a self-attention layer against what PyTorch's counter sees in a real one."""

import functools

import torch
from torch import nn
from torch.autograd.graph import Node

from autograder.judging.component import Call, Component, Mistake, Property
from autograder.judging.draws import Draw
from autograder.judging.inprocess import as_number
from autograder.judging.properties import agrees
from autograder.judging.trial import Trial

CALLS = ("drawn", "twice_as_long", "base", "long")


def draw(draw: Draw) -> dict[str, Call]:
    """Drawn sizes, sometimes longer than wide, sometimes wider than long; BERT base's; a count beyond 32 bits."""
    few, many = draw.size(3, 40), draw.size(60, 400)
    length, d_model = draw.choice([(few, many), (many, few)])
    return {
        "drawn": Call((length, d_model)),
        "twice_as_long": Call((2 * length, d_model)),
        "base": Call((512, 768)),
        "long": Call((4096, 768)),
    }


def cost(length: int, d_model: int) -> int:
    """Multiply-accumulates of PyTorch's layer: its two kinds of product, as often as they occur in a small real one."""
    linear, quadratic = occurrences()
    return linear * length * d_model**2 + quadratic * length**2 * d_model


@functools.cache
def occurrences() -> tuple[int, int]:
    """Return how many products cost ``L d^2`` and how many ``L^2 d``, from two counts that differ in the length."""
    short, long = counted(1, 2), counted(2, 2)
    quadratic = (long - 2 * short) // 4
    return (short - 2 * quadratic) // 4, quadratic


def counted(length: int, d_model: int) -> int:
    """Count the multiply-accumulates of all matrix products that autograd records in one pass through the layer."""
    # Not FlopCounterMode: its first use imports torch._dynamo, a second and more in the midst of a check.
    x = torch.zeros(length, d_model, requires_grad=True)
    output, _ = nn.MultiheadAttention(d_model, 1)(x, x, x)
    return sum(map(multiplications, recorded(output.grad_fn)))


def recorded(last: Node | None) -> set[Node]:
    """Return all operations that a result depends on."""
    found: set[Node] = set()
    ahead = [last]
    while ahead:
        node = ahead.pop()
        if node is not None and node not in found:
            found.add(node)
            ahead += [before for before, _ in node.next_functions]
    return found


def multiplications(operation: Node) -> int:
    """Return the multiply-accumulates of an operation: those of a matrix product, 0 of any other."""
    right = getattr(operation, "_saved_mat2", None)
    left = getattr(operation, "_saved_mat1", getattr(operation, "_saved_self", None))
    return 0 if right is None or left is None else int(left.numel() * right.shape[-1])


def shows_no_quadratic_term(trial: Trial) -> bool:
    """At least the maps of query, key and value are counted, and twice the length costs just twice as much."""
    once, twice = (as_number(trial.result(name)) for name in ("drawn", "twice_as_long"))
    if once is None or twice is None:
        return False
    length, d_model = trial.calls["drawn"].args
    return once >= 3 * length * d_model**2 and abs(twice - 2 * once) <= 1e-6 * twice


def shows_times_heads(trial: Trial) -> bool:
    """The answer, or one of its two parts, is a whole number of times too large everywhere."""
    answers = {name: as_number(trial.result(name)) for name in CALLS}
    rights = {name: float(trial.expected(name)) for name in CALLS}
    quadratic = {name: 2.0 * trial.calls[name].args[0] ** 2 * trial.calls[name].args[1] for name in CALLS}
    if any(answer is None for answer in answers.values()):
        return False
    of_all = {(answers[name] or 0) / rights[name] for name in CALLS}
    of_quadratic = {1 + ((answers[name] or 0) - rights[name]) / quadratic[name] for name in CALLS}
    of_linear = {1 + ((answers[name] or 0) - rights[name]) / (rights[name] - quadratic[name]) for name in CALLS}
    return any(_whole_numbers(ratios, least) for ratios, least in ((of_all, 3), (of_quadratic, 2), (of_linear, 2)))


def _whole_numbers(ratios: set[float], most_at_least: int) -> bool:
    """Whether all are numbers of heads: of one layer, or numbers that go with the width of each."""
    whole = all(round(r) >= 1 and abs(r - round(r)) < 1e-6 for r in ratios)
    return whole and max(ratios) > most_at_least - 0.5


COMPONENT = Component(
    name="attention_macs",
    draw=draw,
    oracle=cost,
    returns=("the number of multiply-accumulates",),
    properties=(
        Property(
            "counts_what_pytorch_counts",
            2,
            agrees(
                *CALLS,
                hint="An (m, k) by (k, n) matrix product costs m·k·n multiply-accumulates: list all six of the layer, "
                "two of them with T² in their cost: comparing, and mixing the values.",
            ),
        ),
    ),
    mistakes=(
        Mistake(
            "quadratic-term-lost",
            "Only the linear maps are counted. The scores and the weighted sum are matrix products too, and they are "
            "the ones that grow with the square of the length: double the length and see whether your count more than "
            "doubles.",
            shown_by=shows_no_quadratic_term,
        ),
        Mistake(
            "output-projection-forgotten",
            "Three linear maps are counted, and there are four: what happens to the heads after they have been put "
            "side by side?",
            (lambda length, d_model: (3 * d_model + 2 * length) * length * d_model,),
        ),
        Mistake(
            "times-heads",
            "The cost is multiplied by a number of heads. H heads of width D/H each cost, together, as much as one of "
            "width D: write down the shapes for H = 1 and H = 4.",
            shown_by=shows_times_heads,
        ),
    ),
)
