"""Unit 07's text, its counting and trained models, and GPT-2's names."""

import importlib.util
import math
from types import ModuleType

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn

from autograder.authoring.source import ROOT
from data import gpt2, tables, unit07
from data.language_models import (
    Recipe,
    TorchLM,
    bits,
    held_out_losses,
    next_token_loss,
    start_small,
    train,
    windows,
)
from data.ngrams import accuracy, around, before, count, nats, ngrams
from data.python_prose import ALPHABET, Prose, decode, encode, paragraphs, prose, split
from data.writing import known_share, pieces, repeated_share, words

TEXTS = st.text(alphabet="abc ", min_size=1, max_size=60)
SENTENCE = "The quick brown fox jumps over the lazy dog of the neighbour."


def test_only_sentences_are_prose() -> None:
    code = (
        "Call it like this:\n\n   x = {f(i): [i] for i in range(10)}\n\n"
        + SENTENCE.replace("fox ", "fox\n")
        + "\n\n***\n"
    )
    assert list(paragraphs(code)) == [SENTENCE]


def test_a_paragraph_of_several_topics_is_kept_once() -> None:
    text = split(dict.fromkeys("abcdefghijklm", SENTENCE))
    assert (text.train, text.held_out) == ("", SENTENCE)


def test_no_paragraph_is_both_trained_on_and_held_out() -> None:
    text = prose()
    assert len(text.train) > 4 * len(text.held_out) > 0
    assert not set(text.train.split("\n")) & set(text.held_out.split("\n"))


def test_ids_give_the_text_back() -> None:
    assert decode(encode(ALPHABET)) == ALPHABET


def test_a_character_outside_the_alphabet_is_named() -> None:
    with pytest.raises(ValueError, match="no 'ß'"):
        encode("groß")


@given(TEXTS, TEXTS, st.integers(1, 4))
def test_the_probabilities_of_all_characters_add_up_to_one(text: str, seen: str, order: int) -> None:
    model = ngrams(text, order, vocabulary=4)
    assert math.isclose(sum(model.probability(seen, letter) for letter in "abc "), 1.0)


def test_the_worked_example_of_the_lesson_is_right() -> None:
    questions = [("qu", letter) for letter in "eeeeeiio"] + [("", "a")] * 11 + [("", "b")] * 79
    model = count(questions, 2, vocabulary=26)
    shorter = model.probability("xu", "a")
    assert model.probability("qu", "a") == pytest.approx((0 + 3 * model.probability("u", "a")) / (8 + 3))
    assert shorter == model.probability("u", "a")


def test_a_context_never_seen_changes_nothing() -> None:
    model = ngrams("abcabc", 3, vocabulary=3)
    assert model.probability("zb", "c") == model.probability("b", "c")


def test_an_ngram_model_stores_a_number_for_each_sequence_it_has_met() -> None:
    assert ngrams("abab", 2, vocabulary=2).size == len({"a", "b", "ab", "ba"})


def test_what_is_around_a_character_excludes_it_and_ends_with_its_neighbours() -> None:
    assert list(around("abcde", 2)) == [("eadb", "c")]
    assert list(before("abc", 2)) == [("", "a"), ("a", "b"), ("ab", "c")]


def test_counting_knows_a_text_that_repeats_itself() -> None:
    text = "abcd" * 50
    model = ngrams(text, 3, vocabulary=4)
    assert accuracy(model, before(text, 2, first=2)) == 1.0
    assert nats(model, before(text, 2, first=2)) < 0.1


def test_both_sides_tell_more_than_one_as_the_lesson_says() -> None:
    text = prose()
    left, both = (
        accuracy(count(pairs(text.train, reach), 4, 96), pairs(text.held_out, reach, first=64))
        for pairs, reach in ((before, 4), (around, 2))
    )
    assert both > left + 0.1


def small_model(length: int = 8) -> TorchLM:
    torch.manual_seed(0)
    return TorchLM(6, length, width=16, heads=2, layers=1)


def test_the_torch_model_is_causal() -> None:
    model, ids = small_model().eval(), torch.tensor([[0, 1, 2, 3, 4]])
    changed = torch.tensor([[0, 1, 2, 5, 4]])
    with torch.no_grad():
        moved = (model(ids) - model(changed)).abs().amax(dim=-1)[0]
    assert moved[:3].max() < 1e-5 < moved[3:].min()


def test_small_embeddings_begin_with_the_loss_of_one_who_knows_nothing() -> None:
    model, ids = small_model(), torch.randint(6, (4, 8), generator=torch.Generator().manual_seed(0))
    start_small(model)
    assert next_token_loss(model(ids), ids).item() == pytest.approx(math.log(6), abs=0.05)


def test_training_asks_every_place_of_the_context() -> None:
    model, ids = small_model(), torch.arange(60) % 6
    asked: list[Tensor] = []

    def loss(logits: Tensor, batch: Tensor) -> Tensor:
        logits.register_hook(asked.append)
        return next_token_loss(logits, batch)

    train(model, loss, ids, recipe=Recipe(steps=1, batch_size=2, length=8))
    places = asked[0].abs().sum(dim=(0, 2)) > 0
    assert places.tolist() == [True] * 8 + [False]  # the ninth is what stands after the last id


def test_training_repeats_with_its_seed_and_lowers_the_loss() -> None:
    ids = torch.arange(600) % 6
    runs = []
    for _ in range(2):
        model = small_model()
        start_small(model)
        runs.append(
            train(model, next_token_loss, ids, seed=1, recipe=Recipe(steps=60, batch_size=8, length=8, warmup=5))
        )
    assert runs[0] == runs[1]
    assert runs[0][-1] < 0.5 * runs[0][0]


def test_windows_stay_inside_the_text() -> None:
    drawn = windows(torch.arange(10), 9, 50, seed=0)
    assert {tuple(row) for row in next(drawn).tolist()} == {tuple(range(9)), tuple(range(1, 10))}


class Uniform(nn.Module):
    """A model that gives all six tokens the same odds."""

    def forward(self, ids: Tensor) -> Tensor:
        return torch.zeros(*ids.shape, 6)


@pytest.mark.parametrize("length", [1, 4, 5])
def test_a_model_that_knows_nothing_needs_the_bits_of_a_die(length: int) -> None:
    losses, counts = held_out_losses(Uniform(), torch.arange(40) % 6, length)
    assert bits(losses, counts) == pytest.approx(math.log2(6))
    stride = max(1, length // 2)
    assert sum(counts) == stride * len(range(0, 40 - length, stride))


def test_measuring_leaves_the_mode_of_the_model_alone() -> None:
    model = Uniform().train()
    held_out_losses(model, torch.arange(40) % 6, 4)
    assert model.training


def test_words_are_known_or_not() -> None:
    assert words("It's 2 words") == ["It", "s", "words"]
    assert known_share("one two three", ["one", "three"]) == pytest.approx(2 / 3)
    assert known_share("123", ["one"]) == 0


@given(st.text(max_size=40))
def test_pieces_joined_are_the_text(text: str) -> None:
    assert "".join(pieces(text)) == text


def test_a_loop_repeats_itself_and_new_text_does_not() -> None:
    assert repeated_share("abcdef" * 20) > 0.9
    assert repeated_share(ALPHABET) == 0
    assert repeated_share("short") == 0


@pytest.fixture(scope="module")
def reference() -> ModuleType:
    path = ROOT / "course" / "07-gpt" / "reference.py"
    spec = importlib.util.spec_from_file_location("reference_of_unit_07", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Tied(nn.Module):
    """A model with the names of the contract and GPT-2's activation, from the references of earlier units."""

    def __init__(self, reference: ModuleType, activation: object) -> None:
        super().__init__()
        self.token_embedding = nn.Embedding(50, 32)
        self.positions = reference.LearnedPositions(16, 32)
        self.encoder = reference.Encoder(3, 32, 4, 128, pre_norm=True, activation=activation)
        self.mask = reference.causal_mask

    def forward(self, ids: Tensor) -> Tensor:
        x = self.encoder(self.positions(self.token_embedding(ids)), self.mask(ids.shape[1]))
        logits: Tensor = x @ self.token_embedding.weight.T
        return logits


def gelu(x: Tensor) -> Tensor:
    return F.gelu(x, approximate="tanh")


@pytest.fixture(scope="module")
def hugging_face() -> nn.Module:
    transformers = pytest.importorskip("transformers")
    torch.manual_seed(0)
    sizes = {"vocab_size": 50, "n_positions": 16, "n_embd": 32, "n_head": 4, "n_layer": 3}
    model: nn.Module = transformers.GPT2LMHeadModel(
        transformers.GPT2Config(**sizes, bos_token_id=0, eos_token_id=0)
    ).eval()
    for parameter in model.parameters():
        nn.init.normal_(parameter, std=0.2)
    return model


def gap(ours: nn.Module, theirs: nn.Module) -> float:
    ids = torch.randint(50, (2, 16), generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        return float((ours(ids) - theirs(ids).logits).abs().max())


def test_with_gpt2s_weights_and_activation_our_parts_give_hugging_faces_logits(
    reference: ModuleType, hugging_face: nn.Module
) -> None:
    ours = Tied(reference, gelu).eval()
    assert gap(ours, hugging_face) > 1e-2
    gpt2.load(ours, hugging_face.state_dict(), 3)
    assert gap(ours, hugging_face) < 1e-4


def test_the_comparison_would_notice_another_activation(reference: ModuleType, hugging_face: nn.Module) -> None:
    ours = Tied(reference, F.relu).eval()
    gpt2.load(ours, hugging_face.state_dict(), 3)
    assert gap(ours, hugging_face) > 1e-2


def test_a_missing_tensor_of_gpt2_is_named(reference: ModuleType, hugging_face: nn.Module) -> None:
    state = hugging_face.state_dict()
    del state["transformer.h.1.mlp.c_fc.bias"]
    with pytest.raises(ValueError, match=r"lack transformer\.h\.1\.mlp\.c_fc\.bias"):
        gpt2.load(Tied(reference, gelu), state, 3)


def test_a_model_of_another_depth_or_width_is_refused(reference: ModuleType, hugging_face: nn.Module) -> None:
    state = hugging_face.state_dict()
    with pytest.raises(ValueError, match="of 16 parameters"):
        gpt2.load(Tied(reference, gelu), state, 2)
    state["transformer.wte.weight"] = torch.zeros(51, 32)
    with pytest.raises(ValueError, match=r"token_embedding.weight is \(50, 32\) here and \(51, 32\)"):
        gpt2.load(Tied(reference, gelu), state, 3)


def test_the_unit_s_tables_can_be_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unit07, "prose", lambda: Prose("abcd" * 60, "abcd" * 40))
    monkeypatch.setattr(unit07, "RECIPE", Recipe(steps=2, batch_size=2, length=8))
    monkeypatch.setattr(unit07, "TOKENS", 16)
    monkeypatch.setattr(unit07, "CONTEXTS", (8, 1))
    monkeypatch.setattr(unit07, "WATCHED", (1, 2))
    monkeypatch.setattr(unit07, "SEEDS", (0, 1))
    found = unit07.tables(lambda line: None)
    assert found["ngrams"]["2"]["bits"] < found["ngrams"]["1"]["bits"]
    assert [len(seeds) for seeds in found["contexts"]["8"]["bits"]] == [2, 2]
    assert found["contexts"]["1"]["final_bits"] == found["contexts"]["1"]["bits"][-1]


@pytest.fixture(scope="module")
def measured() -> tables.Table:
    return tables.results("07")


def final_bits(measured: tables.Table, context: int) -> list[float]:
    return list(measured["contexts"][str(context)]["final_bits"])


def test_the_tables_were_measured_with_todays_code(measured: tables.Table) -> None:
    assert measured["code"] == tables.hashes(unit07.SOURCES), "run `python -m data.build 07`"


def test_counting_is_best_with_four_characters_before(measured: tables.Table) -> None:
    assert min(measured["ngrams"], key=lambda order: measured["ngrams"][order]["bits"]) == "5"


def test_a_model_that_sees_what_the_counts_see_is_no_better(measured: tables.Table) -> None:
    ngrams_ = {int(order): row["bits"] for order, row in measured["ngrams"].items()}
    assert min(final_bits(measured, 4)) > ngrams_[5]
    assert all(abs(bits_ - ngrams_[2]) < 0.03 for bits_ in final_bits(measured, 1))


def test_the_best_count_is_beaten_late_by_models_that_see_more_with_every_seed(measured: tables.Table) -> None:
    best = measured["ngrams"]["5"]["bits"]
    for context in ("64", "16"):
        row = measured["contexts"][context]
        at = dict(zip(row["steps"], row["bits"], strict=True))
        assert max(at[3200]) < best < min(at[1600])


def test_sixty_four_characters_are_worth_no_more_than_sixteen_here(measured: tables.Table) -> None:
    for short, long in zip(final_bits(measured, 16), final_bits(measured, 64), strict=True):
        assert 0 < long - short < 0.05
    assert max(measured["contexts"]["64"]["train_bits"]) < min(final_bits(measured, 64)) - 0.4
