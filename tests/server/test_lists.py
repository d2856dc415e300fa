"""What rows of a list come to, without a book and without a page."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.list_places import COUNTER_COLUMNS, DAY_COLUMNS, CounterList, DayList
from server.domain.list_staff import GONE, HERE, OFFICER_COLUMNS, ROSTER_COLUMNS, OfficerList, RosterList
from server.domain.lists import (
    Choice,
    Fate,
    Heading,
    ListFault,
    Offer,
    Wrong,
    read_clock,
    read_day,
    read_heading,
    read_list,
    read_whole,
    text_fault,
)
from server.domain.opening_forms import DAYS_MAX
from server.domain.openings import SpecialDay, Timetable
from server.domain.places import Counter, Role
from server.domain.roster import AT_ONCE_MAX, Assignment
from server.domain.staff import Officer
from server.domain.table import CellFault, Row, Table
from server.protocol.hours import Span
from server.store import open_store
from tests.server.cluster import url_of
from tests.server.hall import CENTERS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from server.domain.lists import Column, Listing, Reading

MONDAY = date(2026, 11, 23)
DAY = timedelta(days=1)
STATES = Choice.of({HERE: "Đang làm việc", GONE: "Đã nghỉ"}, {HERE: "Serving", GONE: "Left"})
COUNTERS = [Counter(f"1-{number}", 1, number) for number in (1, 2, 3)]


def officer(number: int, name: str, *, left: bool = False) -> Officer:
    """Return an officer of the center 1."""
    return Officer(f"1-cb{number}", 1, number, name, left_ms=0 if left else None)


def reading(columns: tuple[Column, ...], listing: Listing, rows: Sequence[tuple[str, ...]]) -> Reading:
    """Let a list take rows that have a cell for each column."""
    table = Table(
        tuple(each.name for each in columns),
        tuple(Row(line, (*cells, *[""] * (len(columns) - len(cells)))) for line, cells in enumerate(rows, 2)),
    )
    return read_list(table, read_heading(table, columns, {}), columns, listing)


def faults(found: Reading) -> list[tuple[int, str, ListFault]]:
    """Return what is wrong, by line and column."""
    return [(each.line, each.column, each.fault) for each in found.problems]


@given(
    st.lists(st.sampled_from([*map(str, range(1, 8)), "0", "100", "x", "", "=1"]), max_size=30),
    st.sets(st.integers(1, 7)),
)
def test_each_row_is_counted_or_has_one_error(numbers: list[str], there: set[int]) -> None:
    """New, changed, same and wrong rows are all the rows, and what is taken is what is new."""
    listing = CounterList([Counter(f"1-{number}", 1, number) for number in there])
    found = reading(COUNTER_COLUMNS, listing, [(number,) for number in numbers])

    assert sum(found.counts.values()) + len(found.problems) == len(numbers)
    assert len({each.line for each in found.problems}) == len(found.problems)
    assert found.changes == len(listing.added) == len(set(listing.added) - there)


def test_the_columns_of_a_file_are_found_by_name() -> None:
    """Marks, capitals, order and language do not matter; a missing, strange or repeated column is told."""
    names = {"officer_id": ["Mã"], "officer_name": ["Họ và tên", "Full name"]}

    def head(*cells: str) -> Heading:
        return read_heading(Table(cells, ()), OFFICER_COLUMNS, names)

    assert head("FULL NAME", "ma") == Heading(("officer_name", "officer_id"))
    assert head("Mã").missing == ("officer_name",)
    assert head("Họ và tên", "Lương").unknown == ("Lương",)
    assert head("Họ và tên", "Full name").unknown == ("Full name",)
    assert not head("Mã").fits


def test_what_the_file_says_of_a_cell_comes_first() -> None:
    """A formula, an error of Excel or a value without a column is the row's one error."""
    table = Table(
        ("counter",),
        (
            Row(2, ("",), {0: CellFault.FORMULA}),
            Row(3, ("",), {0: CellFault.ERROR}),
            Row(4, ("x",), {1: CellFault.BEYOND}),
        ),
    )
    found = read_list(table, Heading(("counter",)), COUNTER_COLUMNS, CounterList([]))

    assert faults(found) == [
        (2, "counter", ListFault.FORMULA),
        (3, "counter", ListFault.ERROR),
        (4, "", ListFault.BEYOND),
    ]


def test_a_word_that_could_be_two_values_is_none() -> None:
    """Without marks a name may be two centers' names; with them it is one's."""
    choice = Choice.of({"1": "Xã Bá", "2": "Xã Bà", "3": "Xã Dân"})

    assert [choice.meant(text) for text in ("xã bá", "XÃ BÀ", "xa dan", "xa ba", "")] == [
        "1",
        "2",
        "3",
        None,
        None,
    ]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-11-23", MONDAY),
        ("23/11/2026", MONDAY),
        (" 3-1-2026 ", date(2026, 1, 3)),
        ("23.11.2026", MONDAY),
        ("31/02/2026", None),
        ("11/23/2026", None),
        ("", None),
        ("46349", None),
    ],
)
def test_a_day_is_read_as_it_is_written_here(text: str, day: date | None) -> None:
    """Day, month, year, or as Excel keeps it; the American order is not guessed."""
    assert read_day(text) == day


def test_times_and_numbers_are_read() -> None:
    """Excel writes seconds, people write 7h30; a number is one of those that may be."""
    assert [read_clock(text) for text in ("07:30:00", "7h30", "13h", "07:30:15", "x")] == [
        "07:30",
        "07:30",
        "13:00",
        None,
        None,
    ]
    assert [read_whole(text, range(1, 100)) for text in ("7", "07", "0", "100", "-1", "²")] == [
        7,
        7,
        None,
        None,
        None,
        None,
    ]
    assert text_fault("a\u202eb", 9, needed=True) == (ListFault.ODD, {})


def test_officers_of_one_name_are_told_apart_by_id() -> None:
    """A name that two have is not enough; one that somebody left with is found if nobody else has it."""
    there = [officer(1, "An"), officer(2, "An"), officer(3, "Bình", left=True), officer(4, "Chi", left=True)]
    there.append(officer(5, "Chi"))
    listing = OfficerList(there, STATES)
    rows = [
        ("", "An"),
        ("1-CB2", "An", "x"),
        ("", "Bình", "", "Serving"),
        ("", "chi", "y"),
        ("1-cb4", "Chi"),
        ("", "Dung", "\u202e"),
    ]
    found = reading(OFFICER_COLUMNS, listing, rows)

    assert faults(found) == [
        (2, "officer_name", ListFault.OFFICER_UNCLEAR),
        (7, "officer_title", ListFault.ODD),
    ]
    assert [(each.known and each.known.id, each.is_active) for each in listing.wanted] == [
        ("1-cb2", True),
        ("1-cb3", True),
        ("1-cb5", True),
    ]


def test_the_roster_says_why_a_row_finds_no_room() -> None:
    """Unknown and unclear officers, those who left, days of another age, and a counter that is full."""
    crowd = [officer(number, f"Người {number}") for number in range(AT_ONCE_MAX + 1)]
    others = [officer(20, "An"), officer(21, "An"), officer(22, "Bình", left=True)]
    there = [Assignment(MONDAY, 450, 690, "1-1", each.id) for each in crowd[:-1]]
    kept = Assignment(MONDAY - DAY, 450, 690, "1-2", others[2].id)
    listing = RosterList([*crowd, *others], COUNTERS, [*there, kept], since=MONDAY)
    times = ("07:30", "11:30")
    rows = [
        ("23/11/2026", *times, "1", crowd[-1].id),
        ("23/11/2026", *times, "02", "An"),
        ("23/11/2026", *times, "2", "Ai"),
        ("23/11/2026", *times, "2", "Bình"),
        ("23/11/1926", *times, "2", "Bình"),
        ("22/11/2026", *times, "2", "Bình"),
        ("23/11/2026", "07:30", "25h", "2", "Người 0"),
        ("23/11/2026", "07:30", "09:00", "1", "Người 0"),
    ]
    found = reading(ROSTER_COLUMNS, listing, rows)

    assert faults(found) == [
        (2, "counter", ListFault.FULL),
        (3, "officer", ListFault.OFFICER_UNCLEAR),
        (4, "officer", ListFault.OFFICER_UNKNOWN),
        (5, "officer", ListFault.OFFICER_GONE),
        (6, "day", ListFault.DAY),
        (8, "end", ListFault.TIME),
    ]
    assert (found.counts[Fate.SAME], found.counts[Fate.CHANGED]) == (1, 1)
    assert listing.by_officer() == {
        "1-cb0": ([there[0]], [Assignment(MONDAY, 450, 540, "1-1", "1-cb0")]),
    }
    assert [row[0] for row in listing.rows()] == [MONDAY] * len(there)


def test_a_day_needs_a_week_and_room() -> None:
    """Where there is no week no day differs from it, and there are so many days ahead at most."""
    none = reading(DAY_COLUMNS, DayList(Timetable(), has_week=False, today=MONDAY), [("24/11/2026", "x")])
    full = Timetable(None, {MONDAY + number * DAY: SpecialDay("x") for number in range(DAYS_MAX)})
    listing = DayList(full, has_week=True, today=MONDAY)
    beyond = f"{MONDAY + DAYS_MAX * DAY}"
    rows = [
        (beyond, "y"),
        ("", "y"),
        ("23/11/2026", "y", "7h", "8h", "9h", "10h"),
        ("24/11/2026", "y", "7h", "9h", "8h", "10h"),
        ("25/11/2026", "y", "x", "9h", "8h", "10h"),
        ("26/11/2026", "y" * 61),
    ]
    found = reading(DAY_COLUMNS, listing, rows)

    assert faults(none) == [(2, "day", ListFault.NO_WEEK)]
    assert faults(found) == [
        (2, "day", ListFault.MANY),
        (3, "day", ListFault.MISSING),
        (5, "start_1", ListFault.OVERLAP),
        (6, "start_1", ListFault.TIME),
        (7, "day_name", ListFault.LONG),
    ]
    assert listing.days == {MONDAY: SpecialDay("y", (Span("07:00", "08:00"), Span("09:00", "10:00")))}


def test_what_is_wrong_says_where() -> None:
    """A fault without values has none."""
    assert Wrong("day", ListFault.DAY).values == {}


@pytest.mark.usefixtures("both_engines")
def test_a_file_waits_in_the_book_on_both_engines(tmp_path: Path) -> None:
    """One file of a person waits; the next replaces it, and its time ends it."""
    store = open_store(url_of(tmp_path, "book.sqlite3"), lambda: 0)
    with store.transaction():
        store.add_centers(CENTERS)
        invited = store.invite("chị Lan", Role.ADMIN, None, "ai đó")
        for id_ in ("a", "b"):
            store.keep_offer(Offer(id_, invited.id, "officers", "1", b"\x00\xff", 10))
    assert store.offer("a") is None
    assert store.offer("b") == Offer("b", invited.id, "officers", "1", b"\x00\xff", 10)
    with store.transaction():
        store.forget_offers(9)
    assert store.offer("b") is not None
    with store.transaction():
        store.forget_offers(10)
    assert store.offer("b") is None
    store.close()
