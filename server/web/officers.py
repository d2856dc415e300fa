"""The officers of a center as a page: who serves there, with name, title and photo, and who has left."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import Response

from server.domain.staff import OFFICERS_MAX, Officer, StaffFault, name_fault, neat, title_fault
from server.web.access import asked_center, visible_centers
from server.web.catalog import dictionary_order
from server.web.context import context_of
from server.web.pages import page, read_form, went_well, words_of
from server.web.photos import UPLOAD_BYTES_MAX, portrait
from server.web.uploads import read_upload

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request

    from server.domain.places import Center
    from server.store import Store
    from server.web.context import Context
    from server.web.uploads import Upload

    Decision = Callable[[Store, Officer, str], None]

PATH = "/officers"


@dataclass(frozen=True, slots=True)
class Draft:
    """What a form says of an officer, and what is wrong with it, by field. No photo: none was sent."""

    name: str = ""
    title: str = ""
    photo: bytes = b""
    faults: dict[str, StaffFault] = field(default_factory=dict)


def by_name(officer: Officer) -> tuple[object, ...]:
    """Return what to sort officers by: as lists of people are here, by the last word of a name first."""
    return (*dictionary_order(officer.name.split()[-1]), *dictionary_order(officer.name), officer.number)


def officer_here(store: Store, center: Center, id_: str) -> Officer:
    """Return an officer of this center; any other is not found."""
    officer = store.officer(id_)
    if officer is None or officer.center != center.code:
        raise HTTPException(404)
    return officer


async def show_officers(request: Request) -> Response:
    """Show the officers, or the one to be changed. `GET /officers?center=CODE&officer=ID`."""
    return await run_in_threadpool(_show, request)


def _show(request: Request) -> Response:
    store = context_of(request).store
    center, asked = asked_center(request, store), request.query_params.get("officer")
    if asked is None:
        return _page(request, center, Draft())
    officer = officer_here(store, center, asked)
    return _page(request, center, Draft(officer.name, officer.title), officer)


def _page(
    request: Request, center: Center, draft: Draft, edited: Officer | None = None, status: int = 200
) -> Response:
    """Show all officers and the form for another one, or the form of one."""
    store, words = context_of(request).store, words_of(request)
    officers = sorted(store.officers(center.code), key=by_name)
    values = {
        "title": words("officers_title"),
        "center": center,
        "centers": visible_centers(store, request.state.person),
        "active": [each for each in officers if each.is_active],
        "left": [each for each in officers if not each.is_active],
        "draft": draft,
        "edited": edited,
    }
    return page(request, "officers.html", values, status=status)


async def add_officer(request: Request) -> Response:
    """Add an officer. `POST /officers?center=CODE`: name, title, photo."""
    context = context_of(request)
    center = await run_in_threadpool(asked_center, request, context.store)
    draft = await _read_draft(context, await read_upload(request, "photo", UPLOAD_BYTES_MAX))
    author = request.state.person.name

    def add(store: Store) -> bool:
        if len(store.officers(center.code)) >= OFFICERS_MAX:
            return False
        officer = store.add_officer(center.code, draft.name, draft.title, author)
        if draft.photo:
            store.set_photo(officer, draft.photo, author)
        return True

    if not draft.faults and not await context.writer.run(add):
        draft.faults["name"] = StaffFault.TOO_MANY
    if draft.faults:
        return await run_in_threadpool(_page, request, center, draft, status=422)
    return went_well(PATH, "officer_added", center=center.code)


async def change_officer(request: Request) -> Response:
    """Change name or title, or the photo if one is sent. `POST /officers/change?center=CODE`."""
    context = context_of(request)
    center = await run_in_threadpool(asked_center, request, context.store)
    upload = await read_upload(request, "photo", UPLOAD_BYTES_MAX)
    id_ = upload.fields.get("officer")
    if not id_:
        return await run_in_threadpool(_nobody, request, center)
    draft = await _read_draft(context, upload)
    if draft.faults:
        officer = await run_in_threadpool(officer_here, context.store, center, id_)
        return await run_in_threadpool(_page, request, center, draft, officer, 422)
    author = request.state.person.name

    def change(store: Store) -> None:
        officer = officer_here(store, center, id_)
        store.change_officer(officer, draft.name, draft.title, author)
        if draft.photo:
            store.set_photo(officer, draft.photo, author)

    await context.writer.run(change)
    return went_well(PATH, "officer_changed", center=center.code)


async def remove_photo(request: Request) -> Response:
    """Delete a photo; the page asks first. `POST /officers/photo/remove?center=CODE`: officer."""
    return await _decide(request, lambda store, one, by: store.remove_photo(one, by), "photo_removed")


async def officer_leaves(request: Request) -> Response:
    """Let an officer serve here no more; it can be undone. `POST /officers/leave?center=CODE`: officer."""
    now = context_of(request).now_ms()
    return await _decide(request, lambda store, one, by: store.officer_leaves(one, now, by), "officer_left")


async def officer_returns(request: Request) -> Response:
    """Let an officer who left serve here again. `POST /officers/return?center=CODE`: officer."""
    return await _decide(request, lambda store, one, by: store.officer_returns(one, by), "officer_back")


async def _decide(request: Request, decision: Decision, done: str) -> Response:
    """Carry out what was decided about the officer whom a form names."""
    context = context_of(request)
    center = await run_in_threadpool(asked_center, request, context.store)
    id_ = (await read_form(request)).get("officer")
    if not id_:
        return await run_in_threadpool(_nobody, request, center)
    author = request.state.person.name
    await context.writer.run(lambda store: decision(store, officer_here(store, center, id_), author))
    return went_well(PATH, done, center=center.code)


def _nobody(request: Request, center: Center) -> Response:
    """Say that a form named nobody."""
    return _page(request, center, Draft(faults={"officer": StaffFault.OFFICER_MISSING}), status=422)


async def _read_draft(context: Context, upload: Upload) -> Draft:
    """Return what a form says, with what is wrong with it."""
    name, title = (neat(upload.fields.get(each, "")) for each in ("name", "title"))
    photo: bytes | StaffFault = b""
    if upload.is_too_large:
        photo = StaffFault.PHOTO_HEAVY
    elif upload.file:
        photo = await run_in_threadpool(_develop, context, upload.file)
    found = {"name": name_fault(name), "title": title_fault(title)}
    if isinstance(photo, StaffFault):
        found["photo"], photo = photo, b""
    return Draft(name, title, photo, {each: fault for each, fault in found.items() if fault is not None})


def _develop(context: Context, raw: bytes) -> bytes | StaffFault:
    """Make a portrait, in a worker thread: one at a time, for it may take much memory."""
    with context.darkroom:
        return portrait(raw)


async def show_photo(request: Request) -> Response:
    """Show an officer's photo to whoever may see the center. `GET /officers/photo?center=CODE&officer=ID`."""
    return await run_in_threadpool(_photo, request)


def _photo(request: Request) -> Response:
    store = context_of(request).store
    center, id_ = asked_center(request, store), request.query_params.get("officer")
    if id_ is None:
        raise HTTPException(400)
    officer = officer_here(store, center, id_)
    jpeg = store.photo(officer.id)
    if jpeg is None:
        raise HTTPException(404)
    # kept by the browser, and asked about each time: who has signed out sees it no more
    headers = {"ETag": f'"{officer.photo}"', "Cache-Control": "private, no-cache"}
    if request.headers.get("If-None-Match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    headers["Content-Disposition"] = f'inline; filename="{officer.id}.jpg"'
    return Response(jpeg, media_type="image/jpeg", headers=headers)
