"""What a citizen does at the kiosk: look, touch a face, answer or skip what follows, read the thanks, go."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from kiosk.ui.theme import FACES
from tests.robot import eyes

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
WRITTEN = tuple(f"key_{each}" for each in (*"toots", "space", *"quas"))
"""Keys of a short comment."""


class Citizen:
    """Somebody at the screen, who keeps pictures of what they saw."""

    def __init__(self, screen: Screen, words: Words, pictures: Path) -> None:
        self._screen = screen
        self._words = words
        self._pictures = pictures

    def wait_for_question(self) -> Image.Image:
        """Look until the five faces are there."""
        return self._screen.wait_for("the question", self._is_question, QUESTION_S_MAX)

    def rate(self, score: int, *, keep: str = "") -> float:
        """Touch a face, go on to the thanks and read them. Returns when the finger was lifted from the face.

        With `keep`, what follows the face is answered and pictures of it are kept under that name;
        without, it is skipped.
        """
        time.sleep(SETTLE_S)
        face = eyes.faces(self.wait_for_question(), FACES)[score - 1]
        self._screen.press(face.x, face.y)
        time.sleep(HOLD_S)
        if keep:
            self._keep(self._screen.picture(), f"{keep}-pressed")
        lifted = self._screen.release()
        self._go_on(keep)
        thanks = self._screen.wait_for("the thanks", self._is_thanks, THANKS_S_MAX)
        seen_at = time.monotonic()
        if keep:
            time.sleep(1.6)  # the bow is over
            thanks = self._screen.picture()
            self._keep(thanks, f"{keep}-thanks")
        time.sleep(max(0.0, seen_at + READ_THANKS_S - time.monotonic()))
        self._screen.tap(thanks.width // 2, thanks.height // 2)
        return lifted

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
        for key in WRITTEN if "key_space" in glass.targets else ():
            self._tap(self._words.glass(), key)
        time.sleep(HOLD_S)
        self._keep(self._screen.picture(), f"{keep}-{glass.name}")

    def _tap(self, glass: Glass, target: str) -> None:
        """Touch something by its name."""
        self._screen.tap(*glass.targets[target])

    def speak_another_language(self) -> bool:
        """Touch another language. Returns False where there is only one."""
        self.wait_for_question()
        glass = self._words.wait_for("idle")
        if "lang_en" not in glass.targets:
            return False
        time.sleep(SETTLE_S)
        self._tap(glass, "lang_en")
        time.sleep(SETTLE_S)
        return True

    def keep_question(self, name: str) -> None:
        """Keep a picture of the question."""
        self._keep(self.wait_for_question(), name)

    def _keep(self, picture: Image.Image, name: str) -> None:
        picture.save(self._pictures / f"{name}.png")

    @staticmethod
    def _is_question(picture: Image.Image) -> bool:
        return len(eyes.faces(picture, FACES)) == len(FACES)

    @staticmethod
    def _is_thanks(picture: Image.Image) -> bool:
        return not eyes.any_face(picture, FACES)
