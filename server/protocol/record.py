"""A rating as bytes, and the chain that makes a missing rating visible.

A record's *body* is made once, on the kiosk, and nobody ever serialises it
again: it is stored, sent, hashed and kept as those bytes. *Asides* (a comment's
text, a dossier's fingerprint) travel beside the body, which holds only a
commitment to each, so that an aside can be deleted later and the chain stays
whole.

The chain: `head_n = SHA-256(head_(n-1) || SHA-256(body_n))`, and `head_0` is the
SHA-256 of the enrolment. Whoever verifies needs hashes only, never bodies.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
from msgspec import Meta, Struct

if TYPE_CHECKING:
    from collections.abc import Iterable

RECORD_BYTES_MAX = 8 * 1024
"""A sealed record with its asides, in bytes."""

SEQ_MAX = 2**53 - 1
"""The largest sequence number that every JSON reader keeps exact."""

Hash = Annotated[str, Meta(pattern="^[0-9a-f]{64}$", max_length=64)]
# the lengths, too: in a pattern `$` also stands before a last newline
Seq = Annotated[int, Meta(ge=1, le=SEQ_MAX)]
Millis = Annotated[int, Meta(ge=0, le=SEQ_MAX)]
Boot = Annotated[str, Meta(pattern="^[0-9a-f]{8}$", max_length=8)]
ShortText = Annotated[str, Meta(max_length=64)]
QuestionId = Annotated[str, Meta(pattern="^[a-z][a-z0-9_]{0,31}$", max_length=32)]
OptionNumber = Annotated[int, Meta(ge=0, le=100)]
Answer = OptionNumber | Annotated[list[OptionNumber], Meta(max_length=10)]
"""A score, a small number, or the numbers of the chosen options."""

Flag = Annotated[str, Meta(pattern="^[a-z]{1,16}(:[0-9]{1,9})?$", max_length=26)]
"""A fact about how a rating was made: `repeat`, `took:31`."""

AsideKind = Literal["comment", "dossier"]


class Aside(Struct, frozen=True, forbid_unknown_fields=True):
    """Text that travels next to a record and can be deleted without breaking its chain.

    `salt` is 16 random bytes in hex, so that a commitment says nothing about a short text.
    """

    kind: AsideKind
    salt: Annotated[str, Meta(pattern="^[0-9a-f]{32}$", max_length=32)]
    text: Annotated[str, Meta(max_length=4000)]

    def commitment(self) -> str:
        """Return what the body holds of this aside: `SHA-256(salt || text)` in hex."""
        return hashlib.sha256(bytes.fromhex(self.salt) + self.text.encode()).hexdigest()


class Record(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """One rating, as the body spells it. The order of the fields is the order of the bytes.

    `made_at` is the kiosk's own clock (UTC, whole seconds) and may be wrong; `boot` and `mono_ms`
    (milliseconds since that boot) let the server recover the true time. `salt` is 64 random bits,
    so that the hash of a body says nothing about its answers.
    """

    v: Literal[1]
    seq: Seq
    survey: Annotated[str, Meta(pattern="^[0-9a-f]{12}$", max_length=12)]
    counter: ShortText
    officer: ShortText = ""
    lang: Annotated[str, Meta(pattern="^[a-z]{2,3}$", max_length=3)]
    made_at: Annotated[str, Meta(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$", max_length=20)]
    boot: Boot
    mono_ms: Millis
    clock_ok: bool = True
    answers: Annotated[dict[QuestionId, Answer], Meta(max_length=30)]
    procedure: ShortText = ""
    asides: dict[AsideKind, Hash] = msgspec.field(default_factory=dict)
    flags: Annotated[list[Flag], Meta(max_length=10)] = msgspec.field(default_factory=list)
    salt: Annotated[str, Meta(pattern="^[0-9a-f]{16}$", max_length=16)]


class Carried(Struct, frozen=True, forbid_unknown_fields=True):
    """A record of an earlier device of this kiosk, as it was made there, on its way home in a new chain.

    `(device, seq, head)` is its identity: however often and by whomever it is carried, it counts once.
    """

    device: Annotated[str, Meta(pattern="^[0-9a-f]{32}$", max_length=32)]
    seq: Seq
    head: Hash
    body: Annotated[str, Meta(max_length=RECORD_BYTES_MAX)]


class CarriedRecord(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """A body that holds no rating of its own but carries one. Its asides are those of what it carries.

    `lost` names those that a damaged disk could not give back.
    """

    v: Literal[1]
    seq: Seq
    carried: Carried
    lost: Annotated[list[AsideKind], Meta(max_length=2)] = msgspec.field(default_factory=list)
    salt: Annotated[str, Meta(pattern="^[0-9a-f]{16}$", max_length=16)]


def encode_record(record: Record | CarriedRecord) -> bytes:
    """Make the body. Done once in the life of a rating, on the kiosk."""
    return msgspec.json.encode(record)


def decode_record(body: bytes) -> Record:
    """Read a body. Raises `msgspec.ValidationError` or `msgspec.DecodeError` for what is no record."""
    try:
        return msgspec.json.decode(body, type=Record)
    except UnicodeDecodeError as error:
        raise msgspec.DecodeError("not UTF-8") from error


def decode_body(body: bytes) -> Record | CarriedRecord:
    """Read a body of either kind. Raises what `decode_record` raises."""
    try:
        return decode_record(body)
    except msgspec.ValidationError:
        try:
            return msgspec.json.decode(body, type=CarriedRecord)
        except msgspec.DecodeError:
            pass
        raise


def rating_of(record: Record | CarriedRecord) -> Record:
    """Return the rating that a body holds or carries. Raises what `decode_record` raises."""
    return decode_record(record.carried.body.encode()) if isinstance(record, CarriedRecord) else record


def named_asides(body: bytes) -> dict[AsideKind, str]:
    """Return what a body, or the one that it carries, holds of each aside; nothing if nobody can read it."""
    try:
        return rating_of(decode_body(body)).asides
    except (msgspec.ValidationError, msgspec.DecodeError):
        return {}


def missing_asides(record: Record | CarriedRecord, asides: Iterable[Aside]) -> set[str]:
    """Say which kinds of aside the body and what travels beside it do not agree on, or that came twice.

    Raises what `decode_record` raises for what cannot be read inside.
    """
    lost = record.lost if isinstance(record, CarriedRecord) else []
    named = {kind: named for kind, named in rating_of(record).asides.items() if kind not in lost}
    beside: dict[AsideKind, str | None] = {}
    for aside in asides:
        beside[aside.kind] = None if aside.kind in beside else aside.commitment()
    return {kind for kind in {*named, *beside} if named.get(kind) != beside.get(kind)}


def anchor(enrolment: bytes) -> str:
    """Return `head_0`, where a device's chain begins: the hash of its signed enrolment, in hex."""
    return hashlib.sha256(enrolment).hexdigest()


def next_head(head: str, body: bytes) -> str:
    """Return the head of the chain after one more body, in hex."""
    return hashlib.sha256(bytes.fromhex(head) + hashlib.sha256(body).digest()).hexdigest()


def heads(head: str, bodies: Iterable[bytes]) -> list[str]:
    """Return the head after each of the bodies, in order."""
    found: list[str] = []
    for body in bodies:
        head = next_head(head, body)
        found.append(head)
    return found
