"""What a technician does at the screens of the enrolment, and what they tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kiosk.events import Look
from kiosk.ui.scenes import Setup, SetupState
from kiosk.ui.widgets.face import CALM, HOUSE, SORRY
from tests.ui.worlds import GLASSES, a_scene, a_visit, setups

if TYPE_CHECKING:
    from tests.ui.driver import Booth

pytestmark = pytest.mark.screen


def test_a_code_is_typed_with_fingers(booth: Booth) -> None:
    """The technician types the address and the code on the glass, and connects."""
    booth.app.show_setup(Setup(SetupState.NEEDS_CODE))
    setup = booth.app.setup
    keys = {key.sign: key for row in setup.keys for key in row}
    for sign in "kiosk.vn":
        booth.tap(keys[sign])
    booth.tap(setup.entries["code"])
    for sign in "7f3ao9c4":
        booth.tap(keys[sign])
    booth.tap(setup.connect)

    assert booth.enrolments == [("https://kiosk.vn", "7F3A09C4")]


def test_a_code_is_typed_on_a_keyboard(booth: Booth) -> None:
    """A real keyboard works too: Backspace takes back, Tab turns to the other field, Enter connects."""
    booth.app.show_setup(Setup(SetupState.NEEDS_CODE, server="http://10.0.0.2:8080"))
    booth.write("7f3a09cu5")
    booth.key(8)
    booth.key(13)
    assert booth.enrolments == []
    booth.key(9)
    booth.key(8)
    booth.write("1")
    booth.key(13)
    assert booth.enrolments == []
    booth.write("4")
    booth.key(13)

    assert booth.enrolments == [("http://10.0.0.2:8081", "7F3A09C4")]


def test_nothing_is_typed_while_it_connects(booth: Booth) -> None:
    """While the kiosk asks its server, keys and the button rest, and the code stays in sight."""
    booth.app.show_setup(Setup(SetupState.NEEDS_CODE, server="https://kiosk.vn"))
    booth.write("7F3A09C4")
    booth.app.show_setup(Setup(SetupState.WORKING, server="https://kiosk.vn"))
    booth.write("1")
    booth.key(13)
    booth.tap(booth.app.setup.connect)
    assert (booth.enrolments, booth.app.setup.typed["code"]) == ([], "7F3A09C4")

    entry = booth.app.setup.entries["code"]
    assert "".join(words.text for words in entry.words) == "7F3A09C4"


def test_a_wrong_code_stays_to_be_checked(booth: Booth) -> None:
    """A refused code is still in its cells; the next sign begins another, and a used one is gone."""
    booth.app.show_setup(Setup(SetupState.NEEDS_CODE, server="https://kiosk.vn"))
    booth.write("7F3A09C4")
    booth.app.show_setup(Setup(SetupState.WORKING, server="https://kiosk.vn"))
    booth.app.show_setup(Setup(SetupState.WRONG_CODE, server="https://kiosk.vn"))
    setup = booth.app.setup

    assert (setup.typed["code"], setup.selected) == ("7F3A09C4", True)
    booth.write("1")
    assert (setup.typed["code"], setup.selected) == ("1", False)
    booth.app.show_setup(Setup(SetupState.WORKING, server="https://kiosk.vn"))
    booth.app.show_setup(Setup(SetupState.WRONG_CODE, server="https://kiosk.vn"))
    booth.key(8)
    assert setup.typed["code"] == ""
    booth.write("2")
    booth.app.show_setup(Setup(SetupState.SPENT_CODE, server="https://kiosk.vn"))
    assert setup.typed["code"] == ""


def test_a_refusal_does_not_look_like_the_first_instruction(booth: Booth) -> None:
    """What went wrong stands on a strip; while the kiosk connects there is no button that looks free."""
    strips, seen = {}, {}
    for setup in setups():
        if setup.state.asks:
            booth.app.show_setup(setup)
            booth.frames(1)
            strips[setup.state] = bool(len(booth.app.setup.strip.canvas.children))
            seen[setup.state] = booth.app.setup.connect.opacity > 0

    assert {state for state, strip in strips.items() if not strip} == {
        SetupState.NEEDS_CODE,
        SetupState.WORKING,
    }
    assert [state for state, is_seen in seen.items() if not is_seen] == [SetupState.WORKING]


def test_an_enrolled_machine_begins(booth: Booth) -> None:
    """The fingerprint is shown, and one button begins; no other state has one."""
    for setup in setups():
        booth.app.show_setup(setup)
        booth.frames(1)
        if setup.state is SetupState.ENROLLED:
            assert "7F3A-09C4-11D2-E05B" in booth.app.state.plate.text
            booth.tap(booth.app.state.begin)
        elif not setup.state.asks:
            booth.key(13)

    assert booth.continues == 1


def test_a_waiting_machine_does_not_laugh(booth: Booth) -> None:
    """Out of service, the face is calm or sorry; glad only when the machine is enrolled."""
    moods = {}
    for setup in setups():
        if not setup.state.asks:
            booth.app.show_setup(setup)
            moods[setup.state] = booth.app.state.face.score

    assert moods == {
        SetupState.DAMAGED: SORRY,
        SetupState.DISK_REFUSES: SORRY,
        SetupState.NO_CONFIG: CALM,
        SetupState.ENROLLED: HOUSE,
    }


def test_the_fingerprint_stands_under_its_sentence(booth: Booth) -> None:
    """What is to be compared stands large, right below the words that ask for it."""
    booth.app.show_setup(Setup(SetupState.ENROLLED, detail="7F3A-09C4-11D2-E05B"))
    for width, height, inches in GLASSES:
        booth.resize(width, height, inches)
        state = booth.app.state

        assert state.body.y - state.card.top < 0.06 * height
        assert state.plate.setting.size_px > 1.15 * state.body.setting.size_px
        assert abs(state.begin.center_x - state.title.center_x) <= 1
        if width > height:
            assert state.card.x - state.face.right >= state.sheet.mm(3)

    booth.app.show_setup(Setup(SetupState.NO_CONFIG))
    assert booth.app.state.plate.text == ""


def test_the_technician_changes_the_language(booth: Booth) -> None:
    """The technician's screen speaks every language there is."""
    booth.app.show_setup(Setup(SetupState.NEEDS_CODE))
    booth.tap(booth.app.setup.header.pills["en"])

    assert booth.app.setup.header.name.text == "Set up this kiosk"


def test_the_technician_sees_the_normal_look(booth: Booth) -> None:
    """What the last citizen asked for does not reach the technician's screens."""
    booth.resize(1280, 800)
    booth.app.show(a_visit(look=Look(contrast=True, large=True)), a_scene())
    booth.app.show_setup(Setup(SetupState.NEEDS_CODE))
    booth.frames(1)

    assert booth.app.setup.sheet.look == Look()
    assert booth.picture().getpixel((640, 796)) != (0, 0, 0)
