"""How keys become faces and scans."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.inputs import (
    BOX_KEYS,
    HELD_KEYS_MAX,
    HELD_S,
    QUIET_S,
    SCAN_CHARS_MAX,
    WAIT_S,
    Face,
    Happening,
    Inputs,
    Key,
    Scan,
    due_s,
    pressed,
    released,
    ticked,
)

ENTER, TAB, SHIFT, F1 = 13, 9, 304, 282
CODE = "H36.12.05-261123-0042"
LATENCY_S_MAX = 0.1
FRAME_S = 1 / 60


@dataclass
class Window:
    """A window as Kivy's is: it tells keys, texts and releases, and its clock calls when it is asked to.

    It stands beside a box of buttons that types digits, unless another is said.
    """

    state: Inputs = field(default_factory=lambda: Inputs(BOX_KEYS))
    now_s: float = 100.0
    told: list[tuple[float, Happening]] = field(default_factory=list)

    def wait(self, seconds: float) -> None:
        """Let time pass; a call that was asked for comes at the next frame."""
        end = self.now_s + seconds
        due = due_s(self.state)
        if due is not None and due + FRAME_S <= end:
            self.now_s = due + FRAME_S
            self._tell(ticked(self.state, self.now_s))
        self.now_s = end

    def down(self, number: int, text: str = "") -> None:
        """Press a key: first its number comes, then what it writes."""
        self._tell(pressed(self.state, Key(number), self.now_s))
        if text:
            self._tell(pressed(self.state, Key(text=text), self.now_s))

    def late_frame(self, seconds: float) -> None:
        """Let time pass in which the window looked for no keys: those of this time come after it."""
        self.now_s += seconds

    def strike(self, number: int, text: str = "") -> None:
        """Press a key and let it go."""
        self.down(number, text)
        self.state = released(self.state, number)

    def scan(self, text: str, gap_s: float = 0.002, end: int = ENTER) -> None:
        """Type as a scanner does, with the shift key for capitals."""
        for sign in text:
            if sign.isupper():
                self.down(SHIFT)
            self.strike(ord(sign.lower()), sign)
            self.state = released(self.state, SHIFT)
            self.wait(gap_s)
        if end:
            self.strike(end)

    def _tell(self, told: tuple[Inputs, tuple[Happening, ...]]) -> None:
        self.state = told[0]
        self.told += [(self.now_s, each) for each in told[1]]

    @property
    def happened(self) -> list[Happening]:
        """What was told, after enough time for everything to be told."""
        self.wait(1.0)
        return [each for _, each in self.told]


@pytest.mark.parametrize("score", range(1, 6))
@pytest.mark.parametrize(("first", "writes"), [(48, True), (256, True), (256, False), (281, False)])
def test_five_buttons_are_five_faces(first: int, score: int, writes: bool) -> None:  # noqa: FBT001 - a table
    """The keys 1 to 5, those of the keypad with or without its lock, and F1 to F5 are faces, and soon."""
    window = Window()
    began = window.now_s
    window.strike(first + score, str(score) if writes else "")

    assert window.happened == [Face(score)]
    assert window.told[0][0] - began < LATENCY_S_MAX


def test_a_function_key_does_not_wait() -> None:
    """No scanner types F1, so its face comes at once."""
    window = Window()
    window.down(F1)

    assert [each for _, each in window.told] == [Face(1)]


@pytest.mark.parametrize("number", [*range(49, 54), *range(257, 262)])
def test_without_a_box_a_digit_is_no_face(number: int) -> None:
    """Where no box of buttons is set, a digit from anywhere rates nobody, and F5 still does."""
    window = Window(Inputs())
    window.strike(number, "1")
    window.strike(ENTER)
    window.wait(1.0)
    window.strike(F1 + 4)

    assert window.happened == [Face(5)]


def test_a_box_may_have_other_keys() -> None:
    """The center's own map says which key is which face."""
    window = Window(Inputs(faces={97: 1, 278: 5}))
    window.strike(97, "a")
    window.wait(1.0)
    window.strike(278)
    window.strike(49, "1")

    assert window.happened == [Face(1), Face(5)]


@pytest.mark.parametrize("end", [ENTER, TAB, 271])
@pytest.mark.parametrize("gap_s", [0.0, 0.002, 0.017, 0.028])
@pytest.mark.parametrize(
    "text", [CODE, "1234", "12345123451234", "000.17.22.H56-210531-0001", "x" * SCAN_CHARS_MAX]
)
def test_a_scan_is_a_scan(text: str, gap_s: float, end: int) -> None:
    """What a scanner types is told as one text, and none of its digits as a face."""
    window = Window()
    window.scan(text, gap_s, end)

    assert window.happened == [Scan(text)]


def test_one_late_frame_breaks_no_scan() -> None:
    """A scan that the window hears in two parts, 50 ms apart, is still one."""
    window = Window()
    window.scan(CODE[:7], end=0)
    window.wait(0.05)
    window.scan(CODE[7:])

    assert window.happened == [Scan(CODE)]


@pytest.mark.parametrize("end", [0, ENTER])
@pytest.mark.parametrize("wait_s", [0.061, 0.07, 0.2, 0.4])
@pytest.mark.parametrize("text", [CODE, "1234567890128", "5551"])
def test_a_scan_in_parts_rates_nobody(text: str, wait_s: float, end: int) -> None:
    """Wherever a late frame splits a scan, with or without its end, none of its digits is a face."""
    for cut in range(1, len(text)):
        window = Window()
        window.scan(text[:cut], gap_s=0.0, end=0)
        window.late_frame(wait_s)
        window.scan(text[cut:], end=end)

        assert [each for each in window.happened if each != Scan(text)] == []


def test_a_late_frame_breaks_no_code() -> None:
    """A receipt is read whole though the picture stood still for a moment before its last digit."""
    window = Window()
    window.scan(CODE[:-1], end=0)
    window.late_frame(0.3)
    window.scan(CODE[-1])

    assert window.happened == [Scan(CODE)]


@pytest.mark.parametrize("gap_s", [0.1, 0.3])
def test_a_slow_scanner_rates_nobody(gap_s: float) -> None:
    """The last digit of a code that stops and starts, as over the air, is no face."""
    window = Window()
    window.scan(CODE[:-1], end=0)
    window.wait(gap_s)
    window.scan(CODE[-1])

    assert window.happened == [Scan(CODE)]


def test_a_text_of_several_lines_rates_nobody() -> None:
    """A line of one digit in what was scanned is no face; a button half a second later is one."""
    window = Window()
    for line in (CODE, "1", "", "2"):
        window.scan(line)
    window.wait(QUIET_S)
    window.strike(53, "5")

    assert window.happened == [Scan(CODE), Face(5)]


@pytest.mark.parametrize("text", ["x" * (SCAN_CHARS_MAX + 1), "abc", "a", ""])
def test_what_is_too_long_or_too_short_is_no_scan(text: str) -> None:
    """A scan has 4 to 200 characters."""
    window = Window()
    window.scan(text)

    assert window.happened == []


def test_a_scan_without_an_end_is_none() -> None:
    """A scanner that does not press Enter tells nothing, whatever digits it typed."""
    window = Window()
    window.scan("123451", end=0)

    assert window.happened == []


def test_a_hand_is_no_scanner() -> None:
    """Digits typed by a hand, even with Enter, are faces one by one."""
    window = Window()
    for score in (1, 2, 3, 4):
        window.strike(48 + score, str(score))
        window.wait(0.12)
    window.strike(ENTER)

    assert window.happened == [Face(1), Face(2), Face(3), Face(4)]


def test_a_slow_text_is_no_scan() -> None:
    """Letters 40 ms apart are too slow for a scanner."""
    window = Window()
    window.scan("abcdefgh", gap_s=0.04)

    assert window.happened == []


def test_several_buttons_at_once_are_the_first() -> None:
    """Two or three buttons struck together count once, also when the box presses Enter."""
    for numbers in ([52, 53], [52, 53, 49], [52, ENTER]):
        window = Window()
        for number in numbers:
            window.strike(number, chr(number) if number != ENTER else "")

        assert window.happened == [Face(4)]


@pytest.mark.parametrize(("number", "text"), [(53, "5"), (261, "5"), (286, "")])
def test_a_button_held_down_counts_once(number: int, text: str) -> None:
    """A key that repeats by itself is one press, however long it is held; the next press counts again."""
    window = Window()
    window.down(number, text)
    window.wait(0.6)
    for _ in range(100):
        window.down(number, text)
        window.wait(0.033)
    assert window.happened == [Face(5)]

    window.state = released(window.state, number)
    window.strike(number, text)
    assert window.happened == [Face(5), Face(5)]


def test_another_button_counts_while_one_is_stuck() -> None:
    """A button that jams does not silence the box."""
    window = Window()
    for _ in range(20):
        window.down(53, "5")
        window.wait(0.033)
    window.strike(50, "2")

    assert window.happened == [Face(5), Face(2)]


def test_a_lost_release_is_forgotten() -> None:
    """When the window missed that a key was let go, the key works again a second later."""
    window = Window()
    window.down(53, "5")
    window.wait(HELD_S + 0.1)
    window.down(53, "5")

    assert window.happened == [Face(5), Face(5)]


def test_a_flood_of_keys_fills_no_memory() -> None:
    """Of thousands of keys that are never let go only the last are remembered."""
    window = Window()
    for number in range(1000, 5000):
        window.down(number, "x")

    assert len(window.state.held) == HELD_KEYS_MAX
    assert len(window.state.burst.text if window.state.burst else "") == SCAN_CHARS_MAX + 1


def test_enter_alone_and_shift_alone_say_nothing() -> None:
    """Keys that mean nothing alone do nothing, and a scan after a face is no part of it."""
    window = Window()
    for number in (ENTER, TAB, SHIFT, 27, 8):
        window.strike(number)
        window.wait(QUIET_S)
    window.strike(53, "5")
    window.wait(0.2)
    window.scan(CODE)

    assert window.happened == [Face(5), Scan(CODE)]


def test_nobody_is_called_when_no_face_waits() -> None:
    """The window's clock is only asked for when a digit waits for what follows."""
    state, _ = pressed(Inputs(), Key(ord("h"), "h"), 1.0)
    assert due_s(Inputs()) is due_s(state) is None

    state, _ = pressed(Inputs(BOX_KEYS), Key(49, "1"), 1.0)
    assert due_s(state) == 1.0 + WAIT_S
    assert ticked(state, 1.0) == (state, ())


def test_a_face_is_told_even_if_the_clock_was_late() -> None:
    """A key that comes before the clock's call tells the face that waited."""
    state, told = pressed(Inputs(BOX_KEYS), Key(49, "1"), 1.0)
    assert told == ()
    _, told = pressed(released(state, 49), Key(50, "2"), 2.0)

    assert told == (Face(1),)


KEYS = st.tuples(
    st.sampled_from([0, 9, 13, 27, 49, 53, 97, 257, 261, 271, 282, 304]),
    st.sampled_from(["", "1", "a", "\x1d", "xyz"]),
    st.floats(0, 0.2),
    st.booleans(),
)


@given(st.lists(KEYS, max_size=60))
def test_no_keys_break_it(keys: list[tuple[int, str, float, bool]]) -> None:
    """Any keys at any times tell only faces from 1 to 5 and scans of their length."""
    window = Window()
    for number, text, gap_s, lifted in keys:
        window.down(number, text)
        if lifted:
            window.state = released(window.state, number)
        window.wait(gap_s)
    for each in window.happened:
        assert (1 <= each.score <= 5) if isinstance(each, Face) else (4 <= len(each.text) <= SCAN_CHARS_MAX)
    assert window.state.burst is None or due_s(window.state) is None
