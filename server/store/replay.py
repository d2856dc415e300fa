"""The projection begun anew from journal, surveys and audit log, and compared with what is there."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from server.domain.audit import DECISIONS, Action, rating_subject
from server.domain.decisions import Cause, versions
from server.domain.intake import CARRIED_TWICE, Copy, Identity, Judgement, judge
from server.protocol.record import SEQ_MAX
from server.store.copies import Copies
from server.store.projection import ANSWER, RATING, answer_rows, in_turn, rating_row
from server.store.releases import STREAMS
from server.store.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from server.domain.audit import Event
    from server.domain.intake import Circumstances
    from server.protocol.survey import Survey
    from server.store.projection import Entry, Held
    from server.store.sql import Row

RATINGS = "select * from rating where device = :no order by seq, version"
ANSWERS = "select * from answer where device = :no order by seq"
DAYS = "select center, day, n1, n2, n3, n4, n5, less1, less2, less3, less4, less5 from {days}"
CAUSING = frozenset(action.value for action in DECISIONS) | {Action.ADD_SURVEY.value}
PROGRESS_EVERY = 10_000
"""After so many records something is said."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """A record of the journal, and what it means as far as nobody decided otherwise."""

    held: Held
    entry: Entry
    known: Circumstances
    judged: Judgement

    def versions(self, causes: Sequence[Cause]) -> list[Judgement]:
        """Return each version of the rating, by what caused it."""
        pardoned = judge(self.entry.body, self.known.pardoned()) if causes else self.judged
        return versions(self.judged, pardoned, causes)

    def rows(self, causes: Sequence[Cause]) -> tuple[list[Row], list[Row], list[Judgement]]:
        """Return the rows of the rating and of its answers, and its versions."""
        found = self.versions(causes)
        events = [0, *(each.event for each in causes)]
        no, seq = self.held.no, self.entry.seq
        ratings = [rating_row(no, seq, i, each, events[i]) for i, each in enumerate(found)]
        counted = [each for each in found if each.quarantine is None][:1]
        return ratings, answer_rows(no, [(seq, each) for each in counted]), found


class Replay(Copies):
    """What the projection has to be."""

    def meanings(
        self, held: Held, surveys: Mapping[str, Survey], first: Mapping[Identity, Copy]
    ) -> Iterator[Meaning]:
        """Judge a device's journal anew. `first` says of each rating that was carried which copy counts."""
        ancestors = self.ancestors(held)
        for entry, before in in_turn(self.entries(held.no)):
            known = entry.circumstances(held, ancestors, surveys, before)
            judged = judge(entry.body, known)
            identity = judged.carries or Identity(held.id, entry.seq, entry.head)
            here = Copy(entry.received_ms, held.id, entry.seq)
            yield Meaning(
                held, entry, known, judged if first.get(identity, here) == here else judged.as_copy()
            )

    def first_copies(self) -> dict[Identity, Copy]:
        """Return, of each rating that was ever carried, the copy that counts."""
        surveys = self.surveys()
        first: dict[Identity, Copy] = {}
        for held in self.all_held():
            ancestors = self.ancestors(held)
            for entry in self.entries(held.no) if ancestors else ():
                identity = judge(entry.body, entry.circumstances(held, ancestors, surveys)).carries
                if identity is not None:
                    here = Copy(entry.received_ms, held.id, entry.seq)
                    first[identity] = min(first.get(identity, here), here)
        for identity, copy in first.items():
            own = self.own_copy(identity)
            first[identity] = copy if own is None else min(own, copy)
        return first

    def decisions(self) -> dict[str, list[Cause]]:
        """Return what was decided about each rating, by its subject in the audit log."""
        found: dict[str, list[Cause]] = defaultdict(list)
        for each in self.audit_log():
            if each.event.action in {action.value for action in DECISIONS}:
                found[each.event.subject].append(Cause(each.event.id, Action(each.event.action)))
        return found

    def write_anew(self, progress: Callable[[int], None]) -> Tally:
        """Fill the empty tables of the projection; returns the figures of each day."""
        decided, tally, done = self.decisions(), Tally(), 0
        surveys, first = self.surveys(), self.first_copies()
        for held in self.all_held():
            brought = {}
            for each in self.meanings(held, surveys, first):
                causes = decided.get(rating_subject(held.id, each.entry.seq), [])
                ratings, answers, made = each.rows(causes)
                self.write_many(RATING, ratings)
                self.write_many(ANSWER, answers)
                tally.count(made)
                if each.judged.carries is not None:
                    brought[each.entry.seq] = each.judged
                done += 1
                if done % PROGRESS_EVERY == 0:
                    progress(done)
            self.claim(held.no, brought)
        progress(done)
        return tally

    def projection_faults(self) -> Iterator[str]:
        """Say where the projection is not what it has to be."""
        decided, tally = self.decisions(), Tally()
        events = {each.event.id: each.event for each in self.audit_log()}
        surveys, first = self.surveys(), self.first_copies()
        carried: set[tuple[str, int, str, int, int]] = set()
        for held in self.all_held():
            ratings = _Beside(self.each(RATINGS, no=held.no))
            answers = _Beside(self.each(ANSWERS, no=held.no))
            for each in self.meanings(held, surveys, first):
                seq = each.entry.seq
                name = f"rating {seq} of device {held.id[:8]}"
                here, wanted = ratings.of(seq), decided.pop(rating_subject(held.id, seq), [])
                causes, faults = _causes(here, events, wanted)
                should, replies, made = each.rows(causes)
                yield from (f"{name} {fault}" for fault in faults)
                if here != should:
                    yield f"{name} is not what its record means"
                if sorted(map(_row, answers.of(seq))) != sorted(map(_row, replies)):
                    yield f"the answers of {name} are not those of its record"
                tally.count(made)
                if each.judged.carries is not None and each.judged.quarantine != CARRIED_TWICE:
                    carried.add((*each.judged.carries, held.no, seq))
            for seq in (*ratings.others(), *answers.others()):
                yield f"rating {seq} of device {held.id[:8]} has no record"
        yield from (f"rating {each} was decided about, but is not here" for each in decided)
        yield from self._sums_faults(tally)
        if carried != set(self._carried()):
            yield "the list of carried ratings is not what their records say"

    def _sums_faults(self, tally: Tally) -> Iterator[str]:
        for stream in STREAMS:
            should = {(row["center"], row["day"]): row for row in tally.rows(stream)}
            for row in self.ask(stream.sql(DAYS)):
                place = {"center": row["center"], "day": row["day"]}
                if row != should.pop((row["center"], row["day"]), dict.fromkeys(row, 0) | place):
                    yield f"the figures of center {row['center']} are not the sums of its ratings"
            yield from (f"center {center} has ratings, but no figures" for center, _ in should)
        bundles, sums = tally.bundles(), self.bundle_sums()
        wrong = {place.center for place in {*bundles, *sums} if bundles.get(place) != sums.get(place)}
        yield from (f"the bundles of center {center} are not its ratings" for center in sorted(wrong))
        hours = {where: tuple(scores) for where, scores in tally.hours.items() if any(scores)}
        if hours != self.hour_sums():
            yield "the hours of the week are not those of the ratings"
        if {where: n for where, n in tally.answers.items() if n} != self.answer_sums():
            yield "the sums of answers are not those of the ratings"
        lost = self.one(
            "select count(*) as n from rating r left join device d on d.no = r.device where d.no is null"
        )
        if lost is not None and lost["n"]:
            yield f"{lost['n']} ratings are of no device"

    def _carried(self) -> Iterator[tuple[str, int, str, int, int]]:
        for row in self.ask(
            "select d.id, c.seq, c.head, c.by_device, c.by_seq from carried c"
            " left join device d on d.no = c.device"
        ):
            yield row["id"] or "", row["seq"], bytes(row["head"]).hex(), row["by_device"], row["by_seq"]


class _Beside:
    """Rows of one device, taken record by record in order; what no record asked for is left over."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._groups = groupby(rows, key=lambda row: int(row["seq"]))
        self._next = self._take()
        self._over: list[int] = []

    def of(self, seq: int) -> list[Row]:
        """Return the rows of a record."""
        while self._next is not None and self._next[0] < seq:
            self._over.append(self._next[0])
            self._next = self._take()
        if self._next is None or self._next[0] > seq:
            return []
        found, self._next = self._next[1], self._take()
        return found

    def others(self) -> list[int]:
        """Return the numbers that rows had, but no record."""
        self.of(SEQ_MAX + 1)
        return self._over

    def _take(self) -> tuple[int, list[Row]] | None:
        found = next(self._groups, None)
        return None if found is None else (found[0], list(found[1]))


def _causes(
    here: Sequence[Row], events: Mapping[int, Event], wanted: list[Cause]
) -> tuple[list[Cause], list[str]]:
    """Return what caused the versions that are here, and what is wrong with that."""
    causes, faults = [], []
    for row in here[1:]:
        event = events.get(row["cause"])
        if event is None or event.action not in CAUSING:
            faults.append("has a version that no event explains")
            continue
        causes.append(Cause(event.id, Action(event.action)))
        if event.action == Action.ADD_SURVEY.value and event.subject != row["survey"]:
            faults.append("has a version that another survey explains")
    if [cause for cause in causes if cause.action in DECISIONS] != wanted:
        return wanted, [*faults, "is not what was decided about it"]
    return causes, faults


def _row(row: Row) -> tuple[tuple[str, object], ...]:
    return tuple(sorted(row.items()))
