"""A number in the prose is the one that was measured, or the author is told."""

import pytest

from autograder.authoring.numbers import NumbersError, fill

RESULTS = {"heads": {"1": {"accuracy": [0.25, 0.5], "parameters": 23356}}}


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ('{{ results.heads["1"].accuracy | mean | fixed(2) }}', "0.38"),
        ('{{results.heads["1"].accuracy | max | percent }}', "50%"),
        ('{{ results.heads["1"].parameters | fixed }}', "23,356"),
        ('{{ results.heads["1"].accuracy[0] }} and {{ results.heads["1"].accuracy[1] }}', "0.25 and 0.5"),
    ],
)
def test_a_placeholder_becomes_what_was_measured(written: str, shown: str) -> None:
    assert fill(f"It was {written}.", RESULTS) == f"It was {shown}."


@pytest.mark.parametrize("latex", [r"$\frac{{a}}{b}$", r"$x^{{ 2 }}$", "{{ resultsheet }}", "{% if %}"])
def test_braces_of_another_meaning_are_left_alone(latex: str) -> None:
    assert fill(latex, RESULTS) == latex


@pytest.mark.parametrize("wrong", ["results.nothing", "results.heads | mean", "results.heads.__class__.mro()"])
def test_what_cannot_be_looked_up_is_named(wrong: str) -> None:
    with pytest.raises(NumbersError, match="can't be looked up"):
        fill(f"{{{{ {wrong} }}}}", RESULTS)
