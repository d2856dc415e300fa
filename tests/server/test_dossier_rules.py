"""The rules of fields, dossiers and figures: what is taken, what is told of a code, how long a key lives."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.dossier_figures import (
    COUNT_MAX,
    ComplaintMonth,
    FieldDay,
    TicketDay,
    Work,
    complaints_of,
    is_working,
    month_of,
    read_count,
    read_day,
    read_form,
    read_month,
    work_of,
)
from server.domain.dossiers import KEY_GRACE, fingerprints, live_since, quarter_of, read_prefixes
from server.domain.fields import (
    Field,
    Procedure,
    code_fault,
    field_named,
    name_fault,
    plain_code,
    procedure_fault,
)
from server.domain.openings import USUAL, SpecialDay, Timetable
from server.protocol.dossier import fingerprint

TODAY = date(2026, 11, 23)
KEYS = ("a1" * 32, "b2" * 32)


@pytest.mark.parametrize(
    ("typed", "count"),
    [
        ("0", 0),
        (" 12 ", 12),
        ("1.234", 1234),
        ("1,234", 1234),
        ("1 234", 1234),
        (str(COUNT_MAX), COUNT_MAX),
        (str(COUNT_MAX + 1), None),
        ("", None),
        ("-1", None),
        ("mười", None),
        ("٣", None),
        ("9" * 40, None),
    ],
)
def test_a_number_is_read_as_people_write_it(typed: str, count: int | None) -> None:
    """Points and commas between thousands are no matter; what is no number is none."""
    assert read_count(typed) == count


@pytest.mark.parametrize(
    ("typed", "day", "fault"),
    [
        ("2026-11-23", TODAY, ""),
        ("23/11/2026", TODAY, ""),
        ("3/1/2026", date(2026, 1, 3), ""),
        ("2026-11-23 00:00:00", TODAY, ""),
        ("24/11/2026", None, "day_ahead"),
        ("31/02/2026", None, "day"),
        ("11/2026", None, "day"),
        ("23/11/26", None, "day"),
        ("", None, "day"),
        ("hôm qua", None, "day"),
    ],
)
def test_a_day_is_one_that_has_come(typed: str, day: date | None, fault: str) -> None:
    """A day is read in both ways that are usual; of tomorrow nobody can report."""
    assert read_day(typed, TODAY) == (day, fault)


@pytest.mark.parametrize(
    ("typed", "month", "fault"),
    [
        ("2026-11", date(2026, 11, 1), ""),
        ("11/2026", date(2026, 11, 1), ""),
        ("30/11/2026", date(2026, 11, 1), ""),
        ("2026-12", None, "month_ahead"),
        ("13/2026", None, "month"),
        ("", None, "month"),
    ],
)
def test_a_month_is_one_that_has_begun(typed: str, month: date | None, fault: str) -> None:
    """A month is named by itself or by any of its days."""
    assert read_month(typed, TODAY) == (month, fault)


def test_what_was_in_time_and_what_was_late_was_returned() -> None:
    """Figures that contradict one another are not taken; a dossier without a date is in neither column."""
    assert work_of([10, 5, 3, 2]) == (Work(10, 5, 3, 2), {})
    assert work_of([0, 5, 3, 1]) == (Work(0, 5, 3, 1), {})
    assert work_of([10, 5, 3, 3]) == (None, {"returned": "more_than_returned"})
    assert work_of([10, None, 3, None]) == (None, {"returned": "count", "late": "count"})


def test_nobody_is_content_with_more_complaints_than_there_were() -> None:
    """What was settled in time, and what nobody was content with, were received."""
    november = date(2026, 11, 1)
    assert complaints_of(november, [4, 4, 0]) == (ComplaintMonth(november, 4, 4, 0), {})
    assert complaints_of(november, [0, 0, 0]) == (ComplaintMonth(november, 0, 0, 0), {})
    assert complaints_of(november, [2, 3, 1]) == (None, {"on_time": "more_than_received"})
    assert complaints_of(november, [None, 1, 1]) == (None, {"received": "count"})


def test_a_field_without_a_number_is_not_nought() -> None:
    """Of a field that was left empty nothing is known; one number makes the others nought."""
    form = {"received_1": "7", "returned_1": "", "received_2": " ", "served": "9"}
    told, faults = read_form(form, TODAY, [1, 2])

    assert faults == {}
    assert told.work == (FieldDay(1, TODAY, Work(7, 0, 0, 0)),)
    assert told.tickets == TicketDay(TODAY, 9)


def test_a_form_without_numbers_says_so() -> None:
    """To save nothing is told; a wrong number is told where it stands."""
    assert read_form({}, TODAY, [1])[1] == {"day": "nothing"}
    assert read_form({"late_3": "x", "served": "?"}, TODAY, [3])[1] == {"late_3": "count", "served": "count"}
    assert read_form({"late_3": "4"}, TODAY, [3])[1] == {"returned_3": "more_than_returned"}


def test_a_day_is_missing_when_the_center_was_open() -> None:
    """Saturdays are worked where they are; a holiday misses nothing; without hours it is Monday to Friday."""
    saturday, friday = date(2026, 11, 21), date(2026, 11, 20)
    assert is_working(Timetable(), friday)
    assert not is_working(Timetable(), saturday)
    special = {saturday: SpecialDay("Làm bù", USUAL[0]), friday: SpecialDay("Nghỉ")}
    assert is_working(Timetable(USUAL, special), saturday)
    assert not is_working(Timetable(USUAL, special), friday)

    told = month_of(
        date(2026, 11, 1),
        [FieldDay(1, friday, Work(1, 1, 1, 0)), FieldDay(2, friday, Work(2, 1, 0, 1))],
        [TicketDay(saturday, 5), TicketDay(date(2026, 10, 30), 99)],
        [friday, date(2026, 11, 19), date(2026, 10, 29)],
    )
    assert told.work == Work(3, 2, 1, 1)
    assert told.served == 5
    assert told.days == (friday, saturday)
    assert told.missing == (date(2026, 11, 19),)


def test_a_month_of_nothing_has_no_sums() -> None:
    """Where nothing was told, the sum is not nought."""
    empty = month_of(date(2026, 11, 1), [], [], [])

    assert (empty.work, empty.served, empty.days, empty.missing) == (None, None, (), ())


@given(st.dates(date(2001, 1, 1), date(2098, 12, 31)))
def test_at_most_two_keys_are_alive(today: date) -> None:
    """A key outlives its quarter by the grace and no longer, so there is this one and perhaps the last."""
    quarters = [quarter_of(today)]
    for _ in range(4):
        quarters.append(quarters[-1].previous())
    alive = [each for each in quarters if each.last >= live_since(today)]

    assert alive in (quarters[:1], quarters[:2])
    assert (len(alive) == 2) == (today - quarters[1].last <= KEY_GRACE)


def test_the_last_day_of_a_quarter_is_in_it() -> None:
    """No day falls between two quarters."""
    assert quarter_of(date(2026, 9, 30)).key == "2026-Q3"
    assert quarter_of(date(2026, 10, 1)).key == "2026-Q4"
    assert live_since(date(2026, 11, 14)) == date(2026, 9, 30)
    assert live_since(date(2026, 11, 14) + timedelta(days=1)) > date(2026, 9, 30)


@pytest.mark.parametrize(
    "written",
    [
        "H36.12.05-261120-0007",
        " h36.12.05 - 261120 - 0007 ",
        "https://example.vn/tra?ma=H36.12.05-261120-0007",
    ],
)
def test_a_file_and_a_scanner_agree_about_a_code(written: str) -> None:
    """However a code is written, its fingerprints are those that kiosks make of it."""
    assert fingerprints(written, KEYS, ("H36",)) == tuple(
        fingerprint(key, "H36.12.05-261120-0007") for key in KEYS
    )


def test_what_is_no_code_has_no_fingerprint() -> None:
    """Neither is a dossier of other agencies one, where only some count."""
    assert fingerprints("Nguyễn Văn A", KEYS, ()) == ()
    assert fingerprints("H36.12.05-261320-0007", KEYS, ()) == ()
    assert fingerprints("H37.12.05-261120-0007", KEYS, ("H36",)) == ()


@pytest.mark.parametrize(
    ("typed", "prefixes", "fault"),
    [
        ("", (), ""),
        ("h36.12, H36.13;000.00.12.H36", ("H36.12", "H36.13", "000.00.12.H36"), ""),
        ("H36 H36", ("H36",), ""),
        ("Lâm Đồng", ("LÂM", "ĐỒNG"), "prefix"),
        (" ".join(f"H{n}" for n in range(10, 31)), tuple(f"H{n}" for n in range(10, 31)), "too_many"),
    ],
)
def test_agencies_are_named_by_their_codes(typed: str, prefixes: tuple[str, ...], fault: str) -> None:
    """In either order, with whatever stands between them; none means all."""
    assert read_prefixes(typed) == (prefixes, fault)


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("Hộ tịch", ""),
        ("Phường 1", ""),
        ("", "name_missing"),
        ("–", "name_odd"),
        ("a\u202eb", "name_odd"),
        ("N" * 120, ""),
        ("N" * 121, "name_long"),
    ],
)
def test_a_place_or_a_field_has_a_name_that_can_be_shown(name: str, fault: str) -> None:
    """What no font draws is no name."""
    assert name_fault(name) == fault


@pytest.mark.parametrize(
    ("typed", "code", "fault"),
    [
        ("1.001193", "1.001193", ""),
        (" 2.000815\u00a0", "2.000815", ""),
        ("ld-01", "LD-01", ""),
        ("", "", "code_missing"),
        ("1/2", "1/2", "code_odd"),
        ("1" * 33, "1" * 33, "code_odd"),
        ("Đ1", "Đ1", "code_odd"),
    ],
)
def test_the_code_of_a_procedure_is_plain(typed: str, code: str, fault: str) -> None:
    """A code is kept in capitals without blanks."""
    assert plain_code(typed) == code
    assert code_fault(code) == fault


def test_a_procedure_belongs_to_a_field() -> None:
    """A procedure that names no field of the list is told at that field."""
    fields = [Field(1, "Hộ tịch"), Field(2, "Đất đai")]

    assert procedure_fault(Procedure("1.001193", "Đăng ký khai sinh", 1), fields) == {}
    assert procedure_fault(Procedure("", "", 3), fields) == {
        "code": "code_missing",
        "name": "name_missing",
        "field": "field_missing",
    }
    assert field_named(fields, " đất  ĐAI ") == fields[1]
    assert field_named(fields, "Xây dựng") is None
