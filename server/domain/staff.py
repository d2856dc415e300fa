"""Officers: the people at the counters as citizens see them, and what a form may say of them.

An officer who left stays in the book: ratings name officers by their ids, for good.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import Enum
from typing import Final

NAME_CHARS_MAX: Final = 80
"""A name or a title; the longest Vietnamese names have half of it, and a kiosk finds room for it."""
OFFICERS_MAX: Final = 500
"""Officers of one center, those who left too."""


class StaffFault(Enum):
    """Why a form about an officer is not taken."""

    NAME_MISSING = "name_missing"
    NAME_LONG = "name_long"
    NAME_ODD = "name_odd"
    TITLE_LONG = "title_long"
    TITLE_ODD = "title_odd"
    PHOTO_HEAVY = "photo_heavy"
    PHOTO_KIND = "photo_kind"
    PHOTO_LARGE = "photo_large"
    PHOTO_SMALL = "photo_small"
    PHOTO_BROKEN = "photo_broken"
    OFFICER_MISSING = "officer_missing"
    TOO_MANY = "too_many"


@dataclass(frozen=True, slots=True)
class Officer:
    """Someone who serves at the counters of a center. `id` is short, permanent and never another's.

    `photo` names the photo there is, and is another name for another photo; empty: there is none. Who
    left did so at `left_ms` (UTC milliseconds).
    """

    id: str
    center: int
    number: int
    name: str
    title: str = ""
    photo: str = ""
    left_ms: int | None = None

    @property
    def is_active(self) -> bool:
        """Whether the officer serves here now."""
        return self.left_ms is None


def officer_id(center: int, number: int) -> str:
    """Return the id of a center's officer: `24823-cb7`, unlike that of any counter."""
    return f"{center}-cb{number}"


def neat(text: str) -> str:
    """Return a typed text as it is kept: composed letters, single blanks, none at the ends."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def name_fault(name: str) -> StaffFault | None:
    """Say what is wrong with a name, which is `neat`."""
    if not name:
        return StaffFault.NAME_MISSING
    if len(name) > NAME_CHARS_MAX:
        return StaffFault.NAME_LONG
    if _is_odd(name) or not any(char.isalpha() for char in name):
        return StaffFault.NAME_ODD
    return None


def title_fault(title: str) -> StaffFault | None:
    """Say what is wrong with a title, which is `neat`; there may be none."""
    if len(title) > NAME_CHARS_MAX:
        return StaffFault.TITLE_LONG
    return StaffFault.TITLE_ODD if _is_odd(title) else None


def _is_odd(text: str) -> bool:
    """Say whether something is in a text that no font draws: controls, marks that turn the line around."""
    return any(unicodedata.category(char).startswith("C") for char in text)
