"""Puts a passed component into the student's own library, as a module that stands alone."""

import ast
import builtins
import inspect
import linecache
from collections.abc import Mapping
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

import torch

from autograder.student.workspace import is_workspace, write
from autograder.units import UnknownUnit, find_component


def save(name: str, unit: str, namespace: Mapping[str, Any]) -> str:
    """Write ``mine/NN/Name.py`` beside the unit's folder and return a sentence about it.

    Outside a student's workspace nothing is written and the sentence is empty.
    """
    workspace = Path.cwd().parent
    if not is_workspace(workspace):
        return ""
    try:
        text = standalone(name, namespace)
        exec(compile(text, f"{name}.py", "exec"), {"__name__": f"mine.{name}"})
    except Exception as error:
        return f"It could not be put into your library: {type(error).__name__}: {error}"
    path = workspace / "mine" / unit[:2] / f"{name}.py"
    write(path, text.encode())
    return f"It is now in your library: from mine import {name}"


def standalone(name: str, namespace: Mapping[str, Any]) -> str:
    """Return the source of the cell that defined ``name``, after the imports, constants and helpers that it uses.

    LookupError where the source of a function or class can't be found.
    """
    needs = _Needs(namespace)
    cell = cell_source(namespace[name], name)
    needs.of(cell, own=name)
    head = "\n".join(sorted(needs.imports) + [f"{key} = {text}" for key, text in needs.constants.items()])
    return "\n\n\n".join(part for part in (head, *needs.helpers.values(), cell.strip()) if part) + "\n"


class _Needs:
    """What pieces of source use from a notebook's namespace, gathered name by name."""

    def __init__(self, namespace: Mapping[str, Any]) -> None:
        self.imports: set[str] = set()
        self.constants: dict[str, str] = {}
        self.helpers: dict[str, str] = {}
        self._namespace = namespace

    def of(self, source: str, own: str) -> None:
        """Gather what a piece of source uses; ``own`` is what it defines."""
        for name in sorted(used_names(source) - {own}):
            if name in self._namespace and name not in self.helpers:
                self._add(name, self._namespace[name])

    def _add(self, name: str, value: Any) -> None:
        if isinstance(value, ModuleType):
            self.imports.add(_module_import(value.__name__, name))
        elif _is_component(name):
            self.imports.add(f"from mine import {name}")
        elif inspect.isroutine(value) or isinstance(value, type):
            self._add_definition(name, value)
        elif isinstance(value, (torch.dtype, torch.device)):
            self.imports.add("import torch")
            self.constants[name] = f"torch.{value!r}" if isinstance(value, torch.device) else repr(value)
        elif _is_literal(value):
            self.constants[name] = repr(value)

    def _add_definition(self, name: str, value: Any) -> None:
        if getattr(value, "__module__", None) not in ("__main__", "answer", None):
            original = getattr(value, "__name__", name)
            self.imports.add(f"from {value.__module__} import {original}" + ("" if original == name else f" as {name}"))
            return
        self.helpers[name] = ""  # entered first, so that two helpers that use each other end the recursion
        source = definition_source(value, name)
        self.of(source, own=name)
        del self.helpers[name]
        self.helpers[name] = source


def used_names(source: str) -> set[str]:
    """Return the names that a piece of source reads and doesn't itself import, except built-in ones."""
    tree = ast.parse(source)
    read = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    own_imports = {
        (alias.asname or alias.name).split(".")[0]
        for node in tree.body
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for alias in node.names
    }
    return read - own_imports - set(dir(builtins))


def cell_source(value: Any, name: str) -> str:
    """Return the whole cell that defined a function or class."""
    code = _code(value)
    lines = linecache.getlines(code.co_filename) if code else []
    if not lines:
        raise LookupError(f"the cell that defined {name} can't be found; run it again")
    return "".join(lines)


def definition_source(value: Any, name: str) -> str:
    """Return the statement of its cell that defined a function, class or lambda."""
    cell = cell_source(value, name)
    for node in ast.parse(cell).body:
        defines = getattr(node, "name", None) == name or (
            isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == name for t in node.targets)
        )
        if defines:
            first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))])
            return "\n".join(cell.splitlines()[first - 1 : node.end_lineno])
    raise LookupError(f"{name} is made in a way that can't be saved; define it with def or class")


def _code(value: Any) -> CodeType | None:
    value = inspect.unwrap(value)
    if isinstance(value, type):
        functions = (inspect.unwrap(member) for member in vars(value).values() if callable(member))
        return next((f.__code__ for f in functions if hasattr(f, "__code__")), None)
    code = getattr(value, "__code__", None)
    return code if isinstance(code, CodeType) else None


def _module_import(module: str, name: str) -> str:
    parent, _, last = module.rpartition(".")
    if parent and last == name:
        return f"from {parent} import {last}"
    return f"import {module}" if module == name else f"import {module} as {name}"


def _is_component(name: str) -> bool:
    try:
        find_component(name)
    except UnknownUnit:
        return False
    return True


def _is_literal(value: Any) -> bool:
    try:
        return bool(ast.literal_eval(repr(value)) == value)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return False
