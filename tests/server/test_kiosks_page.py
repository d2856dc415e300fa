"""The Kiosks page: counters, codes, machines and how they are, and what is done with them."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import msgspec
import pytest

from server.domain.audit import Action, changed
from server.domain.places import Counter, Device, DeviceState, Role, counter_id
from server.protocol import keys
from server.protocol.messages import Batch, Enrolled, EnrolmentRequest, Health
from server.protocol.record import anchor
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


@pytest.mark.parametrize(("state", "at_counter"), [(DeviceState.ACTIVE, 1), (DeviceState.FORKED, 2)])
def test_a_device_that_a_machine_was_is_told_apart(
    hall: Hall, cookies: dict[str, str], state: DeviceState, at_counter: int
) -> None:
    """A device with a successor is an earlier one; of a fork both stay, since two machines may be in use."""
    old, new = "a" * 32, "b" * 32
    add(hall, cookies, "2")
    with hall.store.transaction():
        for name, how, before in ((old, state, ""), (new, DeviceState.ACTIVE, old)):
            place = f"{BAO_LOC}-2"
            hall.store.add_device(
                Device(name, "0" * 64, place, BAO_LOC, how, name, "", 0, anchor(name.encode())), before=before
            )
    page = read(hall.get(f"/kiosks{HERE}", cookies=cookies))

    assert ("Đã có máy tiếp nối" in page) == (at_counter == 1)
    assert ("Quầy này đang có hơn một máy." in page) == (at_counter == 2)
    asked = hall.get(f"/kiosks/device{HERE}&device={old}", cookies=cookies).text
    assert ("/kiosks/move" in asked) == (at_counter == 2)


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
