"""One citizen's visit to the kiosk, from the first touch to the thanks.

Nothing here touches a screen, a disk or a clock. `kiosk.shell` draws each
`Visit`, turns touches into events and carries out the effects. Times are
seconds of a clock that only goes forward.

One tap is a complete rating: it is on disk at once. Everything asked after it is
optional, and each answer goes to disk as it is given. The thanks follow `Stored`
and nothing else: thank you means stored.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import TYPE_CHECKING

from kiosk.answers import answered, asked, has_option, procedure_of, toggled, without
from kiosk.events import (
    BUTTON_BOX,
    LATE,
    LISTENED,
    REPEAT,
    Arrived,
    Chose,
    Cleared,
    Continued,
    Look,
    Looked,
    Picked,
    Refused,
    SaveDraft,
    Scanned,
    Seal,
    Skipped,
    Spoke,
    Stayed,
    Stored,
    Ticked,
    Touched,
    Typed,
    WentBack,
    Wrote,
)
from kiosk.scrub import scrub
from kiosk.telex import Method
from kiosk.writing import Writing, cleared, typed, with_method
from server.protocol.messages import Thresholds

if TYPE_CHECKING:
    from kiosk.events import Answers, Effect, Event, Given
    from server.protocol.survey import Survey

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
NEVER = float("-inf")
VIETNAMESE = "vi"
SORRY_S = 20.0
"""How long the apology stands before the next citizen may try."""

Outcome = tuple["Visit", tuple["Effect", ...]]


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


@dataclass(frozen=True, slots=True)
class Rules:
    """What the center decides about a visit, from the signed config. `notices` is how many there are."""

    survey: Survey
    languages: tuple[str, ...]
    times: Thresholds = Thresholds()
    notices: int = 0
    is_open: bool = True


@dataclass(frozen=True, slots=True)
class Visit:
    """Everything the screen needs to know, and nothing it may change.

    `since` is when what is on the screen changed, `touched_at` when a hand last did something.
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
    return idle(rules, now, visit), _sealing(visit, now, rules) if visit.answers else ()


def _touched(visit: Visit, event: Event, now: float, rules: Rules) -> Outcome:
    """Answer a hand on whatever screen there is."""
    match visit.stage:
        case Stage.IDLE:
            return _at_idle(visit, event, now, rules)
        case Stage.NOTICE if isinstance(event, Chose):
            return _rated(visit, event, now, rules)
        case Stage.NOTICE | Stage.RESTING:
            return replace(visit, stage=Stage.IDLE, since=now, touched_at=now), ()
        case Stage.ASKING:
            return _at_question(replace(visit, touched_at=now, unreadable=False), event, now, rules)
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
            return idle(rules, now, visit), _sealing(late, visit.touched_at, rules)
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
    if changed and untouched >= FORGET_S:
        return idle(rules, now, visit)
    if not rules.is_open and untouched >= AWAKE_S:
        return replace(visit, stage=Stage.RESTING, since=now)
    if rules.notices and min(untouched, now - visit.since) >= rules.times.notice_after_s:
        number = (visit.notice + 1) % rules.notices
        return replace(visit, stage=Stage.NOTICE, since=now, notice=number)
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
            sorry = _forgetting(visit, Stage.SORRY, now)
            return sorry, _sealing(visit, now, rules)
        case _:
            return visit, ()


def _at_idle(visit: Visit, event: Event, now: float, rules: Rules) -> Outcome:
    """Answer a hand on the idle screen."""
    match event:
        case Chose():
            return _rated(visit, event, now, rules)
        case Spoke() | Looked() | Scanned():
            return _asked_otherwise(visit, event, now, rules), ()
        case Touched():
            return replace(visit, touched_at=now), ()
        case _:
            return visit, ()


def _asked_otherwise(visit: Visit, event: Spoke | Looked | Scanned, now: float, rules: Rules) -> Visit:
    """Change language or look, or note a receipt; the question stays."""
    here = replace(visit, touched_at=now, unreadable=False)
    match event:
        case Spoke(lang):
            return _speaking(here, lang) if lang in rules.languages else visit
        case Looked(look):
            return replace(here, look=look)
        case Scanned(dossier):
            return replace(here, dossier=dossier or here.dossier, unreadable=not dossier)


def _speaking(visit: Visit, lang: str) -> Visit:
    """Change the language; whoever has not written yet writes it as that language is written."""
    method = Method.TELEX if lang == VIETNAMESE else Method.PLAIN
    return replace(visit, lang=lang, writing=visit.writing if visit.writing.text else Writing(method))


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
    return _on(begun, now, rules)


def _at_question(visit: Visit, event: Event, now: float, rules: Rules) -> Outcome:
    """Answer a hand at a question of the survey."""
    match event:
        case WentBack() if visit.at:
            before = [place for place in asked(rules.survey, visit.answers) if place < visit.at]
            return replace(visit, at=before[-1], since=now, scrubbed=False), ()
        case Spoke() | Looked() | Scanned():
            changed = _asked_otherwise(visit, event, now, rules)
            return changed, (_draft(changed, now, rules),) if changed.dossier != visit.dossier else ()
        case _ if rules.survey.questions[visit.at].kind == "comment":
            return _at_comment(visit, event, now, rules)
        case _:
            return _at_choice(visit, event, now, rules)


def _at_choice(visit: Visit, event: Event, now: float, rules: Rules) -> Outcome:
    """Take an answer of one tap, or one more of several."""
    question = rules.survey.questions[visit.at]
    match event, question.kind:
        case Chose(score), "faces":
            return _on(_given(visit, rules, score), now, rules)
        case Picked(option), "one" | "procedure" | "number" if has_option(question, option):
            return _on(_given(visit, rules, option), now, rules)
        case Picked(option), "several" if has_option(question, option):
            ticked = _given(visit, rules, toggled(visit.answers, question, option))
            return ticked, (_draft(ticked, now, rules),)
        case Continued(), _:
            return _on(visit, now, rules)
        case Skipped(), _ if visit.at:
            return _on(replace(visit, answers=without(visit.answers, question)), now, rules)
        case _:
            return visit, ()


def _at_comment(visit: Visit, event: Event, now: float, rules: Rules) -> Outcome:
    """Let the citizen write. What is not finished counts for nothing."""
    writing = visit.writing
    match event:
        case Typed(sign):
            return replace(visit, writing=typed(writing, sign), scrubbed=False), ()
        case Cleared():
            return replace(visit, writing=cleared(writing), scrubbed=False), ()
        case Wrote(method):
            return replace(visit, writing=with_method(writing, method)), ()
        case Continued():
            return _finished_writing(visit, now, rules)
        case Skipped():
            return _on(replace(visit, comment="", writing=cleared(writing)), now, rules)
        case _:
            return visit, ()


def _on(visit: Visit, now: float, rules: Rules) -> Outcome:
    """Put on disk what is given, and ask the next question; after the last one, seal."""
    after = [place for place in asked(rules.survey, visit.answers) if place > visit.at]
    if after:
        ahead = replace(visit, at=after[0], since=now, scrubbed=False)
        return ahead, (_draft(visit, now, rules),)
    return _forgetting(visit, Stage.STORING, now), _sealing(visit, now, rules)


def _finished_writing(visit: Visit, now: float, rules: Rules) -> Outcome:
    """Take the comment; where personal numbers were taken out of it, show that first."""
    text = visit.writing.text.strip()
    clean = scrub(text)
    if clean != text:
        writing = replace(cleared(visit.writing), done=clean)
        return replace(visit, writing=writing, scrubbed=True), ()
    return _on(replace(visit, comment=clean), now, rules)


def _given(visit: Visit, rules: Rules, answer: Given) -> Visit:
    """Note an answer to the present question; a comment that is not asked for any more falls away."""
    survey = rules.survey
    answers = answered(survey, visit.answers, survey.questions[visit.at], answer)
    writes = any(survey.questions[place].kind == "comment" for place in asked(survey, answers))
    return replace(visit, answers=answers, comment=visit.comment if writes else "")


def _draft(visit: Visit, now: float, rules: Rules) -> SaveDraft:
    """Return what of a visit goes to disk."""
    took = int(now - visit.rated_at)
    return SaveDraft(
        visit.answers,
        visit.lang,
        (*visit.flags, *([f"took:{took}"] if took else [])),
        procedure=procedure_of(rules.survey, visit.answers),
        comment=visit.comment,
        dossier=visit.dossier,
    )


def _sealing(visit: Visit, now: float, rules: Rules) -> tuple[Effect, ...]:
    """Return what makes a rating of all that was given."""
    return _draft(visit, now, rules), Seal()


def _forgetting(visit: Visit, stage: Stage, now: float) -> Visit:
    """Return the visit at its end: nothing of what was answered is left in it."""
    blank = Visit(stage, since=now, lang=visit.lang)
    return replace(
        blank,
        rated_at=visit.rated_at,
        number=visit.number,
        touched_at=visit.touched_at,
        look=visit.look,
        notice=visit.notice,
    )
