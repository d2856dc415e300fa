"""Lists as files: download, upload, a preview that changes nothing, and the word to take all of it.

Between preview and word the rows wait in the book for an hour. What they come to is worked out anew each
time, in the transaction that writes them too: the book may have changed meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from server.domain.audit import Action, changed
from server.domain.lists import FIRST_ROWS, OFFER_LIVES_MS, Fate, Offer, Reading, read_heading, read_list
from server.domain.table import BYTES_MAX, ROWS_MAX, Table, TableError
from server.domain.table_csv import write_csv
from server.domain.table_xlsx import write_xlsx
from server.domain.tables import read_table
from server.web.context import context_of
from server.web.list_kinds import Asking
from server.web.pages import page, read_form, went_well, words_of
from server.web.uploads import read_upload

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from starlette.requests import Request

    from server.domain.lists import Heading, Listing, Problem
    from server.domain.places import Role
    from server.domain.table import Row
    from server.store import Store
    from server.web.catalog import Words
    from server.web.list_kinds import ListKind

    Handler = Callable[[Request], Awaitable[Response]]

PROBLEMS_SHOWN_MAX: Final = 100
TOKEN_BYTES: Final = 16
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV: Final = "text/csv; charset=utf-8"
HEADER_LINES: Final = 1
"""Lines above the first row, where a file names its columns in the first."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list, as the table of routes wants it."""

    path: str
    method: str
    handler: Handler
    roles: frozenset[Role]


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a file is not taken at all: the name of the words, and what stands in them."""

    name: str
    values: Mapping[str, object] = field(default_factory=dict)


def pages_of(kind: ListKind[Any]) -> list[Page]:
    """Return the pages of a list."""
    found = [("export", "GET", _export)]
    if kind.apply is not None:
        found += [
            ("import", "GET", _show_import),
            ("import", "POST", _upload),
            ("import/errors", "GET", _errors),
            ("import/apply", "POST", _apply),
        ]
    return [Page(f"{kind.path}/{end}", method, make(kind), kind.roles) for end, method, make in found]


def _asking(kind: ListKind[Any], request: Request, store: Store) -> Asking:
    """Return who asks about which place. To whoever may not it is not found."""
    context = context_of(request)
    languages = tuple(context.catalog.languages.values())
    return Asking(request, kind.place(request, store), context.now_ms(), words_of(request), languages)


def _names(kind: ListKind[Any], words: Words) -> list[str]:
    """Return how the columns of a list are called."""
    return [words(f"list_column_{each.name}") for each in kind.columns]


def _file(name: str, raw: bytes, *, is_csv: bool) -> Response:
    """Answer with a file to be kept. Its name is plain: some programs know no other letters."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.{"csv" if is_csv else "xlsx"}"'}
    return Response(raw, media_type=CSV if is_csv else XLSX, headers=headers)


def _export(kind: ListKind[Any]) -> Handler:
    """Let a list go out. `GET …/export?as=csv`, else it is XLSX."""

    def export(request: Request) -> Response:
        store = context_of(request).store
        asking = _asking(kind, request, store)
        head, rows = _names(kind, asking.words), kind.open(store, asking).rows()
        is_csv = request.query_params.get("as") == "csv"
        title = asking.words(f"list_name_{kind.name}")
        raw = write_csv(head, rows) if is_csv else write_xlsx(title, head, rows)
        name = f"{kind.name}-{asking.place.subject}-{asking.today}"
        return _file(name, raw, is_csv=is_csv)

    return _threaded(export)


def _threaded(work: Callable[[Request], Response]) -> Handler:
    """Make a handler of what reads the book and takes its time."""

    async def handler(request: Request) -> Response:
        return await run_in_threadpool(work, request)

    return handler


def _show_import(kind: ListKind[Any]) -> Handler:
    """Ask for a file; or show what the one that was sent comes to. `GET …/import?offer=ID`."""

    def show(request: Request) -> Response:
        store = context_of(request).store
        asking = _asking(kind, request, store)
        if "offer" not in request.query_params:
            return _ask(kind, asking)
        offer = _offer(store, kind, asking, request.query_params["offer"])
        return _ask(kind, asking, Fault("gone")) if offer is None else _preview(kind, asking, store, offer)

    return _threaded(show)


def _ask(kind: ListKind[Any], asking: Asking, fault: Fault | None = None) -> Response:
    """Show what a file must look like, and ask for one."""
    words = asking.words
    values = _frame(kind, asking) | {
        "columns": [(name, each) for name, each in zip(_names(kind, words), kind.columns, strict=True)],
        "fault": "" if fault is None else words(f"table_fault_{fault.name}", **fault.values),
        "rows_max": ROWS_MAX,
        "mb_max": BYTES_MAX // 1_000_000,
    }
    return page(asking.request, "list_import.html", values, status=200 if fault is None else 422)


def _frame(kind: ListKind[Any], asking: Asking) -> dict[str, object]:
    """Return what both pages of an import say."""
    query = urlencode(asking.place.query)
    return {
        "title": asking.words(f"list_import_{kind.name}"),
        "kind": kind,
        "place": asking.place,
        "here": f"?{query}" if query else "",
        "more": f"?{query}&" if query else "?",
    }


def _upload(kind: ListKind[Any]) -> Handler:
    """Read a file, and keep its rows for the preview. `POST …/import`: file."""

    async def upload(request: Request) -> Response:
        context = context_of(request)
        asking = await run_in_threadpool(_asking, kind, request, context.store)
        sent = await read_upload(request, "file", BYTES_MAX)
        if sent.is_too_large:
            found: Table | Fault = Fault("heavy", {"mb": BYTES_MAX // 1_000_000})
        elif not sent.file and not sent.filename:
            found = Fault("no_file")
        else:
            found = await run_in_threadpool(_read, kind, asking, sent.file, sent.filename)
        if isinstance(found, Fault):
            return await run_in_threadpool(_ask, kind, asking, found)
        if kind.seal is not None:
            found = await kind.seal(asking, found, _head(kind, asking, found))
        offer = Offer(
            context.token(TOKEN_BYTES),
            request.state.person.id,
            kind.name,
            asking.place.subject,
            msgspec.json.encode(found),
            context.now_ms() + OFFER_LIVES_MS,
        )
        await context.writer.run(lambda store: store.keep_offer(offer))
        query = urlencode({**asking.place.query, "offer": offer.id})
        return RedirectResponse(f"{kind.path}/import?{query}", 303)

    return upload


def _read(kind: ListKind[Any], asking: Asking, raw: bytes, filename: str) -> Table | Fault:
    """Read a file up to its head, in a worker thread: one at a time, for it may take much memory."""
    try:
        with context_of(asking.request).darkroom:
            table = read_table(raw, filename)
    except TableError as error:
        name = "broken_at" if error.line is not None and error.code == "broken" else error.code
        limits = {"mb": BYTES_MAX // 1_000_000, "rows": ROWS_MAX}
        return Fault(name, {"line": error.line, **limits})
    head = _head(kind, asking, table)
    if head.missing:
        names = ", ".join(asking.words(f"list_column_{column}") for column in head.missing)
        return Fault("missing", {"columns": names})
    if head.unknown:
        return Fault("unknown", {"columns": ", ".join(head.unknown)})
    return table if table.rows else Fault("no_rows")


def _head(kind: ListKind[Any], asking: Asking, table: Table) -> Heading:
    """Find the list's columns in a file, in whichever language they are named."""
    names = {
        each.name: [words(f"list_column_{each.name}") for words in asking.languages] for each in kind.columns
    }
    return read_heading(table, kind.columns, names)


def _offer(store: Store, kind: ListKind[Any], asking: Asking, id_: str) -> Offer | None:
    """Return a file that this person looked at for this list; None: it is gone. Others' are not found."""
    offer = store.offer(id_)
    if offer is None or offer.expires_ms <= asking.now_ms:
        return None
    if (offer.person, offer.kind, offer.place) != (
        asking.request.state.person.id,
        kind.name,
        asking.place.subject,
    ):
        raise HTTPException(404)
    return offer


def _reading(kind: ListKind[Any], asking: Asking, offer: Offer, listing: Listing) -> tuple[Table, Reading]:
    """Let a list take what a file has."""
    table = msgspec.json.decode(offer.raw, type=Table)
    return table, read_list(table, _head(kind, asking, table), kind.columns, listing)


def _preview(kind: ListKind[Any], asking: Asking, store: Store, offer: Offer) -> Response:
    """Show what a file would change, or everything that is wrong in it."""
    with store.snapshot():
        table, reading = _reading(kind, asking, offer, kind.open(store, asking))
    shown = reading.problems[:PROBLEMS_SHOWN_MAX]
    values = _frame(kind, asking) | {
        "offer": offer.id,
        "head": table.head,
        "first": [(_masked(kind, asking, table, row), fate) for row, fate in reading.first],
        "is_cut": len(table.rows) > FIRST_ROWS,
        "counts": [(fate.value, reading.counts[fate]) for fate in Fate],
        "changes": reading.changes,
        "rows": len(table.rows),
        "problems": [_told(kind, each, asking.words) for each in shown],
        "problem_count": len(reading.problems),
        "invites": kind.name == "people",
    }
    return page(asking.request, "list_preview.html", values)


def _masked(kind: ListKind[Any], asking: Asking, table: Table, row: Row) -> Row:
    """Return a row as it is shown: without what is sealed."""
    sealed = _sealed(kind)
    if not sealed:
        return row
    columns = _head(kind, asking, table).columns
    mask = asking.words("list_sealed")
    cells = (mask if name in sealed else cell for name, cell in zip(columns, row.cells, strict=True))
    return replace(row, cells=tuple(cells))


def _sealed(kind: ListKind[Any]) -> set[str]:
    return {each.name for each in kind.columns if each.sealed}


def _told(kind: ListKind[Any], problem: Problem, words: Words) -> tuple[int, str, str, str]:
    """Return an error in words: line, column, cell, what is wrong."""
    column = words(f"list_column_{problem.column}") if problem.column else ""
    cell = "" if problem.column in _sealed(kind) else problem.cell
    return problem.line, column, cell, words(f"list_fault_{problem.fault.value}", **problem.values)


def _errors(kind: ListKind[Any]) -> Handler:
    """Let every error go out as a file. `GET …/import/errors?offer=ID`."""

    def errors(request: Request) -> Response:
        store = context_of(request).store
        asking = _asking(kind, request, store)
        offer = _offer(store, kind, asking, request.query_params.get("offer", ""))
        if offer is None:
            return _ask(kind, asking, Fault("gone"))
        with store.snapshot():
            reading = _reading(kind, asking, offer, kind.open(store, asking))[1]
        words = asking.words
        head = [words(f"list_error_{column}") for column in ("line", "column", "cell", "what")]
        raw = write_csv(head, [_told(kind, each, words) for each in reading.problems])
        return _file(f"{kind.name}-errors", raw, is_csv=True)

    return _threaded(errors)


def _apply(kind: ListKind[Any]) -> Handler:
    """Take every row, or none if one is wrong by now. `POST …/import/apply`: offer."""

    async def apply(request: Request) -> Response:
        context = context_of(request)
        asking = await run_in_threadpool(_asking, kind, request, context.store)
        id_ = (await read_form(request)).get("offer", "")

        def take(store: Store) -> Reading | None:
            offer = _offer(store, kind, asking, id_)
            if offer is None:
                return None
            listing = kind.open(store, asking)
            reading = _reading(kind, asking, offer, listing)[1]
            if reading.problems or kind.apply is None:
                return reading
            if reading.changes:
                kind.apply(store, listing, asking)
                counts = {each.value: reading.counts[each] for each in Fate}
                subject = f"{kind.name} {asking.place.subject}"
                store.note(Action.IMPORT, subject, changed({}, counts), author=asking.author)
            store.drop_offer(offer.id)
            return reading

        reading = await context.writer.run(take)
        if reading is None:
            return await run_in_threadpool(_ask, kind, asking, Fault("gone"))
        if reading.problems:
            query = urlencode({**asking.place.query, "offer": id_})
            return RedirectResponse(f"{kind.path}/import?{query}", 303)
        return went_well(kind.home, "list_taken", **asking.place.query)

    return apply
