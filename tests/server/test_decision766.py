"""The satisfaction part of Decision 766."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from server.domain.decision766 import Absent, Complaints, Dossiers, satisfaction

CODES = st.frozensets(st.sampled_from([f"d{number}" for number in range(30)]))


def test_all_three_ratios() -> None:
    """Nine of ten complaints in time, one not well answered, one late dossier of twenty: 6 + 6 + 6 points."""
    found = satisfaction(
        Complaints(10, 9, frozenset({"c1"}), frozenset({"c1"})), Dossiers(20, overdue=frozenset({"d1"}))
    )

    assert [each.value for each in found.ratios] == [Fraction(9, 10), Fraction(9, 10), Fraction(19, 20)]
    assert (found.points, found.points_max) == (Decimal("18.00"), 18)
    assert [(each.good, each.total) for each in found.ratios] == [(9, 10), (9, 10), (19, 20)]


def test_what_is_not_imported_is_said() -> None:
    """Each ratio says what it needs, and without one of them there is no sum."""
    only_dossiers, nothing = satisfaction(None, Dossiers(10)), satisfaction(None, None)

    assert [each.absent for each in only_dossiers.ratios] == [Absent.NEEDS_IMPORT, Absent.NEEDS_IMPORT, None]
    assert [[need.value for need in each.ratio.needs] for each in nothing.ratios] == [
        ["complaints"],
        ["complaints"],
        ["dossiers"],
    ]
    assert (only_dossiers.ratios[2].points, only_dossiers.points, nothing.points) == (
        Decimal("6.00"),
        None,
        None,
    )


def test_nothing_is_neither_0_nor_100_percent() -> None:
    """Of nothing no ratio is defined; figures that contradict each other have no value either."""
    nothing = satisfaction(Complaints(0, 0), Dossiers(0))
    impossible = satisfaction(Complaints(3, 4, frozenset("abcd")), Dossiers(1, frozenset({"d1", "d2"})))

    for found, why in ((nothing, Absent.NOTHING), (impossible, Absent.IMPOSSIBLE)):
        assert [(each.value, each.points, each.absent) for each in found.ratios] == [(None, None, why)] * 3
        assert found.points is None


@given(CODES, CODES, CODES)
def test_a_dossier_is_flagged_once(
    dissatisfied: frozenset[str], complained: frozenset[str], overdue: frozenset[str]
) -> None:
    """However many lists name it; the order of the lists does not matter, and one more name never helps."""
    ratio = satisfaction(None, Dossiers(40, dissatisfied, complained, overdue)).ratios[2]
    turned = satisfaction(None, Dossiers(40, overdue, dissatisfied, complained)).ratios[2]
    worse = satisfaction(None, Dossiers(40, dissatisfied | {"other"}, complained, overdue)).ratios[2]

    assert ratio.good == 40 - len(dissatisfied | complained | overdue)
    assert ratio == turned
    assert ratio.points is not None
    assert worse.points is not None
    assert 0 <= worse.points <= ratio.points <= 6
