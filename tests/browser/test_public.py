"""The public pages in a real browser, as a citizen comes to them: search, a center, its chart, its file."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from server.domain.notices import Posted
from tests.browser.chromium import browsing, listen
from tests.server.furnished import DONE, TEXTS
from tests.server.live import serving
from tests.server.province_hall import WORST, province_hall

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

    from tests.server.hall import Hall

pytestmark = pytest.mark.browser

PICTURES = Path("build/pages")


@pytest.fixture(scope="module", name="hall")
def _hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    folder = tmp_path_factory.mktemp("hall")
    with province_hall(folder, date(2026, 6, 1), date(2026, 11, 20)) as made:
        with made.store.transaction():
            made.store.set_notices(WORST, [Posted("n1", TEXTS)])
        yield made


@pytest.fixture(scope="module", name="browser")
def _browser() -> Iterator[Browser]:
    with browsing() as started:
        yield started


@pytest.fixture(scope="module", name="address")
def _address(hall: Hall) -> Iterator[str]:
    with serving(hall.app) as served:
        yield served


def test_a_citizen_finds_a_center_and_takes_its_figures(
    address: str, browser: Browser, tmp_path: Path
) -> None:
    """From the sign-in page's foot to the list, by a name without marks to a center, and to the file."""
    window = browser.new_context(base_url=address, locale="vi-VN", viewport={"width": 1280, "height": 900})
    window.set_default_timeout(15_000)
    page = window.new_page()
    complaints = listen(page)
    page.goto("/sign-in")
    page.get_by_role("link", name="Kết quả công khai của các trung tâm").click()
    page.get_by_label("Tìm trung tâm").fill("phuong 1 bao loc")
    page.keyboard.press("Enter")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_role("link", name="Phường 1 Bảo Lộc").click()

    expect(page.locator("[data-drawn]")).to_have_count(1)
    labels = page.locator(".chart-trend .role-axis-label text")
    expect(labels.filter(has_text="10/26")).to_have_count(1)
    dots = page.locator(".chart-trend .mark-symbol path")
    assert dots.count() == 5  # of June to October
    xs = [box["x"] for box in (dots.nth(number).bounding_box() for number in range(5)) if box]
    assert xs == sorted(xs)
    dots.last.hover()
    expect(page.locator("#vg-tooltip-element")).to_contain_text("Tháng 10/2026")
    expect(page.get_by_text(DONE)).to_be_visible()

    page.get_by_role("link", name="Dữ liệu mở").click()
    with page.expect_download() as loading:
        page.get_by_role("link", name="CSV 2026").click()
    loading.value.save_as(tmp_path / "data.csv")
    with (tmp_path / "data.csv").open(encoding="utf-8-sig", newline="") as file:
        assert sum(row["center"] == str(WORST) and row["n"] != "" for row in csv.DictReader(file)) == 5
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("heading", name="Open data")).to_be_visible()
    assert complaints == []
    window.close()


@pytest.mark.parametrize("width", [360, 1280, 1920])
def test_nothing_is_cut_off_and_no_script_is_needed(address: str, browser: Browser, width: int) -> None:
    """From phone to wide screen, also without scripts, all stands there and nothing moves sideways."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    for lang, scripts in (("vi", True), ("en", False)):
        window = browser.new_context(
            base_url=address,
            locale=lang,
            java_script_enabled=scripts,
            viewport={"width": width, "height": 900},
        )
        page = window.new_page()
        for name, path in (("list", ""), ("center", f"/{WORST}"), ("data", "/du-lieu")):
            page.goto(f"/cong-khai{path}")
            if scripts:
                assert page.evaluate("document.documentElement.scrollWidth") <= width
                page.screenshot(path=PICTURES / f"public-{name}-{lang}-{width}.png", full_page=True)
        page.goto(f"/cong-khai/{WORST}")
        expect(page.locator(".says").first).to_be_visible()
        expect(page.locator(".by-month tbody tr")).to_have_count(12)
        page.emulate_media(media="print")
        expect(page.locator(".by-month")).to_be_visible()
        expect(page.locator(".languages")).to_be_hidden()
        window.close()
