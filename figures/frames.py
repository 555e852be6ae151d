"""A frame of an explorer: a picture and the sentence that says what it shows, to be drawn live or beforehand."""

from dataclasses import dataclass

from markupsafe import Markup

from figures.rendering import data_uri, render


@dataclass(frozen=True)
class Frame:
    """A picture (SVG, or HTML tables) and the sentence that says what it shows."""

    picture: Markup
    sentence: str
    is_image: bool

    def html(self) -> Markup:
        """Return the frame as HTML for a page that has ``explorers.css``."""
        return render("frame.html.j2", picture=self.picture, sentence=self.sentence)

    def image(self) -> str | None:
        """Return the picture as a data URI, which survives where inline SVG does not; None for tables."""
        return data_uri("image/svg+xml", self.picture.encode()) if self.is_image else None
