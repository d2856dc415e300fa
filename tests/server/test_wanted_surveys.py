"""A server that was restored gets back the surveys that its backup did not have, if it has signed them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from server.domain.audit import Action
from server.protocol import keys
from server.protocol.messages import KioskConfig, Receipt, Signed, seal, unseal
from tests.kiosk.stories import ONE_TAP
from tests.server.homing import admitted, ask, at, enrolled_config, enrolment_of, events, readmission
from tests.server.live import SEED, Hand, Live, a_hand, live

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from server.protocol.messages import Batch

pytestmark = pytest.mark.usefixtures("both_engines")

LATE = msgspec.structs.replace(ONE_TAP, name={"vi": "late"})
OTHER = bytes(31) + b"\x0d"


@pytest.fixture(name="restored")
def _restored(tmp_path: Path) -> Iterator[Live]:
    """Give the same server as it is after a restoration from before everything: the key and nothing else."""
    with live(tmp_path / "restored") as running:
        yield running


@pytest.fixture(name="asker")
def _asker(tmp_path: Path) -> Iterator[Live]:
    """Give the same server as it was when it asked a survey that its backup does not have."""
    with live(tmp_path / "asker", survey=LATE) as running:
        yield running


def receipt_of(hand: Hand, batch: Batch) -> Receipt:
    """Send a batch and believe its receipt."""
    answer = hand.post(batch)
    assert answer.status_code == 200, answer.text
    return unseal(keys.public_key(SEED), msgspec.json.decode(answer.content, type=Signed), Receipt)


def test_a_restored_server_asks_for_a_survey_and_learns_it(asker: Live, restored: Live) -> None:
    """The kiosk returns the config that the survey came in: what waited for it counts."""
    hand = a_hand(asker)
    config = enrolled_config(asker, hand)
    hand.rate(5, 4)
    asked = restored.store.current_survey()
    back = at(restored, hand)
    admitted(ask(restored, readmission(hand), hand.seed), 200)
    assert back.send().want == [hand.survey]
    assert restored.store.quarantined() == {"unknown_survey": 2}
    back.rate(3)
    told = receipt_of(back, msgspec.structs.replace(back.batch(2), told=config))

    assert (told.through, told.want) == (3, [])
    assert restored.store.quarantined() == {}
    assert restored.store.current_survey() == asked
    assert events(restored, Action.ADD_SURVEY)[-1] == (f"device {hand.id[:8]}", hand.survey, "known")
    assert list(restored.store.faults()) == []


def test_a_survey_is_learned_from_what_was_signed_and_asked_for_alone(asker: Live, restored: Live) -> None:
    """A config of another server, one that tells another survey, one that nobody wanted."""
    hand = a_hand(asker)
    config = enrolled_config(asker, hand)
    said = msgspec.json.decode(config.payload, type=KioskConfig)
    back = at(restored, hand)
    admitted(ask(restored, readmission(hand), hand.seed), 200)
    assert receipt_of(back, msgspec.structs.replace(back.batch(0), told=config)).want == []
    back.rate(5)
    back.send()
    for told in (
        seal(OTHER, said),
        seal(SEED, msgspec.structs.replace(said, survey=ONE_TAP)),
        enrolment_of(hand),
    ):
        assert receipt_of(back, msgspec.structs.replace(back.batch(1), told=told)).want == [hand.survey]

    assert restored.store.quarantined() == {"unknown_survey": 1}


def test_a_server_asks_for_eight_surveys_at_once(restored: Live) -> None:
    """However many are unknown, a receipt stays small; the ratings of another device are not asked about."""
    hand, other = a_hand(restored), a_hand(restored, OTHER, "8ABC9XYZ")
    names = [f"{number:012x}" for number in range(20)]
    for name in reversed(names):
        hand.rate(5, 4, survey=name)

    assert hand.send().want == names[:8]
    assert other.send().want == []
