"""A survey is taken over, reworded, seen, put into use and taken back, in a real browser, by an admin."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec
import pytest
from playwright.sync_api import expect

from server.domain.places import Person, Role
from server.protocol import keys
from server.protocol.messages import KioskConfig, Signed, unseal
from server.protocol.survey import decode_survey
from server.store.seed import cheerful_survey
from server.web.passwords import Passwords
from tests.browser.chromium import browsing, listen
from tests.server.hall import CHEAP, PASSWORD, plain
from tests.server.live import SEED, Hand, Live, a_hand, live
from tests.server.test_enrolment import config

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

ASKED = "Hôm nay cán bộ đón tiếp Ông/Bà thế nào?"
ASKED_EN = "How were you received today?"


@pytest.fixture(name="server")
def a_server(tmp_path: Path) -> Iterator[Live]:
    """Run a server with an admin of the province."""
    with live(tmp_path) as running:
        admin = Person(0, "chủ", Passwords(CHEAP).hash_now(PASSWORD), Role.ADMIN, None)
        running.writer.submit(lambda store: store.add_person(admin)).result()
        yield running


@pytest.fixture(name="page")
def a_page(server: Live) -> Iterator[Page]:
    """Open the page of surveys as the admin, in a browser that runs no script."""
    with browsing() as browser:
        window = browser.new_context(
            base_url=server.url,
            locale="vi-VN",
            java_script_enabled=False,
            viewport={"width": 1280, "height": 900},
        )
        window.set_default_timeout(10_000)
        page = window.new_page()
        page.goto("/surveys")
        page.get_by_label("Tên đăng nhập").fill("chủ")
        page.get_by_label("Mật khẩu").fill(PASSWORD)
        page.get_by_role("button", name="Đăng nhập").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Phiếu khảo sát")
        yield page


def told(hand: Hand) -> KioskConfig:
    """Return what the kiosk is told now."""
    return unseal(keys.public_key(SEED), msgspec.json.decode(config(hand).content, type=Signed), KioskConfig)


def test_an_admin_takes_over_rewords_sees_and_asks(server: Live, page: Page) -> None:
    """From a ready-made survey to the kiosk's config, and back to the one before."""
    hand = a_hand(server)
    before = told(hand).survey
    complaints = listen(page)
    page.get_by_role("link", name=re.compile("Sửa phiếu “Phục.vụ vui.vẻ” thành phiếu mới")).click()
    second = page.get_by_role("region", name="Câu 2")
    second.get_by_label("Tiếng Việt").fill(ASKED)
    second.get_by_label("Tiếng Anh").fill(ASKED_EN)
    second.get_by_role("button", name="Đưa câu 2 xuống dưới").click()
    page.get_by_label("Loại câu hỏi").last.select_option("Một con số")
    page.get_by_role("button", name="Thêm câu hỏi").click()
    page.get_by_role("button", name="Bỏ câu 6").click()
    page.get_by_role("button", name="Xem trước").first.click()

    expect(page.locator(".over")).to_have_text("Phiếu khảo sát")
    glasses = page.locator(".glass")
    expect(glasses).to_have_count(12)
    expect(glasses.nth(4)).to_contain_text(ASKED)
    expect(glasses.nth(5)).to_contain_text(ASKED_EN)
    expect(page.get_by_text("Đây là bản xem trước.")).to_be_visible()
    assert told(hand).survey == before
    page.get_by_role("button", name="Sửa tiếp").click()
    page.locator("[id='name.vi']").fill("Phục vụ vui vẻ, tháng Mười hai")
    page.get_by_role("button", name="Xem trước").first.click()
    page.get_by_role("button", name="Đưa vào sử dụng").click()

    expect(page.get_by_role("status")).to_contain_text("Phiếu mới đã được đưa vào sử dụng.")
    expect(page.get_by_role("region", name="Phục vụ vui vẻ, tháng Mười hai")).to_contain_text(
        "do chủ đưa vào"
    )
    now = told(hand)
    assert now.survey.name["vi"] == "Phục vụ vui vẻ, tháng Mười hai"
    assert now.survey.questions[2].text == {"vi": ASKED, "en": ASKED_EN}
    old = [each.id for each in decode_survey(cheerful_survey()).questions]
    assert [each.id for each in now.survey.questions] == [old[0], old[2], old[1], *old[3:]]

    page.get_by_role("link", name=re.compile(f"Hỏi lại phiếu “{plain(before.name['vi'])}”")).click()
    page.get_by_role("button", name="Đưa vào sử dụng").click()
    expect(page.get_by_role("status")).to_be_visible()
    assert told(hand).survey == before
    assert complaints == []


def test_a_fault_is_found_by_its_link(page: Page) -> None:
    """Whoever forgets a field is led to it, with all else still there."""
    page.get_by_role("link", name=re.compile("Sửa phiếu “Một.chạm nụ.cười” thành phiếu mới")).click()
    page.locator("[id='q1.o3.vi']").fill("")
    page.locator("[id='q1.vi']").fill("Vì sao?")
    page.get_by_role("button", name="Xem trước").first.click()

    expect(page.get_by_role("alert")).to_contain_text("Còn 1 chỗ cần sửa")
    page.get_by_role("link", name="Đến chỗ đầu tiên").click()
    expect(page.get_by_text("Xin điền chỗ này.")).to_be_in_viewport()
    expect(page.locator("[id='q1.vi']")).to_have_value("Vì sao?")
