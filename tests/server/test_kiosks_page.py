"""The Kiosks page: counters, codes, machines and how they are, and what is done with them."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import msgspec
import pytest
from nacl.exceptions import InvalidkeyError
from nacl.pwhash import argon2id

from server.domain.audit import Action, changed
from server.domain.fleet import KioskSettings
from server.domain.places import Counter, DeviceState, Role, counter_id
from server.protocol import keys
from server.protocol.messages import Batch, Enrolled, EnrolmentRequest, Health, Thresholds
from server.store import Arrival
from server.web.kiosk_config import config_of
from tests.server.hall import BAO_LOC, DA_LAT, Hall, Reply, open_hall, plain

HERE, THERE = f"?center={BAO_LOC}", f"?center={DA_LAT}"
MACHINE = f"{BAO_LOC:032x}"
SEED = bytes(31) + b"\x07"


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    """Open a hall with a technician of one center, a reviewer, an administrator, and a machine that rated."""
    with open_hall(tmp_path) as opened:
        opened.hire("kỹ thuật", BAO_LOC, role=Role.TECHNICIAN)
        opened.hire("tỉnh", None)
        opened.hire("quản trị", None, role=Role.ADMIN)
        opened.rate(BAO_LOC, date(2026, 11, 23), (0, 0, 1, 1, 1))
        yield opened


@pytest.fixture
def cookies(hall: Hall) -> dict[str, str]:
    """Sign the technician in."""
    return hall.sign_in("kỹ thuật")


def hear(hall: Hall, ago_s: int = 0, device: str = MACHINE, mono_ms: int = 1, **health: object) -> None:
    """Let a machine say how it is."""
    known = hall.store.device(device)
    assert known is not None
    told = msgspec.structs.replace(Health(software="nucuoi 2026.11.0", queued=0, free_mb=9000), **health)
    batch = Batch(
        v=1,
        device=device,
        after=known.seq,
        records=[],
        head=known.head,
        boot="0" * 8,
        mono_ms=mono_ms,
        sent_at="2026-11-23T05:00:00Z",
        nonce="0" * 32,
        health=told,
    )
    with hall.store.transaction():
        hall.store.accept(Arrival(batch, "", "", hall.clock.now_ms() - ago_s * 1000))


def read(reply: Reply) -> str:
    """Return what one reads on a page."""
    return " ".join(plain(re.sub(r"<[^>]+>", " ", reply.text)).split())


def add(hall: Hall, cookies: dict[str, str], number: str, center: str = HERE) -> Reply:
    """Add a counter."""
    return hall.post(f"/kiosks/counters{center}", {"number": number}, cookies=cookies)


def newest(hall: Hall) -> tuple[str, str, str, str]:
    """Return the newest event: who did what to what, in detail."""
    (event,) = hall.store.newest_events(None, 1)
    return event.author, event.action, event.subject, event.detail


def test_a_counter_is_added_and_removed(hall: Hall, cookies: dict[str, str]) -> None:
    """The next free number is proposed, the counter is there without a kiosk, and can go as it came."""
    page = hall.get(f"/kiosks{HERE}", cookies=cookies)
    assert 'name="number" value="2"' in page.text

    reply = add(hall, cookies, " 12 ")
    assert (reply.status, reply.headers["location"]) == (303, f"/kiosks{HERE}&done=counter_added")
    assert newest(hall) == ("kỹ thuật", "add_counter", f"{BAO_LOC}-12", "")
    page = hall.get(reply.headers["location"], cookies=cookies)
    assert "Đã thêm quầy." in page.text
    assert "Quầy 12 Chưa có máy đánh giá ở quầy này." in read(page)

    hall.post(f"/kiosks/code{HERE}", {"counter": f"{BAO_LOC}-12"}, cookies=cookies)
    reply = hall.post(f"/kiosks/counters/remove{HERE}", {"counter": f"{BAO_LOC}-12"}, cookies=cookies)
    assert reply.headers["location"].endswith("done=counter_removed")
    assert newest(hall)[1:3] == ("remove_counter", f"{BAO_LOC}-12")
    assert [each.number for each in hall.store.counters(BAO_LOC)] == [1]


@pytest.mark.parametrize(
    ("number", "said"),
    [("", "từ 1 đến 99"), ("0", "từ 1 đến 99"), ("100", "từ 1 đến 99"), ("٣", "từ 1 đến 99"), ("1", "đã có")],
)
def test_a_number_that_cannot_be_is_told_kindly(
    hall: Hall, cookies: dict[str, str], number: str, said: str
) -> None:
    """What was typed stays, and the reason stands beside it; nothing is written."""
    before = hall.store.audit_head()
    reply = add(hall, cookies, number)

    assert reply.status == 422
    assert said in reply.text[reply.text.index("number-fault") :]
    assert hall.store.audit_head() == before


def test_a_counter_that_something_refers_to_stays(hall: Hall, cookies: dict[str, str]) -> None:
    """A counter with a kiosk, or one that a kiosk was moved away from, cannot be removed."""
    add(hall, cookies, "2")
    hall.post(f"/kiosks/move{HERE}", {"device": MACHINE, "counter": f"{BAO_LOC}-2"}, cookies=cookies)

    for number in (1, 2):
        form = {"counter": f"{BAO_LOC}-{number}"}
        reply = hall.post(f"/kiosks/counters/remove{HERE}", form, cookies=cookies)
        assert reply.status == 422
        assert "đã có dữ liệu" in reply.text
    assert len(hall.store.counters(BAO_LOC)) == 2


def test_a_machine_is_told_in_words(hall: Hall, cookies: dict[str, str]) -> None:
    """One reads how a machine is: when it was heard of, what is missing, its fingerprint."""
    hear(hall, ago_s=130, queued=2)
    page = read(hall.get(f"/kiosks{HERE}", cookies=cookies))

    assert "Đang hoạt động Thiết bị 00000000" in page
    assert "Liên lạc gần nhất 2 phút trước" in page
    assert "Đánh giá đã nhận 3 trên 5 Chờ gửi 2" in page
    assert "nucuoi 2026.11.0 Đồng hồ đúng Ổ đĩa còn trống 9.000 MB" in page
    server = keys.public_key(hall.context.signing_seed)
    assert f"Mã nhận dạng {keys.fingerprint('0' * 64, server)}" in page


def test_a_machine_that_needs_somebody_says_why(hall: Hall, cookies: dict[str, str]) -> None:
    """A silent machine, a wrong clock, a full disk and a refusal of the server stand out, in plain words."""
    hear(hall, ago_s=3600, clock_ok=False, free_mb=12, stuck="fork")
    page = read(hall.get(f"/kiosks{HERE}", cookies=cookies))
    assert "Mất liên lạc" in page
    assert "Ngừng gửi vì có hai máy dùng chung một khóa" in page
    assert "chưa thấy từ 11:00" in page
    assert "Đồng hồ sai, cần chỉnh lại Ổ đĩa còn trống 12 MB" in page

    hear(hall, mono_ms=2, stuck="something new")
    hall.clock.forward(days=1)
    page = read(hall.get(f"/kiosks{HERE}", cookies=hall.sign_in("kỹ thuật")))
    assert "máy chủ từ chối; cần kỹ thuật viên xem" in page
    assert "chưa thấy từ 12:00, 23/11/2026" in page


def test_only_what_a_machine_says_later_counts(hall: Hall, cookies: dict[str, str]) -> None:
    """Of one boot of a machine, an earlier word that comes late changes nothing."""
    hear(hall, mono_ms=9, software="new")
    hear(hall, mono_ms=9, software="old")
    hear(hall, mono_ms=3, software="old")

    assert "Phần mềm new" in read(hall.get(f"/kiosks{HERE}", cookies=cookies))


def test_a_code_is_shown_once_and_admits_a_machine(hall: Hall, cookies: dict[str, str]) -> None:
    """The page shows code, address and picture; the kiosk that comes with it stands at the counter."""
    add(hall, cookies, "2")
    reply = hall.post(f"/kiosks/code{HERE}", {"counter": f"{BAO_LOC}-2"}, cookies=cookies)
    found = re.search(r"<code>([0-9A-Z]{4}-[0-9A-Z]{4})</code>", reply.text)
    assert found is not None
    assert 'src="data:image/svg+xml' in reply.text
    assert "15 phút, đến 12:15" in reply.text
    assert "http://testserver" in reply.text
    assert newest(hall) == ("kỹ thuật", "make_code", f"{BAO_LOC}-2", "")
    assert found[1] not in hall.get(f"/kiosks{HERE}", cookies=cookies).text

    wanted = EnrolmentRequest(v=1, code=found[1], public_key=keys.public_key(SEED), software="test")
    answer = hall.send("POST", "/v1/enrolments", msgspec.json.encode(wanted), content_type="application/json")
    assert answer.status == 201
    admitted = msgspec.json.decode(answer.body, type=Enrolled)
    page = read(hall.get(f"/kiosks{HERE}", cookies=cookies))
    assert "Quầy 2 Mới ghi danh" in page
    assert f"Mã nhận dạng {keys.fingerprint(keys.public_key(SEED), admitted.server_key)}" in page


def test_a_code_is_for_one_s_own_counters(hall: Hall, cookies: dict[str, str]) -> None:
    """A counter of another center, or none, gets no code; a form without a counter is told so."""
    with hall.store.transaction():
        hall.store.open_counter(*_far())

    assert hall.post(f"/kiosks/code{HERE}", {"counter": f"{DA_LAT}-1"}, cookies=cookies).status == 404
    assert hall.post(f"/kiosks/code{HERE}", {"counter": "1-1"}, cookies=cookies).status == 404
    assert hall.post(f"/kiosks/code{HERE}", {}, cookies=cookies).status == 422
    assert hall.store.events(Action.MAKE_CODE)[1:] == []


def test_a_machine_is_moved(hall: Hall, cookies: dict[str, str]) -> None:
    """The machine stands at the new counter, is told so, and the log says from where it came."""
    add(hall, cookies, "2")
    form = {"device": MACHINE, "counter": f"{BAO_LOC}-2"}
    reply = hall.post(f"/kiosks/move{HERE}", form, cookies=cookies)

    assert reply.headers["location"] == f"/kiosks{HERE}&done=kiosk_moved"
    detail = changed({"counter": f"{BAO_LOC}-1"}, {"counter": f"{BAO_LOC}-2"})
    assert newest(hall) == ("kỹ thuật", "move", MACHINE, detail)
    device = hall.store.device(MACHINE)
    assert device is not None
    assert config_of(hall.store, device, hall.clock.now_ms()).counter.name == "2"
    again = hall.post(f"/kiosks/move{HERE}", form, cookies=cookies)
    assert again.status == 422
    assert "Máy đang ở quầy này." in again.text


def test_an_administrator_moves_between_centers_and_others_do_not(
    hall: Hall, cookies: dict[str, str]
) -> None:
    """Counters of another center are there for an administrator of both only."""
    with hall.store.transaction():
        hall.store.open_counter(*_far())
    form = {"device": MACHINE, "counter": f"{DA_LAT}-1"}
    assert hall.post(f"/kiosks/move{HERE}", form, cookies=cookies).status == 404

    admin = hall.sign_in("quản trị")
    assert f'value="{DA_LAT}-1"' in hall.get(f"/kiosks/device{HERE}&device={MACHINE}", cookies=admin).text
    reply = hall.post(f"/kiosks/move{HERE}", form, cookies=admin)
    assert reply.headers["location"] == f"/kiosks{THERE}&done=kiosk_moved"
    assert "Thiết bị 00000000" in read(hall.get(f"/kiosks{THERE}", cookies=admin))


def test_a_machine_is_revoked_with_a_reason(hall: Hall, cookies: dict[str, str]) -> None:
    """First the page says what happens to what it still has; then it is among the earlier ones, for good."""
    hear(hall, queued=4)
    asked = read(hall.get(f"/kiosks/revoke{HERE}&device={MACHINE}", cookies=cookies))
    assert "3 lượt đánh giá đã nhận vẫn được giữ" in asked
    assert "máy còn 4 lượt chưa gửi" in asked

    short = hall.post(f"/kiosks/revoke{HERE}", {"device": MACHINE, "reason": " x "}, cookies=cookies)
    assert short.status == 422
    assert 'value=" x "' in short.text

    form = {"device": MACHINE, "reason": " mất  máy "}
    reply = hall.post(f"/kiosks/revoke{HERE}", form, cookies=cookies)
    assert reply.headers["location"] == f"/kiosks{HERE}&done=kiosk_revoked"
    author, action, subject, detail = newest(hall)
    assert (author, action, subject) == ("kỹ thuật", "revoke", MACHINE)
    assert detail.endswith(" mất máy")
    device = hall.store.device(MACHINE)
    assert device is not None
    assert device.state is DeviceState.REVOKED
    page = read(hall.get(f"/kiosks{HERE}", cookies=cookies))
    assert "Các máy trước đây" in page
    assert "00000000 1 3 Đã thu hồi" in page
    for path in ("revoke", "move"):
        again = hall.post(f"/kiosks/{path}{HERE}", {**form, "counter": f"{BAO_LOC}-1"}, cookies=cookies)
        assert again.status == 422
        assert "Máy này không còn được dùng." in again.text


@pytest.mark.parametrize("path", ["device", "revoke"])
def test_a_machine_of_another_center_is_not_there(hall: Hall, path: str) -> None:
    """Whatever id an address or a form names, only machines of the center are found."""
    admin = hall.sign_in("quản trị")

    assert hall.get(f"/kiosks/{path}{THERE}&device={MACHINE}", cookies=admin).status == 404
    assert hall.get(f"/kiosks/{path}{THERE}&device=x", cookies=admin).status == 404
    assert hall.get(f"/kiosks/{path}{THERE}", cookies=admin).headers["location"] == f"/kiosks{THERE}"
    for form in ("move", "revoke"):
        sent = {"device": MACHINE, "counter": f"{BAO_LOC}-1", "reason": "mất máy"}
        assert hall.post(f"/kiosks/{form}{THERE}", sent, cookies=admin).status == 404
        assert hall.post(f"/kiosks/{form}{THERE}", {}, cookies=admin).status == 422


def test_a_language_chosen_after_a_form_leads_back(hall: Hall, cookies: dict[str, str]) -> None:
    """Where only forms are sent, whoever asks for another language comes to the page in it."""
    reply = hall.get(f"/kiosks/code{HERE}&lang=en", cookies=cookies)

    assert (reply.status, reply.headers["location"]) == (303, f"/kiosks{HERE}&lang=en")


def test_whoever_only_reads_sees_no_buttons(hall: Hall) -> None:
    """A reviewer reads how machines are, and is offered nothing that they may not do."""
    page = hall.get(f"/kiosks{HERE}", cookies=hall.sign_in("tỉnh")).text

    assert "Đánh giá đã nhận" in page
    assert "/kiosks/code" not in page
    assert "/kiosks/settings" not in page
    assert "/kiosks/device" not in page


def _far() -> tuple[Counter, str]:
    """Return a counter of another center, and who opens it."""
    return Counter(counter_id(DA_LAT, 1), DA_LAT, 1), "quản trị"


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
