"""The Province page over all 124 centers: it finds what was planted, reads no rating, and keeps its order."""

import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from server.store import province
from server.store.sql import Engine
from tests.server.hall import Hall
from tests.server.province_hall import BEST, SILENT, SMALL, WORST, province_hall

READ_BY_PAGE = (province.SCORES, province.RELEASE_DAYS, province.REPORTS, province.KIOSKS)
EXACT = {
    "rating",
    "rating_now",
    "answer",
    "bundle",
    "month_hour",
    "month_answer",
    "center_day",
    "journal",
    "aside",
}


@pytest.fixture(scope="module", name="whole")
def _whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    """Open a hall with all centers from September to November."""
    with province_hall(tmp_path_factory.mktemp("hall"), date(2026, 9, 1), date(2026, 11, 20)) as hall:
        yield hall


def _told(page: str) -> str:
    """Return a page as one reads it, line after line."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def _spec(page: str, chart: str) -> dict[str, Any]:
    found = re.search(rf'id="spec-{chart}">(.*?)</script>', page)
    assert found is not None
    spec: dict[str, Any] = json.loads(found[1])
    return spec


@pytest.mark.parametrize("sql", READ_BY_PAGE)
def test_the_page_reads_no_rating(whole: Hall, sql: str) -> None:
    """No question of the page names what is exact; what it asks of releases an index answers alone."""
    assert not set(re.findall(r"\w+", sql)) & EXACT
    values = {} if sql is province.KIOSKS else {"first": 20000, "last": 20030}
    assert isinstance(whole.store, Engine)
    plan = [row["detail"] for row in whole.store.ask("explain query plan " + sql, **values)]

    assert not [line for line in plan for name in EXACT if re.search(rf"\b{name}\b", line)]
    # c and d are the lists of centers and devices
    assert {line for line in plan if line.startswith("SCAN")} <= {"SCAN c", "SCAN d"}
    searched = [line for line in plan if re.match("SEARCH (r|ticket_day|dossier_day) ", line)]
    assert all("USING COVERING INDEX" in line for line in searched)
    assert bool(searched) == (sql is not province.KIOSKS)


def test_the_page_says_who_stands_out(whole: Hall) -> None:
    """The planted truths of October are found, named in the first sentence, and nobody else is."""
    page = whole.get("/province?period=2026-10", cookies=whole.sign_in("tỉnh")).text
    names = {each.code: each.name for each in whole.store.centers()}

    assert re.search(
        rf"Tháng 10/2026: 2 trong \d+ trung tâm đủ dữ liệu khác hẳn mức chung 8\d%\. "
        rf"Thấp hơn: {names[WORST]}\. Cao hơn: {names[BEST]}\.",
        page,
    )
    kinds = {row["name"]: row["kind"] for row in _spec(page, "map")["datasets"]["places"]}
    assert len(kinds) == 124
    assert [name for name, kind in kinds.items() if kind == "lower"] == [names[WORST]]
    assert [name for name, kind in kinds.items() if kind == "higher"] == [names[BEST]]
    assert (kinds[names[SMALL]], kinds[names[SILENT]]) == ("few", "nothing")


def test_charts_and_table_say_the_same(whole: Hall) -> None:
    """Each center of the funnel and of the ranking is in the table with the same figures; the few are not."""
    page = whole.get("/province?period=2026-10", cookies=whole.sign_in("tỉnh")).text
    funnel = {row["name"]: row for row in _spec(page, "funnel")["datasets"]["places"]}
    ranking = _spec(page, "ranking")["datasets"]["places"]
    rows = re.findall(r"<tr>\s*<th scope=\"row\"><a href=\"/overview.*?</tr>", page, re.DOTALL)

    assert len(rows) == 124
    assert len(funnel) == len(ranking) == 122
    assert [row["order"] for row in ranking] == list(range(1, 123))
    for row, text in zip(ranking, rows, strict=False):
        told = _told(text)
        assert row["name"] in told
        assert f"{100 * row['value']:.1f}%".replace(".", ",") in told
        assert f"{100 * funnel[row['name']]['share']:.1f}%".replace(".", ",") in told
    assert "chưa đủ dữ liệu" in _told(rows[122])


def test_silent_centers_are_told(whole: Hall) -> None:
    """A kiosk that is off since June is listed with when it was last heard of."""
    page = _told(whole.get("/province", cookies=whole.sign_in("tỉnh")).text)

    assert "1 trung tâm có máy đánh giá nhưng không có lượt đánh giá nào" in page
    assert (
        "Tháng 10/2026 chưa có số liệu nào. hơn 13 tuần trước, hoặc chưa có 02/06/2026 máy cũng im lặng"
        in page
    )


def test_columns_sort_by_links(whole: Hall) -> None:
    """The head of a column sorts by it, a second time the other way round; the address keeps the period."""
    cookies = whole.sign_in("tỉnh")
    page = whole.get("/province?period=2026-10&sort=n", cookies=cookies).text
    back = whole.get("/province?period=2026-10&sort=-n", cookies=cookies).text

    def first(text: str) -> str:
        found = re.search(r"<th scope=\"row\"><a href=\"/overview[^>]*>([^<]*)", text)
        assert found is not None
        return found[1]

    assert 'aria-sort="ascending"><a href="/province?period=2026-10&amp;sort=-n#centers">' in page
    assert 'aria-sort="descending"><a href="/province?period=2026-10&amp;sort=n#centers">' in back
    names = {each.code: each.name for each in whole.store.centers()}
    assert first(back) == names[SMALL]
    assert first(page) != first(back)


@pytest.mark.parametrize(
    "query",
    [
        "sort=age",
        "sort=--n",
        "period=2026-W40",
        "period=2026-10-05",
        "kind=week",
        "kind=decade",
        "period=oops",
        "period=9999",
    ],
)
def test_what_is_mistyped_is_not_found(whole: Hall, query: str) -> None:
    """Only whole months, quarters and years, and only columns that there are."""
    assert whole.get(f"/province?{query}", cookies=whole.sign_in("tỉnh")).status == 404


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", "Tháng 10/2026"),
        ("kind=quarter", "Quý 4/2026"),
        ("period=2026-Q3&kind=month", "Tháng 9/2026"),
        ("period=2026-10&kind=year", "Năm 2026"),
        ("period=2026&kind=month", "Tháng 11/2026"),
    ],
)
def test_periods_are_whole_units(whole: Hall, query: str, shown: str) -> None:
    """The page begins with the last month that is over; another length is the one around its end."""
    page = whole.get(f"/province?{query}", cookies=whole.sign_in("tỉnh")).text

    assert f'<p class="when"><strong>{shown}</strong>' in page
    assert ("Kỳ này chưa kết thúc" in page) == (shown in {"Quý 4/2026", "Năm 2026", "Tháng 11/2026"})
