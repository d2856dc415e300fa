"""How well a way to lay chips looks, and how easily it is read: numbers, of which more is better."""

from __future__ import annotations

from math import log2
from typing import TYPE_CHECKING, Final

from kiosk.ui.widgets.chip import Form

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from kiosk.ui.screens.rows import Rows
    from kiosk.ui.typeset import Setting

IDEAL: Final = {
    Form.ABOVE: 1.15,
    Form.BESIDE: 2.9,
    Form.CLOSE: 2.6,
    Form.TIGHT: 2.2,
    Form.TICK: 3.0,
    Form.MIDDLE: 1.5,
    Form.LINE: 5.0,
}
"""How wide a chip of each form looks best, in heights."""
ASPECT_WEIGHT: Final = 0.22
RAGGED_WEIGHT: Final = 0.80
EMPTY_WEIGHT: Final = 0.5
OVER_WEIGHT: Final = 1.0
"""How much worse chips look that are far from their ideal, leave a place of a row or a whole row of their
card empty, or are higher than they should be."""
LINES_WANTED: Final = 2
LINES_WEIGHT: Final = 0.6
TITLE_WEIGHT: Final = 0.3
"""How much worse each line more than these looks, and a title of two: what belongs together is torn apart."""
FILLED_WEIGHT: Final = 2.0
"""How much worse chips look that are not equally wide: more than anything else can make good."""
MOST_PX: Final = {
    Form.ABOVE: 400,
    Form.BESIDE: 190,
    Form.CLOSE: 150,
    Form.TIGHT: 150,
    Form.TICK: 150,
    Form.MIDDLE: 330,
    Form.LINE: 170,
}
"""How high a chip of each form may become, in layout units: larger ones look empty."""
SMALLER: Final = {Form.CLOSE: 0.15, Form.TIGHT: 0.4}
"""How much worse smaller pictograms look."""
CARD_GRACE: Final = 0.4
"""How much better groups look on cards."""


def looks(ways: tuple[Rows, ...], form: Form, shape: float, share: float) -> float:
    """Say how well a way looks: near the ideal proportions, no higher than is nice, its rows alike."""
    off = log2(shape / IDEAL[form])
    # too narrow is worse than too wide: words break where they should not
    bad = ASPECT_WEIGHT * (off if off > 0 else -2 * off) + OVER_WEIGHT * max(0.0, share - 1)
    bad += RAGGED_WEIGHT * sum(max(rows) - each for rows in ways for each in rows if each)
    bad += EMPTY_WEIGHT * sum(not each for rows in ways for each in rows)
    return -bad - SMALLER.get(form, 0.0)


def dressed(titles: Sequence[int], *, carded: bool, filled: bool) -> float:
    """Say how much better cards make it look; how much worse a title of several lines and filled rows."""
    broken = any(lines > 1 for lines in titles)
    return carded * CARD_GRACE - broken * TITLE_WEIGHT - filled * FILLED_WEIGHT


def reads(settings: Collection[Setting], most_px: float) -> float:
    """Say how easily words are read, at most 1: large, and on few lines."""
    size = next(iter(settings)).size_px
    lines = max(len(each.lines) for each in settings)
    return min(1.0, size / most_px) - LINES_WEIGHT * max(0, lines - LINES_WANTED)
