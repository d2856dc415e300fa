"""The verbs of `Store` about dossiers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from server.domain.calendar import Period
    from server.domain.dossier_figures import ComplaintMonth, FieldDay, TicketDay
    from server.domain.dossiers import Dossier, ToldByDossier


class DossierVerbs(Protocol):
    """Keys and fingerprints of dossiers, and what centers report of their work."""

    def dossier_key(self, center: int, quarter: Period) -> str:
        """Return the key of a center and a quarter, in hex; '': there is none."""

    def keep_dossier_key(self, center: int, quarter: Period, key: str) -> None:
        """Keep a key unless there is one."""

    def dossier_keys(self, center: int, today: date) -> list[str]:
        """Return the keys of a center that are alive, the newest first."""

    def destroy_dossier_keys(self, today: date) -> int:
        """Destroy the keys whose quarter and grace are over; returns how many there were.

        A key is written over first: a row that is only deleted may lie in the file for a while.
        """

    def dossier_prefixes(self, center: int) -> tuple[str, ...]:
        """Return the agencies whose dossiers count in a center; none: all."""

    def set_dossier_prefixes(self, center: int, prefixes: Sequence[str], author: str) -> None:
        """Let the dossiers of these agencies count in a center."""

    def field_days(self, center: int, first: date, last: date) -> list[FieldDay]:
        """Return what a center did from one day to another, by day and field."""

    def ticket_days(self, center: int, first: date, last: date) -> list[TicketDay]:
        """Return how many citizens a center served from one day to another, by day."""

    def complaint_months(self, center: int, first: date, last: date) -> list[ComplaintMonth]:
        """Return the complaints of the months that begin from one day to another."""

    def take_field_days(self, center: int, days: Sequence[FieldDay], author: str) -> None:
        """Write what a center did, in place of what was told of the same fields and days before.

        One event tells the sums of these fields and days before and after.
        """

    def take_ticket_days(self, center: int, days: Sequence[TicketDay], author: str) -> None:
        """Write how many citizens were served, in place of what was told of the same days before."""

    def take_complaint_months(self, center: int, months: Sequence[ComplaintMonth], author: str) -> None:
        """Write the complaints of months, in place of what was told of the same months before."""

    def remove_figures(self, center: int, day: date, author: str) -> None:
        """Delete what was told of a day, dossiers and tickets; the event tells the sums that there were."""

    def take_dossiers(self, center: int, dossiers: Sequence[Dossier], author: str) -> None:
        """Keep dossiers by their fingerprints, in place of what was told of the same before."""

    def dossiers(self, center: int) -> dict[str, Dossier]:
        """Return what is known of a center's dossiers, by fingerprint."""

    def told_by_dossier(self, center: int, first: date, last: date) -> list[ToldByDossier]:
        """Return how many ratings count by procedure, of those whose scanned receipt is a known dossier's.

        A dossier that was rated twice counts twice. Exact: for `server.domain.disclosure`, not for a page.
        """
