"""What the kiosk asks of its machine, and what it tells its supervisor."""

from __future__ import annotations

import logging
import os
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest

from kiosk import system
from kiosk.errors import AlreadyRunningError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LIMIT_S = 0.6
BEATING = """
import os, sys, time
from kiosk import system
from kiosk.ui.window import prepare
prepare(320, 240, windowed=False)
from kivy.app import App
from kivy.clock import Clock
from kivy.uix.widget import Widget

beat_s = system.watchdog_s(os.environ)
assert beat_s > 0, "nobody waits for a beat"

def block(_):
    system.notify(os.environ, "STATUS=blocked")
    time.sleep(60)

def start(_):
    system.notify(os.environ, "READY=1")
    Clock.schedule_interval(lambda _: system.notify(os.environ, "WATCHDOG=1"), beat_s)
    if sys.argv[1] == "blocks":
        Clock.schedule_once(block, 3 * beat_s)

Clock.schedule_once(start)
app = App()
app.build = Widget
app.run()
"""


@contextmanager
def supervised(*arguments: str) -> Iterator[socket.socket]:
    """Run the beating program as systemd would, and listen to it."""
    # the address of a socket is short, the folder of a test may not be
    with TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ear:
        ear.bind(f"{folder}/notify")
        ear.settimeout(30)
        environ = os.environ | {
            "NOTIFY_SOCKET": f"{folder}/notify",
            "SDL_VIDEODRIVER": "offscreen",
            "WATCHDOG_USEC": str(int(LIMIT_S * 1_000_000)),
        }
        with subprocess.Popen([sys.executable, "-c", BEATING, *arguments], env=environ) as running:
            try:
                yield ear
            finally:
                running.kill()


def heard_until(ear: socket.socket, last: str) -> None:
    """Listen until a word is said."""
    while ear.recv(1024).decode() != last:
        pass


@pytest.mark.screen
def test_a_kiosk_that_hangs_stops_beating() -> None:
    """While the screen's thread is stuck the supervisor hears nothing, and so starts the kiosk anew."""
    with supervised("blocks") as ear:
        heard_until(ear, "READY=1")
        heard_until(ear, "WATCHDOG=1")
        heard_until(ear, "STATUS=blocked")
        ear.settimeout(2 * LIMIT_S)
        with pytest.raises(TimeoutError):
            ear.recv(1024)


@pytest.mark.screen
def test_a_kiosk_that_is_well_beats_on() -> None:
    """A kiosk that nobody touches tells its supervisor in time, again and again, that it is alive."""
    with supervised("beats") as ear:
        heard_until(ear, "READY=1")
        ear.settimeout(LIMIT_S)
        until = time.monotonic() + 3 * LIMIT_S
        while time.monotonic() < until:
            assert ear.recv(1024) == b"WATCHDOG=1"


@pytest.mark.parametrize(
    ("environ", "beat_s"),
    [
        ({}, 0),
        ({"WATCHDOG_USEC": "15000000"}, 5),
        ({"WATCHDOG_USEC": "15000000", "WATCHDOG_PID": str(os.getpid())}, 5),
        ({"WATCHDOG_USEC": "15000000", "WATCHDOG_PID": str(os.getpid() + 1)}, 0),
        ({"WATCHDOG_USEC": "often"}, 0),
    ],
)
def test_the_kiosk_beats_thrice_as_often_as_it_must(environ: dict[str, str], beat_s: float) -> None:
    """Two beats may be late before the supervisor loses patience; without one there is no beat."""
    assert system.watchdog_s(environ) == beat_s


def test_without_a_supervisor_nothing_is_told() -> None:
    """On a desk there is nobody to notify, and that is no trouble."""
    system.notify({}, "READY=1")


def test_two_programs_never_share_a_data_folder(tmp_path: Path) -> None:
    """The second program is turned away while the first lives, and let in afterwards."""
    with (
        system.only_one(tmp_path),
        pytest.raises(AlreadyRunningError, match="already uses"),
        system.only_one(tmp_path),
    ):
        pass
    with system.only_one(tmp_path):
        pass


class Panel:
    """A display's xset that writes down what it is asked, and does with it what the test says."""

    def __init__(self, folder: Path, then: str = "") -> None:
        self.asked = folder / "asked"
        program = folder / "xset"
        program.write_text(f'#!/bin/sh\necho "$*" >>"{self.asked}"\n{then}\n', "ascii")
        program.chmod(0o755)
        self.display = system.Display({"DISPLAY": ":5", "PATH": f"{folder}:{os.environ['PATH']}"})

    def keep(self, *, awake: bool, now_s: float) -> None:
        """Let a tick of the kiosk pass, and the program end that it may have begun."""
        self.display.keep(awake=awake, now_s=now_s)
        running = self.display._telling  # noqa: SLF001 - the kiosk never waits for it, a test must
        if running is not None:
            running.wait(10)

    def words(self) -> list[str]:
        """Return what was asked so far."""
        return self.asked.read_text("ascii").splitlines()


AWAKE = "s off s reset dpms 0 0 0 dpms force on"
ASLEEP = "dpms force off"


def test_the_panel_sleeps_outside_the_opening_hours(tmp_path: Path) -> None:
    """It is lit all day without a timer, dark at night, and lit again in the morning."""
    panel = Panel(tmp_path)
    for now, awake in enumerate((True, True, False, False, True, True)):
        panel.keep(awake=awake, now_s=now)
    panel.display.close()

    assert panel.words() == [AWAKE, ASLEEP, AWAKE]


def test_a_touch_at_night_lights_the_panel_for_a_minute_at_most(tmp_path: Path) -> None:
    """A panel that a touch has woken while the center is closed is sent to sleep again."""
    panel = Panel(tmp_path)
    for now in (0.0, 1.0, system.ASLEEP_S - 1, system.ASLEEP_S, system.ASLEEP_S + 1):
        panel.keep(awake=False, now_s=now)
    panel.display.close()

    assert panel.words() == [ASLEEP, ASLEEP]


def test_a_panel_that_cannot_sleep_is_told_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Trouble with the display is one line in the log, and never trouble of the kiosk."""
    panel = Panel(tmp_path, then="echo no such extension >&2")
    with caplog.at_level(logging.WARNING, "kiosk.system"):
        for now in range(6):
            panel.keep(awake=now % 2 == 0, now_s=now)
    panel.display.close()

    assert [record.getMessage() for record in caplog.records] == [
        "the display cannot be turned on and off: no such extension"
    ]


def test_a_hanging_display_holds_nobody_up(tmp_path: Path) -> None:
    """When the X server answers nothing, the kiosk goes on at once and leaves no program behind."""
    folder = tmp_path / "bin"
    folder.mkdir()
    panel = Panel(folder, then="exec sleep 60")
    began = time.monotonic()
    for now in range(4):
        panel.display.keep(awake=now % 2 == 0, now_s=now)
    panel.display.close()

    assert time.monotonic() - began < 5


@pytest.mark.parametrize("environ", [{}, {"DISPLAY": ":5", "PATH": "/nowhere"}])
def test_without_a_display_there_is_none_to_turn_off(environ: dict[str, str]) -> None:
    """On a machine without X, or without xset, the wish is ignored."""
    display = system.Display(environ)
    display.keep(awake=True, now_s=0)
    display.keep(awake=False, now_s=1)
    display.close()


def test_the_clock_of_a_boot_goes_forward() -> None:
    """What time-outs are counted with never goes back, and says which boot it is of."""
    clock = system.open_clock()
    first = clock.mono_ms()

    assert len(bytes.fromhex(clock.boot)) == 4
    assert clock.mono_ms() >= first
    assert clock.is_sane()
