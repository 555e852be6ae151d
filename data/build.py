"""Measure a unit's tables again: ``python -m data.build 04``."""

import argparse
import sys
from collections.abc import Sequence

from data import minilm_heads, tables, unit00, unit01, unit02, unit03, unit04, unit05


def build_00() -> None:
    path = tables.write("00", unit00.tables(say), unit00.SOURCES, unit00.SEEDS)
    say(f"wrote {path}")


def build_01() -> None:
    path = tables.write("01", unit01.tables(say), unit01.SOURCES, unit01.SEEDS)
    say(f"wrote {path}")


def build_03() -> None:
    path = tables.write("03", unit03.tables(say), unit03.SOURCES, unit03.SEEDS)
    say(f"wrote {path}")


def build_02() -> None:
    path = tables.write("02", unit02.tables(say), unit02.SOURCES, unit02.SEEDS)
    say(f"wrote {path}")


def build_04() -> None:
    path = tables.write("04", unit04.tables(say), unit04.SOURCES, unit04.SEEDS)
    say(f"wrote {path}")


def build_05() -> None:
    path = tables.write("05", unit05.tables(say), unit05.SOURCES, unit05.SEEDS)
    say(f"wrote {path}")


def build_minilm_heads() -> None:
    say(f"wrote {minilm_heads.build()}")


BUILDERS = {
    "00": build_00,
    "01": build_01,
    "03": build_03,
    "02": build_02,
    "04": build_04,
    "05": build_05,
    "minilm-heads": build_minilm_heads,
}


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Build what is named on the command line, everything if nothing is; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m data.build", description=__doc__)
    parser.add_argument("what", nargs="*", metavar="WHAT", help=f"any of {', '.join(BUILDERS)}; all of them by default")
    wanted = parser.parse_args(arguments).what or list(BUILDERS)
    unknown = [name for name in wanted if name not in BUILDERS]
    if unknown:
        say(f"nothing is known about {', '.join(unknown)}; what can be built: {', '.join(BUILDERS)}")
        return 2
    try:
        for name in wanted:
            BUILDERS[name]()
    except FileNotFoundError as problem:
        say(str(problem))
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
