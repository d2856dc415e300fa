"""Ed25519: a device signs its batches, the server signs what it answers.

Keys and signatures travel as text: a seed and a public key are 32 bytes in
hex, a signature is 64 bytes in base64. Whatever is signed begins with a
context, so that a signature over one kind of message is never good for another.
"""

from __future__ import annotations

import base64
import binascii
import hashlib

from nacl.bindings import crypto_core_ed25519_is_valid_point
from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey

SEED_BYTES = 32


class BadSignature(Exception):  # noqa: N818 - a fact about a message, not about this program
    """A message was not signed by the key that it should be signed by."""


def public_key(seed: bytes) -> str:
    """Return the public half of a key, in hex."""
    return bytes(SigningKey(seed).verify_key).hex()


def is_key(public: str) -> bool:
    """Say whether this is the public half of a key: a point of the curve, and none of its few weak ones."""
    return bool(crypto_core_ed25519_is_valid_point(bytes.fromhex(public)))


def sign(seed: bytes, context: str, *parts: str | bytes) -> str:
    """Sign the parts within their context; returns base64."""
    return base64.b64encode(SigningKey(seed).sign(_joined(context, parts)).signature).decode()


def verify(public: str, signature: str, context: str, *parts: str | bytes) -> None:
    """Raise `BadSignature` unless the key signed just these parts within this context."""
    try:
        raw = base64.b64decode(signature, validate=True)
        VerifyKey(bytes.fromhex(public)).verify(_joined(context, parts), raw)
    except (BadSignatureError, binascii.Error, ValueError, TypeError) as error:
        raise BadSignature(context) from error


def fingerprint(*publics: str) -> str:
    """Return what two people compare on two screens, from all the keys together.

    64 bits, as `7F3A-09C4-11D2-E05B`: somebody in the middle, who may choose a key for either side,
    needs two that meet, and 32 bits are tried in seconds.
    """
    digest = hashlib.sha256("\n".join(publics).encode()).hexdigest().upper()
    return "-".join(digest[start : start + 4] for start in range(0, 16, 4))


def _joined(context: str, parts: tuple[str | bytes, ...]) -> bytes:
    """Join context and parts so that no two different lists of parts give the same bytes."""
    joined = [context.encode()]
    for part in parts:
        raw = part.encode() if isinstance(part, str) else part
        joined.append(str(len(raw)).encode() + b":" + raw)
    return b"\n".join(joined)
