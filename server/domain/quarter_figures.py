"""What a center tells once a quarter for the official indices, and no list that it imports has.

Each of them is a count that may be missing: what was not told is not nought. A fault is the name of its
words, `figures_fault_<name>`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from server.domain.calendar import Kind, Period
from server.domain.dossier_figures import read_count

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

PROCEDURES: Final = (
    "procedures",
    "procedures_received",
    "procedures_on_the_spot",
    "procedures_online",
)
"""Of the center's list: all, those received and returned here, those settled here, and those online."""
DOSSIERS: Final = ("dossiers_online", "dossiers_online_late", "dossiers_complained")
"""Dossiers sent online, those of them after their date, and dossiers that somebody complained about."""
COMPLAINTS: Final = ("complaints_again", "complaints_prolonged")
"""Complaints that were made again, and those that drag on."""
GROUPS: Final = {"procedures": PROCEDURES, "dossiers": DOSSIERS, "complaints": COMPLAINTS}
QUARTER: Final = (*PROCEDURES, *DOSSIERS, *COMPLAINTS)
WITHIN: Final = {
    "procedures_received": "procedures",
    "procedures_on_the_spot": "procedures",
    "procedures_online": "procedures",
    "dossiers_online_late": "dossiers_online",
}
"""What is a part of what, so that it cannot be more."""
FAULTS: Final = ("quarter", "quarter_ahead", "more_than_procedures", "more_than_dossiers_online")
"""What can be wrong besides a count that is none."""


def read_quarter(typed: str, today: date) -> tuple[Period | None, str]:
    """Read a quarter, `2026-Q4`; it may not lie ahead."""
    try:
        found = Period.parse(typed.strip())
    except (ValueError, OverflowError):
        return None, "quarter"
    if found.kind is not Kind.QUARTER:
        return None, "quarter"
    return (found, "") if found.first <= today else (None, "quarter_ahead")


def read_figures(form: Mapping[str, str]) -> tuple[dict[str, int], dict[str, str]]:
    """Read the figures of a quarter, `quarter_<name>`; an empty field is not told. Or say what is wrong."""
    found: dict[str, int] = {}
    faults: dict[str, str] = {}
    for name in QUARTER:
        text = form.get(f"quarter_{name}", "").strip()
        count = read_count(text) if text else None
        if count is not None:
            found[name] = count
        elif text:
            faults[f"quarter_{name}"] = "count"
    for part, whole in WITHIN.items():
        if part in found and whole in found and found[part] > found[whole]:
            faults[f"quarter_{part}"] = f"more_than_{whole}"
    return found, faults
