"""How a queue comes home whose chain cannot go on, and who gets nothing by asking for it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import msgspec
import pytest

from server.domain.audit import Action
from server.domain.places import DeviceState
from server.protocol import keys
from server.protocol.messages import (
    SUCCESSION_CONTEXT,
    Enrolled,
    Enrolment,
    KioskConfig,
    Signed,
    seal,
    sign_bytes,
    unseal,
)
from tests.server.homing import (
    NEXT,
    admitted,
    ask,
    at,
    become,
    carry,
    counted,
    enrolled_config,
    enrolment_of,
    events,
    readmission,
    revoke,
    send,
    succession,
)
from tests.server.live import COUNTER, SEED, Hand, Live, a_hand, assert_problem, live, now_ms
from tests.server.logbook import logbook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from server.protocol.messages import ReadmissionRequest, SuccessionRequest

pytestmark = pytest.mark.usefixtures("both_engines")

THIRD, OTHER = bytes(31) + b"\x0c", bytes(31) + b"\x0d"
DAY_MS = 24 * 3600 * 1000


class Ticking:
    """A server's clock that can be set forward."""

    ahead_ms = 0

    def now_ms(self) -> int:
        """Return the time."""
        return now_ms() + self.ahead_ms


@pytest.fixture(name="clock")
def _clock() -> Ticking:
    return Ticking()


@pytest.fixture(name="server")
def _server(tmp_path: Path, clock: Ticking) -> Iterator[Live]:
    with live(tmp_path / "here", clock=clock.now_ms) as running:
        yield running


@pytest.fixture(name="restored")
def _restored(tmp_path: Path) -> Iterator[Live]:
    """Give the same server as it is after a restoration from before everything: the key and nothing else."""
    with live(tmp_path / "restored") as running:
        yield running


def test_what_could_not_be_sent_comes_home_with_a_successor(server: Live) -> None:
    """Two ratings were received and two were not: a new device brings these, and all count once."""
    old = a_hand(server)
    old.rate(5, 4)
    old.send()
    old.rate(3, 2)
    new = become(old)
    carry(new, old, 2, 3, 4)
    new.rate(1)

    assert new.send().through == 4
    assert server.store.quarantined() == {"carried_twice": 1}
    assert counted(server) == 5
    assert events(server, Action.SUCCEED) == [
        (f"device {old.id[:8]}", new.id, f"counter 24823-1, after {old.id}: damaged")
    ]
    assert list(server.store.faults()) == []


def test_a_successor_is_told_all_that_a_newcomer_is(server: Live) -> None:
    """Its enrolment names the device before it, the counter is the same, and the config is its own."""
    old = a_hand(server)
    enrolled = msgspec.json.decode(ask(server, succession(old), old.seed).content, type=Enrolled)
    enrolment = unseal(keys.public_key(SEED), enrolled.enrolment, Enrolment)
    config = unseal(enrolled.server_key, enrolled.config, KioskConfig)

    assert (enrolment.before, enrolment.counter) == (old.id, COUNTER.id)
    assert enrolment.public_key == keys.public_key(NEXT)
    assert config.device == enrolment.device != old.id


def test_a_lost_answer_to_a_succession_is_no_harm(server: Live) -> None:
    """The same key again is the same device, in one event; another key is another device."""
    old = a_hand(server)
    first = admitted(ask(server, succession(old), old.seed), 201)

    assert admitted(ask(server, succession(old, reason="fork"), old.seed), 201) == first
    assert admitted(ask(server, succession(old, THIRD), old.seed), 201).device != first.device
    assert len(events(server, Action.SUCCEED)) == 2


def test_the_same_succession_asked_at_once_is_one(server: Live) -> None:
    """A kiosk that lost patience asks again while the first request is still on its way."""
    old = a_hand(server)
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: ask(server, succession(old), old.seed), range(16)))

    assert len({admitted(each, 201).device for each in answers}) == 1
    assert len(events(server, Action.SUCCEED)) == 1


def test_a_fork_is_an_alarm(server: Live) -> None:
    """Two machines have one key: whoever reads the server's log or its verification hears of it."""
    old = a_hand(server)
    with logbook() as log:
        become(old, reason="fork")
        become(old, THIRD, reason="new_key")

    assert len(log.lines) == 2
    assert [line.partition(":")[0] for line in log.faults] == ["a fork"]


def test_a_successor_has_a_successor(server: Live) -> None:
    """What the first device made comes home by the third, the two before it were never heard again."""
    old = a_hand(server)
    old.rate(5)
    new = become(old)
    new.rate(4)
    third = become(new, THIRD)
    carry(third, old, 1)
    carry(third, new, 1)
    third.rate(3)
    third.send()

    assert counted(server) == 3


def test_a_forgotten_device_is_known_again(server: Live, restored: Live) -> None:
    """A server that was restored takes in what it has signed itself, and what was sent comes once more."""
    hand = a_hand(server)
    hand.rate(5, 4)
    hand.send()
    back = at(restored, hand)
    assert_problem(back.post(back.batch(2)), 401, "unknown_device", signed=True)
    answers = [ask(restored, readmission(hand), hand.seed) for _ in range(2)]

    assert [admitted(each, 200).device for each in answers] == [hand.id, hand.id]
    assert events(restored, Action.READMIT) == [(f"device {hand.id[:8]}", hand.id, "counter 24823-1")]
    assert back.send(2).through == 0
    assert back.send().through == 2
    assert counted(restored) == 2
    assert list(restored.store.faults()) == []


def test_a_forgotten_device_has_a_successor(server: Live, restored: Live) -> None:
    """A restored server needs one request to know both."""
    old = a_hand(server)
    old.rate(5)
    device = admitted(ask(restored, succession(old), old.seed), 201)

    assert device.before == old.id
    assert [len(events(restored, each)) for each in (Action.READMIT, Action.SUCCEED)] == [1, 1]


def test_what_was_carried_before_a_restoration_comes_home_again(server: Live, restored: Live) -> None:
    """A kiosk that was three devices shows all three enrolments: each rating counts, and once."""
    old = a_hand(server)
    old.rate(5)
    new = become(old)
    carry(new, old, 1)
    new.rate(4)
    third = become(new, THIRD)
    carry(third, old, 1)
    carry(third, new, 2)
    third.send()
    back = at(restored, third)
    admitted(ask(restored, readmission(third, [new, old]), third.seed), 200)

    assert back.send().through == 2
    assert restored.store.quarantined() == {}
    assert [subject for _, subject, _ in events(restored, Action.READMIT)] == [old.id, new.id, third.id]
    assert list(restored.store.faults()) == []


def test_an_ancestor_that_is_known_too_late_changes_nothing(server: Live, restored: Live) -> None:
    """What a device carried for one that nobody knew stays quarantined; its next successor brings it home."""
    old = a_hand(server)
    old.rate(5)
    new = become(old)
    carry(new, old, 1)
    back = at(restored, new)
    admitted(ask(restored, readmission(new), new.seed), 200)
    back.send()
    assert restored.store.quarantined() == {"not_ours": 1}
    request = succession(new, THIRD, ancestors=[old])
    device = admitted(ask(restored, request, new.seed), 201).device
    held = restored.store.device(device)
    assert held is not None
    third = Hand(restored, THIRD, device, new.survey, start=held.head)
    carry(third, old, 1)
    third.send()

    assert restored.store.quarantined() == {"not_ours": 1}
    assert counted(restored) == 1
    assert list(restored.store.faults()) == []


@pytest.mark.parametrize("of", [succession, readmission])
def test_nobody_is_believed_for_an_enrolment_alone(
    server: Live, restored: Live, of: Callable[[Hand], SuccessionRequest | ReadmissionRequest]
) -> None:
    """Enrolments are in every file of evidence: without the device's key one is worth nothing."""
    victim, thief = a_hand(server), a_hand(server, OTHER, "8ABC9XYZ")
    for there in (server, restored):
        assert_problem(ask(there, of(victim), thief.seed), 401, "bad_signature", signed=True)
        mixed = msgspec.structs.replace(of(thief), enrolment=enrolment_of(victim))
        assert_problem(ask(there, mixed, thief.seed), 401, "bad_enrolment", signed=True)
        mixed = msgspec.structs.replace(of(thief), ancestors=[enrolment_of(victim)])
        assert_problem(ask(there, mixed, thief.seed), 401, "bad_enrolment", signed=True)

    assert len(server.store.devices()) == 2
    assert restored.store.devices() == []


@pytest.mark.parametrize("of", [succession, readmission])
def test_a_forged_enrolment_admits_nobody(
    server: Live, restored: Live, of: Callable[[Hand], SuccessionRequest | ReadmissionRequest]
) -> None:
    """One that another server signed, that was changed, or that is no enrolment, is refused, signed."""
    hand = a_hand(server)
    real = enrolment_of(hand)
    said = msgspec.json.decode(real.payload, type=Enrolment)
    forged = [
        seal(OTHER, said),
        Signed(payload=real.payload.replace(COUNTER.id, "24823-2"), signature=real.signature),
        Signed(payload=real.payload, signature="nonsense"),
        enrolled_config(server, hand),
        seal(SEED, msgspec.structs.replace(said, counter="nowhere")),
        seal(SEED, msgspec.structs.replace(said, counter="1-1")),
    ]
    for each in forged:
        request = msgspec.structs.replace(of(hand), enrolment=each)
        assert_problem(ask(restored, request, hand.seed), 401, "bad_enrolment", signed=True)

    assert restored.store.devices() == []


def test_an_old_request_that_somebody_sends_again_does_nothing(server: Live) -> None:
    """Whoever overheard a succession gets the answer of then, which is of no use without the new key."""
    old = a_hand(server)
    request = succession(old)
    raw = msgspec.json.encode(request)
    signature = sign_bytes(old.seed, SUCCESSION_CONTEXT, raw)
    first = admitted(send(server, request, raw, signature), 201)
    assert admitted(send(server, request, raw, signature), 201) == first
    assert len(server.store.devices()) == 2
    # its signature is good for these bytes only, and for nothing but a succession
    other = msgspec.json.encode(msgspec.structs.replace(request, public_key=keys.public_key(OTHER)))
    assert_problem(send(server, request, other, signature), 401, "bad_signature", signed=True)
    back = readmission(old)
    assert_problem(
        send(server, back, msgspec.json.encode(back), sign_bytes(old.seed, SUCCESSION_CONTEXT, raw)),
        401,
        "bad_signature",
        signed=True,
    )
    revoke(server, first.device)
    assert_problem(send(server, request, raw, signature), 403, "device_revoked", signed=True)


@pytest.mark.parametrize("of", [succession, readmission])
def test_a_revoked_device_finds_no_way_in(
    server: Live, of: Callable[[Hand], SuccessionRequest | ReadmissionRequest]
) -> None:
    """It is told so in a signed answer, and becomes nobody else."""
    hand = a_hand(server)
    revoke(server, hand.id)

    assert_problem(ask(server, of(hand), hand.seed), 403, "device_revoked", signed=True)
    assert len(server.store.devices()) == 1


def test_a_revoked_successor_does_not_come_back_by_its_old_key(server: Live) -> None:
    """The machine still has the key of the device that it was before: that names no other successor."""
    old = a_hand(server)
    new = become(old)
    third = become(new, THIRD)
    revoke(server, third.id)

    for each in (old, new):
        assert_problem(ask(server, succession(each, OTHER), each.seed), 403, "device_revoked", signed=True)
    assert admitted(ask(server, readmission(old), old.seed), 200).device == old.id
    device = server.store.device(old.id)
    assert device is not None
    assert device.state is DeviceState.ACTIVE


def test_a_kiosk_becomes_five_devices_a_day_at_most(server: Live, clock: Ticking) -> None:
    """Whoever has a kiosk's key cannot fill the book with devices; the next day goes on."""
    old = new = a_hand(server)
    for number in range(5):
        new = become(new, bytes(31) + bytes([100 + number]))
    answer = ask(server, succession(new), new.seed)

    assert_problem(answer, 429, "too_many_successors", signed=True)
    assert answer.headers["Retry-After"] == "3600"
    assert_problem(ask(server, succession(old), old.seed), 429, "too_many_successors", signed=True)
    assert admitted(ask(server, succession(old, bytes(31) + bytes([100])), old.seed), 201).before == old.id
    clock.ahead_ms = DAY_MS + 60_000
    assert become(new).id


def test_a_successor_has_a_key_of_its_own(server: Live) -> None:
    """Two machines with one key would go on to contradict each other; what is no key is none."""
    old = a_hand(server)

    assert_problem(ask(server, succession(old, old.seed), old.seed), 422, "invalid", signed=True)
    request = msgspec.structs.replace(succession(old), public_key="0" * 64)
    assert_problem(ask(server, request, old.seed), 422, "invalid", signed=True)


@pytest.mark.parametrize("of", [succession, readmission])
def test_what_cannot_be_read_is_refused_as_anywhere(
    server: Live, of: Callable[[Hand], SuccessionRequest | ReadmissionRequest]
) -> None:
    """No JSON, a field too many, a field twice, a reason that is none."""
    request = of(a_hand(server))
    raw = msgspec.json.encode(request)
    for said, code, status in (
        (b"{", "malformed", 400),
        (raw[:-1] + b',"v":1}', "malformed", 400),
        (raw[:-1] + b',"surprise":1}', "invalid", 422),
        (raw.replace(b'"v":1', b'"v":2', 1), "invalid", 422),
    ):
        assert_problem(send(server, request, said, ""), status, code, signed=False)
