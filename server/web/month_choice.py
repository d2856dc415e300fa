"""Which months a page tells of together, and which of them are not published yet.

Counters, officers, procedures, hours and answers are told by whole months (`server.domain.months`). A quarter
or a year is the sum of its months that are published, and a page says which these are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from starlette.exceptions import HTTPException

from server.domain.calendar import Kind, Period, day_of
from server.domain.months import is_settled, month_of, publishing_day
from server.web.access import asked_center, visible_centers
from server.web.context import context_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from starlette.requests import Request

    from server.domain.places import Center

KINDS: Final = (Kind.MONTH, Kind.QUARTER, Kind.YEAR)
"""How long a period may be here: whole months."""


@dataclass(frozen=True, slots=True)
class MonthChoice:
    """The center and the period that are asked for, and how far its months are published.

    `told` are published; `empty` could be, but nothing of them may be told; `waiting` have begun and will be
    published on a day; `ahead` have not begun.
    """

    center: Center
    centers: Sequence[Center]
    period: Period
    today: date
    told: tuple[Period, ...]
    empty: tuple[Period, ...]
    waiting: tuple[tuple[Period, date], ...]
    ahead: int

    def query(self, period: Period | None = None) -> Mapping[str, object]:
        """Return what an address says to show the same center, and this period or another."""
        return {"center": self.center.code, "period": (period or self.period).key}


def asked_months(request: Request) -> MonthChoice:
    """Read the address. What is mistyped, foreign or unknown is not found.

    Without a period it is the last month that is published, or else the last one that is over.
    """
    context, query = context_of(request), request.query_params
    center = asked_center(request, context.store)
    today = day_of(context.now_ms())
    published = context.store.published_months(center.code)
    try:
        period = Period.parse(query["period"]) if query.get("period") else _newest(published, today)
        if query.get("kind") and (kind := Kind(query["kind"])) is not period.kind:
            period = Period.around(kind, _last_told(published, period))
    except (ValueError, OverflowError):
        raise HTTPException(404) from None
    if period.kind not in KINDS:
        raise HTTPException(404)
    return choice_of(center, visible_centers(context.store, request.state.person), period, published, today)


def choice_of(
    center: Center, centers: Sequence[Center], period: Period, published: Sequence[Period], today: date
) -> MonthChoice:
    """Say which months of a period are told, given those of the center that are published."""
    months = _months(period)
    silent = [each for each in months if each not in published]
    return MonthChoice(
        center,
        centers,
        period,
        today,
        told=tuple(each for each in months if each in published),
        empty=tuple(each for each in silent if is_settled(each, today)),
        waiting=tuple(
            (each, publishing_day(each))
            for each in silent
            if each.first <= today and not is_settled(each, today)
        ),
        ahead=sum(each.first > today for each in silent),
    )


def _newest(published: Sequence[Period], today: date) -> Period:
    return published[-1] if published else month_of(today).previous()


def _last_told(published: Sequence[Period], period: Period) -> date:
    """Return a day of a period's last month that is published, so that a shorter period shows something."""
    return next((each.first for each in reversed(published) if each.first in period), period.last)


def _months(period: Period) -> list[Period]:
    """Return the months of a period in order."""
    return [month_of(day) for day in period.days() if day.day == 1]


def month_values(choice: MonthChoice, path: str) -> dict[str, object]:
    """Return what the heading of such a page is made of (`months.html`)."""
    period, center = choice.period, choice.center

    def address(other: Period) -> str:
        return f"{path}?{urlencode(choice.query(other))}"

    return {
        "choice": choice,
        "center": center,
        "period": period,
        "month_kinds": KINDS,
        "month_path": path,
        "earlier": (period.previous(), address(period.previous())),
        "later": (period.next(), address(period.next())) if period.last < choice.today else None,
        "tabs": [
            (each, title, f"{each}?{urlencode(choice.query())}")
            for each, title in (("/comparison", "comparison_title"), ("/comparison/months", "details_title"))
        ],
    }
