"""What official indices are computed of: what is there, what is missing, and how far overlaps can reach."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.decision766 import Absent
from server.domain.dossier_figures import ComplaintMonth, Work
from server.domain.habits import Answer
from server.domain.index_inputs import Told, answers_of, indicators, ratios, sum_of
from server.domain.indices import table
from server.domain.quarter_figures import read_figures, read_quarter
from server.protocol.survey import decode_survey
from server.store.seed import cheerful_survey, decree61_survey

NO_COMPLAINTS = {"received": 0, "on_time": 0, "dissatisfied": 0}
TODAY = date(2026, 11, 23)


def test_a_dossier_that_is_flagged_twice_may_be_one_or_two() -> None:
    """Of 1,000 dossiers 12 rated badly, 5 complained about: 12 to 17 are flagged, both get all points."""
    told = Told(Work(1000, 1000, 1000, 0), None, 12, 300, {"dossiers_complained": 5})
    r3 = ratios(told)[2]

    assert (r3.least.value, r3.most.value) == (Fraction(983, 1000), Fraction(988, 1000))
    assert f"{r3.least.points} {r3.most.points}" == "6.00 6.00"
    assert not r3.is_exact


def test_the_worked_example_of_late_dossiers() -> None:
    """Of 400 dossiers 60 late: 85.0 %, and 5.67 points of 6 at a target of 90 %."""
    r3 = ratios(Told(Work(400, 400, 340, 60), own={"dossiers_complained": 0}))[2]

    assert r3.is_exact
    assert (r3.least.value, str(r3.least.points)) == (Fraction(85, 100), "5.67")


@given(st.lists(st.integers(0, 60), min_size=3, max_size=3), st.integers(0, 60))
def test_overlaps_lie_between_all_and_none(counts: list[int], total: int) -> None:
    """The least ratio is of nothing counted twice, the greatest of as much as can be; else it contradicts."""
    badly, complained, late = counts
    r3 = ratios(Told(Work(total, total, 0, late), None, badly, 99, {"dossiers_complained": complained}))[2]

    if max(counts) > total:
        assert r3.least.absent is r3.most.absent is Absent.IMPOSSIBLE
    elif total:
        assert r3.least.value == Fraction(total - min(total, sum(counts)), total)
        assert r3.most.value == Fraction(total - max(counts), total)
    else:
        assert r3.least.absent is Absent.NOTHING


def test_what_is_missing_is_named() -> None:
    """Without any figures every ratio and indicator says what it lacks, and none has a value."""
    found, (_, lines) = ratios(Told()), indicators(Told())

    assert [[each.name for each in ratio.lacks] for ratio in found] == [
        ["complaints_received", "complaints_on_time"],
        ["complaints_received", "complaints_dissatisfied", "complaints_again"],
        ["dossiers_returned", "dossiers_late", "dossiers_complained"],
    ]
    assert all(ratio.least.absent is Absent.NEEDS_IMPORT for ratio in found)
    assert all(line.lacks and line.result.mean is None for line in lines)


def test_whoever_got_no_complaints_need_not_say_more() -> None:
    """No complaints: none came again and none drags on, so indicator 8 has its 2 points, and R1 no ratio."""
    told = Told(complaints=NO_COMPLAINTS)

    assert str(indicators(told)[1][7].result.mean) == "2.00"
    assert ratios(told)[0].least.absent is Absent.NOTHING
    assert ratios(told)[1].lacks == ()


def test_only_questions_that_fit_are_counted() -> None:
    """Faces count from worst to best, whichever survey asks; of another question nothing is taken."""
    surveys = {
        name: decode_survey(raw) for name, raw in (("61", decree61_survey()), ("cheerful", cheerful_survey()))
    }
    figures = {
        Answer("61", "attitude", 5): 3,
        Answer("cheerful", "attitude", 1): 2,
        Answer("cheerful", "on_time", 0): 9,
        Answer("61", "contacts", 2): 4,
        Answer("61", "time", 3): 6,
    }
    found = answers_of(surveys, figures, table("decree61"))

    assert found["attitude"] == [2, 0, 0, 0, 3]
    assert found["contacts"] == [0, 0, 4]
    assert found["time"] == [0, 0, 0, 6]
    _, lines = indicators(Told(answers=found))
    assert [str(line.result.mean) for line in lines if line.result.mean is not None] == ["0.00", "1.20"]


def test_complaints_of_months_are_added_up() -> None:
    """A quarter's complaints are those of its months; of no month there are none to add."""
    months = [ComplaintMonth(date(2026, month, 1), month, 1, 0) for month in (7, 8)]

    assert sum_of(months) == {"received": 15, "on_time": 2, "dissatisfied": 0}
    assert sum_of([]) is None


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("2026-Q4", ""),
        ("2027-Q1", "quarter_ahead"),
        ("2026-10", "quarter"),
        ("", "quarter"),
        ("x", "quarter"),
    ],
)
def test_a_quarter_is_read(typed: str, wanted: str) -> None:
    """A quarter that runs or is over is taken, nothing else is."""
    quarter, fault = read_quarter(typed, TODAY)

    assert fault == wanted
    assert (quarter is None) == bool(wanted)


def test_figures_of_a_quarter_are_read() -> None:
    """An empty field is not told; what is no number, or more than its whole, is said beside its field."""
    assert read_figures({"quarter_procedures": "1.200", "quarter_dossiers_online": ""}) == (
        {"procedures": 1200},
        {},
    )
    _, faults = read_figures(
        {
            "quarter_procedures": "10",
            "quarter_procedures_online": "11",
            "quarter_dossiers_online": "nhiều",
            "quarter_dossiers_online_late": "3",
        }
    )
    assert faults == {
        "quarter_procedures_online": "more_than_procedures",
        "quarter_dossiers_online": "count",
    }
