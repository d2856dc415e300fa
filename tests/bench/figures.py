"""Medians, percentiles and ratios, and the table they are told in. Pure."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Figure:
    """One line: what was measured, in which unit, and the plain thing measured in the same run."""

    what: str
    unit: str
    ours: float
    plain: float | None = None
    plain_what: str = ""

    @property
    def ratio(self) -> float | None:
        """Return how many times the plain figure ours is."""
        return self.ours / self.plain if self.plain else None


def compared(what: str, unit: str, ours: Sequence[float], plain: Sequence[float], plain_what: str) -> Figure:
    """Compare two things that were measured in turns: the ratio is that of their medians."""
    return Figure(what, unit, median(ours), median(plain), plain_what)


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that at least this share of all values does not exceed."""
    if not values:
        raise ValueError("there is nothing to take a percentile of")
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def table(figures: Sequence[Figure]) -> str:
    """Write the figures as a Markdown table."""
    lines = ["| what | ours | plain | ratio | plain is |", "|---|--:|--:|--:|---|"]
    for each in figures:
        plain = "" if each.plain is None else f"{_number(each.plain)} {each.unit}"
        ratio = "" if each.ratio is None else f"{each.ratio:.2f}"
        lines.append(
            f"| {each.what} | {_number(each.ours)} {each.unit} | {plain} | {ratio} | {each.plain_what} |"
        )
    return "\n".join(lines)


def as_data(figures: Sequence[Figure]) -> list[dict[str, object]]:
    """Return the figures for a file, ratios included."""
    return [asdict(each) | {"ratio": each.ratio} for each in figures]


def _number(value: float) -> str:
    """Write three significant digits, and no more decimals than they need."""
    digits = 0 if value == 0 else max(0, 2 - math.floor(math.log10(abs(value))))
    return f"{value:,.{digits}f}"
