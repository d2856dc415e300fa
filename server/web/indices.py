"""The official indices of a center and a quarter: Decision 766's satisfaction part, Decree 61's indicators.

What citizens said comes from releases and from what months publish; all else a center reported. Nothing here
counts ratings in any other way, and nothing is guessed: what is missing is said, with where to enter it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from server.domain import decision766, decree61
from server.domain.calendar import Kind, Period, day_of
from server.domain.decision766 import Absent
from server.domain.disclosure import total
from server.domain.dossier_figures import Work
from server.domain.index_inputs import Told, answers_of, indicators, ratios, sum_of
from server.domain.indices import table
from server.domain.months import is_settled, publishing_day
from server.protocol.survey import decode_survey
from server.web.access import KEEPERS, asked_center, visible_centers
from server.web.context import context_of
from server.web.figures_page import working_days
from server.web.overview import within
from server.web.pages import page, words_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from decimal import Decimal

    from starlette.requests import Request
    from starlette.responses import Response

    from server.domain.index_inputs import Line, Ratio
    from server.domain.places import Center
    from server.store import Store
    from server.web.catalog import Words

PATH: Final = "/indices"


@dataclass(frozen=True, slots=True)
class Quarter:
    """A quarter of a center as it is known on a day.

    `no_complaints` are its months that are over without figures of complaints, `missing` how many working
    days of a month have no dossiers; `waiting` are months that are not published, with the day on which they
    will be; `silent` ones could be, but there is nothing that may be told.
    """

    period: Period
    told: Told
    ratios: tuple[Ratio, ...]
    result: decree61.Result
    lines: tuple[Line, ...]
    no_complaints: tuple[Period, ...]
    missing: tuple[tuple[Period, int], ...]
    waiting: tuple[tuple[Period, date], ...]
    silent: tuple[Period, ...]

    @property
    def points(self) -> tuple[Decimal, Decimal] | None:
        """The least and the greatest sum of the three ratios' points; None unless all have some."""
        sums = []
        for which in ("least", "most"):
            satisfaction = decision766.Satisfaction(tuple(getattr(each, which) for each in self.ratios))
            if satisfaction.points is None:
                return None
            sums.append(satisfaction.points)
        return sums[0], sums[1]

    @property
    def lacking(self) -> list[str]:
        """The names of the numbers of the quarter that nobody has told yet."""
        inputs = [each for ratio in self.ratios for each in ratio.lacks]
        inputs += [each for line in self.lines for each in line.lacks]
        return list(dict.fromkeys(each.name for each in inputs if each.source == "quarter"))

    @property
    def unanswered(self) -> list[int]:
        """The numbers of the indicators that citizens are asked about and have not answered."""
        return [
            line.result.indicator.number
            for line in self.lines
            if line.result.indicator.question and line.result.mean is None
        ]


async def show_indices(request: Request) -> Response:
    """Show the page. `GET /indices?center=CODE&quarter=2026-Q4`."""
    return await run_in_threadpool(_indices, request)


def _indices(request: Request) -> Response:
    """Read and render, in a worker thread: the store blocks."""
    context, words = context_of(request), words_of(request)
    store, today = context.store, day_of(context.now_ms())
    center = asked_center(request, store)
    period = _asked_quarter(request, store, center, today)
    now, before = (quarter_of(store, center, each, today) for each in (period, period.previous()))

    def address(other: Period) -> str:
        return f"{PATH}?{urlencode({'center': center.code, 'quarter': other.key})}"

    values = {
        "title": words("indices_title"),
        "center": center,
        "centers": visible_centers(store, request.state.person),
        "period": period,
        "earlier": (period.previous(), address(period.previous())),
        "later": (period.next(), address(period.next())) if period.last < today else None,
        "today": today,
        "now": now,
        "before": before,
        "decision": table(decision766.TABLE),
        "decree": table(decree61.TABLE),
        "keeps": request.state.person.role in KEEPERS,
        "words": IndexWords(words),
    }
    return page(request, "indices.html", values)


def _asked_quarter(request: Request, store: Store, center: Center, today: date) -> Period:
    """Return the quarter of the address, else that of the newest published month, else the running one."""
    typed = request.query_params.get("quarter")
    try:
        if not typed:
            published = store.published_months(center.code)
            return Period.around(Kind.QUARTER, published[-1].first if published else today)
        period = Period.parse(typed)
    except (ValueError, OverflowError):
        raise HTTPException(404) from None
    if period.kind is not Kind.QUARTER or period.first > today:
        raise HTTPException(404)
    return period


def quarter_of(store: Store, center: Center, period: Period, today: date) -> Quarter:
    """Return what is known of a center and a quarter."""
    days = center.code, period.first, period.last
    months = [Period.around(Kind.MONTH, day) for day in period.days() if day.day == 1 and day <= today]
    work = store.field_days(*days)
    reported = {each.day for each in work}
    complaints = store.complaint_months(*days)
    entered = {each.month for each in complaints}
    no_complaints = tuple(each for each in months if each.last < today and each.first not in entered)
    published = set(store.published_months(center.code))
    scores = total(within(store.releases(*days), period))
    surveys = {each.hash: decode_survey(each.raw) for each in store.kept_surveys()}
    told = Told(
        sum((each.work for each in work), Work()) if work else None,
        None if no_complaints else sum_of(complaints),
        scores[0] + scores[1],
        sum(scores),
        store.quarter_figures(center.code, period),
        answers_of(surveys, store.answer_figures(*days), table(decree61.TABLE)),
    )
    missing = (
        (month, sum(day not in reported for day in working_days(store, center, month, today)))
        for month in months
    )
    result, lines = indicators(told)
    return Quarter(
        period,
        told,
        ratios(told),
        result,
        lines,
        no_complaints,
        tuple((month, count) for month, count in missing if count),
        tuple((each, publishing_day(each)) for each in months if not is_settled(each, today)),
        tuple(each for each in months if is_settled(each, today) and each not in published),
    )


@dataclass(frozen=True, slots=True)
class IndexWords:
    """How results are written."""

    words: Words

    def said(self, text: dict[str, str]) -> str:
        """Return a text of a table in the reader's language."""
        return text.get(self.words.lang) or text["vi"]

    def decimal(self, number: Decimal | int) -> str:
        """Write points: 15,00."""
        return f"{number}".replace(".", self.words("decimal_mark"))

    def span(self, low: str, high: str) -> str:
        """Write a least and a greatest value, or one where they look the same."""
        return low if low == high else f"{low}\N{EN DASH}{high}"

    def ratio(self, ratio: Ratio) -> str:
        """Write the value of a ratio, or why it has none."""
        if ratio.least.absent is not None:
            return self.absent(ratio)
        low, high = (self.words.percent(float(each.value or 0), 1) for each in (ratio.least, ratio.most))
        bare = low.removesuffix(self.words("percent", number=""))
        return low if low == high else f"{bare}\N{EN DASH}{high}"

    def absent(self, ratio: Ratio) -> str:
        """Say why a ratio has no value."""
        match ratio.least.absent:
            case Absent.NOTHING:
                return self.words("index_nothing")
            case Absent.IMPOSSIBLE:
                return self.words("index_impossible")
            case _:
                return self.words("index_too_little")

    def points(self, ratio: Ratio) -> str:
        """Write the points of a ratio, of how many; nothing where it has none."""
        if ratio.least.points is None or ratio.most.points is None:
            return ""
        return self.of_points((ratio.least.points, ratio.most.points), ratio.least.ratio.points_max)

    def of_points(self, points: Sequence[Decimal], most: int) -> str:
        """Write points, from the least to the greatest, of how many."""
        low, high = (self.decimal(each) for each in points)
        return self.words("index_points_of", points=self.span(low, high), most=most)

    def target(self, ratio: Ratio) -> str:
        """Write the share from which on a ratio has all its points."""
        return self.words.percent(float(ratio.least.ratio.target))

    def total(self, quarter: Quarter) -> str:
        """Write what Decree 61 makes of a quarter: its points, and their band."""
        result = quarter.result
        if result.total is None or result.band is None:
            return self.words("index_too_little")
        return self.words(
            "index_total",
            points=self.decimal(result.total),
            most=self.decimal(table(decree61.TABLE).points_max),
            band=self.said(result.band.name),
        )
