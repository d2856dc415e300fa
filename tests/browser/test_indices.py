"""The official indices as a manager brings them together in a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chromium import as_person, listen
from tests.server.hall import BAO_LOC, Hall, open_hall
from tests.server.index_hall import EXACTLY, answer, furnish, report_summer, tell

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.browser


@pytest.fixture(name="hall")
def _hall(tmp_path: Path) -> Iterator[Hall]:
    with open_hall(tmp_path) as opened:
        furnish(opened)
        answer(opened, EXACTLY)
        cookies = opened.sign_in("quanly")
        report_summer(opened, cookies)
        tell(opened, cookies, "2026-Q3", dossiers_complained=5, complaints_again=2, complaints_prolonged=0)
        yield opened


@pytest.fixture(name="page")
def _page(hall: Hall) -> Iterator[Page]:
    with as_person(hall, "quanly") as opened_page:
        yield opened_page


def test_a_manager_enters_what_is_missing_and_sees_the_grade(page: Page) -> None:
    """The page says what lacks, leads to its form, and with it the quarter has its 15.00 points."""
    complaints = listen(page)
    page.goto("/indices")
    expect(page.get_by_role("region", name="Nghị định 61: chín chỉ số")).to_contain_text(
        "đã có 7 trong 9 chỉ số"
    )
    page.get_by_role("link", name="Nhập số liệu quý").click()
    form = page.get_by_role("region", name="Quý 3/2026: số liệu cho các chỉ số theo quy định")
    for label, count in (
        ("Thủ tục trong danh mục thực hiện tại Trung tâm", "100"),
        ("Thủ tục tiếp nhận và trả kết quả tại Trung tâm", "100"),
        ("Thủ tục thẩm định, phê duyệt tại chỗ", "100"),
        ("Thủ tục trực tuyến mức độ 3, 4", "10"),
        ("Hồ sơ nộp trực tuyến", "200"),
        ("Hồ sơ trực tuyến quá hạn", "0"),
    ):
        form.get_by_label(label, exact=True).fill(count)
    form.get_by_role("button", name="Lưu số liệu quý").click()
    expect(page.get_by_role("status")).to_have_text("Đã lưu số liệu của quý.")
    page.get_by_role("link", name="Xem các chỉ số của quý này").click()
    expect(page.get_by_role("row", name="Tổng điểm và xếp loại")).to_contain_text(
        "15,00 / 18 điểm – Xuất sắc"
    )

    assert complaints == []
    page.set_viewport_size({"width": 360, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert f"center={BAO_LOC}" in page.url
