"""The page of official indices: exact figures, what is missing, who sees it, and from which tables."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from server.app import create_app
from server.store.sqlite import SqliteStore
from tests.server.hall import BAO_LOC, DA_LAT, Hall, open_hall
from tests.server.index_hall import (
    EXACTLY,
    FIGURES,
    JUST_BELOW,
    answer,
    complain,
    furnish,
    report,
    report_summer,
    tell,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from server.store.sql import Row

PAGE = f"/indices?center={BAO_LOC}"
RATINGS = ("rating", "rating_now", "journal", "answer", "bundle", "center_day", "month_answer", "month_hour")
"""What the page must not read: single ratings, and sums of them that are not published."""


@pytest.fixture(name="hall")
def _hall(tmp_path: Path) -> Iterator[Hall]:
    with open_hall(tmp_path) as opened:
        furnish(opened)
        yield opened


@pytest.fixture(name="manager")
def _manager(hall: Hall) -> dict[str, str]:
    return hall.sign_in("quanly")


def rows(page: str, section: str) -> list[str]:
    """Return the text of each row of a table and of its foot, as one reads it."""
    part = page.split(f'aria-labelledby="{section}"')[1].split("</section>", maxsplit=1)[0]
    body = part.split("<tbody>")[1].split("</table>")[0]
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in body.split("</tr>")[:-1]]


@pytest.mark.parametrize(
    ("answers", "total"), [(EXACTLY, "15,00 / 18 điểm – Xuất sắc"), (JUST_BELOW, "14,99 / 18 điểm – Tốt")]
)
def test_exactly_fifteen_points_are_excellent(
    hall: Hall, manager: dict[str, str], answers: Mapping[str, Sequence[int]], total: str
) -> None:
    """What citizens answered and the center entered comes to exactly 15.00, and that is “Xuất sắc”."""
    answer(hall, answers)
    report_summer(hall, manager)
    page = hall.get(PAGE, cookies=manager).text

    assert f"Quý 3/2026: {total}." in page
    assert rows(page, "decree61")[-1].endswith(f"{total} Chưa đủ dữ liệu")
    means = [row.removesuffix(" Chưa đủ dữ liệu")[-4:] for row in rows(page, "decree61")[:-1]]
    attitude = "1,33" if answers is EXACTLY else "1,32"
    assert means == ["2,00", "2,00", "1,67", "1,50", "2,00", "1,50", attitude, "2,00", "1,00"]


def test_decision_766_says_its_ratios_and_points(hall: Hall, manager: dict[str, str]) -> None:
    """R1 is exact; R2 and R3 lie between what counts nothing twice and what counts as much as can be."""
    answer(hall, EXACTLY | {"time": [12, 0, 0, 0]}, score=2)
    report_summer(hall, manager)
    r1, r2, r3, whole = rows(hall.get(PAGE, cookies=manager).text, "decision766")

    assert "100,0% 6,00 / 6 điểm" in r1
    assert "Phản ánh, kiến nghị đã tiếp nhận: 30" in r1
    assert "83,3–90,0% 5,56–6,00 / 6 điểm" in r2
    assert "Lượt đánh giá không hài lòng (hai mức thấp nhất): 12 trong 12 lượt đã công bố" in r3
    assert "98,3–98,8% 6,00 / 6 điểm" in r3
    assert "17,56–18,00 / 18 điểm" in whole


def test_silence_counts_as_satisfaction_and_the_page_says_so(hall: Hall, manager: dict[str, str]) -> None:
    """60 of 400 dossiers late and nobody asked: 85.0 %, 5.67 points, and a sentence what that is not."""
    report(hall, manager, date(2026, 4, 10), (400, 400, 340, 60))
    tell(hall, manager, "2026-Q2", dossiers_complained=0)
    page = hall.get(f"{PAGE}&quarter=2026-Q2", cookies=manager).text

    assert "85,0% 5,67 / 6 điểm" in rows(page, "decision766")[2]
    assert "Chưa có đánh giá nào được công bố" in rows(page, "decision766")[2]
    assert "không phải là tỷ lệ hài lòng của những người đã đánh giá" in page


def test_no_complaints_are_no_ratio(hall: Hall, manager: dict[str, str]) -> None:
    """A quarter without complaints has no share of them, neither 0 nor 100 %; indicator 8 has 2 points."""
    complain(hall, manager, ("2026-07", "2026-08", "2026-09"), (0, 0, 0))
    page = hall.get(f"{PAGE}&quarter=2026-Q3", cookies=manager).text

    assert "Không có vụ việc nào nên không có tỷ lệ" in rows(page, "decision766")[0]
    assert rows(page, "decree61")[7].endswith("2,00 Chưa đủ dữ liệu")


def test_the_previous_quarter_stands_beside(hall: Hall, manager: dict[str, str]) -> None:
    """In the running quarter what is known of the last one is in the column beside, and it is provisional."""
    answer(hall, EXACTLY)
    report_summer(hall, manager)
    page = hall.get(f"{PAGE}&quarter=2026-Q4", cookies=manager).text

    assert rows(page, "decree61")[-1].endswith("Chưa đủ dữ liệu 15,00 / 18 điểm – Xuất sắc")
    assert "tạm tính đến ngày 23/11/2026" in page


def test_an_empty_page_says_what_is_missing_and_where_to_enter_it(
    hall: Hall, manager: dict[str, str]
) -> None:
    """Nothing is there: nothing is told, each thing that lacks is named, with the way to its form."""
    page = hall.get(f"{PAGE}&quarter=2026-Q3", cookies=manager).text

    assert "Tháng 7/2026: chưa có số liệu phản ánh, kiến nghị." in page
    assert f'href="/figures?center={BAO_LOC}&amp;month=2026-07#complaints"' in page
    assert f'href="/figures?center={BAO_LOC}&amp;month=2026-07#quarter-figures"' in page
    assert "Tháng 7/2026: 23 ngày làm việc chưa có số liệu hồ sơ." in page
    assert "cho chỉ số 1, 2, 3, 4, 6, 7 của Nghị định 61" in page
    assert "đã có 0 trong 9 chỉ số" in page
    assert "%</strong>" not in page
    figures = hall.get(f"/figures?center={BAO_LOC}&month=2026-07", cookies=manager).text
    assert 'id="quarter-figures"' in figures


def test_a_month_that_lacks_complaints_is_not_taken_for_none(hall: Hall, manager: dict[str, str]) -> None:
    """Two of three months are entered: the quarter has no ratio until the third one is."""
    complain(hall, manager, ("2026-07", "2026-08"), (10, 9, 0))

    page = hall.get(f"{PAGE}&quarter=2026-Q3", cookies=manager).text
    assert "Chưa đủ dữ liệu" in rows(page, "decision766")[0]
    assert "Tháng 9/2026: chưa có số liệu phản ánh, kiến nghị." in page


def test_a_slip_in_the_figures_of_a_quarter_is_said(hall: Hall, manager: dict[str, str]) -> None:
    """More procedures online than in the list: the form comes back as typed, and nothing is kept."""
    form = {"quarter": "2026-Q3", "quarter_procedures": "10", "quarter_procedures_online": "11"}
    reply = hall.post(FIGURES.format("quarter"), form, cookies=manager)

    assert reply.status == 422
    assert "Nhiều hơn số thủ tục trong danh mục." in reply.text
    assert 'name="quarter_procedures_online" value="11"' in reply.text
    assert hall.post(FIGURES.format("quarter"), {}, cookies=manager).status == 422
    ahead = {"quarter": "2027-Q1", "quarter_procedures": "10"}
    assert "Quý này chưa bắt đầu." in hall.post(FIGURES.format("quarter"), ahead, cookies=manager).text


def test_a_reviewer_reads_and_does_not_enter(hall: Hall) -> None:
    """The province reads the indices of a center, and is told who enters what is missing."""
    page = hall.get(PAGE, cookies=hall.sign_in("tỉnh")).text

    assert 'href="/figures?' not in page.split("<main")[1]
    assert "Người quản lý của Trung tâm nhập các số liệu này" in page


@pytest.mark.parametrize("query", ["quarter=2027-Q1", "quarter=2026-10", "quarter=x", f"center={DA_LAT}"])
def test_what_is_not_there_is_not_found(hall: Hall, manager: dict[str, str], query: str) -> None:
    """A quarter ahead, what is no quarter, and another center are not found; nor is it for technicians."""
    address = f"/indices?{query}" if query.startswith("center") else f"{PAGE}&{query}"

    assert hall.get(address, cookies=manager).status == 404
    assert hall.get(PAGE, cookies=hall.sign_in("kỹ thuật")).status == 404


class Listening(SqliteStore):
    """A store that remembers what it was asked."""

    def __init__(self, path: Path, now_ms: Callable[[], int]) -> None:
        """Open a file to read it."""
        self.asked: list[str] = []
        super().__init__(path, now_ms, read_only=True)

    def ask(self, sql: str, **values: object) -> Iterable[Row]:
        """Read rows, and remember how."""
        self.asked.append(sql)
        return super().ask(sql, **values)


def test_the_page_reads_no_single_rating(hall: Hall, tmp_path: Path) -> None:
    """Whatever is asked names releases and published figures only."""
    answer(hall, EXACTLY)
    store = Listening(tmp_path / "hall.sqlite3", hall.clock.now_ms)
    try:
        other = Hall(store, hall.context, create_app(replace(hall.context, store=store)), hall.clock)
        cookies = hall.sign_in("quanly")
        assert other.get(PAGE, cookies=cookies).status == 200
    finally:
        store.close()

    words = set(re.findall(r"\w+", " ".join(store.asked)))
    assert {"release", "answer_figure", "complaint_month", "dossier_day", "quarter_figure"} <= words
    assert words.isdisjoint(RATINGS)
