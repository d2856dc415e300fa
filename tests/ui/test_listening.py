"""Whoever asks to listen hears the question and the choices, finds them by touch, and chooses as all do."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from msgspec import structs
from msgspec.structs import replace

from kiosk.catalog import translator
from kiosk.events import Chose, Look, Looked
from kiosk.prompts import prompt_name, spoken_texts
from kiosk.ui.explore import REST_S
from kiosk.ui.scenes import Scene
from kiosk.ui.speech import PAUSE_S
from kiosk.ui.theme import sheet_of
from kiosk.visit import Stage
from tests.ui.driver import Booth
from tests.ui.faults import faults
from tests.ui.worlds import FACES_TWICE, GLASSES, KIND, LANGUAGES, LOOKS, QUESTION, a_config, a_visit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from kiosk.ui.widgets.tile import Tile
    from kiosk.visit import Visit

pytestmark = pytest.mark.screen

SCENE = Scene(structs.replace(a_config(), survey=FACES_TWICE))
LISTENING = Look(listening=True)
SCORES = (1, 2, 3, 4, 5)


@dataclass
class FakeSound:
    """A sound that lasts until it is told to end."""

    path: str
    length: float = 1.0
    volume: float = 1.0
    state: str = "stop"
    ended: Callable[[], object] | None = None

    def play(self) -> None:
        """Begin."""
        self.state = "play"

    def stop(self) -> None:
        """End."""
        self.state = "stop"

    def unload(self) -> None:
        """Give back nothing."""

    def bind(self, **events: Any) -> None:  # noqa: ANN401 - as Kivy's sounds have it
        """Note who is to be told of the end."""
        self.ended = events["on_stop"]

    def unbind(self, **events: Any) -> None:  # noqa: ANN401 - as Kivy's sounds have it
        """Tell nobody."""
        del events
        self.ended = None


@dataclass
class Listener:
    """Somebody who hears what a kiosk says, text by text."""

    booth: Booth
    texts: dict[str, str]
    sounds: list[FakeSound] = field(default_factory=list)

    def load(self, path: str) -> FakeSound:
        """Load a sound; it is heard when it is played."""
        self.sounds.append(FakeSound(path))
        return self.sounds[-1]

    def show(self, visit: Visit) -> None:
        """Let the kiosk show a visit."""
        self.booth.app.show(visit, SCENE)
        self.booth.frames(1)

    def now(self) -> str:
        """Return the text that is being said, or nothing."""
        return next((self.texts[each.path] for each in self.sounds if each.state == "play"), "")

    def hear_out(self) -> list[str]:
        """Listen to the end, and return what was said."""
        heard = []
        while text := self.now():
            heard.append(text)
            sound = next(each for each in self.sounds if each.state == "play")
            sound.state = "stop"
            if sound.ended is not None:
                sound.ended()
            self.booth.wait(PAUSE_S + 0.05)
        return heard

    def face(self, score: int) -> Tile:
        """Return a face of the screen that is seen."""
        tile: Tile = self.booth.app.screen.faces.tiles[score]
        return tile


@pytest.fixture
def listener(tmp_path: Path) -> Iterator[Listener]:
    """Open a kiosk that has a voice, and show the first question."""
    texts = {}
    for lang, text in spoken_texts(FACES_TWICE, LANGUAGES):
        path = tmp_path / prompt_name(text, lang)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
        texts[str(path)] = text
    booth = Booth(prompts=tmp_path)
    someone = Listener(booth, texts)
    booth.load = someone.load
    booth.open(1280, 800)
    someone.show(a_visit())
    yield someone
    booth.close()


def heard(text: str) -> str:
    """Return words as they are said: where a line may break is for the eye only."""
    return " ".join(text.split())


def faces_in(lang: str) -> list[str]:
    """Return the words of the faces as they are said."""
    say = translator(lang)
    return [heard(say(f"face_{score}")) for score in SCORES]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_listening_reads_the_question_and_its_choices(listener: Listener, lang: str) -> None:
    """A tap on Nghe asks for it; then the question is said and every face, once and in order."""
    listener.booth.tap(listener.booth.app.screen.tools.pills["listening"])
    assert listener.booth.events == [Looked(LISTENING)]
    assert listener.now() == ""

    listener.show(a_visit(lang=lang, look=LISTENING))

    assert listener.hear_out() == [heard(QUESTION[lang]), *faces_in(lang)]
    listener.show(a_visit(lang=lang, look=LISTENING, since=5))
    assert listener.now() == ""


def test_another_language_is_read_anew(listener: Listener) -> None:
    """Whoever changes the language while listening hears the question in it."""
    listener.show(a_visit(look=LISTENING))
    listener.show(a_visit(lang="en", look=LISTENING))

    assert listener.hear_out()[0] == QUESTION["en"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_resting_finger_hears_a_face_and_does_not_choose(listener: Listener, lang: str) -> None:
    """A finger that rests on a face hears its word; lifting it there chooses nothing."""
    listener.show(a_visit(lang=lang, look=LISTENING))
    for score in SCORES:
        touch = listener.booth.finger(*listener.face(score).hit.center)
        assert listener.now() == ""
        listener.booth.wait(REST_S + 0.05)
        assert listener.now() == faces_in(lang)[score - 1]
        touch.touch_up()
        listener.hear_out()

    assert listener.booth.events == []


def test_a_short_touch_chooses(listener: Listener) -> None:
    """A touch is a choice while listening, too: nobody needs to know of exploring."""
    listener.show(a_visit(look=LISTENING))
    listener.booth.tap(listener.face(2))

    assert listener.booth.events == [Chose(2)]
    assert listener.now() == ""


def test_a_resting_finger_is_not_disturbed(listener: Listener) -> None:
    """What is shown anew under a finger that rests changes nothing for it."""
    listener.show(a_visit(look=LISTENING))
    touch = listener.booth.finger(*listener.face(4).hit.center)
    listener.booth.wait(REST_S / 2)
    listener.show(a_visit(look=LISTENING, since=1))
    listener.booth.wait(REST_S / 2 + 0.05)
    assert listener.now() == faces_in("vi")[3]
    listener.show(a_visit(look=LISTENING, since=2))
    touch.touch_up()

    assert listener.booth.events == []


def test_speech_stops_at_a_touch(listener: Listener) -> None:
    """A finger anywhere on the glass silences the kiosk, and it does not begin again by itself."""
    listener.show(a_visit(look=LISTENING))
    assert listener.now() == heard(QUESTION["vi"])
    listener.booth.finger(4, 796).touch_up()
    assert listener.now() == ""
    listener.booth.wait(2, 0.1)

    assert listener.now() == ""


def test_the_next_question_is_read(listener: Listener) -> None:
    """A further question is said as the first one was, and its faces are heard under a finger."""
    listener.show(a_visit(look=LISTENING))
    listener.show(replace(a_visit(Stage.ASKING, look=LISTENING), at=1, answers=(("main", 4),)))
    assert listener.hear_out() == [KIND.text["vi"], *faces_in("vi")]
    touch = listener.booth.finger(*listener.face(5).hit.center)
    listener.booth.wait(REST_S + 0.05)

    assert listener.now() == faces_in("vi")[4]
    touch.touch_up()


def test_after_the_visit_there_is_silence(listener: Listener) -> None:
    """The thanks are said; the next citizen hears nothing, and a finger that rests chooses, everywhere."""
    asking = replace(a_visit(Stage.ASKING), at=1, answers=(("main", 4),))
    listener.show(a_visit(look=LISTENING))
    listener.show(replace(asking, look=LISTENING))
    listener.show(a_visit(Stage.THANKS, look=LISTENING))
    say = translator("vi")
    assert listener.hear_out() == [heard(say("thanks_title")), heard(say("thanks_body"))]
    listener.show(a_visit(Stage.THANKS, look=LISTENING, lang="en"))
    assert listener.now() == translator("en")("thanks_title")

    for visit in (a_visit(), asking):
        listener.show(visit)
        touch = listener.booth.finger(*listener.face(3).hit.center)
        listener.booth.wait(REST_S + 0.1)
        assert listener.now() == ""
        touch.touch_up()

    assert listener.booth.events == [Chose(3), Chose(3)]


def test_an_apology_is_read(listener: Listener) -> None:
    """Whoever cannot read hears that nothing was recorded, and what to do instead."""
    listener.show(a_visit(Stage.SORRY, look=LISTENING))
    say = translator("vi")

    assert listener.hear_out() == [heard(say("sorry_title")), heard(say("sorry_body"))]


def test_a_pictogram_is_heard_by_its_word(listener: Listener) -> None:
    """On a small glass the tools have pictograms alone; a finger that rests hears what they are called."""
    listener.booth.resize(800, 480, 7.0)
    listener.show(a_visit(look=LISTENING))
    listener.booth.finger(*listener.booth.app.screen.tools.pills["contrast"].hit.center)
    listener.booth.wait(REST_S + 0.05)

    assert listener.now() == translator("vi")("tool_contrast")


@pytest.mark.parametrize(("width", "height", "inches"), GLASSES)
def test_a_machine_without_a_voice_offers_none(booth: Booth, width: int, height: int, inches: float) -> None:
    """Where nothing can be heard, Nghe is not there, and the other tools stand as if it had never been."""
    booth.app.show(a_visit(), SCENE)
    booth.resize(width, height, inches)
    tools = booth.app.stages.question.tools
    before = tools.pills["large"].hit
    tools.speaks = False

    low = [] if sheet_of(width, height, inches).in_reach else ["low"]
    assert list(tools.pills) == ["large", "contrast", *low]
    assert tools.pills["large"].hit != before
    for look in (Look(), *LOOKS.values()):
        for lang in LANGUAGES:
            booth.app.show(a_visit(lang=lang, look=look), SCENE)
            assert list(faults(booth, sheet_of(width, height, inches, look))) == []

    booth.app.show(a_visit(), SCENE)
    tools.speaks = True
    assert tools.pills["large"].hit == before
