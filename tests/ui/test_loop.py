"""The window sleeps until a finger, the clock or another thread wakes it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from kiosk.ui.loop import Sleeper
from tests.robot.screen import virtual_screen

if TYPE_CHECKING:
    import ctypes
    from collections.abc import Callable

FRAME_S = 1 / 60
CALL = 0x8000
SIZE = (320, 240)

WAKES_S_MAX = 8.0
PROGRAM = """
import threading, time
from kiosk.ui.window import prepare
prepare(320, 240, False)
from kivy.base import runTouchApp
from kivy.clock import Clock
from kivy.core.window import Window
from kivy.uix.widget import Widget
from kiosk.ui.loop import sleep_in_sdl

def tell(*words):
    print(time.monotonic(), *words, flush=True)

def sleep():
    time.sleep(1.5)
    before, turns = time.process_time(), Clock.frames
    time.sleep(3)
    tell("slept", time.process_time() - before, Clock.frames - turns)
    tell("called")
    Clock.schedule_once(lambda _: tell("came"), -1)

Window.bind(on_touch_down=lambda *_: tell("touched"))
tell("sleeps", sleep_in_sdl(20))
threading.Thread(target=sleep, daemon=True).start()
runTouchApp(Widget())
"""


@dataclass
class Glass:
    """SDL and Kivy's clock as far as a sleeper sees them; time goes only while it sleeps."""

    now: float = 100.0
    due: float = 1e9
    finger_at: float = 1e9
    waits_ms: list[int] = field(default_factory=list)
    taken: int = 0
    added: int = 0
    meanwhile: Callable[[], None] | None = None
    _max_fps: float = 60.0
    _last_tick: float = 100.0
    _dt: float = 0.0

    def time(self) -> float:
        """Return the time."""
        return self.now

    def get_min_timeout(self) -> float:
        """Return when the next event of the clock is due."""
        return self.due

    def usleep(self, microseconds: float) -> None:
        """Sleep for less than SDL can."""
        self.now += microseconds / 1e6

    def take_input(self) -> None:
        """Be asked for touches."""
        self.taken += 1

    def SDL_RegisterEvents(self, _: int) -> int:  # noqa: N802 - SDL's name
        """Hand out the number of an event."""
        return CALL

    def SDL_PeepEvents(self, event: ctypes.Array[ctypes.c_char], *_: int) -> int:  # noqa: N802 - SDL's name
        """Be given an event."""
        assert int.from_bytes(event.raw[:4], sys.byteorder) == CALL
        self.added += 1
        return 1

    def SDL_WaitEventTimeout(self, _: None, wait_ms: int) -> int:  # noqa: N802 - SDL's name
        """Sleep until a finger comes, but no longer than this."""
        self.waits_ms.append(wait_ms)
        if self.meanwhile is not None:
            self.meanwhile()
            return 1
        if self.finger_at <= self.now + wait_ms / 1000:
            self.now = max(self.now, self.finger_at)
            return 1
        self.now += wait_ms / 1000
        return 0


def sleeper(glass: Glass) -> Sleeper:
    """Let a sleeper sleep there."""
    return Sleeper(glass, glass, glass.take_input)


def test_a_still_screen_lets_the_window_sleep_a_quarter_of_a_second() -> None:
    """When nothing is to come, four turns a second are enough."""
    glass = Glass()

    assert sleeper(glass).idle() == pytest.approx(100.25, abs=0.001)
    assert glass.taken == 0


def test_what_is_due_wakes_the_window_in_time() -> None:
    """A blink comes when it should, and the clock knows how long it slept."""
    glass = Glass(due=100.1)

    assert sleeper(glass).idle() == pytest.approx(100.1, abs=1e-6)
    assert [glass._dt, glass._last_tick] == pytest.approx([0.1, 100.1])  # noqa: SLF001 - Kivy reads them


def test_while_something_moves_there_are_sixty_pictures_a_second() -> None:
    """An animation is due at once, and is drawn once a frame."""
    glass = Glass(due=0.0)

    assert sleeper(glass).idle() == pytest.approx(100 + FRAME_S, abs=1e-6)


def test_a_finger_wakes_the_window_at_once() -> None:
    """A touch is taken when it comes, within a frame too."""
    glass = Glass(due=0.0, finger_at=100.003)

    assert sleeper(glass).idle() == pytest.approx(100.003)
    assert glass.taken == 1


def test_a_clock_that_never_sleeps_is_left_awake() -> None:
    """Tests turn the window by hand, without any sleep."""
    glass = Glass(_max_fps=0)

    assert sleeper(glass).idle() == 100.0
    assert glass.waits_ms == []


def test_only_a_sleeper_is_woken() -> None:
    """What the window schedules while it is awake wakes nobody; what comes while it sleeps does."""
    glass = Glass()
    asleep = sleeper(glass)

    asleep.on_schedule(None)
    assert glass.added == 0

    glass.meanwhile = lambda: asleep.on_schedule(None)
    asleep.idle()
    assert glass.added == 1


@pytest.mark.screen
def test_a_real_window_sleeps_and_wakes_for_a_finger_and_a_thread() -> None:
    """Under an X server a window that could sleep for 20 s hardly turns, and wakes long before for either."""
    with virtual_screen(*SIZE) as screen:
        environ = os.environ | {"DISPLAY": screen.name, "SDL_VIDEODRIVER": "x11"}
        with subprocess.Popen(
            [sys.executable, "-c", PROGRAM], env=environ, stdout=subprocess.PIPE, text=True
        ) as running:
            told: dict[str, list[str]] = {}
            pressed = 0.0
            try:
                for line in running.stdout or ():
                    at, word, *more = line.split()
                    told[word] = [at, *more]
                    if word == "came":
                        pressed = time.monotonic()
                        threading.Timer(WAKES_S_MAX, running.kill).start()
                        screen.press(100, 100)
                    if word == "touched":
                        break
            finally:
                running.kill()

    assert told["sleeps"][1] == "True"
    assert float(told["slept"][1]) < 0.06, "3 s of sleep took more than 2 % of a core"
    assert int(told["slept"][2]) < 3 * 6
    assert float(told["came"][0]) - float(told["called"][0]) < WAKES_S_MAX
    assert float(told["touched"][0]) - pressed < WAKES_S_MAX
