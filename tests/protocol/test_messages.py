"""What kiosk and server say to each other, and what neither may believe."""

from __future__ import annotations

import msgspec
import pytest

from server.protocol import keys
from server.protocol.messages import (
    Batch,
    Health,
    ProblemAnswer,
    Receipt,
    Sent,
    Signed,
    normal_code,
    seal,
    sign_batch,
    unseal,
    verify_batch,
)

SERVER, OTHER = bytes(31) + b"\x01", bytes(31) + b"\x02"
RECEIPT = Receipt(
    device="a" * 32, through=7, head="b" * 64, nonce="c" * 32, received_at="2026-11-23T03:00:00Z"
)
BATCH = Batch(
    v=1,
    device="a" * 32,
    after=0,
    records=[Sent(body="{}")],
    head="b" * 64,
    boot="00000000",
    mono_ms=1,
    sent_at="2026-11-23T03:00:00Z",
    nonce="c" * 32,
    health=Health(software="test", queued=1),
)


def test_a_sealed_message_is_believed_from_its_signer_only() -> None:
    """A receipt reads as it was written, and not under another server's key."""
    sealed = seal(SERVER, RECEIPT)

    assert unseal(keys.public_key(SERVER), sealed, Receipt) == RECEIPT
    with pytest.raises(keys.BadSignature):
        unseal(keys.public_key(OTHER), sealed, Receipt)


def test_a_message_of_one_kind_is_not_good_for_another() -> None:
    """A signed receipt cannot be shown as a signed problem: the context is signed too."""
    with pytest.raises(keys.BadSignature):
        unseal(keys.public_key(SERVER), seal(SERVER, RECEIPT), ProblemAnswer)


def test_a_changed_text_is_not_believed() -> None:
    """One more digit in what was signed, and the signature is worth nothing."""
    sealed = seal(SERVER, RECEIPT)

    with pytest.raises(keys.BadSignature):
        unseal(
            keys.public_key(SERVER),
            Signed(payload=sealed.payload.replace('"through":7', '"through":77'), signature=sealed.signature),
            Receipt,
        )


@pytest.mark.parametrize("signature", ["", "AAAA", "not base64!", "A" * 88])
def test_what_is_no_signature_is_no_signature(signature: str) -> None:
    """Garbage in place of a signature is refused by name, not by accident."""
    with pytest.raises(keys.BadSignature):
        keys.verify(keys.public_key(SERVER), signature, "context", "part")


def test_a_signature_covers_every_part_by_itself() -> None:
    """Moving a letter from one part to the next is another message."""
    signature = keys.sign(SERVER, "context", "ab", "c")

    with pytest.raises(keys.BadSignature):
        keys.verify(keys.public_key(SERVER), signature, "context", "a", "bc")


def test_a_batch_is_signed_with_its_exact_bytes() -> None:
    """The same words in other bytes are not what the device signed."""
    raw = msgspec.json.encode(BATCH)
    signature = sign_batch(SERVER, BATCH, raw)

    verify_batch(keys.public_key(SERVER), signature, BATCH, raw)
    with pytest.raises(keys.BadSignature):
        verify_batch(keys.public_key(SERVER), signature, BATCH, raw + b" ")


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("ABCD-EFGH", "ABCDEFGH"),
        ("abcd efgh", "ABCDEFGH"),
        ("o1il-0000", "01110000"),
        ("ABC", ""),
        ("ABCD-EFGU", ""),
        ("ABCDEFGHJ", ""),
    ],
)
def test_a_code_is_read_as_a_tired_person_types_it(typed: str, code: str) -> None:
    """Case, blanks, dashes and look-alikes do not matter; what cannot be a code is none."""
    assert normal_code(typed) == code


def test_two_people_can_compare_a_fingerprint() -> None:
    """Sixteen digits that differ as soon as any of the keys differs."""
    one = keys.fingerprint(keys.public_key(SERVER), keys.public_key(OTHER))

    assert len(one) == 19
    assert one != keys.fingerprint(keys.public_key(OTHER), keys.public_key(SERVER))
