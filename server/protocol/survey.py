"""A survey: what a citizen is asked, as data, in every language it is asked in.

A survey never changes once it was shown. It is known by the short hash of its
exact bytes, and every rating carries that hash, so wordings never mix.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
from msgspec import Meta, Struct

if TYPE_CHECKING:
    from collections.abc import Mapping

    from server.protocol.record import Answer

LOWEST_SCORE = 1
HIGHEST_SCORE = 5
NUMBER_MAX = 99
QuestionKind = Literal["faces", "one", "several", "number", "comment"]
Words = Annotated[dict[str, Annotated[str, Meta(min_length=1, max_length=300)]], Meta(min_length=1)]
"""The same words in each language, by language code. The first language is the main one."""


class WrongAnswer(Exception):  # noqa: N818 - a fact about a rating, not about this program
    """The answers do not fit the survey. `pointer` names the question, `reason` what is wrong."""

    def __init__(self, pointer: str, reason: str) -> None:
        super().__init__(f"{pointer}: {reason}")
        self.pointer = pointer
        self.reason = reason


class Option(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One of the choices of a question."""

    text: Words
    icon: str = ""


class Question(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One decision for a citizen. `faces` has five levels: 1 is worst, 5 is best."""

    id: Annotated[str, Meta(pattern="^[a-z][a-z0-9_]{0,31}$")]
    kind: QuestionKind
    text: Words
    options: Annotated[list[Option], Meta(max_length=10)] = msgspec.field(default_factory=list)


class Survey(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Questions in the order they are asked. The first is of faces, and is the main question."""

    v: Literal[1]
    name: Words
    questions: Annotated[list[Question], Meta(min_length=1, max_length=20)]

    @property
    def main(self) -> Question:
        """The question that the idle screen asks and that headlines are made of."""
        return self.questions[0]


def encode_survey(survey: Survey) -> bytes:
    """Make the bytes that a survey is known by."""
    return msgspec.json.encode(survey)


def decode_survey(raw: bytes) -> Survey:
    """Read a survey. Raises `msgspec.ValidationError` or `msgspec.DecodeError`."""
    survey = msgspec.json.decode(raw, type=Survey)
    if survey.main.kind != "faces":
        raise msgspec.ValidationError("the first question of a survey asks for a face")
    return survey


def survey_hash(raw: bytes) -> str:
    """Return the name of a survey: the first 12 hex digits of the SHA-256 of its bytes."""
    return hashlib.sha256(raw).hexdigest()[:12]


def validate(survey: Survey, answers: Mapping[str, Answer]) -> None:
    """Raise `WrongAnswer` unless the answers fit; unanswered questions are skipped ones.

    The main question must be answered: without it there is no rating.
    """
    questions = {question.id: question for question in survey.questions}
    if survey.main.id not in answers:
        raise WrongAnswer(survey.main.id, "missing")
    for name, answer in answers.items():
        question = questions.get(name)
        if question is None:
            raise WrongAnswer(name, "no such question")
        if not _fits(question, answer):
            raise WrongAnswer(name, "out of range")


def _fits(question: Question, answer: Answer) -> bool:
    """Say whether an answer is one that this question can have."""
    options = range(len(question.options))
    match question.kind, answer:
        case "faces", int():
            return LOWEST_SCORE <= answer <= HIGHEST_SCORE
        case "number", int():
            return 0 <= answer <= NUMBER_MAX
        case "one", int():
            return answer in options
        case "several", list():
            return len(set(answer)) == len(answer) and all(number in options for number in answer)
        case _:
            return False
