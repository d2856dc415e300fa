"""The verbs of `Store` about alerts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date

    from server.domain.alerts import Alert, Found, Kind, Machine
    from server.domain.disclosure import Release


class AlertVerbs(Protocol):
    """What was found, raised, sent and acknowledged."""

    def machines(self) -> list[Machine]:
        """Return every kiosk of today, as far as alerts need it."""

    def centers_with_hours(self) -> list[int]:
        """Return the centers that decided something about their opening hours."""

    def releases_of_all(self, first: date, last: date) -> dict[int, list[Release]]:
        """Return the releases of each center wholly within these days, those of the same days as one."""

    def begin_alert_day(self, day: date) -> bool:
        """Note that the charts are judged today; says whether nobody has done it yet."""

    def raise_alerts(self, found: Iterable[Found], now_ms: int) -> int:
        """Keep what is news; says how many alerts that were."""

    def alert(self, id_: int) -> Alert | None:
        """Return an alert."""

    def alerts(self, centers: Collection[int], kinds: Collection[Kind], most: int) -> list[Alert]:
        """Return alerts of centers: those that nobody has acknowledged first, the newest first."""

    def open_alert_count(self, center: int) -> int:
        """Say how many alerts of a center nobody has acknowledged."""

    def acknowledge(self, id_: int, author: str, now_ms: int) -> bool:
        """Note who has seen an alert; says whether that was the first."""

    def take_alerts(self, now_ms: int) -> list[Alert]:
        """Return what is to be sent and nobody is sending, and take it in hand."""

    def alerts_sent(self, ids: Collection[int], now_ms: int) -> None:
        """Note that messages about these were sent."""
