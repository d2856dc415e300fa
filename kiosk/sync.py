"""The thread that runs the courier, at its own pace.

It never touches the screen: what the kiosk should know comes back through the
callbacks of `kiosk.courier.Shore`, on this thread.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, TypeVar

from kiosk.courier import Courier, News
from kiosk.engine import Engine, Recorded, Wanted, Woke

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor

    from kiosk.courier import Shore

T = TypeVar("T")
END_S_MAX = 1.0


class Sync:
    """One thread, one exchange at a time. `writer` is the one thread that may use the outbox."""

    def __init__(self, shore: Shore, engine: Engine, writer: Executor) -> None:
        self._shore = shore
        self._engine = engine
        self._writer = writer
        self._courier: Courier | None = None
        self._wake = threading.Event()
        self._recorded = threading.Event()
        self._wanted = threading.Event()
        self._ending = threading.Event()
        # daemon: a hanging exchange must not keep an ended kiosk alive
        self._thread = threading.Thread(target=self._run, name="sync", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def recorded(self) -> None:
        """Tell it that a rating was stored. From any thread; never waits."""
        self._recorded.set()
        self._wake.set()

    def hurry(self) -> None:
        """Talk to the server now. From any thread; never waits."""
        self._wanted.set()
        self._wake.set()

    def news(self) -> News:
        """Say how the link stands. From any thread."""
        return self._courier.news if self._courier is not None else News()

    def stop(self) -> None:
        """Ask it to end, and wait a little for an exchange under way. May be called twice."""
        self._ending.set()
        self._wake.set()
        self._thread.join(END_S_MAX)

    def _run(self) -> None:
        self._courier = courier = Courier(self._shore, self._engine, self._on_writer)
        while not self._ending.is_set():
            if self._recorded.is_set():
                self._recorded.clear()
                courier.happened(Recorded())
            if self._wanted.is_set():
                self._wanted.clear()
                courier.happened(Wanted())
            courier.happened(Woke())
            self._wake.wait(max(0.0, courier.engine.due - self._shore.clock.now_s()))
            self._wake.clear()

    def _on_writer(self, job: Callable[[], T]) -> T:
        try:
            return self._writer.submit(job).result()
        except RuntimeError:
            if self._ending.is_set():  # the writer has closed: this thread is the last one in the hall
                raise SystemExit from None
            raise
