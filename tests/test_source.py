"""An author who breaks a rule of the source format is told which, and references hold what is needed and no more."""

from pathlib import Path

import pytest
from sample_course import EARLIER, EARLIER_SOURCE, SOURCE, UNIT, two_components, write_source

from autograder.authoring.reference import reference_module, references
from autograder.authoring.source import SourceError, read_source, unit_with_source, units_with_source, validate
from autograder.units import load_unit


def problems(root: Path, text: str) -> str:
    write_source(root, text)
    with pytest.raises(SourceError) as raised:
        validate(read_source(UNIT, root), two_components(UNIT))
    return str(raised.value)


def reference(root: Path, imports: str, unit: str = UNIT) -> str:
    write_source(root, f'# %% given="setup"\n{imports}\n', unit)
    return reference_module(read_source(unit, root), root)


@pytest.mark.parametrize("unit", units_with_source())
def test_every_units_source_keeps_the_rules(unit: str) -> None:
    validate(read_source(unit), load_unit(unit))


def test_the_sample_source_keeps_the_rules(tmp_path: Path) -> None:
    write_source(tmp_path)
    validate(read_source(UNIT, tmp_path), two_components(UNIT))


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ('# %% check="local_mask"', '# %% check="global_mask"', "the check cells lack local_mask"),
        ('# %% check="local_mask"', '# %% check="global_mask"', "of no component of the unit: global_mask"),
        ('# %% exercise="local_mask"', '# %% exercise="causal_mask"', "the exercise cells stand twice: causal_mask"),
        ('# %% given="setup"', '# %% given="a"\n\n# %% given="a"', "the given cells stand twice: a"),
        ("    ### END SOLUTION\n", "", "the exercise causal_mask needs ### BEGIN SOLUTION"),
        ("def local_mask", "def mask", "the exercise local_mask does not define local_mask"),
        ('check("local_mask")', 'print(check("local_mask"))', 'must be check("local_mask") and nothing else'),
        ("tril(LOW)", "tril(TRIED)", "uses TRIED of a demo cell, which doesn't run when grading"),
        ("tril(LOW)", "tril(LOWER)", "uses LOWER, which nothing defines"),
        ("# # A unit", "# ### BEGIN SOLUTION", "a solution stands in a cell that is no exercise"),
        ('[markdown] slideshow={"slide_type": "slide"}', '[markdown] exercise="x"', "a cell of prose is marked"),
        ("LOW = 0", "LOW = = 0", "the given cell setup is not Python"),
    ],
)
def test_a_broken_rule_is_named(tmp_path: Path, right: str, wrong: str, told: str) -> None:
    assert told in problems(tmp_path, SOURCE.replace(right, wrong, 1))


def test_all_broken_rules_are_named_at_once(tmp_path: Path) -> None:
    text = SOURCE.replace("tril(LOW)", "tril(TRIED)").replace('check("local_mask")\n', "0\n")
    assert len(problems(tmp_path, text).splitlines()) == 2


def test_a_check_before_its_exercise_is_named(tmp_path: Path) -> None:
    cell = '# %% check="local_mask"\ncheck("local_mask")\n'
    text = SOURCE.replace(cell, "").replace("# %% tags", cell + "\n# %% tags")
    assert "the check of local_mask must come after its exercise" in problems(tmp_path, text)


@pytest.mark.parametrize(
    ("header", "found"),
    [("# %%", "nothing"), ('# %% given="a" tags=["demo"]', "given and demo"), ('# %% exercise="a b"', "is not a name")],
)
def test_a_code_cell_is_exactly_one_thing(tmp_path: Path, header: str, found: str) -> None:
    write_source(tmp_path, f"{header}\nx = 1\n")
    with pytest.raises(SourceError, match=found):
        read_source(UNIT, tmp_path)


def test_a_unit_is_found_by_its_number_and_an_unknown_one_is_answered_with_those_that_exist(tmp_path: Path) -> None:
    write_source(tmp_path)
    assert unit_with_source("04", tmp_path) == unit_with_source(UNIT, tmp_path) == UNIT
    with pytest.raises(SourceError, match=f"no source of a unit '99'. There are: {UNIT}"):
        unit_with_source("99", tmp_path)


def test_a_reference_holds_what_is_imported_with_what_that_needs_and_nothing_else(tmp_path: Path) -> None:
    write_source(tmp_path, EARLIER_SOURCE, EARLIER)
    text = reference(tmp_path, "from mine import rnn_cell")
    namespace: dict[str, object] = {}
    exec(text, namespace)
    assert namespace["rnn_cell"](0.0) == 1  # type: ignore[operator]
    assert "lstm_cell" not in text and "json" not in text and "Config" not in text and "SOLUTION" not in text


def test_what_is_given_in_an_earlier_unit_can_be_imported(tmp_path: Path) -> None:
    write_source(tmp_path, EARLIER_SOURCE, EARLIER)
    namespace: dict[str, object] = {"__name__": "reference"}
    exec(reference(tmp_path, "from mine import Config"), namespace)
    assert "Config" in namespace


def test_what_an_imported_component_imports_in_its_turn_comes_along(tmp_path: Path) -> None:
    write_source(tmp_path, EARLIER_SOURCE, EARLIER)
    middle = '# %% exercise="attend"\nfrom mine import rnn_cell, lstm_cell\n\ndef attend(x):\n    return rnn_cell(x)\n'
    write_source(tmp_path, middle, "02-seq2seq-attention")
    text = reference(tmp_path, "from mine import attend")
    assert text.index("def rnn_cell") < text.index("def attend")
    assert "lstm_cell" not in text and "from mine" not in text


def test_a_unit_that_imports_nothing_has_no_reference(tmp_path: Path) -> None:
    assert reference(tmp_path, "import torch") == ""


def test_what_no_earlier_unit_defines_is_named(tmp_path: Path) -> None:
    write_source(tmp_path, EARLIER_SOURCE, EARLIER)
    with pytest.raises(SourceError, match="no earlier unit defines: nothing"):
        reference(tmp_path, "from mine import rnn_cell, nothing")
    with pytest.raises(SourceError, match="no earlier unit defines: rnn_cell"):
        reference(tmp_path, "from mine import rnn_cell", "00-start-here")


def test_a_helper_that_two_units_define_differently_is_named(tmp_path: Path) -> None:
    write_source(tmp_path, EARLIER_SOURCE, EARLIER)
    middle = '# %% exercise="attend"\ndef squash(x):\n    return x\n\ndef attend(x):\n    return squash(x)\n'
    write_source(tmp_path, middle, "02-seq2seq-attention")
    with pytest.raises(SourceError, match="different definitions of squash"):
        reference(tmp_path, "from mine import attend, rnn_cell")


def test_the_judge_gets_all_earlier_components_whichever_the_notebook_imports(tmp_path: Path) -> None:
    write_source(tmp_path, EARLIER_SOURCE, EARLIER)
    write_source(tmp_path)
    found = references(UNIT, tmp_path)
    assert "def lstm_cell" in found.earlier and "def rnn_cell" in found.earlier and "causal_mask" not in found.earlier
    assert list(found.own) == ["causal_mask", "local_mask"] and "SOLUTION" not in found.own["causal_mask"]


def test_a_copy_without_solutions_has_the_references_of_its_release_only(tmp_path: Path) -> None:
    (tmp_path / "course" / UNIT).mkdir(parents=True)
    (tmp_path / "course" / UNIT / "reference.py").write_text("x = 1")
    assert (references(UNIT, tmp_path).own, references(UNIT, tmp_path).earlier) == ({}, "x = 1")
    assert references(EARLIER, tmp_path).earlier == ""
