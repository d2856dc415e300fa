"""The screens around a visit, and the technician's: whole on every glass, still when nothing happens."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

import pytest
from msgspec import structs
from msgspec.structs import replace

from kiosk.events import Arrived, Look, Stayed, Touched
from kiosk.technician import PIN_DIGITS_MIN, Pad, Service
from kiosk.ui.scenes import Scene
from kiosk.ui.screens.notice import NoticeScreen
from kiosk.ui.screens.pin import PinScreen
from kiosk.ui.screens.resting import MOON, NIGHT, RestingScreen
from kiosk.ui.screens.still_there import Ring, StillThereScreen
from kiosk.ui.screens.technician import TechnicianScreen
from kiosk.ui.theme import CAPITAL_SHARE, NORMAL, WARM, contrast, sheet_of
from kiosk.ui.typeset import NBSP
from kiosk.ui.widgets.key import ERASE, Key
from kiosk.ui.widgets.tap import Tap
from kiosk.ui.widgets.words import Words
from server.protocol.hours import VIETNAM, Hours, Span
from server.protocol.messages import Notice, Thresholds
from tests.ui.faults import faults
from tests.ui.worlds import GLASSES, LANGUAGES, LONGEST_PLACE, a_config, a_visit

if TYPE_CHECKING:
    from kiosk.ui.screens.screen import Screen
    from tests.ui.driver import Booth

pytestmark = pytest.mark.screen

SHORT: Final = Notice(
    said={"vi": "Sáng thứ Hai chờ lâu quá.", "en": "The wait is too long on Monday mornings."},
    did={"vi": "Mở thêm một quầy chứng thực.", "en": "Opened one more certification counter."},
)
LONG: Final = Notice(
    said={"vi": ("Người dân phải chờ rất lâu ở quầy chứng thực " * 7)[:300].strip()},
    did={"vi": ("Chúng tôi đã bố trí thêm một cán bộ tại quầy " * 7)[:300].strip()},
)
WORK: Final = [Span("07:30", "11:30"), Span("13:30", "17:00")]
SCENE: Final = Scene(
    structs.replace(a_config(), notices=[SHORT, LONG], hours=Hours(week=[WORK] * 5 + [[], []]))
)
SERVICE: Final = Service(
    device="5f" * 16,
    fingerprint="7F3A-09C4-11D2-E05B",
    center=LONGEST_PLACE,
    counter="Quầy số 3",
    software="2026.11.0",
    survey="Phục vụ vui vẻ",
    queued=12,
    received_at="07:42 24/11/2026",
    trouble="",
    server="https://nucuoi.lamdong.gov.vn",
    free_mb=48210,
    clock_ok=True,
    issued_at="07:30 23/11/2026",
    officer="Cán bộ Trực Quầy",
)
WORST: Final = replace(
    SERVICE,
    center=("Phường Nguyễn " * 9).strip()[:120],
    counter=("Quầy hồ sơ liên thông " * 6).strip()[:120],
    officer=("Cán bộ có tên rất dài " * 6).strip()[:120],
    survey=("Phiếu hỏi về sự phục vụ " * 12).strip()[:300],
    server="https://" + "may-chu.trung-tam." * 6 + "vn",
    trouble="certificate_untrusted",
    received_at="",
    clock_ok=False,
    sounds=False,
)


def at(moment: str) -> float:
    """Return a moment of Vietnam in seconds since 1970."""
    return datetime.fromisoformat(moment).replace(tzinfo=VIETNAM).timestamp()


def turn(booth: Booth, screen: Screen, look: Look = NORMAL) -> None:
    """Let the application show a screen in this look."""
    booth.app.frame.turn_to(screen, look)
    booth.frames(1)


def said(booth: Booth) -> str:
    """Return every word on the glass."""
    return " ".join(words.text for words in booth.seen(Words) if words.text).replace(NBSP, " ")


def named(booth: Booth, name: str) -> Tap:
    """Find what is to be touched by its name."""
    found: list[Tap] = [tap for tap in booth.seen(Tap) if tap.name == name]
    return found[0]


def told(booth: Booth, number: int, lang: str, look: Look = NORMAL, scene: Scene = SCENE) -> NoticeScreen:
    """Show a notice."""
    screen = NoticeScreen(booth.events.append)
    screen.show(replace(a_visit(lang=lang, look=look), notice=number), scene)
    turn(booth, screen, look)
    return screen


def resting(booth: Booth, moment: str, lang: str = "vi", look: Look = NORMAL) -> RestingScreen:
    """Show the night."""
    screen = RestingScreen(booth.events.append)
    screen.show(a_visit(lang=lang, look=look), SCENE, at(moment))
    turn(booth, screen, look)
    return screen


def still_there(
    booth: Booth, lang: str = "vi", look: Look = NORMAL, scene: Scene = SCENE
) -> StillThereScreen:
    """Ask whether anybody is there."""
    screen = StillThereScreen(booth.events.append)
    screen.show(a_visit(lang=lang, look=look), scene)
    turn(booth, screen, look)
    return screen


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("width", "height", "inches"), GLASSES)
def test_the_longest_words_around_a_visit_are_whole(
    booth: Booth, width: int, height: int, inches: float, lang: str
) -> None:
    """The longest notice, and a night that ends today, are read to the last mark on each glass.

    Two notices of 300 signs fill a small glass: in large text they are at least as large as normally.
    """
    booth.resize(width, height, inches)
    for look in (NORMAL, Look(large=True)):
        told(booth, 1, lang, look)
        assert list(faults(booth, sheet_of(width, height, inches))) == [], f"notice, {look}"
        resting(booth, "2026-11-23T12:00", lang, look)
        assert list(faults(booth, sheet_of(width, height, inches, look))) == [], f"night, {look}"


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("width", "height", "inches"), GLASSES)
def test_every_screen_of_the_technician_is_whole(
    booth: Booth, width: int, height: int, inches: float, lang: str
) -> None:
    """PIN pad and table are whole in every state, also with the longest names that there can be."""
    booth.resize(width, height, inches)
    sheet = sheet_of(width, height, inches)
    for pad in (
        Pad(),
        Pad(digits=8),
        Pad(wrong=True),
        Pad(checking=True),
        Pad(wait_s=900),
        Pad(has_pin=False),
    ):
        screen = PinScreen(lambda _: None, lambda: None, lambda: None)
        screen.show(pad, lang)
        turn(booth, screen)
        assert list(faults(booth, sheet)) == [], f"{pad} in {lang} on {width}x{height}"
        assert all(min(key.hit.size) >= sheet.mm(12) for key in booth.seen(Key))
    for service in (SERVICE, replace(SERVICE, center="P1", officer="", received_at="")):
        a_table(booth, service, lang)
        assert list(faults(booth, sheet)) == [], f"table in {lang} on {width}x{height}"
    a_table(booth, WORST, lang)
    # what there is no room for is cut, and says so; nothing else may be wrong
    assert list(faults(booth, sheet)) == []


def a_table(booth: Booth, service: Service, lang: str = "vi") -> list[str]:
    """Show the technician's screen; return what was asked of it, as it comes."""
    asked: list[str] = []
    names = ("send", "sound", "restart", "close")
    screen = TechnicianScreen(*(lambda name=name: asked.append(name) for name in names))
    screen.show(service, lang)
    turn(booth, screen)
    return asked


def test_a_notice_says_both_and_a_touch_ends_it(booth: Booth) -> None:
    """What was said and what was done stand there, and a touch anywhere is told."""
    told(booth, 0, "vi")
    words = said(booth)

    for part in ("Ông/Bà góp ý:", SHORT.said["vi"], "Chúng tôi đã:", SHORT.did["vi"]):
        assert part in words
    booth.finger(400, 10).touch_up()
    assert booth.events == [Touched()]


def test_a_wheel_is_no_touch(booth: Booth) -> None:
    """Only fingers and the first button wake a screen."""
    for screen in (told(booth, 0, "vi"), resting(booth, "2026-11-21T18:00")):
        turn(booth, screen)
        booth.finger(400, 200, "right").touch_up()

    assert booth.events == []


@pytest.mark.parametrize(
    ("moment", "vi", "en"),
    [
        ("2026-11-21T18:00", "07:30 thứ Hai, 23/11", "07:30 on Monday, 23/11"),
        ("2026-11-23T12:00", "13:30 hôm nay", "13:30 today"),
        ("2026-11-23T18:00", "07:30 thứ Ba, 24/11", "07:30 on Tuesday, 24/11"),
    ],
)
def test_the_night_says_when_the_center_opens(booth: Booth, moment: str, vi: str, en: str) -> None:
    """Whoever comes too early reads when to come again, and the hours of that day."""
    resting(booth, moment)
    assert f"mở cửa lúc {vi}" in said(booth)
    assert "07:30–11:30, 13:30–17:00" in said(booth)

    resting(booth, moment, "en")
    assert f"opens at {en}" in said(booth)


def test_a_center_without_hours_rests_without_them(booth: Booth) -> None:
    """Where no opening is known, none is promised."""
    screen = RestingScreen(booth.events.append)
    screen.show(a_visit(), Scene(structs.replace(SCENE.config, hours=None)), at("2026-11-21T18:00"))
    turn(booth, screen)

    assert "mở cửa" not in said(booth)
    assert list(faults(booth, sheet_of(800, 480, 0))) == []


def test_the_night_is_dark_still_and_legible(booth: Booth) -> None:
    """It gives little light, sleeps with closed eyes, and draws nothing until its words change."""
    screen = resting(booth, "2026-11-21T18:00")
    booth.frames(3)
    picture = booth.picture().convert("L")
    assert sum(picture.tobytes()) / (picture.width * picture.height) < 40
    assert screen.face.blink
    assert contrast(NIGHT.ink, NIGHT.sky) >= 7
    assert contrast(NIGHT.quiet, NIGHT.sky) >= 4.5
    assert contrast(MOON, NIGHT.sky) < 4.5

    drawn = booth.draws
    for minute in range(10):
        screen.show(a_visit(), SCENE, at(f"2026-11-21T18:{minute:02}"))
        booth.wait(1, 0.1)
    assert booth.draws == drawn


def test_the_countdown_counts_whole_seconds_and_stops(booth: Booth) -> None:
    """The ring begins with all seconds, is drawn once a second, and not after it is left."""
    screen = still_there(booth)
    assert screen.ring.number.text == "20"
    booth.wait(0.5)
    drawn = booth.draws
    booth.wait(3)
    assert screen.ring.number.text == "17"
    assert booth.draws - drawn == 3

    booth.wait(30, 0.1)
    assert screen.ring.number.text == "0"
    told(booth, 0, "vi")
    booth.frames(2)
    drawn = booth.draws
    booth.wait(5, 0.1)
    assert booth.draws == drawn


@pytest.mark.parametrize(("width", "height", "inches"), GLASSES)
def test_the_countdown_is_one_block(booth: Booth, width: int, height: int, inches: float) -> None:
    """Number and word stand together in the middle of the ring, as far from its top as from its foot."""
    ring = still_there(booth).ring
    booth.resize(width, height, inches)
    number, unit = ring.number, ring.unit
    assert number.center_y + number.setting.size_px * CAPITAL_SHARE / 2 < ring.top
    assert unit.text == "giây"

    assert abs(off_middle(ring)) < 0.03
    unit.y -= 0.1 * ring.height

    # the check can fail: the word at the foot of the ring is noticed
    assert abs(off_middle(ring)) > 0.03


def off_middle(ring: Ring) -> float:
    """Return how far the middle of number and word is above that of the ring, as a share of it."""
    number, unit = ring.number, ring.unit
    top = number.center_y + number.setting.size_px * CAPITAL_SHARE / 2
    foot = unit.center_y - unit.setting.size_px * CAPITAL_SHARE / 2
    return float(((top + foot) / 2 - ring.center_y) / ring.height)


def test_each_countdown_begins_anew(booth: Booth) -> None:
    """Who stayed and falls silent again has all the seconds again, as many as the center gives."""
    times = Thresholds(grace_s=8.0)
    screen = still_there(booth, scene=Scene(structs.replace(SCENE.config, thresholds=times)))
    booth.wait(5)
    assert screen.ring.number.text == "3"

    told(booth, 0, "vi")
    turn(booth, screen)
    assert screen.ring.number.text == "8"


def test_both_answers_are_told(booth: Booth) -> None:
    """The one who is still here and the next one each have a button, as large as an answer."""
    screen = still_there(booth)
    for name in ("stay", "arrive"):
        booth.tap(named(booth, name))

    assert booth.events == [Stayed(), Arrived()]
    sheet = sheet_of(800, 480, 7.0)
    booth.resize(800, 480, 7.0)
    for pill in (screen.stay, screen.arrive):
        assert min(pill.hit.size) >= sheet.face_px
        assert pill.words.setting.size_px * CAPITAL_SHARE >= sheet.mm(3.5) - 0.01


def test_the_pad_tells_keys_and_never_digits(booth: Booth) -> None:
    """Each key is told; on the glass stand dots, and the button feels nothing before the last digit."""
    signs: list[str] = []
    done: list[str] = []
    screen = PinScreen(signs.append, lambda: done.append("open"), lambda: done.append("close"))
    screen.show(Pad(digits=PIN_DIGITS_MIN - 1), "vi")
    turn(booth, screen)
    for name in ("key_7", "key_0", "key_erase", "open", "close"):
        booth.tap(named(booth, name))
    screen.press_enter()
    assert (signs, done) == (["7", "0", ERASE], ["close"])

    screen.show(Pad(digits=PIN_DIGITS_MIN), "vi")
    booth.tap(named(booth, "open"))
    screen.press_enter()
    assert done == ["close", "open", "open"]


def test_the_pad_says_why_it_does_not_listen(booth: Booth) -> None:
    """While somebody has to wait, or a PIN is checked, the keys are deaf and the reason is said."""
    signs: list[str] = []
    screen = PinScreen(signs.append, lambda: None, lambda: None)
    screen.show(Pad(wait_s=95, wrong=True), "vi")
    turn(booth, screen)
    booth.tap(named(booth, "key_1"))
    assert "1:35" in said(booth)

    screen.show(Pad(digits=PIN_DIGITS_MIN, checking=True), "vi")
    booth.tap(named(booth, "key_1"))
    assert "Đang kiểm tra" in said(booth)
    assert signs == []


def test_without_a_pin_nobody_may_type(booth: Booth) -> None:
    """A machine that has no PIN says who sets one, and has no keys; with the PIN the keys come."""
    screen = PinScreen(lambda _: None, lambda: None, lambda: None)
    screen.show(Pad(has_pin=False), "vi")
    turn(booth, screen)
    assert "Mã PIN được gửi từ máy chủ" in said(booth)
    assert [tap.name for tap in booth.seen(Tap)] == ["close"]

    screen.show(Pad(), "vi")
    booth.frames(1)
    assert len(list(booth.seen(Key))) == 11


def test_the_technician_sees_and_acts(booth: Booth) -> None:
    """The table says how the machine is; each of the four buttons is told."""
    asked = a_table(booth, SERVICE)
    words = said(booth)
    assert SERVICE.fingerprint in words.replace("- ", "-")
    for fact in ("12", SERVICE.received_at, "48210 MB", SERVICE.officer, "Tốt"):
        assert fact in words
    for name in ("send", "sound", "restart", "close"):
        booth.tap(named(booth, name))

    assert asked == ["send", "sound", "restart", "close"]


def test_what_is_wrong_is_said_and_marked(booth: Booth) -> None:
    """A trouble is named by its code, and no sound is tested where there is no loudspeaker."""
    asked = a_table(booth, replace(SERVICE, trouble="http_503", clock_ok=False, sounds=False))
    marked = [words.text for words in booth.seen(Words) if words.ink == WARM.accent]
    booth.tap(named(booth, "sound"))

    assert "Trục trặc: http_503" in marked
    assert any("Sai giờ" in text for text in marked)
    assert asked == []
