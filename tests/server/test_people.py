"""The People page: inviting, roles, links, blocking; and that nobody reaches beyond their scope."""

import html
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.domain.audit import Action, changed
from server.domain.people import Refused
from server.domain.places import Person, Role
from server.store import Store
from tests.server.hall import BAO_LOC, DA_LAT, PASSWORD, Hall, Reply, open_hall

pytestmark = pytest.mark.usefixtures("both_engines")

NEW_PASSWORD = "mưa rơi trên đồi chè"
DEEDS = ["role", "block", "unblock", "link", "link/withdraw", "second-factor", "sessions"]


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    """Open a hall with an administrator of the province, one of a center, and managers of two centers."""
    with open_hall(tmp_path) as opened:
        opened.hire("tỉnh", None, role=Role.ADMIN)
        opened.hire("bảo lộc", BAO_LOC, role=Role.ADMIN)
        opened.hire("lan", BAO_LOC)
        opened.hire("huệ", DA_LAT)
        yield opened


def found(hall: Hall, name: str) -> Person:
    """Return somebody who is in the book."""
    person = hall.store.person(name)
    assert person is not None
    return person


def invite(hall: Hall, cookies: dict[str, str], name: str = "mai", role: str = "manager") -> Reply:
    """Invite somebody to Bảo Lộc."""
    return hall.post("/people/new", {"name": name, "role": role, "center": str(BAO_LOC)}, cookies=cookies)


def link_in(reply: Reply) -> str:
    """Return the link that a page shows, as an address of this hall."""
    shown = re.search(r">http://testserver(/invitation/[0-9a-f]{64})<", html.unescape(reply.text))
    assert shown is not None, reply.text
    return shown[1]


def set_password(hall: Hall, link: str, password: str = NEW_PASSWORD, again: str | None = None) -> Reply:
    """Set a password behind a link."""
    return hall.post(link, {"password": password, "again": password if again is None else again})


def do(hall: Hall, cookies: dict[str, str], deed: str, name: str, **form: str) -> Reply:
    """Do something about somebody, from their page."""
    return hall.post(f"/people/{deed}", {"person": str(found(hall, name).id)} | form, cookies=cookies)


def last_event(hall: Hall) -> tuple[str, str, str, str]:
    """Return author, action, subject and detail of the newest event."""
    event = hall.store.newest_events(None, 1)[0]
    return event.author, event.action, event.subject, event.detail


def test_an_invited_manager_sets_a_password_and_signs_in(hall: Hall) -> None:
    """A link is shown once; behind it the invited person sets a password of their own."""
    cookies = hall.sign_in("tỉnh")
    reply = invite(hall, cookies)
    link = link_in(reply)
    assert reply.status == 200
    assert "đến 12:00 ngày 26/11/2026" in reply.text
    assert last_event(hall) == (
        "tỉnh",
        "invite",
        "mai",
        changed({}, {"role": "manager", "center": BAO_LOC}),
    )
    assert link.rpartition("/")[2] not in hall.get("/people", cookies=cookies).text
    assert "Chờ đặt mật khẩu" in hall.get("/people", cookies=cookies).text
    assert hall.post("/sign-in", {"name": "mai", "password": ""}).status == 422

    assert "Ông/Bà được mời" in hall.get(link).text
    done = set_password(hall, link)
    assert (done.status, done.headers["location"]) == (303, "/sign-in?done=password_set")
    assert last_event(hall) == ("mai", "set_password", "mai", "")
    assert hall.get("/overview", cookies=hall.sign_in("mai", NEW_PASSWORD)).status == 200


def test_a_link_is_good_once(hall: Hall) -> None:
    """Whoever finds a used link finds nothing behind it."""
    link = link_in(invite(hall, hall.sign_in("tỉnh")))
    set_password(hall, link)

    assert hall.get(link).status == 404
    assert set_password(hall, link, "một mật khẩu khác hẳn").status == 404
    hall.sign_in("mai", NEW_PASSWORD)


def test_a_link_is_good_for_three_days(hall: Hall) -> None:
    """After 72 hours it says that it is good no more."""
    link = link_in(invite(hall, hall.sign_in("tỉnh")))
    hall.clock.forward(hours=71, minutes=59)
    assert hall.get(link).status == 200
    hall.clock.forward(minutes=1)

    assert "không còn dùng được" in hall.get(link).text
    assert set_password(hall, link).status == 404


def test_a_link_is_withdrawn_and_made_again(hall: Hall) -> None:
    """A withdrawn link opens nothing, nor does one that a newer one replaced."""
    cookies = hall.sign_in("tỉnh")
    first = link_in(invite(hall, cookies))
    assert do(hall, cookies, "link/withdraw", "mai").headers["location"].endswith("done=link_withdrawn")
    assert last_event(hall) == ("tỉnh", "withdraw_link", "mai", "")
    assert set_password(hall, first).status == 404
    do(hall, cookies, "link/withdraw", "mai")
    assert len(hall.store.events(Action.WITHDRAW_LINK)) == 1

    second = link_in(do(hall, cookies, "link", "mai"))
    third = link_in(do(hall, cookies, "link", "mai"))
    assert set_password(hall, second).status == 404
    assert set_password(hall, third).status == 303


def test_the_book_does_not_have_the_link(hall: Hall) -> None:
    """Whoever reads the database cannot set somebody's password."""
    token = link_in(invite(hall, hall.sign_in("tỉnh"))).rpartition("/")[2]

    assert hall.store.linked_person(token, hall.clock.now_ms()) is None


@pytest.mark.parametrize(
    ("password", "again", "words"),
    [
        ("ngắn", None, "ít nhất 10 ký tự"),
        ("dài" * 70, None, "nhiều nhất 200 ký tự"),
        ("1234567890", None, "bị đoán trước tiên"),
        ("mai mai mai", None, "không được là tên đăng nhập"),
        (NEW_PASSWORD, "mưa rơi", "chưa giống nhau"),
    ],
)
def test_a_password_that_will_not_do_is_told_kindly(
    hall: Hall, password: str, again: str | None, words: str
) -> None:
    """The page says what is wrong beside the field, and the link stays good."""
    link = link_in(invite(hall, hall.sign_in("tỉnh")))

    reply = set_password(hall, link, password, again)

    assert reply.status == 422
    assert words in reply.text
    assert set_password(hall, link).status == 303


@pytest.mark.parametrize(
    ("name", "role", "center", "words"),
    [
        ("", "manager", str(BAO_LOC), "dài từ 2 đến 64"),
        ("LAN", "manager", str(BAO_LOC), "Đã có người dùng tên này"),
        ("server", "manager", str(BAO_LOC), "dùng riêng tên này"),
        ("mai", "king", str(BAO_LOC), "chọn một vai trò"),
        ("mai", "manager", "", "chọn một phạm vi"),
    ],
)
def test_an_invitation_with_a_mistake_is_shown_again(
    hall: Hall, name: str, role: str, center: str, words: str
) -> None:
    """What was typed is kept, and the mistake is named."""
    before = hall.store.people_count()
    form = {"name": name, "role": role, "center": center}

    reply = hall.post("/people/new", form, cookies=hall.sign_in("tỉnh"))

    assert reply.status == 422
    assert words in reply.text
    assert f'value="{name}"' in reply.text
    assert hall.store.people_count() == before


def test_a_forgotten_password_is_set_anew_by_its_owner(hall: Hall) -> None:
    """The old password holds until the link is used; then every session ends."""
    admin, lan = hall.sign_in("bảo lộc"), hall.sign_in("lan")
    link = link_in(do(hall, admin, "link", "lan"))
    assert last_event(hall) == ("bảo lộc", "make_link", "lan", "")
    assert hall.get("/overview", cookies=lan).status == 200

    set_password(hall, link)

    assert hall.get("/overview", cookies=lan).status == 303
    assert hall.post("/sign-in", {"name": "lan", "password": PASSWORD}).status == 422
    hall.sign_in("lan", NEW_PASSWORD)


def test_a_password_that_was_changed_takes_the_link_away(hall: Hall) -> None:
    """A link that somebody else may have seen is worth nothing once the owner has a new password."""
    link = link_in(do(hall, hall.sign_in("tỉnh"), "link", "lan"))
    form = {"current": PASSWORD, "password": NEW_PASSWORD, "again": NEW_PASSWORD}
    assert hall.post("/account/password", form, cookies=hall.sign_in("lan")).status == 303

    assert hall.get(link).status == 404


def test_a_role_is_changed_with_its_scope(hall: Hall) -> None:
    """What somebody may open follows at once, and the log says what it was before."""
    admin, lan = hall.sign_in("tỉnh"), hall.sign_in("lan")

    reply = do(hall, admin, "role", "lan", role="technician", center="province")

    assert reply.headers["location"].endswith("done=person_changed")
    assert last_event(hall) == (
        "tỉnh",
        "change_role",
        "lan",
        changed({"role": "manager", "center": BAO_LOC}, {"role": "technician", "center": None}),
    )
    assert hall.get("/overview", cookies=lan).status == 404
    assert hall.get(f"/kiosks?center={DA_LAT}", cookies=lan).status == 200
    page = hall.get(f"/people/person?person={found(hall, 'lan').id}", cookies=admin).text
    assert "Kỹ thuật viên" in page
    do(hall, admin, "role", "lan", role="technician", center="province")
    assert len(hall.store.events(Action.CHANGE_ROLE)) == 1


@pytest.mark.parametrize(("form", "words"), [({}, "vai trò"), ({"role": "admin"}, "phạm vi")])
def test_a_role_without_its_scope_is_asked_again(hall: Hall, form: dict[str, str], words: str) -> None:
    """Half of an answer changes nothing."""
    reply = do(hall, hall.sign_in("tỉnh"), "role", "lan", **form)

    assert reply.status == 422
    assert f"Xin chọn một {words}." in reply.text
    assert found(hall, "lan").role is Role.MANAGER


def test_whoever_is_blocked_is_out_at_once(hall: Hall) -> None:
    """Sessions and links end; the answer at the door is the one that strangers get. It can be undone."""
    admin, lan = hall.sign_in("bảo lộc"), hall.sign_in("lan")
    link = link_in(do(hall, admin, "link", "lan"))

    assert do(hall, admin, "block", "lan").headers["location"].endswith("done=person_blocked")
    assert last_event(hall) == ("bảo lộc", "block", "lan", "")
    assert hall.get("/overview", cookies=lan).status == 303
    assert hall.get(link).status == 404
    blocked = hall.post("/sign-in", {"name": "lan", "password": PASSWORD})
    stranger = hall.post("/sign-in", {"name": "nhi", "password": PASSWORD})
    assert blocked.status == stranger.status == 422
    assert blocked.text.replace("lan", "nhi") == stranger.text.replace("lan", "nhi")
    assert do(hall, admin, "link", "lan").status == 422

    assert do(hall, admin, "unblock", "lan").headers["location"].endswith("done=person_unblocked")
    assert last_event(hall) == ("bảo lộc", "unblock", "lan", "")
    hall.sign_in("lan")


def test_an_administrator_ends_the_sessions_of_somebody(hall: Hall) -> None:
    """It is in the log, and the person signs in anew."""
    admin, lan = hall.sign_in("tỉnh"), hall.sign_in("lan")

    assert do(hall, admin, "sessions", "lan").status == 303
    assert last_event(hall) == ("tỉnh", "end_sessions", "lan", "")
    assert hall.get("/overview", cookies=lan).status == 303
    hall.sign_in("lan")


@pytest.mark.parametrize("deed", ["role", "block", "link", "second-factor", "sessions"])
def test_nobody_does_it_to_themselves(hall: Hall, deed: str) -> None:
    """One's own role, access and sessions are somebody else's to change, or one's own account's."""
    cookies = hall.sign_in("tỉnh")

    reply = do(hall, cookies, deed, "tỉnh", role="manager", center="province")

    assert reply.status == 422
    assert "chính mình" in reply.text
    assert (found(hall, "tỉnh").role, found(hall, "tỉnh").blocked) == (Role.ADMIN, False)
    assert hall.get("/people", cookies=cookies).status == 200


def test_two_administrators_cannot_shut_each_other_out(hall: Hall) -> None:
    """Whoever was blocked a moment before does nothing any more, although their page was still open."""
    hall.hire("tỉnh hai", None, role=Role.ADMIN)
    one, two = hall.sign_in("tỉnh"), hall.sign_in("tỉnh hai")

    assert do(hall, one, "block", "tỉnh hai").status == 303
    assert do(hall, two, "block", "tỉnh").status == 303  # to the sign-in page

    assert not found(hall, "tỉnh").blocked
    assert hall.store.other_heads(found(hall, "tỉnh hai").id) == 1
    assert hall.store.other_heads(found(hall, "tỉnh").id) == 0


def test_a_stale_administrator_decides_nothing(hall: Hall) -> None:
    """The right to decide is looked up in the transaction that decides, not when the page was opened."""
    hall.hire("tỉnh hai", None, role=Role.ADMIN)
    two = hall.sign_in("tỉnh hai")

    def demote_first(store: Store) -> None:
        store.set_access(found(hall, "tỉnh hai"), Role.MANAGER, BAO_LOC, "tỉnh")

    hall.context.writer.submit(demote_first).result()

    assert do(hall, two, "block", "tỉnh").status == 404
    assert not found(hall, "tỉnh").blocked


@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize("name", ["huệ", "tỉnh"])
def test_a_centers_administrator_touches_nobody_elsewhere(hall: Hall, deed: str, name: str) -> None:
    """People of another center and of the province are not there."""
    cookies, before = hall.sign_in("bảo lộc"), hall.store.audit_head()

    reply = do(hall, cookies, deed, name, role="manager", center=str(BAO_LOC))

    assert reply.status == 404
    assert hall.store.audit_head() == before
    assert hall.get(f"/people/person?person={found(hall, name).id}", cookies=cookies).status == 404


def test_a_centers_administrator_sees_and_makes_people_of_that_center_only(hall: Hall) -> None:
    """Not of another center, and not of the province."""
    cookies = hall.sign_in("bảo lộc")
    page = hall.get("/people", cookies=cookies).text

    assert ">lan<" in page
    assert ">huệ<" not in page
    assert "Toàn tỉnh" not in page
    for center in (str(DA_LAT), "province", "x"):
        form = {"name": "mai", "role": "manager", "center": center}
        assert hall.post("/people/new", form, cookies=cookies).status == 404
        assert do(hall, cookies, "role", "lan", role="admin", center=center).status == 404
    assert invite(hall, cookies).status == 200


def test_the_list_is_of_the_province_or_of_one_center(hall: Hall) -> None:
    """An administrator of the province may look at one center, and at all."""
    cookies = hall.sign_in("tỉnh")

    assert {">lan<", ">huệ<"} <= set(re.findall(">[^<>]+<", hall.get("/people", cookies=cookies).text))
    one = hall.get(f"/people?center={DA_LAT}", cookies=cookies).text
    assert hall.get("/people?center=", cookies=cookies).text.count("/people/person?") == 4
    assert ">huệ<" in one
    assert ">lan<" not in one
    elsewhere = f"/people/person?center={DA_LAT}&person={found(hall, 'lan').id}"
    assert hall.get(elsewhere, cookies=cookies).status == 404
    assert hall.get("/people/person", cookies=cookies).headers["location"] == "/people"


@pytest.mark.parametrize("person", ["0", "-1", "x", "9" * 20, "\u0661"])
def test_a_mistyped_person_is_not_found(hall: Hall, person: str) -> None:
    """What is nobody's number leads nowhere."""
    cookies = hall.sign_in("tỉnh")

    assert hall.get(f"/people/person?person={person}", cookies=cookies).status == 404
    assert hall.post("/people/block", {"person": person}, cookies=cookies).status == 404


def test_the_last_sign_in_is_shown(hall: Hall) -> None:
    """One sees who comes, and who never did."""
    hall.sign_in("lan")
    hall.clock.forward(minutes=5)

    page = hall.get("/people", cookies=hall.sign_in("tỉnh")).text

    assert "12:00 23/11/2026" in page
    assert "Chưa đăng nhập" in page


def test_the_refusals_have_words(hall: Hall) -> None:
    """Each reason why something is not done is told in both languages."""
    for words in hall.context.catalog.languages.values():
        for refused in Refused:
            assert words(f"refused_{refused.value}") != f"refused_{refused.value}"
