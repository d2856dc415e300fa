"""The pages of whole months: what they say, to whom, and from which tables."""

from __future__ import annotations

import re
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from server.app import create_app
from server.domain.calendar import VIETNAM
from server.domain.places import Role
from server.store.sqlite import SqliteStore
from tests.server.hall import BAO_LOC, DA_LAT, Hall, open_hall
from tests.server.published import OCTOBER, furnish, serve_month, settle

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from server.store.sql import Row

PAGE = f"/comparison?center={BAO_LOC}"
DETAILS = f"/comparison/months?center={BAO_LOC}"
RATINGS = {
    "rating",
    "rating_now",
    "record",
    "journal",
    "answer",
    "bundle",
    "center_day",
    "month_hour",
    "month_answer",
    "release",
}
"""What these pages must not read: single ratings, and sums of them that are not published."""
ROLLUPS = {"month_figure", "month_issue", "hour_figure", "answer_figure"}


@pytest.fixture(name="hall", scope="module")
def _hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    with open_hall(tmp_path_factory.mktemp("hall")) as opened:
        opened.hire("quanly", BAO_LOC)
        opened.hire("tỉnh", None)
        opened.hire("quản trị", None, role=Role.ADMIN)
        opened.hire("nơi khác", DA_LAT)
        serve_month(opened, furnish(opened), OCTOBER)
        assert settle(opened, OCTOBER) > 0
        yield opened


@pytest.fixture(name="manager", scope="module")
def _manager(hall: Hall) -> dict[str, str]:
    return hall.sign_in("quanly")


def rows(page: str, cut: str) -> list[str]:
    """Return the text of each row of a table, as one reads it."""
    section = page.split(f'id="{cut}"')[1].split("</section>", maxsplit=1)[0]
    body = section.split("<tbody>")[1].split("</tbody>")[0]
    cells = [re.sub(r"<[^>]+>", " ", row) for row in body.split("</tr>")[:-1]]
    return [" ".join(row.split()) for row in cells]


def test_the_counter_that_differs_is_said_first(hall: Hall, manager: dict[str, str]) -> None:
    """The newest month is shown; one sentence names who differs, another that nobody else does."""
    page = hall.get(PAGE, cookies=manager).text

    assert "<strong>Tháng 10/2026:</strong> Quầy 3 (64%) thấp hơn hẳn mức chung (83%)." in page
    assert "Không có cán bộ nào khác hẳn mức chung" in page
    assert "Những điều không nên kết luận" in page
    assert rows(page, "counter")[2].startswith("Quầy 3 165 64% 57–71%")
    assert rows(page, "counter")[2].endswith("4 thấp hơn hẳn")
    assert "1–3 đồng hạng" in rows(page, "counter")[0]


def test_who_has_no_figure_stands_there_too(hall: Hall, manager: dict[str, str]) -> None:
    """A counter without a kiosk and an officer who never served read: not enough ratings."""
    page = hall.get(PAGE, cookies=manager).text

    assert rows(page, "counter")[-1] == "Quầy 5 chưa đủ dữ liệu"
    assert rows(page, "officer")[-1] == "Đỗ Thị Nghỉ chưa đủ dữ liệu"
    assert any(row.startswith("Đăng ký khai sinh 1.001193") for row in rows(page, "procedure"))


def test_officers_are_for_their_own_manager(hall: Hall, manager: dict[str, str]) -> None:
    """The province's reviewer reads counters and procedures, but neither table nor chart of officers."""
    reviewer = hall.get(PAGE, cookies=hall.sign_in("tỉnh")).text

    for cookies in (manager, hall.sign_in("quản trị")):
        assert "Trần Thị Mẫu" in hall.get(PAGE, cookies=cookies).text
    for name in ("Trần Thị Mẫu", "Lê Văn Thử", "spec-compared-officer", "/officers/photo", "-cb1"):
        assert name not in reviewer
    assert "Số liệu của từng cán bộ chỉ người quản lý" in reviewer
    assert len(rows(reviewer, "counter")) == 5
    assert hall.get(PAGE, cookies=hall.sign_in("nơi khác")).status == 404


def test_columns_sort_without_a_script(hall: Hall, manager: dict[str, str]) -> None:
    """The head of each column is a link; the one that is sorted by says so, and turns round at a touch."""
    page = hall.get(f"{PAGE}&sort=share", cookies=manager).text

    assert [row.split()[1] for row in rows(page, "counter")] == ["3", "1", "2", "4", "5"]
    assert page.count('aria-sort="ascending"') == 3
    assert "sort=-share#counter" in page
    turned = hall.get(f"{PAGE}&sort=-share", cookies=manager).text
    assert [row.split()[1] for row in rows(turned, "counter")] == ["4", "2", "1", "3", "5"]
    assert 'aria-sort="descending"' in turned
    assert hall.get(f"{PAGE}&sort=luck", cookies=manager).status == 404


def test_a_longer_period_says_which_months_are_in_it(hall: Hall, manager: dict[str, str]) -> None:
    """A quarter is the sum of its published months; when the others come is said."""
    page = hall.get(f"{PAGE}&period=2026-10&kind=quarter", cookies=manager).text

    assert "Quý 4/2026" in page
    assert "Gồm các tháng đã công bố: Tháng 10/2026." in page
    assert "Tháng 11/2026 chưa công bố; số liệu có từ ngày 06/12/2026." in page
    assert "Còn 1 tháng chưa bắt đầu." in page
    assert rows(page, "counter")[2].startswith("Quầy 3 165 64%")


def test_a_period_without_published_months_says_so(hall: Hall, manager: dict[str, str]) -> None:
    """An earlier month and the one that runs have no figures, and no table stands empty."""
    for address in (PAGE, DETAILS):
        for period in ("2026-09", "2026-11", "2025"):
            page = hall.get(f"{address}&period={period}", cookies=manager).text
            assert "Kỳ này chưa có số liệu được công bố" in page
            assert "<table" not in page
    assert "số liệu có từ ngày 06/12/2026" in hall.get(f"{PAGE}&period=2026-11", cookies=manager).text
    other = hall.get(f"/comparison?center={DA_LAT}", cookies=hall.sign_in("nơi khác")).text
    assert "Kỳ này chưa có số liệu được công bố" in other


@pytest.mark.parametrize(
    "asked", ["period=2026-W40", "period=2026-10-05", "period=x", "kind=week", "kind=x", "period=1999"]
)
def test_shorter_periods_and_nonsense_are_not_found(hall: Hall, manager: dict[str, str], asked: str) -> None:
    """Only whole months are told here."""
    assert hall.get(f"{PAGE}&{asked}", cookies=manager).status == 404
    assert hall.get(f"{DETAILS}&{asked}", cookies=manager).status == 404


def test_the_details_tell_answers_and_hours(hall: Hall, manager: dict[str, str]) -> None:
    """What went well, what to improve, trips, being on time, other faces, and the week."""
    page = " ".join(re.sub(r"<[^>]+>", " ", hall.get(DETAILS, cookies=manager).text).split())

    assert "248 người trả lời. Mỗi người chọn được nhiều ý" in page
    assert "Điều đã làm tốt Câu trả lời Số người Tỷ lệ Thái độ vui vẻ 104 42% 36–48%" in page
    assert "Điều cần làm tốt hơn" in page
    assert "Ông/Bà phải đi lại thêm mấy lần? 328 người trả lời." in page
    assert "Không lần nào thêm 211 64% 59–69%" in page
    assert "Chưa có kết quả 0 0% 0–1%" in page
    assert "Xem số liệu từng giờ" in page
    assert "Trần Thị Mẫu" not in page


def test_both_pages_speak_english(hall: Hall, manager: dict[str, str]) -> None:
    """The same figures in English."""
    page = hall.get(f"{PAGE}&lang=en", cookies=manager).text
    assert "Clearly below the overall share (83%): Counter 3 (64%)." in page
    assert "What went well" in hall.get(f"{DETAILS}&lang=en", cookies=manager).text


def test_whoever_left_before_the_month_is_not_missed(hall: Hall, manager: dict[str, str]) -> None:
    """An officer who left earlier is not listed as having no figure; one who left since is."""
    idle = hall.store.officers(BAO_LOC)[-1]
    for month, is_there in ((9, False), (11, True)):
        left = int(datetime(2026, month, 15, tzinfo=VIETNAM).timestamp() * 1000)
        with hall.store.transaction():
            hall.store.officer_leaves(idle, left, "ví dụ")
        assert ("Đỗ Thị Nghỉ" in hall.get(PAGE, cookies=manager).text) == is_there
        with hall.store.transaction():
            hall.store.officer_returns(idle, "ví dụ")


class Listening(SqliteStore):
    """A store that remembers what it was asked."""

    asked: list[tuple[str, dict[str, object]]]

    def ask(self, sql: str, **values: object) -> Iterable[Row]:
        """Read rows, and remember how."""
        self.asked.append((sql, values))
        return super().ask(sql, **values)


def test_both_pages_read_what_is_published_and_nothing_else(
    hall: Hall, manager: dict[str, str], tmp_path: Path
) -> None:
    """No query of theirs names a table of ratings, and none runs through a whole table of figures."""
    hall.store.copy_to(tmp_path / "copy.sqlite3")
    Listening.asked = []
    with closing(Listening(tmp_path / "copy.sqlite3", hall.clock.now_ms)) as store:
        ear = Hall(store, hall.context, create_app(replace(hall.context, store=store)), hall.clock)
        Listening.asked.clear()
        for address in (PAGE, f"{PAGE}&period=2026", DETAILS):
            assert ear.get(address, cookies=manager).status == 200
        asked = list(Listening.asked)
        named = {name for sql, _ in asked for name in re.findall(r"\b(?:from|join)\s+(\w+)", sql)}

        assert named >= ROLLUPS
        assert named & RATINGS == set()
        for sql, values in asked:
            plan = [str(row["detail"]) for row in store.ask(f"explain query plan {sql}", **values)]
            scans = [step for step in plan if re.search(r"SCAN (f|m|month_\w+|\w+_figure)\b", step)]
            assert scans == [], sql
