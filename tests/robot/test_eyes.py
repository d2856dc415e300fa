"""The robot sees what a citizen would see, and nothing that is not there."""

from __future__ import annotations

import random

import pytest
from PIL import Image, ImageDraw

from kiosk.ui.theme import FACES
from tests.robot.eyes import Spot, any_face, faces, filled

CREAM = "#FFF9F0"
ACROSS = [(160 + 240 * column, 450) for column in range(5)]
UPRIGHT = [(200, 1500 - 280 * row) for row in range(5)]
PILLS = {"lang_vi": (1040, 55), "lang_en": (1197, 55)}
BROWN = "#A34312"
WHITE = "#FFFFFF"


def a_screen(size: tuple[int, int], *discs: tuple[tuple[int, int], str], radius: int = 80) -> Image.Image:
    """Draw faces with eyes and a mouth, as the kiosk does."""
    picture = Image.new("RGB", size, CREAM)
    draw = ImageDraw.Draw(picture)
    for (x, y), colour in discs:
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)
        draw.ellipse((x - 30, y - 25, x - 20, y - 10), fill="#34231A")
        draw.ellipse((x + 20, y - 25, x + 30, y - 10), fill="#34231A")
        draw.arc((x - 30, y, x + 30, y + 40), 20, 160, fill="#34231A", width=6)
    return picture


def near(spot: Spot, place: tuple[int, int]) -> bool:
    """Say whether a touch there would hit the middle of the face."""
    return abs(spot.x - place[0]) <= 8 and abs(spot.y - place[1]) <= 8


@pytest.mark.parametrize(("size", "places"), [((1280, 800), ACROSS), ((1080, 1920), UPRIGHT)])
def test_five_faces_are_found_worst_first(size: tuple[int, int], places: list[tuple[int, int]]) -> None:
    """The faces are found across and upright, each with the score that its colour stands for."""
    found = faces(a_screen(size, *zip(places, FACES, strict=True)), FACES)

    assert all(near(spot, place) for spot, place in zip(found, places, strict=True))


def test_a_screen_without_faces_has_none() -> None:
    """Thanks without a single face of the question are not taken for the question."""
    thanks = a_screen((1280, 800), ((640, 400), "#FFBE55"))

    assert faces(thanks, FACES) == []
    assert not any_face(thanks, FACES)


def test_four_faces_are_no_question() -> None:
    """While one of the faces is still missing the question is not there, but something of it is."""
    picture = a_screen((1280, 800), *list(zip(ACROSS, FACES, strict=True))[:4])

    assert faces(picture, FACES) == []
    assert any_face(picture, FACES)


def test_a_colour_that_is_nearly_a_face_is_none() -> None:
    """A colour one shade off belongs to something else on the screen."""
    nearly = "#F0705D"
    picture = a_screen((1280, 800), *zip(ACROSS, (nearly, *FACES[1:]), strict=True))

    assert faces(picture, FACES) == []


def test_scattered_dots_are_not_faces() -> None:
    """Dots of a face's colour, however many, do not make a face, and do not move the one that is there."""
    picture = a_screen((1280, 800), *zip(ACROSS, FACES, strict=True))
    chance = random.Random(4)
    for _ in range(2000):
        picture.putpixel((chance.randrange(1280), chance.randrange(300)), (0xF0, 0x70, 0x5C))

    assert near(faces(picture, FACES)[0], ACROSS[0])


def test_faces_of_different_sizes_are_no_question() -> None:
    """A small picture of a face elsewhere is not the fifth face."""
    picture = a_screen((1280, 800), *list(zip(ACROSS, FACES, strict=True))[:4])
    ImageDraw.Draw(picture).ellipse((1100, 100, 1130, 130), fill=FACES[4])

    assert faces(picture, FACES) == []


def with_pills(vi: str, en: str) -> Image.Image:
    """Draw two languages in pills that are filled with these colours, under words in the other colour."""
    picture = a_screen((1280, 800))
    draw = ImageDraw.Draw(picture)
    for (x, y), ground in zip(PILLS.values(), (vi, en), strict=True):
        draw.rounded_rectangle((x - 60, y - 25, x + 60, y + 25), 25, fill=ground, outline=BROWN, width=2)
        for stroke in range(x - 40, x + 40, 9):
            draw.rectangle((stroke, y - 12, stroke + 3, y + 12), fill=WHITE if ground == BROWN else BROWN)
    return picture


@pytest.mark.parametrize(("vi", "en", "spoken"), [(BROWN, WHITE, "lang_vi"), (WHITE, BROWN, "lang_en")])
def test_the_language_that_is_spoken_is_the_filled_one(vi: str, en: str, spoken: str) -> None:
    """What a pill is filled with is told from the word that stands on it."""
    assert filled(with_pills(vi, en), PILLS, BROWN) == spoken


@pytest.mark.parametrize("both", [BROWN, WHITE])
def test_two_languages_at_once_are_none(both: str) -> None:
    """Where no language is filled, or both are, none is taken for spoken."""
    assert not filled(with_pills(both, both), PILLS, BROWN)
