"""One citizen's visit to the kiosk, from the first touch to the thanks.

Nothing here touches a screen, a disk or a clock. `kiosk.shell` draws each
`Visit`, turns touches into events and carries out the effects. Times are
seconds of a clock that only goes forward.

The thanks follow `Stored` and nothing else: thank you means stored.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from server.protocol.survey import Survey

QUIET_S = 0.35
"""Touches this soon after the screen changed were meant for the screen before."""
THANKS_STAY_S = 2.0
"""The thanks cannot be touched away before this."""
STORING_S_MAX = 10.0
"""A disk that has not answered by then is told of; the answer still counts when it comes."""
LANGUAGE_S = 30.0
"""A language that somebody chose and left standing goes back after this."""
NEVER = float("-inf")
SORRY_S = 20.0
"""How long the apology stands before the next citizen may try."""


class Stage(Enum):
    """Which screen the citizen is looking at."""

    IDLE = auto()
    STORING = auto()
    THANKS = auto()
    SORRY = auto()


@dataclass(frozen=True, slots=True)
class Rules:
    """What the center decides about a visit, from the signed config."""

    survey: Survey
    languages: tuple[str, ...]
    thanks_s: float
    repeat_s: float


@dataclass(frozen=True, slots=True)
class Chose:
    """A finger lifted from a face: 1 is worst, 5 is best."""

    score: int


@dataclass(frozen=True, slots=True)
class Touched:
    """The screen was touched where there is nothing to choose."""


@dataclass(frozen=True, slots=True)
class Spoke:
    """The citizen asked for another language."""

    lang: str


@dataclass(frozen=True, slots=True)
class Ticked:
    """Time passed."""


@dataclass(frozen=True, slots=True)
class Stored:
    """The rating of visit `number` is on disk and will survive a power cut."""

    number: int


@dataclass(frozen=True, slots=True)
class Refused:
    """The disk refused the rating of visit `number`."""

    number: int


Event = Chose | Touched | Spoke | Ticked | Stored | Refused


@dataclass(frozen=True, slots=True)
class SaveDraft:
    """Put the answers on disk at once; whatever happens next, they count."""

    answers: tuple[tuple[str, int], ...]
    lang: str
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Seal:
    """Turn the draft into a rating, and say `Stored` or `Refused` of this visit."""


Effect = SaveDraft | Seal


@dataclass(frozen=True, slots=True)
class Visit:
    """Everything the screen needs to know, and nothing it may change.

    `since` is when this stage began or its language changed; `rated_at` is when the last rating was
    made, by whomever, and `number` counts them: an answer of the disk that comes late belongs to
    the visit it was asked for. The chosen score is not kept: whoever glances at the screen after the
    touch learns nothing.
    """

    stage: Stage
    since: float
    lang: str
    rated_at: float = NEVER
    number: int = 0


def idle(rules: Rules, now: float, after: Visit | None = None) -> Visit:
    """Return a screen that waits for the next citizen, in the first language."""
    fresh = Visit(Stage.IDLE, since=now, lang=rules.languages[0])
    return fresh if after is None else replace(fresh, rated_at=after.rated_at, number=after.number)


def step(visit: Visit, event: Event, now: float, rules: Rules) -> tuple[Visit, tuple[Effect, ...]]:
    """Say what follows from an event, and what the shell must do about it.

    An event that means nothing on the present screen (a late touch, a double tap, ten fingers at
    once) changes nothing: fingers are faster than screens.
    """
    stood = now - visit.since
    match visit.stage, event:
        case Stage.IDLE, Chose(score) if stood >= QUIET_S:
            return _rated(visit, score, now, rules)
        case Stage.IDLE, Spoke(lang) if lang in rules.languages and lang != visit.lang:
            return replace(visit, lang=lang, since=now), ()
        case Stage.IDLE, Ticked() if visit.lang != rules.languages[0] and stood >= LANGUAGE_S:
            return idle(rules, now, visit), ()
        case ((Stage.STORING | Stage.SORRY), Stored(number)) if number == visit.number:
            return replace(visit, stage=Stage.THANKS, since=now), ()
        case Stage.STORING, Refused(number) if number == visit.number:
            return replace(visit, stage=Stage.SORRY, since=now), ()
        case Stage.STORING, Ticked() if stood >= STORING_S_MAX:
            return replace(visit, stage=Stage.SORRY, since=now), ()
        case Stage.THANKS, Ticked() if stood >= rules.thanks_s:
            return idle(rules, now, visit), ()
        case Stage.THANKS, Touched() if stood >= THANKS_STAY_S:
            return idle(rules, now, visit), ()
        case Stage.SORRY, Ticked() if stood >= SORRY_S:
            return idle(rules, now, visit), ()
        case _:
            return visit, ()


def _rated(visit: Visit, score: int, now: float, rules: Rules) -> tuple[Visit, tuple[Effect, ...]]:
    """One tap is a complete rating; one that follows the last too soon says so, and counts."""
    flags = ("repeat",) if now - visit.rated_at < rules.repeat_s else ()
    answers = ((rules.survey.main.id, score),)
    number = visit.number + 1
    storing = replace(visit, stage=Stage.STORING, since=now, rated_at=now, number=number)
    return storing, (SaveDraft(answers, visit.lang, flags), Seal())
