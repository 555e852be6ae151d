"""From a cell's text to code: IPython's own syntax is understood, and its magics do nothing."""

import ast
import linecache
import re
from types import CodeType

BODY_RUNS = re.compile(r"\A(\s*)%%(time|timeit|capture|prun|debug)\b[^\n]*")


def filename(cell_name: str) -> str:
    """Return the name under which a cell's lines are quoted in error messages."""
    return f"<cell {cell_name}>"


def compile_cell(cell_name: str, source: str) -> CodeType:
    """Return a cell's code; SyntaxError (or ValueError for a null byte) if it is no Python, with or without magics."""
    name = filename(cell_name)
    linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
    try:
        return compile(source, name, "exec", dont_inherit=True)
    except SyntaxError as error:
        plain = without_magics(source)
        if plain is None:
            raise
        try:
            return compile(plain, name, "exec", dont_inherit=True)
        except SyntaxError:
            raise error from None


def without_magics(source: str) -> str | None:
    """Return the source with IPython's syntax turned into calls of ``get_ipython()``, or None if that can't be done."""
    from IPython.core.inputtransformer2 import TransformerManager

    timed = BODY_RUNS.sub(r"\1pass", source)
    try:
        plain: str = TransformerManager().transform_cell(timed)
        ast.parse(plain)
    except Exception:
        return None
    return plain
