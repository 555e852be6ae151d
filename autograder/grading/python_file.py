"""Cuts a Python file into its top-level statements, also where a syntax error spoils a part of it."""

import ast
import re
from collections.abc import Iterator

MAX_CHARACTERS = 2_000_000
MAX_MERGED = 20

# The parser gives up on hostile nesting with any of these.
PARSER_ERRORS = (SyntaxError, ValueError, RecursionError, MemoryError)

_CONTINUES = re.compile(r"[ \t\f]|$|#|[)\]}]|(else|elif|except|finally)\b")
_DECORATOR = re.compile(r"@")
_BINDING = re.compile(
    r"^(?:async[ \t]+)?(?:def|class)[ \t]+(\w+)|^(\w+)[ \t]*(?::[^=\n]*)?=(?!=)",
    re.MULTILINE,
)


def statements(text: str) -> list[str]:
    """Return the source of each top-level statement, in order; what doesn't parse stays as small a part as can be."""
    try:
        return _cut(text, ast.parse(text))
    except PARSER_ERRORS:
        return [part for chunk in _chunks(text) for part in _parts(chunk)]


def bound_names(source: str) -> frozenset[str]:
    """Return the names that functions, classes and plain assignments at the left margin bind."""
    return frozenset(function or variable for function, variable in _BINDING.findall(source))


def binds(source: str, name: str) -> bool:
    """Whether running the source binds the name at top level, also inside an ``if``, ``try``, ``with`` or loop."""
    if name not in source:
        return False
    if name in bound_names(source):
        return True
    try:
        return any(name in _bound_by(node) for node in ast.parse(source).body)
    except PARSER_ERRORS:
        return False


def is_unwritten(source: str, name: str) -> bool:
    """Whether all that the source says of a function, or of every method of a class, is that it isn't implemented."""
    if "NotImplementedError" not in source:
        return False
    try:
        body = ast.parse(source).body
    except PARSER_ERRORS:
        return False
    found = [node for node in body if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and node.name == name]
    return bool(found) and _only_raises(found[-1])


def _only_raises(node: ast.FunctionDef | ast.ClassDef) -> bool:
    if isinstance(node, ast.ClassDef):
        methods = [method for method in node.body if isinstance(method, ast.FunctionDef)]
        return bool(methods) and all(_only_raises(method) for method in methods)
    first = next((statement for statement in node.body if not isinstance(statement, ast.Expr)), None)
    return isinstance(first, ast.Raise) and "NotImplementedError" in ast.dump(first)


def _cut(text: str, module: ast.Module) -> list[str]:
    lines = text.split("\n")
    parts: list[str] = []
    end = 0
    for node in module.body:
        first, last = _first_line(node), node.end_lineno or node.lineno
        if first <= end:
            # Two statements on one line belong together, and one that was begun there is carried on.
            parts[-1] += "".join(f"\n{line}" for line in lines[end:last])
        else:
            parts.append("\n".join(lines[first - 1 : last]))
        end = max(end, last)
    return parts


def _first_line(node: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])


def _parts(chunk: str) -> list[str]:
    try:
        return _cut(chunk, ast.parse(chunk))
    except PARSER_ERRORS:
        return [chunk] if chunk.strip() else []


def _chunks(text: str) -> Iterator[str]:
    """Yield pieces that begin at the left margin; neighbours that parse only together (a long string) stay together."""
    pieces = list(_pieces(text))
    position = 0
    while position < len(pieces):
        size = next((n for n in range(1, MAX_MERGED + 1) if _parses(pieces[position : position + n])), 1)
        yield "\n".join(pieces[position : position + size])
        position += size


def _pieces(text: str) -> Iterator[str]:
    lines: list[str] = []
    decorated = False
    for line in text.split("\n"):
        if lines and not decorated and not _CONTINUES.match(line):
            yield "\n".join(lines)
            lines = []
        lines.append(line)
        if not _CONTINUES.match(line):
            decorated = bool(_DECORATOR.match(line))
    yield "\n".join(lines)


def _parses(pieces: list[str]) -> bool:
    try:
        ast.parse("\n".join(pieces))
    except PARSER_ERRORS:
        return False
    return True


def _bound_by(node: ast.AST) -> set[str]:
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return {node.name}
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return {alias.asname or alias.name.split(".")[0] for alias in node.names}
    found = {node.id} if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) else set()
    if isinstance(node, (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
        return found
    return found.union(*(_bound_by(child) for child in ast.iter_child_nodes(node)))
