"""A screen that nobody has, and a finger for it: Xvfb, pictures of its root window, and XTEST."""

from __future__ import annotations

import os
import select
import shutil
import subprocess
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from PIL import Image
from Xlib import X
from Xlib.display import Display
from Xlib.ext import xtest

from tests.robot.trouble import RobotError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

START_S_MAX = 20.0
LOOK_EVERY_S = 0.05
STRIP_PX = 64
"""Rows fetched at a time: the X library copies all it has for each packet, so whole screens are slow."""


class Screen:
    """A running X display, seen and touched as a person would."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._display = Display(name)
        self._root = self._display.screen().root

    def close(self) -> None:
        """Leave the display."""
        self._display.close()

    def picture(self) -> Image.Image:
        """Look at the whole screen."""
        shape = self._root.get_geometry()
        picture = Image.new("RGB", (shape.width, shape.height))
        for top in range(0, shape.height, STRIP_PX):
            rows = min(STRIP_PX, shape.height - top)
            strip = self._root.get_image(0, top, shape.width, rows, X.ZPixmap, 0xFFFFFFFF)
            part = Image.frombytes("RGB", (shape.width, rows), bytes(strip.data), "raw", "BGRX")
            picture.paste(part, (0, top))
        return picture

    def press(self, x: int, y: int) -> None:
        """Put the finger down."""
        xtest.fake_input(self._display, X.MotionNotify, x=x, y=y)
        xtest.fake_input(self._display, X.ButtonPress, 1)
        self._display.sync()

    def release(self) -> float:
        """Lift the finger. Returns the monotonic time, in seconds, right before the server was told."""
        at = time.monotonic()
        xtest.fake_input(self._display, X.ButtonRelease, 1)
        self._display.sync()
        return at

    def tap(self, x: int, y: int, hold_s: float = 0.08) -> float:
        """Touch for as long as a finger does. Returns when the finger was lifted."""
        self.press(x, y)
        time.sleep(hold_s)
        return self.release()

    def wait_for(self, what: str, seen: Callable[[Image.Image], bool], within_s: float) -> Image.Image:
        """Look until it is seen. Raises `RobotError` when it is not seen in time."""
        end = time.monotonic() + within_s
        while True:
            picture = self.picture()
            if seen(picture):
                return picture
            if time.monotonic() > end:
                raise RobotError(f"{what} did not come within {within_s:.0f} s", picture)
            time.sleep(LOOK_EVERY_S)


@contextmanager
def virtual_screen(width: int, height: int) -> Iterator[Screen]:
    """Start an X server without glass on a display that is free, and end it afterwards."""
    program = shutil.which("Xvfb")
    if program is None:
        raise RobotError("Xvfb is not installed; `make setup` installs it")
    reading, writing = os.pipe()
    command = [program, "-displayfd", str(writing), "-screen", "0", f"{width}x{height}x24"]
    command += ["-nolisten", "tcp", "-noreset", "-dpi", "96"]
    server = subprocess.Popen(
        command, pass_fds=[writing], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    os.close(writing)
    try:
        screen = Screen(f":{_number(reading)}")
        try:
            yield screen
        finally:
            screen.close()
    finally:
        server.terminate()
        server.wait(10)


def _number(reading: int) -> int:
    """Read the number of the display that the server took; nothing comes when it could not start."""
    end = time.monotonic() + START_S_MAX
    told = b""
    with os.fdopen(reading, "rb", buffering=0) as pipe:
        while not told.endswith(b"\n") and select.select([pipe], [], [], max(0.0, end - time.monotonic()))[0]:
            part = pipe.read(16)
            if not part:
                break
            told += part
    if not told.strip().isdigit():
        raise RobotError("the virtual screen did not start")
    return int(told)
