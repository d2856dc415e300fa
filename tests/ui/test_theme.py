"""The colours can be read, and the millimetres are millimetres."""

from __future__ import annotations

from itertools import product

import pytest

from kiosk.ui.theme import FACES, WARM, contrast, mixed, sheet_of, tint

GROUNDS = (WARM.sky, WARM.ground, WARM.glow, WARM.hill, WARM.paper, WARM.key, WARM.key_down)


def test_text_stands_out() -> None:
    """Text has a contrast of 7 on every ground and every tile, pressed or not."""
    tiles = [tint(score) for score in range(1, 6)]
    pressed = [mixed(tint(score), FACES[score - 1], 0.14) for score in range(1, 6)]
    for ground in (*GROUNDS, *tiles, *pressed):
        assert contrast(WARM.ink, ground) >= 7


def test_quiet_words_and_controls_stand_out() -> None:
    """Secondary text and controls have a contrast of 4.5 wherever they stand."""
    for colour, ground in product((WARM.quiet, WARM.accent), GROUNDS):
        assert contrast(colour, ground) >= 4.5
    assert contrast(WARM.on_accent, WARM.accent) >= 4.5


def test_features_stand_out_on_every_face() -> None:
    """Eyes and mouths tell the mood without colour."""
    for disc in (*FACES, WARM.face):
        assert contrast(WARM.feature, disc) >= 4.5


def test_a_face_has_a_colour_of_its_own() -> None:
    """No two discs are of one colour, and nothing else is of theirs."""
    assert len({*FACES, WARM.face, *GROUNDS}) == len(FACES) + 1 + len(GROUNDS)


@pytest.mark.parametrize(
    ("width", "height", "inches"),
    [(800, 480, 7.0), (1024, 600, 10.1), (800, 1280, 10.1), (1920, 1080, 15.6), (1080, 1920, 15.6)],
)
def test_an_unknown_glass_is_guessed(width: int, height: int, inches: float) -> None:
    """Without a diagonal in the settings the pixels tell which glass it is likely to be."""
    assert sheet_of(width, height, 0).diagonal_in == inches
    assert sheet_of(width, height, 19).diagonal_in == 19


def test_a_millimetre_is_a_millimetre() -> None:
    """A glass of 25.4 mm and 100 pixels from corner to corner has 100/25.4 pixels a millimetre."""
    assert sheet_of(60, 80, 1).px_per_mm == pytest.approx(100 / 25.4)
