"""One citizen's visit to the kiosk, from the first touch to the thanks.

Nothing here touches a screen, a disk or a clock. `kiosk.serving` draws each
`Visit` and turns touches into events, `kiosk.recording` carries out the effects. Times are
seconds of a clock that only goes forward.

One tap is a complete rating: it is on disk at once. Everything asked after it is
optional, and each answer goes to disk as it is given. The thanks follow `Stored`
and nothing else: thank you means stored.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from kiosk.events import (
    BUTTON_BOX,
    LATE,
    LISTENED,
    REPEAT,
    Arrived,
    Chose,
    Look,
    Looked,
    Refused,
    Scanned,
    Spoke,
    Stayed,
    Stored,
    Ticked,
    Touched,
)
from kiosk.questions import Outcome, asked_otherwise, at_question, forgetting, go_on, sealing
from kiosk.stages import Rules, Stage, Visit, idle

if TYPE_CHECKING:
    from kiosk.events import Event

__all__ = ["Outcome", "Rules", "Stage", "Visit", "abandoned", "idle", "step"]

QUIET_S = 0.35
"""Touches this soon after the screen changed were meant for the screen before."""
THANKS_STAY_S = 2.0
"""The thanks cannot be touched away before this."""
STORING_S_MAX = 10.0
"""A disk that has not answered by then is told of; the answer still counts when it comes."""
FORGET_S = 30.0
"""A language, a look or a receipt that somebody left on an idle screen goes back after this."""
AWAKE_S = 60.0
"""A touch outside the opening hours wakes the screen for this long."""
SORRY_S = 20.0
"""How long the apology stands before the next citizen may try."""


def step(visit: Visit, event: Event, now: float, rules: Rules) -> Outcome:
    """Say what follows from an event, and what the shell must do about it.

    An event that means nothing on the present screen (a late touch, a double tap, ten fingers at
    once) changes nothing: fingers are faster than screens.
    """
    match event:
        case Ticked():
            return _waited(visit, now, rules)
        case Stored(number) | Refused(number):
            if number != visit.number:
                return visit, ()
            return _disk_said(visit, now, rules, stored=isinstance(event, Stored))
        case _ if now - visit.since < QUIET_S:
            return visit, ()
        case _:
            return _touched(visit, event, now, rules)


def abandoned(visit: Visit, now: float, rules: Rules) -> Outcome:
    """Return to the idle screen from wherever the visit is; what was given is counted."""
    return idle(rules, now, visit), sealing(visit, now, rules) if visit.answers else ()


def _touched(visit: Visit, event: Event, now: float, rules: Rules) -> Outcome:
    """Answer a hand on whatever screen there is."""
    match visit.stage:
        case Stage.IDLE:
            return _at_idle(visit, event, now, rules)
        case Stage.NOTICE if isinstance(event, Chose):
            return _rated(visit, event, now, rules)
        case Stage.NOTICE | Stage.RESTING:
            awake = replace(visit, stage=Stage.IDLE, since=now, touched_at=now)
            if isinstance(event, Spoke | Looked | Scanned):
                return asked_otherwise(awake, event, now, rules), ()
            return awake, ()
        case Stage.ASKING:
            after, effects = at_question(visit, event, now, rules)
            # what means nothing here (a button that sticks, a receipt left under the scanner) is nobody
            is_somebody = after is not visit or isinstance(event, Touched)
            return replace(after, touched_at=now) if is_somebody else visit, effects
        case Stage.STILL_THERE if isinstance(event, Stayed):
            return replace(visit, stage=Stage.ASKING, since=now, touched_at=now), ()
        case Stage.STILL_THERE if isinstance(event, Arrived):
            return abandoned(replace(visit, touched_at=now), now, rules)
        case Stage.THANKS if isinstance(event, Touched) and now - visit.since >= THANKS_STAY_S:
            return idle(rules, now, visit), ()
        case _:
            return visit, ()


def _waited(visit: Visit, now: float, rules: Rules) -> Outcome:
    """Let time pass on whatever screen there is."""
    stood, untouched, times = now - visit.since, now - visit.touched_at, rules.times
    match visit.stage:
        case Stage.IDLE:
            return _idled(visit, now, rules), ()
        case Stage.NOTICE if stood >= times.notice_s or not rules.is_open:
            return replace(visit, stage=Stage.IDLE, since=now), ()
        case Stage.RESTING if rules.is_open:
            return replace(visit, stage=Stage.IDLE, since=now), ()
        case Stage.ASKING if untouched >= times.silence_s:
            return replace(visit, stage=Stage.STILL_THERE, since=now), ()
        case Stage.STILL_THERE if stood >= times.grace_s:
            late = replace(visit, flags=(*visit.flags, LATE))
            return idle(rules, now, visit), sealing(late, visit.touched_at, rules)
        case Stage.STORING if stood >= STORING_S_MAX:
            return replace(visit, stage=Stage.SORRY, since=now), ()
        case Stage.THANKS if stood >= times.thanks_s:
            return idle(rules, now, visit), ()
        case Stage.SORRY if stood >= SORRY_S:
            return idle(rules, now, visit), ()
        case _:
            return visit, ()


def _idled(visit: Visit, now: float, rules: Rules) -> Visit:
    """Let time pass on the idle screen: it forgets, rests when the center is closed, and tells."""
    untouched = now - visit.touched_at
    changed = visit.look != Look() or visit.lang != rules.languages[0] or visit.dossier or visit.unreadable
    if changed and now - visit.set_at >= FORGET_S:
        return idle(rules, now, visit)
    fresh = idle(rules, now, visit)
    if not rules.is_open and untouched >= AWAKE_S:
        return replace(fresh, stage=Stage.RESTING)
    if rules.notices and min(untouched, now - visit.since) >= rules.times.notice_after_s:
        number = (visit.notice + 1) % rules.notices
        return replace(fresh, stage=Stage.NOTICE, notice=number)
    return visit


def _disk_said(visit: Visit, now: float, rules: Rules, *, stored: bool) -> Outcome:
    """Believe the disk: thanks for what is stored, an apology for what is not."""
    match visit.stage:
        case Stage.STORING | Stage.SORRY if stored:
            return replace(visit, stage=Stage.THANKS, since=now), ()
        case Stage.STORING if not stored:
            return replace(visit, stage=Stage.SORRY, since=now), ()
        case Stage.ASKING | Stage.STILL_THERE if not stored:
            # what was given is tried once more, all at once, and may still be thanked for
            sorry = forgetting(visit, Stage.SORRY, now)
            return sorry, sealing(visit, now, rules)
        case _:
            return visit, ()


def _at_idle(visit: Visit, event: Event, now: float, rules: Rules) -> Outcome:
    """Answer a hand on the idle screen."""
    match event:
        case Chose():
            return _rated(visit, event, now, rules)
        case Spoke() | Looked() | Scanned():
            return asked_otherwise(visit, event, now, rules), ()
        case Touched():
            return replace(visit, touched_at=now), ()
        case _:
            return visit, ()


def _rated(visit: Visit, chose: Chose, now: float, rules: Rules) -> Outcome:
    """One tap is a complete rating; one that follows the last too soon says so, and counts."""
    marks = {
        REPEAT: now - visit.rated_at < rules.times.repeat_s,
        BUTTON_BOX: chose.box,
        LISTENED: visit.look.listening,
    }
    begun = replace(
        visit,
        stage=Stage.ASKING,
        touched_at=now,
        rated_at=now,
        number=visit.number + 1,
        at=0,
        answers=((rules.survey.main.id, chose.score),),
        flags=tuple(flag for flag, is_so in marks.items() if is_so),
        unreadable=False,
    )
    return go_on(begun, now, rules)
