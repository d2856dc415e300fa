"""What travels between kiosk and server, and the limits on it.

Envelopes are strict: an unknown field refuses the message. What the server says
and a kiosk must be able to believe is `Signed`: the exact text, and the
signature over it within its context. A 200 from a captive portal is no answer.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Annotated, Final, Literal, TypeVar

import msgspec
from msgspec import Meta, Struct

from server.protocol import keys
from server.protocol.checkpoint import Checkpoint
from server.protocol.hours import Hours
from server.protocol.record import SEQ_MAX, Aside, Boot, Hash, Millis, ShortText
from server.protocol.survey import Survey, Words

if TYPE_CHECKING:
    from collections.abc import Iterator

PROTOCOL_VERSION: Final = 1
BATCH_RECORDS_MAX = 500
"""Records that a server takes in one batch; a kiosk sends at most 100."""
BATCH_BYTES_MAX = 1_000_000
"""A batch, in bytes after inflating."""
WANT_MAX = 8
"""Surveys that a receipt asks for at once."""
ANCESTORS_MAX = 100
"""How many successions of one kiosk are followed back."""
PHOTO_BYTES_MAX = 60_000
"""An officer's photo, in bytes: a face of 300 pixels is well under it."""
CODE_CHARS = 8
CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base32: no I, L, O or U to be misread."""

SIGNATURE_HEADER = "Nucuoi-Signature"
DEVICE_HEADER = "Nucuoi-Device"
NONCE_HEADER = "Nucuoi-Nonce"
PROBLEM_TYPE = "application/problem+json"

Device = Annotated[str, Meta(pattern="^[0-9a-f]{32}$", max_length=32)]
Nonce = Annotated[str, Meta(pattern="^[0-9a-f]{32}$", max_length=32)]
PublicKey = Annotated[str, Meta(pattern="^[0-9a-f]{64}$", max_length=64)]
Count = Annotated[int, Meta(ge=0, le=SEQ_MAX)]
SurveyHash = Annotated[str, Meta(pattern="^[0-9a-f]{12}$", max_length=12)]
Moment = Annotated[str, Meta(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$", max_length=20)]
Payload = TypeVar("Payload", bound=Struct)


class Strict(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """A message: immutable, and refused when it holds a field that it should not."""


class Signed(Strict, frozen=True, kw_only=True):
    """Exact text, signed by the server within the context of its kind."""

    payload: str
    signature: str


class Health(Strict, frozen=True, kw_only=True):
    """How a kiosk is. Counts only if `mono_ms` of its batch rises within a boot."""

    software: ShortText
    queued: Count
    clock_ok: bool = True
    free_mb: Count = 0
    stuck: ShortText = ""


class Sent(Strict, frozen=True, kw_only=True):
    """One record on its way: the exact text of its body, and its asides beside it."""

    body: Annotated[str, Meta(max_length=8192)]
    asides: Annotated[list[Aside], Meta(max_length=4)] = msgspec.field(default_factory=list)


class Batch(Strict, frozen=True, kw_only=True):
    """Records in the order of the chain, after record `after`. No records: a heartbeat.

    `head` is the chain's head after the last of them; the device's signature covers it and with
    it every record there ever was. `witness` is the hash of the newest checkpoint that the kiosk keeps:
    a server that does not know it has gone back. `told` is a config that the server wanted back.
    """

    v: Literal[1]
    device: Device
    after: Count
    records: Annotated[list[Sent], Meta(max_length=BATCH_RECORDS_MAX)]
    head: Hash
    boot: Boot
    mono_ms: Millis
    sent_at: Moment
    nonce: Nonce
    health: Health
    witness: Annotated[str, Meta(pattern="^([0-9a-f]{64})?$", max_length=64)] = ""
    told: Signed | None = None

    @property
    def last(self) -> int:
        """The sequence number that `head` belongs to."""
        return self.after + len(self.records)


class Receipt(Strict, frozen=True, kw_only=True):
    """The server has records 1 to `through` of this device on its disk, and their head is `head`.

    `through` may go down: a server restored from a backup says so, and the kiosk sends again.
    `checkpoint` is the newest one, to be kept. `want` names surveys that the server does not know: the
    kiosk returns the configs they came in, as they were signed.
    """

    device: Device
    through: Count
    head: Hash
    nonce: Nonce
    received_at: Moment
    checkpoint: Signed | None = None
    want: Annotated[list[SurveyHash], Meta(max_length=WANT_MAX)] = msgspec.field(default_factory=list)


class EnrolmentRequest(Strict, frozen=True, kw_only=True):
    """A kiosk asks to belong to the counter that a one-time code was made for."""

    v: Literal[1]
    code: Annotated[str, Meta(min_length=1, max_length=16)]
    public_key: PublicKey
    software: ShortText


class SuccessionRequest(Strict, frozen=True, kw_only=True):
    """A device names its successor, without a code: what it could not send goes home in a new chain.

    `enrolment` is the device's own, as the server signed it; a server that has forgotten the device takes
    it in again. `ancestors` are the enrolments of its own earlier devices, the newest first: such a server
    has forgotten them too, and ratings of theirs may be on their way. Signed by the old key. The same
    request gets the same answer.
    """

    v: Literal[1]
    device: Device
    enrolment: Signed
    public_key: PublicKey
    reason: Literal["fork", "damaged", "went_back", "pruned", "new_key"]
    software: ShortText
    nonce: Nonce
    ancestors: Annotated[list[Signed], Meta(max_length=ANCESTORS_MAX)] = msgspec.field(default_factory=list)


class ReadmissionRequest(Strict, frozen=True, kw_only=True):
    """A device that the server has forgotten (restored from a backup) presents its signed enrolment.

    `ancestors` are those of its earlier devices, the newest first; see `SuccessionRequest`.
    """

    v: Literal[1]
    device: Device
    enrolment: Signed
    nonce: Nonce
    ancestors: Annotated[list[Signed], Meta(max_length=ANCESTORS_MAX)] = msgspec.field(default_factory=list)


class Enrolment(Strict, frozen=True, kw_only=True):
    """Who a device is, for good. Its hash is where the device's chain begins.

    `before` is the device that named this one its successor, if one did.
    """

    v: Literal[1]
    device: Device
    public_key: PublicKey
    counter: ShortText
    server_key: PublicKey
    enrolled_at: Moment
    before: Annotated[str, Meta(pattern="^([0-9a-f]{32})?$", max_length=32)] = ""


class Enrolled(Strict, frozen=True, kw_only=True):
    """The answer to whoever is admitted: with a code, as a successor, or again."""

    enrolment: Signed
    config: Signed
    server_key: PublicKey


class Place(Strict, frozen=True, kw_only=True):
    """What a kiosk shows of where it stands."""

    id: ShortText
    name: Annotated[str, Meta(max_length=120)]


class Officer(Strict, frozen=True, kw_only=True):
    """The person on duty, as the citizen sees them. `photo` is a JPEG or PNG, or nothing."""

    id: ShortText
    name: Annotated[str, Meta(max_length=120)]
    title: Annotated[str, Meta(max_length=120)] = ""
    photo: Annotated[bytes, Meta(max_length=PHOTO_BYTES_MAX)] = b""


class Notice(Strict, frozen=True, kw_only=True):
    """What citizens said, and what the center did about it."""

    said: Words
    did: Words


class Thresholds(Strict, frozen=True, kw_only=True):
    """The times of a visit, in seconds.

    `silence_s` without a touch hides the answers and asks whether anybody is there, for `grace_s`.
    An idle screen shows a notice after `notice_after_s` without a touch, each for `notice_s`.
    """

    thanks_s: Annotated[float, Meta(gt=0, le=60)] = 5.0
    repeat_s: Annotated[float, Meta(ge=0, le=600)] = 10.0
    silence_s: Annotated[float, Meta(ge=10, le=600)] = 45.0
    grace_s: Annotated[float, Meta(ge=5, le=120)] = 20.0
    notice_after_s: Annotated[float, Meta(ge=10, le=3600)] = 120.0
    notice_s: Annotated[float, Meta(ge=5, le=120)] = 15.0


class KioskConfig(Strict, frozen=True, kw_only=True):
    """All that a kiosk is told, replaced whole; an older `issued_at` than the one held is refused.

    `hours` empty: always open. `pin_hash` is an Argon2id string, empty: nobody may service the machine
    at its screen. `dossier_key` (hex) turns the code of a scanned receipt into a fingerprint; empty:
    receipts are not read. `dossier_prefixes` are the agencies whose codes count; none: all.
    `volume` is in percent.
    """

    v: Literal[1]
    device: Device
    issued_at: Moment
    center: Place
    counter: Place
    survey: Survey
    survey_hash: SurveyHash
    languages: Annotated[list[str], Meta(min_length=1, max_length=8)]
    officers: Annotated[list[Officer], Meta(max_length=4)] = msgspec.field(default_factory=list)
    notices: Annotated[list[Notice], Meta(max_length=8)] = msgspec.field(default_factory=list)
    hours: Hours | None = None
    thresholds: Thresholds = Thresholds()
    pin_hash: Annotated[str, Meta(max_length=160)] = ""
    dossier_key: Annotated[str, Meta(pattern="^([0-9a-f]{64})?$", max_length=64)] = ""
    dossier_prefixes: Annotated[list[ShortText], Meta(max_length=20)] = msgspec.field(default_factory=list)
    volume: Annotated[int, Meta(ge=0, le=100)] = 70


class ConfigRequest(Strict, frozen=True, kw_only=True):
    """Who asks for its config; travels in headers."""

    device: Device
    nonce: Nonce


class ProblemAnswer(Strict, frozen=True, kw_only=True):
    """What the signature of a problem covers: this device, this request, this trouble."""

    device: Device
    nonce: Nonce
    code: ShortText
    status: int


class Problem(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """RFC 9457. `signed` holds a `ProblemAnswer` when the request carried a nonce to answer."""

    type: str
    title: str
    status: int
    code: str
    detail: str = ""
    errors: list[dict[str, str]] = msgspec.field(default_factory=list)
    signed: Signed | None = None


CONTEXTS: Final[dict[type[Struct], str]] = {
    Receipt: "nucuoi/1/receipt",
    Enrolment: "nucuoi/1/enrolment",
    KioskConfig: "nucuoi/1/kiosk-config",
    ProblemAnswer: "nucuoi/1/problem",
    Checkpoint: "nucuoi/1/checkpoint",
}
"""The context that each signed message is signed within."""
BATCH_CONTEXT: Final = "nucuoi/1/batch"
CONFIG_CONTEXT: Final = "nucuoi/1/config"
SUCCESSION_CONTEXT: Final = "nucuoi/1/succession"
READMISSION_CONTEXT: Final = "nucuoi/1/readmission"


def know_types(*others: type[Struct]) -> None:
    """Let msgspec look at every message, and at `others`, once, before there is a second thread.

    It does so when it first reads into a type. Two threads that read into the same new type at once end the
    process without a word: the second finds what the first has half done (msgspec 0.22).
    """
    for each in (*others, *_messages(Struct)):
        msgspec.json.Decoder(each)


def _messages(kind: type[Struct]) -> Iterator[type[Struct]]:
    """Yield what is below `kind` and read: a kiosk's plain values are Structs too that nobody reads."""
    for each in kind.__subclasses__():
        if each.__module__.startswith("server."):
            yield each
        yield from _messages(each)


def seal(seed: bytes, message: Struct) -> Signed:
    """Sign a message of the server's. Its text is made here, once."""
    payload = msgspec.json.encode(message)
    return Signed(payload=payload.decode(), signature=keys.sign(seed, CONTEXTS[type(message)], payload))


def unseal(public: str, signed: Signed, kind: type[Payload]) -> Payload:
    """Return the message, believed. Raises `keys.BadSignature`, `msgspec.ValidationError`."""
    keys.verify(public, signed.signature, CONTEXTS[kind], signed.payload)
    return msgspec.json.decode(signed.payload, type=kind)


def sign_batch(seed: bytes, batch: Batch, raw: bytes) -> str:
    """Sign a batch, whose exact bytes are `raw`; one signature covers every record before it too."""
    return keys.sign(seed, BATCH_CONTEXT, *_batch_parts(batch, raw))


def verify_batch(public: str, signature: str, batch: Batch, raw: bytes) -> None:
    """Raise `keys.BadSignature` unless the device signed just this batch."""
    keys.verify(public, signature, BATCH_CONTEXT, *_batch_parts(batch, raw))


def sign_config_request(seed: bytes, device: str, nonce: str) -> str:
    """Sign the question for one's config."""
    return keys.sign(seed, CONFIG_CONTEXT, device, nonce)


def verify_config_request(public: str, signature: str, device: str, nonce: str) -> None:
    """Raise `keys.BadSignature` unless the device asked."""
    keys.verify(public, signature, CONFIG_CONTEXT, device, nonce)


def sign_bytes(seed: bytes, context: str, raw: bytes) -> str:
    """Sign a request that needs no other proof than its exact bytes: a succession, a readmission."""
    return keys.sign(seed, context, hashlib.sha256(raw).hexdigest())


def verify_bytes(public: str, signature: str, context: str, raw: bytes) -> None:
    """Raise `keys.BadSignature` unless the device signed just these bytes."""
    keys.verify(public, signature, context, hashlib.sha256(raw).hexdigest())


def normal_code(typed: str) -> str:
    """Read a typed code as Crockford would: any case, O is 0, I and L are 1, blanks and dashes fall away."""
    kept = typed.upper().translate(str.maketrans("OIL", "011", " -–"))
    return kept if len(kept) == CODE_CHARS and set(kept) <= set(CODE_ALPHABET) else ""


def _batch_parts(batch: Batch, raw: bytes) -> tuple[str, ...]:
    """Return what a batch's signature covers."""
    return batch_evidence(batch, hashlib.sha256(raw).hexdigest())


def batch_evidence(batch: Batch, body_hash: str) -> tuple[str, ...]:
    """Return the signed parts of a batch, from which a signed head is proved without the bodies."""
    return (
        batch.device,
        str(batch.last),
        batch.head,
        batch.nonce,
        batch.boot,
        str(batch.mono_ms),
        body_hash,
    )
