"""The Centers page: province, center, counter as a tree; what centers are called, what counters are for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from server.domain.fields import name_fault, same_name
from server.domain.fleet import COUNTERS_MAX
from server.domain.places import Role
from server.domain.staff import neat
from server.web.access import asked_center, visible_centers
from server.web.context import context_of
from server.web.pages import FORM_FIELDS_MAX, page, read_form, went_well, words_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from server.domain.places import Center
    from server.store import Store

PATH: Final = "/centers"


async def show_centers(request: Request) -> Response:
    """Show the tree, or one center of it to be changed. `GET /centers?center=CODE`."""
    return await run_in_threadpool(_page, request)


def _page(request: Request, typed: str | None = None, fault: str = "") -> Response:
    store, words, person = context_of(request).store, words_of(request), request.state.person
    centers = visible_centers(store, person)
    named = request.query_params.get("center") is not None or person.center is not None
    counters, names = store.counters(person.center), {each.id: each.name for each in store.fields()}
    chosen = store.counter_fields(person.center)
    center = asked_center(request, store) if named else None
    values = {
        "title": words("centers_title"),
        "center": center,
        "tree": [(each, [one for one in counters if one.center == each.code]) for each in centers],
        "own": [each for each in counters if center and each.center == center.code],
        "fields": [each for each in store.fields() if each.is_active or each.id in chosen.values()],
        "chosen": chosen,
        "names": names,
        "may_rename": person.role is Role.ADMIN,
        "name": typed if typed is not None else center.name if center else "",
        "fault": fault,
    }
    return page(request, "centers.html", values, status=422 if fault else 200)


async def rename_center(request: Request) -> Response:
    """Call a center otherwise; its code stays. `POST /centers/rename?center=CODE`: name."""
    context = context_of(request)
    center = await run_in_threadpool(asked_center, request, context.store)
    typed = neat((await read_form(request)).get("name", ""))
    author = request.state.person.name

    def rename(store: Store) -> str:
        others = (each for each in store.centers() if each.code != center.code)
        fault = name_fault(typed)
        if not fault and any(same_name(each.name) == same_name(typed) for each in others):
            fault = "name_taken"
        if not fault:
            store.rename_center(center, typed, author)
        return fault

    if fault := await context.writer.run(rename):
        return await run_in_threadpool(_page, request, typed, fault)
    return went_well(PATH, "center_renamed", center=center.code)


async def set_counter_fields(request: Request) -> Response:
    """Say which field counters are for, by their ids. `POST /centers/counters?center=CODE`."""
    context = context_of(request)
    center = await run_in_threadpool(asked_center, request, context.store)
    form = await read_form(request, fields_max=COUNTERS_MAX + FORM_FIELDS_MAX)
    author = request.state.person.name

    def write(store: Store) -> bool:
        wanted = _wanted(store, center, form)
        store.set_counter_fields(center.code, wanted, author)
        return bool(wanted)

    if not await context.writer.run(write):
        return await run_in_threadpool(_page, request, None, "nothing_named")
    return went_well(PATH, "counter_fields_set", center=center.code)


def _wanted(store: Store, center: Center, form: Mapping[str, str]) -> dict[str, int | None]:
    """Return the field of each counter that a form names. What is not of this center is not found."""
    fields = {str(each.id): each.id for each in store.fields()}
    own = {each.id for each in store.counters(center.code)}
    found: dict[str, int | None] = {}
    for name, value in form.items():
        if name not in own or (value and value not in fields):
            raise HTTPException(404)
        found[name] = fields.get(value)
    return found
