"""The audit log as a page."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.domain.audit import Action, changed
from server.web.audit import SHOWN_MAX
from tests.server.hall import BAO_LOC, Hall, open_hall

pytestmark = pytest.mark.usefixtures("both_engines")


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    """Open a hall with a reviewer of the province."""
    with open_hall(tmp_path) as opened:
        opened.hire("tỉnh", None)
        yield opened


def test_a_change_is_read_with_what_was_before(hall: Hall) -> None:
    """Whoever reads the log sees what a field was, and what it is now; fields that stayed are not named."""
    detail = changed({"title": "Cán bộ", "name": "A"}, {"title": "Công chức", "name": "A", "photo": 1})
    with hall.store.transaction():
        hall.store.note(Action.MAKE_CODE, "24823-1", detail, author="quanly")

    page = hall.get("/audit", cookies=hall.sign_in("tỉnh")).text

    assert "Chức danh: Cán bộ → Công chức" in page
    assert "Ảnh: – → 1" in page
    assert "Tên:" not in page


def test_the_log_speaks_the_readers_language(hall: Hall) -> None:
    """Roles, weekdays, settings and whoever works at the server are told in words, lists one by one."""
    after = {
        "role": "manager",
        "weekday_1": "08:00",
        "volume": 30,
        "assignments": ["a", "b"],
        "2027-01-01": "Tết",
    }
    with hall.store.transaction():
        hall.store.note(Action.INVITE, "mai", changed({}, after))
        hall.store.note(Action.ADD_PERSON, "lan", "technician")

    page = hall.get("/audit", cookies=hall.sign_in("tỉnh")).text

    lines = ("Vai trò: – → Người quản lý", "Thứ Hai: – → 08:00", "Âm lượng: – → 30", "Ca trực: – → a; b")
    assert [
        each for each in (*lines, "2027-01-01: – → Tết", "Kỹ thuật viên", "dòng lệnh") if each not in page
    ] == []
    assert "command line" not in page


def test_the_log_is_read_page_by_page(hall: Hall) -> None:
    """The newest events come first; a link leads to the earlier ones, until there are none."""
    with hall.store.transaction():
        for number in range(SHOWN_MAX):
            hall.store.note(Action.MAKE_CODE, f"{BAO_LOC}-{number + 1}")
    cookies = hall.sign_in("tỉnh")

    first = hall.get("/audit", cookies=cookies).text
    link = re.search(r"/audit\?before=\d+", first)
    assert link is not None
    second = hall.get(link[0], cookies=cookies).text

    assert first.index(f"{BAO_LOC}-{SHOWN_MAX}<") < first.index(f"{BAO_LOC}-2<")
    assert f"{BAO_LOC}-1<" not in second
    assert ">tỉnh<" in second
    assert "/audit?before=" not in second


@pytest.mark.parametrize("before", ["x", "-1", "1" * 16, "\u0661"])
def test_a_mistyped_address_is_not_found(hall: Hall, before: str) -> None:
    """What is no number of an event leads nowhere."""
    assert hall.get(f"/audit?before={before}", cookies=hall.sign_in("tỉnh")).status == 404
