"""Who lies further off than chance alone would put them."""

from __future__ import annotations

from math import asin, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, binomtest, false_discovery_control
from scipy.stats.mstats import winsorize

from server.domain.funnel import Zone, discoveries, exact_limits, funnel, overdispersion, p_value
from server.domain.statistics import Tally

CENTERS = 124
PLACES = st.integers(0, 300).flatmap(lambda n: st.builds(Tally, st.integers(0, n), st.just(n)))


def by_chance(seed: int, spread: float = 0.0) -> list[Tally]:
    """Return 124 centers around 90 %, which differ by chance and besides by `spread` on the arcsine scale."""
    chance = np.random.default_rng(seed)
    sizes = chance.integers(40, 600, CENTERS)
    true = np.sin(np.clip(chance.normal(asin(sqrt(0.9)), spread, CENTERS), 0, np.pi / 2)) ** 2
    return [Tally(int(count), int(n)) for count, n in zip(chance.binomial(sizes, true), sizes, strict=True)]


@given(st.integers(1, 600), st.floats(0.02, 0.98), st.sampled_from([0.95, 0.998]))
def test_chance_stays_within_the_limits(n: int, target: float, within: float) -> None:
    """The limits lie within a count of SciPy's quantiles, and the outer ones around the inner."""
    found = exact_limits(target, n, within)
    tail = (1 - within) / 2

    assert 0 <= found.low <= target + 1 / n
    assert target - 1 / n <= found.high <= 1
    assert found.low * n <= binom.ppf(tail, n, target) <= found.low * n + 1 + 1e-9
    assert found.high * n <= binom.ppf(1 - tail, n, target) <= found.high * n + 1 + 1e-9


def test_more_ratings_make_a_narrower_funnel() -> None:
    """The funnel is wide at few ratings and narrow at many, and never leaves 0 to 1."""
    widths = [exact_limits(0.9, n, 0.95).high - exact_limits(0.9, n, 0.95).low for n in (10, 50, 250, 1250)]

    assert widths == sorted(widths, reverse=True)
    assert exact_limits(1.0, 10, 0.95).low == 1.0
    assert exact_limits(0.0, 10, 0.95).high == 0.0


def test_a_spread_of_next_to_nothing_makes_nobody_stand_out() -> None:
    """Sixteen of sixteen at five of six is chance; nobody is more unlikely because others are spread."""
    place, target = Tally(16, 16), 5 / 6
    chance = p_value(place, target)

    assert chance == pytest.approx(2 * target**16)
    assert p_value(place, target, 1e-6) == chance
    assert p_value(Tally(150, 300), target, 0.02) > p_value(Tally(150, 300), target)
    others = [Tally(40 + number % 9, 50) for number in range(20)]
    found = funnel([*others, place])
    assert found is not None
    assert found.spots[-1] is not None
    assert found.spots[-1].zone is Zone.INSIDE


def test_a_few_that_are_all_content_do_not_stand_out() -> None:
    """Five of five are no outlier where five of six are content, though smooth limits run below 100 %."""
    found = funnel([Tally(5, 5), Tally(80, 97)], spread_min=3)

    assert found is not None
    assert found.limits(5, 0.998).high < 1
    assert [spot and spot.zone for spot in found.spots] == [Zone.INSIDE, Zone.INSIDE]


def test_few_places_are_held_to_chance_alone() -> None:
    """Where fewer are there than a spread can be told of, the one that is far off is found."""
    places = [Tally(180, 200), Tally(181, 200), Tally(128, 200)]
    spread, chance = funnel(places), funnel(places, spread_min=4)

    assert spread is not None
    assert chance is not None
    assert (spread.tau2 > 0, chance.tau2) == (True, 0.0)
    assert [spot and spot.zone for spot in chance.spots][2] is Zone.OUTLIER_LOW


def test_false_alarms_are_as_rare_as_stated() -> None:
    """Of equal centers 5 of 100 are watched, 2 of 1000 are outliers; 5 of 100 periods discover any."""
    found = [each for seed in range(100, 160) if (each := funnel(by_chance(seed))) is not None]
    spots = [[spot for spot in each.spots if spot is not None] for each in found]
    zones = [spot.zone for period in spots for spot in period]
    outliers = sum(zone in {Zone.OUTLIER_LOW, Zone.OUTLIER_HIGH} for zone in zones) / len(zones)

    assert len(zones) == 60 * CENTERS
    assert 0.94 <= zones.count(Zone.INSIDE) / len(zones) <= 0.97
    assert 0.001 <= outliers <= 0.003
    assert sum(any(spot.is_discovery for spot in period) for period in spots) <= 3
    assert sum(each.tau2 > 0 for each in found) <= 3


def test_a_planted_center_is_found() -> None:
    """Far below or above the others it is an outlier; where nobody rated there is no spot."""
    tallies = by_chance(7)
    tallies[3], tallies[70], tallies[5] = Tally(200, 300), Tally(500, 500), Tally(0, 0)
    found = funnel(tallies)

    assert found is not None
    bad, perfect = found.spots[3], found.spots[70]
    assert bad is not None
    assert perfect is not None
    assert (bad.zone, perfect.zone) == (Zone.OUTLIER_LOW, Zone.OUTLIER_HIGH)
    assert bad.is_discovery
    assert found.spots[5] is None


def test_centers_that_differ_anyway_widen_the_funnel() -> None:
    """Where all differ by more than chance, few are outside, and τ is about what was put in."""
    tallies = by_chance(11, spread=0.08)
    found = funnel(tallies)

    assert found is not None
    assert 0.05 <= sqrt(found.tau2) <= 0.1
    outside = [each for each in found.spots if each is not None and each.zone is not Zone.INSIDE]
    assert len(outside) <= 14
    assert found.limits(100, 0.95).low < exact_limits(found.target, 100, 0.95).low
    assert 0 <= found.limits(1, 0.998).low <= found.limits(1, 0.998).high <= 1


def test_the_spread_is_winsorised_as_scipy_does() -> None:
    """One outlier does not hide itself by widening the funnel: φ is that of SciPy's winsorised scores."""
    tallies = by_chance(13, spread=0.05)
    target = sum(each.count for each in tallies) / sum(each.n for each in tallies)
    scores = [
        2 * sqrt(n) * (asin(sqrt(count / n)) - asin(sqrt(target)))
        for count, n in ((each.count, each.n) for each in tallies)
    ]
    phi = float((np.asarray(winsorize(np.array(scores), (0.1, 0.1))) ** 2).mean())
    weights = np.array([4 * each.n for each in tallies])
    wanted = (len(tallies) * phi - (len(tallies) - 1)) / (weights.sum() - (weights**2).sum() / weights.sum())

    assert overdispersion(tallies, target) == pytest.approx(wanted)
    assert overdispersion([Tally(9, 10)], 0.9) == 0
    assert overdispersion([Tally(9, 10), Tally(0, 0)], 0.9) == 0


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_discoveries_are_scipys(p_values: list[float]) -> None:
    """Benjamini and Hochberg's rule is that of SciPy."""
    adjusted = false_discovery_control(p_values)
    found = discoveries(p_values)

    for each, is_one in zip(adjusted, found, strict=True):
        if abs(each - 0.05) > 1e-12:
            assert is_one == (each <= 0.05)


def test_no_places_are_no_discoveries() -> None:
    """Nothing to compare is nothing found."""
    assert discoveries([]) == []
    assert funnel([]) is None
    assert funnel([Tally(0, 0)]) is None


@given(st.integers(1, 200).flatmap(lambda n: st.builds(Tally, st.integers(0, n), st.just(n))))
def test_the_smaller_tail_counts_twice(tally: Tally) -> None:
    """A p-value is twice that of SciPy's one-sided test on the side where the place lies, and at most 1."""
    tails = [binomtest(tally.count, tally.n, 0.9, alternative=side).pvalue for side in ("less", "greater")]

    assert p_value(tally, 0.9) == pytest.approx(min(1.0, 2 * min(tails)), abs=1e-9)
    assert 0 <= p_value(tally, 0.9, 0.01) <= 1


@given(st.lists(PLACES, max_size=30))
def test_a_funnel_of_anything(tallies: list[Tally]) -> None:
    """Whatever was rated, every place with ratings has a spot, and the target lies within the limits."""
    found = funnel(tallies)

    if found is None:
        assert sum(each.n for each in tallies) == 0
        return
    assert [spot is None for spot in found.spots] == [each.n == 0 for each in tallies]
    limits = found.limits(50, 0.998)
    assert limits.low <= found.target <= limits.high
