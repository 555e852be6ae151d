"""The self-test: its questions are complete, its authors are told what is wrong, its readers get an answer."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.student import quiz
from autograder.student.questions import TOPICS, Option, Question, QuestionsError, load_questions
from autograder.student.quiz import find_questions, self_test

SOLUTIONS = Path(__file__).parents[1] / "solutions"
WRITTEN = sorted(SOLUTIONS.glob("*/questions.yaml"))

TOPICS_OF = {
    "00": range(1, 4),
    "01": range(4, 13),
    "02": range(13, 23),
    "03": range(23, 32),
    "04": range(32, 41),
    "05": range(41, 51),
    "06": range(51, 59),
    "07": range(59, 62),
    "08": range(62, 69),
    "09": range(69, 76),
    "10": range(76, 80),
}

GOOD = """
- id: why-scale
  topics: [34, 33]
  question: Why divide by $\\sqrt{d_k}$ in $$a_1 * b_2 * c$$?
  options:
    - {text: To keep the variance at 1, correct: true, why: "It is $d_k$ before: `x < y` & more."}
    - {text: To sum to 1, correct: false, why: The *softmax* does that.}
    - {text: To save time, correct: false, why: It costs time.}
"""


@pytest.fixture
def displayed(monkeypatch):
    bundles: list[dict[str, str]] = []
    monkeypatch.setattr(quiz, "display", lambda bundle, raw: bundles.append(bundle))
    return bundles


def write(folder: Path, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "questions.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def entries() -> list[dict]:
    return yaml.safe_load(GOOD)


def with_one_right_answer(path: Path) -> list[Question]:
    return [question for question in load_questions(path) if not question.several_correct]


def complaint(tmp_path: Path, changed: object) -> str:
    path = write(tmp_path, yaml.safe_dump(changed))
    with pytest.raises(QuestionsError) as error:
        load_questions(path)
    return str(error.value)


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.parent.name)
def test_the_questions_of_every_unit_are_complete(path):
    for question in load_questions(path):
        assert set(question.topics) <= set(TOPICS)
        assert len(question.options) >= 3
        assert any(option.correct for option in question.options)
        assert all(option.text and option.why for option in question.options)


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.parent.name)
def test_every_topic_of_a_unit_is_asked_about(path):
    asked = {topic for question in load_questions(path) for topic in question.topics}
    assert set(TOPICS_OF[path.parent.name[:2]]) <= asked


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.parent.name)
def test_the_right_answer_is_not_mostly_in_the_same_place(path):
    places = [[option.correct for option in question.options].index(True) for question in with_one_right_answer(path)]
    assert max(places.count(place) for place in places) <= 0.5 * len(places)
    assert min(places.count(place) for place in range(3)) >= 1


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.parent.name)
def test_the_longest_answer_is_not_mostly_the_right_one(path):
    questions = with_one_right_answer(path)
    longest = [max(question.options, key=lambda option: len(option.text)) for question in questions]
    assert sum(option.correct for option in longest) <= 0.45 * len(questions)


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.parent.name)
def test_an_answer_reads_like_no_other_of_its_question(path):
    for question in load_questions(path):
        assert len({option.text.strip(" .").casefold() for option in question.options}) == len(question.options)


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.parent.name)
def test_every_explanation_says_something_of_its_own(path):
    for question in load_questions(path):
        assert len({option.why for option in question.options}) == len(question.options)
        assert all(option.why.strip(" .") != option.text.strip(" .") for option in question.options)


def test_no_question_is_asked_twice_in_the_course():
    asked = [question for path in WRITTEN for question in load_questions(path)]
    assert len({question.question.casefold() for question in asked}) == len(asked)


def test_every_topic_of_the_course_is_asked_about():
    asked = {topic for path in WRITTEN for question in load_questions(path) for topic in question.topics}
    assert asked == set(TOPICS)


def test_a_file_is_read_as_written(tmp_path):
    (question,) = load_questions(write(tmp_path, GOOD))
    assert question.id == "why-scale"
    assert question.topics == (34, 33)
    assert question.options[1] == Option(text="To sum to 1", correct=False, why="The *softmax* does that.")
    assert not question.several_correct


@pytest.mark.parametrize(
    ("place", "value", "said"),
    [
        (("id",), None, "the id must be lower-case words"),
        (
            ("id",),
            "Why Scale",
            "the id must be lower-case words joined by hyphens, such as 'why-scale', got 'Why Scale'",
        ),
        (("topics",), [], "topics must be a list of topic numbers, such as [34], got []"),
        (("topics",), 34, "topics must be a list of topic numbers, such as [34], got 34"),
        (("topics",), [0], "topic 0 is not a number from 1 to 79"),
        (("topics",), [80], "topic 80 is not a number from 1 to 79"),
        (("topics",), [True], "topic True is not a number from 1 to 79"),
        (("topics",), ["34"], "topic '34' is not a number from 1 to 79"),
        (("question",), " ", "'question' is empty"),
        (("question",), 5, "'question' must be text; YAML read it as int 5, so put it in quotes"),
        (("options",), [{}], "needs at least 3 options, has 1"),
        (("options",), "yes", "needs at least 3 options, has 0"),
        (("options", 0, "correct"), False, "no option is correct; at least one needs 'correct: true'"),
        (("options", 1, "correct"), "no", "option 2: 'correct' must be true or false, got 'no'"),
        (("options", 2, "why"), "", "option 3: 'why' is empty"),
        (("options", 2, "text"), True, "option 3: 'text' must be text; YAML read it as bool True"),
        (("options", 2), "To save time", "option 3: expected the fields text, correct and why, got str"),
        (("corect",), True, "'corect' is not a field here; expected id, options, question, topics"),
        (("options", 0, "because"), "x", "option 1: 'because' is not a field here; expected correct, text, why"),
    ],
)
def test_an_author_is_told_which_question_is_wrong_and_how(tmp_path, place, value, said):
    changed = entries()
    target = changed[0]
    for step in place[:-1]:
        target = target[step]
    target[place[-1]] = value
    message = complaint(tmp_path, changed)
    assert said in message
    assert message.startswith(f"{tmp_path / 'questions.yaml'}: question 1")


@pytest.mark.parametrize("field", ["id", "topics", "question", "options"])
def test_a_missing_field_is_named(tmp_path, field):
    changed = entries()
    del changed[0][field]
    assert f"{field!r} is missing" in complaint(tmp_path, changed)


@pytest.mark.parametrize("field", ["text", "correct", "why"])
def test_a_missing_field_of_an_option_is_named(tmp_path, field):
    changed = entries()
    del changed[0]["options"][2][field]
    assert f"question 1 (why-scale): option 3: {field!r} is missing" in complaint(tmp_path, changed)


def test_an_id_used_twice_is_named(tmp_path):
    assert "the id 'why-scale' is used 2 times" in complaint(tmp_path, entries() * 2)


def test_everything_wrong_is_said_at_once(tmp_path):
    changed = entries()
    changed[0]["topics"] = [99]
    changed[0]["options"][0]["why"] = ""
    changed.append("not a question")
    assert len(complaint(tmp_path, changed).splitlines()) == 3


@pytest.mark.parametrize("content", [None, [], {"id": "a"}, "text"])
def test_a_file_that_holds_no_list_says_what_was_expected(tmp_path, content):
    assert "expected a list of questions (lines that start with '- id:'), got" in complaint(tmp_path, content)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"- id: [", "is not valid YAML"),
        (b"- id: a: b", "is not valid YAML"),
        (b"- question: \xff\xfe", "is not UTF-8 text"),
        (b"- id: \x00", "is not valid YAML"),
        (b"- !!python/object/apply:os.system ['true']", "is not valid YAML"),
    ],
)
def test_a_file_that_is_not_yaml_is_refused_with_the_place(tmp_path, content, said):
    path = tmp_path / "questions.yaml"
    path.write_bytes(content)
    with pytest.raises(QuestionsError, match=said):
        load_questions(path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(QuestionsError, match=r"questions\.yaml: can't be read \(No such file or directory\)"):
        load_questions(tmp_path / "questions.yaml")


nested = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["id", "topics", "question", "options", "text", "correct", "why"]), inner)
    ),
    max_leaves=20,
)


@settings(max_examples=200, deadline=None)
@given(st.lists(nested, min_size=1, max_size=3))
def test_nothing_that_yaml_can_hold_escapes_the_check(tmp_path_factory, content):
    path = write(tmp_path_factory.mktemp("quiz"), yaml.safe_dump(content))
    try:
        questions = load_questions(path)
    except QuestionsError as error:
        assert str(path) in str(error)
    else:
        assert all(isinstance(question, Question) for question in questions)


def test_the_questions_beside_the_notebook_are_taken_without_an_argument(tmp_path):
    path = write(tmp_path, GOOD)
    assert find_questions(None, tmp_path) == path


@pytest.mark.parametrize("given_as", ["questions.yaml", "./", "04", "04-multi-head-attention"])
def test_beside_the_notebook_a_path_and_a_unit_find_the_same_questions(tmp_path, given_as):
    folder = tmp_path / "04-multi-head-attention"
    path = write(folder, GOOD)
    assert find_questions(given_as, folder).resolve() == path


@pytest.mark.parametrize("place", ["work", "course", "solutions"])
def test_a_unit_is_found_from_the_repository_s_root(tmp_path, place):
    path = write(tmp_path / place / "04-multi-head-attention", GOOD)
    assert find_questions("04", tmp_path) == path


def test_a_unit_is_found_from_another_unit_s_folder(tmp_path):
    write(tmp_path / "05-transformer", GOOD)
    path = write(tmp_path / "04-multi-head-attention", GOOD)
    assert find_questions("04", tmp_path / "05-transformer") == path


@pytest.mark.parametrize("wrong", ["nowhere.yaml", "nowhere", "/nowhere", "06", None])
def test_a_place_without_questions_never_gives_another_unit_s(tmp_path, wrong):
    folder = tmp_path / "05-transformer"
    if wrong is None:
        folder.mkdir()
    else:
        write(folder, GOOD)
    with pytest.raises(QuestionsError, match="was found; looked for"):
        find_questions(wrong, folder)


def test_a_wrong_path_never_gives_the_questions_that_happen_to_be_here(tmp_path):
    write(tmp_path, GOOD)
    with pytest.raises(QuestionsError, match="'nowhere' was found"):
        find_questions("nowhere", tmp_path)


def test_a_message_is_escaped(displayed):
    self_test("<b>.yaml")
    assert "<b>" not in displayed[0]["text/html"]


def test_a_student_sees_a_message_and_no_traceback(tmp_path, monkeypatch, displayed):
    monkeypatch.chdir(tmp_path)
    self_test()
    assert "The self-test can’t be shown." in displayed[0]["text/html"]
    assert "no questions.yaml was found" in displayed[0]["text/html"]


class Outline(HTMLParser):
    """The text of each summary and each opened answer, and whether tags are balanced."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.summaries: list[str] = []
        self.tags: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.open.append(tag)
        if tag == "summary":
            self.summaries.append("")

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "summary" in self.open:
            self.summaries[-1] += data


def outline(page: str) -> Outline:
    parser = Outline()
    parser.feed(page)
    assert not parser.open
    return parser


def test_every_option_opens_onto_its_explanation(tmp_path, displayed):
    self_test(write(tmp_path, GOOD))
    page = displayed[0]["text/html"]
    assert outline(page).summaries == ["To keep the variance at 1", "To sum to 1", "To save time"]
    assert page.count("✓ Right.") == 1
    assert page.count("✗ Not so.") == 2
    assert "The <em>softmax</em> does that." in page


def test_no_script_is_needed_and_no_point_is_mentioned_but_to_deny_it(tmp_path, displayed):
    self_test(write(tmp_path, GOOD))
    assert "script" not in outline(displayed[0]["text/html"]).tags
    assert "carries no points" in displayed[0]["text/html"]


def test_mathematics_is_left_to_mathjax_untouched_by_markdown(tmp_path, displayed):
    self_test(write(tmp_path, GOOD))
    page = displayed[0]["text/html"]
    assert r"\(\sqrt{d_k}\)" in page
    assert r"\[a_1 * b_2 * c\]" in page


def test_html_in_texts_is_shown_not_obeyed(tmp_path, displayed):
    changed = entries()
    changed[0]["question"] = "<script>alert(1)</script> $a<b$"
    changed[0]["options"][0]["text"] = "<b>bold</b>"
    self_test(write(tmp_path, yaml.safe_dump(changed)))
    page = displayed[0]["text/html"]
    assert "<script>" not in page and "<b>" not in page
    assert r"\(a&lt;b\)" in page


def test_it_is_said_when_more_than_one_answer_is_right(tmp_path, displayed):
    self_test(write(tmp_path, GOOD))
    assert "More than one answer is right." not in displayed[0]["text/html"]
    changed = entries()
    changed[0]["options"][1]["correct"] = True
    self_test(write(tmp_path, yaml.safe_dump(changed)))
    assert "More than one answer is right." in displayed[1]["text/html"]


def test_a_terminal_gets_questions_and_options(tmp_path, displayed):
    self_test(write(tmp_path, GOOD))
    assert re.search(r"1\. Why divide.*\n   A\. To keep the variance at 1\n   B\. ", displayed[0]["text/plain"])


@settings(max_examples=100, deadline=None)
@given(st.text(min_size=1, max_size=60).filter(str.strip))
def test_the_page_is_well_formed_whatever_the_text(text):
    questions = (Question("a", (1,), text, (Option(text, True, text),) * 3),)
    page = quiz.quiz_page(questions)
    assert len(outline(page).summaries) == 3
