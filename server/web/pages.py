"""How a page is made: the template, the language, and the frame that all pages share."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import HTMLResponse, RedirectResponse

from server.web.access import links_for

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from server.domain.places import Person
    from server.web.access import Link, Shelf
    from server.web.catalog import Words
    from server.web.context import Context

TEMPLATE_DIR = Path(__file__).parent / "templates"
LANGUAGE_COOKIE = "lang"
LANGUAGE_COOKIE_S = 365 * 24 * 3600
FORM_BYTES_MAX = 8192
"""A form, in bytes as it is sent: a name, a password and where to go next fit many times."""
FORM_FIELDS_MAX = 20

PROBLEM = "problem.html"
DONE: frozenset[str] = frozenset(
    {
        "list_taken",
        "counter_added",
        "counter_removed",
        "kiosk_moved",
        "kiosk_revoked",
        "kiosks_set",
        "pin_set",
        "hours_set",
        "hours_forgotten",
        "day_set",
        "day_removed",
        "holidays_taken",
        "hours_undone",
        "notice_saved",
        "notice_kept_off",
        "notice_moved",
        "notice_on",
        "notice_off",
        "notice_removed",
        "notice_restored",
        "survey_asked",
        "survey_same",
        "officer_added",
        "officer_changed",
        "photo_removed",
        "officer_left",
        "officer_back",
        "assigned",
        "unassigned",
        "week_copied",
        "week_copied_partly",
        "week_cleared",
        "link_withdrawn",
        "password_changed",
        "password_set",
        "person_blocked",
        "person_changed",
        "person_factor_off",
        "person_sessions_ended",
        "person_unblocked",
        "second_factor_off",
        "session_ended",
        "sessions_ended",
        "field_added",
        "fields_taken",
        "field_changed",
        "field_switched",
        "procedure_added",
        "procedure_changed",
        "procedure_switched",
        "center_renamed",
        "counter_fields_set",
        "figures_saved",
        "figures_removed",
        "complaints_saved",
        "prefixes_set",
    }
)
"""What a page may say that it has done: `done_<name>` are the words."""
KNOWN_PROBLEMS = frozenset({403, 404, 413, 429, 500, 503})
"""The statuses that have words of their own."""


def environment(asset: Callable[[str], str]) -> Environment:
    """Make the template environment. `asset` gives the address of a file of ours."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATE_DIR),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["asset"] = asset
    return made


def words_of(request: Request) -> Words:
    """Return the language to speak to this reader."""
    context: Context = request.app.state.context
    return context.catalog.choose(
        request.query_params.get("lang"),
        request.cookies.get(LANGUAGE_COOKIE),
        request.headers.get("accept-language", ""),
    )


def page(
    request: Request,
    template: str,
    values: Mapping[str, object],
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> HTMLResponse:
    """Render a page in the reader's language. A language that was asked for is remembered."""
    context: Context = request.app.state.context
    words = words_of(request)
    person: Person | None = getattr(request.state, "person", None)
    done = request.query_params.get("done", "")
    frame = {
        "t": words,
        "person": person,
        "shelves": _shelves(request, person) if person else [],
        "path": "" if template == PROBLEM else request.url.path,
        "done": done if done in DONE else "",
        "languages": [
            (lang, other("language_name"), _in_language(request, lang))
            for lang, other in context.catalog.languages.items()
        ],
    }
    html = context.templates.get_template(template).render(frame | dict(values))
    response = HTMLResponse(html, status, headers)
    response.headers["Content-Language"] = words.lang
    if request.query_params.get("lang") == words.lang:
        response.set_cookie(
            LANGUAGE_COOKIE,
            words.lang,
            max_age=LANGUAGE_COOKIE_S,
            secure=context.https,
            httponly=True,
            samesite="lax",
        )
    return response


def _shelves(request: Request, person: Person) -> list[tuple[Shelf, list[tuple[str, Link]]]]:
    """Return the pages that a person may open, by shelf, each with its address."""
    return [
        (shelf, [(_address(request, link.path), link) for link in links])
        for shelf, links in groupby(links_for(person), key=lambda link: link.shelf)
    ]


def _address(request: Request, path: str) -> str:
    """Return the address of another page, about the same center."""
    center = request.query_params.get("center")
    return path if not center else f"{path}?{urlencode({'center': center})}"


def went_well(path: str, done: str, **query: object) -> RedirectResponse:
    """Return to a page that then says what was done: `done` is one of `DONE`."""
    return RedirectResponse(f"{path}?{urlencode({**query, 'done': done})}", 303)


def _in_language(request: Request, lang: str) -> str:
    """Return the address of this page in another language."""
    kept = [
        (name, value) for name, value in request.query_params.multi_items() if name not in {"lang", "done"}
    ]
    return "?" + urlencode([*kept, ("lang", lang)])


async def read_form(
    request: Request, *, bytes_max: int = FORM_BYTES_MAX, fields_max: int = FORM_FIELDS_MAX
) -> dict[str, str]:
    """Return the fields of a form. A body that is too long is refused while it comes in; no form has none."""
    raw = bytearray()
    try:
        async for chunk in request.stream():
            raw += chunk
            if len(raw) > bytes_max:
                raise HTTPException(413)
    except ClientDisconnect:
        raise HTTPException(400) from None  # nobody is there to read this
    try:
        return dict(parse_qsl(raw.decode(), keep_blank_values=True, max_num_fields=fields_max))
    except ValueError:
        return {}


def problem_page(
    request: Request, status: int, *, headers: Mapping[str, str] | None = None, **values: str
) -> HTMLResponse:
    """Say kindly what went wrong. `values` stand in the words of this status."""
    known = status if status in KNOWN_PROBLEMS else 500 if status >= 500 else 404  # noqa: PLR2004 # HTTP
    words = words_of(request)
    problem = {
        "status": status,
        "title": words(f"problem_{known}_title", **values),
        "text": words(f"problem_{known}_text", **values),
    }
    return page(request, PROBLEM, problem, status=status, headers=headers)


async def answer_http_problem(request: Request, problem: Exception) -> Response:
    """Turn an HTTPException into a page: the exception handler for everything that a browser opens."""
    if isinstance(problem, HTTPException):
        return problem_page(request, problem.status_code, headers=problem.headers)
    return problem_page(request, 500)


async def answer_busy(request: Request, _problem: Exception) -> Response:
    """Turn a BusyError into a page that says to come back."""
    return problem_page(request, 503, headers={"Retry-After": "5"})
