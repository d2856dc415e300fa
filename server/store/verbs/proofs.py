"""The verbs of `Store` about what proves a chain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection

    from server.domain.proofs import Proof


class ProofVerbs(Protocol):
    """What the book has of a device besides its records."""

    def proofs(self, devices: Collection[str]) -> dict[str, Proof]:
        """Return what the book has of these devices besides their records."""
