"""Checks, judge and grader of the course; a notebook needs one name of it: ``check``."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autograder.student.check import check

RELEASE = "1.0"

__all__ = ["RELEASE", "check"]


def __getattr__(name: str) -> Any:
    """Import ``check`` when it is asked for: the command line should not wait for torch."""
    if name == "check":
        from autograder.student.check import check

        return check
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
