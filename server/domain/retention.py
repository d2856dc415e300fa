"""How long what a citizen wrote is kept.

Law 91/2025/QH15 wants personal data deleted when its purpose has ended, and names no number of months: two
years are ours, long enough to compare a year with the one before it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from server.domain.calendar import VIETNAM

if TYPE_CHECKING:
    from datetime import datetime

COMMENTS_KEPT_MONTHS: Final = 24
NIGHT_HOUR: Final = 3
"""The hour of the day, in Vietnam, in which what is too old is deleted: nobody waits then."""
MONTHS_A_YEAR: Final = 12
LAST_DAY_OF_ALL_MONTHS: Final = 28


def is_night(now: datetime) -> bool:
    """Say whether it is the hour for it."""
    return now.astimezone(VIETNAM).hour == NIGHT_HOUR


def kept_since(now: datetime, months: int = COMMENTS_KEPT_MONTHS) -> datetime:
    """Return the moment from which on comments are kept: the same day so many months ago.

    A day that a month lacks is its 28th: what is kept is kept a few days longer, never shorter.
    """
    years, month = divmod(now.year * MONTHS_A_YEAR + now.month - 1 - months, MONTHS_A_YEAR)
    return now.replace(year=years, month=month + 1, day=min(now.day, LAST_DAY_OF_ALL_MONTHS))
