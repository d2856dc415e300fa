"""Which days are more than the usual up and down."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.control import Signal, chart, n_min
from server.domain.statistics import Tally

if TYPE_CHECKING:
    from server.domain.control import Chart

DAYS = st.lists(
    st.integers(0, 200).flatmap(lambda n: st.builds(Tally, st.integers(0, n), st.just(n))), max_size=40
)


def signals(found: Chart | None) -> dict[int, Signal]:
    """Return the days that are worth a question."""
    assert found is not None
    return {
        day: each.signal
        for day, each in enumerate(found.points)
        if each is not None and each.signal is not None
    }


def steady(seed: int, days: int = 60, n: int = 100, p: float = 0.9) -> list[Tally]:
    """Return days that differ by chance only."""
    return [Tally(int(each), n) for each in np.random.default_rng(seed).binomial(n, p, days)]


def test_chance_raises_few_alarms() -> None:
    """Of steady days 3 in 1,000 lie outside the limits, and one in ten charts of 30 days has a run."""
    found = [signals(chart(steady(seed, days=30))) for seed in range(300)]
    outside = sum(each in {Signal.ABOVE, Signal.BELOW} for one in found for each in one.values())
    runs = sum(not {Signal.RUN_ABOVE, Signal.RUN_BELOW}.isdisjoint(one.values()) for one in found)

    assert outside / (300 * 30) <= 0.004
    assert runs / 300 <= 0.12


def test_a_bad_day_is_seen() -> None:
    """One day far below is a signal, and only that day is."""
    days = [Tally(90, 100)] * 25
    days[12] = Tally(60, 100)

    assert signals(chart(days)) == {12: Signal.BELOW} | {
        day: Signal.RUN_ABOVE for day in range(7, 25) if day != 12 and not 12 < day < 20
    }
    assert signals(chart(days, left_out={12})) == {12: Signal.BELOW}


def test_eight_days_on_one_side_are_a_shift() -> None:
    """Seven are none; days exactly in the middle and without ratings neither count nor break a run."""
    up, down, middle, none = Tally(92, 100), Tally(88, 100), Tally(90, 100), Tally(0, 0)

    assert signals(chart([up] * 7 + [down] * 7)) == {}
    assert signals(chart([up] * 8 + [down] * 8)) == {7: Signal.RUN_ABOVE, 15: Signal.RUN_BELOW}
    assert signals(chart([up, middle] * 7 + [none, up] + [down] * 8)) == {
        15: Signal.RUN_ABOVE,
        23: Signal.RUN_BELOW,
    }
    found = chart([up, none])
    assert found is not None
    assert found.points[1] is None


def test_days_that_differ_anyway_widen_the_limits() -> None:
    """Laney's limits are used where neighbors differ by more than chance, and for over 1000 ratings a day."""
    restless = [Tally(count, 100) for count in (80, 97, 82, 95, 79, 98, 81, 96) * 4]
    plain, widened = chart(restless, laney=False), chart(restless)

    assert plain is not None
    assert widened is not None
    assert widened.spread is not None
    assert (plain.is_laney, widened.is_laney) == (False, True)
    assert widened.spread > 1.2
    assert plain.points[0] is not None
    assert widened.points[0] is not None
    narrow, wide = plain.points[0].limits, widened.points[0].limits
    assert wide.low - plain.center == pytest.approx((narrow.low - plain.center) * widened.spread)
    calm, crowd = chart(steady(3)), chart(steady(3, n=1001))
    assert calm is not None
    assert crowd is not None
    assert (calm.is_laney, crowd.is_laney) == (False, True)


def test_few_days_are_provisional_and_small_days_are_marked() -> None:
    """Limits of 19 days are provisional; at 90 % a day needs 30 ratings for its limits to be relied on."""
    nineteen, twenty = chart([Tally(27, 30)] * 19), chart([Tally(27, 30)] * 19 + [Tally(26, 29)])

    assert nineteen is not None
    assert twenty is not None
    assert (nineteen.is_provisional, twenty.is_provisional) == (True, False)
    assert [each.is_small for each in twenty.points if each is not None] == [False] * 19 + [True]
    assert [n_min(each) for each in (0.5, 0.9, 0.99, 0.01, 1.0, 0.0)] == [20, 30, 300, 300, 20, 20]


@given(DAYS)
def test_a_chart_of_anything(days: list[Tally]) -> None:
    """Whatever was rated, limits lie within 0 to 1 around the middle; of no ratings there is no chart."""
    found = chart(days)

    if found is None:
        assert sum(each.n for each in days) == 0
        return
    assert [each is None for each in found.points] == [each.n == 0 for each in days]
    for each in found.points:
        if each is not None:
            assert 0 <= each.limits.low <= found.center <= each.limits.high <= 1
    if found.spread is None:
        assert not found.is_laney


def test_a_small_day_makes_no_signal_by_itself() -> None:
    """Three of five on one day are chance, whatever the formula's limits; eight such days are a run."""
    days = [Tally(95, 100)] * 20
    alone = chart([*days, Tally(2, 5)])

    assert alone is not None
    assert alone.points[-1] is not None
    assert alone.points[-1].value < alone.points[-1].limits.low
    assert alone.points[-1].signal is None
    assert signals(chart([*days, *[Tally(2, 5)] * 8]))[27] is Signal.RUN_BELOW


def test_all_satisfied_on_all_days_is_no_signal() -> None:
    """Where nothing differs, nothing is worth a question."""
    found = chart([Tally(30, 30)] * 25)

    assert signals(found) == {}
    assert found is not None
    assert found.spread is None
