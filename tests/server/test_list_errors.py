"""Whatever is wrong in a file is told at its line and column, and nothing is taken then."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from server.domain.places import Role
from server.domain.staff import OFFICERS_MAX
from server.domain.table import BYTES_MAX
from server.domain.table_csv import write_csv
from server.domain.tables import read_table
from tests.server.hall import BAO_LOC, DA_LAT
from tests.server.listing import (
    OFFICER_HEAD,
    ROSTER_HEAD,
    crowd,
    dump,
    export,
    list_hall,
    preview,
    take,
    ten_thousand,
    told,
    upload,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.server.hall import Hall


@pytest.fixture(name="hall")
def _hall(tmp_path: Path) -> Iterator[Hall]:
    with list_hall(tmp_path) as made:
        yield made


@pytest.fixture(name="cookies")
def _cookies(hall: Hall) -> dict[str, str]:
    return hall.sign_in("quanly")


def test_ten_thousand_rows_with_errors_change_nothing(hall: Hall, cookies: dict[str, str]) -> None:
    """Each bad row has one error that names its line, none of the good ones has, and nothing is changed."""
    crowd(hall)
    rows = ten_thousand()
    draw = random.Random(20261123)
    bad = sorted(draw.sample(range(len(rows)), 317))
    spoilt = [list(row) for row in rows]
    spoils = [
        (0, "31/02/2026", "Ngày"),
        (1, "25:00", "Từ giờ"),
        (2, "06:00", "Đến giờ"),
        (3, "77", "Quầy số"),
        (4, "Không Ai Cả", "Mã hoặc tên cán bộ"),
        (4, "=A1", "Mã hoặc tên cán bộ"),
        (3, "", "Quầy số"),
    ]
    wanted = []
    for number in bad:
        at, text, column = draw.choice(spoils)
        spoilt[number][at] = text
        wanted.append((number + 2, column))
    raw = write_csv(ROSTER_HEAD, spoilt).replace(b"'=A1", b"=A1")
    before = dump(hall)
    sent = upload(hall, cookies, "/roster", raw)
    page = hall.get(sent.headers["location"], cookies=cookies)

    assert "Tệp có 317 dòng cần sửa" in page.text
    assert "import/apply" not in page.text
    assert [(line, column) for line, column, _ in told(page)] == wanted[:100]
    assert "Còn 217 dòng nữa" in page.text
    errors = hall.get(sent.headers["location"].replace("import?", "import/errors?"), cookies=cookies)
    table = read_table(errors.body, "x.csv")
    assert [(int(row.cells[0]), row.cells[1]) for row in table.rows] == wanted

    offer = sent.headers["location"].rpartition("offer=")[2]
    reply = take(hall, cookies, "/roster", offer)  # somebody who forges the form gets no further
    assert (reply.status, reply.headers["location"]) == (303, sent.headers["location"])
    assert dump(hall) == before


@pytest.mark.parametrize(
    ("raw", "name", "said"),
    [
        (b"%PDF-1.7", "a.xlsx", "không phải là bảng tính"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a.xls", "Lưu thành"),
        (b"Ten\nNguy?n\n", "a.csv", "dấu tiếng Việt đã mất"),
        ("Họ và tên,Lương\nA,1\n".encode(), "a.csv", "cột không dùng được: Lương"),
        ("Chức danh\nA\n".encode(), "a.csv", "thiếu cột: Họ và tên"),
        ("Họ và tên\n".encode(), "a.csv", "không có dữ liệu"),
        (b"", "a.csv", "không có gì"),
        (b"", "", "chưa chọn tệp"),
        ('Họ và tên\n"A\n'.encode(), "a.csv", "hỏng ở dòng 2"),
        (b"a" * (BYTES_MAX + 1), "a.csv", "lớn quá 8 MB"),
    ],
    ids=range(10),
)
def test_a_file_that_is_no_list_is_refused_kindly(
    hall: Hall, cookies: dict[str, str], raw: bytes, name: str, said: str
) -> None:
    """The page says what to do, and nothing is kept."""
    reply = upload(hall, cookies, "/officers", raw, name)

    assert reply.status == 422
    assert said in reply.text
    assert list(hall.store.rows("import_offer")) == []


@pytest.mark.parametrize(
    ("path", "head", "row", "wrong"),
    [
        ("/officers", OFFICER_HEAD, ("24823-cb9", "A", "", ""), ("Mã cán bộ", "không có cán bộ này")),
        ("/officers", OFFICER_HEAD, ("", "", "x", ""), ("Họ và tên", "còn trống")),
        ("/officers", OFFICER_HEAD, ("", "A" * 81, "", ""), ("Họ và tên", "quá 80")),
        ("/officers", OFFICER_HEAD, ("", "123", "", ""), ("Họ và tên", "không có chữ")),
        ("/officers", OFFICER_HEAD, ("", "A", "x" * 81, ""), ("Chức danh", "quá 80")),
        ("/officers", OFFICER_HEAD, ("", "A", "", "ốm"), ("Tình trạng", "Đang làm việc, Đã nghỉ")),
        ("/officers", OFFICER_HEAD, ("", "A", "", "da nghi"), ("Tình trạng", "Người mới")),
        ("/kiosks/counters", ("Quầy số",), ("100",), ("Quầy số", "từ 1 đến 99")),
        ("/kiosks/counters", ("Quầy số", "counter 2"), ("1", "2"), None),
        ("/openings", ("Ngày", "Lý do"), ("22/11/2026", "x"), ("Ngày", "đã qua")),
        ("/openings", ("Ngày", "Lý do"), ("22/11/2062", "x"), ("Ngày", "quá xa")),
        ("/openings", ("Ngày", "Lý do"), ("hôm nay", "x"), ("Ngày", "không phải là ngày")),
        ("/openings", ("Ngày", "Lý do"), ("24/11/2026", ""), ("Lý do", "còn trống")),
        (
            "/openings",
            ("Ngày", "Lý do", "Sáng từ", "Sáng đến"),
            ("24/11/2026", "x", "11:00", "8h"),
            ("Sáng từ", "sau giờ bắt đầu"),
        ),
        (
            "/openings",
            ("Ngày", "Lý do", "Sáng từ", "Sáng đến"),
            ("24/11/2026", "x", "11:00", ""),
            ("Sáng từ", "Thiếu giờ"),
        ),
        (
            "/roster",
            ROSTER_HEAD,
            ("23/11/2026", "7h30", "7h30", "1", "24823-cb1"),
            ("Đến giờ", "sau giờ bắt đầu"),
        ),
    ],
    ids=range(16),
)
def test_each_error_is_told_at_its_column(
    hall: Hall,
    cookies: dict[str, str],
    path: str,
    head: tuple[str, ...],
    row: tuple[str, ...],
    wrong: tuple[str, str] | None,
) -> None:
    """The table of errors names line and column, and says what to write instead."""
    if wrong is None:
        assert upload(hall, cookies, path, write_csv(head, [row])).status == 422
        return
    _, page = preview(hall, cookies, path, head, [row])
    ((line, column, what),) = told(page)

    assert (line, column) == (2, wrong[0])
    assert wrong[1] in what


def test_a_row_that_stands_twice_is_told_with_the_other_line(hall: Hall, cookies: dict[str, str]) -> None:
    """Of two rows about the same thing the second is wrong, in each list."""
    twice = {
        "/officers": (OFFICER_HEAD, ("", "Trần Thị Mẫu", "x", "")),
        "/kiosks/counters": (("Quầy số",), ("9",)),
        "/openings": (("Ngày", "Lý do"), ("24/11/2026", "x")),
        "/roster": (ROSTER_HEAD, ("23/11/2026", "07:30", "11:30", "1", "24823-cb1")),
    }
    for path, (head, row) in twice.items():
        _, page = preview(hall, cookies, path, head, [row, row])
        assert [(line, what) for line, _, what in told(page)] == [(3, "Đã có ở dòng 2 của tệp.")], path


def test_nobody_sits_in_two_places(hall: Hall, cookies: dict[str, str]) -> None:
    """Rows are checked against the roster that is there and against each other."""
    rows = [
        ("23/11/2026", "07:30", "11:30", "1", "24823-cb1"),
        ("23/11/2026", "08:00", "09:00", "2", "Trần Thị Mẫu"),
        ("23/11/2026", "07:30", "11:30", "1", "Lê Văn Ví Dụ"),
    ]
    _, page = preview(hall, cookies, "/roster", ROSTER_HEAD, rows)

    assert told(page) == [(3, "Mã hoặc tên cán bộ", "Cán bộ này đã có lịch ở quầy 1 lúc 07:30–11:30.")]


def test_an_administrator_of_one_center_invites_only_there(hall: Hall) -> None:
    """Another scope in a file is an error, and so is a name that somebody elsewhere has."""
    hall.hire("quản trị", BAO_LOC, role=Role.ADMIN)
    cookies = hall.sign_in("quản trị")
    manager = hall.context.catalog.languages["vi"]("role_manager")
    rows = [("x1", manager, "Toàn tỉnh"), ("x2", manager, str(DA_LAT)), ("nơi khác", manager, str(BAO_LOC))]
    _, page = preview(hall, cookies, "/people", ("Tên đăng nhập", "Vai trò", "Phạm vi"), rows)

    assert [(line, column) for line, column, _ in told(page)] == [
        (2, "Phạm vi"),
        (3, "Phạm vi"),
        (4, "Tên đăng nhập"),
    ]
    assert [row.cells[0] for row in export(hall, cookies, "/people/centers").rows] == [str(BAO_LOC)]


def test_a_center_has_room_for_so_many(hall: Hall, cookies: dict[str, str]) -> None:
    """A file cannot bring more officers than a form can."""
    rows = [("", f"Người mẫu số {number}", "", "") for number in range(OFFICERS_MAX)]
    _, page = preview(hall, cookies, "/officers", OFFICER_HEAD, rows)

    assert [line for line, _, _ in told(page)] == [OFFICERS_MAX, OFFICERS_MAX + 1]
