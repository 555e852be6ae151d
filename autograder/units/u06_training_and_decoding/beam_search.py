"""Beam search with a step whose answers are known, against exhaustive search."""

import math
from collections.abc import Callable, Mapping
from typing import Any

from autograder.judging import expect
from autograder.judging.component import Call, Component, Mistake, Property
from autograder.judging.draws import Draw
from autograder.judging.expect import Mismatch
from autograder.judging.inprocess import as_number
from autograder.judging.properties import Check, leaves_its_inputs_alone
from autograder.judging.subject import Callback
from autograder.judging.trial import Trial
from autograder.units.u02_seq2seq_attention.greedy_decode import whole_numbers
from autograder.units.u06_training_and_decoding.tree import Hypothesis, Ids, Row, Shape, Step, Tree

WIDE = ("wide", "wide_state", "one_token")
ENDED = ("wide", "wide_state")
FORKS = ("two_from_one", "three_wide")
PENALISED = ("penalised", "penalised_and_ended")
MARGIN = 0.05
VOCABULARY, LONGEST = 4, 3


def draw(draw: Draw) -> dict[str, Call]:
    """Small trees that a wide beam holds whole; a fork at which the best path is neither the first nor a single one."""
    penalty = draw.choice([0.6, 0.8, 1.0])

    def wide(tree: Tree, bos: int, max_length: int = LONGEST, penalty: float = 0.0) -> Call:
        return called(tree, bos, draw.size(VOCABULARY**LONGEST, 80), max_length, penalty)

    tree, bos = fork(draw)
    unended = random_tree(draw, never_ends)
    return {
        "greedy": called(tree, bos, 1, 6, 0.0),
        "wide": wide(*random_tree(draw, ends_early)),
        "wide_state": wide(*random_tree(draw, ends_early, shape=lambda rows: rows[:, None])),
        "one_token": wide(*unended, max_length=1),
        "two_from_one": called(tree, bos, 2, 6, 0.0),
        "three_wide": called(tree, bos, 3, 5, 0.0),
        "cut_short": called(tree, bos, 2, 3, 0.0),
        "unended": wide(*unended),
        "penalised": wide(*random_tree(draw, is_longer_than_the_likeliest, penalty), penalty=penalty),
        "penalised_and_ended": wide(*short(draw), penalty=penalty),
    }


def called(tree: Tree, bos: int, beam_size: int, max_length: int, penalty: float) -> Call:
    """One search."""
    args = (Callback(Step(tree, beam_size)), tree.start(), bos, tree.eos_id, beam_size, max_length)
    return Call((*args, penalty) if penalty else args)


def ends_early(best: Ids, likeliest: Ids, eos: int) -> bool:
    """It ends after one word, so that there is room for more."""
    return eos in best and len(best) == 2


def never_ends(best: Ids, likeliest: Ids, eos: int) -> bool:
    """It has no end."""
    return eos not in best


def is_longer_than_the_likeliest(best: Ids, likeliest: Ids, eos: int) -> bool:
    """The penalty makes another one the best."""
    return len(best) > len(likeliest)


def random_tree(
    draw: Draw,
    wanted: Callable[[Ids, Ids, int], bool],
    penalty: float = 0.0,
    shape: Shape = lambda numbers: numbers,
) -> tuple[Tree, int]:
    """A tree whose best sequence is as ``wanted`` and clearly the best, also for who stops as soon as nothing better
    is in sight. Its BOS is very unlikely to come again.
    """
    bos, eos = draw.sizes(2, 0, VOCABULARY - 1)
    beginnings: list[Ids] = [()]
    for _ in range(LONGEST - 1):
        beginnings += [(*ids, token) for ids in beginnings for token in range(VOCABULARY)]
    beginnings = sorted(set(beginnings))
    while True:
        scores = draw.normal(len(beginnings) + 1, VOCABULARY, scale=1.3)
        scores[:, bos] -= 6.0
        rows = [tuple(row) for row in scores.log_softmax(-1).tolist()]
        tempting = tuple(math.log(0.97 if token == (eos + 1) % VOCABULARY else 0.01) for token in range(VOCABULARY))
        tree = Tree(dict(zip(beginnings, rows, strict=False)), rows[-1], tempting, eos, shape=shape)
        found = sorted(tree.hypotheses(LONGEST), key=lambda one: -score(one, penalty))
        (ids, _), *others = found
        clear = all(score(found[0], penalty) - score(other, penalty) > MARGIN for other in others[:1])
        likeliest, _ = max(found, key=lambda one: one[1])
        if clear and wanted(ids, likeliest, eos) and bos not in ids and not (penalty and tempts(tree, found)):
            return tree, bos


def tempts(tree: Tree, found: list[Hypothesis]) -> bool:
    """Whether, before the search is over, a sequence that has ended is ahead of all that have not."""
    for time in range(1, LONGEST):
        ahead = max(total for ids, total in tree.hypotheses(time) if tree.eos_id not in ids)
        if any(total >= ahead for ids, total in found if len(ids) <= time and tree.eos_id in ids):
            return True
    return False


def fork(draw: Draw) -> tuple[Tree, int]:
    """A tree in which the likeliest first token leads to less than the second, of whose followers the second wins.

    EOS is unlikely wherever it doesn't end a planned path, so that it makes no difference what becomes of a hypothesis
    that has ended.
    """
    bos, eos, a, b, c, d, e, f = draw.sizes(8, 0, 7)

    usual = following(draw, 8, {a: 0.22, b: 0.20, d: 0.19, e: 0.17, f: 0.16})
    log_probs = {
        (): following(draw, 8, {a: 0.50, b: 0.41}),
        (a,): following(draw, 8, {c: 0.28, d: 0.24, e: 0.22, f: 0.20}),
        (b,): following(draw, 8, {c: 0.50, d: 0.45}),
        (a, c): following(draw, 8, {eos: 0.90}),
        (b, c): usual,
        (b, d): following(draw, 8, {e: 0.93}),
        (b, d, e): following(draw, 8, {eos: 0.95}),
    }
    return Tree(log_probs, usual, following(draw, 8, {a: 0.97}), eos, floor=math.log(0.08)), bos


def short(draw: Draw) -> tuple[Tree, int]:
    """A tree in which one word and EOS are, with or without a penalty, the best, though a longer one is ahead of them
    until it has to go on.
    """
    bos, eos, a, b = draw.sizes(4, 0, VOCABULARY - 1)
    usual = following(draw, 4, {a: 0.34, b: 0.33, eos: 0.32})
    log_probs = {
        (): following(draw, 4, {a: 0.56, b: 0.40}),
        (a,): following(draw, 4, {a: 0.52, eos: 0.46}),
        (b,): following(draw, 4, {a: 0.48, b: 0.50}),
    }
    return Tree(log_probs, usual, following(draw, 4, {a: 0.97}), eos), bos


def following(draw: Draw, vocabulary: int, likely: Mapping[int, float]) -> tuple[float, ...]:
    """Log-probabilities near the given shares; what isn't given is very unlikely."""
    shares = [0.002 + 0.001 * draw.random.random() for _ in range(vocabulary)]
    for token, share in likely.items():
        shares[token] = share * (1 + 0.01 * draw.random.random())
    return tuple(math.log(share / sum(shares)) for share in shares)


def score(hypothesis: Hypothesis, penalty: float) -> float:
    """The sum over the length to the power of the penalty, EOS counted in both."""
    ids, total = hypothesis
    return float(total / len(ids) ** penalty)


def exhaustive(
    step: Callback,
    state: Any,
    bos_id: int,
    eos_id: int,
    beam_size: int,
    max_length: int,
    length_penalty: float = 0.0,
) -> tuple[list[int], float]:
    """The best of all sequences, which every beam of these calls but that of one holds; of one, the greedy one."""
    tree = of(step)
    everything = [tree.greedy(max_length)] if beam_size == 1 else tree.hypotheses(max_length)
    best = max(everything, key=lambda one: score(one, length_penalty))
    return [token for token in best[0] if token != eos_id], score(best, length_penalty)


def of(step: Callback) -> Tree:
    """The tree behind a call's step."""
    assert isinstance(step.function, Step)
    return step.function.tree


def finds(*names: str, hint: str) -> Check:
    """A pair of the best ids and their score."""

    def check(trial: Trial) -> None:
        for name in names:
            told = f"{hint} The call was {trial.describe(name)}."
            ids, number = expect.items(trial.result(name), ("ids", "score"), told)
            right, best = trial.expected(name)
            if whole_numbers(ids) is None:
                raise Mismatch(what="ids", expected="a list of ints", actual=expect.describe(ids), hint=told)
            expect.equal(whole_numbers(ids), right, what="ids", hint=told)
            expect.number(number, what=f"the score of {right}", expected=best, hint=told, rtol=1e-4)

    return check


def answer(trial: Trial, name: str) -> tuple[list[int], float]:
    """The student's ids and score; ValueError if they are something else."""
    ids, number = trial.result(name)
    tokens, found = whole_numbers(ids), as_number(number)
    if tokens is None or found is None:
        raise ValueError("no ids or no score")
    return tokens, found


def rows(trial: Trial) -> tuple[list[Row], list[Row]]:
    """What step is asked at the fork after the first tokens, without what follows an EOS; and all that it is asked."""
    _, *others = trial.calls["two_from_one"].args
    step = Step(of(trial.calls["two_from_one"].args[0]), others[3])
    trial.run(Call((Callback(step), *others)))
    return [row for row in step.rows[1:] if len(row.fed) > 2 and others[2] not in row.fed], step.rows


def shows_unmoved_states(trial: Trial) -> bool:
    """The two best tokens, which follow the same first one, are taken, but go on from two different states."""
    second = [row for row in rows(trial)[0] if len(row.fed) == 3]
    tree = of(trial.calls["two_from_one"].args[0])
    best = sorted(tree.hypotheses(2), key=lambda one: one[1])[-2:]
    right = sorted(row.token for row in second) == sorted(ids[-1] for ids, _ in best)
    return right and len({row.parent for row in second}) == len(best)


def shows_greed(trial: Trial) -> bool:
    """Every state goes on with its own favourite."""
    asked, everything = rows(trial)
    return bool(asked) and all(_favourite(row, everything) for row in asked)


def _favourite(row: Row, everything: list[Row]) -> bool:
    before = everything[row.parent].log_probs
    return before[row.token] == max(before)


def shows_expansion(trial: Trial) -> bool:
    """The score is that of the best sequence, if EOS ends nothing, wherever this is another one."""
    anything = [best_without_end(trial, name, lambda ids, eos_id: True) for name in ENDED]
    only_eos = [best_without_end(trial, name, only_eos_after_eos) for name in ENDED]
    or_ended = [best_without_end(trial, name, lambda ids, eos_id: True, also_ended=True) for name in PENALISED]
    return any(any(told) and None not in told for told in (anything, only_eos, or_ended))


def only_eos_after_eos(ids: Ids, eos_id: int) -> bool:
    """Whether what comes after an EOS is EOS again and again."""
    return eos_id not in ids or set(ids[ids.index(eos_id) :]) == {eos_id}


def best_without_end(
    trial: Trial, name: str, counts: Callable[[Ids, int], bool], also_ended: bool = False
) -> bool | None:
    """Whether the score is that of EOS ending nothing: None if it is another, False if this would be the right one."""
    step, _, _, eos_id, _, max_length, *penalty = trial.calls[name].args
    power = penalty[0] if penalty else 0.0
    unending = [one for one in of(step).hypotheses(max_length, ends=False) if counts(one[0], eos_id)]
    scores = [score(one, power) for one in unending]
    best = max([*scores, trial.expected(name)[1]] if also_ended else scores)
    if _near(best, trial.expected(name)[1]):
        return False
    return True if _near(answer(trial, name)[1], best) else None


def shows_products(trial: Trial) -> bool:
    """The score is a product of probabilities, or of their logarithms, or of these and an initial 0."""
    names = (*WIDE, *FORKS, "greedy", "cut_short")
    scores = [answer(trial, name)[1] for name in names]
    if not any(scores):
        return True
    wrong = [name for name, found in zip(names, scores, strict=True) if not _near(found, trial.expected(name)[1])]
    return bool(wrong) and all(_is_product(trial, name) for name in wrong)


def _is_product(trial: Trial, name: str) -> bool:
    ids, found = answer(trial, name)
    step, _, _, eos_id, *_ = trial.calls[name].args
    paths = [of(step).sums(path) for path in (ids, [*ids, eos_id])]
    if any(_near(found, sum(sums)) for sums in paths):
        return False
    products = [product for sums in paths for product in (math.exp(sum(sums)), math.prod(sums))]
    return any(_near(abs(found), abs(product)) for product in products)


def _near(found: float, expected: float) -> bool:
    return math.isclose(found, expected, rel_tol=1e-4, abs_tol=1e-9)


COMPONENT = Component(
    name="beam_search",
    draw=draw,
    oracle=exhaustive,
    returns=("ids", "score"),
    properties=(
        Property(
            "a_beam_of_one_is_greedy",
            1,
            finds(
                "greedy",
                hint="With beam_size=1 only the likeliest token survives each step, until EOS, which is not one of the "
                "ids but counts in the score: the sum of all log-probabilities.",
            ),
        ),
        Property(
            "a_beam_as_wide_as_the_tree_finds_the_best_of_all",
            2,
            finds(
                *WIDE,
                hint="This beam has room for every sequence, more than there are tokens to choose from: the likeliest "
                "sequence of all must come out, whether it ends after one token or is still running.",
            ),
        ),
        Property(
            "hypotheses_of_one_parent_compete_with_those_of_all_others",
            3,
            finds(
                *FORKS,
                hint="Of all continuations of all hypotheses the beam_size best survive, and two may come from the "
                "same parent, whose state both take along.",
            ),
            needs=("a_beam_of_one_is_greedy",),
        ),
        Property(
            "what_has_not_ended_competes_and_max_length_counts_eos",
            1,
            finds(
                "unended",
                "cut_short",
                hint="After max_length tokens, EOS among them, the search is over; a hypothesis that has not ended by "
                "then is worth its sum like the others.",
            ),
            needs=("a_beam_of_one_is_greedy",),
        ),
        Property(
            "divides_by_the_length_to_the_power_of_the_penalty",
            2,
            finds(
                *PENALISED,
                hint="score = (sum of log-probabilities) / length^length_penalty, with EOS counted in both. Sequences "
                "that have ended are compared by this score with those that have not.",
            ),
            needs=("a_beam_as_wide_as_the_tree_finds_the_best_of_all",),
        ),
        Property(
            "leaves_its_inputs_alone",
            1,
            leaves_its_inputs_alone("wide_state", "two_from_one"),
            needs=("a_beam_of_one_is_greedy",),
        ),
    ),
    mistakes=(
        Mistake(
            "state-not-reordered",
            "The tokens that survive come from several parents, but the states stay where they were, so that a "
            "hypothesis goes on with the memory of another. Which row of the state does each survivor belong to?",
            shown_by=shows_unmoved_states,
        ),
        Mistake(
            "finished-expanded",
            "A hypothesis goes on after its EOS. What step says after EOS means nothing: whatever has ended keeps its "
            "ids and its score, and nothing is added to either.",
            shown_by=shows_expansion,
        ),
        Mistake(
            "probabilities-multiplied",
            "The score is a product. step returns logarithms: log-probabilities of independent steps are added, "
            "starting from 0, and the score is the logarithm of the sequence's probability, never positive.",
            shown_by=shows_products,
        ),
        Mistake(
            "greedy-per-beam",
            "Every hypothesis goes on with its own best token only. The beam_size best of all continuations survive: "
            "from a good parent two or more, from a bad one none.",
            shown_by=shows_greed,
        ),
    ),
)
