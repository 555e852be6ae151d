"""The book's generated pages: templates in MyST Markdown, and the names that links lead to."""

import re
from pathlib import Path
from typing import Any, Final

from autograder.render import text
from autograder.render.templates import templates

_PUNCTUATION: Final = re.compile(r"([!-/:-@\[-`{-~])")


def exercise_target(component: str) -> str:
    """Return the name of the place where an exercise stands."""
    return f"exercise-{_slug(component)}"


def component_target(component: str) -> str:
    """Return the name of a component's entry in the catalogue."""
    return f"component-{_slug(component)}"


def mistake_target(component: str, mistake: str) -> str:
    """Return the name of a misconception's entry in the catalogue; its id alone may belong to several components."""
    return f"mistake-{_slug(component)}-{mistake}"


def escaped(message: str) -> str:
    """Return plain text as Markdown that shows the same; only ``*words*`` stay emphasis."""
    parts = text.EMPHASIS.split(message)
    return "".join(f"*{_plain(part)}*" if index % 2 else _plain(part) for index, part in enumerate(parts))


def page(template: str, **values: Any) -> str:
    """Render one of the book's templates."""
    return _TEMPLATES.get_template(template).render(**values)


def _slug(name: str) -> str:
    return name.lower().strip("_").replace("_", "-")


def _plain(part: str) -> str:
    return _PUNCTUATION.sub(r"\\\1", part)


# Markdown is not HTML: what comes from the checks is escaped by the filter instead.
_TEMPLATES: Final = templates(Path(__file__).parent / "templates", escapes=False)
_TEMPLATES.filters |= {"escaped": escaped, "readable": text.readable}
_TEMPLATES.globals |= {
    "component_target": component_target,
    "exercise_target": exercise_target,
    "mistake_target": mistake_target,
}
