"""What rows of fields, procedures, figures and dossiers come to, one by one."""

from __future__ import annotations

from datetime import date

import pytest

from server.domain.dossier_figures import ComplaintMonth, TicketDay
from server.domain.fields import FIELDS_MAX, PROCEDURES_MAX, Field, Procedure
from server.domain.list_dossiers import DossierList, FieldList, ProcedureList
from server.domain.list_figures import ComplaintList, TicketList
from server.domain.lists import Choice, Fate, ListFault, Wrong

TODAY = date(2026, 11, 23)
FIELDS = [Field(1, "Hộ tịch"), Field(2, "Đất đai", retired_ms=1)]
OUTCOMES = Choice.of({"early": "Trước hạn", "late": "Quá hạn"})
BIRTH = Procedure("1.001193", "Đăng ký khai sinh", 1)


def fate(found: Fate | Wrong) -> object:
    """Return what a row comes to: its fate, or the column and what is wrong there."""
    return found if isinstance(found, Fate) else (found.column, found.fault)


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("Y tế", Fate.NEW),
        ("HỘ TỊCH", Fate.SAME),
        ("đất đai", Fate.SAME),
        ("", ("field", ListFault.MISSING)),
        ("N" * 121, ("field", ListFault.LONG)),
        ("–", ("field", ListFault.ODD)),
    ],
)
def test_a_row_of_fields(name: str, wanted: object) -> None:
    """A field that is there in other letters is the same; a retired one stays retired."""
    assert fate(FieldList(FIELDS).take(2, {"field": name})) == wanted


def test_a_list_of_fields_has_an_end() -> None:
    """A field stands once in a file, and there is room for so many."""
    listing = FieldList([Field(number, f"Lĩnh vực {number}") for number in range(1, FIELDS_MAX)])

    assert fate(listing.take(2, {"field": "Cuối cùng"})) is Fate.NEW
    assert fate(listing.take(3, {"field": "cuối cùng"})) == ("field", ListFault.TWICE)
    assert fate(listing.take(4, {"field": "Thêm nữa"})) == ("field", ListFault.MANY)


@pytest.mark.parametrize(
    ("cells", "wanted"),
    [
        (("1.001193", "Đăng ký khai sinh", "hộ tịch"), Fate.SAME),
        (("1.001193", "Đăng ký khai sinh", "đất đai"), Fate.CHANGED),
        (("2.000815", "Chứng thực", "hộ tịch"), Fate.NEW),
        (("", "Chứng thực", "hộ tịch"), ("procedure", ListFault.MISSING)),
        (("1/2", "Chứng thực", "hộ tịch"), ("procedure", ListFault.CODE)),
        (("2.000815", "", "hộ tịch"), ("procedure_name", ListFault.MISSING)),
        (("2.000815", "Chứng thực", ""), ("field", ListFault.MISSING)),
        (("2.000815", "Chứng thực", "Y tế"), ("field", ListFault.FIELD_UNKNOWN)),
    ],
)
def test_a_row_of_procedures(cells: tuple[str, str, str], wanted: object) -> None:
    """A procedure is told by its code and belongs to a field of the list."""
    row = dict(zip(("procedure", "procedure_name", "field"), cells, strict=True))

    assert fate(ProcedureList([BIRTH], FIELDS).take(2, row)) == wanted


def test_a_list_of_procedures_has_an_end() -> None:
    """A code stands once in a file, there is room for so many, and what is retired does not go out."""
    there = [Procedure(f"1.{number}", "x", 1, retired_ms=1) for number in range(PROCEDURES_MAX - 1)]
    listing = ProcedureList(there, FIELDS)

    def take(code: str) -> object:
        return fate(listing.take(2, {"procedure": code, "procedure_name": "x", "field": "Hộ tịch"}))

    assert list(listing.rows()) == []
    assert take("9.1") is Fate.NEW
    assert take("9.1") == ("procedure", ListFault.TWICE)
    assert take("9.2") == ("procedure", ListFault.MANY)


def test_days_and_months_stand_once_and_have_come() -> None:
    """The second row of the same day or month is wrong, and so is what is no day or lies ahead."""
    tickets = TicketList([TicketDay(TODAY, 9)], TODAY)
    assert fate(tickets.take(2, {"day": "2026-11-23", "served": "9"})) is Fate.SAME
    assert fate(tickets.take(3, {"day": "23/11/2026", "served": "8"})) == ("day", ListFault.TWICE)
    assert fate(tickets.take(4, {"day": "24/11/2026", "served": "8"})) == ("day", ListFault.AHEAD)
    assert fate(tickets.take(5, {"day": "", "served": "8"})) == ("day", ListFault.MISSING)
    months = ComplaintList([ComplaintMonth(date(2026, 10, 1), 2, 2, 0)], TODAY)
    counts = {"received": "2", "on_time": "2", "dissatisfied": "0"}

    assert fate(months.take(2, {"month": "10/2026", **counts})) is Fate.SAME
    assert fate(months.take(3, {"month": "2026-10", **counts})) == ("month", ListFault.TWICE)
    assert fate(months.take(4, {"month": "13/2026", **counts})) == ("month", ListFault.MONTH)
    assert fate(months.take(5, {"month": "2026-12", **counts})) == ("month", ListFault.AHEAD)


def test_a_dossier_has_a_code_and_belongs_to_something() -> None:
    """A row without a code is wrong; so is one of a field that is not in the list; nothing goes out."""
    listing = DossierList({}, FIELDS, [BIRTH], OUTCOMES)
    row = {"dossier_code": "a" * 64, "field": "Hộ tịch", "procedure": "1.001193", "outcome": "quá hạn"}

    assert fate(listing.take(2, {**row, "dossier_code": ""})) == ("dossier_code", ListFault.MISSING)
    assert fate(listing.take(3, {**row, "field": "Y tế"})) == ("field", ListFault.FIELD_UNKNOWN)
    assert fate(listing.take(4, {**row, "outcome": ""})) == ("outcome", ListFault.MISSING)
    assert fate(listing.take(5, row)) is Fate.NEW
    assert list(listing.rows()) == []
