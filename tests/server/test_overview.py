"""The Overview page: what it says of known ratings, to whom, and in which words."""

import gzip
import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from server.domain.calendar import Period
from server.domain.disclosure import Release
from server.web.assets import Assets
from server.web.drawing import trend_axis
from server.web.overview import figures
from tests.server.hall import BAO_LOC, DA_LAT, Hall, open_hall

pytestmark = pytest.mark.usefixtures("both_engines")

MONTH = f"/overview?center={BAO_LOC}&period=2026-11"


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    """Open a hall with a manager and a reviewer, and some days in November."""
    with open_hall(tmp_path) as opened:
        opened.hire("quanly", BAO_LOC)
        opened.hire("tỉnh", None)
        opened.rate(BAO_LOC, date(2026, 11, 2), (1, 0, 2, 3, 4))
        opened.rate(BAO_LOC, date(2026, 11, 3), (0, 1, 0, 1, 1))
        opened.rate(BAO_LOC, date(2026, 11, 4), (0, 0, 0, 1, 1))
        opened.rate(BAO_LOC, date(2026, 11, 5), (0, 0, 1, 15, 19))
        yield opened


def _spec(page: str, chart: str) -> dict[str, Any]:
    """Return the specification of a chart, as the browser reads it."""
    found = re.search(rf'id="spec-{chart}">(.*?)</script>', page)
    assert found is not None
    spec: dict[str, Any] = json.loads(found[1])
    return spec


def test_the_figures_are_those_of_the_releases(hall: Hall) -> None:
    """Ratings of known scores give the shares one works out by hand: 45 of 50 are 79 to 96 percent."""
    page = hall.get(MONTH, cookies=hall.sign_in("quanly")).text

    assert '<strong class="giant">90%</strong>' in page
    assert "độ tin cậy 95%: từ 79 đến 96%" in page
    assert '<strong class="large">50</strong>' in page
    assert (
        "Tháng 11/2026: 90% trong 50 lượt đánh giá là “Hài lòng” hoặc “Rất hài lòng” "
        "(độ tin cậy 95%: từ 79 đến 96%)." in page
    )


def test_english_reads_as_english(hall: Hall) -> None:
    """The same page speaks English to whoever asks for it, and remembers."""
    cookies = hall.sign_in("quanly")
    asked = hall.get(MONTH + "&lang=en", cookies=cookies)

    assert asked.cookies["lang"] == "en"
    page = hall.get(MONTH, cookies=cookies | asked.cookies).text
    assert '<html lang="en">' in page
    assert (
        "November 2026: 90% of 50 ratings were “Satisfied” or “Very satisfied” (95% interval: 79–96%)."
        in page
    )
    assert (
        hall.get(MONTH, cookies=cookies, accept_language="en-GB,en;q=0.9").headers["content-language"] == "en"
    )
    assert (
        hall.get(MONTH, cookies=cookies, accept_language="fr,vi;q=0.5,en;q=0.4;x").headers["content-language"]
        == "vi"
    )


def test_chart_and_table_say_the_same(hall: Hall) -> None:
    """Every day of the chart stands in the table with the same share; days of few ratings are in neither."""
    page = hall.get(MONTH, cookies=hall.sign_in("quanly")).text
    rows = {row["day"]: row for row in _spec(page, "trend")["datasets"]["days"]}

    assert len(rows) == 23
    assert rows["2026-11-02"]["share"] == pytest.approx(0.7)
    assert rows["2026-11-03"]["share"] is None
    assert rows["2026-11-05"]["share"] == pytest.approx(34 / 35)
    cells = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))
    assert "02/11/2026 10 70,0% 40–89%" in cells
    assert "03/11/2026 chưa đủ dữ liệu" in cells
    assert "Những ngày ít lượt, gộp lại 5 80,0% 38–96%" in cells
    assert "Cả kỳ 50 90,0% 79–96%" in cells


def test_the_bar_of_faces_leans_around_the_neutral_one(hall: Hall) -> None:
    """The parts of the bar lie side by side, all of them together are everybody."""
    parts = _spec(hall.get(MONTH, cookies=hall.sign_in("quanly")).text, "faces")["datasets"]["parts"]

    assert [part["score"] for part in parts] == [1, 2, 3, 4, 5]
    assert parts[2]["middle"] == pytest.approx(0)
    assert [part["from"] for part in parts[1:]] == pytest.approx([part["to"] for part in parts[:-1]])
    assert parts[-1]["to"] - parts[0]["from"] == pytest.approx(1)


def test_too_few_ratings_are_no_figure(hall: Hall) -> None:
    """Four ratings show nothing, not even that there are four; the page explains why."""
    cookies = hall.sign_in("quanly")
    hall.rate(BAO_LOC, date(2026, 11, 23), (1, 1, 1, 1, 0))

    page = hall.get(f"/overview?center={BAO_LOC}&period=2026-11-23", cookies=cookies).text

    assert "Chưa đủ dữ liệu" in page
    assert "những ngày chưa đủ năm lượt" in page
    assert not re.search(r"\b4 lượt", page)
    assert "giant" not in page


def test_suspicious_ratings_are_told_beside_the_headline(hall: Hall) -> None:
    """Of a child's ten faces the first five count; the page says how many do not, and the share with them."""
    hall.rate(BAO_LOC, date(2026, 11, 6), (10, 0, 0, 0, 0), apart_ms=11_000)
    page = hall.get(MONTH, cookies=hall.sign_in("quanly")).text

    assert '<strong class="large">55</strong>' in page
    assert "Không tính 5 lượt đánh giá bất thường." in page
    assert "tỷ lệ hài lòng là 75% trong 60 lượt (độ tin cậy 95%: từ 63 đến 84%)." in page
    rules = hall.get("/overview/suspicious", cookies=hall.sign_in("quanly")).text
    assert "Từ lượt thứ 6 trở đi trong vòng 60 giây" in rules
    assert "trung bình chưa đầy 0,6 giây mỗi câu" in rules


def test_fewer_than_five_suspicious_ratings_are_not_told(hall: Hall) -> None:
    """Four change no figure and no word: the page says only that such ratings are left out."""
    hall.rate(BAO_LOC, date(2026, 11, 6), (9, 0, 0, 0, 0), apart_ms=11_000)
    page = hall.get(MONTH, cookies=hall.sign_in("quanly")).text

    assert '<strong class="large">55</strong>' in page
    assert "Những lượt đánh giá bất thường không được tính." in page
    assert "Không tính" not in page


def test_a_period_of_suspicious_ratings_only_has_no_figure(hall: Hall) -> None:
    """The day says how many there were and not what they said, for there is nothing to hold it against."""
    hall.rate(BAO_LOC, date(2026, 11, 9), (4, 0, 0, 0, 9), apart_ms=1000)
    page = hall.get(f"/overview?center={BAO_LOC}&period=2026-11-09", cookies=hall.sign_in("quanly")).text

    assert "giant" not in page
    assert "Không tính 11 lượt đánh giá bất thường." in page


def test_a_day_has_no_trend(hall: Hall) -> None:
    """One day by itself shows its faces and no line of a single point."""
    page = hall.get(f"/overview?center={BAO_LOC}&period=2026-11-05", cookies=hall.sign_in("quanly")).text

    assert "spec-faces" in page
    assert "spec-trend" not in page
    assert "Thứ Năm" in page


def test_a_manager_sees_the_own_center_only(hall: Hall) -> None:
    """Another center's page does not exist for a manager, nor does a choice of centers."""
    cookies = hall.sign_in("quanly")

    assert hall.get(f"/overview?center={DA_LAT}", cookies=cookies).status == 404
    page = hall.get("/overview", cookies=cookies)
    assert page.status == 200
    assert "Xuân Hương" not in page.text
    assert 'name="center"' not in page.text


def test_a_reviewer_chooses_among_all_centers(hall: Hall) -> None:
    """The province sees every center, and begins where there is something to see."""
    cookies = hall.sign_in("tỉnh")

    page = hall.get("/overview", cookies=cookies).text
    assert f'<option value="{BAO_LOC}" selected>Phường 1 Bảo Lộc</option>' in page
    assert (
        "<h1>Phường Xuân Hương - Đà Lạt</h1>" in hall.get(f"/overview?center={DA_LAT}", cookies=cookies).text
    )
    assert "<h1>Phường Xuân Hương - Đà Lạt</h1>" in hall.get("/overview?period=2026-01", cookies=cookies).text


@pytest.mark.parametrize(
    "query",
    [
        "period=x",
        "period=2026-13",
        "kind=decade",
        "center=abc",
        "center=1",
        "center=٣",
        f"center={'9' * 5000}",
    ],
)
def test_a_mistyped_address_is_not_found(hall: Hall, query: str) -> None:
    """Nonsense in the address is answered with a page that says so."""
    reply = hall.get(f"/overview?{query.encode().decode('latin-1')}", cookies=hall.sign_in("tỉnh"))

    assert reply.status == 404
    assert "Không tìm thấy trang này" in reply.text


@pytest.mark.parametrize(
    ("query", "heading"),
    [
        ("period=2026-11&kind=week", "Tuần 48/2026"),
        ("period=2026-10&kind=week", "Tuần 44/2026"),
        ("period=2026-11&kind=month", "Tháng 11/2026"),
        ("period=2026-11&kind=quarter", "Quý 4/2026"),
        ("period=2026-11&kind=year", "Năm 2026"),
        ("period=2026-11&kind=day", "Ngày 23/11/2026"),
        ("kind=week", "Tuần 48/2026"),
    ],
)
def test_another_length_keeps_the_time(hall: Hall, query: str, heading: str) -> None:
    """Who changes from months to weeks stays where they were, or at today."""
    assert (
        f"<strong>{heading}</strong>" in hall.get(f"/overview?{query}", cookies=hall.sign_in("quanly")).text
    )


def test_one_steps_from_period_to_period(hall: Hall) -> None:
    """Links lead to the period before and after, but not into the future."""
    cookies = hall.sign_in("quanly")

    assert 'rel="next"' not in hall.get(MONTH, cookies=cookies).text
    october = hall.get(f"/overview?center={BAO_LOC}&period=2026-10", cookies=cookies).text
    assert f'href="/overview?center={BAO_LOC}&amp;period=2026-11" rel="next"' in october
    assert f'href="/overview?center={BAO_LOC}&amp;period=2026-09" rel="prev"' in october
    assert "Kỳ này" in october


def test_only_the_present_is_promised_figures(hall: Hall) -> None:
    """An empty page says that figures will come where they still can: not in a period that is over."""
    cookies = hall.sign_in("quanly")
    promise = "trang này tự có số liệu"

    assert promise in hall.get(f"/overview?center={BAO_LOC}&period=2026-11-23", cookies=cookies).text
    past = hall.get(f"/overview?center={BAO_LOC}&period=2026-10", cookies=cookies).text
    assert "gộp với các ngày sau" in past
    assert promise not in past


def test_quiet_days_across_the_end_of_a_month_are_told(hall: Hall) -> None:
    """A span of two months counts in neither, and both say so; the quarter counts it, a day is silent."""
    cookies = hall.sign_in("tỉnh")
    hall.rate(DA_LAT, date(2026, 10, 30), (0, 0, 0, 2, 2))
    hall.rate(DA_LAT, date(2026, 11, 2), (0, 0, 0, 0, 1))
    hall.rate(DA_LAT, date(2026, 11, 3), (0, 0, 0, 0, 5))
    note = "kỳ liền trước hoặc liền sau"

    def of_da_lat(period: str) -> str:
        return hall.get(f"/overview?center={DA_LAT}&period={period}", cookies=cookies).text

    november = of_da_lat("2026-11")
    assert note in november
    assert '<strong class="large">5</strong>' in november
    assert note in of_da_lat("2026-10")
    assert note not in of_da_lat("2026-Q4")
    assert '<strong class="large">10</strong>' in of_da_lat("2026-Q4")
    assert note not in of_da_lat("2026-10-30")
    assert note not in hall.get(MONTH, cookies=cookies).text


@pytest.mark.parametrize(
    ("lowest", "start", "step"),
    [
        (0.0, 0, 0.2),
        (0.13, 0, 0.2),
        (0.21, 0.2, 0.2),
        (0.4, 0.3, 0.1),
        (0.41, 0.4, 0.1),
        (0.75, 0.7, 0.05),
        (0.99, 0.8, 0.05),
        (1.0, 0.8, 0.05),
    ],
)
def test_the_trend_begins_below_its_lowest_bound(lowest: float, start: float, step: float) -> None:
    """The axis begins at a multiple of ten below all that is drawn, and is twenty points tall at least."""
    assert trend_axis(lowest) == (start, step)


def test_an_axis_that_begins_higher_says_so(hall: Hall) -> None:
    """The caption tells where the axis begins unless that is 0."""
    cookies = hall.sign_in("tỉnh")
    assert "bắt đầu từ 30%, không phải từ 0%" in hall.get(MONTH, cookies=cookies).text

    hall.rate(DA_LAT, date(2026, 11, 2), (2, 2, 1, 0, 0))
    assert (
        "không phải từ 0%" not in hall.get(f"/overview?center={DA_LAT}&period=2026-11", cookies=cookies).text
    )


def test_a_month_of_quiet_days_has_no_trend(hall: Hall) -> None:
    """Where no day has five ratings there is no empty chart; the table still has what was merged."""
    hall.rate(DA_LAT, date(2026, 11, 4), (0, 0, 0, 1, 2))
    hall.rate(DA_LAT, date(2026, 11, 5), (0, 0, 0, 1, 2))
    hall.rate(DA_LAT, date(2026, 11, 6), (0, 0, 0, 0, 1))
    page = hall.get(f"/overview?center={DA_LAT}&period=2026-11", cookies=hall.sign_in("tỉnh")).text

    assert "spec-trend" not in page
    assert "không có biểu đồ từng ngày" in page
    assert "Những ngày ít lượt, gộp lại" in page


def test_a_page_of_trouble_is_no_current_page(hall: Hall) -> None:
    """The menu marks the overview on the overview, and nothing where a page was not found."""
    cookies = hall.sign_in("quanly")

    assert 'aria-current="page"' in hall.get(MONTH, cookies=cookies).text
    assert 'aria-current="page"' not in hall.get("/overview?center=1", cookies=cookies).text


def test_without_releases_there_are_no_figures() -> None:
    """A period without releases has no share of any kind."""
    assert figures([], Period.parse("2026-11"), date(2026, 11, 23)) is None


def test_the_face_is_the_mean_one() -> None:
    """The large face beside the share is the one nearest to the mean of all scores."""
    november = Period.parse("2026-11")
    for scores, face in [((5, 0, 0, 0, 0), 1), ((2, 0, 1, 0, 2), 3), ((0, 0, 1, 2, 6), 5)]:
        found = figures([Release(date(2026, 11, 2), date(2026, 11, 2), scores)], november, date(2026, 11, 23))
        assert found is not None
        assert found.face == face


def test_files_are_kept_for_good(hall: Hall) -> None:
    """A file's name holds its hash, so browsers never ask again; it is packed for those who can unpack."""
    path = hall.context.assets.path("page.css")
    packed = hall.get(path, accept_encoding="gzip, br")
    plain = hall.get(path)

    assert packed.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    assert b'url("/static/BeVietnamPro-Regular.' in plain.body
    assert hall.get("/static/page.css").status == 404
    assert hall.get("/static/../context.py").status == 404


def test_the_chart_library_is_made_once() -> None:
    """What vl-convert carries is made at the first request and the same ever after."""
    assets = Assets([])
    name = assets.path("vega.js").removeprefix("/static/")

    made = assets.find(name)
    assert made is not None
    assert b"window.vegaEmbed" in made.raw
    assert assets.find(name) is made
