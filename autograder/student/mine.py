"""Finds what ``from mine import Name`` asks for: the student's own component, or else the reference."""

import contextlib
import importlib.util
import io
import sys
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from autograder.student.places import being_graded, library_of, references_for

_loading: set[Path] = set()


def find(name: str) -> Any:
    """Return the student's ``name``, or the reference where there is none or it fails to import, and say which.

    While a grader runs the notebook it is always the reference, silently. ImportError if there is neither.
    """
    here = Path.cwd()
    own = None if being_graded() else _own(name, library_of(here))
    if own is None:
        return _reference(name, here, "you have none of your own yet")
    try:
        found = getattr(_load(own), name)
    except Exception as error:
        return _reference(name, here, f"because yours fails to import: {type(error).__name__}: {error} ({own})")
    _say(f"{name}: your own, from {own.parent.parent.name}/{own.parent.name}/{own.name}")
    return found


def _own(name: str, library: Path | None) -> Path | None:
    return next(iter(sorted(library.glob(f"*/{name}.py"))), None) if library else None


def _reference(name: str, here: Path, why: str) -> Any:
    for path in references_for(here):
        module = _load(path)
        if hasattr(module, name):
            _say(f"{name}: the reference, {why}")
            return getattr(module, name)
    raise ImportError(
        f"There is no {name!r} to import from mine: you have passed no component of that name, and no reference for "
        f"notebooks in {here} holds one. Names are those of the exercises, such as `from mine import causal_mask`."
    )


def _say(line: str) -> None:
    # What a component takes from mine in its turn is not the notebook's concern.
    if not being_graded() and not _loading:
        print(f"mine: {line}")


def _load(path: Path) -> ModuleType:
    """Return a file as a module, anew if the file has changed; what it prints is its own affair."""
    if path in _loading:
        raise ImportError(f"{path.stem} needs itself, by way of what it imports from mine")
    changed = path.stat().st_mtime_ns
    _loading.add(path)
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            return _loaded(path, changed)
    finally:
        _loading.discard(path)


@cache
def _loaded(path: Path, changed: int) -> ModuleType:
    name = f"mine.{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} can't be imported")
    module = importlib.util.module_from_spec(spec)
    # Dataclasses and pickles look their module up by name.
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module
