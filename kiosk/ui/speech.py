"""Says texts aloud from their prompt files, one after another, until it is told or touched to stop.

A text without a file is left out, and a machine without a loudspeaker says nothing: hearing is
something more, never something in the way. The files are of `python -m kiosk prompts`.
"""

from __future__ import annotations

import logging
from collections import deque
from typing import TYPE_CHECKING, Any, Final, Protocol

from kivy.clock import Clock
from kivy.core.window import Window

from kiosk.prompts import prompt_name

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

LOG = logging.getLogger("kiosk.speech")

VOLUME: Final = 0.7
"""How loud it speaks, of 1, where the center has not said."""
PAUSE_S: Final = 0.25
"""Between two texts, so that a list sounds as a list."""
TRIALS_MAX: Final = 3
"""Files that are tried before we believe that this machine has no loudspeaker."""


class Sound(Protocol):
    """What we use of Kivy's sounds. One that could not be loaded has no length."""

    length: float
    volume: float
    state: str

    def play(self) -> object:
        """Begin to sound."""

    def stop(self) -> object:
        """End before the end."""

    def unload(self) -> object:
        """Give the memory back."""

    def bind(self, **events: Any) -> object:  # noqa: ANN401 - Kivy has no types
        """Have an event told."""

    def unbind(self, **events: Any) -> object:  # noqa: ANN401 - Kivy has no types
        """End that."""


def load_sound(path: str) -> Sound | None:
    """Read a sound file whole. What cannot be read is None, or a sound without a length."""
    from kivy.core.audio import SoundLoader  # noqa: PLC0415 - it costs time that the start has not got

    found: Sound | None = SoundLoader.load(path)
    return found


class Speech:
    """The kiosk's voice. All of it belongs to the Kivy thread."""

    def __init__(self, folder: Path, load: Callable[[str], Sound | None] = load_sound) -> None:
        self._folder = folder
        self._load = load
        self._waiting: deque[Path] = deque()
        self._sound: Sound | None = None
        self._next: Any = None
        self._volume = VOLUME
        self._loudspeaker: bool | None = None
        self._told = False

    @property
    def available(self) -> bool:
        """Whether there are prompts and a loudspeaker to hear them. Asked first, it opens the loudspeaker."""
        files = self._folder.glob("*/*.ogg")
        if self._loudspeaker is None:
            trials = [path for path, _ in zip(files, range(TRIALS_MAX), strict=False)]
            if not trials:
                return False
            self._loudspeaker = any(self._opened(path) is not None for path in trials)
            return self._loudspeaker
        return self._loudspeaker and next(files, None) is not None

    @property
    def speaking(self) -> bool:
        """Whether something is being said, or is about to be."""
        return self._sound is not None or self._next is not None

    @property
    def volume(self) -> float:
        """How loud it speaks: 0 is silent, 1 is as loud as it can."""
        return self._volume

    @volume.setter
    def volume(self, volume: float) -> None:
        self._volume = min(1.0, max(0.0, volume))
        if self._sound is not None:
            self._sound.volume = self._volume

    def reset(self, volume: float = VOLUME) -> None:
        """Be as before any visit: silent, and as loud as the center wants it."""
        self.stop()
        self.volume = volume

    def say(self, lang: str, texts: Sequence[str]) -> None:
        """Say these texts, in this order, instead of whatever is being said."""
        self.stop()
        if not self.available:
            return
        self._waiting.extend(path for text in texts if (path := self._file(lang, text)) is not None)
        if self._waiting:
            Window.bind(on_touch_down=self._touched)
            self._say_next()

    def stop(self) -> None:
        """Be silent at once."""
        Window.unbind(on_touch_down=self._touched)
        self._waiting.clear()
        if self._next is not None:
            self._next.cancel()
            self._next = None
        if self._sound is not None:
            self._drop(self._sound)

    def _file(self, lang: str, text: str) -> Path | None:
        """Return the prompt of a text: in this language, else in the one that its words are borrowed from."""
        own = self._folder / prompt_name(text, lang)
        if own.is_file():
            return own
        return next(self._folder.glob(f"*/{own.name}"), None)

    def _say_next(self, *_: object) -> None:
        """Begin the next text that can be said; after the last one, let go of the touches."""
        self._next = None
        if self._sound is not None:
            self._drop(self._sound)
        while self._waiting:
            sound = self._opened(self._waiting.popleft())
            if sound is None:
                continue
            sound.volume = self._volume
            sound.play()
            if sound.state == "play":
                sound.bind(on_stop=self._ended)
                self._sound = sound
                return
        self.stop()

    def _ended(self, *_: object) -> None:
        """Pause. Not at once the next: the sound that ended is still in its own call."""
        self._next = Clock.schedule_once(self._say_next, PAUSE_S)

    def _touched(self, *_: object) -> None:
        """Be silent for a finger, and leave the touch to whoever it is for."""
        self.stop()

    def _opened(self, path: Path) -> Sound | None:
        """Return a sound that can be heard, or None; that is told once."""
        sound = self._load(str(path))
        if sound is not None and sound.length > 0:
            return sound
        if not self._told:
            self._told = True
            LOG.warning("cannot say %s: no loudspeaker, or a file that is no sound", path)
        return None

    def _drop(self, sound: Sound) -> None:
        """End a sound, and give its memory back."""
        self._sound = None
        sound.unbind(on_stop=self._ended)
        sound.stop()
        sound.unload()
