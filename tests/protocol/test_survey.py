"""A survey is data, and answers either fit it or are named with what is wrong."""

from __future__ import annotations

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

TWO = [Option({"vi": "Một"}), Option({"vi": "Hai"})]
SURVEY = Survey(
    v=1,
    name={"vi": "Thử"},
    questions=[
        Question("overall", "faces", {"vi": "Thế nào?"}),
        Question("trips", "number", {"vi": "Mấy lần?"}),
        Question("when", "one", {"vi": "Khi nào?"}, TWO),
        Question("why", "several", {"vi": "Vì sao?"}, TWO),
        Question("more", "comment", {"vi": "Góp ý?"}),
    ],
)


@pytest.mark.parametrize(
    "answers",
    [{"overall": 1}, {"overall": 5, "trips": 0, "when": 1, "why": [0, 1]}, {"overall": 3, "why": []}],
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
        ({"overall": 5, "trips": 100}, "trips"),
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


def test_a_survey_begins_with_faces() -> None:
    """The idle screen asks for a face, so a survey that does not begin with one is none."""
    raw = encode_survey(
        Survey(v=1, name={"vi": "x"}, questions=[Question("trips", "number", {"vi": "Mấy?"})])
    )

    with pytest.raises(msgspec.ValidationError):
        decode_survey(raw)
