"""The question above the shorter of two columns of answers, so that both columns are equally high.

Arithmetic only: `kiosk.ui.screens.choices` draws what is planned here. Every answer stays as large as
it was: none is made larger than the others to fill a hole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from kiosk.ui.box import Box
from kiosk.ui.screens.ask import AskCard, pad_px
from kiosk.ui.widgets.bar import apart_px

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kiosk.ui.screens.groups import Arrangement
    from kiosk.ui.theme import Sheet

PAD_MM: Final = 0.8
"""The least space between the words of the question and the edge of its card, above and below."""
COLUMNS: Final = 2
"""So many groups stand beside each other."""


def ask_above(sheet: Sheet, page: Arrangement, words: Iterable[str]) -> Arrangement | None:
    """Move the shorter column down to where the other ends, and have the question's card above it.

    None where there are no two columns, or the hole is too small for the question in any language.
    """
    columns = _columns(page)
    if len(columns) != COLUMNS:
        return None
    short, long = sorted(columns, key=lambda each: -each.y)
    high = short.y - long.y
    if high < sheet.face_px:
        return None
    card = Box(short.x, short.top - high + apart_px(sheet), short.width, high - apart_px(sheet)).snapped()
    spare = 2 * (pad_px(sheet) - sheet.mm(PAD_MM))
    if any(AskCard.least_px(sheet, card.width, each) - spare > card.height for each in words):
        return None
    return replace(
        page,
        boxes={option: _sunk(box, short, high) for option, box in page.boxes.items()},
        titles=tuple(replace(each, box=_sunk(each.box, short, high)) for each in page.titles),
        cards=tuple(_sunk(each, short, high) for each in page.cards),
        ask=card,
    )


def _columns(page: Arrangement) -> list[Box]:
    """Return the box around each group: its card, or its title and its chips."""
    if page.cards:
        return list(page.cards)
    starts = sorted(title.box.x for title in page.titles)
    found = []
    for start, end in zip(starts, (*starts[1:], float("inf")), strict=True):
        parts = [
            box for box in (*page.boxes.values(), *(each.box for each in page.titles)) if start <= box.x < end
        ]
        x, y = min(each.x for each in parts), min(each.y for each in parts)
        found.append(Box(x, y, max(each.right for each in parts) - x, max(each.top for each in parts) - y))
    return found


def _sunk(box: Box, column: Box, by: float) -> Box:
    """Return a box that much lower, if it stands in this column."""
    return Box(box.x, box.y - by, *box.size) if column.contains(box, 1) else box
