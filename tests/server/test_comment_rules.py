"""Nobody learns from a page who wrote a comment: when comments appear, how many, told for which days."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

import pytest

from server.domain.comments import (
    NOTE_CHARS_MAX,
    OLD_AFTER,
    TOGETHER_MIN,
    Showing,
    State,
    Waiting,
    Wanted,
    comment_releases,
    draft,
    read_wanted,
)

MONDAY = date(2026, 11, 23)
WEEK = timedelta(7)
DAYS = 60
AFTER = 15
"""Days after the last comment: until then every one must have been shown."""
Rule = Callable[[Iterable[Waiting], date], list[Showing]]


def written(day: date, *numbers: int, came: date | None = None) -> list[Waiting]:
    """Return comments of a day."""
    return [Waiting((1, number), day, came or day) for number in numbers]


def test_five_of_a_day_are_shown_when_the_day_is_over() -> None:
    """Today's comments wait, however many they are; the next day five are told for their day, four wait."""
    five = written(MONDAY, 1, 2, 3, 4, 5)

    assert comment_releases(five, MONDAY) == []
    assert comment_releases(five, MONDAY + timedelta(1)) == [
        Showing(MONDAY, MONDAY, frozenset((1, number) for number in range(1, 6)))
    ]
    assert comment_releases(five[:4], MONDAY + timedelta(1)) == []


def test_quiet_days_are_told_as_one_span() -> None:
    """Two of Monday and three of Wednesday are together five, of the days from Monday to Wednesday."""
    quiet = written(MONDAY, 1, 2) + written(MONDAY + timedelta(2), 3, 4, 5)

    (showing,) = comment_releases(quiet, MONDAY + timedelta(3))
    assert (showing.first, showing.last, len(showing.keys)) == (MONDAY, MONDAY + timedelta(2), 5)


def test_few_are_told_for_their_whole_week_a_week_later() -> None:
    """Nobody can tell the day of a single comment: on Monday of the week after next its week is told."""
    one = written(MONDAY + timedelta(4), 1)

    assert comment_releases(one, MONDAY + 2 * WEEK - timedelta(1)) == []
    assert comment_releases(one, MONDAY + 2 * WEEK) == [
        Showing(MONDAY, MONDAY + timedelta(6), frozenset({(1, 1)}))
    ]


def test_what_comes_late_waits_as_long() -> None:
    """A kiosk that was away brings an old comment: it waits a week from then on."""
    came = MONDAY + 5 * WEEK
    late = written(MONDAY, 1, came=came)

    assert comment_releases(late, came + timedelta(7)) == []
    assert len(comment_releases(late, came + timedelta(8))) == 1


@dataclass(frozen=True)
class Seen:
    """What whoever looks every day learns of some comments: new on which day, told for which days."""

    new_on: date
    first: date
    last: date
    comments: tuple[Waiting, ...]


def days_of_looking(seed: int, rule: Rule) -> tuple[list[Seen], list[Waiting]]:
    """Play weeks of a center, with kiosks that were away; return what became visible, and what never did."""
    chance = random.Random(seed)
    busy = chance.choice((0.3, 1, 3, 7))
    waiting: list[Waiting] = []
    seen: list[Seen] = []
    number = 0
    for step in range(DAYS + AFTER):
        today = MONDAY + timedelta(step)
        for showing in rule(waiting, today):
            new = tuple(each for each in waiting if each.key in showing.keys)
            assert len(new) == len(showing.keys), "told twice"
            waiting = [each for each in waiting if each.key not in showing.keys]
            seen.append(Seen(today, showing.first, showing.last, new))
        for _ in range(round(chance.expovariate(1 / busy)) if step < DAYS else 0):
            number += 1
            late = timedelta(chance.randint(1, 20)) if chance.random() < 0.1 else timedelta(0)
            waiting.append(Waiting((1, number), today - late, today))
    return seen, waiting


def told_too_much(seen: Iterable[Seen]) -> list[Seen]:
    """Return what was shown of fewer than five, unless it is a whole week of which nobody knows the day."""
    found = []
    for each in seen:
        days = {one.day for one in each.comments}
        if not (each.first <= min(days) and max(days) <= each.last < each.new_on) or (
            len(each.comments) < TOGETHER_MIN
            and not (
                each.first.weekday() == 0
                and each.last - each.first == timedelta(6)
                and each.last + OLD_AFTER < each.new_on
                and all(one.came + OLD_AFTER < each.new_on for one in each.comments)
            )
        ):
            found.append(each)
    return found


@pytest.mark.parametrize("seed", range(60))
def test_whoever_looks_every_day_never_sees_fewer_than_five_of_known_days(seed: int) -> None:
    """All that appears together is five, or of a week that was over a week before; nothing is lost."""
    seen, left = days_of_looking(seed, comment_releases)

    assert told_too_much(seen) == []
    assert left == []


def hasty(waiting: Iterable[Waiting], today: date) -> list[Showing]:
    """Show, as a control, four of a day already."""
    days: dict[date, set[tuple[int, int]]] = {}
    for each in waiting:
        if each.day < today:
            days.setdefault(each.day, set()).add(each.key)
    return [Showing(day, day, frozenset(keys)) for day, keys in days.items() if len(keys) >= TOGETHER_MIN - 1]


def exact(waiting: Iterable[Waiting], today: date) -> list[Showing]:
    """Tell, as a control, the day of what is seven days old."""
    return [
        Showing(each.day, each.day, frozenset({each.key}))
        for each in waiting
        if max(each.day, each.came) + OLD_AFTER < today
    ]


def early(waiting: Iterable[Waiting], today: date) -> list[Showing]:
    """Show, as a control, a week as soon as it is over: whoever saw Sunday's page knows Monday's news."""
    return comment_releases(
        [Waiting(each.key, each.day, each.day - WEEK) for each in waiting], today + timedelta(6)
    )


@pytest.mark.parametrize("rule", [hasty, exact, early])
def test_the_check_would_notice(rule: Rule) -> None:
    """With four at a time, with the day of one, or without the delay, the same check finds what is told."""
    assert any(told_too_much(days_of_looking(seed, rule)[0]) for seed in range(20))


def test_a_form_about_a_comment_is_read() -> None:
    """The state must be one that there is; a note keeps its lines and has an end."""
    assert read_wanted("doing", "  Đã báo \r\n tổ một cửa. ") == (
        Wanted(State.DOING, "Đã báo\ntổ một cửa."),
        {},
    )
    assert read_wanted("", "x" * (NOTE_CHARS_MAX + 1))[1] == {"state": "state_missing", "note": "note_long"}
    assert read_wanted("done", "a\x00b") == (None, {"note": "note_odd"})


def test_a_draft_ends_between_words() -> None:
    """A notice has room for so much of a comment; what does not fit is left out, and so is said."""
    assert draft("Ghế ngồi  chờ ít quá.", 160, 24) == "Ghế ngồi chờ ít quá."
    assert draft("một hai ba bốn", 11, 24) == "một hai ba…"
    assert draft("tốt " + "a" * 30, 160, 24) == "tốt…"
