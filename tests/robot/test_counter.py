"""The robot's kiosk that speaks can say all that it shows; one without prompts offers no listening."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Final

import pytest

from kiosk.catalog import languages, translator
from kiosk.config import PROMPTS
from kiosk.prompts import prompt_name
from server.protocol.survey import decode_survey
from server.store.seed import smile_survey
from tests.kiosk.stories import LONG
from tests.robot.counter import counter
from tests.robot.walker import Walker

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from server.protocol.survey import Survey

SMALL: Final = (800, 480)
SMILE: Final = decode_survey(smile_survey())
OWN: Final = (*(f"face_{score}" for score in range(1, 6)), "thanks_title")
"""Words of the kiosk's own that a visit shows, by their ids."""

pytestmark = pytest.mark.screen


def sentences(survey: Survey, lang: str) -> Iterator[tuple[str, str]]:
    """Yield what a visit in this language shows, each with the language it is in: (language, sentence)."""
    say = translator(lang)
    for question in survey.questions:
        for words in (question.text, *(option.text for option in question.options)):
            yield (lang, words[lang]) if lang in words else ("vi", words["vi"])
        if question.kind == "number":
            yield from ((lang, str(number)) for number in range(question.most))
            yield lang, say("number_or_more").format(n=question.most)
    yield from ((lang, say(name)) for name in OWN)


@pytest.mark.skipif(
    not (shutil.which("espeak-ng") and (shutil.which("oggenc") or shutil.which("ffmpeg"))),
    reason="NOT PROVEN HERE: apt-get install espeak-ng vorbis-tools",
)
@pytest.mark.parametrize("survey", [LONG, SMILE], ids=["every kind", "smile"])
def test_a_kiosk_that_speaks_has_a_prompt_for_each_sentence(tmp_path: Path, survey: Survey) -> None:
    """All that the surveys show can be heard in both languages, and the kiosk offers to read it aloud."""
    with counter(tmp_path, SMALL, survey, speaks=True) as place:
        walker = Walker(place, survey)
        walker.arrive()
        walker.speak("en")
        walker.look("listening")
        assert "cannot say" not in place.words.text()

    shown = {each for lang in languages() for each in sentences(survey, lang)}
    assert {lang for lang, _ in shown} == {"vi", "en"}
    prompts = {each: tmp_path / "kiosk" / PROMPTS / prompt_name(each[1], each[0]) for each in shown}
    assert [each for each, file in prompts.items() if not file.exists()] == []
    assert {file.read_bytes()[:4] for file in prompts.values()} == {b"OggS"}


def test_a_kiosk_without_prompts_offers_no_listening(tmp_path: Path) -> None:
    """The control: where no prompts were made, the robot would not find the tool to listen."""
    with counter(tmp_path, SMALL, LONG) as place:
        walker = Walker(place, LONG)
        walker.arrive()
        walker.speak("en")
        targets = walker.glass().targets

    assert {name for name in targets if name.startswith("tool_")} == {
        "tool_large",
        "tool_contrast",
    }
    assert not (tmp_path / "kiosk" / PROMPTS).exists()
