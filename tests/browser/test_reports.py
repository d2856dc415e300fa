"""The Reports page in a browser: choosing and downloading without a script, on a phone, without a barrier."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import ViewportSize, expect

from server.domain.places import Role
from tests.browser.axe import violations
from tests.browser.chromium import browsing
from tests.server.hall import BAO_LOC, open_hall
from tests.server.live import serving
from tests.server.published import OCTOBER, furnish, serve_month, settle

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

FITS = "document.documentElement.scrollWidth <= window.innerWidth"


@pytest.fixture(name="window", scope="module")
def _window(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Page]]:
    """Open windows of somebody who has all centers."""
    with open_hall(tmp_path_factory.mktemp("hall")) as hall:
        hall.hire("tỉnh", None, role=Role.REVIEWER)
        serve_month(hall, furnish(hall), OCTOBER)
        settle(hall, OCTOBER)
        cookies = hall.sign_in("tỉnh")
        with serving(hall.app) as address, browsing() as browser:

            def opened(*, width: int = 1280, scripts: bool = True, lang: str = "vi-VN") -> Page:
                size = ViewportSize(width=width, height=900)
                room = browser.new_context(
                    base_url=address, locale=lang, java_script_enabled=scripts, viewport=size
                )
                room.set_default_timeout(30_000)
                room.add_cookies(
                    [{"name": name, "value": each, "url": address} for name, each in cookies.items()]
                )
                return room.new_page()

            yield opened


def test_a_report_is_chosen_and_kept_without_a_script(window: Callable[..., Page]) -> None:
    """From the head of the pages to a center's month and the province's quarter, and three files."""
    page = window(scripts=False)
    page.goto("/overview")
    page.get_by_role("link", name="Báo cáo", exact=True).click()
    page.locator("main").get_by_label("Trung tâm").select_option("Phường 1 Bảo Lộc")
    page.get_by_label("Kỳ báo cáo").select_option("Tháng 10/2026")
    page.get_by_role("button", name="Xem", exact=True).click()
    expect(page.locator("h1")).to_have_text("Phường 1 Bảo Lộc")
    expect(page.locator(".reports .sentence")).to_contain_text("649")

    for name, start in (("PDF · Tiếng Việt", b"%PDF-"), ("XLSX", b"PK"), ("CSV", b"\xef\xbb\xbf")):
        with page.expect_download() as waiting:
            page.get_by_role("link", name=name, exact=True).click()
        kept = waiting.value
        assert kept.suggested_filename.startswith(f"report-{BAO_LOC}-2026-10-vi.")
        assert Path(kept.path()).read_bytes().startswith(start)

    page.get_by_role("navigation", name="Báo cáo của ai").get_by_role("link", name="Toàn tỉnh").click()
    page.get_by_label("Kỳ báo cáo").select_option("Quý 3/2026")
    page.get_by_role("button", name="Xem", exact=True).click()
    expect(page.locator(".reports .sentence")).to_contain_text("Quý 3/2026")


@pytest.mark.parametrize("lang", ["vi-VN", "en-GB"])
@pytest.mark.parametrize("address", [f"/reports?center={BAO_LOC}", "/reports/province?period=2026-Q3"])
def test_it_fits_a_phone_and_has_no_barrier(window: Callable[..., Page], address: str, lang: str) -> None:
    """Nothing reaches over the edge of a small phone; WCAG 2.2 AA is kept by day and by night."""
    page = window(width=360, lang=lang)
    page.emulate_media(reduced_motion="reduce")
    page.goto(address)
    assert page.evaluate(FITS)
    assert violations(page) == []
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    assert violations(page, colours_only=True) == []


def test_files_are_reached_without_a_mouse(window: Callable[..., Page]) -> None:
    """From the choice of the period the tabulator leads to the button, then to the files."""
    page = window()
    page.goto(f"/reports?center={BAO_LOC}")
    page.get_by_label("Kỳ báo cáo").focus()
    reached = []
    for _ in range(5):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.textContent.trim()"))

    assert reached == ["Xem", "PDF · Tiếng Việt", "PDF · English", "XLSX", "CSV"]
