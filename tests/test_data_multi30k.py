"""Multi30k with stand-ins for its archives: known by checksum, fetched once, and a sentence where there are none."""

import hashlib
import io
import tarfile
from pathlib import Path

import pytest

from data import multi30k

TRAIN = [
    ("A dog runs.", "Ein Hund rennt."),
    ("Two dogs run!", "Zwei Hunde rennen!"),
    ("A man runs.", "Ein Mann rennt."),
]
HELD_OUT = [("Two men run.", "Zwei Hunde rennen."), ("A dog's ÿ.", "Ein Hund.")]


def archive(part: str, pairs: list[tuple[str, str]]) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as tar:
        for language, texts in zip(("en", "de"), zip(*pairs, strict=True), strict=True):
            content = "".join(f"{text}\n" for text in texts).encode()
            member = tarfile.TarInfo(f"./{part}.{language}")
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return stream.getvalue()


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that stands for the second host; the first one is down."""
    files = {}
    for part, pairs in (("train", TRAIN), ("val", HELD_OUT)):
        content = archive(part, pairs)
        (tmp_path / f"{part}.tar.gz").write_bytes(content)
        files[part] = (f"{part}.tar.gz", hashlib.sha256(content).hexdigest())
    monkeypatch.setattr(multi30k, "ARCHIVES", files)
    monkeypatch.setattr(multi30k, "HOSTS", ((tmp_path / "down").as_uri() + "/", tmp_path.as_uri() + "/"))
    return tmp_path


def test_a_corpus_is_cut_into_pieces_and_keeps_back_what_it_can_not_cut(host: Path):
    corpus = multi30k.corpus(host / "cache")
    assert len(corpus.train) == 3
    assert ["".join(pair.source) for pair in corpus.held_out] == ["▁two▁men▁run▁."]
    corpus.batch(corpus.held_out)


def test_what_was_fetched_is_not_fetched_again(host: Path, monkeypatch: pytest.MonkeyPatch):
    first = multi30k.sentences("train", host / "cache")
    monkeypatch.setattr(multi30k, "HOSTS", ())
    assert multi30k.sentences("train", host / "cache") == first


def test_another_file_than_the_known_one_is_refused_in_a_sentence(host: Path):
    (host / "train.tar.gz").write_bytes(b"something else")
    with pytest.raises(OSError, match=r"train\.tar\.gz can't be had .*another file than the one that is known"):
        multi30k.sentences("train", host / "cache")
    assert not (host / "cache").exists()
