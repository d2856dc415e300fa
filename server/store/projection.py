"""The projection: what the journal's records mean, and how many count on each day, in SQL.

A function of journal, surveys and decisions: nothing here knows how a record came. What is written
with each record as it arrives is what `server.store.replay` arrives at when it begins anew.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from server.domain.calendar import day_of
from server.domain.intake import Circumstances, Move, Sender, judge
from server.domain.places import DeviceState
from server.domain.quality import BURST_COUNT
from server.protocol.messages import ANCESTORS_MAX
from server.protocol.record import anchor, decode_body, rating_of
from server.protocol.survey import Survey, decode_survey
from server.store.log import Log
from server.store.months import Months
from server.store.releases import STREAMS
from server.store.tally import Tally, place_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from server.domain.intake import Judgement
    from server.protocol.record import Record
    from server.store.sql import Row

RATING = """
insert into rating (device, seq, version, center, counter, officer, survey, day, score, lang, flags,
  quarantine, cause)
values (:device, :seq, :version, :center, :counter, :officer, :survey, :day, :score, :lang, :flags,
  :quarantine, :cause)
"""
ANSWER = """
insert into answer (device, seq, question, choice) values (:device, :seq, :question, :choice)
on conflict do nothing
"""
NEW_RATINGS = """
insert into {days} as t (center, day, n1, n2, n3, n4, n5, shown1, shown2, shown3, shown4, shown5,
  less1, less2, less3, less4, less5, taken1, taken2, taken3, taken4, taken5)
values (:center, :day, :n1, :n2, :n3, :n4, :n5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
on conflict (center, day) do update set n1 = t.n1 + excluded.n1, n2 = t.n2 + excluded.n2,
  n3 = t.n3 + excluded.n3, n4 = t.n4 + excluded.n4, n5 = t.n5 + excluded.n5
"""
NO_DAY = """
insert into {days} (center, day, n1, n2, n3, n4, n5, shown1, shown2, shown3, shown4, shown5,
  less1, less2, less3, less4, less5, taken1, taken2, taken3, taken4, taken5)
values (:center, :day, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
on conflict do nothing
"""
DAY = """
update {days} set n1 = n1 + :n1, n2 = n2 + :n2, n3 = n3 + :n3, n4 = n4 + :n4, n5 = n5 + :n5,
  less1 = less1 + :less1, less2 = less2 + :less2, less3 = less3 + :less3, less4 = less4 + :less4,
  less5 = less5 + :less5
where center = :center and day = :day
"""
WITHHELD_COUNT = "select count(*) as n from rating_now where quarantine = 'withheld' "
BODIES_BEFORE = "select body from journal where device = :no and seq < :seq order by seq desc limit :most"
ENTRIES = "select seq, head, body, received_ms, boot, mono_ms from journal where device = :no "
HELD = """
select d.no, d.id, d.counter, c.center, d.state, d.seq, d.head, d.entry, d.before, d.revoked_ms, d.enrolment,
  exists (select 1 from carried x where x.device = d.no) as brought,
  exists (select 1 from device_move m where m.device = d.no) as is_moved,
  coalesce((select u.seq from unflagged u where u.device = d.no), 0) as unflagged
from device d join counter c on c.id = d.counter
"""

MOVES = """
select m.since_ms, m.counter, c.center from device_move m join counter c on c.id = m.counter
where m.device = :no order by m.since_ms
"""


@dataclass(frozen=True, slots=True)
class Held:
    """What the book knows of a device. `brought`: another device has carried ratings of it.

    `counter` and `center` are where it was enrolled, `moves` where it went later. Its records up to
    `unflagged` were counted before suspicious ones were told apart.
    """

    no: int
    id: str
    counter: str
    center: int
    state: DeviceState
    seq: int
    head: str
    entry: str
    before: str
    revoked_ms: int | None
    brought: bool
    anchor: str
    unflagged: int = 0
    moves: tuple[Move, ...] = ()

    @property
    def sender(self) -> Sender:
        """The device as a judge knows it."""
        return Sender(self.id, self.counter, self.center, self.revoked_ms, self.moves)


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the journal, as it is judged."""

    seq: int
    head: str
    body: bytes
    received_ms: int
    boot: str
    mono_ms: int

    def circumstances(
        self,
        held: Held,
        ancestors: Mapping[str, Sender],
        surveys: Mapping[str, Survey],
        before: Sequence[Record] = (),
    ) -> Circumstances:
        """Return what a judge knows of it besides its bytes; `before` are the records right before it."""
        times = self.received_ms, self.boot, self.mono_ms
        told = None if self.seq <= held.unflagged else before
        return Circumstances(self.seq, held.sender, surveys, *times, ancestors, told)


class Projection(Months, Log):
    """The verbs of `Store` about what records mean."""

    def rating_count(self, device: str) -> int:
        """Say how many of a device's records are projected, counted or quarantined."""
        row = self.one(
            "select count(*) as n from rating where version = 0"
            " and device = (select no from device where id = :device)",
            device=device,
        )
        return 0 if row is None else int(row["n"])

    def quarantined(self) -> dict[str, int]:
        """Say how many records do not count, by reason."""
        rows = self.ask(
            "select quarantine, count(*) as n from rating_now where quarantine is not null"
            " group by quarantine order by quarantine"
        )
        return {row["quarantine"]: row["n"] for row in rows}

    def withheld_count(self, center: int | None = None) -> int:
        """Say how many ratings are withheld, of a center or of all."""
        of_one = "" if center is None else "and center = :center"
        row = self.one(WITHHELD_COUNT + of_one, center=center)
        return 0 if row is None else int(row["n"])

    def held(self, device: str) -> Held:
        """Return what the book knows of a device. Raises `LookupError`."""
        row = self.one(HELD + "where d.id = :id", id=device)
        if row is None:
            raise LookupError(device)
        return self._held(row)

    def all_held(self) -> list[Held]:
        """Return what the book knows of each device, by id."""
        return [self._held(row) for row in list(self.ask(HELD + "order by d.id"))]

    def _held(self, row: Row) -> Held:
        enrolment, is_moved = row.pop("enrolment").encode(), row.pop("is_moved")
        return Held(
            **{**row, "state": DeviceState(row["state"]), "brought": bool(row["brought"])},
            anchor=anchor(enrolment),
            moves=self._moves(row["no"]) if is_moved else (),
        )

    def _moves(self, no: int) -> tuple[Move, ...]:
        return tuple(Move(**row) for row in self.ask(MOVES, no=no))

    def ancestors(self, held: Held) -> dict[str, Sender]:
        """Return the earlier devices of the same kiosk, by id, as far as they came before it.

        One that a restored server takes in again later is none, so that no record means something else then.
        """
        found: dict[str, Sender] = {}
        before = held.before
        while before and before not in found and len(found) < ANCESTORS_MAX:
            row = self.one(HELD + "where d.id = :id and d.no < :no", id=before, no=held.no)
            if row is None:
                break
            each = self._held(row)
            found[before], before = each.sender, each.before
        return found

    def surveys(self) -> dict[str, Survey]:
        """Return every survey that the server knows, by its hash."""
        return {
            row["hash"]: decode_survey(bytes(row["raw"])) for row in self.ask("select hash, raw from survey")
        }

    def entries(self, no: int, seq: int | None = None) -> Iterator[Entry]:
        """Return a device's rows of the journal in order, or one of them."""
        if seq is None:
            rows = self.each(ENTRIES + "order by seq", no=no)
        else:
            rows = self.ask(ENTRIES + "and seq = :seq", no=no, seq=seq)
        for row in rows:
            yield Entry(**{**row, "head": bytes(row["head"]).hex(), "body": bytes(row["body"])})

    def judgement(self, held: Held, seq: int, *, pardoned: bool = False) -> Judgement:
        """Judge a record that is no copy once more, by what is known now. Raises `LookupError`."""
        entry = next(self.entries(held.no, seq), None)
        if entry is None:
            raise LookupError(f"{held.id} {seq}")
        ((_, before),) = in_turn([entry], self.bodies_before(held.no, seq))
        known = entry.circumstances(held, self.ancestors(held), self.surveys(), before)
        return judge(entry.body, known.pardoned() if pardoned else known)

    def bodies_before(self, no: int, seq: int) -> list[bytes]:
        """Return of the records right before one as many as can matter for it, the last one last."""
        if seq == 1:
            return []
        rows = self.ask(BODIES_BEFORE, no=no, seq=seq, most=BURST_COUNT)
        return [bytes(row["body"]) for row in rows][::-1]

    def project(self, no: int, judged: Mapping[int, Judgement]) -> set[int]:
        """Write what new records mean, and count those that count; returns the centers they count in."""
        tally = Tally()
        for each in judged.values():
            tally.count([each])
        self.write_many(RATING, [rating_row(no, seq, 0, each, 0) for seq, each in judged.items()])
        self.write_many(ANSWER, answer_rows(no, judged.items()))
        for stream in STREAMS:
            self.write_many(stream.sql(NEW_RATINGS), tally.rows(stream))  # none of them goes
        self._count_month(tally)
        return {center for days in tally.days.values() for center, _ in days}

    def count(self, tally: Tally) -> None:
        """Move the figures of each day."""
        for stream in STREAMS:
            for row in tally.rows(stream):  # a row of differences alone would break what the table insists on
                self.write(stream.sql(NO_DAY), center=row["center"], day=row["day"])
                self.write(stream.sql(DAY), **row)
        self._count_month(tally)

    def _count_month(self, tally: Tally) -> None:
        """Move what is told of months."""
        self.count_bundles(tally.came)
        for place, score in tally.went:
            self.uncount(place, score)
        self.count_hours(tally.hours)
        self.count_answers(tally.answers)

    def add_version(self, held: Held, seq: int, before: Judgement, after: Judgement, cause: int) -> None:
        """Write what a record means from now on, because of an audit event, and count the difference."""
        row = self.one(
            "select max(version) as version from rating where device = :no and seq = :seq",
            no=held.no,
            seq=seq,
        )
        version = 1 if row is None else int(row["version"]) + 1
        self.write_many(RATING, [rating_row(held.no, seq, version, after, cause)])
        self.write_many(ANSWER, answer_rows(held.no, [(seq, after)]))
        tally = Tally()
        tally.count([after], before)
        self.count(tally)
        self.release_center(after.sender.center, day_of(self.now_ms()))


def in_turn(entries: Iterable[Entry], before: Iterable[bytes] = ()) -> Iterator[tuple[Entry, list[Record]]]:
    """Return rows of a journal, each with the records right before it; `before`: those of the first one."""
    last = deque(map(_record, before), maxlen=BURST_COUNT)
    for entry in entries:
        yield entry, [each for each in last if each is not None]
        last.append(_record(entry.body))


def _record(body: bytes) -> Record | None:
    """Return the rating that a body holds or carries, whether or not it counts; None: nobody can read it."""
    try:
        return rating_of(decode_body(body))
    except (msgspec.ValidationError, msgspec.DecodeError):
        return None


def rating_row(no: int, seq: int, version: int, judged: Judgement, cause: int) -> Row:
    """Return the row that says what one record means."""
    record = judged.record
    center, day = place_of(judged)
    return {
        "device": no,
        "seq": seq,
        "version": version,
        "center": center,
        "counter": judged.sender.counter,
        "officer": "" if record is None else record.officer,
        "survey": "" if record is None else record.survey,
        "day": day,
        "score": judged.score,
        "lang": "" if record is None else record.lang,
        "flags": " ".join(judged.flags),
        "quarantine": judged.quarantine,
        "cause": cause,
    }


def answer_rows(no: int, judged: Iterable[tuple[int, Judgement]]) -> list[Row]:
    """Return the answers of the records that count."""
    return [
        {"device": no, "seq": seq, "question": question, "choice": choice}
        for seq, each in judged
        if each.record is not None and each.quarantine is None
        for question, answer in each.record.answers.items()
        for choice in (answer if isinstance(answer, list) else [answer])
    ]
