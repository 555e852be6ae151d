"""What is made from the units for a lecturer and a reader: slides, the book, and the self-tests as cards."""

from typing import Final

TITLE: Final = "Transformers, hands on"


class LectureError(ValueError):
    """Raised for what can't be made, and why; its message is meant for people."""
