"""Puts a passed component into the student's own library, as a module that stands alone."""

import contextlib
import inspect
import io
import linecache
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from IPython.core.inputtransformer2 import TransformerManager

from autograder.grading.files import write_atomically
from autograder.slicing import cut
from autograder.student.places import library_of
from autograder.units import load_unit

# What every notebook has without a cell that binds it.
NOTEBOOK_NAMES = {"display", "get_ipython", "In", "Out", "exit", "quit"}
# Cell magics that run their cell as it stands.
TRANSPARENT_MAGICS = ("%%time", "%%capture", "%%prun")


def save(name: str, unit: str, namespace: Mapping[str, Any]) -> str:
    """Write ``mine/NN/Name.py`` in the student's workspace and return a sentence about it.

    In the course's own folders nothing is written and the sentence is empty.
    """
    library = library_of(Path.cwd())
    if library is None:
        return ""
    path = library / unit[:2] / f"{name}.py"
    saved = {other.name for other in load_unit(unit).components if path.with_stem(other.name).exists()}
    try:
        text = standalone(name, namespace, saved - {name})
        _try_out(text, name)
        write_atomically(path, f'"""{name}, as it passed its check in {unit}."""\n\n{text}\n'.encode())
    except Exception as error:
        return f"It could not be put into your library ({type(error).__name__}: {error})."
    return f"It is now in your library: from mine import {name}"


def standalone(name: str, namespace: Mapping[str, Any], neighbours: set[str]) -> str:
    """Return what defines ``name`` in a notebook, with the imports, helpers and constants that it uses, as a module.

    ``neighbours`` are components of the same unit that are in the library already: they are imported from there.
    LookupError where the cell that defined it can't be found.
    """
    # The cell that the object itself names comes last: a later run of it may have failed and left the object as it was.
    cells = [*executed(namespace), *_files([namespace[name]], namespace)]
    found = cut(cells, [name], outside=neighbours)
    lost = found.missing & namespace.keys() - NOTEBOOK_NAMES
    if lost and not any(statement.imports_all for statement in found.statements):
        raise LookupError(
            f"the cell that defined {', '.join(sorted(lost))} can't be found; run it again, then the check"
        )
    used = {need for statement in found.statements for need in statement.needs} & neighbours
    imports = "\n".join(f"from mine import {neighbour}" for neighbour in sorted(used))
    return "\n".join(part for part in (imports, found.text) if part)


def executed(namespace: Mapping[str, Any]) -> Iterator[str]:
    """Yield the cells that ran, in order; outside a notebook, the files that the namespace's functions come from."""
    history = namespace.get("In")
    if isinstance(history, list):
        yield from (_as_python(cell) for cell in history)
        return
    yield from _files(namespace.values(), namespace)


def _as_python(cell: str) -> str:
    first, _, rest = cell.partition("\n")
    body = rest if first.split(" ")[0] in TRANSPARENT_MAGICS else cell
    try:
        return str(TransformerManager().transform_cell(body))
    except SyntaxError:
        return ""


def _files(values: Iterable[Any], namespace: Mapping[str, Any]) -> Iterator[str]:
    """Yield the text of each file, or cell, in which some of the values that belong to the namespace were defined."""
    own = [value for value in values if getattr(value, "__module__", "") == namespace.get("__name__")]
    members = [vars(value).values() if isinstance(value, type) else [value] for value in own]
    functions = [inspect.unwrap(member) for group in members for member in group if inspect.isfunction(member)]
    for file in dict.fromkeys(function.__code__.co_filename for function in functions):
        yield "".join(linecache.getlines(file))


def _try_out(text: str, name: str) -> None:
    """Raise what importing the module would raise."""
    module = ModuleType(f"mine.{name}")
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        exec(compile(text, f"{name}.py", "exec"), module.__dict__)
    getattr(module, name)
