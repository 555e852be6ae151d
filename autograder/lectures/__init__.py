"""What is made from the units for a lecturer and a reader: the book, and the self-tests as cards."""


class LectureError(ValueError):
    """Raised for what can't be made, and why; its message is meant for people."""
