"""Drives the real screens by hand: one window a process, time that only goes when told.

Runs without an X server (SDL's offscreen driver) and under Xvfb alike. `prepare`
must have run before this module is imported; `conftest.py` sees to it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kivy.app import App
from kivy.base import EventLoop, runTouchApp, stopTouchApp
from kivy.clock import Clock
from kivy.core.window import Window
from kivy.graphics.opengl import GL_RGB, GL_UNSIGNED_BYTE, glFinish, glReadPixels
from kivy.tests.common import UnitTestTouch
from PIL import Image

from kiosk.ui.app import KioskApp
from kiosk.ui.scenes import Ears, Glass
from kiosk.ui.speech import Speech, load_sound

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kiosk import technician
    from kiosk.events import Event
    from kiosk.ui.speech import Sound

FRAME_S: Final = 1 / 60


class Mute(Speech):
    """A voice that is there and says nothing: what is offered is as on a machine that can speak."""

    def __init__(self) -> None:
        super().__init__(Path("nowhere"))

    @property
    def available(self) -> bool:
        """Whether it could be heard."""
        return True


@dataclass
class Booth:
    """A kiosk in a test: what it was told, and what it told."""

    diagonal_in: float = 0.0
    now: float = 0.0
    draws: int = 0
    ticks: int = 0
    readies: int = 0
    exits: int = 0
    continues: int = 0
    events: list[Event] = field(default_factory=list)
    homes: int = 0
    beats: int = 0
    sends: int = 0
    wall_s: float = 1_795_400_000.0
    prompts: Path | None = None
    load: Callable[[str], Sound | None] = load_sound
    scans: list[str] = field(default_factory=list)
    services: list[technician.Event] = field(default_factory=list)
    enrolments: list[tuple[str, str]] = field(default_factory=list)
    app: Any = None

    def open(self, width: int, height: int, *, windowed: bool = False) -> None:
        """Start the application in a window of this size."""
        self.now = Clock.get_time()
        # Kivy's clock is asked for the time by this name; a still one makes every test the same
        Clock.time = lambda: self.now
        Clock._max_fps = 0  # noqa: SLF001 - or every frame would sleep
        Window.size = (width, height)
        ears = Ears(
            event=self.events.append,
            scan=self.scans.append,
            tick=self._ticked,
            enrol=lambda server, code: self.enrolments.append((server, code)),
            resume=self._continued,
            service=self.services.append,
            send_now=self._sent,
            wall_s=lambda: self.wall_s,
            home=self._went_home,
            beat=self._beaten,
            ready=self._was_ready,
            exit=self._exited,
        )
        speech = Mute() if self.prompts is None else Speech(self.prompts, self.load)
        self.app = KioskApp(ears, Glass(self.diagonal_in, windowed, beat_s=1.0), speech)
        self.app._run_prepare()  # noqa: SLF001 - what App.run does before it blocks
        runTouchApp(embedded=True)
        Window.bind(on_flip=self._drawn)
        self.frames(3)

    def close(self) -> None:
        """End the application and leave the window as it was found."""
        self.app.stop()
        stopTouchApp()
        Window.unbind(on_flip=self._drawn)
        for event in Clock.get_events():
            event.cancel()
        for child in list(Window.children):
            Window.remove_widget(child)
        App._running_app = None  # noqa: SLF001 - Kivy keeps it for ever
        EventLoop.quit = False

    def resize(self, width: int, height: int, diagonal_in: float = 0.0) -> None:
        """Turn the tablet, or take another one."""
        self.app.frame.diagonal_in = diagonal_in
        if (width, height) == tuple(Window.size):
            Window.size = (width + 1, height)
        Window.size = (width, height)
        self.frames(2)

    def frames(self, count: int) -> None:
        """Let frames pass."""
        for _ in range(count):
            self.now += FRAME_S
            EventLoop.idle()

    def wait(self, seconds: float, step_s: float = FRAME_S) -> None:
        """Let time pass."""
        end = self.now + seconds
        while self.now < end:
            self.now += step_s
            EventLoop.idle()

    def finger(self, x: float, y: float, button: str = "") -> Any:  # noqa: ANN401 - Kivy has no types
        """Put a finger, or a button of a mouse, on the glass."""
        touch = UnitTestTouch(x, y)
        if button:
            touch.profile = ["pos", "button"]
            touch.button = button
        touch.touch_down()
        self.frames(1)
        return touch

    def tap(self, widget: Any) -> None:  # noqa: ANN401 - Kivy has no types
        """Touch the middle of something and let go."""
        touch = self.finger(*widget.hit.center)
        touch.touch_up()
        self.frames(1)

    def key(self, number: int) -> None:
        """Press a key of a keyboard that writes nothing."""
        Window.dispatch("on_key_down", number, 0, None, [])
        self.frames(1)

    def write(self, text: str) -> None:
        """Write on a keyboard."""
        for sign in text:
            Window.dispatch("on_textinput", sign)
        self.frames(1)

    def picture(self) -> Image.Image:
        """Return what is on the glass."""
        Window.dispatch("on_draw")
        glFinish()
        width, height = (int(side) for side in Window.size)
        raw = glReadPixels(0, 0, width, height, GL_RGB, GL_UNSIGNED_BYTE)
        return Image.frombytes("RGB", (width, height), raw).transpose(Image.Transpose.FLIP_TOP_BOTTOM)

    def save(self, path: Path) -> None:
        """Save what is on the glass."""
        self.picture().save(path)

    def seen(self, kind: type) -> Iterator[Any]:
        """Yield every widget of a kind on the present screen."""
        return (widget for widget in self.app.screen.walk() if isinstance(widget, kind))

    def _ticked(self) -> None:
        self.ticks += 1

    def _drawn(self, *_: object) -> None:
        self.draws += 1

    def _was_ready(self) -> None:
        self.readies += 1

    def _exited(self) -> None:
        self.exits += 1

    def _continued(self) -> None:
        self.continues += 1

    def _sent(self) -> None:
        self.sends += 1

    def _went_home(self) -> None:
        self.homes += 1

    def _beaten(self) -> None:
        self.beats += 1
