"""Lists go out as files and come in again: seen first, then taken whole or not at all."""

from __future__ import annotations

import random
import re
from datetime import date, timedelta
from html import unescape
from typing import TYPE_CHECKING

import pytest

from server.domain.audit import Action
from server.domain.lists import DRAFT_LIVES_MS
from server.domain.openings import SpecialDay, Timetable
from server.domain.places import Counter, Role, counter_id
from server.domain.roster import Assignment
from server.domain.staff import OFFICERS_MAX
from server.domain.table import BYTES_MAX, Table
from server.domain.table_csv import write_csv
from server.domain.table_xlsx import write_xlsx
from server.domain.tables import read_table
from server.jobs import work_once
from server.protocol.hours import Span
from server.store.copying import MAY
from server.web.list_kinds import kinds
from tests.server.hall import BAO_LOC, DA_LAT, Hall, Reply, open_hall

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from server.domain.table import Cell

HERE = f"?center={BAO_LOC}"
DAY = timedelta(days=1)
MONDAY = date(2026, 11, 23)
WEEK = ((Span("07:30", "11:30"), Span("13:30", "17:00")),) * 5 + ((), ())
OFFICER_HEAD = ("Mã cán bộ", "Họ và tên", "Chức danh", "Tình trạng")
ROSTER_HEAD = ("Ngày", "Từ giờ", "Đến giờ", "Quầy số", "Mã hoặc tên cán bộ")
BOUNDARY = "tep-tin"


@pytest.fixture(name="hall")
def _hall(tmp_path: Path) -> Iterator[Hall]:
    with open_hall(tmp_path) as made:
        made.hire("quanly", BAO_LOC)
        made.hire("quản lý khác", BAO_LOC)
        made.hire("nơi khác", DA_LAT)
        made.hire("chị Lan", None, role=Role.ADMIN)
        with made.store.transaction():
            for number in (1, 2, 3):
                made.store.add_counter(Counter(counter_id(BAO_LOC, number), BAO_LOC, number))
            made.store.add_officer(BAO_LOC, "Trần Thị Mẫu", "Công chức", "quanly")
            made.store.add_officer(BAO_LOC, "Lê Văn Ví Dụ", "", "quanly")
            made.store.set_timetable(BAO_LOC, Timetable(WEEK))
        yield made


@pytest.fixture(name="cookies")
def _cookies(hall: Hall) -> dict[str, str]:
    return hall.sign_in("quanly")


def upload(
    hall: Hall, cookies: dict[str, str], path: str, raw: bytes, name: str = "tệp.csv", query: str = HERE
) -> Reply:
    """Send a file to a list, as the page does."""
    body = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    ).encode()
    return hall.send(
        "POST",
        f"{path}/import{query}",
        body + raw + f"\r\n--{BOUNDARY}--\r\n".encode(),
        cookies=cookies,
        content_type=f"multipart/form-data; boundary={BOUNDARY}",
    )


def preview(
    hall: Hall,
    cookies: dict[str, str],
    path: str,
    head: Sequence[str],
    rows: Sequence[Sequence[Cell]],
    query: str = HERE,
) -> tuple[str, Reply]:
    """Upload rows and open the preview: returns the draft's id, and the page."""
    sent = upload(hall, cookies, path, write_csv(head, rows), query=query)
    assert sent.status == 303, sent.text
    shown = hall.get(sent.headers["location"], cookies=cookies)
    assert shown.status == 200
    return sent.headers["location"].rpartition("draft=")[2], shown


def take(hall: Hall, cookies: dict[str, str], path: str, draft: str, query: str = HERE) -> Reply:
    """Say that a file be taken."""
    return hall.post(f"{path}/import/apply{query}", {"draft": draft}, cookies=cookies)


def export(hall: Hall, cookies: dict[str, str], path: str, query: str = HERE, kind: str = "csv") -> Table:
    """Download a list."""
    reply = hall.get(f"{path}/export{query}{'&' if query else '?'}as={kind}", cookies=cookies)
    assert reply.status == 200
    assert reply.headers["content-disposition"].startswith("attachment; filename=")
    return read_table(reply.body, f"list.{kind}")


def told(reply: Reply) -> list[tuple[int, str, str]]:
    """Return the errors that a preview shows: line, column, what is wrong."""
    found = re.findall(
        r'<th scope="row" class="number" data-of="Dòng">(.*?)</th>\s*<td[^>]*>(.*?)</td>\s*<td[^>]*>.*?</td>'
        r"\s*<td>(.*?)</td>",
        reply.text,
        re.DOTALL,
    )
    return [(int(line.replace(".", "")), column, unescape(what)) for line, column, what in found]


def dump(hall: Hall) -> dict[str, list[str]]:
    """Return every row of the book but the files that wait."""
    return {
        table: sorted(map(str, hall.store.rows(table)))
        for table in MAY
        if table not in {"import_draft", "session"}
    }


def logged(hall: Hall, since: int) -> list[tuple[str, str, str, str]]:
    """Return what the audit log tells after an event."""
    events = [kept.event for kept in hall.store.audit_log()]
    return [(each.author, each.action, each.subject, each.detail) for each in events if each.id > since]


def head_of(hall: Hall) -> int:
    """Return how far the audit log has come."""
    return hall.store.audit_head()[0]


def test_officers_are_added_and_changed_by_a_file(hall: Hall, cookies: dict[str, str]) -> None:
    """A preview says what would happen and changes nothing; then all of it happens, each with its event."""
    rows = [
        ("24823-cb1", "Trần Thị Mẫu", "Chuyên viên", "Đã nghỉ"),
        ("", "lê văn ví dụ", "", ""),
        ("", "Nguyễn Thị Thí Dụ", "Công chức", ""),
    ]
    before, since = dump(hall), head_of(hall)
    draft, page = preview(hall, cookies, "/officers", OFFICER_HEAD, rows)

    assert "Tệp có 3 dòng, không có lỗi" in page.text
    assert re.findall(r'<span class="badge">(.*?)</span>', page.text) == ["Thay đổi", "Thay đổi", "Mới"]
    assert "Nhập 3 dòng" in page.text
    assert dump(hall) == before

    reply = take(hall, cookies, "/officers", draft)
    assert (reply.status, reply.headers["location"]) == (303, f"/officers{HERE}&done=list_taken")
    assert "Đã nhập danh sách." in hall.get(reply.headers["location"], cookies=cookies).text
    assert logged(hall, since) == [
        ("quanly", "change_officer", "24823-cb1", '{"title":["Công chức","Chuyên viên"]}'),
        ("quanly", "officer_left", "24823-cb1", ""),
        ("quanly", "change_officer", "24823-cb2", '{"name":["Lê Văn Ví Dụ","lê văn ví dụ"]}'),
        (
            "quanly",
            "add_officer",
            "24823-cb3",
            '{"name":[null,"Nguyễn Thị Thí Dụ"],"title":[null,"Công chức"]}',
        ),
        ("quanly", "import", f"officers {BAO_LOC}", '{"new":[null,1],"changed":[null,2],"same":[null,0]}'),
    ]


def test_taking_the_same_file_twice_changes_nothing_more(hall: Hall, cookies: dict[str, str]) -> None:
    """Whoever imports a file again is told that all is as the file says."""
    rows = [("", "Nguyễn Thị Thí Dụ", "Công chức", "")]
    take(hall, cookies, "/officers", preview(hall, cookies, "/officers", OFFICER_HEAD, rows)[0])
    before = dump(hall)
    draft, page = preview(hall, cookies, "/officers", OFFICER_HEAD, rows)

    assert "không có gì để nhập" in page.text
    assert "import/apply" not in page.text
    assert take(hall, cookies, "/officers", draft).status == 303
    assert dump(hall) == before


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_every_list_comes_in_as_it_went_out(hall: Hall, kind: str) -> None:
    """An export is an import that changes nothing, in every list, in either language."""
    cookies = hall.sign_in("chị Lan")
    with hall.store.transaction():
        hall.store.set_timetable(
            BAO_LOC,
            Timetable(
                WEEK,
                {
                    MONDAY + DAY: SpecialDay("=Nghỉ"),
                    MONDAY - DAY: SpecialDay("Bù", (Span("08:00", "10:00"),)),
                },
            ),
        )
        officer = hall.store.add_officer(BAO_LOC, "@Người đã nghỉ", "+1", "quanly")
        hall.store.add_officer(BAO_LOC, "Trần Thị Mẫu", "trùng tên", "quanly")
        turns = [
            Assignment(MONDAY + number * DAY, 450, 690, counter_id(BAO_LOC, 1), officer.id)
            for number in range(3)
        ]
        hall.store.change_roster(Action.ASSIGN, officer.id, [], turns, "quanly")
        hall.store.officer_leaves(officer, 0, "quanly")
    before = dump(hall)
    for each in kinds():
        for lang in ("vi", "en"):
            query = "" if each.path.startswith("/openings/province") else HERE
            sep = "&" if query else "?"
            out = hall.get(f"{each.path}/export{query}{sep}as={kind}&lang={lang}", cookies=cookies)
            table = read_table(out.body, "x")
            if each.apply is None or not table.rows:
                continue
            sent = upload(hall, cookies, each.path, out.body, f"x.{kind}", query)
            assert sent.status == 303, (each.name, sent.text)
            shown = hall.get(sent.headers["location"], cookies=cookies)
            assert "không có gì để nhập" in shown.text, (each.name, told(shown))
    assert dump(hall) == before


def test_ten_thousand_rows_with_errors_change_nothing(hall: Hall, cookies: dict[str, str]) -> None:
    """Each bad row has one error that names its line, none of the good ones has, and nothing is changed."""
    with hall.store.transaction():
        for number in range(40):
            hall.store.add_officer(BAO_LOC, f"Người mẫu {number}", "", "quanly")
        for number in range(4, 44):
            hall.store.add_counter(Counter(counter_id(BAO_LOC, number), BAO_LOC, number))
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

    draft = sent.headers["location"].rpartition("draft=")[2]
    reply = take(hall, cookies, "/roster", draft)  # somebody who forges the form gets no further
    assert (reply.status, reply.headers["location"]) == (303, sent.headers["location"])
    assert dump(hall) == before


def test_ten_thousand_good_rows_are_taken(hall: Hall, cookies: dict[str, str]) -> None:
    """A whole year's roster comes in at once, with an event for each officer and one for the file."""
    with hall.store.transaction():
        for number in range(40):
            hall.store.add_officer(BAO_LOC, f"Người mẫu {number}", "", "quanly")
        for number in range(4, 44):
            hall.store.add_counter(Counter(counter_id(BAO_LOC, number), BAO_LOC, number))
    since = head_of(hall)
    sent = upload(hall, cookies, "/roster", write_xlsx("Lịch", ROSTER_HEAD, ten_thousand()), "lịch.xlsx")
    reply = take(hall, cookies, "/roster", sent.headers["location"].rpartition("draft=")[2])

    assert reply.status == 303
    assert len(hall.store.assignments(BAO_LOC, MONDAY, MONDAY + 400 * DAY)) == 10_000
    actions = [action for _, action, _, _ in logged(hall, since)]
    assert actions == ["assign"] * 40 + ["import"]


def ten_thousand() -> list[tuple[Cell, ...]]:
    """Return a roster of forty officers on 250 days."""
    return [
        (MONDAY + day * DAY, "07:30", "11:30", number + 4, f"Người mẫu {number}")
        for day in range(250)
        for number in range(40)
    ]


def test_the_book_may_change_between_preview_and_word(hall: Hall, cookies: dict[str, str]) -> None:
    """What was right a while ago is checked again: the errors are shown, and nothing is taken."""
    rows = [(MONDAY, "07:30", "11:30", 1, "Trần Thị Mẫu"), (MONDAY, "07:30", "11:30", 2, "Lê Văn Ví Dụ")]
    draft, page = preview(hall, cookies, "/roster", ROSTER_HEAD, rows)
    assert "Nhập 2 dòng" in page.text
    with hall.store.transaction():
        officer = hall.store.officer("24823-cb2")
        assert officer is not None
        hall.store.officer_leaves(officer, 0, "ai đó")
    before = dump(hall)
    reply = take(hall, cookies, "/roster", draft)
    page = hall.get(reply.headers["location"], cookies=cookies)

    assert told(page) == [(3, "Mã hoặc tên cán bộ", "Cán bộ này đã nghỉ, không xếp lịch được.")]
    assert dump(hall) == before


def test_a_preview_is_its_owners_alone_and_for_an_hour(hall: Hall, cookies: dict[str, str]) -> None:
    """Neither another manager nor another list finds it; after an hour it is gone, also from the disk."""
    rows = [("", "Nguyễn Thị Thí Dụ", "", "")]
    draft, _ = preview(hall, cookies, "/officers", OFFICER_HEAD, rows)
    other, far = hall.sign_in("quản lý khác"), hall.sign_in("nơi khác")

    for path in ("/officers/import", "/officers/import/errors"):
        assert hall.get(f"{path}{HERE}&draft={draft}", cookies=other).status == 404
        assert hall.get(f"{path}{HERE}&draft={draft}", cookies=far).status == 404
    assert take(hall, other, "/officers", draft).status == 404
    assert hall.get(f"/roster/import{HERE}&draft={draft}", cookies=cookies).status == 404

    hall.clock.forward(milliseconds=DRAFT_LIVES_MS)
    assert "không còn nữa" in hall.get(f"/officers/import{HERE}&draft={draft}", cookies=cookies).text
    reply = take(hall, cookies, "/officers", draft)
    assert (reply.status, "không còn nữa" in reply.text) == (422, True)
    assert hall.store.draft(draft) is not None
    run(hall)
    assert hall.store.draft(draft) is None


def run(hall: Hall) -> None:
    """Let the jobs of the clock do their work."""
    import asyncio  # noqa: PLC0415 - for this one

    asyncio.run(work_once(hall.context.writer, hall.clock.now_ms(), bytes(32)))


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
    assert list(hall.store.rows("import_draft")) == []


def test_columns_may_stand_in_any_order_and_language(hall: Hall, cookies: dict[str, str]) -> None:
    """Names of columns are known with or without marks and capitals, in Vietnamese and in English."""
    _, page = preview(hall, cookies, "/officers", ("TITLE", "ho va ten"), [("Công chức", "Trần Thị Mẫu")])

    assert "không có gì để nhập" in page.text


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


def test_a_roster_row_moves_an_assignment(hall: Hall, cookies: dict[str, str]) -> None:
    """The same officer, day and start with another counter is a change of that assignment."""
    for counter, standing in (("1", "Mới"), ("2", "Thay đổi")):
        row = ("23/11/2026", "07:30", "11:30", counter, "24823-cb1")
        draft, page = preview(hall, cookies, "/roster", ROSTER_HEAD, [row])
        assert f'<span class="badge">{standing}</span>' in page.text
        assert take(hall, cookies, "/roster", draft).status == 303

    (found,) = hall.store.assignments(BAO_LOC, MONDAY, MONDAY)
    assert found.counter == counter_id(BAO_LOC, 2)


def test_counters_and_days_are_taken(hall: Hall, cookies: dict[str, str]) -> None:
    """New counters are opened, and days off and swapped days stand in the opening hours."""
    since = head_of(hall)
    draft, _ = preview(hall, cookies, "/kiosks/counters", ("Quầy số",), [(1,), (7,)])
    take(hall, cookies, "/kiosks/counters", draft)
    head = ("Ngày", "Lý do", "Sáng từ", "Sáng đến", "Chiều từ", "Chiều đến")
    rows = [
        ("24/11/2026", "Nghỉ", "", "", "", ""),
        ("2026-11-28", "Làm bù", "7h30", "11:30:00", "13h", "17h"),
    ]
    draft, _ = preview(hall, cookies, "/openings", head, rows)
    take(hall, cookies, "/openings", draft)

    assert [each.number for each in hall.store.counters(BAO_LOC)] == [1, 2, 3, 7]
    assert hall.store.timetable(BAO_LOC).days == {
        date(2026, 11, 24): SpecialDay("Nghỉ"),
        date(2026, 11, 28): SpecialDay("Làm bù", (Span("07:30", "11:30"), Span("13:00", "17:00"))),
    }
    assert [(action, subject) for _, action, subject, _ in logged(hall, since)] == [
        ("add_counter", "24823-7"),
        ("import", "counters 24823"),
        ("set_hours", "24823"),
        ("import", "days 24823"),
    ]


def test_people_come_in_as_invited_and_are_not_changed(hall: Hall) -> None:
    """A file invites people without any password or link; whoever exists keeps role and scope."""
    cookies = hall.sign_in("chị Lan")
    head = ("Tên đăng nhập", "Vai trò", "Phạm vi")
    rows = [("chị Hai", "Quản lý trung tâm", "phuong 1 bao loc"), ("anh Ba", "Kỹ thuật viên", str(DA_LAT))]
    roles = {row.cells[1] for row in export(hall, cookies, "/people", "").rows}
    wrong = [
        ("quanly", "technician", "24823"),
        ("server", next(iter(roles)), "24823"),
        ("x1", "vua", "24823"),
        ("x2", next(iter(roles)), "Hà Nội"),
    ]
    _, page = preview(hall, cookies, "/people", head, wrong, query="")
    assert [column for _, column, _ in told(page)] == ["Vai trò", "Tên đăng nhập", "Vai trò", "Phạm vi"]
    names = {role: hall.context.catalog.languages["vi"](f"role_{role.value}") for role in Role}
    rows = [("chị Hai", names[Role.MANAGER], "phuong 1 bao loc"), ("anh Ba", "Technician", str(DA_LAT))]
    draft, page = preview(hall, cookies, "/people", head, rows, query="")
    assert "tạo liên kết đặt mật khẩu" in page.text
    assert take(hall, cookies, "/people", draft, query="").status == 303

    found = {each.person.name: each.person for each in hall.store.people(None)}
    assert (found["chị Hai"].role, found["chị Hai"].center) == (Role.MANAGER, BAO_LOC)
    assert (found["anh Ba"].role, found["anh Ba"].center) == (Role.TECHNICIAN, DA_LAT)
    assert not found["anh Ba"].password_hash
    out = hall.get("/people/export?as=csv", cookies=cookies).body
    assert b"argon2" not in out


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
