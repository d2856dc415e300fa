"""The book: journal, projection, head and releases, in one transaction, in SQL.

The journal takes bytes and the projection judges them. A batch is appended as far
as it continues the device's chain; what came before counts once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.domain.calendar import day_of
from server.domain.intake import Circumstances, judge
from server.domain.places import DeviceState
from server.protocol.record import anchor, heads
from server.store import Arrival, JournalRow, Outcome, SignedHead
from server.store.projection import Held, Projection
from server.store.releases import Releases

if TYPE_CHECKING:
    from collections.abc import Iterator

    from server.protocol.messages import Sent

JOURNAL = """
insert into journal (device, seq, head, body, received_ms, boot, mono_ms)
values (:device, :seq, :head, :body, :received, :boot, :mono)
"""
ASIDE = "insert into aside (device, seq, kind, salt, words) values (:device, :seq, :kind, :salt, :words)"
SIGNED_HEAD = """
insert into signed_head (device, seq, head, nonce, boot, mono_ms, body_hash, signature)
values (:device, :seq, :head, :nonce, :boot, :mono, :body_hash, :signature)
on conflict (device) do update set seq = excluded.seq, head = excluded.head, nonce = excluded.nonce,
  boot = excluded.boot, mono_ms = excluded.mono_ms, body_hash = excluded.body_hash,
  signature = excluded.signature
"""


class Book(Projection, Releases):
    """The verbs of `Store` about the journal."""

    def accept(self, arrival: Arrival) -> Outcome:
        """Append what continues the device's chain, and project it, in the open transaction."""
        batch = arrival.batch
        held = self._held(batch.device)
        if batch.after > held.seq:  # a gap: the receipt says from where to send again
            return Outcome(held.seq, held.head)
        bodies = [sent.body.encode() for sent in batch.records]
        before = self._head_at(held, batch.after)
        chain = [before, *heads(before, bodies)]  # chain[i] is the head at after + i
        known = min(held.seq, batch.last)
        if chain[-1] != batch.head or chain[known - batch.after] != self._head_at(held, known):
            return self._fork(held, arrival, bodies)
        fresh = held.seq - batch.after
        if batch.last > held.seq:
            self._append(held, arrival, batch.records[fresh:], chain[fresh + 1 :])
        if batch.last >= held.seq:
            self._sign(held, arrival)
        seq, head = (batch.last, batch.head) if batch.last > held.seq else (held.seq, held.head)
        self.write(
            "update device set seq = :seq, head = :head, seen_ms = :seen where no = :no",
            seq=seq,
            head=head,
            seen=arrival.received_ms,
            no=held.no,
        )
        return Outcome(seq, head)

    def journal(self, device: str) -> Iterator[JournalRow]:
        """Return a device's records in order."""
        rows = self.ask(
            "select j.seq, j.head, j.body from journal j join device d on d.no = j.device"
            " where d.id = :device order by j.seq",
            device=device,
        )
        for row in rows:
            yield JournalRow(device, row["seq"], bytes(row["head"]).hex(), bytes(row["body"]))

    def signed_heads(self) -> list[SignedHead]:
        """Return the newest signed head of each device."""
        rows = self.ask(
            "select d.id, s.seq, s.head, s.nonce, s.boot, s.mono_ms, s.body_hash, s.signature"
            " from signed_head s join device d on d.no = s.device order by d.id"
        )
        return [
            SignedHead(
                row["id"],
                tuple(
                    str(row[part]) for part in ("id", "seq", "head", "nonce", "boot", "mono_ms", "body_hash")
                ),
                row["signature"],
            )
            for row in rows
        ]

    def record_count(self) -> int:
        """Say how many records the book has, of all devices."""
        row = self.one("select coalesce(sum(seq), 0) as n from device")
        return 0 if row is None else int(row["n"])

    def _held(self, device: str) -> Held:
        row = self.one(
            "select d.no, d.counter, c.center, d.state, d.seq, d.head, d.enrolment from device d"
            " join counter c on c.id = d.counter where d.id = :id",
            id=device,
        )
        if row is None:
            raise LookupError(device)
        enrolment = row.pop("enrolment").encode()
        return Held(**{**row, "state": DeviceState(row["state"])}, anchor=anchor(enrolment))

    def _head_at(self, held: Held, seq: int) -> str:
        """Return the head after record `seq`, as the book has it."""
        if seq == held.seq:
            return held.head
        if seq == 0:
            return held.anchor
        row = self.one("select head from journal where device = :no and seq = :seq", no=held.no, seq=seq)
        if row is None:
            raise LookupError(f"the journal has no record {seq} of device number {held.no}")
        return bytes(row["head"]).hex()

    def _append(self, held: Held, arrival: Arrival, sent: list[Sent], chain: list[str]) -> None:
        """Write journal, projection and rollup for records that are new, then release what is due."""
        batch = arrival.batch
        surveys = self.surveys()
        first = held.seq + 1
        times = {"received": arrival.received_ms, "boot": batch.boot, "mono": batch.mono_ms}
        self.write_many(
            JOURNAL,
            [
                {
                    "device": held.no,
                    "seq": seq,
                    "head": bytes.fromhex(head),
                    "body": each.body.encode(),
                    **times,
                }
                for seq, (each, head) in enumerate(zip(sent, chain, strict=True), first)
            ],
        )
        judged = {
            seq: judge(
                each.body.encode(),
                Circumstances(
                    seq, held.counter, held.state, surveys, arrival.received_ms, batch.boot, batch.mono_ms
                ),
            )
            for seq, each in enumerate(sent, first)
        }
        self.project(held, judged)
        self.write_many(
            ASIDE,
            [
                {"device": held.no, "seq": seq, "kind": a.kind, "salt": a.salt, "words": a.text}
                for seq, each in enumerate(sent, first)
                for a in each.asides
            ],
        )
        self.release_center(held.center, day_of(arrival.received_ms))

    def _sign(self, held: Held, arrival: Arrival) -> None:
        """Keep the newest head that the device signed."""
        batch = arrival.batch
        self.write(
            SIGNED_HEAD,
            device=held.no,
            seq=batch.last,
            head=batch.head,
            nonce=batch.nonce,
            boot=batch.boot,
            mono=batch.mono_ms,
            body_hash=arrival.body_hash,
            signature=arrival.signature,
        )

    def _fork(self, held: Held, arrival: Arrival, bodies: list[bytes]) -> Outcome:
        """Keep what contradicts the journal for a human; it moves nothing."""
        self.write_many(
            "insert into fork (device, seq, body, received_ms) values (:device, :seq, :body, :received)"
            " on conflict (device, seq, body) do nothing",
            [
                {"device": held.no, "seq": seq, "body": body, "received": arrival.received_ms}
                for seq, body in enumerate(bodies, arrival.batch.after + 1)
            ],
        )
        self.write("update device set state = 'forked' where no = :no and state = 'active'", no=held.no)
        return Outcome(held.seq, held.head, forked=True)
