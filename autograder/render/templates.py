"""Templates of pages and texts: what they lack is an error, and lines that only steer leave no blank ones."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined


def templates(folder: Path, *, escapes: bool = True) -> Environment:
    """Return a folder's templates, each compiled once; ``escapes`` says whether values are escaped for HTML."""
    return Environment(
        loader=FileSystemLoader(folder),
        autoescape=escapes,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
