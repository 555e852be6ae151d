"""The works that the units send their readers to, collected from the prose."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from autograder.authoring.source import Source

# As units write them: Vaswani et al. 2017, [*Attention is all you need*](https://…); or the title without an address.
_WORK: Final = re.compile(
    r"(?P<authors>[A-ZÀ-Ž][\w'-]+(?:(?:, | and | & )[A-ZÀ-Ž][\w'-]+)*(?: et al\.)?) (?P<year>(?:19|20)\d\d),\s+"
    r"(?:\[\*(?P<linked>[^\]]+)\*\]\((?P<address>[^)\s]+)\)|\*(?P<title>[^*]+)\*)"
)


@dataclass(frozen=True)
class Work:
    """A work as a unit names it: ``authors`` as "Vaswani et al.", ``address`` empty where there is none."""

    authors: str
    year: str
    title: str
    address: str


def bibliography(sources: Iterable[Source]) -> dict[Work, list[str]]:
    """Return the works by author and year, each with the units that name it.

    Units that shorten authors or title differently mean the same work by the same address; the fullest naming stays.
    """
    named: dict[str, list[tuple[Work, str]]] = {}
    for source in sources:
        for work in _works(source):
            named.setdefault(work.address or work.title, []).append((work, source.unit))
    works = {
        max((work for work, _ in found), key=lambda work: len(work.title) + len(work.authors)): list(
            dict.fromkeys(unit for _, unit in found)
        )
        for found in named.values()
    }
    return dict(sorted(works.items(), key=lambda entry: (entry[0].authors.casefold(), entry[0].year)))


def _works(source: Source) -> Iterator[Work]:
    prose = "\n".join(cell.source for cell in source.notebook.cells if cell.cell_type == "markdown")
    for match in _WORK.finditer(prose):
        title = (match["linked"] or match["title"]).replace("\n", " ")
        yield Work(match["authors"], match["year"], title, match["address"] or "")
