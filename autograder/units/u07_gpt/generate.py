"""Sampling from a model whose logits are a table, so that every appended token can be held against what it says."""

import math
from collections import Counter
from typing import Any

import torch
from torch import Tensor

from autograder.judging import expect
from autograder.judging.component import Call, Component, Given, Mistake, Property
from autograder.judging.draws import Draw
from autograder.judging.expect import Mismatch
from autograder.judging.fixtures import Scripted
from autograder.judging.properties import Check
from autograder.judging.subject import COMPONENT as STUDENTS
from autograder.judging.subject import Seeded, StudentError
from autograder.judging.trial import Trial
from autograder.units.u07_gpt.filter_logits import filtered

MODEL = "autograder.judging.fixtures.Scripted"
GREEDY = ("within_the_context", "one_sequence")
CROPPED = ("beyond_the_context", "prompt_as_long", "longer_prompt")
MANY = 1500
SIGMAS = 6.5
SHARES = (0.45, 0.30, 0.15, 0.10)
FREQUENCIES = ("unfiltered", "cold", "top_two", "nucleus")


def draw(draw: Draw) -> dict[str, Call]:
    """Prompts shorter and longer than the context; with top_k=1 nothing is random; many sequences for frequencies."""
    vocabulary, max_length = draw.size(5, 7), draw.size(5, 6)
    histories = vocabulary * 5 + 2

    def call(batch: int, length: int, steps: int, telltale: bool = False, **filters: Any) -> Call:
        table = torch.stack([draw.permutation(vocabulary) * 1.0 for _ in range(histories)])
        model = Given(MODEL, (table, max_length, telltale))
        ids = draw.ids(batch, length, high=vocabulary)
        return Call((model, ids, steps, Seeded(draw.size(1, 10**6))), filters)

    def sampled(**filters: Any) -> Call:
        order = draw.permutation(4)
        at_the_last, at_the_others = (torch.tensor(shares)[order].log() for shares in (SHARES, SHARES[::-1]))
        model = Given(MODEL, (torch.stack([at_the_others, at_the_last]), 4))
        prompt = torch.tensor(draw.choice([[0, 2, 1], [2, 1, 3], [0, 1, 3]]))
        return Call((model, prompt.repeat(MANY, 1), 1, Seeded(draw.size(1, 10**6))), filters)

    return {
        "within_the_context": call(3, 2, max_length - 2, top_k=1),
        "one_sequence": call(1, 1, 3, top_k=1),
        "beyond_the_context": call(2, 3, max_length + 2, top_k=1),
        "prompt_as_long": call(2, max_length, 3, top_k=1),
        "longer_prompt": call(2, max_length + 3, 2, top_k=1),
        "unwatched": call(2, 2, 2, telltale=True, top_k=1),
        "unfiltered": sampled(),
        "cold": sampled(temperature=0.5),
        "top_two": sampled(top_k=2),
        "nucleus": sampled(top_p=0.6),
        "free": call(40, 2, 4),
    }


def told(trial: Trial, name: str) -> str:
    """What a drawn call was."""
    call = trial.calls[name]
    model, ids, steps, _ = call.args
    filters = "".join(f", {name}={value}" for name, value in call.kwargs.items())
    return (
        f"The call was generate(model, ids of shape {tuple(ids.shape)}, steps={steps}, generator{filters}) with a "
        f"model of max_length={model.args[1]}."
    )


def continued(trial: Trial, name: str, found: Any) -> Tensor:
    """The ids that came out, if they are the given ones and ``steps`` more."""
    _, ids, steps, _ = trial.calls[name].args
    batch, length = ids.shape
    text = told(trial, name)
    hint = f"The prompt and one more token for every step, for every sequence. {text}"
    tokens = expect.tensor(found, what="the ids", shape=(batch, length + steps), dtype=torch.int64, hint=hint)
    if not torch.equal(tokens[:, :length], ids):
        raise Mismatch(
            what=f"the first {length} ids",
            expected="the given ones",
            actual="others",
            hint=f"Only the context that the model gets is cropped; what is returned begins with the prompt. {text}",
        )
    vocabulary = model_of(trial, name).get_buffer("table").shape[1]
    if not bool(((tokens >= 0) & (tokens < vocabulary)).all()):
        raise Mismatch(what="the ids", expected=f"0 to {vocabulary - 1}", actual=expect.describe(tokens), hint=text)
    return tokens


def model_of(trial: Trial, name: str) -> Scripted:
    """The model of a drawn call, on the judge's side."""
    return Scripted(*trial.calls[name].args[0].args[:2])


def said(trial: Trial, name: str, tokens: Tensor, position: int) -> Tensor:
    """For every appended token (B, steps), the likeliest after the context before it, at a position of its logits."""
    model, (_, ids, steps, _) = model_of(trial, name), trial.calls[name].args
    places = range(ids.shape[1], ids.shape[1] + steps)
    contexts = [tokens[:, max(0, place - model.max_length) : place] for place in places]
    return torch.stack([model(context)[:, position].argmax(-1) for context in contexts], dim=1)


def appends_what_the_model_says(*names: str, hint: str) -> Check:
    """With top_k=1 every appended token is the likeliest after the context before it."""

    def check(trial: Trial) -> None:
        for name in names:
            _, ids, steps, _ = trial.calls[name].args
            tokens = continued(trial, name, trial.result(name))
            appended, expected = tokens[:, ids.shape[1] :], said(trial, name, tokens, -1)
            wrong = (appended != expected).nonzero().tolist()
            if wrong:
                row, step = wrong[0]
                raise Mismatch(
                    what=f"token {step + 1} of {steps} appended to sequence {row}",
                    expected=f"{int(expected[row, step])}, the likeliest at the last position",
                    actual=str(int(appended[row, step])),
                    hint=f"{hint} {told(trial, name)}",
                )

    return check


def samples_in_proportion(*names: str) -> Check:
    """Each token comes as often as its probability after the filters says, within what chance allows."""

    def check(trial: Trial) -> None:
        for name in names:
            tokens = continued(trial, name, trial.result(name))
            shares = probabilities(trial, name)
            counts = Counter(tokens[:, -1].tolist())
            for token, share in enumerate(shares):
                often = counts[token] / MANY
                if abs(often - share) > SIGMAS * math.sqrt(share * (1 - share) / MANY):
                    raise Mismatch(
                        what=f"the share of token {token} among {MANY} sampled after one and the same prompt",
                        expected=f"about {share:.3f}",
                        actual=f"{often:.3f}",
                        hint="The probabilities are the softmax of the filtered logits at the last position; filters "
                        f"such as temperature=... go to filter_logits. {told(trial, name)}",
                    )

    return check


def probabilities(trial: Trial, name: str) -> list[float]:
    """The distribution that the appended token has."""
    call = trial.calls[name]
    logits = model_of(trial, name)(call.args[1][:1])[0, -1]
    shares: list[float] = filtered(logits, **call.kwargs).softmax(-1).tolist()
    return shares


def draws_from_the_generator(trial: Trial) -> None:
    """The same seed gives the same tokens, another one others."""
    call = trial.calls["free"]
    model, ids, steps, _ = call.args
    first, again = (continued(trial, "free", trial.run(call)) for _ in range(2))
    other = continued(trial, "free", trial.run(Call((model, ids, steps, Seeded(10**6 + 1)))))
    text = told(trial, "free")
    if not torch.equal(first, again):
        raise Mismatch(
            what="two generations with generators of the same seed",
            expected="the same tokens",
            actual="different ones",
            hint=f"All randomness comes from the given generator: torch's sampling functions take generator=. {text}",
        )
    if torch.equal(first, other):
        raise Mismatch(
            what="two generations with generators of different seeds",
            expected="different tokens",
            actual="the same",
            hint=f"Tokens are drawn, with the given generator, and it isn't seeded anew. {text}",
        )


def leaves_the_mode(trial: Trial) -> None:
    """The model is in the mode in which it was."""
    call = trial.calls["within_the_context"]
    given, *others = call.args
    for training in (True, False):
        model = trial.library(given.path, *given.args)
        trial.subject.call(model, (training,), {}, method="train")
        trial.subject.call(STUDENTS, (model, *others), dict(call.kwargs))
        if trial.subject.attribute(model, "training") is not training:
            modes = ("training mode", "evaluation mode")
            raise Mismatch(
                what="the model after the call",
                expected=f"to be in {modes[not training]}, as before",
                actual=modes[training],
                hint="Whoever switches a mode remembers what it was and switches it back.",
            )


def leaves_the_ids(trial: Trial) -> None:
    """The given ids are what they were."""
    for name in ("within_the_context", "longer_prompt"):
        before, after = trial.calls[name].args[1], trial.look_back(name).args[1]
        hint = "Make longer ids out of the old ones and leave those as they are."
        expect.close(after, before, what="the given ids after the call", hint=hint)


def always_takes_the_likeliest(trial: Trial) -> bool:
    """All of many sequences go on with the likeliest token, at the last position."""
    return all(
        torch.equal(tokens[:, -1:], said(trial, name, tokens, -1))
        for name in ("unfiltered", "cold")
        for tokens in (trial.result(name),)
    )


def looks_at_the_first_position(trial: Trial) -> bool:
    """What is appended is what the logits of the context's first position say."""
    tokens = {name: continued(trial, name, trial.result(name)) for name in GREEDY}
    length = {name: trial.calls[name].args[1].shape[1] for name in GREEDY}
    return all(torch.equal(tokens[name][:, length[name] :], said(trial, name, tokens[name], 0)) for name in GREEDY)


def passes_too_long_a_context(trial: Trial) -> bool:
    """The model refuses what it gets, though only where there are more ids than it takes."""
    trial.result("one_sequence")
    for name in ("beyond_the_context", "longer_prompt"):
        try:
            trial.result(name)
        except StudentError as error:
            if "more than this model's max_length" in error.text:
                return True
    return False


COMPONENT = Component(
    name="generate",
    draw=draw,
    returns=("the ids",),
    properties=(
        Property(
            "appends_what_the_model_says_after_the_last_token",
            2,
            appends_what_the_model_says(
                *GREEDY,
                hint="With top_k=1 only the likeliest token is left. The logits at the last position say what comes "
                "next, and the next step's context includes it.",
            ),
        ),
        Property(
            "crops_the_context_to_what_the_model_takes",
            2,
            appends_what_the_model_says(
                *CROPPED,
                hint="The model gets the last max_length ids, no more and, if there are as many, no fewer; what is "
                "returned is whole.",
            ),
            needs=("appends_what_the_model_says_after_the_last_token",),
        ),
        Property(
            "samples_in_proportion_to_the_filtered_probabilities",
            2,
            samples_in_proportion(*FREQUENCIES),
            needs=("appends_what_the_model_says_after_the_last_token",),
        ),
        Property(
            "draws_from_the_generator",
            1,
            draws_from_the_generator,
            needs=("samples_in_proportion_to_the_filtered_probabilities",),
        ),
        Property(
            "calls_the_model_without_gradients",
            1,
            appends_what_the_model_says(
                "unwatched",
                hint="This model gives other logits while gradients are recorded: is it called under torch.no_grad()? "
                "Otherwise every token costs the memory of a backward pass.",
            ),
            needs=("appends_what_the_model_says_after_the_last_token",),
        ),
        Property(
            "leaves_the_models_mode_as_it_was",
            1,
            leaves_the_mode,
            needs=("appends_what_the_model_says_after_the_last_token",),
        ),
        Property(
            "leaves_its_inputs_alone",
            1,
            leaves_the_ids,
            needs=("appends_what_the_model_says_after_the_last_token",),
        ),
    ),
    mistakes=(
        Mistake(
            "argmax-instead",
            "The likeliest token is taken every time, so all texts after one prompt are the same and the generator is "
            "of no use. Draw from the distribution: a token of probability 0.3 comes up in about 3 of 10 draws.",
            shown_by=always_takes_the_likeliest,
        ),
        Mistake(
            "samples-from-first-position",
            "The next token is drawn from the logits of the context's first position, which say what follows the first "
            "token. Which position has seen the whole context?",
            shown_by=looks_at_the_first_position,
        ),
        Mistake(
            "context-not-cropped",
            "The model gets more ids than it has positions for. What is returned may be of any length; what the model "
            "sees are the last max_length ids of it.",
            shown_by=passes_too_long_a_context,
        ),
    ),
)
