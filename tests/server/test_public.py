"""The public pages and files: open to strangers, the same figures everywhere, cheap, nothing too small."""

from __future__ import annotations

import csv
import json
import re
from datetime import date
from io import StringIO
from typing import TYPE_CHECKING, Any

import pytest

from server.domain.disclosure import CELL_MIN
from server.domain.notices import Posted
from server.domain.open_data import COLUMNS, COMPARED_MIN
from server.store import province
from server.store.sql import Engine
from server.web.security import CONTENT_SECURITY_POLICY
from tests.server.furnished import DONE, SAID, TEXTS
from tests.server.hall import BAO_LOC, CENTERS, Hall, open_hall
from tests.server.province_hall import SILENT, SMALL, WORST, province_hall

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

EXACT = {"rating", "rating_now", "answer", "bundle", "month_hour", "month_answer", "center_day", "journal"}
DATA = "/cong-khai/du-lieu/2026"


@pytest.fixture(scope="module", name="whole")
def _whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    """Open a hall with all centers from September to November."""
    with province_hall(tmp_path_factory.mktemp("hall"), date(2026, 9, 1), date(2026, 11, 20)) as hall:
        yield hall


def _csv(hall: Hall) -> list[dict[str, str]]:
    body = hall.get(f"{DATA}.csv").body
    assert body.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(StringIO(body.decode("utf-8-sig"), newline="")))


def _json(hall: Hall) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(hall.get(f"{DATA}.json").body)
    return found


def test_a_stranger_finds_every_center(whole: Hall) -> None:
    """Without signing in all 124 centers are listed in the order of names, and a search needs no marks."""
    page = whole.get("/cong-khai")
    found = whole.get("/cong-khai?q=BAO%20loc").text

    assert page.status == 200
    assert page.headers["content-security-policy"] == CONTENT_SECURITY_POLICY
    assert len(re.findall(r'href="/cong-khai/\d+"', page.text)) == 124
    assert sorted(re.findall(r">(Phường \d Bảo Lộc)</a>", found)) == [
        f"Phường {number} Bảo Lộc" for number in (1, 2, 3)
    ]
    assert "Có 3 trung tâm khớp với “BAO loc”" in found
    assert "Không có trung tâm nào mang tên này" in whole.get("/cong-khai?q=hue").text
    assert 'href="/cong-khai"' in whole.get("/sign-in").text


def test_page_list_and_files_say_the_same(whole: Hall) -> None:
    """A center's page, its line of the list and its rows of both files have the same figures."""
    rows = [row for row in _csv(whole) if row["center"] == str(WORST)]
    page = whole.get(f"/cong-khai/{WORST}").text
    listed = re.search(
        rf'<tr>\s*<th scope="row"><a href="/cong-khai/{WORST}".*?</tr>',
        whole.get("/cong-khai").text,
        re.DOTALL,
    )
    told = [row for row in rows if row["n"]]
    words = whole.context.catalog.languages["vi"]

    assert [row["month"] for row in rows] == [f"2026-{number:02}" for number in range(1, 11)]
    assert [row["month"] for row in told] == ["2026-09", "2026-10"]
    n = sum(int(row["n"]) for row in told)
    assert listed is not None
    for text in (page, listed[0]):
        assert words.number(n) in text
    for row in told:
        assert sum(int(row[name]) for name in COLUMNS[4:9]) == int(row["n"])
        assert f"{float(row['share']):.1%}".replace(".", ",") in page
        satisfied = int(row["satisfied"]) + int(row["very_satisfied"])
        assert float(row["share"]) == pytest.approx(satisfied / int(row["n"]), abs=1e-4)
    found = _json(whole)
    assert [_as_csv(row) for row in found["rows"]] == _csv(whole)
    assert (found["licence"], found["year"]) == ("CC BY 4.0", 2026)


def _as_csv(row: dict[str, Any]) -> dict[str, str]:
    def cell(value: object) -> str:
        if value is None or isinstance(value, bool):
            return "" if value is None else str(value).lower()
        return f"{value:.4f}" if isinstance(value, float) else str(value)

    return {name: cell(value) for name, value in row.items()}


def test_nothing_too_small_is_told(whole: Hall) -> None:
    """No row has fewer than five ratings, no face under thirty, and no small center a share in the list."""
    rows = _csv(whole)
    ns = [int(row["n"]) for row in rows if row["n"]]

    assert len(rows) == 124 * 10
    assert min(ns) >= CELL_MIN
    assert {row["comparable"] == "true" for row in rows if row["very_satisfied"]} == {True}
    assert {row["comparable"] for row in rows if row["n"] and int(row["n"]) < COMPARED_MIN} == {"false"}
    listed = re.search(rf'href="/cong-khai/{SMALL}".*?</tr>', whole.get("/cong-khai").text, re.DOTALL)
    assert listed is not None
    assert "chưa đủ dữ liệu" in listed[0]
    silent = whole.get(f"/cong-khai/{SILENT}").text
    assert "chưa có tháng nào đủ 5 lượt đánh giá" not in silent  # six of June
    assert silent.count("chưa đủ dữ liệu</td>") == 11


def test_the_month_that_runs_is_nowhere(whole: Hall) -> None:
    """What was released today changes no public figure, until the month is over."""
    before = whole.get(f"{DATA}.csv")
    whole.rate(BAO_LOC, date(2026, 11, 23), (9, 0, 0, 0, 0))
    after = whole.get(f"{DATA}.csv")

    assert before.headers["etag"] == after.headers["etag"]
    assert before.body == after.body
    assert "Tháng 11/2026" not in whole.get(f"/cong-khai/{BAO_LOC}").text


def test_files_are_kept_until_they_are_others(tmp_path: Path) -> None:
    """The same file is not sent twice; another release makes another file, and a new name does, too."""
    with open_hall(tmp_path) as hall:
        hall.hire("tỉnh", None)
        hall.rate(BAO_LOC, date(2026, 10, 5), (0, 0, 2, 2, 2))
        first = hall.get(f"{DATA}.json")
        again = hall.get(f"{DATA}.json", if_none_match=first.headers["etag"])
        hall.rate(BAO_LOC, date(2026, 10, 6), (0, 0, 0, 0, 5))
        second = hall.get(f"{DATA}.json", if_none_match=first.headers["etag"])

        assert (first.status, again.status, second.status) == (200, 304, 200)
        assert (again.body, again.headers["etag"]) == (b"", first.headers["etag"])
        assert first.headers["cache-control"] == "public, max-age=3600"
        assert first.headers["access-control-allow-origin"] == "*"
        assert [row["n"] for row in json.loads(second.body)["rows"] if row["n"]] == [11]
        with hall.store.transaction():
            hall.store.rename_center(CENTERS[0], "=Phường 1", "tỉnh")
        assert "'=Phường 1" in hall.get(f"{DATA}.csv").body.decode()


@pytest.mark.parametrize(
    "path",
    [
        *("1", "abc", "0024823", "²", "9" * 30, "du-lieu/2026", "du-lieu/2026.pdf", "du-lieu/26.csv"),
        *("du-lieu/2027.csv", "du-lieu/1999.csv", "du-lieu/²026.csv", "du-lieu/.csv"),
    ],
)
def test_what_is_mistyped_is_not_found(whole: Hall, path: str) -> None:
    """Centers that are none, years to come and other formats are not there."""
    assert whole.get(f"/cong-khai/{path}").status == 404


def test_what_was_done_is_told_and_what_is_switched_off_is_not(whole: Hall) -> None:
    """Notices that kiosks show stand on the page, in its language where they have it."""
    other = {name: f"khác {name}" for name in TEXTS}
    with whole.store.transaction():
        whole.store.set_notices(WORST, [Posted("n1", TEXTS), Posted("n2", other, is_shown=False)])
    vi, en = whole.get(f"/cong-khai/{WORST}").text, whole.get(f"/cong-khai/{WORST}?lang=en").text

    assert SAID in vi
    assert DONE in vi
    assert TEXTS["did_en"] in en
    assert "khác" not in re.sub(r"nếu có khác", "", vi).partition('id="done"')[2]


def test_withheld_ratings_are_counted(tmp_path: Path) -> None:
    """How many ratings were withheld stands on the page."""
    with open_hall(tmp_path) as hall:
        hall.rate(BAO_LOC, date(2026, 10, 5), (0, 0, 2, 2, 9))
        device = next(each.id for each in hall.store.devices())
        with hall.store.transaction():
            hall.store.withhold(device, 1, "tỉnh", "thử máy")

        assert "Tỉnh đã tạm loại 1 đánh giá" in hall.get(f"/cong-khai/{BAO_LOC}").text


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_dictionary_names_every_column(whole: Hall, lang: str) -> None:
    """The page of the open data explains each column, and states the licence, in both languages."""
    page = whole.get(f"/cong-khai/du-lieu?lang={lang}").text

    assert re.findall(r"<code>(\w+)</code>", page) == list(COLUMNS)
    assert "https://creativecommons.org/licenses/by/4.0/" in page
    assert whole.get(re.findall(r'href="(/cong-khai/du-lieu/\d+\.csv)"', page)[0]).status == 200


def test_figures_are_read_from_releases_alone_and_once(whole: Hall) -> None:
    """No question names what is exact; the second reader of a page asks no sums again."""
    for sql in (province.SCORES, province.NEWEST):
        assert not set(re.findall(r"\w+", sql)) & EXACT
    assert isinstance(whole.store, Engine)
    plan = [row["detail"] for row in whole.store.ask("explain query plan " + province.NEWEST)]
    assert all(line.startswith("SEARCH release") for line in plan)

    made = []
    whole.context.memory.get("figures", "other", lambda: made.append(1))
    whole.context.memory.get("figures", "other", lambda: made.append(2))
    assert made == [1]
