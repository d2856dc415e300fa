"""Officers' names, and the rules of the roster."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.calendar import Kind, Period
from server.domain.roster import (
    A_DAY_MAX,
    AT_ONCE_MAX,
    WEEK,
    Assignment,
    RosterFault,
    clash,
    copied,
    first_clash,
    minute_of,
    neighbours,
    read_time,
    time_text,
)
from server.domain.staff import NAME_CHARS_MAX, StaffFault, name_fault, neat, title_fault

MONDAY = date(2026, 11, 23)


def turn(start: str, end: str, *, officer: str = "a", counter: str = "1", day: date = MONDAY) -> Assignment:
    """Return an assignment on a Monday."""
    return Assignment(day, read_time(start), read_time(end), counter, officer)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Nguyễn  Thị\tHoa ", "Nguyễn Thị Hoa"),
        ("Nguye\u0302\u0303n", "Nguyễn"),
        ("Y\u00a0Bih", "Y Bih"),
        ("\n", ""),
    ],
)
def test_a_name_is_kept_neatly(typed: str, kept: str) -> None:
    """Letters are composed as keyboards compose them, and blanks are single."""
    assert neat(typed) == kept


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("", StaffFault.NAME_MISSING),
        ("N" * NAME_CHARS_MAX, None),
        ("N" * (NAME_CHARS_MAX + 1), StaffFault.NAME_LONG),
        ("K'Brệt Ha–Đông", None),
        ("\u202eoan", StaffFault.NAME_ODD),
        ("Hoa\0", StaffFault.NAME_ODD),
        ("12345", StaffFault.NAME_ODD),
    ],
)
def test_a_name_can_be_shown(name: str, fault: StaffFault | None) -> None:
    """What no font draws, or what turns a line around, is no name; nor is a number."""
    assert name_fault(name) is fault


def test_a_title_may_be_empty_but_not_endless() -> None:
    """A title is free text within the same limits as a name."""
    assert title_fault("") is None
    assert title_fault("Tiếp nhận 1") is None
    assert title_fault("N" * (NAME_CHARS_MAX + 1)) is StaffFault.TITLE_LONG
    assert title_fault("a\u200b") is StaffFault.TITLE_ODD


@pytest.mark.parametrize(
    ("typed", "minute"),
    [
        ("07:30", 450),
        ("7:30", 450),
        ("7h30", 450),
        (" 17.05 ", 1025),
        ("0730", 450),
        ("730", 450),
        ("00:00", 0),
    ],
)
def test_times_are_read_as_people_write_them(typed: str, minute: int) -> None:
    """A time of day is read in the ways that are usual here."""
    assert read_time(typed) == minute


@pytest.mark.parametrize(
    "typed", ["", "24:00", "2400", "7", "30", "7:3", "07:60", "-1:00", "07:30:00", "\u0667:30", "7:30 PM"]
)
def test_what_is_no_time_is_refused(typed: str) -> None:
    """Nothing is guessed about a time that is not one."""
    with pytest.raises(ValueError, match="no time of day"):
        read_time(typed)


@given(st.integers(0, 1439))
def test_a_time_that_is_written_can_be_read(minute: int) -> None:
    """Every minute of a day is read back from how it is written."""
    assert read_time(time_text(minute)) == minute


def test_a_minute_is_one_of_vietnam() -> None:
    """At one in the morning in London it is eight here."""
    assert minute_of(int(datetime(2026, 11, 23, 1, 5, tzinfo=UTC).timestamp() * 1000)) == 8 * 60 + 5


@pytest.mark.parametrize(
    ("other", "fault"),
    [
        (turn("07:00", "09:00"), RosterFault.TWICE),
        (turn("08:30", "08:45"), RosterFault.TWICE),
        (turn("09:59", "12:00", counter="2"), RosterFault.ELSEWHERE),
        (turn("06:00", "08:00", counter="2"), None),
        (turn("10:00", "11:00"), None),
        (turn("08:00", "10:00", officer="b"), None),
        (turn("08:00", "10:00", counter="2", day=MONDAY + timedelta(days=1)), None),
    ],
)
def test_nobody_is_at_two_counters_at_once(other: Assignment, fault: RosterFault | None) -> None:
    """An officer has one place at a time; one turn may begin when another ends."""
    found = clash(turn("08:00", "10:00"), [other])

    assert (found.fault if found else None) is fault
    assert found is None or found.other == other


def test_a_counter_has_room_for_four() -> None:
    """The fifth at the same time is refused; whoever comes when another goes is not."""
    there = [turn("07:30", "11:30", officer=f"b{number}") for number in range(AT_ONCE_MAX - 1)]
    there += [turn("07:30", "09:00", officer="c"), turn("09:00", "11:30", officer="d")]

    found = clash(turn("08:00", "08:30"), there)
    assert found is not None
    assert found.fault is RosterFault.FULL
    assert clash(turn("10:00", "11:00"), there[:-1]) is None
    assert clash(turn("08:59", "11:00"), there) is not None
    assert clash(turn("11:30", "17:00"), there) is None


def test_a_day_at_a_counter_is_not_cut_without_end() -> None:
    """Some dozen turns are enough for a day."""
    there = [turn(time_text(m), time_text(m + 5), officer=f"b{m}") for m in range(0, A_DAY_MAX * 10, 10)]
    found = clash(turn("20:00", "21:00"), there)

    assert found is not None
    assert found.fault is RosterFault.MANY
    assert clash(turn("20:00", "21:00", counter="2"), there) is None


TURNS = st.builds(
    lambda day, start, length, counter, officer: Assignment(
        MONDAY + timedelta(days=day), start, start + length, counter, officer
    ),
    st.integers(0, 1),
    st.integers(0, 30),
    st.integers(1, 10),
    st.sampled_from("12"),
    st.sampled_from("abcdefg"),
)


@given(st.lists(TURNS, max_size=25))
def test_a_roster_that_is_let_in_is_one_that_can_be_kept(wanted: list[Assignment]) -> None:
    """Minute by minute nobody is at two places, and nowhere are more than there is room for."""
    there: list[Assignment] = []
    for each in wanted:
        if clash(each, there) is None:
            there.append(each)

    assert first_clash(there, []) is None or len(there) > A_DAY_MAX
    for day in (MONDAY, MONDAY + timedelta(days=1)):
        for minute in range(41):
            now = [each for each in there if each.day == day and each.start <= minute < each.end]
            assert len({each.officer for each in now}) == len(now)
            assert all(sum(each.counter == counter for each in now) <= AT_ONCE_MAX for counter in "12")


@given(st.lists(TURNS, max_size=20), st.lists(TURNS, max_size=8))
def test_a_week_that_is_copied_fits(before: list[Assignment], there: list[Assignment]) -> None:
    """What is copied clashes with nothing; what is there stays; to copy again adds nothing."""
    after = [replace(each, day=each.day + WEEK) for each in there]
    fine = [each for number, each in enumerate(after) if clash(each, after[:number]) is None]
    added, left_out = copied(before, fine)

    assert len(added) + left_out <= len(before)
    for number, each in enumerate(added):
        assert clash(each, [*fine, *added[:number]]) is None
    assert copied(before, [*fine, *added])[0] == []


def test_weeks_end_where_the_calendar_does() -> None:
    """Before the first week that can be asked for there is none, nor after the last."""
    first, last = Period.parse("2000-W01"), Period.parse("2099-W53")

    assert neighbours(first) == (None, Period.parse("2000-W02"))
    assert neighbours(last) == (Period.parse("2099-W52"), None)
    for week in (Period.parse("2000-W02"), Period.parse("2099-W52"), Period.around(Kind.WEEK, MONDAY)):
        for each in neighbours(week):
            assert each is not None
            assert Period.parse(each.key) == each
