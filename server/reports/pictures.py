"""Charts on paper: the specification that a page draws, as SVG in the colors of the page's light look."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import fontpkg_be_vietnam_pro
import msgspec
import vl_convert

if TYPE_CHECKING:
    from server.reports.document import Chart

FONT_DIR: Final = Path(fontpkg_be_vietnam_pro.ROOT) / "files"
INK: Final = {
    "card": "#ffffff",
    "ink": "#3a261c",
    "ink-soft": "#6f5847",
    "line": "#f0e0cf",
    "accent": "#ab400c",
    "good": "#23804f",
    "good-soft": "#a5d9bb",
    "warn": "#8a2b12",
    "track": "#f6eadd",
    "on-face": "#2c1a11",
    "face-1": "#f0705c",
    "face-2": "#f5984f",
    "face-3": "#f6c945",
    "face-4": "#9ecc5e",
    "face-5": "#48af76",
}
"""The colors that charts name, as the style sheet of the pages has them by day."""
_NAMED: Final = re.compile(r"var\(--([a-z0-9-]+)\)")


def picture(chart: Chart) -> str:
    """Draw a chart: SVG. Raises `KeyError` for a color that has no ink, `ValueError` for no specification."""
    _know_fonts()
    size: dict[str, Any] = {"width": chart.width}
    if chart.height is not None:
        size["height"] = chart.height
    spec = _NAMED.sub(lambda found: INK[found[1]], msgspec.json.encode({**chart.spec, **size}).decode())
    drawn: str = vl_convert.vegalite_to_svg(spec, allowed_base_urls=[])
    return drawn


@cache
def _know_fonts() -> None:
    """Tell the library once where the font is, so that it knows how wide words are."""
    vl_convert.register_font_directory(str(FONT_DIR))
