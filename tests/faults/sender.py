"""A device that signs and chains its ratings as a kiosk does, and believes nothing but receipts."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import msgspec

from server.protocol import keys
from server.protocol.messages import (
    SIGNATURE_HEADER,
    Batch,
    Enrolled,
    Enrolment,
    EnrolmentRequest,
    Health,
    Receipt,
    Sent,
    Signed,
    sign_batch,
    unseal,
)
from server.protocol.record import Aside, Record, anchor, encode_record, next_head
from tests.faults.kiosk_script import Citizen
from tests.server.live import SEED

if TYPE_CHECKING:
    from collections.abc import Iterable

BOOT: Final = "0badcafe"
SOFTWARE: Final = "sender"
ENROLMENTS, BATCHES = "/v1/enrolments", "/v1/batches"
OK, MADE = 200, 201


class BeliefError(Exception):
    """An answer that no kiosk may believe; the message says why."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A request as it goes on the wire, with what its answer must bear: the nonce and the status."""

    path: str
    raw: bytes
    headers: dict[str, str]
    nonce: str = ""
    status: int = OK


@dataclass
class Sender:
    """Device `number` of a case, which enrols at its counter with a code before it sends anything.

    `acknowledged` is how many records the newest receipt named. A receipt for fewer than one before is
    believed, as a kiosk believes it, and the difference is `forgotten`: it was acknowledged and is gone.
    """

    number: int
    counter: str
    survey: str
    code: str
    id: str = ""
    acknowledged: int = 0
    forgotten: int = 0
    citizens: list[int] = field(default_factory=list)
    _sent: list[Sent] = field(default_factory=list)
    _chain: list[str] = field(default_factory=list)

    def rate(self, numbers: Iterable[int]) -> None:
        """Store what these citizens say."""
        for number in numbers:
            citizen = Citizen(number)
            asides = [_comment(citizen)] if citizen.comment else []
            record = Record(
                v=1,
                seq=len(self._sent) + 1,
                survey=self.survey,
                counter=self.counter,
                lang="vi",
                made_at=citizen.made_at,
                boot=BOOT,
                mono_ms=1,
                answers=citizen.answers,
                asides={aside.kind: aside.commitment() for aside in asides},
                salt=secrets.token_hex(8),
            )
            self._sent.append(Sent(body=encode_record(record).decode(), asides=asides))
            self.citizens.append(number)

    @property
    def waiting(self) -> int:
        """How many records no receipt has named."""
        return len(self._sent) - self.acknowledged

    @property
    def is_settled(self) -> bool:
        """Say whether it is enrolled and nothing waits."""
        return bool(self.id) and not self.waiting

    def letter(self, limit: int) -> Letter:
        """Return what is to be sent: the enrolment, or so many of the oldest records; none is a heartbeat."""
        headers = {"Content-Type": "application/json"}
        if not self.id:
            public = keys.public_key(self.seed)
            wanted = EnrolmentRequest(v=1, code=self.code, public_key=public, software=SOFTWARE)
            return Letter(ENROLMENTS, msgspec.json.encode(wanted), headers, status=MADE)
        batch = self.batch(limit)
        raw = msgspec.json.encode(batch)
        headers[SIGNATURE_HEADER] = sign_batch(self.seed, batch, raw)
        return Letter(BATCHES, raw, headers, batch.nonce)

    def batch(self, limit: int) -> Batch:
        """Return the oldest records that no receipt has named, at most so many."""
        end = min(len(self._sent), self.acknowledged + limit)
        return Batch(
            v=1,
            device=self.id,
            after=self.acknowledged,
            records=self._sent[self.acknowledged : end],
            head=self._head(end),
            boot=BOOT,
            mono_ms=1,
            sent_at="2026-11-23T03:00:00Z",
            nonce=secrets.token_hex(16),
            health=Health(software=SOFTWARE, queued=len(self._sent) - end),
        )

    def believe(self, letter: Letter, content: bytes) -> None:
        """Take the answer to a letter for what it says. Raises `BeliefError` for what says nothing."""
        try:
            if letter.path == ENROLMENTS:
                self._admit(msgspec.json.decode(content, type=Enrolled).enrolment)
            else:
                self._believe(letter, msgspec.json.decode(content, type=Signed))
        except (msgspec.DecodeError, keys.BadSignature) as error:
            raise BeliefError(f"{error}: {content[:300]!r}") from error

    def _admit(self, enrolment: Signed) -> None:
        said = unseal(keys.public_key(SEED), enrolment, Enrolment)
        if said.public_key != keys.public_key(self.seed):
            raise BeliefError(f"an enrolment of somebody else: {said}")
        self.id, self._chain = said.device, [anchor(enrolment.payload.encode())]

    def settle(self, receipt: Receipt) -> None:
        """Take what the server says that it has. Raises `BeliefError` for another history than ours."""
        if receipt.through > len(self._sent) or receipt.head != self._head(receipt.through):
            raise BeliefError(f"a receipt for another history: {receipt}")
        self.forgotten += max(0, self.acknowledged - receipt.through)
        self.acknowledged = receipt.through

    def _believe(self, letter: Letter, signed: Signed) -> None:
        receipt = unseal(keys.public_key(SEED), signed, Receipt)
        if (receipt.device, receipt.nonce) != (self.id, letter.nonce):
            raise BeliefError(f"a receipt for somebody else: {receipt}")
        self.settle(receipt)

    @property
    def seed(self) -> bytes:
        """The secret half of its key."""
        return hashlib.sha256(f"sender {self.number}".encode()).digest()

    def _head(self, seq: int) -> str:
        for each in self._sent[len(self._chain) - 1 : seq]:
            self._chain.append(next_head(self._chain[-1], each.body.encode()))
        return self._chain[seq]


def _comment(citizen: Citizen) -> Aside:
    return Aside(kind="comment", salt=secrets.token_hex(16), text=citizen.comment)
