"""Few rows in which every two values of two factors meet. Pure: the same factors, the same rows."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

T = TypeVar("T")
Value = tuple[str, int]
"""A factor, and the place of one of its values."""


def covering(factors: Mapping[str, Sequence[T]]) -> list[dict[str, T]]:
    """Return rows, greedily few: each begins with a pair that is missing, and takes what brings most."""
    open_pairs = _pairs(factors)
    rows: list[dict[str, T]] = []
    while open_pairs:
        row = dict(min(open_pairs))
        for name in sorted(factors, key=lambda each: -len(factors[each])):
            if name not in row:
                gains = [
                    sum(_pair((name, place), fixed) in open_pairs for fixed in row.items())
                    for place in range(len(factors[name]))
                ]
                # where nothing is gained values take turns
                turn = len(rows) % len(gains)
                row[name] = max(range(len(gains)), key=lambda at: (gains[at], at == turn))
        open_pairs -= {_pair(one, other) for one, other in combinations(row.items(), 2)}
        rows.append({name: values[row[name]] for name, values in factors.items()})
    return rows


def missing(factors: Mapping[str, Sequence[T]], rows: Iterable[Mapping[str, T]]) -> set[tuple[Value, Value]]:
    """Return the pairs of values that meet in no row."""
    met: set[tuple[Value, Value]] = set()
    for row in rows:
        values = [(name, factors[name].index(value)) for name, value in row.items()]
        met |= {_pair(one, other) for one, other in combinations(values, 2)}
    return _pairs(factors) - met


def _pairs(factors: Mapping[str, Sequence[T]]) -> set[tuple[Value, Value]]:
    values = [(name, place) for name in factors for place in range(len(factors[name]))]
    return {_pair(one, other) for one, other in combinations(values, 2) if one[0] != other[0]}


def _pair(one: Value, other: Value) -> tuple[Value, Value]:
    return (one, other) if one < other else (other, one)
