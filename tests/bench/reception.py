"""How many ratings a second the server takes, against the bare inserts of the same SQLite on the same disk.

The server is a program of its own, everything is signed and verified as in service, and a
batch counts once its receipt is here. Batches are made before the clock starts.
"""

from __future__ import annotations

import http.client
import secrets
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec
from pysqlite3 import dbapi2 as sqlite3

from server.protocol.messages import (
    SIGNATURE_HEADER,
    Batch,
    Health,
    Receipt,
    Sent,
    Signed,
    sign_batch,
    unseal,
)
from server.protocol.record import Record, encode_record, heads
from tests.bench.figures import Figure, compared

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.bench.premises import Device, Premises

NOW = "2026-11-23T05:00:00Z"
BOOT = "0" * 8
APART_MS = 30_000
"""So long from citizen to citizen."""


@dataclass(frozen=True, slots=True)
class Trial:
    """So many kiosks at once, each with so many batches of so many ratings."""

    kiosks: int
    batches: int
    size: int

    @property
    def ratings(self) -> int:
        """How many ratings that is in all."""
        return self.kiosks * self.batches * self.size


TRIALS = (Trial(1, 1000, 1), Trial(8, 200, 1), Trial(1, 200, 50), Trial(2, 100, 50))


class Sender:
    """One device's chain, and its connection that stays open."""

    def __init__(self, device: Device, port: int) -> None:
        self._device = device
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._seq = 0
        self._head = device.anchor

    def prepare(self, trial: Trial) -> list[tuple[bytes, str]]:
        """Make signed batches that continue the chain."""
        return [self._batch(trial.size) for _ in range(trial.batches)]

    def send(self, batches: Sequence[tuple[bytes, str]]) -> None:
        """Send one after another, each after the receipt of the one before; the last receipt is verified."""
        answer = b""
        self._connection.close()  # the server has closed what was idle since the last trial
        for raw, signature in batches:
            headers = {"Content-Type": "application/json", SIGNATURE_HEADER: signature}
            self._connection.request("POST", "/v1/batches", raw, headers)
            response = self._connection.getresponse()
            answer = response.read()
            if response.status != http.client.OK:
                raise RuntimeError(f"the server answered {response.status}: {answer!r}")
        receipt = unseal(self._device.server_key, msgspec.json.decode(answer, type=Signed), Receipt)
        if (receipt.through, receipt.head) != (self._seq, self._head):
            raise RuntimeError(f"the server has {receipt.through} of {self._seq} records")

    def _batch(self, size: int) -> tuple[bytes, str]:
        bodies = [self._body(self._seq + number) for number in range(1, size + 1)]
        head = heads(self._head, bodies)[-1]
        batch = Batch(
            v=1,
            device=self._device.id,
            after=self._seq,
            records=[Sent(body=body.decode()) for body in bodies],
            head=head,
            boot=BOOT,
            mono_ms=self._seq * APART_MS,
            sent_at=NOW,
            nonce=secrets.token_hex(16),
            health=Health(software="bench", queued=0),
        )
        self._seq, self._head = self._seq + size, head
        raw = msgspec.json.encode(batch)
        return raw, sign_batch(self._device.seed, batch, raw)

    def _body(self, seq: int) -> bytes:
        record = Record(
            v=1,
            seq=seq,
            survey=self._device.survey,
            counter=self._device.counter,
            lang="vi",
            made_at=NOW,
            boot=BOOT,
            mono_ms=seq * APART_MS,
            answers={self._device.question: 1 + seq % 5},
            salt=secrets.token_hex(8),
        )
        return encode_record(record)


def measure(place: Premises, rounds: int) -> list[Figure]:
    """Measure server and bare inserts in turns. Raises `RuntimeError` if one rating is missing at the end."""
    senders = [
        Sender(place.enrol(number), place.port) for number in range(1, max(t.kiosks for t in TRIALS) + 1)
    ]
    ours: dict[Trial, list[float]] = {trial: [] for trial in TRIALS}
    plain: dict[Trial, list[float]] = {trial: [] for trial in TRIALS}
    before, sent = place.rating_count(), 0
    for number in range(rounds + 1):
        for trial in TRIALS:
            speed = _ours(senders[: trial.kiosks], trial)
            bare = _bare(place.folder / "bare.sqlite3", trial)
            sent += trial.ratings
            if number > 0:  # the first round warms up
                ours[trial].append(speed)
                plain[trial].append(bare)
    if place.rating_count() - before != sent:
        raise RuntimeError(f"{sent} ratings were sent, {place.rating_count() - before} are on the server")
    place.verify()
    return [
        compared(_name(trial), "ratings/s", ours[trial], plain[trial], _plain_name(trial)) for trial in TRIALS
    ]


def _name(trial: Trial) -> str:
    kiosks = "1 kiosk" if trial.kiosks == 1 else f"{trial.kiosks} kiosks at once"
    return f"server, batches of {trial.size}, {kiosks}"


def _plain_name(trial: Trial) -> str:
    return f"bare inserts, {trial.size} a commit, WAL, synchronous=FULL"


def _ours(senders: Sequence[Sender], trial: Trial) -> float:
    """Return the ratings a second that the server took."""
    work = [(sender, sender.prepare(trial)) for sender in senders]
    with ThreadPoolExecutor(len(work)) as threads:
        began = time.perf_counter()
        for done in [threads.submit(sender.send, batches) for sender, batches in work]:
            done.result()
        return trial.ratings / (time.perf_counter() - began)


def _bare(path: Path, trial: Trial) -> float:
    """Return the ratings a second that plain inserts reach, one row a rating, a commit for each batch."""
    body = b"x" * 200
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.execute("pragma journal_mode = wal")
        connection.execute("pragma synchronous = full")
        connection.execute("create table if not exists rating (id integer primary key, body blob not null)")
        began = time.perf_counter()
        for _ in range(trial.kiosks * trial.batches):
            connection.execute("begin immediate")
            connection.executemany("insert into rating (body) values (?)", [(body,)] * trial.size)
            connection.execute("commit")
        return trial.ratings / (time.perf_counter() - began)
    finally:
        connection.close()
