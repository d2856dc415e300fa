"""Charts: a Vega-Lite specification from `charts/`, with the figures filled in.

What a chart looks like stands in its specification, in which colors in `charts/theme.json` and in the
style sheet. Nothing is computed in the browser, so what is drawn is what the table says.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from server.domain.disclosure import Scores
    from server.domain.statistics import Share
    from server.web.catalog import Words

CHART_DIR = Path(__file__).parent / "charts"


@cache
def _read(name: str) -> bytes:
    """Return a file of `charts/`."""
    return (CHART_DIR / name).read_bytes()


def _filled(name: str, description: str, **datasets: list[dict[str, object]]) -> dict[str, Any]:
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
    return _filled("faces", words("faces_caption"), parts=parts)


def trend_chart(days: Sequence[tuple[date, Share | None]], words: Words) -> dict[str, Any]:
    """Draw the share satisfied day by day; a day without enough ratings is a gap."""
    rows: list[dict[str, object]] = []
    for day, share in days:
        row: dict[str, object] = {
            "day": day.isoformat(),
            "days": len(days),
            "share": None,
            "low": None,
            "high": None,
            "tip": "",
        }
        if share is not None:
            row |= {
                "share": share.value,
                "low": share.interval.low,
                "high": share.interval.high,
                "tip": words.many(
                    "trend_tip",
                    share.n,
                    day=words.day(day),
                    percent=words.percent(share.value),
                    between=words.between(share.interval),
                ),
            }
        rows.append(row)
    spec = _filled("trend", words("trend_caption"), days=rows)
    return spec | {"params": [{"name": "unit", "value": words("percent", number="")}]}
