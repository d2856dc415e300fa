"""The Province page in a real browser: charts that agree with the table, links that sort, paper that lies."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.chromium import browsing, listen
from tests.server.hall import Hall, plain
from tests.server.live import serving
from tests.server.province_hall import BEST, SILENT, WORST, province_hall

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Open = Callable[..., Page]

pytestmark = pytest.mark.browser

PICTURES = Path("build/pages")
CHARTS = ("funnel", "map", "ranking")


@pytest.fixture(scope="module", name="hall")
def _hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    folder = tmp_path_factory.mktemp("hall")
    with province_hall(folder, date(2026, 9, 1), date(2026, 11, 20)) as made:
        yield made


@pytest.fixture(scope="module", name="browser")
def _browser() -> Iterator[Browser]:
    with browsing() as started:
        yield started


@pytest.fixture(scope="module", name="visit")
def _visit(hall: Hall, browser: Browser) -> Iterator[Open]:
    cookies = hall.sign_in("tỉnh")
    with serving(hall.app) as address:

        def visit(
            path: str = "/province",
            *,
            lang: str = "vi",
            width: int = 1280,
            scripts: bool = True,
            charts: int = len(CHARTS),
        ) -> Page:
            window = browser.new_context(
                base_url=address,
                locale=lang,
                java_script_enabled=scripts,
                viewport={"width": width, "height": 900},
            )
            window.set_default_timeout(15_000)
            window.add_cookies(
                [{"name": key, "value": each, "url": address} for key, each in cookies.items()]
            )
            page = window.new_page()
            page.goto(path)
            if scripts:
                expect(page.locator("[data-drawn]")).to_have_count(charts)
            return page

        yield visit


def _name(hall: Hall, code: int) -> str:
    return next(each.name for each in hall.store.centers() if each.code == code)


def test_a_reviewer_sees_who_stands_out_and_goes_there(hall: Hall, visit: Open) -> None:
    """The first sentence names who is lower; the table, sorted by finding, begins there and leads on."""
    page = visit("/", charts=2)
    page.get_by_role("link", name="Toàn tỉnh").click()
    expect(page.locator("[data-drawn]")).to_have_count(len(CHARTS))
    expect(page.locator(".summary")).to_contain_text(f"Thấp hơn: {_name(hall, WORST)}.")
    expect(page.locator(".summary")).to_contain_text(f"Cao hơn: {_name(hall, BEST)}.")

    complaints = listen(page)
    page.get_by_role("link", name="So với mức chung", exact=True).click()
    expect(page.locator("[data-drawn]")).to_have_count(len(CHARTS))
    first = page.locator(".places tbody tr").first
    expect(first).to_contain_text(_name(hall, WORST))
    expect(page.locator("th[aria-sort=ascending]")).to_contain_text("So với mức chung")
    assert complaints == []
    first.get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(_name(hall, WORST))
    expect(page.locator(".when")).to_contain_text("Tháng 10/2026")


def test_every_center_is_a_dot_and_a_line_of_the_table(hall: Hall, visit: Open) -> None:
    """The map has 124 dots, the two that differ have shapes of their own, and a dot tells its name."""
    page = visit()
    complaints = listen(page)
    dots = page.locator(".chart-map .role-mark .mark-symbol path, .chart-map .mark-symbol.role-mark path")
    assert dots.count() == 124
    assert page.locator(".places tbody tr").count() == 124

    shapes = {dots.nth(number).get_attribute("d") for number in range(dots.count())}
    assert len(shapes) > 4
    dots.last.hover()  # who stands out is drawn last
    expect(page.locator("#vg-tooltip-element")).to_contain_text(_name(hall, WORST))
    said = plain(page.locator("#vg-tooltip-element").inner_text())
    assert "Thấp hơn: nên hỏi vì sao" in said
    share = re.search(r"([\d,]+)% hài lòng", said)
    assert share is not None
    row = plain(page.get_by_role("row", name=_name(hall, WORST)).inner_text())
    assert f"{share[1]}%" in row
    assert complaints == []


def test_without_scripts_and_by_keyboard_everything_can_be_read(hall: Hall, visit: Open) -> None:
    """Without scripts the sentences and tables stand there; links and the table are reached with Tab."""
    page = visit(scripts=False)
    expect(page.locator(".chart-map")).to_be_hidden()
    expect(page.locator(".says").first).to_be_visible()
    expect(page.get_by_role("region", name="Trung tâm im lặng")).to_contain_text(_name(hall, SILENT))
    page.get_by_text("Xem các giới hạn").click()
    expect(page.get_by_role("table", name="Các giới hạn của phễu")).to_be_visible()

    page.get_by_label("Xem theo").focus()
    seen = []
    for _ in range(20):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("document.activeElement.className"))
        if "pinned" in seen[-1]:
            break
    assert "pinned" in seen[-1]
    page.get_by_label("Xem theo").select_option("quarter")
    page.get_by_role("button", name="Xem", exact=True).click()
    expect(page.locator(".when")).to_contain_text("Quý 4/2026")


@pytest.mark.parametrize("width", [360, 1280, 1920])
def test_nothing_is_cut_off(visit: Open, width: int) -> None:
    """From phone to wide screen the page itself never moves sideways; the names stay while the table does."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    for lang, dark in [("vi", False), ("en", True)]:
        page = visit(lang=lang, width=width)
        page.emulate_media(color_scheme="dark" if dark else "light")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        table = page.locator(".pinned")
        table.evaluate("each => { each.scrollLeft = 400; }")
        left = table.bounding_box()
        name = page.locator(".places tbody th").first.bounding_box()
        assert left is not None
        assert name is not None
        assert abs(name["x"] - left["x"]) < 2
        assert page.evaluate(
            "[...document.querySelectorAll('.chart')].every(each => each.firstChild.scrollHeight <= "
            "each.clientHeight + 4)"
        )
        page.screenshot(
            path=PICTURES / f"province-{lang}-{width}-{'dark' if dark else 'light'}.png", full_page=True
        )
        page.context.close()


def test_paper_lies_and_has_the_charts(visit: Open) -> None:
    """On paper the sheets are A4 across, the charts are on them, and there is nothing to press."""
    page = visit()
    page.emulate_media(media="print")
    expect(page.locator(".choices")).to_be_hidden()
    pdf = page.pdf(prefer_css_page_size=True)
    sizes = {tuple(map(float, each.split())) for each in re.findall(rb"/MediaBox \[([^]]*)\]", pdf)}
    sheets = len(re.findall(rb"/Type\s*/Page\b", pdf))
    (PICTURES / "province-vi.pdf").write_bytes(pdf)

    assert all(width > height for _, _, width, height in sizes)
    assert sheets <= 10
