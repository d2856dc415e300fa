"""What is worth an alert, and how often: pure rules over the state of machines and over releases."""

from __future__ import annotations

import itertools
import random
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.alerts import (
    PAUSE_MS,
    SERVER,
    Cause,
    Found,
    Kind,
    Machine,
    falls,
    news,
    of_machines,
    open_for_ms,
    silences,
    went_back,
)
from server.domain.audit import Action, Event
from server.domain.calendar import VIETNAM
from server.domain.disclosure import Release, Scores
from server.domain.fleet import FREE_MB_LOW, QUIET_MS
from server.domain.openings import USUAL, SpecialDay, Timetable
from server.domain.places import Center
from server.domain.province import ALIVE_MS, Kiosks
from server.protocol.hours import Span

MINUTE_MS = 60_000
TODAY = date(2026, 11, 23)
"""A Monday."""
HOLIDAY = Timetable(USUAL, {TODAY: SpecialDay("Tổng kết")})
SATURDAY = Timetable(USUAL, {date(2026, 11, 28): SpecialDay("Làm bù", (Span("07:30", "11:30"),))})


def at(hour: int, minute: int = 0, day: date = TODAY) -> int:
    """Return a moment of a day (UTC milliseconds)."""
    return int(datetime(day.year, day.month, day.day, hour, minute, tzinfo=VIETNAM).timestamp() * 1000)


def machine(seen_ms: int, **more: object) -> Machine:
    """Return a kiosk that is well."""
    values: dict[str, object] = {"device": "a" * 32, "center": 1, "is_forked": False, "free_mb": FREE_MB_LOW}
    return Machine(**values | {"seen_ms": seen_ms} | more)  # type: ignore[arg-type] # told by name


@pytest.mark.parametrize(
    ("now", "quiet_min", "timetable", "is_told"),
    [
        (at(10), 31, None, True),
        (at(10), 30, None, False),
        (at(8), 900, None, False),  # it has been open for 30 minutes only: who is late comes yet
        (at(8, 1), 900, None, True),
        (at(12), 120, None, False),  # at noon
        (at(13, 50), 120, None, False),
        (at(18), 300, None, False),
        (at(10), 300, HOLIDAY, False),
        (at(10, day=date(2026, 11, 28)), 300, None, False),
        (at(10, day=date(2026, 11, 28)), 300, SATURDAY, True),
        (at(10), 300, Timetable(((),) * 7), False),
    ],
)
def test_a_kiosk_is_quiet_only_while_its_center_is_open(
    *, now: int, quiet_min: int, timetable: Timetable | None, is_told: bool
) -> None:
    """After half an hour without a word, in hours that have lasted as long, and not on holidays."""
    kiosk = machine(now - quiet_min * MINUTE_MS)
    found = list(of_machines([kiosk], {1: timetable} if timetable else {}, now))

    assert found == ([Found(Cause(Kind.QUIET, 1, kiosk.device), str(kiosk.seen_ms))] if is_told else [])
    assert (open_for_ms(timetable, now) > QUIET_MS) >= is_told


@pytest.mark.parametrize(
    ("more", "kinds"),
    [
        ({}, []),
        ({"free_mb": FREE_MB_LOW - 1}, [Kind.DISK]),
        ({"free_mb": None}, []),
        ({"is_forked": True}, [Kind.FORK]),
        ({"stuck": "bad_signature"}, [Kind.GAP]),
        ({"waiting": 3}, []),
        ({"waiting": 3, "seen_ms": at(18) - ALIVE_MS - 1}, [Kind.GAP]),
        ({"waiting": 0, "seen_ms": at(18) - ALIVE_MS - 1}, []),
    ],
)
def test_what_is_wrong_with_a_machine(more: dict[str, object], kinds: list[Kind]) -> None:
    """Its disk, its key, its ratings that do not come; each by itself, after hours too."""
    values = {"seen_ms": at(18)} | more
    found = list(of_machines([machine(**values)], {}, at(18)))  # type: ignore[arg-type] # told by name

    assert [each.cause.kind for each in found] == kinds


def test_a_book_that_went_back_is_told_for_a_day() -> None:
    """By each event of the log, in the center of the device, or of the server if it is not known any more."""

    def event(id_: int, device: str, hours: int, action: Action = Action.WENT_BACK) -> Event:
        return Event(id_, at(12) - hours * 3600_000, "server", action.value, device, "")

    events = [
        event(9, "a" * 32, 1),
        event(8, "b" * 32, 23),
        event(7, "a" * 32, 24),
        event(6, "a" * 32, 1, Action.FORK),
    ]
    found = list(went_back(events, [machine(at(12))], at(12)))

    assert found == [
        Found(Cause(Kind.WENT_BACK, 1, "a" * 32), "9"),
        Found(Cause(Kind.WENT_BACK, SERVER, "b" * 32), "8"),
    ]


def releases(last: Scores, days: int = 40, ago: int = 1) -> dict[int, list[Release]]:
    """Return days of 85 percent satisfied, and a last one that differs, so many days ago."""
    rng = random.Random(1)
    found = []
    for number in range(days, 0, -1):
        day = TODAY - timedelta(days=number + ago)
        given = rng.choices(range(5), (2, 3, 10, 40, 45), k=60)
        scores = tuple(given.count(score) for score in range(5))
        found.append(Release(day, day, scores))  # type: ignore[arg-type] # five numbers
    day = TODAY - timedelta(days=ago)
    return {1: [*found, Release(day, day, last)]}


@pytest.mark.parametrize(
    ("last", "days", "ago", "is_told"),
    [
        ((20, 10, 0, 15, 15), 40, 1, True),
        ((20, 10, 0, 15, 15), 40, 3, True),
        ((20, 10, 0, 15, 15), 40, 4, False),  # judged before
        ((20, 10, 0, 15, 15), 40, 0, False),  # not over
        ((20, 10, 0, 15, 15), 12, 1, False),  # too few days for limits
        ((0, 0, 9, 26, 25), 40, 1, False),
        ((0, 0, 0, 10, 50), 40, 1, False),  # unusually good is no alarm
        ((5, 0, 0, 0, 0), 40, 1, False),  # too few ratings for limits
    ],
)
def test_a_fall_is_a_day_below_its_limits(*, last: Scores, days: int, ago: int, is_told: bool) -> None:
    """A day that is over, lies below the limits and has enough ratings is told, by its date alone."""
    day = TODAY - timedelta(days=ago)
    found = list(falls(releases(last, days, ago), TODAY))

    assert found == ([Found(Cause(Kind.FALL, 1), day.isoformat())] if is_told else [])


def test_steady_days_hardly_ever_raise_a_fall() -> None:
    """Of 3000 steady days at most a dozen are told: about 1 in 700 is below three standard deviations."""
    told = 0
    for seed in range(1000):
        rng = random.Random(seed)
        days = []
        for number in range(40, 0, -1):
            given = rng.choices(range(5), (2, 3, 10, 40, 45), k=60)
            day = TODAY - timedelta(days=number)
            scores = tuple(given.count(score) for score in range(5))
            days.append(Release(day, day, scores))  # type: ignore[arg-type] # five numbers
        told += len(list(falls({1: days}, TODAY)))

    assert told <= 12


def test_a_silent_center_is_told_by_its_last_day() -> None:
    """Longer without figures than ever lately, and only where there is a kiosk."""
    days = [TODAY - timedelta(days=number) for number in range(20, 9, -1)]
    centers = [Center(code, "", "", 0, 0) for code in (1, 2, 3)]
    given = {1: days, 2: [*days, TODAY], 3: days}
    found = silences(centers, given, {1: Kiosks(1, 0), 2: Kiosks(1, 0)}, (TODAY, at(12)))

    assert list(found) == [Found(Cause(Kind.SILENT, 1), days[-1].isoformat())]


CAUSES = st.builds(Cause, st.sampled_from(Kind), st.integers(1, 2), st.sampled_from(["", "a"]))
ROUNDS = st.lists(
    st.tuples(
        st.integers(0, PAUSE_MS), st.lists(st.builds(Found, CAUSES, st.sampled_from("xyz")), max_size=6)
    ),
    max_size=30,
)


@given(ROUNDS)
def test_nothing_is_told_twice_whatever_the_clock(rounds: list[tuple[int, list[Found]]]) -> None:
    """However often it is looked: an occurrence once, a cause once in two hours, and what is due is told."""
    now, known = 0, dict[Cause, int]()
    log: list[tuple[int, Found]] = []
    for step, found in rounds:
        now += step
        told = {each for _, each in log}
        new = news(found, known, told, now)
        assert news(found, known | {each.cause: now for each in new}, told | set(new), now) == []
        for each in found:
            is_due = each not in told and now - known.get(each.cause, -PAUSE_MS) >= PAUSE_MS
            assert (each.cause in {other.cause for other in new}) or not is_due
        log += [(now, each) for each in new]
        known |= {each.cause: now for each in new}

    assert len({each for _, each in log}) == len(log)
    for cause in known:
        moments = [moment for moment, each in log if each.cause == cause]
        assert all(later - earlier >= PAUSE_MS for earlier, later in itertools.pairwise(moments))
