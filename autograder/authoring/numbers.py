"""Numbers in prose that are measured: an author writes where they come from, the release writes what they are.

``{{ results.heads["1"].accuracy | mean | fixed(2) }}`` is the mean of a list in the unit's ``data/results/NN.json``,
with two decimals. What is not written so, such as the braces of LaTeX, is left alone.
"""

import re
from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import Any

from jinja2 import StrictUndefined
from jinja2.exceptions import TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

PLACEHOLDER = re.compile(r"\{\{\s*results\b[^{}]*\}\}")


class NumbersError(ValueError):
    """Raised for a number that can't be looked up; its message names it."""


def fill(text: str, results: Mapping[str, Any]) -> str:
    """Return the text with its placeholders replaced by what was measured."""
    return PLACEHOLDER.sub(lambda found: _value(found.group(), results), text)


def fixed(value: float, digits: int = 0) -> str:
    """Return a number with so many decimals and commas between thousands."""
    return f"{value:,.{digits}f}"


def percent(value: float, digits: int = 0) -> str:
    """Return a share as a percentage."""
    return f"{value:.{digits}%}"


def mean(values: Sequence[float]) -> float:
    """Return the mean of a list, over seeds for instance."""
    return fmean(values)


def _value(placeholder: str, results: Mapping[str, Any]) -> str:
    try:
        return _ENVIRONMENT.from_string(placeholder).render(results=results)
    except (TemplateError, TypeError, ValueError) as error:
        raise NumbersError(f"{placeholder} can't be looked up in the measured results: {error}") from None


def _environment() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined)
    environment.filters.update(fixed=fixed, percent=percent, mean=mean)
    return environment


_ENVIRONMENT = _environment()
