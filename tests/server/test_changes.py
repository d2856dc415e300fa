"""Whether a difference is one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from server.domain.changes import Verdict, change, change_of_means, verdict_of
from server.domain.means import mean_of
from server.domain.statistics import Interval, share

PAIRS = st.integers(1, 2000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    [
        # Newcombe (1998), Table II, method 10 without correction: 56/70 - 48/80, 9/10 - 3/10, 10/10 - 0/10
        ((48, 80), (56, 70), 0.0524, 0.3339),
        ((3, 10), (9, 10), 0.1705, 0.8090),
        ((0, 10), (10, 10), 0.6075, 1.0000),
    ],
)
def test_published_differences_come_out(
    one: tuple[int, int], other: tuple[int, int], low: float, high: float
) -> None:
    """The interval is the one that Newcombe (1998) has printed."""
    found = change(share(*one), share(*other))

    assert found is not None
    assert (found.interval.low, found.interval.high) == pytest.approx((low, high), abs=5e-5)


@given(PAIRS, PAIRS)
def test_the_difference_lies_within(one: tuple[int, int], other: tuple[int, int]) -> None:
    """It is made of SciPy's Wilson limits of either period, and turns around with the periods."""
    found, back = change(share(*one), share(*other)), change(share(*other), share(*one))
    (l1, u1), (l2, u2) = (
        (each.low, each.high)
        for each in (
            binomtest(*one).proportion_ci(method="wilson"),
            binomtest(*other).proportion_ci(method="wilson"),
        )
    )
    p1, p2 = one[0] / one[1], other[0] / other[1]

    assert found is not None
    assert back is not None
    assert -1 <= found.interval.low <= found.value <= found.interval.high <= 1
    assert found.interval.low == pytest.approx(p2 - p1 - ((p2 - l2) ** 2 + (u1 - p1) ** 2) ** 0.5, abs=1e-9)
    assert found.interval.high == pytest.approx(p2 - p1 + ((u2 - p2) ** 2 + (p1 - l1) ** 2) ** 0.5, abs=1e-9)
    assert (back.value, back.interval.low) == pytest.approx((-found.value, -found.interval.high))


def test_the_verdict_is_plain() -> None:
    """A rise, a fall, the same, or too few to tell: no difference that was not seen is called none."""

    def verdict(one: tuple[int, int], other: tuple[int, int]) -> Verdict | None:
        found = change(share(*one), share(*other))
        return None if found is None else found.verdict

    assert verdict((800, 1000), (900, 1000)) is Verdict.RISE
    assert verdict((900, 1000), (800, 1000)) is Verdict.FALL
    assert verdict((900, 1000), (905, 1000)) is Verdict.SAME
    assert verdict((18, 20), (17, 20)) is Verdict.UNCLEAR
    assert verdict((0, 0), (17, 20)) is None
    assert verdict((17, 20), (0, 0)) is None
    assert verdict((20, 20), (0, 20)) is Verdict.FALL


def test_a_difference_within_the_margin_is_none() -> None:
    """Exactly ten points either way are still the same; a bound at exactly zero is no rise."""
    assert verdict_of(Interval(-0.10, 0.10)) is Verdict.SAME
    assert verdict_of(Interval(-0.10, 0.11)) is Verdict.UNCLEAR
    assert verdict_of(Interval(0, 0.2)) is Verdict.UNCLEAR
    assert verdict_of(Interval(-0.2, 0)) is Verdict.UNCLEAR


def test_two_means_are_compared_like_two_shares() -> None:
    """With best and worst faces only it is the same; a move from four to five the index sees alone."""
    ends = change_of_means(mean_of([20, 0, 0, 0, 80]), mean_of([5, 0, 0, 0, 95]))
    wanted = change(share(80, 100), share(95, 100))
    happier = change_of_means(mean_of([0, 0, 0, 80, 20]), mean_of([0, 0, 0, 20, 80]))

    assert ends is not None
    assert wanted is not None
    assert (ends.value, ends.interval.low) == pytest.approx((wanted.value, wanted.interval.low))
    assert happier is not None
    assert happier.verdict is Verdict.RISE
    assert change_of_means(None, mean_of([0, 0, 0, 0, 1])) is None
