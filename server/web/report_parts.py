"""What the reports of a center and of the province share: cells, columns, the letterhead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.domain.calendar import clock_of
from server.reports.document import Cell, Column, Finding, Frame, Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from server.domain.changes import Change
    from server.domain.means import Mean
    from server.domain.statistics import Share
    from server.store import KeptCheckpoint
    from server.web.catalog import Words

LOOKS_MAX = 3
"""So many things ought to be looked at first: more are no order."""
HASH_CHARS = 16
"""So much of a hash is printed: enough to find it in the public book."""


def text_column(title: str) -> Column:
    """Return a column of words."""
    return Column(title, Kind.TEXT, (title,))


def count_column(title: str) -> Column:
    """Return a column of whole numbers."""
    return Column(title, Kind.COUNT, (title,))


def points_column(title: str) -> Column:
    """Return a column of differences in percentage points."""
    return Column(title, Kind.POINTS, (title,))


def share_column(words: Words, title: str) -> Column:
    """Return a column of shares, each with its interval."""
    return Column(title, Kind.SHARE, _with_bounds(words, title))


def index_column(words: Words, title: str) -> Column:
    """Return a column of linear indices, each with its interval."""
    return Column(title, Kind.INDEX, _with_bounds(words, title))


def _with_bounds(words: Words, title: str) -> tuple[str, str, str]:
    return title, words("report_low", title=title), words("report_high", title=title)


def text(said: str) -> Cell:
    """Return a cell of words."""
    return Cell(said, (said,))


def count(words: Words, number: int) -> Cell:
    """Return a cell with a whole number."""
    return Cell(words.number(number), (number,))


def points(said: str, difference: float) -> Cell:
    """Return a cell with a difference of shares, as it is said and in percentage points."""
    return Cell(said, (100 * difference,))


def share(words: Words, found: Share | None, decimals: int = 0) -> Cell:
    """Return a cell with a share; without one it says that there is not enough."""
    if found is None:
        return Cell(words("not_enough"), (None, None, None))
    said = f"{words.percent(found.value, decimals)} ({words.between(found.interval)})"
    return Cell(said, (found.value, found.interval.low, found.interval.high))


def index(words: Words, found: Mean) -> Cell:
    """Return a cell with a linear index."""
    low, high = words.score(found.interval.low), words.score(found.interval.high)
    said = f"{words.score(found.value)} ({words('interval_table', low=low, high=high)})"
    return Cell(said, tuple(100 * each for each in (found.value, found.interval.low, found.interval.high)))


def change_said(words: Words, found: Change) -> tuple[str, str]:
    """Say whether a figure has changed, by how much, and what that means."""
    verdict = found.verdict.value
    value = words(
        "change_value",
        points=words.points(found.value),
        low=words.points(found.interval.low),
        high=words.points(found.interval.high),
    )
    return f"{words(f'verdict_{verdict}')}. {value}", words(f"verdict_{verdict}_text")


def frame(words: Words, office: tuple[str, str]) -> Frame:
    """Return the letterhead of an office, and what else is the same in all reports of a language."""
    return Frame(
        lang=words.lang,
        office=office,
        nation=(words("report_nation"), words("report_motto")),
        number=words("report_number"),
        dateline=words("report_dateline"),
        signs=(
            (words("report_sign_author"), words("report_sign_author_how")),
            (words("report_sign_head"), words("report_sign_head_how")),
        ),
        page_of=words("report_page"),
        decimal_mark=words("decimal_mark"),
        key_heads=(
            words("report_key_place"),
            words("report_key_period"),
            words("report_key_table"),
            words("report_key_row"),
        ),
        summary_sheet=words("report_sheet_summary"),
        method_sheet=words("report_sheet_method"),
    )


def as_of(words: Words, checkpoint: KeptCheckpoint | None, now_ms: int) -> str:
    """Say when the report was made, and out of which state of the book."""
    now = clock_of(now_ms)
    made = words("report_made", time=words.clock(now), day=words.day(now.date()))
    if checkpoint is None:
        return f"{made} {words('report_no_checkpoint')}"
    then = clock_of(checkpoint.made_ms)
    said = words(
        "report_checkpoint",
        number=words.number(checkpoint.number),
        time=words.clock(then),
        day=words.day(then.date()),
        hash=checkpoint.hash[:HASH_CHARS],
    )
    return f"{made} {said}"


def first_of(found: Sequence[str]) -> tuple[str, ...]:
    """Return what ought to be looked at first."""
    return tuple(each for each in found if each)[:LOOKS_MAX]


def nothing_found(words: Words) -> tuple[Finding, ...]:
    """Say that there are too few ratings for any figure, and why that is so."""
    return (Finding(words("empty_title"), (words("empty_text"), words("empty_merged"))),)
