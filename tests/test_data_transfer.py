"""Unit 09's data: docstrings and their packages, real weights or the small ones, the runs that are measured."""

import ast
import hashlib
import json

import pytest
import torch

from data import docstrings, few_labels, minilm, pretrained, transfer
from data.docstrings import PACKAGES, Sentence
from data.minilm import padded


def test_no_sentence_is_both_an_example_and_held_out_or_of_two_packages() -> None:
    topics = docstrings.load()
    texts = [one.text for one in (*topics.pool, *topics.held_out)]
    assert len(texts) == len(set(texts))
    assert len(topics.held_out) == docstrings.HELD_OUT
    assert {one.label for one in topics.held_out} == set(range(len(PACKAGES)))
    assert all(one.name.startswith(f"{PACKAGES[one.label]}") for one in topics.held_out)


def test_a_sample_is_the_same_for_the_same_seed_only() -> None:
    topics = docstrings.load()
    assert topics.sample(20, 1) == topics.sample(20, 1) != topics.sample(20, 2)


def test_the_sample_is_the_one_whose_checksum_the_readme_gives() -> None:
    readme = (docstrings.FILE.parent / "README.md").read_text(encoding="utf-8")
    assert hashlib.sha256(docstrings.FILE.read_bytes()).hexdigest() in readme
    assert json.loads(docstrings.FILE.read_text(encoding="utf-8"))["packages"] == list(PACKAGES)


def test_the_first_sentence_ends_at_its_full_stop_or_paragraph() -> None:
    tree = ast.parse('def f():\n    """Open a file\n    and read it. Close it.\n\n    More.\n    """')
    assert list(docstrings.documented(tree, "m")) == [("Open a file and read it", "m.f")]


def test_a_batch_is_padded_on_the_right_and_cut_to_its_longest_row() -> None:
    batch = padded([[5, 6, 7], [8], [9, 9]])
    assert batch.ids.tolist() == [[5, 6, 7], [8, 0, 0], [9, 9, 0]]
    assert batch.mask.sum(1).tolist() == [3, 1, 2]
    assert batch[torch.tensor([1, 2])].ids.tolist() == [[8, 0], [9, 9]]


def test_the_small_model_has_hugging_faces_names_and_frames_its_sentences() -> None:
    pytest.importorskip("tokenizers")
    small = pretrained.small()
    assert "encoder.layer.1.attention.output.LayerNorm.bias" in small.weights
    assert small.weights["embeddings.word_embeddings.weight"].shape == (4000, small.sizes["hidden_size"])
    ids, word_ids, pieces = small.encode_words(["return", "value"])
    assert pieces[0] == "[CLS]" and pieces[-1] == "[SEP]" and word_ids[0] is None and word_ids[-1] is None
    assert small.encode(["return value"]).ids[0].tolist() == ids


def test_missing_weights_are_named_with_advice(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("tokenizers")

    def nowhere() -> None:
        raise FileNotFoundError("not installed")

    monkeypatch.setattr(minilm, "find_weights", nowhere)
    with pytest.raises(FileNotFoundError, match="make weights"):
        minilm.find()
    assert not pretrained.start().real
    assert "make weights" in capsys.readouterr().out


def test_the_rate_rises_and_falls_to_zero() -> None:
    assert [transfer.factor(step, 2, 6) for step in (0, 1, 2, 4, 6)] == [0.0, 0.5, 1.0, 0.5, 0.0]


def test_a_tagged_sentence_has_lost_its_marks_and_a_name_of_two_words_begins_once() -> None:
    marked = Sentence("Run *the_callback* when wait_for() or MyClass ends", "asyncio.x", 0)
    made = few_labels._tagged(marked)
    assert made is not None
    assert made.first == ("Run", "the", "callback", "when", "wait", "for", "or", "my", "class", "ends")
    assert made.answer == (0, 1, 2, 0, 1, 2, 0, 1, 2, 0)


def test_a_span_is_the_sentence_whose_name_is_asked_for() -> None:
    known, asked = few_labels.examples("spans", docstrings.load())
    texts = {few_labels.words_of(one.name.rpartition(".")[2]): set() for one in docstrings.load().pool}
    for one in docstrings.load().pool:
        texts[few_labels.words_of(one.name.rpartition(".")[2])].add(one.text)
    for one in known[:50]:
        first, last = one.answer
        assert " ".join(one.second[first : last + 1]).removesuffix(".") in texts[one.first]
    assert not {one.second for one in known} & {one.second for one in asked}


@pytest.mark.parametrize("kind", few_labels.KINDS)
def test_labels_stand_where_the_words_are_and_the_right_answers_score_one(kind: few_labels.Kind) -> None:
    pytest.importorskip("tokenizers")
    chosen = few_labels.examples(kind, docstrings.load())[1][:6]
    asked = few_labels.encode(kind, pretrained.small().tokenizer, chosen)
    width = asked.batch.ids.shape[1]
    if kind == "spans":
        assert all(text[span].all() for text, span in zip(asked.text, asked.labels, strict=True))
        perfect = torch.nn.functional.one_hot(asked.labels, width).mT.float()
    else:
        perfect = torch.nn.functional.one_hot(asked.labels.clamp(min=0), few_labels.OUTPUTS[kind]).float()
    assert few_labels.score(kind, perfect, asked) == 1.0
    assert few_labels.score(kind, perfect.flip(1) if kind == "spans" else -perfect, asked) < 1.0
