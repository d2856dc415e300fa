"""The photo of an officer in a circle; without one, or with one that cannot be read, the house's person.

Kivy decodes it from memory: no file and no other library. The same photo is decoded once. Its size is
read first: a few thousand bytes can hold a picture that would fill the memory.
"""

from __future__ import annotations

import struct
from contextlib import suppress
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from kivy.core.image import ImageData, _img_sdl2
from kivy.graphics import Color, Ellipse, SmoothEllipse, SmoothRoundedRectangle
from kivy.graphics.texture import Texture
from kivy.uix.widget import Widget

from kiosk.ui.theme import mixed, rgba
from kiosk.ui.widgets.strokes import ring

if TYPE_CHECKING:
    from kiosk.ui.box import Box
    from kiosk.ui.theme import Theme

KINDS: Final = ((b"\xff\xd8\xff", b"\xff\xd9"), (b"\x89PNG\r\n\x1a\n", b"IEND\xaeB`\x82"))
"""How a JPEG and a PNG begin, and how they end: of one that was cut off only a part would be seen."""
PADDING: Final = b"\0\r\n"
"""What some programs write behind the end."""
SIDE_PX_MAX: Final = 1200
"""A longer side is not decoded; a photo of an officer has some hundreds of pixels."""
PNG_HEAD: Final = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
"""How a PNG begins; width and height follow."""
SIZED: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""The segments of a JPEG that say how large it is."""
KEPT: Final = 8
"""How many photos stay decoded: those of an officer's shift, and of the next."""
EDGE_SHARE: Final = 0.045
"""How thick the ring around the photo is, as a share of its width."""
RING_SHARE: Final = 0.3
"""How much of the colour of a face's edge the ring has."""
UPPER: Final = 0.7
"""Of a photo that is too high, this share of what is left out is below: a head is above the middle."""
SEGMENTS: Final = 120


class Photo(Widget):
    """A round photo with a soft edge, or the drawing that stands for it where there is none."""

    def __init__(self) -> None:
        super().__init__(size_hint=(None, None))
        self._shown: tuple[Box, bytes, Theme] | None = None

    def put(self, box: Box, photo: bytes, theme: Theme) -> None:
        """Show a photo, a JPEG or PNG, in a square; nothing is redrawn when nothing is new."""
        if (box, photo, theme) == self._shown:
            return
        self._shown = (box, photo, theme)
        self.pos, self.size = box.pos, box.size
        texture = picture_of(photo)
        self.canvas.clear()
        with self.canvas:
            if texture is None:
                _draw_person(theme, box)
            else:
                Color(1, 1, 1, 1)
                # a hair smaller than the ring around it, which hides its edge
                inner = box.within(box.width * EDGE_SHARE * 0.4)
                Ellipse(texture=texture, pos=inner.pos, size=inner.size, segments=SEGMENTS)
            _draw_edge(theme, box)


def size_of(photo: bytes) -> tuple[int, int] | None:
    """Return width and height in pixels as a JPEG or PNG begins by saying, or nothing if it does not."""
    with suppress(struct.error, IndexError):  # it ends too soon
        if photo.startswith(PNG_HEAD):
            width, height = struct.unpack_from(">II", photo, len(PNG_HEAD))
            return width, height
        at = 2
        while photo.startswith(b"\xff\xd8") and photo.startswith(b"\xff", at):
            if photo[at + 1] in SIZED:
                height, width = struct.unpack_from(">HH", photo, at + 5)
                return width, height
            (length,) = struct.unpack_from(">H", photo, at + 2)
            at += 2 + max(2, length)  # it counts its own two bytes
    return None


@lru_cache(maxsize=KEPT)
def picture_of(photo: bytes) -> Texture | None:
    """Return the middle square of a photo, or nothing if it cannot be read. Decoded once for equal bytes."""
    body = photo.rstrip(PADDING)
    if not any(body.startswith(start) and body.endswith(end) for start, end in KINDS):
        return None
    size = size_of(photo)
    if size is None or max(size) > SIDE_PX_MAX:
        return None
    # Kivy's own reader of pictures; what it is wrapped in raises Exception and nothing more special
    read = _img_sdl2.load_from_memory(photo)
    if not read:
        return None
    width, height, layout, pixels, row_bytes = read
    whole = Texture.create_from_data(ImageData(width, height, layout, pixels, rowlength=row_bytes))
    whole.flip_vertical()
    return _square_of(whole)


def _square_of(whole: Texture) -> Texture:
    """Return the square that has the face in it; scaled smoothly."""
    width, height = whole.size
    side = min(width, height)
    # a photo's rows are counted from its foot here, as everything is
    below = round((height - side) * UPPER)
    whole.mag_filter = whole.min_filter = "linear"
    return whole.get_region((width - side) // 2, below, side, side)


def _draw_person(theme: Theme, box: Box) -> None:
    """Draw anybody: a head and shoulders, in the colours of the house."""
    x, y = box.center
    r = box.width / 2
    ground = theme.key_down if theme.flat else theme.glow
    figure = theme.outline or mixed(theme.face_edge, theme.face, 0.35)
    Color(*rgba(ground))
    SmoothEllipse(pos=box.pos, size=box.size, segments=SEGMENTS)
    Color(*rgba(figure))
    head = 0.29 * r
    SmoothEllipse(pos=(x - head, y + 0.26 * r - head), size=(2 * head, 2 * head), segments=60)
    wide, high = 1.08 * r, 0.54 * r
    big, small = 0.48 * r, 0.12 * r
    SmoothRoundedRectangle(
        pos=(x - wide / 2, y - 0.66 * r), size=(wide, high), radius=[big, big, small, small]
    )


def _draw_edge(theme: Theme, box: Box) -> None:
    """Draw the ring that softens the edge: a white collar is not to run into a white card."""
    half = max(1.0, box.width * EDGE_SHARE / 2)
    Color(*rgba(theme.outline or mixed(theme.paper, theme.face_edge, RING_SHARE)))
    ring(box.center, box.width / 2 - half, half)
