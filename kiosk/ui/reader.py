"""Reads the screens aloud to whoever asked for it, and a choice under a finger that rests."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from kiosk.ui.widgets.tap import Tap

if TYPE_CHECKING:
    from kiosk.ui.screens.screen import Screen
    from kiosk.ui.speech import Speech
    from kiosk.visit import Visit


class Reader:
    """Speaks when what is to be read has changed, and stops when nobody listens any more."""

    def __init__(self, speech: Speech) -> None:
        self._speech = speech
        self._read: tuple[object, ...] = ()

    def look(self, visit: Visit, screen: Screen) -> None:
        """Look at a screen that is shown to a visit."""
        if not visit.look.listening:
            if self._read:
                self.forget(screen)
            return
        lang = visit.lang
        for tap in screen.walk():
            if isinstance(tap, Tap):
                text = getattr(getattr(tap, "words", None), "text", "")
                tap.explain(partial(self._speech.say, lang, (text,)) if text else None)
        read = (screen, lang, *screen.said())
        if read != self._read:
            self._read = read
            self._speech.say(lang, screen.said())

    def forget(self, screen: Screen) -> None:
        """Be silent, as for the next citizen."""
        self._read = ()
        self._speech.stop()
        for tap in screen.walk():
            if isinstance(tap, Tap):
                tap.explain(None)
