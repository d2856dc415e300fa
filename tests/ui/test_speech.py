"""The kiosk says what it has prompts for, in order, until a finger or its end stops it.

A loudspeaker of SDL's that nobody hears takes the place of a real one; time is real here.
"""

from __future__ import annotations

import math
import os
import shutil
import struct
import time
import wave
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from kivy.uix.widget import Widget

from kiosk.prompts import make, prompt_name, run_command
from kiosk.ui.speech import TRIALS_MAX, VOLUME, Sound, Speech, load_sound

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.ui.driver import Booth

pytestmark = pytest.mark.screen

SECONDS = 0.12
RATE_HZ = 8000
PATIENCE_S = 10.0
FIRST, SECOND, THIRD = "Rất hài lòng", "Hài lòng", "Bình thường"


@pytest.fixture(autouse=True)
def _loudspeaker() -> Iterator[None]:
    """Give SDL a loudspeaker without sound; it is asked for with the first prompt of the process."""
    given = os.environ.get("SDL_AUDIODRIVER")
    os.environ["SDL_AUDIODRIVER"] = "dummy"
    yield
    if given is None:
        del os.environ["SDL_AUDIODRIVER"]
    else:
        os.environ["SDL_AUDIODRIVER"] = given


@dataclass
class Ears:
    """Loads sounds as the kiosk does, and remembers each, and what was still playing then."""

    heard: list[str] = field(default_factory=list)
    sounds: list[Sound] = field(default_factory=list)
    at_once: int = 0

    def load(self, path: str) -> Sound | None:
        """Load a sound."""
        sound = load_sound(path)
        if any(each.state == "play" for each in self.sounds):
            self.at_once += 1
        if sound is not None:
            self.sounds.append(sound)
        self.heard.append("/".join(path.split("/")[-2:]))
        return sound

    def forget(self) -> None:
        """Forget what was heard."""
        self.heard.clear()
        self.sounds.clear()


@dataclass
class Voice:
    """A voice in a test: its folder of prompts, and who listens."""

    folder: Path
    booth: Booth
    ears: Ears = field(default_factory=Ears)
    speech: Speech = field(init=False)

    def __post_init__(self) -> None:
        """Give it the ears of this test."""
        self.speech = Speech(self.folder, self.ears.load)

    def record(self, text: str, lang: str = "vi", seconds: float = SECONDS) -> None:
        """Put a tone where the prompt of a text is. The sound's kind is told by its content."""
        path = self.folder / prompt_name(text, lang)
        path.parent.mkdir(parents=True, exist_ok=True)
        tone = [int(8000 * math.sin(step / 3)) for step in range(int(seconds * RATE_HZ))]
        with path.open("wb") as file, wave.open(file, "wb") as sound:
            sound.setnchannels(1)
            sound.setsampwidth(2)
            sound.setframerate(RATE_HZ)
            sound.writeframes(struct.pack(f"<{len(tone)}h", *tone))

    def prove(self) -> None:
        """Let the loudspeaker be found, and forget how."""
        assert self.speech.available
        self.ears.forget()

    def until(self, reached: Callable[[], bool]) -> None:
        """Let frames and real time pass until something is so."""
        end = time.monotonic() + PATIENCE_S
        while not reached():
            assert time.monotonic() < end
            self.booth.frames(1)
            time.sleep(0.005)

    def hear_out(self) -> list[str]:
        """Listen to the end, and return the files that were said."""
        self.until(lambda: not self.speech.speaking)
        return self.ears.heard


@pytest.fixture(name="voice")
def _voice(booth: Booth, tmp_path: Path) -> Iterator[Voice]:
    """Return a voice that can say three faces in Vietnamese."""
    voice = Voice(tmp_path / "prompts", booth)
    for text in (FIRST, SECOND, THIRD):
        voice.record(text)
    voice.prove()
    yield voice
    voice.speech.stop()


def test_texts_are_said_in_order_and_never_together(voice: Voice) -> None:
    """Question and choices follow each other, each after the one before has ended."""
    voice.speech.say("vi", [THIRD, FIRST, SECOND])
    assert voice.speech.speaking

    assert voice.hear_out() == [prompt_name(text, "vi") for text in (THIRD, FIRST, SECOND)]
    assert voice.ears.at_once == 0


def test_a_text_without_a_prompt_is_left_out(voice: Voice) -> None:
    """What nobody recorded is passed over, and saying nothing at all ends at once."""
    voice.speech.say("vi", ["Chưa thu âm", SECOND, "Cũng chưa"])
    assert voice.hear_out() == [prompt_name(SECOND, "vi")]

    voice.speech.say("vi", ["Chưa thu âm"])
    assert not voice.speech.speaking


def test_each_language_has_its_own_voice(voice: Voice) -> None:
    """The same text is said by the voice of the language that was asked for."""
    voice.record(FIRST, "en")
    voice.speech.say("en", [FIRST])

    assert voice.hear_out() == [prompt_name(FIRST, "en")]


def test_borrowed_words_are_said_by_the_voice_of_their_language(voice: Voice) -> None:
    """Words that a language lacks are shown in Vietnamese, and heard in Vietnamese."""
    voice.speech.say("en", [FIRST])

    assert voice.hear_out() == [prompt_name(FIRST, "vi")]


class Glass(Widget):
    """Something to touch, which remembers that it was."""

    touched = 0

    def on_touch_down(self, _: object) -> bool:
        """Count a touch."""
        self.touched += 1
        return True


def test_a_finger_silences_it_and_still_counts(voice: Voice) -> None:
    """The touch that stops the speech is a touch like any other: what lies below it feels it, once."""
    glass = Glass()
    voice.booth.app.root.add_widget(glass)
    voice.record(FIRST, seconds=30)
    voice.speech.say("vi", [FIRST, SECOND])
    touch = voice.booth.finger(10, 10)
    assert not voice.speech.speaking
    assert voice.ears.sounds[0].state == "stop"

    touch.touch_up()
    voice.booth.wait(1)

    assert glass.touched == 1
    assert voice.ears.heard == [prompt_name(FIRST, "vi")]


def test_a_finger_in_the_pause_between_two_texts_silences_it(voice: Voice) -> None:
    """Nothing begins after a touch, though nothing sounded when it came."""
    voice.speech.say("vi", [FIRST, SECOND])
    voice.until(lambda: voice.ears.sounds[0].state == "stop")
    assert voice.speech.speaking

    voice.booth.finger(1, 1).touch_up()
    voice.booth.wait(1)

    assert voice.ears.heard == [prompt_name(FIRST, "vi")]


def test_what_is_said_anew_takes_the_place_of_what_was_said(voice: Voice) -> None:
    """Touching another choice does not queue up behind a long question."""
    voice.record(FIRST, seconds=30)
    voice.speech.say("vi", [FIRST, THIRD])
    voice.speech.say("vi", [SECOND])

    assert voice.hear_out() == [prompt_name(text, "vi") for text in (FIRST, SECOND)]
    assert voice.ears.at_once == 0


@pytest.mark.parametrize("damage", [b"", b"no sound at all", b"OggS" + bytes(200), b"RIFF"])
def test_a_broken_file_says_nothing(voice: Voice, damage: bytes) -> None:
    """A recording that is no sound is passed over, and the next text is said."""
    (voice.folder / prompt_name(FIRST, "vi")).write_bytes(damage)
    voice.speech.say("vi", [FIRST, SECOND])

    assert voice.hear_out()[-1] == prompt_name(SECOND, "vi")

    voice.speech.say("vi", [FIRST])
    assert not voice.speech.speaking


def test_a_machine_without_a_loudspeaker_is_silent(voice: Voice, caplog: pytest.LogCaptureFixture) -> None:
    """It finds out with a few files, tells it once, and never tries again."""
    tried: list[str] = []
    speech = Speech(voice.folder, tried.append)
    for _ in range(10):
        speech.say("vi", [FIRST, SECOND])

    assert not speech.available
    assert not speech.speaking
    assert len(tried) == TRIALS_MAX
    assert [record.name for record in caplog.records].count("kiosk.speech") == 1


def test_without_prompts_there_is_no_listening_until_they_are_made(booth: Booth, tmp_path: Path) -> None:
    """A new kiosk offers no voice; once its prompts are there it does, without a new start."""
    voice = Voice(tmp_path / "prompts", booth)
    offers = [voice.speech.available]
    voice.record(FIRST)
    offers.append(voice.speech.available)
    shutil.rmtree(voice.folder)
    offers.append(voice.speech.available)

    assert offers == [False, True, False]


def test_the_next_citizen_hears_the_usual_volume(voice: Voice) -> None:
    """The volume can be changed while it speaks, within its limits, and a new visit begins as usual."""
    voice.speech.say("vi", [FIRST])
    assert voice.ears.sounds[0].volume == pytest.approx(VOLUME)

    voice.speech.volume = 7
    assert voice.speech.volume == voice.ears.sounds[0].volume == 1
    voice.speech.volume = -1
    assert voice.speech.volume == 0

    voice.speech.reset()
    assert voice.speech.volume == pytest.approx(VOLUME)
    assert not voice.speech.speaking

    voice.speech.reset(0.4)
    voice.speech.say("vi", [SECOND])
    assert voice.ears.sounds[-1].volume == pytest.approx(0.4)


def test_what_was_said_leaves_no_memory_behind(voice: Voice) -> None:
    """A sound is given back when it has ended, and when it is stopped."""
    voice.speech.say("vi", [FIRST, SECOND])
    voice.hear_out()
    voice.speech.say("vi", [THIRD])
    voice.speech.stop()

    assert len(voice.ears.sounds) == 3
    assert [sound.length for sound in voice.ears.sounds] == [0, 0, 0]


@pytest.mark.skipif(
    not (shutil.which("espeak-ng") and shutil.which("oggenc")),
    reason="NOT PROVEN HERE: apt-get install espeak-ng vorbis-tools",
)
def test_a_prompt_that_was_made_is_heard(booth: Booth, tmp_path: Path) -> None:
    """What `python -m kiosk prompts` makes of a text is what the kiosk plays for it."""
    make([("vi", SECOND)], tmp_path, again=False, runner=run_command, tell=lambda _: None)
    voice = Voice(tmp_path, booth)
    voice.prove()
    voice.speech.say("vi", [SECOND])

    assert 0.4 < voice.ears.sounds[0].length < 3
    assert voice.hear_out() == [prompt_name(SECOND, "vi")]
