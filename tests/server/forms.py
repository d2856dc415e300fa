"""A valid form for every route that takes one, and what it must leave in the audit log.

A route that is not in here makes a test fail: whoever adds one says here what it decides.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

import pyotp

from server.domain import notices, openings
from server.domain.audit import changed
from server.domain.calendar import Kind, Period
from server.domain.places import counter_id
from server.protocol.survey import decode_survey, survey_hash
from server.store.seed import smile_survey
from server.web.sealing import unseal
from server.web.sessions import HANDLE_CHARS
from tests.server.forms_of_comments import ANSWERED, FORMS_OF_COMMENTS, USED_AGAIN
from tests.server.forms_of_imports import FORMS_OF_IMPORTS, NEW_OFFICER, hours_told, officer_told
from tests.server.forms_of_work import FORMS_OF_WORK, SWITCHED_ON
from tests.server.furnished import (
    DEVICE,
    DONE,
    FIRST,
    HOLIDAY,
    LAN,
    LEFT,
    LINK,
    MAI,
    NHI,
    SAID,
    SECOND,
    SECRET,
    TODAY,
    WEEK,
    WHO,
    turn,
)
from tests.server.hall import BAO_LOC, NOON, PASSWORD
from tests.server.pictures import a_photo
from tests.server.sending import HERE, File, Leaves, Sent, one, person

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.server.hall import Hall
    from tests.server.sending import Told

ONE, TWO, THREE = (counter_id(BAO_LOC, number) for number in (1, 2, 3))
NEW_PASSWORD = "mưa rơi trên đồi chè"
NEXT_WEEK = Period.around(Kind.WEEK, TODAY + timedelta(days=7)).key
THIS_WEEK = Period.around(Kind.WEEK, TODAY).key
SESSIONS = frozenset({"session"})
GUESSES = frozenset({"session", "attempt", "person"})
PHOTO = File("photo", "anh.jpg", a_photo(320, 320))


def _about(name: str, action: str, detail: str | Told = "", **more: str) -> Sent:
    """Return a form about a person, which leaves one event."""
    return Sent(lambda hall: {"person": str(person(hall, name).id), **more}, (Leaves(action, name, detail),))


def _notices(hall: Hall) -> Mapping[str, object]:
    return notices.told(hall.store.notices(BAO_LOC))


def _place(hall: Hall) -> Mapping[str, object]:
    found = hall.store.device(DEVICE)
    return {} if found is None else {"counter": found.counter}


def _settings(hall: Hall) -> Mapping[str, object]:
    return hall.store.kiosk_settings(BAO_LOC).told()


def _access(name: str) -> Told:
    def told(hall: Hall) -> dict[str, object]:
        found = hall.store.person(name)
        return {} if found is None else {"role": found.role.value, "center": found.center}

    return told


def _asked(hall: Hall) -> Mapping[str, object]:
    raw = hall.store.current_survey()
    return {} if raw is None else {"asked": f"{decode_survey(raw).name['vi']} ({survey_hash(raw)})"}


def _seen(hall: Hall) -> str:
    raw = hall.store.current_survey()
    return "" if raw is None else survey_hash(raw)


def _last(hall: Hall) -> dict[str, str]:
    """Return a form that takes back what was just done."""
    return {"event": str(hall.store.audit_head()[0])}


def _code(hall: Hall) -> dict[str, str]:
    """Return the code that a phone shows."""
    return {"code": pyotp.TOTP(SECRET).generate_otp(hall.clock.now_ms() // 30_000)}


def _new_code(hall: Hall) -> dict[str, str]:
    """Return the code of a phone that has just learned its secret."""
    factor = hall.store.factor(person(hall, WHO).id)
    assert factor is not None
    secret = unseal(hall.context.signing_seed, factor.sealed)
    return {"code": pyotp.TOTP(secret).generate_otp(hall.clock.now_ms() // 30_000)}


def _own_session(hall: Hall) -> dict[str, str]:
    sessions = hall.store.sessions(person(hall, WHO).id, hall.clock.now_ms())
    return {"session": sessions[0].handle[:HANDLE_CHARS]}


KIOSKS = {
    "/kiosks/counters": one("add_counter", f"{BAO_LOC}-7", number="7"),
    "/kiosks/counters/remove": one("remove_counter", THREE, counter=THREE),
    "/kiosks/code": one("make_code", TWO, counter=TWO),
    "/kiosks/move": one("move", DEVICE, _place, device=DEVICE, counter=TWO),
    "/kiosks/revoke": one(
        "revoke", DEVICE, f"{int(NOON.timestamp() * 1000) + 1} Mất máy", device=DEVICE, reason="Mất máy"
    ),
    "/kiosks/settings": one(
        "set_kiosks",
        HERE,
        _settings,
        volume="30",
        thanks_s="3,5",
        repeat_s="0",
        silence_s="60",
        grace_s="15",
        notice_after_s="300",
        notice_s="20",
    ),
    "/kiosks/pin": one("set_pin", HERE, pin="481516", again="481516"),
}
STAFF = {
    "/officers": Sent(
        {"name": "Đỗ Văn Mẫu", "title": "Công chức (ví dụ)"},
        (Leaves("add_officer", NEW_OFFICER, officer_told(NEW_OFFICER)), Leaves("set_photo", NEW_OFFICER)),
        file=PHOTO,
    ),
    "/officers/change": Sent(
        {"officer": SECOND, "name": "Lê Văn Mẫu", "title": "Viên chức (ví dụ)"},
        (Leaves("change_officer", SECOND, officer_told(SECOND)), Leaves("set_photo", SECOND)),
        file=PHOTO,
    ),
    "/officers/leave": one("officer_left", FIRST, officer=FIRST),
    "/officers/return": one("officer_back", LEFT, officer=LEFT),
    "/officers/photo/remove": one("remove_photo", FIRST, officer=FIRST),
    "/roster": one(
        "assign",
        SECOND,
        changed({"assignments": None}, {"assignments": [str(turn(WEEK, SECOND, 480, 600))]}),
        officer=SECOND,
        counter=ONE,
        day_1="1",
        start="8h00",
        end="10h00",
    ),
    "/roster/remove": one(
        "unassign",
        FIRST,
        changed({"assignments": [str(turn(WEEK))]}, {"assignments": None}),
        officer=FIRST,
        day=WEEK.isoformat(),
        start="07:30",
    ),
    "/roster/copy": Sent(
        query=f"week={NEXT_WEEK}",
        events=(
            Leaves(
                "copy_week",
                f"{BAO_LOC} {NEXT_WEEK}",
                changed({"assignments": None}, {"assignments": [str(turn(WEEK + timedelta(days=7)))]}),
            ),
        ),
    ),
    "/roster/clear": Sent(
        events=(
            Leaves(
                "clear_week",
                f"{BAO_LOC} {THIS_WEEK}",
                changed({"assignments": [str(turn(WEEK))]}, {"assignments": None}),
            ),
        )
    ),
}
SURVEYS = {
    "/surveys/ask": Sent(
        lambda hall: {"survey": "smile", "seen": _seen(hall)},
        (Leaves("add_survey", survey_hash(smile_survey()), _asked),),
    ),
    "/surveys/edit": Sent(
        {"do": "preview", "name.vi": "Thử", "name.en": "Trial", "q0.kind": "faces", "q0.vi": "Thế nào?"}
        | {"q0.en": "How was it?"},
        why="it shows a manuscript, and keeps nothing of it",
    ),
}
NOTICES = {
    "/notices/edit": Sent({"said_vi": SAID, "did_vi": DONE}, (Leaves("set_notices", HERE, _notices),)),
    "/notices/move": one("set_notices", HERE, _notices, notice="n1", to="down"),
    "/notices/switch": one("set_notices", HERE, _notices, notice="n2", to="on"),
    "/notices/remove": one("set_notices", HERE, _notices, notice="n1"),
    "/notices/undo": Sent(
        _last, (Leaves("set_notices", HERE, _notices),), first=(("/notices/remove", Sent({"notice": "n1"})),)
    ),
}


def _openings(path: str, code: int | None, special: str) -> dict[str, Sent]:
    """Return the forms about opening hours: of a center, or of the province."""
    subject, told = openings.PROVINCE if code is None else str(code), hours_told(code)
    week = {"d1_1_start": "8h", "d1_1_end": "12h"}
    return {
        f"{path}/week": one("set_hours", subject, told, **week),
        f"{path}/forget": one("set_hours", subject, told),
        f"{path}/days": one("set_hours", subject, told, day="2026-12-31", name="Tổng kết"),
        f"{path}/days/remove": one("set_hours", subject, told, day=special),
        f"{path}/holidays": one("set_hours", subject, told, year=str(TODAY.year)),
        f"{path}/undo": Sent(
            _last, (Leaves("set_hours", subject, told),), first=((f"{path}/week", Sent(week)),)
        ),
    }


PEOPLE = {
    "/people/new": Sent(
        {"name": "hoa", "role": "manager", "center": HERE}, (Leaves("invite", "hoa", _access("hoa")),)
    ),
    "/people/role": _about(LAN, "change_role", _access(LAN), role="technician", center=HERE),
    "/people/block": _about(LAN, "block"),
    "/people/unblock": _about(NHI, "unblock"),
    "/people/link": _about(LAN, "make_link"),
    "/people/link/withdraw": _about(MAI, "withdraw_link"),
    "/people/second-factor": _about(LAN, "second_factor_off"),
    "/people/sessions": _about(LAN, "end_sessions"),
}
ACCOUNT = {
    "/account/password": one(
        "set_password", WHO, current=PASSWORD, password=NEW_PASSWORD, again=NEW_PASSWORD
    ),
    "/account/sessions/end": Sent(
        _own_session, why="one's own session ends, as by signing out", tables=SESSIONS
    ),
    "/account/sessions/end-others": one("end_sessions", WHO),
    "/account/second-factor": Sent(
        why="a secret that nobody has confirmed opens and closes nothing; confirming it is an event",
        tables=frozenset({"second_factor"}),
    ),
    "/account/second-factor/confirm": Sent(
        _new_code, (Leaves("second_factor_on", WHO),), first=(("/account/second-factor", Sent()),)
    ),
    "/account/second-factor/off": Sent(
        lambda _: {"current": PASSWORD},
        (Leaves("second_factor_off", WHO),),
        first=(("/account/second-factor", Sent()),),
    ),
}
ANYONE = {
    "/sign-in": Sent(
        {"name": WHO, "password": PASSWORD},
        by="",
        why="whoever signs in has a session and is counted among the guesses, and decides nothing",
        tables=GUESSES,
    ),
    "/sign-in/code": Sent(
        _code,
        by=LAN,
        why="the session that waited begins; the step of time that the code is of is taken",
        tables=GUESSES | {"second_factor"},
    ),
    "/sign-out": Sent(why="one's own session ends", tables=SESSIONS),
    f"/invitation/{LINK}": Sent(
        {"password": NEW_PASSWORD, "again": NEW_PASSWORD}, (Leaves("set_password", MAI),), by=""
    ),
}
FORMS: Final[dict[str, Sent]] = {
    **KIOSKS,
    **STAFF,
    **SURVEYS,
    **NOTICES,
    **_openings("/openings", BAO_LOC, HOLIDAY.isoformat()),
    **_openings("/openings/province", None, "2027-01-01"),
    **PEOPLE,
    **ACCOUNT,
    **ANYONE,
    **FORMS_OF_COMMENTS,
    **FORMS_OF_WORK,
    **FORMS_OF_IMPORTS,
}
OTHERWISE: Final[list[tuple[str, Sent]]] = [
    # a link is as good as a password, also that of somebody who has none yet
    ("/people/link", _about(MAI, "make_link")),
    *SWITCHED_ON,
    *USED_AGAIN,
    *ANSWERED,
]
"""Further forms to routes that decide otherwise about another subject."""
