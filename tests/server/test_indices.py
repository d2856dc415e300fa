"""The tables of official indices, and what all of them do."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from importlib import resources

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.decree61 import total_of
from server.domain.indices import Table, decode_table, exact, half_up, mean_points, table, weighted_mean

NAMES = sorted(
    each.name.removesuffix(".json")
    for each in resources.files("server.domain").joinpath("indicators").iterdir()
)


def test_every_table_that_came_along_is_whole() -> None:
    """Each reads, under its own name, in both languages, and says where it was read."""
    assert {"decision766", "decree61", "skm", "skm2004", "arta"} == set(NAMES)
    for name in NAMES:
        found = table(name)
        assert (found.id, bool(found.source)) == (name, True)
        texts = [found.name, *(each.name for each in found.bands), *(each.text for each in found.indicators)]
        texts += [text for each in found.ratios for text in (each.text, each.formula)]
        texts += [each.text for each in found.groups]
        assert all(set(text) == {"vi", "en"} and all(text.values()) for text in texts)


def test_what_is_not_confirmed_says_so() -> None:
    """The middle bands, targets and online payment of Decision 766; of Decree 61 all was read in a copy."""
    found = table("decision766")

    assert [each.id for each in found.bands if not each.confirmed] == ["good", "fair", "average"]
    assert not any(each.confirmed for each in found.ratios)
    assert [each.id for each in found.groups if not each.confirmed] == ["thanh_toan_truc_tuyen"]
    assert not table("decree61").confirmed
    assert [each.number for each in table("decree61").indicators if not each.confirmed] == [7]


@pytest.mark.parametrize(
    ("points", "wanted"),
    [
        (100, "excellent"),
        (90, "excellent"),
        (89.99, "good"),
        (80, "good"),
        (75, "fair"),
        (50, "average"),
        (49.99, "weak"),
    ],
)
def test_the_bands_of_decision_766(points: float, wanted: str) -> None:
    """75 points are only fair, whatever the rank."""
    assert table("decision766").band(points).id == wanted


@given(st.sampled_from(NAMES), st.floats(0, 1))
def test_a_band_is_that_of_the_printed_points(name: str, part: float) -> None:
    """Everybody has exactly one grade, and it is that of the figure on the page."""
    rules = table(name)
    points = float(rules.points_min) + part * float(rules.points_max - rules.points_min)
    found = rules.band(points)
    printed = half_up(points, rules.decimals)

    assert found == rules.band(printed)
    assert found.low <= printed
    assert all(printed < each.low for each in rules.bands if each.low > found.low)


def test_points_that_nobody_can_have_are_refused() -> None:
    """A total above the maximum is a mistake somewhere, not a grade."""
    for wrong in (18.01, -0.01, 100):
        with pytest.raises(ValueError, match="outside 0 to 18"):
            table("decree61").band(wrong)


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"bands": []}, "do not go from"),
        ({"bands": [{"low": 9, "id": "a", "name": {}}, {"low": 9, "id": "b", "name": {}}]}, "do not go from"),
        ({"bands": [{"low": 9, "id": "a", "name": {}}, {"low": 1, "id": "b", "name": {}}]}, "do not go from"),
        (
            {"bands": [{"low": 99, "id": "a", "name": {}}, {"low": 0, "id": "b", "name": {}}]},
            "do not go from",
        ),
        ({"groups": [{"id": "a", "text": {}, "points_max": 17}]}, "have 17 points"),
        ({"grades": []}, "unknown field"),
        ({"points_max": "many"}, "points_max"),
    ],
)
def test_a_table_that_is_not_whole_is_refused(change: dict[str, object], what: str) -> None:
    """A new decree with a hole in its bands, or parts that are not the whole, is found when it is read."""
    raw = msgspec.json.encode(msgspec.to_builtins(table("decree61")) | change)

    with pytest.raises(msgspec.ValidationError, match=what):
        decode_table(raw)


def test_a_new_decree_is_a_new_file() -> None:
    """A table with other bands and other maxima works without a line of code."""
    raw = b"""{"id": "new", "name": {"vi": "x"}, "source": "y",
        "points_min": 0, "points_max": 10,
        "decimals": 0,
        "bands": [{"low": 5, "id": "enough", "name": {}}, {"low": 0, "id": "not", "name": {}}]}"""
    found = decode_table(raw)

    assert isinstance(found, Table)
    assert [found.band(each).id for each in (4.49, 4.5, 10)] == ["not", "enough", "enough"]


def test_a_half_is_rounded_up_of_what_is_written() -> None:
    """Not to the even neighbor, and not by the binary fraction behind the digits."""
    assert [half_up(each, 0) for each in (79.5, 80.5, 79.49)] == [80, 81, 79]
    assert half_up(2.675, 2) == Decimal("2.68")
    assert half_up(Fraction(1, 8), 2) == Decimal("0.13")
    assert str(half_up(15, 2)) == "15.00"
    assert exact(3.06) == Fraction(306, 100)


@given(st.lists(st.fractions(0, 2), min_size=1, max_size=9))
def test_sums_are_exact(values: list[Fraction]) -> None:
    """A sum of printed means is the sum of what is printed, and equal weights are a plain mean."""
    printed = [half_up(each, 2) for each in values]

    assert total_of(printed) * 100 == sum(int(each * 100) for each in printed)
    assert weighted_mean(values) == sum(values) / len(values)
    assert weighted_mean(values, Fraction(1, len(values))) == weighted_mean(values)


def test_nothing_is_no_mean() -> None:
    """No elements and no answers have no mean; as many counts as options are wanted."""
    assert weighted_mean([]) is None
    assert mean_points([2, 1, 0, None], [0, 0, 0, 9]) is None
    with pytest.raises(ValueError, match="shorter"):
        mean_points([2, 1, 0, None], [1, 2, 3])
