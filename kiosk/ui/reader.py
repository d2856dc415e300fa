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
    """Speaks when what is to be read has changed, and stops when nobody listens any more.

    It may look as often as it likes: a finger that rests is not disturbed, and nothing is read twice.
    """

    def __init__(self, speech: Speech) -> None:
        self._speech = speech
        self._read: tuple[object, ...] = ()
        self._explained: dict[Tap, tuple[str, str]] = {}

    def look(self, visit: Visit, screen: Screen) -> None:
        """Look at a screen that is shown to a visit."""
        if not visit.look.listening:
            self.forget()
            return
        lang = visit.lang
        taps = (tap for tap in screen.walk() if isinstance(tap, Tap))
        self._explain({tap: (lang, text) for tap in taps if (text := _word_of(tap))})
        read = (screen, lang, *screen.said())
        if read != self._read:
            self._read = read
            self._speech.say(lang, screen.said())

    def forget(self) -> None:
        """Be silent, as for the next citizen; on no screen does a finger that rests hear anything."""
        if self._read:
            self._read = ()
            self._speech.stop()
            self._explain({})

    def _explain(self, words: dict[Tap, tuple[str, str]]) -> None:
        """Let these be heard under a finger that rests, and no others."""
        for tap in self._explained.keys() - words.keys():
            tap.explain(None)
        for tap, (lang, text) in words.items():
            if self._explained.get(tap) != (lang, text):
                tap.explain(partial(self._speech.say, lang, (text,)))
        self._explained = words


def _word_of(tap: Tap) -> str:
    """Return what is said of something to touch: its word, also where it shows a pictogram alone."""
    return str(getattr(tap, "said", "") or getattr(getattr(tap, "words", None), "text", ""))
