"""Everything the server keeps, as verbs of the counter hall. All SQL of the server is in here.

`Store` is what the rest of the server knows; `server.store.sqlite` is the
embedded engine, `server.store.postgres` the one for more than one machine. Verbs that read may be
called from any thread. Verbs that write run on the writer thread only, see
`server.store.writer`, inside the transaction that it opened.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from server.domain.audit import COMMAND_LINE, Action
from server.errors import StoreError
from server.store.verbs.alerts import AlertVerbs
from server.store.verbs.comments import CommentVerbs
from server.store.verbs.dossiers import DossierVerbs
from server.store.verbs.fields import FieldVerbs
from server.store.verbs.fleet import FleetVerbs
from server.store.verbs.imports import ImportVerbs
from server.store.verbs.months import MonthVerbs
from server.store.verbs.openings import OpeningVerbs
from server.store.verbs.people import PeopleVerbs
from server.store.verbs.proofs import ProofVerbs
from server.store.verbs.province import ProvinceVerbs
from server.store.verbs.quarters import QuarterVerbs
from server.store.verbs.staff import StaffVerbs
from server.store.verbs.surveys import SurveyVerbs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from contextlib import AbstractContextManager
    from datetime import date

    from server.domain.audit import Event, Kept
    from server.domain.disclosure import Release
    from server.domain.places import Center, Counter, Device
    from server.protocol.checkpoint import DeviceHead
    from server.protocol.messages import Batch, Signed
    from server.store.sql import Row


@dataclass(frozen=True, slots=True)
class Arrival:
    """A batch that was checked up to its signature, with the moment it came (UTC milliseconds)."""

    batch: Batch
    signature: str
    body_hash: str
    received_ms: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a batch: how far the device's chain reaches now, and whether it forked.

    `went_back` says that the kiosk knows of a newer book than this, and that this is news.
    """

    through: int
    head: str
    forked: bool = False
    went_back: bool = False


@dataclass(frozen=True, slots=True)
class Code:
    """A one-time code for a counter. `device` is set once a kiosk has used it."""

    counter: str
    expires_ms: int
    device: str | None


@dataclass(frozen=True, slots=True)
class JournalRow:
    """One record as it lies in the journal, with the times of its batch and the entry that chains them."""

    device: str
    seq: int
    head: str
    body: bytes
    received_ms: int
    boot: str
    mono_ms: int
    entry: str


@dataclass(frozen=True, slots=True)
class KeptCheckpoint:
    """A checkpoint as the book keeps it: its moment (UTC milliseconds), and the hash of its text."""

    number: int
    signed: Signed
    made_ms: int
    hash: str


@dataclass(frozen=True, slots=True)
class SignedHead:
    """The newest head of a device that the device signed, and the signature's other parts."""

    device: str
    parts: tuple[str, ...]
    signature: str


class Store(
    CommentVerbs,
    AlertVerbs,
    DossierVerbs,
    FieldVerbs,
    FleetVerbs,
    ImportVerbs,
    MonthVerbs,
    OpeningVerbs,
    PeopleVerbs,
    ProofVerbs,
    ProvinceVerbs,
    QuarterVerbs,
    StaffVerbs,
    SurveyVerbs,
    Protocol,
):
    """The server's memory. Days are days of Vietnam, moments are UTC milliseconds."""

    def transaction(self) -> AbstractContextManager[object]:
        """Open the one write transaction; it commits at the end or changes nothing."""

    def snapshot(self) -> AbstractContextManager[object]:
        """Let every read of this thread see the book as it is now, whatever is written meanwhile."""

    def close(self) -> None:
        """Let go of the database."""

    # the whole of it
    def faults(self) -> Iterator[str]:
        """Say what is wrong in the database beyond what hashes show."""

    def rebuild(self, progress: Callable[[int], None]) -> int:
        """Make the projection anew, in the open transaction; returns how many rows are other ones now.

        `progress` is told how many records are done. Releases stay. Raises `CommandError` if more was
        released than there is.
        """

    def copy_to(self, path: Path) -> None:
        """Write the whole database, as one moment has it, into a new file, while others write on."""

    def rows(self, table: str) -> Iterable[Row]:
        """Return every row of a table, for a copy in another engine."""

    def take_in(self, source: Store) -> None:
        """Write every row of another store, in the open transaction. Raises `CommandError` unless empty."""

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

    # enrolment
    def add_code(self, code_hash: str, code: Code, author: str = COMMAND_LINE) -> None:
        """Keep a one-time code."""

    def code(self, code_hash: str) -> Code | None:
        """Return a one-time code."""

    def add_device(
        self,
        device: Device,
        code_hash: str = "",
        *,
        before: str = "",
        how: Action = Action.ENROL,
        reason: str = "",
    ) -> None:
        """Keep a device: a new one spends its code, others succeed `before` or were forgotten."""

    def successor(self, before: str, public_key: str) -> Device | None:
        """Return the device with this key that a device named its successor, if it did."""

    def heirs(self, device: str) -> list[Device]:
        """Return every device that came of one: its successors, and theirs."""

    def device(self, id_: str) -> Device | None:
        """Return a device."""

    def devices(self) -> list[Device]:
        """Return every device there ever was, by id."""

    # what people decide: each raises `CommandError` and changes nothing then
    def revoke(self, device: str, author: str = COMMAND_LINE, reason: str = "") -> None:
        """Let what a device sends from now on count no more. Once is for good."""

    def withhold(self, device: str, seq: int, author: str, reason: str) -> None:
        """Let a rating count no more; it stays in the journal, and figures follow by a correction."""

    def reinstate(self, device: str, seq: int, author: str, reason: str) -> None:
        """Let a rating count that was withheld, or that came from a revoked device."""

    def forget_aside(self, device: str, seq: int, kind: str, author: str, reason: str) -> int:
        """Delete what travelled beside a rating, and every copy of it; returns how many copies there were."""

    def old_comments(self, before_ms: int, most: int) -> list[tuple[str, int]]:
        """Return ratings, as device and number, whose comments came before a moment: at most so many."""

    def forget_again(self, event: Event) -> None:
        """Delete in this book what was deleted in a newer one, with that one's author and reason."""

    # the audit log
    def note(
        self,
        action: Action,
        subject: str,
        detail: str = "",
        *,
        author: str = COMMAND_LINE,
        at_ms: int | None = None,
    ) -> int:
        """Append an event; returns its id. Without a moment it happened now."""

    def alarm(self, device: str, detail: str, at_ms: int, quiet_ms: int) -> bool:
        """Note that this book has gone back, as a device shows; says whether that was news."""

    def audit_head(self) -> tuple[int, str]:
        """Return how far the log has come: the id of its last event, and its hash."""

    def audit_log(self) -> Iterator[Kept]:
        """Return every event in order."""

    def newest_events(self, before: int | None, most: int) -> list[Event]:
        """Return the newest events, the newest first: those with an id below `before`, or of all."""

    def events(self, action: Action, subject: str | None = None) -> list[Event]:
        """Return the events of one kind in order, of one subject or of all."""

    # checkpoints
    def device_heads(self) -> list[DeviceHead]:
        """Return how far each device has come, by id."""

    def signed_device_heads(self) -> list[DeviceHead]:
        """Return how far each device had come at the newest checkpoint, by id."""

    def add_checkpoint(self, kept: KeptCheckpoint, moved: Iterable[DeviceHead]) -> None:
        """Keep a signed checkpoint, and the heads that differ from those at the one before."""

    def newest_checkpoint(self) -> KeptCheckpoint | None:
        """Return the newest checkpoint."""

    def newest_checkpoints(self, most: int) -> list[KeptCheckpoint]:
        """Return the newest checkpoints, the newest first."""

    def checkpoints(self, after: int = 0, most: int | None = None) -> list[KeptCheckpoint]:
        """Return the checkpoints after a number in order, at most so many."""

    def checkpoint_heads(self) -> Iterator[tuple[int, DeviceHead]]:
        """Return whose head changed at which checkpoint, in the order of the checkpoints."""

    def knows_checkpoint(self, hash_: str) -> bool:
        """Say whether a checkpoint of this hash is in the book."""

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

    def withheld_count(self, center: int | None = None) -> int:
        """Say how many ratings are withheld, of a center or of all."""

    # what may be shown
    def release_due(self, today: date) -> int:
        """Make visible what has become due in any center; says how many releases that were."""

    def releases(self, center: int, first: date, last: date) -> list[Release]:
        """Return the releases that lie wholly within the days from `first` to `last`."""

    def suspect_releases(self, center: int, first: date, last: date) -> list[Release]:
        """Return those of suspicious ratings, which no other figure has."""

    def released_centers(self, first: date, last: date) -> set[int]:
        """Return the centers that have a release wholly within these days."""

    def pending_count(self, center: int) -> int:
        """Say how many ratings of a center wait to become visible."""


def open_store(
    url: str, now_ms: Callable[[], int] | None = None, *, read_only: bool = False, owner: bool = False
) -> Store:
    """Open the store at `sqlite:PATH` or `postgresql://…`. Raises `StoreError`.

    `now_ms` is its clock, else the machine's. Read-only, nothing is written and nobody is in the way. On
    PostgreSQL the `owner` of the tables makes them anew; a program that serves must be another role.
    """
    from server.store.sqlite import SqliteStore, system_ms  # noqa: PLC0415 - a driver only where it is used

    kind, _, path = url.partition(":")
    if kind == "sqlite" and path:
        return SqliteStore(Path(path), now_ms or system_ms, read_only=read_only)
    if not is_postgres(url):
        raise StoreError(f"the store is named sqlite:PATH or postgresql://…, not {kind}:…")
    with _driver():
        from server.store.postgres import PostgresStore  # noqa: PLC0415 - the same

    return PostgresStore(url, now_ms or system_ms, read_only=read_only, owner=owner)


def make_ready(owner_url: str, url: str) -> None:
    """Make or bring up to date the schema of a PostgreSQL database, for the role of `url` to serve.

    Raises `StoreError`.
    """
    with _driver():
        from server.store import terms  # noqa: PLC0415 - a driver only where it is used

    terms.make_ready(owner_url, url)


def is_postgres(url: str) -> bool:
    """Say whether an address is one of a PostgreSQL database."""
    return url.startswith(("postgresql://", "postgres://"))


@contextmanager
def _driver() -> Iterator[None]:
    """Say how to get the driver, if it is missing. Raises `StoreError`."""
    try:
        yield
    except ModuleNotFoundError as error:
        if error.name is None or not error.name.startswith("psycopg"):
            raise
        raise StoreError(
            "psycopg is not installed; run: pip install -c constraints.txt '.[postgres]'"
        ) from error
