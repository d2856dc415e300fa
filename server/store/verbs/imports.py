"""The verbs of `Store` about files that were looked at and not yet taken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from server.domain.lists import Offer


class ImportVerbs(Protocol):
    """Files of lists between the preview and the word to take them."""

    def keep_offer(self, offer: Offer) -> None:
        """Keep a file until it is taken; one that the same person had before is gone."""

    def offer(self, id_: str) -> Offer | None:
        """Return a file that was looked at."""

    def drop_offer(self, id_: str) -> None:
        """Forget a file."""

    def forget_offers(self, now_ms: int) -> None:
        """Forget the files whose hour is over."""
