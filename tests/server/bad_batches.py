"""Bad inputs to the contract: envelopes, records, signatures, codes. Numbers are those of the list."""

from __future__ import annotations

import base64
import gzip
import json
import secrets
from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec

from server.protocol import keys
from server.protocol.messages import SIGNATURE_HEADER
from server.protocol.record import Aside, CarriedRecord, encode_record
from server.protocol.record import Carried as Inner
from tests.server.bad_world import JSON, Got, Input, World

if TYPE_CHECKING:
    from collections.abc import Callable

    Send = Callable[[World], Got]

OTHER = bytes(31) + b"\x0a"
DEEP = b"[" * 100_000


def sends(raw: bytes, **headers: str) -> Send:
    """Send these bytes as a batch."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda world: world.post(raw, named)


def with_fields(**fields: object) -> Send:
    """Send a batch with other fields than the contract knows."""
    return lambda world: world.post(world.batch(**fields))


def with_text(old: bytes, new: bytes) -> Send:
    """Send a batch, signed as far as it can be, with other text in it."""
    return lambda world: world.post(world.batch().replace(old, new, 1))


def record(**fields: object) -> Send:
    """Send a record with other fields, in a chain that is right."""
    return lambda world: world.send_record(**fields)


def body(raw: bytes) -> Send:
    """Send these bytes as a record, in a chain that is right."""
    return lambda world: world.send_body(raw)


def comment(text: str) -> Send:
    """Send a rating with this comment."""

    def send(world: World) -> Got:
        aside = Aside("comment", "ab" * 16, text)
        world.hand.rate(5, asides={"comment": aside.commitment()})
        batch = world.hand.batch(0, asides={len(world.hand.bodies): [aside]})
        return world.post_signed(msgspec.json.encode(batch))

    return send


def signed_with(signature: str) -> Send:
    """Send a right batch with another signature."""
    return lambda world: world.post(world.batch(), {SIGNATURE_HEADER: signature})


def enrolment(**fields: object) -> Send:
    """Ask to be admitted with other fields than one should."""

    def send(world: World) -> Got:
        known = {"v": 1, "code": world.live.make_code(secrets.token_hex(4).upper()), "software": "test"}
        whole = known | {"public_key": keys.public_key(OTHER)} | fields
        return world.ask("POST", "/v1/enrolments", json.dumps(whole).encode(), JSON)

    return send


def twice_in_a_body(world: World) -> Got:
    """Send a record that says its score twice."""
    return world.send_body(world.hand.body(2, 5).replace(b'{"overall":5}', b'{"overall":1,"overall":5}'))


def same_seq_twice(world: World) -> Got:
    """Send two records of one number, in a chain that is right."""
    return world.send_body(world.hand.body(1, 2))


def backwards(world: World) -> Got:
    """Send the records of a batch in the wrong order, in a chain that is right."""
    world.hand.bodies += [world.hand.body(seq, 5) for seq in (3, 2)]
    return world.send_body(world.hand.body(1, 2))


def gap(world: World) -> Got:
    """Send what continues a chain that the server has not."""
    world.hand.rate(4, 3)
    return world.post_signed(msgspec.json.encode(world.hand.batch(2)))


def wrong_head(world: World) -> Got:
    """Sign a head that does not come of the records."""
    batch = msgspec.structs.replace(world.hand.batch(0), head="0" * 64)
    return world.post_signed(msgspec.json.encode(batch))


def for_another(world: World) -> Got:
    """Send a batch in the name of another device, with our signature."""
    batch = msgspec.structs.replace(world.hand.batch(0), device=world.well.id)
    return world.post_signed(msgspec.json.encode(batch))


def carried(world: World) -> Got:
    """Bring home a record of a device that was never ours."""
    inner = Inner(world.well.id, 1, world.well.head(1), world.well.bodies[0].decode())
    return world.send_body(encode_record(CarriedRecord(v=1, seq=2, carried=inner, salt="0" * 16)))


def other_devices_signature(world: World) -> Got:
    """Sign with another device's key."""
    return World.post_signed(replace(world, hand=replace(world.hand, seed=OTHER)), world.batch())


def stranger(world: World) -> Got:
    """Send in the name of a device that nobody enrolled."""
    return world.post_signed(world.batch(device="e" * 32))


def revoked(world: World) -> Got:
    """Send as a device that was revoked."""
    world.live.writer.submit(lambda store: store.revoke(world.hand.id)).result()
    return world.post_signed(world.batch())


def missing_aside(world: World) -> Got:
    """Name a comment and leave it out."""
    return world.send_record(asides={"comment": "0" * 64})


def admitted_twice(world: World) -> Got:
    """Ask with a key that was admitted before, by another code: its first answer may have been lost."""
    return enrolment(public_key=keys.public_key(world.hand.seed))(world)


def mistyped_code(world: World) -> Got:
    """Ask with a code as somebody read it off a screen."""
    world.live.make_code("0A1B2C3D")
    return enrolment(code="oa1b-2c3d")(world)


def again(world: World) -> Got:
    """Send a batch that was received before."""
    raw = world.batch()
    first = world.post_signed(raw)
    assert first.status == 200
    return world.post_signed(raw)


def spent_code(world: World) -> Got:
    """Ask with a code that another kiosk has used."""
    return enrolment(code=world.code)(world)


def unreadable(number: int, name: str, **fields: object) -> Input:
    """Return a row of a record that nobody can read: it is kept, does not count, and blocks nothing."""
    return Input(number, name, record(**fields), 200, quarantine="unreadable")


def invalid(number: int, name: str, **fields: object) -> Input:
    """Return a row of an envelope that does not fit the contract."""
    return Input(number, name, with_fields(**fields), 422, "invalid")


BATCHES: tuple[Input, ...] = (
    Input(1, "nothing at all", sends(b""), 400, "malformed"),
    Input(2, "half a message", sends(b"{"), 400, "malformed"),
    Input(2, "a comma too many", with_text(b"}}", b"},}"), 400, "malformed"),
    Input(2, "two messages", lambda world: world.post(world.batch() * 2), 400, "malformed"),
    Input(3, "a list", sends(b"[]"), 422, "invalid"),
    Input(3, "a text", sends(b'"x"'), 422, "invalid"),
    Input(3, "a number", sends(b"1"), 422, "invalid"),
    Input(3, "null", sends(b"null"), 422, "invalid"),
    Input(4, "NaN", with_text(b'"mono_ms": 1000', b'"mono_ms": NaN'), 400, "malformed"),
    Input(4, "infinity", with_text(b'"mono_ms": 1000', b'"mono_ms": Infinity'), 400, "malformed"),
    Input(4, "1e999, which is JSON", with_text(b'"mono_ms": 1000', b'"mono_ms": 1e999'), 422, "invalid"),
    Input(5, "a field twice", with_text(b'{"v": 1', b'{"v": 1, "v": 1'), 400, "malformed"),
    Input(
        5, "a field twice, deeper", with_text(b'"queued": 0', b'"queued": 1, "queued": 0'), 400, "malformed"
    ),
    Input(5, "a field twice in a record", twice_in_a_body, 200, quarantine="not_canonical"),
    Input(6, "100,000 lists in lists", sends(DEEP), 422, "invalid"),
    Input(6, "100,000 lists in a field", sends(b'{"surprise":' + DEEP), 422, "invalid"),
    Input(6, "100,000 lists in a record", body(DEEP[:8000]), 200, quarantine="unreadable"),
    Input(7, "5,000 digits", with_text(b'"after": 0', b'"after": ' + b"9" * 5000), 422, "invalid"),
    invalid(8, "after 2^63", after=2**63),
    invalid(8, "after 2^53", after=2**53),
    invalid(8, "after -1", after=-1),
    invalid(8, "after 1.0", after=1.0),
    invalid(8, "after '1'", after="1"),
    invalid(8, "after true", after=True),
    unreadable(8, "seq 2^63", seq=2**63),
    unreadable(8, "seq 2^53", seq=2**53),
    unreadable(8, "seq -1", seq=-1),
    unreadable(8, "seq 0", seq=0),
    unreadable(8, "seq 2.0", seq=2.0),
    unreadable(8, "seq '2'", seq="2"),
    unreadable(8, "seq true", seq=True),
    Input(10, "half a character", with_text(b'"test"', b'"\\ud800"'), 400, "malformed"),
    Input(
        10, "half a character in a record", body(b'{"v":1,"lang":"\\ud800"}'), 200, quarantine="unreadable"
    ),
    Input(11, "no UTF-8", with_text(b'"test"', b'"\xff\xfe"'), 400, "malformed"),
    Input(11, "UTF-16", lambda world: world.post(world.batch().decode().encode("utf-16")), 400, "malformed"),
    Input(
        11, "a byte order mark", lambda world: world.post(b"\xef\xbb\xbf" + world.batch()), 400, "malformed"
    ),
    Input(12, "NUL in a comment", comment("a\0b"), 200),
    Input(13, "a comment of 1 MB", comment("x" * 1_000_000), 413, "too_large"),
    Input(13, "a comment of 4,001 characters", comment("x" * 4001), 422, "invalid"),
    Input(13, "500 emoji", comment("\U0001f600" * 500), 200),
    Input(13, "500 combining marks", comment("e" + "\u0301" * 500), 200),
    Input(14, "right to left, nothing wide, Cyrillic", comment("\u202ecba\u200b \u0425\u0430"), 200),
    Input(
        15,
        "code in a comment",
        comment("<script>alert(1)</script>{{7*7}}=HYPERLINK('x')'; DROP TABLE x"),
        200,
    ),
    Input(16, "marks taken apart", comment("Ca\u0301n bo\u0323\u0302"), 200),
    invalid(17, "501 records", records=[{"body": "{}"}] * 501),
    Input(17, "a million records", sends(b'{"records":[' + b"{}," * 10**6 + b"{}]}"), 413, "too_large"),
    Input(
        18, "no records", lambda world: world.post_signed(world.batch(records=[], head=world.hand.start)), 200
    ),
    Input(19, "a number twice", same_seq_twice, 200, quarantine="wrong_seq"),
    Input(20, "a chain that skips", gap, 200, alarm="this book is older"),
    Input(20, "a record that skips", record(seq=7), 200, quarantine="wrong_seq"),
    Input(21, "records backwards", backwards, 200, quarantine="wrong_seq"),
    Input(22, "another device's signature", other_devices_signature, 401, "bad_signature"),
    Input(
        22, "a signature of zeros", signed_with(base64.b64encode(bytes(64)).decode()), 401, "bad_signature"
    ),
    Input(22, "63 bytes", signed_with(base64.b64encode(bytes(63)).decode()), 401, "bad_signature"),
    Input(22, "no base64", signed_with("*" * 88), 401, "bad_signature"),
    Input(22, "10 kB of signature", signed_with("A" * 10_000), 401, "bad_signature"),
    Input(22, "no signature", lambda world: world.post(world.batch()), 401, "bad_signature"),
    Input(22, "a weak key", enrolment(public_key="01" + "00" * 31), 422, "invalid"),
    Input(23, "in another's name", for_another, 401, "bad_signature"),
    Input(23, "another counter", record(counter="24823-2"), 200, quarantine="wrong_counter"),
    Input(23, "another's record carried", carried, 200, quarantine="not_ours"),
    Input(24, "a head that is none", wrong_head, 409, "fork"),
    Input(24, "an aside that is not there", missing_aside, 422, "aside_missing"),
    Input(25, "year 1", record(made_at="0001-01-01T00:00:00Z"), 200),
    Input(25, "year 0", record(made_at="0000-01-01T00:00:00Z"), 200),
    Input(25, "year 9999", record(made_at="9999-12-31T23:59:59Z"), 200),
    Input(25, "1970", record(made_at="1970-01-01T00:00:00Z"), 200),
    Input(25, "the 30th of February", record(made_at="2026-02-30T00:00:00Z"), 200),
    Input(25, "24 o'clock", record(made_at="2026-11-23T24:00:00Z"), 200),
    Input(25, "a leap second", record(made_at="2026-12-31T23:59:60Z"), 200),
    unreadable(25, "25 hours east", made_at="2026-11-23T00:00:00+25:00"),
    unreadable(25, "no zone", made_at="2026-11-23T00:00:00"),
    Input(26, "score 0", record(answers={"overall": 0}), 200, quarantine="wrong_answer:overall"),
    Input(26, "score 6", record(answers={"overall": 6}), 200, quarantine="wrong_answer:overall"),
    Input(26, "no score", record(answers={}), 200, quarantine="wrong_answer:overall"),
    Input(
        26,
        "a question nobody asked",
        record(answers={"overall": 5, "x": 1}),
        200,
        quarantine="wrong_answer:x",
    ),
    Input(26, "a survey nobody knows", record(survey="f" * 12), 200, quarantine="unknown_survey"),
    unreadable(26, "score 3.5", answers={"overall": 3.5}),
    unreadable(26, "score '5'", answers={"overall": "5"}),
    unreadable(26, "score null", answers={"overall": None}),
    unreadable(26, "score 2^64", answers={"overall": 2**64}),
    invalid(27, "a field too many", is_admin=True),
    invalid(27, "a long field too many", **{"x" * 5000: "y" * 5000}),
    unreadable(27, "a field too many in a record", is_admin=True),
    Input(28, "plain text", sends(b"{}", Content_Type="text/plain"), 415, "unsupported_type"),
    Input(28, "no type", sends(b"{}", Content_Type=""), 415, "unsupported_type"),
    Input(
        28, "Latin-1", sends(b"{}", Content_Type="application/json; charset=latin1"), 415, "unsupported_type"
    ),
    Input(28, "a form", sends(b"{}", Content_Type="multipart/form-data"), 415, "unsupported_type"),
    Input(30, "a bomb", sends(gzip.compress(b" " * 50_000_000), Content_Encoding="gzip"), 413, "too_large"),
    Input(30, "brotli", sends(b"{}", Content_Encoding="br"), 415, "unsupported_type"),
    Input(
        30, "half a gzip", sends(gzip.compress(b"{}" * 999)[:-9], Content_Encoding="gzip"), 400, "malformed"
    ),
    Input(35, "a stranger", stranger, 401, "unknown_device"),
    Input(35, "revoked", revoked, 403, "device_revoked", quarantine="revoked"),
    Input(36, "the same batch again", again, 200),
    Input(41, "a spent code", spent_code, 410, "code_spent"),
    Input(41, "an unknown code", enrolment(code="00000000"), 404, "code_unknown"),
    Input(41, "lower case, O for 0, with a dash", mistyped_code, 201),
    Input(41, "an RSA key", enrolment(public_key="MIIBIjANBgkqhkiG9w0BAQEFAAOC" * 10), 422, "invalid"),
    Input(41, "a key that was admitted before", admitted_twice, 201),
)
