"""How the window waits: asleep in SDL, until a finger, the clock or another thread wakes it.

Kivy by itself wakes sixty times a second and asks for touches: a finger waits for the next
time, and a still screen is never quiet. Here its clock sleeps where SDL does, on the
connection to the display (without X and Wayland SDL itself asks, a thousand times a second and
at the same cost as Kivy). Import it only after `kiosk.ui.window.prepare`.
"""

from __future__ import annotations

import ctypes
import logging
from typing import TYPE_CHECKING, Any, Final

from kivy.base import EventLoop
from kivy.clock import Clock

if TYPE_CHECKING:
    from collections.abc import Callable

LOG = logging.getLogger("kiosk.ui")

SLEEP_S_MAX: Final = 0.25
"""How long the window sleeps when nothing is to come."""
ADD_EVENT: Final = 0
EVENT_BYTES: Final = 64
"""No event of SDL is larger."""
JOYSTICK: Final = 0x200


def sleep_in_sdl(sleep_s_max: float = SLEEP_S_MAX) -> bool:
    """Let the loop of the open window sleep in SDL. Returns False where it goes on as Kivy has it.

    To be called once, on the Kivy thread. `Clock._max_fps = 0` still means: never sleep.
    """
    try:
        from kivy.core.window import _window_sdl2  # noqa: PLC0415 - a Kivy without SDL has none

        # names are looked for in what the module was linked with: the very SDL of the window
        sdl = ctypes.CDLL(_window_sdl2.__file__)
        sleeper = Sleeper(sdl, Clock, EventLoop.window.mainloop, sleep_s_max)
        # nobody plays here; SDL would ask a joystick a thousand times a second
        sdl.SDL_QuitSubSystem(JOYSTICK)
    except (ImportError, OSError, AttributeError) as error:
        LOG.warning("the window polls for touches: %s", error)
        return False
    Clock.idle, Clock.on_schedule = sleeper.idle, sleeper.on_schedule
    return True


class Sleeper:
    """Sleeps for Kivy's clock, in place of its `idle`."""

    def __init__(
        self,
        sdl: Any,  # noqa: ANN401 - no types
        clock: Any,  # noqa: ANN401 - the same
        take_input: Callable[[], None],
        sleep_s_max: float = SLEEP_S_MAX,
    ) -> None:
        self._clock = clock
        self._sleep_s_max = sleep_s_max
        self._take_input = take_input
        self._wait: Callable[[None, int], int] = sdl.SDL_WaitEventTimeout
        self._add: Callable[..., int] = sdl.SDL_PeepEvents
        number = ctypes.c_uint32(sdl.SDL_RegisterEvents(1))
        self._call = ctypes.create_string_buffer(bytes(number), EVENT_BYTES)
        self._asleep = False

    def idle(self) -> float:
        """Sleep until the next frame is due or something comes. Returns the time, as Kivy's own does."""
        clock = self._clock
        if clock._max_fps > 0:  # noqa: SLF001 - Kivy's own way to say: never sleep
            self._asleep = True  # first: whoever schedules after the look at the clock will wake us
            frame_s = 1 / clock._max_fps  # noqa: SLF001 - Kivy gives no other door
            self._sleep(clock.get_min_timeout(), clock._last_tick + frame_s)  # noqa: SLF001 - nor to this
            self._asleep = False
        now: float = clock.time()
        clock._dt, clock._last_tick = now - clock._last_tick, now  # noqa: SLF001 - as Kivy itself leaves them
        return now

    def on_schedule(self, _: object) -> None:
        """Wake the sleeper for what another thread has scheduled."""
        if self._asleep:
            # put into the queue past Kivy's filter, which would wait for Python's lock with SDL's in hand
            self._add(self._call, 1, ADD_EVENT, 0, 0)

    def _sleep(self, due: float, frame: float) -> None:
        """Sleep until something is due, but never less than a frame; input is taken at once."""
        time = self._clock.time
        until = max(frame, min(due, time() + self._sleep_s_max))
        while (left_ms := (until - time()) * 1000) > 0:
            if left_ms < 1:
                self._clock.usleep(left_ms * 1000)
            elif self._wait(None, int(left_ms)):
                self._take_input()  # now, or the clock would sleep once more before Kivy looks
                return
