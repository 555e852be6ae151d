"""The student's own library: ``from mine import Name`` takes the component that they wrote, or else the reference."""

import importlib.util
import os
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any


def __getattr__(name: str) -> Any:
    """Return the student's ``name``, or the reference where there is none or it fails to import, and say which.

    While a grader runs the notebook it is always the reference, silently.
    """
    if name.startswith("__"):
        raise AttributeError(name)
    if os.environ.get("NBGRADER_EXECUTION") == "autograde" or "COURSE_JUDGE" in os.environ:
        return _reference(name)
    path = _own(name)
    if path is None:
        found = _reference(name)
        print(f"{name}: the reference (you have not passed its check yet)")
        return found
    try:
        found = getattr(_load(path), name)
    except Exception as error:
        print(f"{name}: the reference, because yours fails to import ({type(error).__name__}: {error})")
        return _reference(name)
    print(f"{name}: yours")
    return found


def _own(name: str) -> Path | None:
    """The file of the student's own component, in the folder beside the unit's."""
    return next(iter(sorted((Path.cwd().parent / "mine").glob(f"*/{name}.py"))), None)


def _reference(name: str) -> Any:
    path = Path.cwd() / "reference.py"
    if not path.exists() or not hasattr(_load(path), name):
        raise ImportError(f"There is no {name} to import: neither of your own nor in {path.parent.name}/reference.py.")
    return getattr(_load(path), name)


def _load(path: Path) -> ModuleType:
    return _loaded(path, path.stat().st_mtime_ns)


@cache
def _loaded(path: Path, changed: int) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"mine.{path.stem}", path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} can't be imported")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
