"""The roster as a manager keeps it, and what a kiosk is told of it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec
import pytest

from server.domain.places import Counter, Device, DeviceState, counter_id
from server.protocol import keys
from server.protocol.messages import (
    PHOTO_BYTES_MAX,
    KioskConfig,
    Signed,
    sign_config_request,
    unseal,
)
from server.store import Code
from server.web.photos import portrait
from tests.server.hall import BAO_LOC, DA_LAT, NOON, Hall, Reply, open_hall
from tests.server.pictures import a_photo

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SEED, DEVICE = bytes(31) + b"\x21", "d" * 32
WEEK = "2026-W48"
"""The week of `NOON`, a Monday."""
HERE = f"center={BAO_LOC}&week={WEEK}"
PAGE = f"/roster?{HERE}"
ONE, TWO = counter_id(BAO_LOC, 1), counter_id(BAO_LOC, 2)
LAN, MINH = f"{BAO_LOC}-cb1", f"{BAO_LOC}-cb2"
MORNING = {"officer": LAN, "counter": ONE, "day_1": "1", "day_2": "1", "start": "07:30", "end": "11:30"}


@pytest.fixture(name="hall")
def _hall(tmp_path: Path) -> Iterator[Hall]:
    with open_hall(tmp_path) as opened:
        opened.hire("quanly", BAO_LOC)
        with opened.store.transaction():
            for center, number in [(BAO_LOC, 1), (BAO_LOC, 2), (DA_LAT, 1)]:
                opened.store.add_counter(Counter(counter_id(center, number), center, number))
            lan = opened.store.add_officer(BAO_LOC, "Lan (ví dụ)", "Công chức", "quanly")
            opened.store.add_officer(BAO_LOC, "Minh (ví dụ)", "", "quanly")
            opened.store.add_officer(DA_LAT, "Người nơi khác", "", "tỉnh")
            jpeg = portrait(a_photo())
            assert isinstance(jpeg, bytes)
            opened.store.set_photo(lan, jpeg, "quanly")
            opened.store.add_code("code", Code(ONE, opened.clock.now_ms(), None))
            key = keys.public_key(SEED)
            device = Device(DEVICE, key, ONE, BAO_LOC, DeviceState.ACTIVE, "", "", 0, "0" * 64)
            opened.store.add_device(device, "code")
        yield opened


@pytest.fixture(name="cookies")
def _cookies(hall: Hall) -> dict[str, str]:
    return hall.sign_in("quanly")


def told(hall: Hall, etag: str = "") -> tuple[Reply, KioskConfig | None]:
    """Ask for the config of the kiosk at counter 1, as it does."""
    nonce = "e" * 32
    signature = sign_config_request(SEED, DEVICE, nonce)
    reply = hall.get(
        "/v1/config",
        nucuoi_device=DEVICE,
        nucuoi_nonce=nonce,
        nucuoi_signature=signature,
        if_none_match=etag,
    )
    if reply.status == 304:
        return reply, None
    assert reply.status == 200, reply.text
    signed = msgspec.json.decode(reply.body, type=Signed)
    return reply, unseal(keys.public_key(bytes(32)), signed, KioskConfig)


def on_duty(hall: Hall) -> list[str]:
    """Return the ids of those whom the kiosk shows."""
    config = told(hall)[1]
    assert config is not None
    return [each.id for each in config.officers]


def roster(hall: Hall, weeks: int = 0) -> list[str]:
    """Return what is in the roster of this week, or of another one."""
    monday = NOON.date() + timedelta(weeks=weeks)
    return [str(each) for each in hall.store.assignments(BAO_LOC, monday, monday + timedelta(days=6))]


def newest(hall: Hall) -> tuple[str, str, str, str]:
    """Return the newest event of the audit log."""
    event = hall.store.newest_events(None, 1)[0]
    return event.author, event.action, event.subject, event.detail


def test_an_officer_is_put_into_the_roster(hall: Hall, cookies: dict[str, str]) -> None:
    """Each chosen day gets the turn; the page shows it, and the log names every one in one event."""
    reply = hall.post(PAGE, MORNING, cookies=cookies)
    assert (reply.status, reply.headers["location"]) == (303, f"{PAGE}&done=assigned")
    page = hall.get(f"{PAGE}&done=assigned", cookies=cookies).text

    assert "Đã thêm vào lịch trực." in page
    assert page.count("Bỏ ca 07:30–11:30") == 2
    first, second = (f"{ONE} {LAN} 2026-11-{day} 07:30-11:30" for day in (23, 24))
    assert roster(hall) == [first, second]
    assert newest(hall) == ("quanly", "assign", LAN, f'{{"assignments":[null,["{first}","{second}"]]}}')


def test_a_kiosk_shows_who_is_on_duty(hall: Hall, cookies: dict[str, str]) -> None:
    """Name, title and photo reach the kiosk at that counter in that turn, and its config is another one."""
    hall.clock.moment = NOON.replace(hour=7, minute=29)
    before = told(hall)[0].headers["etag"]
    hall.post(PAGE, MORNING, cookies=cookies)
    assert told(hall, before)[0].status == 304

    hall.clock.forward(minutes=1)
    reply, config = told(hall, before)
    assert config is not None
    (officer,) = config.officers
    assert (officer.id, officer.name, officer.title) == (LAN, "Lan (ví dụ)", "Công chức")
    assert officer.photo[:3] == b"\xff\xd8\xff"
    assert len(officer.photo) <= PHOTO_BYTES_MAX
    assert reply.headers["etag"] != before
    hall.clock.moment = NOON.replace(hour=11, minute=29)
    assert told(hall, reply.headers["etag"])[0].status == 304
    hall.clock.moment = NOON.replace(hour=11, minute=30)
    assert told(hall)[0].headers["etag"] == before


def test_days_are_those_of_vietnam(hall: Hall, cookies: dict[str, str]) -> None:
    """Early on Monday it is still Sunday in London, and Monday's turn has begun."""
    hall.post(PAGE, MORNING | {"start": "00:10", "end": "06:00"}, cookies=cookies)
    hall.clock.moment = NOON.replace(hour=0, minute=9)
    assert on_duty(hall) == []
    hall.clock.forward(minutes=1)
    assert on_duty(hall) == [LAN]


def test_who_left_is_shown_no_more(hall: Hall, cookies: dict[str, str]) -> None:
    """The turns of an officer who left stay on paper, make room for others, and are there again on return."""
    hall.post(PAGE, MORNING, cookies=cookies)
    hall.clock.moment = NOON.replace(hour=8)
    hall.post(f"/officers/leave?center={BAO_LOC}", {"officer": LAN}, cookies=cookies)

    assert on_duty(hall) == []
    assert "<s>Lan (ví dụ)</s>" in hall.get(PAGE, cookies=cookies).text
    refused = hall.post(PAGE, MORNING | {"start": "13:30", "end": "17:00"}, cookies=cookies)
    assert refused.status == 422
    assert "chọn một cán bộ đang làm việc" in refused.text
    hall.post(f"/officers/return?center={BAO_LOC}", {"officer": LAN}, cookies=cookies)
    assert on_duty(hall) == [LAN]


def test_no_more_are_told_than_a_kiosk_knows(hall: Hall, cookies: dict[str, str]) -> None:
    """Four may sit at a counter; when a fifth comes back whose place was taken, four are told."""
    with hall.store.transaction():
        more = [hall.store.add_officer(BAO_LOC, f"Ví dụ {n}", "", "quanly").id for n in range(4)]
    hall.clock.moment = NOON.replace(hour=8)
    hall.post(PAGE, MORNING, cookies=cookies)
    hall.post(f"/officers/leave?center={BAO_LOC}", {"officer": LAN}, cookies=cookies)
    for each in more:
        assert hall.post(PAGE, MORNING | {"officer": each}, cookies=cookies).status == 303
    fifth = hall.post(PAGE, MORNING | {"officer": MINH}, cookies=cookies)
    assert fifth.status == 422
    assert "Quầy 1 đã có 4 người cùng trực" in fifth.text

    hall.post(f"/officers/return?center={BAO_LOC}", {"officer": LAN}, cookies=cookies)
    assert on_duty(hall) == [LAN, *more[:3]]


def test_an_overlap_is_refused_whole(hall: Hall, cookies: dict[str, str]) -> None:
    """If one of the days does not fit, none is taken; the page says which, and keeps what was typed."""
    hall.post(PAGE, MORNING, cookies=cookies)
    other = MORNING | {"counter": TWO, "day_1": "", "day_5": "1", "start": "9h00", "end": "10h00"}
    reply = hall.post(PAGE, other, cookies=cookies)

    assert reply.status == 422
    assert "Lan (ví dụ) đang trực quầy 1 từ 07:30 đến 11:30, Thứ Ba 24/11/2026" in reply.text
    assert f'<option value="{TWO}" selected>' in reply.text
    assert 'name="day_5" value="1" checked' in reply.text
    assert 'name="day_1" value="1" checked' not in reply.text
    assert len(roster(hall)) == 2
    again = hall.post(PAGE, MORNING, cookies=cookies)
    assert "đã có ca 07:30–11:30 ở quầy 1, Thứ Hai" in again.text


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"officer": ""}, "chọn một cán bộ"),
        ({"counter": ""}, "chọn quầy"),
        ({"day_1": "", "day_2": ""}, "ít nhất một ngày"),
        ({"start": "11:30"}, "sau giờ bắt đầu"),
        ({"end": "25:00"}, "như 07:30"),
    ],
)
def test_what_is_wrong_is_said_at_the_field(
    hall: Hall, cookies: dict[str, str], form: dict[str, str], words: str
) -> None:
    """A form that is not taken comes back with a kind word at the field."""
    reply = hall.post(PAGE, MORNING | form, cookies=cookies)

    assert reply.status == 422
    assert words in reply.text
    assert roster(hall) == []


def test_a_turn_is_removed_and_put_back(hall: Hall, cookies: dict[str, str]) -> None:
    """One press takes it out, another puts it back; to press twice is told kindly."""
    hall.post(PAGE, MORNING, cookies=cookies)
    form = {"officer": LAN, "day": "2026-11-23", "start": "07:30"}
    reply = hall.post(f"/roster/remove?{HERE}", form, cookies=cookies)

    first = f"{ONE} {LAN} 2026-11-23 07:30-11:30"
    assert reply.status == 303
    assert newest(hall) == ("quanly", "unassign", LAN, f'{{"assignments":[["{first}"],null]}}')
    assert first not in roster(hall)
    page = hall.get(reply.headers["location"], cookies=cookies).text
    assert "Hoàn tác: xếp lại Lan (ví dụ), Thứ Hai 07:30–11:30" in page
    gone = hall.post(f"/roster/remove?{HERE}", form, cookies=cookies)
    assert gone.status == 422
    assert "không còn trong lịch" in gone.text

    hall.post(PAGE, MORNING | {"day_2": ""}, cookies=cookies)
    assert first in roster(hall)
    assert "Hoàn tác" not in hall.get(reply.headers["location"], cookies=cookies).text


@pytest.mark.parametrize(
    "change", ["day=x", "start=x", "counter=1-1", "officer=1-cb1", f"officer={DA_LAT}-cb1"]
)
def test_an_address_offers_to_undo_nothing_else(hall: Hall, cookies: dict[str, str], change: str) -> None:
    """What somebody wrote into an address by hand is no assignment that can be put back."""
    removed = f"officer={LAN}&counter={ONE}&day=2026-11-23&start=07:30&end=11:30&done=unassigned"
    assert "Hoàn tác" in hall.get(f"{PAGE}&{removed}", cookies=cookies).text

    # of a name that stands twice in an address, the last one counts
    assert "Hoàn tác" not in hall.get(f"{PAGE}&{removed}&{change}", cookies=cookies).text


def test_the_week_before_is_copied(hall: Hall, cookies: dict[str, str]) -> None:
    """Every turn moves on by a week; what is there stays, and who left is passed over and told."""
    hall.post(PAGE, MORNING, cookies=cookies)
    hall.post(PAGE, MORNING | {"officer": MINH, "counter": TWO}, cookies=cookies)
    after = f"center={BAO_LOC}&week=2026-W49"
    reply = hall.post(f"/roster/copy?{after}", {}, cookies=cookies)
    assert (reply.status, reply.headers["location"]) == (303, f"/roster?{after}&done=week_copied")
    moved = [each.replace("11-23", "11-30").replace("11-24", "12-01") for each in roster(hall)]
    assert sorted(roster(hall, 1)) == sorted(moved)
    author, action, subject, detail = newest(hall)
    assert (author, action, subject) == ("quanly", "copy_week", f"{BAO_LOC} 2026-W49")
    assert detail.count("07:30-11:30") == 4

    again = hall.post(f"/roster/copy?{after}", {}, cookies=cookies)
    assert again.status == 422
    assert "Không chép thêm được ca nào" in again.text
    hall.post(f"/officers/leave?center={BAO_LOC}", {"officer": MINH}, cookies=cookies)
    partly = hall.post(f"/roster/copy?{after.replace('49', '50')}", {}, cookies=cookies)
    assert partly.headers["location"].endswith("done=week_copied_partly")
    assert [each.split()[1] for each in roster(hall, 2)] == [LAN, LAN]


def test_there_may_be_nothing_to_copy(hall: Hall, cookies: dict[str, str]) -> None:
    """After an empty week the button says so."""
    reply = hall.post(f"/roster/copy?{HERE}", {}, cookies=cookies)

    assert reply.status == 422
    assert "không có gì để chép" in reply.text


def test_a_week_is_cleared(hall: Hall, cookies: dict[str, str]) -> None:
    """The page asks first; the log then has every turn there was, and other weeks keep theirs."""
    hall.post(PAGE, MORNING, cookies=cookies)
    hall.post(f"/roster/copy?center={BAO_LOC}&week=2026-W49", {}, cookies=cookies)
    assert "Bỏ mọi ca trực từ 23/11/2026 đến 29/11/2026?" in hall.get(PAGE, cookies=cookies).text
    for _ in range(2):
        assert hall.post(f"/roster/clear?{HERE}", {}, cookies=cookies).status == 303

    assert (roster(hall), len(roster(hall, 1))) == ([], 2)
    author, action, subject, detail = newest(hall)
    assert (author, action, subject) == ("quanly", "clear_week", f"{BAO_LOC} {WEEK}")
    assert detail.count(LAN) == 2


@pytest.mark.parametrize(
    "change", [{"officer": f"{DA_LAT}-cb1"}, {"counter": f"{DA_LAT}-1"}, {"counter": "x"}]
)
def test_others_officers_and_counters_are_not_there(
    hall: Hall, cookies: dict[str, str], change: dict[str, str]
) -> None:
    """Officers and counters of another center cannot be rostered here, nor their turns removed."""
    assert hall.post(PAGE, MORNING | change, cookies=cookies).status == 404
    form = {"officer": f"{DA_LAT}-cb1", "day": "2026-11-23", "start": "07:30"}
    assert hall.post(f"/roster/remove?{HERE}", form, cookies=cookies).status == 404
    assert roster(hall) == []


@pytest.mark.parametrize("week", ["2026", "2026-11-23", "2026-W60", "2101-W01", "x", ""])
def test_what_is_no_week_is_not_found(hall: Hall, cookies: dict[str, str], week: str) -> None:
    """A mistyped week leads nowhere."""
    assert hall.get(f"/roster?center={BAO_LOC}&week={week}", cookies=cookies).status == 404


def test_weeks_lead_to_one_another(hall: Hall, cookies: dict[str, str]) -> None:
    """Without a week in the address it is this one; from there one goes back and on."""
    page = hall.get(f"/roster?center={BAO_LOC}", cookies=cookies).text
    assert "Tuần 48" in page
    assert f'href="/roster?center={BAO_LOC}&amp;week=2026-W47"' in page
    assert f'href="/roster?center={BAO_LOC}&amp;week=2026-W49"' in page
    assert "Tuần này chưa xếp ai" in page

    last = hall.get(f"/roster?center={BAO_LOC}&week=2099-W53", cookies=cookies)
    assert last.status == 200
    assert 'rel="next"' not in last.text


def test_an_empty_center_says_what_to_do_first(hall: Hall) -> None:
    """Without counters or officers the page leads to where they come from."""
    hall.hire("nơi khác", DA_LAT)
    cookies = hall.sign_in("nơi khác")
    hall.post(f"/officers/leave?center={DA_LAT}", {"officer": f"{DA_LAT}-cb1"}, cookies=cookies)
    assert "chưa có cán bộ nào đang làm việc" in hall.get(f"/roster?center={DA_LAT}", cookies=cookies).text


def test_a_center_without_counters_is_told_so(tmp_path: Path) -> None:
    """There is nothing to roster where there is no counter."""
    with open_hall(tmp_path) as empty:
        empty.hire("quanly", BAO_LOC)
        assert "chưa có quầy nào" in empty.get(PAGE, cookies=empty.sign_in("quanly")).text
