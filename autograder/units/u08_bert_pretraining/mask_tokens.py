"""Choosing and hiding tokens against what the numbers must be, within what chance allows (Devlin et al. 2019, A.1)."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import permutations

import torch
from torch import Tensor

from autograder.judging import expect
from autograder.judging.component import Call, Component, Mistake, Property
from autograder.judging.draws import Draw
from autograder.judging.expect import Mismatch
from autograder.judging.properties import Check
from autograder.judging.subject import Seeded
from autograder.judging.trial import Trial
from autograder.units.u08_bert_pretraining.chance import LIKELY, SIGMAS, far_off, uneven

Shares = tuple[float, float, float]
IGNORED = -100
RATES = {"usual": 0.15, "half": 0.5, "everything": 1.0}
MANY = tuple(RATES)
SMALL = ("small", "one_token", "all_special", "nothing")
AGAIN = 6
KINDS: Shares = (0.8, 0.1, 0.1)
"""Hidden behind [MASK], replaced by a random token, kept."""
WAYS = ("replaced by mask_id", "the same as before", "another token")
CHOSEN = "The label of a chosen token is its original id, also where the token is kept; every other label is -100."


def draw(draw: Draw) -> dict[str, Call]:
    """Thousands of tokens at three rates; a vocabulary of three, where a random id often is the mask's or the old one.

    The ids are never mask_id, and of a larger vocabulary only some occur. Special is any token, whatever its id.
    """

    def call(
        rows: int, width: int, vocabulary: int, specials: float, rate: float | None = None, words: int = 99
    ) -> Call:
        # Neither the first id nor the last, since those are what a random id may miss.
        mask_id = draw.size(1, vocabulary - 2)
        others = torch.tensor([word for word in range(vocabulary) if word != mask_id][:words])
        ids = others[draw.ids(rows, width, high=len(others))]
        special = draw.ids(rows, width, high=1000) < 1000 * specials
        seed = Seeded(draw.size(1, 10**9))
        return Call((ids, special, vocabulary, mask_id, seed), {} if rate is None else {"rate": rate})

    again = {f"again_{i}": call(30, 30, 20, 0.0, 0.5) for i in range(AGAIN)}
    ids, special, vocabulary, mask_id, _ = again["again_0"].args
    return {
        "small": call(2, 5, 30, 0.3, 0.6),
        "one_token": call(1, 1, 30, 0.0, 1.0),
        "all_special": call(3, 40, 12, 1.0, 0.9),
        "nothing": call(3, 40, 12, 0.2, 0.0),
        "usual": call(100, 100, draw.size(40, 60), 0.2),
        "half": call(100, 100, 11, 0.2, 0.5, words=5),
        "everything": call(140, 110, 3, 0.1, 1.0),
        **{
            name: Call((ids, special, vocabulary, mask_id, Seeded(draw.size(1, 10**9))), {"rate": 0.5})
            for name in again
        },
    }


@dataclass(frozen=True)
class Seen:
    """What came of a drawn call, for tokens that aren't special: one entry for each of them."""

    ids: Tensor
    corrupted: Tensor
    labels: Tensor
    mask_id: int
    vocab_size: int

    @property
    def chosen(self) -> Tensor:
        """Which tokens have a label."""
        return self.labels != IGNORED

    def ways(self, among: Tensor) -> tuple[int, int, int]:
        """Of some tokens, how many became the mask, stayed the same, and became another one."""
        masked, same = self.corrupted[among] == self.mask_id, self.corrupted[among] == self.ids[among]
        return int(masked.sum()), int(same.sum()), int((~masked & ~same).sum())


def returned(trial: Trial, name: str) -> tuple[Tensor, Tensor]:
    """The two tensors of a drawn call, if they have the form of ids."""
    ids = trial.calls[name].args[0]
    told = f"Both are new int64 tensors, (B, T) as ids. The call was {said(trial, name)}."
    values = expect.items(trial.result(name), RETURNS, told)
    first, second = (
        expect.tensor(value, what=what, shape=ids.shape, dtype=torch.int64, hint=told)
        for value, what in zip(values, RETURNS, strict=True)
    )
    return first, second


def seen(trial: Trial, name: str) -> Seen:
    """What came of a drawn call."""
    ids, special, vocab_size, mask_id, _ = trial.calls[name].args
    corrupted, labels = returned(trial, name)
    return Seen(ids[~special], corrupted[~special], labels[~special], mask_id, vocab_size)


def said(trial: Trial, name: str) -> str:
    """What a drawn call was."""
    ids, special, vocab_size, mask_id, _ = trial.calls[name].args
    rate = "".join(f", rate={value}" for value in trial.calls[name].kwargs.values())
    return (
        f"mask_tokens(ids of shape {tuple(ids.shape)}, special with {int(special.sum())} True, {vocab_size}, "
        f"{mask_id}, generator{rate})"
    )


def has_the_form(*names: str) -> Check:
    """Two int64 tensors of the ids' shape with ids of the vocabulary."""

    def check(trial: Trial) -> None:
        for name in names:
            corrupted, _ = returned(trial, name)
            vocab_size = trial.calls[name].args[2]
            if not bool(((corrupted >= 0) & (corrupted < vocab_size)).all()):
                largest = f"from {int(corrupted.min())} to {int(corrupted.max())}"
                hint = f"The call was {said(trial, name)}."
                raise Mismatch(what="corrupted", expected=f"ids from 0 to {vocab_size - 1}", actual=largest, hint=hint)

    return check


def labels_what_it_chooses(*names: str) -> Check:
    """Each label is -100 or the original id, and tokens with -100 are what they were."""

    def check(trial: Trial) -> None:
        for name in names:
            found, told = seen(trial, name), f"{CHOSEN} The call was {said(trial, name)}."
            wrong = found.chosen & (found.labels != found.ids)
            if bool(wrong.any()):
                label, old, new = (int(t[wrong][0]) for t in (found.labels, found.ids, found.corrupted))
                raise Mismatch(
                    what=f"the label of a token with id {old}, which became {new}",
                    expected=f"{old}, or -100 if it wasn't chosen",
                    actual=str(label),
                    hint=told,
                )
            changed = ~found.chosen & (found.corrupted != found.ids)
            if bool(changed.any()):
                raise Mismatch(
                    what="tokens that are not special and have the label -100",
                    expected="the same as before, because they weren't chosen",
                    actual=f"{int(changed.sum())} of {int((~found.chosen).sum())} are others",
                    hint=told,
                )

    return check


def spares_specials(*names: str) -> Check:
    """No special token has a label, or is another one afterwards."""

    def check(trial: Trial) -> None:
        for name in names:
            hit = int(touched_specials(trial, name).sum())
            if hit:
                raise Mismatch(
                    what="special tokens that got a label or were changed",
                    expected="none",
                    actual=f"{hit} of {int(trial.calls[name].args[1].sum())}",
                    hint=f"What is True in special is never chosen. The call was {said(trial, name)}.",
                )

    return check


def touched_specials(trial: Trial, name: str) -> Tensor:
    """Which special tokens have a label or are changed."""
    ids, special = trial.calls[name].args[:2]
    corrupted, labels = returned(trial, name)
    touched: Tensor = (labels[special] != IGNORED) | (corrupted[special] != ids[special])
    return touched


def chooses_at_the_rate(trial: Trial) -> None:
    """Of the tokens that aren't special, a share of ``rate`` has a label: nearly, and at rates 0 and 1 exactly."""
    for name, rate in {"nothing": 0.0, **RATES}.items():
        found = seen(trial, name)
        count, n = int(found.chosen.sum()), found.chosen.numel()
        if far_off(count, rate, n):
            raise Mismatch(
                what=f"the share of tokens with a label among {n} that aren't special",
                expected=f"{'about ' if 0 < rate < 1 else ''}{rate:g}",
                actual=f"{count / n:.4f}",
                hint=f"Each token that isn't special is chosen with probability rate, 0.15 unless told otherwise. "
                f"{CHOSEN} The call was {said(trial, name)}.",
            )


def chooses_each_for_itself(trial: Trial) -> None:
    """The numbers chosen vary from call to call, row to row and column to column as those of coins do."""
    counts = {int(seen(trial, f"again_{i}").chosen.sum()) for i in range(AGAIN)}
    if len(counts) == 1:
        raise Mismatch(
            what=f"how many of 900 tokens are chosen in {AGAIN} calls with rate=0.5",
            expected="now more, now fewer than 450",
            actual=f"{counts.pop()} each time",
            hint="Each token is chosen for itself, with its own throw of the dice, not a fixed number of them.",
        )
    ids, special = trial.calls["half"].args[:2]
    chosen = returned(trial, "half")[1] != IGNORED
    for axis, what in ((1, "row"), (0, "column")):
        z = evenness(chosen, ~special, axis)
        if abs(z) > SIGMAS:
            raise Mismatch(
                what=f"how many tokens are chosen in each {what} with rate=0.5",
                expected="numbers that vary as those of as many coins do",
                actual="numbers too much alike" if z < 0 else "many in some, few in others",
                hint="Each token is chosen for itself, with its own throw of the dice: no fixed number of each "
                f"sequence, and no throw for several tokens. The call was {said(trial, 'half')}.",
            )
    if abs(togetherness(chosen, ~special)) > SIGMAS:
        raise Mismatch(
            what="neighbouring tokens",
            expected="chosen independently of each other",
            actual="chosen together more often, or less often, than by chance",
            hint=f"Each token is chosen with its own throw of the dice. The call was {said(trial, 'half')}.",
        )


def evenness(chosen: Tensor, real: Tensor, axis: int) -> float:
    """The chi-squared total of the numbers chosen along an axis, at rate ½, as a normal number."""
    n = real.sum(axis).double()
    k = (chosen & real).sum(axis).double()
    kept = n > 0
    return uneven(float((((k - n / 2) ** 2) / (n / 4))[kept].sum()), int(kept.sum()))


def togetherness(chosen: Tensor, real: Tensor) -> float:
    """How often neighbours in a row agree, at rate ½, as a normal number."""
    pairs = real[:, 1:] & real[:, :-1]
    alike = (chosen[:, 1:] == chosen[:, :-1]) & pairs
    n = int(pairs.sum())
    return (int(alike.sum()) - n / 2) / math.sqrt(n / 4)


def expected_ways(kinds: Shares, vocab_size: int) -> Shares:
    """The shares of the three ways, given those of what is done: a random id may be the mask's or the old one."""
    masked, random, kept = kinds
    return masked + random / vocab_size, kept + random / vocab_size, random * (1 - 2 / vocab_size)


def hides_in_three_ways(trial: Trial) -> None:
    """Of what is chosen, 80 % is masked, 10 % random and 10 % kept, at every rate."""
    for name in ("everything", "half", "usual"):
        found = seen(trial, name)
        n = int(found.chosen.sum())
        shares = expected_ways(KINDS, found.vocab_size)
        for what, count, share in zip(WAYS, found.ways(found.chosen), shares, strict=True):
            if far_off(count, share, n):
                raise Mismatch(
                    what=f"the share of {n} chosen tokens that is {what}",
                    expected=f"about {share:.3f}",
                    actual=f"{count / n:.3f}",
                    hint="Of the chosen tokens 80 % become mask_id, 10 % a random id and 10 % stay; each falls to "
                    "exactly one of the three. A random id is any id of the vocabulary, now and then mask_id or the "
                    f"old one, which is counted in here. The call was {said(trial, name)}.",
                )


def draws_from_the_whole_vocabulary(trial: Trial) -> None:
    """Every id of the vocabulary replaces others, and all do about as often."""
    name = "half"
    found = seen(trial, name)
    for word in range(found.vocab_size):
        others = found.chosen & (found.ids != word)
        if word == found.mask_id:
            continue
        n, count = int(others.sum()), int((found.corrupted[others] == word).sum())
        if far_off(count, KINDS[1] / found.vocab_size, n):
            raise Mismatch(
                what=f"the share of {n} chosen tokens of other ids that became {word}",
                expected=f"about {KINDS[1] / found.vocab_size:.4f}",
                actual=f"{count / n:.4f}",
                hint="A random id is any of 0 … vocab_size - 1, all equally likely, drawn anew for every token. The "
                f"call was {said(trial, name)}.",
            )


def draws_from_the_generator(trial: Trial) -> None:
    """The same seed gives the same result, another one another."""
    call = trial.calls["again_0"]
    first = returned(trial, "again_0")
    again = expect.items(trial.run(call), RETURNS)
    if not all(isinstance(two, Tensor) and torch.equal(one, two) for one, two in zip(first, again, strict=True)):
        raise Mismatch(
            what="two calls with generators of the same seed",
            expected="the same result",
            actual="different ones",
            hint="All randomness comes from the given generator: torch.rand, randint, bernoulli, ... take generator=.",
        )
    if torch.equal(first[1], returned(trial, "again_1")[1]):
        raise Mismatch(
            what="two calls with generators of different seeds",
            expected="other tokens chosen",
            actual="the same",
            hint="The generator is drawn from, and not seeded anew.",
        )


def leaves_its_inputs_alone(trial: Trial) -> None:
    """Neither ids nor special are changed."""
    changed = [what for what, unchanged in inputs_after(trial) if not unchanged]
    if changed:
        raise Mismatch(
            what=changed[0],
            expected="to be unchanged after the call",
            actual="other values in it",
            hint="The batch is masked anew in every epoch: write into a clone.",
        )


def inputs_after(trial: Trial) -> Iterator[tuple[str, bool]]:
    """The names of the two tensors, and whether they are what they were."""
    before, after = trial.calls["half"].args[:2], trial.look_back("half").args[:2]
    for what, old, new in zip(("ids", "special"), before, after, strict=True):
        yield what, isinstance(new, Tensor) and torch.equal(old, new)


def has_the_shares(trial: Trial, name: str, among: Tensor, kinds: Shares) -> bool:
    """Whether of some tokens so many were masked, random and kept, and not as many as should have been."""
    found, n = seen(trial, name), int(among.sum())
    right, wrong = (expected_ways(shares, found.vocab_size) for shares in (KINDS, kinds))
    ways = found.ways(among)
    fits = not any(far_off(count, share, n, LIKELY) for count, share in zip(ways, wrong, strict=True))
    return fits and any(far_off(count, share, n) for count, share in zip(ways, right, strict=True))


def takes_shares_of_all(trial: Trial) -> bool:
    """The ratios are taken of all tokens, where they are those of the chosen or of those that may be chosen."""
    usual, half = seen(trial, "usual"), seen(trial, "half")
    if bool((half.chosen & (half.labels != half.ids)).any()):
        return False
    if bool((~half.chosen & (half.corrupted != half.ids)).any()):
        return True
    n, count = half.ids.numel(), int(half.chosen.sum())
    everyone = int(usual.chosen.sum())
    if not all(far_off(everyone, share, usual.ids.numel(), LIKELY) for share in (0.8, 0.9)):
        return True
    if far_off(count, RATES["half"], n):
        return not far_off(count, RATES["half"] * trial.calls["half"].args[1].numel() / n, n, LIKELY)
    masked, random = (RATES["half"] * share for share in KINDS[:2])
    return has_the_shares(trial, "half", half.chosen, (masked, random, 1 - masked - random))


def touches_specials(trial: Trial) -> bool:
    """Special tokens get labels or are changed, though not all: then it would be the labels that are at fault."""
    touched = touched_specials(trial, "half")
    return bool(touched.any()) and float(touched.double().mean()) < 0.95


def draws_overlap(trial: Trial) -> bool:
    """What is masked, random and kept comes of separate draws, of which the last wins, or of the draw that chose."""
    half, found = seen(trial, "half"), seen(trial, "everything")
    if all_masked(half) and not all_masked(found):
        return True
    everyone, of_half = torch.ones_like(found.chosen), torch.ones_like(half.chosen)
    for order in overlapping():
        if has_the_shares(trial, "everything", everyone, last_wins(order, 1.0)) and (
            has_the_shares(trial, "half", half.chosen, last_wins(order, 1.0))
            or has_the_shares(trial, "half", of_half, last_wins(order, RATES["half"]))
        ):
            return True
    return False


def overlapping() -> Iterator[tuple[tuple[int, float], ...]]:
    """Masking (0), replacing (1) and perhaps keeping (2), each with its probability, in every order."""
    for random in (0.1, 0.5, 0.9):
        for more in ((), ((2, 0.1),), ((2, 0.5),)):
            yield from permutations(((0, 0.8), (1, random), *more))


def last_wins(order: tuple[tuple[int, float], ...], rate: float) -> Shares:
    """The shares that come of one draw for each, of all tokens at that rate, one after the other."""
    shares = [0.0, 0.0, 1.0]
    for kind, probability in order:
        shares = [share * (1 - probability * rate) for share in shares]
        shares[kind] += probability * rate
    return shares[0], shares[1], shares[2]


def all_masked(found: Seen) -> bool:
    """Whether all that is chosen became the mask."""
    return bool(found.chosen.any()) and bool((found.corrupted[found.chosen] == found.mask_id).all())


def labels_what_became(trial: Trial) -> bool:
    """The labels are the ids after the change."""
    found = seen(trial, "half")
    labels, corrupted, ids = (t[found.chosen] for t in (found.labels, found.corrupted, found.ids))
    return torch.equal(labels, corrupted) and not torch.equal(labels, ids)


def writes_into_its_inputs(trial: Trial) -> bool:
    """The ids are others after the call."""
    return not all(unchanged for _, unchanged in inputs_after(trial))


RETURNS = ("corrupted", "labels")
FORM = "returns_two_tensors_like_the_ids"
LABELS = "labels_what_it_chooses_and_leaves_the_rest"
RATE = "chooses_at_the_given_rate"
THREE = "masks_80_replaces_10_and_keeps_10_percent_of_the_chosen"

COMPONENT = Component(
    name="mask_tokens",
    draw=draw,
    returns=RETURNS,
    properties=(
        Property(FORM, 1, has_the_form(*SMALL, *MANY)),
        Property(LABELS, 2, labels_what_it_chooses(*SMALL, *MANY), needs=(FORM,)),
        Property("never_chooses_special_tokens", 1, spares_specials("all_special", *MANY), needs=(FORM,)),
        Property(RATE, 2, chooses_at_the_rate, needs=(LABELS,)),
        Property("chooses_each_token_for_itself", 1, chooses_each_for_itself, needs=(RATE,)),
        Property(THREE, 2, hides_in_three_ways, needs=(RATE,)),
        Property("draws_random_ids_from_the_whole_vocabulary", 1, draws_from_the_whole_vocabulary, needs=(THREE,)),
        Property("draws_from_the_generator", 1, draws_from_the_generator, needs=(FORM,)),
        Property("leaves_its_inputs_alone", 1, leaves_its_inputs_alone, needs=(FORM,)),
    ),
    mistakes=(
        Mistake(
            "ratios-of-all-tokens",
            "A share is taken of the wrong whole. rate is the share of the tokens that aren't special; 80, 10 and 10 % "
            "are shares of those chosen. Of 1000 tokens about 150 are chosen, and about 120 of these masked.",
            shown_by=takes_shares_of_all,
        ),
        Mistake(
            "specials-masked",
            "Special tokens are chosen, too. [CLS], [SEP] and padding say nothing that could be guessed from the "
            "context: exclude what is True in special.",
            shown_by=touches_specials,
        ),
        Mistake(
            "overlapping-draws",
            "The three ways aren't three parts of one draw: a token that was masked is drawn for again, or the draw "
            "that chose a token also decides what becomes of it. Give each chosen token one fresh number between 0 and "
            "1 and cut the interval into three.",
            shown_by=draws_overlap,
        ),
        Mistake(
            "labels-from-corrupted",
            "The labels hold what the tokens became, not what they were, so that the model is to predict [MASK]. Take "
            "the labels from the ids before anything is replaced.",
            shown_by=labels_what_became,
        ),
        Mistake(
            "in-place",
            "The replacement is written into the given ids, which are lost: the next epoch would mask what is masked "
            "already. Work on ids.clone().",
            shown_by=writes_into_its_inputs,
        ),
        Mistake(
            "always-mask",
            "Every chosen token becomes mask_id. In use no text has a [MASK]: a model that also meets 10 % random and "
            "10 % unchanged tokens learns a good vector for every token, not only for the masked ones.",
            shown_by=lambda trial: all_masked(seen(trial, "half")) and all_masked(seen(trial, "everything")),
        ),
    ),
)
