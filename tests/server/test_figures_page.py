"""The page of what a center reports, and what its kiosks are told to make fingerprints with."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import msgspec
import pytest

from server.domain.audit import Action
from server.domain.calendar import VIETNAM
from server.domain.dossier_figures import ComplaintMonth, FieldDay, TicketDay, Work
from server.domain.places import Counter, Device, DeviceState, counter_id
from server.protocol import keys
from server.protocol.messages import KioskConfig, Signed, sign_config_request, unseal
from server.store import Code
from tests.server.field_hall import field_hall
from tests.server.hall import BAO_LOC, DA_LAT, NOON, Hall

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.server.hall import Reply

HERE = f"?center={BAO_LOC}"
MONDAY, FRIDAY, NOVEMBER = date(2026, 11, 23), date(2026, 11, 20), date(2026, 11, 1)
SEED = bytes(31) + b"\x21"


@pytest.fixture(name="hall")
def _hall(tmp_path: Path) -> Iterator[Hall]:
    with field_hall(tmp_path) as made:
        yield made


@pytest.fixture(name="cookies")
def _cookies(hall: Hall) -> dict[str, str]:
    return hall.sign_in("quanly")


def send(hall: Hall, cookies: dict[str, str], path: str, form: dict[str, str]) -> Reply:
    """Send one of the page's forms."""
    return hall.post(f"/figures/{path}{HERE}", form, cookies=cookies)


def logged(hall: Hall) -> list[tuple[str, str, str, dict[str, object]]]:
    """Return who changed what, and how."""
    return [
        (each.author, each.action, each.subject, msgspec.json.decode(each.detail))
        for each in reversed(hall.store.newest_events(None, 9))
        if each.detail.startswith("{") and each.action.startswith(("take", "remove", "set_dossier"))
    ]


def enrol(hall: Hall, center: int) -> str:
    """Put a kiosk at the first counter of a center; returns its id."""
    counter = Counter(counter_id(center, 1), center, 1)
    id_ = f"{center:032x}"
    with hall.store.transaction():
        hall.store.add_counter(counter)
        hall.store.add_code(id_, Code(counter.id, hall.clock.now_ms(), None))
        key = keys.public_key(SEED)
        device = Device(id_, key, counter.id, center, DeviceState.ACTIVE, "", "", 0, "0" * 64)
        hall.store.add_device(device, id_)
    return id_


def told(hall: Hall, device: str) -> KioskConfig:
    """Ask for the config of a kiosk, as it does."""
    nonce = "e" * 32
    signature = sign_config_request(SEED, device, nonce)
    reply = hall.get("/v1/config", nucuoi_device=device, nucuoi_nonce=nonce, nucuoi_signature=signature)
    assert reply.status == 200
    signed = msgspec.json.decode(reply.body, type=Signed)
    return unseal(keys.public_key(bytes(32)), signed, KioskConfig)


def test_a_day_is_entered_by_hand(hall: Hall, cookies: dict[str, str]) -> None:
    """Dossiers of the fields that were filled in, and tickets; one event each has the sums."""
    form = {"day": "2026-11-20", "received_1": "12", "returned_1": "10", "on_time_1": "9", "late_1": "1"}
    reply = send(hall, cookies, "day", {**form, "received_2": "3", "served": "1.040"})

    assert reply.status == 303
    assert reply.headers["location"] == f"/figures?center={BAO_LOC}&day=2026-11-20&done=figures_saved"
    assert hall.store.field_days(BAO_LOC, FRIDAY, FRIDAY) == [
        FieldDay(1, FRIDAY, Work(12, 10, 9, 1)),
        FieldDay(2, FRIDAY, Work(3, 0, 0, 0)),
    ]
    assert hall.store.ticket_days(BAO_LOC, FRIDAY, FRIDAY) == [TicketDay(FRIDAY, 1040)]
    assert logged(hall) == [
        (
            "quanly",
            "take_dossiers",
            "24823 2026-11-20",
            {"rows": [0, 2], "received": [0, 15], "returned": [0, 10], "on_time": [0, 9], "late": [0, 1]},
        ),
        ("quanly", "take_tickets", "24823 2026-11-20", {"rows": [0, 1], "served": [0, 1040]}),
    ]
    page = hall.get(reply.headers["location"], cookies=cookies).text
    assert "Đã lưu số liệu của ngày." in page
    assert 'name="received_1" value="12"' in page
    assert "1.040" in page


def test_a_month_says_what_is_missing(hall: Hall, cookies: dict[str, str]) -> None:
    """Working days before today without figures are counted and can be filled in; today is not late yet."""
    empty = hall.get(f"/figures{HERE}", cookies=cookies).text
    assert "Tháng này chưa có số liệu nào" in empty
    assert "Còn thiếu số liệu của 15 ngày làm việc" in empty
    with hall.store.transaction():
        for number in range(1, 23):
            day = NOVEMBER + timedelta(days=number - 1)
            hall.store.take_ticket_days(BAO_LOC, [TicketDay(day, 40)], "quanly")

    full = hall.get(f"/figures{HERE}", cookies=cookies).text
    assert "Đủ số liệu của mọi ngày làm việc đã qua" in full
    assert "880" in full
    assert "Tháng này chưa có" in hall.get(f"/figures{HERE}&month=2026-10", cookies=cookies).text


def test_coverage_rests_on_what_is_shown(hall: Hall, cookies: dict[str, str]) -> None:
    """Ratings are told of in whole releases only: four more change nothing."""
    with hall.store.transaction():
        hall.store.take_ticket_days(BAO_LOC, [TicketDay(FRIDAY, 100)], "quanly")
        hall.store.take_field_days(BAO_LOC, [FieldDay(1, FRIDAY, Work(90, 50, 50, 0))], "quanly")
    hall.rate(BAO_LOC, MONDAY, (0, 0, 1, 1, 1))
    few = hall.get(f"/figures{HERE}", cookies=cookies).text
    assert "chưa đủ dữ liệu" in few
    assert "Đánh giá trên lượt phục vụ" not in few
    hall.rate(BAO_LOC, MONDAY, (0, 0, 1, 1, 1))
    six = hall.get(f"/figures{HERE}", cookies=cookies).text
    assert "6,0%" in six  # of 100 tickets
    assert "12,0%" in six  # of 50 dossiers
    assert "tỷ lệ thực tế thấp hơn" in six
    hall.rate(BAO_LOC, MONDAY, (1, 1, 1, 1, 0))

    assert hall.get(f"/figures{HERE}", cookies=cookies).text == six


@pytest.mark.parametrize(
    ("path", "form", "words"),
    [
        ("day", {}, "Xin ghi ngày"),
        ("day", {"day": "2026-11-24", "served": "77"}, "Ngày này chưa đến"),
        ("day", {"day": "2026-11-20", "received_9": "77"}, "chưa ghi số liệu nào"),
        ("day", {"day": "2026-11-20", "received_1": "nhiều 77"}, "từ 0 đến 1.000.000"),
        ("day", {"day": "2026-11-20", "returned_1": "1", "late_1": "77"}, "lớn hơn số đã trả"),
        ("day/remove", {"day": "mai"}, "Xin ghi ngày"),
        ("complaints", {"month": "2026-12"}, "Tháng này chưa đến"),
        ("complaints", {"month": "2026-11", "complaints_received": "x77"}, "từ 0 đến 1.000.000"),
        (
            "complaints",
            {
                "month": "2026-11",
                "complaints_received": "1",
                "complaints_on_time": "77",
                "complaints_dissatisfied": "0",
            },
            "lớn hơn số đã tiếp nhận",
        ),
        ("prefixes", {"prefixes": "Bảo Lộc 77"}, "Mã định danh có dạng"),
        ("prefixes", {}, "chưa ghi số liệu nào"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    hall: Hall, cookies: dict[str, str], path: str, form: dict[str, str], words: str
) -> None:
    """A form that is not taken comes back with a kind word at its field, and nothing was changed."""
    reply = send(hall, cookies, path, form)

    assert reply.status == 422
    assert words in reply.text
    assert 'role="alert"' in reply.text
    assert logged(hall) == []
    if "77" in str(form) and "9" not in str(form):
        assert "77" in reply.text


def test_a_day_that_was_a_mistake_is_deleted(hall: Hall, cookies: dict[str, str]) -> None:
    """The page asks first; then nothing is left of the day but its sums in the log."""
    send(hall, cookies, "day", {"day": "2026-11-20", "received_1": "5", "served": "6"})
    assert "Xóa số liệu của ngày này" in hall.get(f"/figures{HERE}&day=2026-11-20", cookies=cookies).text
    assert send(hall, cookies, "day/remove", {"day": "2026-11-20"}).status == 303

    assert hall.store.field_days(BAO_LOC, FRIDAY, FRIDAY) == []
    assert hall.store.ticket_days(BAO_LOC, FRIDAY, FRIDAY) == []
    assert logged(hall)[-1][:3] == ("quanly", "remove_figures", "24823 2026-11-20")
    assert "Xóa số liệu của ngày này" not in hall.get(f"/figures{HERE}&day=2026-11-20", cookies=cookies).text


def test_complaints_are_told_by_month(hall: Hall, cookies: dict[str, str]) -> None:
    """Three numbers of a month; the later ones count."""
    form = {"month": "2026-10", "complaints_received": "3", "complaints_on_time": "2"}
    assert send(hall, cookies, "complaints", {**form, "complaints_dissatisfied": "1"}).status == 303
    assert send(hall, cookies, "complaints", {**form, "complaints_dissatisfied": "0"}).status == 303

    october = date(2026, 10, 1)
    assert hall.store.complaint_months(BAO_LOC, october, NOVEMBER) == [ComplaintMonth(october, 3, 2, 0)]
    assert logged(hall)[-1] == (
        "quanly",
        "take_complaints",
        "24823 2026-10-01",
        {"dissatisfied": [1, 0]},
    )
    assert 'value="3"' in hall.get(f"/figures{HERE}&month=2026-10", cookies=cookies).text


@pytest.mark.parametrize("query", ["month=2026-12", "month=2026-Q4", "month=x", "day=2026-11-24", "day=2026"])
def test_no_month_lies_ahead(hall: Hall, cookies: dict[str, str], query: str) -> None:
    """What is mistyped or has not begun is not found."""
    day_of_year = query == "day=2026"

    assert (hall.get(f"/figures{HERE}&{query}", cookies=cookies).status == 404) != day_of_year


def test_each_center_has_its_own_key(hall: Hall, cookies: dict[str, str]) -> None:
    """The kiosks of a center make fingerprints with one key, those of another with another."""
    here, there = enrol(hall, BAO_LOC), enrol(hall, DA_LAT)
    key = told(hall, here).dossier_key
    assert len(key) == 64
    assert told(hall, here).dossier_key == key
    assert told(hall, there).dossier_key not in {"", key}
    assert told(hall, here).dossier_prefixes == []
    assert send(hall, cookies, "prefixes", {"prefixes": "h36.12, H36.13"}).status == 303

    assert told(hall, here).dossier_prefixes == ["H36.12", "H36.13"]
    assert told(hall, there).dossier_prefixes == []
    assert logged(hall) == [("quanly", "set_dossier_prefixes", "24823", {"prefixes": ["", "H36.12 H36.13"]})]
    assert key not in "".join(each.event.detail for each in hall.store.audit_log())


def test_a_quarter_brings_another_key(hall: Hall) -> None:
    """With the first day of a quarter kiosks are told a new key; the one before still lives for a while."""
    here = enrol(hall, BAO_LOC)
    old = told(hall, here).dossier_key
    hall.clock.moment = NOON.replace(year=2027, month=1, day=1)
    new = told(hall, here).dossier_key

    assert new not in {"", old}
    assert hall.store.dossier_keys(BAO_LOC, date(2027, 1, 1)) == [new, old]
    assert hall.clock.moment.tzinfo is VIETNAM


def test_a_revoked_kiosk_is_told_no_key(hall: Hall) -> None:
    """A machine that belongs here no more learns nothing to try codes with."""
    here = enrol(hall, BAO_LOC)
    assert told(hall, here).dossier_key
    with hall.store.transaction():
        hall.store.revoke(here, "chị Lan", "mất máy")

    assert told(hall, here).dossier_key == ""
    assert hall.store.events(Action.REVOKE)
