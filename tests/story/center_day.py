"""What a day at a center is done with: the dashboard in a browser, and kiosks on screens of their own.

The person at the dashboard reads pages and presses what they say; the person at a kiosk reads the glass and
touches it. Neither knows anything of the programs.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pyotp
from playwright.sync_api import FilePayload, expect

from tests.robot.citizen import Citizen
from tests.robot.counter import kiosk_program
from tests.robot.reading import SIZES, find, reads
from tests.robot.screen import virtual_screen
from tests.robot.words import Words
from tests.server.hall import plain
from tests.server.pictures import BLUE, RED, a_photo

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from PIL import Image
    from playwright.sync_api import Page

    from tests.robot.screen import Screen

SIZE: Final = (1280, 800)
SEEN_S_MAX: Final = 30.0
BEGIN: Final = "https://"
"""What stands in the field of the address before anybody types."""
LARGE: Final = range(40, 90)
"""Sizes of letters that are to be compared from some way off, in pixels."""
COLOUR_OFF: Final = 40
"""How far a photo's colours may be from those that were taken."""
SPOT_PX_MIN: Final = 400


@dataclass
class Dashboard:
    """An administrator at the dashboard."""

    page: Page
    name: str
    password: str

    def sign_in(self) -> None:
        """Sign in for the first time: the second factor has to be set up before anything else."""
        page = self.page
        page.goto("/")
        page.get_by_label("Tên đăng nhập").fill(self.name)
        page.get_by_label("Mật khẩu").fill(self.password)
        self.press("Đăng nhập")
        self.press("Thiết lập xác thực hai bước")
        secret = page.locator(".secret").inner_text().replace(" ", "")
        page.get_by_label("Nhập mã 6 số").fill(pyotp.TOTP(secret).now())
        self.press("Bật xác thực hai bước")
        page.get_by_role("link", name="Tôi đã cất các mã").click()

    def press(self, name: str, says: str = "") -> None:
        """Press a button; the page then `says` what it has done."""
        self.page.get_by_role("button", name=name, exact=True).click()
        if says:
            expect(self.page.get_by_role("status")).to_contain_text(says)

    def go(self, link: str) -> None:
        """Follow a link of the page."""
        self.page.get_by_role("link", name=link, exact=True).click()

    def choose_center(self, name: str) -> None:
        """Turn to another center."""
        self.page.locator("select[name=center]").select_option(label=name)
        self.press("Xem")
        expect(self.page.get_by_role("heading", level=1)).to_have_text(name)

    def add_officer(self, name: str, title: str) -> None:
        """Add an officer, with a photo."""
        self.page.get_by_label("Họ và tên").fill(name)
        self.page.get_by_label("Chức danh").fill(title)
        photo = FilePayload(name="chân dung.jpg", mimeType="image/jpeg", buffer=a_photo(900, 1200))
        self.page.get_by_label("Ảnh chân dung").set_input_files(photo)
        self.press("Thêm cán bộ", "Đã thêm cán bộ.")

    def roster(self, who: str, counter: str) -> None:
        """Put an officer at a counter for the whole week, day and night."""
        self.page.get_by_label("Cán bộ", exact=True).select_option(label=who)
        self.page.get_by_label("Quầy", exact=True).select_option(label=counter)
        for box in self.page.get_by_role("checkbox").all():
            box.check()
        self.page.get_by_label("Từ", exact=True).fill("00:00")
        self.page.get_by_label("Đến", exact=True).fill("23:59")
        self.press("Thêm vào lịch", "Đã thêm vào lịch trực.")

    def ask(self, question: str, in_english: str, name: str) -> None:
        """Make a survey of one question from the ready-made one of one tap, and put it into use."""
        page = self.page
        page.get_by_role(
            "link", name=re.compile("Sửa phiếu “Một.chạm nụ.cười” thành phiếu mới")
        ).first.click()
        page.locator("[id='name.vi']").fill(name)
        for number in (3, 2):
            self.press(f"Bỏ câu {number}")
        first = page.get_by_role("region", name="Câu 1")
        first.get_by_label("Tiếng Việt").fill(question)
        first.get_by_label("Tiếng Anh").fill(in_english)
        page.get_by_role("button", name="Xem trước").first.click()
        expect(page.locator(".glass").first).to_contain_text(question)
        self.press("Đưa vào sử dụng", "Phiếu mới đã được đưa vào sử dụng.")

    def shown_code(self) -> tuple[str, str]:
        """Read the server's address and the one-time code that the page shows."""
        address = self.page.locator(".to-do code").inner_text()
        return address, self.page.locator(".code-sign code").inner_text()

    def card(self, counter: int) -> str:
        """Read what the page of kiosks says of a counter."""
        region = self.page.get_by_role("region", name=f"Quầy {counter}", exact=True)
        return " ".join(plain(region.inner_text()).split())

    def fingerprints(self, counter: int) -> list[str]:
        """Read the fingerprints of the machines at a counter."""
        return re.findall("Mã nhận dạng ([0-9A-F]{4}(?:-[0-9A-F]{4}){3})", self.card(counter))

    def care_for(self, fingerprint: str) -> None:
        """Turn to what can be done with a machine."""
        machine = self.page.locator(".machine").filter(has_text=fingerprint)
        machine.get_by_role("link", name="Chuyển, thay hoặc thu hồi máy").click()

    def main(self) -> str:
        """Read the page."""
        return " ".join(plain(self.page.locator("main").inner_text()).split())


@dataclass
class Window:
    """A kiosk's window: what is on its glass, and the fingers on it."""

    screen: Screen
    words: Words
    citizen: Citizen
    pictures: Path
    name: str

    def until(self, *texts: str, sizes: Iterable[int] = SIZES) -> Image.Image:
        """Wait until all these texts can be read on the glass, and keep a picture."""
        read: list[bytes] = []

        def says_all(seen: Image.Image) -> bool:
            """Read what has not been read yet: to look at the same picture again is work for nothing."""
            if read[-1:] == [seen.tobytes()] or seen.getbbox() is None:
                return False
            read[:] = [seen.tobytes()]
            return reads(seen, *texts, sizes=sizes)

        picture = self.screen.wait_for(" and ".join(texts), says_all, SEEN_S_MAX)
        picture.save(self.pictures / f"{self.name}-{len(list(self.pictures.iterdir())):02}.png")
        return picture

    def enrol(self, address: str, code: str) -> Image.Image:
        """Type the address and the code, as a technician with a keyboard does, until the kiosk belongs."""
        self.until("Cài đặt máy đánh giá")
        for _ in BEGIN:
            self.screen.key("BackSpace")
        self.screen.type(address)
        self.screen.type(code.replace("-", ""))
        return self.until("Đăng ký thành công")

    def begin(self) -> None:
        """Touch the button that begins."""
        button = find(self.screen.picture(), "Bắt đầu")
        assert button.is_sure
        self.screen.tap(button.x, button.y)
        self.citizen.wait_for_question()

    def open_service(self, pin: str) -> None:
        """Knock at the corner and enter the PIN."""
        for _ in range(5):
            self.screen.tap(20, 20)
        self.words.wait_for("pin")
        for digit in pin:
            self.touch(f"key_{digit}")
        self.touch("open")
        self.words.wait_for("technician")

    def touch(self, target: str) -> None:
        """Touch something by its name, once it can be touched."""
        self.screen.wait_for(target, lambda _: target in self.words.glass().targets, SEEN_S_MAX)
        self.screen.tap(*self.words.glass().targets[target])


def has_photo(picture: Image.Image) -> bool:
    """See the two colours of the officer's photo, the red above the blue."""
    red, blue = (_middle(picture, colour) for colour in (RED, BLUE))
    return red is not None and blue is not None and red < blue


def _middle(picture: Image.Image, colour: tuple[int, int, int]) -> float | None:
    """Return how far down a colour stands; None: there is next to nothing of it."""
    small = picture.reduce(4)
    wide = small.width
    rows = [
        at // wide
        for at, pixel in enumerate(small.get_flattened_data())
        if isinstance(pixel, tuple)
        and all(abs(one - other) <= COLOUR_OFF for one, other in zip(pixel, colour, strict=True))
    ]
    return sum(rows) / len(rows) if len(rows) * 16 > SPOT_PX_MIN else None


@contextmanager
def a_kiosk(folder: Path, name: str, pictures: Path) -> Iterator[Window]:
    """Start a kiosk that belongs nowhere yet, in a window of its own; it asks for news twice a second."""
    home = folder / name
    home.mkdir()
    pictures.mkdir(parents=True, exist_ok=True)
    with (
        virtual_screen(*SIZE) as screen,
        kiosk_program(screen, home, SIZE, NUCUOI_KIOSK_HEARTBEAT_S="0.5"),
    ):
        words = Words(home / "words")
        yield Window(screen, words, Citizen(screen, words, pictures), pictures, name)
