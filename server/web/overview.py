"""The Overview page: what citizens said of one center in one period, and how sure that is.

Every figure comes from `store.releases` through `server.domain.disclosure`, so it is a
sum of whole releases: nothing here may count ratings in any other way.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from server.domain.calendar import Kind, Period, day_of
from server.domain.disclosure import NO_SCORES, by_day, merged, total
from server.domain.openings import together
from server.domain.places import may_see
from server.domain.statistics import dissatisfied, satisfied
from server.web.catalog import dictionary_order
from server.web.context import context_of
from server.web.drawing import faces_chart, trend_chart
from server.web.pages import page, words_of
from server.web.standing import controlled, is_judged, signals_sentence, standing
from server.web.suspects import suspects

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from starlette.requests import Request
    from starlette.responses import Response

    from server.domain.control import Chart
    from server.domain.disclosure import Release, Scores
    from server.domain.places import Center, Person
    from server.domain.statistics import Share
    from server.store import Store
    from server.web.catalog import Words
    from server.web.standing import ControlledDay

DEFAULT_KIND = Kind.MONTH
BESIDE = timedelta(days=92)
"""How far beside a period a span of quiet days is looked for that reaches into it."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What may be shown of a center and a period. Without enough ratings there are no figures at all."""

    scores: Scores
    satisfied: Share
    dissatisfied: Share
    days: tuple[tuple[date, Share | None], ...]
    merged: Share | None

    @property
    def n(self) -> int:
        """How many ratings all of it rests on."""
        return self.satisfied.n

    @property
    def face(self) -> int:
        """Which of the five faces stands for all of them: the one nearest to their mean."""
        return round(sum(score * count for score, count in enumerate(self.scores, 1)) / self.n)


@dataclass(frozen=True, slots=True)
class Asked:
    """What to show, and of what the reader may choose."""

    center: Center
    centers: Sequence[Center]
    period: Period
    today: date


def within(releases: Sequence[Release], period: Period) -> list[Release]:
    """Return the releases that lie wholly within a period: the ones that count in it."""
    return [release for release in releases if release.first in period and release.last in period]


def crossing(releases: Sequence[Release], period: Period) -> bool:
    """Say whether a span of quiet days begins in a period and ends after it, or the other way round."""
    return any((release.first in period) != (release.last in period) for release in releases)


def figures(releases: Sequence[Release], period: Period, today: date) -> Figures | None:
    """Make the figures of a period out of its releases; None where there are none.

    A day that has no release of its own has no share: it is in `merged` with other such days, or
    nobody came, and the page does not say which.
    """
    scores = total(releases)
    happy, unhappy = satisfied(scores), dissatisfied(scores)
    if happy is None or unhappy is None:
        return None
    shown = by_day(releases)
    days = tuple(
        (day, satisfied(shown[day]) if day in shown else None) for day in period.days() if day <= today
    )
    return Figures(scores, happy, unhappy, days, satisfied(merged(releases)))


def read_figures(store: Store, center: int, period: Period, today: date) -> tuple[Figures | None, bool]:
    """Read the figures of a period, and whether some days of it are told with days of another."""
    around = store.releases(center, period.first - BESIDE, period.last + BESIDE)
    return figures(within(around, period), period, today), crossing(around, period)


def read_days(store: Store, center: int, found: Figures | None) -> tuple[Chart | None, list[ControlledDay]]:
    """Return the control chart of a period's days, and each day with its holiday."""
    timetable = together(store.timetable(None), store.timetable(center))
    return controlled(found.days if found else (), timetable.days)


async def overview(request: Request) -> Response:
    """Show the page to whoever may see the center; to others there is no such page."""
    return await run_in_threadpool(_overview, request)


def _overview(request: Request) -> Response:
    """Read and render, in a worker thread: the store blocks."""
    context = context_of(request)
    person: Person = request.state.person
    words = words_of(request)
    asked = _asked(request, person, context.store, day_of(context.now_ms()))
    found, is_crossing = read_figures(context.store, asked.center.code, asked.period, asked.today)
    apart = context.store.suspect_releases(asked.center.code, asked.period.first, asked.period.last)
    waiting = asked.today in asked.period and context.store.pending_count(asked.center.code) > 0
    control, days = read_days(context.store, asked.center.code, found)
    values = {
        "title": words("overview_title"),
        "center": asked.center,
        "centers": sorted(asked.centers, key=lambda center: dictionary_order(center.name)),
        "period": asked.period,
        "kinds": list(Kind),
        "earlier": _address(asked.center, asked.period.previous()),
        "later": _address(asked.center, asked.period.next()) if asked.period.last < asked.today else None,
        "now": _address(asked.center, Period.around(asked.period.kind, asked.today)),
        "is_now": asked.today in asked.period,
        "figures": found,
        "waiting": waiting,
        "suspects": suspects(found.scores if found else NO_SCORES, apart),
        "alerts": context.store.open_alert_count(asked.center.code),
        "withheld": context.store.withheld_count(asked.center.code),
        "summary": summary(words, asked.period, found) if found else None,
        "faces": faces_chart(found.scores, words) if found else None,
        "standing": standing(context.store, asked.center.code, asked.period, found.scores) if found else None,
        "days": days,
        "control": control if is_judged(days) else None,
        "signals": signals_sentence(days, words),
        "trend": trend_chart(days, control, words) if found else None,
        "by_day": asked.period.kind is not Kind.DAY,
        "crossing": asked.period.kind is not Kind.DAY and is_crossing,
    }
    return page(request, "overview.html", values)


def _asked(request: Request, person: Person, store: Store, today: date) -> Asked:
    """Read the address. What is mistyped, foreign or unknown is not found."""
    query = request.query_params
    try:
        period = Period.parse(query["period"]) if query.get("period") else Period.around(DEFAULT_KIND, today)
        if query.get("kind"):
            period = _other_kind(period, Kind(query["kind"]), today)
        code = int(query["center"]) if query.get("center") else None
    except (ValueError, OverflowError):
        raise HTTPException(404) from None
    centers = [center for center in store.centers() if may_see(person, center.code)]
    if code is None:
        chosen = _first_with_ratings(store, centers, period)
    else:
        chosen = next((center for center in centers if center.code == code), None)
    if chosen is None:
        raise HTTPException(404)
    return Asked(chosen, centers, period, today)


def _other_kind(period: Period, kind: Kind, today: date) -> Period:
    """Return the period of another length that a reader means: today's, or else where the old one ended."""
    return period if kind is period.kind else Period.around(kind, today if today in period else period.last)


def _first_with_ratings(store: Store, centers: Sequence[Center], period: Period) -> Center | None:
    """Return where there is something to see, or else the first center."""
    released = store.released_centers(period.first, period.last)
    found = (center for center in centers if center.code in released)
    return next(found, centers[0] if centers else None)


def _address(center: Center, period: Period) -> str:
    """Return the address of this page for a center and a period."""
    return "/overview?" + urlencode({"center": center.code, "period": period.key})


def summary(words: Words, period: Period, found: Figures) -> str:
    """Say all of it in one sentence."""
    return words.many(
        "overview_summary",
        found.n,
        period=words.period(period),
        share=words.percent(found.satisfied.value),
        between=words.from_to(found.satisfied.interval),
    )
