"""A translator of what programs say, trained: the first seed of unit 06's table, its weights in half precision."""

from pathlib import Path
from typing import Final

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from data.dropout_transformers import Translator, for_students

FILE: Final = Path(__file__).parent / "ui-translator.safetensors"


def weights() -> dict[str, Tensor]:
    """Return the weights in float32, under the names of unit 05's ``Transformer`` (width 64, 4 heads, 2 + 2 layers)."""
    return {name: tensor.float() for name, tensor in load_file(FILE).items()}


def save(model: Translator) -> Path:
    """Keep a model's weights as float16."""
    named = for_students(model.state_dict())
    save_file({name: tensor.to(torch.float16) for name, tensor in named.items()}, FILE)
    return FILE
