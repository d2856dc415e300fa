"""What the dashboard lets somebody write in a survey is whole on every glass."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest
from msgspec import structs

from kiosk.events import Look
from kiosk.ui.scenes import Scene
from kiosk.ui.theme import NORMAL, sheet_of
from kiosk.visit import Stage, Visit
from server.domain.surveys import (
    OPTION_CHARS_MAX,
    OPTIONS_MAX,
    PROCEDURE_CHARS_MAX,
    QUESTION_CHARS_MAX,
    WORD_CHARS_MAX,
    Manuscript,
    WrittenOption,
    WrittenQuestion,
    faults_of,
    survey_of,
)
from server.protocol.survey import decode_survey
from server.store.seed import decree61_survey
from tests.ui.faults import faults
from tests.ui.worlds import GLASSES, LANGUAGES, a_config

if TYPE_CHECKING:
    from server.protocol.survey import Group, QuestionKind, Survey
    from tests.ui.driver import Booth

pytestmark = pytest.mark.screen

WIDEST: Final = ("Nghiêngngả" * 2)[:WORD_CHARS_MAX]


def long_text(number: int, most: int) -> str:
    """Return a text as long as it may be, of usual words after the longest word there may be."""
    return f"{number} {WIDEST} {'thủ tục hành chính trong phường ' * 5}"[:most].strip()


def question(
    kind: QuestionKind, count: int, icon: str = "", groups: tuple[Group, ...] = ("",)
) -> WrittenQuestion:
    """Make the longest question of a kind, with so many options."""
    most = PROCEDURE_CHARS_MAX if kind == "procedure" else OPTION_CHARS_MAX
    texts = [long_text(number, most) for number in range(count)]
    options = tuple(
        WrittenOption(text, text, icon, groups[number * len(groups) // count], "1")
        for number, text in enumerate(texts)
    )
    asked = long_text(0, QUESTION_CHARS_MAX)
    return WrittenQuestion(kind, "", asked, asked, most=max(1, count - 1), options=options)


def the_longest() -> Survey:
    """Return a survey that the editor takes, and that could be no longer."""
    every = (
        question("faces", 0),
        question("faces", 0),
        question("one", OPTIONS_MAX, "clock"),
        question("several", OPTIONS_MAX),
        question("several", OPTIONS_MAX, "clock", ("good", "better")),
        question("number", OPTIONS_MAX),
        question("procedure", OPTIONS_MAX),
        question("comment", 0),
    )
    manuscript = Manuscript("Thử", "Try", every)
    assert faults_of(manuscript) == {}
    return survey_of(manuscript)


@pytest.mark.parametrize(
    "survey", [the_longest(), decode_survey(decree61_survey())], ids=["longest", "decree61"]
)
@pytest.mark.parametrize(("width", "height", "inches"), GLASSES)
def test_what_the_editor_takes_is_whole(
    booth: Booth, width: int, height: int, inches: float, survey: Survey
) -> None:
    """The longest questions and answers are read to the last mark on each glass, in large text too."""
    booth.resize(width, height, inches)
    scene = Scene(structs.replace(a_config(), survey=survey))
    # the longest says the same in both languages
    for lang in LANGUAGES if survey.name["vi"] != "Thử" else LANGUAGES[:1]:
        for look in (NORMAL, Look(large=True)):
            for at, each in enumerate(survey.questions):
                stage, answers = (Stage.ASKING, ((survey.main.id, 4),)) if at else (Stage.IDLE, ())
                booth.app.show(Visit(stage, since=0.0, lang=lang, look=look, at=at, answers=answers), scene)
                booth.frames(2)

                assert list(faults(booth, sheet_of(width, height, inches, look))) == [], (
                    f"{each.id} {lang} {look}"
                )
