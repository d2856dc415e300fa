"""A list is fetched, edited and brought back as a manager does it in a browser."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import FilePayload, Page, expect

from server.domain.table_csv import write_csv
from server.domain.table_xlsx import write_xlsx
from server.domain.tables import read_table
from tests.browser.chromium import as_person, listen
from tests.server.listing import dump, list_hall

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.server.hall import Hall

pytestmark = pytest.mark.browser

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture(name="hall")
def _hall(tmp_path: Path) -> Iterator[Hall]:
    with list_hall(tmp_path) as made:
        yield made


@pytest.fixture(name="page")
def _page(hall: Hall) -> Iterator[Page]:
    with as_person(hall, "quanly") as opened_page:
        yield opened_page


def test_a_manager_edits_the_officers_in_excel(hall: Hall, page: Page) -> None:
    """Download, change a line, add a line with a mistake, be told of it, correct it, and import."""
    complaints = listen(page)
    page.goto("/officers")
    with page.expect_download() as fetched:
        page.get_by_role("link", name="Tải về (Excel)").click()
    table = read_table(Path(fetched.value.path()).read_bytes(), fetched.value.suggested_filename)
    assert [row.cells[1] for row in table.rows] == ["Trần Thị Mẫu", "Lê Văn Ví Dụ"]
    first = (table.rows[0].cells[0], "Trần Thị Mẫu", "Chuyên viên", "Đang làm việc")
    before = dump(hall)

    page.get_by_role("link", name="Nhập từ tệp").click()
    wrong = write_csv(table.head, [first, ("", "Nguyễn Thị Thí Dụ", "", "ốm")])
    page.get_by_label("Tệp Excel hoặc CSV").set_input_files(
        FilePayload(name="cán bộ.csv", mimeType="text/csv", buffer=wrong)
    )
    page.get_by_role("button", name="Xem trước").click()
    expect(page.get_by_role("heading", name="Tệp có 1 dòng cần sửa")).to_be_visible()
    expect(page.get_by_role("row", name="3 Tình trạng ốm")).to_be_visible()
    expect(page.get_by_role("button", name="Nhập")).to_have_count(0)

    page.get_by_role("link", name="Tải lên tệp đã sửa").click()
    right = write_xlsx("Cán bộ", table.head, [first, ("", "Nguyễn Thị Thí Dụ", "", "")])
    page.get_by_label("Tệp Excel hoặc CSV").set_input_files(
        FilePayload(name="cán bộ.xlsx", mimeType=XLSX, buffer=right)
    )
    page.get_by_role("button", name="Xem trước").click()
    expect(page.get_by_text("1 dòng mới")).to_be_visible()
    expect(page.get_by_text("1 dòng thay đổi")).to_be_visible()
    assert dump(hall) == before

    page.get_by_role("button", name="Nhập 2 dòng").click()
    expect(page.get_by_role("status")).to_have_text("Đã nhập danh sách.")
    expect(page.get_by_role("link", name="Sửa Nguyễn Thị Thí Dụ")).to_be_visible()
    expect(page.get_by_text("Chuyên viên")).to_be_visible()
    assert complaints == []
