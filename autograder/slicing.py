"""Cuts out of cells what a name needs to stand alone: its definition, and the imports, helpers, constants behind it."""

import ast
import builtins
import symtable
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

BUILTINS = frozenset(dir(builtins))


@dataclass(frozen=True)
class Statement:
    """A top-level statement: the names it binds, those it takes from elsewhere, and those whose objects it changes.

    An import of several names counts as several statements.
    """

    source: str
    binds: frozenset[str]
    needs: frozenset[str]
    changes: frozenset[str]
    imports: bool

    @property
    def imports_all(self) -> bool:
        return self.imports and "*" in self.binds


@dataclass(frozen=True)
class Slice:
    """The statements needed, imports first, then each after what it needs; ``missing``: names found nowhere."""

    statements: tuple[Statement, ...]
    missing: frozenset[str]

    @property
    def text(self) -> str:
        """The statements as a module's source."""
        imports = "\n".join(dict.fromkeys(statement.source for statement in self.statements if statement.imports))
        rest = (statement.source for statement in self.statements if not statement.imports)
        return "\n\n\n".join(part for part in (imports, *rest) if part)


def cut(cells: Sequence[str], names: Iterable[str], outside: Iterable[str] = ()) -> Slice:
    """Return what ``names`` need of cells that ran in this order; where several cells bind a name, the last one counts.

    Names ``outside`` are not followed.
    """
    return _Cutter([statements(cell) for cell in cells], frozenset(outside)).cut(names)


@lru_cache(maxsize=1024)
def statements(cell: str) -> tuple[Statement, ...]:
    """Return a cell's top-level statements, of a cell that doesn't parse none."""
    try:
        body = ast.parse(cell).body
        return tuple(statement for node, source in _sources(cell, body) for statement in _statements(node, source))
    except (SyntaxError, ValueError, RecursionError):
        return ()


class _Cutter:
    def __init__(self, cells: Sequence[Sequence[Statement]], outside: frozenset[str]) -> None:
        self._cells = cells
        self._outside = outside
        self._found: dict[tuple[int, int], Statement] = {}
        self._followed: set[str] = set()
        self._missing: set[str] = set()

    def cut(self, names: Iterable[str]) -> Slice:
        for name in names:
            self._follow(name)
        if self._missing:
            self._take_all((i, j) for i, cell in enumerate(self._cells) for j, s in enumerate(cell) if s.imports_all)
        ordered = sorted(self._found.values(), key=lambda statement: not statement.imports)
        return Slice(tuple(ordered), frozenset(self._missing))

    def _follow(self, name: str) -> None:
        if name in self._followed or name in self._outside:
            return
        self._followed.add(name)
        cell = next((i for i in reversed(range(len(self._cells))) if self._binds(i, name)), None)
        if cell is None:
            self._missing |= {name} - BUILTINS
            return
        binding = [j for j, statement in enumerate(self._cells[cell]) if name in statement.binds]
        imported = all(self._cells[cell][j].imports for j in binding)
        changing = [j for j, s in enumerate(self._cells[cell]) if name in s.changes and not imported]
        self._take_all((cell, j) for j in sorted({*binding, *changing}))

    def _binds(self, cell: int, name: str) -> bool:
        return any(name in statement.binds for statement in self._cells[cell])

    def _take_all(self, places: Iterable[tuple[int, int]]) -> None:
        for i, j in places:
            statement = self._cells[i][j]
            for name in sorted(statement.needs):
                self._follow(name)
            self._found.setdefault((i, j), statement)


def _statements(node: ast.stmt, source: str) -> Iterator[Statement]:
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        for alias in node.names:
            single = ast.ImportFrom(node.module, [alias], node.level) if isinstance(node, ast.ImportFrom) else None
            name = alias.asname or alias.name.split(".")[0]
            text = ast.unparse(single or ast.Import([alias]))
            yield Statement(text, frozenset({name}), frozenset(), frozenset(), imports=True)
        return
    table = symtable.symtable(source, "cell", "exec")
    binds = {symbol.get_name() for symbol in table.get_symbols() if symbol.is_assigned() or symbol.is_imported()}
    yield Statement(source, frozenset(binds), frozenset(_needs(table)), frozenset(_changes(node)), imports=False)


def _needs(table: symtable.SymbolTable) -> set[str]:
    is_top = table.get_type() == "module"
    own = {s.get_name() for s in table.get_symbols() if s.is_referenced() and (is_top or s.is_global())}
    return own.union(*(_needs(child) for child in table.get_children()))


def _changes(node: ast.AST) -> set[str]:
    """Names whose objects a statement changes itself: by setting an attribute or item, or by calling a method."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
        return set()
    changed: set[str] = set()
    if isinstance(node, (ast.Attribute, ast.Subscript)) and isinstance(node.ctx, (ast.Store, ast.Del)):
        changed |= _root(node)
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and isinstance(node.value.func, ast.Attribute):
        changed |= _root(node.value.func)
    return changed.union(*(_changes(child) for child in ast.iter_child_nodes(node)))


def _root(node: ast.expr) -> set[str]:
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        node = node.value
    return {node.id} if isinstance(node, ast.Name) else set()


def _sources(cell: str, body: Sequence[ast.stmt]) -> Iterator[tuple[ast.stmt, str]]:
    """Yield each statement with its lines, from the comment right above it and its decorators to its end."""
    lines = cell.splitlines()
    shared = _shared_lines(body)
    end = 0
    for node in body:
        first = _first_line(node) - 1
        while first > end and lines[first - 1].startswith("#"):
            first -= 1
        end = node.end_lineno or node.lineno
        text = "\n".join(lines[first:end])
        yield node, ast.unparse(node) if shared & {node.lineno, end} else text


def _shared_lines(body: Sequence[ast.stmt]) -> set[int]:
    """Lines on which more than one statement stands, parted by a semicolon."""
    return {after.lineno for before, after in zip(body, body[1:], strict=False) if before.end_lineno == after.lineno}


def _first_line(node: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])
