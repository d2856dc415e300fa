"""A visit at the questions of its survey: answers, the way on and back, the comment, and what goes to disk.

Plain functions of a visit; `kiosk.visit` says when they apply.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from kiosk.answers import answered, asked, has_option, toggled, without
from kiosk.events import (
    Chose,
    Cleared,
    Continued,
    Looked,
    Picked,
    SaveDraft,
    Scanned,
    Seal,
    Skipped,
    Spoke,
    Typed,
    WentBack,
    Wrote,
)
from kiosk.scrub import scrub
from kiosk.stages import Stage, Visit
from kiosk.telex import Method
from kiosk.writing import Writing, cleared, typed, with_method
from server.protocol.survey import procedure_of

if TYPE_CHECKING:
    from kiosk.events import Effect, Event, Given
    from kiosk.stages import Rules

Outcome = tuple[Visit, tuple["Effect", ...]]
VIETNAMESE = "vi"


def asked_otherwise(visit: Visit, event: Spoke | Looked | Scanned, now: float, rules: Rules) -> Visit:
    """Change language or look, or note a receipt; the question stays.

    On the idle screen a receipt that cannot be read takes away the one before: it was somebody else's.
    """
    here = replace(visit, touched_at=now, set_at=now, unreadable=False)
    match event:
        case Spoke(lang):
            return _speaking(here, lang) if lang in rules.languages else visit
        case Looked(look):
            return replace(here, look=look)
        case Scanned(dossier) if (dossier, not dossier) == (visit.dossier, visit.unreadable):
            return visit
        case Scanned(dossier):
            kept = visit.dossier if visit.stage is Stage.ASKING else ""
            return replace(here, dossier=dossier or kept, unreadable=not dossier)


def _speaking(visit: Visit, lang: str) -> Visit:
    """Change the language; whoever has not written yet writes it as that language is written."""
    method = Method.TELEX if lang == VIETNAMESE else Method.PLAIN
    return replace(visit, lang=lang, writing=visit.writing if visit.writing.text else Writing(method))


def at_question(visit: Visit, event: Event, now: float, rules: Rules) -> Outcome:
    """Answer a hand at a question of the survey."""
    match event:
        case WentBack() if visit.at:
            before = [place for place in asked(rules.survey, visit.answers) if place < visit.at]
            return replace(visit, at=before[-1], since=now, scrubbed=False), ()
        case Spoke() | Looked() | Scanned():
            changed = asked_otherwise(visit, event, now, rules)
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
            return go_on(_given(visit, rules, score), now, rules)
        case Picked(option), "one" | "procedure" | "number" if has_option(question, option):
            return go_on(_given(visit, rules, option), now, rules)
        case Picked(option), "several" if has_option(question, option):
            ticked = _given(visit, rules, toggled(visit.answers, question, option))
            return ticked, (_draft(ticked, now, rules),)
        case Continued(), _:
            return go_on(visit, now, rules)
        case Skipped(), _ if visit.at:
            return go_on(replace(visit, answers=without(visit.answers, question)), now, rules)
        case _:
            return visit, ()


def _at_comment(visit: Visit, event: Event, now: float, rules: Rules) -> Outcome:
    """Let the citizen write. What is not finished counts for nothing."""
    writing = visit.writing
    match event:
        case Typed(sign):
            return _rewritten(visit, typed(writing, sign), now, rules)
        case Cleared():
            return _rewritten(visit, cleared(writing), now, rules)
        case Wrote(method):
            return replace(visit, writing=with_method(writing, method)), ()
        case Continued():
            return _finished_writing(visit, now, rules)
        case Skipped():
            return go_on(replace(visit, comment="", writing=cleared(writing)), now, rules)
        case _:
            return visit, ()


def _rewritten(visit: Visit, writing: Writing, now: float, rules: Rules) -> Outcome:
    """Change what is written; a comment that was finished before counts no more until it is finished anew."""
    after = replace(visit, writing=writing, scrubbed=False, comment="")
    return after, (_draft(after, now, rules),) if visit.comment else ()


def go_on(visit: Visit, now: float, rules: Rules) -> Outcome:
    """Put on disk what is given, and ask the next question; after the last one, seal."""
    after = [place for place in asked(rules.survey, visit.answers) if place > visit.at]
    if after:
        ahead = replace(visit, at=after[0], since=now, scrubbed=False)
        return ahead, (_draft(visit, now, rules),)
    return forgetting(visit, Stage.STORING, now), sealing(visit, now, rules)


def _finished_writing(visit: Visit, now: float, rules: Rules) -> Outcome:
    """Take the comment; where personal numbers were taken out of it, show that first."""
    text = visit.writing.text.strip()
    clean = scrub(text)
    if clean != text:
        writing = replace(cleared(visit.writing), done=clean)
        return replace(visit, writing=writing, scrubbed=True), ()
    return go_on(replace(visit, comment=clean), now, rules)


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
        procedure=procedure_of(rules.survey, dict(visit.answers)),
        comment=visit.comment,
        dossier=visit.dossier,
    )


def sealing(visit: Visit, now: float, rules: Rules) -> tuple[Effect, ...]:
    """Return what makes a rating of all that was given."""
    return _draft(visit, now, rules), Seal()


def forgetting(visit: Visit, stage: Stage, now: float) -> Visit:
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
