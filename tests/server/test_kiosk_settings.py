"""How a center sets its kiosks: volume, the times of a visit, the technician's PIN."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import msgspec
import pytest
from nacl.exceptions import InvalidkeyError
from nacl.pwhash import argon2id

from server.domain.fleet import KioskSettings
from server.domain.places import Role
from server.protocol.messages import Thresholds
from server.web.kiosk_config import config_of
from tests.server.hall import BAO_LOC, DA_LAT, Hall, open_hall

HERE = f"?center={BAO_LOC}"
MACHINE = f"{BAO_LOC:032x}"


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    """Open a hall with a technician of one center, and a machine there."""
    with open_hall(tmp_path) as opened:
        opened.hire("kỹ thuật", BAO_LOC, role=Role.TECHNICIAN)
        opened.rate(BAO_LOC, date(2026, 11, 23), (0, 0, 1, 1, 1))
        yield opened


@pytest.fixture
def cookies(hall: Hall) -> dict[str, str]:
    """Sign the technician in."""
    return hall.sign_in("kỹ thuật")


def newest(hall: Hall) -> tuple[str, str, str, str]:
    """Return the newest event: who did what to what, in detail."""
    (event,) = hall.store.newest_events(None, 1)
    return event.author, event.action, event.subject, event.detail


def _opens(pin_hash: str, pin: str) -> bool:
    """Say whether a kiosk opens, by the library that it checks with."""
    try:
        return bool(argon2id.verify(pin_hash.encode(), pin.encode()))
    except InvalidkeyError:
        return False


SETTINGS = {
    "volume": "30",
    "thanks_s": "3,5",
    "repeat_s": "0",
    "silence_s": "60",
    "grace_s": "15.5",
    "notice_after_s": "300",
    "notice_s": "20",
}
TOLD = Thresholds(thanks_s=3.5, repeat_s=0, silence_s=60, grace_s=15.5, notice_after_s=300, notice_s=20)


def test_settings_reach_every_kiosk_of_the_center(hall: Hall, cookies: dict[str, str]) -> None:
    """Volume and times are told to the kiosk; the log has what they were, and only what changed."""
    reply = hall.post(f"/kiosks/settings{HERE}", SETTINGS, cookies=cookies)

    assert reply.headers["location"] == f"/kiosks/settings{HERE}&done=kiosks_set"
    device = hall.store.device(MACHINE)
    assert device is not None
    told = config_of(hall.store, device, hall.clock.now_ms())
    assert (told.volume, told.thresholds) == (30, TOLD)
    author, action, subject, detail = newest(hall)
    assert (author, action, subject) == ("kỹ thuật", "set_kiosks", str(BAO_LOC))
    assert msgspec.json.decode(detail)["thanks_s"] == [5.0, 3.5]

    before = hall.store.audit_head()
    hall.post(f"/kiosks/settings{HERE}", SETTINGS, cookies=cookies)
    assert hall.store.audit_head() == before
    assert 'value="3,5"' in hall.get(f"/kiosks/settings{HERE}", cookies=cookies).text
    defaults = hall.get(f"/kiosks/settings{HERE}&fill=defaults", cookies=cookies).text
    assert 'name="thanks_s" value="5"' in defaults
    assert hall.store.kiosk_settings(DA_LAT) == KioskSettings()


def test_a_setting_beyond_its_limits_is_told_beside_it(hall: Hall, cookies: dict[str, str]) -> None:
    """All that was typed stays, each fault stands beside its field, and nothing is changed."""
    wrong = SETTINGS | {"volume": "101", "thanks_s": "0", "notice_s": "lâu"}
    reply = hall.post(f"/kiosks/settings{HERE}", wrong, cookies=cookies)

    assert reply.status == 422
    assert set(re.findall(r'id="(\w+)-fault"', reply.text)) == {"volume", "thanks_s", "notice_s"}
    assert 'value="lâu"' in reply.text
    assert 'value="300"' in reply.text
    assert hall.store.kiosk_settings(BAO_LOC) == KioskSettings()


def test_the_pin_is_one_that_the_kiosk_takes(hall: Hall, cookies: dict[str, str]) -> None:
    """The kiosk's own check opens for the PIN and for no other, and nowhere is the PIN itself."""
    reply = hall.post(f"/kiosks/pin{HERE}", {"pin": "481516", "again": "481516"}, cookies=cookies)
    assert reply.headers["location"] == f"/kiosks/settings{HERE}&done=pin_set"
    device = hall.store.device(MACHINE)
    assert device is not None
    told = config_of(hall.store, device, hall.clock.now_ms()).pin_hash

    assert _opens(told, "481516")
    assert not _opens(told, "481517")
    assert newest(hall) == ("kỹ thuật", "set_pin", str(BAO_LOC), "")
    assert "Đã đặt mã PIN" in hall.get(f"/kiosks/settings{HERE}", cookies=cookies).text
    hall.post(f"/kiosks/settings{HERE}", SETTINGS, cookies=cookies)
    assert hall.store.kiosk_settings(BAO_LOC).pin_hash == told


@pytest.mark.parametrize(
    ("pin", "again", "said"),
    [("12a456", "12a456", "6 đến 8"), ("777777", "777777", "dễ đoán"), ("481516", "481517", "chưa giống")],
)
def test_a_pin_that_is_none_is_refused(
    hall: Hall, cookies: dict[str, str], pin: str, again: str, said: str
) -> None:
    """A PIN has six to eight digits, is not the first that anybody tries, and was typed twice alike."""
    reply = hall.post(f"/kiosks/pin{HERE}", {"pin": pin, "again": again}, cookies=cookies)

    assert reply.status == 422
    assert said in reply.text[reply.text.index("pin-fault") :]
    assert pin not in reply.text
    assert hall.store.kiosk_settings(BAO_LOC).pin_hash == ""
