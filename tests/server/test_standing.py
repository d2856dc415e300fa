"""The Overview says how a period stands: against the one before, on a scale of 100, and how sure that is."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from server.domain.dossier_figures import TicketDay
from server.domain.openings import SpecialDay
from server.domain.statistics import satisfied
from server.web.standing import controlled
from tests.server.hall import BAO_LOC, Hall, open_hall

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from server.domain.disclosure import Scores

OCTOBER, NOVEMBER = date(2026, 10, 5), date(2026, 11, 2)
USUAL: Scores = (1, 1, 2, 16, 30)
MORE: Scores = (1, 1, 1, 17, 30)
LESS: Scores = (2, 3, 2, 15, 28)
BAD: Scores = (15, 10, 5, 10, 10)


@pytest.fixture(name="hall")
def _hall(tmp_path: Path) -> Iterator[Hall]:
    with open_hall(tmp_path) as hall:
        hall.hire("chị Mai", BAO_LOC)
        yield hall


def november(hall: Hall, lang: str = "vi") -> str:
    """Return the page of November as the manager reads it."""
    cookies = hall.sign_in("chị Mai")
    return hall.get(f"/overview?period=2026-11&lang={lang}", cookies=cookies).text


def rated(hall: Hall, first: date, days: int, scores: Scores) -> None:
    """Let citizens rate on so many days in a row."""
    for number in range(days):
        hall.rate(BAO_LOC, first + timedelta(number), scores)


def test_a_fall_is_said_to_be_real_only_where_it_is(hall: Hall) -> None:
    """A month much worse than the one before has fallen; without a month before nothing is compared."""
    rated(hall, NOVEMBER, 3, BAD)
    assert "Kỳ trước chưa đủ dữ liệu" in november(hall)

    rated(hall, OCTOBER, 3, USUAL)
    page = november(hall)
    assert "So với kỳ trước (Tháng 10/2026)" in page
    assert "Giảm thật" in page
    assert "Chênh \N{MINUS SIGN}52 điểm phần trăm" in page
    assert "Kỳ này chưa kết thúc." in page


def test_the_same_is_said_of_what_is_the_same(hall: Hall) -> None:
    """Two alike months with enough ratings are the same; with few it is not clear yet."""
    rated(hall, OCTOBER, 10, USUAL)
    hall.rate(BAO_LOC, NOVEMBER, (0, 0, 1, 4, 5))
    assert "Chưa rõ" in november(hall)

    rated(hall, NOVEMBER + timedelta(1), 9, USUAL)
    assert "Như trước" in november(hall)


def test_the_index_is_a_mean_and_says_so(hall: Hall) -> None:
    """Half neutral and half very satisfied are 75 of 100 points, and the page says that it is no share."""
    hall.rate(BAO_LOC, NOVEMBER, (0, 0, 10, 0, 10))

    page = november(hall, "en")
    assert '<strong class="large">75.0</strong>' in page
    assert "It is a mean, not the share satisfied." in page


def test_the_page_says_how_many_ratings_are_missing(hall: Hall) -> None:
    """Ten ratings are too few to know the share to five points, five hundred are not."""
    hall.rate(BAO_LOC, NOVEMBER, (1, 0, 1, 4, 4))
    assert "đánh giá để tỷ lệ hài lòng chính xác đến ± 5 điểm" in november(hall)
    assert "Chưa có số lượt phục vụ" in november(hall)

    rated(hall, NOVEMBER + timedelta(1), 10, USUAL)
    assert "Đã đủ đánh giá" in november(hall)


def test_coverage_stands_beside_the_share(hall: Hall) -> None:
    """Twenty ratings of eighty tickets are a quarter, and what the silent think is bounded honestly."""
    hall.rate(BAO_LOC, NOVEMBER, (0, 0, 0, 10, 10))
    with hall.store.transaction():
        hall.store.take_ticket_days(BAO_LOC, [TicketDay(NOVEMBER, 80)], "chị Mai")
    page = november(hall)
    assert "Số đánh giá bằng 25% số lượt được phục vụ (80 lượt)." in page
    assert "nằm trong khoảng từ 25 đến 100%" in page

    with hall.store.transaction():
        hall.store.take_ticket_days(BAO_LOC, [TicketDay(NOVEMBER, 8)], "chị Mai")
    assert "một trong hai con số chưa đúng" in november(hall)


def test_a_day_out_of_the_ordinary_is_named(hall: Hall) -> None:
    """Of eighteen usual days and a bad one, the bad one is worth a question, on the page and in the chart."""
    for number in range(18):
        hall.rate(BAO_LOC, NOVEMBER + timedelta(number), LESS if number % 2 else MORE)
    assert "Không có ngày nào khác thường" in november(hall)
    hall.rate(BAO_LOC, NOVEMBER + timedelta(18), BAD)

    page = november(hall)
    assert "1 ngày đáng tìm hiểu nguyên nhân: 20/11/2026 (thấp khác thường)." in page
    assert page.count('"signal":"below"') + page.count('"signal": "below"') == 1


def test_a_holiday_is_named_beside_its_day() -> None:
    """Days that differ from the week carry their name; small days make no signal."""
    days = [(NOVEMBER, satisfied((0, 0, 0, 3, 3))), (NOVEMBER + timedelta(1), None)]

    chart, found = controlled(days, {NOVEMBER: SpecialDay("Ngày Văn hóa Việt Nam", ())})

    assert chart is not None
    assert [each.holiday for each in found] == ["Ngày Văn hóa Việt Nam", ""]
    assert [each.signal for each in found] == ["", ""]
    assert found[0].point is not None
    assert found[0].point.is_small
