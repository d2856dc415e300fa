"""Reports: what they say, to whom, and that every file says what the pages say."""

from __future__ import annotations

import csv
import re
from contextlib import closing
from dataclasses import replace
from datetime import date
from io import BytesIO, StringIO
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
import typst
from openpyxl import load_workbook

from server.app import create_app
from server.domain.calendar import Period
from server.domain.control import Signal
from server.domain.fields import Procedure
from server.domain.places import Role
from server.domain.samples import Coverage
from server.protocol.messages import Signed
from server.reports.pdf import TEMPLATE, draw_pages, told, write_pdf
from server.reports.pictures import FONT_DIR, INK
from server.store import KeptCheckpoint
from server.web.catalog import Catalog, Words
from server.web.pages import TEMPLATE_DIR
from server.web.report_center import CenterFacts, center_report, looks, read_facts, trips_said
from tests.server.hall import BAO_LOC, DA_LAT, Hall, open_hall, plain
from tests.server.published import OCTOBER as MONTH
from tests.server.published import OFFICERS, PROCEDURES, furnish, serve_month, settle
from tests.server.test_comparison_page import RATINGS, Listening

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from server.reports.document import Report

PAGE = f"/reports?center={BAO_LOC}"
FILE = f"/reports/file?center={BAO_LOC}&period=2026-10"
PNG = b"\x89PNG"
NASTY = '=HYPERLINK("http://x.example") #panic("a") *b* $x$ <c> \\ ` ] ]]> &amp; "'
"""A name that is a formula to a spreadsheet, markup to typst, and much else to others."""


@pytest.fixture(name="hall", scope="module")
def _hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    with open_hall(tmp_path_factory.mktemp("hall")) as opened:
        opened.hire("quanly", BAO_LOC)
        opened.hire("kỹ thuật", BAO_LOC, role=Role.TECHNICIAN)
        opened.hire("tỉnh", None)
        opened.hire("quản trị", None, role=Role.ADMIN)
        serve_month(opened, furnish(opened), MONTH)
        assert settle(opened, MONTH) > 0
        yield opened


@pytest.fixture(name="manager", scope="module")
def _manager(hall: Hall) -> dict[str, str]:
    return hall.sign_in("quanly")


@pytest.fixture(name="vi", scope="module")
def _vi() -> Words:
    return Catalog.load().languages["vi"]


@pytest.fixture(name="facts", scope="module")
def _facts(hall: Hall, vi: Words) -> CenterFacts:
    return facts_of(hall, vi, MONTH)


def facts_of(hall: Hall, words: Words, period: Period) -> CenterFacts:
    """Read what is known of the center in a period."""
    center = next(each for each in hall.store.centers() if each.code == BAO_LOC)
    return read_facts(hall.store, words, center, period, hall.clock.now_ms())


def asked_of_pdf(report: Report, selector: str) -> list[dict[str, Any]]:
    """Return elements of the document that typst sets, as it understands them."""
    found = typst.query(
        TEMPLATE,
        selector,
        root=TEMPLATE.parent,
        font_paths=[FONT_DIR],
        ignore_system_fonts=True,
        sys_inputs={"report": msgspec.json.encode(told(report)).decode()},
    )
    read: list[dict[str, Any]] = msgspec.json.decode(found)
    return read


def words_in(element: object) -> str:
    """Return all text of an element, in order."""
    match element:
        case str():
            return ""
        case dict():
            here = str(element["text"]) if element.get("func") == "text" else ""
            space = " " if element.get("func") == "space" else ""
            return here + space + "".join(words_in(each) for each in element.values())
        case list():
            return "".join(words_in(each) for each in element)
        case _:
            return ""


def sheets(raw: bytes) -> dict[str, list[tuple[Any, ...]]]:
    """Open a workbook again."""
    book = load_workbook(BytesIO(raw))
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets}


def lines(raw: bytes) -> list[dict[str, str]]:
    """Read a CSV file again, as Excel does."""
    assert raw.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(StringIO(raw.decode("utf-8-sig"), newline="")))


def test_the_page_says_what_the_report_says_and_offers_the_files(hall: Hall, manager: dict[str, str]) -> None:
    """Without a period it is the last month that is over; the reader's language comes first."""
    page = hall.get(PAGE, cookies=manager).text

    assert "Tháng 10/2026: 83% trong 649 lượt đánh giá là" in page
    assert "Quầy 3 thấp hơn hẳn mức chung" in page
    assert page.index("as=pdf&amp;lang=vi") < page.index("as=pdf&amp;lang=en")
    assert "as=xlsx&amp;lang=vi" in page
    assert "as=csv&amp;lang=vi" in page
    assert "Toàn tỉnh" not in page.split("<main")[1].split("</h1>")[1].split('id="files"')[0]


def test_the_first_page_says_what_the_overview_says(hall: Hall, manager: dict[str, str], vi: Words) -> None:
    """Share, interval, number of ratings, index and the share against it are those of the page."""
    overview = hall.get(f"/overview?center={BAO_LOC}&period=2026-10", cookies=manager).text
    report = center_report(vi, facts_of(hall, vi, MONTH))

    assert plain(report.summary) in overview
    for tile in report.tiles:
        assert f">{tile.value}</strong>" in overview, tile
        assert all(plain(note) in overview for note in tile.notes), tile
    for finding in report.findings[:2]:
        assert all(plain(said) in overview for said in finding.says), finding


def test_the_tables_say_what_the_pages_say(
    hall: Hall, manager: dict[str, str], facts: CenterFacts, vi: Words
) -> None:
    """Every day, counter, procedure and answer has the number of ratings, share and interval of its page."""
    pages = "".join(
        hall.get(f"{path}?center={BAO_LOC}&period=2026-10", cookies=manager).text
        for path in ("/overview", "/comparison", "/comparison/months")
    )
    told_there = " ".join(re.sub(r"<[^>]+>", " ", pages).split())
    report = center_report(vi, facts)

    assert [len(table.rows) for table in report.tables] == [5, 23, 5, 4, 2, 17, 25]
    for table in report.tables[1:4]:
        for row in table.rows:
            name = re.escape(plain(row[0].text.split(",")[0]))
            share = re.escape(plain(row[2].text.split(" ")[0]))
            assert re.search(rf"{name}\W.{{0,90}}?\b{row[1].values[0]}\s+{share}", told_there), row


def test_no_report_names_an_officer(hall: Hall, manager: dict[str, str]) -> None:
    """A report is handed on, and an officer's figures are for the own manager: no admin finds them."""
    for who in (manager, hall.sign_in("quản trị")):
        sheet = sheets(hall.get(f"{FILE}&as=xlsx", cookies=who).body)
        table = hall.get(f"{FILE}&as=csv", cookies=who).body.decode()
        assert not any(name in f"{sheet}{table}" for name, _ in OFFICERS)


@pytest.mark.parametrize(
    ("lang", "title"), [("vi", "BÁO CÁO THÁNG VỀ SỰ HÀI LÒNG"), ("en", "MONTHLY REPORT")]
)
def test_the_pdf_is_vietnamese_or_english(hall: Hall, manager: dict[str, str], lang: str, title: str) -> None:
    """It is a PDF that can be read aloud, and its headings are in the language that was asked for."""
    got = hall.get(f"{FILE}&as=pdf&lang={lang}", cookies=manager)

    assert (got.status, got.headers["content-type"]) == (200, "application/pdf")
    assert f'report-{BAO_LOC}-2026-10-{lang}.pdf"' in got.headers["content-disposition"]
    assert got.body.startswith(b"%PDF-")
    assert b"pdfuaid:part" in got.body
    assert b"BeVietnamPro" in got.body
    words = Catalog.load().languages[lang]
    report = center_report(words, facts_of(hall, words, MONTH))
    headings = [words_in(each["body"]) for each in asked_of_pdf(report, "heading")]
    assert headings[0].startswith(title)
    assert words("report_looks_title") in headings
    assert headings[-1] == words("report_method")


def test_every_letter_of_vietnamese_has_its_glyph(facts: CenterFacts, vi: Words) -> None:
    """No page is set with another font where a letter is missing, however many marks the letter has."""
    report = replace(center_report(vi, facts), place="Ặ ẵ Ẫ ẫ Ỡ ỡ Ữ ữ Ễ ễ Ố ộ Ỹ ỹ Đ đ ự ợ ắ")

    fonts = set(re.findall(rb"/BaseFont\s*/[A-Z]{6}\+([A-Za-z0-9]+)", write_pdf(report)))

    assert fonts
    assert all(font.startswith(b"BeVietnamPro") for font in fonts), fonts


def test_findings_stand_on_one_page_whatever_is_said(facts: CenterFacts, vi: Words) -> None:
    """What is signed is the page that has all findings: a long report is set smaller."""
    report = center_report(vi, facts)
    longest = "Trung tâm Phục vụ hành chính công Phường Xuân Hương - Đà Lạt thấp hơn hẳn mức chung. " * 3
    long = replace(
        report,
        summary=longest,
        looks=(longest,) * 3,
        findings=tuple(replace(each, says=(*each.says, longest)) for each in report.findings),
    )

    for each in (report, long):
        assert asked_of_pdf(each, "<signed>")[0]["value"] == 1
        assert all(page.startswith(PNG) for page in draw_pages(each, 20))


def test_names_are_text_and_nothing_else(
    hall: Hall, manager: dict[str, str], facts: CenterFacts, vi: Words
) -> None:
    """A center or a procedure may be called what it likes: no formula, no markup, no program comes of it."""
    report = center_report(vi, replace(facts, center=replace(facts.center, name=NASTY)))
    said = [words_in(each) for each in asked_of_pdf(report, "strong")]
    assert any(NASTY.upper() in each or NASTY in each for each in [*said, report.place])
    assert write_pdf(report).startswith(b"%PDF-")

    before = next(each for each in hall.store.procedures() if each.code == PROCEDURES[0][0])
    with hall.store.transaction():
        hall.store.keep_procedure(Procedure(before.code, NASTY, before.field), "ví dụ")
    try:
        rows = lines(hall.get(f"{FILE}&as=csv", cookies=manager).body)
        assert [row["Mục"] for row in rows if "HYPERLINK" in row["Mục"]] == [f"'{NASTY}"]
        book = load_workbook(BytesIO(hall.get(f"{FILE}&as=xlsx", cookies=manager).body))
        kinds = {cell.data_type for sheet in book for row in sheet for cell in row}
        assert "f" not in kinds
        assert NASTY in [cell.value for sheet in book for row in sheet for cell in row]
    finally:
        with hall.store.transaction():
            hall.store.keep_procedure(before, "ví dụ")


def test_the_workbook_has_numbers(hall: Hall, manager: dict[str, str], facts: CenterFacts) -> None:
    """Each table is a sheet; a share is a number that can be worked on, with the bounds of its interval."""
    got = hall.get(f"{FILE}&as=xlsx&lang=vi", cookies=manager)
    found = sheets(got.body)

    assert list(found)[:5] == ["Kết quả", "Năm khuôn mặt", "Từng ngày", "Các quầy", "Thủ tục"]
    head, _, _, three, *_ = found["Các quầy"]
    assert head[:5] == ("Quầy", "Số lượt", "Hài lòng", "Hài lòng, từ", "Hài lòng, đến")
    row = next(each for each in facts.cuts[0].found.rows if each.n == 165)
    assert three[:2] == ("Quầy 3", 165)
    assert three[2:5] == pytest.approx(
        (row.satisfied.value, row.satisfied.interval.low, row.satisfied.interval.high)
    )
    assert got.body == hall.get(f"{FILE}&as=xlsx&lang=vi", cookies=manager).body


@pytest.mark.parametrize(("lang", "mark"), [("vi", ","), ("en", ".")])
def test_the_csv_has_the_decimal_mark_of_its_language(
    hall: Hall, manager: dict[str, str], lang: str, mark: str
) -> None:
    """Every line begins with place, period and table; Excel reads the numbers of the reader's language."""
    got = hall.get(f"{FILE}&as=csv&lang={lang}", cookies=manager)
    rows = lines(got.body)
    words = Catalog.load().languages[lang]
    whole = next(row for row in rows if row[words("report_key_row")] == words("trend_total"))

    assert whole[words("report_key_period")] == words.period(MONTH)
    assert whole[words("column_n")] == "649"
    assert whole[f"{words('column_share')} (%)"] == f"83{mark}36"


def test_a_month_without_ratings_has_a_report_that_says_so(
    hall: Hall, manager: dict[str, str], vi: Words
) -> None:
    """No figure, no chart, no zero: a sentence, and what may be done; each file can still be opened."""
    page = hall.get(f"{PAGE}&period=2026-Q2", cookies=manager).text
    report = center_report(vi, facts_of(hall, vi, Period.parse("2026-Q2")))

    assert "Quý 2/2026: chưa đủ đánh giá để công bố con số nào." in page
    assert (report.tiles, report.charts, report.tables, report.looks) == ((), (), (), ())
    for kind in ("pdf", "xlsx", "csv"):
        assert hall.get(f"{FILE.replace('2026-10', '2026-Q2')}&as={kind}", cookies=manager).status == 200


def test_what_is_worst_is_said_first_and_three_things_at_most(facts: CenterFacts, vi: Words) -> None:
    """A counter that differs comes before wishes, and these before what is not known yet."""
    said = looks(vi, facts)

    assert [each[:12] for each in said] == ["Quầy 3 thấp ", "Điều người d", "Chưa biết ba"]
    assert facts.standing is not None
    over = replace(facts.standing, coverage=Coverage(649, 600))
    assert "kiểm tra lại số liệu đã nhập" in looks(vi, replace(facts, standing=over))[1]
    quiet = replace(
        facts, cuts=(), surveys=(), week=None, days=(), standing=replace(over, coverage=Coverage(1, 2))
    )
    assert looks(vi, quiet) == ()


def test_trips_are_said_of_those_who_answered(facts: CenterFacts, vi: Words) -> None:
    """How many did not have to come again, and how many had to; where nobody was asked, that is said."""
    assert plain(trips_said(vi, facts)) == (
        "64% không phải đi lại thêm; 36% phải đi lại thêm ít nhất một lần (từ 31 đến 41%). "
        "Có 328 người trả lời."
    )
    assert "không hỏi số lần đi lại" in trips_said(vi, replace(facts, surveys=()))


def test_only_what_is_over_has_a_report(hall: Hall, manager: dict[str, str]) -> None:
    """This month, this quarter, a week, a year, nonsense and other kinds of file are not there."""
    for period in ("2026-11", "2026-Q4", "2026-W40", "2026-10-01", "2025", "2027-01", "x"):
        assert hall.get(f"{PAGE}&period={period}", cookies=manager).status == 404, period
        assert hall.get(f"/reports/file?center={BAO_LOC}&period={period}", cookies=manager).status == 404
    assert hall.get(f"{FILE}&as=docx", cookies=manager).status == 404
    assert 'value="2025-11"' in hall.get(PAGE, cookies=manager).text
    assert 'value="2020-01" selected' in hall.get(f"{PAGE}&period=2020-01", cookies=manager).text


def test_reports_are_for_those_who_read_what_citizens_say(hall: Hall, manager: dict[str, str]) -> None:
    """A manager has the own center's, a reviewer all and the province's, a technician none."""
    technician, province = hall.sign_in("kỹ thuật"), hall.sign_in("tỉnh")
    foreign = f"/reports/file?center={DA_LAT}&period=2026-10&as=csv"

    assert hall.get(FILE, cookies=technician).status == 404
    assert hall.get(foreign, cookies=manager).status == 404
    assert hall.get("/reports/province/file?period=2026-10&as=csv", cookies=manager).status == 404
    assert hall.get(foreign, cookies=province).status == 200
    assert hall.get("/reports/province/file?period=2026-10&as=csv", cookies=province).status == 200
    assert "/reports/province?" in hall.get(PAGE, cookies=province).text
    assert "/reports/province?" not in hall.get(PAGE, cookies=manager).text


def test_reports_read_rollups_only(hall: Hall, manager: dict[str, str], tmp_path: Path) -> None:
    """No query of theirs names a table of ratings: only releases and published months are read."""
    hall.store.copy_to(tmp_path / "copy.sqlite3")
    Listening.asked = []
    with closing(Listening(tmp_path / "copy.sqlite3", hall.clock.now_ms)) as store:
        ear = Hall(store, hall.context, create_app(replace(hall.context, store=store)), hall.clock)
        province = hall.sign_in("tỉnh")
        Listening.asked.clear()
        assert ear.get(f"{FILE}&as=csv", cookies=manager).status == 200
        assert ear.get("/reports/province/file?as=csv", cookies=province).status in {200, 303}
        named = {name for sql, _ in Listening.asked for name in re.findall(r"\b(?:from|join)\s+(\w+)", sql)}

    assert named >= {"release", "month_figure", "hour_figure", "answer_figure"}
    assert named & (RATINGS - {"release"}) == set()


def test_charts_on_paper_have_the_colors_of_the_pages() -> None:
    """Every color that a chart names is the one of the style sheet by day."""
    sheet = (TEMPLATE_DIR.parent / "static" / "page.css").read_text("utf-8")
    day = sheet[: sheet.index("@media (prefers-color-scheme: dark)")]
    named = {
        name
        for file in (TEMPLATE_DIR.parent / "charts").glob("*.json")
        for name in re.findall(r"var\(--([a-z0-9-]+)\)", file.read_text("utf-8"))
    }

    assert named <= INK.keys()
    assert INK.items() <= dict(re.findall(r"--([a-z0-9-]+): (#\w+);", day)).items()


def test_a_report_is_dated(facts: CenterFacts, vi: Words) -> None:
    """It says when it was made, and out of which state of the book."""
    report = center_report(vi, facts)

    assert report.made == date(2026, 11, 23)
    assert report.as_of == "Báo cáo lập lúc 12:00 ngày 23/11/2026. Sổ đánh giá chưa có mã kiểm chứng nào."


def test_a_report_names_the_checkpoint_that_it_rests_on(facts: CenterFacts, vi: Words) -> None:
    """Whoever has the public book can see which state of it the figures were taken from."""
    kept = KeptCheckpoint(1234, Signed(payload="", signature=""), facts.now_ms, "ab" * 32)

    said = plain(center_report(vi, replace(facts, checkpoint=kept)).as_of)

    assert "số 1.234, ký lúc 12:00 ngày 23/11/2026, SHA-256 bắt đầu bằng abababababababab" in said


def test_a_low_day_is_looked_at_only_where_days_are_judged(facts: CenterFacts, vi: Words) -> None:
    """A single day is named as the Overview names it: of a few small days nothing is said."""
    place, first = next((place, each) for place, each in enumerate(facts.days) if each.point)
    assert first.point is not None
    low = replace(first, point=replace(first.point, signal=Signal.BELOW))
    days = [*facts.days[:place], low, *facts.days[place + 1 :]]

    assert "Có những ngày thấp khác thường: 01/10/2026." in looks(vi, replace(facts, days=days))[1]
    assert not any("ngày thấp" in said for said in looks(vi, replace(facts, days=[low])))
