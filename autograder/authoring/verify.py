"""The author's check of a unit: what must hold before a student sees it."""

import contextlib
import io
import sys
import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from autograder.authoring.reference import references
from autograder.authoring.release import stale
from autograder.authoring.source import ROOT, SourceError, read_source, validate
from autograder.judging.component import Component
from autograder.judging.inprocess import InProcessSubject
from autograder.judging.judge import judge
from autograder.judging.verdict import ComponentVerdict
from autograder.units import load_unit

SEEDS = range(3)


def problems(unit: str, root: Path = ROOT) -> list[str]:
    """Return a sentence for everything that doesn't hold in a unit; none, if all is well."""
    try:
        validate(read_source(unit, root), load_unit(unit))
    except SourceError as error:
        return [str(error)]
    namespace = reference_namespace(unit, root)
    found = [problem for component in load_unit(unit).components for problem in _reference(component, namespace)]
    for path in sorted((root / "tests" / "answers" / unit).glob("*/*.py")):
        found += _answer(path, load_unit(unit).component(path.parent.name), namespace)
    return found + stale(unit, root)


def reference_namespace(unit: str, root: Path = ROOT) -> dict[str, Any]:
    """Return the names that a unit's given cells and reference solutions define."""
    namespace: dict[str, Any] = {"__name__": "reference"}
    source = read_source(unit, root)
    with earlier_references(unit, root):
        for text in (*source.given, *references(unit, root).own.values()):
            exec(compile(text, f"{unit} reference", "exec"), namespace)
    return namespace


def verdicts(
    path: Path, component: Component, neighbours: dict[str, Any], seeds: Iterable[int]
) -> list[ComponentVerdict]:
    """Return an answer's verdicts, with the unit's references as its neighbours, as in grading."""
    namespace: dict[str, Any] = {"__name__": "answer"}
    with _silence(), earlier_references(path.parts[-3]):
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
    exec(references(unit, root).earlier, module.__dict__)
    sys.modules["mine"] = module
    try:
        yield
    finally:
        if before is None:
            del sys.modules["mine"]
        else:
            sys.modules["mine"] = before


def _reference(component: Component, namespace: dict[str, Any]) -> list[str]:
    subjects = ((seed, InProcessSubject(namespace[component.name], component.forbidden)) for seed in SEEDS)
    found = [(seed, judge(component, subject, seed)) for seed, subject in subjects]
    return [
        f"{component.name}: the reference solution is {verdict.status} with seed {seed}: {verdict.message}"
        for seed, verdict in found
        if verdict.status != "passed"
    ]


def _answer(path: Path, component: Component, neighbours: dict[str, Any]) -> list[str]:
    """Return at most one sentence about an answer whose verdict is not what its file name says."""
    kind, *rest = path.stem.split("--")
    for seed, verdict in zip(SEEDS, verdicts(path, component, neighbours, SEEDS), strict=True):
        where = f"{component.name}/{path.name}, seed {seed}"
        if kind == "right" and verdict.status != "passed":
            return [f"{where}: a right answer is {verdict.status}: {verdict.message}"]
        if kind == "wrong" and (verdict.status != "failed" or verdict.score == verdict.max_score):
            return [f"{where}: a wrong answer is {verdict.status} with {verdict.score}/{verdict.max_score}"]
        if kind == "wrong" and rest[0] not in ("unnamed", verdict.misconception):
            return [f"{where}: the mistake is taken for {verdict.misconception}"]
    return []


@contextlib.contextmanager
def _silence() -> Iterator[None]:
    with (
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")
        yield
