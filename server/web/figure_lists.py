"""Fields, procedures and what centers report, as lists that come in as files."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool

from server.domain.calendar import YEAR_MAX, YEAR_MIN
from server.domain.dossiers import Outcome
from server.domain.list_dossiers import (
    DOSSIER_COLUMNS,
    FIELD_COLUMNS,
    PROCEDURE_COLUMNS,
    DossierList,
    FieldList,
    ProcedureList,
    sealed,
)
from server.domain.list_figures import (
    COMPLAINT_COLUMNS,
    TICKET_COLUMNS,
    WORK_COLUMNS,
    ComplaintList,
    TicketList,
    WorkList,
)
from server.web.access import ADMINS, KEEPERS, asked_center
from server.web.context import context_of
from server.web.fields import PATH as FIELDS_PATH
from server.web.fields import for_the_province
from server.web.figures_page import PATH
from server.web.kiosk_config import make_dossier_key
from server.web.list_kinds import ListKind
from server.web.opening_page import Place

if TYPE_CHECKING:
    from starlette.requests import Request

    from server.domain.lists import Heading
    from server.domain.table import Table
    from server.store import Store
    from server.web.list_kinds import Asking

EVER = date(YEAR_MIN, 1, 1), date(YEAR_MAX, 12, 31)


def kinds() -> tuple[ListKind[Any], ...]:
    """Return these lists."""
    return (
        ListKind(
            "fields",
            FIELDS_PATH,
            FIELDS_PATH,
            ADMINS,
            FIELD_COLUMNS,
            _of_province,
            lambda store, _asking: FieldList(store.fields()),
            _apply_fields,
        ),
        ListKind(
            "procedures",
            f"{FIELDS_PATH}/procedures",
            FIELDS_PATH,
            ADMINS,
            PROCEDURE_COLUMNS,
            _of_province,
            lambda store, _asking: ProcedureList(store.procedures(), store.fields()),
            lambda store, listing, asking: store.take_procedures(listing.taken, asking.author),
        ),
        ListKind(
            "dossiers",
            f"{PATH}/dossiers",
            PATH,
            KEEPERS,
            WORK_COLUMNS,
            _of_center,
            _open_work,
            lambda store, listing, asking: store.take_field_days(asking.center, listing.taken, asking.author),
        ),
        ListKind(
            "tickets",
            f"{PATH}/tickets",
            PATH,
            KEEPERS,
            TICKET_COLUMNS,
            _of_center,
            lambda store, asking: TicketList(store.ticket_days(asking.center, *EVER), asking.today),
            lambda store, listing, asking: store.take_ticket_days(
                asking.center, listing.taken, asking.author
            ),
        ),
        *_more(),
    )


def _more() -> tuple[ListKind[Any], ...]:
    """Return complaints, and dossiers with their codes."""
    return (
        ListKind(
            "complaints",
            f"{PATH}/complaints",
            PATH,
            KEEPERS,
            COMPLAINT_COLUMNS,
            _of_center,
            lambda store, asking: ComplaintList(store.complaint_months(asking.center, *EVER), asking.today),
            lambda store, listing, asking: store.take_complaint_months(
                asking.center, listing.taken, asking.author
            ),
        ),
        ListKind(
            "dossier_codes",
            f"{PATH}/dossier_codes",
            PATH,
            KEEPERS,
            DOSSIER_COLUMNS,
            _of_center,
            _open_dossiers,
            lambda store, listing, asking: store.take_dossiers(asking.center, listing.taken, asking.author),
            _seal,
        ),
    )


def _of_center(request: Request, store: Store) -> Place:
    return Place(asked_center(request, store))


def _of_province(request: Request, _store: Store) -> Place:
    for_the_province(request)
    return Place(None)


def _apply_fields(store: Store, listing: FieldList, asking: Asking) -> None:
    for name in listing.added:
        store.add_field(name, asking.author)


def _open_work(store: Store, asking: Asking) -> WorkList:
    return WorkList(store.fields(), store.field_days(asking.center, *EVER), asking.today)


def _open_dossiers(store: Store, asking: Asking) -> DossierList:
    outcomes = asking.choice(lambda words: {each.value: words(f"outcome_{each.value}") for each in Outcome})
    return DossierList(store.dossiers(asking.center), store.fields(), store.procedures(), outcomes)


async def _seal(asking: Asking, table: Table, head: Heading) -> Table:
    """Make fingerprints of a file's codes, under each key of the center that is alive."""
    context, center = context_of(asking.request), asking.center
    await make_dossier_key(context, center, asking.now_ms)
    keys = context.store.dossier_keys(center, asking.today)
    prefixes = context.store.dossier_prefixes(center)
    column = head.columns.index("dossier_code")
    return await run_in_threadpool(sealed, table, column, keys, prefixes)
