"""The Kivy application: it draws what it is told and tells what was touched. It decides nothing.

Import it only after `kiosk.ui.window.prepare`.
"""

from __future__ import annotations

import logging
import signal
import threading
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from kivy.app import App
from kivy.clock import Clock
from kivy.core.window import Window

from kiosk.catalog import SOURCE_LANGUAGE, translator
from kiosk.events import Touched
from kiosk.technician import Closed, Entered, Knocked, Pressed
from kiosk.ui import fonts
from kiosk.ui.frame import Frame
from kiosk.ui.guard import Guard, Pulse
from kiosk.ui.keys import Keys
from kiosk.ui.loop import sleep_in_sdl
from kiosk.ui.reader import Reader
from kiosk.ui.screens.stages import Stages
from kiosk.ui.theme import NORMAL
from kiosk.ui.widgets.key import ERASE
from kiosk.ui.witness import Witness
from kiosk.visit import Stage

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.events import Look
    from kiosk.technician import Pad, Service
    from kiosk.ui.scenes import Ears, Glass, Scene, Setup
    from kiosk.ui.screens.pin import PinScreen
    from kiosk.ui.screens.screen import Screen
    from kiosk.ui.screens.setup import SetupScreen
    from kiosk.ui.screens.state import StateScreen
    from kiosk.ui.screens.technician import TechnicianScreen
    from kiosk.ui.speech import Speech
    from kiosk.visit import Visit

LOG = logging.getLogger("kiosk.ui")

TICK_S: Final = 0.25
PREPARE_EVERY_S: Final = 0.3
"""One screen is made at a time, so that no finger waits long for it."""
KEY_BACKSPACE: Final = 8
KEY_TAB: Final = 9
KEYS_ENTER: Final = (13, 271)


class KioskApp(App):
    """The window of a kiosk. All its methods but `later` belong to the Kivy thread."""

    def __init__(self, ears: Ears, glass: Glass, speech: Speech) -> None:
        super().__init__(title=translator(SOURCE_LANGUAGE)("product_name"))
        fonts.register()
        self._ears, self._glass, self._speech = ears, glass, speech
        self._setup: Setup | None = None
        self._setup_lang = SOURCE_LANGUAGE
        self._visit: Visit | None = None
        self._was_shown: Stage | None = None
        self._exited = False
        self._preparing: Any = None
        self._old_signals: dict[int, Any] = {}
        self._pulses = [Pulse(TICK_S, self._tick)]
        if glass.beat_s:
            self._pulses.append(Pulse(glass.beat_s, ears.beat))
        self._guard = Guard(ears.home, Clock.time)
        self._keys = Keys(ears.event, ears.scan, button_box=glass.button_box)
        self._reader = Reader(speech)
        self._witness = Witness()
        self.frame = Frame(glass.diagonal_in, self._felt)
        self.stages = Stages(ears.event)

    @cached_property
    def setup(self) -> SetupScreen:
        """Where a technician types the address and the code."""
        from kiosk.ui.screens.setup import SetupScreen

        return SetupScreen(self._ears.enrol, self._speak_setup)

    @cached_property
    def state(self) -> StateScreen:
        """What a technician is told when there is nothing to type."""
        from kiosk.ui.screens.state import StateScreen

        return StateScreen(self._ears.resume)

    @cached_property
    def pin(self) -> PinScreen:
        """The pad for the technician's PIN."""
        from kiosk.ui.screens.pin import PinScreen

        service = self._ears.service
        return PinScreen(
            lambda sign: service(Pressed(sign)), lambda: service(Entered()), lambda: service(Closed())
        )

    @cached_property
    def technician(self) -> TechnicianScreen:
        """How the machine is."""
        from kiosk.ui.screens.technician import TechnicianScreen

        return TechnicianScreen(
            self._ears.send_now, self._try_sound, self._restart, lambda: self._ears.service(Closed())
        )

    def build(self) -> Frame:
        """Return what the window holds."""
        return self.frame

    def on_start(self) -> None:
        """Begin to listen to the window, the clock and the supervisor."""
        Window.bind(**self._doors())
        Window.show_cursor = self._glass.windowed
        self._guard.watch()
        for pulse in self._pulses:
            pulse.start()
        if Clock._max_fps:  # noqa: SLF001 - a test drives the loop by hand
            sleep_in_sdl()
        if threading.current_thread() is threading.main_thread():
            # SDL turns them into a wish to close, which a kiosk refuses; the supervisor must not be
            for number in (signal.SIGTERM, signal.SIGINT):
                self._old_signals[number] = signal.signal(number, lambda *_: self.later(self.stop))

    def on_stop(self) -> None:
        """Tell once that it is over; Kivy says so twice."""
        if self._exited:
            return
        self._exited = True
        Window.unbind(**self._doors())
        self._guard.leave()
        for pulse in self._pulses:
            pulse.stop()
        self._keys.stop()
        if self._preparing is not None:
            self._preparing.cancel()
        self._speech.stop()
        for number, handler in self._old_signals.items():
            signal.signal(number, handler)
        if self.screen is not None:
            self.screen.leave()
        self._ears.exit()

    def open_settings(self, *_: object) -> bool:
        """Open nothing: F1 is Kivy's settings panel, and no business of a citizen's."""
        return False

    @property
    def screen(self) -> Any:  # noqa: ANN401 - Kivy has no types
        """The screen that is seen."""
        return self.frame.screen

    def show(self, visit: Visit, scene: Scene) -> None:
        """Draw the stage, the language and the look of a visit."""
        self._setup = None
        before = self._visit
        screen = self.stages.show(visit, scene, self._ears.wall_s())
        self.frame.deaf = visit.stage is Stage.STORING
        self._turn_to(screen, visit)
        if visit.stage is Stage.THANKS and self._was_shown is not Stage.THANKS:
            self.after_picture(lambda: LOG.debug("thanks shown"))
        self._tell_receipt(before, visit)
        if visit.stage is Stage.IDLE and self._was_shown is not Stage.IDLE:
            self._speech.reset(scene.config.volume / 100)
        self._was_shown = visit.stage

    def show_setup(self, setup: Setup) -> None:
        """Show the technician how the enrolment stands."""
        self._setup = setup
        self._was_shown = None
        screen: Any = self.setup if setup.state.asks else self.state
        screen.show(setup, self._setup_lang)
        self._put(screen)

    def show_pad(self, pad: Pad) -> None:
        """Ask for the technician's PIN."""
        self._was_shown = None
        self._reader.forget()
        self.pin.show(pad, self._setup_lang)
        self._put(self.pin)
        self._witness.look("pin", self.pin)

    def show_service(self, service: Service) -> None:
        """Tell a technician how the machine is."""
        self._was_shown = None
        self._reader.forget()
        self.technician.show(service, self._setup_lang)
        self._put(self.technician)
        self._witness.look("technician", self.technician)

    def later(self, callback: Callable[[], None]) -> None:
        """Call back on the Kivy thread: the one door that other threads may use."""
        Clock.schedule_once(lambda _: callback(), -1)

    def _tell_receipt(self, before: Visit | None, visit: Visit) -> None:
        """Say that a receipt was read, or that what was read is none; never what it said."""
        had = ("", False) if before is None else (before.dossier, before.unreadable)
        if (visit.dossier, visit.unreadable) == had:
            return
        say = translator(visit.lang)
        if visit.unreadable:
            self.frame.say(say("receipt_unreadable"))
        elif visit.dossier != had[0] and visit.dossier:
            self.frame.say(say("receipt_read"))
        else:
            self.frame.hush()

    def _put(self, screen: Screen, look: Look = NORMAL) -> None:
        """Put a screen on the glass; the first one says that the kiosk is ready."""
        is_first = self.screen is None
        self.frame.turn_to(screen, look)
        if is_first:
            self.after_picture(self._was_seen)

    def _was_seen(self) -> None:
        """Tell that the first picture is there, and make the other screens while nobody waits."""
        self._ears.ready()
        self.stages.question.tools.speaks = self._speech.available
        coming = self.stages.prepare()
        self._preparing = Clock.schedule_interval(lambda _: next(coming, None) is not None, PREPARE_EVERY_S)

    def _turn_to(self, screen: Screen, visit: Visit) -> None:
        """Show a screen of a visit, and read it aloud to whoever asked for that."""
        if self._visit is None or (self._visit.number, self._visit.at) != (visit.number, visit.at):
            self.frame.release()
        self._put(screen, visit.look)
        self._visit = visit
        self._reader.look(visit, screen)
        self._witness.look(self.stages.name(), screen)

    def _tick(self) -> None:
        """Let time pass."""
        self._ears.tick()
        waiting = self.stages.tick(self._ears.wall_s())
        if self._visit is None or self._was_shown is None:
            return
        if waiting is not self.screen:
            self._turn_to(waiting, self._visit)
        self._reader.look(self._visit, self.screen)

    def _felt(self, in_corner: bool, taken: bool) -> None:  # noqa: FBT001 - told by the frame
        """Tell of a finger: somebody is here, and may be knocking."""
        self._ears.service(Knocked(in_corner))
        if not taken and self.screen is not None and self.screen.parent is self.frame:
            self._ears.event(Touched())

    def _speak_setup(self, lang: str) -> None:
        """Speak another language to the technician."""
        self._setup_lang = lang
        if self._setup is not None:
            self.show_setup(self._setup)

    def _try_sound(self) -> None:
        """Let a technician hear whether there is a loudspeaker."""
        self._speech.say(self._setup_lang, (translator(self._setup_lang)("thanks_title"),))

    def _restart(self) -> None:
        """End: the supervisor starts the program anew, and everything is on disk."""
        LOG.warning("a technician asked for a new start")
        self.stop()

    def after_picture(self, callback: Callable[[], None]) -> None:
        """Call back once, when what was shown has been drawn."""

        def flipped(*_: object) -> None:
            Window.unbind(on_flip=flipped)
            callback()

        Window.bind(on_flip=flipped)
        Window.canvas.ask_update()

    def _doors(self) -> dict[str, Callable[..., object]]:
        """Return what the window is listened to for."""
        return {
            "on_request_close": self._on_close,
            "on_key_down": self._on_key,
            "on_key_up": self._on_key_up,
            "on_textinput": self._on_text,
        }

    def _on_close(self, *_: object, **__: object) -> bool:
        """Refuse to be closed, but for a window on a desk."""
        return not self._glass.windowed

    def _on_key(self, _: object, key: int, *__: object) -> bool:
        """Take a key: of the technician's keyboard, of a box of buttons, of a scanner."""
        if self._setup is None:
            self._keys.down(key)
        elif self.screen is self.setup:
            if key in KEYS_ENTER:
                self.setup.press_enter()
            elif key == KEY_BACKSPACE:
                self.setup.type(ERASE)
            elif key == KEY_TAB:
                self.setup.press_tab()
        elif key in KEYS_ENTER:
            self.state.press_enter()
        return True

    def _on_key_up(self, _: object, key: int, *__: object) -> bool:
        """Take a key that was let go."""
        self._keys.up(key)
        return True

    def _on_text(self, _: object, text: str) -> None:
        """Take what a keyboard writes."""
        if self._setup is None:
            self._keys.wrote(text)
        elif self.screen is self.setup:
            for sign in text:
                self.setup.type(sign)
