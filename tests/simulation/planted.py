"""Programs that are wrong on purpose, in one way each. Each is wrong only when something else goes wrong."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final, TypeVar

from kiosk import salvage
from kiosk.engine import Trouble
from kiosk.events import Seal, Stored
from kiosk.outbox import Outbox
from kiosk.recording import Recorder
from kiosk.uplink import Uplink
from server.protocol.messages import Receipt
from tests.simulation.kiosk import Parts
from tests.simulation.province import Build
from tests.simulation.server import SteppedWriter

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kiosk.engine import End
    from kiosk.keyfile import Identity
    from kiosk.recording import Asked
    from server.protocol.messages import Batch
    from server.store import Store

EVER: Final = "9999-12-31"
COMMIT_S: Final = 2.0
T = TypeVar("T")


class Gullible(Uplink):
    """Takes whatever comes with a status of 200 for a receipt."""

    def send(self, batch: Batch) -> Receipt | Trouble:
        """Send a batch."""
        answer = super().send(batch)
        if isinstance(answer, Trouble) and answer.code in {"not_our_server", "not_signed"}:
            return Receipt(
                device=batch.device,
                through=batch.last,
                head=batch.head,
                nonce=batch.nonce,
                received_at=batch.sent_at,
            )
        return answer


class Forgetful(Outbox):
    """Forgets what was received at once, and not after 90 days."""

    def settle(self, through: int, head: str, *days: str) -> End | None:
        """Believe a receipt."""
        ended = super().settle(through, head, *days)
        with self._db.atomic():
            self._forget(before=EVER)
        return ended


class Stubborn(Outbox):
    """Ignores a receipt that says less than an earlier one."""

    def settle(self, through: int, head: str, *days: str) -> End | None:
        """Believe a receipt."""
        return None if through < self.queue().through else super().settle(through, head, *days)


class Sparing(Outbox):
    """Carries into the successor's chain only what it has no receipt for."""

    def succeed(self, device: str, anchor: str) -> None:
        """Become the outbox of the device's successor."""
        through = self.queue().through
        with self._db.atomic():
            self._db.conn.execute("delete from aside where seq <= ?", (through,))
            self._db.conn.execute("delete from record where seq <= ?", (through,))
        super().succeed(device, anchor)


def opening(outbox: type[Outbox]) -> Callable[[Path, Identity, Callable[[int], bytes]], Outbox]:
    """Return what opens such an outbox."""

    def open_outbox(path: Path, owner: Identity, chance: Callable[[int], bytes]) -> Outbox:
        salvage.open_outbox(path, owner, chance).close()  # which mends it, if it must
        return outbox(path, owner.enrolment.device, owner.anchor, chance, owner.enrolment.before)

    return open_outbox


class Polite(Recorder):
    """Thanks before the rating is on disk."""

    def carry_out(self, asked: Asked) -> None:
        """Do what a visit asked for."""
        if any(isinstance(effect, Seal) for effect in asked.effects):
            self._tell(Stored(asked.number))
        super().carry_out(asked)


class NotYet(Exception):  # noqa: N818 - no error: it takes back what will be done again
    """Undoes a transaction."""


class Hasty(SteppedWriter):
    """Answers first, and commits some seconds later."""

    async def run(self, do: Callable[[Store], T]) -> T:
        """Run a job."""
        with suppress(NotYet), self._store.transaction():
            result = do(self._store)
            raise NotYet
        self.submit(do)
        self._world.later(COMMIT_S, lambda: self._its_turn(self))
        return result


PLANTED: Final[dict[str, Build]] = {
    "believes-an-unsigned-200": Build(Parts(uplink=Gullible)),
    "forgets-what-was-received": Build(Parts(open_outbox=opening(Forgetful))),
    "ignores-a-lower-receipt": Build(Parts(open_outbox=opening(Stubborn))),
    "carries-what-has-no-receipt": Build(Parts(open_outbox=opening(Sparing))),
    "thanks-before-the-commit": Build(Parts(recorder=Polite)),
    "answers-before-the-commit": Build(writer=Hasty),
}
"""Each bug by its name."""
