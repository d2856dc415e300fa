"""The robot reads what stands in a picture, to the last mark, and nothing that does not."""

from __future__ import annotations

from importlib.resources import files

import pytest
from PIL import Image, ImageDraw, ImageFont

from tests.robot.reading import find, reads

LINE = "Quầy số 3, Lê Thị Mẫu"
PLACE = (61, 87)
SIZES = range(20, 40)


def a_glass(words: str, size: int, ink: str, paper: str, weight: str = "SemiBold") -> Image.Image:
    """Draw words on a ground that is not even, as screens are not."""
    image = Image.new("RGB", (520, 240), paper)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 140, 520, 240), "#c06a3a")
    draw.ellipse((380, 150, 460, 230), "#f6c945", "#2c1a11", 4)
    font = ImageFont.truetype(
        str(files("fontpkg_be_vietnam_pro") / "files" / f"BeVietnamPro-{weight}.ttf"), size
    )
    draw.text(PLACE, words, fill=ink, font=font)
    return image


@pytest.mark.parametrize(
    ("size", "ink", "paper"),
    [(24, "#3a261c", "#fff7ec"), (33, "#fbeee0", "#1d1410"), (28, "#8a7a6a", "#ffffff")],
)
def test_words_that_are_there_are_read_where_they_are(size: int, ink: str, paper: str) -> None:
    """Dark on light and light on dark, strong and pale, at any size."""
    found = find(a_glass(LINE, size, ink, paper), LINE, sizes=SIZES)

    assert found.is_sure
    assert PLACE[0] < found.x < 500
    assert abs(found.y - PLACE[1] - size * 0.65) < size / 2


@pytest.mark.parametrize(
    "other", ["Quầy số 8, Lê Thị Mẫu", "Quầy số 3, Lê Thi Mẫu", "Quây số 3, Lê Thị Mẫu", "Xin chào Ông/Bà"]
)
def test_other_words_are_not_read(other: str) -> None:
    """One digit, one dot under a letter, one mark on it: those are other words."""
    glass = a_glass(LINE, 28, "#3a261c", "#fff7ec")

    assert not reads(glass, other, sizes=SIZES)
    assert reads(glass, LINE, "Quầy số 3", sizes=SIZES)


def test_an_empty_glass_says_nothing() -> None:
    """Where nothing is written, nothing is read."""
    assert not reads(Image.new("RGB", (320, 200), "white"), "a", sizes=SIZES)
