"""Many places in an order, and who cannot be told apart."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import beta, betabinom

from server.domain.distributions import WEIGHT_MAX, BetaShape
from server.domain.ranking import (
    FIXED_WEIGHT,
    Prior,
    by_moments,
    prior_of,
    probability_ahead,
    ranking,
    shrink,
)
from server.domain.statistics import Tally

RATS_IN_PRINT = """
    0/20 0/20 0/20 0/20 0/20 0/20 0/20 0/19 0/19 0/19 0/19 0/18 0/18 0/17 1/20 1/20 1/20 1/20 1/19 1/19
    1/18 1/18 2/25 2/24 2/23 2/20 2/20 2/20 2/20 2/20 2/20 1/10 5/49 2/19 5/46 3/27 2/17 7/49 7/47 3/20
    3/20 2/13 9/48 10/50 4/20 4/20 4/20 4/20 4/20 4/20 4/20 10/48 4/19 4/19 4/19 5/22 11/46 12/49 5/20
    5/20 6/23 5/19 6/22 6/20 6/20 6/20 16/52 15/47 15/46 9/24 4/14
"""
RATS = [Tally(*map(int, each.split("/"))) for each in RATS_IN_PRINT.split()]
"""Tumors of 71 groups of rats: Gelman et al., Bayesian Data Analysis, table 5.1; the last is the current
one."""

TALLIES = st.integers(0, 400).flatmap(lambda n: st.builds(Tally, st.integers(0, n), st.just(n)))


def test_the_prior_is_fitted_as_in_the_book() -> None:
    """The rats of 70 historical groups by moments, and of all 71 by likelihood."""
    rates = [each.count / each.n for each in RATS[:-1]]
    moments, fitted = by_moments(rates), prior_of(RATS)

    assert (np.mean(rates), np.std(rates, ddof=1)) == pytest.approx((0.136, 0.103), abs=5e-4)
    assert moments == pytest.approx((1.356, 8.615), abs=5e-3)
    assert fitted is not None
    assert fitted.is_fitted
    assert fitted.shape == pytest.approx((2.3416, 14.1148), abs=2e-3)
    assert moments is not None
    current = shrink(RATS[-1], Prior(moments, is_fitted=True))
    assert current.value == pytest.approx(0.223, abs=5e-4)
    assert current.shape == pytest.approx((5.4, 18.6), abs=0.05)


def test_no_other_prior_is_likelier() -> None:
    """The fit is at the top of SciPy's own likelihood of the beta-binomial."""
    fitted = prior_of(RATS)
    assert fitted is not None

    def likelihood(a: float, b: float) -> float:
        return float(sum(betabinom.logpmf(each.count, each.n, a, b) for each in RATS))

    top = likelihood(*fitted.shape)
    for a, b in ((1.01, 1), (0.99, 1), (1, 1.01), (1, 0.99), (1.02, 1.02), (0.98, 0.98)):
        assert likelihood(fitted.shape.alpha * a, fitted.shape.beta * b) < top


@given(st.lists(TALLIES, max_size=15))
def test_a_prior_is_always_one(tallies: list[Tally]) -> None:
    """Whatever was rated there is a prior with finite weight; of no ratings there is none."""
    found = prior_of(tallies)

    if sum(each.n for each in tallies) == 0:
        assert found is None
        return
    assert found is not None
    assert 0 < found.mean < 1
    assert 0 < found.weight <= WEIGHT_MAX * 1.001
    assert found.is_fitted == (sum(each.n > 0 for each in tallies) >= 10)
    if not found.is_fitted:
        assert found.weight == pytest.approx(FIXED_WEIGHT)


def test_places_that_do_not_differ_are_drawn_together() -> None:
    """Where chance explains all, the prior is worth so much that all places come out nearly alike."""
    found = prior_of([Tally(90, 100)] * 20)

    assert found is not None
    assert found.weight > 1000
    assert found.mean == pytest.approx(0.9, abs=1e-3)


@given(TALLIES, st.floats(0.1, 300), st.floats(0.1, 300))
def test_a_share_is_drawn_towards_the_mean(tally: Tally, a: float, b: float) -> None:
    """It lies between its own share and the prior's, and its interval is SciPy's Beta quantiles."""
    prior = Prior(BetaShape(a, b), is_fitted=True)
    found = shrink(tally, prior)
    raw = tally.count / tally.n if tally.n else prior.mean

    assert min(raw, prior.mean) - 1e-9 <= found.value <= max(raw, prior.mean) + 1e-9
    wanted = beta.interval(0.95, tally.count + a, tally.n - tally.count + b)
    assert (found.interval.low, found.interval.high) == pytest.approx(wanted, abs=1e-7)


@pytest.mark.parametrize(
    ("one", "other"), [((28, 30), (183, 200)), ((45, 50), (40, 50)), ((95, 100), (80, 100))]
)
def test_who_is_ahead_is_as_probable_as_an_integral_says(
    one: tuple[int, int], other: tuple[int, int]
) -> None:
    """The quick formula agrees with two hundred thousand draws within a hundredth."""
    prior = Prior(BetaShape(27, 3), is_fitted=True)
    a, b = shrink(Tally(*one), prior), shrink(Tally(*other), prior)
    chance = np.random.default_rng(5)
    drawn = beta.rvs(*a.shape, size=200_000, random_state=chance) > beta.rvs(
        *b.shape, size=200_000, random_state=chance
    )

    assert probability_ahead(a, b) == pytest.approx(drawn.mean(), abs=0.01)
    assert probability_ahead(b, a) == pytest.approx(1 - probability_ahead(a, b))
    assert probability_ahead(a, a) == pytest.approx(0.5)


def test_three_ratings_are_not_the_best_place() -> None:
    """The demonstration: 3 of 3 takes no part; of those that do, nobody is surely ahead who is not."""
    tallies = [Tally(3, 3), Tally(28, 30), Tally(183, 200), Tally(40, 50), Tally(0, 0)]
    found = ranking(tallies)

    assert {each.place for each in found} == {1, 2, 3}
    best, middle, last = found
    assert (best.place, middle.place, last.place) == (1, 2, 3)
    assert (best.best, middle.best, last.worst) == (1, 1, 3)
    assert [probability_ahead(each.shrunk, last.shrunk) >= 0.95 for each in found] == [
        each.worst < 3 for each in found
    ]


def test_ties_are_said() -> None:
    """Equal places share all ranks; a place far ahead of all has one rank for itself."""
    same = ranking([Tally(90, 100)] * 4)
    ahead = ranking([Tally(500, 1000)] * 3 + [Tally(990, 1000)])

    assert [(each.best, each.worst) for each in same] == [(1, 4)] * 4
    assert [(each.place, each.best, each.worst) for each in ahead[:1]] == [(3, 1, 1)]
    assert {(each.best, each.worst) for each in ahead[1:]} == {(2, 4)}
    assert ranking([]) == []
    assert ranking([Tally(0, 0)]) == []


@given(st.lists(TALLIES, min_size=1, max_size=12))
def test_ranks_are_in_order(tallies: list[Tally]) -> None:
    """Everybody's own position lies within what is said of it, the highest share first."""
    found = ranking(tallies)

    assert len(found) == sum(each.n >= 30 for each in tallies)
    assert all(one.shrunk.value >= other.shrunk.value for one, other in pairwise(found))
    for position, each in enumerate(found, 1):
        assert 1 <= each.best <= each.worst <= len(found)
        assert each.best <= position <= each.worst
