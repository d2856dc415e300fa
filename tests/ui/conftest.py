"""Says how Kivy's window is to be before any test imports Kivy, for it reads that only once."""

from __future__ import annotations

import importlib
import os
from typing import TYPE_CHECKING

import pytest

from kiosk.ui.window import prepare

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.ui.driver import Booth


def _open_window() -> None:
    """Open the one window of this process, without a screen where there is none.

    SDL reads its driver as the window opens. It is taken back at once, so that a
    kiosk which another test starts on a virtual screen is drawn there.
    """
    # as large as the largest glass either way: the offscreen surface never grows
    prepare(1920, 1920, windowed=False)
    given = os.environ.get("SDL_VIDEODRIVER")
    if not given and not os.environ.get("DISPLAY"):
        os.environ["SDL_VIDEODRIVER"] = "offscreen"
    importlib.import_module("kivy.core.window")  # opens it; `prepare` must come first

    if not given:
        os.environ.pop("SDL_VIDEODRIVER", None)


_open_window()


@pytest.fixture
def booth() -> Iterator[Booth]:
    """Open a kiosk, and close it whatever happens."""
    from tests.ui.driver import Booth  # noqa: PLC0415 - it imports Kivy, which `prepare` must precede

    opened = Booth()
    opened.open(800, 480)
    yield opened
    opened.close()
