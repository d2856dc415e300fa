"""Whether it went well: what was tapped, what arrived, and what the dashboard shows. Pure."""

from __future__ import annotations

HELD_BACK_MAX = 4
"""The dashboard shows nothing that rests on fewer than five ratings, so up to four may be waiting."""


def verdict(visits: int, arrived: int, on_disk: int, shown: int | None) -> tuple[list[str], bool]:
    """Return what to print, the plain count last, and whether all is well.

    `arrived` came during the visits, `on_disk` is all the server has, `shown` is the n of the
    dashboard, None where it shows no figures.
    """
    lines, well = [], arrived == visits
    waiting = on_disk - (shown or 0)
    if shown is not None:
        lines.append(f"the dashboard shows n = {shown}; {waiting} wait until they are five together")
    if not 0 <= waiting <= HELD_BACK_MAX:
        lines.append(
            f"FAILED: the dashboard should show all of {on_disk}, or all but {HELD_BACK_MAX} at the most"
        )
        well = False
    if arrived > visits:
        lines.append(f"FAILED: {arrived - visits} ratings more than were tapped")
    lines.append(
        f"{visits} visits tapped, {arrived} ratings on the server, {max(0, visits - arrived)} missing"
    )
    return lines, well
