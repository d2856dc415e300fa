"""What closes the secrets of second factors in the book, with keys made of the server's own.

Whoever has the database alone can neither make codes nor try recovery codes.
"""

from __future__ import annotations

from nacl.encoding import RawEncoder, URLSafeBase64Encoder
from nacl.hash import blake2b
from nacl.secret import SecretBox

NONCE_BYTES = SecretBox.NONCE_SIZE


def seal(seed: bytes, secret: str, nonce_hex: str) -> str:
    """Close a secret with the server's key; the nonce is random."""
    closed = SecretBox(_key(seed, b"second factor")).encrypt(secret.encode(), bytes.fromhex(nonce_hex))
    return URLSafeBase64Encoder.encode(closed).decode()


def unseal(seed: bytes, sealed: str) -> str:
    """Open what `seal` has closed. Raises `CryptoError` if that was done with another key."""
    closed = URLSafeBase64Encoder.decode(sealed.encode())
    return SecretBox(_key(seed, b"second factor")).decrypt(closed).decode()


def recovery_key(seed: bytes) -> bytes:
    """Return the key under which recovery codes are hashed."""
    return _key(seed, b"recovery codes")


def _key(seed: bytes, purpose: bytes) -> bytes:
    return blake2b(purpose, key=seed, digest_size=SecretBox.KEY_SIZE, encoder=RawEncoder)
