"""How somebody comes to sign in, in a real browser: invited, a password, a second factor, a code."""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from server.domain.places import Role
from tests.browser.chromium import browsing, listen
from tests.server.hall import BAO_LOC, PASSWORD, Hall, open_hall
from tests.server.live import serving

pytestmark = pytest.mark.browser

PICTURES = Path("build/people")
NEW_PASSWORD = "mưa rơi trên đồi chè"


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    """Open a hall with an administrator of the province."""
    with open_hall(tmp_path) as opened:
        opened.hire("tỉnh", None, role=Role.ADMIN)
        opened.hire("lan", BAO_LOC)
        yield opened


@pytest.fixture
def address(hall: Hall) -> Iterator[str]:
    """Serve the hall."""
    with serving(hall.app) as served:
        yield served


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start one browser for all tests."""
    with browsing() as started:
        yield started


def desk(browser: Browser, address: str) -> Page:
    """Open a window of somebody's own."""
    window = browser.new_context(base_url=address, locale="vi-VN", viewport={"width": 1280, "height": 900})
    window.set_default_timeout(10_000)
    return window.new_page()


def sign_in(page: Page, name: str, password: str) -> None:
    """Fill in the form as a person does."""
    page.goto("/sign-in")
    page.get_by_label("Tên đăng nhập").fill(name)
    page.get_by_label("Mật khẩu").fill(password)
    page.get_by_role("button", name="Đăng nhập").click()


def code_now(secret: str, moment: datetime) -> str:
    """Return what the phone shows at a moment."""
    return pyotp.TOTP(secret).at(moment)


def test_from_an_invitation_to_signing_in_with_a_code(browser: Browser, address: str, hall: Hall) -> None:
    """An administrator invites a manager, who sets a password, turns the second factor on, and uses it."""
    admin, mai = desk(browser, address), desk(browser, address)
    complaints = (listen(admin), listen(mai))
    sign_in(admin, "tỉnh", PASSWORD)
    admin.get_by_role("link", name="Người dùng").click()
    admin.get_by_role("link", name="Mời người mới").click()
    admin.get_by_label("Tên đăng nhập").fill("mai")
    admin.get_by_label("Vai trò").select_option("Người quản lý")
    admin.get_by_label("Phạm vi").select_option("Phường 1 Bảo Lộc")
    admin.get_by_role("button", name="Tạo liên kết mời").click()
    link = admin.get_by_label("Liên kết", exact=True).input_value()

    mai.goto(link.replace("http://testserver", address))
    expect(mai.get_by_label("Tên đăng nhập của Ông/Bà")).to_have_value("mai")
    mai.get_by_label("Mật khẩu mới", exact=True).fill(NEW_PASSWORD)
    mai.get_by_label("Nhập lại mật khẩu mới").fill(NEW_PASSWORD)
    mai.get_by_role("button", name="Đặt mật khẩu").click()
    expect(mai.get_by_role("status")).to_contain_text("Đã đặt mật khẩu")
    sign_in(mai, "mai", NEW_PASSWORD)

    mai.get_by_role("link", name="Tài khoản của tôi: mai").click()
    mai.get_by_role("link", name="Thiết lập xác thực hai bước").click()
    mai.get_by_role("button", name="Thiết lập xác thực hai bước").click()
    square = mai.get_by_role("img", name="Mã vuông")
    expect(square).to_be_visible()
    assert square.evaluate("image => image.complete && image.naturalWidth > 100")
    secret = mai.locator(".secret").inner_text().replace(" ", "")
    mai.get_by_label("Nhập mã 6 số").fill(code_now(secret, hall.clock.moment))
    mai.get_by_role("button", name="Bật xác thực hai bước").click()
    expect(mai.locator(".codes li")).to_have_count(8)
    mai.get_by_role("link", name="Tôi đã cất các mã").click()

    mai.get_by_role("button", name="Đăng xuất").click()
    hall.clock.forward(minutes=1)
    sign_in(mai, "mai", NEW_PASSWORD)
    expect(mai.get_by_role("heading", name="Mã xác thực")).to_be_visible()
    mai.get_by_label("Mã 6 số").fill(code_now(secret, hall.clock.moment))
    mai.get_by_role("button", name="Đăng nhập").click()
    mai.wait_for_url(re.compile("/overview"))

    admin.goto("/people")
    expect(admin.get_by_role("row", name=re.compile("mai.*Đang bật.*Đang hoạt động"))).to_be_visible()
    assert complaints == ([], [])


def test_blocking_somebody_is_asked_first(browser: Browser, address: str) -> None:
    """The button stands behind a word of what it does; afterwards the page offers to undo it."""
    admin = desk(browser, address)
    sign_in(admin, "tỉnh", PASSWORD)
    admin.goto("/people")
    admin.get_by_role("link", name="lan").click()
    expect(admin.get_by_role("button", name="Khóa tài khoản")).to_be_hidden()

    admin.get_by_text("Khóa tài khoản…").click()
    admin.get_by_role("button", name="Khóa tài khoản").click()

    expect(admin.get_by_role("status")).to_contain_text("Đã khóa tài khoản")
    expect(admin.get_by_role("button", name="Mở khóa tài khoản")).to_be_visible()


@pytest.mark.parametrize("lang", ["vi-VN", "en"])
@pytest.mark.parametrize("width", [360, 1280, 1920])
def test_no_page_runs_out_of_its_window(
    browser: Browser, address: str, hall: Hall, width: int, lang: str
) -> None:
    """From a phone to a wide screen every page fits; a picture of each lies in `build/people`."""
    token = hall.context.token(32)
    window = browser.new_context(base_url=address, locale=lang, viewport={"width": width, "height": 900})
    cookies = hall.sign_in("tỉnh")
    window.add_cookies([{"name": name, "value": value, "url": address} for name, value in cookies.items()])
    page = window.new_page()
    hall.post("/people/new", {"name": "mai", "role": "manager", "center": str(BAO_LOC)}, cookies=cookies)
    hall.post("/account/second-factor", {}, cookies=cookies)
    PICTURES.mkdir(parents=True, exist_ok=True)
    for name, path in (
        ("people", "/people"),
        ("new", "/people/new"),
        ("person", "/people/person?person=2"),
        ("invited", "/people/person?person=3"),
        ("account", "/account"),
        ("second-factor", "/account/second-factor"),
        ("spent", f"/invitation/{token}"),
    ):
        page.goto(path)
        page.screenshot(path=PICTURES / f"{name}-{width}-{lang[:2]}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    window.close()
