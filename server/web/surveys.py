"""Surveys: the one that is asked, the ready-made and the earlier ones, and how another comes into use.

Of the whole province: one survey is asked at a time, by every kiosk. Whoever reads figures may read what
was asked; the province's admins decide it. A survey is put into use on a page that shows it and says
what follows.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse

from server.domain.audit import COMMAND_LINE, SERVER, changed
from server.domain.calendar import clock_of
from server.domain.indices import table
from server.domain.places import Role
from server.domain.surveys import ICONS, faults_of, manuscript_of
from server.protocol.survey import decode_survey, encode_survey, survey_hash
from server.store.seed import ready_surveys
from server.web.access import asked_center
from server.web.context import context_of
from server.web.pages import page, read_form, went_well, words_of
from server.web.survey_form import FORM_BYTES_MAX

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from server.domain.places import Person
    from server.domain.surveys import KeptSurvey
    from server.protocol.survey import Survey
    from server.store import Store
    from server.web.catalog import Words

DECREE_61 = "decree61"
NO_WAY_OUT = {"languages": [], "path": "/surveys"}
"""For pages that hold what is kept nowhere: a touch of another language would lose it."""


def may_decide(person: Person) -> bool:
    """Say whether a person may put a survey into use: an admin of the province."""
    return person.role is Role.ADMIN and person.center is None


def refuse_others(request: Request) -> None:
    """Let nobody on who may not decide. To them there is no such page."""
    if not may_decide(request.state.person):
        raise HTTPException(404)


def kept_center(request: Request) -> dict[str, str]:
    """Return what an address says of a center, so that other pages are still about it."""
    center = request.query_params.get("center")
    return {} if center is None else {"center": center}


def address(request: Request, path: str, **query: str) -> str:
    """Return the address of a page, about the same center."""
    known = kept_center(request) | query
    return f"{path}?{urlencode(known)}" if known else path


def survey_named(store: Store, name: str | None) -> bytes:
    """Return a survey by its hash or the name of a ready-made one; the one asked now if none is named.

    Raises `HTTPException` if there is none.
    """
    found = store.current_survey() if name is None else ready_surveys().get(name)
    if found is None:
        found = next((each.raw for each in store.kept_surveys() if each.hash == name), None)
    if found is None:
        raise HTTPException(404)
    return found


def said_name(survey: Survey, lang: str) -> str:
    """Return how a survey is called in a language, else in its first one."""
    return survey.name.get(lang) or next(iter(survey.name.values()))


async def show_surveys(request: Request) -> Response:
    """Show all surveys. `GET /surveys`."""
    return await run_in_threadpool(list_page, request)


def list_page(request: Request, *, wrong: bool = False) -> Response:
    """Make the page of all surveys; `wrong` if a form named none that can be asked."""
    store, words = context_of(request).store, words_of(request)
    asked_center(request, store)
    kept = store.kept_surveys()
    now = kept[0] if kept else None
    ready = {survey_hash(raw): (name, decode_survey(raw)) for name, raw in ready_surveys().items()}
    # what a new installation knows besides was never asked
    earlier = [each for each in kept[1:] if each.hash not in ready or each.author != SERVER]
    values = {
        "title": words("surveys_title"),
        "now": None if now is None else _told(now, words),
        "ready": [
            (name, survey, now is not None and hash_ == now.hash) for hash_, (name, survey) in ready.items()
        ],
        "earlier": [_told(each, words) for each in earlier],
        "decides": may_decide(request.state.person),
        "to": partial(address, request),
        "name_of": said_name,
        "wrong": wrong,
    }
    return page(request, "surveys.html", values, status=422 if wrong else 200)


def _told(kept: KeptSurvey, words: Words) -> dict[str, object]:
    """Return what the page tells of a survey that the server keeps."""
    authors = {SERVER: words("surveys_by_server"), COMMAND_LINE: words("surveys_by_command_line")}
    return {
        "hash": kept.hash,
        "survey": decode_survey(kept.raw),
        "since": None if kept.asked_ms is None else clock_of(kept.asked_ms),
        "author": authors.get(kept.author, kept.author),
    }


async def show_survey(request: Request) -> Response:
    """Show a survey as citizens see it. `GET /surveys/one?survey=NAME`."""
    return await run_in_threadpool(_one, request)


def _one(request: Request) -> Response:
    store = context_of(request).store
    asked_center(request, store)
    name = request.query_params.get("survey")
    raw = survey_named(store, name)
    return survey_page(request, decode_survey(raw), named=name or survey_hash(raw))


def survey_page(
    request: Request,
    survey: Survey,
    *,
    named: str = "",
    made: str = "",
    asks: bool = False,
    meanwhile: str = "",
) -> Response:
    """Show a survey as citizens see it: one that is `named`, or `made` (its text) and not yet kept.

    If this `asks`, it is the page that puts it into use. `meanwhile` says who was quicker.
    """
    context, words = context_of(request), words_of(request)
    raw = context.store.current_survey()
    current = None if raw is None else decode_survey(raw)
    questions = {each.id: each for each in survey.questions}
    decree = named == DECREE_61 or survey_hash(encode_survey(survey)) == survey_hash(
        ready_surveys()[DECREE_61]
    )
    values = {
        "title": words("survey_ask_title") if asks else words("survey_show_title"),
        "survey": survey,
        "name": said_name(survey, words.lang),
        "spoken": [
            (lang, context.catalog.languages[lang])
            for lang in survey.main.text
            if lang in context.catalog.languages
        ],
        "indicators": [(each, questions.get(each.question)) for each in table(DECREE_61).indicators]
        if decree
        else [],
        "named": named,
        "made": made,
        "asks": asks,
        "meanwhile": meanwhile,
        "seen": "" if raw is None else survey_hash(raw),
        "before": None if current is None else said_name(current, words.lang),
        "is_now": current is not None and raw == encode_survey(survey),
        "decides": may_decide(request.state.person),
        "icons": ICONS,
        "to": partial(address, request),
    } | (NO_WAY_OUT if made else {"path": "/surveys"})
    return page(request, "survey.html", values, status=422 if meanwhile else 200)


async def confirm_survey(request: Request) -> Response:
    """Show what follows if a survey is put into use. `GET /surveys/ask?survey=NAME`."""
    return await run_in_threadpool(_confirm, request)


def _confirm(request: Request) -> Response:
    store = context_of(request).store
    refuse_others(request)
    asked_center(request, store)
    name = request.query_params.get("survey")
    if name is None:
        return RedirectResponse(address(request, "/surveys"), 303)
    return survey_page(request, decode_survey(survey_named(store, name)), named=name, asks=True)


def _given(store: Store, form: dict[str, str]) -> bytes | None:
    """Return the survey that a form puts into use; None if it names none that can be asked."""
    if "made" not in form:
        return survey_named(store, form["survey"]) if form.get("survey") else None
    try:
        survey = decode_survey(form["made"].encode())
    except (msgspec.DecodeError, UnicodeError):
        return None
    return None if faults_of(manuscript_of(survey)) else encode_survey(survey)


async def ask_survey(request: Request) -> Response:
    """Put a survey into use, ready-made, earlier or just made. `POST /surveys/ask`.

    The form says which survey was asked when its page was made (`seen`): whoever decides knows what ends.
    """
    context, words = context_of(request), words_of(request)
    refuse_others(request)
    await run_in_threadpool(asked_center, request, context.store)
    form = await read_form(request, bytes_max=FORM_BYTES_MAX)
    raw = await run_in_threadpool(_given, context.store, form)
    if raw is None:
        return await run_in_threadpool(list_page, request, wrong=True)
    author, seen = request.state.person.name, form.get("seen", "")

    def ask(store: Store) -> str:
        current = store.current_survey()
        if current == raw:
            return "survey_same"
        if seen != ("" if current is None else survey_hash(current)):
            return ""
        store.add_survey(raw, author, _change(current, raw))
        return "survey_asked"

    done = await context.writer.run(ask)
    if done:
        return went_well("/surveys", done, **kept_center(request))

    def again() -> Response:
        newest = context.store.kept_surveys()[0]
        said = said_name(decode_survey(newest.raw), words.lang)
        return survey_page(
            request,
            decode_survey(raw),
            named=form.get("survey", ""),
            made=form.get("made", ""),
            asks=True,
            meanwhile=words("survey_meanwhile", author=newest.author, name=said),
        )

    return await run_in_threadpool(again)


def _change(before: bytes | None, after: bytes) -> str:
    """Return what the audit log says: which survey was asked, and which is asked now."""
    told = [
        {} if raw is None else {"asked": f"{said_name(decode_survey(raw), 'vi')} ({survey_hash(raw)})"}
        for raw in (before, after)
    ]
    return changed(*told)
