"""Grades one submission. A pure task: bytes in, verdict and pages out; the same in a local process and on a cluster."""

import faulthandler
import os
import sys
import threading
from dataclasses import replace
from functools import cache

import torch

from autograder.grading.autograded import autograded_notebook
from autograder.grading.feedback import feedback_page
from autograder.grading.notebook_file import Rejected
from autograder.grading.refusal import refusal
from autograder.grading.result import Result
from autograder.grading.submission import Reading, read_bytes
from autograder.grading.task import Assignment, Graded, Task
from autograder.kernel.judgement import Judgement, judge_submission
from autograder.kernel.kernel import Kernel
from autograder.kernel.starting import Started

# Longer than any submission may take with all its limits: whoever needs more has found a hole in them.
DEADLINE_SECONDS = 900.0

_one_at_a_time = threading.Lock()


def grade(assignment: Assignment, task: Task) -> Graded:
    """Grade one submission; KernelFault or NoSandbox if this machine can't."""
    with _one_at_a_time:
        faulthandler.dump_traceback_later(DEADLINE_SECONDS, exit=True, file=sys.__stderr__ or sys.stderr)
        try:
            return _graded(assignment, task)
        finally:
            faulthandler.cancel_dump_traceback_later()


def read(assignment: Assignment, task: Task) -> Reading:
    """Read the task's file; :class:`Rejected` with the reason if it can't be graded."""
    if task.refused:
        raise Rejected(task.refused)
    return read_bytes(task.raw, os.path.splitext(task.file)[1], assignment.release)


def judge(assignment: Assignment, reading: Reading, seed: int, *, sandbox: bool) -> Judgement:
    """Judge a submission in this process's warm kernel, under the release's version."""
    judgement = judge_submission(_kernel(sandbox), reading, assignment.references, seed)
    return replace(judgement, verdict=replace(judgement.verdict, release=assignment.release.version))


def _graded(assignment: Assignment, task: Task) -> Graded:
    try:
        reading = read(assignment, task)
    except Rejected as rejected:
        return refusal(assignment, task, str(rejected))
    judgement = judge(assignment, reading, task.seed, sandbox=task.sandbox)
    result = Result(
        student=task.student,
        file=task.file,
        status="graded",
        verdict=judgement.verdict,
        max_score=judgement.verdict.max_score,
        notes=(*((task.note,) if task.note else ()), *judgement.notes),
        cpu_seconds=judgement.cpu_seconds,
        sha256=task.sha256,
        submitted=task.submitted,
    )
    return Graded(
        result,
        autograded_notebook(assignment.release, result, reading.layout, judgement.outcomes),
        feedback_page(assignment.release, result, reading.layout, judgement.outcomes),
    )


def take_over(template: Started) -> None:
    """Let the first kernel of this process use a template that was started before."""
    _templates.append(template)


_templates: list[Started] = []


@cache
def _kernel(sandbox: bool) -> Kernel:
    """Return this process's kernel, opened at the first submission and left open until the process ends."""
    torch.set_num_threads(1)
    return Kernel(sandbox=sandbox, template=_templates.pop() if _templates else None).__enter__()
