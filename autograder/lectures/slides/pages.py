"""How a topic is divided over slides."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from markupsafe import Markup

from autograder.lectures.slides.blocks import ROOM, Block
from autograder.lectures.slides.topics import Piece, Topic

# What is a little too high is set a little smaller.
_SQUEEZED: Final = 1.1 * ROOM
_STRETCHED: Final = 1.2 * ROOM
# Text lower than this leaves a slide so empty that more of it may stand there.
_SPARSE: Final = 0.4 * ROOM


@dataclass(frozen=True)
class Page:
    """What stands on one slide, and what is said with it."""

    blocks: tuple[Block, ...]
    notes: Markup


@dataclass
class _Filling:
    """A page that is being filled, and the pieces that begin on it."""

    blocks: list[Block] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        """Whether the pieces also end here, and nothing else stands here."""
        return self.blocks == [block for piece in self.pieces for block in piece.blocks]


def pages(topic: Topic) -> list[Page]:
    """Return a topic's pages; notes go with the first block of their cell."""
    filling = [_Filling()]
    for piece in topic.pieces:
        for number, block in enumerate(piece.blocks):
            if not _fits(filling[-1].blocks, block):
                filling.append(_Filling(_led(filling[-1].blocks, block)))
            filling[-1].blocks.append(block)
            if number == 0:
                filling[-1].pieces.append(piece)
        if not piece.blocks:
            filling[-1].pieces.append(piece)
    _take_back_a_straggler(filling)
    return [Page(_shown(page), Markup("").join(piece.notes for piece in page.pieces)) for page in filling]


def _take_back_a_straggler(filling: list[_Filling]) -> None:
    """Set a few last words on the page before, if that makes it only a little smaller."""
    if len(filling) < 2 or len(filling[-1].blocks) != 1:
        return
    (last,), before = filling[-1].blocks, filling[-2]
    if last.kind in ("text", "list") and _height([*before.blocks, last]) <= _STRETCHED:
        before.blocks.append(last)
        before.pieces += filling.pop().pieces


def _led(blocks: list[Block], block: Block) -> list[Block]:
    """Take off a page what should stand on the next one with the block that it leads to, as far as there is room."""
    start = len(blocks)
    while start > 1 and blocks[start - 1].leads and _fits(blocks[start - 1 :], block):
        start -= 1
    led = blocks[start:]
    del blocks[start:]
    return led


def _fits(blocks: Sequence[Block], block: Block) -> bool:
    if any(other.kind == "figure" for other in blocks) and block.kind == "figure":
        return False
    return not blocks or _height(blocks) + min(block.height, ROOM) <= _SQUEEZED


def _shown(page: _Filling) -> tuple[Block, ...]:
    """Return a page's blocks: more text where there would be little, and something to see before the first key."""
    blocks = page.blocks
    if page.whole and _height(blocks) < _SPARSE and all(block.kind == "text" for block in blocks):
        fuller = [block for piece in page.pieces for block in piece.fuller or piece.blocks]
        blocks = fuller if _height(fuller) <= ROOM else blocks
    return tuple(replace(block, fragment=block.fragment and number > 0) for number, block in enumerate(blocks))


def _height(blocks: Sequence[Block]) -> int:
    return sum(block.height for block in blocks)
