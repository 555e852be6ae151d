"""Sphinx as the book needs it: what it reads, that it fetches nothing, what its pages look like and can be read by."""

import io
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any, Final

from autograder.lectures import TITLE, LectureError
from autograder.lectures.assets import MATHJAX
from autograder.render import text

_TEMPLATES: Final = Path(__file__).parent / "templates"
STYLE: Final = _TEMPLATES / "book.css"
SCRIPT: Final = _TEMPLATES / "book.js"
_AFTER_THE_THEME: Final = 900


def typeset(texts: Path, html: Path, *, instructor: bool) -> list[str]:
    """Make HTML in the folder ``html`` of the texts in a folder, and return Sphinx's warnings.

    LectureError if Sphinx gives up.
    """
    from sphinx.application import Sphinx
    from sphinx.errors import SphinxError

    warnings = io.StringIO()
    try:
        app = Sphinx(
            srcdir=texts,
            confdir=None,
            outdir=html,
            doctreedir=html.parent / "doctrees",
            buildername="html",
            confoverrides=_settings(instructor),
            status=None,
            warning=warnings,
        )
        app.connect("html-page-context", _make_accessible, priority=_AFTER_THE_THEME)
        # myst-nb names every notebook that it does not execute.
        with redirect_stdout(io.StringIO()):
            app.build(force_all=True)
    except SphinxError as error:
        raise LectureError(f"Sphinx can't make the book: {error}") from None
    return [line for line in text.printable(warnings.getvalue()).splitlines() if line.strip()]


def _settings(instructor: bool) -> dict[str, Any]:
    return {
        "project": TITLE,
        "html_title": f"{TITLE} (with solutions)" if instructor else TITLE,
        "language": "en",
        "extensions": ["myst_nb", "sphinx.ext.mathjax"],
        "exclude_patterns": ["static", "extra"],
        **_reading(),
        **_network_free(),
        **_looks(instructor),
    }


def _reading() -> dict[str, Any]:
    return {
        "nb_execution_mode": "off",
        "nb_merge_streams": True,
        "nb_code_prompt_show": "Show the code",
        "nb_code_prompt_hide": "Hide the code",
        "myst_enable_extensions": ["amsmath", "attrs_inline", "colon_fence", "deflist", "dollarmath"],
        # Mathematics as JupyterLab reads it.
        "myst_dmath_double_inline": True,
        "myst_dmath_allow_labels": False,
    }


def _network_free() -> dict[str, Any]:
    return {
        "mathjax_path": MATHJAX.name,
        "mathjax3_config": {"options": {"ignoreHtmlClass": "mathjax_ignore"}},
        # Formulas also stand in what notebooks display, such as the self-tests.
        "myst_mathjax_classes": "math|output",
        # The programs that live widgets need are fetched from elsewhere; the explorers leave frames without them.
        "nb_ipywidgets_js": {},
    }


def _looks(instructor: bool) -> dict[str, Any]:
    banner = {"announcement": "Instructor's edition: it shows the solutions. Don't hand it out."} if instructor else {}
    return {
        "html_theme": "furo",
        "html_theme_options": banner,
        "html_static_path": ["static"],
        "html_extra_path": ["extra"],
        "html_css_files": [STYLE.name],
        "html_js_files": [SCRIPT.name],
        "html_copy_source": False,
        "html_show_sourcelink": False,
        "html_show_sphinx": False,
        "html_show_copyright": False,
    }


def _make_accessible(_app: Any, _page: str, _template: str, context: dict[str, Any], _tree: Any) -> None:
    """Mend what Sphinx and its theme leave: captions called headings, scrolling code that no key reaches."""
    for part in ("body", "furo_navigation_tree"):
        if context.get(part):
            context[part] = context[part].replace(' role="heading"', "").replace("<pre>", '<pre tabindex="0">')
