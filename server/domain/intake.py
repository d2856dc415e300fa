"""Judge a record: it counts, or it is quarantined with a reason.

The journal takes bytes; this decides what they mean. Nothing is ever refused
for its content: a record that cannot count is kept all the same, so that one bad record
never blocks a queue.

A record that a later device of the same kiosk carries is judged as if its own device had sent it. Of one
rating that came more than once, the copy that was received first counts (see `Copy`).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from server.domain.quality import suspicions
from server.protocol.record import CarriedRecord, Record, decode_body, decode_record, encode_record
from server.protocol.survey import WrongAnswer, procedure_of, validate

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from server.domain.quality import Suspicion
    from server.protocol.survey import Survey

FIRST_DAY_MS = int(datetime(2025, 7, 1, tzinfo=UTC).timestamp() * 1000)
"""The centers exist since 1 July 2025; a clock that says earlier is wrong."""

UNKNOWN_SURVEY = "unknown_survey"
REVOKED = "revoked"
CARRIED = "carried"
"""The device's own copy of a rating that a later device brought first."""
CARRIED_TWICE = "carried_twice"
"""A carried copy of a rating that is here already."""
DAY_UNSURE = "day_unsure"
"""The flag of a rating whose moment nobody can tell: it counts on the day on which it was received."""


class Identity(NamedTuple):
    """Which rating it is, by whomever it is brought: its device, its number, its head."""

    device: str
    seq: int
    head: str


class Copy(NamedTuple):
    """One arrival of a rating. Of all copies of an `Identity` the least one counts."""

    received_ms: int
    device: str
    seq: int


class Move(NamedTuple):
    """Where a device stands from a moment on: what is received from then on (UTC milliseconds)."""

    since_ms: int
    counter: str
    center: int


@dataclass(frozen=True, slots=True)
class Sender:
    """A device, where it stands, and from when on (UTC milliseconds) its records count no more.

    `counter` is where it was enrolled; `moves`, the oldest first, are where it went later. Ratings that it
    made before a move and brings after it name the counter they were given at, and count there.
    """

    device: str
    counter: str
    center: int
    revoked_ms: int | None = None
    moves: tuple[Move, ...] = ()

    @property
    def settled_ms(self) -> int:
        """From when on all that was decided about it holds for what is received."""
        return max(self.revoked_ms or 0, self.moves[-1].since_ms if self.moves else 0)

    def at(self, received_ms: int) -> Sender:
        """Return it as it stood when something was received."""
        known = [move for move in self.moves if move.since_ms <= received_ms]
        return replace(self, counter=known[-1].counter, center=known[-1].center) if known else self

    def at_counter(self, counter: str, received_ms: int) -> Sender | None:
        """Return it as it stood at a counter, if it had by the time something was received."""
        if counter == self.counter:
            return self
        known = (move for move in self.moves if move.since_ms <= received_ms)
        found = next((move for move in known if move.counter == counter), None)
        return None if found is None else replace(self, counter=counter, center=found.center)


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What the server knows about a record besides its bytes.

    `surveys` holds every survey the server knows by its hash, `ancestors` the earlier devices of the same
    kiosk by their id. The times are those of the batch the record came in: `received_ms` is the server's
    clock (UTC), `boot` and `mono_ms` the kiosk's own. `before` are the records right before it in its
    journal, as `server.domain.quality.suspicions` wants them; None: it came before anything was flagged.
    """

    seq: int
    sender: Sender
    surveys: Mapping[str, Survey]
    received_ms: int
    boot: str
    mono_ms: int
    ancestors: Mapping[str, Sender] = field(default_factory=dict)
    before: Sequence[Record] | None = ()

    def pardoned(self) -> Circumstances:
        """Return the same as if no device had been revoked."""
        kept = {name: replace(each, revoked_ms=None) for name, each in self.ancestors.items()}
        return replace(self, sender=replace(self.sender, revoked_ms=None), ancestors=kept)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a record is worth. `quarantine` says why it does not count; None: it counts.

    `sender` is the device whose rating it is. `carries` names it if another device brought it. Not
    `is_timed`: nobody can tell when it was made, and `made_ms` is when it was received. `suspicions`: why it
    may be none though it counts; the headline does without it then.
    """

    made_ms: int
    sender: Sender
    record: Record | None = None
    score: int | None = None
    quarantine: str | None = None
    carries: Identity | None = None
    is_timed: bool = True
    suspicions: tuple[Suspicion, ...] = ()

    @property
    def flags(self) -> tuple[str, ...]:
        """What the kiosk says of the circumstances of its rating, and what the server says of them."""
        told = () if self.record is None else tuple(self.record.flags)
        unsure = () if self.is_timed else (DAY_UNSURE,)
        return (*told, *unsure, *(each.value for each in self.suspicions))

    def quarantined(self, reason: str) -> Judgement:
        """Return the judgement that the same record does not count."""
        return replace(self, score=None, quarantine=reason, suspicions=())

    def as_copy(self) -> Judgement:
        """Return the judgement of what is here already by another copy."""
        return self.quarantined(CARRIED if self.carries is None else CARRIED_TWICE)


def judge(body: bytes, known: Circumstances) -> Judgement:
    """Say what a record means, whatever its bytes are. Never raises for what they say."""
    try:
        record = decode_body(body)
    except (msgspec.ValidationError, msgspec.DecodeError):
        return Judgement(known.received_ms, known.sender.at(known.received_ms), quarantine="unreadable")
    if isinstance(record, CarriedRecord):
        return _judge_carried(record, body, known)
    return _judge_own(record, body, known)


def true_time(record: Record, known: Circumstances) -> int | None:
    """Return when a rating was made, in UTC milliseconds; None: nobody can tell.

    From the kiosk's monotonic clock if the batch came in the same boot; else the kiosk's own
    time, unless it is later than the receipt, or before this system existed.
    """
    if record.boot == known.boot and record.mono_ms <= known.mono_ms:
        made_ms = known.received_ms - (known.mono_ms - record.mono_ms)
        if made_ms >= FIRST_DAY_MS:
            return made_ms
    if not record.clock_ok:
        return None
    try:
        made = datetime.strptime(record.made_at, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:  # the 30th of February
        return None
    made_ms = int(made.timestamp() * 1000)
    return made_ms if FIRST_DAY_MS <= made_ms <= known.received_ms else None


def _judge_own(record: Record, body: bytes, known: Circumstances) -> Judgement:
    true_ms = true_time(record, known)
    made_ms, is_timed = (known.received_ms, False) if true_ms is None else (true_ms, True)
    named = known.sender.at_counter(record.counter, known.received_ms)
    reason = _reason(record, body, known)
    sender = named or known.sender.at(known.received_ms)
    if reason is not None:
        return Judgement(made_ms, sender, record, quarantine=reason, is_timed=is_timed)
    survey = known.surveys[record.survey]
    score = record.answers[survey.main.id]
    counted = score if isinstance(score, int) else None
    found = () if known.before is None else suspicions(record, survey, known.before)
    return Judgement(made_ms, sender, record, counted, is_timed=is_timed, suspicions=found)


def _judge_carried(outer: CarriedRecord, body: bytes, known: Circumstances) -> Judgement:
    """Judge what a device brings home for an earlier one; only its own earlier ones are believed."""
    refused = Judgement(known.received_ms, known.sender.at(known.received_ms))
    if encode_record(outer) != body:
        return refused.quarantined("not_canonical")
    if _is_revoked(known):
        return refused.quarantined(REVOKED)
    if outer.seq != known.seq:
        return refused.quarantined("wrong_seq")
    inner = outer.carried
    sender = known.ancestors.get(inner.device)
    if sender is None:
        return refused.quarantined("not_ours")
    identity = Identity(inner.device, inner.seq, inner.head)
    there = replace(known, seq=inner.seq, sender=sender)
    try:
        record = decode_record(inner.body.encode())
    except (msgspec.ValidationError, msgspec.DecodeError):
        stood = sender.at(known.received_ms)
        return Judgement(known.received_ms, stood, quarantine="unreadable", carries=identity)
    return replace(_judge_own(record, inner.body.encode(), there), carries=identity)


def _is_revoked(known: Circumstances) -> bool:
    return known.sender.revoked_ms is not None and known.received_ms >= known.sender.revoked_ms


def _reason(record: Record, body: bytes, known: Circumstances) -> str | None:
    """Return why a readable record does not count, if it does not."""
    if encode_record(record) != body:  # a key twice, or other spellings: two readers could read it two ways
        return "not_canonical"
    if _is_revoked(known):
        return REVOKED
    if record.seq != known.seq:
        return "wrong_seq"
    if known.sender.at_counter(record.counter, known.received_ms) is None:
        return "wrong_counter"
    survey = known.surveys.get(record.survey)
    if survey is None:
        return UNKNOWN_SURVEY
    try:
        validate(survey, record.answers)
    except WrongAnswer as wrong:
        return f"wrong_answer:{wrong.pointer}"
    return None if record.procedure == procedure_of(survey, record.answers) else "wrong_procedure"
