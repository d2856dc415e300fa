"""A rating as bytes, its chain, and what may be cut from it without breaking it."""

from __future__ import annotations

import hashlib

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.protocol.record import (
    Aside,
    Record,
    anchor,
    decode_record,
    encode_record,
    heads,
    missing_asides,
    next_head,
)

SALT = "0" * 16
TEXTS = st.text(st.characters(codec="utf-8"), max_size=60)


def a_record(**changes: object) -> Record:
    """Return a one-tap rating."""
    record = Record(
        v=1,
        seq=1,
        survey="0123456789ab",
        counter="24823-1",
        lang="vi",
        made_at="2026-11-23T03:00:00Z",
        boot="00000000",
        mono_ms=1,
        answers={"overall": 5},
        salt=SALT,
    )
    return msgspec.structs.replace(record, **changes)


RECORDS = st.builds(
    a_record,
    seq=st.integers(1, 2**53 - 1),
    officer=TEXTS,
    mono_ms=st.integers(0, 2**53 - 1),
    clock_ok=st.booleans(),
    answers=st.dictionaries(
        st.from_regex(r"[a-z][a-z0-9_]{0,10}", fullmatch=True),
        st.integers(0, 100) | st.lists(st.integers(0, 100), max_size=10),
        max_size=5,
    ),
    flags=st.lists(st.sampled_from(["repeat", "late", "took:31"]), max_size=3),
)


@given(RECORDS)
def test_a_record_comes_back_as_it_went(record: Record) -> None:
    """Whatever a rating says, reading its bytes gives the same rating, and the same bytes again."""
    body = encode_record(record)

    assert decode_record(body) == record
    assert encode_record(decode_record(body)) == body


def test_what_is_empty_is_left_out() -> None:
    """A one-tap rating spells no field that it does not need."""
    assert b"officer" not in encode_record(a_record())
    assert b"clock_ok" not in encode_record(a_record())
    assert b'"clock_ok":false' in encode_record(a_record(clock_ok=False))


@pytest.mark.parametrize(
    ("field", "value"),
    [("seq", 0), ("seq", 2**53), ("salt", "xyz"), ("mono_ms", -1), ("v", 2), ("made_at", "yesterday")],
)
def test_a_record_out_of_shape_is_no_record(field: str, value: object) -> None:
    """Numbers, hashes and times that the contract does not know are refused."""
    raw = msgspec.json.encode(msgspec.to_builtins(a_record()) | {field: value})

    with pytest.raises(msgspec.ValidationError):
        decode_record(raw)


def test_an_unknown_field_is_no_record() -> None:
    """Nobody smuggles a field in."""
    with pytest.raises(msgspec.ValidationError):
        decode_record(msgspec.json.encode(msgspec.to_builtins(a_record()) | {"name": "x"}))


@given(st.lists(st.binary(max_size=30), min_size=1, max_size=20), st.data())
def test_no_record_can_be_changed_or_taken_out(bodies: list[bytes], data: st.DataObject) -> None:
    """Changing or removing any record changes every head from there to the end."""
    start = anchor(b"enrolment")
    spot = data.draw(st.integers(0, len(bodies) - 1))
    changed = [*bodies[:spot], bodies[spot] + b"!", *bodies[spot + 1 :]]

    assert all(
        one != other
        for one, other in zip(heads(start, bodies)[spot:], heads(start, changed)[spot:], strict=True)
    )
    assert heads(start, [*bodies[:spot], *bodies[spot + 1 :]])[-1:] != heads(start, bodies)[-1:]


def test_the_chain_is_the_documented_formula() -> None:
    """head_n is SHA-256 of the head before and the SHA-256 of the body, and head_0 that of the enrolment."""
    start = hashlib.sha256(b"enrolment").digest()
    expected = hashlib.sha256(start + hashlib.sha256(b"body").digest()).hexdigest()

    assert next_head(anchor(b"enrolment"), b"body") == expected


def test_an_aside_can_be_deleted_and_the_body_stays() -> None:
    """A body holds a commitment to the comment, not a word of it; two comments beside it are none."""
    aside = Aside("comment", "ab" * 16, "Cán bộ rất nhiệt tình")
    record = a_record(asides={"comment": aside.commitment()})

    assert missing_asides(record, [aside]) == set()
    assert missing_asides(record, []) == {"comment"}
    assert missing_asides(a_record(), [aside]) == {"comment"}
    assert missing_asides(record, [Aside("comment", "ab" * 16, "khác")]) == {"comment"}
    assert missing_asides(record, [Aside("comment", "ab" * 16, "khác"), aside]) == {"comment"}
    assert "nhiệt tình".encode() not in encode_record(record)
