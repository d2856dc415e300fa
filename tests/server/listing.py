"""A center with lists, and what a manager does with their files."""

from __future__ import annotations

import re
from contextlib import contextmanager
from datetime import date, timedelta
from html import unescape
from typing import TYPE_CHECKING

from server.domain.openings import Timetable
from server.domain.places import Counter, Role, counter_id
from server.domain.table_csv import write_csv
from server.domain.tables import read_table
from server.protocol.hours import Span
from server.store.copying import MAY
from tests.server.hall import BAO_LOC, DA_LAT, Hall, Reply, open_hall
from tests.server.pictures import MULTIPART, form_with

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from server.domain.table import Cell, Table

HERE = f"?center={BAO_LOC}"
DAY = timedelta(days=1)
MONDAY = date(2026, 11, 23)
WEEK = ((Span("07:30", "11:30"), Span("13:30", "17:00")),) * 5 + ((), ())
OFFICER_HEAD = ("Mã cán bộ", "Họ và tên", "Chức danh", "Tình trạng")
ROSTER_HEAD = ("Ngày", "Từ giờ", "Đến giờ", "Quầy số", "Mã hoặc tên cán bộ")


@contextmanager
def list_hall(folder: Path) -> Iterator[Hall]:
    """Open a hall with a center that has three counters, two officers and a week."""
    with open_hall(folder) as made:
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


def upload(
    hall: Hall, cookies: dict[str, str], path: str, raw: bytes, name: str = "tệp.csv", query: str = HERE
) -> Reply:
    """Send a file to a list, as the page does."""
    body = form_with({}, raw, name, "file")
    return hall.send("POST", f"{path}/import{query}", body, cookies=cookies, content_type=MULTIPART)


def preview(
    hall: Hall,
    cookies: dict[str, str],
    path: str,
    head: Sequence[str],
    rows: Sequence[Sequence[Cell]],
    query: str = HERE,
) -> tuple[str, Reply]:
    """Upload rows and open the preview: returns the offer's id, and the page."""
    sent = upload(hall, cookies, path, write_csv(head, rows), query=query)
    assert sent.status == 303, sent.text
    shown = hall.get(sent.headers["location"], cookies=cookies)
    assert shown.status == 200
    return sent.headers["location"].rpartition("offer=")[2], shown


def take(hall: Hall, cookies: dict[str, str], path: str, offer: str, query: str = HERE) -> Reply:
    """Say that a file be taken."""
    return hall.post(f"{path}/import/apply{query}", {"offer": offer}, cookies=cookies)


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
        if table not in {"import_offer", "session"}
    }


def logged(hall: Hall, since: int) -> list[tuple[str, str, str, str]]:
    """Return what the audit log tells after an event."""
    events = [kept.event for kept in hall.store.audit_log()]
    return [(each.author, each.action, each.subject, each.detail) for each in events if each.id > since]


def head_of(hall: Hall) -> int:
    """Return how far the audit log has come."""
    return hall.store.audit_head()[0]


def crowd(hall: Hall) -> None:
    """Let forty officers and forty counters more be at the center."""
    with hall.store.transaction():
        for number in range(40):
            hall.store.add_officer(BAO_LOC, f"Người mẫu {number}", "", "quanly")
            counter = counter_id(BAO_LOC, number + 4)
            hall.store.add_counter(Counter(counter, BAO_LOC, number + 4))


def ten_thousand() -> list[tuple[Cell, ...]]:
    """Return a roster of forty officers on 250 days."""
    return [
        (MONDAY + day * DAY, "07:30", "11:30", number + 4, f"Người mẫu {number}")
        for day in range(250)
        for number in range(40)
    ]
