"""A manager sets opening hours, holidays and a notice in a real browser; a device asks and has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest
from playwright.sync_api import expect

from server.domain.places import Person, Role
from server.protocol import keys
from server.protocol.hours import Span
from server.protocol.messages import KioskConfig, Notice, Signed, unseal
from server.web.passwords import Passwords
from tests.browser.chromium import browsing, listen
from tests.server.hall import CHEAP, NOON, PASSWORD
from tests.server.live import BAO_LOC, SEED, Hand, Live, a_hand, live
from tests.server.test_enrolment import config

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

WORK = [Span("07:30", "11:30"), Span("13:30", "17:00")]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """Run a server at noon of a known day, with a manager."""
    folder: Path = tmp_path_factory.mktemp("openings")
    with live(folder, clock=lambda: int(NOON.timestamp() * 1000)) as running:
        person = Person(0, "quanly", Passwords(CHEAP).hash_now(PASSWORD), Role.MANAGER, BAO_LOC)
        running.writer.submit(lambda store: store.add_person(person)).result()
        yield running


@pytest.fixture(scope="module")
def hand(server: Live) -> Hand:
    """Enrol a device at the manager's center."""
    return a_hand(server)


@pytest.fixture
def page(server: Live) -> Iterator[Page]:
    """Sign the manager in, as a person does; no page may complain of anything."""
    with browsing() as browser:
        opened = browser.new_page(base_url=server.url, locale="vi-VN")
        opened.set_default_timeout(10_000)
        complaints = listen(opened)
        opened.goto("/sign-in")
        opened.get_by_label("Tên đăng nhập").fill("quanly")
        opened.get_by_label("Mật khẩu").fill(PASSWORD)
        opened.get_by_role("button", name="Đăng nhập").click()
        expect(opened.get_by_role("button", name="Đăng xuất")).to_be_visible()
        yield opened
        assert complaints == []


def told(hand: Hand) -> KioskConfig:
    """Ask for the config as a kiosk does, and believe it."""
    signed = msgspec.json.decode(config(hand).content, type=Signed)
    return unseal(keys.public_key(SEED), signed, KioskConfig)


def test_hours_and_holidays_reach_a_kiosk(page: Page, hand: Hand) -> None:
    """The week is typed and saved, the year's holidays are taken over, one is removed and brought back."""
    page.get_by_role("link", name="Giờ làm việc").click()
    expect(page.get_by_text("máy đánh giá luôn mở")).to_be_visible()
    page.get_by_label("Thứ Bảy, Sáng: từ").fill("7h30")
    page.get_by_label("Thứ Bảy, Sáng: đến").fill("11h30")
    page.get_by_label("Thứ Hai, Chiều: đến").fill("17:00")
    page.get_by_role("button", name="Lưu giờ của Trung tâm").click()
    expect(page.get_by_role("status")).to_have_text("Đã lưu giờ làm việc.")
    expect(page.get_by_text("Hôm nay mở cửa đến 17:00.")).to_be_visible()

    page.get_by_role("button", name="Đưa ngày nghỉ năm 2026 vào lịch").click()
    days = page.get_by_role("region", name="Ngày khác thường lệ")
    expect(days).to_contain_text("Ngày Văn hóa Việt Nam")
    page.get_by_label("Ngày", exact=True).fill("2026-12-31")
    page.get_by_label("Lý do").fill("Tổng kết năm")
    page.get_by_role("button", name="Thêm ngày").click()
    page.get_by_role("button", name="Bỏ ngày 31/12/2026").click()
    expect(page.get_by_text("Tổng kết năm")).to_be_hidden()
    page.get_by_role("button", name="Hoàn tác").click()
    expect(page.get_by_text("Tổng kết năm")).to_be_visible()

    hours = told(hand).hours
    assert hours is not None
    assert hours.week == [WORK] * 5 + [WORK[:1], []]
    assert hours.days == {"2026-11-24": [], "2026-12-31": []}


def test_a_notice_reaches_a_kiosk(page: Page, hand: Hand) -> None:
    """A notice is written, read as a kiosk tells it, saved, and told."""
    page.get_by_role("link", name="Góp ý và việc đã làm").click()
    page.get_by_role("link", name="Thêm thông báo").click()
    page.get_by_label("Người dân góp ý (tiếng Việt)").fill("Sáng thứ Hai phải chờ lâu.")
    page.get_by_label("Trung tâm đã làm (tiếng Việt)").fill("Mở thêm một quầy chứng thực.")
    page.get_by_role("button", name="Xem trước").click()
    expect(page.get_by_text("Ông/Bà đã góp ý, chúng tôi đã làm")).to_be_visible()
    assert told(hand).notices == []

    page.get_by_role("button", name="Lưu thông báo").click()
    expect(page.get_by_text("Đang hiện trên máy")).to_be_visible()
    notice = Notice(said={"vi": "Sáng thứ Hai phải chờ lâu."}, did={"vi": "Mở thêm một quầy chứng thực."})
    assert told(hand).notices == [notice]
    page.get_by_role("button", name="Tắt thông báo 1").click()
    expect(page.get_by_text("Đang tắt")).to_be_visible()
    assert told(hand).notices == []
