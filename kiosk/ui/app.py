"""The Kivy application: it draws what it is told and tells what was touched. It decides nothing.

Import it only after `kiosk.ui.window.prepare`.
"""

from __future__ import annotations

import logging
import signal
import threading
from typing import TYPE_CHECKING, Any, Final

from kivy.app import App
from kivy.clock import Clock
from kivy.core.window import Window
from kivy.uix.widget import Widget

from kiosk.catalog import SOURCE_LANGUAGE, translator
from kiosk.ui import fonts
from kiosk.ui.screens.notice import NoticeScreen
from kiosk.ui.screens.question import QuestionScreen
from kiosk.ui.screens.setup import SetupScreen
from kiosk.ui.screens.sorry import SorryScreen
from kiosk.ui.screens.thanks import ThanksScreen
from kiosk.ui.theme import WARM, rgba, sheet_of
from kiosk.ui.widgets.backdrop import Backdrop
from kiosk.ui.widgets.key import ERASE
from kiosk.visit import Stage

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.ui.scenes import Scene, Setup
    from kiosk.ui.screens.screen import Screen
    from kiosk.visit import Event, Visit

LOG = logging.getLogger("kiosk.ui")

TICKS_PER_S: Final = 4
KEY_BACKSPACE: Final = 8
KEY_TAB: Final = 9
KEYS_ENTER: Final = (13, 271)


class KioskApp(App):
    """The window of a kiosk. All its methods but `later` belong to the Kivy thread."""

    def __init__(
        self,
        *,
        on_event: Callable[[Event], None],
        on_tick: Callable[[], None],
        on_enrol: Callable[[str, str], None],
        on_continue: Callable[[], None],
        on_ready: Callable[[], None],
        on_exit: Callable[[], None],
        windowed: bool,
        diagonal_in: float,
    ) -> None:
        super().__init__(title=translator(SOURCE_LANGUAGE)("product_name"))
        fonts.register()
        self._tell_tick, self._tell_ready, self._tell_exit = on_tick, on_ready, on_exit
        self._windowed = windowed
        self._diagonal_in = diagonal_in
        self._shown: tuple[object, ...] = ()
        self._setup: Setup | None = None
        self._setup_lang = SOURCE_LANGUAGE
        self._exited = False
        self._ticking: Any = None
        self._old_signals: dict[int, Any] = {}
        self.backdrop = Backdrop()
        self.question = QuestionScreen(on_event)
        self.thanks = ThanksScreen(on_event)
        self.sorry = SorryScreen()
        self.setup = SetupScreen(on_enrol, self._speak_setup)
        self.notice = NoticeScreen(on_continue)
        self.screen: Screen | None = None

    def build(self) -> Widget:
        """Make the root: the backdrop, and one screen upon it at a time."""
        Window.clearcolor = rgba(WARM.sky)
        root = Widget()
        root.add_widget(self.backdrop)
        root.bind(size=self._on_size)
        if self.screen is not None:
            root.add_widget(self.screen)
        return root

    def on_start(self) -> None:
        """Begin to listen to the window, the clock and the supervisor."""
        Window.bind(on_request_close=self._on_close, on_key_down=self._on_key, on_textinput=self._on_text)
        Window.show_cursor = self._windowed
        self._after_flip(self._tell_ready)
        self._ticking = Clock.schedule_interval(lambda _: self._tell_tick(), 1 / TICKS_PER_S)
        if threading.current_thread() is threading.main_thread():
            # SDL turns them into a wish to close, which a kiosk refuses; the supervisor must not be
            for number in (signal.SIGTERM, signal.SIGINT):
                self._old_signals[number] = signal.signal(number, lambda *_: self.later(self.stop))

    def on_stop(self) -> None:
        """Tell once that it is over; Kivy says so twice."""
        if self._exited:
            return
        self._exited = True
        Window.unbind(on_request_close=self._on_close, on_key_down=self._on_key, on_textinput=self._on_text)
        if self._ticking is not None:
            self._ticking.cancel()
        for number, handler in self._old_signals.items():
            signal.signal(number, handler)
        if self.screen is not None:
            self.screen.leave()
        self._tell_exit()

    def open_settings(self, *_: object) -> bool:
        """Open nothing: F1 is Kivy's settings panel, and no business of a citizen's."""
        return False

    def show(self, visit: Visit, scene: Scene) -> None:
        """Draw the stage and the language of a visit."""
        if self._shown == (visit, scene):
            return
        was = self.screen
        match visit.stage:
            case Stage.IDLE | Stage.STORING:
                self.question.show(visit, scene)
                self._turn_to(self.question)
            case Stage.THANKS:
                self.thanks.show(visit.lang)
                self._turn_to(self.thanks)
                if was is not self.thanks:
                    self._after_flip(lambda: LOG.debug("thanks shown"))
            case Stage.SORRY:
                self.sorry.show(visit.lang)
                self._turn_to(self.sorry)
        self._shown = (visit, scene)

    def show_setup(self, setup: Setup) -> None:
        """Show the technician how the enrolment stands."""
        self._setup = setup
        self._shown = ()
        if setup.state.asks:
            self.setup.show(setup, self._setup_lang)
            self._turn_to(self.setup)
        else:
            self.notice.show(setup, self._setup_lang)
            self._turn_to(self.notice)

    def later(self, callback: Callable[[], None]) -> None:
        """Call back on the Kivy thread: the one door that other threads may use."""
        Clock.schedule_once(lambda _: callback(), -1)

    def _speak_setup(self, lang: str) -> None:
        """Speak another language to the technician."""
        self._setup_lang = lang
        if self._setup is not None:
            self.show_setup(self._setup)

    def _turn_to(self, screen: Screen) -> None:
        """Let this screen be the one that is seen."""
        if screen is self.screen:
            return
        if self.screen is not None:
            self.screen.leave()
            if self.screen.parent is not None:
                self.screen.parent.remove_widget(self.screen)
        self.screen = screen
        if self.root is not None:
            self.root.add_widget(screen)
            self._on_size()
        screen.enter()

    def _on_size(self, *_: object) -> None:
        """Lay the screen anew: a tablet may be turned at any time."""
        width, height = (int(side) for side in self.root.size) if self.root else (0, 0)
        if self.screen is None or not width or not height:
            return
        self.backdrop.put(width, height)
        self.screen.put(sheet_of(width, height, self._diagonal_in))

    def _after_flip(self, callback: Callable[[], None]) -> None:
        """Call back once, when what was drawn is on the glass."""

        def flipped(*_: object) -> None:
            Window.unbind(on_flip=flipped)
            callback()

        Window.bind(on_flip=flipped)
        Window.canvas.ask_update()

    def _on_close(self, *_: object, **__: object) -> bool:
        """Refuse to be closed, but for a window on a desk."""
        return not self._windowed

    def _on_key(self, _: object, key: int, *__: object) -> bool:
        """Take the keys of the technician's keyboard that write nothing."""
        if self.screen is self.setup:
            if key in KEYS_ENTER:
                self.setup.press_enter()
            elif key == KEY_BACKSPACE:
                self.setup.type(ERASE)
            elif key == KEY_TAB:
                self.setup.press_tab()
        elif self.screen is self.notice and key in KEYS_ENTER:
            self.notice.press_enter()
        return True

    def _on_text(self, _: object, text: str) -> None:
        """Take what the technician's keyboard writes."""
        if self.screen is self.setup:
            for sign in text:
                self.setup.type(sign)
