"""Whether figures together tell about a handful of citizens. Linear algebra over who is in which figure.

Whoever reads figures adds them up and subtracts them. What can be had that way of a table is a linear
combination of its figures; so it is asked whether any such combination rests on one to four ratings alone.
The ratings are in *blocks*: those that are in the same figures, which nobody can part again.

Exact disclosure only: that a figure of 5 of 5 says what all five said is no secret kept here, see
`server.domain.disclosure`. The condition is the one of cell suppression in published tables; see
Cox, L. H. (1995), Network models for complementary cell suppression, JASA 90:1453-1462.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.linalg import null_space

from server.domain.disclosure import CELL_MIN

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from numpy.typing import NDArray

TOLERANCE = 1e-8
"""Sums nearer to nothing than this are nothing: rounding, not ratings."""


def traced(figures: Sequence[AbstractSet[int]], sizes: Mapping[int, int]) -> set[int]:
    """Return the bundles of ratings that all figures together tell of, fewer than `CELL_MIN` at a time.

    Each figure is the set of the bundles it adds up; `sizes` says how many ratings a bundle has, at least
    one. A combination may add some ratings and subtract others: the difference of two citizens' scores is
    as good as told.
    """
    blocks = _blocks(figures, sizes)
    matrix = np.zeros((len(figures), len(blocks)))
    for row, figure in enumerate(figures):
        for column, members in enumerate(blocks):
            matrix[row, column] = members[0] in figure
    counts = [sum(sizes[bundle] for bundle in members) for members in blocks]
    small = [column for column, count in enumerate(counts) if count < CELL_MIN]
    marks = _marks(matrix)
    return {bundle for column in _vanishing(marks, counts, small) for bundle in blocks[column]}


def _blocks(figures: Sequence[AbstractSet[int]], sizes: Mapping[int, int]) -> list[list[int]]:
    """Put bundles together that are in the same figures."""
    found: dict[tuple[int, ...], list[int]] = {}
    for bundle in sizes:
        found.setdefault(tuple(i for i, figure in enumerate(figures) if bundle in figure), []).append(bundle)
    return list(found.values())


def _marks(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return one number for each block, such that sums of them vanish where figures can be combined to them.

    What figures can be combined to is at right angles to all that they leave open (the null space). One
    direction that has something of each is enough to ask; the roots are weights that cancel by no accident.
    """
    left_open = null_space(matrix) if len(matrix) else np.eye(matrix.shape[1])
    weights = np.sqrt(np.arange(2, left_open.shape[1] + 2, dtype=np.float64))
    marks: NDArray[np.float64] = left_open @ weights
    return marks


def _vanishing(marks: NDArray[np.float64], counts: Sequence[int], small: Sequence[int]) -> set[int]:
    """Return the blocks in any signed sum that vanishes and holds fewer than `CELL_MIN` ratings.

    Four blocks of one rating each are the most, so that two sums of at most two blocks meet: sorted, equal
    ones lie beside each other. Nothing at all is a sum too, which meets those that vanish by themselves.
    """
    here = np.asarray(small, dtype=np.int64)
    ones, sizes = marks[here], np.asarray(counts, dtype=np.int64)[here]
    first, second = np.triu_indices(len(small), k=1)
    few = sizes[first] + sizes[second] < CELL_MIN
    first, second = first[few], second[few]
    left, right = ones[first], ones[second]
    values = np.concatenate([[0.0], ones, -ones, left + right, left - right, right - left, -left - right])
    none = np.full(1 + 2 * len(small), -1)
    blocks = np.stack(
        [
            np.concatenate([[-1], *[np.arange(len(small))] * 2, *[first] * 4]),
            np.concatenate([none, *[second] * 4]),
        ]
    )
    order = np.argsort(values)
    ordered = values[order]
    found: set[int] = set()
    for place in np.flatnonzero(np.diff(ordered) < TOLERANCE):
        end = np.searchsorted(ordered, ordered[place] + TOLERANCE, side="right")
        for other in range(place + 1, int(end)):
            both = [small[one] for one in blocks[:, [order[place], order[other]]].flat if one >= 0]
            if len(set(both)) == len(both) and sum(counts[block] for block in both) < CELL_MIN:
                found |= set(both)
    return found
