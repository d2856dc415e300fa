"""Comments as a manager reads them in a browser, without scripts."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from server.domain.comments import State
from server.store.seed import ready_themes
from tests.browser.chromium import as_person, listen
from tests.server.hall import BAO_LOC, NOON, Hall, open_hall

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.browser

TEXTS = ("Phải chờ lâu quá", "Cán bộ vui vẻ", "Ghế ít", "Cảm ơn", "can bo huong dan ro rang")


@pytest.fixture(name="hall")
def _hall(tmp_path: Path) -> Iterator[Hall]:
    with open_hall(tmp_path) as made:
        made.hire("quanly", BAO_LOC)
        with made.store.transaction():
            made.store.add_themes(ready_themes())
        made.comment(BAO_LOC, NOON.date() - timedelta(days=3), *TEXTS)
        made.show_comments()
        yield made


@pytest.fixture(name="page")
def _page(hall: Hall) -> Iterator[Page]:
    with as_person(hall, "quanly") as opened_page:
        yield opened_page


def test_a_comment_is_found_taken_up_answered_and_another_deleted(hall: Hall, page: Page) -> None:
    """A manager searches without marks, takes up a comment, undoes it, answers it, and deletes another."""
    complaints = listen(page)
    page.goto(f"/comments?center={BAO_LOC}")
    main = page.locator("main")
    expect(main.locator("blockquote")).to_have_count(5)
    page.get_by_label("Tìm trong lời góp ý").fill("can bo")
    page.get_by_role("button", name="Tìm", exact=True).click()
    expect(main.locator("blockquote")).to_have_count(2)
    page.get_by_role("link", name="Bỏ lọc").click()
    page.get_by_label("Chủ đề").select_option("Thời gian chờ")
    page.get_by_role("button", name="Tìm", exact=True).click()
    expect(main.locator("blockquote")).to_have_text(["Phải chờ lâu quá"])
    page.get_by_role("link", name="Xem và xử lý góp ý 1").click()
    page.get_by_label("Tình trạng").select_option("Đã xong")
    page.get_by_label("Ghi chú nội bộ").fill("Mở thêm quầy số 3.")
    page.get_by_role("button", name="Lưu", exact=True).click()
    expect(page.get_by_role("status")).to_have_text("Đã lưu.")
    page.get_by_role("button", name="Hoàn tác").click()
    expect(page.get_by_role("status")).to_have_text("Đã hoàn tác.")
    expect(page.get_by_label("Tình trạng")).to_have_value("new")

    page.get_by_role("link", name="Soạn lời trả lời").click()
    expect(page.get_by_label("Người dân góp ý (tiếng Việt)")).to_have_value("Phải chờ lâu quá")
    page.get_by_label("Trung tâm đã làm (tiếng Việt)").fill("Sáng thứ Hai mở thêm một quầy.")
    page.get_by_role("button", name="Lưu thông báo").click()
    page.goto(f"/comments?center={BAO_LOC}&q=cho+lau")
    expect(main).to_contain_text("Đã có lời trả lời ở máy đánh giá")

    page.goto(f"/comments?center={BAO_LOC}&q=ghe")
    page.get_by_role("link", name="Xem và xử lý góp ý 1").click()
    page.get_by_role("link", name="Xóa vĩnh viễn").click()
    page.get_by_label("Lý do xóa").fill("Người viết đề nghị")
    page.get_by_role("button", name="Xóa vĩnh viễn").click()
    expect(page.get_by_role("status")).to_have_text("Đã xóa vĩnh viễn lời góp ý.")
    expect(main.locator("blockquote")).to_have_count(4)

    left = hall.store.comments(BAO_LOC)
    assert "Ghế ít" not in {each.words for each in left}
    assert {each.state for each in left} == {State.NEW}
    assert complaints == []
