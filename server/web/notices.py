"""The Notices page: what citizens said and what the center did about it, as its kiosks tell it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from server.domain.audit import Action, changed
from server.domain.comments import draft
from server.domain.notices import (
    KEPT_MAX,
    LANGUAGES,
    SHOWN_MAX,
    TEXT_CHARS_MAX,
    TEXTS,
    WORD_CHARS_MAX,
    Posted,
    from_told,
    moved,
    read_texts,
    shown_count,
    told,
)
from server.web.access import asked_center, visible_centers
from server.web.comments import own_comment
from server.web.context import context_of
from server.web.opening_page import MINUTES
from server.web.pages import page, read_form, went_well, words_of
from server.web.undo import before_event, event_number

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from server.domain.places import Center
    from server.store import Store

    Decide = Callable[[Store, list[Posted]], list[Posted] | str]
    """From a center's notices to what they shall be, or to the name of what is wrong."""

PATH: Final = "/notices"
FORM_BYTES_MAX: Final = 64 * 1024
"""Four texts, longer than they may be: they are told to be too long, not refused as a form."""
ID_BYTES: Final = 8
STEPS: Final = {"up": -1, "down": 1}


async def show_notices(request: Request) -> Response:
    """Show the notices of a center. `GET /notices?center=CODE`."""
    return await run_in_threadpool(_list, request)


def _list(request: Request, fault: str = "") -> Response:
    store, words = context_of(request).store, words_of(request)
    center = asked_center(request, store)
    values = {
        "title": words("notices_title"),
        "center": center,
        "centers": visible_centers(store, request.state.person),
        "notices": store.notices(center.code),
        "shown_max": SHOWN_MAX,
        "voices": context_of(request).catalog.languages,
        "fault": fault,
        "undo": event_number(request.query_params.get("undo")),
        "minutes": words.many("minutes", MINUTES),
    }
    return page(request, "notices.html", values, status=422 if fault else 200)


async def _change(request: Request, done: str, decide: Decide, *, can_undo: bool = False) -> Response:
    """Decide, write and note in one transaction; a fault shows the list again, with what is wrong."""
    context = context_of(request)
    center = await _center(request)

    def job(store: Store) -> int | str:
        posted = store.notices(center.code)
        decided = decide(store, posted)
        if isinstance(decided, str):
            return decided
        return _write(store, center, (posted, decided), request.state.person.name)

    found = await context.writer.run(job)
    if isinstance(found, str):
        return await run_in_threadpool(_list, request, found)
    undo = {"undo": found} if found and can_undo else {}
    return went_well(PATH, done, center=center.code, **undo)


async def _center(request: Request) -> Center:
    return await run_in_threadpool(asked_center, request, context_of(request).store)


def _write(store: Store, center: Center, change: tuple[list[Posted], list[Posted]], author: str) -> int:
    """Write and note what was changed; returns the event's id, 0 where nothing was."""
    before, after = (told(posted) for posted in change)
    if before == after:
        return 0
    store.set_notices(center.code, change[1])
    return store.note(Action.SET_NOTICES, str(center.code), changed(before, after), author=author)


def _named(posted: list[Posted], id_: str) -> Posted:
    """Return the notice of this id. What is not among those of the center is not found."""
    found = next((each for each in posted if each.id == id_), None)
    if found is None:
        raise HTTPException(404)
    return found


async def show_notice(request: Request) -> Response:
    """Show the form for a notice, a new one if none is named. `GET /notices/edit?center=CODE&notice=ID`.

    `?comment=ID` begins a new one with the words of a comment, which it then answers.
    """
    return await run_in_threadpool(_edit, request)


def _edit(request: Request) -> Response:
    store = context_of(request).store
    center = asked_center(request, store)
    id_ = request.query_params.get("notice", "")
    posted, comment = store.notices(center.code), request.query_params.get("comment", "")
    if id_:
        return _form(request, center, id_, _named(posted, id_).texts)
    said = own_comment(store, center, comment).words if comment else ""
    return _form(
        request, center, "", {"said_vi": draft(said, TEXT_CHARS_MAX, WORD_CHARS_MAX)}, comment=comment
    )


def _form(
    request: Request,
    center: Center,
    id_: str,
    texts: Mapping[str, str],
    faults: Mapping[str, str] | None = None,
    *,
    preview: bool = False,
    comment: str = "",
) -> Response:
    words = words_of(request)
    values = {
        "title": words("notice_change_title") if id_ else words("notice_new_title"),
        "center": center,
        "id": id_,
        "comment": comment,
        "names": TEXTS,
        "texts": {name: texts.get(name, "") for name in TEXTS},
        "faults": faults or {},
        "chars": TEXT_CHARS_MAX,
        "preview": [lang for lang in LANGUAGES if texts.get(f"said_{lang}")] if preview else [],
        "voices": context_of(request).catalog.languages,
    }
    return page(request, "notice.html", values, status=422 if faults else 200)


async def post_notice(request: Request) -> Response:
    """Keep a notice, or show how it reads. `POST /notices/edit?center=CODE`."""
    context, center = context_of(request), await _center(request)
    form = await read_form(request, bytes_max=FORM_BYTES_MAX)
    id_, comment = form.get("notice", ""), form.get("comment", "")
    texts, faults = read_texts(form)
    new = context.token(ID_BYTES)
    author = request.state.person.name

    def job(store: Store) -> tuple[str, dict[str, str]]:
        posted = store.notices(center.code)
        answered = own_comment(store, center, comment) if comment else None
        if id_:
            chosen = _named(posted, id_)
            after = [replace(each, texts=texts) if each is chosen else each for each in posted]
        else:
            after = [*posted, Posted(new, texts, shown_count(posted) < SHOWN_MAX)]
        if faults or "preview" in form:
            return "", dict(faults)
        if len(after) > KEPT_MAX:
            return "", {"said_vi": "too_many"}
        _write(store, center, (posted, after), author)
        if answered is not None:
            store.answer_comment(answered, id_ or new, author)
        return "notice_saved" if id_ or after[-1].is_shown else "notice_kept_off", {}

    done, found = await context.writer.run(job)
    if not done:
        preview = "preview" in form and not found
        return await run_in_threadpool(
            _form, request, center, id_, texts, found, preview=preview, comment=comment
        )
    return went_well(PATH, done, center=center.code)


async def post_move(request: Request) -> Response:
    """Move a notice up or down by one place. `POST /notices/move`."""
    form = await read_form(request)

    def decide(_store: Store, posted: list[Posted]) -> list[Posted] | str:
        if not form.get("notice") or form.get("to") not in STEPS:
            return "incomplete"
        return moved(posted, _named(posted, form["notice"]).id, STEPS[form["to"]])

    return await _change(request, "notice_moved", decide)


async def post_switch(request: Request) -> Response:
    """Let a notice be shown, or no more. `POST /notices/switch`."""
    form = await read_form(request)
    on = form.get("to") == "on"

    def decide(_store: Store, posted: list[Posted]) -> list[Posted] | str:
        if not form.get("notice") or form.get("to") not in {"on", "off"}:
            return "incomplete"
        chosen = _named(posted, form["notice"])
        if on and not chosen.is_shown and shown_count(posted) >= SHOWN_MAX:
            return "enough_shown"
        return [replace(each, is_shown=on) if each is chosen else each for each in posted]

    return await _change(request, "notice_on" if on else "notice_off", decide)


async def post_removal(request: Request) -> Response:
    """Delete a notice; the page that follows can bring it back. `POST /notices/remove`."""
    form = await read_form(request)

    def decide(_store: Store, posted: list[Posted]) -> list[Posted] | str:
        if not form.get("notice"):
            return "incomplete"
        chosen = _named(posted, form["notice"])
        return [each for each in posted if each is not chosen]

    return await _change(request, "notice_removed", decide, can_undo=True)


async def post_undo(request: Request) -> Response:
    """Bring back a notice that was deleted. `POST /notices/undo`."""
    form = await read_form(request)
    number = event_number(form.get("event"))
    center = await _center(request)

    def decide(store: Store, posted: list[Posted]) -> list[Posted] | str:
        if number is None:
            return "changed_since"
        lines = before_event(store, number, Action.SET_NOTICES, str(center.code), told(posted))
        if lines is None:
            return "changed_since"
        restored = from_told(lines)
        return "enough_shown" if shown_count(restored) > SHOWN_MAX else restored

    return await _change(request, "notice_restored", decide)
