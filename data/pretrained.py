"""What unit 09 starts from: MiniLM where it is installed, else the small BERT of unit 08, in one and the same form."""

import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from torch import Tensor

from data import minilm
from data.minilm import ADVICE, Encoded, padded

LAYER = {
    "self_attention.q_proj": "attention.self.query",
    "self_attention.k_proj": "attention.self.key",
    "self_attention.v_proj": "attention.self.value",
    "self_attention.out_proj": "attention.output.dense",
    "norm1": "attention.output.LayerNorm",
    "feed_forward.linear1": "intermediate.dense",
    "feed_forward.linear2": "output.dense",
    "norm2": "output.LayerNorm",
}
OTHERS = {
    "embeddings.token": "embeddings.word_embeddings",
    "embeddings.position": "embeddings.position_embeddings",
    "embeddings.segment": "embeddings.token_type_embeddings",
    "embeddings.norm": "embeddings.LayerNorm",
    "pooler": "pooler.dense",
}


@dataclass(frozen=True)
class Start:
    """A pretrained model: the fields of its BertConfig, its weights by Hugging Face's names, its tokenizer."""

    name: str
    real: bool
    sizes: dict[str, int]
    weights: dict[str, Tensor]
    tokenizer: Any

    def encode(self, texts: Sequence[str], max_length: int = 48) -> Encoded:
        """Return sentences as padded tensors, [CLS] first and [SEP] last; longer ones are cut."""
        pieces = self.tokenizer.encode_batch(list(texts), add_special_tokens=False)
        return padded([self._framed(row.ids, max_length) for row in pieces])

    def encode_words(self, words: Sequence[str]) -> tuple[list[int], list[int | None], list[str]]:
        """Return ids, the number of the word that each is of (None: of no word), and the pieces themselves."""
        found = self.tokenizer.encode(list(words), is_pretokenized=True, add_special_tokens=False)
        return self._framed(found.ids, len(found.ids) + 2), [None, *found.word_ids, None], self._shown(found.tokens)

    def _framed(self, ids: Sequence[int], max_length: int) -> list[int]:
        cls_id, sep_id = (self.tokenizer.token_to_id(token) for token in ("[CLS]", "[SEP]"))
        return [cls_id, *ids[: max_length - 2], sep_id]

    def _shown(self, tokens: Sequence[str]) -> list[str]:
        return ["[CLS]", *tokens, "[SEP]"]


def start() -> Start:
    """Return MiniLM; where it isn't installed say so, and return the small model instead."""
    found = minilm.available()
    if found is not None:
        tokenizer = found.tokenizer()
        tokenizer.no_truncation()
        return Start("MiniLM", True, found.sizes(), found.state_dict(), tokenizer)
    print(f"{ADVICE} Until then this notebook runs with unit 08's small BERT, whose answers are far worse.")
    return small()


def small() -> Start:
    """Return unit 08's model, pretrained for some minutes on source code."""
    from data.pretraining import CHECKPOINT, Sizes
    from data.word_pieces import tokenizer

    load: Any = importlib.import_module("safetensors.torch").load_file
    own = {name: tensor for name, tensor in load(CHECKPOINT).items() if name.startswith("bert.")}
    weights = {_theirs(name.removeprefix("bert.")): tensor for name, tensor in own.items()}
    sizes = {name: getattr(Sizes(), name) for name in Sizes.__dataclass_fields__}
    return Start("unit 08's small BERT", False, sizes, weights, tokenizer())


def _theirs(name: str) -> str:
    part, _, kind = name.rpartition(".")
    if part in OTHERS:
        return f"{OTHERS[part]}.{kind}"
    _, _, number, inner = part.split(".", 3)
    return f"encoder.layer.{number}.{LAYER[inner]}.{kind}"
