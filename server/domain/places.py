"""Places and people: province, center, counter, officer, device, and who may see what."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Role(Enum):
    """What a signed-in person may do."""

    MANAGER = "manager"
    REVIEWER = "reviewer"
    TECHNICIAN = "technician"
    ADMIN = "admin"


class DeviceState(Enum):
    """Whether a device's ratings count."""

    ACTIVE = "active"
    REVOKED = "revoked"
    FORKED = "forked"


@dataclass(frozen=True, slots=True)
class Center:
    """A Public Administration Service Center. `code` is the unit's code in the national list."""

    code: int
    name: str
    kind: str
    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class Counter:
    """A numbered desk in a center. `id` is `24823-1`: the center's code and the number."""

    id: str
    center: int
    number: int


@dataclass(frozen=True, slots=True)
class Device:
    """An enrolled kiosk machine, and how far its chains have come (`seq`, `head`, `entry`).

    `entry` is the server's own chain over when each record came; empty: where it begins. `before` is the
    device whose successor this one is, if it is one. From `revoked_ms` on its records count no more.
    `counter` is where it stands, in `center`; `enrolled` where it was enrolled, empty: at the same.
    """

    id: str
    public_key: str
    counter: str
    center: int
    state: DeviceState
    enrolment: str
    enrolment_signature: str
    seq: int
    head: str
    entry: str = ""
    before: str = ""
    revoked_ms: int | None = None
    enrolled: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who may sign in. `center` is their scope; None is the whole province.

    Without a `password_hash` they have been invited only. `second_factor` says that it is on.
    """

    id: int
    name: str
    password_hash: str
    role: Role
    center: int | None
    blocked: bool = False
    second_factor: bool = False


def counter_id(center: int, number: int) -> str:
    """Return the id of a counter."""
    return f"{center}-{number}"


def counter_of(id_: str) -> Counter:
    """Return the counter of an id. Raises `ValueError`."""
    center, _, number = id_.partition("-")
    return Counter(id_, int(center), int(number))


def may_see(person: Person, center: int) -> bool:
    """Say whether a center lies in a person's scope. The one function that decides it."""
    return person.center is None or person.center == center
