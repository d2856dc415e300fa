"""The start of a kiosk is quiet: its log is its own."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.screen

START = """
import logging
logging.basicConfig(level=logging.INFO, format="%(name)s %(levelname)s %(message)s")
from kiosk.ui.window import prepare
prepare(320, 240, False)
import kivy.core.window
import kivy.core.text
logging.getLogger("kivy").error("seen")
"""


def test_kivy_tells_of_trouble_only() -> None:
    """Kivy's talk of providers and versions stays out of the log; its errors stay in."""
    around = os.environ | {"SDL_VIDEODRIVER": os.environ.get("SDL_VIDEODRIVER", "offscreen")}
    done = subprocess.run(
        [sys.executable, "-c", START], env=around, capture_output=True, text=True, check=True, timeout=60
    )

    assert "kivy ERROR seen" in done.stderr
    assert "INFO" not in done.stderr
