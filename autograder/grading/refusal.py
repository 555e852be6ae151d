"""What becomes of a submission that isn't graded."""

from dataclasses import replace

from autograder.grading.autograded import unread_notebook
from autograder.grading.feedback import feedback_page
from autograder.grading.result import rejection
from autograder.grading.task import Assignment, Graded, Task


def refusal(assignment: Assignment, task: Task, reason: str, *, fault: bool = False) -> Graded:
    """Return what becomes of a submission that isn't graded, for a reason of its own or by the grader's ``fault``."""
    result = rejection(
        student=task.student,
        file=task.file,
        unit=task.unit,
        release=assignment.release.version,
        seed=task.seed,
        max_score=assignment.max_score,
        reason=reason,
        fault=fault,
    )
    result = replace(result, sha256=task.sha256, submitted=task.submitted)
    page = feedback_page(assignment.release, result, (), ())
    return Graded(result, unread_notebook(assignment.release, result), page)
