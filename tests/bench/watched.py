"""The kiosk as it is, watched from within: touches, pictures and commits, each with its moment.

Run as `python -m tests.bench.watched 800 480 --data-dir …`; what it does not know itself goes to
the kiosk. Each line of its log begins with the monotonic time in seconds:
`felt` and `lifted` before a touch is handled, `picture` when all of one is drawn.
"""

from __future__ import annotations

import argparse
import logging
import os
import secrets
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk import main as kiosk
from kiosk.draft import Draft
from kiosk.outbox import Outbox
from kiosk.ui.window import prepare

if TYPE_CHECKING:
    from collections.abc import Callable

RECEIPT = "the server has %d records"


class _Stamped(logging.Formatter):
    """Begins each line with when it was said."""

    def format(self, record: logging.LogRecord) -> str:
        """Write a line."""
        return f"{time.monotonic():.6f} {super().format(record)}"


class _Receipts(logging.Handler):
    """Does something upon each receipt, on the thread that heard of it."""

    def __init__(self, deed: Callable[[], None]) -> None:
        super().__init__(logging.DEBUG)
        self._deed = deed

    def emit(self, record: logging.LogRecord) -> None:
        """Take a line of the log."""
        if record.msg == RECEIPT:
            self._deed()


def main(argv: list[str]) -> int:
    """Run the kiosk until it is told to end."""
    parser = argparse.ArgumentParser()
    parser.add_argument("width", type=int)
    parser.add_argument("height", type=int)
    parser.add_argument("--moving", action="store_true", help="draw sixty pictures a second")
    parser.add_argument(
        "--also-here", type=Path, help="store each rating on the Kivy thread too, in this file"
    )
    parser.add_argument("--receipts-here", type=Path, help="the same, upon each receipt of the server")
    given, rest = parser.parse_known_args(argv)
    words = logging.StreamHandler()
    words.setFormatter(_Stamped())
    logging.basicConfig(handlers=[words], level=logging.INFO)
    prepare(given.width, given.height, windowed=False)
    _watch(moving=given.moving)
    if given.also_here is not None:
        _upon_touches(_storing(given.also_here))
    if given.receipts_here is not None:
        _upon_receipts(_storing(given.receipts_here))
    return kiosk.main(rest, os.environ)


def _watch(*, moving: bool) -> None:
    """Tell of every touch and picture."""
    from kivy.clock import Clock  # noqa: PLC0415 - Kivy reads its settings when it is imported
    from kivy.core.window import Window  # noqa: PLC0415 - the same
    from kivy.graphics.opengl import glFinish  # noqa: PLC0415 - the same

    tell = logging.getLogger("bench").info

    def drawn(*_: object) -> None:
        glFinish()  # Kivy says `on_flip` before it flips: only now is the picture made
        tell("picture")

    Window.bind(on_touch_down=lambda *_: tell("felt"), on_touch_up=lambda *_: tell("lifted"), on_flip=drawn)
    if moving:
        Clock.schedule_interval(lambda _: Window.canvas.ask_update(), 0)


def _upon_touches(store: Callable[[], None]) -> None:
    """Store at the end of each touch, on the thread that draws."""
    from kivy.core.window import Window  # noqa: PLC0415 - Kivy reads its settings when it is imported

    Window.bind(on_touch_up=lambda *_: store())


def _upon_receipts(store: Callable[[], None]) -> None:
    """Store upon each receipt, on the thread that draws."""
    from kivy.clock import Clock  # noqa: PLC0415 - Kivy reads its settings when it is imported

    logging.getLogger("kiosk.sync").addHandler(_Receipts(lambda: Clock.schedule_once(lambda _: store())))


def _storing(file: Path) -> Callable[[], None]:
    """Return what does the work of the kiosk's writer on whatever thread it is called."""
    outbox = Outbox(file, "0" * 32, "0" * 64, secrets.token_bytes)
    draft = Draft(
        visit=1,
        survey="0" * 16,
        counter="1",
        officer="",
        lang="vi",
        made_at="2026-11-23T05:00:00Z",
        boot="0" * 8,
        mono_ms=1,
        clock_ok=True,
        answers={"overall": 5},
        flags=[],
    )

    def store() -> None:
        with outbox.at_once():
            outbox.save_draft(draft)
            outbox.seal()

    return store


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
