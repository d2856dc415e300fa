"""A center is set up and run from the dashboard: from an empty book to a kiosk that has been replaced."""

from __future__ import annotations

import json
import re
import time
import urllib.request
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from server.cli import main
from server.domain.calendar import VIETNAM
from tests.bench.premises import served, set_up
from tests.browser.chromium import browsing, listen
from tests.robot.reading import reads
from tests.story.center_day import LARGE, Dashboard, a_kiosk, has_photo

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.bench.premises import Premises
    from tests.story.center_day import Window

pytestmark = [pytest.mark.browser, pytest.mark.screen, pytest.mark.timeout(300)]

PICTURES = Path("build/center-day")
CENTER = "Phường 1 Bảo Lộc"
OFFICER, TITLE = "Trần Thị Mẫu", "Công chức (ví dụ)"
QUESTION = "Hôm nay Ông/Bà được đón tiếp thế nào?"
PIN = "481516"
PATIENCE_S = 30.0
ROOM = timedelta(minutes=2)
"""A day of ratings shall not end in the middle of the five."""


def until(what: str, seen: Callable[[], bool]) -> None:
    """Wait until something is so."""
    end = time.monotonic() + PATIENCE_S
    while not seen():
        assert time.monotonic() < end, f"never: {what}"
        time.sleep(0.1)


def wait_out_midnight() -> None:
    """Wait for the next day if this one is nearly over, in Vietnam."""
    while (datetime.now(VIETNAM) + ROOM).date() != datetime.now(VIETNAM).date():
        time.sleep(1)


@pytest.fixture(name="place")
def _place(tmp_path: Path) -> Iterator[Premises]:
    wait_out_midnight()
    set_up(tmp_path, "quantri", "cây thông trên đồi")
    with served(tmp_path) as place:
        yield place


@pytest.fixture(name="desk")
def _desk(place: Premises) -> Iterator[Dashboard]:
    with browsing() as browser:
        window = browser.new_context(base_url=place.url, locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh")
        window.set_default_timeout(15_000)
        yield Dashboard(window.new_page(), "quantri", "cây thông trên đồi")


def received(place: Premises) -> int:
    """Ask how many records the server has."""
    with urllib.request.urlopen(f"{place.url}/healthz", timeout=10) as answer:  # noqa: S310 - our own server
        return int(json.load(answer)["ratings"])


def set_center_up(desk: Dashboard) -> None:
    """Sign in; add two counters, an officer with a photo, a turn, a survey, and the technician's PIN."""
    desk.sign_in()
    desk.go("Máy đánh giá")
    desk.choose_center(CENTER)
    for _ in range(2):
        desk.press("Thêm quầy", "Đã thêm quầy.")
    desk.go("Cài đặt máy: âm lượng, thời gian, mã PIN")
    for label in ("Mã PIN mới", "Nhập lại mã PIN"):
        desk.page.get_by_label(label).fill(PIN)
    desk.press("Đổi mã PIN", "Đã đổi mã PIN.")
    desk.go("Cán bộ")
    desk.add_officer(OFFICER, TITLE)
    desk.go("Lịch trực")
    desk.roster(f"{OFFICER} – {TITLE}", "Quầy 1")
    desk.go("Phiếu khảo sát")
    desk.ask(QUESTION, "How were you received today?", "Đón tiếp")
    desk.go("Máy đánh giá")


def other(fingerprint: str) -> str:
    """Return a fingerprint that differs in one sign."""
    return fingerprint[:-1] + ("8" if fingerprint[-1] != "8" else "3")


def enrolled(desk: Dashboard, kiosk: Window, counter: int, known: set[str]) -> str:
    """Give a kiosk the code that the page shows; both show the same fingerprint, which is returned."""
    glass = kiosk.enrol(*desk.shown_code())
    desk.go("Xem máy đã ghi danh")
    (mark,) = set(desk.fingerprints(counter)) - known
    assert reads(glass, mark, weights=("Bold",), sizes=LARGE)
    assert not reads(glass, other(mark), weights=("Bold",), sizes=LARGE)
    kiosk.begin()
    return mark


def five_ratings(desk: Dashboard, kiosk: Window, place: Premises) -> None:
    """Touch a face five times. Four ratings are nobody's to see, five are."""
    for score in (5, 4, 5, 3):
        kiosk.citizen.rate(score)
    until("four ratings are there", lambda: received(place) == 4)
    desk.go("Tổng quan")
    assert "Chưa đủ dữ liệu" in desk.main()
    assert "%" not in desk.main()
    kiosk.citizen.rate(1)
    until("five ratings are there", lambda: received(place) == 5)
    desk.page.reload()
    shows_five(desk)
    desk.page.screenshot(path=PICTURES / "overview.png", full_page=True)


def shows_five(desk: Dashboard) -> None:
    """Read five ratings, three of them satisfied, on the overview."""
    page = desk.page
    expect(page.get_by_role("region", name="Lượt đánh giá")).to_contain_text(re.compile(r"\b5\b"))
    expect(page.get_by_role("region", name="Hài lòng", exact=True)).to_contain_text("60%")


def moved(desk: Dashboard, kiosk: Window) -> None:
    """Move the kiosk: it shows the other counter, where nobody sits."""
    desk.go("Máy đánh giá")
    assert "Đánh giá đã nhận 5, không thiếu" in desk.card(1)
    desk.care_for(desk.fingerprints(1)[0])
    desk.page.get_by_label("Quầy mới").select_option(label="Quầy 2")
    desk.press("Chuyển máy", "Đã chuyển máy.")
    glass = kiosk.until("Quầy số 2", QUESTION)
    assert not has_photo(glass)
    assert "Chưa có máy đánh giá ở quầy này." in desk.card(1)


def replaced(desk: Dashboard, spare: Window, place: Premises, mark: str) -> None:
    """Let another machine take the kiosk's place; what the old one has brought stays."""
    desk.care_for(mark)
    desk.press("Cấp mã cho máy mới")
    enrolled(desk, spare, 2, {mark})
    spare.until("Quầy số 2", QUESTION)
    spare.citizen.rate(5)
    until("the new machine's rating is there", lambda: received(place) == 6)
    desk.page.reload()
    assert "Đánh giá đã nhận 5, không thiếu" in desk.card(2)
    assert "Đánh giá đã nhận 1, không thiếu" in desk.card(2)


def revoked(desk: Dashboard, kiosk: Window, mark: str) -> None:
    """Revoke the old kiosk: the page says so, and the kiosk goes on recording and calls a human."""
    page = desk.page
    desk.care_for(mark)
    desk.go("Thu hồi máy")
    page.get_by_label("Lý do").fill("Đã thay máy mới")
    desk.press("Thu hồi máy", "Đã thu hồi máy.")
    page.locator("main summary").filter(has_text="Các máy trước đây").click()
    expect(page.get_by_role("row").filter(has_text="Đã thu hồi")).to_contain_text(re.compile(r"\b5\b"))
    page.screenshot(path=PICTURES / "kiosks.png", full_page=True)
    kiosk.citizen.rate(2)
    until("the sixth is on its disk", lambda: "stored record 6" in kiosk.words.text())
    kiosk.open_service(PIN)
    kiosk.until("Tình trạng máy", "device_revoked")


def test_a_center_is_set_up_and_run_from_the_dashboard(
    place: Premises, desk: Dashboard, tmp_path: Path
) -> None:
    """From an empty book to a counter that citizens rate at, and on until its kiosk was replaced."""
    complaints = listen(desk.page)
    set_center_up(desk)
    with a_kiosk(tmp_path, "first", PICTURES) as kiosk, a_kiosk(tmp_path, "second", PICTURES) as spare:
        desk.press("Ghi danh máy cho quầy 1")
        mark = enrolled(desk, kiosk, 1, set())
        # the new survey and the officer are on the glass
        assert has_photo(kiosk.until("Quầy số 1", OFFICER, TITLE, QUESTION))
        five_ratings(desk, kiosk, place)
        moved(desk, kiosk)
        replaced(desk, spare, place, mark)
        revoked(desk, kiosk, mark)
        desk.go("Tổng quan")
        shows_five(desk)
    assert main(["--data-dir", str(place.folder / "server"), "verify"], {}) == 0
    assert complaints == []
