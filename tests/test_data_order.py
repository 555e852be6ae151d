"""The experiment of unit 03, its encodings, and what the unit's prose says about its results."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from data import encodings, order, tables, unit03

FEW_STEPS = order.Recipe(steps=3, batch_size=4, held_out=8)
SHIFT, CAUSAL, ORDER = order.Task("shift"), order.Task("shift", causal=True), order.Task("order")


@pytest.fixture(scope="module")
def measured() -> tables.Table:
    return tables.results("03")


def mean(values: list[float]) -> float:
    return sum(values) / len(values)


def at(measured: tables.Table, task: str, encoding: str, length: int) -> list[float]:
    return list(measured[task][encoding]["accuracy"][str(length)])


def gap(model: order.Reader, permutation: Tensor) -> float:
    x = torch.randn(2, len(permutation), encodings.WIDTH, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        return float((model.features(x)[:, permutation] - model.features(x[:, permutation])).abs().max())


@given(length=st.integers(4, 40), seed=st.integers(0, 999))
def test_shift_asks_every_position_but_the_first_for_the_token_before(length: int, seed: int) -> None:
    tokens, labels = order.draw(SHIFT, 3, length, torch.Generator().manual_seed(seed))
    assert (labels[:, 0] == order.UNSCORED).all()
    assert torch.equal(labels[:, 1:], tokens[:, :-1])
    assert tokens.max() < order.KINDS


@given(length=st.integers(4, 40), seed=st.integers(0, 999))
def test_order_holds_one_a_and_one_b_and_asks_the_first_position_which_is_earlier(length: int, seed: int) -> None:
    tokens, labels = order.draw(ORDER, 5, length, torch.Generator().manual_seed(seed))
    assert (labels[:, 1:] == order.UNSCORED).all()
    assert (tokens[:, 0] == order.FIRST).all()
    for row, label in zip(tokens.tolist(), labels[:, 0].tolist(), strict=True):
        assert (row.count(order.A), row.count(order.B)) == (1, 1)
        assert label == min((order.A, order.B), key=row.index)


def test_both_answers_of_order_are_about_equally_frequent() -> None:
    _, labels = order.draw(ORDER, 2000, 12, torch.Generator().manual_seed(0))
    assert (labels[:, 0] == order.A).float().mean() == pytest.approx(0.5, abs=0.05)


def test_the_circle_has_the_papers_frequencies() -> None:
    circle = encodings.unit_circle(30, 16)
    for t, r in ((0, 0), (1, 0), (7, 3), (29, 7)):
        angle = t / 10_000 ** (2 * r / 16)
        assert circle[t, r].real.item() == pytest.approx(math.cos(angle), abs=1e-5)
        assert circle[t, r].imag.item() == pytest.approx(math.sin(angle), abs=1e-5)


def test_sines_stand_in_even_columns_and_cosines_in_odd_ones() -> None:
    added = encodings.add_sinusoids(torch.zeros(1, 5, 8))[0]
    torch.testing.assert_close(added[:, 0], torch.arange(5.0).sin())
    torch.testing.assert_close(added[:, 1], torch.arange(5.0).cos())


@given(moved=st.integers(0, 30))
def test_turned_queries_and_keys_know_their_distance_only(moved: int) -> None:
    q, k = torch.randn(2, 16, generator=torch.Generator().manual_seed(1))
    turned_q, turned_k = (encodings.turn_pairs(vector.expand(1, 1, 40, 16))[0, 0] for vector in (q, k))
    assert turned_q[moved + 2] @ turned_k[moved + 7] == pytest.approx(float(turned_q[2] @ turned_k[7]), abs=1e-3)


def test_penalties_are_those_of_the_paper() -> None:
    bias = encodings.distance_penalty(3, 5)
    assert bias.shape == (4, 3, 5)
    assert bias[0, 2, 4].item() == pytest.approx(-2 / 4)
    assert bias[3, 0, 4].item() == pytest.approx(-4 / 256)
    assert torch.equal(bias[:, 1, 0], bias[:, 1, 2])


def test_a_table_of_distances_is_clipped_and_has_a_sign() -> None:
    table = encodings.DistanceTable()
    bias = table(12, 12)
    assert bias.shape == (4, 12, 12)
    assert torch.equal(bias[:, 0, 9], bias[:, 0, 11])
    assert not torch.equal(bias[:, 5, 4], bias[:, 5, 6])
    assert torch.equal(bias[:, 5, 4], table.table.weight[encodings.CLIPPED_AT - 1])


@pytest.mark.parametrize(
    ("name", "notices_shuffling", "notices_mirroring"),
    [
        ("none", False, False),
        ("sinusoidal", True, True),
        ("learned", True, True),
        ("rotary", True, True),
        ("relative bias", True, True),
        ("ALiBi", True, False),
    ],
)
def test_each_encoding_breaks_the_symmetries_that_the_unit_says(
    name: str, notices_shuffling: bool, notices_mirroring: bool
) -> None:
    torch.manual_seed(0)
    model = order.Reader(encodings.ENCODINGS[name]())
    assert (gap(model, torch.tensor([3, 0, 5, 1, 4, 2])) > 1e-3) is notices_shuffling
    assert (gap(model, torch.arange(5, -1, -1)) > 1e-3) is notices_mirroring


@pytest.mark.parametrize(("layers", "notices"), [(1, False), (2, True)])
def test_a_causal_models_last_position_notices_an_exchange_of_earlier_ones_from_two_layers_on(
    layers: int, notices: bool
) -> None:
    torch.manual_seed(0)
    model = order.Reader(encodings.Encoding(), causal=True, layers=layers)
    x = torch.randn(1, 6, encodings.WIDTH)
    with torch.no_grad():
        moved = (model.features(x) - model.features(x[:, [1, 0, 2, 3, 4, 5]]))[0, -1].abs().max()
    assert (float(moved) > 1e-4) is notices


def test_a_causal_model_ignores_the_future() -> None:
    model = order.Reader(encodings.ENCODINGS["rotary"](), causal=True)
    tokens = torch.randint(order.KINDS, (2, 9))
    changed = tokens.clone()
    changed[:, 6:] = (changed[:, 6:] + 1) % order.KINDS
    with torch.no_grad():
        torch.testing.assert_close(model(tokens)[:, :6], model(changed)[:, :6])


@pytest.mark.parametrize("name", encodings.ENCODINGS)
@pytest.mark.parametrize("task", [SHIFT, CAUSAL, ORDER])
def test_the_last_layers_weights_are_those_it_mixes_with(name: str, task: order.Task) -> None:
    run = order.train(encodings.ENCODINGS[name], task, seed=0, recipe=FEW_STEPS)
    tokens, _ = order.draw(task, 2, 10, torch.Generator().manual_seed(0))
    weights = order.last_weights(run, tokens)
    assert weights.shape == (encodings.HEADS, 10, 10)
    torch.testing.assert_close(weights.sum(dim=-1), torch.ones(encodings.HEADS, 10))
    assert bool((weights.triu(1) == 0).all()) is task.causal


def test_a_seed_repeats_a_run_and_leaves_the_callers_randomness_alone() -> None:
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    first = order.train(encodings.Encoding, SHIFT, 1, FEW_STEPS)
    assert torch.equal(torch.rand(3), expected)
    assert order.train(encodings.Encoding, SHIFT, 1, FEW_STEPS) == first
    assert order.train(encodings.Encoding, SHIFT, 2, FEW_STEPS).losses != first.losses


def test_learned_encodings_are_trained_with_the_model() -> None:
    for name in ("learned", "relative bias"):
        plain = sum(p.numel() for p in order.Reader(encodings.Encoding()).parameters())
        assert sum(p.numel() for p in order.Reader(encodings.ENCODINGS[name]()).parameters()) > plain


def test_the_tables_were_measured_with_todays_code(measured: tables.Table) -> None:
    assert measured["code"] == tables.hashes(unit03.SOURCES), "run `python -m data.build 03`"


def test_at_the_trained_length_all_but_the_symmetric_ones_solve_shift(measured: tables.Table) -> None:
    for name in ("sinusoidal", "learned", "rotary", "relative bias"):
        assert min(at(measured, "shift", name, 20)) > 0.99
    assert max(at(measured, "shift", "none", 20)) < 0.2


def test_no_mirror_symmetric_model_is_better_than_its_bound(measured: tables.Table) -> None:
    for length in unit03.LENGTHS:
        bound = ((length - 2) * (1 + 1 / order.KINDS) / 2 + 1) / (length - 1)
        assert max(at(measured, "shift", "ALiBi", length)) < bound
    assert mean(at(measured, "shift", "ALiBi", 20)) > 0.5


def test_a_causal_model_with_alibi_keeps_its_accuracy_at_every_length(measured: tables.Table) -> None:
    assert min(min(at(measured, "shift_causal", "ALiBi", length)) for length in unit03.LENGTHS) > 0.97


def test_a_causal_model_without_encoding_learns_order_from_two_layers_on(measured: tables.Table) -> None:
    rows = measured["causal_without_encoding"]
    one, two, longer = (rows[name]["accuracy"]["20"] for name in rows)
    assert max(one) < 0.35
    assert min(two) > 0.8
    assert min(longer) > max(two)
    assert two == at(measured, "shift_causal", "none", 20)


def test_absolute_positions_fall_first_and_no_encoding_does_everything(measured: tables.Table) -> None:
    for name in ("sinusoidal", "learned"):
        assert max(at(measured, "shift", name, 80)) < 0.4
    for name in ("rotary", "relative bias"):
        assert min(at(measured, "shift", name, 80)) > 0.6
    for name in encodings.ENCODINGS:
        assert min(mean(at(measured, task, name, 160)) for task in unit03.TASKS) < 0.8


def test_order_is_a_guess_without_an_encoding_and_solved_by_alibi(measured: tables.Table) -> None:
    assert at(measured, "order", "none", 20) == [0.5, 0.5, 0.5]
    assert min(at(measured, "order", "ALiBi", 20)) > 0.99
    assert 0.65 < mean(at(measured, "order", "ALiBi", 160)) < 0.75


def test_sinusoids_are_wrong_with_conviction_far_out(measured: tables.Table) -> None:
    assert mean(at(measured, "order", "sinusoidal", 80)) < 0.45
    assert mean(at(measured, "order", "sinusoidal", 160)) < 0.45
