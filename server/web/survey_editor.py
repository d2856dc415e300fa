"""The editor of surveys: a form that every button sends, and nothing is kept of until it is put into use.

It needs no JavaScript: a button that adds, moves or removes something sends the whole form and gets it
back changed. Whatever is wrong, what was typed comes back with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from starlette.concurrency import run_in_threadpool

from server.domain.surveys import (
    AFTERS,
    CODE_CHARS_MAX,
    GROUPS,
    ICONS,
    KINDS,
    OPTIONS_MAX,
    QUESTION_CHARS_MAX,
    QUESTIONS_MAX,
    TITLE_CHARS_MAX,
    WITH_OPTIONS,
    WORD_CHARS_MAX,
    arranged,
    faults_of,
    manuscript_of,
    survey_of,
)
from server.protocol.survey import NUMBER_MOST, decode_survey, encode_survey
from server.web.access import asked_center
from server.web.context import context_of
from server.web.pages import page, read_form, words_of
from server.web.survey_form import FIELDS_MAX, FORM_BYTES_MAX, manuscript_from, one_of
from server.web.surveys import NO_WAY_OUT, address, refuse_others, survey_named, survey_page

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from server.domain.surveys import Fault, Manuscript

PREVIEW = "preview"
LIMITS = {
    "name_most": TITLE_CHARS_MAX,
    "question_most": QUESTION_CHARS_MAX,
    "word_most": WORD_CHARS_MAX,
    "code_most": CODE_CHARS_MAX,
    "questions_most": QUESTIONS_MAX,
    "options_most": OPTIONS_MAX,
    "number_most": NUMBER_MOST,
}


async def show_editor(request: Request) -> Response:
    """Show a survey as a form to write on. `GET /surveys/edit?survey=NAME`."""
    return await run_in_threadpool(_begin, request)


def _begin(request: Request) -> Response:
    store = context_of(request).store
    refuse_others(request)
    asked_center(request, store)
    survey = decode_survey(survey_named(store, request.query_params.get("survey")))
    return _editor(request, manuscript_of(survey), {})


async def edit_survey(request: Request) -> Response:
    """Do what a button of the editor says, and show what comes of it. `POST /surveys/edit`."""
    refuse_others(request)
    await run_in_threadpool(asked_center, request, context_of(request).store)
    form = await read_form(request, bytes_max=FORM_BYTES_MAX, fields_max=FIELDS_MAX)
    return await run_in_threadpool(_edited, request, form)


def _edited(request: Request, form: Mapping[str, str]) -> Response:
    """Show the survey if that is what was pressed and nothing is wrong, else the form again."""
    command = form.get("do", PREVIEW)
    if "made" in form:
        return _made_again(request, form["made"])
    manuscript = manuscript_from(form)
    if command != PREVIEW:
        return _editor(request, arranged(manuscript, command, one_of(KINDS, form.get("new", ""), "one")), {})
    faults = faults_of(manuscript)
    if faults:
        return _editor(request, manuscript, faults)
    raw = encode_survey(survey_of(manuscript))
    return survey_page(request, decode_survey(raw), made=raw.decode(), asks=True)


def _made_again(request: Request, made: str) -> Response:
    """Go back from the preview to the form."""
    try:
        manuscript = manuscript_of(decode_survey(made.encode()))
    except (msgspec.DecodeError, UnicodeError):
        manuscript = manuscript_from({})
        return _editor(request, manuscript, faults_of(manuscript))
    return _editor(request, manuscript, {})


def _editor(request: Request, manuscript: Manuscript, faults: Mapping[str, Fault]) -> Response:
    """Make the page of the form."""
    words = words_of(request)
    values = (
        LIMITS
        | NO_WAY_OUT
        | {
            "title": words("survey_edit_title"),
            "manuscript": manuscript,
            "faults": faults,
            "kinds": KINDS,
            "afters": AFTERS,
            "groups": GROUPS,
            "icons": ICONS,
            "with_options": WITH_OPTIONS,
            "action": address(request, "/surveys/edit"),
            "back": address(request, "/surveys"),
        }
    )
    return page(request, "survey_edit.html", values, status=422 if faults else 200)
