"""How a machine becomes a device: ask a server for admission with a one-time code.

It asks on threads of its own and goes on asking while nobody answers. Only the
answer to the newest asking counts, so a technician may press again at any time.
"""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from kiosk import keyfile
from kiosk.errors import ConfigError
from kiosk.ui.scenes import Setup, SetupState
from kiosk.value import Value
from server.protocol import keys
from server.protocol.messages import Enrolled, EnrolmentRequest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kiosk.engine import Trouble

LOG = logging.getLogger("kiosk")
AGAIN_S = 10.0
"""How long to wait before a silent server is asked again."""

STATE_OF = {
    "code_unknown": SetupState.WRONG_CODE,
    "invalid": SetupState.WRONG_CODE,
    "code_spent": SetupState.SPENT_CODE,
    "too_many_tries": SetupState.TOO_MANY_TRIES,
}
"""What the technician is told for a refusal; everything else is a server that cannot be reached."""


class Machine(Value, frozen=True):
    """A machine that wants to become a device."""

    data_dir: Path
    ca_file: str
    software: Callable[[], str]
    chance: Callable[[int], bytes]


class Asking(Value, frozen=True):
    """One request for admission. A higher `number` is a newer one."""

    number: int
    server: str
    code: str


class Admission:
    """Asks, and tells what came of it: what the technician must read, or None when admitted.

    Its methods are called on the screens' thread; `answered` is too, through `later`.
    """

    def __init__(
        self,
        machine: Machine,
        now_s: Callable[[], float],
        answered: Callable[[Setup | None], None],
        later: Callable[[Callable[[], None]], None],
    ) -> None:
        self._machine = machine
        self._now_s = now_s
        self._answered = answered
        self._later = later
        self._newest = 0
        self._again: tuple[Asking, float] | None = None

    def ask(self, server: str, code: str) -> None:
        """Ask a server now, and forget every earlier asking."""
        self._newest += 1
        self._again = None
        asking = Asking(self._newest, server, code)
        threading.Thread(target=self._ask, args=(asking,), name="admission", daemon=True).start()

    def tick(self) -> None:
        """Ask again when a silent server has had its time."""
        if self._again is not None and self._now_s() >= self._again[1]:
            asking, _ = self._again
            self.ask(asking.server, asking.code)

    def _ask(self, asking: Asking) -> None:
        """Exchange a code for a membership; runs on its own thread."""
        found = self._exchange(asking)
        self._later(lambda: self._came(asking, found))

    def _exchange(self, asking: Asking) -> Setup | None:
        from kiosk import uplink  # noqa: PLC0415 - importing requests would delay the first picture

        machine = self._machine
        try:
            seed = keyfile.device_seed(machine.data_dir, machine.chance)
            request = EnrolmentRequest(
                v=1, code=asking.code, public_key=keys.public_key(seed), software=machine.software()
            )
            with uplink.open_session(machine.ca_file) as session:
                answer = uplink.enrol(session, asking.server, request)
            if isinstance(answer, Enrolled):
                membership = keyfile.Membership(asking.server, answer.server_key, answer.enrolment)
                keyfile.keep_membership(machine.data_dir, membership, answer.config)
                return None
        except OSError as error:
            return Setup(SetupState.DISK_REFUSES, detail=str(error))
        except ConfigError as error:
            return Setup(SetupState.DAMAGED, detail=str(error))
        return _refusal(asking, answer)

    def _came(self, asking: Asking, found: Setup | None) -> None:
        if asking.number != self._newest:
            return
        if found is not None and found.state is SetupState.NO_SERVER:
            self._again = asking, self._now_s() + AGAIN_S
        self._answered(found)


def _refusal(asking: Asking, trouble: Trouble) -> Setup:
    """Say what the technician reads for a trouble."""
    LOG.warning("not enrolled: %s", trouble.code)
    return Setup(STATE_OF.get(trouble.code, SetupState.NO_SERVER), asking.server, trouble.code)
