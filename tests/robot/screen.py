"""A screen that nobody has, and hands for it: Xvfb, pictures of its root window, and XTEST."""

from __future__ import annotations

import os
import select
import shutil
import subprocess
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from PIL import Image
from Xlib import XK, X
from Xlib.display import Display
from Xlib.ext import xtest
from Xlib.protocol.event import ClientMessage

from tests.robot.trouble import RobotError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

START_S_MAX = 20.0
LOOK_EVERY_S = 0.05
SCAN_GAP_S = 0.0
"""SDL takes a key that is let go and pressed again within 2 ms for one that repeats by itself."""
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

    def move(self, x: int, y: int) -> None:
        """Slide to a place."""
        xtest.fake_input(self._display, X.MotionNotify, x=x, y=y)
        self._display.sync()

    def press(self, x: int, y: int, button: int = 1) -> None:
        """Put the finger down, or press another button of a mouse; 4 to 7 are its wheel."""
        xtest.fake_input(self._display, X.MotionNotify, x=x, y=y)
        xtest.fake_input(self._display, X.ButtonPress, button)
        self._display.sync()

    def release(self, button: int = 1) -> float:
        """Lift the finger. Returns the monotonic time, in seconds, right before the server was told."""
        at = time.monotonic()
        xtest.fake_input(self._display, X.ButtonRelease, button)
        self._display.sync()
        return at

    def tap(self, x: int, y: int, hold_s: float = 0.08) -> float:
        """Touch for as long as a finger does. Returns when the finger was lifted."""
        self.press(x, y)
        time.sleep(hold_s)
        return self.release()

    def key(self, name: str, *held: str) -> None:
        """Press a key of a keyboard by the name that X has for it, while others are held."""
        codes = [self._display.keysym_to_keycode(XK.string_to_keysym(each)) for each in (*held, name)]
        self._strike(codes)
        self._display.sync()

    def type(self, text: str) -> None:
        """Write ASCII as a scanner does, with `SCAN_GAP_S` between two signs, and Enter."""
        for sign in text:
            code, level = next(iter(self._display.keysym_to_keycodes(ord(sign))))
            self._strike([self._display.keysym_to_keycode(XK.XK_Shift_L)] * (level == 1) + [code])
            self._display.sync()
            time.sleep(SCAN_GAP_S)
        self.key("Return")

    def ask_to_close(self) -> None:
        """Ask every window to close, as a window manager does."""
        protocols, close = (self._display.intern_atom(name) for name in ("WM_PROTOCOLS", "WM_DELETE_WINDOW"))
        for window in self._root.query_tree().children:
            wish = ClientMessage(
                window=window, client_type=protocols, data=(32, [close, X.CurrentTime, 0, 0, 0])
            )
            window.send_event(wish)
        self._display.sync()

    def _strike(self, codes: list[int]) -> None:
        """Press keys in this order, and let them go in the other."""
        for code in codes:
            xtest.fake_input(self._display, X.KeyPress, code)
        for code in reversed(codes):
            xtest.fake_input(self._display, X.KeyRelease, code)

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
