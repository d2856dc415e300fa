"""What a citizen does at the kiosk: look, touch a face, read the thanks, go."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from kiosk.ui.theme import FACES, WARM
from tests.robot import eyes

if TYPE_CHECKING:
    from pathlib import Path

    from PIL import Image

    from tests.robot.screen import Screen

SETTLE_S = 0.5
"""The kiosk ignores what is touched right after the screen changed, and so lets a person look first."""
THANKS_S_MAX = 8.0
QUESTION_S_MAX = 30.0
READ_THANKS_S = 2.2
"""The thanks stay at least 2 s; then a touch calls the next question."""
HOLD_S = 0.25


class Citizen:
    """Somebody at the screen, who keeps pictures of what they saw."""

    def __init__(self, screen: Screen, pictures: Path) -> None:
        self._screen = screen
        self._pictures = pictures

    def wait_for_question(self) -> Image.Image:
        """Look until the five faces are there."""
        return self._screen.wait_for("the question", self._is_question, QUESTION_S_MAX)

    def rate(self, score: int, *, keep: str = "") -> float:
        """Touch a face and wait for the thanks. Returns when the finger was lifted.

        With `keep`, pictures of it are kept under that name.
        """
        time.sleep(SETTLE_S)
        face = eyes.faces(self.wait_for_question(), FACES)[score - 1]
        self._screen.press(face.x, face.y)
        time.sleep(HOLD_S)
        if keep:
            self._keep(self._screen.picture(), f"{keep}-pressed")
        lifted = self._screen.release()
        thanks = self._screen.wait_for("the thanks", self._is_thanks, THANKS_S_MAX)
        seen_at = time.monotonic()
        if keep:
            time.sleep(1.6)  # the bow is over
            thanks = self._screen.picture()
            self._keep(thanks, f"{keep}-thanks")
        time.sleep(max(0.0, seen_at + READ_THANKS_S - time.monotonic()))
        self._screen.tap(thanks.width // 2, thanks.height // 2)
        return lifted

    def speak_another_language(self) -> bool:
        """Touch another language, and wait for another picture. Returns False where there is only one."""
        before = self.wait_for_question()
        spot = eyes.other_language(before, WARM.accent)
        if spot is None:
            return False
        self._screen.tap(spot.x, spot.y)

        def has_changed(picture: Image.Image) -> bool:
            there = eyes.other_language(picture, WARM.accent)
            return there != spot and self._is_question(picture)

        self._screen.wait_for("another language", has_changed, THANKS_S_MAX)
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
