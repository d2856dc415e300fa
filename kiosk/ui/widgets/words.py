"""Words on the screen, no mark of which is ever cropped.

Not Kivy's Label: that cuts at the font's own line height, which is too low for
Ẫ and Ệ, and leaves single words on the last line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kivy.core.text import Label as Writing
from kivy.graphics import Color, Rectangle
from kivy.uix.widget import Widget

from kiosk.ui.box import Box
from kiosk.ui.theme import rgba
from kiosk.ui.typeset import Setting, set_words

if TYPE_CHECKING:
    from kivy.graphics.texture import Texture

OPTICAL_LIFT: Final = 0.07
"""Letters look low in a line that keeps room for marks; this share of the font size puts them right."""


class Words(Widget):
    """A text in a box: lines centred on the height, at the left or in the middle of the width."""

    def __init__(self, font: str, *, left: bool = False) -> None:
        super().__init__(size_hint=(None, None))
        self.font = font
        self.ink = ""
        self.left = left
        self.text = ""
        self.setting = Setting((), font, 0, 0, fits=True)
        self.box = Box(0, 0, 0, 0)
        self.drawn: list[Box] = []

    def say(self, text: str, box: Box, size_px: float, least_px: float, ink: str) -> Setting:
        """Write a text into a box in this colour, as large as it may be."""
        setting = set_words(text, self.font, (box.width, box.height), size_px, least_px)
        self.put(text, setting, box, ink)
        return setting

    def put(self, text: str, setting: Setting, box: Box, ink: str) -> None:
        """Write a text that was set before into a box; nothing is redrawn when nothing is new."""
        if (text, setting, box, ink) == (self.text, self.setting, self.box, self.ink):
            return
        self.text, self.setting, self.box, self.ink = text, setting, box, ink
        self.pos, self.size = box.pos, box.size
        self._draw()

    def hush(self) -> None:
        """Say nothing."""
        if self.text:
            self.text, self.setting, self.drawn = "", Setting((), self.font, 0, 0, fits=True), []
            self.canvas.clear()

    def _draw(self) -> None:
        """Draw each line as a picture of its own, so that no line is cut by the next."""
        setting = self.setting
        pictures = [self._picture(line) for line in setting.lines]
        # marks make a picture higher than usual: lift the lines to the optical middle as far as marks allow
        room = min((setting.line_px - picture.height for picture in pictures), default=0)
        lift = max(0, min(round(setting.size_px * OPTICAL_LIFT), room))
        top = round(self.center_y + setting.height_px / 2)
        self.canvas.clear()
        self.drawn = []
        with self.canvas:
            Color(*rgba(self.ink))
            for number, picture in enumerate(pictures, start=1):
                x = round(self.x if self.left else self.center_x - picture.width / 2)
                box = Box(x, top - number * setting.line_px + lift, *picture.size)
                Rectangle(texture=picture, pos=box.pos, size=box.size)
                self.drawn.append(box)

    def _picture(self, line: str) -> Texture:
        """Make the picture of one line; SDL makes it as high as its marks need."""
        writing = Writing(text=line, font_name=self.setting.font, font_size=self.setting.size_px)
        writing.refresh()
        return writing.texture
