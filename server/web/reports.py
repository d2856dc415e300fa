"""The Reports page: a month or a quarter that is over, of a center or of the province, as files to keep.

A report is made while one waits: the largest, the province's PDF, takes about a second, so there is no
progress to show. Only one is made at a time, because drawing takes a whole processor.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import Response

from server.domain.calendar import Kind, Period, day_of
from server.reports.csv_file import write_report_csv
from server.reports.pdf import write_pdf
from server.reports.xlsx import write_xlsx
from server.web import report_center, report_province
from server.web.access import WATCHERS, asked_center, visible_centers
from server.web.context import context_of
from server.web.fields import for_the_province
from server.web.lists import CSV, XLSX
from server.web.pages import page, words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from starlette.requests import Request

    from server.domain.places import Center
    from server.reports.document import Report
    from server.web.catalog import Words

PATH: Final = "/reports"
PROVINCE_PATH: Final = "/reports/province"
KINDS: Final = {Kind.MONTH: 12, Kind.QUARTER: 4}
"""Of what length a report is made, and how many of the last ones the page offers."""
PDF: Final = "application/pdf"


@dataclass(frozen=True, slots=True)
class Format:
    """How a report is written: its media type, and what writes it."""

    media_type: str
    write: Callable[[Report], bytes]


FORMATS: Final[Mapping[str, Format]] = {
    "pdf": Format(PDF, write_pdf),
    "xlsx": Format(XLSX, write_xlsx),
    "csv": Format(CSV, write_report_csv),
}


def asked_period(request: Request, today: date) -> Period:
    """Read the period; without one it is the last month that is over. What is not over is not found."""
    key = request.query_params.get("period")
    try:
        period = Period.parse(key) if key else Period.around(Kind.MONTH, today).previous()
    except (ValueError, OverflowError):
        raise HTTPException(404) from None
    if period.kind not in KINDS or period.last >= today:
        raise HTTPException(404)
    return period


def offered(today: date, asked: Period) -> list[tuple[Kind, list[Period]]]:
    """Return the periods to choose from, newest first, and the one that was asked for."""
    found = []
    for kind, most in KINDS.items():
        periods, each = [], Period.around(kind, today)
        for _ in range(most):
            each = each.previous()
            periods.append(each)
        if asked.kind is kind and asked not in periods:
            periods.append(asked)
        found.append((kind, periods))
    return found


async def show_reports(request: Request) -> Response:
    """Show the report of a center. `GET /reports?center=CODE&period=2026-10`."""
    return await run_in_threadpool(_center_page, request)


async def show_province_reports(request: Request) -> Response:
    """Show the report of the province. `GET /reports/province?period=2026-10`."""
    for_the_province(request)
    return await run_in_threadpool(_province_page, request)


async def get_report(request: Request) -> Response:
    """Hand a center's report over. `GET /reports/file?center=CODE&period=2026-10&as=pdf&lang=vi`."""
    return await run_in_threadpool(_center_file, request)


async def get_province_report(request: Request) -> Response:
    """Hand the province's report over. `GET /reports/province/file?period=2026-10&as=pdf&lang=vi`."""
    for_the_province(request)
    return await run_in_threadpool(_file, request, _province_report, "province")


def _center_page(request: Request) -> Response:
    """Read and render, in a worker thread: the store blocks."""
    store = context_of(request).store
    center = asked_center(request, store)
    return _page(request, center, visible_centers(store, request.state.person))


def _province_page(request: Request) -> Response:
    """Read and render, in a worker thread."""
    return _page(request, None, ())


def _page(request: Request, center: Center | None, centers: Sequence[Center]) -> Response:
    """Show what a report says in short, and the files to choose from; without a center, the province's."""
    context, words, person = context_of(request), words_of(request), request.state.person
    today = day_of(context.now_ms())
    period = asked_period(request, today)
    path = PROVINCE_PATH if center is None else PATH
    query = {"period": period.key} | ({} if center is None else {"center": str(center.code)})
    report = (
        _province_report(request, words, period) if center is None else _center_report(request, words, period)
    )
    values = {
        "title": words("reports_title"),
        "here": path,
        "center": center,
        "centers": centers,
        "period": period,
        "offered": offered(today, period),
        "report": report,
        "papers": [
            (lang, other("language_name"), f"{path}/file?{urlencode({**query, 'as': 'pdf', 'lang': lang})}")
            for lang, other in _own_first(context.catalog.languages, words.lang)
        ],
        "sheets": [
            (each, f"{path}/file?{urlencode({**query, 'as': each, 'lang': words.lang})}")
            for each in FORMATS
            if each != "pdf"
        ],
        "tabs": [
            (address, name, f"{address}?{urlencode({'period': period.key})}")
            for address, name in (
                (PATH, words("reports_of_center")),
                (PROVINCE_PATH, words("reports_of_province")),
            )
        ]
        if person.center is None and person.role in WATCHERS
        else [],
    }
    return page(request, "reports.html", values)


def _own_first(languages: Mapping[str, Words], lang: str) -> list[tuple[str, Words]]:
    """Return the languages, the reader's before the others."""
    return sorted(languages.items(), key=lambda each: each[0] != lang)


def _center_report(request: Request, words: Words, period: Period) -> Report:
    context = context_of(request)
    center = asked_center(request, context.store)
    facts = report_center.read_facts(context.store, words, center, period, context.now_ms())
    return report_center.center_report(words, facts)


def _province_report(request: Request, words: Words, period: Period) -> Report:
    context = context_of(request)
    centers = visible_centers(context.store, request.state.person)
    facts = report_province.read_facts(context.store, centers, period, context.now_ms())
    return report_province.province_report(words, facts)


def _file(request: Request, made_of: Callable[[Request, Words, Period], Report], of: str) -> Response:
    """Make a file in a worker thread, while no other is made. Its name is plain letters."""
    context, words = context_of(request), words_of(request)
    period = asked_period(request, day_of(context.now_ms()))
    kind = request.query_params.get("as", "pdf")
    if kind not in FORMATS:
        raise HTTPException(404)
    report = made_of(request, words, period)
    with context.press:
        raw = FORMATS[kind].write(report)
    headers = {
        "Content-Disposition": f'attachment; filename="report-{of}-{period.key}-{words.lang}.{kind}"',
        "Content-Language": words.lang,
    }
    return Response(raw, media_type=FORMATS[kind].media_type, headers=headers)


def _center_file(request: Request) -> Response:
    center = asked_center(request, context_of(request).store)
    return _file(request, _center_report, str(center.code))
