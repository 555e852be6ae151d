"""Measure a unit's tables again: ``python -m data.build 04``."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from data import (
    docstrings,
    minilm_heads,
    tables,
    ui_strings,
    unit00,
    unit01,
    unit02,
    unit03,
    unit04,
    unit05,
    unit06,
    unit07,
    unit08,
    unit09,
    unit10,
)

MEASURED = {
    "00": unit00,
    "01": unit01,
    "02": unit02,
    "03": unit03,
    "04": unit04,
    "05": unit05,
    "06": unit06,
    "07": unit07,
    "08": unit08,
    "09": unit09,
    "10": unit10,
}
SAMPLES = {"docstrings": docstrings.build, "minilm-heads": minilm_heads.build, "ui-strings": ui_strings.build}
ALL = (*MEASURED, *SAMPLES)


def build(what: str) -> Path:
    """Measure one unit's tables, or make one of the samples that ship with the course; return the file written."""
    if what in SAMPLES:
        return SAMPLES[what]()
    unit = MEASURED[what]
    return tables.write(what, unit.tables(say), unit.SOURCES, unit.SEEDS)


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Build what is named on the command line, everything if nothing is; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m data.build", description=__doc__)
    parser.add_argument("what", nargs="*", metavar="WHAT", help=f"any of {', '.join(ALL)}; all of them by default")
    wanted = parser.parse_args(arguments).what or ALL
    unknown = [name for name in wanted if name not in ALL]
    if unknown:
        say(f"nothing is known about {', '.join(unknown)}; what can be built: {', '.join(ALL)}")
        return 2
    try:
        for name in wanted:
            say(f"wrote {build(name)}")
    except FileNotFoundError as problem:
        say(str(problem))
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
