"""What months tell besides who was rated: answers to the further questions, and the hours of the week.

Every figure is a sum of what months publish (`store.answer_figures`, `store.hour_figures`), of the center as
a whole: nothing here may count ratings in any other way.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from starlette.concurrency import run_in_threadpool

from server.domain.answered import Answered, answered
from server.domain.funnel import funnel
from server.domain.habits import Hour
from server.domain.ranking import PLACES_MIN
from server.domain.statistics import Share, Tally, satisfied
from server.protocol.survey import decode_survey
from server.web.context import context_of
from server.web.drawing import filled, trend_axis
from server.web.month_choice import asked_months, month_values
from server.web.pages import page, words_of
from server.web.surveys import said_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from server.domain.calendar import Period
    from server.domain.disclosure import Scores
    from server.protocol.survey import Question
    from server.store import Store
    from server.web.catalog import Words

PATH: Final = "/comparison/months"
CELL: Final = 40
"""How tall an hour is drawn, in pixels."""


@dataclass(frozen=True, slots=True)
class Week:
    """The hours of the week that are told, and those of them that differ really from all together."""

    shares: Mapping[Hour, Share]
    low: Sequence[Hour]
    high: Sequence[Hour]
    common: Share

    @property
    def weekdays(self) -> list[int]:
        """The days that have an hour: 1 is Monday."""
        return sorted({each.weekday for each in self.shares})

    @property
    def rows(self) -> list[int]:
        """The hours of the day of which any is told."""
        return sorted({each.hour for each in self.shares})

    def at(self, weekday: int, hour: int) -> Share | None:
        """Return the share of an hour; None where none is told."""
        return self.shares.get(Hour(weekday, hour))


async def show_details(request: Request) -> Response:
    """Show the page to whoever may see the center. `GET /comparison/months?center=CODE&period=2026-10`."""
    return await run_in_threadpool(_details, request)


def _details(request: Request) -> Response:
    """Read and render, in a worker thread: the store blocks."""
    store, words = context_of(request).store, words_of(request)
    choice = asked_months(request)
    days = choice.center.code, choice.period.first, choice.period.last
    week = week_of(store.hour_figures(*days))
    values = month_values(choice, PATH) | {
        "title": words("details_title"),
        "surveys": read_answers(store, words, choice.center.code, choice.period),
        "week": week,
        "week_sentence": week_sentence(words, week) if week else "",
        "heat": heat_chart(week, words) if week else None,
        "option_name": lambda question, number: option_name(question, number, words),
        "said": lambda text: said(text, words.lang),
        "numbered": lambda shares: list(enumerate(shares)),
    }
    return page(request, "month_details.html", values)


def read_answers(store: Store, words: Words, center: int, period: Period) -> list[tuple[str, list[Answered]]]:
    """Return each survey that was answered, the newest first, with what citizens answered to it."""
    figures = store.answer_figures(center, period.first, period.last)
    asked = {each.survey for each in figures}
    kept = [(each.hash, decode_survey(each.raw)) for each in store.kept_surveys() if each.hash in asked]
    found = [(said_name(survey, words.lang), list(answered(name, survey, figures))) for name, survey in kept]
    return [(name, questions) for name, questions in found if questions]


def said(text: Mapping[str, str], lang: str) -> str:
    """Return a text of a survey in a language, else in its first one."""
    return text.get(lang) or next(iter(text.values()))


def option_name(question: Question, number: int, words: Words) -> str:
    """Return the words of an option, or of a number that has none."""
    if question.options:
        return said(question.options[number].text, words.lang)
    return words("answer_or_more", number=number) if number == question.most else words.number(number)


def week_of(figures: Mapping[Hour, Scores]) -> Week | None:
    """Return the hours that are told; None where there are none.

    Of some fifty hours a few always lie outside any limit by chance, so those count as different that are
    discoveries: at most one in twenty of them is so by chance.
    """
    shares = {hour: one for hour, scores in sorted(figures.items()) if (one := satisfied(scores))}
    tallies = [Tally(each.count, each.n) for each in shares.values()]
    seen = funnel(tallies, spread_min=PLACES_MIN)
    n = sum(each.n for each in tallies)
    whole = satisfied((n - (count := sum(each.count for each in tallies)), 0, 0, 0, count))
    if seen is None or whole is None:
        return None
    found = [
        (hour, spot) for hour, spot in zip(shares, seen.spots, strict=True) if spot and spot.is_discovery
    ]
    return Week(
        shares,
        [hour for hour, spot in found if spot.value < seen.target],
        [hour for hour, spot in found if spot.value > seen.target],
        whole,
    )


def week_sentence(words: Words, week: Week) -> str:
    """Say which hours differ really from all together, or that none does."""
    common = words.percent(week.common.value)
    said = [
        words(f"week_{which}", hours=", ".join(hour_name(words, hour) for hour in hours), common=common)
        for which, hours in (("low", week.low), ("high", week.high))
        if hours
    ]
    return " ".join(said) or words("week_alike", common=common)


def hour_name(words: Words, hour: Hour) -> str:
    """Name an hour of the week: `Thứ Hai 8–9 giờ`."""
    return words("week_hour", weekday=words(f"weekday_{hour.weekday}"), first=hour.hour, last=hour.hour + 1)


def heat_chart(week: Week, words: Words) -> dict[str, Any]:
    """Draw the hours of the week: the fuller the color of one, the more of its citizens were satisfied."""
    start, _ = trend_axis(min(each.value for each in week.shares.values()))
    cells: list[dict[str, object]] = [
        {
            "weekday": words(f"weekday_short_{hour.weekday}"),
            "place": hour.weekday,
            "hour": words("hour_short", hour=hour.hour),
            "row": hour.hour,
            "depth": 0.12 + 0.88 * (share.value - start) / (1 - start),
            "percent": words.percent(share.value),
            "is_low": hour in week.low,
            "tip": words.many(
                "week_tip",
                share.n,
                hour=hour_name(words, hour),
                share=words.percent(share.value),
                between=words.from_to(share.interval),
            ),
        }
        for hour, share in week.shares.items()
    ]
    return filled("heat", words("heat_caption"), cells=cells) | {"height": CELL * len(week.rows)}
