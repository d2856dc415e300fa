"""A hall in which there is something of everything, for tests that go to every page and send every form.

Its people are an administrator of the province, `WHO`, and for each role somebody of the province and
somebody of one center; besides them whoever an administrator has to do with: `LAN` is at work and has a
second factor, `MAI` is invited, `NHI` is blocked.
"""

from __future__ import annotations

import itertools
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import msgspec

from server.app import create_app
from server.domain.alerts import OF_MACHINES, Cause, Found, Kind
from server.domain.audit import Action
from server.domain.comments import State, Wanted
from server.domain.dossier_figures import ComplaintMonth, FieldDay, TicketDay, Work
from server.domain.fields import Procedure
from server.domain.lists import Offer
from server.domain.notices import Posted
from server.domain.openings import USUAL, SpecialDay, Timetable
from server.domain.places import Counter, Device, DeviceState, Role, counter_id
from server.domain.roster import Assignment
from server.domain.table import Row, Table
from server.store import Code
from server.store.seed import cheerful_survey, ready_fields, ready_themes
from server.web.sealing import NONCE_BYTES, seal
from server.web.sessions import hash_token
from tests.server.hall import BAO_LOC, DA_LAT, NOON, Hall, open_hall
from tests.server.pictures import a_photo

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from server.store import Store

WHO, LAN, MAI, NHI = "tỉnh", "lan", "mai", "nhi"
TODAY = NOON.date()
WEEK = TODAY - timedelta(days=TODAY.weekday())
"""The Monday of this week, which is the Monday that the hall's clock shows."""
DEVICE, GONE = f"{BAO_LOC:032x}", "c" * 32
"""The kiosk at counter 1, and one that was revoked."""
FIRST, SECOND, LEFT = (f"{BAO_LOC}-cb{number}" for number in (1, 2, 3))
"""Officers: with a photo and on duty, without either, and one who has left."""
SAID, DONE = "Sáng thứ Hai phải chờ lâu.", "Mở thêm một quầy chứng thực."
TEXTS = {"said_vi": SAID, "did_vi": DONE, "said_en": "Mondays are slow.", "did_en": "We opened a counter."}
HOLIDAY = date(2026, 12, 24)
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
"""What the phone of `LAN` knows."""
LINK = "ab" * 32
"""What the link of `MAI` ends with."""
FAR_MS = 3600 * 1000
SPANS = ("start_1", "end_1", "start_2", "end_2")
FRIDAY, NOVEMBER = date(2026, 11, 20), date(2026, 11, 1)
REGISTER, UNUSED = 1, 5
"""Fields: of civil status, and one that is retired."""
BIRTH, DEATH = "1.001193", "1.000656"
"""Procedures of civil status: in use, and retired."""
AGENCY = "H36.12"
COMMENTS = ("Chờ lâu quá", "Cán bộ vui vẻ", "Ghế ít, nóng", "Cảm ơn", "Hướng dẫn dễ hiểu")
NEW_COMMENT, TAKEN_UP = f"{2:016x}", f"{3:016x}"
"""Comments by their ids: of the first rating, which nobody has decided about; one taken up and answered."""
WORKED, SERVED = FieldDay(REGISTER, FRIDAY, Work(12, 10, 9, 1)), TicketDay(FRIDAY, 64)
COMPLAINED = ComplaintMonth(NOVEMBER, 3, 2, 1)
"""What the center reported."""


def furnish(hall: Hall) -> None:
    """Put something of everything into a hall."""
    hall.hire(WHO, None, role=Role.ADMIN)
    for name in (LAN, NHI):
        hall.hire(name, BAO_LOC)
    for role in Role:
        hall.hire(f"{role.value} here", BAO_LOC, role=role)
        hall.hire(f"{role.value} everywhere", None, role=role)
    hall.comment(BAO_LOC, TODAY - timedelta(days=21), *COMMENTS)
    hall.rate(BAO_LOC, TODAY - timedelta(days=20), (0, 0, 0, 1, 1))
    for number in reversed(range(14)):
        hall.rate(BAO_LOC, TODAY - timedelta(days=number), (number % 3, 1, 2, 3, number))
    hall.show_comments()
    with hall.store.transaction():
        _people(hall)
        _kiosks(hall.store)
        _staff(hall.store)
        _words(hall.store)
        _work(hall.store)
        _alerts(hall)
        _offer(hall)
        _comments(hall.store)


def _comments(store: Store) -> None:
    store.add_themes(ready_themes())
    store.retire_theme(store.themes()[-1], 1, WHO)
    taken_up = store.comment(TAKEN_UP)
    assert taken_up is not None
    store.add_comment_step(taken_up, Wanted(State.DOING, "Đã hỏi tổ một cửa (ví dụ)"), WHO)
    store.answer_comment(taken_up, "n1", WHO)


def _people(hall: Hall) -> None:
    store, now = hall.store, hall.clock.now_ms()
    mai = store.invite(MAI, Role.MANAGER, BAO_LOC, WHO)
    store.add_link(mai, hash_token(LINK), now + FAR_MS, WHO, invites=True)
    who, lan, nhi = (store.person(name) for name in (WHO, LAN, NHI))
    assert who is not None
    assert lan is not None
    assert nhi is not None
    store.block(nhi, now, WHO)
    sealed = seal(hall.context.signing_seed, SECRET, "0" * 2 * NONCE_BYTES)
    store.begin_second_factor(lan, sealed)
    store.turn_on_second_factor(lan, now, 1, ["a" * 64])
    for sign, person in (("e", lan), ("f", who)):
        token, until = sign * 64, now + FAR_MS
        store.start_session(token, person.id, until, started_ms=now, address="192.0.2.9", browser="Firefox")


def _kiosks(store: Store) -> None:
    for number in (2, 3):
        store.open_counter(Counter(counter_id(BAO_LOC, number), BAO_LOC, number), WHO)
    two = counter_id(BAO_LOC, 2)
    store.add_code("gone", Code(two, 0, None), WHO)
    store.add_device(Device(GONE, "1" * 64, two, BAO_LOC, DeviceState.ACTIVE, "", "", 0, "0" * 64), "gone")
    store.revoke(GONE, WHO, "Đã thay máy mới")
    store.set_kiosks(BAO_LOC, replace(store.kiosk_settings(BAO_LOC), pin_hash="$argon2id$of-a-test"), WHO)


def _staff(store: Store) -> None:
    names = (("Trần Thị Mẫu", "Công chức (ví dụ)"), ("Lê Văn Mẫu", ""), ("Phạm Thị Mẫu", "Viên chức (ví dụ)"))
    officers = [store.add_officer(BAO_LOC, name, title, WHO) for name, title in names]
    store.set_photo(officers[0], a_photo(), WHO)
    store.officer_leaves(officers[2], 1, WHO)
    store.change_roster(Action.ASSIGN, FIRST, [], [turn(WEEK), turn(WEEK - timedelta(days=7))], WHO)


def turn(day: date, officer: str = FIRST, start: int = 450, end: int = 690) -> Assignment:
    """Return a turn at counter 1, of a morning unless said otherwise."""
    return Assignment(day, start, end, counter_id(BAO_LOC, 1), officer)


def _words(store: Store) -> None:
    store.add_survey(cheerful_survey(), WHO)
    store.set_notices(BAO_LOC, [Posted("n1", TEXTS), Posted("n2", TEXTS, is_shown=False)])
    store.set_timetable(None, Timetable(USUAL, {date(2027, 1, 1): SpecialDay("Tết Dương lịch")}))
    store.set_timetable(BAO_LOC, Timetable(USUAL, {HOLIDAY: SpecialDay("Tổng kết năm")}))


def _work(store: Store) -> None:
    store.add_fields(ready_fields())
    fields = {each.id: each for each in store.fields()}
    store.retire_field(fields[UNUSED], 1, WHO)
    store.keep_procedure(Procedure(BIRTH, "Đăng ký khai sinh", REGISTER), WHO)
    store.keep_procedure(Procedure(DEATH, "Đăng ký khai tử", REGISTER, 1), WHO)
    store.set_counter_fields(BAO_LOC, {counter_id(BAO_LOC, 2): REGISTER}, WHO)
    store.take_field_days(BAO_LOC, [WORKED], WHO)
    store.take_ticket_days(BAO_LOC, [SERVED], WHO)
    store.take_complaint_months(BAO_LOC, [COMPLAINED], WHO)
    store.set_dossier_prefixes(BAO_LOC, [AGENCY], WHO)


def _alerts(hall: Hall) -> None:
    """Raise one of each kind, of which somebody has seen the last."""
    now = hall.clock.now_ms()
    marks = {Kind.QUIET: str(now - FAR_MS), Kind.FALL: FRIDAY.isoformat(), Kind.SILENT: FRIDAY.isoformat()}
    found = [
        Found(Cause(kind, BAO_LOC, DEVICE if kind in OF_MACHINES else ""), marks.get(kind, ""))
        for kind in Kind
    ]
    hall.store.raise_alerts(found, now - FAR_MS)
    hall.store.acknowledge(len(found), WHO, now)


def _offer(hall: Hall) -> None:
    """Let a file wait that is wrong in every row."""
    who = hall.store.person(WHO)
    assert who is not None
    cells = ("31/02/2027", "Ngày", *["25:00"] * len(SPANS))
    table = Table(("day", "day_name", *SPANS), tuple(Row(line, cells) for line in (2, 3, 4)))
    until = hall.clock.now_ms() + FAR_MS
    hall.store.keep_offer(Offer("wrong", who.id, "days", str(BAO_LOC), msgspec.json.encode(table), until))


@contextmanager
def open_furnished(folder: Path) -> Iterator[Hall]:
    """Open a hall in which there is something of everything; its chance is none, but for never repeating."""
    with open_hall(folder) as hall:
        numbers = itertools.count(1)
        hall.context = replace(hall.context, token=lambda size: f"{next(numbers):0{2 * size}x}")
        hall.app = create_app(hall.context)
        furnish(hall)
        yield hall


ADDRESSES: dict[str, tuple[str, ...]] = {
    "/overview": ("period=2026-11", "period=2026-11-23", f"center={DA_LAT}"),
    "/kiosks/device": (f"device={DEVICE}", f"device={GONE}"),
    "/kiosks/revoke": (f"device={DEVICE}",),
    "/kiosks/settings": ("", "fill=defaults"),
    "/officers": ("", f"officer={FIRST}", f"officer={LEFT}", "done=officer_added"),
    "/officers/photo": (f"officer={FIRST}",),
    "/notices/edit": ("", "notice=n1", f"comment={NEW_COMMENT}"),
    "/comments": ("", "q=can+bo&theme=2&month=2026-11&state=new", f"center={DA_LAT}"),
    "/comments/one": (f"comment={NEW_COMMENT}", f"comment={TAKEN_UP}"),
    "/comments/forget": (f"comment={NEW_COMMENT}",),
    "/comments/themes": ("", "theme=1"),
    "/surveys/one": ("", "survey=decree61"),
    "/surveys/ask": ("survey=smile", "survey=cheerful"),
    "/surveys/edit": ("survey=cheerful",),
    "/reports": ("period=2026-10", "period=2026-Q3"),
    "/reports/province": ("period=2026-10", "period=2026-Q3"),
    "/people": ("", f"center={BAO_LOC}"),
    "/people/person": ("person=2", "person=3", "person=1"),
    "/audit": ("", "before=9"),
    "/so-cai": ("",),
    "/cong-khai": ("", "q=bao+loc", "q=khong+co"),
    "/centers": ("", f"center={DA_LAT}"),
    "/fields": ("", f"field={REGISTER}", f"procedure={BIRTH}"),
    "/figures": ("", f"day={FRIDAY}"),
    "/indices": ("", "quarter=2026-Q3"),
    "/integrity": ("", f"center={DA_LAT}"),
    "/openings/import": ("", "offer=wrong"),
}
"""What is asked behind `?center=` of a page that shows nothing, or not all, without it."""


def addresses(path: str) -> list[str]:
    """Return the addresses at which a page is looked at; one that nobody has thought of has one, too."""
    path = path.replace("{token}", LINK).replace("{code}", str(BAO_LOC))
    found = []
    for query in ADDRESSES.get(path, ("",)):
        center = "" if query.startswith("center=") else f"center={BAO_LOC}"
        found.append(f"{path}?{'&'.join(each for each in (center, query) if each)}")
    return found
