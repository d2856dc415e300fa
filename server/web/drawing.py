"""Charts: a Vega-Lite specification from `charts/`, with the figures filled in.

What a chart looks like stands in its specification, in which colors in `charts/theme.json` and in the
style sheet. Nothing is computed in the browser, so what is drawn is what the table says.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from server.web.standing import is_judged

if TYPE_CHECKING:
    from collections.abc import Sequence

    from server.domain.control import Chart
    from server.domain.disclosure import Scores
    from server.web.catalog import Words
    from server.web.standing import ControlledDay

AXIS_MIN_TENTHS = 2
"""How tall the trend's axis is at least, in tenths of the whole: on less, chance looks like change."""

CHART_DIR = Path(__file__).parent / "charts"


@cache
def _read(name: str) -> bytes:
    """Return a file of `charts/`."""
    return (CHART_DIR / name).read_bytes()


def filled(name: str, description: str, **datasets: list[dict[str, object]]) -> dict[str, Any]:
    """Return a specification with its data sets, its theme, and what it says to a screen reader."""
    spec: dict[str, Any] = msgspec.json.decode(_read(f"{name}.vl.json"))
    theme: dict[str, Any] = msgspec.json.decode(_read("theme.json"))
    return spec | {"description": description, "datasets": datasets, "config": theme}


def faces_chart(scores: Scores, words: Words) -> dict[str, Any]:
    """Draw the five faces as one bar that leans to where the citizens are.

    Its middle is the middle of the neutral face: what is left of it is against us, what is right is for us.
    """
    n = sum(scores)
    left = -(scores[0] + scores[1] + scores[2] / 2) / n
    parts: list[dict[str, object]] = []
    for score, count in enumerate(scores, 1):
        share = count / n
        name = words(f"score_{score}")
        percent = words.percent(share)
        parts.append(
            {
                "score": score,
                "from": left,
                "to": left + share,
                "middle": left + share / 2,
                "label": percent,
                "tip": words.many("faces_tip", count, name=name, percent=percent),
            }
        )
        left += share
    return filled("faces", words("faces_caption"), parts=parts)


def _utc_ms(day: date) -> int:
    """Return a day as a chart counts time: the charts keep days as midnights of UTC."""
    return (day - date(1970, 1, 1)).days * 24 * 3600 * 1000


def trend_axis(lowest: float) -> tuple[float, float]:
    """Return where the trend's axis begins and how far apart its lines are, both from 0 to 1.

    It begins at the next multiple of a tenth below the lowest bound that is drawn. A tenth by itself
    is not worth leaving out.
    """
    tenths = min(max(ceil(10 * lowest) - 1, 0), 10 - AXIS_MIN_TENTHS)
    tenths = 0 if tenths == 1 else tenths
    tall = 10 - tenths
    return tenths / 10, 0.05 if tall <= 3 else 0.1 if tall <= 7 else 0.2  # noqa: PLR2004 # four to seven lines


def _trend_row(each: ControlledDay, words: Words, *, judges: bool) -> dict[str, object]:
    """Return what the trend knows of a day; its limits are drawn only where days are judged."""
    row: dict[str, object] = {"day": each.day.isoformat(), "holiday": each.holiday, "signal": ""}
    share, point = each.share, each.point
    if share is None:
        empty = dict.fromkeys(("share", "low", "high", "lower", "upper"))
        return row | empty | {"judged": False, "tip": ""}
    tip = words.many(
        "trend_tip",
        share.n,
        day=words.day(each.day),
        percent=words.percent(share.value),
        between=words.from_to(share.interval),
    )
    limits = share.interval if point is None or point.is_small else point.limits  # not drawn of a small day
    row |= {"share": share.value, "low": share.interval.low, "high": share.interval.high}
    row |= {"lower": limits.low, "upper": limits.high, "judged": judges and limits is not share.interval}
    for more in (each.holiday, words(f"signal_{each.signal}") if each.signal else ""):
        tip += f" · {more}" if more else ""
    return row | {"tip": tip, "signal": each.signal}


def trend_chart(days: Sequence[ControlledDay], control: Chart | None, words: Words) -> dict[str, Any] | None:
    """Draw the share satisfied day by day, with the limits of its control chart; other days are gaps.

    The axis need not start at 0, and then the caption says so. Without any day there is nothing to draw.
    """
    center = None if control is None else control.center
    judges = is_judged(days)
    rows = [_trend_row(each, words, judges=judges) | {"days": len(days), "center": center} for each in days]
    lows = [each.share.interval.low for each in days if each.share]
    lows += [each.point.limits.low for each in days if each.point is not None and not each.point.is_small]
    if control is None or not lows:
        return None
    start, step = trend_axis(min(lows))
    caption = words("trend_caption")
    if start > 0:
        caption += " " + words("trend_axis", low=words.percent(start))
    values = {
        "unit": words("percent", number=""),
        "start": start,
        "step": step,
        "first": _utc_ms(days[0].day),
        "last": _utc_ms(days[-1].day),
    }
    params = [{"name": name, "value": value} for name, value in values.items()]
    return filled("trend", caption, days=rows) | {"params": params}
