"""The experiments of unit 05, and what the unit's prose says about their results."""

from dataclasses import fields, replace

import pytest
import torch
from torch import nn

from data import number_words, tables, unit05
from data.attention_translators import Parts, TorchTransformer, built, few_digits, greedy, loss_of, start_small
from data.dropout_transformers import Translator
from data.parallel import BOS, EOS, Corpus
from data.recurrent_translators import framed
from data.training_costs import WORDS, sentences, training_cost
from data.translation import Recipe, exact_match, train

SWITCHES = [field.name for field in fields(Parts) if field.type == "bool" or field.type is bool]


@pytest.fixture(scope="module")
def measured() -> tables.Table:
    return tables.results("05")


@pytest.fixture(scope="module")
def few() -> Corpus:
    pairs = tuple(number_words.pair(number) for number in (*range(200, 280), *range(300, 320)))
    return Corpus(pairs[:80], pairs[80:])


def a_model(corpus: Corpus, parts: Parts | None = None) -> TorchTransformer:
    return built(parts or Parts(layers=1), corpus, seed=0, width=16, inner=32).eval()


def logits(model: TorchTransformer, source: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    with torch.no_grad():
        return model.decode(target, *model.encode(source))


@pytest.mark.parametrize("pre_norm", [False, True])
def test_the_torch_translator_is_causal(few: Corpus, pre_norm: bool) -> None:
    model = a_model(few, Parts(pre_norm=pre_norm))
    source, target = torch.tensor([[3, 4, 5]]), torch.tensor([[BOS, 4, 5, 6]])
    changed = target.clone()
    changed[0, 2] = 7
    moved = (logits(model, source, changed) - logits(model, source, target)).abs().amax(dim=-1)[0]
    assert moved[:2].max() < 1e-5 < moved[2]


def test_without_the_causal_mask_a_later_token_is_seen(few: Corpus) -> None:
    model = a_model(few, Parts(layers=1, causal=False))
    source, target = torch.tensor([[3, 4, 5]]), torch.tensor([[BOS, 4, 5, 6]])
    changed = target.clone()
    changed[0, 2] = 7
    assert (logits(model, source, changed) - logits(model, source, target))[0, 0].abs().max() > 1e-4


def test_padding_of_the_source_changes_nothing(few: Corpus) -> None:
    model = a_model(few)
    source, target = torch.tensor([[3, 4, 5]]), torch.tensor([[BOS, 4]])
    longer = torch.tensor([[3, 4, 5, 0, 0]])
    torch.testing.assert_close(logits(model, longer, target), logits(model, source, target), atol=1e-5, rtol=0)


def test_without_cross_attention_the_source_does_not_matter(few: Corpus) -> None:
    model = a_model(few, Parts(layers=1, cross_attention=False))
    target = torch.tensor([[BOS, 4]])
    torch.testing.assert_close(
        logits(model, torch.tensor([[3, 4]]), target), logits(model, torch.tensor([[5, 6]]), target)
    )


def test_without_positions_the_encoder_sees_a_bag_of_words(few: Corpus) -> None:
    target, there, back = torch.tensor([[BOS, 4]]), torch.tensor([[3, 4, 5]]), torch.tensor([[5, 4, 3]])
    bare, whole = a_model(few, Parts(layers=1, positions=False)), a_model(few)
    torch.testing.assert_close(logits(bare, there, target), logits(bare, back, target), atol=1e-5, rtol=0)
    assert (logits(whole, there, target) - logits(whole, back, target)).abs().max() > 1e-4


@pytest.mark.parametrize("name", SWITCHES)
def test_every_switch_changes_what_the_model_computes(few: Corpus, name: str) -> None:
    source, target = torch.tensor([[3, 4, 5]]), torch.tensor([[BOS, 4, 5]])
    usual = Parts(layers=1)
    other = replace(usual, **{name: not getattr(usual, name)})
    first, second = logits(a_model(few, usual), source, target), logits(a_model(few, other), source, target)
    assert (first - second).abs().max() > 1e-4


def test_start_small_leaves_words_as_loud_as_one_over_the_root_of_the_width() -> None:
    model = nn.ModuleDict({"words": nn.Embedding(500, 64), "map": nn.Linear(4, 4)})
    before = model["map"].weight.clone()
    start_small(model)
    assert abs(float(model["words"].weight.detach().std()) * 8 - 1) < 0.05
    assert torch.equal(model["map"].weight, before)


def test_few_digits_keeps_only_numbers_that_short(few: Corpus) -> None:
    short = few_digits(number_words.corpus(), 4)
    assert {pair.group for pair in (*short.train, *short.held_out)} == {"3", "4"}
    assert few_digits(few, 2).train == ()


def test_greedy_stops_at_the_end_token_and_keeps_the_order_of_its_sources(few: Corpus) -> None:
    class Scripted:
        """Says the source's first id as often as the source is long, then EOS."""

        def encode(self, source: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
            return source[:, :, None].float(), (source != 0)[:, None, None]

        def decode(self, target: torch.Tensor, memory: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
            first, length = memory[:, 0, 0].long(), mask.sum(dim=(1, 2, 3))
            said = torch.where(target.shape[1] <= length, first, EOS)
            return nn.functional.one_hot(said, 9)[:, None].float().expand(-1, target.shape[1], -1)

    source, lengths = torch.tensor([[5, 5, 5], [7, 0, 0], [8, 8, 0]]), torch.tensor([3, 1, 2])
    assert greedy(Scripted(), longest=10, at_once=2)(source, lengths) == [[5, 5, 5], [7], [8, 8]]
    assert greedy(Scripted(), longest=2)(source, lengths) == [[5, 5], [7], [8, 8]]


def test_a_small_transformer_learns_a_few_numbers_by_heart(few: Corpus) -> None:
    model = a_model(few)
    train(model, loss_of(model), few, recipe=Recipe(steps=150, batch_size=20, learning_rate=1e-2, warmup=20))
    assert exact_match(greedy(model, 12), few, few.train)["all"] > 0.9


def test_the_tables_were_measured_with_todays_code(measured: tables.Table) -> None:
    assert measured["code"] == tables.hashes(unit05.SOURCES), "run `python -m data.build 05`"


def test_the_transformer_translates_nearly_everything(measured: tables.Table) -> None:
    assert min(measured["number_words"]["exact_match"]) > 0.99


def test_three_parts_are_fatal_to_lose_and_the_rest_is_nearly_caught_up(measured: tables.Table) -> None:
    right = {name: row["exact_match"] for name, row in measured["without"].items()}
    for name in ("cross-attention", "causal mask", "positions"):
        assert max(right.pop(name)) < 0.4
    assert max(right.pop("small start of the embeddings")) < 0.7
    assert min(min(shares) for shares in right.values()) > 0.95


def test_every_part_taken_out_slows_learning(measured: tables.Table) -> None:
    right = {name: sum(row["exact_match"]) for name, row in measured["without_early"].items()}
    assert max(right, key=lambda name: right[name]) == "nothing"


def test_without_norms_it_is_right_a_little_less_often_early_on_at_a_lower_loss(measured: tables.Table) -> None:
    whole, bare = (measured["without_early"][name] for name in ("nothing", "norms"))
    assert 0 < sum(whole["exact_match"]) / 3 - sum(bare["exact_match"]) / 3 < 0.03
    assert max(bare["final_loss"]) < min(whole["final_loss"])


def test_without_the_causal_mask_the_training_loss_is_as_low_as_any(measured: tables.Table) -> None:
    loss = {name: sum(row["final_loss"]) for name, row in measured["without"].items()}
    assert min(loss, key=lambda name: loss[name]) == "causal mask"


def test_depth_needs_residual_connections(measured: tables.Table) -> None:
    assert max(measured["deep"]["no residual connections"]["exact_match"]) == 0
    others = [row for name, row in measured["deep"].items() if name != "no residual connections"]
    assert min(min(row["exact_match"]) for row in others) > 0.98


def test_post_norm_needs_its_warm_up_and_pre_norm_does_not(measured: tables.Table) -> None:
    right = {name: row["exact_match"] for name, row in measured["bold"].items()}
    assert max(right["post-norm, no warm-up"]) < 0.1
    for name in ("pre-norm, no warm-up", "pre-norm, warm-up", "post-norm, warm-up"):
        assert min(right[name]) > 0.9


def test_sentences_to_measure_with_are_as_long_as_asked_on_both_sides_once_framed() -> None:
    batch = sentences(3, 7)
    given, labels = framed(batch)
    assert batch.source.shape == given.shape == labels.shape == (3, 7)
    assert (labels[:, -1] == EOS).all() and (labels != 0).all()


@pytest.mark.parametrize("length", [1, 65])
def test_a_length_that_no_batch_can_have_is_refused(length: int) -> None:
    with pytest.raises(ValueError, match=f"sentences of {length} tokens for a batch of 64"):
        training_cost(Translator(WORDS, WORDS, 16, 1, 0.0, True), length, tokens=64)


def test_what_a_training_step_keeps_grows_with_the_number_of_tokens() -> None:
    model = Translator(WORDS, WORDS, 16, 1, 0.0, True)
    once, twice = (training_cost(model, 8, tokens, repeats=1) for tokens in (64, 128))
    assert 1.5 < twice.megabytes / once.megabytes < 2.1
    assert once.tokens_per_second > 0
