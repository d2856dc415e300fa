"""A kiosk of a herd: the product's own engine and uplink over a chain of ratings, without screen and disk."""

from __future__ import annotations

import secrets
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import requests

from kiosk.engine import Engine, Failed, Pace, Remedy, Send, Settled, Trouble, Woke, on
from kiosk.uplink import Uplink, open_session
from server.protocol import keys
from server.protocol.messages import know_types
from tests.server.live import SEED

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence

    from kiosk.engine import Action, Event
    from tests.faults.sender import Sender

PACE: Final = Pace(send_after_s=30, heartbeat_s=600)
"""As a kiosk has it."""
SWITCH_S: Final = 0.5
"""How long a thread may compute: were a hundred others let in every 5 ms, they would do nothing else."""


@dataclass
class HerdKiosk:
    """Sends what a device has, and notes how it went.

    `took_s` is how long each batch took that was taken, `ended` when the machine's clock had it done.
    """

    sender: Sender
    chance: random.Random
    engine: Engine = field(default_factory=lambda: Engine(PACE, due=0))
    statuses: Counter[int] = field(default_factory=Counter)
    troubles: Counter[str] = field(default_factory=Counter)
    took_s: list[float] = field(default_factory=list)
    ended: float = 0.0

    def wait_in_vain(self, away_s: float) -> None:
        """Live through an outage that ends at the time 0 of the engine: until then nothing came through."""
        self.engine = Engine(PACE, due=-away_s)
        while self.engine.due < 0:
            now = self.engine.due
            for event in (Woke(), Failed(Trouble(Remedy.RETRY_LATER, "no_network"))):
                self.engine, _ = on(self.engine, event, now, self.chance.random())

    def enrol(self, url: str) -> None:
        """Come to the server. Raises `BeliefError`, `requests.RequestException`."""
        letter = self.sender.letter(0)
        answer = requests.post(url + letter.path, letter.raw, headers=letter.headers, timeout=30)
        self.sender.believe(letter, answer.content)

    def drain(self, url: str, begin: float, end: float) -> None:
        """Send until nothing waits, at the engine's own pace; its time 0 is `begin` of the machine's."""
        with open_session("") as session:
            session.hooks["response"].append(self._hear)
            uplink = Uplink(session, url, self.sender.id, self.sender.seed, keys.public_key(SEED))
            while self.sender.waiting and time.monotonic() < end:
                time.sleep(max(0.0, begin + self.engine.due - time.monotonic()))
                self._happened(Woke(), uplink, begin)
        self.ended = time.monotonic()

    def _happened(self, event: Event, uplink: Uplink, begin: float) -> None:
        now = time.monotonic() - begin
        self.engine, actions = on(self.engine, event, now, self.chance.random())
        for action in actions:
            follows = self._do(action, uplink)
            if follows is not None:
                self._happened(follows, uplink, begin)

    def _do(self, action: Action, uplink: Uplink) -> Event | None:
        if not isinstance(action, Send):
            told = uplink.ask_config(secrets.token_hex(16), "")
            return self._failed(told) if isinstance(told, Trouble) else None
        asked = time.monotonic()
        answer = uplink.send(self.sender.batch(action.limit))
        if isinstance(answer, Trouble):
            return self._failed(answer)
        self.took_s.append(time.monotonic() - asked)
        self.sender.settle(answer)
        return Settled(self.sender.waiting)

    def _failed(self, trouble: Trouble) -> Event:
        self.troubles[trouble.code] += 1
        return Failed(trouble)

    def _hear(self, answer: requests.Response, **_: Any) -> None:  # noqa: ANN401 - as requests calls it
        self.statuses[answer.status_code] += 1


def drain_together(
    kiosks: Sequence[HerdKiosk], url: str, begin: float, end: float
) -> tuple[Sequence[HerdKiosk], float]:
    """Let these kiosks drain, all at once; returns them as they are then, and how long they have worked.

    They may have been sent here from another process.
    """
    know_types()
    sys.setswitchinterval(SWITCH_S)
    before_s = time.process_time()
    with ThreadPoolExecutor(len(kiosks)) as pool:
        for done in [pool.submit(kiosk.drain, url, begin, end) for kiosk in kiosks]:
            done.result()
    return kiosks, time.process_time() - before_s
