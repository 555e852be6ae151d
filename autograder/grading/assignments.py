"""What grading a unit needs, read from this checkout."""

from autograder.authoring.reference import references
from autograder.grading.release import load_release
from autograder.grading.task import Assignment


def load_assignment(unit: str) -> Assignment:
    """Return a unit's release and references; :class:`NoRelease` if its release isn't there."""
    return Assignment(load_release(unit), references(unit))
