"""What is concluded of all centers at once: who differs, who is too small to tell, who is silent."""

import random
from datetime import date, timedelta

import pytest

from server.domain.changes import Verdict
from server.domain.disclosure import Scores
from server.domain.places import Center
from server.domain.province import (
    ALIVE_MS,
    PAUSE_MIN,
    Basis,
    Finding,
    Kiosks,
    Place,
    Province,
    Reported,
    Silence,
    province_of,
    silent_centers,
    usual_pause,
)
from server.domain.ranking import RANKED_MIN
from server.web.province_order import COLUMNS, in_order

CENTERS = [Center(code, f"Xã {code}", "xã", 11.0, 108.0) for code in range(1, 125)]
USUAL: Scores = (2, 3, 10, 40, 45)
TODAY = date(2026, 11, 23)
NOW = (TODAY, 10 * ALIVE_MS)


def _alike(seed: int) -> dict[int, Scores]:
    """Let every center serve alike, 85 percent satisfied; they differ by chance only."""
    rng = random.Random(seed)
    found: dict[int, Scores] = {}
    for center in CENTERS:
        given = rng.choices(range(5), (2, 3, 10, 40, 45), k=rng.randint(30, 600))
        found[center.code] = (
            given.count(0),
            given.count(1),
            given.count(2),
            given.count(3),
            given.count(4),
        )
    return found


def _province(now: dict[int, Scores], before: dict[int, Scores] | None = None) -> Province:
    return province_of(CENTERS, now, before or {}, {})


def _place(found: Province, code: int) -> Place:
    return next(each for each in found.places if each.center.code == code)


def test_where_all_are_alike_hardly_anybody_is_called_different() -> None:
    """Of forty periods in which 124 centers are the same, at most four name one: the stated rate is 5 %."""
    named = [bool(_province(_alike(seed)).of(Finding.LOWER, Finding.HIGHER)) for seed in range(40)]

    assert sum(named) <= 4


@pytest.mark.parametrize("seed", range(5))
def test_a_center_that_is_much_worse_is_found(seed: int) -> None:
    """A center where 60 percent are satisfied instead of 85 is named, and heads the list."""
    found = _province(_alike(seed) | {7: (20, 20, 20, 45, 45)})

    assert [each.center.code for each in found.of(Finding.LOWER)] == [7]
    assert in_order(found.places, "finding")[0].center.code == 7
    assert found.ranked[-1].center.code == 7


def test_few_ratings_are_told_but_nothing_is_concluded() -> None:
    """A center one rating short of the ranking has its figures, but no rank and no place in the funnel."""
    few = (RANKED_MIN - 1, 0, 0, 0, 0)
    place = _place(_province(_alike(1) | {3: few}), 3)

    assert (place.n, place.finding) == (RANKED_MIN - 1, Finding.FEW)
    assert place.share is not None
    assert place.share.count == 0
    assert (place.rank, place.spot) == (None, None)
    assert _place(_province(_alike(1) | {3: (RANKED_MIN, 0, 0, 0, 0)}), 3).finding is Finding.LOWER


def test_no_ratings_are_neither_nought_nor_a_hundred() -> None:
    """A center without ratings has no figures; a province without any has none either, and nothing fails."""
    now = _alike(2)
    del now[9]
    place = _place(_province(now), 9)
    nothing = _province({})

    assert (place.finding, place.share, place.index, place.change) == (Finding.NOTHING, None, None, None)
    assert (nothing.share, nothing.index, nothing.change, nothing.funnel) == (None, None, None, None)
    assert nothing.ranked == []
    assert (nothing.tied_with_first, nothing.tied_with_last) == (0, 0)


def test_the_province_is_all_ratings_together() -> None:
    """Share, index and change of the province are those of the sums, whoever they come from."""
    found = _province({1: USUAL, 2: (10, 10, 10, 10, 60)}, {1: (40, 20, 10, 15, 15), 5: (9, 0, 0, 0, 0)})

    assert found.share is not None
    assert (found.share.count, found.share.n) == (155, 200)
    assert found.index is not None
    assert found.index.value == pytest.approx((3 * 25 + 10 * 25 + 20 * 50 + 50 * 75 + 105 * 100) / 200 / 100)
    assert found.change is not None
    assert (found.change.verdict, round(found.change.value, 3)) == (Verdict.RISE, 0.5)
    assert _place(found, 2).change is None
    assert _place(found, 1).change is not None


def test_a_tie_for_the_first_place_is_counted() -> None:
    """Where all have the same ratings all are tied with the first and with the last."""
    found = _province({center.code: USUAL for center in CENTERS})

    assert found.tied_with_first == found.tied_with_last == 123
    assert {(each.rank.best, each.rank.worst) for each in found.places if each.rank} == {(1, 124)}
    assert {each.finding for each in found.places} == {Finding.INSIDE}


def test_coverage_is_by_tickets_and_else_by_dossiers() -> None:
    """Tickets go before dossiers; what was not reported, or is reported as nought, covers nothing."""
    reported = {
        1: Reported(tickets=400, tickets_days=20, dossiers=90, dossiers_days=3),
        2: Reported(dossiers=50, dossiers_days=4),
        3: Reported(tickets=0, tickets_days=5),
        4: Reported(tickets=10, tickets_days=1),
    }
    found = province_of(CENTERS, {1: USUAL, 2: USUAL, 3: USUAL}, {}, reported)
    covered = [_place(found, code).covered for code in (1, 2, 3, 4, 5)]

    assert covered[0] is not None
    assert (covered[0].coverage.value, covered[0].basis, covered[0].days) == (0.25, Basis.TICKETS, 20)
    assert covered[1] is not None
    assert (covered[1].coverage.is_over, covered[1].basis) == (True, Basis.DOSSIERS)
    assert covered[2:] == [None, None, None]


@pytest.mark.parametrize("column", COLUMNS)
def test_an_order_has_everybody_once_and_the_unknown_last(column: str) -> None:
    """Whatever the table is ordered by, it has every center, and one without figures never comes first."""
    now = _alike(3)
    for code in (1, 60, 124):
        del now[code]
    found = _province(now, _alike(4))
    up, down = in_order(found.places, column), in_order(found.places, column, is_descending=True)

    assert {each.center.code for each in up} == {each.center.code for each in down} == set(range(1, 125))
    if column not in {"name", "finding", "coverage"}:
        assert (
            {each.center.code for each in up[-3:]} == {each.center.code for each in down[-3:]} == {1, 60, 124}
        )
        assert up[0] == down[120]


def _days(*ago: int) -> list[date]:
    return [TODAY - timedelta(days=number) for number in sorted(ago, reverse=True)]


def test_what_is_usual_needs_a_few_pauses() -> None:
    """The longest pause is what is usual, a long weekend at least; of few days nobody can tell."""
    assert usual_pause(_days(*range(8))) is None
    assert usual_pause(_days(*range(9))) == PAUSE_MIN
    assert usual_pause(_days(*range(8), 20)) == 13
    assert usual_pause([]) is None


def test_silence_is_what_is_longer_than_usual() -> None:
    """A pause of the usual length is none; one day more is, and so is a kiosk without any figures."""
    days = {
        1: _days(*range(4, 14)),
        2: _days(*range(5, 15)),
        3: _days(*range(5, 15), 30),
        4: _days(60),
    }
    told = {1: USUAL, 2: USUAL, 3: USUAL}
    kiosks = {code: Kiosks(1, NOW[1] - (code == 2) * 2 * ALIVE_MS) for code in (1, 2, 3, 4, 5)}
    found = silent_centers(CENTERS, told, days, kiosks, NOW)

    assert [(each.center.code, each.why, each.is_alive) for each in found] == [
        (2, Silence.LONGER, False),
        (5, Silence.NOTHING, True),
        (4, Silence.NOTHING, True),
    ]
    assert (found[0].last, found[0].usual) == (TODAY - timedelta(days=5), PAUSE_MIN)


def test_without_a_kiosk_nobody_is_silent() -> None:
    """A center that never had a kiosk is not blamed for its silence."""
    assert silent_centers(CENTERS, {}, {}, {}, NOW) == []
