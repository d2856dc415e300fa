"""The Opening hours page: what is set there is what kiosks are told, and all of it is in the audit log."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING

import msgspec
import pytest

from server.domain.audit import Action
from server.domain.opening_forms import DAYS_MAX
from server.domain.openings import USUAL, SpecialDay, Timetable
from server.domain.places import Role
from server.protocol.hours import Hours, Span
from server.web.kiosk_config import config_of, etag_of
from tests.server.hall import BAO_LOC, DA_LAT, Hall, Reply, open_hall

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from server.domain.audit import Event
    from server.protocol.messages import KioskConfig

CULTURE = date(2026, 11, 24)
WORK = [Span("07:30", "11:30"), Span("13:30", "17:00")]
WEEK = {
    f"d{day}_{part}_{end}": time
    for day in range(1, 6)
    for part, start_end in ((1, ("7h30", "11h30")), (2, ("13:30", "17:00")))
    for end, time in zip(("start", "end"), start_end, strict=True)
}


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    """Open a hall with a manager, an admin of the province and one of a center."""
    with open_hall(tmp_path) as opened:
        opened.hire("quanly", BAO_LOC)
        opened.hire("tỉnh", None, role=Role.ADMIN)
        opened.rate(BAO_LOC, date(2026, 11, 2), (0, 0, 0, 0, 5))
        yield opened


@pytest.fixture(name="manager")
def of_the_center(hall: Hall) -> dict[str, str]:
    """Sign the manager in."""
    return hall.sign_in("quanly")


@pytest.fixture
def admin(hall: Hall) -> dict[str, str]:
    """Sign the province's admin in."""
    return hall.sign_in("tỉnh")


def post(hall: Hall, what: str, form: dict[str, str], cookies: dict[str, str]) -> Reply:
    """Send a form about the manager's center."""
    return hall.post(f"/openings/{what}?center={BAO_LOC}", form, cookies=cookies)


def told(hall: Hall) -> KioskConfig:
    """Return what the center's kiosk is told."""
    return config_of(hall.store, hall.store.devices()[0], hall.clock.now_ms())


def changes(hall: Hall) -> list[Event]:
    """Return the events about opening hours."""
    return hall.store.events(Action.SET_HOURS)


def test_without_hours_it_is_always_open(hall: Hall, manager: dict[str, str]) -> None:
    """Where nobody set hours, the page says that kiosks are always open, and they are."""
    page = hall.get("/openings", cookies=manager).text

    assert "luôn mở, cả ban đêm và ngày nghỉ" in page
    assert "chỉ là gợi ý, chưa được lưu" in page
    assert told(hall).hours is None


def test_hours_are_set(hall: Hall, manager: dict[str, str]) -> None:
    """A manager types the week; the page tells it in a sentence, the kiosk gets it, the log has it."""
    before = etag_of(told(hall))
    reply = post(hall, "week", WEEK, manager)
    page = hall.get(reply.headers["location"], cookies=manager).text

    assert reply.status == 303
    assert "Đã lưu giờ làm việc." in page
    assert "Tuần này: Thứ Hai đến Thứ Sáu 07:30–11:30, 13:30–17:00; Thứ Bảy và Chủ nhật nghỉ." in page
    assert "Hôm nay mở cửa đến 17:00." in page
    assert "trong khoảng 10 phút" in page
    assert told(hall).hours == Hours(week=[WORK] * 5 + [[], []])
    assert etag_of(told(hall)) != before
    event = changes(hall)[-1]
    assert (event.author, event.subject) == ("quanly", str(BAO_LOC))
    assert msgspec.json.decode(event.detail) == {
        f"weekday_{number}": [None, "07:30-11:30, 13:30-17:00" if number < 6 else "closed"]
        for number in range(1, 8)
    }


def test_wrong_hours_are_kept_in_the_form_and_change_nothing(hall: Hall, manager: dict[str, str]) -> None:
    """What was typed wrongly stands there again with the reason beside it, and no event is written."""
    reply = post(hall, "week", WEEK | {"d2_2_start": "10 <giờ>"}, manager)

    assert reply.status == 422
    assert 'value="10 &lt;giờ&gt;" aria-invalid="true" aria-describedby="d2_fault"' in reply.text
    assert 'id="d2_fault">Giờ chưa đúng.' in reply.text
    assert 'name="d1_1_start" value="7h30"' in reply.text
    assert (changes(hall), told(hall).hours) == ([], None)


def test_saving_the_same_again_is_no_event(hall: Hall, manager: dict[str, str]) -> None:
    """A form that changes nothing leaves nothing in the log, and nothing to undo."""
    post(hall, "week", WEEK, manager)
    reply = post(hall, "week", WEEK, manager)

    assert reply.status == 303
    assert "undo" not in reply.headers["location"]
    assert len(changes(hall)) == 1


def test_the_province_gives_hours_to_whoever_has_none(
    hall: Hall, manager: dict[str, str], admin: dict[str, str]
) -> None:
    """Centers follow the province until they set their own hours, and again when they give those up."""
    assert hall.post("/openings/province/week", WEEK, cookies=admin).status == 303
    assert told(hall).hours == Hours(week=[WORK] * 5 + [[], []])
    assert "giờ chung của tỉnh" in hall.get("/openings", cookies=manager).text

    post(hall, "week", {"d1_1_start": "8:00", "d1_1_end": "10:00"}, manager)
    hours = told(hall).hours
    assert hours is not None
    assert hours.week == [[Span("08:00", "10:00")]] + [[]] * 6

    reply = post(hall, "forget", {}, manager)
    assert reply.status == 303
    assert told(hall).hours == Hours(week=[WORK] * 5 + [[], []])
    assert post(hall, "forget", {}, manager).status == 422
    assert [event.subject for event in changes(hall)] == ["province", str(BAO_LOC), str(BAO_LOC)]


def test_only_an_admin_of_the_province_decides_for_it(hall: Hall, admin: dict[str, str]) -> None:
    """An admin of one center finds no page of the province; the other one finds it from the center's page."""
    hall.hire("riêng", BAO_LOC, role=Role.ADMIN)
    cookies = hall.sign_in("riêng")

    assert hall.get("/openings/province", cookies=cookies).status == 404
    assert hall.post("/openings/province/week", WEEK, cookies=cookies).status == 404
    assert 'href="/openings/province"' not in hall.get("/openings", cookies=cookies).text
    assert 'href="/openings/province"' in hall.get("/openings", cookies=admin).text
    assert "Áp dụng cho mọi Trung tâm" not in hall.get("/openings/province", cookies=admin).text
    assert "Khi tỉnh đặt giờ chung" in hall.get("/openings/province", cookies=admin).text


def test_a_day_is_added_and_removed_and_comes_back(hall: Hall, manager: dict[str, str]) -> None:
    """A Saturday that is worked reaches the kiosk; removing it can be undone."""
    post(hall, "week", WEEK, manager)
    form = {"day": "2026-11-28", "name": "Làm bù", "day_1_start": "7h30", "day_1_end": "11h30"}
    assert post(hall, "days", form, manager).status == 303
    hours = told(hall).hours
    assert hours is not None
    assert hours.days == {"2026-11-28": [Span("07:30", "11:30")]}
    page = hall.get("/openings", cookies=manager).text
    assert "Thứ Bảy 28/11/2026 (Làm bù) 07:30–11:30; Chủ nhật nghỉ" in page

    reply = post(hall, "days/remove", {"day": "2026-11-28"}, manager)
    event = changes(hall)[-1]
    assert event.detail == '{"2026-11-28":["07:30-11:30 | Làm bù",null]}'
    assert told(hall).hours == Hours(week=[WORK] * 5 + [[], []])
    page = hall.get(reply.headers["location"], cookies=manager).text
    assert f'name="event" value="{event.id}"' in page

    undone = post(hall, "undo", {"event": str(event.id)}, manager)
    assert "Đã hoàn tác." in hall.get(undone.headers["location"], cookies=manager).text
    assert told(hall).hours == hours
    assert post(hall, "undo", {"event": str(event.id)}, manager).status == 422


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"day": "2026-11-20", "name": "x"}, "Ngày này đã qua."),
        ({"day": "", "name": "x"}, "Xin chọn một ngày."),
        ({"day": "2026-12-01", "name": ""}, "Xin ghi lý do."),
        ({"day": "2026-12-01", "name": "x", "day_2_end": "17:00"}, "cả giờ bắt đầu và giờ kết thúc"),
    ],
)
def test_a_wrong_day_is_told(hall: Hall, manager: dict[str, str], form: dict[str, str], words: str) -> None:
    """A day that cannot be set is kept in the form, with the reason."""
    post(hall, "week", WEEK, manager)
    reply = post(hall, "days", form, manager)

    assert reply.status == 422
    assert words in reply.text
    assert f'value="{form["day"]}"' in reply.text


def test_a_day_needs_a_week(hall: Hall, manager: dict[str, str]) -> None:
    """Where it is always open no day can differ yet: neither one's own nor the holidays."""
    day = post(hall, "days", {"day": "2026-12-01", "name": "x"}, manager)
    holidays = post(hall, "holidays", {"year": "2026"}, manager)

    for reply in (day, holidays):
        assert reply.status == 422
        assert "Xin lưu giờ trong tuần trước." in reply.text


def test_the_holidays_are_taken_over_at_once(hall: Hall, manager: dict[str, str]) -> None:
    """One button sets all holidays still to come, with swapped days; one more takes that back."""
    hall.clock.forward(days=-100)  # 15 August
    post(hall, "week", WEEK, manager)
    page = hall.get("/openings", cookies=manager).text
    assert "Năm 2026: 5 ngày" in page
    assert "Làm việc thay cho ngày 31/08/2026" in page

    reply = post(hall, "holidays", {"year": "2026"}, manager)
    hours = told(hall).hours
    assert hours is not None
    assert hours.days == {
        "2026-08-22": WORK,
        "2026-08-31": [],
        "2026-09-01": [],
        "2026-09-02": [],
        "2026-11-24": [],
    }
    assert hall.store.timetable(BAO_LOC).days[CULTURE] == SpecialDay("Ngày Văn hóa Việt Nam")
    assert post(hall, "holidays", {"year": "2026"}, manager).status == 422
    assert post(hall, "holidays", {"year": "2031"}, manager).status == 422
    post(hall, "days/remove", {"day": "2026-11-24"}, manager)
    assert "Năm 2026: 1 ngày" in hall.get("/openings", cookies=manager).text

    event = re.search(r"undo=(\d+)", reply.headers["location"])
    assert event is not None
    assert post(hall, "undo", {"event": event[1]}, manager).status == 422  # one of them was removed since
    post(hall, "undo", {"event": str(changes(hall)[-1].id)}, manager)
    assert post(hall, "undo", {"event": event[1]}, manager).status == 303
    assert told(hall).hours == Hours(week=[WORK] * 5 + [[], []])


def test_a_center_may_differ_from_a_day_of_the_province(
    hall: Hall, manager: dict[str, str], admin: dict[str, str]
) -> None:
    """A holiday of the province holds everywhere, but where the center works on it."""
    hall.post("/openings/province/week", WEEK, cookies=admin)
    hall.post("/openings/province/holidays", {"year": "2026"}, cookies=admin)
    assert "của tỉnh</span>" in hall.get("/openings", cookies=manager).text
    assert post(hall, "days/remove", {"day": "2026-11-24"}, manager).status == 404

    form = {"day": "2026-11-24", "name": "Trực lễ", "day_1_start": "8", "day_1_end": "10"}
    post(hall, "days", form, manager)
    hours = told(hall).hours
    assert hours is not None
    assert hours.days == {"2026-11-24": [Span("08:00", "10:00")]}


@pytest.mark.parametrize("form", [{"event": "9999"}, {"event": "1"}])
def test_only_a_change_of_this_center_is_undone(
    hall: Hall, manager: dict[str, str], admin: dict[str, str], form: dict[str, str]
) -> None:
    """Another event of the log, and a change of another center, are not there to be undone."""
    hall.post(f"/openings/week?center={DA_LAT}", WEEK, cookies=admin)

    assert post(hall, "undo", form, manager).status == 404
    assert post(hall, "undo", {"event": str(changes(hall)[-1].id)}, manager).status == 404
    assert post(hall, "undo", {"event": "x"}, manager).status == 422
    assert hall.store.timetable(DA_LAT) == Timetable(USUAL)


def test_a_day_that_is_over_is_no_longer_shown_nor_removed(hall: Hall, manager: dict[str, str]) -> None:
    """Yesterday's holiday stays in the book, where figures need it, and leaves the page."""
    post(hall, "week", WEEK, manager)
    post(hall, "days", {"day": "2026-11-24", "name": "Lễ"}, manager)
    hall.clock.forward(days=2)  # kiosks are still told of yesterday
    assert told(hall).hours == Hours(week=[WORK] * 5 + [[], []], days={"2026-11-24": []})
    cookies = hall.sign_in("quanly")

    assert "24/11/2026</span>" not in hall.get("/openings", cookies=cookies).text
    assert post(hall, "days/remove", {"day": "2026-11-24"}, cookies).status == 404
    assert CULTURE in hall.store.timetable(BAO_LOC).days
    hall.clock.forward(days=1)
    assert told(hall).hours == Hours(week=[WORK] * 5 + [[], []])


def test_there_is_a_limit_on_days(hall: Hall, manager: dict[str, str]) -> None:
    """Where the list is full, holidays are not taken over in part: it is said that there is no room."""
    days = {date(2027, 12, 1) + timedelta(number): SpecialDay("x") for number in range(DAYS_MAX)}
    with hall.store.transaction():
        hall.store.set_timetable(BAO_LOC, Timetable(USUAL, days))
    reply = post(hall, "holidays", {"year": "2026"}, manager)

    assert reply.status == 422
    assert "đã có quá nhiều ngày" in reply.text


def test_a_center_that_never_opens_is_told_so(hall: Hall, manager: dict[str, str]) -> None:
    """After the day's end the page says when it opens next; nothing within a year is said plainly."""
    post(hall, "week", WEEK, manager)
    hall.clock.forward(hours=6)
    page = hall.get("/openings", cookies=manager).text
    assert "Hôm nay đã hết giờ làm việc. Mở cửa lại lúc 07:30, Thứ Ba 24/11/2026." in page

    with hall.store.transaction():
        hall.store.set_timetable(BAO_LOC, Timetable(((),) * 7))
    page = hall.get("/openings", cookies=manager).text
    assert "Hôm nay nghỉ. Trong một năm tới không có ngày nào mở cửa." in page
