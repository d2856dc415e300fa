"""How sure one can be of the linear index."""

from __future__ import annotations

from itertools import combinations, pairwise
from math import comb, log2
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, multinomial

from server.domain.means import linear_index, mean_of, net_promoters, top_boxes
from server.domain.statistics import share

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

FIVE = st.lists(st.integers(0, 300), min_size=5, max_size=5).filter(sum)
MET_HERE = {
    "all alike": (0.2, 0.2, 0.2, 0.2, 0.2),
    "good": (0.02, 0.03, 0.10, 0.35, 0.50),
    "usual": (0.03, 0.02, 0.05, 0.20, 0.70),
    "very good": (0.01, 0.01, 0.03, 0.15, 0.80),
    "nearly all fives": (0.005, 0.005, 0.01, 0.03, 0.95),
    "fives and some fours": (0, 0, 0, 0.1, 0.9),
    "fours and fives": (0, 0, 0.02, 0.5, 0.48),
    "bad": (0.4, 0.3, 0.1, 0.1, 0.1),
    "split in two": (0.4, 0.05, 0.05, 0.1, 0.4),
    "a child at the glass": (0.1, 0.05, 0.05, 0.1, 0.7),
}
"""What citizens may think: the part of each score, 1 to 5."""


def all_outcomes(n: int, levels: int = 5) -> Iterator[tuple[int, ...]]:
    """Return every way in which n citizens can choose among the levels."""
    for bars in combinations(range(n + levels - 1), levels - 1):
        ends = (-1, *bars, n + levels - 1)
        yield tuple(later - earlier - 1 for earlier, later in pairwise(ends))


def coverage(n: int, truths: Sequence[Sequence[float]]) -> list[float]:
    """Return how often the interval of n ratings holds the true mean, exactly: over every outcome."""
    outcomes = np.array(list(all_outcomes(n)))
    assert len(outcomes) == comb(n + 4, 4)
    means = [mean_of([int(each) for each in outcome]) for outcome in outcomes]
    low = np.array([each.interval.low for each in means if each is not None])
    high = np.array([each.interval.high for each in means if each is not None])
    found = []
    for truth in truths:
        mean = float(np.dot(truth, np.arange(5) / 4))
        holds = (low <= mean + 1e-12) & (high >= mean - 1e-12)
        found.append(float(multinomial.pmf(outcomes, n, truth)[holds].sum()))
    return found


@pytest.mark.parametrize("n", [5, 10, 20])
def test_the_interval_holds_the_truth_as_often_as_it_says(n: int) -> None:
    """Of few ratings, and of centers with which nearly all are very satisfied: never under 94 of 100."""
    for name, found in zip(MET_HERE, coverage(n, list(MET_HERE.values())), strict=True):
        assert found >= 0.94, f"{name}: {found}"


def test_the_interval_holds_the_truth_whatever_it_is() -> None:
    """Of 200 truths at random, most of them one-sided, 95 of 100 are held on average and 93 by nearly all."""
    truths = np.random.default_rng(766).dirichlet([0.4, 0.4, 0.6, 1.0, 2.0], size=200)
    found = np.array(coverage(12, truths.tolist()))

    assert found.mean() >= 0.95
    assert (found >= 0.93).mean() >= 0.97


@pytest.mark.parametrize("n", [60, 400])
def test_the_interval_of_many_ratings(n: int) -> None:
    """Of a month's ratings too, in 2,000 months for each truth (seeded)."""
    chance = np.random.default_rng(61)
    for name, truth in MET_HERE.items():
        mean = float(np.dot(truth, np.arange(5) / 4))
        months = [mean_of([int(each) for each in month]) for month in chance.multinomial(n, truth, size=2000)]
        held = sum(each is not None and each.interval.low <= mean <= each.interval.high for each in months)
        assert held / 2000 >= 0.94, name


@given(FIVE)
def test_the_index_lies_within_its_interval(counts: list[int]) -> None:
    """Whatever was rated: within 0 to 1, the index inside, and never wider than for a share of that size."""
    found = mean_of(counts)

    assert found is not None
    assert found.n == sum(counts)
    assert 0 <= found.interval.low <= found.value <= found.interval.high <= 1
    assert found.interval.low < found.interval.high


@given(FIVE)
def test_best_and_worst_are_treated_alike(counts: list[int]) -> None:
    """Who turns the scale around gets the index turned around."""
    found, turned = mean_of(counts), mean_of(counts[::-1])

    assert found is not None
    assert turned is not None
    assert turned.value == pytest.approx(1 - found.value)
    assert turned.interval.low == pytest.approx(1 - found.interval.high)


@given(st.integers(0, 500), st.integers(0, 500))
def test_two_faces_only_are_a_share(worst: int, best: int) -> None:
    """Where everybody chose the best or the worst, index and interval are those of the share: Wilson's."""
    found, wanted = mean_of([worst, 0, 0, 0, best]), share(best, worst + best)

    if found is None or wanted is None:
        assert (found, wanted) == (None, None)
        return
    assert found.value == pytest.approx(wanted.value)
    assert (found.interval.low, found.interval.high) == pytest.approx(
        (wanted.interval.low, wanted.interval.high), abs=1e-12
    )


@given(FIVE, st.integers(0, 3))
def test_a_better_face_is_a_better_index(counts: list[int], level: int) -> None:
    """Who is more satisfied raises the index by a step of the scale, from four to five too."""
    better = counts.copy()
    better[level] += 1
    worse = better.copy()
    better[level] -= 1
    better[level + 1] += 1

    assert (linear_index(better) or 0) - (linear_index(worse) or 0) == pytest.approx(0.25 / sum(better))


def test_more_ratings_make_it_surer() -> None:
    """Four times as many ratings of the same kind halve the interval."""
    few, many = mean_of([3, 2, 5, 20, 70]), mean_of([12, 8, 20, 80, 280])

    assert few is not None
    assert many is not None
    ratio = (few.interval.high - few.interval.low) / (many.interval.high - many.interval.low)
    assert log2(ratio) == pytest.approx(1, abs=0.1)


def test_no_ratings_are_no_index() -> None:
    """Where nobody has rated, there is nothing: not 0 and not 100."""
    nothing = [0, 0, 0, 0, 0]

    assert (linear_index(nothing), mean_of(nothing), top_boxes(nothing, 2)) == (None, None, None)
    assert net_promoters([0] * 11) is None


@pytest.mark.parametrize("counts", [[], [7], [1, -1, 3]])
def test_what_is_no_scale_is_refused(counts: list[int]) -> None:
    """A scale has two levels at least, and nobody counts below zero."""
    for formula in (linear_index, mean_of):
        with pytest.raises(ValueError, match="no counts of an ordered scale"):
            formula(counts)
    with pytest.raises(ValueError, match="11 levels"):
        net_promoters(counts)


def test_the_share_itself_is_held_no_more_often() -> None:
    """The control: where it holds the truth less often, it is Wilson's own interval of a share."""
    held = 0.0
    for count in range(6):
        found = share(count, 5)
        assert found is not None
        held += binom.pmf(count, 5, 0.98) if found.interval.low <= 0.98 <= found.interval.high else 0

    assert held == pytest.approx(coverage(5, [(0.02, 0, 0, 0, 0.98)])[0])
    assert 0.90 <= held < 0.94
