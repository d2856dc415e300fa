"""Passwords: Argon2id in worker threads, two at a time, and always at the same price.

One verification takes 64 MiB and a third of a second on purpose. More than two at once
would take the memory and the processors that the kiosks' batches need.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field

from anyio import CapacityLimiter, to_thread
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from nacl.pwhash import argon2id

AT_ONCE_MAX = 2
"""How many passwords are computed at the same time."""
PASSWORD_CHARS_MAX = 1024


@dataclass(frozen=True, slots=True)
class Passwords:
    """Makes and checks password hashes."""

    hasher: PasswordHasher = field(default_factory=PasswordHasher)
    limiter: CapacityLimiter = field(default_factory=lambda: CapacityLimiter(AT_ONCE_MAX))

    def hash_now(self, password: str) -> str:
        """Return the hash to keep, in this thread."""
        return self.hasher.hash(_typed(password))

    async def hash(self, password: str) -> str:
        """Return the hash to keep."""
        return await to_thread.run_sync(self.hash_now, password, limiter=self.limiter)

    async def verify(self, kept: str | None, password: str) -> bool:
        """Say whether this is the password.

        For a name that nobody has (`kept` is None) the same work is done, so that the time the
        answer takes does not tell which names there are.
        """
        return await to_thread.run_sync(self._verify, kept, password, limiter=self.limiter)

    async def hash_pin(self, pin: str) -> str:
        """Return the hash of a technician's PIN to tell kiosks."""
        return await to_thread.run_sync(pin_hash, pin, limiter=self.limiter)

    def outdated(self, kept: str) -> bool:
        """Say whether a hash was made with other parameters than today's."""
        return self.hasher.check_needs_rehash(kept)

    def _verify(self, kept: str | None, password: str) -> bool:
        """Do the work of `verify`, in whatever thread."""
        try:
            self.hasher.verify(self._nobody() if kept is None else kept, _typed(password))
        except (VerificationError, InvalidHashError):
            return False
        return kept is not None

    def _nobody(self) -> str:
        """Return a hash of today's parameters that no password fits but by a chance of 2 to the -256."""
        hasher = self.hasher
        cost = f"m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
        salt, digest = "A" * ((hasher.salt_len * 8 + 5) // 6), "A" * ((hasher.hash_len * 8 + 5) // 6)
        return f"$argon2id$v=19${cost}${salt}${digest}"


def pin_hash(pin: str) -> str:
    """Return the hash of a technician's PIN, as a kiosk checks it: by its own library, at a price for it."""
    return argon2id.str(
        pin.encode(), opslimit=argon2id.OPSLIMIT_INTERACTIVE, memlimit=argon2id.MEMLIMIT_INTERACTIVE
    ).decode()


def _typed(password: str) -> str:
    """Return a password as one sequence of characters, however a Vietnamese keyboard composed its marks."""
    return unicodedata.normalize("NFC", password)[:PASSWORD_CHARS_MAX]
