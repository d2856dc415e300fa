"""Keys of a keyboard become faces and scans: five buttons, and a scanner that types very fast.

Pure. A box of buttons and a scanner both are keyboards. What is typed faster than a hand can, has
four signs or more and ends with Enter or Tab is a scan; a key of a face that stands alone is a
face. F1 to F5 always are faces, for no scanner types them; digits only are where the machine has a
box that types them (`BOX_KEYS`). Since a scan too has digits, a digit waits `WAIT_S` for what
follows, and no digit is a face until `QUIET_S` after a scan, whole or not, or after any other key.

A key is only as old as the frame that took it, and a frame may be late: that a digit stands alone is
known when the window has looked for keys again and found none. So only `ticked` ends a wait.

How the window calls it, all with one clock that only goes forward (seconds):
* on_key_down: `pressed(state, Key(number), now)`, with Kivy's key number;
* on_textinput: `pressed(state, Key(text=text), now)`; Kivy tells the text right after its key;
* on_key_up: `released(state, number)`;
* whenever `due_s(state)` is not None: `ticked(state, now)`, after the first look for keys that the
  window takes from that time on. A clock that ticks four times a second is too slow for that.
Begin anew with `Inputs()` when the window loses the keyboard.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from msgspec import field
from msgspec.structs import replace

from kiosk.value import Value

if TYPE_CHECKING:
    from collections.abc import Mapping

SCAN_GAP_S: Final = 0.030
"""The mean gap between the signs of a scan is less; one frame that came late breaks none."""
WAIT_S: Final = 0.060
"""After this long without a key a burst that a hand may have typed is over."""
QUIET_S: Final = 0.5
"""After this long without a key every burst is over."""
REPEATS_S: Final = 0.015
"""No key repeats by itself faster: one that comes again sooner was let go, though SDL calls it a repeat."""
HELD_S: Final = 1.0
"""A key that goes down again sooner without having been let go is held down and repeats by itself."""
HELD_KEYS_MAX: Final = 16
"""More keys than these are not remembered as held down: no hand holds them."""
SCAN_CHARS_MIN: Final = 4
SCAN_CHARS_MAX: Final = 200
KEYS_END: Final = frozenset({9, 13, 271})
"""Tab, Enter, keypad Enter."""
KEYS_SILENT: Final = frozenset({300, 301, 303, 304, 305, 306, 307, 308, 309, 310, 311, 312, 313})
"""Shift and its like: a scanner holds them while it types, and they mean nothing alone."""
SHOWN_KEYS: Final = range(32, 127)
KEYPAD: Final = range(256, 272)

FACE_KEYS: Final[Mapping[int, int]] = MappingProxyType({281 + score: score for score in range(1, 6)})
"""F1 to F5, as Kivy numbers them."""
BOX_KEYS: Final[Mapping[int, int]] = MappingProxyType(
    {first + score: score for first in (48, 256, 281) for score in range(1, 6)}
)
"""The same, 1 to 5 and keypad 1 to 5: of a machine that has a box which types digits."""


class Key(Value, frozen=True):
    """A key that went down (`number`), or what a key wrote (`text`), or both."""

    number: int = 0
    text: str = ""


class Face(Value, frozen=True):
    """A button chose a face: 1 is worst, 5 is best."""

    score: int


class Scan(Value, frozen=True):
    """A scanner read a text."""

    text: str


Happening = Face | Scan


class Burst(Value, frozen=True):
    """Keys that followed each other. `first_s`: of the text; `score`: the first face, if all were faces."""

    first_s: float
    last_s: float
    text: str = ""
    keys: int = 0
    score: int = 0

    @property
    def by_hand(self) -> bool:
        """Whether it may be a few buttons pressed together. What is more is a scan, or a part of one."""
        return bool(self.score) and max(self.keys, len(self.text)) < SCAN_CHARS_MIN


class Inputs(Value, frozen=True):
    """What is known about the keys: the faces' keys, the burst that is under way, the keys held down.

    `muted` says that the last key repeated by itself, and what it writes is not listened to.
    """

    faces: Mapping[int, int] = field(default_factory=lambda: FACE_KEYS)
    burst: Burst | None = None
    held: tuple[tuple[int, float], ...] = ()
    muted: bool = False


def pressed(state: Inputs, key: Key, now_s: float) -> tuple[Inputs, tuple[Happening, ...]]:
    """Return what a key tells, which may be of the keys before it."""
    state, told = _lapsed(state, now_s, QUIET_S)
    if key.number and key.number not in KEYS_SILENT:
        since = dict(state.held).get(key.number)
        muted = since is not None and REPEATS_S <= now_s - since < HELD_S
        held = tuple(each for each in state.held if each[0] != key.number and now_s - each[1] < HELD_S)
        held = (*held, (key.number, now_s))[-HELD_KEYS_MAX:]
        state = replace(state, held=held, muted=muted)
        if not muted:
            state, more = _down(state, key.number, now_s)
            told += more
    text = "".join(sign for sign in key.text if sign.isprintable())
    if text and not state.muted:
        burst = state.burst or Burst(now_s, now_s)
        first_s = burst.first_s if burst.text else now_s
        text = (burst.text + text)[: SCAN_CHARS_MAX + 1]  # one more tells that it is too long
        state = replace(state, burst=replace(burst, first_s=first_s, last_s=now_s, text=text))
    return state, told


def released(state: Inputs, number: int) -> Inputs:
    """Return the state after a key was let go."""
    return replace(state, held=tuple(each for each in state.held if each[0] != number))


def ticked(state: Inputs, now_s: float) -> tuple[Inputs, tuple[Happening, ...]]:
    """Return what has become certain because nothing followed."""
    return _lapsed(state, now_s, WAIT_S if state.burst is not None and state.burst.by_hand else QUIET_S)


def due_s(state: Inputs) -> float | None:
    """Say when `ticked` has something to tell, or None if no face waits."""
    return state.burst.last_s + WAIT_S if state.burst is not None and state.burst.by_hand else None


def _lapsed(state: Inputs, now_s: float, wait_s: float) -> tuple[Inputs, tuple[Happening, ...]]:
    """End the burst if nothing followed it for so long."""
    if state.burst is None or now_s - state.burst.last_s < wait_s:
        return state, ()
    return replace(state, burst=None), _face(state.burst)


def _down(state: Inputs, number: int, now_s: float) -> tuple[Inputs, tuple[Happening, ...]]:
    """Take a key that went down anew."""
    score = state.faces.get(number, 0)
    burst = state.burst
    if score and number not in SHOWN_KEYS and number not in KEYPAD:
        return state, (Face(score),)  # no scanner types it
    if number in KEYS_END:
        if burst is None:
            return state, ()
        # of a text of several lines the next line comes at once, and may be a digit
        rest = None if burst.by_hand else Burst(now_s, now_s, keys=SCAN_CHARS_MIN)
        return replace(state, burst=rest), _face(burst) or _scanned(burst, now_s)
    if burst is None:
        burst = Burst(now_s, now_s, keys=1, score=score)
    else:
        first = burst.score if score and burst.keys else 0
        burst = replace(burst, last_s=now_s, keys=burst.keys + 1, score=first)
    return replace(state, burst=burst), ()


def _scanned(burst: Burst, now_s: float) -> tuple[Happening, ...]:
    """Return the scan that Enter ended, if it was one."""
    count = len(burst.text)
    fast = now_s - burst.first_s < SCAN_GAP_S * count
    return (Scan(burst.text),) if fast and SCAN_CHARS_MIN <= count <= SCAN_CHARS_MAX else ()


def _face(burst: Burst) -> tuple[Happening, ...]:
    """Return the first face of a few keys pressed together."""
    return (Face(burst.score),) if burst.by_hand else ()
