"""A survey is data, and answers either fit it or are named with what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from server.protocol.survey import (
    Option,
    Question,
    Survey,
    WrongAnswer,
    decode_survey,
    encode_survey,
    survey_hash,
    validate,
)
from server.store.seed import cheerful_survey, smile_survey

if TYPE_CHECKING:
    from collections.abc import Callable

    from server.protocol.survey import After

TWO = [Option({"vi": "Một"}), Option({"vi": "Hai"})]
SURVEY = Survey(
    v=1,
    name={"vi": "Thử"},
    questions=[
        Question("overall", "faces", {"vi": "Thế nào?"}),
        Question("trips", "number", {"vi": "Mấy lần?"}),
        Question("when", "one", {"vi": "Khi nào?"}, TWO),
        Question("why", "several", {"vi": "Vì sao?"}, TWO),
        Question("what", "procedure", {"vi": "Thủ tục?"}, [Option({"vi": "Chứng thực"}, code="2.000815")]),
        Question("more", "comment", {"vi": "Góp ý?"}),
    ],
)


@pytest.mark.parametrize(
    "answers",
    [
        {"overall": 1},
        {"overall": 5, "trips": 3, "when": 1, "why": [0, 1], "what": 0},
        {"overall": 3, "why": []},
    ],
)
def test_answers_that_fit(answers: dict[str, int | list[int]]) -> None:
    """One tap is a complete rating, and every further answer is welcome."""
    validate(SURVEY, answers)


@pytest.mark.parametrize(
    ("answers", "pointer"),
    [
        ({}, "overall"),
        ({"overall": 0}, "overall"),
        ({"overall": 6}, "overall"),
        ({"overall": [5]}, "overall"),
        ({"overall": 5, "trips": 4}, "trips"),
        ({"overall": 5, "trips": -1}, "trips"),
        ({"overall": 5, "what": 1}, "what"),
        ({"overall": 5, "when": 2}, "when"),
        ({"overall": 5, "when": [0]}, "when"),
        ({"overall": 5, "why": 0}, "why"),
        ({"overall": 5, "why": [0, 0]}, "why"),
        ({"overall": 5, "why": [2]}, "why"),
        ({"overall": 5, "more": 1}, "more"),
        ({"overall": 5, "other": 1}, "other"),
    ],
)
def test_answers_that_do_not_fit(answers: dict[str, int | list[int]], pointer: str) -> None:
    """What cannot have been answered is named by its question."""
    with pytest.raises(WrongAnswer) as wrong:
        validate(SURVEY, answers)
    assert wrong.value.pointer == pointer


def test_a_survey_is_known_by_its_bytes() -> None:
    """Another word is another survey."""
    raw = encode_survey(SURVEY)

    assert decode_survey(raw) == SURVEY
    assert len(survey_hash(raw)) == 12
    assert survey_hash(raw) != survey_hash(raw.replace(b"Hai", b"Ba"))


FACES = Question("overall", "faces", {"vi": "Thế nào?"})


@pytest.mark.parametrize(
    ("questions", "fault"),
    [
        ([Question("trips", "number", {"vi": "Mấy?"})], "asks everybody for a face"),
        ([Question("overall", "faces", {"vi": "Thế nào?"}, after="low")], "asks everybody for a face"),
        ([FACES, FACES], "used twice"),
        ([FACES, Question("one", "one", {"vi": "?"}, TWO[:1])], "too few options"),
        ([FACES, Question("several", "several", {"vi": "?"})], "too few options"),
        ([FACES, Question("again", "faces", {"vi": "?"}, TWO)], "has no options"),
        ([FACES, Question("trips", "number", {"vi": "?"}, TWO, most=2)], "each of its values"),
        ([FACES, Question("what", "procedure", {"vi": "?"}, TWO)], "names its procedure"),
        ([FACES, *[Question(f"c{n}", "comment", {"vi": "?"}) for n in (1, 2)]], "one comment at most"),
    ],
)
def test_a_survey_that_cannot_be_asked_is_refused(questions: list[Question], fault: str) -> None:
    """What a citizen could not answer is refused with the place of the fault, before any kiosk shows it."""
    with pytest.raises(msgspec.ValidationError, match=f"{fault}.*at `"):
        decode_survey(encode_survey(Survey(v=1, name={"vi": "x"}, questions=questions)))


@pytest.mark.parametrize(("after", "scores"), [("any", [1, 2, 3, 4, 5]), ("low", [1, 2]), ("high", [4, 5])])
def test_a_question_may_follow_some_scores_only(after: After, scores: list[int]) -> None:
    """Low is 1 and 2, high is 4 and 5."""
    question = Question("why", "several", {"vi": "Vì sao?"}, TWO, after=after)

    assert [score for score in range(1, 6) if question.follows(score)] == scores


@pytest.mark.parametrize("make", [smile_survey, cheerful_survey])
def test_ready_made_surveys_ask_everybody_the_same(make: Callable[[], bytes]) -> None:
    """Whoever sees which questions follow must not learn what was answered; and both languages are there."""
    survey = decode_survey(make())

    assert {question.after for question in survey.questions} == {"any"}
    words = [question.text for question in survey.questions]
    words += [option.text for question in survey.questions for option in question.options]
    assert all(set(text) == {"vi", "en"} for text in words)
