"""The officers of a center as a manager sees and changes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from server.domain.audit import Action
from server.domain.places import Role
from server.domain.staff import OFFICERS_MAX
from server.web.photos import UPLOAD_BYTES_MAX
from server.web.uploads import REST_BYTES_MAX
from tests.server.hall import BAO_LOC, DA_LAT, Hall, Reply, open_hall
from tests.server.pictures import BOUNDARY, MULTIPART, a_photo, form_with, opened

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PAGE = f"/officers?center={BAO_LOC}"
HOA = {"name": "Trần Thị Mẫu", "title": "Công chức Tư pháp – Hộ tịch"}
"""A name that says that it is an example."""
FIRST = f"{BAO_LOC}-cb1"


@pytest.fixture(name="hall")
def _hall(tmp_path: Path) -> Iterator[Hall]:
    with open_hall(tmp_path) as opened_hall:
        opened_hall.hire("quanly", BAO_LOC)
        opened_hall.hire("nơi khác", DA_LAT)
        opened_hall.hire("kỹ thuật", BAO_LOC, role=Role.TECHNICIAN)
        yield opened_hall


@pytest.fixture(name="cookies")
def _cookies(hall: Hall) -> dict[str, str]:
    return hall.sign_in("quanly")


def send(hall: Hall, cookies: dict[str, str], path: str, form: bytes) -> Reply:
    """Send a form with a file."""
    address = f"{path}?center={BAO_LOC}"
    return hall.send("POST", address, form, cookies=cookies, content_type=MULTIPART)


def add(hall: Hall, cookies: dict[str, str], photo: bytes | None = None) -> None:
    """Add the officer of the examples."""
    reply = send(hall, cookies, "/officers", form_with(HOA, photo))
    assert (reply.status, reply.headers["location"]) == (303, f"{PAGE}&done=officer_added")


def logged(hall: Hall) -> list[tuple[str, str, str, str]]:
    """Return what the audit log tells of officers."""
    officers = {
        Action.ADD_OFFICER,
        Action.CHANGE_OFFICER,
        Action.OFFICER_LEFT,
        Action.OFFICER_BACK,
        Action.SET_PHOTO,
        Action.REMOVE_PHOTO,
    }
    events = [kept.event for kept in hall.store.audit_log()]
    return [
        (each.author, each.action, each.subject, each.detail)
        for each in events
        if Action(each.action) in officers
    ]


def test_an_officer_is_added_with_a_photo(hall: Hall, cookies: dict[str, str]) -> None:
    """Name, title and a photo of our own making are kept, each with its event in the log."""
    add(hall, cookies, a_photo())

    page = hall.get(f"{PAGE}&done=officer_added", cookies=cookies).text
    assert "Đã thêm cán bộ." in page
    assert "Trần Thị Mẫu" in page
    assert f"officer={FIRST}" in page
    assert logged(hall) == [
        (
            "quanly",
            "add_officer",
            FIRST,
            '{"name":[null,"Trần Thị Mẫu"],"title":[null,"Công chức Tư pháp – Hộ tịch"]}',
        ),
        ("quanly", "set_photo", FIRST, ""),
    ]
    kept = hall.store.photo(FIRST)
    assert kept is not None
    assert opened(kept).size == (300, 300)
    assert kept != a_photo()


def test_a_photo_is_served_with_care(hall: Hall, cookies: dict[str, str]) -> None:
    """Whoever may see the center gets the JPEG, asked about each time; nobody else does."""
    add(hall, cookies, a_photo())
    address = f"/officers/photo?center={BAO_LOC}&officer={FIRST}"
    reply = hall.get(address, cookies=cookies)

    assert (reply.status, reply.body) == (200, hall.store.photo(FIRST))
    assert reply.headers["content-type"] == "image/jpeg"
    assert reply.headers["cache-control"] == "private, no-cache"
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert reply.headers["content-disposition"] == f'inline; filename="{FIRST}.jpg"'
    again = hall.get(address, cookies=cookies, if_none_match=reply.headers["etag"])
    assert (again.status, again.body) == (304, b"")
    assert hall.get(address, cookies=hall.sign_in("kỹ thuật")).status == 200
    other = hall.sign_in("nơi khác")
    assert hall.get(address, cookies=other).status == 404
    assert hall.get(address.replace(str(BAO_LOC), str(DA_LAT), 1), cookies=other).status == 404
    assert hall.get(address).status == 303


def test_an_officer_is_changed(hall: Hall, cookies: dict[str, str]) -> None:
    """The log has what was before and after; what did not change is no event, and the photo stays."""
    add(hall, cookies, a_photo())
    before = hall.store.officer(FIRST)
    form = {"officer": FIRST, "name": " Trần  Thị Mẫu ", "title": ""}

    assert 'value="Trần Thị Mẫu"' in hall.get(f"{PAGE}&officer={FIRST}", cookies=cookies).text
    assert send(hall, cookies, "/officers/change", form_with(form, b"")).status == 303
    assert send(hall, cookies, "/officers/change", form_with(form)).status == 303
    after = hall.store.officer(FIRST)
    assert before is not None
    assert after is not None
    assert (after.name, after.title, after.photo) == ("Trần Thị Mẫu", "", before.photo)
    assert logged(hall)[2:] == [
        ("quanly", "change_officer", FIRST, '{"title":["Công chức Tư pháp – Hộ tịch",""]}')
    ]

    for _ in range(2):
        assert send(hall, cookies, "/officers/change", form_with(form, a_photo(400, 400))).status == 303
    assert logged(hall)[3:] == [("quanly", "set_photo", FIRST, "")]


def test_a_photo_is_taken_away_for_good(hall: Hall, cookies: dict[str, str]) -> None:
    """After it was asked whether that is meant, nothing of the photo is left."""
    add(hall, cookies, a_photo())
    assert "Xóa ảnh này" in hall.get(f"{PAGE}&officer={FIRST}", cookies=cookies).text

    for _ in range(2):
        address = f"/officers/photo/remove?center={BAO_LOC}"
        assert hall.post(address, {"officer": FIRST}, cookies=cookies).status == 303
    assert hall.store.photo(FIRST) is None
    assert logged(hall)[2:] == [("quanly", "remove_photo", FIRST, "")]
    assert hall.get(f"/officers/photo?center={BAO_LOC}&officer={FIRST}", cookies=cookies).status == 404
    assert "Xóa ảnh này" not in hall.get(f"{PAGE}&officer={FIRST}", cookies=cookies).text


def test_whoever_left_stays_in_the_book_and_may_come_back(hall: Hall, cookies: dict[str, str]) -> None:
    """To leave is undone by one press, under the same id; the next officer gets another one."""
    add(hall, cookies)
    form = {"officer": FIRST}
    for _ in range(2):
        hall.clock.forward(minutes=1)
        assert hall.post(f"/officers/leave?center={BAO_LOC}", form, cookies=cookies).status == 303
    left = hall.store.officer(FIRST)
    assert left is not None
    assert left.left_ms == hall.clock.now_ms() - 60_000
    assert "Không còn làm việc tại Trung tâm (1)" in hall.get(PAGE, cookies=cookies).text
    add(hall, cookies)
    assert [each.id for each in hall.store.officers(BAO_LOC)] == [FIRST, f"{BAO_LOC}-cb2"]

    for _ in range(2):
        assert hall.post(f"/officers/return?center={BAO_LOC}", form, cookies=cookies).status == 303
    back = hall.store.officer(FIRST)
    assert back is not None
    assert back.is_active
    assert [action for _, action, subject, _ in logged(hall) if subject == FIRST] == [
        "add_officer",
        "officer_left",
        "officer_back",
    ]


@pytest.mark.parametrize(
    ("form", "words"),
    [
        (form_with({"name": " ", "title": "Giữ lại"}), "chưa ghi họ và tên"),
        (form_with({"name": "N" * 81, "title": "Giữ lại"}), "dài quá 80"),
        (form_with({"name": "Hoa", "title": "Giữ lại" * 20}), "Chức danh dài quá"),
        (form_with({"name": "Hoa", "title": "Giữ lại"}, b"%PDF-1.7"), "không phải ảnh"),
        (form_with({"name": "Hoa", "title": "Giữ lại"}, a_photo()[:1500]), "Không mở được ảnh"),
        (form_with({"name": "Hoa", "title": "Giữ lại"}, a_photo(50, 50)), "nhỏ quá"),
        (form_with({"name": "Hoa", "title": "Giữ lại"}, bytes(UPLOAD_BYTES_MAX + 1)), "lớn hơn 8 MB"),
        (form_with({"name": "Hoa", "title": "Giữ lại"}, bytes(2 * UPLOAD_BYTES_MAX)), "lớn hơn 8 MB"),
    ],
    ids=["no name", "long name", "long title", "pdf", "cut off", "tiny", "heavy", "heavier"],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    hall: Hall, cookies: dict[str, str], form: bytes, words: str
) -> None:
    """A form that is not taken comes back with a kind word at the field, and nothing was changed."""
    reply = send(hall, cookies, "/officers", form)

    assert reply.status == 422
    assert words in reply.text
    assert 'aria-invalid="true"' in reply.text
    assert "Giữ lại" in reply.text
    assert hall.store.officers(BAO_LOC) == []


def test_a_change_that_is_wrong_comes_back_too(hall: Hall, cookies: dict[str, str]) -> None:
    """The page of an officer says what is wrong, and still names the officer."""
    add(hall, cookies)
    reply = send(hall, cookies, "/officers/change", form_with({"officer": FIRST, "name": ""}, b"no photo"))

    assert reply.status == 422
    assert "chưa ghi họ và tên" in reply.text
    assert "không phải ảnh" in reply.text
    assert f'value="{FIRST}"' in reply.text


def test_a_form_without_end_is_refused(hall: Hall, cookies: dict[str, str]) -> None:
    """Beyond any photo there may be, the server listens no more."""
    assert send(hall, cookies, "/officers", form_with(HOA, bytes(REST_BYTES_MAX))).status == 413


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"nothing of a form",
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="name"\r\n\r\n{"x" * 9000}\r\n'.encode(),
        f"--{BOUNDARY}\r\nContent-Disposition: form-data\r\n\r\nx\r\n--{BOUNDARY}--\r\n".encode(),
        form_with({f"field{number}": "x" for number in range(30)}),
    ],
    ids=["empty", "no form", "a long field", "no name", "many fields"],
)
def test_what_is_no_form_is_refused(hall: Hall, cookies: dict[str, str], body: bytes) -> None:
    """A body that is not what it says is no accident of the server's."""
    assert send(hall, cookies, "/officers", body).status in {400, 422}
    assert hall.store.officers(BAO_LOC) == []


def test_a_photo_in_place_of_a_name_is_no_name(hall: Hall, cookies: dict[str, str]) -> None:
    """A file in a field for text counts as nothing there."""
    body = form_with({}, a_photo()).replace(b'name="photo"', b'name="name"')
    reply = send(hall, cookies, "/officers", body)

    assert reply.status == 422
    assert "chưa ghi họ và tên" in reply.text


def test_a_center_has_so_many_officers(hall: Hall, cookies: dict[str, str]) -> None:
    """There is a limit, and it is told."""
    with hall.store.transaction():
        for number in range(OFFICERS_MAX):
            hall.store.add_officer(BAO_LOC, f"Người thứ {number}", "", "quanly")

    reply = send(hall, cookies, "/officers", form_with(HOA))
    assert reply.status == 422
    assert "500 cán bộ" in reply.text


@pytest.mark.parametrize(
    "path", ["/officers/change", "/officers/leave", "/officers/return", "/officers/photo/remove"]
)
def test_an_officer_of_another_center_is_not_there(hall: Hall, cookies: dict[str, str], path: str) -> None:
    """Whatever a form names is looked for in its own center only; to name nobody is told kindly."""
    with hall.store.transaction():
        other = hall.store.add_officer(DA_LAT, "Người nơi khác", "", "tỉnh")
    for form in ({"officer": other.id, "name": "Đổi tên"}, {"officer": other.id, "name": ""}):
        assert hall.post(f"{path}?center={BAO_LOC}", form, cookies=cookies).status == 404
    assert hall.get(f"{PAGE}&officer={other.id}", cookies=cookies).status == 404
    nobody = hall.post(f"{path}?center={BAO_LOC}", {}, cookies=cookies)

    assert nobody.status == 422
    assert "chưa chọn cán bộ nào" in nobody.text
    assert hall.store.officer(other.id) == other
