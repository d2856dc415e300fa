"""The server's program on a disk of this world: the real app and store, whose steps the world deals out."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, TypeVar

from server.app import create_app
from server.domain.audit import Action
from server.errors import BusyError
from server.jobs import CLOSE_EVERY_S, work_once
from server.store.sqlite import SqliteStore
from server.store.writer import Writer
from tests.simulation.asgi import exchange
from tests.simulation.parcel import gist
from tests.simulation.world import CutOffError

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Generator
    from concurrent.futures import Future
    from pathlib import Path

    from starlette.types import ASGIApp

    from server.store import Store
    from server.web.context import Context
    from tests.simulation.parcel import Parcel
    from tests.simulation.world import World

STEP_S: Final = (0.0005, 0.02)
"""How long a step of the server takes."""
EMPTY: Final = "empty.sqlite3"
T = TypeVar("T")


class Disk(SqliteStore):
    """The store on a disk that can be full, in a program that can be told to die in a transaction."""

    writes_left: float = float("inf")
    """Statements until the program dies."""
    is_full = False

    def write(self, sql: str, **values: object) -> None:
        """Write, or die before it, or be refused."""
        if self.is_full:
            raise BusyError("the disk is full")
        self.writes_left -= 1
        if self.writes_left < 0:
            raise CutOffError
        super().write(sql, **values)


class Waiting:
    """What a handler awaits: the world goes on meanwhile."""

    def __init__(self, future: Future[Any]) -> None:
        self._future = future

    def __await__(self) -> Generator[Future[Any], None, None]:
        """Hand the future to whoever drives the handler."""
        yield self._future


class SteppedWriter(Writer):
    """The writer, whose thread is the world: it comes to its jobs a little later, and answers later again."""

    def __init__(self, store: Store, world: World, its_turn: Callable[[SteppedWriter], None]) -> None:
        super().__init__(store)
        self._world = world
        self._its_turn = its_turn

    async def run(self, do: Callable[[Store], T]) -> T:
        """Run a job and wait for its COMMIT."""
        job = self.submit(do)
        self._world.later(self._world.chance.uniform(*STEP_S), lambda: self._its_turn(self))
        await Waiting(job)
        return job.result()

    def work(self) -> None:
        """Do what waits, in one transaction."""
        if not self._waiting.empty() and (first := self._waiting.get_nowait()) is not None:
            self._commit(self._group(first)[0])


@dataclass(eq=False)
class Life:
    """A server program from its start to its death."""

    store: Disk
    writer: SteppedWriter
    app: ASGIApp
    handled: list[Coroutine[Future[Any], None, Any]] = field(default_factory=list)


class Server:
    """The server's machine: a disk, a clock that may be wrong, a program that may die at every step."""

    def __init__(
        self, world: World, folder: Path, context: Context, writer: type[SteppedWriter] = SteppedWriter
    ) -> None:
        self.world = world
        self.path = folder / "server.sqlite3"
        self.clock_wrong_s = 0.0
        self.mortality = 0.0
        """How likely it dies at a step."""
        self.failed: list[str] = []
        self.had: dict[str, int] = {}
        """How many records of each device have ever been committed."""
        self.life: Life | None = None
        self._template = context
        self._writer = writer
        self._backups = [folder / EMPTY]
        """The first is of a day before any kiosk came."""

    def now_ms(self) -> int:
        """Return what time it believes it is (UTC milliseconds)."""
        return int((self.world.true_s() + self.clock_wrong_s) * 1000)

    def start(self) -> None:
        """Begin, unless it runs."""
        if self.life is not None:
            return
        store = Disk(self.path, self.now_ms)
        writer = self._writer(store, self.world, self._write)
        context = replace(self._template, store=store, writer=writer, now_ms=self.now_ms, token=self._token)
        self.life = Life(store, writer, create_app(context))
        self.world.tell("server", f"starts with {store.record_count()} records")
        self._work_by_the_clock(self.life)

    def die(self) -> None:
        """End here and now: what was committed stays."""
        if self.life is None:
            return
        self.look()
        life, self.life = self.life, None
        self.world.tell("server", "dies")
        for handler in life.handled:
            handler.close()
        life.store.close()

    def die_and_return(self) -> None:
        """Die, and be started again by somebody or something."""
        self.die()
        self.world.later(self.world.chance.uniform(0.5, 600), self.start)

    def look(self) -> None:
        """Write down how far each device has come."""
        if self.life is not None:
            for each in self.life.store.device_heads():
                self.had[each.device] = max(each.seq, self.had.get(each.device, 0))

    def back_up(self) -> None:
        """Keep a copy of the book as it is."""
        if self.life is not None:
            path = self.path.with_name(f"backup{len(self._backups)}.sqlite3")
            self.life.store.copy_to(path)
            self._backups.append(path)
            self.world.tell("server", f"is backed up with {self.life.store.record_count()} records")

    def restore(self) -> None:
        """Lose the disk, and go on with a backup, by chance not the newest."""
        self.die()
        for name in ("", "-wal", "-shm"):
            self.path.with_name(self.path.name + name).unlink(missing_ok=True)
        shutil.copy(self.world.chance.choice(self._backups[-3:]), self.path)
        store = Disk(self.path, self.now_ms)
        with store.transaction():
            store.note(Action.RESTORED, "backup", "0 deletions known since")
        self.world.tell("server", f"is restored with {store.record_count()} records")
        store.close()
        self.start()

    def add_survey(self, raw: bytes) -> None:
        """Let a person add the survey that is asked from now on."""
        if self.life is None or self.life.store.is_full:
            return
        try:
            with self.life.store.transaction():
                self.world.tell("server", f"asks survey {self.life.store.add_survey(raw)}")
        except CutOffError:
            self._cut_off()

    def fill_disk(self) -> None:
        """Let the disk refuse everything for some minutes."""
        if (life := self.life) is not None:
            life.store.is_full = True
            self.world.tell("server", "disk is full")

            def empty() -> None:
                life.store.is_full = False

            self.world.later(self.world.chance.uniform(1, 900), empty)

    def arrive(self, request: Parcel, answered: Callable[[Parcel | None], None]) -> None:
        """Take a request, and call back with the answer once there is one; with None if nobody listens."""
        life = self.life
        if life is None or self._may_die(life):
            answered(None)
            return

        def done(answer: Parcel) -> None:
            if answer.status >= 500 and answer.status != 503:
                self.failed.append(f"the server answered {answer.status}: {answer.content!r}")
            self.world.tell("server", f"says {gist(answer)} to {gist(request)}")
            answered(answer)

        self._drive(life, exchange(life.app, request), done)

    def _drive(self, life: Life, handler: Coroutine[Future[Any], None, T], done: Callable[[T], None]) -> None:
        """Let a handler take its steps, one after the other, as long as the program lives."""
        life.handled.append(handler)

        def step() -> None:
            if life is not self.life or self._may_die(life):
                return
            try:
                waiting = handler.send(None)
            except StopIteration as end:
                life.handled.remove(handler)
                done(end.value)
                return
            except CutOffError:
                self._cut_off()
                return
            waiting.add_done_callback(lambda _: self._soon(step))

        self._soon(step)

    def _soon(self, do: Callable[[], None]) -> None:
        self.world.later(self.world.chance.uniform(*STEP_S), do)

    def _may_die(self, life: Life) -> bool:
        """By chance, die now or in one of the next transactions; says whether it is dead."""
        if self.world.happens(self.mortality):
            if self.world.happens(0.5):
                self.die_and_return()
                return True
            life.store.writes_left = self.world.chance.randrange(12)
        return False

    def _write(self, writer: SteppedWriter) -> None:
        """Let the writer work, and the program die in it if it must."""
        try:
            if self.life is not None and self.life.writer is writer:
                writer.work()
        except CutOffError:
            self._cut_off()

    def _cut_off(self) -> None:
        self.world.tell("server", "is cut off within a transaction")
        self.die_and_return()

    def _work_by_the_clock(self, life: Life) -> None:
        if life is self.life:
            self._drive(
                life, work_once(life.writer, self.now_ms(), self._template.signing_seed), lambda _: None
            )
            self.world.later(CLOSE_EVERY_S, lambda: self._work_by_the_clock(life))

    def _token(self, count: int) -> str:
        return self.world.bytes(count).hex()
