"""The colours can be read, and the millimetres are millimetres."""

from __future__ import annotations

from itertools import product

import pytest

from kiosk.ui.theme import CONTRAST, FACES, WARM, Theme, contrast, sheet_of

THEMES = (WARM, CONTRAST)
SCORES = range(1, 6)


def grounds(theme: Theme) -> tuple[str, ...]:
    """Return every ground that text and controls may stand on."""
    return (theme.sky, theme.ground, theme.glow, theme.hill, theme.paper, theme.key, theme.key_down)


@pytest.mark.parametrize("theme", THEMES, ids=["warm", "contrast"])
def test_text_stands_out(theme: Theme) -> None:
    """Text has a contrast of 7 on every ground and every tile, pressed or not."""
    tiles = [theme.tile(score, down=down) for score in SCORES for down in (False, True)]
    for ground in (*grounds(theme), *tiles):
        assert contrast(theme.ink, ground) >= 7


@pytest.mark.parametrize("theme", THEMES, ids=["warm", "contrast"])
def test_quiet_words_and_controls_stand_out(theme: Theme) -> None:
    """Secondary text and controls have a contrast of 4.5 wherever they stand, pressed or not."""
    for colour, ground in product((theme.quiet, theme.accent), grounds(theme)):
        assert contrast(colour, ground) >= 4.5
    for chosen, down in product((False, True), repeat=2):
        ground = theme.pill(chosen=chosen, down=down)
        assert contrast(theme.pill_ink(chosen=chosen), ground) >= 4.5


def test_high_contrast_is_high() -> None:
    """Text, controls and outlines of the high contrast have a contrast of 10, pressed or not."""
    tiles = [CONTRAST.tile(score, down=down) for score in SCORES for down in (False, True)]
    for ground in (*grounds(CONTRAST), *tiles):
        assert contrast(CONTRAST.ink, ground) >= 10
        assert contrast(CONTRAST.quiet, ground) >= 10
        assert contrast(CONTRAST.outline, ground) >= 10
    for chosen, down in product((False, True), repeat=2):
        ground = CONTRAST.pill(chosen=chosen, down=down)
        assert contrast(CONTRAST.pill_ink(chosen=chosen), ground) >= 10
    assert contrast(CONTRAST.accent, CONTRAST.paper) >= 10
    assert contrast(CONTRAST.entry_edge(lit=False), CONTRAST.paper) >= 10
    assert {CONTRAST.tile_edge(score) for score in SCORES} == {CONTRAST.outline}


def test_faces_stand_out_on_black() -> None:
    """In high contrast every disc has a contrast of 7 against the black around it."""
    for disc in (*CONTRAST.faces, CONTRAST.face):
        assert contrast(disc, CONTRAST.paper) >= 7


@pytest.mark.parametrize("theme", THEMES, ids=["warm", "contrast"])
def test_features_stand_out_on_every_face(theme: Theme) -> None:
    """Eyes and mouths tell the mood without colour."""
    for disc in (*theme.faces, theme.face):
        assert contrast(theme.feature, disc) >= 4.5


@pytest.mark.parametrize("theme", THEMES, ids=["warm", "contrast"])
def test_a_face_has_a_colour_of_its_own(theme: Theme) -> None:
    """No two discs are of one colour, and nothing else is of theirs."""
    others = {theme.face, theme.ink, theme.quiet, theme.accent, *grounds(theme)}
    assert len(set(theme.faces)) == len(FACES)
    assert not others & set(theme.faces)


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
