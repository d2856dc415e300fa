"""Dossiers as the server knows them: by a fingerprint under a key that lives for a quarter, and no other way.

A key belongs to a center and a quarter. It is destroyed when the quarter has closed and a grace is over:
from then on nobody can try codes, which are few enough to be tried one by one. What was compared
before stays told: equal fingerprints are equal without a key.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from typing import TYPE_CHECKING, Final

from server.domain.calendar import Kind, Period
from server.protocol.dossier import fingerprint, normal_dossier

if TYPE_CHECKING:
    from collections.abc import Sequence

    from server.domain.disclosure import Scores

KEY_BYTES: Final = 32
KEY_GRACE: Final = timedelta(days=45)
"""How long a key outlives its quarter: figures of the quarter come by then, and kiosks that were away."""
PREFIXES_MAX: Final = 20
"""The contract's limit."""
PREFIX: Final = re.compile(r"[A-Z][0-9]{2}(\.[0-9]{2,3}){0,3}|[0-9]{3}\.[0-9]{2}\.[0-9]{2}\.[A-Z][0-9]{2}")


class Outcome(Enum):
    """How a dossier came out."""

    EARLY = "early"
    ON_TIME = "on_time"
    LATE = "late"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Dossier:
    """A dossier without its code: the fingerprints under every key that may still be asked.

    A kiosk that was offline over a change of quarter still has the key before; so there are up to two.
    """

    fingerprints: tuple[str, ...]
    field: int
    procedure: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class ToldByDossier:
    """The ratings whose scanned receipt says what they were about. `procedure` may be unknown: ''.

    Exact counts: nobody is shown one that has not passed `server.domain.disclosure`.
    """

    field: int
    procedure: str
    scores: Scores


def quarter_of(day: date) -> Period:
    """Return the quarter that a key of this day belongs to."""
    return Period.around(Kind.QUARTER, day)


def live_since(today: date) -> date:
    """Return the day from which on a quarter must have ended for its key to be alive."""
    return today - KEY_GRACE


def fingerprints(code: str, keys: Sequence[str], prefixes: Sequence[str]) -> tuple[str, ...]:
    """Return the fingerprints of a dossier's code, one for each key; none if it is no code of these agencies.

    What `code` holds is read exactly as a kiosk reads what a scanner read.
    """
    normal = normal_dossier(code, prefixes)
    return tuple(fingerprint(key, normal) for key in keys) if normal else ()


def read_prefixes(typed: str) -> tuple[tuple[str, ...], str]:
    """Return the agencies whose dossiers are meant, and what is wrong with what was typed."""
    found = tuple(dict.fromkeys(each.upper() for each in re.split(r"[\s,;]+", typed) if each))
    if len(found) > PREFIXES_MAX:
        return found, "too_many"
    return found, "" if all(PREFIX.fullmatch(each) for each in found) else "prefix"
