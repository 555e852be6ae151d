"""Greedy decoding with a step that follows a script."""

from typing import Any

import torch
from torch import Tensor

from autograder.judging import expect
from autograder.judging.component import Call, Component, Mistake, Property
from autograder.judging.draws import Draw
from autograder.judging.expect import Mismatch
from autograder.judging.properties import Check, leaves_its_inputs_alone
from autograder.judging.subject import Callback
from autograder.judging.trial import Trial
from autograder.units.u02_seq2seq_attention.script import (
    Recorder,
    Script,
    Shape,
    nested_state,
    pair_state,
    tensor_state,
)

CALLS = ("some_end", "state_is_a_pair", "state_is_nested", "one_sentence", "all_end_early", "one_step", "none_ends")
LONGEST = 12


def draw(draw: Draw) -> dict[str, Call]:
    """Scripts in which sentences end at once, on the way, or never; states of every form; room for one step."""
    bos, eos, vocabulary = *draw.sizes(2, 0, 9), draw.size(11, 14)

    def call(ends: list[int | None], max_length: int, state: Shape) -> Call:
        rows = [row(draw, end, vocabulary, (bos, eos)) for end in ends]
        script = Script(tuple(rows), vocabulary, bos, eos, state)
        return Call((Callback(script), script.start(), bos, eos, max_length))

    steps = draw.size(6, 9)
    some = [0, 2, None, draw.size(3, steps - 2), steps - 1]
    draw.random.shuffle(some)
    return {
        "some_end": call(some, steps, tensor_state),
        "state_is_a_pair": call([1, 4, 2], steps, pair_state),
        "state_is_nested": call([3, None], steps, nested_state),
        "one_sentence": call([draw.size(2, 4)], steps, pair_state),
        "all_end_early": call([2, 1, 3], steps, tensor_state),
        "one_step": call([0, None, 1], 1, pair_state),
        "none_ends": call([None, None, None], steps, nested_state),
    }


def row(draw: Draw, end: int | None, vocabulary: int, special: tuple[int, int]) -> tuple[int, ...]:
    """Random tokens, of which the one at ``end`` is EOS and no two neighbours are alike."""
    bos, eos = special
    tokens: list[int] = []
    for time in range(LONGEST):
        before = tokens[-1] if tokens else bos
        others = [token for token in range(vocabulary) if token not in (bos, eos, before)]
        tokens.append(eos if time == end else draw.choice(others))
    return tuple(tokens)


def scripted(step: Callback, state: Any, bos_id: int, eos_id: int, max_length: int) -> list[list[int]]:
    """What the script says."""
    return of(step).until_end(max_length)


def of(step: Callback) -> Script:
    """The script behind a call's step."""
    script = step.function
    assert isinstance(script, Script)
    return script


def decodes(*names: str) -> Check:
    """A list of B lists of ids that are the script's; an id may be an int or an integer tensor."""

    def check(trial: Trial) -> None:
        for name in names:
            found, expected = trial.result(name), trial.expected(name)
            told = (
                "Each step gets the tokens chosen in the last one and the state that it returned; EOS ends a sentence, "
                "and neither it nor BOS is one of its ids. "
                f"The call was {trial.describe(name)}."
            )
            if not isinstance(found, (list, tuple)) or len(found) != len(expected):
                whole = f"a list of {len(expected)} lists of ids"
                raise Mismatch(what="the decoded ids", expected=whole, actual=expect.describe(found), hint=told)
            for number, (ids, right) in enumerate(zip(found, expected, strict=True)):
                what = f"the ids of sentence {number}"
                if whole_numbers(ids) is None:
                    raise Mismatch(what=what, expected="a list of ints", actual=expect.describe(ids), hint=told)
                expect.equal(whole_numbers(ids), right, what=what, hint=told)

    return check


def whole_numbers(ids: Any) -> list[int] | None:
    """The ids as ints, or None if they are anything else than a list of whole numbers."""
    if isinstance(ids, Tensor):
        return ids.tolist() if ids.dim() == 1 and ids.dtype in (torch.int64, torch.int32) else None
    if not isinstance(ids, (list, tuple)):
        return None
    flat = [token.item() if isinstance(token, Tensor) and token.dim() == 0 else token for token in ids]
    return [int(token) for token in flat] if all(type(token) is int for token in flat) else None


def asks_no_more_steps_than_it_needs(trial: Trial) -> None:
    """The last step is the one in which the last sentence ends, or the max_length-th."""
    for name in ("some_end", "all_end_early", "state_is_a_pair", "one_step"):
        recorder, max_length = recorded(trial, name)
        needed = recorder.script.steps_needed(max_length)
        if len(recorder.states) > needed:
            raise Mismatch(
                what=f"the number of calls of step with max_length={max_length} and sentences of the lengths "
                f"{[len(ids) for ids in recorder.script.until_end(max_length)]}",
                expected=str(needed),
                actual=str(len(recorder.states)),
                hint="Stop as soon as every sentence has ended, and after max_length calls in any case.",
            )


def recorded(trial: Trial, name: str) -> tuple[Recorder, int]:
    """What step was called with, and max_length, for a drawn call."""
    step, *others, max_length = trial.calls[name].args
    recorder = Recorder(of(step))
    trial.run(Call((Callback(recorder), *others, max_length)))
    return recorder, max_length


def answers(trial: Trial, name: str) -> list[tuple[list[int], list[int]]]:
    """Each sentence as the student decoded it, and as it should be; ValueError if these are not B lists of ids."""
    value = trial.result(name)
    rows = [whole_numbers(ids) for ids in (value.tolist() if isinstance(value, Tensor) else value)]
    found = [ids for ids in rows if ids is not None]
    return list(zip(found, trial.expected(name), strict=True))


def eos(trial: Trial, name: str) -> int:
    """A drawn call's EOS."""
    return int(trial.calls[name].args[3])


def shows_eos_ignored(trial: Trial) -> bool:
    """Every sentence begins as it should, and some go on with words after their EOS."""
    longest, eos_id = trial.calls["some_end"].args[-1], eos(trial, "some_end")
    behind = [found[len(right) :] for found, right in begun(trial) if len(right) < longest]
    return any(set(words) - {eos_id} for words in behind)


def shows_first_end_stops_all(trial: Trial) -> bool:
    """All sentences are cut where the first one ends (or one step later)."""
    return all(
        any(cut_at(extra, answers(trial, name), eos(trial, name)) for extra in (0, 1))
        for name in ("state_is_a_pair", "all_end_early")
    )


def cut_at(extra: int, pairs: list[tuple[list[int], list[int]]], eos_id: int) -> bool:
    """Whether every sentence, without its EOS, has at most ``extra`` words more than the shortest one should."""
    shortest = min(len(right) for _, right in pairs)
    return all([token for token in found if token != eos_id] == right[: shortest + extra] for found, right in pairs)


def shows_stuck_state(trial: Trial) -> bool:
    """Step is given the first state again and again, or a part of it."""
    return recorded(trial, "none_ends")[0].stuck()


def shows_eos_included(trial: Trial) -> bool:
    """Every sentence is as it should be, but for EOS behind some."""
    behind = [found[len(right) :] for found, right in begun(trial)]
    return any(behind) and all(set(words) <= {eos(trial, "some_end")} for words in behind)


def begun(trial: Trial) -> list[tuple[list[int], list[int]]]:
    """The answers where some sentences end; ValueError unless each begins as it should."""
    pairs = answers(trial, "some_end")
    if any(found[: len(right)] != right for found, right in pairs):
        raise ValueError("other words")
    return pairs


COMPONENT = Component(
    name="greedy_decode",
    draw=draw,
    oracle=scripted,
    returns=("the decoded ids",),
    properties=(
        Property(
            "decodes_every_sentence_up_to_its_end",
            3,
            decodes(*CALLS),
        ),
        Property(
            "stops_when_all_have_ended",
            1,
            asks_no_more_steps_than_it_needs,
            needs=("decodes_every_sentence_up_to_its_end",),
        ),
        Property(
            "leaves_its_inputs_alone",
            1,
            leaves_its_inputs_alone("state_is_nested"),
            needs=("decodes_every_sentence_up_to_its_end",),
        ),
    ),
    mistakes=(
        Mistake(
            "eos-ignored",
            "Sentences go on after their EOS. Others in the batch may still be running, so step goes on being called, "
            "but what it says for a sentence that has ended is not part of it.",
            shown_by=shows_eos_ignored,
        ),
        Mistake(
            "first-eos-stops-batch",
            "The whole batch stops when the first sentence ends. Decode a short and a long sentence together: the long "
            "one must come out as it does alone. Which of any and all do you need?",
            shown_by=shows_first_end_stops_all,
        ),
        Mistake(
            "state-not-carried",
            "Step gets the first state in every step, so it forgets what it has said. It returns a new state along "
            "with the logits: where does yours go?",
            shown_by=shows_stuck_state,
        ),
        Mistake(
            "eos-included",
            "EOS is part of the ids that are returned. It says that the sentence has ended and is not one of its "
            "words; BOS isn't one either.",
            shown_by=shows_eos_included,
        ),
    ),
)
