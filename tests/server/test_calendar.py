"""Days and periods of Vietnam."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.calendar import Kind, Period, clock_of, day_number, day_of

DAYS = st.dates(date(2001, 1, 10), date(2098, 12, 20))


def _ms(moment: datetime) -> int:
    """Return a moment as UTC milliseconds."""
    return int(moment.timestamp() * 1000)


def test_a_day_begins_at_midnight_in_vietnam() -> None:
    """The last millisecond before 17:00 UTC still belongs to the old day."""
    midnight = _ms(datetime(2026, 11, 22, 17, 0, tzinfo=UTC))

    assert day_of(midnight - 1) == date(2026, 11, 22)
    assert day_of(midnight) == date(2026, 11, 23)
    assert clock_of(midnight).isoformat() == "2026-11-23T00:00:00+07:00"


@given(st.integers(0, 4 * 10**12))
def test_a_day_has_one_number(ms: int) -> None:
    """What the database counts by is the day on the wall."""
    assert date(1970, 1, 1) + timedelta(day_number(ms)) == day_of(ms)


@pytest.mark.parametrize(
    ("key", "kind", "first", "last"),
    [
        ("2026-11-23", Kind.DAY, date(2026, 11, 23), date(2026, 11, 23)),
        ("2026-W47", Kind.WEEK, date(2026, 11, 16), date(2026, 11, 22)),
        ("2026-W53", Kind.WEEK, date(2026, 12, 28), date(2027, 1, 3)),
        ("2026-W01", Kind.WEEK, date(2025, 12, 29), date(2026, 1, 4)),
        ("2026-11", Kind.MONTH, date(2026, 11, 1), date(2026, 11, 30)),
        ("2028-02", Kind.MONTH, date(2028, 2, 1), date(2028, 2, 29)),
        ("2026-Q4", Kind.QUARTER, date(2026, 10, 1), date(2026, 12, 31)),
        ("2026", Kind.YEAR, date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_an_address_names_a_whole_period(key: str, kind: Kind, first: date, last: date) -> None:
    """What stands in the address is a whole day, week, month, quarter or year, and is written back alike."""
    period = Period.parse(key)

    assert period == Period(kind, first, last)
    assert period.key == key


@pytest.mark.parametrize(
    "key",
    [
        "",
        "26",
        "2026-13",
        "2026-00",
        "2026-02-30",
        "2026-W00",
        "2025-W53",
        "2026-Q5",
        "2026-11-",
        "1999",
        "2100-01",
        "٢٠٢٦",
        "2026-11\n",
        "2026-1",
    ],
)
def test_what_is_no_period_is_refused(key: str) -> None:
    """A mistyped address is refused, never guessed at."""
    with pytest.raises(ValueError, match=r".+"):
        Period.parse(key)


@given(st.sampled_from(Kind), DAYS)
def test_periods_of_a_kind_tile_the_calendar(kind: Kind, day: date) -> None:
    """Every day lies in exactly one period of each kind; the next begins when one ends."""
    period = Period.around(kind, day)

    assert day in period
    assert period.next().first - period.last == timedelta(days=1)
    assert period.next().previous() == period
    assert period.previous().next() == period
    assert Period.parse(period.key) == period
    assert sum(1 for _ in period.days()) == (period.last - period.first).days + 1


def test_a_period_holds_days_only() -> None:
    """Whatever is no day lies in no period."""
    assert "2026-11-23" not in Period.parse("2026-11")
    assert date(2026, 12, 1) not in Period.parse("2026-11")


def test_quarters_are_numbered_from_january() -> None:
    """The year's four quarters begin in January, April, July and October."""
    starts = [Period.parse(f"2026-Q{number}") for number in (1, 2, 3, 4)]

    assert [period.first.month for period in starts] == [1, 4, 7, 10]
    assert [period.quarter for period in starts] == [1, 2, 3, 4]
