"""What is made from the units for a lecturer and a reader: slides, the book, and the self-tests as cards."""

from typing import Final

from autograder.errors import Mistake

TITLE: Final = "Transformers, hands on"


class LectureError(Mistake):
    """Slides or a book can't be made; the message says what is missing or in the way."""
