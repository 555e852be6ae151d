"""The experiments of unit 06: pieces, strings of programs, beams, schedules, and what the prose says of the results."""

import itertools
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.authoring.verify import reference_namespace
from data import build, number_words, tables, ui_strings, ui_translator
from data.attention_translators import greedy
from data.beams import chosen, log_probability, pools, searched
from data.dropout_transformers import Translator, built, for_students
from data.exact_search import likeliest
from data.parallel import EOS, Corpus
from data.pieces import Cutter, joined, learn, words
from data.schedules import Plan, judged, train
from figures.decoding import beam_tree, training_and_inference
from figures.decoding import searched as looked_at

PLAN = Plan(steps=3, peak=1e-3, warmup=2, batch_size=4)


@pytest.fixture(scope="module")
def few() -> Corpus:
    pairs = tuple(number_words.pair(number) for number in (*range(200, 280), *range(300, 320)))
    return Corpus(pairs[:80], pairs[80:])


@pytest.fixture(scope="module")
def model(few: Corpus) -> Translator:
    return built(few, seed=0, width=16, layers=1).eval()


def logits(model: torch.nn.Module, source: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    with torch.no_grad():
        found: torch.Tensor = model.decode(target, *model.encode(source))  # type: ignore[operator]
    return found


def of_unit_05(corpus: Corpus, width: int) -> Any:
    transformer = reference_namespace("05-transformer")["Transformer"]
    return transformer(len(corpus.source), len(corpus.target), width, 4, 4 * width, 2, pre_norm=True)


def test_the_most_frequent_pair_of_neighbours_is_merged_first() -> None:
    assert learn(["low low lower"], 2) == [("o", "w"), ("▁l", "ow")]


def test_nothing_is_merged_once_all_words_are_whole() -> None:
    assert len(learn(["ab"], 10)) == 1


@settings(max_examples=50, deadline=None)
@given(st.text(alphabet="abc ÄßI.,{}", max_size=30))
def test_pieces_put_together_are_the_words_again(text: str) -> None:
    cutter = Cutter(learn(["abc abc bca", "ÄßI Äß"], 6))
    assert joined(cutter(text)) == words(text)


def test_no_held_out_string_differs_from_a_trained_one_in_capitals_digits_or_punctuation_only() -> None:
    corpus = ui_strings.corpus()
    trained = {ui_strings.key(" ".join(joined(pair.source))) for pair in corpus.train}
    held_out = [ui_strings.key(" ".join(joined(pair.source))) for pair in corpus.held_out]
    assert not trained & set(held_out)
    assert len(set(held_out)) == len(held_out) > 150


def test_every_string_can_be_encoded_and_said_again() -> None:
    corpus = ui_strings.corpus()
    for pair in (*corpus.train[::40], *corpus.held_out):
        assert corpus.source.decode(corpus.source.encode(pair.source)) == pair.source
        assert corpus.target.decode(corpus.target.encode(pair.target)) == pair.target


def test_what_a_program_fills_in_is_one_word_and_sources_are_in_lower_case() -> None:
    assert ui_strings.normalised("Delete %(count)s files of %1?") == "delete {} files of {} ?"


@pytest.mark.parametrize(
    ("packages", "told"), [({"no-such-package": "1.0"}, "install"), ({"torch": "0.1"}, "is installed as")]
)
def test_strings_are_extracted_from_the_named_versions_only(
    packages: dict[str, str], told: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(ui_strings, "PACKAGES", packages)
    assert build.main(["ui-strings"]) == 1
    assert told in capsys.readouterr().err


@pytest.mark.parametrize("pre_norm", [False, True])
def test_a_translator_with_dropout_is_causal_and_hides_padding(few: Corpus, pre_norm: bool) -> None:
    model = built(few, seed=0, width=16, layers=2, dropout=0.3, pre_norm=pre_norm).eval()
    source, target = torch.tensor([[3, 4, 5]]), torch.tensor([[1, 4, 5, 6]])
    changed = target.clone()
    changed[0, 2] = 7
    moved = (logits(model, source, changed) - logits(model, source, target)).abs().amax(dim=-1)[0]
    assert moved[:2].max() < 1e-5 < moved[2]
    longer = torch.tensor([[3, 4, 5, 0, 0]])
    torch.testing.assert_close(logits(model, longer, target), logits(model, source, target), atol=1e-5, rtol=0)


def test_no_two_layers_start_alike(few: Corpus) -> None:
    first, second = built(few, seed=0, width=16).encoder.layers
    assert not torch.equal(first.linear1.weight, second.linear1.weight)


def test_weights_for_students_give_the_same_logits_in_unit_05s_transformer(few: Corpus) -> None:
    ours = built(few, seed=0, width=16).eval()
    theirs = reference_namespace("05-transformer")["Transformer"](
        len(few.source), len(few.target), 16, 4, 64, 2, 0.0, 0, True
    )
    theirs.load_state_dict(for_students(ours.state_dict()))
    batch = few.batch(few.held_out[:4])
    torch.testing.assert_close(
        theirs.eval()(batch.source, batch.target), logits(ours, batch.source, batch.target), atol=1e-4, rtol=0
    )


def test_the_shipped_translator_fits_unit_05s_transformer_and_translates() -> None:
    corpus = ui_strings.corpus()
    model = reference_namespace("05-transformer")["Transformer"](
        len(corpus.source), len(corpus.target), 64, 4, 256, 2, 0.0, 0, True
    )
    model.load_state_dict(ui_translator.weights())
    assert judged(model.eval(), corpus, corpus.held_out).right > 0.3


def test_a_beam_of_one_is_greedy(few: Corpus, model: Translator) -> None:
    batch = few.batch(few.held_out)
    wanted = [few.target.decode(ids) for ids in greedy(model, 12)(batch.source, batch.source_lengths)]
    found = [chosen(pool, few, 0.0) for pool in pools(model, few, few.held_out, 1, 12)]
    assert found == wanted


def test_a_beam_as_wide_as_the_tree_finds_the_likeliest_sequence(few: Corpus, model: Translator) -> None:
    pair, length = few.held_out[0], 2
    pool = searched(model, torch.tensor(few.source.encode(pair.source)), len(few.target) ** length, length)
    best = max(pool, key=lambda one: one.total)
    ended = [(), *((few.target.tokens[token],) for token in range(3, len(few.target)))]
    assert best.total >= max(log_probability(model, few, pair, target) for target in ended) - 1e-4


def test_a_finished_hypothesis_has_the_log_probability_of_its_tokens(few: Corpus, model: Translator) -> None:
    pair = few.held_out[0]
    (pool,) = pools(model, few, [pair], 5, 6)
    for one in (one for one in pool if one.ids[-1] == EOS):
        assert log_probability(model, few, pair, few.target.decode(one.words)) == pytest.approx(one.total, abs=1e-4)


@pytest.mark.parametrize("longest", [1, 2])
def test_exact_search_finds_what_trying_every_sequence_finds(few: Corpus, model: Translator, longest: int) -> None:
    source = torch.tensor(few.source.encode(few.held_out[1].source))
    wide = searched(model, source, len(few.target) ** longest, longest)
    assert likeliest(model, source, longest).total == pytest.approx(max(one.total for one in wide), abs=1e-4)


def test_exact_search_finds_the_same_when_it_is_told_what_a_beam_has_found(few: Corpus, model: Translator) -> None:
    source = torch.tensor(few.source.encode(few.held_out[2].source))
    known = max(one.total for one in searched(model, source, 3, 3))
    assert likeliest(model, source, 3, at_least=known).ids == likeliest(model, source, 3).ids


def test_exact_search_gives_up_on_a_model_that_is_too_unsure(few: Corpus, model: Translator) -> None:
    source = torch.tensor(few.source.encode(few.held_out[0].source))
    with pytest.raises(RuntimeError, match="not among the first 5 beginnings"):
        likeliest(model, source, 30, most=5)


def test_a_plan_rises_in_a_line_and_falls_with_the_root() -> None:
    plan = Plan(steps=1000, peak=0.01, warmup=100)
    assert [plan.rate(step) for step in (25, 100, 400)] == pytest.approx([0.0025, 0.01, 0.005])


def test_training_repeats_itself_and_leaves_the_callers_random_numbers_alone(few: Corpus) -> None:
    torch.manual_seed(5)
    before = torch.get_rng_state()
    runs = [train(built(few, seed=1, width=16, layers=1, dropout=0.2), few, PLAN, seed=1) for _ in range(2)]
    assert runs[0] == runs[1]
    assert torch.equal(before, torch.get_rng_state())


def test_the_tree_that_a_beam_of_two_draws_ends_better_than_the_greedy_one() -> None:
    tree = {(): {"a": 0.6, "b": 0.4}, ("a",): {"EOS": 0.5, "c": 0.5}, ("b",): {"EOS": 1.0}, ("a", "c"): {"EOS": 1.0}}
    ends = [
        max(
            node.total
            for node in itertools.chain(*looked_at(tree.get, size))
            if node.kept and node.beginning[-1] == "EOS"
        )
        for size in (1, 2)
    ]
    assert ends == pytest.approx([0.3, 0.4])
    assert beam_tree(tree, 2).axes


def test_a_beam_of_none_and_a_picture_of_no_tokens_are_refused() -> None:
    with pytest.raises(ValueError, match="at least one hypothesis; beam_size is 0"):
        looked_at({}.get, 0)
    with pytest.raises(ValueError, match="no tokens"):
        training_and_inference(())


@pytest.fixture(scope="module")
def measured() -> tables.Table:
    return tables.results("06")


def mean(values: list[float]) -> float:
    return sum(values) / len(values)


def test_a_wider_beam_finds_likelier_shorter_and_worse_strings_with_every_seed(measured: tables.Table) -> None:
    greedy_, wide = (measured["strings"]["beams"][f"{width}, 0.0"] for width in (1, 16))
    for seed in range(len(measured["seeds"])):
        assert wide["log_probability"][seed] > greedy_["log_probability"][seed]
        assert wide["length"][seed] < greedy_["length"][seed]
        assert wide["bleu"][seed] < greedy_["bleu"][seed]


def test_the_reference_is_seldom_likelier_than_what_was_found(measured: tables.Table) -> None:
    assert mean(measured["strings"]["beams"]["1, 0.0"]["reference_likelier"]) < 0.1


def test_early_in_training_a_beam_gets_more_numbers_right_than_greedy_with_every_seed(measured: tables.Table) -> None:
    search = measured["numbers"]["early"]["search"]
    for greedy_, wide in zip(search["1"]["right"], search["4"]["right"], strict=True):
        assert wide > greedy_
    assert mean(search["4"]["search_errors"]) < 0.02 < 0.05 < mean(search["1"]["search_errors"])


def test_once_trained_greedy_makes_no_search_error_on_numbers(measured: tables.Table) -> None:
    for name in ("trained", "trained, no smoothing"):
        assert measured["numbers"][name]["search"]["1"]["search_errors"] == [0.0, 0.0, 0.0]


def test_exact_search_makes_no_search_error_and_finds_the_highest_probability(measured: tables.Table) -> None:
    for row in measured["numbers"].values():
        exact = row["search"]["exact"]
        assert exact["search_errors"] == [0.0, 0.0, 0.0]
        for found in row["search"].values():
            assert all(a <= b + 1e-3 for a, b in zip(found["log_probability"], exact["log_probability"], strict=True))


def test_smoothing_costs_loss_on_numbers_and_saves_loss_and_wins_bleu_on_strings(measured: tables.Table) -> None:
    numbers, strings, bare = measured["numbers"], measured["strings"], measured["strings_unsmoothed"]
    assert min(numbers["trained"]["nats"]) > max(numbers["trained, no smoothing"]["nats"])
    assert max(strings["nats"]) < min(bare["nats"])
    assert max(strings["sure"]) < min(bare["sure"])
    for smooth, plain in zip(strings["beams"]["1, 0.0"]["bleu"], bare["bleu"], strict=True):
        assert smooth > plain
