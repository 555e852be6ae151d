"""The frames that explorers leave in a notebook's outputs: a page of its own inside the page, which may be added to."""

import base64
import re
from typing import Final

_FRAME: Final = re.compile(r'(<iframe title="(?P<title>[^"]*)" src="data:text/html;base64,)(?P<page>[^"]*)(?=")')


def title(html: str) -> str | None:
    """Return the title of the explorer in an output, as HTML; None where there is none."""
    found = _FRAME.search(html)
    return found["title"] if found else None


def address(html: str) -> str:
    """Return the address, a data URI, of the page inside an explorer's frame; there must be one."""
    ((_, _, page),) = _FRAME.findall(html)
    return f"data:text/html;base64,{page}"


def with_head(html: str, head: str) -> str:
    """Return an output in which ``head`` was added to the head of every page inside a frame."""

    def added(found: re.Match[str]) -> str:
        page = base64.b64decode(found["page"]).decode().replace("</head>", f"{head}</head>", 1)
        return found[1] + base64.b64encode(page.encode()).decode()

    return _FRAME.sub(added, html)
