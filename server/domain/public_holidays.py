"""The public holidays of Vietnam and the days that were swapped for them, as a proposal.

From the `holidays` package, which follows what the government has announced: days of a year that nobody
has announced yet (Tết, swapped days) are calculated or missing, so people look before they take them over.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from holidays import country_holidays

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date


@dataclass(frozen=True, slots=True)
class Proposal:
    """A day that differs: a holiday, or a day of a weekend that is worked `instead` of a day off."""

    day: date
    name: str
    instead: date | None = None


def public_holidays(year: int) -> list[Proposal]:
    """Return the days of a year in order, named in Vietnamese; a day that is worked has no name."""
    # the years around it too: a day may be swapped with one of another year
    found = country_holidays("VN", years=range(year - 1, year + 2), language="vi")
    days = [Proposal(day, name) for day, name in found.items()]
    for worked in found.weekend_workdays:
        # which day is off for it stands only in the name of that day
        days += [Proposal(worked, "", day) for day, name in found.items() if f"{worked:%d/%m/%Y}" in name]
    return sorted((each for each in days if each.day.year == year), key=lambda each: each.day)


def missing(year: int, known: Iterable[date], today: date) -> list[Proposal]:
    """Return the days of a year that are still to come and that nobody has set."""
    there = set(known)
    return [each for each in public_holidays(year) if each.day >= today and each.day not in there]
