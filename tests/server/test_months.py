"""Tables of a month tell a lot about counters and officers, and nothing about a handful of citizens."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from itertools import combinations, product

import pytest

from server.domain.disclosure import NO_SCORES, Release, Scores, add
from server.domain.months import Bundle, Cell, Cut, Tables, cells_of, is_settled, month_of, tables
from server.domain.tracing import traced

OCTOBER = month_of(date(2026, 10, 1))
Rule = Callable[[Mapping[Bundle, Scores], Sequence[Release], Iterable[Cell], int], Tables]


def bundle(day: int, counter: str, officer: str = "", procedure: str = "", since: int = 1) -> Bundle:
    """Make a bundle of a day in October."""
    return Bundle(OCTOBER.first + timedelta(day - 1), counter, officer, procedure, since)


def told(bundles: Mapping[Bundle, Scores]) -> list[Release]:
    """Tell every day of the bundles by itself."""
    sums: dict[date, Scores] = {}
    for each, scores in bundles.items():
        sums[each.day] = add(sums.get(each.day, NO_SCORES), scores)
    return [Release(day, day, scores) for day, scores in sorted(sums.items())]


def publishable(
    bundles: Mapping[Bundle, Scores],
    releases: Iterable[Release],
    earlier: Iterable[Cell] = (),
    issue: int = 1,
) -> dict[Cell, Scores]:
    """Return the cells that are published."""
    return tables(bundles, releases, earlier, issue).cells


def keys(cells: Iterable[Cell]) -> set[str]:
    """Name cells shortly."""
    return {cell.key for cell in cells}


def test_a_counter_with_few_ratings_hides_behind_another() -> None:
    """A counter with three ratings is not told, nor the one that would tell it by subtraction."""
    bundles = {
        bundle(1, "c1"): (0, 0, 2, 8, 9),
        bundle(1, "c2"): (1, 1, 1, 2, 3),
        bundle(1, "c3"): (1, 1, 1, 0, 0),
    }

    found = publishable(bundles, told(bundles))

    assert found == {Cell(1, Cut.COUNTER, "c1"): (0, 0, 2, 8, 9)}
    assert keys(cells_of(bundles, 1)) == {"c1", "c2", "c3"}


def test_an_officer_needs_ten() -> None:
    """An officer with nine ratings is not told, one with ten is."""
    nine = {bundle(1, "c1", "an"): (0, 0, 0, 0, 9), bundle(1, "c2", "binh"): (0, 0, 0, 0, 10)}

    assert {cell.key for cell in publishable(nine, told(nine)) if cell.cut is Cut.OFFICER} == {"binh"}


def test_two_counters_less_one_officer_tell_nobody() -> None:
    """Counters less an officer would be two people: where cuts nearly coincide, one gives way."""
    bundles = {
        bundle(1, "c1", "an"): (0, 0, 0, 9, 9),
        bundle(1, "c2", "an"): (0, 0, 0, 9, 9),
        bundle(1, "c2", "binh"): (1, 1, 0, 0, 0),
        bundle(2, "c3", "binh"): (0, 0, 0, 9, 9),
    }

    assert keys(publishable(bundles, told(bundles))) == {"c1", "c2", "c3"}


def test_ratings_that_no_day_tells_of_wait() -> None:
    """Of nine ratings six are told by their day: three wait, or they would be the difference."""
    bundles = {bundle(1, "c1"): (0, 0, 0, 0, 9), bundle(1, "c2"): (0, 0, 0, 8, 0)}
    releases = [Release(OCTOBER.first, OCTOBER.first, (0, 0, 0, 8, 6))]

    found = tables(bundles, releases, [], 1)

    assert found.cells == {
        Cell(1, Cut.COUNTER, "c1"): (0, 0, 0, 0, 6),
        Cell(1, Cut.COUNTER, "c2"): (0, 0, 0, 8, 0),
    }
    assert found.later == {bundle(1, "c1"): (0, 0, 0, 0, 3)}


def test_days_that_are_told_together_are_one_figure() -> None:
    """What a span of quiet days tells besides what its days told is held against the tables too."""
    bundles = {bundle(1, "c1"): (0, 0, 0, 0, 9), bundle(2, "c2"): (0, 0, 0, 7, 0)}
    releases = [
        Release(OCTOBER.first, OCTOBER.first, (0, 0, 0, 0, 6)),
        Release(OCTOBER.first, OCTOBER.first + timedelta(1), (0, 0, 0, 7, 3)),
    ]

    assert not publishable(bundles, releases)  # less its day, the first counter would be three citizens


def days(bundles: Mapping[Bundle, Scores]) -> list[date]:
    """Return the days of bundles."""
    return sorted({each.day for each in bundles})


def test_a_late_rating_waits_until_it_is_one_of_many() -> None:
    """Tables that were published are published anew only if nobody's score is the difference."""
    first = {bundle(1, "c1"): (0, 0, 0, 9, 9), bundle(1, "c2"): (0, 0, 0, 9, 9)}
    earlier = list(publishable(first, told(first)))
    one_more = {**first, bundle(1, "c1", since=2): (1, 0, 0, 0, 0)}
    five_more = {**first, bundle(1, "c1", since=2): (1, 0, 0, 0, 4)}

    waiting = tables(one_more, told(first), earlier, 2)
    assert waiting.later == {bundle(1, "c1", since=2): (1, 0, 0, 0, 0)}
    assert {cell.key: scores for cell, scores in waiting.cells.items()} == {
        "c1": (0, 0, 0, 9, 9),
        "c2": (0, 0, 0, 9, 9),
    }
    assert publishable(five_more, told(five_more), earlier, 2)[Cell(2, Cut.COUNTER, "c1")] == (1, 0, 0, 9, 13)


def test_a_late_rating_among_many_elsewhere_is_not_told() -> None:
    """Of five late ratings that the days tell of one is at a counter: its table stays as it is."""
    first = {bundle(1, "c1"): (0, 0, 0, 9, 9), bundle(1, "c2"): (0, 0, 0, 9, 9)}
    earlier = list(publishable(first, told(first)))
    late = {**first, bundle(1, "c1", since=2): (1, 0, 0, 0, 0), bundle(1, "c2", since=2): (0, 0, 0, 0, 4)}

    assert not publishable(
        late, [*told(first), Release(OCTOBER.first, OCTOBER.first, (1, 0, 0, 0, 4))], earlier, 2
    )


def test_a_withheld_rating_stays_in_the_issue_that_had_it() -> None:
    """What was published is not forgotten: one rating less would be told by subtraction."""
    before = {bundle(1, "c1"): (0, 0, 0, 9, 9), bundle(1, "c2"): (0, 0, 0, 9, 9)}
    earlier = list(publishable(before, told(before)))
    gone = bundle(1, "c1")._replace(until=2)
    after = {**before, bundle(1, "c1"): (0, 0, 0, 9, 8), gone: (0, 0, 0, 0, 1)}

    assert cells_of(after, 1) == cells_of(before, 1)
    assert keys(publishable(after, told(before), earlier, 2)) == {"c2"}


def test_a_month_settles_for_five_days() -> None:
    """Kiosks that were offline at its end have five days to bring what they have."""
    assert not is_settled(OCTOBER, date(2026, 11, 5))
    assert is_settled(OCTOBER, date(2026, 11, 6))


def a_month(seed: int) -> dict[Bundle, Scores]:
    """Make a small month in which few ratings meet many cuts: the worst there is."""
    chance = random.Random(seed)
    found: dict[Bundle, Scores] = {}
    for day in range(1, chance.randint(2, 4)):
        for counter, officer in product(("c1", "c2", "c3"), ("an", "binh")):
            if chance.random() < 0.6:
                counts = [chance.choice((0, 0, 1, 2, 3)) for _ in range(5)]
                if sum(counts):
                    one, two, three, four, five = counts
                    found[bundle(day, counter, officer, chance.choice(("", "p1", "p2")))] = (
                        one,
                        two,
                        three,
                        four,
                        five,
                    )
    return found


def a_handful(bundles: Mapping[Bundle, Scores], published: Iterable[Cell], issue: int) -> set[Bundle]:
    """Add and subtract up to four figures in every way; return who is told of, one to four at a time."""
    figures = [frozenset(each for each in bundles if each.day == day) for day in days(bundles)]
    figures += [
        frozenset(each for each in bundles if each.is_in(issue) and each.key(cell.cut) == cell.key)
        for cell in published
    ]
    alone = {frozenset(f) for f in figures[: len(days(bundles))]}
    found: set[Bundle] = set()
    for count in (1, 2, 3, 4):
        for some in combinations(figures, count):
            if set(some) <= alone:
                continue  # days are told anyway
            for signs in product((1, -1), repeat=count - 1):
                sums = {
                    each: sum(sign for sign, figure in zip((1, *signs), some, strict=True) if each in figure)
                    for each in frozenset().union(*some)
                }
                left = {each: n for each, n in sums.items() if n}
                size = sum(sum(bundles[each]) for each in left)
                if set(left.values()) <= {1, -1} and 0 < size < 5:
                    found |= set(left)
    return found


def lowered(
    bundles: Mapping[Bundle, Scores], _told: Sequence[Release], _earlier: Iterable[Cell], issue: int
) -> Tables:
    """Publish whatever has four: the control."""
    return Tables({cell: scores for cell, scores in cells_of(bundles, issue).items() if sum(scores) >= 4}, {})


def leaks(rule: Rule, seeds: range) -> int:
    """Count the months in which somebody is told of."""
    found = 0
    for seed in seeds:
        bundles = a_month(seed)
        # a day with fewer than five is never told by itself
        big = {day for day in days(bundles) if sum(sum(s) for b, s in bundles.items() if b.day == day) >= 5}
        whole = {each: scores for each, scores in bundles.items() if each.day in big}
        found += bool(a_handful(whole, rule(whole, told(whole), [], 1).cells, 1))
    return found


def test_no_sum_of_figures_tells_of_fewer_than_five() -> None:
    """Whatever four figures of days, counters, officers and procedures are added and subtracted."""
    assert leaks(tables, range(150)) == 0


def test_the_search_for_leaks_finds_them() -> None:
    """The control: a rule that looks at each cell alone, and lets four pass, tells of people."""
    assert leaks(lowered, range(20)) > 5


def test_a_usual_month_is_told_in_full() -> None:
    """What is hidden is little: of ten busy counters with an officer each, every figure is told."""
    chance = random.Random(1)
    bundles = {
        bundle(day, f"c{place}", f"o{place}"): (
            0,
            chance.randint(0, 1),
            1,
            chance.randint(1, 3),
            chance.randint(1, 4),
        )
        for day in range(1, 27)
        for place in range(10)
    }

    assert len(publishable(bundles, told(bundles))) == 20


@pytest.mark.parametrize(
    ("figures", "sizes", "known"),
    [
        ([{0, 1}, {0}], {0: 20, 1: 3}, {1}),
        ([{0, 1}], {0: 20, 1: 3}, set()),
        ([{0, 1}, {2, 3}, {0, 2}, {1, 3}], {0: 2, 1: 6, 2: 7, 3: 3}, set()),
        ([{0}, {1, 2}, {0, 1}], {0: 9, 1: 8, 2: 3}, {2}),
        ([{0, 1, 2}, {0, 1, 3}], {0: 9, 1: 9, 2: 2, 3: 2}, {2, 3}),
        ([{0, 1, 2}, {0, 1, 3}], {0: 9, 1: 9, 2: 2, 3: 3}, set()),
        ([], {0: 1}, set()),
    ],
)
def test_what_can_be_had_by_adding_and_subtracting(
    figures: list[set[int]], sizes: dict[int, int], known: set[int]
) -> None:
    """A remainder of three is traced, the cells between sums of rows and columns are not."""
    assert traced(figures, sizes) == known
