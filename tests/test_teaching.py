"""The teaching guides: complete, about the units as they are, and with hours that add up."""

import re
from pathlib import Path

import pytest

from autograder.authoring import guides
from autograder.authoring.guides import refreshed, sections, stated_minutes, written
from autograder.authoring.source import SourceError, read_source
from autograder.student.questions import load_questions
from autograder.units import UNITS, load_unit

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / guides.FOLDER
PARTS = [
    "Aims",
    "Minutes",
    "What students get wrong",
    "Board plan",
    "Discussion",
    "Grading and leading",
    "The verdicts",
]
SAID_OF_A_MISTAKE = ["**Seen as.**", "**Why.**", "**At the board.**", "**Show.**"]
WEEKS = (6, 10, 14)


def parts(unit: str) -> dict[str, str]:
    """A guide's text by its second-level headings."""
    found = re.split(r"^## (.+)$", written(unit) or "", flags=re.MULTILINE)
    return dict(zip(found[1::2], found[2::2], strict=True))


def rows(table: str) -> list[list[str]]:
    """The cells of a Markdown table's body."""
    lines = [line for line in table.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def known_mistakes(unit: str) -> set[tuple[str, str]]:
    return {(component.name, mistake.id) for component in load_unit(unit).components for mistake in component.mistakes}


def plan(weeks: int) -> list[list[str]]:
    """The rows of a syllabus."""
    text = (FOLDER / "syllabus.md").read_text(encoding="utf-8")
    (found,) = re.findall(rf"^## {weeks} weeks$(.+?)(?=^## |\Z)", text, flags=re.MULTILINE | re.DOTALL)
    return rows(found)


def planned_minutes(row: list[str]) -> list[tuple[str, int]]:
    """The units of a syllabus's row with the students' minutes: '04 (1 h 30); 05 (45 min)'."""
    found = re.findall(r"(\d\d)[^;()]*\((?:(\d+) h)?\s*(?:(\d+)(?: min)?)?\)", row[2])
    return [(unit, 60 * int(hours or 0) + int(minutes or 0)) for unit, hours, minutes in found]


@pytest.mark.parametrize("unit", UNITS)
def test_a_guide_has_every_part_with_something_in_it(unit: str) -> None:
    assert list(parts(unit)) == PARTS
    assert all(len(text.strip()) > 200 for text in parts(unit).values())


@pytest.mark.parametrize("unit", UNITS)
def test_a_guide_and_the_list_of_guides_call_a_unit_by_its_own_title(unit: str) -> None:
    source = (ROOT / "solutions" / unit / f"{unit}.py").read_text(encoding="utf-8")
    (title,) = re.findall(r"^# # (.+)$", source, flags=re.MULTILINE)
    assert (written(unit) or "").startswith(f"# Teaching unit {title}\n")
    assert f"- [{title}]({unit}.md)\n" in (FOLDER / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("unit", UNITS)
def test_a_guide_speaks_of_each_mistake_that_the_checks_know_and_of_no_other(unit: str) -> None:
    named = re.findall(r"`(\w+):([a-z0-9-]+)`", parts(unit)["What students get wrong"])
    assert sorted(named) == sorted(known_mistakes(unit))


@pytest.mark.parametrize("unit", UNITS)
def test_of_each_mistake_is_said_how_it_shows_why_it_happens_and_what_to_do(unit: str) -> None:
    for mistake in re.split(r"^### ", parts(unit)["What students get wrong"], flags=re.MULTILINE)[1:]:
        assert re.findall(r"^\*\*.+?\.\*\*", mistake, flags=re.MULTILINE) == SAID_OF_A_MISTAKE, mistake.splitlines()[0]


@pytest.mark.parametrize("unit", UNITS)
def test_what_a_guide_points_to_is_in_the_unit(unit: str) -> None:
    text = written(unit) or ""
    source = (ROOT / "solutions" / unit / f"{unit}.py").read_text(encoding="utf-8")
    asked = {question.id for question in load_questions(ROOT / "solutions" / unit / "questions.yaml")}
    assert [name for name in re.findall(r"`(\w+_explorer)`", text) if name not in source] == []
    named = set(re.findall(r"`([a-z0-9]+(?:-[a-z0-9]+)+)`", text))
    assert named <= asked | {mistake for _, mistake in known_mistakes(unit)}
    own = re.sub(r"[Uu]nit \d\d(?:'s|, )? ?[Ss]ections? [\d, and to]+", "", text)
    numbers = {
        int(number)
        for found in re.findall(r"[Ss]ections? ((?:\d+(?:, | and | to )?)+)", own)
        for number in re.findall(r"\d+", found)
    }
    assert numbers <= {section.number for section in sections(read_source(unit))}


@pytest.mark.parametrize("unit", UNITS)
def test_a_board_plan_is_a_lecture_of_45_to_60_minutes(unit: str) -> None:
    minutes = [int(row[0]) for row in rows(parts(unit)["Board plan"])]
    assert 45 <= sum(minutes) <= 60


@pytest.mark.parametrize("unit", UNITS)
def test_the_tables_of_a_guide_are_those_of_its_unit(unit: str) -> None:
    assert refreshed(unit) == written(unit), f"run: course release {unit[:2]}"


@pytest.mark.parametrize("unit", UNITS)
def test_every_exercise_of_a_unit_is_counted_with_its_minutes(unit: str) -> None:
    announced = [exercise.name for section in sections(read_source(unit)) for exercise in section.exercises]
    assert sorted(announced) == sorted(component.name for component in load_unit(unit).components)


@pytest.mark.parametrize("unit", UNITS)
def test_the_exercises_minutes_add_up_to_what_the_unit_says(unit: str) -> None:
    source = read_source(unit)
    (head,) = [cell.source for cell in source.notebook.cells if "**Time:**" in cell.source]
    time = " ".join(head[head.index("**Time:**") :].split("\n\n")[0].split())
    told = re.search(r"add up to (?:(\d+) h)? ?(?:(\d+) min)?", time)
    sittings = re.findall(r"\((\d+) min", time)
    promised = 60 * int(told[1] or 0) + int(told[2] or 0) if told else sum(map(int, sittings))
    assert sum(exercise.minutes for section in sections(source) for exercise in section.exercises) == promised


@pytest.mark.parametrize(
    ("words", "minutes"),
    [("about an hour:", 60), ("about four and a half hours:", 270), ("about five hours and a quarter,", 315)],
)
def test_hours_in_words_are_understood(words: str, minutes: int, tmp_path: Path) -> None:
    assert stated_minutes(read_source(*lesson(tmp_path, f"# **Time:** {words} so they say"))) == minutes


def test_a_unit_that_does_not_say_its_hours_is_told_how_to(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="expected a line that begins like"):
        stated_minutes(read_source(*lesson(tmp_path, "# **Time:** a while")))


def test_a_guide_without_the_place_for_a_table_is_named(tmp_path: Path) -> None:
    unit, root = lesson(tmp_path, "# **Time:** about an hour: so they say")
    path = guides.guide_path(unit, root)
    path.parent.mkdir(parents=True)
    path.write_text("# A guide")
    with pytest.raises(SourceError, match=r"00-start-here\.md: a line '<!-- minutes"):
        refreshed(unit, root)


def test_a_unit_without_a_guide_has_no_tables_to_refresh(tmp_path: Path) -> None:
    assert refreshed(*lesson(tmp_path, "# **Time:** about an hour: so they say")) is None


def lesson(root: Path, prose: str) -> tuple[str, Path]:
    """A unit whose source is one cell of prose."""
    path = root / "solutions" / UNITS[0] / f"{UNITS[0]}.py"
    path.parent.mkdir(parents=True)
    path.write_text(f"# %% [markdown]\n{prose}\n", encoding="utf-8")
    return UNITS[0], root


@pytest.mark.parametrize("weeks", WEEKS)
def test_a_plan_has_a_row_for_each_week(weeks: int) -> None:
    assert [row[0] for row in plan(weeks)] == [str(week) for week in range(1, weeks + 1)]


@pytest.mark.parametrize("weeks", WEEKS)
def test_a_plan_gives_every_unit_the_hours_that_it_says_it_takes(weeks: int) -> None:
    given = dict.fromkeys((unit[:2] for unit in UNITS), 0)
    for row in plan(weeks):
        for unit, minutes in planned_minutes(row):
            given[unit] += minutes
    assert given == {unit[:2]: stated_minutes(read_source(unit)) for unit in UNITS}


@pytest.mark.parametrize("weeks", WEEKS)
def test_a_week_s_hours_are_those_of_its_units(weeks: int) -> None:
    for row in plan(weeks):
        hours, minutes = re.fullmatch(r"(\d+) h(?: (\d\d))?", row[3]).groups()
        assert sum(taken for _, taken in planned_minutes(row)) == 60 * int(hours) + int(minutes or 0), row[0]


@pytest.mark.parametrize("weeks", WEEKS)
def test_no_unit_comes_before_one_that_it_builds_on(weeks: int) -> None:
    order = [unit for row in plan(weeks) for unit, _ in planned_minutes(row)]
    assert order == sorted(order)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.md")), ids=lambda path: path.stem)
def test_what_a_guide_links_to_is_there(path: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)\)", path.read_text(encoding="utf-8"))
    assert [link for link in links if not (path.parent / link).exists()] == []


def test_every_guide_is_listed_and_the_readme_leads_there() -> None:
    index = (FOLDER / "README.md").read_text(encoding="utf-8")
    linked = set(re.findall(r"\]\(([\w.-]+\.md)\)", index))
    assert linked == {path.name for path in FOLDER.glob("*.md")} - {"README.md"}
    assert "docs/teaching" in (ROOT / "README.md").read_text(encoding="utf-8")
