"""The pages of whole months in a browser: pictures, sorting, a phone, paper."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import ViewportSize, expect

from tests.browser.chromium import browsing, listen
from tests.server.hall import BAO_LOC, Hall, open_hall, plain
from tests.server.live import serving
from tests.server.published import OCTOBER, furnish, serve_month, settle

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

PAGE = f"/comparison?center={BAO_LOC}"
DETAILS = f"/comparison/months?center={BAO_LOC}"
FITS = "document.documentElement.scrollWidth <= window.innerWidth"


@pytest.fixture(name="hall", scope="module")
def _hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    with open_hall(tmp_path_factory.mktemp("hall")) as opened:
        opened.hire("quanly", BAO_LOC)
        serve_month(opened, furnish(opened), OCTOBER)
        settle(opened, OCTOBER)
        yield opened


@pytest.fixture(name="window", scope="module")
def _window(hall: Hall) -> Iterator[Callable[..., Page]]:
    """Open windows of a signed-in manager."""
    cookies = hall.sign_in("quanly")
    with serving(hall.app) as address, browsing() as browser:

        def opened(*, width: int = 1280, scripts: bool = True, lang: str = "vi-VN") -> Page:
            size = ViewportSize(width=width, height=900)
            window = browser.new_context(
                base_url=address, locale=lang, java_script_enabled=scripts, viewport=size
            )
            window.set_default_timeout(10_000)
            window.add_cookies(
                [{"name": name, "value": each, "url": address} for name, each in cookies.items()]
            )
            return window.new_page()

        yield opened


def drawn(page: Page) -> None:
    """Wait until every chart of a page is drawn."""
    expect(page.locator("[data-drawn]")).not_to_have_count(0)
    expect(page.locator("[data-chart]:not([data-drawn])")).to_have_count(0)


def test_pictures_say_what_the_tables_say(window: Callable[..., Page]) -> None:
    """One sign for each row with figures, a triangle for who differs; nothing is complained about."""
    page = window()
    complaints = listen(page)
    page.goto("/overview")
    page.get_by_role("link", name="So sánh", exact=True).click()
    drawn(page)
    section = page.locator("#counter")
    expect(section.locator(".mark-symbol path")).to_have_count(4)
    section.locator(".mark-symbol path").nth(2).hover()
    expect(page.locator("#vg-tooltip-element")).to_contain_text("Quầy 3: 64% hài lòng")
    assert "thấp hơn hẳn" in plain(page.locator("#vg-tooltip-element").inner_text())
    expect(section.locator("tbody tr").nth(2)).to_contain_text("thấp hơn hẳn")

    page.get_by_role("link", name="Chi tiết tháng").click()
    drawn(page)
    told = page.locator(".chart-heat .mark-rect path").count()
    page.get_by_text("Xem số liệu từng giờ").click()
    expect(page.locator(".week-table td:has(br)")).to_have_count(told)
    page.set_viewport_size({"width": 700, "height": 900})
    page.emulate_media(color_scheme="dark")
    page.pdf()
    assert complaints == []


def test_tables_sort_and_periods_change_without_scripts(window: Callable[..., Page]) -> None:
    """The head of a column is a link that says how rows are sorted; a quarter is chosen and keeps it."""
    page = window(scripts=False)
    page.goto(PAGE)
    expect(page.locator(".chart-compared").first).to_be_hidden()
    head = page.locator("#counter th", has_text="Hài lòng")
    head.get_by_role("link").click()
    expect(head).to_have_attribute("aria-sort", "descending")
    expect(page.locator("#counter tbody th").first).to_have_text("Quầy 4")
    head.get_by_role("link").click()
    expect(head).to_have_attribute("aria-sort", "ascending")
    expect(page.locator("#counter tbody th").first).to_have_text("Quầy 3")

    page.get_by_label("Xem theo").select_option("quarter")
    page.get_by_role("button", name="Xem", exact=True).click()
    expect(page.locator(".when")).to_contain_text("Quý 4/2026")
    expect(page.locator(".months")).to_contain_text("Tháng 11/2026 chưa công bố")
    expect(page.locator("#counter tbody th").first).to_have_text("Quầy 3")


@pytest.mark.parametrize("lang", ["vi-VN", "en-GB"])
@pytest.mark.parametrize("address", [PAGE, DETAILS])
def test_a_phone_shows_all_of_it(window: Callable[..., Page], address: str, lang: str) -> None:
    """Nothing reaches over the edge of a small phone, and rows can be sorted there too."""
    page = window(width=360, lang=lang)
    page.goto(address)
    drawn(page)
    assert page.evaluate(FITS)
    if address == PAGE:
        page.locator("#officer .sorts a").nth(2).click()
        expect(page).to_have_url(re.compile("sort=-share#officer$"))
        expect(page.locator("#officer tbody th").first).to_contain_text("Lê Văn Thử")


def test_sorting_needs_no_mouse(window: Callable[..., Page]) -> None:
    """The links of the columns are reached with the tabulator, and one sees where one is."""
    page = window()
    page.goto(PAGE)
    page.locator("#counter thead a").first.focus()
    page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    page.keyboard.press("Enter")
    expect(page.locator("#counter th", has_text="Số lượt")).to_have_attribute("aria-sort", "descending")


def test_on_paper_tables_fit_the_sheet(window: Callable[..., Page], tmp_path: Path) -> None:
    """A sheet of A4 holds every column; what leads elsewhere is not printed."""
    page = window()
    page.goto(PAGE)
    drawn(page)
    page.pdf(path=tmp_path / "page.pdf", format="A4")
    page.set_viewport_size({"width": 688, "height": 1000})
    page.emulate_media(media="print")
    assert page.evaluate(FITS)
    expect(page.locator(".tabs")).to_be_hidden()
    expect(page.locator("#counter .interval-line").first).to_be_visible()
