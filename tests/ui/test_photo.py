"""The photo of an officer is decoded once, and without one anybody is drawn."""

from __future__ import annotations

import time
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kivy.core.window import Window
from PIL import Image

from kiosk.ui.box import Box
from kiosk.ui.theme import CONTRAST, WARM
from kiosk.ui.widgets.photo import SIDE_PX_MAX, Photo, picture_of, size_of

if TYPE_CHECKING:
    from tests.ui.driver import Booth

pytestmark = pytest.mark.screen


def a_photo(kind: str, size: tuple[int, int] = (300, 400), **options: Any) -> bytes:  # noqa: ANN401 - Pillow's
    """Make a photo, red above and blue below."""
    picture = Image.new("RGB", size, (0, 0, 200))
    picture.paste((200, 0, 0), (0, 0, size[0], size[1] // 2))
    file = BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_photo_stands_upright_in_a_circle(booth: Booth, kind: str) -> None:
    """A photo is seen the right way up, and its corners are not."""
    photo = Photo()
    Window.add_widget(photo)
    ground = booth.picture().getpixel((302, 178))
    photo.put(Box(300, 100, 200, 200), a_photo(kind), WARM)
    booth.frames(2)
    picture = booth.picture()

    red, _, blue = picture.split()
    for y, strong, weak in ((480 - 260, red, blue), (480 - 130, blue, red)):
        assert strong.crop((400, y, 401, y + 1)).tobytes()[0] > 150
        assert weak.crop((400, y, 401, y + 1)).tobytes()[0] < 60
    assert picture.getpixel((302, 480 - 298)) == pytest.approx(ground, abs=3)


@pytest.mark.parametrize(
    "photo",
    [
        b"",
        b"\xff\xd8\xff nonsense \xff\xd9",
        a_photo("JPEG")[:900],
        a_photo("PNG")[:200],
        b"GIF89a",
        b"<svg/>",
        a_photo("PNG", (SIDE_PX_MAX + 1, 10)),
        a_photo("JPEG", (10, SIDE_PX_MAX + 1)),
    ],
    ids=["none", "nonsense", "half a JPEG", "half a PNG", "GIF", "SVG", "wide PNG", "high JPEG"],
)
@pytest.mark.parametrize("theme", [WARM, CONTRAST], ids=["warm", "contrast"])
def test_a_broken_photo_shows_the_drawing(booth: Booth, photo: bytes, theme: object) -> None:
    """Where there is no photo to be read, anybody is drawn, and the screen goes on."""
    widget = Photo()
    Window.add_widget(widget)
    widget.put(Box(300, 100, 200, 200), photo, theme)  # type: ignore[arg-type] # one of the two themes
    booth.frames(2)

    assert picture_of(photo) is None
    assert len(booth.picture().crop((330, 210, 470, 350)).getcolors(100_000) or []) > 1


def test_a_small_file_that_is_a_huge_picture_is_not_decoded() -> None:
    """A picture that would fill the memory shows the drawing at once, though its file is small."""
    file = BytesIO()
    Image.new("1", (8000, 8000)).save(file, "PNG")
    assert len(file.getvalue()) < 20_000
    picture_of.cache_clear()
    began = time.perf_counter()

    assert picture_of(file.getvalue()) is None
    assert time.perf_counter() - began < 0.05


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"exif": b"Exif\0\0" + b"\xff\xc0" * 500}])
def test_the_size_of_a_photo_is_in_its_head(options: dict[str, Any]) -> None:
    """Every kind of photo says its size before it is decoded, whatever a camera wrote in front of it."""
    for kind in ("PNG", "JPEG"):
        assert size_of(a_photo(kind, (300, 400), **options)) == (300, 400)


@given(st.one_of(st.binary(max_size=60), st.binary(max_size=60).map(lambda rest: b"\xff\xd8\xff" + rest)))
def test_no_bytes_break_the_reading_of_a_size(photo: bytes) -> None:
    """Whatever the bytes, there is a size or none."""
    size = size_of(photo)
    assert size is None or min(size) >= 0
    assert size_of(a_photo("JPEG")[:20]) is size_of(a_photo("PNG")[:20]) is None


def test_a_photo_is_decoded_once(booth: Booth) -> None:
    """No redraw decodes a photo again, nor does another screen with the same one."""
    picture_of.cache_clear()
    data = a_photo("JPEG")
    for number in range(5):
        widget = Photo()
        Window.add_widget(widget)
        widget.put(Box(10 * number, 10, 100, 100), bytes(bytearray(data)), WARM)
    booth.frames(2)

    assert picture_of.cache_info().misses == 1
