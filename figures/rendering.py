"""From data to HTML and SVG: the package's templates, in which everything is escaped."""

import base64
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

_TEMPLATES: Final = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def render(template: str, **fields: Any) -> Markup:
    """Return one of the package's templates, filled in."""
    return Markup(_TEMPLATES.get_template(template).render(**fields))


def data_uri(kind: str, content: bytes) -> str:
    """Return ``content`` of the MIME type ``kind`` as an address that needs no file."""
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"
