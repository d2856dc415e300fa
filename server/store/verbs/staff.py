"""What the server asks of its store about officers and the roster."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from server.domain.audit import Action
    from server.domain.roster import Assignment
    from server.domain.staff import Officer


class StaffVerbs(Protocol):
    """Officers, their photos, and who sits where. Each change is an event of the audit log."""

    def officers(self, center: int) -> list[Officer]:
        """Return the officers of a center in the order in which they came, those who left too."""

    def officer(self, id_: str) -> Officer | None:
        """Return one officer."""

    def add_officer(self, center: int, name: str, title: str, author: str) -> Officer:
        """Write an officer under the next number of the center, which nobody had before."""

    def change_officer(self, officer: Officer, name: str, title: str, author: str) -> None:
        """Change what an officer is called; nothing happens if nothing is new."""

    def officer_leaves(self, officer: Officer, at_ms: int, author: str) -> None:
        """Let an officer serve here no more; the assignments wait, should it be a mistake."""

    def officer_returns(self, officer: Officer, author: str) -> None:
        """Let an officer who left serve here again, under the old id."""

    def photo(self, officer: str) -> bytes | None:
        """Return an officer's photo, a JPEG."""

    def set_photo(self, officer: Officer, jpeg: bytes, author: str) -> None:
        """Keep a photo in place of the one there was. The log says that it changed, not what it shows."""

    def remove_photo(self, officer: Officer, author: str) -> None:
        """Delete an officer's photo for good."""

    def assignments(self, center: int, first: date, last: date) -> list[Assignment]:
        """Return who sits where in a center from one day to another, in order; those who left too."""

    def change_roster(
        self,
        action: Action,
        subject: str,
        removed: Sequence[Assignment],
        added: Sequence[Assignment],
        author: str,
    ) -> None:
        """Take assignments out of the roster and write others in; one event names them all."""

    def on_duty(self, counter: str, day: date, minute: int) -> list[Officer]:
        """Return who sits at a counter at a minute of a day: as many as a kiosk can be told of."""
