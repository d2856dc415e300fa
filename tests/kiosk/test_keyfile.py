"""What makes a machine a device is whole or absent, and damage is told."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import msgspec
import pytest
from msgspec import structs

from kiosk import keyfile, succession
from kiosk.engine import End, Trouble
from kiosk.errors import ConfigError
from kiosk.uplink import Uplink, open_session
from server.protocol import keys
from server.protocol.messages import Enrolled, Enrolment, KioskConfig, Signed, seal
from tests.protocol import golden
from tests.protocol.test_golden import sample

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NEXT = bytes(31) + b"\x09"


@pytest.fixture(name="enrolled")
def _enrolled(tmp_path: Path) -> Path:
    """Return the folder of a machine that was enrolled."""
    answer = msgspec.json.decode(sample("enrolled")["text"], type=Enrolled)
    keyfile.write_durably(tmp_path / keyfile.KEY_FILE, golden.KIOSK.hex().encode())
    membership = keyfile.Membership("https://example.vn", answer.server_key, answer.enrolment)
    keyfile.keep_membership(tmp_path, membership, answer.config)
    return tmp_path


def test_a_key_is_made_once(tmp_path: Path) -> None:
    """The second start finds the key of the first, and nobody else may read it."""
    seed = keyfile.device_seed(tmp_path, os.urandom)

    assert keyfile.device_seed(tmp_path, os.urandom) == seed
    assert (tmp_path / keyfile.KEY_FILE).stat().st_mode & 0o077 == 0


def test_a_new_machine_is_nobody(tmp_path: Path) -> None:
    """Before its enrolment a machine has no identity, and that is no damage."""
    assert keyfile.identity(tmp_path) is None


def test_an_enrolled_machine_knows_who_it_is(enrolled: Path) -> None:
    """Device, server and config come back, and the fingerprint is the one that the server computes."""
    identity = keyfile.identity(enrolled)

    assert identity is not None
    assert identity.enrolment.device == golden.DEVICE
    assert identity.fingerprint == keys.fingerprint(
        keys.public_key(golden.KIOSK), keys.public_key(golden.SERVER)
    )
    told = keyfile.kept_config(enrolled, identity)
    assert told is not None
    assert told.center.name == "Phường 1 Bảo Lộc"


@pytest.mark.parametrize("name", [keyfile.KEY_FILE, keyfile.MEMBERSHIP_FILE])
@pytest.mark.parametrize("damage", [b"", b"\x00" * 100, b"{}", b"00" * 32])
def test_a_damaged_identity_is_told(enrolled: Path, name: str, damage: bytes) -> None:
    """A machine that cannot be sure who it is says so, instead of becoming somebody else."""
    (enrolled / name).write_bytes(damage)

    with pytest.raises(ConfigError):
        keyfile.identity(enrolled)


@pytest.mark.parametrize(
    "damage", [b"", b"{}", b"\x00" * 100, msgspec.json.encode(Signed(payload="{}", signature=""))]
)
def test_a_damaged_config_is_not_believed(enrolled: Path, damage: bytes) -> None:
    """Then the kiosk asks its server again; it never guesses."""
    identity = keyfile.identity(enrolled)
    (enrolled / keyfile.CONFIG_FILE).write_bytes(damage)

    assert identity is not None
    assert keyfile.kept_config(enrolled, identity) is None


def a_successor() -> keyfile.Successor:
    """Return whom the machine becomes."""
    answer = msgspec.json.decode(sample("enrolled")["text"], type=Enrolled)
    old = msgspec.json.decode(answer.enrolment.payload, type=Enrolment)
    told = msgspec.json.decode(answer.config.payload, type=KioskConfig)
    enrolment = structs.replace(old, device="e" * 32, public_key=keys.public_key(NEXT), before=golden.DEVICE)
    membership = keyfile.Membership("https://example.vn", answer.server_key, seal(golden.SERVER, enrolment))
    return keyfile.Successor(membership, seal(golden.SERVER, structs.replace(told, device="e" * 32)))


@pytest.mark.parametrize("steps", range(6))
def test_becoming_another_device_may_be_cut_off_anywhere(enrolled: Path, steps: int) -> None:
    """After each of its steps the power may go: the next start has one device, and its key fits."""
    successor = a_successor()
    assert keyfile.successor_seed(enrolled, lambda _: NEXT) == NEXT
    keyfile.name_successor(enrolled, successor)
    done: list[Callable[[], object]] = [
        lambda: (enrolled / keyfile.KEY_FILE).write_bytes(NEXT.hex().encode()),
        lambda: keyfile.keep_config(enrolled, successor.config),
        lambda: keyfile.keep_membership(enrolled, successor.membership, successor.config),
        (enrolled / keyfile.SUCCESSOR_KEY_FILE).unlink,
        (enrolled / keyfile.SUCCESSOR_FILE).unlink,
    ]
    for step in done[:steps]:
        step()

    keyfile.become_successor(enrolled)
    identity = keyfile.identity(enrolled)
    assert identity is not None
    assert (identity.enrolment.device, identity.seed) == ("e" * 32, NEXT)
    assert keyfile.kept_config(enrolled, identity) is not None
    assert not list(enrolled.glob("successor*"))


@pytest.mark.parametrize("damage", [b"", b"rubbish", b"00"])
def test_a_damaged_key_of_a_successor_is_made_anew(enrolled: Path, damage: bytes) -> None:
    """As long as nobody is known by it; afterwards it is the machine's own, and a human has to look."""
    (enrolled / keyfile.SUCCESSOR_KEY_FILE).write_bytes(damage)
    assert keyfile.successor_seed(enrolled, lambda _: NEXT) == NEXT

    (enrolled / keyfile.SUCCESSOR_KEY_FILE).write_bytes(damage)
    keyfile.name_successor(enrolled, a_successor())
    with pytest.raises(ConfigError):
        keyfile.successor_seed(enrolled, os.urandom)


def test_a_config_of_each_survey_is_kept(enrolled: Path) -> None:
    """A server that lost a survey gets it back as it was signed; the oldest of many make room."""
    told = msgspec.json.decode(a_successor().config.payload, type=KioskConfig)
    first = keyfile.config_of(enrolled, told.survey_hash)
    assert first is not None
    hashes = [f"{number:012x}" for number in range(keyfile.SURVEYS_MAX)]
    for survey_hash in hashes:
        keyfile.keep_config(enrolled, seal(golden.SERVER, structs.replace(told, survey_hash=survey_hash)))

    assert keyfile.config_of(enrolled, told.survey_hash) is None
    assert all(keyfile.config_of(enrolled, survey_hash) for survey_hash in hashes)
    for file in (enrolled / keyfile.SURVEYS).iterdir():
        os.utime(file, (4e9, 4e9))  # the clock has been ahead of time, and is right again
    newest = "e" * 12
    keyfile.keep_config(enrolled, seal(golden.SERVER, structs.replace(told, survey_hash=newest)))
    assert keyfile.config_of(enrolled, newest)
    assert keyfile.config_of(enrolled, "ffffffffffff") is None


def test_nobody_rates_by_a_survey_that_could_not_be_kept(enrolled: Path) -> None:
    """A disk that refuses the new survey leaves the old config in force, also for the next start."""
    identity = keyfile.identity(enrolled)
    assert identity is not None
    held = keyfile.kept_config(enrolled, identity)
    assert held is not None
    (enrolled / keyfile.SURVEYS / "eeeeeeeeeeee.new").mkdir()  # where the file would be written first

    with pytest.raises(OSError, match="eeeeeeeeeeee"):
        keyfile.keep_config(enrolled, seal(golden.SERVER, structs.replace(held, survey_hash="e" * 12)))

    assert keyfile.kept_config(enrolled, identity) == held


def becoming(folder: Path, old: keyfile.Identity) -> keyfile.Identity | Trouble:
    """Let a machine become another device while nobody answers."""
    server = old.membership.server_key
    nowhere = Uplink(open_session(""), "http://127.0.0.1:9", old.enrolment.device, old.seed, server)
    return succession.name(succession.Steps(folder, os.urandom, "test"), old, End.FORK, nowhere)


def test_whom_a_machine_becomes_is_asked_once(enrolled: Path) -> None:
    """The disk refused to let the outbox follow: the next time nobody has to answer for it."""
    old = keyfile.identity(enrolled)
    assert old is not None
    assert isinstance(becoming(enrolled, old), Trouble)
    (enrolled / keyfile.SUCCESSOR_KEY_FILE).write_bytes(NEXT.hex().encode())
    keyfile.name_successor(enrolled, a_successor())

    named = becoming(enrolled, old)
    assert isinstance(named, keyfile.Identity)
    assert (named.enrolment.device, named.seed) == ("e" * 32, NEXT)
    assert keyfile.identity(enrolled) == old


def test_a_device_whose_files_could_not_follow_asks_with_a_key_of_its_own(enrolled: Path) -> None:
    """It has become itself, and the disk refused its files; its next successor is not itself again."""
    (enrolled / keyfile.SUCCESSOR_KEY_FILE).write_bytes(NEXT.hex().encode())
    keyfile.name_successor(enrolled, a_successor())
    named = keyfile.named_successor(enrolled)
    assert named is not None

    assert isinstance(becoming(enrolled, named), Trouble)
    assert keyfile.identity(enrolled) == named
    assert keyfile.successor_seed(enrolled, os.urandom) != NEXT
    assert keyfile.named_successor(enrolled) is None


def test_whom_a_machine_becomes_may_be_damaged(enrolled: Path) -> None:
    """Then a human has to look: nobody knows any more whose the outbox is."""
    (enrolled / keyfile.SUCCESSOR_FILE).write_bytes(b"{}")

    with pytest.raises(ConfigError):
        keyfile.named_successor(enrolled)
