"""The technician at the screen: the gate before the facts, and the facts.

Nothing here can change or delete a rating. All methods are called on the screens' thread.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from kiosk.technician import Answered, Door, Event, Gate, Waited, pad_of, right_pin, step
from kiosk.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.technician import Pad


class Room(Value, frozen=True):
    """What the servicing is given: a clock, and what it may call.

    `show_pad` draws the pad, `opened` is called when a technician is let in, `shut` when the screen is
    the citizens' again.
    """

    now_s: Callable[[], float]
    show_pad: Callable[[Pad], None]
    opened: Callable[[], None]
    shut: Callable[[], None]


class Servicing:
    """Who stands before the machine: citizens, somebody with a PIN to type, or a technician."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._gate = Gate()
        self._later: Callable[[Callable[[], None]], None] | None = None
        self._pin_hash = ""
        self._shown: Pad | None = None

    @property
    def is_shut(self) -> bool:
        """Say whether the screen is the citizens'."""
        return self._gate.door is Door.SHUT

    @property
    def is_open(self) -> bool:
        """Say whether a technician was let in."""
        return self._gate.door is Door.OPEN

    def open(self, later: Callable[[Callable[[], None]], None]) -> None:
        """Take the way back to the screens' thread."""
        self._later = later

    def admit(self, pin_hash: str) -> None:
        """Let in whoever knows the PIN of this Argon2id string; nobody where it is empty."""
        self._pin_hash = pin_hash

    def tick(self) -> None:
        """Let time pass."""
        self.happened(Waited())

    def happened(self, event: Event) -> None:
        """Let the gate answer an event, and show what follows."""
        before, now = self._gate, self._room.now_s()
        self._gate = step(before, event, now)
        if self._gate.door is Door.CHECKING and before.door is not Door.CHECKING:
            self._check()
        if self._gate.door in {Door.ASKING, Door.CHECKING}:
            pad = pad_of(self._gate, now, has_pin=bool(self._pin_hash))
            if pad != self._shown:
                self._shown = pad
                self._room.show_pad(pad)
            return
        self._shown = None
        if self._gate.door is Door.OPEN and before.door is not Door.OPEN:
            self._room.opened()
        elif self._gate.door is Door.SHUT and before.door is not Door.SHUT:
            self._room.shut()

    def _check(self) -> None:
        """Have the PIN checked on a thread of its own: that is slow on purpose."""
        gate, pin_hash, later = self._gate, self._pin_hash, self._later
        if later is None:
            return

        def check() -> None:
            answer = Answered(gate.tries, right_pin(pin_hash, gate.pin))
            later(lambda: self.happened(answer))

        threading.Thread(target=check, name="pin", daemon=True).start()
