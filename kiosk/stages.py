"""What a visit is at any moment: the screen, what was given so far, and what the center decided."""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING

from msgspec.structs import replace

from kiosk.events import Look
from kiosk.telex import Method
from kiosk.value import Value
from kiosk.writing import Writing
from server.protocol.messages import Thresholds

if TYPE_CHECKING:
    from kiosk.events import Answers
    from server.protocol.survey import Survey

NEVER = float("-inf")


class Stage(Enum):
    """Which screen the citizen is looking at."""

    IDLE = auto()
    NOTICE = auto()
    RESTING = auto()
    ASKING = auto()
    STILL_THERE = auto()
    STORING = auto()
    THANKS = auto()
    SORRY = auto()


class Rules(Value, frozen=True):
    """What the center decides about a visit, from the signed config. `notices` is how many there are."""

    survey: Survey
    languages: tuple[str, ...]
    times: Thresholds = Thresholds()
    notices: int = 0
    is_open: bool = True


class Visit(Value, frozen=True):
    """Everything the screen needs to know, and nothing it may change.

    `since` is when what is on the screen changed, `touched_at` when a hand last did something, `set_at` when
    it last asked for another language or look, or scanned a receipt.
    `rated_at` is when the last rating was begun, by whomever, and `number` counts them: an answer of
    the disk that comes late belongs to the visit it was asked for. `at` is the place of the present
    question in the survey. What was answered is forgotten with the seal.
    """

    stage: Stage
    since: float
    lang: str
    rated_at: float = NEVER
    number: int = 0
    touched_at: float = NEVER
    set_at: float = NEVER
    look: Look = Look()
    at: int = 0
    answers: Answers = ()
    writing: Writing = Writing(Method.TELEX)
    comment: str = ""
    scrubbed: bool = False
    dossier: str = ""
    unreadable: bool = False
    flags: tuple[str, ...] = ()
    notice: int = 0


def idle(rules: Rules, now: float, after: Visit | None = None) -> Visit:
    """Return a screen that waits for the next citizen, in the first language and the normal look."""
    fresh = Visit(Stage.IDLE, since=now, lang=rules.languages[0])
    if after is None:
        return fresh
    touched = after.touched_at
    return replace(
        fresh, rated_at=after.rated_at, number=after.number, notice=after.notice, touched_at=touched
    )
