"""What centers report comes in as files; a dossier's code is nowhere afterwards."""

from __future__ import annotations

import logging
import re
from datetime import date
from typing import TYPE_CHECKING

import pytest

from server.domain.audit import Action
from server.domain.dossier_figures import ComplaintMonth, FieldDay, TicketDay, Work
from server.domain.dossiers import Dossier, Outcome, fingerprints, quarter_of
from server.domain.fields import Procedure
from server.domain.list_dossiers import UNREADABLE, sealed
from server.domain.table import Row, Table
from server.domain.table_csv import write_csv
from server.store.seed import ready_fields
from tests.server.hall import BAO_LOC, DA_LAT
from tests.server.listing import dump, export, list_hall, preview, take, told, upload

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from tests.server.cluster import Cluster
    from tests.server.hall import Hall

FRIDAY, NOVEMBER = date(2026, 11, 20), date(2026, 11, 1)
TODAY = date(2026, 11, 23)
WORK_HEAD = ("Ngày", "Lĩnh vực", "Tiếp nhận", "Đã trả", "Đúng hoặc trước hạn", "Quá hạn")
CODE_HEAD = ("Mã hồ sơ", "Lĩnh vực", "Mã thủ tục", "Kết quả")
CODES = [f"H36.12.05-2611{day}-0{number:03}" for day in (19, 20) for number in range(5)]
BIRTH = Procedure("1.001193", "Đăng ký khai sinh", 1)


@pytest.fixture(name="hall")
def _hall(tmp_path: Path) -> Iterator[Hall]:
    with list_hall(tmp_path) as made:
        with made.store.transaction():
            made.store.add_fields(ready_fields())
            made.store.keep_procedure(BIRTH, "chị Lan")
        yield made


@pytest.fixture(name="cookies")
def _cookies(hall: Hall) -> dict[str, str]:
    return hall.sign_in("quanly")


def test_days_come_in_and_take_the_place_of_what_was_there(hall: Hall, cookies: dict[str, str]) -> None:
    """New days are written, known ones changed, and all of it is one event with its sums."""
    known = FieldDay(1, FRIDAY, Work(1, 1, 1, 0))
    with hall.store.transaction():
        hall.store.take_field_days(BAO_LOC, [known], "quanly")
    rows: list[Sequence[str | int | date]] = [
        (FRIDAY, "hộ  TỊCH", "12", 10, 9, 1),
        ("19/11/2026", "Đất đai", "1.234", 5, 5, 0),
    ]
    offer, page = preview(hall, cookies, "/figures/dossiers", WORK_HEAD, rows)
    assert re.findall(r'<span class="badge">(.*?)</span>', page.text) == ["Thay đổi", "Mới"]
    assert hall.store.field_days(BAO_LOC, NOVEMBER, TODAY) == [known]
    assert take(hall, cookies, "/figures/dossiers", offer).status == 303

    assert hall.store.field_days(BAO_LOC, NOVEMBER, TODAY) == [
        FieldDay(3, date(2026, 11, 19), Work(1234, 5, 5, 0)),
        FieldDay(1, FRIDAY, Work(12, 10, 9, 1)),
    ]
    event = hall.store.events(Action.TAKE_DOSSIERS)[-1]
    assert event.subject == f"{BAO_LOC} 2026-11-19..2026-11-20"
    assert event.detail == (
        '{"rows":[1,2],"received":[1,1246],"returned":[1,15],"on_time":[1,14],"late":[0,1]}'
    )
    assert hall.store.events(Action.IMPORT)[-1].subject == f"dossiers {BAO_LOC}"


def test_tickets_and_complaints_come_in(hall: Hall, cookies: dict[str, str]) -> None:
    """Days and months are read as Excel keeps them and as they are written here."""
    offer, _ = preview(
        hall, cookies, "/figures/tickets", ("Ngày", "Lượt phục vụ"), [(FRIDAY, 80), ("19/11/2026", "1.040")]
    )
    take(hall, cookies, "/figures/tickets", offer)
    head = ("Tháng", "Tiếp nhận", "Đúng hoặc trước hạn", "Không hài lòng")
    offer, _ = preview(
        hall, cookies, "/figures/complaints", head, [("11/2026", 3, 2, 1), ("2026-10", 0, 0, 0)]
    )
    take(hall, cookies, "/figures/complaints", offer)

    assert hall.store.ticket_days(BAO_LOC, NOVEMBER, TODAY) == [
        TicketDay(date(2026, 11, 19), 1040),
        TicketDay(FRIDAY, 80),
    ]
    assert hall.store.complaint_months(BAO_LOC, date(2026, 1, 1), TODAY) == [
        ComplaintMonth(date(2026, 10, 1), 0, 0, 0),
        ComplaintMonth(NOVEMBER, 3, 2, 1),
    ]


def test_fields_and_procedures_come_in(hall: Hall) -> None:
    """Fields are added, procedures are added and changed; those that a file does not name stay."""
    cookies = hall.sign_in("chị Lan")
    offer, _ = preview(hall, cookies, "/fields", ["Lĩnh vực"], [("Y tế",), ("hộ tịch",)], query="")
    take(hall, cookies, "/fields", offer, query="")
    head = ("Mã thủ tục", "Tên thủ tục", "Lĩnh vực")
    rows = [("1.001193", "Đăng ký khai sinh", "Khác"), ("9.000001", "Ví dụ", "y tế")]
    offer, _ = preview(hall, cookies, "/fields/procedures", head, rows, query="")
    take(hall, cookies, "/fields/procedures", offer, query="")

    assert [each.name for each in hall.store.fields()][-1] == "Y tế"
    assert len(hall.store.fields()) == 7
    assert hall.store.procedures() == [
        Procedure("1.001193", "Đăng ký khai sinh", 6),
        Procedure("9.000001", "Ví dụ", 7),
    ]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_every_list_comes_in_as_it_went_out(hall: Hall, kind: str) -> None:
    """What was downloaded and is uploaded again changes nothing."""
    cookies = hall.sign_in("chị Lan")
    with hall.store.transaction():
        hall.store.take_field_days(BAO_LOC, [FieldDay(1, FRIDAY, Work(1234, 9, 8, 1))], "quanly")
        hall.store.take_ticket_days(BAO_LOC, [TicketDay(FRIDAY, 7)], "quanly")
        hall.store.take_complaint_months(BAO_LOC, [ComplaintMonth(NOVEMBER, 3, 2, 1)], "quanly")
    before = dump(hall)
    for path in (
        "/figures/dossiers",
        "/figures/tickets",
        "/figures/complaints",
        "/fields",
        "/fields/procedures",
    ):
        query = f"?center={BAO_LOC}" if path.startswith("/figures") else ""
        table = export(hall, cookies, path, query, kind)
        rows = [row.cells for row in table.rows]
        assert rows
        _, page = preview(hall, cookies, path, table.head, rows, query)
        assert "không có gì để nhập" in page.text

    assert dump(hall) == before


@pytest.mark.parametrize(
    ("path", "head", "row", "column", "words"),
    [
        ("dossiers", WORK_HEAD, ("24/11/2026", "Hộ tịch", 1, 1, 1, 0), "Ngày", "chưa đến"),
        ("dossiers", WORK_HEAD, ("30/02/2026", "Hộ tịch", 1, 1, 1, 0), "Ngày", "ngày"),
        ("dossiers", WORK_HEAD, (FRIDAY, "Không có", 1, 1, 1, 0), "Lĩnh vực", "không có trong danh sách"),
        ("dossiers", WORK_HEAD, (FRIDAY, "Hộ tịch", "", 1, 1, 0), "Tiếp nhận", "trống"),
        ("dossiers", WORK_HEAD, (FRIDAY, "Hộ tịch", "x", 1, 1, 0), "Tiếp nhận", "từ 0 đến"),
        ("dossiers", WORK_HEAD, (FRIDAY, "Hộ tịch", 1, 1, 1, 1), "Đã trả", "lớn hơn số đã trả"),
        ("tickets", ("Ngày", "Lượt phục vụ"), (FRIDAY, "nhiều"), "Lượt phục vụ", "từ 0 đến"),
        (
            "complaints",
            ("Tháng", "Tiếp nhận", "Đúng hoặc trước hạn", "Không hài lòng"),
            ("11/2026", 1, 2, 0),
            "Đúng hoặc trước hạn",
            "Lớn hơn số đã tiếp nhận",
        ),
        ("dossier_codes", CODE_HEAD, ("abc", "Hộ tịch", "", "Đúng hạn"), "Mã hồ sơ", "Không đọc được"),
        ("dossier_codes", CODE_HEAD, (CODES[0], "", "", "Đúng hạn"), "Lĩnh vực", "trống"),
        ("dossier_codes", CODE_HEAD, (CODES[0], "", "7", "Đúng hạn"), "Mã thủ tục", "không có trong danh"),
        ("dossier_codes", CODE_HEAD, (CODES[0], "Khác", "1.001193", "Trễ"), "Lĩnh vực", "lĩnh vực khác"),
        ("dossier_codes", CODE_HEAD, (CODES[0], "Khác", "", "Trễ"), "Kết quả", "Đúng hạn"),
    ],
)
def test_what_is_wrong_is_told_by_line_and_column(
    hall: Hall,
    cookies: dict[str, str],
    path: str,
    head: Sequence[str],
    row: Sequence[str | int | date],
    column: str,
    words: str,
) -> None:
    """One error for the bad row, and nothing can be taken."""
    _, page = preview(hall, cookies, f"/figures/{path}", head, [row])

    ((line, where, what),) = told(page)
    assert (line, where) == (2, column)
    assert words in what
    assert "import/apply" not in page.text


def test_a_day_or_a_dossier_stands_once_in_a_file(hall: Hall, cookies: dict[str, str]) -> None:
    """The second row of the same is an error, wherever the dossier's code is written otherwise."""
    row = (FRIDAY, "Hộ tịch", 1, 1, 1, 0)
    _, page = preview(hall, cookies, "/figures/dossiers", WORK_HEAD, [row, row])
    assert [line for line, _, _ in told(page)] == [3]
    rows = [(CODES[0], "Khác", "", "Đúng hạn"), (CODES[0].lower(), "Khác", "", "Quá hạn")]
    _, page = preview(hall, cookies, "/figures/dossier_codes", CODE_HEAD, rows)

    assert [(line, where) for line, where, _ in told(page)] == [(3, "Mã hồ sơ")]


def test_a_dossier_is_kept_under_each_key_that_is_alive(hall: Hall, cookies: dict[str, str]) -> None:
    """The last quarter's kiosks are found too; another center's keys are no matter; once more is the same."""
    this = quarter_of(TODAY)
    hall.clock.moment = hall.clock.moment.replace(day=14)
    today = hall.clock.moment.date()
    with hall.store.transaction():
        for center, quarter, key in (
            (BAO_LOC, this.previous(), "b2"),
            (BAO_LOC, this.previous().previous(), "c3"),
            (DA_LAT, this, "d4"),
        ):
            hall.store.keep_dossier_key(center, quarter, key * 32)
    rows = [(CODES[0], "", "1.001193", "Đúng hạn"), (CODES[1], "Khác", "", "Đang giải quyết")]
    offer, page = preview(hall, cookies, "/figures/dossier_codes", CODE_HEAD, rows)
    assert "(không lưu)" in page.text
    assert take(hall, cookies, "/figures/dossier_codes", offer).status == 303

    keys = hall.store.dossier_keys(BAO_LOC, today)
    assert keys[1:] == ["b2" * 32]
    known = hall.store.dossiers(BAO_LOC)
    for code, about in ((CODES[0], (1, "1.001193", Outcome.ON_TIME)), (CODES[1], (6, "", Outcome.OPEN))):
        for each in fingerprints(code, keys, ()):
            assert known.pop(each) == Dossier((each,), *about)
    assert known == {}
    _, page = preview(hall, cookies, "/figures/dossier_codes", CODE_HEAD, rows)
    assert "không có gì để nhập" in page.text


def test_only_dossiers_of_the_named_agencies_come_in(hall: Hall, cookies: dict[str, str]) -> None:
    """What kiosks would not read is no code in a file either."""
    with hall.store.transaction():
        hall.store.set_dossier_prefixes(BAO_LOC, ["H36.13"], "quanly")
    rows = [(CODES[0], "Khác", "", "Đúng hạn"), ("H36.13.05-261120-0001", "Khác", "", "Đúng hạn")]
    _, page = preview(hall, cookies, "/figures/dossier_codes", CODE_HEAD, rows)

    assert [line for line, _, _ in told(page)] == [2]


def test_a_code_in_a_wrong_column_is_gone_too() -> None:
    """Columns may be mixed up: wherever a code stands, nothing of it is left."""
    table = Table(("a", "b", "c"), (Row(2, (CODES[0], f"hồ sơ {CODES[1]}", "Khác")), Row(3, ("", "x", "y"))))
    (first, second) = sealed(table, 0, ["a1" * 32], ()).rows

    assert first.cells == (fingerprints(CODES[0], ["a1" * 32], ())[0], UNREADABLE, "Khác")
    assert second.cells == ("", "x", "y")


@pytest.mark.usefixtures("both_engines")
def test_no_code_is_in_any_file_or_log(
    engine: Cluster | None, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Not between preview and word, not after, not where it was wrong: only fingerprints are on the disk."""
    caplog.set_level(logging.DEBUG)
    rows = [(code, "Khác", "", "Đúng hạn") for code in CODES]
    with list_hall(tmp_path) as hall:
        with hall.store.transaction():
            hall.store.add_fields(ready_fields())
        cookies = hall.sign_in("quanly")
        swapped = [("Khác", code, "", "Đúng hạn") for code in CODES]
        _, wrong = preview(hall, cookies, "/figures/dossier_codes", CODE_HEAD, swapped)
        # more than what a form's reader holds in memory by itself
        padded = write_csv(CODE_HEAD, [*rows, *[("", "", "", " " * 3000)] * 800])
        sent = upload(hall, cookies, "/figures/dossier_codes", padded)
        offer = sent.headers["location"].rpartition("offer=")[2]
        shown = hall.get(sent.headers["location"], cookies=cookies)
        assert _traces(tmp_path, engine) == set()
        assert take(hall, cookies, "/figures/dossier_codes", offer).status == 303
        key = hall.store.dossier_key(BAO_LOC, quarter_of(TODAY))
        (found,) = fingerprints(CODES[0], [key], ())
        assert hall.store.dossiers(BAO_LOC)[found].outcome is Outcome.ON_TIME
        assert _traces(tmp_path, engine) == set()
        assert _traces(tmp_path, engine, [found])  # whoever looks so, finds what is there

    assert _traces(tmp_path, engine) == set()
    logs = caplog.text + wrong.text + shown.text
    assert not [code for code in CODES if code in logs]
    assert key not in caplog.text


def _traces(folder: Path, engine: Cluster | None, wanted: Sequence[str] = CODES) -> set[str]:
    """Return which of these texts stand in any file of the book."""
    found = set()
    for file in (folder if engine is None else engine.home).rglob("*"):
        if file.is_file() and not file.is_symlink():
            raw = file.read_bytes()
            found |= {each for each in wanted if each.encode() in raw}
    return found
