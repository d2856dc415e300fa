"""Who may change whose access: rules about people, with no book and no page."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Final

from server.domain.places import Role

if TYPE_CHECKING:
    from server.domain.places import Person

LINK_LIVES_MS: Final = 72 * 3600 * 1000
"""How long the one-time link of an invitation is good."""
GUARDED: Final = frozenset({Role.ADMIN, Role.REVIEWER})
"""Who needs a second factor: those who administer, and those who may withhold."""


class Standing(Enum):
    """Whether somebody may sign in."""

    ACTIVE = "active"
    INVITED = "invited"
    """There is no password yet."""
    BLOCKED = "blocked"


class Refused(Enum):
    """Why something about a person is not done."""

    ONESELF = "oneself"
    LAST_ADMIN = "last_admin"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True)
class Listed:
    """A person as a list shows them. Moments are UTC milliseconds; None: never, or none."""

    person: Person
    last_sign_in_ms: int | None
    link_expires_ms: int | None

    @property
    def standing(self) -> Standing:
        """Whether this person may sign in."""
        if self.person.blocked:
            return Standing.BLOCKED
        return Standing.ACTIVE if self.person.password_hash else Standing.INVITED


@dataclass(frozen=True, slots=True)
class Session:
    """A living session as its owner sees it. `handle` names it in a form and opens nothing."""

    handle: str
    started_ms: int
    address: str
    browser: str


def may_look_after(admin: Person, center: int | None) -> bool:
    """Say whether an administrator's scope has people of a center; None is the whole province."""
    return admin.center is None or admin.center == center


def may_administer(admin: Person) -> bool:
    """Say whether somebody is an administrator now: it may have changed since the page was opened."""
    return admin.role is Role.ADMIN and not admin.blocked


def heads_province(person: Person) -> bool:
    """Say whether somebody is an administrator of the province who may sign in."""
    return may_administer(person) and person.center is None and bool(person.password_hash)


def refusal(admin: Person, target: Person, *, other_heads: int, stays_head: bool = False) -> Refused | None:
    """Say why an administrator may not block a person or change what they may do, if so.

    `other_heads` is how many other active administrators the province has, `stays_head` whether the
    person would be one afterwards: without any, nobody could let people in.
    """
    if admin.id == target.id:
        return Refused.ONESELF
    if heads_province(target) and not stays_head and other_heads == 0:
        return Refused.LAST_ADMIN
    return None


def needs_second_factor(person: Person, *, required: bool) -> bool:
    """Say whether a person has to set up the second factor before anything else."""
    return required and person.role in GUARDED and not person.second_factor
