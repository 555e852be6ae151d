"""The experiments of unit 02, and what the unit's prose says about their results."""

import datetime
from collections import Counter

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from num2words import num2words

from data import alignment, dates, number_words, slips, tables, translation, unit02
from data.parallel import BOS, EOS, PAD, Corpus, Encoded, Pair, Vocabulary, batches
from data.recurrent_translators import Attentive, Plain, Translator, forced_loss, framed, fresh, greedy, mixed_loss

SCORES = ("additive", "general", "dot")


@pytest.fixture(scope="module")
def measured() -> tables.Table:
    return tables.results("02")


@pytest.fixture(scope="module")
def few() -> Corpus:
    pairs = tuple(number_words.pair(number) for number in (*range(200, 280), *range(300, 320)))
    return Corpus(pairs[:80], pairs[80:])


def a_model(name: str, corpus: Corpus) -> Translator:
    if name == "plain":
        return fresh(Plain, corpus, 0)
    return fresh(lambda source, target: Attentive(source, target, score=name), corpus, 0)


@given(number=st.integers(0, 10**12 - 1))
def test_the_german_pieces_make_up_the_german_word(number: int) -> None:
    assert "".join(number_words.german(number)) == num2words(number, lang="de").lower().replace(" ", "")


@given(number=st.integers(0, 10**12 - 1))
def test_the_english_words_are_those_of_the_number_without_hyphens_and_commas(number: int) -> None:
    expected = num2words(number, lang="en").replace("-", " ").replace(",", "")
    assert " ".join(number_words.english(number)) == expected


def test_the_number_corpus_has_the_promised_sizes_and_shares_no_number() -> None:
    corpus = number_words.corpus()
    assert len(corpus.train) == 20_000
    assert Counter(pair.group for pair in corpus.held_out) == {str(digits): 100 for digits in range(3, 13)}
    sources = [pair.source for pair in (*corpus.train, *corpus.held_out)]
    assert len(set(sources)) == len(sources)


def test_every_token_of_the_held_out_numbers_and_dates_is_known() -> None:
    for corpus in (number_words.corpus(), dates.corpus()):
        corpus.batch(corpus.held_out)


def test_no_day_of_the_held_out_dates_is_trained_on_and_all_locales_are_asked() -> None:
    corpus = dates.corpus()
    assert not {pair.target for pair in corpus.train} & {pair.target for pair in corpus.held_out}
    assert {pair.group for pair in corpus.held_out} == set(dates.LOCALES)
    assert len(dates.LOCALES) == 29


@pytest.mark.parametrize("locale", dates.LOCALES)
def test_a_written_date_stands_for_one_day_only(locale: str) -> None:
    days = [datetime.date(2001, 1, 1) + datetime.timedelta(days=day) for day in range(365)]
    for form in dates.FORMATS:
        assert len({dates.pair(day, form, locale).source for day in days}) == 365


def test_an_unknown_token_is_named() -> None:
    with pytest.raises(ValueError, match="'zero' is not in this vocabulary of 4 tokens"):
        Vocabulary.of([("one",)]).encode(["zero"])


def test_an_epoch_of_batches_holds_every_pair_once_and_its_padding_is_short(few: Corpus) -> None:
    drawn = batches(few.encoded, 16, torch.Generator().manual_seed(0))
    epoch = [next(drawn) for _ in range(5)]
    rows = [tuple(row[row != PAD].tolist()) for batch in epoch for row in batch.target]
    assert sorted(rows) == sorted(tuple(few.target.encode(pair.target)) for pair in few.train)
    for batch in epoch:
        assert batch.target.shape[1] == int(batch.target_lengths.max())
        assert batch.source.shape[1] == int(batch.source_lengths.max())


def test_a_batch_larger_than_the_corpus_is_refused(few: Corpus) -> None:
    with pytest.raises(ValueError, match="a batch of 81 can't be drawn from 80 pairs"):
        next(batches(few.encoded, 81, torch.Generator()))


def test_framing_puts_the_start_before_and_the_end_right_after_the_last_token() -> None:
    target, lengths = torch.tensor([[7, 8, 9], [5, PAD, PAD]]), torch.tensor([3, 1])
    decoder_input, labels = framed(Encoded(target, lengths, target, lengths))
    assert decoder_input.tolist() == [[BOS, 7, 8, 9], [BOS, 5, PAD, PAD]]
    assert labels.tolist() == [[7, 8, 9, EOS], [5, EOS, PAD, PAD]]


@pytest.mark.parametrize("name", ["plain", *SCORES])
def test_a_translation_does_not_depend_on_the_batch_it_is_in(name: str, few: Corpus) -> None:
    model = a_model(name, few)
    batch = few.batch(few.held_out)
    alone = few.batch(few.held_out[:1])
    together = model(batch.source, batch.source_lengths, framed(batch)[0])[:1, : int(alone.target_lengths) + 1]
    torch.testing.assert_close(together, model(alone.source, alone.source_lengths, framed(alone)[0]))


def test_the_fused_decoder_and_its_single_steps_agree(few: Corpus) -> None:
    model = a_model("plain", few)
    batch = few.batch(few.held_out)
    read = framed(batch)[0]
    stepwise = Translator.forward(model, batch.source, batch.source_lengths, read)
    torch.testing.assert_close(model(batch.source, batch.source_lengths, read), stepwise)


@pytest.mark.parametrize("score", SCORES)
def test_weights_are_positive_on_words_zero_on_padding_and_sum_to_one(score: str, few: Corpus) -> None:
    model = a_model(score, few)
    assert isinstance(model, Attentive)
    batch = few.batch(few.held_out)
    weights = model.all_weights(batch.source, batch.source_lengths, framed(batch)[0])
    real = (torch.arange(batch.source.shape[1]) < batch.source_lengths[:, None])[:, None].expand_as(weights)
    assert (weights[real] > 0).all()
    assert (weights[~real] == 0).all()
    torch.testing.assert_close(weights.sum(-1), torch.ones_like(weights[..., 0]))


def test_with_own_share_zero_the_mixed_loss_is_that_of_teacher_forcing(few: Corpus) -> None:
    model = a_model("plain", few)
    batch = few.batch(few.train)
    torch.testing.assert_close(mixed_loss(model, 0.0, 0)(batch), forced_loss(model)(batch))
    assert abs(mixed_loss(model, 1.0, 0)(batch).item() - forced_loss(model)(batch).item()) > 1e-4


def test_training_repeats_with_its_seed_and_lowers_the_loss(few: Corpus) -> None:
    def losses(seed: int) -> tuple[float, ...]:
        model = fresh(Plain, few, 0)
        return translation.train(
            model, forced_loss(model), few, seed, translation.Recipe(steps=40, batch_size=16, warmup=5)
        )

    first = losses(1)
    assert first == losses(1) != losses(2)
    assert first[-1] < 0.7 * first[0]


def test_the_rate_warms_up_stays_and_falls_in_the_second_half() -> None:
    recipe = translation.Recipe(steps=1000, warmup=100)
    assert [recipe.rate_factor(step) for step in (0, 99, 300, 500, 750)] == [0.01, 1.0, 1.0, 1.0, 0.5]
    assert recipe.rate_factor(999) == pytest.approx(0.002)


def test_exact_match_counts_pairs_that_are_right_as_a_whole(few: Corpus) -> None:
    pairs = (Pair(("two",), ("zwei",), "a"), Pair(("three",), ("drei",), "a"), Pair(("four",), ("vier",), "b"))
    said = few.target.encode(["zwei", "zwei", "vier"])
    assert translation.exact_match(lambda source, lengths: [[id_] for id_ in said], few, pairs) == {
        "a": 0.5,
        "b": 1.0,
        "all": 2 / 3,
    }


def test_a_translation_ends_before_its_first_end_token_or_at_the_limit(few: Corpus) -> None:
    model = a_model("plain", few)
    batch = few.batch(few.held_out)
    for longest in (1, 5):
        for ids in greedy(model, longest)(batch.source, batch.source_lengths):
            assert len(ids) <= longest
            assert EOS not in ids


def test_a_slip_changes_one_token_read_and_nothing_before_it(few: Corpus) -> None:
    reads = []

    def logits_of(source: torch.Tensor, lengths: torch.Tensor, read: torch.Tensor) -> torch.Tensor:
        reads.append(read)
        return torch.zeros(*read.shape, len(few.target))

    like = ("drei", "vier", "fünf")
    slips.after_a_slip(logits_of, few, few.held_out, like)
    clean, slipped = reads
    assert (clean != slipped).sum(dim=1).tolist() == [1] * len(clean)
    alike = few.target.encode(like)
    assert all(
        old in alike and new in alike
        for old, new in zip(clean[clean != slipped], slipped[clean != slipped], strict=True)
    )


def test_a_model_that_repeats_its_labels_is_right_after_a_slip(few: Corpus) -> None:
    def oracle(source: torch.Tensor, lengths: torch.Tensor, read: torch.Tensor) -> torch.Tensor:
        labels = framed(few.batch([pair for pair in few.held_out if "drei" in pair.target or "vier" in pair.target]))[1]
        return torch.nn.functional.one_hot(labels, len(few.target)).float()

    found = slips.after_a_slip(oracle, few, few.held_out, ("drei", "vier"))
    for shares in (found.clean, found.slipped):
        assert all(share == 1 or share != share for share in shares)  # no token so far on: not a number


def test_units_and_tens_change_places_at_each_und() -> None:
    source, target = number_words.english(53_421), number_words.german(53_421)
    named = [(target[row], source[column]) for row, column in alignment.reversals(source, target)]
    assert named == [("drei", "three"), ("fünf", "fifty"), ("ein", "one"), ("zwanzig", "twenty")]


def test_share_on_counts_the_places_with_the_largest_weight_of_their_row() -> None:
    assert alignment.share_on([[0.9, 0.1], [0.6, 0.4]], [(0, 0), (1, 1)]) == (1, 2)


def test_the_tables_were_measured_with_todays_code(measured: tables.Table) -> None:
    assert measured["code"] == tables.hashes(unit02.SOURCES), "run `python -m data.build 02`"


def test_without_attention_accuracy_falls_with_length_from_nearly_all_to_nearly_nothing(measured: tables.Table) -> None:
    row = measured["number_words"]["no attention"]
    assert min(row["by_group"]["3"]) > 0.9
    assert max(row["by_group"]["12"]) < 0.1
    assert all(0.35 < share < 0.6 for share in row["exact_match"])


def test_more_steps_or_more_width_help_and_long_numbers_still_fail(measured: tables.Table) -> None:
    rows = measured["number_words"]
    for name in ("no attention, twice the steps", "no attention, twice the width"):
        assert min(rows[name]["exact_match"]) > max(rows["no attention"]["exact_match"])
        assert max(rows[name]["by_group"]["12"]) < 0.6


def test_with_additive_attention_length_does_not_matter(measured: tables.Table) -> None:
    row = measured["number_words"]["additive"]
    assert min(row["exact_match"]) >= 0.999
    assert min(min(shares) for shares in row["by_group"].values()) >= 0.98


@pytest.mark.parametrize("score", SCORES)
def test_attention_of_any_kind_beats_the_wider_and_the_longer_trained_model(measured: tables.Table, score: str) -> None:
    rows = measured["number_words"]
    others = [rows[name]["exact_match"] for name in rows if name.startswith("no attention")]
    assert min(rows[score]["exact_match"]) > max(map(max, others))
