"""The self-test's questions: their format, and what an author is told when a file departs from it.

``questions.yaml`` is a list. Texts are Markdown, with mathematics as in the lessons (``$...$``)::

    - id: why-scale                       # lower-case words joined by hyphens, unique in the file
      topics: [34]                        # numbers of the course's topics, 1 to 79
      question: Why are the scores divided by $\\sqrt{d_k}$?
      options:                            # at least three; one or more are correct
        - text: To keep the variance of the scores near 1.
          correct: true
          why: The sum of $d_k$ products of unit variance has the variance $d_k$.
        - text: To make the weights sum to 1.
          correct: false
          why: The softmax does that, whatever the scale.
        - ...

A text that contains a colon followed by a space, or starts with a character that means something in YAML, goes in
quotes or after ``|``.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

TOPICS: Final = range(1, 80)
_FEWEST_OPTIONS: Final = 3
_ID: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_QUESTION_FIELDS: Final = {"id", "topics", "question", "options"}
_OPTION_FIELDS: Final = {"text", "correct", "why"}


class QuestionsError(ValueError):
    """A file of questions that can't be used; its text lists, line by line, what its author has to change."""


@dataclass(frozen=True)
class Option:
    """One answer to choose from, and why it is right or wrong; both texts are Markdown."""

    text: str
    correct: bool
    why: str


@dataclass(frozen=True)
class Question:
    """One question of a self-test, with the numbers of the topics that it asks about."""

    id: str
    topics: tuple[int, ...]
    question: str
    options: tuple[Option, ...]

    @property
    def several_correct(self) -> bool:
        return sum(option.correct for option in self.options) > 1


def load_questions(path: Path | str) -> tuple[Question, ...]:
    """Return the questions of a file, in its order.

    Raises :class:`QuestionsError` that names everything wrong with it, or that it can't be read.
    """
    path = Path(path)
    entries = _read(path)
    if not isinstance(entries, list) or not entries:
        raise QuestionsError(
            f"{path}: expected a list of questions (lines that start with '- id:'), got {_kind(entries)}"
        )
    problems = [*_repeated_ids(entries)]
    for number, entry in enumerate(entries, start=1):
        problems += [f"{_name(entry, number)}: {problem}" for problem in _question_problems(entry)]
    if problems:
        raise QuestionsError("\n".join(f"{path}: {problem}" for problem in problems))
    return tuple(_question(entry) for entry in entries)


def _read(path: Path) -> Any:
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise QuestionsError(f"{path}: can't be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise QuestionsError(f"{path}: is not UTF-8 text") from None
    except yaml.YAMLError as error:
        raise QuestionsError(f"{path}: is not valid YAML: {error}") from None


def _question(entry: dict[str, Any]) -> Question:
    return Question(
        id=entry["id"],
        topics=tuple(entry["topics"]),
        question=entry["question"].strip(),
        options=tuple(
            Option(text=option["text"].strip(), correct=option["correct"], why=option["why"].strip())
            for option in entry["options"]
        ),
    )


def _name(entry: Any, number: int) -> str:
    named = isinstance(entry, dict) and isinstance(entry.get("id"), str)
    return f"question {number} ({entry['id']})" if named else f"question {number}"


def _repeated_ids(entries: list[Any]) -> Iterator[str]:
    ids = Counter(entry["id"] for entry in entries if isinstance(entry, dict) and isinstance(entry.get("id"), str))
    for name, count in ids.items():
        if count > 1:
            yield f"the id {name!r} is used {count} times; ids must differ"


def _question_problems(entry: Any) -> Iterator[str]:
    if not isinstance(entry, dict):
        yield f"expected the fields id, topics, question and options, got {_kind(entry)}"
        return
    yield from _field_names(entry, _QUESTION_FIELDS)
    if "id" in entry and not (isinstance(entry["id"], str) and _ID.fullmatch(entry["id"])):
        yield f"the id must be lower-case words joined by hyphens, such as 'why-scale', got {entry['id']!r}"
    if "topics" in entry:
        yield from _topic_problems(entry["topics"])
    if "question" in entry:
        yield from _text_problems("question", entry["question"])
    if "options" in entry:
        yield from _options_problems(entry["options"])


def _topic_problems(topics: Any) -> Iterator[str]:
    if not isinstance(topics, list) or not topics:
        yield f"topics must be a list of topic numbers, such as [34], got {topics!r}"
        return
    for topic in topics:
        if isinstance(topic, bool) or not isinstance(topic, int) or topic not in TOPICS:
            yield f"topic {topic!r} is not a number from {TOPICS.start} to {TOPICS.stop - 1}"


def _options_problems(options: Any) -> Iterator[str]:
    if not isinstance(options, list) or len(options) < _FEWEST_OPTIONS:
        count = len(options) if isinstance(options, list) else 0
        yield f"needs at least {_FEWEST_OPTIONS} options, has {count}"
        return
    for number, option in enumerate(options, start=1):
        yield from (f"option {number}: {problem}" for problem in _option_problems(option))
    if not any(isinstance(option, dict) and option.get("correct") is True for option in options):
        yield "no option is correct; at least one needs 'correct: true'"


def _option_problems(option: Any) -> Iterator[str]:
    if not isinstance(option, dict):
        yield f"expected the fields text, correct and why, got {_kind(option)}"
        return
    yield from _field_names(option, _OPTION_FIELDS)
    for name in ("text", "why"):
        if name in option:
            yield from _text_problems(name, option[name])
    if "correct" in option and not isinstance(option["correct"], bool):
        yield f"'correct' must be true or false, got {option['correct']!r}"


def _field_names(entry: dict[Any, Any], expected: set[str]) -> Iterator[str]:
    for name in sorted(expected - entry.keys()):
        yield f"{name!r} is missing"
    for name in sorted(map(str, entry.keys() - expected)):
        yield f"{name!r} is not a field here; expected {', '.join(sorted(expected))}"


def _text_problems(name: str, text: Any) -> Iterator[str]:
    if not isinstance(text, str):
        yield f"{name!r} must be text; YAML read it as {_kind(text)}, so put it in quotes"
    elif not text.strip():
        yield f"{name!r} is empty"


def _kind(value: Any) -> str:
    if value is None:
        return "nothing"
    return f"{type(value).__name__} {value!r}"[:80]
