"""The table of all centers, in the order that a link of its head asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from server.domain.province import Finding
from server.web.catalog import dictionary_order

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from server.domain.province import Place

FINDINGS: Final = list(Finding)


def _rank(place: Place) -> float | None:
    return None if place.rank is None else -place.rank.shrunk.value


def _n(place: Place) -> float | None:
    return -place.n if place.n else None


def _share(place: Place) -> float | None:
    return None if place.share is None else -place.share.value


def _index(place: Place) -> float | None:
    return None if place.index is None else -place.index.value


def _change(place: Place) -> float | None:
    return None if place.change is None else -place.change.value


def _finding(place: Place) -> float | None:
    return FINDINGS.index(place.finding)


def _coverage(place: Place) -> float | None:
    value = None if place.covered is None else place.covered.coverage.value
    return None if value is None else -value


KEYS: Final[dict[str, Callable[[Place], float | None]]] = {
    "rank": _rank,
    "n": _n,
    "share": _share,
    "index": _index,
    "change": _change,
    "finding": _finding,
    "coverage": _coverage,
}
"""What a column is ordered by, the least first; None comes last in either direction."""
COLUMNS: Final = ("rank", "name", *(name for name in KEYS if name != "rank"))
"""What may be asked for; the first is the order of the page itself."""


def in_order(places: Sequence[Place], column: str, *, is_descending: bool = False) -> list[Place]:
    """Return the centers by a column. Those that are the same there stand as in a dictionary."""
    named = sorted(places, key=lambda each: dictionary_order(each.center.name))
    if column == "name":
        return named[::-1] if is_descending else named
    key, sign = KEYS[column], -1 if is_descending else 1
    known = [(value, each) for each in named if (value := key(each)) is not None]
    ordered = [each for _, each in sorted(known, key=lambda pair: sign * pair[0])]
    return ordered + [each for each in named if key(each) is None]
