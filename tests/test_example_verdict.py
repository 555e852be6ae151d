"""The verdict on an answer that is nobody's, with which unit 00 begins."""

import torch

from autograder.student.example import NOTE, verdict_on


def formula_as_it_stands(x: torch.Tensor, dim: int = -1) -> torch.Tensor:
    powers = torch.exp(x)
    return powers / powers.sum(dim, keepdim=True)


def test_the_formula_of_the_softmax_as_it_stands_is_named_overflow_and_keeps_its_other_points() -> None:
    shown = repr(verdict_on("softmax", formula_as_it_stands))
    assert "overflow" in shown
    assert "5/8" in shown


def test_an_example_is_marked_as_such_and_nothing_is_saved(tmp_path, monkeypatch) -> None:
    (tmp_path / ".course").mkdir()
    monkeypatch.chdir(tmp_path)
    shown = verdict_on("dense", lambda x, weight, bias: (x @ weight.T + bias).relu())
    assert NOTE in repr(shown)
    assert "passed" in repr(shown)
    assert [path.name for path in tmp_path.iterdir()] == [".course"]


def test_the_same_seed_shows_the_same_verdict() -> None:
    assert repr(verdict_on("softmax", formula_as_it_stands)) == repr(verdict_on("softmax", formula_as_it_stands))
