"""What a month tells besides who was rated: when citizens came, and what they answered to other questions.

Published with the tables of the month (`server.domain.months`). The hour of a week and the answer to a
question are told of the center as a whole, never together with a counter or an officer.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from server.domain.disclosure import CELL_MIN, is_large_step

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from server.domain.disclosure import Release, Scores

DAYS_A_WEEK: Final = 7
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
    hours: Mapping[Hour, Scores], days: Sequence[Release], before: Mapping[Hour, Scores]
) -> dict[Hour, Scores]:
    """Return the hours of a month that may be told, or those `before` if nothing may be told anew.

    `days` are the releases of the month. Hours with fewer than five are not told. Whoever adds the hours of a
    Monday up and takes the Mondays' days away has what is told of one of them only, so of each weekday the
    smallest hour goes, again and again, as long as that could be one to four ratings.
    """
    told = {hour: scores for hour, scores in hours.items() if sum(scores) >= CELL_MIN}
    for weekdays in _told_together(days):
        there = sum(sum(scores) for hour, scores in hours.items() if hour.weekday in weekdays)
        waiting = there - sum(each.n for each in days if each.first.isoweekday() in weekdays)
        while own := [hour for hour in told if hour.weekday in weekdays]:
            hidden = there - sum(sum(told[hour]) for hour in own)
            # some may be both: hidden, and in no release; then they are in neither figure
            if hidden == waiting == 0 or abs(hidden - waiting) >= CELL_MIN:
                break
            del told[min(own, key=lambda hour: (sum(told[hour]), hour))]
    both = sorted({*told, *before})
    sizes = ([sum(table.get(hour, ())) for hour in both] for table in (before, told))
    return told if not before or is_large_step(*sizes) else dict(before)


def _told_together(days: Sequence[Release]) -> list[set[int]]:
    """Return the weekdays in groups: those that one release spans are told as one."""
    groups = [{weekday} for weekday in range(1, DAYS_A_WEEK + 1)]
    for each in days:
        length = min(DAYS_A_WEEK, (each.last - each.first).days + 1)
        spanned = {(each.first + timedelta(days=n)).isoweekday() for n in range(length)}
        touched = [group for group in groups if group & spanned]
        groups = [group for group in groups if not group & spanned] + [set().union(*touched)]
    return groups


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
