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
LOW_SCORE = 2
"""Up to this score of the main question a citizen was served badly."""
HIGH_SCORE = 4
"""From this score on a citizen was served well."""
NUMBER_MOST = 9
QuestionKind = Literal["faces", "one", "several", "number", "procedure", "comment"]
After = Literal["any", "low", "high"]
"""After which scores of the main question a further question is asked."""
Group = Literal["", "good", "better"]
"""What a reason tells: something that was good, or something that could be better."""
Words = Annotated[dict[str, Annotated[str, Meta(min_length=1, max_length=300)]], Meta(min_length=1)]
"""The same words in each language, by language code. The first language is the main one."""


LEAST_OPTIONS = {"one": 2, "several": 1, "procedure": 1}
"""How many options a question must have to be one."""


class WrongAnswer(Exception):  # noqa: N818 - a fact about a rating, not about this program
    """The answers do not fit the survey. `pointer` names the question, `reason` what is wrong."""

    def __init__(self, pointer: str, reason: str) -> None:
        super().__init__(f"{pointer}: {reason}")
        self.pointer = pointer
        self.reason = reason


class Option(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One of the choices of a question.

    `icon` names a pictogram of the kiosk's. Options with a `group` stand in two groups on one screen.
    `code` is the procedure that an option of a question of procedures stands for.
    """

    text: Words
    icon: Annotated[str, Meta(max_length=32)] = ""
    group: Group = ""
    code: Annotated[str, Meta(max_length=64)] = ""


class Question(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One decision for a citizen.

    `faces` has five levels: 1 is worst, 5 is best. `number` is answered with 0 to `most`, where `most`
    means that many or more; its options, if it has any, are the words for 0, 1, 2, and so on.
    """

    id: Annotated[str, Meta(pattern="^[a-z][a-z0-9_]{0,31}$", max_length=32)]
    kind: QuestionKind
    text: Words
    options: Annotated[list[Option], Meta(max_length=10)] = msgspec.field(default_factory=list)
    after: After = "any"
    most: Annotated[int, Meta(ge=1, le=NUMBER_MOST)] = 3

    def follows(self, score: int) -> bool:
        """Say whether this question is asked after a score of the main question."""
        match self.after:
            case "low":
                return score <= LOW_SCORE
            case "high":
                return score >= HIGH_SCORE
            case _:
                return True


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
    for number, question in enumerate(survey.questions):
        if fault := _fault(question, survey.questions[:number]):
            raise msgspec.ValidationError(f"{fault} - at `$.questions[{number}]`")
    return survey


def _fault(question: Question, before: list[Question]) -> str:
    """Say what is wrong with a question, besides its form; nothing if it can be asked."""
    choices = len(question.options)
    if not before and (question.kind != "faces" or question.after != "any"):
        return "the first question of a survey asks everybody for a face"
    if question.id in {other.id for other in before}:
        return f"the id {question.id} is used twice"
    if question.kind in {"one", "several", "procedure"} and choices < LEAST_OPTIONS[question.kind]:
        return "too few options"
    if question.kind in {"faces", "comment"} and choices:
        return f"a question of kind {question.kind} has no options"
    if question.kind == "number" and choices not in {0, question.most + 1}:
        return "a number has words for each of its values, or for none"
    if question.kind == "procedure" and not all(option.code for option in question.options):
        return "an option of a question of procedures names its procedure"
    if question.kind == "comment" and any(other.kind == "comment" for other in before):
        return "there is one comment at most"
    return ""


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


def procedure_of(survey: Survey, answers: Mapping[str, object]) -> str:
    """Return the code of the procedure that was chosen, or nothing."""
    for question in survey.questions:
        chosen = answers.get(question.id)
        if question.kind == "procedure" and isinstance(chosen, int):
            return question.options[chosen].code
    return ""


def _fits(question: Question, answer: Answer) -> bool:
    """Say whether an answer is one that this question can have."""
    options = range(len(question.options))
    match question.kind, answer:
        case "faces", int():
            return LOWEST_SCORE <= answer <= HIGHEST_SCORE
        case "number", int():
            return 0 <= answer <= question.most
        case "one" | "procedure", int():
            return answer in options
        case "several", list():
            return len(set(answer)) == len(answer) and all(number in options for number in answer)
        case _:
            return False
