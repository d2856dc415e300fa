"""What centers tell once a quarter, in SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.domain.audit import Action, changed
from server.store.log import Log

if TYPE_CHECKING:
    from collections.abc import Mapping

    from server.domain.calendar import Period


class Quarters(Log):
    """The verbs of `Store` about what centers tell once a quarter."""

    def quarter_figures(self, center: int, quarter: Period) -> dict[str, int]:
        """Return what a center told of a quarter, by the names of `server.domain.quarter_figures`."""
        rows = self.ask(
            "select name, count from quarter_figure where center = :center and quarter = :quarter"
            " order by name",
            center=center,
            quarter=quarter.key,
        )
        return {row["name"]: int(row["count"]) for row in rows}

    def take_quarter_figures(
        self, center: int, quarter: Period, figures: Mapping[str, int], author: str
    ) -> None:
        """Let a center have told this of a quarter, in place of all that it told of it before."""
        before = self.quarter_figures(center, quarter)
        if before == dict(figures):
            return
        where = {"center": center, "quarter": quarter.key}
        self.write("delete from quarter_figure where center = :center and quarter = :quarter", **where)
        self.write_many(
            "insert into quarter_figure (center, quarter, name, count)"
            " values (:center, :quarter, :name, :count)",
            [{**where, "name": name, "count": count} for name, count in sorted(figures.items())],
        )
        told = changed(before, dict(sorted(figures.items())))
        self.note(Action.TAKE_QUARTER_FIGURES, f"{center} {quarter.key}", told, author=author)
