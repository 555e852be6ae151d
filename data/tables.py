"""Measured tables: the JSON files under ``results``, each with what is needed to trust it and to measure it again."""

import hashlib
import json
import platform
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

FOLDER = Path(__file__).parent / "results"

Table = dict[str, Any]


def results(unit: str) -> Table:
    """Return the measured tables of a unit, such as ``results("04")``.

    Raises ``FileNotFoundError``, saying how to measure them, where there are none.
    """
    path = FOLDER / f"{unit}.json"
    if not path.exists():
        raise FileNotFoundError(
            f"there are no measured tables for unit {unit!r}: `python -m data.build {unit}` makes them"
        )
    return dict(json.loads(path.read_text(encoding="utf-8")))


def write(unit: str, tables: Table, sources: Sequence[Path], seeds: Sequence[int]) -> Path:
    """Write a unit's tables with the hashes of the code that made them, its versions and its seeds."""
    path = FOLDER / f"{unit}.json"
    record = {
        "unit": unit,
        "code": hashes(sources),
        "versions": {"python": platform.python_version(), "torch": torch.__version__.split("+")[0]},
        "seeds": list(seeds),
        "machine": f"one CPU thread, {platform.machine()}",
        **tables,
    }
    path.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    return path


def hashes(sources: Sequence[Path]) -> dict[str, str]:
    """Return name → SHA-256 of each source file, line ends normalised."""
    return {path.name: hashlib.sha256(path.read_text(encoding="utf-8").encode()).hexdigest() for path in sources}
