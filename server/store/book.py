"""The book: journal, projection, head and releases, in one transaction, in SQL.

The journal takes bytes and the projection judges them. A batch is appended as far
as it continues the device's chain; what came before counts once.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from server.domain.audit import SERVER, Action, aside_subject
from server.domain.calendar import day_of
from server.domain.intake import judge
from server.domain.places import DeviceState
from server.protocol.checkpoint import next_entry
from server.protocol.record import heads, named_asides
from server.store import Arrival, JournalRow, Outcome, SignedHead
from server.store.checkpoints import Checkpoints
from server.store.copies import Copies
from server.store.decisions import Decisions
from server.store.fleet import Fleet
from server.store.projection import Entry, Held, in_turn
from server.store.surveys import Surveys

if TYPE_CHECKING:
    from collections.abc import Iterator

    from server.domain.intake import Judgement
    from server.protocol.messages import Sent

ALARM_QUIET_MS = 3600 * 1000
"""How long one device's alarms are kept quiet after one."""
JOURNAL = """
insert into journal (device, seq, head, body, received_ms, boot, mono_ms, entry)
values (:device, :seq, :head, :body, :received_ms, :boot, :mono_ms, :entry)
"""
ASIDE = "insert into aside (device, seq, kind, salt, words) values (:device, :seq, :kind, :salt, :words)"
SIGNED_HEAD = """
insert into signed_head (device, seq, head, nonce, boot, mono_ms, body_hash, signature)
values (:device, :seq, :head, :nonce, :boot, :mono, :body_hash, :signature)
on conflict (device) do update set seq = excluded.seq, head = excluded.head, nonce = excluded.nonce,
  boot = excluded.boot, mono_ms = excluded.mono_ms, body_hash = excluded.body_hash,
  signature = excluded.signature
"""


class Book(Checkpoints, Copies, Surveys, Decisions, Fleet):
    """The verbs of `Store` about the journal."""

    def accept(self, arrival: Arrival) -> Outcome:
        """Append what continues the device's chain, and project it, in the open transaction."""
        batch = arrival.batch
        held = self.held(batch.device)
        went_back = self._went_back(held, arrival)
        if batch.after > held.seq:  # a gap: the receipt says from where to send again
            return Outcome(held.seq, held.head, went_back=went_back)
        bodies = [sent.body.encode() for sent in batch.records]
        before = self._head_at(held, batch.after)
        chain = [before, *heads(before, bodies)]  # chain[i] is the head at after + i
        known = min(held.seq, batch.last)
        if chain[-1] != batch.head or chain[known - batch.after] != self._head_at(held, known):
            return self._fork(held, arrival, bodies)
        fresh = held.seq - batch.after
        entry = held.entry
        if batch.last > held.seq:
            entry = self._append(held, arrival, batch.records[fresh:], chain[fresh + 1 :])
        if batch.last >= held.seq:
            self._sign(held, arrival)
        seq, head = (batch.last, batch.head) if batch.last > held.seq else (held.seq, held.head)
        self.write(
            "update device set seq = :seq, head = :head, entry = :entry, seen_ms = :seen where no = :no",
            seq=seq,
            head=head,
            entry=entry,
            seen=arrival.received_ms,
            no=held.no,
        )
        self.keep_health(held.no, arrival, seq)
        return Outcome(seq, head, went_back=went_back)

    def journal(self, device: str) -> Iterator[JournalRow]:
        """Return a device's records in order."""
        rows = self.each(
            "select j.seq, j.head, j.body, j.received_ms, j.boot, j.mono_ms, j.entry from journal j"
            " join device d on d.no = j.device where d.id = :device order by j.seq",
            device=device,
        )
        for row in rows:
            whole = {name: bytes(row.pop(name)) for name in ("head", "body", "entry")}
            yield JournalRow(
                device, **row, head=whole["head"].hex(), body=whole["body"], entry=whole["entry"].hex()
            )

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

    def _went_back(self, held: Held, arrival: Arrival) -> bool:
        """Notice that a kiosk knows of a book that is newer than this one: somebody restored an older one."""
        batch, at_ms = arrival.batch, arrival.received_ms
        if batch.witness and not self.knows_checkpoint(batch.witness):
            return self.alarm(batch.device, f"witness {batch.witness}", at_ms, ALARM_QUIET_MS)
        if batch.after > held.seq:
            known = f"it knows a receipt for {batch.after}, here are {held.seq}"
            return self.alarm(batch.device, known, at_ms, ALARM_QUIET_MS)
        return False

    def _append(self, held: Held, arrival: Arrival, sent: list[Sent], chain: list[str]) -> str:
        """Write journal, projection and rollup for new records, release what is due; returns the entry."""
        batch = arrival.batch
        bodies = [each.body.encode() for each in sent]
        new = [
            Entry(seq, head, body, arrival.received_ms, batch.boot, batch.mono_ms)
            for seq, (body, head) in enumerate(zip(bodies, chain, strict=True), held.seq + 1)
        ]
        judged, new = self._judge(held, new)
        entry, rows = held.entry, []
        for each in new:
            entry = next_entry(entry, each.head, (each.received_ms, each.boot, each.mono_ms))
            rows.append(
                {
                    "device": held.no,
                    "seq": each.seq,
                    "head": bytes.fromhex(each.head),
                    "body": each.body,
                    "received_ms": each.received_ms,
                    "boot": each.boot,
                    "mono_ms": each.mono_ms,
                    "entry": bytes.fromhex(entry),
                }
            )
        self.write_many(JOURNAL, rows)
        self.claim(held.no, judged)
        centers = self.project(held.no, judged)
        self._keep_asides(held, sent, judged)
        for center in sorted(centers | {held.center}):
            self.release_center(center, day_of(arrival.received_ms))
        return entry

    def _keep_asides(self, held: Held, sent: list[Sent], judged: dict[int, Judgement]) -> None:
        """Write what new records name, but nothing that somebody had deleted before.

        What travelled beside a body that nobody can read is not kept: nobody could prove that it came so.
        """
        rows = []
        for seq, each in enumerate(sent, held.seq + 1):
            named = named_asides(each.body.encode()) if each.asides else {}
            for aside in each.asides:
                if aside.kind not in named:
                    continue
                made_by = judged[seq].carries
                subjects = [aside_subject(held.id, seq, aside.kind)]
                if made_by is not None:
                    subjects.append(aside_subject(made_by.device, made_by.seq, aside.kind))
                if not any(self.events(Action.FORGET_ASIDE, subject) for subject in subjects):
                    beside = {"kind": aside.kind, "salt": aside.salt, "words": aside.text}
                    rows.append({"device": held.no, "seq": seq, **beside})
        self.write_many(ASIDE, rows)

    def _judge(self, held: Held, new: list[Entry]) -> tuple[dict[int, Judgement], list[Entry]]:
        """Judge new records; a copy of a rating is received after the copy that is here, whatever the clock.

        So is what comes from a revoked or moved device, or is carried for one, after the moment of that.
        Then the order of `(received_ms, device, seq)` is the order in which copies came, and says later
        which one counts.
        """
        ancestors, surveys = self.ancestors(held), self.surveys()
        bodies = self.bodies_before(held.no, new[0].seq)

        def judged_from(since_ms: int, new: list[Entry]) -> tuple[dict[int, Judgement], list[Entry]]:
            if new[0].received_ms < since_ms:
                new = [replace(each, received_ms=since_ms) for each in new]
            return {
                each.seq: judge(each.body, each.circumstances(held, ancestors, surveys, before))
                for each, before in in_turn(new, bodies)
            }, new

        judged, new = judged_from(held.sender.settled_ms, new)
        settled_ms = max(each.sender.settled_ms for each in judged.values())
        if new[0].received_ms < settled_ms:
            judged, new = judged_from(settled_ms, new)
        copies = self.copies_here(held, new, judged)
        if not copies:
            return judged, new
        after_ms = max(copy.received_ms for copy in copies.values()) + 1
        if new[0].received_ms < after_ms:
            judged, new = judged_from(after_ms, new)
        for seq in copies:
            judged[seq] = judged[seq].as_copy()
        return judged, new

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
        if held.state is DeviceState.ACTIVE:
            self.note(
                Action.FORK, held.id, f"after record {held.seq}", author=SERVER, at_ms=arrival.received_ms
            )
            self.write("update device set state = 'forked' where no = :no", no=held.no)
        return Outcome(held.seq, held.head, forked=True)
