"""The charts of the province: funnel, ranking and map. A center has the same color and shape in each."""

from __future__ import annotations

from math import exp, log
from typing import TYPE_CHECKING, Any, Final

from server.domain.funnel import OUTLIER, WATCH
from server.domain.province import Finding
from server.web.drawing import filled

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from server.domain.funnel import Funnel
    from server.domain.province import Place, Province
    from server.web.catalog import Words

LIMITS: Final = 60
"""At so many numbers of ratings the limits of the funnel are worked out."""
ROUND: Final = (30, 50, 100, 200, 500, 1000, 2000, 5000, 10_000)
"""Numbers of ratings whose limits stand in the table beside the funnel."""
SIZES: Final = 3
"""So many sizes of dots stand in the legend of the map."""
KINDS: Final = {Finding.WATCH_LOW: "watch", Finding.WATCH_HIGH: "watch"}
"""What the charts call a finding, where that is not its own name."""


def funnel_chart(found: Province, words: Words) -> dict[str, Any] | None:
    """Draw share over number of ratings, with the limits of what is usual; None: nobody takes part."""
    if found.funnel is None:
        return None
    rows = [
        _row(each, words) | {"n": each.n, "share": each.share.value}
        for each in _in_front_last(found.places)
        if each.spot and each.share
    ]
    ns = [each.n for each in found.places if each.spot]
    values = {
        "unit": words("percent", number=""),
        "mark": words("thousands_mark"),
        "labels": _labels(words, "lower", "higher", "watch", "inside"),
        "x_title": words("province_funnel_axis"),
    }
    limits = _limits(found.funnel, min(ns), max(ns))
    return _with(filled("funnel", words("province_funnel_caption"), places=rows, limits=limits), values)


def ranking_chart(found: Province, words: Words) -> dict[str, Any] | None:
    """Draw the centers in the order of the ranking, each with its interval; None: nobody takes part."""
    if found.funnel is None:
        return None
    rows: list[dict[str, object]] = []
    for order, each in enumerate(found.ranked, 1):
        if each.rank:
            shrunk = each.rank.shrunk
            between = {"value": shrunk.value, "low": shrunk.interval.low, "high": shrunk.interval.high}
            rows.append(_row(each, words) | between | {"order": order, "target": found.funnel.target})
    values = {
        "unit": words("percent", number=""),
        "labels": _labels(words, "lower", "higher", "watch", "inside"),
        "count": len(rows),
    }
    return _with(filled("ranking", words("province_ranking_caption"), places=rows), values)


def map_chart(found: Province, words: Words) -> dict[str, Any]:
    """Draw every center where it lies: what is said of it by color and shape, its ratings by size."""
    rows = [
        _row(each, words) | {"n": each.n, "lon": each.center.lon, "lat": each.center.lat}
        for each in _in_front_last(found.places)
    ]
    most = max(each.n for each in found.places)
    sizes = [n for n in ROUND if n <= most]
    values = {
        "mark": words("thousands_mark"),
        "labels": _labels(words, "lower", "higher", "watch", "inside", "few", "nothing"),
        "ratings": words("province_map_sizes"),
        "sizes": sizes[-SIZES:] or [most],
    }
    return _with(filled("map", words("province_map_caption"), places=rows), values)


def limit_rows(found: Funnel, n_max: int) -> list[dict[str, Any]]:
    """Return the limits at round numbers of ratings, up to the first that is beyond the largest center."""
    shown = [n for place, n in enumerate(ROUND) if place == 0 or ROUND[place - 1] < n_max]
    return [{"n": n, "watch": found.limits(n, WATCH), "outer": found.limits(n, OUTLIER)} for n in shown]


def kind_of(finding: Finding) -> str:
    """Return what the charts call a finding."""
    return KINDS.get(finding, finding.value)


def _limits(found: Funnel, least: int, most: int) -> list[dict[str, object]]:
    """Return the lines of the funnel, at numbers of ratings that lie evenly on its axis."""
    step = (log(most) - log(least)) / (LIMITS - 1)
    ns = sorted({least, most, *(round(exp(log(least) + step * place)) for place in range(LIMITS))})
    rows: list[dict[str, object]] = []
    for n in ns:
        inner, outer = found.limits(n, WATCH), found.limits(n, OUTLIER)
        row: dict[str, object] = {"n": n, "target": found.target, "low": inner.low, "high": inner.high}
        rows.append(row | {"outer_low": outer.low, "outer_high": outer.high})
    return rows


def _in_front_last(places: Sequence[Place]) -> list[Place]:
    """Order centers so that those of which something is to be said are drawn over the others."""
    order = list(Finding)
    return sorted(places, key=lambda each: -order.index(each.finding))


def _row(place: Place, words: Words) -> dict[str, object]:
    """Return what every chart knows of a center."""
    name, finding = place.center.name, words(f"province_finding_{place.finding.value}")
    tip = f"{name}: {finding}"
    if place.share:
        tip = words.many(
            "province_tip",
            place.n,
            name=name,
            percent=words.percent(place.share.value, 1),
            between=words.from_to(place.share.interval),
            finding=finding,
        )
    return {"name": name, "kind": kind_of(place.finding), "tip": tip}


def _labels(words: Words, *kinds: str) -> dict[str, str]:
    return {kind: words(f"province_kind_{kind}") for kind in kinds}


def _with(spec: dict[str, Any], values: Mapping[str, object]) -> dict[str, Any]:
    return spec | {"params": [{"name": name, "value": value} for name, value in values.items()]}
