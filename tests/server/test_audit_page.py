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

    lines = ("Vai trò: – → Người quản lý", "Thứ Hai: – → 08:00", "Âm lượng: – → 30", "Ca trực: thêm 2")
    assert [
        each for each in (*lines, "01/01/2027: – → Tết", "Kỹ thuật viên", "dòng lệnh") if each not in page
    ] == []
    assert "command line" not in page


NAMED = (
    (Action.MAKE_CODE, "24823-7", "", ("Quầy 7, Phường 1 Bảo Lộc",)),
    (Action.ENROL, "0" * 31 + "a", "counter 24823-1", ("máy 00000000", "Quầy 1, Phường 1 Bảo Lộc")),
    (Action.SUCCEED, "a" * 32, f"counter 24823-1, after {'b' * 32}: lost", ("tiếp nối máy bbbbbbbb", "lost")),
    (Action.REVOKE, "a" * 32, "1795410000000 Đã thay máy mới", (">Đã thay máy mới<",)),
    (Action.REVOKE, "24823", "", ("Phường 1 Bảo Lộc",)),
    (Action.FORK, "a" * 32, "after record 12", ("sau lượt đánh giá số 12",)),
    (Action.WITHHOLD, f"{'a' * 32} 1234", "lau màn hình", ("lượt đánh giá số 1.234 của máy aaaaaaaa",)),
    (Action.FORGET_ASIDE, f"{'a' * 32} 7 comment", "older than 24 months", ("đã giữ quá 24 tháng",)),
    (Action.ADD_SURVEY, "dff4752ba048", "asked", ("dff4752ba048", "đang được hỏi")),
    (Action.IMPORT, "officers 24823", changed({}, {"new": 3}), ("Cán bộ: Phường 1 Bảo Lộc", "Mới: – → 3")),
    (Action.SET_HOURS, "24823", changed({}, {"weekday_6": "closed"}), ("Thứ Bảy: – → nghỉ",)),
    (
        Action.SET_NOTICES,
        "24823",
        changed({}, {"n1 said_vi": "24823 lượt"}),
        ("tiếng Việt): – → 24823 lượt",),
    ),
    (Action.SET_KIOSKS, "24823", changed({"thanks_s": 5.0}, {"thanks_s": 3.5}), ("5 → 3,5",)),
    (Action.INVITE, "24823", changed({}, {"center": 24823}), (">24823<", "– → Phường 1 Bảo Lộc")),
    (Action.CLEAR_WEEK, "24823 2026-W49", "", ("Phường 1 Bảo Lộc tuần 49/2026",)),
    (Action.TAKE_TICKETS, "24823 2026-11-20..2026-11-22", "", ("20/11/2026–22/11/2026",)),
    (Action.EXPORT_EVIDENCE, "nucuoi-2026-11-23-1200.jsonl.gz", "", ("nucuoi-2026-11-23-1200.jsonl.gz",)),
    (Action.DESTROY_DOSSIER_KEYS, "2026-Q3", "", ("quý 3/2026",)),
    (Action.ASSIGN, "99999-cb1", "", (">99999-cb1<",)),
    (Action.SET_HOURS, "24823", changed({}, {"2026-99-99": "x"}), ("2026-99-99: – → x",)),
)


@pytest.mark.parametrize(("action", "subject", "detail", "told"), NAMED)
def test_what_an_id_names_is_told_by_its_name(
    hall: Hall, action: Action, subject: str, detail: str, told: tuple[str, ...]
) -> None:
    """Centers, counters, kiosks and days are called what people call them; an unknown id stays as it is."""
    with hall.store.transaction():
        hall.store.note(action, subject, detail)

    page = hall.get("/audit", cookies=hall.sign_in("tỉnh")).text

    assert [each for each in told if each not in page] == []


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

    assert first.index(f"Quầy {SHOWN_MAX},") < first.index("Quầy 2,")
    assert "Quầy 1," not in second
    assert ">tỉnh<" in second
    assert "/audit?before=" not in second


@pytest.mark.parametrize("before", ["x", "-1", "1" * 16, "\u0661"])
def test_a_mistyped_address_is_not_found(hall: Hall, before: str) -> None:
    """What is no number of an event leads nowhere."""
    assert hall.get(f"/audit?before={before}", cookies=hall.sign_in("tỉnh")).status == 404
