"""Valid forms about places, about what citizens come for, and about what centers report of their work."""

from __future__ import annotations

from dataclasses import astuple
from typing import TYPE_CHECKING, Final

from server.domain.alerts import Kind
from server.domain.audit import changed
from server.domain.calendar import Period
from server.domain.dossier_figures import COMPLAINTS, WORK
from tests.server.furnished import (
    AGENCY,
    BIRTH,
    COMPLAINED,
    DEATH,
    DEVICE,
    FRIDAY,
    NOVEMBER,
    REGISTER,
    SERVED,
    UNUSED,
    WORKED,
)
from tests.server.hall import BAO_LOC, NOON
from tests.server.sending import HERE, Leaves, Sent, one

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from tests.server.hall import Hall
    from tests.server.sending import Told

TWO: Final = f"{BAO_LOC}-2"
QUARTER: Final = Period.parse("2026-Q4")
LAND: Final = 3
"""The field of dossiers about land."""


def _quiet(hall: Hall) -> Mapping[str, str]:
    """Return the alert about a quiet kiosk."""
    (found,) = hall.store.alerts({BAO_LOC}, {Kind.QUIET}, 1)
    return {"alert": str(found.id)}


def _center(hall: Hall) -> Mapping[str, object]:
    found = hall.store.center(BAO_LOC)
    return {} if found is None else {"name": found.name}


def _field(id_: int) -> Told:
    return lambda hall: {"name": next((each.name for each in hall.store.fields() if each.id == id_), None)}


def _procedure(code: str) -> Told:
    def told(hall: Hall) -> dict[str, object]:
        found = hall.store.procedure(code)
        return {} if found is None else {"name": found.name, "field": found.field}

    return told


def _prefixes(hall: Hall) -> Mapping[str, object]:
    return {"prefixes": " ".join(hall.store.dossier_prefixes(BAO_LOC))}


def _work(day: date) -> Told:
    """Read the sums of a day's dossiers, as an import of all of them tells them."""

    def told(hall: Hall) -> dict[str, object]:
        days = hall.store.field_days(BAO_LOC, day, day)
        sums = [sum(counts) for counts in zip(*(astuple(each.work) for each in days), strict=True)]
        return {"rows": len(days), **dict(zip(WORK, sums or [0] * len(WORK), strict=True))}

    return told


def _tickets(day: date) -> Told:
    def told(hall: Hall) -> dict[str, object]:
        days = hall.store.ticket_days(BAO_LOC, day, day)
        return {"rows": len(days), "served": sum(each.served for each in days)}

    return told


def _complaints(hall: Hall) -> Mapping[str, object]:
    (told,) = hall.store.complaint_months(BAO_LOC, NOVEMBER, NOVEMBER)
    return {name: getattr(told, name) for name in COMPLAINTS}


PLACES = {
    "/centers/rename": one("rename_center", HERE, _center, name="Phường B'Lao"),
    "/centers/counters": Sent(
        {f"{BAO_LOC}-1": str(LAND), TWO: ""},
        (
            Leaves(
                "set_counter_fields",
                HERE,
                changed(
                    {f"counter {BAO_LOC}-1": None, f"counter {TWO}": "Hộ tịch"},
                    {f"counter {BAO_LOC}-1": "Đất đai", f"counter {TWO}": None},
                ),
            ),
        ),
    ),
}
FIELDS = {
    "/fields": one("add_field", "field 7", _field(7), name="Y tế"),
    "/fields/ready": Sent(why="there are fields: no list takes their place"),
    "/fields/change": one("change_field", f"field {LAND}", _field(LAND), changes=str(LAND), name="Đất"),
    "/fields/switch": one("retire_field", f"field {LAND}", entry=str(LAND)),
    "/fields/procedures": one(
        "add_procedure",
        "9.000001",
        _procedure("9.000001"),
        code="9.000001",
        name="Thủ tục ví dụ",
        field=str(LAND),
    ),
    "/fields/procedures/change": one(
        "change_procedure", BIRTH, _procedure(BIRTH), changes=BIRTH, name="Khai sinh", field=str(LAND)
    ),
    "/fields/procedures/switch": one("retire_procedure", BIRTH, entry=BIRTH),
}
FIGURES = {
    "/figures/day": Sent(
        {"day": FRIDAY.isoformat(), f"received_{REGISTER}": "20", f"returned_{REGISTER}": "15"}
        | {f"received_{LAND}": "7", f"returned_{LAND}": "6", "served": "81"},
        (
            Leaves("take_dossiers", f"{HERE} {FRIDAY}", _work(FRIDAY)),
            Leaves("take_tickets", f"{HERE} {FRIDAY}", _tickets(FRIDAY)),
        ),
    ),
    "/figures/day/remove": one(
        "remove_figures",
        f"{HERE} {FRIDAY}",
        changed(dict(zip(WORK, astuple(WORKED.work), strict=True)) | {"served": SERVED.served}, {}),
        day=FRIDAY.isoformat(),
    ),
    "/figures/complaints": one(
        "take_complaints",
        f"{HERE} {NOVEMBER}",
        _complaints,
        month="2026-11",
        complaints_received=str(COMPLAINED.received + 5),
        complaints_on_time="3",
        complaints_dissatisfied="0",
    ),
    "/figures/quarter": one(
        "take_quarter_figures",
        f"{HERE} 2026-Q4",
        lambda hall: hall.store.quarter_figures(BAO_LOC, QUARTER),
        quarter="2026-Q4",
        month="2026-11",
        quarter_procedures="120",
        quarter_procedures_received="120",
        quarter_complaints_again="",
    ),
    "/figures/prefixes": one("set_dossier_prefixes", HERE, _prefixes, prefixes=f"{AGENCY} H36.99"),
}
ALERTS = {"/alerts/acknowledge": Sent(_quiet, (Leaves("acknowledge_alert", HERE, f"quiet {DEVICE}"),))}
PROOF = {
    "/integrity/evidence": Sent(
        events=(Leaves("export_evidence", f"nucuoi-{NOON:%Y-%m-%d-%H%M}.jsonl.gz"),), takes=True
    )
}
FORMS_OF_WORK: Final[dict[str, Sent]] = {**PLACES, **FIELDS, **FIGURES, **ALERTS, **PROOF}
SWITCHED_ON: Final[list[tuple[str, Sent]]] = [
    ("/fields/switch", one("return_field", f"field {UNUSED}", entry=str(UNUSED), on="1")),
    ("/fields/procedures/switch", one("return_procedure", DEATH, entry=DEATH, on="1")),
]
"""What was retired is used again."""
