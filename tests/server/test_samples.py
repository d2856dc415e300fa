"""How many ratings are enough, and what those leave open who did not rate."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from server.domain.samples import Coverage, krejcie_morgan, ministry_sample, more_ratings, ratings_needed
from server.domain.statistics import score_interval

PAIRS = st.integers(1, 3000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@settings(deadline=None)  # SciPy is loaded within the first
@given(PAIRS)
def test_the_meter_stops_where_wilson_is_narrow_enough(pair: tuple[int, int]) -> None:
    """It asks for no more ratings exactly where SciPy's Wilson interval is within ± 5 points."""
    found = binomtest(*pair).proportion_ci(method="wilson")

    assert (more_ratings(*pair) == 0) == (found.high - found.low <= 0.10)


@given(PAIRS, st.floats(0.01, 0.2))
def test_the_meter_asks_for_no_rating_too_many(pair: tuple[int, int], within: float) -> None:
    """So many are enough, and one fewer is not, at the share as it is now."""
    needed = ratings_needed(*pair, within)
    enough, fewer = (score_interval(pair[0] / pair[1], each) for each in (needed, max(1, needed - 1)))

    assert (enough.high - enough.low) / 2 <= within
    assert needed == 1 or (fewer.high - fewer.low) / 2 > within


def test_the_meter_in_numbers() -> None:
    """Without ratings 381 are needed, where all are satisfied 35, at 90 % about 140; then none."""
    assert ratings_needed(0, 0) == more_ratings(0, 0) == 381
    assert ratings_needed(10, 10) == 35
    assert more_ratings(9, 10) == ratings_needed(90, 100) - 10
    assert 135 <= ratings_needed(9, 10) <= 145
    assert more_ratings(900, 1000) == 0
    assert ratings_needed(9, 10, 0.10) < 50
    for wrong in (0, 1, -0.1):
        with pytest.raises(ValueError, match="nothing can be known"):
            ratings_needed(9, 10, wrong)


@given(st.integers(0, 10**7))
def test_a_sample_is_never_larger_than_those_there_are(population: int) -> None:
    """Both formulas ask nobody twice, never more of more people, and agree within 5 %."""
    ours, theirs = ministry_sample(population), krejcie_morgan(population)

    assert 0 <= theirs <= ours <= population
    assert ours <= ministry_sample(population + 1)
    assert ours - theirs <= 0.05 * ours + 1


def test_a_coverage_says_what_it_can() -> None:
    """Ratings for each one served; nothing where nothing was; over 100 % it says so and bounds nothing."""
    some, none, over = Coverage(15, 100), Coverage(0, 0), Coverage(120, 100)

    assert (some.value, some.is_over) == (0.15, False)
    assert (none.value, none.is_over, none.bounds(0)) == (None, False, None)
    assert (over.value, over.is_over, over.bounds(100)) == (1.2, True, None)
    assert (Coverage(3, 0).value, Coverage(3, 0).is_over) == (None, True)
    with pytest.raises(ValueError, match="is no share"):
        some.bounds(16)


@given(st.integers(0, 500), st.integers(0, 500), st.integers(0, 500))
def test_the_truth_is_within_the_bounds(satisfied: int, others: int, silent: int) -> None:
    """Whatever those think who did not rate, the share of all served lies within."""
    n, served = satisfied + others, satisfied + others + silent
    found = Coverage(n, served).bounds(satisfied)

    if found is None:
        assert served == 0
        return
    for thinking_well in (0, silent // 2, silent):
        assert found.low - 1e-12 <= (satisfied + thinking_well) / served <= found.high + 1e-12
    if silent == 0:
        assert found.low == found.high
