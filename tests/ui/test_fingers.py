"""Ten fingers at once, through an input provider of Kivy's, upon the real screens, rules and outbox."""

from __future__ import annotations

import os
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from kivy.base import EventLoop
from kivy.input.motionevent import MotionEvent
from kivy.input.provider import MotionEventProvider

from kiosk.config import Config
from kiosk.events import Chose, Event
from kiosk.shell import Kiosk, Machine
from kiosk.system import Clock
from kiosk.visit import Stage
from server.protocol.survey import decode_survey
from server.store.seed import smile_survey
from tests.server.live import live
from tests.story.book import kept
from tests.ui.driver import Booth
from tests.ui.worlds import a_scene, a_visit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.server.live import Live

SIZE = (1280, 800)
SCORES = (1, 2, 3, 4, 5)
PATIENCE_S = 20.0

pytestmark = pytest.mark.screen


class Finger(MotionEvent):
    """A finger on a panel; with a button it is a mouse."""

    def depack(self, args: tuple[float, float, str]) -> None:
        """Take the place, in shares of the glass, and the button."""
        self.sx, self.sy, button = args
        self.profile = ["pos", "button"] if button else ["pos"]
        if button:
            self.button = button
        super().depack(args)


class Panel(MotionEventProvider):
    """A panel that tells all that its fingers did since the last picture at once."""

    def __init__(self) -> None:
        super().__init__("panel", "")
        self._told: list[tuple[str, Finger]] = []
        self._number = 0

    def down(self, x: float, y: float, button: str = "") -> Finger:
        """Put a finger on the glass; pixels, y upwards."""
        self._number += 1
        at = (x / SIZE[0], y / SIZE[1], button)
        finger = Finger("panel", self._number, at, is_touch=True, type_id="touch")
        self._told.append(("begin", finger))
        return finger

    def move(self, finger: Finger, x: float, y: float) -> None:
        """Slide a finger."""
        self._told.append(("update", finger))
        finger.move((x / SIZE[0], y / SIZE[1], finger.button or ""))

    def up(self, finger: Finger) -> None:
        """Lift a finger."""
        self._told.append(("end", finger))

    def update(self, dispatch_fn: Callable[[str, Finger], None]) -> None:
        """Tell."""
        told, self._told = self._told, []
        for kind, finger in told:
            dispatch_fn(kind, finger)


class BoothClock(Clock, frozen=True):
    """The kiosk's clock goes as the pictures go."""

    booth: Any = None

    def now_s(self) -> float:
        """Return the seconds of the booth."""
        return float(self.booth.now)


class Told(list[Event]):
    """What the screens tell, handed on to the rules."""

    def __init__(self) -> None:
        super().__init__()
        self.rules: Callable[[Event], None] = lambda _: None

    def append(self, event: Event) -> None:
        """Note an event, and hand it on."""
        super().append(event)
        self.rules(event)


@dataclass
class Hall(Booth):
    """A booth whose screens are a real kiosk's, or nobody's."""

    kiosk: Kiosk | None = None
    panel: Panel = field(default_factory=Panel)
    told: Told = field(default_factory=Told)

    def until(self, name: str) -> None:
        """Let pictures pass until a screen is there, and takes fingers."""
        end = time.monotonic() + PATIENCE_S
        while self.shown != name:
            assert time.monotonic() < end, f"{name} never came; {self.shown} is there"
            self.frames(1)
            time.sleep(0.002)
        self.wait(0.4)

    @property
    def shown(self) -> str:
        """What is on the glass, by its name."""
        return str(self.app.stages.name())

    def place(self, name: str) -> tuple[float, float]:
        """Return the middle of something on the glass."""
        taps = (each for each in self.app.screen.walk() if getattr(each, "name", "") == name)
        x, y = next(taps).hit.center
        return float(x), float(y)

    def all_at_once(self, *names: str, button: str = "") -> None:
        """Put a finger on each of these and lift all of them, between two pictures."""
        fingers = [self.panel.down(*self.place(name), button) for name in names]
        for finger in fingers:
            self.panel.up(finger)
        self.frames(1)

    def drag(self, start: str, end: str) -> None:
        """Slide a finger from one thing to another."""
        finger = self.panel.down(*self.place(start))
        self.frames(1)
        self.panel.move(finger, *self.place(end))
        self.frames(1)
        self.panel.up(finger)
        self.frames(1)

    def _ticked(self) -> None:
        super()._ticked()
        if self.kiosk is not None:
            self.kiosk.tick()


@contextmanager
def a_hall() -> Iterator[Hall]:
    """Open the screens, with a panel before them."""
    hall = Hall()
    hall.events = hall.told
    hall.open(*SIZE)
    EventLoop.add_input_provider(hall.panel)
    try:
        yield hall
    finally:
        EventLoop.remove_input_provider(hall.panel)
        hall.close()


@contextmanager
def a_kiosk(folder: Path, server: Live) -> Iterator[Hall]:
    """Enrol a kiosk behind the screens, and wait for its question."""
    with a_hall() as hall:
        config = Config(data_dir=folder / "kiosk", server=server.url, send_after_s=0.05)
        clock = BoothClock("0badcafe", hall)
        hall.kiosk = Kiosk(
            Machine(config, clock, os.urandom, lambda: "test", lambda _: None), server.make_code()
        )
        hall.told.rules = hall.kiosk.serving.happened
        hall.kiosk.start(hall.app)
        try:
            hall.until("idle")
            yield hall
        finally:
            hall.kiosk.close()


@pytest.fixture(name="server")
def _server(tmp_path: Path) -> Iterator[Live]:
    with live(tmp_path / "server", survey=decode_survey(smile_survey())) as running:
        yield running


def finish(hall: Hall, server: Live, count: int) -> None:
    """Skip what is asked, and wait until the server has so many ratings; and whether more come."""
    hall.until("ask-why")
    hall.all_at_once("skip")
    hall.until("ask-comment")
    hall.all_at_once("skip")
    hall.until("thanks")
    hall.until("idle")
    end = time.monotonic() + PATIENCE_S
    while server.store.record_count() < count and time.monotonic() < end:
        hall.frames(1)
        time.sleep(0.01)
    hall.wait(1)
    assert hall.shown == "idle"


FACES = tuple(f"face_{score}" for score in SCORES)


def test_a_panel_tells_every_finger() -> None:
    """Without the rules of a visit ten fingers between two pictures are ten answers."""
    with a_hall() as hall:
        hall.app.show(a_visit(Stage.IDLE), a_scene())
        hall.frames(2)
        hall.all_at_once(*FACES, *FACES)

    assert [event for event in hall.told if isinstance(event, Chose)] == [
        Chose(score) for score in SCORES * 2
    ]


def test_ten_fingers_between_two_pictures_are_one_rating(tmp_path: Path, server: Live) -> None:
    """Ten fingers at once on five faces, and at once on all that follows: one rating, by the first finger."""
    with a_kiosk(tmp_path, server) as hall:
        hall.all_at_once(*FACES, *FACES)
        hall.until("ask-why")
        hall.all_at_once(*["skip"] * 6, *["back"] * 4)
        hall.until("ask-comment")
        hall.all_at_once(*["skip"] * 10)
        hall.until("thanks")
        hall.all_at_once()
        hall.until("idle")
        hall.all_at_once("face_5", "face_1")
        finish(hall, server, 2)

    assert [each.record.answers for each in kept(tmp_path / "server")] == [{"overall": 1}, {"overall": 5}]


def test_hasty_fingers_are_one_rating(tmp_path: Path, server: Live) -> None:
    """Double and fourfold taps on a face count once, and take nothing of what is asked next."""
    with a_kiosk(tmp_path, server) as hall:
        for _ in range(4):
            hall.all_at_once("face_2") if hall.shown == "idle" else hall.all_at_once("skip")
            hall.wait(0.08)
        assert hall.shown == "ask-why"
        finish(hall, server, 1)

    assert [each.record.answers for each in kept(tmp_path / "server")] == [{"overall": 2}]


def test_drags_and_other_buttons_are_no_rating(tmp_path: Path, server: Live) -> None:
    """Sliding from face to face, and every button of a mouse but the left, rates nothing."""
    with a_kiosk(tmp_path, server) as hall:
        for one, other in zip(FACES, FACES[1:] + FACES[:1], strict=True):
            hall.drag(one, other)
            for button in ("right", "middle", "scrollup", "scrolldown"):
                hall.all_at_once(one, button=button)
        hall.wait(1)
        assert hall.shown == "idle"
        hall.drag("face_4", "face_4")  # who stays on the face has touched it
        finish(hall, server, 1)

    assert [each.record.answers for each in kept(tmp_path / "server")] == [{"overall": 4}]
