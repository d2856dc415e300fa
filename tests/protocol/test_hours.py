"""A center is open when its week says so, and otherwise on the days that differ."""

from __future__ import annotations

from datetime import datetime

import msgspec
import pytest

from server.protocol.hours import VIETNAM, Hours, Span, is_open, next_opening

WORK = [Span("07:30", "11:30"), Span("13:30", "17:00")]
HOURS = Hours(week=[WORK] * 5 + [[], []], days={"2026-09-02": [], "2026-08-29": WORK[:1]})


@pytest.mark.parametrize(
    ("moment", "is_it"),
    [
        ("2026-11-23T07:29", False),
        ("2026-11-23T07:30", True),
        ("2026-11-23T11:29", True),
        ("2026-11-23T11:30", False),
        ("2026-11-23T16:59", True),
        ("2026-11-22T10:00", False),
        ("2026-09-02T10:00", False),
        ("2026-08-29T10:00", True),
        ("2026-08-29T14:00", False),
    ],
)
def test_open_or_closed(moment: str, is_it: bool) -> None:  # noqa: FBT001 - a column of the table
    """Mornings and afternoons, weekends, a holiday, and a Saturday that is worked for it."""
    assert is_open(HOURS, datetime.fromisoformat(moment).replace(tzinfo=VIETNAM).timestamp()) is is_it


def test_without_hours_it_is_always_open() -> None:
    """A center that gave no hours never rests."""
    assert is_open(None, 0.0)


@pytest.mark.parametrize("time", ["7:30", "24:00", "07:60", "0730", "07:30\n"])
def test_a_time_that_is_none_is_refused(time: str) -> None:
    """Times are written with four digits, on a clock of 24 hours."""
    raw = msgspec.json.encode({"week": [[{"start": time, "end": "17:00"}]] + [[]] * 6})
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(raw, type=Hours)


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        ("2026-11-23T06:00", "2026-11-23T07:30"),
        ("2026-11-23T12:00", "2026-11-23T13:30"),
        ("2026-11-23T17:00", "2026-11-24T07:30"),
        ("2026-11-27T18:00", "2026-11-30T07:30"),
        ("2026-09-01T20:00", "2026-09-03T07:30"),
        ("2026-08-28T20:00", "2026-08-29T07:30"),
        ("2026-12-31T20:00", "2027-01-01T07:30"),
    ],
)
def test_when_it_opens_next(moment: str, opens: str) -> None:
    """After a night, a lunch break, a weekend and a holiday, and on a Saturday that is worked."""
    now = datetime.fromisoformat(moment).replace(tzinfo=VIETNAM)

    assert next_opening(HOURS, now.timestamp()) == datetime.fromisoformat(opens).replace(tzinfo=VIETNAM)


def test_what_never_opens_has_no_next_opening() -> None:
    """A center without hours never closes, and one that is closed for good opens no more."""
    assert next_opening(None, 0.0) is None
    assert next_opening(Hours(week=[[]] * 7), 0.0) is None


def test_hours_that_end_before_they_begin_are_no_opening() -> None:
    """A span that is never open is not announced, though somebody may have typed it."""
    assert next_opening(Hours(week=[[Span("17:00", "07:30")]] * 7), 0.0) is None
