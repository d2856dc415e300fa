"""The typeface of every screen: Be Vietnam Pro, drawn for letters with two marks."""

from __future__ import annotations

from importlib.resources import files
from typing import Final

from kivy.core.text import LabelBase

BODY: Final = "Body"
STRONG: Final = "Strong"
BOLD: Final = "Bold"
_WEIGHTS: Final = {BODY: "Medium", STRONG: "SemiBold", BOLD: "Bold"}


def register() -> None:
    """Tell Kivy where the fonts are. To be called before anything is written."""
    folder = files("fontpkg_be_vietnam_pro") / "files"
    for name, weight in _WEIGHTS.items():
        LabelBase.register(name, str(folder / f"BeVietnamPro-{weight}.ttf"))
