"""The verbs of `Store` about kiosks as machines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from server.domain.fleet import Kiosk, KioskSettings
    from server.domain.places import Counter


class FleetVerbs(Protocol):
    """Counters, where kiosks stand, how they are, and how they are set."""

    def counters(self, center: int | None = None) -> list[Counter]:
        """Return the counters of a center or of all, by center and number."""

    def open_counter(self, counter: Counter, author: str) -> None:
        """Write a new counter."""

    def close_counter(self, counter: str, author: str) -> None:
        """Delete a counter that nothing refers to. Raises `CommandError`."""

    def kiosks(self, center: int) -> list[Kiosk]:
        """Return every device that stands in a center or stood there last, by id."""

    def move_device(self, device: str, counter: str, author: str) -> None:
        """Let a device stand at another counter; what it made before counts where it was.

        Raises `CommandError`.
        """

    def kiosk_settings(self, center: int) -> KioskSettings:
        """Return how the kiosks of a center behave."""

    def set_kiosks(self, center: int, settings: KioskSettings, author: str) -> None:
        """Let the kiosks of a center behave so."""
