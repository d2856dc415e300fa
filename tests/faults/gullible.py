"""A control: a client as many are, which takes any answer of the two hundreds for a yes."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import msgspec
import requests

from kiosk import keyfile
from server.protocol.messages import SIGNATURE_HEADER, Batch, Health, KioskConfig, Sent, sign_batch
from server.protocol.record import Record, anchor, encode_record, heads
from tests.faults.kiosk_script import Citizen
from tests.faults.reckoning import Lived

if TYPE_CHECKING:
    from pathlib import Path

BATCH: Final = 5
BOOT: Final = "0badcafe"
ANSWER_S_MAX: Final = 1
TRIES_MAX: Final = 500


@dataclass
class Gullible:
    """It signs and chains its ratings well, and has the key and the enrolment of a kiosk's data folder."""

    owner: keyfile.Identity
    config: KioskConfig
    url: str
    session: requests.Session
    bodies: list[bytes] = field(default_factory=list)
    believed: int = 0

    def rate(self, first: int, ratings: int) -> Lived:
        """Take so many citizens, and thank those of them who write no comment; others it does not serve."""
        everybody = [Citizen(number) for number in range(first, first + ratings)]
        citizens = [citizen for citizen in everybody if not citizen.comment]
        for citizen in citizens:
            record = Record(
                v=1,
                seq=len(self.bodies) + 1,
                survey=self.config.survey_hash,
                counter=self.config.counter.id,
                lang="vi",
                made_at=citizen.made_at,
                boot=BOOT,
                mono_ms=1,
                answers=citizen.answers,
                salt=secrets.token_hex(8),
            )
            self.bodies.append(encode_record(record))
        return Lived(first, ratings, frozenset(citizen.number for citizen in citizens))

    def drain(self) -> None:
        """Send until all is believed to have arrived."""
        for _ in range(TRIES_MAX):
            if self.believed == len(self.bodies):
                break
            self._send()

    def _send(self) -> None:
        """Send one batch, and believe what comes back."""
        batch = self._batch()
        raw = msgspec.json.encode(batch)
        headers = {
            "Content-Type": "application/json",
            SIGNATURE_HEADER: sign_batch(self.owner.seed, batch, raw),
        }
        try:
            answer = self.session.post(
                f"{self.url}/v1/batches", data=raw, headers=headers, timeout=ANSWER_S_MAX
            )
        except requests.RequestException:
            return
        self.believe(batch, answer)

    def believe(self, batch: Batch, answer: requests.Response) -> None:
        """Take any answer of the two hundreds for a yes."""
        if answer.ok:
            self.believed = batch.last

    def _batch(self) -> Batch:
        end = min(self.believed + BATCH, len(self.bodies))
        start = anchor(self.owner.membership.enrolment.payload.encode())
        return Batch(
            v=1,
            device=self.owner.enrolment.device,
            after=self.believed,
            records=[Sent(body=body.decode()) for body in self.bodies[self.believed : end]],
            head=heads(start, self.bodies[:end])[-1],
            boot=BOOT,
            mono_ms=1,
            sent_at="2026-11-23T03:00:00Z",
            nonce=secrets.token_hex(16),
            health=Health(software="gullible", queued=0),
        )


def gullible(data_dir: Path, url: str, session: requests.Session) -> Gullible:
    """Return a client that takes a kiosk's place; the kiosk must have recorded nothing yet."""
    owner = keyfile.identity(data_dir)
    assert owner is not None, "it is not enrolled"
    config = keyfile.kept_config(data_dir, owner)
    assert config is not None, "it has no config"
    return Gullible(owner, config, url, session)
