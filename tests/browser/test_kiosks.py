"""A technician looks after kiosks in a real browser without scripts; a device talks to the same server."""

import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from playwright.sync_api import Page, expect

from server.domain.places import Person, Role
from server.protocol import keys
from server.protocol.messages import Enrolled
from server.protocol.record import anchor
from server.protocol.survey import survey_hash
from server.web.passwords import Passwords
from tests.browser.chromium import browsing, listen
from tests.server.hall import CHEAP, PASSWORD, plain
from tests.server.live import BAO_LOC, SEED, Hand, Live, ask_admission, live

pytestmark = pytest.mark.browser

HERE = f"/kiosks?center={BAO_LOC}"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Live]:
    """Run a server with a technician of one center."""
    with live(tmp_path) as running:
        person = Person(0, "kỹ thuật", Passwords(CHEAP).hash_now(PASSWORD), Role.TECHNICIAN, BAO_LOC)
        running.writer.submit(lambda store: store.add_person(person)).result()
        yield running


@pytest.fixture
def page(server: Live) -> Iterator[Page]:
    """Sign the technician in, who then sees the Kiosks page."""
    with browsing() as browser:
        window = browser.new_context(base_url=server.url, locale="vi-VN", java_script_enabled=False)
        window.set_default_timeout(10_000)
        page = window.new_page()
        page.goto(HERE)
        page.get_by_label("Tên đăng nhập").fill("kỹ thuật")
        page.get_by_label("Mật khẩu").fill(PASSWORD)
        page.get_by_role("button", name="Đăng nhập").click()
        expect(page).to_have_url(re.compile(re.escape(HERE) + "$"))
        yield page


def enrolled(server: Live, code: str) -> Hand:
    """Enrol a device with a code, and return it."""
    answer = ask_admission(server, code, SEED)
    assert answer.status_code == 201, answer.text
    payload = msgspec.json.decode(answer.content, type=Enrolled).enrolment.payload
    raw = server.store.current_survey()
    assert raw is not None
    device = msgspec.json.decode(payload)["device"]
    return Hand(server, SEED, device, survey_hash(raw), start=anchor(payload.encode()))


def card(page: Page, number: int) -> str:
    """Return what one reads of a counter."""
    text = page.get_by_role("region", name=f"Quầy {number}", exact=True).inner_text()
    return " ".join(plain(text).split())


def test_a_kiosk_from_its_code_to_its_end(server: Live, page: Page) -> None:
    """A counter is added, a kiosk enrolled with the shown code, seen, moved, replaced and revoked."""
    complaints = listen(page)
    for _ in range(2):
        page.get_by_role("button", name="Thêm quầy").click()
    page.get_by_role("button", name="Ghi danh máy cho quầy 1").click()
    picture = page.get_by_alt_text("Mã QR chứa mã dùng một lần")
    assert picture.evaluate("image => image.complete && image.naturalWidth") > 100
    hand = enrolled(server, page.locator(".code-sign code").inner_text())
    page.get_by_role("link", name="Xem máy đã ghi danh").click()
    assert keys.fingerprint(keys.public_key(SEED), keys.public_key(SEED)) in card(page, 1)

    hand.rate(5, 4, 5)
    hand.send()
    page.reload()
    assert "Liên lạc gần nhất vừa xong Đánh giá đã nhận 3, không thiếu" in card(page, 1)

    page.get_by_role("link", name=f"Chuyển, thay hoặc thu hồi máy {hand.id[:8]} ở quầy 1").click()
    page.get_by_label("Quầy mới").select_option("Quầy 2")
    page.get_by_role("button", name="Chuyển máy").click()
    expect(page.get_by_role("status")).to_contain_text("Đã chuyển máy.")
    hand.rate(1)
    hand.rate(2, counter=f"{BAO_LOC}-2")
    hand.send(3)
    page.goto(HERE)
    assert "Chưa có máy" in card(page, 1)
    assert "5, không thiếu" in card(page, 2)
    assert server.store.quarantined() == {}

    page.get_by_role("link", name="Chuyển, thay hoặc thu hồi").click()
    page.get_by_role("button", name="Cấp mã cho máy mới").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ghi danh máy cho quầy 2")

    page.goto(HERE)
    page.get_by_role("link", name="Chuyển, thay hoặc thu hồi").click()
    page.get_by_role("link", name="Thu hồi máy").click()
    page.get_by_label("Lý do").fill("Đã thay máy mới")
    page.get_by_role("button", name="Thu hồi máy").click()
    expect(page.get_by_role("status")).to_contain_text("Đã thu hồi máy.")
    page.locator("main summary").click()
    expect(page.get_by_role("row", name=hand.id[:8])).to_contain_text("Đã thu hồi")
    assert list(server.store.faults()) == []
    assert complaints == []


def test_a_technician_sets_the_kiosks_without_scripts(server: Live, page: Page) -> None:
    """A value beyond its limits is told beside its field; a right one is saved, and the PIN is set."""
    page.get_by_role("link", name="Cài đặt máy").click()
    page.get_by_label("Âm lượng").fill("300")
    page.get_by_role("button", name="Lưu cài đặt").click()
    expect(page.get_by_role("alert")).to_contain_text("giới hạn")
    page.get_by_label("Âm lượng").fill("40")
    page.get_by_role("button", name="Lưu cài đặt").click()
    expect(page.get_by_role("status")).to_contain_text("Đã lưu cài đặt.")
    page.get_by_label("Mã PIN mới").fill("481516")
    page.get_by_label("Nhập lại mã PIN").fill("481516")
    page.get_by_role("button", name="Đổi mã PIN").click()
    expect(page.get_by_role("status")).to_contain_text("Đã đổi mã PIN.")

    settings = server.store.kiosk_settings(BAO_LOC)
    assert (settings.volume, settings.pin_hash[:9]) == (40, "$argon2id")
