"""The verbs of `Store` about opening hours and notices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from server.domain.notices import Posted
    from server.domain.openings import Timetable


class OpeningVerbs(Protocol):
    """When places are open, and what centers tell at their kiosks."""

    def timetable(self, center: int | None) -> Timetable:
        """Return what was decided for a center itself, or for the whole province (None)."""

    def set_timetable(self, center: int | None, timetable: Timetable) -> None:
        """Replace what was decided for a center, or for the whole province (None)."""

    def notices(self, center: int) -> list[Posted]:
        """Return the notices of a center in order, shown or not."""

    def set_notices(self, center: int, notices: Sequence[Posted]) -> None:
        """Replace the notices of a center."""
