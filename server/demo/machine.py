"""A kiosk without a screen, for the demo: it chains and signs what citizens give, as a real one does."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

import msgspec

from server.domain.calendar import moment_of
from server.protocol import keys
from server.protocol.messages import Batch, Health, Sent, sign_batch
from server.protocol.record import Aside, Record, encode_record, heads
from server.store import Arrival
from server.web.kiosk_api import Newcomer, new_device

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from random import Random

    from server.demo.visits import Visit
    from server.domain.places import Counter, Device

SOFTWARE: Final = "demo"
FREE_MB: Final = 20_000
BOOTED_S: Final = 7 * 3600
"""When a kiosk is switched on in the morning, in seconds since midnight."""
RECEIVED_S: Final = 18 * 3600
"""When a day's ratings are received."""


class Machine:
    """One device at a counter. `seed` is its key; `survey` the hash of what it asks."""

    def __init__(self, counter: Counter, survey: str, rng: Random) -> None:
        self._seed = rng.randbytes(keys.SEED_BYTES)
        self._rng = rng
        self._survey = survey
        self._counter = counter
        self.id = f"{rng.getrandbits(128):032x}"
        self._seq, self._head = 0, ""

    def enrolled(self, server_seed: bytes, now_ms: int) -> Device:
        """Return the device that the server admits, and begin its chain."""
        public, counter = keys.public_key(self._seed), self._counter
        device = new_device(server_seed, Newcomer(self.id, public, counter.id, counter.center, now_ms))
        self._head = device.head
        return device

    def arrival(self, visits: Sequence[Visit], midnight_ms: int, officers: Mapping[int, str]) -> Arrival:
        """Return a day's visits as one batch that comes in the evening; `officers` are ids by number."""
        boot = f"{midnight_ms // 86_400_000:08x}"
        sent = [
            self._sent(visit, self._seq + number, boot, midnight_ms, officers)
            for number, visit in enumerate(visits, 1)
        ]
        chain = heads(self._head, [each.body.encode() for each in sent])
        received_ms = midnight_ms + RECEIVED_S * 1000
        batch = Batch(
            v=1,
            device=self.id,
            after=self._seq,
            records=sent,
            head=chain[-1] if chain else self._head,
            boot=boot,
            mono_ms=received_ms - midnight_ms - BOOTED_S * 1000,
            sent_at=moment_of(received_ms),
            nonce=f"{self._rng.getrandbits(128):032x}",
            health=Health(software=SOFTWARE, queued=0, free_mb=FREE_MB),
        )
        self._seq, self._head = batch.last, batch.head
        raw = msgspec.json.encode(batch)
        signature, body_hash = sign_batch(self._seed, batch, raw), hashlib.sha256(raw).hexdigest()
        return Arrival(batch, signature, body_hash, received_ms)

    def _sent(self, visit: Visit, seq: int, boot: str, midnight_ms: int, officers: Mapping[int, str]) -> Sent:
        """Return one visit as a record, its comment beside it."""
        salt = f"{self._rng.getrandbits(128):032x}"
        asides = [Aside("comment", salt, visit.comment)] if visit.comment else []
        body = Record(
            v=1,
            seq=seq,
            survey=self._survey,
            counter=self._counter.id,
            officer="" if visit.officer is None else officers[visit.officer.number],
            lang="vi",
            made_at=moment_of(midnight_ms + visit.ended_s * 1000),
            boot=boot,
            mono_ms=(visit.ended_s - BOOTED_S) * 1000,
            answers=visit.answers,
            procedure=visit.procedure,
            asides={each.kind: each.commitment() for each in asides},
            flags=[f"took:{visit.took_s}"],
            salt=f"{self._rng.getrandbits(64):016x}",
        )
        return Sent(body=encode_record(body).decode(), asides=asides)
