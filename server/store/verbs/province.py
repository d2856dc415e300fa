"""The verbs of `Store` about all centers at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import date

    from server.domain.disclosure import Scores
    from server.domain.province import Kiosks, Reported


class ProvinceVerbs(Protocol):
    """What is told of every center, read in one go; a center of which there is nothing is left out."""

    def center_scores(self, first: date, last: date) -> dict[int, Scores]:
        """Return what the releases of each center come to that lie wholly within these days."""

    def center_release_days(self, first: date, last: date) -> dict[int, list[date]]:
        """Return in order on which days releases of each center ended that lie wholly within these days."""

    def center_served_days(self, first: date, last: date) -> dict[int, dict[date, bool]]:
        """Return on which of these days each center says that it served anybody, and whether anybody rated.

        Days before a center's first rating are left out.
        """

    def center_reports(self, first: date, last: date) -> dict[int, Reported]:
        """Return what each center reported of its work on these days."""

    def center_kiosks(self) -> dict[int, Kiosks]:
        """Return how many kiosks stand in each center, and when one of them last said something."""
