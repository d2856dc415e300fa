"""A book written by the test itself: real keys, signatures and store, no network, and a clock that obeys."""

from __future__ import annotations

import hashlib
import re
import secrets
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol

import msgspec
import psycopg

# the store's own library: two of them in one process take each other's locks away
from pysqlite3 import dbapi2 as sqlite3

from server.domain.places import Counter, Device, DeviceState
from server.protocol import keys
from server.protocol.messages import Batch, Enrolment, Health, Sent, seal, sign_batch
from server.protocol.record import Aside, Carried, CarriedRecord, Record, anchor, encode_record, heads
from server.protocol.survey import encode_survey, survey_hash
from server.store import Arrival, Store, open_store
from server.store.seed import lamdong
from tests.kiosk.stories import ONE_TAP
from tests.server import cluster
from tests.server.cluster import url_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from server.store import Outcome

SEED = bytes(31) + b"\x07"
BAO_LOC = 24823
NOON_MS = int(datetime(2026, 11, 23, 5, tzinfo=UTC).timestamp() * 1000)
"""Monday noon in Vietnam."""
DAY_MS = 24 * 3600 * 1000


@dataclass
class Machine:
    """A kiosk's device: its key, and the chain it has made so far."""

    seed: bytes
    enrolment: Enrolment
    start: str
    bodies: list[bytes] = field(default_factory=list)

    @property
    def id(self) -> str:
        """The device's id."""
        return self.enrolment.device

    def head(self, seq: int) -> str:
        """Return the head behind a record."""
        return heads(self.start, self.bodies[:seq])[-1] if seq else self.start


@dataclass
class Books:
    """A store, and whoever writes in it."""

    store: Store
    path: Path
    survey: bytes
    now_ms: int = NOON_MS
    chance: Callable[[int], str] = secrets.token_hex

    def enrol(self, counter: int = 1, before: Machine | None = None) -> Machine:
        """Put a device on a counter, as the successor of another or with a code."""
        place = Counter(f"{BAO_LOC}-{counter}", BAO_LOC, counter)
        seed = bytes.fromhex(self.chance(32))
        enrolment = Enrolment(
            v=1,
            device=self.chance(16),
            public_key=keys.public_key(seed),
            counter=place.id,
            server_key=keys.public_key(SEED),
            enrolled_at=moment(self.now_ms),
            before="" if before is None else before.id,
        )
        signed = seal(SEED, enrolment)
        start = anchor(signed.payload.encode())
        device = Device(
            enrolment.device,
            enrolment.public_key,
            place.id,
            BAO_LOC,
            DeviceState.ACTIVE,
            signed.payload,
            signed.signature,
            0,
            start,
        )
        with self.store.transaction():
            self.store.add_counter(place)
            self.store.add_device(device, before=enrolment.before)
        return Machine(seed, enrolment, start)

    def rating(self, machine: Machine, score: int, seq: int | None = None, **changes: object) -> bytes:
        """Return the bytes of a rating that this device makes now."""
        record = Record(
            v=1,
            seq=len(machine.bodies) + 1 if seq is None else seq,
            survey=survey_hash(self.survey),
            counter=machine.enrolment.counter,
            lang="vi",
            made_at=moment(self.now_ms),
            boot="00000000",
            mono_ms=1,
            answers={"overall": score},
            salt=self.chance(8),
        )
        return encode_record(msgspec.structs.replace(record, **changes))

    def carry(self, machine: Machine, old: Machine, seq: int, seq_here: int | None = None) -> bytes:
        """Return the bytes of a record in which a device brings an earlier one's rating."""
        carried = Carried(old.id, seq, old.head(seq), old.bodies[seq - 1].decode())
        here = len(machine.bodies) + 1 if seq_here is None else seq_here
        return encode_record(CarriedRecord(v=1, seq=here, carried=carried, salt=self.chance(8)))

    def send(self, machine: Machine, *bodies: bytes, asides: tuple[Aside, ...] = ()) -> Outcome:
        """Append records to a device's chain and bring them to the book; `asides` go with the last."""
        after = len(machine.bodies)
        machine.bodies.extend(bodies)
        return self.resend(machine, after, asides=asides)

    def resend(
        self,
        machine: Machine,
        after: int,
        upto: int | None = None,
        *,
        witness: str = "",
        **more: tuple[Aside, ...],
    ) -> Outcome:
        """Bring what a device has made after a record, once more or for the first time."""
        upto = len(machine.bodies) if upto is None else upto
        records = [Sent(body=body.decode()) for body in machine.bodies[after:upto]]
        if more.get("asides"):
            records[-1] = Sent(body=records[-1].body, asides=list(more["asides"]))
        batch = Batch(
            v=1,
            device=machine.id,
            after=after,
            records=records,
            head=machine.head(upto),
            boot="00000000",
            mono_ms=1,
            sent_at=moment(self.now_ms),
            nonce=self.chance(16),
            health=Health(software="test", queued=0),
            witness=witness,
        )
        raw = msgspec.json.encode(batch)
        signature = sign_batch(machine.seed, batch, raw)
        with self.store.transaction():
            return self.store.accept(Arrival(batch, signature, hashlib.sha256(raw).hexdigest(), self.now_ms))

    def rate(self, machine: Machine, *scores: int) -> None:
        """Let a device make ratings and bring them, each batch a second after the one before."""
        first = len(machine.bodies) + 1
        self.send(machine, *(self.rating(machine, score, first + i) for i, score in enumerate(scores)))
        self.now_ms += 1000

    @contextmanager
    def owned(self) -> Iterator[Store]:
        """Give the store, in a transaction, as somebody has it who may make its tables anew."""
        if (found := cluster.of(self.path.parent)) is None:
            with self.store.transaction():
                yield self.store
            return
        url = found[0].url(found[1], cluster.OWNER)
        with closing(open_store(url, lambda: self.now_ms, owner=True)) as store, store.transaction():
            yield store

    def standings(self) -> dict[tuple[str, int], str | None]:
        """Return of each record why it does not count; None: it counts."""
        return {
            (device, seq): why
            for device, seq, why in self.ask(
                "select d.id, r.seq, r.quarantine from rating_now r join device d on d.no = r.device"
            )
        }

    def counted(self) -> tuple[int, int]:
        """Return how many ratings have ever counted, and how many of these were withheld since."""
        rows = self.ask(
            "select n1 + n2 + n3 + n4 + n5, less1 + less2 + less3 + less4 + less5 from center_day"
        )
        return sum(row[0] for row in rows), sum(row[1] for row in rows)

    def triggers(self, table: str) -> set[str]:
        """Return what watches over a table."""
        names = "select name from sqlite_master where type = 'trigger' and tbl_name"
        if cluster.of(self.path.parent) is not None:
            names = "select tgname from pg_trigger where tgrelid::regclass::text"
        return {name for (name,) in self.ask(f"{names} = '{table}'")}

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        """Read the database past the store."""
        if (found := cluster.of(self.path.parent)) is not None:
            return found[0].ask(found[1], sql)
        with closing(sqlite3.connect(f"{self.path.as_uri()}?mode=ro", uri=True)) as db:
            return list(db.execute(sql).fetchall())


class Rows(Protocol):
    """What a statement has found."""

    def fetchone(self) -> Any:  # noqa: ANN401 - a row of whatever was asked
        """Return the next row."""

    def fetchall(self) -> list[Any]:
        """Return all that are left."""


class Db(Protocol):
    """A database that a test changes past the store, in SQL with `?` for its values."""

    def execute(self, sql: str, values: Sequence[object] = (), /) -> Rows:
        """Run a statement."""


@dataclass(frozen=True)
class Marks:
    """A connection to PostgreSQL that takes `?`, and knows how bytes are read as text in SQLite."""

    conn: psycopg.Connection

    def execute(self, sql: str, values: Sequence[object] = (), /) -> Rows:
        """Run a statement."""
        sql = re.sub(r"lower\(hex\((\w+)\)\)", r"encode(\1, 'hex')", sql)
        return self.conn.execute(sql.replace("?", "%s").encode(), values)


def moment(ms: int) -> str:
    """Write a moment as the contract does."""
    return datetime.fromtimestamp(ms // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def comment(text: str) -> tuple[Aside, dict[str, str]]:
    """Return an aside, and how a body names it."""
    aside = Aside("comment", "ab" * 16, text)
    return aside, {"comment": aside.commitment()}


@contextmanager
def open_books(folder: Path, chance: Callable[[int], str] = secrets.token_hex) -> Iterator[Books]:
    """Open a new book in a folder, with the signing key beside it; one survey, one tap."""
    path = folder / "nucuoi.sqlite3"
    (folder / "signing.key").write_text(SEED.hex())
    books: list[Books] = []
    store = open_store(url_of(folder), lambda: books[0].now_ms if books else NOON_MS)
    try:
        with store.transaction():
            store.add_centers(lamdong())
            store.add_survey(encode_survey(ONE_TAP))
        books.append(Books(store, path, encode_survey(ONE_TAP), chance=chance))
        yield books[0]
    finally:
        store.close()


REFUSED = (sqlite3.IntegrityError, psycopg.IntegrityError)
"""What is raised where a database refuses."""


@contextmanager
def guarded(path: Path) -> Iterator[Db]:
    """Open a database past the store, as the owner of its tables."""
    if (found := cluster.of(path.parent)) is not None:
        with psycopg.connect(found[0].url(found[1], cluster.OWNER)) as conn:
            conn.execute("set search_path = nucuoi")
            yield Marks(conn)
        return
    with closing(sqlite3.connect(path)) as db, db:
        yield db


@contextmanager
def unguarded(path: Path) -> Iterator[Db]:
    """Open a database as somebody with the disk in hand does: without the triggers that refuse."""
    if (found := cluster.of(path.parent)) is not None:
        with psycopg.connect(found[0].url(found[1], "postgres")) as conn:
            conn.execute("set search_path = nucuoi")
            conn.execute("set session_replication_role = replica")
            yield Marks(conn)
        return
    with closing(sqlite3.connect(path)) as db, db:
        for (name,) in db.execute("select name from sqlite_master where type = 'trigger'").fetchall():
            db.execute(f"drop trigger {name}")
        yield db
