"""A fault in a callback: one is survived, many end the program, and none is told with a citizen's words."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from kivy.base import ExceptionManager

from kiosk.errors import KioskError
from kiosk.ui.guard import FORGIVEN, WINDOW_S, Faults, Guard, places

FAULTY = """
import logging, sys, time
logging.basicConfig(format="%(message)s")
from kiosk.errors import KioskError
from kiosk.ui.window import prepare
prepare(320, 240, windowed=False)
from kivy.app import App
from kivy.base import EventLoop
from kivy.clock import Clock
from kivy.uix.widget import Widget
from kiosk.ui.guard import Guard, Pulse

where, left = sys.argv[1], int(sys.argv[2])

def fail():
    global left
    if left:
        left -= 1
        raise ValueError("my telephone is 0912")

class Glass:
    def start(self): ...
    def stop(self): ...
    def update(self, dispatch_fn):
        if where == "touch":
            fail()

app = App()
app.build = Widget
guard = Guard(lambda: print("at home", flush=True), time.monotonic)
guard.watch()
EventLoop.add_input_provider(Glass())
pulse = Pulse(0.05, fail)
if where == "pulse":
    pulse.start()
if where == "interval":
    Clock.schedule_interval(lambda _: fail(), 0.05)
if where == "later":
    for number in range(left):
        Clock.schedule_once(lambda _: fail(), -1 if number % 2 else 0.1)
Clock.schedule_once(lambda _: app.stop(), 1)
try:
    app.run()
except KioskError as error:
    print(error, file=sys.stderr)
    sys.exit(1)
print("survived")
"""


def run(where: str, faults: int) -> subprocess.CompletedProcess[str]:
    """Run a program whose callbacks fail so often."""
    environ = os.environ | {"SDL_VIDEODRIVER": "offscreen"}
    command = [sys.executable, "-c", FAULTY, where, str(faults)]
    return subprocess.run(command, env=environ, capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.screen
@pytest.mark.parametrize("where", ["pulse", "later", "touch"])
def test_one_fault_sends_the_kiosk_home(where: str) -> None:
    """A callback that fails once costs the citizen's screen, and not the program."""
    done = run(where, 1)

    assert done.stdout.split("\n") == ["at home", "survived", ""]
    assert done.returncode == 0
    assert "a fault: ValueError at " in done.stderr
    assert "fail" in done.stderr


@pytest.mark.screen
@pytest.mark.parametrize("where", ["pulse", "later", "touch"])
def test_a_kiosk_that_only_fails_ends(where: str) -> None:
    """After four faults in a row the program ends with an error, for the supervisor to start it anew."""
    done = run(where, FORGIVEN + 1)

    assert done.returncode == 1
    assert "survived" not in done.stdout
    assert done.stderr.endswith("the kiosk begins anew\n")
    assert done.stderr.count("a fault: ") == FORGIVEN + 1
    # what it fails over may be what a citizen wrote
    assert "0912" not in done.stderr


@pytest.mark.screen
def test_an_interval_of_kivy_would_stop_after_one_fault() -> None:
    """Kivy cancels an interval that has failed, and its time-outs with it: so the kiosk has its own pulse."""
    done = run("interval", FORGIVEN + 1)

    assert done.returncode == 0
    assert done.stderr.count("a fault: ") == 1


def test_faults_of_long_ago_are_forgotten() -> None:
    """A fault now and then, over days, never ends the program."""
    faults = Faults()
    for number in range(20):
        faults = faults.after(number * WINDOW_S / FORGIVEN)
        assert not faults.too_many


def test_one_fault_more_than_forgiven_is_too_many() -> None:
    """As many faults as are forgiven, and then one: that is when it ends."""
    faults = Faults()
    for number in range(FORGIVEN):
        faults = faults.after(float(number))
        assert not faults.too_many
    assert faults.after(WINDOW_S - 1).too_many
    assert not faults.after(WINDOW_S).too_many


def test_a_fault_is_told_without_its_message() -> None:
    """The log has the kind and the place of a fault and of its cause, and no word that a citizen wrote."""

    def fail() -> None:
        try:
            int("my telephone is 0912")
        except ValueError as error:
            raise LookupError("0912") from error

    with pytest.raises(LookupError) as caught:
        fail()
    told = places(caught.value)

    assert told.startswith("LookupError at test_guard.py:")
    assert ", after ValueError at test_guard.py:" in told
    assert "0912" not in told


def test_what_is_raised_on_purpose_is_not_forgiven() -> None:
    """An error that names what to do, and the wish to end, go through at once."""
    guard = Guard(lambda: None, lambda: 0.0)

    for error in (KioskError("the outbox is of another device"), KeyboardInterrupt(), SystemExit(0)):
        assert guard.handle_exception(error) == ExceptionManager.RAISE


def test_the_guard_leaves_when_the_kiosk_ends() -> None:
    """After the end nothing of the kiosk stands in Kivy's loop."""
    guard = Guard(lambda: None, lambda: 0.0)
    guard.watch()
    guard.watch()
    assert ExceptionManager.handlers.count(guard) == 1
    guard.leave()
    guard.leave()
    assert guard not in ExceptionManager.handlers
