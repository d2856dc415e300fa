"""What the Province page says in sentences: what stands out, what does not, and what cannot be told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from server.domain.funnel import WATCH
from server.domain.province import Finding
from server.domain.statistics import CONFIDENCE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from server.domain.calendar import Period
    from server.domain.changes import Change
    from server.domain.means import Mean
    from server.domain.province import Place, Province
    from server.domain.statistics import Interval
    from server.web.catalog import Words

NAMED_MAX: Final = 3
"""So many centers are named in a sentence; the table has the others."""
MINUS: Final = "\N{MINUS SIGN}"


@dataclass(frozen=True, slots=True)
class ProvinceWords:
    """One language, about one period."""

    words: Words
    period: Period

    def summary(self, found: Province) -> str:
        """Say who lies apart from the others, or that nobody does."""
        period, ranked = self.words.period(self.period), found.ranked
        if found.funnel is None:
            return self.words("province_summary_few", period=period)
        lower, higher = found.of(Finding.LOWER), found.of(Finding.HIGHER)
        share = self.words.percent(found.funnel.target)
        if not lower and not higher:
            return self.words.many("province_summary_none", len(ranked), period=period, share=share)
        parts = [self.words("province_lower_are", names=self.names(lower))] if lower else []
        parts += [self.words("province_higher_are", names=self.names(higher))] if higher else []
        return self.words.many(
            "province_summary_some",
            len(ranked),
            period=period,
            share=share,
            found=self.words.number(len(lower) + len(higher)),
            which=" ".join(parts),
        )

    def names(self, places: Sequence[Place]) -> str:
        """Name the first few of some centers, and how many more there are."""
        named = ", ".join(each.center.name for each in places[:NAMED_MAX])
        more = len(places) - NAMED_MAX
        return self.words.many("province_and_more", more, names=named) if more > 0 else named

    def funnel(self, found: Province) -> str:
        """Say how many centers lie outside the inner limits, and how many would by chance."""
        outside = sum(each.finding is not Finding.INSIDE for each in found.ranked)
        return self.words.many(
            "province_funnel_says",
            outside,
            all=self.words.number(len(found.ranked)),
            expected=self.words.number(round((1 - WATCH) * len(found.ranked))),
        )

    def ranking(self, found: Province) -> str:
        """Say how far the first of the ranking can be told from the others."""
        first, tied = found.ranked[0].center.name, found.tied_with_first
        if not tied:
            return self.words("province_ranking_alone", name=first)
        return self.words.many("province_ranking_tied", tied, name=first)

    def map(self, found: Province) -> str:
        """Say how many centers there are of each kind."""
        counts = {
            kind.value: self.words.number(len(found.of(kind)))
            for kind in (Finding.LOWER, Finding.HIGHER, Finding.FEW, Finding.NOTHING)
        }
        return self.words("province_map_says", **counts)

    def by_chance(self, found: Province) -> str:
        """Say how many of the changes that are called real are so by chance."""
        compared = sum(each.change is not None for each in found.places)
        return self.words.many("province_changes_by_chance", round((1 - CONFIDENCE) * compared), all=compared)

    def points(self, value: float) -> str:
        """Write a difference in points: +2,1 or −0,4."""
        tenths = round(1000 * value)
        sign = "+" if tenths > 0 else MINUS if tenths < 0 else ""
        return sign + self._points(abs(tenths) / 1000)

    def points_between(self, interval: Interval) -> str:
        """Write between which bounds a difference lies."""
        low, high = self.points(interval.low), self.points(interval.high)
        return self.words("province_points_between", low=low, high=high)

    def change(self, change: Change) -> str:
        """Say what a difference to the period before comes to."""
        return self.words(f"province_change_{change.verdict.value}")

    def share_between(self, interval: Interval) -> str:
        """Write between which bounds a share lies that is known to tenths of a percent."""
        high = self.words.percent(interval.high, 1)
        return self.words("interval_sentence", low=self._points(interval.low), high=high)

    def index(self, mean: Mean) -> str:
        """Write the linear index: 0 to 100 points."""
        return self._points(mean.value)

    def index_between(self, mean: Mean) -> str:
        """Write the interval of the linear index."""
        low, high = self._points(mean.interval.low), self._points(mean.interval.high)
        return self.words("interval_table", low=low, high=high)

    def _points(self, value: float) -> str:
        return f"{100 * value:.1f}".replace(".", self.words("decimal_mark"))
