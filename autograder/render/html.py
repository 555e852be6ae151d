"""Verdicts as HTML: a fragment for the notebook, and whole pages. Everything is escaped and nothing is fetched."""

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from autograder.judging.verdict import ComponentVerdict
from autograder.render import text

TEMPLATES = Path(__file__).parents[1] / "templates"


def component(verdict: ComponentVerdict, *, seed: int | None = None, printed: str = "", note: str = "") -> str:
    """Return one component's verdict as a self-contained fragment that reads in light and dark themes, styled or not.

    ``seed`` replays the check, ``printed`` is what the student's code wrote, ``note`` a word on what was done with it.
    """
    return f"<style>{style_sheet()}</style>{card(verdict, seed=seed, printed=printed, note=note)}"


def card(verdict: ComponentVerdict, *, seed: int | None = None, printed: str = "", note: str = "") -> Markup:
    """Return the fragment without its style sheet, for pages that have it."""
    return Markup(page("component.html", verdict=verdict, seed=seed, printed=printed, note=note))


def style_sheet() -> str:
    """Return the style of fragments in a notebook, whose theme they follow."""
    return page("notebook.css")


def page(template: str, **values: Any) -> str:
    """Render a template of this package."""
    return environment().get_template(template).render(**values)


@cache
def environment() -> Environment:
    """Return the templates, each compiled once per process."""
    templates = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=lambda name: name is None or name.endswith(".html"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    templates.filters |= {
        "cut": text.cut,
        "earned": text.earned,
        "emphasised": emphasised,
        "explanation": text.explanation,
        "number": text.number,
        "printable": text.printable,
        "readable": text.readable,
        "was_asked": text.was_asked,
    }
    templates.globals |= {"status_words": text.STATUS_WORDS, "outcome_words": text.OUTCOME_WORDS}
    return templates


def emphasised(message: str) -> Markup:
    """Return text with ``*words*`` set as emphasis, everything else escaped."""
    return Markup(text.EMPHASIS.sub(r"<em>\1</em>", str(escape(message))))
