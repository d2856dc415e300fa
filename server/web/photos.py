"""A photo as somebody sent it, made into a portrait of our own. What was sent is never kept or served.

Kind and size in pixels are read before anything is decoded. The result is a small square JPEG, upright,
with no place, date or maker of the camera in it.
"""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from typing import Final

from PIL import Image, UnidentifiedImageError

from server.domain.staff import StaffFault
from server.protocol.messages import PHOTO_BYTES_MAX

UPLOAD_BYTES_MAX: Final = 8_000_000
"""A photo as it is sent: a telephone's has 3 to 6 million bytes."""
PIXELS_MAX: Final = {"JPEG": 40_000_000, "PNG": 16_000_000, "WEBP": 16_000_000}
"""The kinds that are taken, and their width times height: what a telephone makes.

A JPEG is decoded smaller than it is; of the others a pixel may take twenty bytes of memory for a while.
"""
SIDE_PX_MIN: Final = 120
SIDES_PX: Final = (480, 400, 320, 240)
"""How large a portrait may be: the first that is not too many bytes."""
QUALITIES: Final = (85, 75, 60)
UPPER: Final = 0.3
"""Of a photo that is too high, this share of what is cut off is above: a head is above the middle."""
WHITE: Final = (255, 255, 255)
ORIENTATION: Final = 0x0112
TURNS: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What makes a photo upright, by the orientation that the camera noted."""
BROKEN: Final = (
    OSError,
    SyntaxError,
    ValueError,
    IndexError,
    TypeError,
    KeyError,
    EOFError,
    struct.error,
    zlib.error,
)
"""What the readers of pictures raise at bytes that are none: it is theirs to know which."""


def portrait(raw: bytes) -> bytes | StaffFault:
    """Return a square JPEG of at most `PHOTO_BYTES_MAX` bytes, or why there is none."""
    if len(raw) > UPLOAD_BYTES_MAX:
        return StaffFault.PHOTO_HEAVY
    try:
        with Image.open(BytesIO(raw), formats=tuple(PIXELS_MAX)) as image:
            width, height = image.size
            # a JPEG that holds another one behind it has a name of its own: telephones make such
            if width * height > PIXELS_MAX.get(image.format or "", PIXELS_MAX["JPEG"]):
                return StaffFault.PHOTO_LARGE
            if min(width, height) < SIDE_PX_MIN:
                return StaffFault.PHOTO_SMALL
            if image.mode.startswith("I"):  # scans of 16 bits a pixel, which would come out white
                return StaffFault.PHOTO_KIND
            return _encoded(_square(image))
    except UnidentifiedImageError:
        return StaffFault.PHOTO_KIND
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return StaffFault.PHOTO_LARGE
    except BROKEN:
        return StaffFault.PHOTO_BROKEN


def _square(image: Image.Image) -> Image.Image:
    """Return the upright square that has the head in it, on white; colours are all that is left of the rest.

    A JPEG is decoded no larger than is needed.
    """
    image.draft("RGB", (2 * SIDES_PX[0], 2 * SIDES_PX[0]))
    image.load()
    turn = TURNS.get(_orientation(image))
    upright = image if turn is None else image.transpose(turn)
    width, height = upright.size
    edge = min(width, height)
    left, top = (width - edge) // 2, round((height - edge) * UPPER)
    cut = upright.crop((left, top, left + edge, top + edge))
    if cut.has_transparency_data:
        cut = cut.convert("RGBA")
        plain = Image.new("RGB", cut.size, WHITE)
        plain.paste(cut, mask=cut)
        return plain
    plain = Image.new("RGB", cut.size)
    plain.paste(cut.convert("RGB"))
    return plain


def _orientation(image: Image.Image) -> int:
    """Return how the camera was held, as it noted; 1 is upright, and what cannot be read is taken for it."""
    found = image.getexif().get(ORIENTATION)
    return found if isinstance(found, int) else 1


def _encoded(square: Image.Image) -> bytes:
    """Return a square as a JPEG, as large and as fine as it may be; the smallest always is small enough."""
    tries = (_jpeg(square, side, quality) for side in SIDES_PX for quality in QUALITIES)
    return next(raw for raw in tries if len(raw) <= PHOTO_BYTES_MAX)


def _jpeg(square: Image.Image, side: int, quality: int) -> bytes:
    """Return a square with sides of so many pixels, or less, as a JPEG."""
    small = square if side >= square.width else square.resize((side, side), Image.Resampling.LANCZOS)
    target = BytesIO()
    small.save(target, "JPEG", quality=quality, optimize=True)
    return target.getvalue()
