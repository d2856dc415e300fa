"""What a month tells besides who was rated: when citizens came, and what they answered to other questions.

Published with the tables of the month (`server.domain.months`). The hour of a week and the answer to a
question are told of the center as a whole, never together with a counter or an officer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from server.domain.disclosure import CELL_MIN, is_large_step

if TYPE_CHECKING:
    from collections.abc import Mapping

    from server.domain.disclosure import Scores

ANSWERED: Final = -1
"""Stands for a choice: how many answered the question at all. Whoever ticks several options answers once."""


class Hour(NamedTuple):
    """An hour of the week: 1 is Monday (ISO 8601), and the hour that begins then, in Vietnam."""

    weekday: int
    hour: int


class Answer(NamedTuple):
    """One of the answers to a question of a survey: the number of an option, a small number, a score."""

    survey: str
    question: str
    choice: int


def hours_told(
    hours: Mapping[Hour, Scores], month_n: int, before: Mapping[Hour, Scores]
) -> dict[Hour, Scores]:
    """Return the hours of a month that may be told, or those `before` if nothing may be told anew.

    `month_n` is how many ratings the days of the month tell of. Hours with fewer than five are not told,
    and as long as the rest of the month would be one to four ratings, nor is the smallest that is left.
    """
    told = {hour: scores for hour, scores in hours.items() if sum(scores) >= CELL_MIN}
    while told and 0 < abs(month_n - sum(map(sum, told.values()))) < CELL_MIN:
        del told[min(told, key=lambda hour: (sum(told[hour]), hour))]
    both = sorted({*told, *before})
    sizes = ([sum(table.get(hour, ())) for hour in both] for table in (before, told))
    return told if not before or is_large_step(*sizes) else dict(before)


def answers_told(answers: Mapping[Answer, int], before: Mapping[Answer, int]) -> dict[Answer, int]:
    """Return the answers of a month that may be told: all of a question that five citizens answered.

    A question that was told before and that fewer than five more have answered since stays as it was.
    """
    found: dict[Answer, int] = {}
    for survey, question in sorted({each[:2] for each in answers} | {each[:2] for each in before}):
        one = Answer(survey, question, ANSWERED)
        now, then = answers.get(one, 0), before.get(one, 0)
        source = answers if now >= CELL_MIN and is_large_step([then], [now]) else before
        found |= {each: n for each, n in source.items() if each[:2] == (survey, question) and n}
    return found
