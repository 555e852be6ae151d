"""Markdown as the course writes it, as HTML whose formulas JupyterLab, nbconvert, Sphinx and Anki all set."""

from html import escape
from typing import Any

from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin


def parser(*, html: bool) -> MarkdownIt:
    """Return a parser for Markdown with tables and formulas; ``html`` says whether tags in the text stay tags."""
    markdown = MarkdownIt("commonmark", {"html": html}).enable("table")
    return markdown.use(dollarmath_plugin, allow_space=False, double_inline=True, renderer=_mathematics)


def _mathematics(content: str, options: dict[str, Any]) -> str:
    tex = escape(content)
    return rf"\[{tex}\]" if options["display_mode"] else rf"\({tex}\)"
