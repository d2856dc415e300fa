"""Keys of a keyboard become faces and scans: five buttons, and a scanner that types very fast.

Pure. A box of buttons and a scanner both are keyboards. What is typed faster than a hand can, has
four signs or more and ends with Enter or Tab is a scan; a key of a face that stands alone is a
face. Since a scan too has digits, a digit waits `WAIT_S` for what follows; other keys of faces do not.

How the window calls it, all with one clock that only goes forward (seconds):
* on_key_down: `pressed(state, Key(number), now)`, with Kivy's key number;
* on_textinput: `pressed(state, Key(text=text), now)`; Kivy tells the text right after its key;
* on_key_up: `released(state, number)`;
* after each, and whenever `due_s(state)` is not None: `ticked(state, now)` at that time. A clock
  that ticks four times a second is too slow for that; schedule one call.
Begin anew with `Inputs()` when the window loses the keyboard.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

SCAN_GAP_S: Final = 0.030
"""The mean gap between the signs of a scan is less; one frame that came late breaks none."""
WAIT_S: Final = 0.060
"""After this long without a key a burst of keys is over."""
REPEATS_S: Final = 0.015
"""No key repeats by itself faster: one that comes again sooner was let go, and SDL took that for repeating."""
HELD_S: Final = 1.0
"""A key that goes down again sooner without having been let go is held down and repeats by itself."""
SCAN_CHARS_MIN: Final = 4
SCAN_CHARS_MAX: Final = 200
KEYS_END: Final = frozenset({9, 13, 271})
"""Tab, Enter, keypad Enter."""
KEYS_SILENT: Final = frozenset({300, 301, 303, 304, 305, 306, 307, 308, 309, 310, 311, 312, 313})
"""Shift and its like: a scanner holds them while it types, and they mean nothing alone."""
SHOWN_KEYS: Final = range(32, 127)
KEYPAD: Final = range(256, 272)

FACE_KEYS: Final[Mapping[int, int]] = MappingProxyType(
    {first + score: score for first in (48, 256, 281) for score in range(1, 6)}
)
"""1 to 5, keypad 1 to 5 and F1 to F5, as Kivy numbers them."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key that went down (`number`), or what a key wrote (`text`), or both."""

    number: int = 0
    text: str = ""


@dataclass(frozen=True, slots=True)
class Face:
    """A button chose a face: 1 is worst, 5 is best."""

    score: int


@dataclass(frozen=True, slots=True)
class Scan:
    """A scanner read a text."""

    text: str


Happening = Face | Scan


@dataclass(frozen=True, slots=True)
class Burst:
    """Keys that followed each other fast. `score` is the first face, if a hand may have done it all."""

    first_s: float
    last_s: float
    text: str = ""
    keys: int = 0
    score: int = 0


@dataclass(frozen=True, slots=True)
class Inputs:
    """What is known about the keys: the faces' keys, the burst that is under way, the keys held down.

    `muted` says that the last key repeated by itself, and what it writes is not listened to.
    """

    faces: Mapping[int, int] = field(default_factory=lambda: FACE_KEYS)
    burst: Burst | None = None
    held: tuple[tuple[int, float], ...] = ()
    muted: bool = False


def pressed(state: Inputs, key: Key, now_s: float) -> tuple[Inputs, tuple[Happening, ...]]:
    """Return what a key tells, which may be of the keys before it."""
    state, told = ticked(state, now_s)
    if key.number and key.number not in KEYS_SILENT:
        since = dict(state.held).get(key.number)
        muted = since is not None and REPEATS_S <= now_s - since < HELD_S
        held = tuple(each for each in state.held if each[0] != key.number and now_s - each[1] < HELD_S)
        state = replace(state, held=(*held, (key.number, now_s)), muted=muted)
        if not muted:
            state, more = _down(state, key.number, now_s)
            told += more
    text = "".join(sign for sign in key.text if sign.isprintable())
    if text and not state.muted:
        burst = state.burst or Burst(now_s, now_s)
        text = (burst.text + text)[: SCAN_CHARS_MAX + 1]  # one more tells that it is too long
        state = replace(state, burst=replace(burst, last_s=now_s, text=text))
    return state, told


def released(state: Inputs, number: int) -> Inputs:
    """Return the state after a key was let go."""
    return replace(state, held=tuple(each for each in state.held if each[0] != number))


def ticked(state: Inputs, now_s: float) -> tuple[Inputs, tuple[Happening, ...]]:
    """Return what has become certain because nothing followed."""
    if state.burst is None or now_s - state.burst.last_s < WAIT_S:
        return state, ()
    return replace(state, burst=None), _by_hand(state.burst)


def due_s(state: Inputs) -> float | None:
    """Say when `ticked` has something to tell, or None if no face waits."""
    return state.burst.last_s + WAIT_S if state.burst is not None and state.burst.score else None


def _down(state: Inputs, number: int, now_s: float) -> tuple[Inputs, tuple[Happening, ...]]:
    """Take a key that went down anew."""
    score = state.faces.get(number, 0)
    burst = state.burst
    if score and number not in SHOWN_KEYS and number not in KEYPAD:
        return state, (Face(score),)  # no scanner types it
    if number in KEYS_END:
        if burst is None:
            return state, ()
        return replace(state, burst=None), _scanned(burst, now_s) or _by_hand(burst)
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


def _by_hand(burst: Burst) -> tuple[Happening, ...]:
    """Return the first face of a few keys pressed together; of more, nothing: a scan without an end."""
    few = max(burst.keys, len(burst.text)) < SCAN_CHARS_MIN
    return (Face(burst.score),) if burst.score and few else ()
