"""Which questions of the ready-made survey of Decree 61/2018 tell which of its indicators, with what points.

The nine indicators are those of the decree and of Circular 01/2018, each worth 0, 1 or 2 points. Citizens
are asked six of them; 5, 8 and 9 come from the center's own figures. What was not found in the text of
the law is marked as unconfirmed, and pages have to say so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Indicator:
    """One of the nine. `points` are those of each option of its question; None does not count.

    An indicator without a question is not asked of citizens. `confirmed` says whether question and points
    were read in a source.
    """

    number: int
    question: str = ""
    points: tuple[int | None, ...] = ()
    confirmed: bool = True


FACES_POINTS: Final = (0, 0, 1, 2, 2)
"""Of the faces from worst to best: the decree itself has three levels, told otherwise."""
INDICATORS: Final = (
    Indicator(1, "time", (2, 1, 0, None)),
    Indicator(2, "time_each", (2, 1, 0, None)),
    Indicator(3, "contacts", (2, 1, 0)),
    Indicator(4, "agencies", (2, 1, 0)),
    Indicator(5),
    Indicator(6, "published", (2, 1, 0)),
    Indicator(7, "attitude", FACES_POINTS, confirmed=False),
    Indicator(8),
    Indicator(9),
)
