"""The one writer thread: group commit.

It blocks for the first job, takes whatever else is waiting, runs all in one
transaction and answers after COMMIT. No timer: a lone job waits for nobody. If
any job of a group fails, the group is undone and each is run alone, so
that a failing one cannot fail its neighbours. If the database went away, whoever asked has to ask again.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from server.errors import BusyError, LostError

if TYPE_CHECKING:
    from collections.abc import Callable

    from server.store import Store

GROUP_MAX = 256
"""Jobs in one transaction."""
WAITING_MAX = 1000
"""Jobs that may wait; the next one is told to come back later."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Job(Generic[T]):
    """Something to do in a transaction, and where its result goes after COMMIT."""

    do: Callable[[Store], T]
    done: Future[T]


class Writer:
    """Runs every write of the server, one group after another."""

    def __init__(self, store: Store, waiting_max: int = WAITING_MAX) -> None:
        self._store = store
        self._waiting: queue.Queue[Job[Any] | None] = queue.Queue(waiting_max)
        self._closing = False
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)

    def start(self) -> None:
        """Begin to work."""
        self._thread.start()

    def close(self) -> None:
        """Finish what is waiting, then stop."""
        self._closing = True
        self._waiting.put(None)
        self._thread.join()

    def submit(self, do: Callable[[Store], T]) -> Future[T]:
        """Queue a job. Raises `BusyError` at once when too many wait, or when the end has begun."""
        if self._closing:
            raise BusyError("the server is ending")
        job = Job(do, Future[T]())
        try:
            self._waiting.put_nowait(job)
        except queue.Full:
            raise BusyError("too many writes are waiting") from None
        return job.done

    async def run(self, do: Callable[[Store], T]) -> T:
        """Run a job and wait for its COMMIT. Raises what the job raised, or `BusyError`."""
        return await asyncio.wrap_future(self.submit(do))

    def _run(self) -> None:
        while (first := self._waiting.get()) is not None:
            group, ended = self._group(first)
            self._commit(group)
            if ended:
                return

    def _group(self, first: Job[Any]) -> tuple[list[Job[Any]], bool]:
        """Take what is waiting behind the first job; says too whether the end was asked for."""
        group = [first]
        while len(group) < GROUP_MAX:
            try:
                job = self._waiting.get_nowait()
            except queue.Empty:
                break
            if job is None:
                return group, True
            group.append(job)
        return group, False

    def _commit(self, group: list[Job[Any]]) -> None:
        """Run a group in one transaction; whoever spoils it is found by running each alone."""
        try:
            with self._store.transaction():
                results = [job.do(self._store) for job in group]
        except LostError as error:  # it may have been written after all: nothing is run twice
            for job in group:
                _fail(job, error)
            return
        except Exception as error:  # noqa: BLE001 - handed to whoever asked, never swallowed
            if len(group) == 1:
                _fail(group[0], error)
                return
            for job in group:
                self._commit([job])
            return
        for job, result in zip(group, results, strict=True):
            if job.done.set_running_or_notify_cancel():
                job.done.set_result(result)


def _fail(job: Job[Any], error: Exception) -> None:
    if job.done.set_running_or_notify_cancel():
        job.done.set_exception(error)
