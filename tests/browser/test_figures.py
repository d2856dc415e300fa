"""Figures of dossiers as a manager brings them in a browser."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import FilePayload, Page, expect

from server.domain.dossier_figures import FieldDay, TicketDay, Work
from server.domain.dossiers import Outcome
from tests.browser.chromium import as_person, listen
from tests.server.field_hall import field_hall
from tests.server.hall import BAO_LOC, Hall

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.browser

FRIDAY = date(2026, 11, 20)


@pytest.fixture(name="hall")
def _hall(tmp_path: Path) -> Iterator[Hall]:
    with field_hall(tmp_path) as made:
        yield made


@pytest.fixture(name="page")
def _page(hall: Hall) -> Iterator[Page]:
    with as_person(hall, "quanly") as opened_page:
        yield opened_page


def test_a_day_is_entered_and_put_right(hall: Hall, page: Page) -> None:
    """A manager enters Friday, is told of a slip, puts it right, and sees it in the month."""
    complaints = listen(page)
    page.goto("/")
    page.get_by_role("link", name="Số liệu hồ sơ").click()
    page.get_by_role("link", name="Nhập 20/11/2026").click()
    expect(page.get_by_label("Ngày", exact=True)).to_have_value("2026-11-20")
    page.get_by_label("Lượt phục vụ").fill("64")
    register = page.get_by_role("group", name="Hộ tịch")
    register.get_by_label("Tiếp nhận").fill("12")
    register.get_by_label("Đã trả").fill("9")
    register.get_by_label("Trả đúng hoặc trước hạn").fill("90")
    page.get_by_role("button", name="Lưu số liệu của ngày").click()
    expect(page.get_by_role("alert")).to_contain_text("Chưa lưu được")
    expect(register.get_by_label("Đã trả")).to_have_attribute("aria-invalid", "true")
    register.get_by_label("Trả đúng hoặc trước hạn").fill("9")
    page.get_by_role("button", name="Lưu số liệu của ngày").click()
    expect(page.get_by_role("status")).to_have_text("Đã lưu số liệu của ngày.")
    expect(page.get_by_role("row", name="20/11/2026")).to_contain_text("64")

    assert hall.store.field_days(BAO_LOC, FRIDAY, FRIDAY) == [FieldDay(1, FRIDAY, Work(12, 9, 9, 0))]
    assert hall.store.ticket_days(BAO_LOC, FRIDAY, FRIDAY) == [TicketDay(FRIDAY, 64)]
    assert [each for each in complaints if "422" not in each] == []  # the slip, as it was told


def test_dossiers_come_in_from_a_file(hall: Hall, page: Page) -> None:
    """A manager sees what a file would change and which line is wrong, and takes it when it is right."""
    page.goto("/figures")
    section = page.get_by_role("region", name="Nhập từ tệp")
    section.get_by_role("listitem").filter(has_text="có mã").get_by_role("link", name="Nhập từ tệp").click()
    expect(page.get_by_role("heading", name="Các cột của tệp")).to_be_visible()
    head = "Mã hồ sơ;Lĩnh vực;Kết quả\n"
    good, bad = "H36.12.05-261120-0007;Hộ tịch;Đúng hạn\n", "H36.12.05-261320-0008;Hộ tịch;Đúng hạn\n"
    for text in (head + good + bad, head + good):
        raw = ("\ufeff" + text).encode()
        page.get_by_label("Tệp Excel hoặc CSV").set_input_files(
            FilePayload(name="hồ sơ.csv", mimeType="text/csv", buffer=raw)
        )
        page.get_by_role("button", name="Xem trước").click()
        expect(page.locator("main")).not_to_contain_text("H36.12.05")
        if bad in text:
            expect(page.get_by_role("row", name="3 Mã hồ sơ")).to_contain_text("Không đọc được mã hồ sơ")
            page.get_by_role("link", name="Tải lên tệp đã sửa").click()
    page.get_by_role("button", name="Nhập 1 dòng").click()
    expect(page.get_by_role("status")).to_have_text("Đã nhập danh sách.")

    (known,) = hall.store.dossiers(BAO_LOC).values()
    assert (known.field, known.outcome) == (1, Outcome.ON_TIME)
