"""A year of the demo, shorter and of fewer centers, and what the numbers of the pages find in it."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from random import Random
from typing import TYPE_CHECKING

import pytest

from server.demo.plan import Truth, plan_of
from server.demo.visits import PLANTED_PROCEDURE, is_on, visits
from server.demo.words import demo_words
from server.demo.year import SimulatedClock, Stage, midnight, play
from server.domain.absence import absences
from server.domain.calendar import Period
from server.domain.changes import Verdict
from server.domain.comparison import compare
from server.domain.funnel import FALSE_DISCOVERIES, Zone
from server.domain.months import Cut
from server.domain.province import Finding, province_of
from server.store import open_store
from server.store.seed import fill, lamdong

if TYPE_CHECKING:
    from collections.abc import Iterator

    from server.demo.plan import Plan
    from server.domain.province import Province
    from server.store import Store

FIRST, LAST = date(2026, 6, 1), date(2026, 11, 6)
QUARTER, MONTH = Period.parse("2026-Q3"), Period.parse("2026-10")


@pytest.fixture(scope="module")
def plan() -> Plan:
    """Make what is planted: in forty of the centers, for five months."""
    return plan_of(lamdong()[:40], FIRST, LAST, Random(7))


@pytest.fixture(scope="module")
def store(plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Play it into a book, and let nobody write in it any more."""
    clock = SimulatedClock(midnight(FIRST) - 1)
    opened = open_store(f"sqlite:{tmp_path_factory.mktemp('year') / 'year.sqlite3'}", clock.now_ms)
    with opened.transaction():
        fill(opened)
    ratings = play(Stage(opened, clock, bytes(32), Random(7), demo_words()), plan)
    assert ratings == opened.record_count() > 30_000
    assert opened.quarantined() == {}
    yield opened
    opened.close()


def province(store: Store, plan: Plan, period: Period) -> Province:
    """Put the centers beside each other, as the page does."""
    before = period.previous()
    return province_of(
        [each.center for each in plan.centers],
        store.center_scores(period.first, period.last),
        store.center_scores(before.first, before.last),
        store.center_reports(period.first, period.last),
    )


def test_the_worst_and_the_best_center_are_found_and_no_others_called(store: Store, plan: Plan) -> None:
    """The province's page names what is planted, and of centers like all others no more than its rate."""
    found = province(store, plan, QUARTER)
    lower, higher = ({each.center.code for each in found.of(one)} for one in (Finding.LOWER, Finding.HIGHER))
    planted = {each.center.code for each in plan.centers if each.truths}

    assert plan.where(Truth.WORST).center.code in lower
    assert plan.where(Truth.BEST).center.code in higher
    called = lower | higher
    assert len(called - planted) <= FALSE_DISCOVERIES * len(called) + 1


def test_a_fall_is_found_and_most_others_are_not_said_to_have_changed(store: Store, plan: Plan) -> None:
    """A center that falls is said to have fallen, in the month in which it did."""
    fallen = plan.where(Truth.FALLEN)
    assert fallen.since is not None
    found = province(store, plan, Period.parse(f"{fallen.since:%Y-%m}"))
    verdicts = {each.center.code: each.change.verdict for each in found.places if each.change}

    assert verdicts.pop(fallen.center.code) is Verdict.FALL
    # each verdict alone may err five times in a hundred
    others = sum(verdict in {Verdict.RISE, Verdict.FALL} for verdict in verdicts.values())
    assert others <= 0.05 * len(verdicts) + 3 * (0.05 * 0.95 * len(verdicts)) ** 0.5


def test_a_kiosk_that_is_switched_off_on_bad_days_is_found(store: Store, plan: Plan) -> None:
    """Days of service without a rating are called out where somebody switches the kiosk off, only there."""
    found = absences(
        [each.center for each in plan.centers],
        store.center_served_days(QUARTER.first, QUARTER.last),
        store.center_scores(QUARTER.first, QUARTER.last),
    )

    assert [each.center.code for each in found] == [plan.where(Truth.SWITCHED_OFF).center.code]


def test_officers_are_told_apart_by_what_was_planted(store: Store, plan: Plan) -> None:
    """The unkind officer lies below the funnel, the kind one above it, the others within its outer limits."""
    center = plan.where(Truth.UNKIND)
    figures = store.month_figures(center.center.code, QUARTER.first, MONTH.last)
    found = compare([each for each in figures if each.cut is Cut.OFFICER])
    assert found is not None
    zones = {row.key: row.spot.zone for row in found.rows}
    hired = zip(store.officers(center.center.code), center.officers, strict=True)
    by_truth = {officer.truth: one.id for one, officer in hired}

    assert zones.pop(by_truth[Truth.UNKIND]) is Zone.OUTLIER_LOW
    assert zones.pop(by_truth[Truth.KIND]) is Zone.OUTLIER_HIGH
    assert zones
    assert not set(zones.values()) & {Zone.OUTLIER_LOW, Zone.OUTLIER_HIGH}


def test_the_procedure_for_which_people_come_again_is_found(store: Store, plan: Plan) -> None:
    """Whoever had to come again is less content, and the comparison of procedures shows for which."""
    center = plan.where(Truth.TRIPS).center.code
    figures = store.month_figures(center, QUARTER.first, MONTH.last)
    found = compare([each for each in figures if each.cut is Cut.PROCEDURE])
    assert found is not None

    lowest = min(found.rows, key=lambda row: row.satisfied.value)

    assert lowest.key == demo_words().procedures[PLANTED_PROCEDURE].code
    assert lowest.spot.zone in {Zone.OUTLIER_LOW, Zone.WATCH_LOW}


def test_the_same_seed_is_the_same_day(plan: Plan) -> None:
    """A year can be played again: chance is passed in, and nothing else decides."""
    center = plan.where(Truth.CHILD)
    one, other = (visits(center, 1, FIRST, 0.0, Random(3), demo_words()) for _ in range(2))

    assert one == other
    assert all(earlier.ended_s <= later.ended_s for earlier, later in pairwise(one))
    assert not is_on(plan.where(Truth.SWITCHED_OFF), -1.0)
    assert is_on(center, -1.0)
