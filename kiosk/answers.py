"""The answers of one visit, and which questions follow from them. Plain functions of values."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kiosk.events import Answers, Given
    from server.protocol.survey import Question, Survey


def asked(survey: Survey, answers: Answers) -> list[int]:
    """Return the places of the questions that are asked after the face that was chosen, and its own."""
    score = score_of(survey, answers)
    return [place for place, each in enumerate(survey.questions) if not place or each.follows(score)]


def score_of(survey: Survey, answers: Answers) -> int:
    """Return the face that was chosen; 0 if none was."""
    given = dict(answers).get(survey.main.id, 0)
    return given if isinstance(given, int) else 0


def answered(survey: Survey, answers: Answers, question: Question, answer: Given) -> Answers:
    """Note an answer; what is not asked after the face that is chosen now falls away."""
    noted = dict(answers) | {question.id: answer}
    kept = (survey.questions[place] for place in asked(survey, tuple(noted.items())))
    return tuple((each.id, noted[each.id]) for each in kept if noted.get(each.id, ()) != ())


def without(answers: Answers, question: Question) -> Answers:
    """Take back the answer to a question."""
    return tuple(each for each in answers if each[0] != question.id)


def toggled(answers: Answers, question: Question, option: int) -> tuple[int, ...]:
    """Choose an option of several, or take the choice back."""
    chosen = dict(answers).get(question.id, ())
    return tuple(sorted({option} ^ (set(chosen) if isinstance(chosen, tuple) else set())))


def has_option(question: Question, option: int) -> bool:
    """Say whether there is such an option or number."""
    return 0 <= option <= (question.most if question.kind == "number" else len(question.options) - 1)
