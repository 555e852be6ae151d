"""The corpus of unit 08, the small BERT that is pretrained on it, and what ships with the course."""

import hashlib
import random
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from autograder.authoring.reference import reference_module, references
from autograder.authoring.source import read_source
from data import pretraining, source_code, tables, word_pieces
from data.pretraining import IGNORED, CodeBert, Progress, Recipe, Sizes
from data.word_pieces import CLS, MASK, SEP, Document

ROOT = Path(__file__).parents[1]
UNIT = "08-bert-pretraining"
TINY = Sizes(vocab_size=40, hidden_size=16, num_layers=2, num_heads=2, intermediate_size=32, max_length=16)
SOURCE = '''
class Box:
    """A box."""

    def open(self):
        """Open it."""
        def inside():
            "nothing"
        return inside

async def π():
    pass

def wait(): return "ä"
def twice(x): return x + x
'''


@pytest.fixture(scope="module")
def contract() -> dict[str, Any]:
    """Unit 08's reference solutions and the names that they need."""
    source = read_source(UNIT)
    names: dict[str, Any] = {}
    exec(reference_module(source, ROOT), names)
    header = "import torch\nimport torch.nn.functional as F\nfrom torch import nn\nfrom dataclasses import dataclass\n"
    given_cells = [cell.source for cell in source.cells if cell.role == "given" and "mine" not in cell.source]
    exec("\n\n".join([header, *references(UNIT).own.values(), *given_cells]), names)
    return names


@pytest.fixture
def library(tmp_path: Path) -> Path:
    (tmp_path / "box.py").write_text(SOURCE, encoding="utf-8")
    (tmp_path / "broken.py").write_text("def (")
    (tmp_path / "encodings").mkdir()
    (tmp_path / "encodings" / "big.py").write_text("def left_out(): pass")
    (tmp_path / "zz.py").write_text("def twice(x): return x + x\n")
    return tmp_path


def some_documents() -> list[Document]:
    drawn = random.Random(0)
    return [[[drawn.randrange(5, 40) for _ in range(drawn.randrange(1, 9))] for _ in range(4)] for _ in range(6)]


def a_batch(count: int = 12) -> pretraining.Batch:
    return pretraining.packed(pretraining.pairs(some_documents(), random.Random(1))[:count], TINY.max_length)


def test_functions_lose_their_docstrings_and_what_is_not_ascii_is_left_out(library: Path) -> None:
    found = {function.name: function for function in source_code.functions(library)}
    assert set(found) == {"Box.open", "twice"}
    assert '"""' not in found["Box.open"].source and "nothing" not in found["Box.open"].source


def test_a_function_that_occurs_twice_is_taken_once(library: Path) -> None:
    assert [f.file for f in source_code.functions(library) if f.name == "twice"] == ["zz.py"]


def test_sentences_are_the_lines_of_a_function_and_no_longer_than_allowed_unless_a_line_is() -> None:
    for function in source_code.held_out()[:200]:
        assert "\n".join(function.sentences) == function.source
        for sentence in function.sentences:
            assert len(source_code.words(sentence)) <= source_code.LONGEST_SENTENCE or "\n" not in sentence


def test_whole_files_are_held_out() -> None:
    assert all(function.held_out for function in source_code.held_out())
    files = [source_code.Function(f"package/module_{number}.py", "f", "").held_out for number in range(500)]
    assert 0.05 < sum(files) / len(files) < 0.15


def test_what_is_kept_can_be_read_again(tmp_path: Path, library: Path) -> None:
    found = source_code.functions(library)
    assert source_code.held_out(source_code.save(found, tmp_path / "kept.json")) == found


@given(st.text([*map(chr, range(32, 127)), "\n", "\t"], max_size=60))
def test_words_are_cut_as_the_tokenizer_cuts_them(text: str) -> None:
    cut = word_pieces.tokenizer().pre_tokenizer.pre_tokenize_str(text)
    assert source_code.words(text) == [word for word, _ in cut]


def test_the_vocabulary_that_ships_begins_with_the_special_tokens() -> None:
    pieces = word_pieces.vocabulary()
    assert list(pieces)[:5] == list(word_pieces.SPECIAL) and list(pieces.values()) == list(range(word_pieces.SIZE))


@pytest.mark.parametrize("lengths", [(3, 4), (30, 2), (2, 30), (9, 9), (7, 7), (8, 5)])
def test_pairs_are_packed_as_the_contract_packs_them(contract: dict[str, Any], lengths: tuple[int, int]) -> None:
    first, second = ([5 + n for n in range(length)] for length in lengths)
    batch = pretraining.packed([(first, second, True)], TINY.max_length)
    ids, segments = contract["pack_pair"](first, second, CLS, SEP, TINY.max_length)
    assert batch.ids[0].tolist() == ids and batch.segments[0].tolist() == segments


def test_false_neighbours_come_from_another_document() -> None:
    documents = [[[100 * n + m] for m in range(5)] for n in range(1, 30)]
    found = pretraining.pairs(documents, random.Random(0))
    assert len(found) == 4 * len(documents)
    assert all((b[0] == a[0] + 1) if is_next else (b[0] // 100 != a[0] // 100) for a, b, is_next in found)
    assert 0.3 < sum(is_next for *_, is_next in found) / len(found) < 0.7


def test_an_epoch_shows_each_pair_at_most_once_and_keeps_lengths_together() -> None:
    documents = [[[5] * (1 + (n + m) % 6) for m in range(9)] for n in range(20)]
    recipe = Recipe(batch_size=2)
    drawn = pretraining.batches(documents, recipe, TINY.max_length, seed=0)
    shapes = Counter(next(drawn).ids.shape for _ in range(64))
    assert sum(count for _, count in shapes.items()) == 64 and len(shapes) > 3


def test_special_tokens_are_never_chosen_and_the_shares_are_those_of_the_recipe() -> None:
    batch = a_batch()
    wide = pretraining.Batch(
        *(tensor.repeat(800, 1) for tensor in (batch.ids, batch.segments, batch.mask)), batch.is_next
    )
    ids, labels = pretraining.corrupted(wide, Recipe(), 40, torch.Generator().manual_seed(0))
    chosen = labels != IGNORED
    assert not (chosen & wide.special).any() and torch.equal(ids[~chosen], wide.ids[~chosen])
    assert chosen[~wide.special].float().mean().item() == pytest.approx(0.15, abs=0.01)
    assert (ids == MASK)[chosen].float().mean().item() == pytest.approx(0.8, abs=0.02)
    assert (ids == wide.ids)[chosen].float().mean().item() == pytest.approx(0.1 + 0.1 / 40, abs=0.02)


def test_padding_changes_nothing() -> None:
    model, batch = pretraining.fresh(0, TINY).eval(), pretraining.packed([([5, 6, 7], [8], True)], TINY.max_length)
    more = [nn.functional.pad(tensor, (0, 3)) for tensor in (batch.ids, batch.segments, batch.mask)]
    with torch.no_grad():
        hidden, pooled = model(batch.ids, batch.segments, batch.mask)
        longer, pooled_longer = model(*more)
    torch.testing.assert_close(longer[:, : hidden.shape[1]], hidden, atol=1e-5, rtol=0)
    torch.testing.assert_close(pooled_longer, pooled, atol=1e-5, rtol=0)


def test_a_checkpoint_fits_the_contract_s_modules_and_gives_the_same_numbers(
    contract: dict[str, Any], tmp_path: Path
) -> None:
    model, batch = pretraining.fresh(3, TINY).eval(), a_batch()
    with torch.no_grad():  # biases and norms at other values than those they start from
        for parameter in model.parameters():
            parameter.add_(0.1 * torch.randn_like(parameter))
    config = contract["BertConfig"](40, 16, 2, 2, 32, 16)
    bert = contract["BertModel"](config).eval()
    heads = contract["PretrainingHeads"](bert).eval()
    pretraining.load_into(bert, heads, pretraining.save(model, tmp_path / "tiny.safetensors"))
    with torch.no_grad():
        hidden, pooled = model(batch.ids, batch.segments, batch.mask)
        own, own_pooled = bert(batch.ids, batch.segments, batch.mask)
        words, follows = heads(own, own_pooled)
    torch.testing.assert_close(own[batch.mask], hidden[batch.mask], atol=1e-5, rtol=0)
    torch.testing.assert_close(words[batch.mask], model.words(hidden)[batch.mask], atol=1e-4, rtol=0)
    torch.testing.assert_close(follows, model.next_sentence(pooled), atol=1e-5, rtol=0)


def test_a_module_that_lacks_a_tensor_is_told_which() -> None:
    with pytest.raises(ValueError, match=r"Linear has no .*embeddings\.token\.weight"):
        pretraining.load_into(nn.Linear(2, 2))


def test_training_lowers_both_losses_and_repeats_with_its_seed() -> None:
    runs = []
    for _ in range(2):
        model = pretraining.fresh(0, TINY)
        runs.append(pretraining.train(model, some_documents() * 20, Recipe(steps=30, batch_size=8), seed=0))
    assert runs[0] == runs[1]
    assert runs[0][-1].masked_loss < runs[0][0].masked_loss


def test_the_rate_rises_and_falls_to_nearly_nothing() -> None:
    factors = [Recipe(steps=200).rate_factor(step) for step in range(200)]
    assert max(factors) == factors[9] == 1.0 and factors[0] == pytest.approx(0.1) and 0 < factors[-1] < 0.01


def test_guessing_by_frequency_is_scored_on_what_is_held_out() -> None:
    loss, accuracy = pretraining.unigram([[[1, 1, 1, 2]]], [[[1, 2]]], vocab_size=4)
    assert accuracy == 0.5 and loss == pytest.approx(-(torch.tensor([4 / 8, 2 / 8]).log().mean().item()))


def test_the_weights_that_ship_fill_gaps_in_code() -> None:
    model = CodeBert()
    names = pretraining.named(model)
    stored = pretraining.load_file(pretraining.CHECKPOINT)
    assert {name: tensor.shape for name, tensor in stored.items()} == {n: t.shape for n, t in names.items()}


def test_the_files_are_those_that_the_readme_lists() -> None:
    rows = re.findall(r"^\| `([\w.-]+)` \|.*`([0-9a-f]{64})` \|$", (ROOT / "data/README.md").read_text(), re.MULTILINE)
    assert {"code-bert.safetensors", "code-tokenizer.json", "code-held-out.json"} <= {name for name, _ in rows}
    for name, checksum in rows:
        assert hashlib.sha256((ROOT / "data" / name).read_bytes()).hexdigest() == checksum, name


def test_pretraining_beats_frequencies_with_every_seed() -> None:
    measured = tables.results("08")
    for row in (measured["full"],):
        assert max(row["masked_loss"]) < measured["unigram"]["masked_loss"] - 1
        assert min(row["masked_accuracy"]) > 3 * measured["unigram"]["masked_accuracy"]
        assert min(row["next_accuracy"]) > 0.65


def test_the_figures_of_several_steps_are_averaged() -> None:
    from data.unit08 import figures, mean

    point = mean([Progress(1, 0, 2, 1), Progress(3, 1, 4, 0)])
    assert figures(point) == {"masked_loss": 2, "masked_accuracy": 0.5, "next_loss": 3, "next_accuracy": 0.5}
