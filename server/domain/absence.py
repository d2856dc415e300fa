"""Days on which a center served citizens and nobody rated: a kiosk that was off, or that nobody was led to.

A switched-off kiosk leaves no rating, so it is seen by what should have been there: where a center has m
ratings on the days on which it has any, a day without one has the probability e⁻ᵐ (Poisson). More such days
than that gives are called out, under the control of false discoveries over all centers.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp
from typing import TYPE_CHECKING

from server.domain.distributions import binomial_at_most
from server.domain.funnel import discoveries

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from server.domain.disclosure import Scores
    from server.domain.places import Center

RATED_MIN = 5
"""From fewer days with ratings nobody can tell how many are usual."""


@dataclass(frozen=True, slots=True)
class Absence:
    """A center with `days` without a rating, of `served_days` on which it served citizens."""

    center: Center
    days: int
    served_days: int
    p_value: float


def absences(
    centers: Sequence[Center], served: Mapping[int, Mapping[date, bool]], scores: Mapping[int, Scores]
) -> list[Absence]:
    """Return the centers with more days without a rating than chance gives, the least probable first.

    By the code of each center: the days on which it served citizens, with whether anybody rated, and the sums
    of its releases.
    """
    found = []
    for center in centers:
        days = served.get(center.code, {})
        rated = sum(days.values())
        if rated < RATED_MIN or center.code not in scores:
            continue
        nobody = exp(-sum(scores[center.code]) / rated)
        p = 1 - binomial_at_most(len(days) - rated - 1, len(days), nobody)
        found.append(Absence(center, len(days) - rated, len(days), p))
    passed = discoveries([each.p_value for each in found])
    called = [each for each, is_one in zip(found, passed, strict=True) if is_one and each.days]
    return sorted(called, key=lambda each: (each.p_value, -each.days))
