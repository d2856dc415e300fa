"""Officers and the roster as a manager does them in a browser, up to what a kiosk is told."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec
import pytest
from playwright.sync_api import FilePayload, Page, expect

from server.domain.places import Counter, Device, DeviceState, counter_id
from server.protocol import keys
from server.protocol.messages import KioskConfig, Signed, sign_config_request, unseal
from server.store import Code
from tests.browser.chromium import as_person, listen
from tests.server.hall import BAO_LOC, Hall, open_hall
from tests.server.pictures import a_photo, opened

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.browser

SEED, DEVICE = bytes(31) + b"\x21", "d" * 32
COUNTER = Counter(counter_id(BAO_LOC, 1), BAO_LOC, 1)


@pytest.fixture(name="hall")
def _hall(tmp_path: Path) -> Iterator[Hall]:
    with open_hall(tmp_path) as made:
        made.hire("quanly", BAO_LOC)
        with made.store.transaction():
            made.store.add_counter(COUNTER)
            made.store.add_code("code", Code(COUNTER.id, made.clock.now_ms(), None))
            key = keys.public_key(SEED)
            device = Device(DEVICE, key, COUNTER.id, BAO_LOC, DeviceState.ACTIVE, "", "", 0, "0" * 64)
            made.store.add_device(device, "code")
        yield made


@pytest.fixture(name="page")
def _page(hall: Hall) -> Iterator[Page]:
    with as_person(hall, "quanly") as opened_page:
        yield opened_page


def told(hall: Hall) -> KioskConfig:
    """Ask for the config of the kiosk at counter 1, as it does."""
    nonce = "e" * 32
    signature = sign_config_request(SEED, DEVICE, nonce)
    reply = hall.get("/v1/config", nucuoi_device=DEVICE, nucuoi_nonce=nonce, nucuoi_signature=signature)
    signed = msgspec.json.decode(reply.body, type=Signed)
    return unseal(keys.public_key(bytes(32)), signed, KioskConfig)


def test_an_officer_comes_to_the_glass(hall: Hall, page: Page) -> None:
    """A manager adds an officer with a photo and rosters them; the kiosk at that counter is told."""
    complaints = listen(page)
    page.goto("/")
    page.get_by_role("link", name="Cán bộ", exact=True).click()
    page.get_by_label("Họ và tên").fill("Trần Thị Mẫu")
    page.get_by_label("Chức danh").fill("Công chức (ví dụ)")
    photo = FilePayload(name="chân dung.jpg", mimeType="image/jpeg", buffer=a_photo(1200, 1600))
    page.get_by_label("Ảnh chân dung").set_input_files(photo)
    with page.expect_response(re.compile("/officers/photo")) as shown:
        page.get_by_role("button", name="Thêm cán bộ").click()
    expect(page.get_by_role("status")).to_have_text("Đã thêm cán bộ.")
    assert shown.value.headers["content-type"] == "image/jpeg"

    page.get_by_role("link", name="Lịch trực", exact=True).click()
    page.get_by_label("Cán bộ").select_option(label="Trần Thị Mẫu – Công chức (ví dụ)")
    page.get_by_label("Quầy", exact=True).select_option(label="Quầy 1")
    page.get_by_label("Thứ Sáu").uncheck()
    page.get_by_role("button", name="Thêm vào lịch").click()
    expect(page.get_by_role("status")).to_have_text("Đã thêm vào lịch trực.")
    expect(page.locator(".turn")).to_have_count(4)

    (officer,) = told(hall).officers
    assert (officer.id, officer.name, officer.title) == (
        f"{BAO_LOC}-cb1",
        "Trần Thị Mẫu",
        "Công chức (ví dụ)",
    )
    assert (opened(officer.photo).format, opened(officer.photo).size) == ("JPEG", (480, 480))
    assert complaints == []


def test_a_photo_that_is_too_large_is_told_kindly(hall: Hall, page: Page) -> None:
    """Whoever sends twelve million bytes hears so on the page, with what was typed; no connection is cut."""
    page.goto("/officers")
    page.get_by_label("Họ và tên").fill("Trần Thị Mẫu")
    photo = FilePayload(name="to.jpg", mimeType="image/jpeg", buffer=a_photo() + bytes(12_000_000))
    page.get_by_label("Ảnh chân dung").set_input_files(photo)
    page.get_by_role("button", name="Thêm cán bộ").click()

    expect(page.get_by_role("alert")).to_contain_text("Chưa lưu được")
    expect(page.locator("#photo-fault")).to_contain_text("lớn hơn 8 MB")
    expect(page.get_by_label("Họ và tên")).to_have_value("Trần Thị Mẫu")
    assert hall.store.officers(BAO_LOC) == []


def test_a_week_is_copied_and_a_turn_taken_out(hall: Hall, page: Page) -> None:
    """The next week is as this one at a press; a turn goes at a press and comes back at another."""
    with hall.store.transaction():
        hall.store.add_officer(BAO_LOC, "Trần Thị Mẫu", "", "quanly")
    page.goto("/roster")
    page.get_by_label("Cán bộ").select_option(label="Trần Thị Mẫu")
    page.get_by_label("Quầy", exact=True).select_option(label="Quầy 1")
    page.get_by_role("button", name="Thêm vào lịch").click()
    page.get_by_role("link", name="Tuần 49").click()
    expect(page.locator(".when")).to_contain_text("30/11/2026")
    expect(page.locator(".turn")).to_have_count(0)
    page.get_by_role("button", name="Chép lịch tuần trước").click()
    expect(page.get_by_role("status")).to_have_text("Đã chép lịch tuần trước.")
    expect(page.locator(".turn")).to_have_count(5)

    page.get_by_role("button", name="Bỏ ca 07:30–17:00 Thứ Tư của Trần Thị Mẫu ở quầy 1").click()
    expect(page.locator(".turn")).to_have_count(4)
    page.get_by_role("button", name="Hoàn tác").click()
    expect(page.locator(".turn")).to_have_count(5)

    page.get_by_text("Bỏ cả tuần").click()
    page.get_by_role("button", name="Bỏ mọi ca của tuần này").click()
    expect(page.locator(".turn")).to_have_count(0)
    assert [each.id for each in told(hall).officers] == [f"{BAO_LOC}-cb1"]


def test_a_printed_roster_is_one_sheet(hall: Hall, page: Page) -> None:
    """On paper there is the week and nothing to press, wide enough for a wall."""
    with hall.store.transaction():
        hall.store.add_officer(BAO_LOC, "Trần Thị Mẫu", "", "quanly")
    page.goto("/roster")
    page.get_by_label("Cán bộ").select_option(label="Trần Thị Mẫu")
    page.get_by_label("Quầy", exact=True).select_option(label="Quầy 1")
    page.get_by_role("button", name="Thêm vào lịch").click()
    expect(page.locator(".turn")).to_have_count(5)
    pdf = page.pdf(prefer_css_page_size=True)
    page.emulate_media(media="print")

    for each in page.get_by_role("button").all():
        expect(each).to_be_hidden()
    expect(page.locator(".turns thead")).to_be_visible()
    expect(page.get_by_text("Lãnh đạo Trung tâm")).to_be_visible()
    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf)
    assert [(float(wide) > float(high)) for wide, high in boxes] == [True]
