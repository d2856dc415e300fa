"""The visits of one counter on one day of the demo. Pure: chance is passed in."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp
from typing import TYPE_CHECKING, Final, TypeVar

from server.demo.plan import DAY_SPREAD, EFFECT, USUAL, Truth

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from random import Random

    from server.demo.plan import DemoCenter, DemoOfficer
    from server.demo.words import DemoWords
    from server.protocol.record import Answer

HOURS: Final = (
    (7.5, 1.0),
    (8.0, 2.4),
    (9.0, 2.6),
    (10.0, 1.6),
    (11.0, 0.5),
    (13.5, 1.2),
    (14.5, 1.5),
    (15.5, 1.1),
)
"""When people come: from which hour on (each lasts an hour at most), and how many beside the others."""
QUEUES: Final = range(8, 10)
"""The hours in which there is a queue."""
QUEUE: Final = -0.45
MONDAY: Final = -0.25
BAD_DAY: Final = -0.2
"""Below this, in logits, somebody in the planted center switches the kiosk off."""
ALONE_AT_S: Final = int(16.95 * 3600)
"""When everybody has left."""
ALONE_TIMES: Final = 6
CHILD_AT_S: Final = 10 * 3600
CHILD_TIMES: Final = 40
SCORES: Final = {True: ((5, 0.62), (4, 0.38)), False: ((3, 0.5), (2, 0.3), (1, 0.2))}
"""What face somebody touches who is content, or is not, and how often."""
TRIPS_USUAL: Final = 0.12
TRIPS_PLANTED: Final = 0.62
"""How often somebody has to come again."""
AGAIN: Final = -1.3
"""How much less content they are then, in logits."""
PLANTED_PROCEDURE: Final = 2
"""The number of the procedure for which people come again."""
COMMENTS_SHARE: Final = 0.04

Drawn = TypeVar("Drawn")


@dataclass(frozen=True, slots=True)
class Visit:
    """One citizen: when the visit ended (seconds since midnight), how long it took, and what was given."""

    ended_s: int
    took_s: int
    answers: dict[str, Answer]
    officer: DemoOfficer | None = None
    procedure: str = ""
    comment: str = ""


def mood_of(rng: Random) -> float:
    """Return how good a day is in a center, in logits around the usual."""
    return rng.gauss(0, DAY_SPREAD)


def is_on(center: DemoCenter, mood: float) -> bool:
    """Say whether the kiosk is on; in one center somebody thinks so of good days only."""
    return Truth.SWITCHED_OFF not in center.truths or mood > BAD_DAY


def visits(
    center: DemoCenter, counter: int, day: date, mood: float, rng: Random, words: DemoWords
) -> list[Visit]:
    """Return the visits of a counter on a working day, in order."""
    moments = sorted(_moment(rng) for _ in range(_poisson(center.visits, rng)))
    officer = _officer(center, counter, day)
    found = [_citizen(center, officer, at_s, day, mood, rng, words) for at_s in _apart(moments)]
    if Truth.RATES_HIMSELF in center.truths:
        found += [Visit(ALONE_AT_S + 6 * n, 1, {"overall": 5}) for n in range(ALONE_TIMES)]
    if Truth.CHILD in center.truths and day == center.since:
        child = [Visit(CHILD_AT_S + 4 * n, 0, {"overall": rng.randint(1, 5)}) for n in range(CHILD_TIMES)]
        earlier = [each for each in found if each.ended_s < CHILD_AT_S]
        gone_s = CHILD_AT_S + 4 * CHILD_TIMES
        found = earlier + child + [each for each in found if each.ended_s - each.took_s > gone_s]
    return found


def _citizen(
    center: DemoCenter,
    officer: DemoOfficer | None,
    at_s: int,
    day: date,
    mood: float,
    rng: Random,
    words: DemoWords,
) -> Visit:
    """Return what one citizen gives."""
    quality = center.quality + mood + _of_hour(at_s, day)
    if Truth.FALLEN in center.truths and center.since is not None and day >= center.since:
        quality += EFFECT[Truth.FALLEN]
    if officer is not None and officer.truth is not None:
        quality += EFFECT[officer.truth]
    procedure = rng.randrange(len(words.procedures)) if center.officers else None
    again = rng.random() < (TRIPS_PLANTED if procedure == PLANTED_PROCEDURE else TRIPS_USUAL)
    quality += AGAIN if again else 0.0
    is_content = rng.random() < 1 / (1 + exp(-(USUAL + quality)))
    score = _drawn(SCORES[is_content], rng)
    answers: dict[str, Answer] = {"overall": score}
    if procedure is not None:
        answers["procedure"] = procedure
    for question in ("attitude", "guidance"):
        if rng.random() < 0.6:  # noqa: PLR2004 - people skip
            answers[question] = min(5, max(1, score + rng.choice((-1, 0, 0, 0, 1))))
    if rng.random() < 0.7:  # noqa: PLR2004 - the same
        answers["trips"] = rng.choice((1, 1, 2)) if again else 0
    if rng.random() < 0.5:  # noqa: PLR2004 - the same
        answers["on_time"] = rng.choices((0, 1, 2, 3), (2, 12, 2 if is_content else 6, 1))[0]
    comment = rng.choice(words.praise if is_content else words.blame) if rng.random() < COMMENTS_SHARE else ""
    code = "" if procedure is None else words.procedures[procedure].code
    return Visit(at_s, 3 + 4 * len(answers) + rng.randrange(9), answers, officer, code, comment)


def _officer(center: DemoCenter, counter: int, day: date) -> DemoOfficer | None:
    """Return who sits at a counter; everybody has another seat each week, so that seat and person are two."""
    if not center.officers:
        return None
    return center.officers[(counter - 1 + day.isocalendar().week) % len(center.officers)]


def _of_hour(at_s: int, day: date) -> float:
    return (QUEUE if at_s // 3600 in QUEUES else 0.0) + (MONDAY if day.isoweekday() == 1 else 0.0)


def _moment(rng: Random) -> int:
    """Return when somebody comes, in seconds since midnight."""
    hour = _drawn(HOURS, rng)
    return int(3600 * (hour + rng.random() * (0.5 if hour in {7.5, 11.0} else 1.0)))


def _apart(moments: Sequence[int]) -> list[int]:
    """Return the moments moved so that nobody is at the kiosk before the one before has left."""
    found: list[int] = []
    for moment in moments:
        found.append(max(moment, found[-1] + 75) if found else moment)
    return found


def _poisson(mean: float, rng: Random) -> int:
    """Draw how many come, if one comes no more likely after another (Knuth's way, for small means)."""
    limit, drawn, count = exp(-mean), rng.random(), 0
    while drawn > limit:
        drawn *= rng.random()
        count += 1
    return count


def _drawn(pairs: Sequence[tuple[Drawn, float]], rng: Random) -> Drawn:
    """Draw one, each as often as it says."""
    values, weights = zip(*pairs, strict=True)
    drawn: Drawn = rng.choices(values, weights)[0]
    return drawn
