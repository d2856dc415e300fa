"""The verbs of `Store` about what centers tell once a quarter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from server.domain.calendar import Period


class QuarterVerbs(Protocol):
    """What the official indices need and no list has."""

    def quarter_figures(self, center: int, quarter: Period) -> dict[str, int]:
        """Return what a center told of a quarter, by the names of `server.domain.quarter_figures`."""

    def take_quarter_figures(
        self, center: int, quarter: Period, figures: Mapping[str, int], author: str
    ) -> None:
        """Let a center have told this of a quarter, in place of all that it told of it before."""
