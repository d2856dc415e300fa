"""Who may service a machine at its screen, and what they are shown.

Five touches in the upper left corner open the PIN pad, the right PIN opens the technician's screen, and both
close by themselves. Pure: `kiosk.servicing` tells `step` what happened, and whenever a `Gate` is
`Door.CHECKING` it has `right_pin` called on a worker thread and tells `Answered`. Times are seconds of a
clock that only goes forward.

A PIN is charged for as it is entered, before anybody knows whether it is right: closing the pad in between
saves nobody the wait.
"""

from __future__ import annotations

from enum import Enum, auto
from math import ceil
from typing import Final

from msgspec.structs import replace

from kiosk.value import Value
from kiosk.writing import ERASE

CORNER_SHARE: Final = 0.12
"""The side of the corner to knock at, as a share of the shorter side of the glass."""
KNOCKS: Final = 5
KNOCKS_S: Final = 4.0
"""The touches in the corner that open the pad, and the time for all of them."""
PIN_DIGITS_MIN: Final = 6
PIN_DIGITS_MAX: Final = 8
FREE_TRIES: Final = 3
"""Wrong PINs that cost no time."""
WAIT_S: Final = 30.0
WAIT_S_MAX: Final = 900.0
"""What the first wrong PIN after these costs, each one after it twice as much; and the most."""
CLOSE_S: Final = 60.0
"""Without a touch everything closes after this."""
NEVER: Final = float("-inf")


class Door(Enum):
    """How far somebody has come: citizens only, the PIN pad, a PIN being checked, the technician."""

    SHUT = auto()
    ASKING = auto()
    CHECKING = auto()
    OPEN = auto()


class Gate(Value, frozen=True):
    """Where the technician stands. `knocks` are the moments of the touches in the corner, in a row.

    `pin` is what was typed. `tries` counts the PINs that were entered since this program began, and
    numbers the present one; `wrong` are those since the last right one, and `refused` says that the last
    one was not right and nothing was typed since.
    """

    door: Door = Door.SHUT
    knocks: tuple[float, ...] = ()
    pin: str = ""
    tries: int = 0
    wrong: int = 0
    refused: bool = False
    wait_until: float = NEVER
    touched_at: float = NEVER

    def __repr__(self) -> str:
        """Say where the technician stands, and nothing of the PIN."""
        return f"Gate({self.door.name}, {self.tries} tries, {self.wrong} wrong)"


class Knocked(Value, frozen=True):
    """A finger touched the glass, wherever that was."""

    in_corner: bool


class Pressed(Value, frozen=True):
    """A key of the pad: a digit, or `ERASE`."""

    sign: str


class Entered(Value, frozen=True):
    """The PIN is complete."""


class Answered(Value, frozen=True):
    """Whether the PIN of try `number` was right."""

    number: int
    right: bool


class Closed(Value, frozen=True):
    """The technician is done."""


class Waited(Value, frozen=True):
    """Time passed."""


Event = Knocked | Pressed | Entered | Answered | Closed | Waited


class Pad(Value, frozen=True):
    """What the PIN pad shows: how many digits are typed, and not which.

    `wait_s` are the seconds until another PIN may be tried, `wrong` that the last one was not right,
    and `has_pin` whether there is any PIN that opens this machine.
    """

    digits: int = 0
    wait_s: int = 0
    wrong: bool = False
    checking: bool = False
    has_pin: bool = True

    @property
    def is_complete(self) -> bool:
        """Say whether what is typed can be a PIN."""
        return self.digits >= PIN_DIGITS_MIN


class Service(Value, frozen=True):
    """What a technician wants to know of a machine.

    `received_at` is when the last receipt came and `issued_at` when the config was made, as the technician
    reads it; empty: none yet. `trouble` is the code of what stands between the machine and its server;
    empty: nothing. `sounds` says whether there is a loudspeaker to test.
    """

    device: str
    fingerprint: str
    center: str
    counter: str
    software: str
    survey: str
    queued: int
    received_at: str
    trouble: str
    server: str
    free_mb: int
    clock_ok: bool
    issued_at: str
    officer: str
    sounds: bool = True


def in_corner(x: float, y: float, width: float, height: float) -> bool:
    """Say whether a touch is in the corner to knock at; pixels, y upwards from the lower edge."""
    side = CORNER_SHARE * min(width, height)
    return x <= side and y >= height - side


def wait_s_after(wrong: int) -> float:
    """Return how long nobody may try after this many wrong PINs in a row."""
    if wrong <= FREE_TRIES:
        return 0.0
    # the exponent is held down: a number may grow for years, a float may not
    return min(WAIT_S * 2.0 ** min(wrong - FREE_TRIES - 1, 16), WAIT_S_MAX)


def step(gate: Gate, event: Event, now: float) -> Gate:
    """Say what follows from an event; one that means nothing here changes nothing."""
    match gate.door, event:
        case Door.SHUT, Knocked(inside):
            return _knocked(gate, now, inside=inside)
        case Door.OPEN, Knocked():
            return replace(gate, touched_at=now)
        case _, Closed():
            return _shut(gate)
        case ((Door.ASKING | Door.CHECKING | Door.OPEN), Waited()) if now - gate.touched_at >= CLOSE_S:
            return _shut(gate)
        case Door.ASKING, Pressed(sign) if now >= gate.wait_until:
            return replace(gate, pin=_typed(gate.pin, sign), refused=False, touched_at=now)
        case Door.ASKING, Entered() if now >= gate.wait_until and len(gate.pin) >= PIN_DIGITS_MIN:
            wrong = gate.wrong + 1
            until = now + wait_s_after(wrong)
            asked = replace(gate, door=Door.CHECKING, tries=gate.tries + 1, wrong=wrong)
            return replace(asked, wait_until=until, touched_at=now)
        case Door.CHECKING, Answered(number, right) if number == gate.tries:
            if right:
                return Gate(Door.OPEN, tries=gate.tries, touched_at=now)
            return replace(gate, door=Door.ASKING, pin="", refused=True)
        case _:
            return gate


def pad_of(gate: Gate, now: float, *, has_pin: bool) -> Pad:
    """Return what the pad shows now. It stays equal to itself until something on it changes."""
    checking = gate.door is Door.CHECKING
    return Pad(
        digits=len(gate.pin),
        wait_s=0 if checking else ceil(max(0.0, gate.wait_until - now)),
        wrong=gate.refused,
        checking=checking,
        has_pin=has_pin,
    )


def right_pin(pin_hash: str, pin: str) -> bool:
    """Say whether this is the PIN of an Argon2id string. Takes 0.1 to 0.5 s: not for the Kivy thread.

    An empty hash is opened by nothing, and neither is one that is none.
    """
    from nacl.exceptions import CryptoError  # noqa: PLC0415 - the start of the kiosk has no time for it
    from nacl.pwhash import argon2id  # noqa: PLC0415 - the same

    try:
        return bool(argon2id.verify(pin_hash.encode(), pin.encode()))
    except CryptoError:
        return False


def _knocked(gate: Gate, now: float, *, inside: bool) -> Gate:
    """Count the touches in the corner; one anywhere else begins anew."""
    if not inside:
        return replace(gate, knocks=())
    knocks = (*(moment for moment in gate.knocks if now - moment <= KNOCKS_S), now)
    if len(knocks) < KNOCKS:
        return replace(gate, knocks=knocks)
    return replace(gate, door=Door.ASKING, knocks=(), touched_at=now)


def _typed(pin: str, sign: str) -> str:
    """Return the PIN after one more key."""
    if sign == ERASE:
        return pin[:-1]
    is_digit = len(sign) == 1 and sign.isascii() and sign.isdecimal()
    return pin + sign if is_digit and len(pin) < PIN_DIGITS_MAX else pin


def _shut(gate: Gate) -> Gate:
    """Return to the citizens; what wrong PINs cost is still owed."""
    return replace(gate, door=Door.SHUT, knocks=(), pin="", refused=False)
