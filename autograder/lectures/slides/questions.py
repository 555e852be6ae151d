"""A question of the self-test as a slide: the class chooses, then the next key says what is right."""

from markupsafe import Markup

from autograder.lectures.slides.blocks import Block, height_of_text
from autograder.student.questions import Question
from autograder.student.quiz import block_html, inline_html

_OPTION = Markup('<li>{text} <strong class="fragment verdict-{kind}" data-fragment-index="0">{mark}</strong></li>')
_MARKS = {True: "✓ right", False: "✗ not so"}


def question_blocks(question: Question) -> tuple[tuple[Block, ...], Markup]:
    """Return a question's blocks, and for the notes why each option is right or wrong."""
    several = Markup("<p><em>More than one answer is right.</em></p>") if question.several_correct else Markup()
    asked = Block("text", block_html(question.question) + several, height_of_text(question.question))
    options = Markup("").join(
        _OPTION.format(
            text=inline_html(option.text),
            kind="right" if option.correct else "wrong",
            mark=_MARKS[option.correct],
        )
        for option in question.options
    )
    height = sum(height_of_text(f"{option.text} right") for option in question.options)
    choice = Block("question", Markup('<ol type="A" class="options">{}</ol>').format(options), height)
    reasons = Markup("").join(
        Markup("<li>{} {}</li>").format(_MARKS[option.correct], inline_html(option.why)) for option in question.options
    )
    return (asked, choice), Markup('<p>Not counted in the lecture.</p><ol type="A">{}</ol>').format(reasons)
