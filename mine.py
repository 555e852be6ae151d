"""The student's own library: ``from mine import Name`` takes the component that they wrote, or else the reference."""

from typing import Any

from autograder.student.mine import find


def __getattr__(name: str) -> Any:
    # A module, not a package: Python would ask a package for each name twice, and the line about it would come twice.
    if name.startswith("__"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return find(name)
