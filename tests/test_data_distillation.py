"""The experiment of unit 10: what every name is, teachers and students, and what they are compared by."""

import random

import pytest
import torch

pytest.importorskip("tokenizers")

from data import roles, taggers, unit10
from data.pretraining import CodeBert, Sizes
from data.roles import ROLES, UNSCORED, Tagged
from figures.distillation import answer_frame, front, side_by_side, softened, which_layers

SOURCE = """def join(path, *parts):
    total = len(path)
    for part in parts:
        total += path.find(part, key=total)
    return total.real"""


@pytest.fixture(scope="module")
def pool_and_test() -> tuple[Tagged, Tagged]:
    return roles.load()


@pytest.fixture(scope="module")
def tiny() -> taggers.Tagger:
    return taggers.Tagger(CodeBert(Sizes(num_layers=2))).eval()


def role_of(name: str, nth: int = 0) -> str:
    places = [place for place in range(len(SOURCE)) if SOURCE.startswith(name, place)]
    return ROLES[roles.roles(SOURCE)[places[nth]]]


def test_a_name_has_the_role_that_python_gives_it() -> None:
    assert role_of("path") == role_of("path", 1) == role_of("parts") == "parameter"
    assert role_of("total") == role_of("part", 1) == "local variable"
    assert role_of("len") == "function"
    assert role_of("find") == "method"
    assert role_of("key") == "keyword argument"
    assert role_of("real") == "attribute"


def test_a_label_stands_at_the_first_piece_of_a_name_and_nowhere_else(pool_and_test: tuple[Tagged, Tagged]) -> None:
    for part in pool_and_test:
        assert part.ids.shape[1] <= roles.LONGEST
        scored = part.labels != UNSCORED
        assert bool((scored & ~part.mask).any()) is False
        assert bool(scored[:, 0].any()) is False


def test_no_function_is_both_in_the_pool_and_held_out(pool_and_test: tuple[Tagged, Tagged]) -> None:
    pool, test = ({tuple(row.tolist()) for row in part.ids} for part in pool_and_test)
    assert not pool & test


def test_functions_without_labels_keep_none(pool_and_test: tuple[Tagged, Tagged]) -> None:
    pool, _ = pool_and_test
    rows = torch.tensor(random.Random(0).sample(range(len(pool)), 5))
    many = taggers.unlabelled(pool, rows)
    assert set((many.labels != UNSCORED).any(1).nonzero().flatten().tolist()) == set(rows.tolist())
    assert torch.equal(many.labels[rows], pool.labels[rows])


def test_every_batch_holds_labels_and_no_function_comes_twice_before_all_came(
    pool_and_test: tuple[Tagged, Tagged],
) -> None:
    pool, _ = pool_and_test
    some = taggers.unlabelled(pool[torch.arange(32)], torch.arange(8))
    drawn = taggers.batches(some, torch.Generator().manual_seed(0))
    first, second = next(drawn), next(drawn)
    for rows in (first, second):
        assert int((some.labels[rows] != UNSCORED).any(1).sum()) == taggers.WITH_LABELS
    assert len({*first.tolist(), *second.tolist()}) == 2 * taggers.BATCH


def test_a_student_is_every_other_layer_of_its_teacher_and_shares_nothing(tiny: taggers.Tagger) -> None:
    student = taggers.student_of(tiny, 1)
    assert len(student.bert.layers) == 1
    theirs = dict(tiny.named_parameters())
    for name, parameter in student.named_parameters():
        assert torch.equal(parameter, theirs[name]) and parameter.data_ptr() != theirs[name].data_ptr()


def test_the_loss_of_the_teacher_itself_is_nothing(tiny: taggers.Tagger, pool_and_test: tuple[Tagged, Tagged]) -> None:
    batch = pool_and_test[1][torch.arange(4)]
    said = taggers.said(tiny, (batch.ids, batch.segments, batch.mask))
    nothing = torch.full_like(batch.labels, UNSCORED)
    loss = taggers.distilled(cosine=1.0)(said, said, nothing, batch.mask)
    assert float(loss) == pytest.approx(0.0, abs=1e-5)


def test_the_pretrained_model_is_the_one_that_ships() -> None:
    from safetensors.torch import load_file

    from data.pretraining import CHECKPOINT, named

    stored, ours = load_file(CHECKPOINT), named(taggers.pretrained())
    assert all(torch.equal(stored[name], ours[name]) for name in ours if not name.startswith("heads."))


def test_what_is_kept_is_a_share_of_the_same_seeds_teacher() -> None:
    assert unit10.kept({"teacher": [0.8, 0.5], "student": [0.4, 0.5]})["student"] == [0.5, 1.0]


def test_the_front_holds_whoever_no_other_beats() -> None:
    models = {"a": (10.0, 0.8), "b": (5.0, 0.78), "c": (6.0, 0.76), "d": (5.0, 0.7)}
    assert front(models) == [(5.0, 0.78), (10.0, 0.8)]


def test_an_answer_gets_flatter_with_the_temperature_and_keeps_its_order() -> None:
    logits = torch.tensor([4.0, 0.0, 2.0]).double().numpy()
    cold, hot = softened(logits, 1.0), softened(logits, 3.0)
    assert hot.max() < cold.max() and list(hot.argsort()) == list(cold.argsort())
    assert "0.867 for the best class (x)" in answer_frame(logits, ("x", "y", "z"), 0, 1.0).sentence


def test_layers_that_do_not_divide_are_refused() -> None:
    with pytest.raises(ValueError, match="3 layers evenly over 4"):
        which_layers(4, 3)


def test_models_of_one_cost_stand_side_by_side_around_it_and_others_at_theirs() -> None:
    places = side_by_side({"a": 5.0, "b": 5.0, "c": 10.0})
    assert places["a"] < 5.0 < places["b"]
    assert places["a"] + places["b"] == pytest.approx(10.0)
    assert places["c"] == 10.0
