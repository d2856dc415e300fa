"""Visits in every pair of language, glass, theme, size of text, reach, listening and way of typing."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Final

from kiosk.ui.theme import sheet_of
from tests import glasses
from tests.robot.pairwise import covering
from tests.robot.walker import FIRST_METHOD, METHODS, Deed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.robot.walker import Walker

INCHES_MAX: Final = 15.6
"""Where the series of visits ends: glasses larger than this have the same pixels again."""
GLASSES: Final = tuple(glass for glass in glasses.GLASSES if glass[2] <= INCHES_MAX)
TOOLS: Final = ("contrast", "large", "low", "listening")
KEYS: Final = {
    "telex": "Cans booj raast nhieejt tinhf, carm own!",
    "vni": "Can1 bo65 ra61t nhie65t ti2nh, ca3m o7n!",
    "plain": "Can bo rat nhiet tinh, cam on!",
}
"""What is touched on the keyboard, by the method of typing. The first capital comes by itself."""
WRITTEN: Final = {
    "telex": "Cán bộ rất nhiệt tình, cảm ơn!",
    "vni": "Cán bộ rất nhiệt tình, cảm ơn!",
    "plain": "Can bo rat nhiet tinh, cam on!",
}
"""What stands on the paper then."""


@dataclass(frozen=True, slots=True)
class Row:
    """How one visit looks: on which glass, in which language, with which tools, typed how."""

    glass: tuple[int, int, float]
    lang: str
    tools: tuple[str, ...]
    method: str


def factors() -> dict[str, Sequence[object]]:
    """Return what is paired."""
    both: dict[str, Sequence[object]] = dict.fromkeys(TOOLS, (False, True))
    return both | {"glass": GLASSES, "lang": tuple(FIRST_METHOD), "method": METHODS}


def rows() -> list[Row]:
    """Return the visits, those on one glass together."""
    found = [
        Row(
            glass=next(each for each in GLASSES if each == row["glass"]),
            lang=str(row["lang"]),
            tools=tuple(tool for tool in TOOLS if row[tool]),
            method=str(row["method"]),
        )
        for row in covering(factors())
    ]
    return sorted(found, key=lambda row: GLASSES.index(row.glass))


def by_glass() -> list[tuple[tuple[int, int, float], list[Row]]]:
    """Return the visits on each glass."""
    return [(glass, list(some)) for glass, some in groupby(rows(), key=lambda row: row.glass)]


def visit(walker: Walker, row: Row, face: int) -> None:
    """Set language and look on the first screen, touch a face, answer everything and write."""
    walker.arrive()
    if row.lang != walker.now.lang:
        walker.speak(row.lang)
    for tool in row.tools:
        # on a small glass that lies everything is in reach, and nothing is offered
        if tool != "low" or not sheet_of(*row.glass).in_reach:
            walker.look(tool)
    walker.rate(face)
    while (question := walker.asked()).kind != "comment":
        walker.do(question, Deed.ANSWER)
    walker.type_by(row.method)
    walker.write(KEYS[row.method].lower())
    walker.now.comment = WRITTEN[row.method]
    walker.leave("continue")
    walker.end()
