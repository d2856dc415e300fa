"""In which rows chips may stand: an even grid, or for words that are too long for it rows that are filled.

In the grid all chips are equally wide, and a row that has fewer ends earlier. In filled rows
chips are wider where there are fewer.
"""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Rows = tuple[int, ...]
"""How many chips stand in each row of a group."""


def ways(counts: Sequence[int], *, beside: bool, may_fill: bool) -> Iterator[tuple[tuple[Rows, ...], bool]]:
    """Yield the rows of every group: as many in all groups beside each other, else as wide in all.

    It is said of each whether they are filled, which they are only where they `may_fill`.
    """
    seen = set()
    for number in range(1, max(counts) + 1):
        tall = [number if beside else ceil(count / number) for count in counts]
        for filled in (False, True) if may_fill else (False,):
            spread = _balanced if filled else _filled_up
            way = tuple(spread(count, rows) for count, rows in zip(counts, tall, strict=True))
            if way not in seen:
                seen.add(way)
                yield way, filled


def _filled_up(count: int, rows: int) -> Rows:
    """Fill row after row: what is left stands in the last that has any."""
    wide = ceil(count / rows)
    return tuple(min(wide, max(0, count - number * wide)) for number in range(rows))


def _balanced(count: int, rows: int) -> Rows:
    """Spread chips over all rows, the fuller rows first."""
    return tuple(ceil((count - number) / rows) for number in range(rows))
