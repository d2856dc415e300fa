"""Nobody learns a single score by looking twice."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.disclosure import (
    CELL_MIN,
    NO_SCORES,
    Release,
    Scores,
    add,
    by_day,
    corrections,
    due,
    merged,
    total,
)

MONDAY = date(2026, 11, 23)
PERIODS = [
    (MONDAY + timedelta(first), MONDAY + timedelta(last)) for first in range(5) for last in range(first, 5)
]
"""Every run of days of one working week."""


def scores(*given_scores: int) -> Scores:
    """Count scores."""
    return add(*(tuple(int(each == level) for level in range(1, 6)) for each in given_scores))  # type: ignore[arg-type] # five of them


def test_today_becomes_visible_in_steps_of_five() -> None:
    """Four ratings of today wait; the fifth makes all five visible together."""
    assert due({MONDAY: scores(5, 5, 4, 1)}, MONDAY) == []
    assert due({MONDAY: scores(5, 5, 4, 1, 3)}, MONDAY) == [Release(MONDAY, MONDAY, (1, 0, 1, 1, 2))]


def test_quiet_days_wait_for_one_another() -> None:
    """Days that are over with fewer than five are told together, as a span, once they are five."""
    days = {MONDAY + timedelta(1): scores(1, 2), MONDAY: scores(5, 5, 5)}

    assert due(days, MONDAY + timedelta(1)) == []
    assert due(days, MONDAY + timedelta(2)) == [Release(MONDAY, MONDAY + timedelta(1), (1, 1, 0, 0, 3))]


def test_a_span_is_never_told_for_one_of_its_days() -> None:
    """The trend by day leaves out what was told for several days only."""
    single = Release(MONDAY, MONDAY, scores(5, 5, 5, 5, 5))
    span = Release(MONDAY, MONDAY + timedelta(1), scores(1, 1, 1, 1, 1))

    assert by_day([single, single, span]) == {MONDAY: (0, 0, 0, 0, 10)}
    assert total([single, span]) == (5, 0, 0, 0, 5)
    assert total([]) == NO_SCORES


@given(
    st.dictionaries(
        st.dates(MONDAY, MONDAY + timedelta(20)), st.tuples(*[st.integers(0, 6)] * 5), max_size=12
    )
)
def test_no_step_is_smaller_than_five_and_nothing_is_told_twice(pending: dict[date, Scores]) -> None:
    """Each release holds at least five, together they never hold more than there is, and days keep order."""
    found = due(pending, MONDAY + timedelta(10))

    assert all(release.n >= CELL_MIN for release in found)
    told, there = total(found), add(*pending.values())
    assert all(one <= other for one, other in zip(told, there, strict=True))
    assert all(release.first <= release.last for release in found)


def minus(one: Scores, other: Scores) -> Scores:
    """Take away score by score."""
    return add(one, tuple(-n for n in other))  # type: ignore[arg-type] # five of them


Rule = Callable[[dict[date, Scores], date], list[Release]]


def a_week_of_looking(seed: int, rule: Rule) -> list[dict[tuple[date, date], Scores]]:
    """Play a week of single ratings, late ones too, and note every figure after each of them."""
    chance = random.Random(seed)
    actual: dict[date, Scores] = {}
    shown: dict[date, Scores] = {}
    releases: list[Release] = []
    looks = []
    for number in range(5):
        today = MONDAY + timedelta(number)
        for _ in range(chance.randint(0, 14)):
            late = chance.random() < 0.2
            day = MONDAY + timedelta(chance.randint(0, number)) if late else today
            actual[day] = add(actual.get(day, NO_SCORES), scores(chance.randint(1, 5)))
            pending = {each: minus(actual[each], shown.get(each, NO_SCORES)) for each in actual}
            for release in rule(pending, today):
                releases.append(release)
                for each in list(actual):
                    if release.first <= each <= release.last and sum(pending[each]) > 0:
                        shown[each] = actual[each]
            looks.append(
                {
                    (first, last): total(r for r in releases if first <= r.first and r.last <= last)
                    for first, last in PERIODS
                }
            )
    return looks


def a_week_of_withholding(seed: int, rule: Correcting) -> list[dict[tuple[date, date], list[Release]]]:
    """Play days that were released, and withhold some ratings one by one; note what each period has."""
    chance = random.Random(seed)
    releases = [
        Release(MONDAY, MONDAY, tuple(chance.randint(0, 3) + 1 for _ in range(5))),  # type: ignore[arg-type] # five of them
        Release(MONDAY + timedelta(1), MONDAY + timedelta(2), (1, 2, 0, 1, 1)),
        Release(MONDAY + timedelta(3), MONDAY + timedelta(3), (1, 1, 1, 1, chance.randint(1, 9))),
        Release(MONDAY + timedelta(3), MONDAY + timedelta(4), (2, 2, 1, 1, 1)),
    ]
    shown = {
        MONDAY: releases[0].scores,
        MONDAY + timedelta(1): (1, 1, 0, 0, 1),
        MONDAY + timedelta(2): (0, 1, 0, 1, 0),
    }
    shown |= {
        MONDAY + timedelta(3): add(releases[2].scores, (1, 1, 0, 0, 0)),
        MONDAY + timedelta(4): (1, 1, 1, 1, 1),
    }
    each_one = [
        (day, level) for day, counts in shown.items() for level in range(5) for _ in range(counts[level])
    ]
    chance.shuffle(each_one)
    pending: dict[date, Scores] = {}
    looks = []
    for day, level in each_one[: chance.randint(0, len(each_one))]:
        pending[day] = add(pending.get(day, NO_SCORES), scores(level + 1))
        for release in rule(pending, releases):
            releases = [*releases, release]
            pending = {d: each for d, each in pending.items() if not release.first <= d <= release.last}
        looks.append(
            {
                (first, last): [r for r in releases if first <= r.first and r.last <= last]
                for first, last in PERIODS
            }
        )
    return looks


Correcting = Callable[[dict[date, Scores], list[Release]], list[Release]]


def hasty(pending: dict[date, Scores], _shown: list[Release]) -> list[Release]:
    """Take out, as a control, five of a day at once, whatever remains."""
    return [
        Release(day, day, minus(NO_SCORES, each)) for day, each in pending.items() if sum(each) >= CELL_MIN
    ]


def few(looks: list[dict[tuple[date, date], list[Release]]]) -> list[Scores]:
    """Return the figures that rest on fewer than five ratings, or count fewer than none of a score."""
    figures = [total(each) for look in looks for each in look.values()]
    figures += [merged(each) for look in looks for each in look.values()]
    figures += [day for look in looks for each in look.values() for day in by_day(each).values()]
    return [each for each in figures if 0 < sum(each) < CELL_MIN or min(each) < 0]


@pytest.mark.parametrize("seed", range(40))
def test_withholding_leaves_no_figure_of_fewer_than_five(seed: int) -> None:
    """Figures rest on five ratings or more, or on none, and no score goes below 0, whatever is withheld."""
    assert few(a_week_of_withholding(seed, corrections)) == []


def test_the_check_would_notice_what_remains() -> None:
    """If five of a day may leave and fewer than five remain, the same check finds it."""
    assert any(few(a_week_of_withholding(seed, hasty)) for seed in range(40))


def test_a_correction_takes_at_least_five_and_spans_what_it_touches() -> None:
    """Four withheld ratings stay; with the fifth all leave, over the days of their releases."""
    day = Release(MONDAY, MONDAY, (5, 0, 0, 0, 10))
    span = Release(MONDAY + timedelta(1), MONDAY + timedelta(3), (0, 0, 0, 0, 6))
    four = {MONDAY: scores(1, 1, 1, 1)}

    assert corrections(four, [day, span]) == []
    five = corrections(four | {MONDAY + timedelta(2): scores(5)}, [day, span])
    assert five == [Release(MONDAY, MONDAY + timedelta(3), (-4, 0, 0, 0, -1))]
    assert by_day([day, span, *five]) == {}
    assert merged([day, span, *five]) == (1, 0, 0, 0, 15)


def careless(pending: dict[date, Scores], _today: date) -> list[Release]:
    """Release, as a control, in steps that may be smaller by one."""
    return [Release(day, day, each) for day, each in sorted(pending.items()) if sum(each) >= CELL_MIN - 1]


def smallest_difference(looks: list[dict[tuple[date, date], Scores]]) -> int:
    """Return the least number of ratings by which any two nested figures, at any two moments, differ."""
    least = 10**9
    for before, after in pairwise(looks):
        for period in PERIODS:
            step = sum(after[period]) - sum(before[period])
            least = min(least, step) if step else least
    for look in looks:
        for one, other in combinations(PERIODS, 2):
            if one[0] <= other[0] and other[1] <= one[1]:
                gap = sum(look[one]) - sum(look[other])
                least = min(least, gap) if gap else least
    return least


@pytest.mark.parametrize("seed", range(20))
def test_reloading_after_every_citizen_tells_no_single_score(seed: int) -> None:
    """Over a week, any two figures of nested periods at any moments are equal or differ by five or more."""
    assert smallest_difference(a_week_of_looking(seed, due)) >= CELL_MIN


def test_the_check_would_notice_a_lower_minimum() -> None:
    """With steps of four the same check finds a difference of four."""
    assert min(smallest_difference(a_week_of_looking(seed, careless)) for seed in range(20)) < CELL_MIN


Sizes = dict[tuple[date, date], tuple[int, int]]
"""Of each period how many ratings its figure has without the suspicious ones, and with them."""


def a_week_with_suspects(seed: int, *, apart: bool) -> list[Sizes]:
    """Play a week of single ratings, some of them suspicious, and note both figures after each of them.

    Not `apart`: as a control, all are released together, and the suspicious ones are then left out.
    """
    chance = random.Random(seed)
    waiting: dict[bool, list[tuple[date, bool]]] = {False: [], True: []}
    shown: list[tuple[Release, int]] = []
    looks: list[Sizes] = []
    for number in range(5):
        today = MONDAY + timedelta(number)
        for _ in range(chance.randint(0, 14)):
            is_suspect = chance.random() < 0.4
            waiting[is_suspect and apart].append((today, is_suspect))
            for line in waiting.values():
                pending = {day: (sum(each == day for each, _ in line), 0, 0, 0, 0) for day, _ in line}
                for release in due(pending, today):
                    within = [each for each in line if release.first <= each[0] <= release.last]
                    shown.append((release, sum(flag for _, flag in within)))
                    line[:] = [each for each in line if each not in within]
            looks.append({period: _both(shown, *period) for period in PERIODS})
    return looks


def _both(shown: list[tuple[Release, int]], first: date, last: date) -> tuple[int, int]:
    within = [each for each in shown if first <= each[0].first and each[0].last <= last]
    return sum(release.n - suspects for release, suspects in within), sum(release.n for release, _ in within)


def smallest_gap(looks: list[Sizes]) -> int:
    """Return the least number of ratings by which a figure differs from one that it holds."""
    gaps = []
    for one, other in combinations(PERIODS, 2):
        for look in looks:
            if one[0] <= other[0] and other[1] <= one[1]:
                gaps += [
                    look[one][kind] - look[other][other_kind] for kind, other_kind in ((0, 0), (1, 1), (1, 0))
                ]
    for before, after in pairwise([*looks[:1], *looks]):
        for period in PERIODS:
            gaps.append(after[period][1] - after[period][0])
            gaps += [after[period][1] - before[period][kind] for kind in (0, 1)]
            gaps.append(after[period][0] - before[period][0])
    return min((gap for gap in gaps if gap), default=CELL_MIN)


@pytest.mark.parametrize("seed", range(20))
def test_with_and_without_suspicious_ratings_differ_by_five_or_by_none(seed: int) -> None:
    """Whichever two figures that hold one another are subtracted, at whatever moments: no handful is left."""
    assert smallest_gap(a_week_with_suspects(seed, apart=True)) >= CELL_MIN


def test_the_check_would_notice_that_both_were_released_together() -> None:
    """If suspicious ratings were merely left out of what is shown, the same check finds fewer than five."""
    assert min(smallest_gap(a_week_with_suspects(seed, apart=False)) for seed in range(20)) < CELL_MIN
