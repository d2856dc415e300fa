"""Signing in and out, and what keeps strangers and other sites away."""

import asyncio
import re
import string
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from server.app import create_app
from server.store.writer import Writer
from server.web.auth import HOME, safe_next
from server.web.guesses import WRONG_MAX
from server.web.pages import answer_http_problem
from server.web.passwords import Passwords
from server.web.security import CONTENT_SECURITY_POLICY
from tests.server.hall import BAO_LOC, CHEAP, PASSWORD, Hall, open_hall

pytestmark = pytest.mark.usefixtures("both_engines")

FEW = WRONG_MAX["sign-in"]


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    """Open a hall where one manager works."""
    with open_hall(tmp_path) as opened:
        opened.hire("quanly", BAO_LOC)
        yield opened


def test_a_manager_signs_in_and_out(hall: Hall) -> None:
    """With name and password a manager gets to the page they wanted; signing out ends it for good."""
    stranger = hall.get("/overview?period=2026-11")
    assert (stranger.status, stranger.headers["location"]) == (
        303,
        "/sign-in?next=%2Foverview%3Fperiod%3D2026-11",
    )
    form = hall.get(stranger.headers["location"])
    assert 'name="next" value="/overview?period=2026-11"' in form.text

    reply = hall.post(
        "/sign-in", {"name": "quanly", "password": PASSWORD, "next": "/overview?period=2026-11"}
    )
    assert (reply.status, reply.headers["location"]) == (303, "/overview?period=2026-11")
    assert hall.get("/overview", cookies=reply.cookies).status == 200
    assert hall.get(HOME, cookies=reply.cookies).headers["location"] == "/overview"
    assert hall.get("/sign-in", cookies=reply.cookies).headers["location"] == HOME

    left = hall.post("/sign-out", {}, cookies=reply.cookies)
    assert (left.status, left.headers["location"]) == (303, "/sign-in")
    assert hall.get("/overview", cookies=reply.cookies).status == 303


def test_signing_out_twice_harms_nobody(hall: Hall) -> None:
    """Whoever is not signed in may press the button all the same."""
    assert hall.post("/sign-out", {}).status == 303


@pytest.mark.parametrize(
    ("name", "password"), [("quanly", "sai"), ("khong-co", PASSWORD), ("", ""), ("quanly", "x" * 5000)]
)
def test_a_wrong_guess_is_told_kindly_and_says_no_more(hall: Hall, name: str, password: str) -> None:
    """Wrong name or wrong password: the page is the same, and there is no session."""
    reply = hall.post("/sign-in", {"name": name, "password": password})

    assert reply.status == 422
    assert "Tên đăng nhập hoặc mật khẩu chưa đúng." in reply.text
    assert "nucuoi" not in reply.cookies


def test_a_password_may_be_typed_in_either_way_of_writing_marks(hall: Hall) -> None:
    """Vietnamese keyboards compose marks differently; the password is the same one."""
    decomposed = "ma\u0302\u0323t kha\u0302\u0309u cu\u0309a to\u0302i"

    assert hall.post("/sign-in", {"name": "quanly", "password": decomposed}).status == 303


def test_a_session_ends_by_itself(hall: Hall) -> None:
    """After twelve hours one signs in anew."""
    cookies = hall.sign_in("quanly")

    hall.clock.forward(hours=11, minutes=59)
    assert hall.get("/overview", cookies=cookies).status == 200
    hall.clock.forward(minutes=1)
    assert hall.get("/overview", cookies=cookies).status == 303


def test_signing_in_again_ends_the_session_before(hall: Hall) -> None:
    """A browser holds one session; the one it had is worth nothing afterwards."""
    first = hall.sign_in("quanly")
    second = hall.post("/sign-in", {"name": "quanly", "password": PASSWORD}, cookies=first).cookies

    assert hall.get("/overview", cookies=first).status == 303
    assert hall.get("/overview", cookies=second).status == 200


def test_guessing_is_held_back_and_told_until_when(hall: Hall) -> None:
    """After five wrong passwords even the right one waits, and the page says until when."""
    for _ in range(FEW):
        hall.post("/sign-in", {"name": "quanly", "password": "sai"})
        hall.clock.forward(minutes=1)

    held = hall.post("/sign-in", {"name": "quanly", "password": PASSWORD})
    assert held.status == 429
    assert held.headers["retry-after"] == "600"
    assert "thử lại sau 10 phút, lúc 12:15" in held.text

    hall.clock.forward(minutes=10)
    assert hall.post("/sign-in", {"name": "quanly", "password": PASSWORD}).status == 303


def test_guessing_many_names_from_one_address_is_held_back(hall: Hall) -> None:
    """Who tries one password on many names is stopped too."""
    for number in range(WRONG_MAX["sign-in-address"]):
        assert hall.post("/sign-in", {"name": f"n{number}", "password": "sai"}).status == 422

    assert hall.post("/sign-in", {"name": "quanly", "password": PASSWORD}).status == 429


def test_a_stranger_cannot_keep_a_manager_out(hall: Hall) -> None:
    """Five wrong guesses from elsewhere do not hold back the owner of the name; thirty do, for a while."""
    for number in range(WRONG_MAX["sign-in-name"]):
        hall.address = f"198.51.100.{number // FEW}"
        assert hall.post("/sign-in", {"name": "quanly", "password": "sai"}).status == 422
        if number + 1 == 2 * FEW:
            hall.address = "192.0.2.7"
            hall.sign_in("quanly")

    hall.address = "192.0.2.7"
    assert hall.post("/sign-in", {"name": "quanly", "password": PASSWORD}).status == 429


def test_an_office_that_signs_in_together_is_not_held_back(hall: Hall) -> None:
    """Right passwords count for nothing, however many come from one address."""
    for _ in range(WRONG_MAX["sign-in-address"] + 5):
        hall.sign_in("quanly")


def test_a_right_password_clears_the_count(hall: Hall) -> None:
    """Four mistakes and then the right one: the next four are listened to again."""
    for _ in range(3):
        for _ in range(FEW - 1):
            assert hall.post("/sign-in", {"name": "quanly", "password": "sai"}).status == 422
        hall.sign_in("quanly")


def test_a_hash_of_older_parameters_is_renewed(tmp_path: Path) -> None:
    """When passwords are made dearer, each is renewed as its owner signs in."""
    dearer = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)
    with open_hall(tmp_path, hasher=dearer) as hall:
        hall.hire("quanly", BAO_LOC, hasher=CHEAP)
        cookies = hall.sign_in("quanly")

        person = hall.store.person("quanly")
        assert person is not None
        assert not Passwords(dearer).outdated(person.password_hash)
        assert hall.get("/overview", cookies=cookies).status == 200
        hall.sign_in("quanly")


def test_the_cookie_is_bound_to_the_host_under_https(tmp_path: Path) -> None:
    """Behind TLS the cookie can neither be read by a script nor sent in clear, nor set by a neighbour."""
    with open_hall(tmp_path, public_url="https://nucuoi.example") as hall:
        hall.hire("quanly", BAO_LOC)
        reply = hall.post("/sign-in", {"name": "quanly", "password": PASSWORD})

    cookie = reply.headers["set-cookie"]
    assert cookie.startswith("__Host-nucuoi=")
    assert {"HttpOnly", "Secure", "Path=/", "SameSite=lax"} <= set(cookie.split("; "))
    assert re.fullmatch("[0-9a-f]{64}", reply.cookies["__Host-nucuoi"])
    assert reply.headers["strict-transport-security"].startswith("max-age=")


def test_the_store_keeps_no_token(hall: Hall) -> None:
    """Whoever reads the database can sign in as nobody."""
    token = hall.sign_in("quanly")["nucuoi"]

    assert hall.store.session_person(token, hall.clock.now_ms()) is None


@pytest.mark.parametrize(
    "headers",
    [
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
        {"sec_fetch_site": "", "origin": "https://elsewhere.example"},
        {"sec_fetch_site": "", "origin": "null"},
        {"sec_fetch_site": ""},
    ],
)
def test_a_form_from_another_site_is_refused(hall: Hall, headers: dict[str, str]) -> None:
    """No other page can make a manager's browser do something here."""
    cookies = hall.sign_in("quanly")

    reply = hall.post("/sign-out", {}, cookies=cookies, **headers)

    assert reply.status == 403
    assert "Yêu cầu không được chấp nhận" in reply.text
    assert hall.get("/overview", cookies=cookies).status == 200


def test_an_older_browser_shows_where_a_form_comes_from(hall: Hall) -> None:
    """Without Sec-Fetch-Site, the origin has to be this host."""
    form = {"name": "quanly", "password": PASSWORD}

    assert hall.post("/sign-in", form, sec_fetch_site="", origin="http://testserver").status == 303


def test_every_answer_is_guarded(hall: Hall) -> None:
    """Pages, files and mistakes carry the same policy, and pages are kept nowhere."""
    cookies = hall.sign_in("quanly")
    for address, status in [("/sign-in", 303), ("/overview", 200), ("/nothing", 404), ("/healthz", 200)]:
        reply = hall.get(address, cookies=cookies)
        assert reply.status == status
        assert reply.headers["content-security-policy"] == CONTENT_SECURITY_POLICY
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert reply.headers["cache-control"] == "no-store"


def test_a_form_that_is_too_long_is_refused(hall: Hall) -> None:
    """Nobody can fill the memory with a sign-in."""
    assert hall.post("/sign-in", {"name": "x" * 10_000}).status == 413


@pytest.mark.parametrize(
    "target",
    [
        "https://elsewhere.example/",
        "//elsewhere.example/",
        "/\\elsewhere.example/",
        "\\\\elsewhere.example",
        "/\t/elsewhere.example",
        "javascript:alert(1)",
        "overview",
        "",
        "/sign-out",
        "/sign-in?next=/",
    ],
)
def test_signing_in_never_leads_elsewhere(target: str) -> None:
    """A link to the sign-in page cannot send a manager to another site afterwards."""
    assert safe_next(target) == HOME


@given(st.text(alphabet=string.printable, max_size=30))
def test_whatever_is_next_is_a_page_here(target: str) -> None:
    """Any text at all leads to an address that begins with a single slash."""
    assert re.match(r"/(?![/\\])", safe_next(target))


def test_a_page_of_ours_is_next() -> None:
    """An address with its query is kept as it is."""
    assert safe_next("/overview?center=24823&period=2026-11") == "/overview?center=24823&period=2026-11"


def test_a_broken_cookie_is_no_session(hall: Hall) -> None:
    """A cookie that was made up opens nothing."""
    assert hall.get("/overview", cookies={"nucuoi": "0" * 64}).status == 303


def test_the_wait_is_never_longer_than_the_window(hall: Hall) -> None:
    """Five wrong ones at once: a quarter of an hour later one may try again."""
    for _ in range(FEW):
        hall.post("/sign-in", {"name": "quanly", "password": "sai"})

    held = hall.post("/sign-in", {"name": "quanly", "password": PASSWORD})
    hall.clock.moment += timedelta(seconds=int(held.headers["retry-after"]))

    assert hall.post("/sign-in", {"name": "quanly", "password": PASSWORD}).status == 303


def test_a_form_that_is_none_is_a_wrong_guess(hall: Hall) -> None:
    """Bytes that are no text get the form again, not a failure."""
    assert hall.send("POST", "/sign-in", b"name=\xff&password=\xfe").status == 422


def test_a_busy_server_says_so(tmp_path: Path) -> None:
    """When too much waits to be written, nobody is kept waiting: the page says to come back."""
    with open_hall(tmp_path) as hall:
        full = Writer(hall.store, waiting_max=1)
        full.submit(lambda store: store.people_count())
        hall.app = create_app(replace(hall.context, writer=full))

        reply = hall.post("/sign-in", {"name": "quanly", "password": PASSWORD})

    assert (reply.status, reply.headers["retry-after"]) == (503, "5")
    assert "Hệ thống đang bận" in reply.text


def test_an_unexpected_trouble_has_a_page(hall: Hall) -> None:
    """Whatever goes wrong inside, the reader is told kindly that it is not their doing."""
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/",
        "query_string": b"",
        "headers": [],
        "app": hall.app,
    }

    page = asyncio.run(answer_http_problem(Request(scope), ValueError("inside")))

    assert page.status_code == 500
    assert "Lỗi này không phải do Ông/Bà" in bytes(page.body).decode()
