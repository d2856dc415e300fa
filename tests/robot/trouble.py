"""The one trouble a robot has: something that should have come did not."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image


class RobotError(Exception):
    """The message says what was waited for; `picture` is what was on the screen instead."""

    def __init__(self, message: str, picture: Image.Image | None = None) -> None:
        super().__init__(message)
        self.picture = picture
