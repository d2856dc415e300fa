"""A further question of faces, and the first one again: what leads on, and that nothing is given away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest
from msgspec import structs
from msgspec.structs import replace

from kiosk.catalog import translator
from kiosk.events import Chose, Continued, Skipped, Spoke, WentBack
from kiosk.ui.scenes import Scene
from kiosk.ui.theme import NORMAL
from kiosk.ui.widgets.pill import Pill
from kiosk.ui.widgets.tap import Tap
from kiosk.visit import Stage
from tests.ui.worlds import FACES_TWICE, GLASSES, KIND, LANGUAGES, LOOKS, a_config, a_visit

if TYPE_CHECKING:
    from kiosk.events import Answers, Look
    from kiosk.visit import Visit
    from tests.ui.driver import Booth

pytestmark = pytest.mark.screen

SCENE: Final = Scene(structs.replace(a_config(), survey=FACES_TWICE))
LAST: Final = Scene(
    structs.replace(a_config(), survey=structs.replace(FACES_TWICE, questions=FACES_TWICE.questions[:2]))
)


def asked(at: int, *answers: tuple[str, int], lang: str = "vi") -> Visit:
    """Make a visit that has come to a question of faces."""
    given: Answers = answers
    return replace(a_visit(Stage.ASKING, lang), at=at, answers=given)


@pytest.fixture
def asking(booth: Booth) -> Booth:
    """Return a kiosk that asks a further question."""
    booth.app.show(asked(1, ("main", 4)), SCENE)
    booth.resize(1280, 800, 10.1)
    return booth


def leads(booth: Booth) -> list[str]:
    """Return what may be touched besides faces and languages."""
    names = [tap.name for tap in booth.seen(Tap)]
    return [name for name in names if not name.startswith(("face_", "lang_"))]


def test_a_face_is_an_answer_here_too(asking: Booth) -> None:
    """A touch on a face of a further question tells its score; the words are those of that question."""
    screen = asking.app.stages.more_faces
    assert screen.ask.question.text == KIND.text["vi"]
    asking.tap(screen.faces.tiles[5])
    asking.tap(screen.header.pills["en"])

    assert asking.events == [Chose(5), Spoke("en")]


def test_what_leads_on_depends_on_what_was_given(asking: Booth) -> None:
    """Before an answer one may go back or skip; with one, also go on; from the first question only on."""
    assert leads(asking) == ["back", "skip"]
    asking.app.show(asked(1, ("main", 4), ("kind", 2)), SCENE)
    assert leads(asking) == ["back", "skip", "continue"]
    asking.app.show(asked(0, ("main", 4)), SCENE)
    assert leads(asking) == ["continue"]
    asking.app.show(asked(1, ("main", 4), ("kind", 2)), LAST)
    texts = {pill.name: pill.words.text for pill in asking.app.stages.more_faces.bar.pills.values()}

    assert texts["continue"] == "Xong"


@pytest.mark.parametrize("look", [NORMAL, *LOOKS.values()], ids=["normal", *LOOKS])
@pytest.mark.parametrize("glass", GLASSES)
def test_whoever_answered_may_go_back_skip_and_go_on(
    booth: Booth, glass: tuple[int, int, float], look: Look
) -> None:
    """No glass and no look takes a way from a citizen who has answered: each is there, in a word."""
    booth.resize(*glass)
    for lang in LANGUAGES:
        booth.app.show(replace(asked(1, ("main", 4), ("kind", 2), lang=lang), look=look), SCENE)
        said = {name: pill.words.text for name, pill in ways_of(booth).items()}

        assert said == {name: translator(lang)(name) for name in ("back", "skip", "continue")}


def ways_of(booth: Booth) -> dict[str, Pill]:
    """Return the buttons of the bar that are seen."""
    return {pill.name: pill for pill in booth.seen(Pill) if pill.name in {"back", "skip", "continue"}}


def test_an_answer_may_stay_as_it_is(asking: Booth) -> None:
    """Whoever comes back to the first question reads that another face or none may be touched."""
    again = asking.app.stages.more_faces.again
    assert again.text == ""
    for width, height, inches in GLASSES:
        asking.app.show(asked(0, ("main", 4)), SCENE)
        asking.resize(width, height, inches)
        assert again.text == translator("vi")("faces_again")

    asking.app.show(asked(1, ("main", 4)), SCENE)
    assert again.text == ""
    # at any other question that was answered it is said, too, where there is room
    asking.app.show(asked(1, ("main", 4), ("kind", 2)), SCENE)
    assert again.text == translator("vi")("faces_kept")


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS.keys())
@pytest.mark.parametrize("glass", [GLASSES[2], GLASSES[5]])
def test_there_is_a_way_out_of_a_look(booth: Booth, glass: tuple[int, int, float], look: Look) -> None:
    """Each tool in force, and no other, can be touched at a further question and at the first one again."""
    in_force = [f"tool_{name}" for name in ("large", "contrast", "low", "listening") if getattr(look, name)]
    booth.resize(*glass)
    for at in (0, 1):
        booth.app.show(replace(asked(at, ("main", 4), ("kind", 2)), look=look), SCENE)
        assert [name for name in leads(booth) if name.startswith("tool_")] == in_force


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS.keys())
@pytest.mark.parametrize("glass", [GLASSES[0], GLASSES[1]])
def test_on_a_small_glass_there_is_a_way_out_too(
    booth: Booth, glass: tuple[int, int, float], look: Look
) -> None:
    """At every question of faces, where not all tools in force find room, the first one does."""
    in_force = [f"tool_{name}" for name in ("large", "contrast", "low", "listening") if getattr(look, name)]
    booth.resize(*glass)

    for at in (0, 1):
        booth.app.show(replace(asked(at, ("main", 4), ("kind", 2)), look=look), SCENE)
        shown = [name for name in leads(booth) if name.startswith("tool_")]
        assert len(shown) > 0
        assert shown == in_force[: len(shown)]


def test_the_buttons_tell_what_they_say(asking: Booth) -> None:
    """Back, skip and continue are told, each once."""
    asking.app.show(asked(1, ("main", 4), ("kind", 2)), SCENE)
    for pill in list(asking.app.stages.more_faces.bar.pills.values()):
        asking.tap(pill)

    assert asking.events == [WentBack(), Skipped(), Continued()]


def test_no_answer_is_given_away(asking: Booth) -> None:
    """Whoever glances at a question that was answered, or at the first one again, learns nothing."""
    for at in (0, 1):
        pictures = set()
        for score in range(1, 6):
            asking.app.show(a_visit(since=score), SCENE)
            asking.app.show(asked(at, ("main", score), ("kind", 6 - score)), SCENE)
            asking.wait(0.5, 0.1)
            pictures.add(asking.picture().tobytes())
        assert len(pictures) == 1


def test_a_pressed_face_is_free_at_the_next_question(asking: Booth) -> None:
    """A face that a finger still holds when the question changes looks untouched."""
    tile = asking.app.stages.more_faces.faces.tiles[2]
    asking.finger(*tile.hit.center)
    assert tile.down
    asking.app.show(asked(0, ("main", 4)), SCENE)

    assert not tile.down
    assert tile.zoom == 1


def test_a_finger_that_rests_through_a_change_answers_nothing(asking: Booth) -> None:
    """Who holds a face while another question comes has answered neither when the finger lifts."""
    tile = asking.app.stages.more_faces.faces.tiles[2]
    finger = asking.finger(*tile.hit.center)
    asking.app.show(asked(0, ("main", 4), ("kind", 2)), SCENE)
    asking.wait(1.0)
    finger.touch_up()
    asking.frames(1)
    assert asking.events == []

    asking.tap(tile)
    assert asking.events == [Chose(2)]


def test_a_scanned_receipt_is_told_for_a_moment(asking: Booth) -> None:
    """The glass says that a receipt was read, or that it is none; a moment later it says nothing of it."""
    toast = asking.app.frame.toast.words
    asking.app.show(replace(asked(1, ("main", 4)), dossier="a" * 64), SCENE)
    assert toast.text == translator("vi")("receipt_read")
    asking.wait(4.5, 0.1)
    assert toast.text == ""

    asking.app.show(replace(asked(1, ("main", 4)), dossier="a" * 64, unreadable=True), SCENE)
    assert toast.text == translator("vi")("receipt_unreadable")
    asking.app.show(a_visit(), SCENE)
    assert toast.text == ""
