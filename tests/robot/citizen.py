"""What a citizen does at the kiosk: look, touch a face, answer or skip what follows, read the thanks, go.

Before a face is touched, the kiosk must be seen to speak the citizen's language.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from kiosk.ui.theme import FACES, WARM
from tests.robot import eyes
from tests.robot.trouble import RobotError
from tests.robot.verdict import Given

if TYPE_CHECKING:
    from pathlib import Path

    from PIL import Image

    from tests.robot.screen import Screen
    from tests.robot.words import Glass, Words

SETTLE_S = 0.5
"""The kiosk ignores what is touched right after the screen changed, and so lets a person look first."""
THANKS_S_MAX = 8.0
QUESTION_S_MAX = 30.0
READ_THANKS_S = 2.2
"""The thanks stay at least 2 s; then a touch calls the next question."""
HOLD_S = 0.25
LANGUAGES: Final = {"vi": "Vietnamese", "en": "English"}
"""What is spoken here; the first is what the kiosk speaks to whoever comes."""
CHANGE_S_MAX = 3.0
"""How long the kiosk may take to speak another language."""
CHOSEN: Final = WARM.pill(chosen=True, down=False)
"""What the language that is spoken is filled with."""
WRITTEN: Final = {"vi": ("toots quas", "Tốt quá"), "en": ("very good", "Very good")}
"""A short comment: the keys that are touched, and what stands on the paper then."""


class Citizen:
    """Those who come to the screen, one after another, and keep pictures of what they saw.

    `given` is what they gave, in order.
    """

    def __init__(self, screen: Screen, words: Words, pictures: Path) -> None:
        self._screen = screen
        self._words = words
        self._pictures = pictures
        self._lang = next(iter(LANGUAGES))
        self._comment = ""
        self.given: list[Given] = []

    def wait_for_question(self, within_s: float = QUESTION_S_MAX) -> Image.Image:
        """Look until the five faces are there, and the language that is spoken is the right one."""
        question = f"the question in {LANGUAGES[self._lang]}"
        return self._screen.wait_for(question, self._is_question, within_s)

    def rate(self, score: int, *, keep: str = "") -> None:
        """Touch a face, go on to the thanks and read them.

        With `keep`, what follows the face is answered and pictures of it are kept under that name;
        without, it is skipped.
        """
        time.sleep(SETTLE_S)
        face = eyes.faces(self.wait_for_question(), FACES)[score - 1]
        self._screen.press(face.x, face.y)
        time.sleep(HOLD_S)
        if keep:
            self._keep(self._screen.picture(), f"{keep}-pressed")
        self._screen.release()
        self._go_on(keep)
        thanks = self._screen.wait_for("the thanks", self._is_thanks, THANKS_S_MAX)
        seen_at = time.monotonic()
        if keep:
            time.sleep(1.6)  # the bow is over
            thanks = self._screen.picture()
            self._keep(thanks, f"{keep}-thanks")
        time.sleep(max(0.0, seen_at + READ_THANKS_S - time.monotonic()))
        self._screen.tap(thanks.width // 2, thanks.height // 2)
        self.given.append(Given(score, self._lang, self._comment))
        self._lang, self._comment = next(iter(LANGUAGES)), ""

    def _go_on(self, keep: str) -> None:
        """Answer or skip every question that follows the face."""
        done: set[str] = set()
        while (glass := self._words.wait_for_other("idle", *done)).name.startswith("ask-"):
            time.sleep(SETTLE_S)
            if keep:
                self._answer(glass, keep)
            # what was answered cannot be skipped any more
            now = self._words.glass()
            self._tap(now, "continue" if "continue" in now.targets else "skip")
            done.add(glass.name)

    def _answer(self, glass: Glass, keep: str) -> None:
        """Answer the question that is asked, as well as fingers can."""
        if "option_1" in glass.targets:
            self._tap(glass, "option_1")
        if "key_space" in glass.targets:
            keys, self._comment = WRITTEN[self._lang]
            for sign in keys:
                self._tap(self._words.glass(), "key_space" if sign == " " else f"key_{sign}")
        time.sleep(HOLD_S)
        self._keep(self._screen.picture(), f"{keep}-{glass.name}")

    def _tap(self, glass: Glass, target: str) -> None:
        """Touch something by its name."""
        self._screen.tap(*glass.targets[target])

    def speak(self, lang: str) -> None:
        """Touch another language, and see that the kiosk speaks it. Raises `RobotError` where it does not."""
        picture = self.wait_for_question()
        glass = self._words.wait_for("idle")
        if f"lang_{lang}" not in glass.targets:
            raise RobotError(f"the kiosk does not offer {LANGUAGES[lang]}", picture)
        time.sleep(SETTLE_S)
        self._tap(glass, f"lang_{lang}")
        self._lang = lang
        self.wait_for_question(CHANGE_S_MAX)
        time.sleep(SETTLE_S)

    def keep_question(self, name: str) -> None:
        """Keep a picture of the question."""
        self._keep(self.wait_for_question(), name)

    def _keep(self, picture: Image.Image, name: str) -> None:
        picture.save(self._pictures / f"{name}.png")

    def _is_question(self, picture: Image.Image) -> bool:
        targets = self._words.glass().targets
        languages = {name: place for name, place in targets.items() if name.startswith("lang_")}
        return eyes.filled(picture, languages, CHOSEN) == f"lang_{self._lang}" and len(
            eyes.faces(picture, FACES)
        ) == len(FACES)

    @staticmethod
    def _is_thanks(picture: Image.Image) -> bool:
        return not eyes.any_face(picture, FACES)
