"""Words and numbers that every rendering shares, and the taming of text that a student's program wrote."""

import re

from autograder.judging.verdict import ComponentVerdict, PropertyVerdict

STATUS_WORDS = {"passed": "passed", "failed": "not yet", "missing": "missing", "error": "check at fault"}
OUTCOME_WORDS = {True: "holds", False: "fails", None: "skipped"}

# *words* between asterisks that touch neither words nor other asterisks outside.
EMPHASIS = re.compile(r"(?<![\w*])\*(\w(?:[^*\n]*\w)?)\*(?![\w*])")
_ESCAPES = re.compile(r"\x1b(?:\[[0-9;?]*[ -/]*[@-~]|[@-Z\\-_])")
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


def printable(text: str) -> str:
    """Return text without terminal escapes and other characters that could disturb a page or a terminal."""
    return _CONTROLS.sub("\ufffd", _ESCAPES.sub("", text.replace("\r\n", "\n")))


def cut(text: str, lines: int, characters: int) -> str:
    """Return the beginning of a text, with a last line that says how much was left out."""
    shown = "\n".join(text[:characters].split("\n")[:lines])
    left = len(text) - len(shown)
    return text if left <= 0 else f"{shown}\n… ({left:,} more characters are not shown)"


def readable(name: str) -> str:
    """Return a property's name as the sentence that it is."""
    return name.replace("_", " ")


def number(value: float) -> str:
    """Return points without a needless ``.0``."""
    return f"{value:g}"


def explanation(verdict: ComponentVerdict) -> str:
    """Return the component's message, unless one of its properties says the same."""
    if any(verdict.message == prop.message for prop in verdict.properties):
        return ""
    return verdict.message


def was_asked(verdict: ComponentVerdict) -> bool:
    """Whether any property was tried; if none was, the component's message says all."""
    return any(prop.passed is not None or prop.message for prop in verdict.properties)


def earned(prop: PropertyVerdict) -> int:
    """Return the points that a property has earned."""
    return prop.points if prop.passed else 0
