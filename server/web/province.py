"""The Province page: all centers in one period, who lies apart from the others, and who is silent.

Every figure of a rating comes from releases that lie wholly within the period, through
`store.center_scores`: nothing here may count ratings in any other way.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from server.domain.absence import absences
from server.domain.calendar import Kind, Period, day_of
from server.domain.province import USUAL_DAYS, province_of, silent_centers
from server.domain.ranking import RANKED_MIN
from server.web.access import visible_centers
from server.web.context import context_of
from server.web.fields import for_the_province
from server.web.pages import page, words_of
from server.web.province_charts import funnel_chart, kind_of, limit_rows, map_chart, ranking_chart
from server.web.province_order import COLUMNS, in_order
from server.web.province_words import ProvinceWords

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from starlette.requests import Request
    from starlette.responses import Response

    from server.domain.absence import Absence
    from server.domain.places import Center
    from server.domain.province import Province, Silent
    from server.store import Store

PATH: Final = "/province"
KINDS: Final = (Kind.MONTH, Kind.QUARTER, Kind.YEAR)
DESCENDING: Final = "-"
SETTLED: Final = timedelta(days=7)
"""What a kiosk has that was cut off is mostly here after so long; before, no day is one without ratings."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for: the period, and by which column the table is ordered."""

    period: Period
    today: date
    column: str
    is_descending: bool

    def address(self, period: Period | None = None, sort: str | None = None) -> str:
        """Return the address of the page for another period or another order."""
        sort = DESCENDING * self.is_descending + self.column if sort is None else sort
        query = {"period": (period or self.period).key}
        return f"{PATH}?{urlencode(query if sort == COLUMNS[0] else query | {'sort': sort})}"

    def sort_link(self, column: str) -> str:
        """Return where the head of a column leads: to its order, or to the reverse if it is in order."""
        is_reversed = column == self.column and not self.is_descending
        return self.address(sort=DESCENDING * is_reversed + column) + "#centers"


def asked(request: Request, today: date) -> Asked:
    """Read the address; without a period it is the last month that is over. What is mistyped is not found."""
    query = request.query_params
    try:
        key = query.get("period")
        period = Period.parse(key) if key else Period.around(Kind.MONTH, today).previous()
        if query.get("kind") and (kind := Kind(query["kind"])) is not period.kind:
            period = Period.around(kind, min(period.last, today))
    except (ValueError, OverflowError):
        raise HTTPException(404) from None
    sort = query.get("sort", COLUMNS[0])
    column = sort.removeprefix(DESCENDING)
    if period.kind not in KINDS or column not in COLUMNS:
        raise HTTPException(404)
    return Asked(period, today, column, sort.startswith(DESCENDING))


async def show_province(request: Request) -> Response:
    """Show all centers. `GET /province?period=2026-10&sort=-share`."""
    for_the_province(request)
    return await run_in_threadpool(_page, request)


def _page(request: Request) -> Response:
    """Read and render, in a worker thread: the store blocks."""
    context, words = context_of(request), words_of(request)
    wanted = asked(request, day_of(context.now_ms()))
    centers = visible_centers(context.store, request.state.person)
    found, silent, absent = read_province(context.store, centers, wanted.period, context.now_ms())
    period, say = wanted.period, ProvinceWords(words, wanted.period)
    values = {
        "title": words("province_title"),
        "asked": wanted,
        "period": period,
        "kinds": KINDS,
        "earlier": wanted.address(period.previous()),
        "later": wanted.address(period.next()) if period.last < wanted.today else None,
        "is_now": wanted.today in period,
        "found": found,
        "say": say,
        "rows": in_order(found.places, wanted.column, is_descending=wanted.is_descending),
        "columns": COLUMNS,
        "kind_of": kind_of,
        "silent": silent,
        "absent": absent,
        "least": RANKED_MIN,
        "funnel": funnel_chart(found, words),
        "ranking": ranking_chart(found, words),
        "map": map_chart(found, words) if found.share else None,
        "limits": limit_rows(found.funnel, max(each.n for each in found.places)) if found.funnel else [],
        "seen_day": lambda each: words.day(day_of(each.kiosks.seen_ms)) if each.kiosks.seen_ms else "",
    }
    return page(request, "province.html", values)


def read_province(
    store: Store, centers: Sequence[Center], period: Period, now_ms: int
) -> tuple[Province, list[Silent], list[Absence]]:
    """Read what is told of all centers, as one moment has it."""
    before, today = period.previous(), day_of(now_ms)
    with store.snapshot():
        now = store.center_scores(period.first, period.last)
        earlier = store.center_scores(before.first, before.last)
        reports = store.center_reports(period.first, period.last)
        days = store.center_release_days(today - timedelta(days=USUAL_DAYS), today)
        kiosks = store.center_kiosks()
        served = store.center_served_days(period.first, min(period.last, today - SETTLED))
    found = province_of(centers, now, earlier, reports)
    silent = silent_centers(centers, now, days, kiosks, (today, now_ms))
    return found, silent, absences(centers, served, now)
