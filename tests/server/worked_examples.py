"""Published and worked examples, each a check that takes the formula it is about.

So the same check shows that the right formula passes (`test_worked_examples`) and that a wrong one does not
(`test_wrong_formulas`). The figures stand in `testvectors.json`, with their sources, or in the check.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from server.domain.indices import half_up
from server.domain.statistics import Interval, Tally

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from fractions import Fraction

    from server.domain.control import Chart
    from server.domain.decision766 import Dossiers
    from server.domain.indices import Number

    Index = Callable[[Sequence[int]], float | None]
    Between = Callable[[int, int], Interval | None]

LETTERS_TO_NAMES = {
    "Xuất sắc": "excellent",
    "Tốt": "good",
    "Khá": "fair",
    "Trung bình": "average",
    "Yếu": "weak",
}


@cache
def vectors() -> Mapping[str, Any]:
    """Return the examples as they are kept."""
    found: dict[str, Any] = msgspec.json.decode((Path(__file__).parent / "testvectors.json").read_bytes())
    return found


def expect(found: float | None, wanted: float, within: float = 5e-5) -> None:
    """Let two figures agree."""
    assert found is not None
    assert float(found) == pytest.approx(wanted, abs=within)


def check_linear_index(formula: Index) -> None:
    """GOV.UK's months, take-satisfaction's two examples, France's three smileys."""
    months = vectors()["uk_user_satisfaction"]["rows"]
    assert len(months) == 5
    for *counts, published in months.values():
        found = formula(counts)
        assert found is not None
        assert half_up(100 * found, 0) == published
    for example in vectors()["take_satisfaction"]:
        expect(formula(example["counts"]), example["rate"], 1e-12)
    expect(formula([10, 30, 60]), 0.75)  # 7.5 of 10: Je donne mon avis
    expect(formula([23, 46, 153, 419, 528]), 0.7958)


def check_top_two(formula: Index) -> None:
    """Let the same UK month come out by the other formula, and the textbook's five answers."""
    expect(formula([23, 46, 153, 419, 528]), 0.8101)
    expect(formula([1, 1, 1, 1, 1]), 0.40)


def check_net_promoters(formula: Index) -> None:
    """Answers 1, 7, 7, 8, 9, 10."""
    expect(formula([0, 1, 0, 0, 0, 0, 0, 2, 1, 1, 1]), 0.1667)


def check_wilson(formula: Between) -> None:
    """Let the printed intervals come out, and of nothing none."""
    for count, n, low, high in vectors()["wilson"]:
        found = formula(count, n)
        assert found is not None
        assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)
    assert formula(0, 0) is None


def check_exact(formula: Between) -> None:
    """Clopper and Pearson's interval of SciPy's own documentation."""
    for count, n, low, high in vectors()["clopper_pearson"]:
        found = formula(count, n)
        assert found is not None
        assert (found.low, found.high) == pytest.approx((low, high), abs=1e-12)


def check_skm(ikm: Callable[[Sequence[Number]], Fraction | None]) -> None:
    """All nine elements 4: the report says 100, so the weight is 1/9 and not the 0.11 that it prints."""
    found = ikm([4] * 9)
    assert found is not None
    assert half_up(found, 2) == vectors()["skm"]["all_fours"]["1/9"]


def check_rounded_weights(ikm: Callable[[Sequence[Number], Number], Fraction | None]) -> None:
    """Let a rounded weight do what it does, as in the report of 2004 that was made with one."""
    for weight in ("0.111", "0.11"):
        assert ikm([4] * 9, Decimal(weight)) == Decimal(str(vectors()["skm"]["all_fours"][weight]))
    report = vectors()["skm"]["kep25_2004"]
    found = ikm(report["nrr"], report["w"])
    assert found is not None
    ni = half_up(found / 25, 3)
    assert (ni, 25 * ni) == (Decimal(str(report["ni"])), Decimal(str(report["ikm"])))
    assert half_up(found, 3) == Decimal("76.467")
    annex = [3.45, 2.65, 3.53, 2.31, 1.55, 3.12, 2.13, 2.43, 3.21, 1.45, 1.93, 2.31, 3.03, 1.56]
    found = ikm(annex, 0.071)
    assert found is not None
    assert 25 * half_up(found / 25, 2) == Decimal("61.5")


def check_bands(table: str, name_of: Callable[[str, float], str]) -> None:
    """Every band of a table begins and ends where the vectors say."""
    key = {"skm": "skm", "arta": "arta_bands", "decree61": "nd61_bands"}[table]
    bands = vectors()[key]["bands"] if table == "skm" else vectors()[key]
    for low, high, name in bands:
        wanted = LETTERS_TO_NAMES.get(name, name.lower().replace(" ", "_") if table == "arta" else name)
        assert name_of(table, low) == wanted
        if table != "decree61":
            assert name_of(table, high) == wanted
        elif high < 18:
            assert name_of(table, high - 0.01) == wanted


def check_decree61_bands(name_of: Callable[[float], str]) -> None:
    """Let the boundaries hold, of which exactly 15.00 is the one that a province's system gets wrong."""
    for points, wanted in (
        (18, "excellent"), (15.00, "excellent"), (14.99, "good"), (12.00, "good"), (11.99, "fair"),
        (9.00, "fair"), (8.99, "average"), (6.00, "average"), (5.99, "weak"), (0, "weak"),
    ):  # fmt: skip
        assert name_of(points) == wanted


def check_decree61_total(total: Callable[[Sequence[Decimal]], Decimal]) -> None:
    """Add up the nine means of the example, and nine times 2."""
    nine = [Decimal(each) for each in ["2", "2", "1.67", "1.5", "2", "1", "1.33", "2", "1.5"]]
    assert total(nine) == Decimal("15.00")
    assert total([Decimal(2)] * 9) == 18
    assert total([Decimal("1.67")] * 9) == Decimal("15.03")


def check_mean_of_answers(mean: Callable[[Sequence[int | None]], Decimal | None]) -> None:
    """Let a missing answer take no part: it is not 0 and does not make the mean unknown."""
    assert mean([2, 2, 1, None]) == Decimal("1.67")
    assert mean([None, None]) is None
    assert mean([0, 0]) == 0


def check_last_day(holds: Callable[[int, int, date, int], bool]) -> None:
    """Let a rating in the last minute of a quarter be of that quarter, by Vietnam's clock."""
    assert holds(2026, 3, date(2026, 9, 30), 23 * 60 + 59)
    assert holds(2026, 3, date(2026, 7, 1), 0)
    assert not holds(2026, 3, date(2026, 10, 1), 0)
    assert not holds(2026, 3, date(2026, 6, 30), 23 * 60 + 59)


def check_flagged_once(
    r3: Callable[[Dossiers], tuple[Fraction, Decimal] | None], make: type[Dossiers]
) -> None:
    """Flag a dossier with a bad rating and a complaint once: 14 of 1000; 60 of 400; nothing of none."""
    bad = frozenset(f"d{number}" for number in range(12))
    complained = frozenset(f"d{number}" for number in range(9, 14))
    found = r3(make(1000, bad, complained))
    assert found is not None
    assert (float(found[0]), found[1]) == (0.986, Decimal("6.00"))
    found = r3(make(400, frozenset(f"d{number}" for number in range(60))))
    assert found is not None
    assert (float(found[0]), found[1]) == (0.85, Decimal("5.67"))
    assert r3(make(0)) is None


def check_shrunk(shrunk: Callable[[Tally, float, float], float]) -> None:
    """Baseball (Robinson 2015), rats (Gelman), and the demonstration with Beta(27, 3)."""
    prior = vectors()["eb_baseball"]
    for count, n, wanted in prior["cases"]:
        expect(shrunk(Tally(count, n), prior["alpha"], prior["beta"]), wanted, 5e-4)
    expect(shrunk(Tally(300, 1000), 78.661, 224.875), 0.29049)
    expect(shrunk(Tally(4, 10), 78.661, 224.875), 0.26364)
    for count, n, wanted in ((4, 14, 0.2082), (0, 20, 0.0642)):
        expect(shrunk(Tally(count, n), 2.3416, 14.1148), wanted)
    for count, n, wanted in (
        (3, 3, 0.909),
        (28, 30, 0.917),
        (183, 200, 0.913),
        (9, 10, 0.9),
        (40, 50, 0.838),
    ):
        expect(shrunk(Tally(count, n), 27, 3), wanted, 5e-4)
    expect(shrunk(Tally(0, 1), 27, 3), 0.871, 5e-4)


def check_funnel(limits: Callable[[float, int, float], Interval]) -> None:
    """Let the exact limits around 90 % come out."""
    for n, wanted in vectors()["funnel_exact_theta090"].items():
        watch, outer = limits(0.9, int(n), 0.95), limits(0.9, int(n), 0.998)
        assert (watch.low, watch.high, outer.low, outer.high) == pytest.approx(wanted, abs=5.1e-5)


def check_p_chart(chart: Callable[[Sequence[Tally], Sequence[int]], Chart | None]) -> None:
    """Montgomery's orange juice: middle, limits and signals, and again without the two days explained."""
    juice = vectors()["pchart_orangejuice"]
    days = [Tally(count, juice["n"]) for count in juice["x"]]
    for left_out, wanted in (([], juice), ([each - 1 for each in juice["out"]], juice["without_out"])):
        found = chart(days, left_out)
        assert found is not None
        assert found.points[0] is not None
        limits = found.points[0].limits
        assert found.center == pytest.approx(wanted["cl"], abs=5e-8)
        assert (limits.low, limits.high) == pytest.approx((wanted["lcl"], wanted["ucl"]), abs=5e-8)
    found = chart(days, [])
    assert found is not None
    outside = [
        day
        for day, each in enumerate(found.points, 1)
        if each is not None and not each.limits.low <= each.value <= each.limits.high
    ]
    assert outside == juice["out"]


def check_laney(spread: Callable[[Sequence[Tally]], float | None]) -> None:
    """How much more than by chance the juice differs from day to day."""
    juice = vectors()["pchart_orangejuice"]
    expect(spread([Tally(count, juice["n"]) for count in juice["x"]]), juice["laney_sigma_z"], 5e-7)


def check_krejcie_morgan(sample: Callable[[int], int]) -> None:
    """Let the published table come out."""
    for population, wanted in vectors()["krejcie_morgan"].items():
        assert sample(int(population)) == wanted


def check_ministry_sample(sample: Callable[[int], int]) -> None:
    """N / (1 + N e²) with e = 0.05: 1000 gives 285.7, ten thousand 384.6, and never more than 400."""
    assert [sample(each) for each in (0, 1, 400, 1000, 10_000, 10**9)] == [0, 1, 200, 286, 385, 400]


def check_manski(bounds: Callable[[int, int, int], Interval | None]) -> None:
    """Let a coverage of 15 % with 97 % satisfied say that between 14.55 % and 99.55 % of all are."""
    found = bounds(1455, 1500, 10_000)
    assert found is not None
    assert (found.low, found.high) == pytest.approx((0.1455, 0.9955), abs=1e-12)
    assert bounds(0, 0, 0) is None


def check_silence_bias(bias: Callable[[float, float, float], float]) -> None:
    """Of a coverage of 15 %, 97 % of those who rated and 85 % of the others: 10.2 points too high."""
    expect(bias(0.15, 0.97, 0.85), 0.102, 1e-12)
    expect(0.97 - bias(0.15, 0.97, 0.85), 0.868, 1e-12)
