"""The experiment of unit 04, the cost measurements, and what the unit's prose says about their results."""

import hashlib
from itertools import pairwise
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from data import build, costs, heads, minilm_heads, tables, unit04

FEW_STEPS = heads.Recipe(steps=3, batch_size=4, held_out=8)
FOLDER = Path(tables.__file__).parent


@pytest.fixture(scope="module")
def measured() -> tables.Table:
    return tables.results("04")


def mean(values: list[float]) -> float:
    return sum(values) / len(values)


@settings(max_examples=30, deadline=None)
@given(
    offsets=st.lists(st.integers(-5, 5), min_size=1, max_size=4).map(tuple),
    length=st.integers(1, 9),
    seed=st.integers(0, 999),
)
def test_every_label_is_the_token_at_its_offset_or_unscored_outside(
    offsets: tuple[int, ...], length: int, seed: int
) -> None:
    task = heads.Task(offsets=offsets, length=length)
    tokens, labels = heads.draw(task, 3, torch.Generator().manual_seed(seed))
    for row, sequence in enumerate(tokens.tolist()):
        for place in range(length):
            for column, offset in enumerate(offsets):
                inside = 0 <= place + offset < length
                expected = sequence[place + offset] if inside else heads.UNSCORED
                assert labels[row, place, column] == expected


def test_the_number_of_heads_changes_no_parameter_count() -> None:
    counts = {heads.train(heads.TorchAttention, h, 0, recipe=FEW_STEPS).parameters for h in (1, 2, 4, 8, 64)}
    assert len(counts) == 1


def test_a_seed_repeats_a_run_and_leaves_the_callers_randomness_alone() -> None:
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    first = heads.train(heads.TorchAttention, 2, 1, recipe=FEW_STEPS)
    assert torch.equal(torch.rand(3), expected)
    again = heads.train(heads.TorchAttention, 2, 1, recipe=FEW_STEPS)
    other = heads.train(heads.TorchAttention, 2, 2, recipe=FEW_STEPS)
    assert first == again
    assert first.losses != other.losses


def test_training_runs_in_one_thread_and_puts_the_number_back() -> None:
    seen = []

    class Watching(heads.TorchAttention):
        def forward(self, *args: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
            seen.append(torch.get_num_threads())
            return super().forward(*args)

    before = torch.get_num_threads()
    try:
        torch.set_num_threads(2)
        heads.train(Watching, 2, 0, recipe=FEW_STEPS)
        assert set(seen) == {1}
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)


def test_a_fixed_number_of_sequences_is_all_that_training_sees() -> None:
    task = heads.Task()
    stream = heads.batches(task, heads.Recipe(sequences=3), torch.Generator().manual_seed(0))
    seen = {tuple(row) for _ in range(5) for row in next(stream)[0].tolist()}
    assert len(seen) == 3


def test_accuracy_counts_only_scored_labels() -> None:
    class KnowsTheAnswer(nn.Module):
        def forward(self, tokens: torch.Tensor) -> tuple[torch.Tensor, None]:
            return nn.functional.one_hot(tokens, 20).float()[:, :, None, :], None

    tokens = torch.tensor([[0, 2, 3]])
    labels = torch.tensor([[[heads.UNSCORED], [2], [9]]])
    assert heads.accuracy(KnowsTheAnswer(), tokens, labels) == (0.5,)  # type: ignore[arg-type]


def test_weight_by_offset_reads_the_diagonals() -> None:
    previous = torch.tensor([[1.0, 0, 0], [1, 0, 0], [0, 1, 0]])
    profile = heads.weight_by_offset(previous[None, None], range(-2, 2))
    torch.testing.assert_close(profile, torch.tensor([[0.0, 1.0, 1 / 3, 0.0]]))


def test_median_milliseconds_leaves_out_the_warm_up_and_the_outlier() -> None:
    ticks = iter([0.0, 1.0, 10.0, 12.0, 20.0, 120.0])
    calls = []
    found = costs.median_milliseconds(lambda: calls.append(1), repeats=3, clock=lambda: next(ticks))
    assert found == 2000.0
    assert len(calls) == 4


def test_the_fewest_milliseconds_are_those_of_the_fastest_call_after_the_warm_up() -> None:
    ticks = iter([0.0, 3.0, 10.0, 12.0, 20.0, 120.0])
    assert costs.fewest_milliseconds(lambda: None, repeats=3, clock=lambda: next(ticks)) == 2000.0


def test_heads_of_free_widths_are_pytorchs_where_the_widths_are_its_own() -> None:
    theirs, ours = heads.TorchAttention(12, 3), heads.FreeWidths(12, 3, key_width=4, value_width=4)
    for name, weight, bias in zip(
        ("q_proj", "k_proj", "v_proj"), theirs.in_proj_weight.chunk(3), theirs.in_proj_bias.chunk(3), strict=True
    ):
        ours.get_submodule(name).load_state_dict({"weight": weight, "bias": bias})
    ours.out_proj.load_state_dict(theirs.out_proj.state_dict())
    x = torch.randn(2, 5, 12)
    for found, expected in zip(ours(x, x, x), theirs(x, x, x), strict=True):
        torch.testing.assert_close(found, expected)


def test_memory_for_backward_counts_each_storage_once() -> None:
    x = torch.randn(1000, requires_grad=True)
    assert costs.megabytes_for_backward(lambda: x * x) == pytest.approx(0.004)


def test_memory_of_attention_is_that_of_its_tables_and_vectors() -> None:
    [cost] = costs.attention_costs(unit04.step_by_step, [64], num_heads=2, head_width=8, repeats=1)
    weights, vectors = 2 * 64 * 64 * 4, 3 * 2 * 64 * 8 * 4
    assert cost.megabytes == pytest.approx((weights + vectors) / 1e6)


@given(st.integers(1, 40))
def test_the_longest_chain_counts_operations_that_wait_for_each_other(steps: int) -> None:
    x = torch.ones(1, requires_grad=True)
    y = x
    for _ in range(steps):
        y = y * 2
    beside = (x * 3) + (x * 4)
    assert costs.longest_chain(y) == steps + 1  # and the leaf itself
    assert costs.longest_chain(y + beside) == max(steps + 1, 3) + 1


def test_a_tensor_without_a_graph_has_no_chain_and_says_so() -> None:
    with pytest.raises(ValueError, match="no autograd graph"):
        costs.longest_chain(torch.ones(1))


def test_the_lstm_loop_agrees_with_pytorchs_lstm() -> None:
    lstm = nn.LSTM(3, 4, batch_first=True)
    cell = nn.LSTMCell(3, 4)
    cell.load_state_dict({name.removesuffix("_l0"): weight for name, weight in lstm.state_dict().items()})
    x = torch.randn(2, 5, 3)
    torch.testing.assert_close(costs.lstm_loop(cell, x), lstm(x)[0])


def test_the_tables_were_measured_with_todays_code(measured: tables.Table) -> None:
    assert measured["code"] == tables.hashes(unit04.SOURCES), "run `python -m data.build 04`"


def test_one_head_gets_one_report_in_three_and_two_nearly_all(measured: tables.Table) -> None:
    accuracy = {int(count): row["accuracy"] for count, row in measured["heads"].items()}
    assert all(1 / 3 < share < 0.5 for share in accuracy[1])
    assert all(0.95 < share < 0.995 for share in accuracy[2])
    assert all(share == 1 for count in (4, 8, 16) for share in accuracy[count])
    assert all(share < 0.7 for share in accuracy[64])
    assert measured["one_head_one_offset"]["accuracy"] == [1, 1, 1]
    assert len({row["parameters"] for row in measured["heads"].values()}) == 1


def test_heads_of_width_one_lack_room_to_aim_more_than_room_to_carry(measured: tables.Table) -> None:
    carries, aims = (row["accuracy"] for row in measured["wider_heads"].values())
    assert max(measured["heads"]["64"]["accuracy"]) < 0.6 < 0.8 < min(carries) and max(carries) < 0.85
    assert min(aims) > 0.99


def test_attention_needs_more_sequences_than_a_convolution(measured: tables.Table) -> None:
    attention, convolution = measured["sequences"].values()
    assert mean(attention["16"]["accuracy"]) < 0.1
    assert mean(convolution["16"]["accuracy"]) > 0.8
    assert mean(attention["128"]["accuracy"]) > 0.99


def test_memory_grows_fourfold_step_by_step_and_twofold_when_fused(measured: tables.Table) -> None:
    step_by_step, fused = ([row["megabytes"] for row in rows] for rows in measured["attention"].values())
    assert 3.8 < step_by_step[-1] / step_by_step[-2] < 4
    assert all(later / earlier == pytest.approx(2, abs=0.01) for earlier, later in pairwise(fused))


def test_the_lstms_chain_grows_with_the_length_and_attentions_does_not(measured: tables.Table) -> None:
    rows = measured["layers"]
    assert len({row["attention_chain"] for row in rows}) == 1
    assert all(8 * row["length"] <= row["lstm_chain"] <= 8 * row["length"] + 8 for row in rows)


def test_the_fused_lstm_is_faster_on_a_cpu_the_longer_the_more_so(measured: tables.Table) -> None:
    ratio = {row["length"]: row["transformer_layer_ms"] / row["fused_lstm_ms"] for row in measured["layers"]}
    assert 1 < ratio[256] < ratio[1024] < ratio[4096]


def test_the_chains_in_the_table_can_be_counted_again(measured: tables.Table) -> None:
    stored = measured["layers"][0]
    again = unit04.layer_row(stored["length"])
    assert (again["lstm_chain"], again["attention_chain"]) == (stored["lstm_chain"], stored["attention_chain"])


def test_results_of_an_unknown_unit_say_how_to_measure_them() -> None:
    with pytest.raises(FileNotFoundError, match=r"python -m data\.build 99"):
        tables.results("99")


def test_a_real_models_heads_do_what_the_unit_says() -> None:
    real = minilm_heads.load()
    previous, following, resting, nouns = real.weights
    assert real.weights.shape == (len(real.names), len(real.tokens), len(real.tokens))
    torch.testing.assert_close(real.weights.sum(dim=-1), torch.ones(real.weights.shape[:2]), atol=0.01, rtol=0)
    assert previous.diagonal(-1).min() > 0.9
    assert following[1:-1].argmax(dim=-1).sub(torch.arange(2, len(real.tokens))).eq(0).float().mean() > 0.5
    assert resting[:, 0].mean() > 0.6
    it, dog, cat = (real.tokens.index(word) for word in ("it", "dog", "cat"))
    assert nouns[it].topk(2).indices.tolist() == [dog, cat]


def test_an_unknown_table_is_named_and_the_known_ones_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert build.main(["05x"]) == 2
    assert "05x" in (said := capsys.readouterr().err)
    assert "04" in said


def test_missing_weights_are_said_without_a_traceback(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(minilm_heads, "PACKAGE", "no_such_package")
    assert build.main(["minilm-heads"]) == 1
    assert "make weights" in capsys.readouterr().err


def test_the_readme_lists_every_data_file_with_its_checksum() -> None:
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    files = [path for path in FOLDER.iterdir() if path.suffix not in {".py", ".md"} and path.is_file()]
    assert files
    for path in files:
        assert f"`{path.name}`" in readme
        assert hashlib.sha256(path.read_bytes()).hexdigest() in readme, f"{path.name}: the checksum is another one"
