"""The report of the province: all centers, as the Province page shows them."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from openpyxl import load_workbook

from server.domain.calendar import Period
from server.domain.changes import Change, Verdict
from server.domain.province import Finding
from server.domain.statistics import Interval
from server.reports.csv_file import write_report_csv
from server.reports.pdf import write_pdf
from server.reports.xlsx import write_xlsx
from server.web.catalog import Catalog, Words
from server.web.province_order import in_order
from server.web.province_words import ProvinceWords
from server.web.report_province import ProvinceFacts, looks, province_report, read_facts
from tests.server.hall import plain
from tests.server.province_hall import province_hall

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.server.hall import Hall

QUARTER = Period.parse("2026-Q3")


@pytest.fixture(name="hall", scope="module")
def _hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    with province_hall(tmp_path_factory.mktemp("hall"), date(2026, 6, 1), date(2026, 9, 30)) as opened:
        yield opened


@pytest.fixture(name="vi", scope="module")
def _vi() -> Words:
    return Catalog.load().languages["vi"]


@pytest.fixture(name="facts", scope="module")
def _facts(hall: Hall) -> ProvinceFacts:
    return facts_of(hall, QUARTER)


def facts_of(hall: Hall, period: Period) -> ProvinceFacts:
    """Read what is known of all centers in a period."""
    return read_facts(hall.store, hall.store.centers(), period, hall.clock.now_ms())


def test_it_says_what_the_page_says(hall: Hall, facts: ProvinceFacts, vi: Words) -> None:
    """The sentence above, every number of the first page, and every center's row are those of the page."""
    cookies = hall.sign_in("tỉnh")
    page = hall.get("/province?period=2026-Q3", cookies=cookies).text
    rows = {
        re.sub(r"<[^>]+>", "", row.split("</th>")[0]).strip(): " ".join(re.sub(r"<[^>]+>", " ", row).split())
        for row in page.split('id="centers"')[1].split("<tbody>")[1].split("<tr>")[1:]
    }
    report = province_report(vi, facts)
    centers = next(table for table in report.tables if table.title == vi("province_table_title"))

    assert plain(report.summary) in page
    for tile in report.tiles:
        assert plain(tile.value) in page
        assert all(plain(note) in page for note in tile.notes), tile
    assert len(centers.rows) == len(rows) == 124
    for name, rank, _, share, n, _, change, finding, _ in centers.rows:
        there = rows[plain(name.text)]
        for cell in (rank, n, change, finding):
            assert cell.text == "–" or cell.values[0] == 0 or plain(cell.text) in there, (name, cell)
        assert share.text == "–" or plain(share.text.split(" ")[0]) in there


def test_planted_truths_are_looked_at_first(facts: ProvinceFacts, vi: Words) -> None:
    """The center with bad service comes first, then the silent one, then those that nobody can judge."""
    said = looks(vi, ProvinceWords(vi, QUARTER), facts)

    assert said[0].startswith("Phường 1 Bảo Lộc: thấp hơn hẳn mức chung")
    assert said[1].startswith("1 trung tâm im lặng")
    assert said[2].startswith("2 trung tâm có dưới 30 lượt")


def test_a_fall_of_all_comes_before_single_centers(facts: ProvinceFacts, vi: Words) -> None:
    """Whatever single centers do, a province that has really fallen is said first."""
    fall = Change(-0.05, Interval(-0.06, -0.04), Verdict.FALL)
    fallen = replace(facts, found=replace(facts.found, change=fall))

    assert plain(looks(vi, ProvinceWords(vi, QUARTER), fallen)[0]).startswith(
        "Tỷ lệ hài lòng giảm thật (−5,0 điểm"
    )


def test_every_center_stands_in_every_file(facts: ProvinceFacts) -> None:
    """124 centers in both languages, as numbers in the sheets."""
    for words in Catalog.load().languages.values():
        report = province_report(words, facts)
        table = write_report_csv(report).decode("utf-8-sig").splitlines()
        book = load_workbook(BytesIO(write_xlsx(report)))
        sheet = book[words("province_table_title")]

        assert sum(f",{words('province_table_title')}," in line for line in table) == 124
        assert sheet.max_row == 125
        ratings = [row[8] for row in sheet.iter_rows(min_row=2, values_only=True)]
        assert ratings == [each.n for each in in_order(facts.found.places, "rank")]
        assert write_pdf(report).startswith(b"%PDF-")


def test_a_period_without_ratings_says_so(hall: Hall, vi: Words) -> None:
    """Nothing is ranked or drawn, and nothing is called zero; who is silent is said all the same."""
    report = province_report(vi, facts_of(hall, Period.parse("2026-02")))

    assert plain(report.summary) == "Tháng 2/2026: chưa đủ đánh giá để công bố con số nào."
    assert (report.tiles, report.charts, report.looks) == ((), (), ())
    assert [table.title for table in report.tables] == [vi("province_silent_title")]
    assert write_pdf(report).startswith(b"%PDF-")


def test_no_center_is_called_different_by_chance(facts: ProvinceFacts, vi: Words) -> None:
    """Only who passes the control of false discoveries is named on the first page."""
    report = province_report(vi, facts)
    named = [point for finding in report.findings for point in finding.points]

    assert len(named) == len(facts.found.of(Finding.LOWER, Finding.HIGHER)) == 2
