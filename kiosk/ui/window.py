"""How Kivy's window is to be, said before Kivy is asked for one.

Kivy reads its settings while it is imported, so `prepare` must run before any
module of Kivy, and before `kiosk.ui.app`. SDL_VIDEODRIVER stays as the environment has it.
"""

from __future__ import annotations

import logging
import os
from typing import Final

DESK_PX: Final = (1280, 800)
"""The window on a desk, when nobody said how large."""
FRAMES_PER_S: Final = 60
"""Not lowered when idle: Kivy draws nothing on a still screen, and polls touches at this rate."""


def prepare(width_px: int, height_px: int, windowed: bool) -> None:  # noqa: FBT001 - the agreed call of main
    """Set Kivy's environment and settings for a kiosk, or for a window on a desk.

    A width and height of 0 take the whole screen.
    """
    os.environ |= {
        "KIVY_NO_CONFIG": "1",
        "KIVY_NO_ARGS": "1",
        "KIVY_NO_FILELOG": "1",
        "KIVY_LOG_MODE": "PYTHON",
        "KCFG_KIVY_LOG_LEVEL": "warning",
        "KIVY_METRICS_DENSITY": "1",
        "KIVY_METRICS_FONTSCALE": "1",
        "KIVY_DPI": "96",
    }
    # Kivy speaks before it has read the level from its settings, and sets it anew as it reads them
    logging.getLogger("kivy").setLevel(logging.WARNING)
    from kivy.config import Config  # noqa: PLC0415 - Kivy reads the environment as it is imported

    for (section, option), value in _settings(width_px, height_px, windowed=windowed).items():
        Config.set(section, option, str(value))
    # by default Kivy reads /dev/input beside SDL, and every touch arrives twice
    for provider in Config.options("input"):
        if provider != "mouse":
            Config.remove_option("input", provider)


def _settings(width_px: int, height_px: int, *, windowed: bool) -> dict[tuple[str, str], object]:
    """Return the settings by section and name."""
    whole = not windowed and not (width_px and height_px)
    width, height = (width_px, height_px) if width_px and height_px else DESK_PX
    return {
        ("graphics", "fullscreen"): "auto" if whole else 0,
        ("graphics", "width"): width,
        ("graphics", "height"): height,
        ("graphics", "borderless"): int(not windowed),
        ("graphics", "resizable"): int(windowed),
        ("graphics", "position"): "auto" if windowed else "custom",
        ("graphics", "left"): 0,
        ("graphics", "top"): 0,
        ("graphics", "show_cursor"): int(windowed),
        ("graphics", "multisamples"): 0,
        ("graphics", "maxfps"): FRAMES_PER_S,
        ("graphics", "allow_screensaver"): 0,
        ("kivy", "exit_on_escape"): 0,
        ("kivy", "keyboard_mode"): "system",
        ("kivy", "log_level"): "warning",
        # without this a right click draws a red dot and stays as a finger for ever
        ("input", "mouse"): "mouse,disable_multitouch",
    }
