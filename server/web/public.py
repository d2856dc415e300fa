"""What everybody may read without signing in: each center's figures, what it has done, and the open data.

Figures are sums of whole releases within months that are over, through `server.domain.open_data`. They are
worked out once and kept until there is another release (`server.web.memory`).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import Response

from server.domain.calendar import YEAR_MAX, YEAR_MIN, Period, day_of
from server.domain.changes import change
from server.domain.disclosure import CELL_MIN
from server.domain.notices import told_to_kiosks
from server.domain.open_data import (
    COLUMNS,
    COMPARED_MIN,
    LICENCE,
    LICENCE_URL,
    Told,
    found_by,
    months_of_year,
    months_over,
    rows,
    together,
    told,
)
from server.domain.table_csv import write_csv
from server.web.catalog import dictionary_order
from server.web.context import context_of
from server.web.drawing import filled, trend_axis
from server.web.pages import page, words_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from starlette.requests import Request

    from server.domain.disclosure import Scores
    from server.web.catalog import Words
    from server.web.context import Context

PATH: Final = "/cong-khai"
DATA: Final = f"{PATH}/du-lieu"
FORMATS: Final = {"csv": "text/csv; charset=utf-8", "json": "application/json"}
KEPT_S: Final = 3600
"""So long whoever fetched a file of open data may use it without asking again."""
SEARCH_CHARS_MAX: Final = 80
CODE_DIGITS: Final = 9
YEARS_TOLD: Final = 3
"""So many years of files stand on the page; earlier ones are there, too."""
Figures = dict[str, dict[int, "Scores"]]
"""The sums of releases by month and center."""


@dataclass(frozen=True, slots=True)
class MonthTold:
    """A month of a center's page; `told` is None where too few rated, or nobody did."""

    month: Period
    told: Told | None


async def show_centers(request: Request) -> Response:
    """List the centers. `GET /cong-khai?q=bao+loc`."""
    return await run_in_threadpool(_centers, request)


async def show_center(request: Request) -> Response:
    """Show one center. `GET /cong-khai/24823`."""
    return await run_in_threadpool(_center, request)


async def show_dictionary(request: Request) -> Response:
    """Say what the open data are, column by column. `GET /cong-khai/du-lieu`."""
    words, today = words_of(request), day_of(context_of(request).now_ms())
    last = months_over(today, 1)[0].first.year
    values = {
        "title": words("public_data_title"),
        "years": range(last, last - YEARS_TOLD, -1),
        "columns": COLUMNS,
        "licence": (LICENCE, LICENCE_URL),
        "least": CELL_MIN,
        "compared": COMPARED_MIN,
    }
    return page(request, "public_data.html", values)


async def get_data(request: Request) -> Response:
    """Give a year away as a file. `GET /cong-khai/du-lieu/2026.csv`, or `.json`, with ETag."""
    return await run_in_threadpool(_data, request)


def _centers(request: Request) -> Response:
    context, words = context_of(request), words_of(request)
    months = months_over(day_of(context.now_ms()))
    _, figures = _figures(context, months)
    asked = request.query_params.get("q", "")[:SEARCH_CHARS_MAX].strip()
    everywhere = sorted(context.store.centers(), key=lambda each: dictionary_order(each.name))
    centers = found_by(asked, everywhere)
    values = {
        "title": words("public_title"),
        "asked": asked,
        "all": len(everywhere),
        "span": _span(months, words),
        "least": COMPARED_MIN,
        "rows": [(each, together(_of(figures, each.code).values())) for each in centers],
    }
    return page(request, "public.html", values)


def _center(request: Request) -> Response:
    context, words = context_of(request), words_of(request)
    code = request.path_params["code"]
    if not (code.isascii() and code.isdigit() and len(code) <= CODE_DIGITS and code == str(int(code))):
        raise HTTPException(404)
    center = context.store.center(int(code))
    if center is None:
        raise HTTPException(404)
    months = months_over(day_of(context.now_ms()))
    figures = _of(_figures(context, months)[1], center.code)
    shown = [MonthTold(month, told(figures.get(month.key))) for month in months]
    whole = together(figures.values())
    values = {
        "title": center.name,
        "center": center,
        "span": _span(months, words),
        "months": shown,
        "whole": whole,
        "withheld": context.store.withheld_count(center.code),
        "notices": told_to_kiosks(context.store.notices(center.code)),
        "trend": _trend(shown, words) if whole else None,
        "says": _trend_sentence(shown, words),
        "least": CELL_MIN,
        "year": months[-1].first.year,
    }
    return page(request, "public_center.html", values)


def _data(request: Request) -> Response:
    context = context_of(request)
    year, _, kind = request.path_params["file"].partition(".")
    if kind not in FORMATS or not (year.isascii() and year.isdigit() and len(year) == len(str(YEAR_MAX))):
        raise HTTPException(404)
    today = day_of(context.now_ms())
    if not YEAR_MIN <= int(year) <= today.year:
        raise HTTPException(404)
    body, etag = _file(context, int(year), kind, today)
    headers = {
        "ETag": etag,
        "Cache-Control": f"public, max-age={KEPT_S}",
        # open data may be read by the pages of others
        "Access-Control-Allow-Origin": "*",
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
    if etag in request.headers.get("If-None-Match", ""):
        return Response(status_code=304, headers=headers)
    headers["Content-Disposition"] = f'attachment; filename="nucuoi-{year}.{kind}"'
    return Response(body, headers=headers, media_type=FORMATS[kind])


def _file(context: Context, year: int, kind: str, today: date) -> tuple[bytes, str]:
    """Return a file of open data and what names its content."""
    months = months_of_year(year, today)
    depends_on, figures = _figures(context, months)
    centers = tuple(sorted(context.store.centers(), key=lambda each: each.code))

    def make() -> tuple[bytes, str]:
        found = rows(centers, months, figures)
        if kind == "csv":
            body = write_csv(COLUMNS, ([_cell(row[name]) for name in COLUMNS] for row in found))
        else:
            about = {
                "licence": LICENCE,
                "licence_url": LICENCE_URL,
                "dictionary": context.public_url + DATA,
                "year": year,
                "columns": COLUMNS,
            }
            body = msgspec.json.encode(about | {"rows": found})
        return body, f'"{hashlib.sha256(body).hexdigest()[:32]}"'

    return context.memory.get(f"file.{kind}", (*depends_on, centers), make)


def _cell(value: str | float | bool | None) -> str | int:  # noqa: FBT001 - a value of a cell
    """Write a value into CSV: a decimal point, `true` and `false`, nothing where nothing is told."""
    if value is None or isinstance(value, bool):
        return "" if value is None else str(value).lower()
    return f"{value:.4f}" if isinstance(value, float) else value


def _figures(context: Context, months: Sequence[Period]) -> tuple[tuple[int, tuple[str, ...]], Figures]:
    """Return the sums of releases of months, and what they depend on: without another release they stay."""
    store = context.store
    with store.snapshot():
        depends_on = (store.newest_release(), tuple(month.key for month in months))
        return depends_on, context.memory.get(
            "figures",
            depends_on,
            lambda: {month.key: store.center_scores(month.first, month.last) for month in months},
        )


def _of(figures: Figures, center: int) -> dict[str, Scores]:
    """Return the months of one center."""
    return {key: found[center] for key, found in figures.items() if center in found}


def _span(months: Sequence[Period], words: Words) -> str:
    first, last = (words(f"month_{each.first.month}") for each in (months[0], months[-1]))
    years = {"first_year": months[0].first.year, "last_year": months[-1].first.year}
    return words("public_span", first=first, last=last, **years)


def _trend(months: Sequence[MonthTold], words: Words) -> dict[str, Any] | None:
    """Draw the share month by month, each with its interval; None where there is nothing to draw."""
    lows = [each.told.share.interval.low for each in months if each.told]
    if not lows:
        return None
    start, step = trend_axis(min(lows))
    caption = words("public_trend_caption")
    if start > 0:
        caption += " " + words("trend_axis", low=words.percent(start))
    params = [
        {"name": name, "value": value}
        for name, value in {"unit": words("percent", number=""), "start": start, "step": step}.items()
    ]
    data = [_trend_row(each, words) for each in months]
    spec = filled("months", caption, months=data) | {"params": params}
    # also months of which nothing is told keep their places
    spec["encoding"]["x"]["scale"]["domain"] = [row["label"] for row in data]
    return spec


def _trend_row(each: MonthTold, words: Words) -> dict[str, object]:
    row: dict[str, object] = {"label": f"{each.month.first.month}/{each.month.first:%y}"}
    if each.told is None:
        return row | dict.fromkeys(("share", "low", "high")) | {"tip": ""}
    share = each.told.share
    tip = words.many(
        "trend_tip",
        share.n,
        day=words.period(each.month),
        percent=words.percent(share.value),
        between=words.from_to(share.interval),
    )
    return row | {"share": share.value, "low": share.interval.low, "high": share.interval.high, "tip": tip}


def _trend_sentence(months: Sequence[MonthTold], words: Words) -> str:
    """Say how the newest month stands against the one before it, as far as both are told."""
    last, before = months[-1], months[-2]
    if last.told is None:
        return words("public_trend_none", period=words.period(last.month))
    values: Mapping[str, str] = {
        "period": words.period(last.month),
        "share": words.percent(last.told.share.value),
        "between": words.from_to(last.told.share.interval),
    }
    found = change(before.told.share if before.told else None, last.told.share)
    if found is None:
        return words.many("public_trend_alone", last.told.n, **values)
    verdict = words(f"public_verdict_{found.verdict.value}")
    return words.many("public_trend_against", last.told.n, verdict=verdict, **values)
