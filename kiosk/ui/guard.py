"""What becomes of a fault in a callback of Kivy: the kiosk goes home, and gives up when it cannot.

One fault is forgiven: it is logged and the next citizen finds the question. When faults come too
thick, or one was raised on purpose, the program ends and the supervisor starts it anew: what was
given is on disk. The log gets kinds and places only: a message may hold what a citizen wrote.
"""

from __future__ import annotations

import logging
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kivy.base import ExceptionHandler, ExceptionManager
from kivy.clock import Clock

from kiosk.errors import KioskError
from kiosk.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable

LOG = logging.getLogger("kiosk.ui")

FORGIVEN: Final = 3
"""So many faults are forgiven within `WINDOW_S`; the next one ends the program."""
WINDOW_S: Final = 60.0
FRAMES_TOLD: Final = 12
"""How many of the innermost places of a fault are logged."""


class Faults(Value, frozen=True):
    """The faults that still count, by when they came, in seconds."""

    times: tuple[float, ...] = ()

    def after(self, now_s: float) -> Faults:
        """Return the faults once another has come; those of long ago are forgotten."""
        return Faults((*(time for time in self.times if now_s - time < WINDOW_S), now_s))

    @property
    def too_many(self) -> bool:
        """Say whether there is no sense in going on."""
        return len(self.times) > FORGIVEN


class Guard(ExceptionHandler):
    """Stands between Kivy's loop and a fault, from `watch` to `leave`. Belongs to the Kivy thread."""

    def __init__(self, go_home: Callable[[], None], now_s: Callable[[], float]) -> None:
        self._go_home, self._now_s = go_home, now_s
        self._faults = Faults()

    def watch(self) -> None:
        """Begin to take the faults of Kivy's loop."""
        ExceptionManager.add_handler(self)

    def leave(self) -> None:
        """Take no more of them. May be called twice."""
        ExceptionManager.remove_handler(self)

    def handle_exception(self, inst: BaseException) -> Any:  # noqa: ANN401 - a constant of Kivy's
        """Answer Kivy: go on, or raise. Raises `KioskError` when faults come too thick."""
        if isinstance(inst, KioskError) or not isinstance(inst, Exception):
            return ExceptionManager.RAISE  # on purpose, and Kivy asks twice about what it raises
        LOG.error("a fault: %s", places(inst))
        self._faults = self._faults.after(self._now_s())
        if self._faults.too_many:
            # without its cause, whose message would be printed
            raise KioskError(
                f"more than {FORGIVEN} faults in {WINDOW_S:.0f} s: the kiosk begins anew"
            ) from None
        # not here: whatever failed is still half done
        Clock.schedule_once(lambda _: self._go_home(), -1)
        return ExceptionManager.PASS


class Pulse:
    """Calls back again and again, in seconds. Kivy's own interval is cancelled for good by one fault."""

    def __init__(self, every_s: float, callback: Callable[[], None]) -> None:
        self._every_s, self._callback = every_s, callback
        self._next: Any = None

    def start(self) -> None:
        """Begin, or go on."""
        self._next = Clock.schedule_once(self._beat, self._every_s)

    def stop(self) -> None:
        """Call back no more. May be called twice."""
        if self._next is not None:
            self._next.cancel()

    def _beat(self, _: float) -> None:
        self.start()  # first, for the callback may fail
        self._callback()


def places(fault: BaseException) -> str:
    """Return what a fault is and where it came from, its causes too, without a word of its message."""
    told, seen = [], set[int]()
    each: BaseException | None = fault
    while each is not None and id(each) not in seen:
        seen.add(id(each))
        frames = traceback.extract_tb(each.__traceback__)[-FRAMES_TOLD:]
        way = " > ".join(f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames)
        told.append(f"{type(each).__name__} at {way or 'an unknown place'}")
        each = each.__cause__ or (None if each.__suppress_context__ else each.__context__)
    return ", after ".join(told)
