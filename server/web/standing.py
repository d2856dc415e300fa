"""How a period stands: its index, against the period before, and how far all of it can be relied on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from server.domain.changes import Change, change
from server.domain.control import chart
from server.domain.disclosure import total
from server.domain.means import Mean, mean_of
from server.domain.samples import Coverage, more_ratings
from server.domain.statistics import Tally, satisfied

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from server.domain.calendar import Period
    from server.domain.control import Chart, Point
    from server.domain.disclosure import Scores
    from server.domain.openings import SpecialDay
    from server.domain.statistics import Interval, Share
    from server.store import Store
    from server.web.catalog import Words

JUDGED_MIN: Final = 5
"""Of fewer days with limits the page does not say that none is out of the ordinary."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What may be said of a period's share besides the share itself.

    `change` is against the period before, None where that has no ratings. `missing` is how many more ratings
    would make the share sure to five points. `coverage` is of tickets where they were reported, else of
    dossiers that were returned; None where neither was.
    """

    index: Mean
    before: Period
    change: Change | None
    missing: int
    coverage: Coverage | None
    of_tickets: bool
    bounds: Interval | None


@dataclass(frozen=True, slots=True)
class ControlledDay:
    """A day of the trend: its share, its limits and why it is worth a question, its holiday."""

    day: date
    share: Share | None
    point: Point | None
    holiday: str

    @property
    def signal(self) -> str:
        """Why it is worth a question; "": it is not."""
        return self.point.signal.value if self.point is not None and self.point.signal is not None else ""


def standing(store: Store, center: int, period: Period, scores: Scores) -> Standing | None:
    """Read and reckon; None where the period has no ratings."""
    index, share = mean_of(scores), satisfied(scores)
    if index is None or share is None:
        return None
    before = period.previous()
    earlier = satisfied(total(store.releases(center, before.first, before.last)))
    served = sum(each.served for each in store.ticket_days(center, period.first, period.last))
    returned = sum(each.work.returned for each in store.field_days(center, period.first, period.last))
    coverage = Coverage(share.n, served or returned) if served or returned else None
    return Standing(
        index,
        before,
        change(earlier, share),
        more_ratings(share.count, share.n),
        coverage,
        bool(served),
        None if coverage is None else coverage.bounds(share.count),
    )


def controlled(
    days: Sequence[tuple[date, Share | None]], special: Mapping[date, SpecialDay]
) -> tuple[Chart | None, list[ControlledDay]]:
    """Return the control chart of days, and each day with what it says of it."""
    made = chart([Tally(share.count, share.n) if share else Tally(0, 0) for _, share in days])
    points = made.points if made else (None,) * len(days)
    return made, [
        ControlledDay(day, share, point, special[day].name if day in special else "")
        for (day, share), point in zip(days, points, strict=True)
    ]


def is_judged(days: Sequence[ControlledDay]) -> bool:
    """Say whether so many days have limits that one may be said to be out of the ordinary, or none."""
    return sum(each.point is not None and not each.point.is_small for each in days) >= JUDGED_MIN


def signals_sentence(days: Sequence[ControlledDay], words: Words) -> str:
    """Say which days are worth a question."""
    asked = [each for each in days if each.signal]
    if not asked:
        return words("control_none")
    names = ", ".join(
        words("control_day", day=words.day(each.day), signal=words(f"signal_{each.signal}")) for each in asked
    )
    return words.many("control_some", len(asked), days=names)
