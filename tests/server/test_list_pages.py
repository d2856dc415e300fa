"""Lists go out as files and come in again: seen first, then taken whole or not at all."""

from __future__ import annotations

import asyncio
import re
from datetime import date
from typing import TYPE_CHECKING

import pytest

from server.domain.audit import Action
from server.domain.lists import OFFER_LIVES_MS
from server.domain.openings import SpecialDay, Timetable
from server.domain.places import Role, counter_id
from server.domain.roster import Assignment
from server.domain.table_xlsx import write_xlsx
from server.domain.tables import read_table
from server.jobs import work_once
from server.protocol.hours import Span
from server.web.list_kinds import kinds
from tests.server.hall import BAO_LOC, DA_LAT
from tests.server.listing import (
    DAY,
    HERE,
    MONDAY,
    OFFICER_HEAD,
    ROSTER_HEAD,
    WEEK,
    crowd,
    dump,
    export,
    head_of,
    list_hall,
    logged,
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


def test_officers_are_added_and_changed_by_a_file(hall: Hall, cookies: dict[str, str]) -> None:
    """A preview says what would happen and changes nothing; then all of it happens, each with its event."""
    rows = [
        ("24823-cb1", "Trần Thị Mẫu", "Chuyên viên", "Đã nghỉ"),
        ("", "lê văn ví dụ", "", ""),
        ("", "Nguyễn Thị Thí Dụ", "Công chức", ""),
    ]
    before, since = dump(hall), head_of(hall)
    offer, page = preview(hall, cookies, "/officers", OFFICER_HEAD, rows)

    assert "Tệp có 3 dòng, không có lỗi" in page.text
    assert re.findall(r'<span class="badge">(.*?)</span>', page.text) == ["Thay đổi", "Thay đổi", "Mới"]
    assert "Nhập 3 dòng" in page.text
    assert dump(hall) == before

    reply = take(hall, cookies, "/officers", offer)
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
    offer, page = preview(hall, cookies, "/officers", OFFICER_HEAD, rows)

    assert "không có gì để nhập" in page.text
    assert "import/apply" not in page.text
    assert take(hall, cookies, "/officers", offer).status == 303
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


def test_ten_thousand_good_rows_are_taken(hall: Hall, cookies: dict[str, str]) -> None:
    """A whole year's roster comes in at once, with an event for each officer and one for the file."""
    crowd(hall)
    since = head_of(hall)
    sent = upload(hall, cookies, "/roster", write_xlsx("Lịch", ROSTER_HEAD, ten_thousand()), "lịch.xlsx")
    reply = take(hall, cookies, "/roster", sent.headers["location"].rpartition("offer=")[2])

    assert reply.status == 303
    assert len(hall.store.assignments(BAO_LOC, MONDAY, MONDAY + 400 * DAY)) == 10_000
    actions = [action for _, action, _, _ in logged(hall, since)]
    assert actions == ["assign"] * 40 + ["import"]


def test_the_book_may_change_between_preview_and_word(hall: Hall, cookies: dict[str, str]) -> None:
    """What was right a while ago is checked again: the errors are shown, and nothing is taken."""
    rows = [(MONDAY, "07:30", "11:30", 1, "Trần Thị Mẫu"), (MONDAY, "07:30", "11:30", 2, "Lê Văn Ví Dụ")]
    offer, page = preview(hall, cookies, "/roster", ROSTER_HEAD, rows)
    assert "Nhập 2 dòng" in page.text
    with hall.store.transaction():
        officer = hall.store.officer("24823-cb2")
        assert officer is not None
        hall.store.officer_leaves(officer, 0, "ai đó")
    before = dump(hall)
    reply = take(hall, cookies, "/roster", offer)
    page = hall.get(reply.headers["location"], cookies=cookies)

    assert told(page) == [(3, "Mã hoặc tên cán bộ", "Cán bộ này đã nghỉ, không xếp lịch được.")]
    assert dump(hall) == before


def test_a_preview_is_its_owners_alone_and_for_an_hour(hall: Hall, cookies: dict[str, str]) -> None:
    """Neither another manager nor another list finds it; after an hour it is gone, also from the disk."""
    rows = [("", "Nguyễn Thị Thí Dụ", "", "")]
    offer, _ = preview(hall, cookies, "/officers", OFFICER_HEAD, rows)
    other, far = hall.sign_in("quản lý khác"), hall.sign_in("nơi khác")

    for path in ("/officers/import", "/officers/import/errors"):
        assert hall.get(f"{path}{HERE}&offer={offer}", cookies=other).status == 404
        assert hall.get(f"{path}{HERE}&offer={offer}", cookies=far).status == 404
    assert take(hall, other, "/officers", offer).status == 404
    assert hall.get(f"/roster/import{HERE}&offer={offer}", cookies=cookies).status == 404

    hall.clock.forward(milliseconds=OFFER_LIVES_MS)
    for path in ("/officers/import", "/officers/import/errors"):
        assert "không còn nữa" in hall.get(f"{path}{HERE}&offer={offer}", cookies=cookies).text
    reply = take(hall, cookies, "/officers", offer)
    assert (reply.status, "không còn nữa" in reply.text) == (422, True)
    assert hall.store.offer(offer) is not None
    run(hall)
    assert hall.store.offer(offer) is None


def run(hall: Hall) -> None:
    """Let the jobs of the clock do their work."""
    asyncio.run(work_once(hall.context.writer, hall.clock.now_ms(), bytes(32)))


def test_columns_may_stand_in_any_order_and_language(hall: Hall, cookies: dict[str, str]) -> None:
    """Names of columns are known with or without marks and capitals, in Vietnamese and in English."""
    _, page = preview(hall, cookies, "/officers", ("TITLE", "ho va ten"), [("Công chức", "Trần Thị Mẫu")])

    assert "không có gì để nhập" in page.text


def test_a_roster_row_moves_an_assignment(hall: Hall, cookies: dict[str, str]) -> None:
    """The same officer, day and start with another counter is a change of that assignment."""
    for counter, fate in (("1", "Mới"), ("2", "Thay đổi")):
        row = ("23/11/2026", "07:30", "11:30", counter, "24823-cb1")
        offer, page = preview(hall, cookies, "/roster", ROSTER_HEAD, [row])
        assert f'<span class="badge">{fate}</span>' in page.text
        assert take(hall, cookies, "/roster", offer).status == 303

    (found,) = hall.store.assignments(BAO_LOC, MONDAY, MONDAY)
    assert found.counter == counter_id(BAO_LOC, 2)


def test_counters_and_days_are_taken(hall: Hall, cookies: dict[str, str]) -> None:
    """New counters are opened, and days off and swapped days stand in the opening hours."""
    since = head_of(hall)
    offer, _ = preview(hall, cookies, "/kiosks/counters", ("Quầy số",), [(1,), (7,)])
    take(hall, cookies, "/kiosks/counters", offer)
    head = ("Ngày", "Lý do", "Sáng từ", "Sáng đến", "Chiều từ", "Chiều đến")
    rows = [
        ("24/11/2026", "Nghỉ", "", "", "", ""),
        ("2026-11-28", "Làm bù", "7h30", "11:30:00", "13h", "17h"),
    ]
    offer, _ = preview(hall, cookies, "/openings", head, rows)
    take(hall, cookies, "/openings", offer)

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
    roles = {row.cells[1] for row in export(hall, cookies, "/people", "").rows}
    wrong = [
        ("quanly", "technician", "24823"),
        ("server", next(iter(roles)), "24823"),
        ("x1", "vua", "24823"),
        ("x2", next(iter(roles)), "Hà Nội"),
        ("x3", next(iter(roles)), "24823"),
        ("X3", next(iter(roles)), "24823"),
    ]
    _, page = preview(hall, cookies, "/people", head, wrong, query="")
    assert [column for _, column, _ in told(page)] == [
        "Vai trò",
        "Tên đăng nhập",
        "Vai trò",
        "Phạm vi",
        "Tên đăng nhập",
    ]
    names = {role: hall.context.catalog.languages["vi"](f"role_{role.value}") for role in Role}
    rows = [("chị Hai", names[Role.MANAGER], "phuong 1 bao loc"), ("anh Ba", "Technician", str(DA_LAT))]
    offer, page = preview(hall, cookies, "/people", head, rows, query="")
    assert "tạo liên kết đặt mật khẩu" in page.text
    assert take(hall, cookies, "/people", offer, query="").status == 303

    found = {each.person.name: each.person for each in hall.store.people(None)}
    assert (found["chị Hai"].role, found["chị Hai"].center) == (Role.MANAGER, BAO_LOC)
    assert (found["anh Ba"].role, found["anh Ba"].center) == (Role.TECHNICIAN, DA_LAT)
    assert not found["anh Ba"].password_hash
    out = hall.get("/people/export?as=csv", cookies=cookies).body
    assert b"argon2" not in out
