"""The WordPiece tokenizer of the source code: trained once with ``tokenizers``, kept as a file that anyone can read."""

import importlib
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from data.source_code import Function

FILE: Final = Path(__file__).parent / "code-tokenizer.json"
Document = list[list[int]]
"""A function as sentences of piece ids."""

SIZE: Final = 4000
SPECIAL: Final = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
PAD, UNK, CLS, SEP, MASK = range(len(SPECIAL))


def vocabulary(file: Path = FILE) -> dict[str, int]:
    """Return piece → id, in the order of the ids; the special tokens come first."""
    pieces = json.loads(file.read_text(encoding="utf-8"))["model"]["vocab"]
    return dict(sorted(pieces.items(), key=lambda entry: int(entry[1])))


def tokenizer(file: Path = FILE) -> Any:
    """Return the ``tokenizers.Tokenizer``; raises ``ImportError`` where that library is not installed."""
    return importlib.import_module("tokenizers").Tokenizer.from_file(str(file))


def train(texts: Iterable[str], size: int = SIZE) -> Any:
    """Return a ``tokenizers.Tokenizer`` with a vocabulary of ``size`` pieces, learnt from texts.

    Words are cut as ``data.source_code.words`` cuts them. The library breaks ties at random: two runs differ in a few
    pieces and in the order of the ids.
    """
    library = importlib.import_module("tokenizers")
    made = library.Tokenizer(library.models.WordPiece(unk_token="[UNK]", max_input_chars_per_word=1000))
    made.pre_tokenizer = library.pre_tokenizers.BertPreTokenizer()
    made.decoder = library.decoders.WordPiece(prefix="##")
    trainer = library.trainers.WordPieceTrainer(vocab_size=size, special_tokens=list(SPECIAL), show_progress=False)
    made.train_from_iterator(texts, trainer)
    return made


def encoded(functions: Sequence[Function], tokenizer: Any) -> list[Document]:
    """Return every function that has at least two sentences, as their ids, without special tokens."""
    long = [sentences for function in functions if len(sentences := function.sentences) > 1]
    ids = iter(tokenizer.encode_batch([sentence for sentences in long for sentence in sentences]))
    return [[next(ids).ids for _ in sentences] for sentences in long]
