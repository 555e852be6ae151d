"""The experiment of unit 00, and what the unit's prose says about its results."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from data import shifts, tables, unit00

FEW_STEPS = shifts.Recipe(steps=3, batch_size=4, held_out=8)


@pytest.fixture(scope="module")
def measured() -> tables.Table:
    return tables.results("00")


def mean(values: list[float]) -> float:
    return sum(values) / len(values)


@given(first=st.integers(0, 20), last=st.integers(0, 20), seed=st.integers(0, 999))
def test_without_noise_a_signal_is_its_pattern_at_a_permitted_place_and_nothing_else(
    first: int, last: int, seed: int
) -> None:
    places = shifts.Places(min(first, last), max(first, last))
    signals, labels = shifts.draw(places, 5, torch.Generator().manual_seed(seed), noise=0)
    for signal, label in zip(signals, labels.tolist(), strict=True):
        start = int(signal.nonzero()[0])
        assert places.first <= start <= places.last
        expected = torch.zeros(shifts.LENGTH)
        expected[start : start + 4] = torch.tensor(shifts.PATTERN) * (-1 if label else 1)
        assert torch.equal(signal, expected)


def test_no_place_of_training_is_a_place_of_the_other_half() -> None:
    assert shifts.EARLY.last + len(shifts.PATTERN) <= shifts.LATE.first
    assert shifts.LATE.last + len(shifts.PATTERN) == shifts.LENGTH


@pytest.mark.parametrize("name", shifts.MODELS)
def test_every_model_gives_two_logits_for_each_signal(name: str) -> None:
    assert shifts.MODELS[name]()(torch.randn(3, shifts.LENGTH)).shape == (3, 2)


@pytest.mark.parametrize("name", shifts.MODELS)
def test_every_model_tells_a_pattern_in_the_middle_from_silence(name: str) -> None:
    torch.manual_seed(0)
    pattern = torch.zeros(1, shifts.LENGTH)
    pattern[0, 10:14] = torch.tensor(shifts.PATTERN)
    model = shifts.MODELS[name]()
    assert (model(pattern) - model(torch.zeros(1, shifts.LENGTH))).abs().max() > 1e-6


@pytest.mark.parametrize(
    ("name", "invariant"), [("convolution + pooling", True), ("convolution", False), ("dense", False)]
)
def test_of_the_untrained_models_only_the_pooled_convolution_ignores_the_place(name: str, invariant: bool) -> None:
    torch.manual_seed(0)
    pattern = torch.tensor(shifts.PATTERN)
    moved = torch.stack([torch.zeros(24).scatter(0, start + torch.arange(4), pattern) for start in range(4, 17)])
    with torch.no_grad():
        logits = shifts.MODELS[name]()(moved)
    assert torch.allclose(logits, logits[:1].expand_as(logits), atol=1e-6) is invariant


def test_a_seed_repeats_a_run_and_leaves_the_callers_randomness_alone() -> None:
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    first = shifts.train(shifts.Dense, 1, recipe=FEW_STEPS)
    assert torch.equal(torch.rand(3), expected)
    assert shifts.train(shifts.Dense, 1, recipe=FEW_STEPS) == first
    assert shifts.train(shifts.Dense, 2, recipe=FEW_STEPS).losses != first.losses


def test_accuracy_is_the_share_of_signals_whose_label_is_likelier() -> None:
    class First(torch.nn.Module):
        def forward(self, signals: torch.Tensor) -> torch.Tensor:
            return torch.tensor([1.0, 0.0]).expand(len(signals), 2)

    assert shifts.accuracy(First(), torch.zeros(4, 24), torch.tensor([0, 0, 0, 1])) == 0.75


def test_the_tables_were_measured_with_todays_code(measured: tables.Table) -> None:
    assert measured["code"] == tables.hashes(unit00.SOURCES), "run `python -m data.build 00`"


@pytest.mark.parametrize("trained", ["early", "late"])
def test_pooled_models_hold_at_places_never_seen_and_those_that_read_by_place_guess(
    measured: tables.Table, trained: str
) -> None:
    rows = measured[trained]
    for name in ("convolution + pooling", "recurrence + pooling"):
        assert min(rows[name]["unseen"]) > 0.98
    for name in ("dense", "convolution"):
        assert min(rows[name]["seen"]) > 0.95
        assert 0.4 < mean(rows[name]["unseen"]) < 0.6


def test_dense_layers_trained_on_all_places_are_mostly_right_about_late_patterns(measured: tables.Table) -> None:
    assert min(measured["dense_anywhere"]["unseen"]) > 0.8


def test_two_of_three_recurrences_learn_nothing_from_early_patterns_however_long(measured: tables.Table) -> None:
    for row in (measured["early"]["recurrence"], measured["recurrence_longer"]):
        assert [share < 0.55 for share in row["seen"]] == [True, True, False]


def test_recurrences_trained_late_all_learn_and_one_remembers_wrongly(measured: tables.Table) -> None:
    row = measured["late"]["recurrence"]
    assert min(row["seen"]) > 0.98
    assert sorted(share > 0.95 for share in row["unseen"]) == [False, True, True]
    assert min(row["unseen"]) < 0.5


def test_models_have_alike_many_parameters_except_that_pooling_saves_most(measured: tables.Table) -> None:
    counts = {name: row["parameters"] for name, row in measured["early"].items()}
    pooled = counts.pop("convolution + pooling")
    assert max(counts.values()) < 1.1 * min(counts.values())
    assert pooled < min(counts.values()) / 5
