"""The verbs of `Store` about what a month is told as by counter, officer and procedure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import date

    from server.domain.calendar import Period
    from server.domain.disclosure import Scores
    from server.domain.habits import Answer, Hour
    from server.domain.months import MonthFigure


class MonthVerbs(Protocol):
    """The tables of a month, published once it is over."""

    def months_due(self, today: date) -> list[tuple[int, Period]]:
        """Return the centers and months whose tables may be published, or published anew."""

    def publish_month(self, center: int, month: Period) -> int:
        """Publish the tables of a month, if they tell nobody's score; returns how many cells they have."""

    def published_months(self, center: int) -> list[Period]:
        """Return the months of a center of which anything is published, in order."""

    def month_figures(self, center: int, first: date, last: date) -> list[MonthFigure]:
        """Return what is published of the months that lie wholly within the days from `first` to `last`."""

    def hour_figures(self, center: int, first: date, last: date) -> dict[Hour, Scores]:
        """Return what is published of the hours of the week, of the months within these days together."""

    def answer_figures(self, center: int, first: date, last: date) -> dict[Answer, int]:
        """Return what is published of the answers, of the months within these days together."""
