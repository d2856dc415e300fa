"""What was worked out and may be asked for again: a few things, each under what it depends on."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    T = TypeVar("T")

PLACES: Final = 16
"""Things that are kept: the oldest goes first."""


class Memory:
    """Keeps what was made, so that many who ask for the same at once make it once."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: dict[tuple[str, Hashable], object] = {}

    def get(self, name: str, depends_on: Hashable, make: Callable[[], T]) -> T:
        """Return what `make` returns, made anew only if what it depends on is new.

        Under one name there is always the same type. Whoever asks meanwhile waits.
        """
        key = (name, depends_on)
        with self._lock:
            if key not in self._kept:
                made = make()
                while len(self._kept) >= PLACES:
                    del self._kept[next(iter(self._kept))]
                self._kept[key] = made
            return self._kept[key]  # type: ignore[return-value] # what was put there under this name
