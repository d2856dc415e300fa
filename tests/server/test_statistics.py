"""How sure one can be of a share."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from server.domain.statistics import dissatisfied, satisfied, share, wilson


@pytest.mark.parametrize(
    ("count", "n", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (0, 20, 0.0, 0.1611),
        (7, 50, 0.0695, 0.2619),
        (1, 1, 0.2065, 1.0),
        (9, 10, 0.5958, 0.9821),
        (45, 50, 0.7864, 0.9565),
        (90, 100, 0.8256, 0.9448),
        (450, 500, 0.8706, 0.9233),
    ],
)
def test_published_examples_come_out(count: int, n: int, low: float, high: float) -> None:
    """The interval is the one that Newcombe (1998) and others have printed."""
    interval = wilson(count, n)

    assert interval is not None
    assert (interval.low, interval.high) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_scipy_agrees(pair: tuple[int, int]) -> None:
    """Whatever the ratings are, SciPy computes the same interval, and the share lies within."""
    count, n = pair
    expected = binomtest(count, n).proportion_ci(method="wilson")

    interval = wilson(count, n)

    assert interval is not None
    assert (interval.low, interval.high) == pytest.approx((expected.low, expected.high), abs=1e-9)
    assert 0 <= interval.low <= count / n <= interval.high <= 1


def test_no_ratings_are_no_share() -> None:
    """Where nobody has rated, the share is neither 0 nor 100 percent."""
    assert wilson(0, 0) is None
    assert share(0, 0) is None
    assert satisfied((0, 0, 0, 0, 0)) is None


@pytest.mark.parametrize(("count", "n"), [(-1, 5), (6, 5), (1, 0)])
def test_an_impossible_share_is_refused(count: int, n: int) -> None:
    """More satisfied citizens than citizens is a mistake, not a figure."""
    with pytest.raises(ValueError, match="is no share"):
        wilson(count, n)


def test_satisfied_are_the_two_best_scores() -> None:
    """The share satisfied counts scores 4 and 5; a neutral face is neither satisfied nor dissatisfied."""
    happy, unhappy = satisfied((1, 2, 4, 8, 16)), dissatisfied((1, 2, 4, 8, 16))

    assert happy is not None
    assert unhappy is not None
    assert (happy.count, happy.n) == (24, 31)
    assert happy.value == pytest.approx(24 / 31)
    assert (unhappy.count, unhappy.n) == (3, 31)
