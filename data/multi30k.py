"""Multi30k, for who has internet: what people wrote about photographs, English to German (Elliott et al. 2016).

Nothing of it ships with the course. The archives are fetched once, are known by their SHA-256, and stay in the user's
cache.
"""

import hashlib
import io
import tarfile
import urllib.request
from collections.abc import Iterable
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Final

from data.parallel import Pair
from data.pieces import Cutter, learn, symbols_of, words
from data.ui_strings import PieceCorpus, normalised

HOSTS: Final = (
    "https://raw.githubusercontent.com/neychev/small_DL_repo/master/datasets/Multi30k/",
    "http://www.quest.dcs.shef.ac.uk/wmt16_files_mmt/",
)
ARCHIVES: Final = {
    "train": ("training.tar.gz", "20140d013d05dd9a72dfde46478663ba05737ce983f478f960c1123c6671be5e"),
    "val": ("validation.tar.gz", "a7aa20e9ebd5ba5adce7909498b94410996040857154dab029851af3a866da8c"),
}
FOLDER: Final = Path.home() / ".cache" / "multi30k"
MERGES: Final = 1_000
LEARNED_FROM: Final = 5_000  # sentences of each language: learning from all takes minutes and finds much the same
GROUP: Final = "photograph"
PATIENCE: Final = 30.0  # seconds

Texts = tuple[str, str]


@cache
def corpus(folder: Path = FOLDER) -> PieceCorpus:
    """Return the training part and, held out, the validation part, cut into pieces learned from the former.

    Raises ``OSError``, with what was tried, where the archives are neither in the folder nor to be had.
    """
    train, held_out = (sentences(part, folder) for part in ("train", "val"))
    merges = learn([text for pair in train[:LEARNED_FROM] for text in pair], MERGES)
    pieces = [symbols_of(side, merges) for side in zip(*train, strict=True)]
    known = [{symbol for piece in side for symbol in piece} for side in pieces]
    fits = [pair for pair in held_out if all(set("".join(words(t))) <= k for t, k in zip(pair, known, strict=True))]
    cut = _cut({word for pair in (*train, *fits) for text in pair for word in words(text)}, Cutter(merges))
    known_pairs, asked = (tuple(_pair(texts, cut) for texts in part) for part in (train, fits))
    return PieceCorpus(known_pairs, asked, tuple(pieces[0]), tuple(pieces[1]), Cutter(merges))


def sentences(part: str, folder: Path = FOLDER) -> list[Texts]:
    """Return a part's sentences, English as a model reads it and German as it was written."""
    with tarfile.open(fileobj=io.BytesIO(_archive(part, folder)), mode="r:gz") as archive:
        english, german = (_lines(archive, f"{part}.{language}") for language in ("en", "de"))
    return [(normalised(en), " ".join(words(de))) for en, de in zip(english, german, strict=True)]


def _archive(part: str, folder: Path) -> bytes:
    name, checksum = ARCHIVES[part]
    path = folder / name
    if path.exists() and _sum(kept := path.read_bytes()) == checksum:
        return kept
    problems = []
    for host in HOSTS:
        try:
            with urllib.request.urlopen(host + name, timeout=PATIENCE) as answer:
                found: bytes = answer.read()
        except OSError as error:
            problems.append(f"{host}: {error}")
            continue
        if _sum(found) == checksum:
            folder.mkdir(parents=True, exist_ok=True)
            path.write_bytes(found)
            return found
        problems.append(f"{host}: another file than the one that is known")
    raise OSError(f"Multi30k's {name} can't be had ({'; '.join(problems)}).")


def _sum(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _lines(archive: tarfile.TarFile, name: str) -> list[str]:
    """Return the lines of the member of that name, whatever folder it is in."""
    member = next(member for member in archive.getmembers() if Path(member.name).name == name)
    stream = archive.extractfile(member)
    assert stream is not None, name
    return stream.read().decode("utf-8").splitlines()


def _cut(all_words: Iterable[str], cutter: Cutter) -> dict[str, tuple[str, ...]]:
    return {word: cutter(word) for word in all_words}


def _pair(texts: Texts, cut: dict[str, tuple[str, ...]]) -> Pair:
    source, target = (tuple(chain.from_iterable(cut[word] for word in words(text))) for text in texts)
    return Pair(source, target, GROUP)
