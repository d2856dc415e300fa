"""Whether it went well: what was tapped, what arrived, and what the dashboard shows. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from server.protocol.record import Answer
    from tests.story.book import Kept

HELD_BACK_MAX = 2 * 4
"""The dashboard shows nothing that rests on fewer than five ratings, so up to four may be waiting, and up to
four more that are suspicious."""


@dataclass(frozen=True, slots=True)
class Given:
    """What somebody gave: a face, in a language, and a comment as it stood on the paper."""

    score: Answer | None
    lang: str
    comment: str

    def __str__(self) -> str:
        """Say it in words."""
        return f"face {self.score} in {self.lang} with the comment {self.comment!r}"


def misread(given: Sequence[Given], book: Sequence[Kept]) -> list[str]:
    """Say which of these ratings reads otherwise in the server's book. How many came, `verdict` says."""
    read = [
        Given(each.record.answers.get("overall"), each.record.lang, each.asides.get("comment", ""))
        for each in book
    ]
    pairs = zip(given, read, strict=False) if len(given) == len(read) else ()
    return [
        f"visit {number} gave {mine} but on the server it is {theirs}"
        for number, (mine, theirs) in enumerate(pairs, 1)
        if mine != theirs
    ]


def verdict(
    visits: int, arrived: int, on_disk: int, shown: int | None, wrong: Sequence[str] = ()
) -> tuple[list[str], bool]:
    """Return what to print, the plain count last, and whether all is well.

    `arrived` came during the visits, `on_disk` is all the server has, `shown` is how many of them
    the dashboard tells of, None where it shows no figures. `wrong` is what was misread.
    """
    lines, well = [f"FAILED: {each}" for each in wrong], arrived == visits and not wrong
    waiting = on_disk - (shown or 0)
    if shown is not None:
        lines.append(f"the dashboard tells of {shown}; {waiting} wait until they are five together")
    if not 0 <= waiting <= HELD_BACK_MAX:
        lines.append(
            f"FAILED: the dashboard should show all of {on_disk}, or all but {HELD_BACK_MAX} at the most"
        )
        well = False
    if arrived > visits:
        lines.append(f"FAILED: {arrived - visits} ratings more than were tapped")
    lines.append(
        f"{visits} visits tapped, {arrived} ratings on the server, {max(0, visits - arrived)} missing"
    )
    return lines, well
