"""Judge a record: it counts, or it is quarantined with a reason.

The journal takes bytes; this decides what they mean. Nothing is ever refused
for its content: a record that cannot count is kept all the same, so that one bad record
never blocks a queue.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec

from server.domain.places import DeviceState
from server.protocol.record import Record, decode_record, encode_record
from server.protocol.survey import Survey, WrongAnswer, procedure_of, validate

if TYPE_CHECKING:
    from collections.abc import Mapping

FIRST_DAY_MS = int(datetime(2025, 7, 1, tzinfo=UTC).timestamp() * 1000)
"""The centers exist since 1 July 2025; a clock that says earlier is wrong."""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What the server knows about a record besides its bytes.

    `surveys` holds every survey the server knows by its hash. The times are those of the batch the
    record came in: `received_ms` is the server's clock (UTC), `boot` and `mono_ms` the kiosk's own.
    """

    seq: int
    counter: str
    state: DeviceState
    surveys: Mapping[str, Survey]
    received_ms: int
    boot: str
    mono_ms: int


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a record is worth. `quarantine` says why it does not count; None: it counts."""

    made_ms: int
    record: Record | None = None
    score: int | None = None
    quarantine: str | None = None


def judge(body: bytes, known: Circumstances) -> Judgement:
    """Say what a record means, whatever its bytes are. Never raises for what they say."""
    try:
        record = decode_record(body)
    except (msgspec.ValidationError, msgspec.DecodeError):
        return Judgement(known.received_ms, quarantine="unreadable")
    made_ms = true_time(record, known)
    reason = _reason(record, body, known)
    if reason is not None:
        return Judgement(made_ms, record, quarantine=reason)
    score = record.answers[known.surveys[record.survey].main.id]
    return Judgement(made_ms, record, score if isinstance(score, int) else None)


def true_time(record: Record, known: Circumstances) -> int:
    """Return when a rating was made, in UTC milliseconds.

    From the kiosk's monotonic clock if the batch came in the same boot; else the kiosk's own
    time, but never later than it was received, and never before this system existed.
    """
    if record.boot == known.boot and record.mono_ms <= known.mono_ms:
        made_ms = known.received_ms - (known.mono_ms - record.mono_ms)
        if made_ms >= FIRST_DAY_MS:
            return made_ms
    if not record.clock_ok:
        return known.received_ms
    try:
        made = datetime.strptime(record.made_at, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:  # the 30th of February
        return known.received_ms
    made_ms = int(made.timestamp() * 1000)
    return made_ms if FIRST_DAY_MS <= made_ms <= known.received_ms else known.received_ms


def _reason(record: Record, body: bytes, known: Circumstances) -> str | None:
    """Return why a readable record does not count, if it does not."""
    if encode_record(record) != body:  # a key twice, or other spellings: two readers could read it two ways
        return "not_canonical"
    if known.state is DeviceState.REVOKED:
        return "revoked"
    if record.seq != known.seq:
        return "wrong_seq"
    if record.counter != known.counter:
        return "wrong_counter"
    survey = known.surveys.get(record.survey)
    if survey is None:
        return "unknown_survey"
    try:
        validate(survey, record.answers)
    except WrongAnswer as wrong:
        return f"wrong_answer:{wrong.pointer}"
    return None if record.procedure == procedure_of(survey, record.answers) else "wrong_procedure"
