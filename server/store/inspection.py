"""What only the database itself can tell: asides, surveys, releases, the projection, in SQL."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

import msgspec

from server.domain.audit import Action, aside_subject
from server.domain.disclosure import add
from server.errors import CommandError
from server.protocol.record import Aside, CarriedRecord, decode_body, rating_of
from server.protocol.survey import decode_survey, survey_hash
from server.store.fleet import Fleet
from server.store.projection import NO_DAY
from server.store.releases import STREAMS
from server.store.replay import Replay
from server.store.schema import PROJECTION, PROJECTION_FROZEN, frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from server.domain.disclosure import Scores
    from server.store.releases import Stream
    from server.store.sql import Row

MEANT = """
select device, seq, center, counter, officer, survey, day, score, lang, flags, quarantine from {table}
"""
ANEW = """
update {days} set n1 = :n1, n2 = :n2, n3 = :n3, n4 = :n4, n5 = :n5, less1 = :less1, less2 = :less2,
  less3 = :less3, less4 = :less4, less5 = :less5
where center = :center and day = :day
"""


class Inspection(Replay, Fleet):
    """The verbs of `Store` about what must be so."""

    def faults(self) -> Iterator[str]:
        """Say what is wrong in the database beyond what hashes show."""
        yield from self.damage()
        broken = list(self._survey_faults())
        yield from broken
        yield from self._aside_faults()
        for stream in STREAMS:
            yield from self._release_faults(stream)
        yield from self.month_faults()
        yield from self.move_faults()
        if not broken:
            yield from self.projection_faults()

    def rebuild(self, progress: Callable[[int], None]) -> int:
        """Make the projection anew, in the open transaction; returns how many rows are other ones now.

        `progress` is told how many records are done. Releases stay. Raises `CommandError` if more was
        released than there is.
        """
        before = {
            name: set(map(_values, self.each(sql)))
            for name, sql in (
                ("rating", MEANT.format(table="rating_now")),
                ("answer", "select * from answer"),
            )
        }
        figures = {stream: self._figures(stream) for stream in STREAMS}
        for table in ("rating_now", "answer", "carried", "rating"):
            self.define(f"drop {'view' if table == 'rating_now' else 'table'} {table};\n")
        self.define(PROJECTION, frozen(*PROJECTION_FROZEN))
        tally = self.write_anew(progress)
        for stream in STREAMS:
            self._sum_anew(stream, tally.rows(stream), figures[stream])
        bundles = self.count_anew(tally.bundles()) + self.count_habits_anew(tally.hours, tally.answers)
        after = {
            "rating": set(map(_values, self.each(MEANT.format(table="rating_now")))),
            "answer": set(map(_values, self.each("select * from answer"))),
        }
        moved = sum(len(before[name] ^ after[name]) for name in after)
        for stream, old in figures.items():
            now = self._figures(stream)
            moved += sum(old.get(key) != now.get(key) for key in {*old, *now})
        return moved + bundles

    def _sum_anew(self, stream: Stream, rows: Iterable[Row], figures: Mapping[tuple[int, int], Row]) -> None:
        """Let the sums of a stream be these; what was released stays."""
        should = {(row["center"], row["day"]): row for row in rows}
        nothing = {f"{name}{i}": 0 for name in ("n", "less") for i in range(1, 6)}
        for center, day in figures:
            row = should.get((center, day), {"center": center, "day": day, **nothing})
            old = figures[center, day]
            if any(
                old[f"shown{i}"] > row[f"n{i}"] or old[f"taken{i}"] > row[f"less{i}"] for i in range(1, 6)
            ):
                raise CommandError(f"more was released for center {center} than its records tell of")
            self.write(stream.sql(ANEW), **row)
        for row in should.values():
            self.write(stream.sql(NO_DAY), center=row["center"], day=row["day"])
            self.write(stream.sql(ANEW), **row)

    def _figures(self, stream: Stream) -> dict[tuple[int, int], Row]:
        return {(row["center"], row["day"]): row for row in self.ask(stream.sql("select * from {days}"))}

    def _survey_faults(self) -> Iterator[str]:
        for row in self.ask("select hash, raw from survey"):
            if survey_hash(bytes(row["raw"])) != row["hash"]:
                yield f"survey {row['hash']} is not the one that was asked"
                continue
            try:
                decode_survey(bytes(row["raw"]))
            except (msgspec.ValidationError, msgspec.DecodeError):
                yield f"survey {row['hash']} cannot be read"
            if not self.events(Action.ADD_SURVEY, row["hash"]):
                yield f"the audit log does not know how survey {row['hash']} came"

    def _aside_faults(self) -> Iterator[str]:
        """Say which asides are not those that their records name, or are gone without a word."""
        forgotten = {each.subject for each in self.events(Action.FORGET_ASIDE)}
        for held in self.all_held():
            rows = self.ask("select seq, kind, salt, words from aside where device = :no", no=held.no)
            here = {(row["seq"], row["kind"]): row for row in rows}
            for entry in self.entries(held.no):
                try:
                    record = decode_body(entry.body)
                    named = rating_of(record).asides
                except (msgspec.ValidationError, msgspec.DecodeError):
                    continue
                for kind, commitment in named.items():
                    row = here.pop((entry.seq, kind), None)
                    subjects = {aside_subject(held.id, entry.seq, kind)}
                    lost = isinstance(record, CarriedRecord) and kind in record.lost
                    if isinstance(record, CarriedRecord):
                        subjects.add(aside_subject(record.carried.device, record.carried.seq, kind))
                    if fault := _aside_fault(row, commitment, gone=lost or bool(subjects & forgotten)):
                        yield f"the {kind} of rating {entry.seq} of device {held.id[:8]} {fault}"
            yield from (f"rating {seq} of device {held.id[:8]} named no {kind}" for seq, kind in here)

    def _release_faults(self, stream: Stream) -> Iterator[str]:
        """Say where what was published of a stream is not what the figures of its days say was."""
        days: dict[int, list[Row]] = {}
        for row in self.ask(stream.sql("select * from {days} order by center, day")):
            days.setdefault(row["center"], []).append(row)
        published: dict[tuple[int, bool], list[Row]] = {}
        for row in self.ask(stream.sql("select * from {releases} order by center, first_day, last_day")):
            published.setdefault((row["center"], sum(_scores(row, "n")) < 0), []).append(row)
        for center in sorted({*days, *(center for center, _ in published)}):
            for correcting, name in ((False, "shown"), (True, "taken")):
                told = published.get((center, correcting), [])
                if not _agree(told, days.get(center, []), name, -1 if correcting else 1):
                    yield f"what was released for center {center} is not what its figures say"


def _agree(told: list[Row], days: list[Row], name: str, sign: int) -> bool:
    """Say whether releases that overlap add up to what their days have; other days have nothing."""
    left = {row["day"]: _scores(row, name) for row in days}
    coming = deque(told)
    while coming:
        first, last, parts = coming[0]["first_day"], coming[0]["last_day"], []
        while coming and coming[0]["first_day"] <= last:  # in order, so these are all that overlap
            each = coming.popleft()
            parts.append([sign * n for n in _scores(each, "n")])
            last = max(last, each["last_day"])
        within = [left.pop(day) for day in list(left) if first <= day <= last]
        if [sum(column) for column in zip(*parts, strict=True)] != list(add(*within)):
            return False
    return not any(any(scores) for scores in left.values())


def _aside_fault(row: Row | None, commitment: str, *, gone: bool) -> str:
    """Say what is wrong with an aside that a record names."""
    if row is None:
        return "" if gone else "is missing"
    if gone:
        return "was forgotten or lost, but is here"
    return "" if _commitment(row) == commitment else "is not the one that came with it"


def _commitment(row: Row) -> str:
    try:
        return Aside(row["kind"], row["salt"], row["words"]).commitment()
    except ValueError:
        return ""


def _values(row: Row) -> tuple[object, ...]:
    return tuple(row.values())


def _scores(row: Row, name: str) -> Scores:
    return row[f"{name}1"], row[f"{name}2"], row[f"{name}3"], row[f"{name}4"], row[f"{name}5"]
