"""The author's check of a unit: what must hold before a student sees it."""

import contextlib
import io
import sys
import warnings
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from types import ModuleType
from typing import Any

import torch

from autograder.authoring.reference import references
from autograder.authoring.release import stale
from autograder.authoring.source import ROOT, SourceError, read_source, validate
from autograder.judging.component import Component
from autograder.judging.inprocess import InProcessSubject
from autograder.judging.judge import judge
from autograder.judging.verdict import ComponentVerdict
from autograder.kernel.cells import References
from autograder.student.questions import QuestionsError, load_questions
from autograder.units import load_unit
from data.tables import hashes, results

SEEDS = range(3)


def problems(unit: str, root: Path = ROOT) -> list[str]:
    """Return a sentence for everything that doesn't hold in a unit; none, if all is well."""
    try:
        validate(read_source(unit, root), load_unit(unit))
        generated = stale(unit, root)
        _references.cache_clear()
        namespace = reference_namespace(unit, root)
    except SourceError as error:
        return str(error).splitlines()
    with _one_thread(), earlier_references(unit, root):
        found = [problem for component in load_unit(unit).components for problem in _reference(component, namespace)]
        for path in sorted((root / "tests" / "answers" / unit).glob("*/*.py")):
            found += _answer(path, load_unit(unit).component(path.parent.name), namespace, root)
    return found + generated + _outdated_numbers(unit, root) + _unreadable_questions(unit, root)


def _unreadable_questions(unit: str, root: Path) -> list[str]:
    path = root / "solutions" / unit / "questions.yaml"
    if path.exists():
        try:
            load_questions(path)
        except QuestionsError as error:
            return str(error).splitlines()
    return []


def reference_namespace(unit: str, root: Path = ROOT) -> dict[str, Any]:
    """Return the names that a unit's given cells and reference solutions define."""
    namespace: dict[str, Any] = {"__name__": "reference"}
    source = read_source(unit, root)
    with earlier_references(unit, root):
        for text in (*source.given, *_references(unit, root).own.values()):
            exec(compile(text, f"{unit} reference", "exec"), namespace)
    return namespace


def verdicts(
    path: Path, component: Component, neighbours: dict[str, Any], seeds: Iterable[int], root: Path = ROOT
) -> list[ComponentVerdict]:
    """Return an answer's verdicts, with the unit's references as its neighbours, as in grading."""
    namespace: dict[str, Any] = {"__name__": "answer"}
    with _silence(), earlier_references(path.parts[-3], root):
        exec(compile(path.read_text(encoding="utf-8"), str(path), "exec"), namespace)
        others = {other.name for other in load_unit(path.parts[-3]).components} - {component.name}
        namespace |= {name: neighbours[name] for name in others}
        subjects = ((seed, InProcessSubject(namespace[component.name], component.forbidden)) for seed in seeds)
        return [judge(component, subject, seed) for seed, subject in subjects]


@contextlib.contextmanager
def earlier_references(unit: str, root: Path = ROOT) -> Iterator[None]:
    """Let ``from mine import …`` give the earlier units' references."""
    module = ModuleType("mine")
    before = sys.modules.get("mine")
    exec(_references(unit, root).earlier, module.__dict__)
    sys.modules["mine"] = module
    try:
        yield
    finally:
        if before is None:
            del sys.modules["mine"]
        else:
            sys.modules["mine"] = before


@lru_cache(maxsize=16)
def _references(unit: str, root: Path) -> References:
    return references(unit, root)


def _reference(component: Component, namespace: dict[str, Any]) -> list[str]:
    subjects = ((seed, InProcessSubject(namespace[component.name], component.forbidden)) for seed in SEEDS)
    found = [(seed, judge(component, subject, seed)) for seed, subject in subjects]
    return [
        f"{component.name}: the reference solution is {verdict.status} with seed {seed}: {verdict.message}"
        for seed, verdict in found
        if verdict.status != "passed"
    ]


def _answer(path: Path, component: Component, neighbours: dict[str, Any], root: Path) -> list[str]:
    """Return at most one sentence about an answer whose verdict is not what its file name says."""
    kind, *rest = path.stem.split("--")
    try:
        found = verdicts(path, component, neighbours, SEEDS, root)
    except Exception as error:
        return [f"{component.name}/{path.name} can't be run: {type(error).__name__}: {error}"]
    for seed, verdict in zip(SEEDS, found, strict=True):
        where = f"{component.name}/{path.name}, seed {seed}"
        if kind == "right" and verdict.status != "passed":
            return [f"{where}: a right answer is {verdict.status}: {verdict.message}"]
        if kind == "wrong" and (verdict.status != "failed" or verdict.score == verdict.max_score):
            return [f"{where}: a wrong answer is {verdict.status} with {verdict.score}/{verdict.max_score}"]
        if kind == "wrong" and rest[0] not in ("unnamed", verdict.misconception):
            return [f"{where}: the mistake is taken for {verdict.misconception}"]
    return []


def _outdated_numbers(unit: str, root: Path) -> list[str]:
    """Return a sentence if the code that measured a unit's tables has changed since."""
    try:
        measured_with = results(unit[:2])["code"]
    except FileNotFoundError:
        return []
    found = [path for name in measured_with for path in (root / "data").rglob(name)]
    today = hashes(found)
    changed = sorted(name for name, recorded in measured_with.items() if today.get(name) != recorded)
    if not changed:
        return []
    again = f"python -m data.build {unit[:2]}"
    return [f"data/results/{unit[:2]}.json was measured with another {', '.join(changed)}; measure again: {again}"]


@contextlib.contextmanager
def _one_thread() -> Iterator[None]:
    """Compute on one thread: on tensors this small, a second one only costs time."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


@contextlib.contextmanager
def _silence() -> Iterator[None]:
    with (
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")
        yield
