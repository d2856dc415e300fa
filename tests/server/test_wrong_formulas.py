"""The checks of the worked examples do find a wrong formula: each is shown some, and has to refuse them.

The wrong ones are those that were met in other systems or are easily written: a test that passes with them
would prove nothing.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from math import ceil, sqrt
from typing import TYPE_CHECKING

import pytest

from server.domain.calendar import VIETNAM, Period
from server.domain.control import Chart, chart
from server.domain.decision766 import Dossiers
from server.domain.funnel import exact_limits
from server.domain.indices import exact, half_up, table
from server.domain.means import linear_index, top_boxes
from server.domain.samples import krejcie_morgan
from server.domain.statistics import Interval, Tally, score_interval
from tests.server import worked_examples as examples

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from server.domain.indices import Number

    Check = Callable[[], None]


def top_two(counts: Sequence[int]) -> float | None:
    """Return the share of the best two instead of the linear index."""
    return top_boxes(counts, 2)


def mean_of_five(counts: Sequence[int]) -> float | None:
    """Return the mean score over the best one: 1 of 5 is 20 % and not 0."""
    return sum(level * count for level, count in enumerate(counts, 1)) / (len(counts) * sum(counts))


def wald(count: int, n: int) -> Interval | None:
    """Return the interval of the first lesson, which is certain where all agree."""
    if n == 0:
        return None
    p, half = count / n, 1.96 * sqrt(count / n * (1 - count / n) / n)
    return Interval(p - half, p + half)


def wilson_of_90(count: int, n: int) -> Interval | None:
    """Return the interval of another confidence."""
    return None if n == 0 else score_interval(count / n, n, 0.90)


def ikm_as_printed(values: Sequence[Number], weight: Number = Decimal("0.11")) -> Fraction | None:
    """Return Indonesia's index with the weight that is printed beside it."""
    return 25 * sum((exact(each) for each in values), Fraction(0)) * exact(weight)


def ikm_normed(values: Sequence[Number], weight: Number) -> Fraction | None:
    """Return the index with weights that are brought to 1, whatever they were."""
    del weight
    return 25 * sum((exact(each) for each in values), Fraction(0)) / len(values)


def above_15(points: float) -> str:
    """Return the grade of a province's system, in which exactly 15 falls through to the last."""
    if points > 15:
        return "excellent"
    if 12 <= points < 15:
        return "good"
    return "fair" if 9 <= points < 12 else "average" if 6 <= points < 9 else "weak"


def all_strictly_above(points: float) -> str:
    """Return the grade with every boundary on the wrong side."""
    return table("decree61").band(max(0, points - 0.01)).id


def unrounded_band(name: str, points: float) -> str:
    """Return the band by its upper ends as printed, which leaves holes: 76.605 is in none."""
    tops = {"skm": ((64.99, "D"), (76.6, "C"), (88.3, "A"), (100, "A"))}
    return next((each for top, each in tops[name] if points <= top), "")


def total_of_whole_points(means: Sequence[Decimal]) -> Decimal:
    """Return the sum of means that were rounded to one decimal."""
    return sum((each.quantize(Decimal("0.1"), ROUND_HALF_EVEN) for each in means), Decimal(0))


def missing_is_zero(points: Sequence[int | None]) -> Decimal | None:
    """Return the mean with a missing answer for 0."""
    return half_up(Fraction(sum(each or 0 for each in points), len(points)), 2)


def missing_is_nan(points: Sequence[int | None]) -> Decimal | None:
    """Return no mean at all as soon as one answer is missing."""
    known = [each for each in points if each is not None]
    return half_up(Fraction(sum(known), len(known)), 2) if len(known) == len(points) else None


def until_the_last_midnight(year: int, quarter: int, day: date, minute: int) -> bool:
    """Say whether a quarter that ends at 00:00 of its last day holds a moment."""
    period = Period.parse(f"{year}-Q{quarter}")
    first, last = (
        datetime(each.year, each.month, each.day, tzinfo=VIETNAM) for each in (period.first, period.last)
    )
    moment = datetime(day.year, day.month, day.day, tzinfo=VIETNAM) + timedelta(minutes=minute)
    return first <= moment <= last


def by_greenwich(year: int, quarter: int, day: date, minute: int) -> bool:
    """Say whether a quarter holds a moment by a clock seven hours behind."""
    moment = datetime(day.year, day.month, day.day) + timedelta(minutes=minute, hours=-7)  # noqa: DTZ001 - the fault
    return moment.date() in Period.parse(f"{year}-Q{quarter}")


def three_sums(dossiers: Dossiers) -> tuple[Fraction, Decimal] | None:
    """Return ratio 3 with a dossier that is in two sets counted twice."""
    flagged = len(dossiers.dissatisfied) + len(dossiers.complained) + len(dossiers.overdue)
    return _ratio(dossiers.total - flagged, dossiers.total)


def all_of_none(dossiers: Dossiers) -> tuple[Fraction, Decimal] | None:
    """Return ratio 3 with 100 % where there was nothing."""
    flagged = dossiers.dissatisfied | dossiers.complained | dossiers.overdue
    return _ratio(dossiers.total - len(flagged), dossiers.total) or (Fraction(1), Decimal(6))


def unscaled(dossiers: Dossiers) -> tuple[Fraction, Decimal] | None:
    """Return ratio 3 with 6 · R points, without the target."""
    found = _ratio(dossiers.total - len(dossiers.dissatisfied | dossiers.complained), dossiers.total)
    return None if found is None else (found[0], half_up(6 * found[0], 2))


def _ratio(good: int, total: int) -> tuple[Fraction, Decimal] | None:
    if total == 0:
        return None
    return Fraction(good, total), half_up(6 * min(Fraction(1), Fraction(good, total) / Fraction(9, 10)), 2)


def normal_limits(target: float, n: int, within: float) -> Interval:
    """Return the funnel's limits by the normal curve, above 1 for a place of ten ratings."""
    half = (1.96 if within < 0.99 else 3.09) * sqrt(target * (1 - target) / n)
    return Interval(target - half, target + half)


def whole_counts(target: float, n: int, within: float) -> Interval:
    """Return limits that are not interpolated."""
    found = exact_limits(target, n, within)
    return Interval(ceil(found.low * n) / n, ceil(found.high * n) / n)


def two_sigmas(days: Sequence[Tally], left_out: Sequence[int]) -> Chart | None:
    """Return a chart with limits at two standard deviations."""
    found = chart(days, left_out, laney=False)
    assert found is not None
    points = tuple(
        None
        if each is None
        else replace(
            each,
            limits=Interval(
                found.center - (each.limits.high - found.center) * 2 / 3,
                found.center + (each.limits.high - found.center) * 2 / 3,
            ),
        )
        for each in found.points
    )
    return replace(found, points=points)


def nothing_left_out(days: Sequence[Tally], left_out: Sequence[int]) -> Chart | None:
    """Return a chart whose explained days still shape it."""
    del left_out
    return chart(days, laney=False)


def spread_without_d2(days: Sequence[Tally]) -> float | None:
    """Return σ_z without the 1.128."""
    found = chart(days)
    return None if found is None or found.spread is None else found.spread * 1.128


def raw(tally: Tally, alpha: float, beta: float) -> float:
    """Return the share as it is, drawn nowhere."""
    del alpha, beta
    return tally.count / tally.n


def half_drawn(tally: Tally, alpha: float, beta: float) -> float:
    """Return the share with a prior that is only added below."""
    return tally.count / (tally.n + alpha + beta)


def widest(satisfied: int, n: int, served: int) -> Interval | None:
    """Return bounds with those who did not rate satisfied in both."""
    return Interval((satisfied + served - n) / served, (satisfied + served - n) / served) if served else None


WRONG: dict[str, Check] = {
    "top-two instead of linear": lambda: examples.check_linear_index(top_two),
    "mean over five instead of linear": lambda: examples.check_linear_index(mean_of_five),
    "linear instead of top-two": lambda: examples.check_top_two(linear_index),
    "best box only": lambda: examples.check_top_two(lambda counts: top_boxes(counts, 1)),
    "promoters without detractors": lambda: examples.check_net_promoters(lambda counts: top_boxes(counts, 2)),
    "Wald's interval": lambda: examples.check_wilson(wald),
    "90 % instead of 95 %": lambda: examples.check_wilson(wilson_of_90),
    "0.11 for 1/9": lambda: examples.check_skm(ikm_as_printed),
    "0.111 for 1/9": lambda: examples.check_skm(lambda values: ikm_as_printed(values, Decimal("0.111"))),
    "weights brought to one": lambda: examples.check_rounded_weights(ikm_normed),
    "bands with holes": lambda: examples.check_bands("skm", unrounded_band),
    "> 15": lambda: examples.check_decree61_bands(above_15),
    "> for every band": lambda: examples.check_decree61_bands(all_strictly_above),
    "means of one decimal": lambda: examples.check_decree61_total(total_of_whole_points),
    "a missing answer is 0": lambda: examples.check_mean_of_answers(missing_is_zero),
    "a missing answer is NaN": lambda: examples.check_mean_of_answers(missing_is_nan),
    "the last day of a quarter is lost": lambda: examples.check_last_day(until_the_last_midnight),
    "days by Greenwich": lambda: examples.check_last_day(by_greenwich),
    "a sum instead of a union": lambda: examples.check_flagged_once(three_sums, Dossiers),
    "100 % of nothing": lambda: examples.check_flagged_once(all_of_none, Dossiers),
    "points without the target": lambda: examples.check_flagged_once(unscaled, Dossiers),
    "the raw share": lambda: examples.check_shrunk(raw),
    "a prior without its mean": lambda: examples.check_shrunk(half_drawn),
    "normal funnel limits": lambda: examples.check_funnel(normal_limits),
    "limits at whole counts": lambda: examples.check_funnel(whole_counts),
    "two sigmas": lambda: examples.check_p_chart(two_sigmas),
    "explained days still shape the chart": lambda: examples.check_p_chart(nothing_left_out),
    "Laney without d2": lambda: examples.check_laney(spread_without_d2),
    "a sample of another table": lambda: examples.check_krejcie_morgan(
        lambda population: ceil(population / (1 + population * 0.0025))
    ),
    "the other formula": lambda: examples.check_ministry_sample(krejcie_morgan),
    "bounds that are none": lambda: examples.check_manski(widest),
    "bias the other way round": lambda: examples.check_silence_bias(
        lambda coverage, rated, silent: coverage * (rated - silent)
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_formula_is_found(name: str) -> None:
    """Whoever writes this formula by mistake is told by a test."""
    with pytest.raises(AssertionError):
        WRONG[name]()
