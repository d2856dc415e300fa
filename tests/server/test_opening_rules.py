"""Opening hours: what is typed, what holds in a center, and how it is told."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.audit import changed, undone
from server.domain.calendar import VIETNAM
from server.domain.opening_forms import (
    DAYS_MAX,
    fields_of,
    read_day,
    read_spans,
    read_time,
    read_week,
    typed_as,
)
from server.domain.openings import (
    DAYS_TOLD_MAX,
    USUAL,
    SpecialDay,
    Stretch,
    Timetable,
    Today,
    from_told,
    hours_of,
    stretches,
    today_of,
    together,
    told,
)
from server.domain.public_holidays import Proposal, missing, public_holidays
from server.protocol.hours import Span

TODAY = date(2026, 11, 23)
CULTURE = date(2026, 11, 24)
SHORT_DAY = (Span("08:00", "10:00"),)
TIMES = st.integers(0, 1439).map(lambda minutes: f"{minutes // 60:02}:{minutes % 60:02}")


@st.composite
def spans(draw: st.DrawFn) -> tuple[Span, ...]:
    """Draw the spans of a day: at most two, in order."""
    times = sorted(draw(st.lists(TIMES, max_size=4, unique=True)))
    return tuple(Span(*pair) for pair in zip(times[::2], times[1::2], strict=False))


TIMETABLES = st.builds(
    Timetable,
    st.none() | st.tuples(*[spans()] * 7),
    st.dictionaries(st.dates(), st.builds(SpecialDay, st.text(min_size=1), spans()), max_size=5),
)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("07:30", "07:30"),
        (" 7:30 ", "07:30"),
        ("7h30", "07:30"),
        ("13h", "13:00"),
        ("13 giờ", None),
        ("7.30", "07:30"),
        ("0730", "07:30"),
        ("730", "07:30"),
        ("23:59", "23:59"),
        ("24:00", None),
        ("07:60", None),
        ("7h3", None),
        ("-1:00", None),
        ("\u0660\u0667:30", None),
        ("12345", None),
    ],
)
def test_a_time_is_typed_as_people_write_it(typed: str, meant: str | None) -> None:
    """Colon, h, point or nothing between hour and minute: all are read, and what is no time is not."""
    assert read_time(typed) == meant


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ([("07:30", "")], "half"),
        ([("", "11:30")], "half"),
        ([("sáng", "11:30")], "time"),
        ([("11:30", "07:30")], "order"),
        ([("07:30", "07:30")], "order"),
        ([("07:30", "11:30"), ("11:00", "17:00")], "overlap"),
        ([("13:30", "17:00"), ("07:30", "11:30")], "overlap"),
    ],
)
def test_spans_that_cannot_be_are_told(typed: list[tuple[str, str]], fault: str) -> None:
    """Half a span, an end before its beginning and spans one in the other are not taken."""
    assert read_spans(typed) == fault


@given(spans())
def test_what_stands_in_a_form_is_read_as_it_was(drawn: tuple[Span, ...]) -> None:
    """Hours that are shown in a form and sent back are the same hours."""
    filled = typed_as("d1", drawn)

    assert (
        read_spans([(filled.get(start, ""), filled.get(end, "")) for start, end in fields_of("d1")]) == drawn
    )


def test_a_week_names_the_days_that_are_wrong() -> None:
    """Each day has its own fault, and a week that is never open is asked about."""
    form = {
        "d1_1_start": "7:30",
        "d1_1_end": "11:30",
        "d3_1_start": "9:00",
        "d4_2_start": "x",
        "d4_2_end": "y",
    }

    assert read_week(form)[1] == {"d3": "half", "d4": "time"}
    assert read_week({})[1] == {"d1": "all_closed"}
    week, faults = read_week({"d7_2_start": "13h", "d7_2_end": "17h"})
    assert (week, faults) == (((),) * 6 + ((Span("13:00", "17:00"),),), {})


@pytest.mark.parametrize(
    ("form", "faults"),
    [
        ({}, {"day": "no_day", "name": "no_name"}),
        ({"day": "2026-11-31", "name": "x"}, {"day": "no_day"}),
        ({"day": "2026-11-22", "name": "x"}, {"day": "past"}),
        ({"day": "2029-01-01", "name": "x"}, {"day": "far"}),
        ({"day": "2026-11-24", "name": "x"}, {"day": "there"}),
        ({"day": "2026-11-25", "name": "x" * 61}, {"name": "long_name"}),
        ({"day": "2026-11-25", "name": "x", "day_1_start": "7:00"}, {"spans": "half"}),
    ],
)
def test_a_day_that_cannot_be_set_is_told(form: dict[str, str], faults: dict[str, str]) -> None:
    """A day has a date from today on that is not in the list yet, a reason, and whole spans."""
    assert read_day(form, Timetable(USUAL, {CULTURE: SpecialDay("x")}), TODAY) == (None, faults)


def test_a_day_is_read() -> None:
    """A holiday has no spans; today may be one; a reason is kept in one way of writing."""
    form = {"day": "2026-11-23", "name": "  Nghi\u0309  le\u0302\u0303 "}
    assert read_day(form, Timetable(), TODAY) == ((TODAY, SpecialDay("Nghỉ lễ")), {})
    full = Timetable(days={TODAY + timedelta(n): SpecialDay("x") for n in range(1, DAYS_MAX + 1)})
    assert read_day(form, full, TODAY)[1] == {"day": "full"}


def test_a_center_follows_the_province_where_it_decided_nothing() -> None:
    """A center's own week replaces the province's whole; of days that both set, the center's holds."""
    province = Timetable(USUAL, {TODAY: SpecialDay("tỉnh"), CULTURE: SpecialDay("tỉnh")})
    own = Timetable(None, {CULTURE: SpecialDay("trung tâm", SHORT_DAY)})

    assert together(province, own) == Timetable(
        USUAL, {TODAY: SpecialDay("tỉnh"), CULTURE: SpecialDay("trung tâm", SHORT_DAY)}
    )
    week = (SHORT_DAY,) * 7
    assert together(province, Timetable(week)).week == week
    assert hours_of(together(Timetable(), own), TODAY) is None


def test_kiosks_are_told_no_day_that_is_over_and_no_more_than_they_take() -> None:
    """Days before yesterday are left out, and of very many the next 400 are told."""
    days = {TODAY + timedelta(number): SpecialDay("x") for number in range(-5, 500)}
    hours = hours_of(Timetable(USUAL, days), TODAY)

    assert hours is not None
    assert (len(hours.days), min(hours.days)) == (DAYS_TOLD_MAX, "2026-11-22")
    assert hours.week == [list(each) for each in USUAL]


@given(TIMETABLES)
def test_the_log_tells_a_timetable_whole(timetable: Timetable) -> None:
    """What the audit log says of opening hours is all of them: they can be had back from it."""
    assert from_told(told(timetable)) == timetable


@given(TIMETABLES, TIMETABLES)
def test_a_change_can_be_taken_back(before: Timetable, after: Timetable) -> None:
    """Whatever was changed is undone from its event alone; not if there was something else meanwhile."""
    detail = changed(told(before), told(after))
    if told(before) == told(after):
        assert undone(told(after), detail) is None
        return

    assert from_told(undone(told(after), detail) or {}) == before
    assert undone(told(before), detail) is None


def test_a_week_is_told_in_stretches() -> None:
    """Days alike are told together, and a day that differs by itself."""
    monday = TODAY
    found = stretches(Timetable(USUAL, {CULTURE: SpecialDay("Ngày Văn hóa")}), TODAY + timedelta(3))

    assert found == [
        Stretch(monday, monday, USUAL[0]),
        Stretch(CULTURE, CULTURE, (), "Ngày Văn hóa"),
        Stretch(date(2026, 11, 25), date(2026, 11, 27), USUAL[0]),
        Stretch(date(2026, 11, 28), date(2026, 11, 29), ()),
    ]
    assert stretches(Timetable(), TODAY) == []


@pytest.mark.parametrize(
    ("moment", "kind", "opens"),
    [
        ("2026-11-23T06:00", "until", None),
        ("2026-11-23T16:59", "until", None),
        ("2026-11-23T17:00", "over", "2026-11-25T07:30"),
        ("2026-11-24T10:00", "closed", "2026-11-25T07:30"),
        ("2026-11-28T10:00", "closed", "2026-11-30T07:30"),
    ],
)
def test_how_it_stands_today(moment: str, kind: str, opens: str | None) -> None:
    """Open until the evening, over, or closed all day: then it is said when it opens next."""
    now_ms = int(datetime.fromisoformat(moment).replace(tzinfo=VIETNAM).timestamp() * 1000)
    found = today_of(Timetable(USUAL, {CULTURE: SpecialDay("x")}), now_ms)

    assert found is not None
    assert (found.kind, found.end) == (kind, "17:00" if kind == "until" else "")
    assert (None if found.opens is None else f"{found.opens:%Y-%m-%dT%H:%M}") == opens


def test_without_hours_nothing_is_said_of_today() -> None:
    """A place that is always open has no today; one that never opens says so."""
    assert today_of(Timetable(), 0) is None
    assert today_of(Timetable(((),) * 7), 0) == Today("closed")


def test_the_public_holidays_of_a_year() -> None:
    """All days off of 2026 are proposed, with the substitute day and the Saturday that is worked for one."""
    days = [(f"{each.day:%d/%m}", each.instead) for each in public_holidays(2026)]

    assert " ".join(day for day, instead in days if instead is None) == (
        "01/01 16/02 17/02 18/02 19/02 20/02 26/04 27/04 30/04 01/05 31/08 01/09 02/09 24/11"
    )
    assert [each for each in days if each[1]] == [("22/08", date(2026, 8, 31))]


@pytest.mark.parametrize(
    ("year", "worked"), [(2014, 3), (2015, 2), (2018, 0), (2019, 2), (2024, 1), (2025, 1), (2026, 1)]
)
def test_every_swapped_day_is_found(year: int, worked: int) -> None:
    """A weekend that is worked is known with the day off that it is worked for, across New Year too."""
    found = [each for each in public_holidays(year) if each.instead is not None]

    assert len(found) == worked
    assert all(each.day.weekday() >= 5 for each in found)
    assert all(each.instead and each.instead.weekday() < 5 for each in found)


def test_only_what_is_missing_is_proposed() -> None:
    """Days that are over, and days that somebody has set, are not proposed again."""
    assert [each.day for each in missing(2026, [], TODAY)] == [CULTURE]
    assert missing(2026, [CULTURE], TODAY) == []
    assert missing(2026, [], date(2026, 8, 22))[0] == Proposal(date(2026, 8, 22), "", date(2026, 8, 31))
