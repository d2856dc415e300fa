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

from kiosk import main as kiosk
from kiosk.outbox import Draft, Outbox
from kiosk.ui.window import prepare


class _Stamped(logging.Formatter):
    """Begins each line with when it was said."""

    def format(self, record: logging.LogRecord) -> str:
        """Write a line."""
        return f"{time.monotonic():.6f} {super().format(record)}"


def main(argv: list[str]) -> int:
    """Run the kiosk until it is told to end."""
    parser = argparse.ArgumentParser()
    parser.add_argument("width", type=int)
    parser.add_argument("height", type=int)
    parser.add_argument("--moving", action="store_true", help="draw sixty pictures a second")
    parser.add_argument(
        "--also-here", type=Path, help="store each rating on the Kivy thread too, in this file"
    )
    given, rest = parser.parse_known_args(argv)
    words = logging.StreamHandler()
    words.setFormatter(_Stamped())
    logging.basicConfig(handlers=[words], level=logging.INFO)
    prepare(given.width, given.height, windowed=False)
    _watch(moving=given.moving)
    if given.also_here is not None:
        _store_here(given.also_here)
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


def _store_here(file: Path) -> None:
    """Do what the kiosk's writer does where it must not be done: on the thread that draws."""
    from kivy.core.window import Window  # noqa: PLC0415 - Kivy reads its settings when it is imported

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

    def store(*_: object) -> None:
        with outbox.at_once():
            outbox.save_draft(draft)
            outbox.seal()

    Window.bind(on_touch_up=store)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
