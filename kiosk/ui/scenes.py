"""What the screens are asked to show, as plain values.

`kiosk.shell` and `kiosk.serving` make them and hands them to `KioskApp`. Nothing here knows Kivy, so that
rules and tests can speak of a screen without opening a window.
"""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING

from kiosk.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk import technician
    from kiosk.events import Event
    from server.protocol.messages import KioskConfig


class Scene(Value, frozen=True):
    """What the question screen shows besides the visit: all that the center decided."""

    config: KioskConfig


class Ears(Value, frozen=True, kw_only=True):
    """Whom the screens tell. All of it is called on the Kivy thread, and none of it may wait.

    `event` takes what a citizen does, `scan` what a scanner read, `service` what a technician does at the
    gate; `wall_s` says the time of day in seconds since 1970, UTC; `home` is asked for the idle screen after
    a fault, `beat` tells the supervisor that the window lives.
    """

    event: Callable[[Event], None]
    scan: Callable[[str], None]
    tick: Callable[[], None]
    enrol: Callable[[str, str], None]
    resume: Callable[[], None]
    service: Callable[[technician.Event], None]
    send_now: Callable[[], None]
    wall_s: Callable[[], float]
    home: Callable[[], None]
    beat: Callable[[], None]
    ready: Callable[[], None]
    exit: Callable[[], None]


class Glass(Value, frozen=True):
    """The window: its diagonal in inches (0: guess), whether it stands on a desk, seconds between beats.

    `button_box`: there is a box whose digits are faces.
    """

    diagonal_in: float = 0.0
    windowed: bool = False
    beat_s: float = 0.0
    button_box: bool = False


class SetupState(Enum):
    """How far a machine has come on its way to a counter, and what stands in the way."""

    NEEDS_CODE = auto()
    WORKING = auto()
    WRONG_CODE = auto()
    SPENT_CODE = auto()
    TOO_MANY_TRIES = auto()
    NO_SERVER = auto()
    DAMAGED = auto()
    DISK_REFUSES = auto()
    NO_CONFIG = auto()
    ENROLLED = auto()

    @property
    def asks(self) -> bool:
        """Say whether the technician is asked for an address and a code in this state."""
        return self not in {
            SetupState.DAMAGED,
            SetupState.DISK_REFUSES,
            SetupState.NO_CONFIG,
            SetupState.ENROLLED,
        }


class Setup(Value, frozen=True):
    """What the technician sees.

    `detail` is the fingerprint of an enrolled device (7F3A-09C4-11D2-E05B), or the path or code that a
    technician needs when something is damaged.
    """

    state: SetupState
    server: str = ""
    detail: str = ""
