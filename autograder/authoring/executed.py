"""A unit's solution as a notebook that was run: for reading, and to see that it runs."""

import ast
import hashlib
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from autograder.authoring.reference import reference_module
from autograder.authoring.source import ROOT, Source, SourceError, without_magics

MAX_BYTES = 1_000_000
CELL_TIMEOUT_S = 300
WIDGET = "application/vnd.jupyter.widget-view+json"
ADDRESS = re.compile(r" at 0x[0-9a-f]{6,}")
PROGRESS = re.compile(r"[^\n]*\d%\|[^\n]*\|[^\n]*\n?")
# The course's own packages that notebooks draw and load from; changes in them change what a notebook shows.
SHOWN_FROM = ("figures", "data")


def path(unit: str, root: Path = ROOT) -> Path:
    """Return where a unit's executed solution lies."""
    return root / "solutions" / unit / f"{unit}.ipynb"


def notebook(solution: NotebookNode, source: Source, root: Path = ROOT) -> NotebookNode:
    """Run the solution beside the unit's release and return it with its outputs and the hashes of its inputs.

    SourceError if a cell fails or takes too long.
    """
    folder = {"metadata": {"path": str(root / "course" / source.unit)}}
    client = NotebookClient(solution, timeout=CELL_TIMEOUT_S, kernel_name="python3", resources=folder)
    try:
        # As when grading, references are taken from mine and nothing is saved to anybody's library.
        client.execute(env={**os.environ, "COURSE_JUDGE": "release"})
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        raise SourceError(f"The solution of {source.unit} does not run through:\n{error}") from None
    for cell in solution.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code":
            cell.outputs = [kept for output in cell.outputs if (kept := _lasting(output))]
    solution.metadata.pop("widgets", None)
    solution.metadata.language_info = nbformat.from_dict({"name": "python"})
    solution.metadata.course.inputs = inputs(source, root)
    return solution


def changed(source: Source, root: Path = ROOT) -> list[str]:
    """Return the inputs that are not those that the executed solution was made from; nothing is executed."""
    today, recorded = inputs(source, root), _recorded(path(source.unit, root))
    return sorted(name for name in {*today, *recorded} if today.get(name) != recorded.get(name))


def inputs(source: Source, root: Path = ROOT) -> dict[str, str]:
    """Return the hash of everything that a unit's executed solution is made from, by the path below the root."""
    unit = source.unit
    files = [
        *(root / "solutions" / unit / name for name in (f"{unit}.py", "questions.yaml")),
        *sorted((root / "autograder" / "units" / f"u{unit.replace('-', '_')}").glob("*.py")),
        *_drawn_from(source, root),
    ]
    hashes = {file.relative_to(root).as_posix(): _hash(file.read_bytes()) for file in files if file.is_file()}
    reference = reference_module(source, root)
    return {**hashes, **({f"course/{unit}/reference.py": _hash(reference.encode())} if reference else {})}


def _recorded(executed: Path) -> dict[str, str]:
    try:
        found = nbformat.read(executed, as_version=4).metadata.get("course", {}).get("inputs", {})
    except (OSError, ValueError, AttributeError):
        return {}
    return dict(found) if isinstance(found, dict) else {}


def _drawn_from(source: Source, root: Path) -> list[Path]:
    """Return the course's modules that the cells import, directly or through others, and the files that these name."""
    found: dict[Path, str] = {}
    waiting = [without_magics(cell.source) for cell in source.cells]
    while waiting:
        for module in _modules(waiting.pop(), root):
            if module not in found:
                found[module] = module.read_text(encoding="utf-8")
                waiting.append(found[module])
    texts = "\n".join(found.values())
    table = root / "data" / "results" / f"{source.unit[:2]}.json"
    return [*sorted(found), *_named_files(texts, root), table]


def _modules(text: str, root: Path) -> Iterator[Path]:
    for node in ast.walk(ast.parse(text)):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        for parts in (name.split(".") for name in names if name.split(".")[0] in SHOWN_FROM):
            places = [root.joinpath(*parts[:length]) for length in range(1, len(parts) + 1)]
            files = (file for place in places for file in (place.with_suffix(".py"), place / "__init__.py"))
            yield from (file for file in files if file.is_file())


def _named_files(text: str, root: Path) -> Iterator[Path]:
    """Yield the packages' other files whose name, or folder's name, the text mentions; measured tables go by unit."""
    for package in SHOWN_FROM:
        for file in sorted((root / package).rglob("*")):
            inside = file.relative_to(root / package).parts
            skipped = file.suffix in (".py", ".pyc") or inside[0] == "results" or not file.is_file()
            if not skipped and any(part in text for part in inside):
                yield file


def _hash(content: bytes) -> str:
    return hashlib.sha256(content.replace(b"\r\n", b"\n")).hexdigest()[:16]


def _lasting(output: NotebookNode) -> NotebookNode | None:
    """Return an output as it can be read without a kernel; None for live widgets and what progress bars leave."""
    if output.output_type == "stream":
        output.text = PROGRESS.sub("", output.text)
        return output if output.text.strip() else None
    data: dict[str, Any] = output.get("data", {})
    if WIDGET in data:
        del data[WIDGET]
        return output if set(data) - {"text/plain"} else None
    if "text/plain" in data:
        data["text/plain"] = ADDRESS.sub("", data["text/plain"])
    return output
