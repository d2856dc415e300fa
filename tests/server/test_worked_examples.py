"""Every published example comes out. The examples themselves are in `worked_examples`."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from scipy.stats import binomtest

from server.domain.calendar import VIETNAM, Period, day_of
from server.domain.control import chart
from server.domain.decision766 import Dossiers, satisfaction
from server.domain.decree61 import total_of
from server.domain.distributions import BetaShape
from server.domain.funnel import exact_limits
from server.domain.indices import half_up, mean_points, table, weighted_mean
from server.domain.means import linear_index, net_promoters, top_boxes
from server.domain.ranking import Prior, shrink
from server.domain.samples import Coverage, krejcie_morgan, ministry_sample, silence_bias
from server.domain.statistics import Interval, wilson
from server.protocol.dossier import normal_dossier
from tests.server import worked_examples as examples
from tests.server.worked_examples import vectors

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from decimal import Decimal
    from fractions import Fraction

    from server.domain.indices import Number
    from server.domain.statistics import Tally


def ikm(values: Sequence[Number], weight: Number | None = None) -> Fraction | None:
    """Return Indonesia's index: 25 times the weighted mean of the elements."""
    found = weighted_mean(values, weight)
    return None if found is None else 25 * found


def grade(name: str, points: float) -> str:
    """Return the band of a table."""
    return table(name).band(points).id


def r3(dossiers: Dossiers) -> tuple[Fraction, Decimal] | None:
    """Return ratio 3 of Decision 766 and its points."""
    found = satisfaction(None, dossiers).ratios[2]
    return None if found.value is None or found.points is None else (found.value, found.points)


def mean_of_points(points: Sequence[int | None]) -> Decimal | None:
    """Return the mean of single answers by way of counts, as it is kept."""
    options = (2, 1, 0, None)
    found = mean_points(options, [points.count(each) for each in options])
    return None if found is None else half_up(found, 2)


def holds(year: int, quarter: int, day: date, minute: int) -> bool:
    """Say whether a quarter holds a moment of Vietnam's clock."""
    moment = datetime(day.year, day.month, day.day, tzinfo=VIETNAM) + timedelta(minutes=minute)
    return day_of(int(moment.timestamp() * 1000)) in Period.parse(f"{year}-Q{quarter}")


def spread(days: Sequence[Tally]) -> float | None:
    """Return σ_z of a chart."""
    found = chart(days)
    return None if found is None else found.spread


def test_an_index_of_an_ordered_scale() -> None:
    """GOV.UK, take-satisfaction and France publish the linear index; the share of the best two is another."""
    examples.check_linear_index(linear_index)
    examples.check_top_two(lambda counts: top_boxes(counts, 2))
    examples.check_net_promoters(net_promoters)


def test_the_index_of_indonesia() -> None:
    """A report with all fours has 100, and the same function gives what was printed with rounded weights."""
    examples.check_skm(ikm)
    examples.check_rounded_weights(ikm)
    assert half_up(ikm(vectors()["skm"]["kep25_2004"]["nrr"]) or 0, 3) == half_up(76.929, 3)
    assert [table("skm2004").band(each).id for each in (76.475, 61.5)] == ["B", "C"]


def test_bands_are_those_of_the_tables() -> None:
    """Every band of Indonesia, the Philippines and Decree 61 begins and ends where it is published to."""
    for name in ("skm", "arta", "decree61"):
        examples.check_bands(name, grade)
    assert grade("skm", 76.605) == "B"
    assert grade("skm", 76.604) == "C"
    examples.check_decree61_bands(lambda points: grade("decree61", points))


def test_intervals_of_a_share() -> None:
    """Wilson's interval and SciPy's exact one are as they were printed."""
    examples.check_wilson(wilson)

    def exact(count: int, n: int) -> Interval:
        found = binomtest(count, n).proportion_ci(method="exact")
        return Interval(found.low, found.high)

    examples.check_exact(exact)


def test_decree_61() -> None:
    """The nine means make exactly 15.00; no answer is no zero; the last day of a quarter counts."""
    examples.check_decree61_total(total_of)
    examples.check_mean_of_answers(mean_of_points)
    examples.check_last_day(holds)


def test_decision_766() -> None:
    """A dossier rated badly and complained about counts once, and the groups have 100 points in all."""
    examples.check_flagged_once(r3, Dossiers)
    groups = {each.id: each.points_max for each in table("decision766").groups}
    assert groups == vectors()["qd766_max"]


def test_shares_drawn_towards_the_mean() -> None:
    """Baseball, rats, and the demonstration."""
    examples.check_shrunk(lambda tally, a, b: shrink(tally, Prior(BetaShape(a, b), is_fitted=True)).value)


def test_charts() -> None:
    """The funnel's exact limits and Montgomery's orange juice."""
    examples.check_funnel(exact_limits)
    examples.check_p_chart(lambda days, left_out: chart(days, left_out, laney=False))
    examples.check_laney(spread)


def test_sizes_of_samples() -> None:
    """Krejcie and Morgan's table, the ministry's formula, and what a low coverage leaves open."""
    examples.check_krejcie_morgan(krejcie_morgan)
    examples.check_ministry_sample(ministry_sample)
    examples.check_manski(lambda satisfied, n, served: Coverage(n, served).bounds(satisfied))
    examples.check_silence_bias(silence_bias)


def test_codes_of_dossiers() -> None:
    """The codes that are good are read, those that are not are refused."""
    codes = vectors()["dossier_codes"]

    assert [normal_dossier(each) for each in codes["ok"]] == codes["ok"]
    assert [normal_dossier(each) for each in codes["bad"]] == ["", "", ""]


def test_every_example_is_used() -> None:
    """An example that is added to the vectors needs a check that reads it."""
    assert set(vectors()) == {
        "uk_user_satisfaction", "take_satisfaction", "skm", "krejcie_morgan", "arta_bands", "nd61_bands",
        "qd766_max", "wilson", "clopper_pearson", "eb_baseball", "funnel_exact_theta090",
        "pchart_orangejuice", "dossier_codes",
    }  # fmt: skip
