"""The book: journal, projection, head and releases, in one transaction, in SQL.

The journal takes bytes and the projection judges them. A batch is appended as far
as it continues the device's chain; what came before counts once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from server.domain import disclosure
from server.domain.calendar import day_of
from server.domain.disclosure import Release
from server.domain.intake import Circumstances, Judgement, judge
from server.domain.places import DeviceState
from server.protocol.record import anchor, heads
from server.protocol.survey import Survey, decode_survey
from server.store import Arrival, JournalRow, Outcome, SignedHead
from server.store.sql import Engine, to_date, to_days

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from server.domain.disclosure import Scores
    from server.protocol.messages import Sent
    from server.store.sql import Row

JOURNAL = """
insert into journal (device, seq, head, body, received_ms, boot, mono_ms)
values (:device, :seq, :head, :body, :received, :boot, :mono)
"""
RATING = """
insert into rating (device, seq, center, counter, officer, survey, day, score, lang, flags, quarantine)
values (:device, :seq, :center, :counter, :officer, :survey, :day, :score, :lang, :flags, :quarantine)
"""
ANSWER = "insert into answer (device, seq, question, choice) values (:device, :seq, :question, :choice)"
ASIDE = "insert into aside (device, seq, kind, salt, words) values (:device, :seq, :kind, :salt, :words)"
CENTER_DAY = """
insert into center_day as t (center, day, n1, n2, n3, n4, n5, shown1, shown2, shown3, shown4, shown5)
values (:center, :day, :n1, :n2, :n3, :n4, :n5, 0, 0, 0, 0, 0)
on conflict (center, day) do update set n1 = t.n1 + excluded.n1, n2 = t.n2 + excluded.n2,
  n3 = t.n3 + excluded.n3, n4 = t.n4 + excluded.n4, n5 = t.n5 + excluded.n5
"""
SIGNED_HEAD = """
insert into signed_head (device, seq, head, nonce, boot, mono_ms, body_hash, signature)
values (:device, :seq, :head, :nonce, :boot, :mono, :body_hash, :signature)
on conflict (device) do update set seq = excluded.seq, head = excluded.head, nonce = excluded.nonce,
  boot = excluded.boot, mono_ms = excluded.mono_ms, body_hash = excluded.body_hash,
  signature = excluded.signature
"""
PENDING = """
select center, day, n1 - shown1 as n1, n2 - shown2 as n2, n3 - shown3 as n3, n4 - shown4 as n4,
  n5 - shown5 as n5
from center_day where n1 + n2 + n3 + n4 + n5 > shown1 + shown2 + shown3 + shown4 + shown5
"""
SHOW = """
update center_day set shown1 = n1, shown2 = n2, shown3 = n3, shown4 = n4, shown5 = n5
where center = :center and day between :first and :last
"""
RELEASE = """
insert into release (center, first_day, last_day, n1, n2, n3, n4, n5)
values (:center, :first, :last, :n1, :n2, :n3, :n4, :n5)
"""


@dataclass(frozen=True, slots=True)
class Held:
    """What the book knows of the device that a batch came from."""

    no: int
    counter: str
    center: int
    state: DeviceState
    seq: int
    head: str
    anchor: str


class Book(Engine):
    """The verbs of `Store` about records and what may be shown of them."""

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

    def rating_count(self, device: str) -> int:
        """Say how many of a device's records are projected, counted or quarantined."""
        row = self.one(
            "select count(*) as n from rating where device = (select no from device where id = :device)",
            device=device,
        )
        return 0 if row is None else int(row["n"])

    def quarantined(self) -> dict[str, int]:
        """Say how many records do not count, by reason."""
        rows = self.ask(
            "select quarantine, count(*) as n from rating where quarantine is not null"
            " group by quarantine order by quarantine"
        )
        return {row["quarantine"]: row["n"] for row in rows}

    def release_due(self, today: date) -> int:
        """Make visible what has become due in any center; says how many releases that were."""
        waiting: dict[int, dict[date, Scores]] = {}
        for row in self.ask(PENDING):
            waiting.setdefault(row["center"], {})[to_date(row["day"])] = _scores(row)
        return sum(self._release(center, days, today) for center, days in waiting.items())

    def releases(self, center: int, first: date, last: date) -> list[Release]:
        """Return the releases that lie wholly within the days from `first` to `last`."""
        rows = self.ask(
            "select first_day, last_day, n1, n2, n3, n4, n5 from release"
            " where center = :center and first_day >= :first and last_day <= :last order by id",
            center=center,
            first=to_days(first),
            last=to_days(last),
        )
        return [Release(to_date(row["first_day"]), to_date(row["last_day"]), _scores(row)) for row in rows]

    def released_centers(self, first: date, last: date) -> set[int]:
        """Return the centers that have a release wholly within these days."""
        rows = self.ask(
            "select distinct center from release where first_day >= :first and last_day <= :last",
            first=to_days(first),
            last=to_days(last),
        )
        return {row["center"] for row in rows}

    def pending_count(self, center: int) -> int:
        """Say how many ratings of a center wait to become visible."""
        return sum(sum(_scores(row)) for row in self.ask(PENDING + "and center = :center", center=center))

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

    def _surveys(self) -> dict[str, Survey]:
        return {
            row["hash"]: decode_survey(bytes(row["raw"])) for row in self.ask("select hash, raw from survey")
        }

    def _append(self, held: Held, arrival: Arrival, sent: list[Sent], chain: list[str]) -> None:
        """Write journal, projection and rollup for records that are new, then release what is due."""
        batch = arrival.batch
        surveys = self._surveys()
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
        self._project(held, judged)
        self.write_many(
            ASIDE,
            [
                {"device": held.no, "seq": seq, "kind": a.kind, "salt": a.salt, "words": a.text}
                for seq, each in enumerate(sent, first)
                for a in each.asides
            ],
        )
        pending = {
            to_date(row["day"]): _scores(row)
            for row in self.ask(PENDING + "and center = :center", center=held.center)
        }
        self._release(held.center, pending, day_of(arrival.received_ms))

    def _project(self, held: Held, judged: dict[int, Judgement]) -> None:
        """Write what the records mean, and count those that count."""
        self.write_many(RATING, [_rating(held, seq, each) for seq, each in judged.items()])
        self.write_many(
            ANSWER,
            [
                {"device": held.no, "seq": seq, "question": question, "choice": choice}
                for seq, each in judged.items()
                if each.record is not None and each.quarantine is None
                for question, answer in each.record.answers.items()
                for choice in (answer if isinstance(answer, list) else [answer])
            ],
        )
        days: dict[int, list[int]] = {}
        for each in judged.values():
            if each.score is not None:
                days.setdefault(to_days(day_of(each.made_ms)), [0] * 5)[each.score - 1] += 1
        self.write_many(
            CENTER_DAY,
            [
                {"center": held.center, "day": day, **{f"n{i}": n for i, n in enumerate(counts, 1)}}
                for day, counts in sorted(days.items())
            ],
        )

    def _release(self, center: int, pending: dict[date, Scores], today: date) -> int:
        found = disclosure.due(pending, today)
        for each in found:
            span = {"center": center, "first": to_days(each.first), "last": to_days(each.last)}
            self.write(RELEASE, **span, **{f"n{i}": n for i, n in enumerate(each.scores, 1)})
            self.write(SHOW, **span)
        return len(found)

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


def _rating(held: Held, seq: int, judged: Judgement) -> Row:
    """Return the row that says what one record means."""
    record = judged.record
    return {
        "device": held.no,
        "seq": seq,
        "center": held.center,
        "counter": held.counter,
        "officer": "" if record is None else record.officer,
        "survey": "" if record is None else record.survey,
        "day": to_days(day_of(judged.made_ms)),
        "score": judged.score,
        "lang": "" if record is None else record.lang,
        "flags": "" if record is None else " ".join(record.flags),
        "quarantine": judged.quarantine,
    }


def _scores(row: Row) -> Scores:
    return row["n1"], row["n2"], row["n3"], row["n4"], row["n5"]
