"""Fields and procedures as a page: the lists that the whole province shares. For admins of the province."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from server.domain.fields import (
    FIELDS_MAX,
    PROCEDURES_MAX,
    Procedure,
    field_named,
    name_fault,
    plain_code,
    procedure_fault,
)
from server.domain.staff import neat
from server.store.seed import ready_fields
from server.web.context import context_of
from server.web.pages import page, read_form, went_well, words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from server.domain.fields import Field
    from server.store import Store

    Deed = Callable[[Store, Mapping[str, str]], Mapping[str, str]]
    """Does what a form asks for, or says what is wrong with each of its fields."""

PATH: Final = "/fields"
DIGITS_MAX: Final = 9


def for_the_province(request: Request) -> None:
    """Let whoever has one center only find nothing: what is decided here holds in all of them."""
    if request.state.person.center is not None:
        raise HTTPException(404)


def field_of(store: Store, typed: str) -> Field:
    """Return the field of a number; any other is not found."""
    number = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) <= DIGITS_MAX else 0
    found = next((each for each in store.fields() if each.id == number), None)
    if found is None:
        raise HTTPException(404)
    return found


def procedure_of(store: Store, code: str) -> Procedure:
    """Return the procedure of a code; any other is not found."""
    found = store.procedure(code)
    if found is None:
        raise HTTPException(404)
    return found


async def show_fields(request: Request) -> Response:
    """Show both lists, or one entry to be changed. `GET /fields?field=NUMBER`, or `?procedure=CODE`."""
    for_the_province(request)
    return await run_in_threadpool(_page, request, {}, {})


def _page(request: Request, form: Mapping[str, str], faults: Mapping[str, str], of: str = "") -> Response:
    """Show the page, after a form that was not taken with what was typed; `of` says which form."""
    store, words, query = context_of(request).store, words_of(request), request.query_params
    fields, procedures = store.fields(), store.procedures()
    field = form.get("changes", "") if of == "field" else query.get("field", "")
    code = form.get("changes", "") if of == "procedure" else query.get("procedure", "")
    edited = field_of(store, field) if field else procedure_of(store, code) if code else None
    known = {}
    if edited is not None:
        known = {"name": edited.name, "code": code, "field": str(getattr(edited, "field", ""))}
    values = {
        "title": words("fields_title"),
        "fields": [each for each in fields if each.is_active],
        "retired": [each for each in fields if not each.is_active],
        "names": {each.id: each.name for each in fields},
        "by_field": [
            (each, [one for one in procedures if one.field == each.id and one.is_active]) for each in fields
        ],
        "past": [each for each in procedures if not each.is_active],
        "edited": edited,
        "is_field": bool(field),
        "typed": {name: form.get(name, known.get(name, "")) for name in ("name", "code", "field")},
        "of": of,
        "faults": faults,
    }
    return page(request, "fields.html", values, status=422 if faults else 200)


async def _decide(request: Request, done: str, deed: Deed, of: str) -> Response:
    """Do what a form asks for in one transaction; a fault shows the page again."""
    for_the_province(request)
    form = await read_form(request)
    faults = await context_of(request).writer.run(lambda store: deed(store, form))
    if faults:
        return await run_in_threadpool(_page, request, form, faults, of)
    return went_well(PATH, done)


def _field_fault(fields: list[Field], name: str, own: int = 0) -> str:
    """Say what is wrong with the name of a field, among the others."""
    other = field_named(fields, name)
    return name_fault(name) or ("name_taken" if other is not None and other.id != own else "")


async def add_field(request: Request) -> Response:
    """Add a field. `POST /fields`: name."""
    author = request.state.person.name

    def add(store: Store, form: Mapping[str, str]) -> dict[str, str]:
        fields, name = store.fields(), neat(form.get("name", ""))
        fault = "too_many" if len(fields) >= FIELDS_MAX else _field_fault(fields, name)
        if fault:
            return {"name": fault}
        store.add_field(name, author)
        return {}

    return await _decide(request, "field_added", add, "field")


async def take_ready_fields(request: Request) -> Response:
    """Begin with the ready-made fields, where there is none yet. `POST /fields/ready`."""
    for_the_province(request)
    author = request.state.person.name

    def take(store: Store) -> None:
        for name in [] if store.fields() else ready_fields():
            store.add_field(name, author)

    await context_of(request).writer.run(take)
    return went_well(PATH, "fields_taken")


async def change_field(request: Request) -> Response:
    """Call a field otherwise. `POST /fields/change`: changes, name."""
    author = request.state.person.name

    def change(store: Store, form: Mapping[str, str]) -> dict[str, str]:
        if not form.get("changes"):
            return {"entry": "nothing_named"}
        field, name = field_of(store, form["changes"]), neat(form.get("name", ""))
        if fault := _field_fault(store.fields(), name, field.id):
            return {"name": fault}
        store.rename_field(field, name, author)
        return {}

    return await _decide(request, "field_changed", change, "field")


async def switch_field(request: Request) -> Response:
    """Retire a field, or use it again. `POST /fields/switch`: entry, on."""
    author, now = request.state.person.name, context_of(request).now_ms()

    def switch(store: Store, form: Mapping[str, str]) -> dict[str, str]:
        if not form.get("entry"):
            return {"entry": "nothing_named"}
        store.retire_field(field_of(store, form["entry"]), None if form.get("on") else now, author)
        return {}

    return await _decide(request, "field_switched", switch, "")


def _read_procedure(form: Mapping[str, str], code: str) -> Procedure:
    number = form.get("field", "")
    field = int(number) if number.isascii() and number.isdecimal() and len(number) <= DIGITS_MAX else 0
    return Procedure(code, neat(form.get("name", "")), field)


async def add_procedure(request: Request) -> Response:
    """Add a procedure. `POST /fields/procedures`: code, name, field."""
    author = request.state.person.name

    def add(store: Store, form: Mapping[str, str]) -> dict[str, str]:
        procedure = _read_procedure(form, plain_code(form.get("code", "")))
        faults = procedure_fault(procedure, [each for each in store.fields() if each.is_active])
        if "code" not in faults and store.procedure(procedure.code) is not None:
            faults["code"] = "code_taken"
        elif not faults and len(store.procedures()) >= PROCEDURES_MAX:
            faults["code"] = "too_many"
        if not faults:
            store.keep_procedure(procedure, author)
        return faults

    return await _decide(request, "procedure_added", add, "procedure")


async def change_procedure(request: Request) -> Response:
    """Call a procedure otherwise, or put it into another field; its code stays.

    `POST /fields/procedures/change`: changes, name, field.
    """
    author = request.state.person.name

    def change(store: Store, form: Mapping[str, str]) -> dict[str, str]:
        if not form.get("changes"):
            return {"entry": "nothing_named"}
        known = procedure_of(store, form["changes"])
        procedure = replace(_read_procedure(form, known.code), retired_ms=known.retired_ms)
        faults = procedure_fault(procedure, store.fields())
        if not faults:
            store.keep_procedure(procedure, author)
        return faults

    return await _decide(request, "procedure_changed", change, "procedure")


async def switch_procedure(request: Request) -> Response:
    """Retire a procedure, or use it again. `POST /fields/procedures/switch`: entry, on."""
    author, now = request.state.person.name, context_of(request).now_ms()

    def switch(store: Store, form: Mapping[str, str]) -> dict[str, str]:
        if not form.get("entry"):
            return {"entry": "nothing_named"}
        known = procedure_of(store, form["entry"])
        if known.is_active != bool(form.get("on")):
            store.keep_procedure(replace(known, retired_ms=None if form.get("on") else now), author)
        return {}

    return await _decide(request, "procedure_switched", switch, "")
