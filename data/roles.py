"""What every name in a function is: parameter, local variable, attribute …, as an editor colours it.

The functions are unit 08's held-out ones, which the pretrained model has never seen; the labels come from Python's
own parser, so there are as many as one likes, and one may pretend that there are few.
"""

import ast
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import torch
from torch import Tensor

from data.source_code import Function, held_out
from data.word_pieces import CLS, PAD, SEP, tokenizer

ROLES: Final = ("parameter", "local variable", "attribute", "method", "function", "other name", "keyword argument")
UNSCORED: Final = -100
LONGEST: Final = 64  # pieces, [CLS] and [SEP] among them
FEWEST: Final = 4  # names that a function must have
TESTED: Final = 300
SEED: Final = 0

AnyFunction = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Tagged:
    """Functions as pieces: ids, segments, mask (True: real), labels (at a name's first piece); ``(N, T)``."""

    ids: Tensor
    segments: Tensor
    mask: Tensor
    labels: Tensor

    def __len__(self) -> int:
        return len(self.ids)

    def __getitem__(self, rows: Any) -> "Tagged":
        """Return some of the functions, cut to the longest of them."""
        width = int(self.mask[rows].sum(1).max())
        return Tagged(*(part[rows][:, :width] for part in (self.ids, self.segments, self.mask, self.labels)))


def load() -> tuple[Tagged, Tagged]:
    """Return a pool to take labelled and unlabelled functions from, and functions held out; no file is in both."""
    functions = [function for function in held_out() if len(roles(function.source)) >= FEWEST]
    files = sorted({function.file for function in functions})
    random.Random(SEED).shuffle(files)
    order = {file: place for place, file in enumerate(files)}
    functions.sort(key=lambda function: order[function.file])
    border = functions[TESTED].file
    test = [function for function in functions if order[function.file] < order[border]]
    return tagged(functions[len(test) :]), tagged(test)


def tagged(functions: Sequence[Function]) -> Tagged:
    """Return functions as padded tensors with their labels."""
    encode = tokenizer()
    rows = [pieces(function.source, encode) for function in functions]
    width = max(len(ids) for ids, _ in rows)
    ids = torch.tensor([ids + [PAD] * (width - len(ids)) for ids, _ in rows])
    labels = torch.tensor([labels + [UNSCORED] * (width - len(labels)) for _, labels in rows])
    return Tagged(ids, torch.zeros_like(ids), ids != PAD, labels)


def pieces(source: str, encode: Any) -> tuple[list[int], list[int]]:
    """Return [CLS], the first pieces of a function and [SEP], and the label of each."""
    found = encode.encode(source, add_special_tokens=False)
    known, room = roles(source), LONGEST - 2
    labels = [known.get(start, UNSCORED) for start, _ in found.offsets[:room]]
    return [CLS, *found.ids[:room], SEP], [UNSCORED, *labels, UNSCORED]


def roles(source: str) -> dict[int, int]:
    """Return where in a function's source each name begins, and the number of its role in ``ROLES``."""
    tree = ast.parse(source)
    (function,) = tree.body
    assert isinstance(function, AnyFunction)
    lines = [0]
    for line in source.splitlines(keepends=True):
        lines.append(lines[-1] + len(line))
    return {lines[line - 1] + column: ROLES.index(role) for line, column, role in _found(function)}


def _found(function: AnyFunction) -> Iterator[tuple[int, int, str]]:
    """Yield (line, column, role) of the names in a function."""
    nodes = list(ast.walk(function))
    parameters = {node.arg for node in nodes if isinstance(node, ast.arg)}
    stored = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    called = {id(node.func) for node in nodes if isinstance(node, ast.Call)}
    for node in nodes:
        if isinstance(node, ast.arg):
            yield node.lineno, node.col_offset, "parameter"
        elif isinstance(node, ast.keyword) and node.arg:
            yield node.lineno, node.col_offset, "keyword argument"
        elif isinstance(node, ast.Attribute) and node.end_lineno and node.end_col_offset:
            column = node.end_col_offset - len(node.attr)
            yield node.end_lineno, column, "method" if id(node) in called else "attribute"
        elif isinstance(node, ast.Name):
            if node.id in parameters:
                yield node.lineno, node.col_offset, "parameter"
            elif node.id in stored:
                yield node.lineno, node.col_offset, "local variable"
            else:
                yield node.lineno, node.col_offset, "function" if id(node) in called else "other name"
