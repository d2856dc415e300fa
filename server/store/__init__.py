"""Everything the server keeps, as verbs of the counter hall. All SQL of the server is in here.

`Store` is what the rest of the server knows; `server.store.sqlite` is the
embedded engine and a second engine implements the same verbs. Verbs that read may be
called from any thread. Verbs that write run on the writer thread only, see
`server.store.writer`, inside the transaction that it opened.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from server.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from datetime import date

    from server.domain.disclosure import Release
    from server.domain.places import Center, Counter, Device, Person
    from server.protocol.messages import Batch


@dataclass(frozen=True, slots=True)
class Arrival:
    """A batch that was checked up to its signature, with the moment it came (UTC milliseconds)."""

    batch: Batch
    signature: str
    body_hash: str
    received_ms: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a batch: how far the device's chain reaches now, and whether it forked."""

    through: int
    head: str
    forked: bool = False


@dataclass(frozen=True, slots=True)
class Code:
    """A one-time code for a counter. `device` is set once a kiosk has used it."""

    counter: str
    expires_ms: int
    device: str | None


@dataclass(frozen=True, slots=True)
class JournalRow:
    """One record as it lies in the journal."""

    device: str
    seq: int
    head: str
    body: bytes


@dataclass(frozen=True, slots=True)
class SignedHead:
    """The newest head of a device that the device signed, and the signature's other parts."""

    device: str
    parts: tuple[str, ...]
    signature: str


class Store(Protocol):
    """The server's memory. Days are days of Vietnam, moments are UTC milliseconds."""

    def transaction(self) -> AbstractContextManager[object]:
        """Open the one write transaction; it commits at the end or changes nothing."""

    def snapshot(self) -> AbstractContextManager[object]:
        """Let every read of this thread see the book as it is now, whatever is written meanwhile."""

    def close(self) -> None:
        """Let go of the database."""

    # places
    def add_centers(self, centers: list[Center]) -> None:
        """Write the centers that are not there yet."""

    def centers(self) -> list[Center]:
        """Return every center, by code."""

    def center(self, code: int) -> Center | None:
        """Return one center."""

    def add_counter(self, counter: Counter) -> None:
        """Write a counter unless it is there."""

    def counter(self, id_: str) -> Counter | None:
        """Return one counter."""

    # surveys
    def add_survey(self, raw: bytes) -> str:
        """Keep a survey for good; the newest one added is the one that is asked. Returns its hash."""

    def current_survey(self) -> bytes | None:
        """Return the bytes of the survey that is asked now."""

    # enrolment
    def add_code(self, code_hash: str, code: Code) -> None:
        """Keep a one-time code."""

    def code(self, code_hash: str) -> Code | None:
        """Return a one-time code."""

    def add_device(self, device: Device, code_hash: str) -> None:
        """Keep a new device, and spend the code it came with."""

    def device(self, id_: str) -> Device | None:
        """Return a device."""

    def devices(self) -> list[Device]:
        """Return every device there ever was, by id."""

    def revoke(self, device: str) -> None:
        """Let a device's later ratings count no more."""

    # the book
    def accept(self, arrival: Arrival) -> Outcome:
        """Append what continues the device's chain, and project it, in the open transaction."""

    def journal(self, device: str) -> Iterator[JournalRow]:
        """Return a device's records in order."""

    def signed_heads(self) -> list[SignedHead]:
        """Return the newest signed head of each device."""

    def record_count(self) -> int:
        """Say how many records the book has, of all devices."""

    def rating_count(self, device: str) -> int:
        """Say how many of a device's records are projected, counted or quarantined."""

    def quarantined(self) -> dict[str, int]:
        """Say how many records do not count, by reason."""

    # what may be shown
    def release_due(self, today: date) -> int:
        """Make visible what has become due in any center; says how many releases that were."""

    def releases(self, center: int, first: date, last: date) -> list[Release]:
        """Return the releases that lie wholly within the days from `first` to `last`."""

    def released_centers(self, first: date, last: date) -> set[int]:
        """Return the centers that have a release wholly within these days."""

    def pending_count(self, center: int) -> int:
        """Say how many ratings of a center wait to become visible."""

    # people
    def add_person(self, person: Person) -> None:
        """Write a person under a new id; `person.id` is not used."""

    def person(self, name: str) -> Person | None:
        """Return the person of this sign-in name."""

    def people_count(self) -> int:
        """Say how many people may sign in."""

    def set_password(self, name: str, password_hash: str) -> None:
        """Replace a password, and end every session of that person."""

    def start_session(self, token_hash: str, person: int, expires_ms: int) -> None:
        """Keep a session under the hash of its token."""

    def session_person(self, token_hash: str, now_ms: int) -> Person | None:
        """Return whose living session this is."""

    def end_session(self, token_hash: str) -> None:
        """Forget a session."""

    def note_attempt(self, kind: str, subject: str, at_ms: int) -> None:
        """Remember a wrong password or code."""

    def attempts(self, kind: str, subject: str, since_ms: int) -> int:
        """Say how many wrong ones there were since."""

    def forget_old(self, now_ms: int) -> None:
        """Drop sessions that have ended, and attempts that no back-off looks at any more."""

    def forget_attempt(self, kind: str, subject: str, at_ms: int) -> None:
        """Take back one of that moment, which was right after all."""

    def forget_attempts(self, kind: str, subject: str) -> None:
        """Start counting anew, after a right one."""


def open_store(url: str) -> Store:
    """Open the store at `sqlite:PATH`. Raises `StoreError`."""
    from server.store.sqlite import SqliteStore  # noqa: PLC0415 - a driver is needed only where it is used

    kind, _, path = url.partition(":")
    if kind != "sqlite" or not path:
        raise StoreError(f"the store is named sqlite:PATH, not {url!r}")
    return SqliteStore(Path(path))
