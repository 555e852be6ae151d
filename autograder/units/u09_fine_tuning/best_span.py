"""The best answer span against all pairs of a start and an end (Devlin et al. 2019, section 4.2)."""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from autograder.judging import expect
from autograder.judging.component import Call, Component, Mistake, Property
from autograder.judging.draws import Draw
from autograder.judging.expect import Mismatch
from autograder.judging.properties import Check, leaves_its_inputs_alone
from autograder.judging.trial import Trial

Span = tuple[int, int]
Legal = Callable[[int, int, Sequence[bool], int], bool]

EASY = ("peaks_fit", "one_word")
CROSSED = ("crossed", "crossed_far", "crossed_or_too_far")
LENGTHS = ("too_far_apart", "one_too_long", "just_short_enough", "one_word_allowed")
OUTSIDE = ("peaks_in_the_question", "start_in_the_question", "end_after_the_context")
CHANCE = ("random", "random_short", "random_any", "float64")
CALLS = (*EASY, *CROSSED, *LENGTHS, *OUTSIDE, *CHANCE)
CLEAR = 0.05


def draw(draw: Draw) -> dict[str, Call]:
    """A question, a context, padding; peaks that fit, cross, are far apart or lie outside; and chance."""
    question, context, after = draw.size(3, 4), draw.size(9, 11), draw.size(2, 3)
    length = question + context + after
    limit = draw.size(3, 4)
    first, last = question, question + context - 1
    mask = (torch.arange(length) >= first) & (torch.arange(length) <= last)

    def noise(scale: float = 0.3, dtype: torch.dtype = torch.float32) -> Tensor:
        return draw.normal(length, dtype=dtype, scale=scale)

    def peaks(start: int, end: int, max_answer: int = limit, seen: Tensor = mask) -> Call:
        def made() -> Call:
            logits = noise(), noise()
            logits[0][start] += 8.0
            logits[1][end] += 8.0
            return Call((*logits, seen, max_answer))

        return clear(made)

    def crossed_or_too_far() -> Call:
        logits = noise(), noise()
        logits[0][middle] += 8.0
        logits[1][middle - 1] += 8.0
        logits[1][last] += 10.0
        return Call((*logits, mask, limit))

    def chance(max_answer: int, seen: Tensor = mask, dtype: torch.dtype = torch.float32) -> Call:
        return clear(lambda: Call((noise(2.0, dtype), noise(2.0, dtype), seen, max_answer)))

    only = torch.arange(length) == draw.size(first, last)
    middle = draw.size(first + 1, first + 3)
    low = -1e4 * mask + 1e4 * ~mask
    return {
        "peaks_fit": peaks(middle, middle + limit - 2),
        "one_word": peaks(middle, middle),
        "crossed": peaks(middle + limit - 2, middle - 1 + (limit == 3)),
        "crossed_far": peaks(last, first),
        "crossed_or_too_far": clear(crossed_or_too_far),
        "too_far_apart": peaks(first, last),
        "one_too_long": peaks(middle, middle + limit),
        "just_short_enough": peaks(middle, middle + limit - 1),
        "one_word_allowed": chance(1),
        "longer_than_all": chance(length + 3),
        "peaks_in_the_question": peaks(0, question - 1),
        "start_in_the_question": peaks(question - 1, question),
        "end_after_the_context": peaks(last, last + 1),
        "only_one_word_of_context": Call((noise(), noise(), only, limit)),
        "all_is_context": chance(limit, torch.ones(length, dtype=torch.bool)),
        "random": chance(limit),
        "random_short": chance(2),
        "random_any": chance(context),
        "float64": chance(limit, dtype=torch.float64),
        "large_scores": clear(lambda: Call((low + noise(100.0), low + noise(100.0), mask, limit)), 2.0),
    }


def legal(start: int, end: int, mask: Sequence[bool], limit: int) -> bool:
    """In order, in the context, and short enough."""
    return start <= end < start + limit and mask[start] and mask[end]


def clear(made: Callable[[], Call], margin: float = CLEAR) -> Call:
    """A call whose best span, and best pair without any rule, are clearly better than the second best."""
    while True:
        call = made()
        start, end, mask, limit = call.args
        sums, places = (start[:, None] + end).double(), torch.arange(len(mask))
        distance = places - places[:, None]
        allowed = (distance >= 0) & (distance < limit) & mask & mask[:, None]
        if all(len(x) < 2 or bool(x[0] - x[1] > margin) for x in (top(sums[allowed]), top(start), top(end))):
            return call


def top(scores: Tensor) -> Tensor:
    """The largest two."""
    return scores.flatten().topk(min(2, scores.numel())).values


def pairs(allowed: Legal = legal) -> Callable[[Tensor, Tensor, Tensor, int], Span]:
    """The best of all pairs that are allowed, one after the other."""

    def best(start_logits: Tensor, end_logits: Tensor, context_mask: Tensor, max_answer: int) -> Span:
        starts, ends, places = start_logits.tolist(), end_logits.tolist(), range(len(start_logits))
        seen = context_mask.tolist()
        candidates = [(s, e) for s in places for e in places if allowed(s, e, seen, max_answer)]
        return max(candidates, key=lambda span: starts[span[0]] + ends[span[1]])

    return best


def start_first(start_logits: Tensor, end_logits: Tensor, context_mask: Tensor, max_answer: int) -> Span:
    """The best start, then the best end that fits it."""
    start = int(start_logits.masked_fill(~context_mask, -torch.inf).argmax())
    fits = [end for end in range(len(end_logits)) if legal(start, end, context_mask.tolist(), max_answer)]
    return start, max(fits, key=lambda end: float(end_logits[end]))


def end_first(start_logits: Tensor, end_logits: Tensor, context_mask: Tensor, max_answer: int) -> Span:
    """The best end, then the best start that fits it."""
    end = int(end_logits.masked_fill(~context_mask, -torch.inf).argmax())
    fits = [start for start in range(len(end_logits)) if legal(start, end, context_mask.tolist(), max_answer)]
    return max(fits, key=lambda start: float(start_logits[start])), end


def span_of(trial: Trial, name: str) -> tuple[int, int]:
    """The two ints that came back."""
    start, end = expect.items(trial.result(name), ("start", "end"), told(trial, name))
    for what, value in (("start", start), ("end", end)):
        if isinstance(value, bool) or not isinstance(value, int):
            hint = f"Python's ints: what turns a tensor of one number into one? {told(trial, name)}"
            raise Mismatch(what=what, expected="an int", actual=expect.describe(value), hint=hint)
    return start, end


def told(trial: Trial, name: str) -> str:
    """What a drawn call was."""
    start, end, mask, limit = trial.calls[name].args
    inside = mask.nonzero().flatten().tolist()
    return (
        f"The call was with {len(mask)} tokens, of which {inside[0]} to {inside[-1]} are context, max_answer={limit}, "
        f"the largest start_logits at {int(start.argmax())} and the largest end_logits at {int(end.argmax())}."
    )


def finds(*names: str, hint: str) -> Check:
    """The span is the best of all legal ones."""

    def check(trial: Trial) -> None:
        for name in names:
            found, right = span_of(trial, name), trial.expected(name)
            if found != right:
                raise Mismatch(
                    what="(start, end)",
                    expected=str(right),
                    actual=str(found),
                    hint=f"{hint} {told(trial, name)}",
                )

    return check


COMPONENT = Component(
    name="best_span",
    draw=draw,
    oracle=pairs(),
    returns=("start", "end"),
    properties=(
        Property(
            "finds_peaks_that_fit",
            1,
            finds(*EASY, hint="The score of a span is start_logits[start] + end_logits[end]; end is its last word."),
        ),
        Property(
            "never_ends_before_it_starts",
            2,
            finds(
                *CROSSED,
                hint="start ≤ end. If the best start and the best end don't fit, the best pair may use neither.",
            ),
            needs=("finds_peaks_that_fit",),
        ),
        Property(
            "is_no_longer_than_allowed",
            2,
            finds(
                *LENGTHS, hint="end < start + max_answer: with max_answer=1 start and end are one and the same word."
            ),
            needs=("finds_peaks_that_fit",),
        ),
        Property(
            "stays_inside_the_context",
            2,
            finds(
                *OUTSIDE,
                "only_one_word_of_context",
                hint="Both ends are tokens at which context_mask is True: not in the question, not in the padding.",
            ),
            needs=("finds_peaks_that_fit",),
        ),
        Property(
            "finds_the_best_of_all",
            1,
            finds(*CHANCE, "longer_than_all", "all_is_context", hint="The largest sum over all legal pairs."),
            needs=("never_ends_before_it_starts", "is_no_longer_than_allowed", "stays_inside_the_context"),
        ),
        Property(
            "works_for_scores_of_ten_thousand",
            1,
            finds("large_scores", hint="What is illegal must lose against any legal score, even one of -20000."),
            needs=("stays_inside_the_context",),
        ),
        Property("leaves_its_inputs_alone", 1, leaves_its_inputs_alone("peaks_in_the_question", "random")),
    ),
    mistakes=(
        Mistake(
            "end-before-start",
            "The span may end before it starts. Draw the pairs as a table, start down and end across: which triangle "
            "of it is legal?",
            (
                pairs(lambda s, e, mask, limit: e < s + limit and mask[s] and mask[e]),
                pairs(lambda s, e, mask, limit: abs(e - s) < limit and mask[s] and mask[e]),
            ),
            calls=CALLS,
        ),
        Mistake(
            "independent-argmax",
            "Start and end are chosen one without the other. The likeliest start and the likeliest end need not make "
            "a span together: look for the pair with the largest sum among all that do.",
            (
                pairs(lambda s, e, mask, limit: mask[s] and mask[e]),
                pairs(lambda s, e, mask, limit: True),
                start_first,
                end_first,
            ),
            calls=CALLS,
        ),
        Mistake(
            "question-included",
            "The span may lie in the question or in the padding. The model gives every token a score; an answer is "
            "made of tokens at which context_mask is True.",
            (pairs(lambda s, e, mask, limit: s <= e < s + limit),),
            calls=CALLS,
        ),
        Mistake(
            "too-long",
            "The span may be longer than max_answer tokens. From start to end, both included, are end - start + 1 of "
            "them.",
            (
                pairs(lambda s, e, mask, limit: s <= e and mask[s] and mask[e]),
                pairs(lambda s, e, mask, limit: s <= e <= s + limit and mask[s] and mask[e]),
            ),
            calls=CALLS,
        ),
    ),
)
