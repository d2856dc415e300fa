"""My account: password, sessions and the second factor; and signing in with a code."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyotp
import pytest

from server.app import create_app
from server.domain.places import Role
from server.web.guesses import WRONG_MAX
from tests.server.hall import BAO_LOC, PASSWORD, Hall, Reply, open_hall

pytestmark = pytest.mark.usefixtures("both_engines")

NEW_PASSWORD = "mưa rơi trên đồi chè"
CHROME = "Mozilla/5.0 (Windows NT 10.0) Chrome/143.0 Safari/537.36"


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    """Open a hall where a manager works, and an administrator."""
    with open_hall(tmp_path) as opened:
        opened.hire("lan", BAO_LOC)
        opened.hire("tỉnh", None, role=Role.ADMIN)
        yield opened


def events(hall: Hall) -> list[tuple[str, str, str]]:
    """Return author, action and subject of every event since people were written."""
    told = [(kept.event.author, kept.event.action, kept.event.subject) for kept in hall.store.audit_log()]
    return [each for each in told if each[1] not in {"set_up", "add_person", "add_survey"}]


def begin(hall: Hall, cookies: dict[str, str]) -> str:
    """Begin to set up the second factor; returns the secret that the page shows."""
    assert hall.post("/account/second-factor", {}, cookies=cookies).status == 303
    shown = re.search(
        'class="secret">([A-Z2-7 ]+)<', hall.get("/account/second-factor", cookies=cookies).text
    )
    assert shown is not None
    return shown[1].replace(" ", "")


def code_of(hall: Hall, secret: str, steps: int = 0) -> str:
    """Return the code that a phone shows, some steps off."""
    return pyotp.TOTP(secret).generate_otp(hall.clock.now_ms() // 30_000 + steps)


def turn_on(hall: Hall, cookies: dict[str, str]) -> tuple[str, list[str]]:
    """Set the second factor up; returns the secret and the codes on paper."""
    secret = begin(hall, cookies)
    reply = hall.post("/account/second-factor/confirm", {"code": code_of(hall, secret)}, cookies=cookies)
    assert reply.status == 200, reply.text
    hall.clock.forward(minutes=2)
    return secret, re.findall("<code>([A-Z2-7]{4}-[A-Z2-7]{4})</code>", reply.text)


def give_code(hall: Hall, code: str, name: str = "lan") -> Reply:
    """Sign in with the password, and then with a code."""
    cookies = hall.sign_in(name)
    return hall.post("/sign-in/code?next=/account", {"code": code}, cookies=cookies)


def test_a_password_is_changed_by_who_knows_the_old_one(hall: Hall) -> None:
    """This session stays, every other one ends."""
    here, there = hall.sign_in("lan"), hall.sign_in("lan")
    form = {"current": PASSWORD, "password": NEW_PASSWORD, "again": NEW_PASSWORD}

    reply = hall.post("/account/password", form, cookies=here)

    assert reply.headers["location"] == "/account?done=password_changed"
    assert events(hall) == [("lan", "set_password", "lan")]
    assert "Đã đổi mật khẩu" in hall.get("/account?done=password_changed", cookies=here).text
    assert hall.get("/account", cookies=there).status == 303
    hall.sign_in("lan", NEW_PASSWORD)


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({}, "ít nhất 10 ký tự"),
        ({"current": "sai", "password": NEW_PASSWORD, "again": NEW_PASSWORD}, "Mật khẩu hiện tại chưa đúng"),
        ({"current": PASSWORD, "password": NEW_PASSWORD, "again": "x"}, "chưa giống nhau"),
        ({"current": PASSWORD, "password": "lanlanlanlan", "again": "lanlanlanlan"}, "tên đăng nhập"),
    ],
)
def test_a_mistake_leaves_the_password(hall: Hall, form: dict[str, str], words: str) -> None:
    """It is told beside the field, and the old password still holds."""
    reply = hall.post("/account/password", form, cookies=hall.sign_in("lan"))

    assert reply.status == 422
    assert words in reply.text
    hall.sign_in("lan")


def test_guessing_at_an_open_desk_is_held_back(hall: Hall) -> None:
    """Whoever finds somebody signed in cannot try passwords for long."""
    cookies = hall.sign_in("lan")
    form = {"current": "sai", "password": NEW_PASSWORD, "again": NEW_PASSWORD}
    for _ in range(WRONG_MAX["sign-in"]):
        assert hall.post("/account/password", form, cookies=cookies).status == 422

    assert hall.post("/account/password", form | {"current": PASSWORD}, cookies=cookies).status == 429


def test_one_sees_where_one_is_signed_in(hall: Hall) -> None:
    """When, from where, with which browser; this one is marked, and another one is ended."""
    there = hall.send("POST", "/sign-in", f"name=lan&password={PASSWORD}".encode(), user_agent=CHROME).cookies
    hall.clock.forward(minutes=7)
    hall.address = "198.51.100.9"
    here = hall.sign_in("lan")

    page = hall.get("/account", cookies=here).text
    assert "Chrome, Windows" in page
    assert "192.0.2.7" in page
    assert "198.51.100.9" in page
    assert page.index("12:07 23/11/2026") < page.index("12:00 23/11/2026")
    assert page.count("Phiên này") == 1
    handle = re.search('name="session" value="([0-9a-f]{16})"', page)
    assert handle is not None
    assert hall.post("/account/sessions/end", {"session": handle[1]}, cookies=here).status == 303
    assert hall.get("/account", cookies=there).status == 303
    assert hall.get("/account", cookies=here).status == 200


def test_nobody_ends_somebody_elses_session(hall: Hall) -> None:
    """A handle of another person's session names nothing of one's own."""
    mine, other = hall.sign_in("lan"), hall.sign_in("tỉnh")
    person = hall.store.person("tỉnh")
    assert person is not None
    handle = hall.store.sessions(person.id, hall.clock.now_ms())[0].handle

    hall.post("/account/sessions/end", {"session": handle}, cookies=mine)

    assert hall.get("/account", cookies=other).status == 200


def test_all_other_sessions_end_at_once(hall: Hall) -> None:
    """Only the one that asked goes on."""
    others = [hall.sign_in("lan") for _ in range(3)]
    here = hall.sign_in("lan")

    assert hall.post("/account/sessions/end-others", {}, cookies=here).status == 303

    assert events(hall) == [("lan", "end_sessions", "lan")]
    assert hall.get("/account", cookies=here).status == 200
    assert {hall.get("/account", cookies=each).status for each in others} == {303}


def test_signing_in_takes_a_code_once_the_second_factor_is_on(hall: Hall) -> None:
    """The password alone opens nothing; with the code one gets to the page one wanted."""
    secret, codes = turn_on(hall, hall.sign_in("lan"))
    assert len(set(codes)) == 8
    assert events(hall) == [("lan", "second_factor_on", "lan")]

    reply = hall.post("/sign-in", {"name": "lan", "password": PASSWORD, "next": "/kiosks"})
    assert reply.headers["location"] == "/sign-in/code?next=%2Fkiosks"
    assert hall.get("/kiosks", cookies=reply.cookies).status == 303
    assert "Mã xác thực" in hall.get("/sign-in/code?next=%2Fkiosks", cookies=reply.cookies).text

    form = {"code": code_of(hall, secret)}
    done = hall.post("/sign-in/code?next=%2Fkiosks", form, cookies=reply.cookies)
    assert (done.status, done.headers["location"]) == (303, "/kiosks")
    assert hall.get("/kiosks", cookies=done.cookies).status == 200
    assert hall.get("/kiosks", cookies=reply.cookies).status == 303
    assert done.cookies != reply.cookies


def test_the_secret_is_shown_no_more_once_it_is_confirmed(hall: Hall) -> None:
    """Neither page nor log nor book has it in clear."""
    cookies = hall.sign_in("lan")
    secret, codes = turn_on(hall, cookies)
    person = hall.store.person("lan")
    assert person is not None

    page = hall.get("/account/second-factor", cookies=cookies).text
    factor = hall.store.factor(person.id)
    assert factor is not None
    kept = page + factor.sealed + "".join(each.event.detail for each in hall.store.audit_log())
    assert secret not in kept.replace(" ", "")
    assert not any(code in kept for code in codes)
    assert hall.post("/account/second-factor", {}, cookies=cookies).status == 303
    assert hall.store.factor(person.id) == factor
    assert hall.post("/account/second-factor/confirm", {"code": "123456"}, cookies=cookies).status == 422


def test_a_first_code_that_is_wrong_turns_nothing_on(hall: Hall) -> None:
    """Nobody is locked out by an app that was set up wrongly."""
    cookies = hall.sign_in("lan")
    secret = begin(hall, cookies)

    wrong = hall.post("/account/second-factor/confirm", {"code": code_of(hall, secret, 9)}, cookies=cookies)

    assert wrong.status == 422
    assert "Mã chưa đúng" in wrong.text
    assert hall.post("/sign-in", {"name": "lan", "password": PASSWORD}).headers["location"] == "/"
    assert begin(hall, cookies) != secret


@pytest.mark.parametrize(("steps", "status"), [(-2, 422), (-1, 303), (0, 303), (1, 303), (2, 422)])
def test_a_clock_may_be_half_a_minute_off(hall: Hall, steps: int, status: int) -> None:
    """Codes of the step before and of the step after are taken, others are not."""
    secret, _ = turn_on(hall, hall.sign_in("lan"))

    assert give_code(hall, code_of(hall, secret, steps)).status == status


def test_a_code_is_taken_once(hall: Hall) -> None:
    """Who has looked over a shoulder comes too late; an older code is not taken after a newer one either."""
    secret, _ = turn_on(hall, hall.sign_in("lan"))
    older, code = code_of(hall, secret, -1), code_of(hall, secret)

    assert give_code(hall, code).status == 303
    assert give_code(hall, code).status == 422
    assert give_code(hall, older).status == 422
    hall.clock.forward(seconds=30)
    assert give_code(hall, code_of(hall, secret)).status == 303


def test_the_code_that_turned_it_on_does_not_sign_in(hall: Hall) -> None:
    """It was taken already."""
    cookies = hall.sign_in("lan")
    secret = begin(hall, cookies)
    code = code_of(hall, secret)
    hall.post("/account/second-factor/confirm", {"code": code}, cookies=cookies)

    assert give_code(hall, code).status == 422


def test_a_recovery_code_is_taken_once_and_told(hall: Hall) -> None:
    """Each stands for the phone once; the log and the account say so."""
    _, codes = turn_on(hall, hall.sign_in("lan"))

    done = give_code(hall, codes[0].lower().replace("-", " "))
    assert done.status == 303
    assert events(hall)[-1] == ("lan", "use_recovery_code", "lan")
    assert "Còn 7 mã dự phòng" in hall.get("/account", cookies=done.cookies).text
    assert give_code(hall, codes[0]).status == 422
    assert give_code(hall, codes[1]).status == 303


def test_guessing_at_codes_is_held_back(hall: Hall) -> None:
    """Five from one address, ten from anywhere; then even the right one waits."""
    secret, _ = turn_on(hall, hall.sign_in("lan"))
    for number in range(WRONG_MAX["code-person"]):
        hall.address = f"198.51.100.{number // WRONG_MAX['code']}"
        assert give_code(hall, "000000").status == 422
        if number + 1 == WRONG_MAX["code"]:
            assert give_code(hall, "000000").status == 429

    hall.address = "192.0.2.7"
    assert give_code(hall, code_of(hall, secret)).status == 429
    hall.clock.forward(minutes=15)
    assert give_code(hall, code_of(hall, secret)).status == 303


def test_a_session_does_not_wait_for_a_code_for_long(hall: Hall) -> None:
    """After ten minutes one begins with the password again; strangers are led there too."""
    secret, _ = turn_on(hall, hall.sign_in("lan"))
    cookies = hall.sign_in("lan")
    hall.clock.forward(minutes=10)

    for reply in (
        hall.get("/sign-in/code", cookies=cookies),
        hall.post("/sign-in/code", {"code": code_of(hall, secret)}, cookies=cookies),
        hall.get("/sign-in/code"),
    ):
        assert (reply.status, reply.headers["location"]) == (303, "/sign-in")


def test_a_second_factor_is_turned_off_with_the_password(hall: Hall) -> None:
    """Not by whoever finds the desk open."""
    cookies = hall.sign_in("lan")
    _, codes = turn_on(hall, cookies)

    assert hall.post("/account/second-factor/off", {"current": "sai"}, cookies=cookies).status == 422
    done = hall.post("/account/second-factor/off", {"current": PASSWORD}, cookies=cookies)

    assert done.headers["location"] == "/account?done=second_factor_off"
    assert events(hall)[-1] == ("lan", "second_factor_off", "lan")
    assert hall.post("/sign-in", {"name": "lan", "password": PASSWORD}).headers["location"] == "/"
    _, anew = turn_on(hall, cookies)
    assert give_code(hall, codes[0]).status == 422
    assert give_code(hall, anew[0]).status == 303


def test_an_administrator_helps_who_lost_phone_and_paper(hall: Hall) -> None:
    """The second factor is turned off, and the log says by whom."""
    turn_on(hall, hall.sign_in("lan"))
    person = hall.store.person("lan")
    assert person is not None

    form = {"person": str(person.id)}
    assert hall.post("/people/second-factor", form, cookies=hall.sign_in("tỉnh")).status == 303

    assert events(hall)[-1] == ("tỉnh", "second_factor_off", "lan")
    assert hall.post("/sign-in", {"name": "lan", "password": PASSWORD}).headers["location"] == "/"


def test_who_needs_a_second_factor_sets_it_up_before_anything_else(hall: Hall) -> None:
    """Where it is required, an administrator is led there from every page; a manager is not."""
    hall.app = create_app(replace(hall.context, second_factor_required=True))
    admin, lan = hall.sign_in("tỉnh"), hall.sign_in("lan")

    for address in ("/", "/people", "/audit", "/account"):
        assert hall.get(address, cookies=admin).headers["location"] == "/account/second-factor"
    assert hall.post("/people/block", {"person": "1"}, cookies=admin).status == 303
    assert hall.get("/account", cookies=lan).status == 200
    assert "Vai trò của Ông/Bà cần" in hall.get("/account/second-factor", cookies=admin).text

    turn_on(hall, admin)
    assert hall.get("/people", cookies=admin).status == 200
    off = hall.post("/account/second-factor/off", {"current": PASSWORD}, cookies=admin)
    assert off.headers["location"] == "/account/second-factor?done=second_factor_off"
    assert hall.get("/people", cookies=admin).status == 303
