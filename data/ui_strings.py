"""What programs say, English to German: strings of JupyterLab and Django, as their translators wrote them.

The pairs come from the German language pack of JupyterLab and from Django's own catalogues, both under the BSD licence;
``python -m data.build ui-strings`` extracts them again. Sources are in lower case, targets as they are.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import metadata
from pathlib import Path
from typing import Any, Final

from data.parallel import SPECIAL, Corpus, Pair, Tokens, Vocabulary
from data.pieces import Cutter, learn, symbols_of, words

FILE: Final = Path(__file__).parent / "ui-strings.json"
PACKAGES: Final = {"jupyterlab-language-pack-de-DE": "4.5.post3", "Django": "5.2.19"}
MERGES: Final = 1_000
LONGEST: Final = 40  # words of either side
HELD_OUT: Final = 200
GROUP: Final = "string"

Texts = tuple[str, str]

_FILLED_IN: Final = re.compile(r"%\(\w+\)[a-z]|%[sd\d]|\{\{.*?\}\}|\{\w*\}|\$\w+")


@dataclass(frozen=True)
class PieceCorpus(Corpus):
    """A corpus whose vocabularies hold all pieces that its cutter can cut, not only those that occur."""

    source_pieces: Tokens
    target_pieces: Tokens
    cutter: Cutter

    @cached_property
    def source(self) -> Vocabulary:
        """The vocabulary of the sources."""
        return Vocabulary((*SPECIAL, *self.source_pieces))

    @cached_property
    def target(self) -> Vocabulary:
        """The vocabulary of the targets."""
        return Vocabulary((*SPECIAL, *self.target_pieces))

    def pair(self, english: str, german: str = "") -> Pair:
        """Return texts as a pair of pieces, the source in lower case."""
        return Pair(self.cutter(normalised(english)), self.cutter(german), GROUP)


@cache
def corpus() -> PieceCorpus:
    """Return the pairs that ship with the course, cut into pieces; no held-out source differs from one trained on
    in capitals, digits or punctuation only.
    """
    stored = json.loads(FILE.read_text(encoding="utf-8"))
    merges = [(first, second) for first, second in stored["merges"]]
    sides = zip(*stored["train"], strict=True)
    english, german = (symbols_of(side, merges) for side in sides)
    empty = PieceCorpus((), (), tuple(english), tuple(german), Cutter(merges))
    train, held_out = (tuple(empty.pair(*texts) for texts in stored[part]) for part in ("train", "held_out"))
    return PieceCorpus(train, held_out, empty.source_pieces, empty.target_pieces, empty.cutter)


def normalised(english: str) -> str:
    """Return a source as the model reads it: what a program fills in as {}, in lower case."""
    return " ".join(words(_FILLED_IN.sub("{}", english).lower()))


def build() -> Path:
    """Extract the pairs from the installed packages, split them and learn the pieces on the training part.

    Raises ``FileNotFoundError`` where a package is missing or of another version.
    """
    texts = sorted({pair for package in PACKAGES for pair in _catalogue(package) if _fits(*pair)})
    train, held_out = _split(texts)
    merges = learn([text for pair in train for text in pair], MERGES)
    known = [set(symbols_of(side, [])) for side in zip(*train, strict=True)]
    stored = {
        "licence": "BSD-3-Clause, see ui-strings-licences.txt",
        "packages": PACKAGES,
        "train": train,
        "held_out": [
            pair for pair in held_out if all(_known(text, side) for text, side in zip(pair, known, strict=True))
        ],
        "merges": merges,
    }
    FILE.write_text(json.dumps(stored, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
    return FILE


def _catalogue(package: str) -> Iterator[Texts]:
    """Yield a package's German strings with their sources, singular with singular and plural with plural."""
    mofile: Any = __import__("babel.messages.mofile", fromlist=["read_mo"])
    for path in _files(package):
        with path.open("rb") as stream:
            for message in mofile.read_mo(stream):
                for english, german in zip(_forms(message.id), _forms(message.string), strict=False):
                    yield normalised(english), " ".join(words(_FILLED_IN.sub("{}", german)))


def _files(package: str) -> list[Path]:
    try:
        found = metadata.distribution(package)
    except metadata.PackageNotFoundError:
        raise FileNotFoundError(
            f"install {package}=={PACKAGES[package]} first: the strings are extracted from it"
        ) from None
    if found.version != PACKAGES[package]:
        raise FileNotFoundError(f"{package} is installed as {found.version}; the strings come from {PACKAGES[package]}")
    files = [Path(str(found.locate_file(file))) for file in found.files or ()]
    return sorted(file for file in files if file.suffix == ".mo" and {"de", "de_DE"} & set(file.parts))


def _forms(text: Any) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def _fits(english: str, german: str) -> bool:
    """Whether both sides have a word and few enough of them, and nothing that is markup."""
    lengths = [len(side.split()) for side in (english, german)]
    both = english + german
    return min(lengths) > 0 and max(lengths) <= LONGEST and key(english) != "" and not re.search(r"[<>\\_]", both)


def key(english: str) -> str:
    """Return what two sources must not share if one is to be held out: their letters, without case."""
    return re.sub(r"[\W\d_]+", " ", english.lower()).strip()


def _split(texts: list[Texts]) -> tuple[list[Texts], list[Texts]]:
    """Hold out one pair each of groups with one key, of several words, drawn by its hash; drop the rest of them."""
    groups: dict[str, list[Texts]] = {}
    for pair in texts:
        groups.setdefault(key(pair[0]), []).append(pair)
    drawn = sorted(groups, key=lambda name: (" " not in name, hashlib.sha256(name.encode()).hexdigest()))
    held_out = [groups[name][0] for name in drawn[:HELD_OUT]]
    return sorted(pair for name in drawn[HELD_OUT:] for pair in groups[name]), sorted(held_out)


def _known(text: str, characters: set[str]) -> bool:
    return all(symbol in characters for word in words(text) for symbol in word)
