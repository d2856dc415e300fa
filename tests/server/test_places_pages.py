"""The pages of what citizens come for, and of the tree of places."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from server.domain.fields import Procedure
from server.domain.places import Counter, Role
from server.store.seed import lamdong, ready_fields
from server.web.kiosk_config import config_of
from tests.server.field_hall import field_hall
from tests.server.hall import BAO_LOC, DA_LAT, Hall, open_hall

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HERE = f"?center={BAO_LOC}"
BIRTH = {"code": "1.001193", "name": "Đăng ký khai sinh", "field": "1"}


@pytest.fixture(name="hall")
def _hall(tmp_path: Path) -> Iterator[Hall]:
    with field_hall(tmp_path) as made:
        yield made


@pytest.fixture(name="cookies")
def _cookies(hall: Hall) -> dict[str, str]:
    return hall.sign_in("chị Lan")


def logged(hall: Hall) -> list[tuple[str, str, str, object]]:
    """Return who changed what, and how, since people came in."""
    return [
        (each.author, each.action, each.subject, msgspec.json.decode(each.detail) if each.detail else None)
        for each in reversed(hall.store.newest_events(None, 9))
        if each.author in {"chị Lan", "quanly"}
    ]


def test_a_field_is_added_renamed_retired_and_used_again(hall: Hall, cookies: dict[str, str]) -> None:
    """Everything that is done to a field is told, and its number stays."""
    for path, form, done in (
        ("", {"name": " Y  tế "}, "field_added"),
        ("/change", {"changes": "7", "name": "Y tế, dân số"}, "field_changed"),
        ("/switch", {"entry": "7"}, "field_switched"),
        ("/switch", {"entry": "7"}, "field_switched"),
        ("/switch", {"entry": "7", "on": "1"}, "field_switched"),
    ):
        reply = hall.post(f"/fields{path}", form, cookies=cookies)
        assert (reply.status, reply.headers["location"]) == (303, f"/fields?done={done}")
        if path == "/switch" and "on" not in form:
            assert "1 lĩnh vực ngừng dùng" in hall.get("/fields", cookies=cookies).text

    assert hall.store.fields()[-1].name == "Y tế, dân số"
    assert logged(hall) == [
        ("chị Lan", "add_field", "field 7", {"name": [None, "Y tế"]}),
        ("chị Lan", "change_field", "field 7", {"name": ["Y tế", "Y tế, dân số"]}),
        ("chị Lan", "retire_field", "field 7", None),
        ("chị Lan", "return_field", "field 7", None),
    ]
    assert "Y tế, dân số" in hall.get("/fields?field=7", cookies=cookies).text


def test_a_province_without_fields_may_begin_with_the_ready_made_ones(tmp_path: Path) -> None:
    """The empty page offers them; they come once, and each is told in the log."""
    with open_hall(tmp_path) as hall:
        hall.hire("chị Lan", None, role=Role.ADMIN)
        cookies = hall.sign_in("chị Lan")
        assert "Dùng danh sách có sẵn" in hall.get("/fields", cookies=cookies).text
        for _ in range(2):
            assert hall.post("/fields/ready", {}, cookies=cookies).status == 303

        assert [each.name for each in hall.store.fields()] == ready_fields()
        assert logged(hall) == [
            ("chị Lan", "add_field", f"field {number}", {"name": [None, name]})
            for number, name in enumerate(ready_fields(), 1)
        ]
        assert "Dùng danh sách có sẵn" not in hall.get("/fields", cookies=cookies).text


def test_a_procedure_keeps_its_code(hall: Hall, cookies: dict[str, str]) -> None:
    """A procedure is added, put into another field, retired and used again, always under its code."""
    path = "/fields/procedures"
    changed = {"changes": "1.001193", "name": "Đăng ký khai sinh", "field": "6", "code": "9"}
    for end, form in (
        ("", BIRTH),
        ("/change", changed),
        ("/switch", {"entry": "1.001193"}),
        ("/switch", {"entry": "1.001193", "on": "1"}),
    ):
        assert hall.post(path + end, form, cookies=cookies).status == 303
        assert "1.001193" in hall.get("/fields", cookies=cookies).text

    assert hall.store.procedures() == [Procedure("1.001193", "Đăng ký khai sinh", 6)]
    assert [each[1:] for each in logged(hall)] == [
        ("add_procedure", "1.001193", {"name": [None, "Đăng ký khai sinh"], "field": [None, 1]}),
        ("change_procedure", "1.001193", {"field": [1, 6]}),
        ("retire_procedure", "1.001193", None),
        ("return_procedure", "1.001193", None),
    ]
    assert "Mã thủ tục: 1.001193" in hall.get("/fields?procedure=1.001193", cookies=cookies).text


@pytest.mark.parametrize(
    ("path", "form", "words"),
    [
        ("", {"name": ""}, "chưa ghi tên"),
        ("", {"name": "HỘ TỊCH"}, "Tên này đã có"),
        ("", {"name": "\u202eabc"}, "không dùng được"),
        ("/change", {"name": "Giữ lại"}, "chưa nêu mục nào"),
        ("/change", {"changes": "1", "name": "Chứng thực"}, "Tên này đã có"),
        ("/switch", {}, "chưa nêu mục nào"),
        ("/procedures", {**BIRTH, "code": ""}, "chưa ghi mã"),
        ("/procedures", {**BIRTH, "code": "1/2"}, "Mã chỉ gồm"),
        ("/procedures", {**BIRTH, "field": "99"}, "Xin chọn lĩnh vực"),
        ("/procedures", {**BIRTH, "name": "N" * 301}, "Tên dài quá"),
        ("/procedures/change", {"name": "Giữ lại"}, "chưa nêu mục nào"),
        ("/procedures/switch", {}, "chưa nêu mục nào"),
        ("/procedures", {**BIRTH, "field": "x"}, "Xin chọn lĩnh vực"),
    ],
)
def test_what_is_wrong_is_said(
    hall: Hall, cookies: dict[str, str], path: str, form: dict[str, str], words: str
) -> None:
    """A form that is not taken comes back with a kind word, and nothing was changed."""
    reply = hall.post(f"/fields{path}", form, cookies=cookies)

    assert reply.status == 422
    assert words in reply.text
    assert logged(hall) == []


def test_a_code_stands_once(hall: Hall, cookies: dict[str, str]) -> None:
    """A second procedure of the same code is refused, with what was typed, also if the first is retired."""
    hall.post("/fields/procedures", BIRTH, cookies=cookies)
    reply = hall.post("/fields/procedures", {**BIRTH, "name": "Giữ lại"}, cookies=cookies)

    assert reply.status == 422
    assert "Mã này đã có" in reply.text
    assert "Giữ lại" in reply.text


def test_the_province_is_not_one_center_s_to_change(hall: Hall) -> None:
    """An administrator of one center finds neither list, though the role could."""
    hall.hire("chị Mai", BAO_LOC, role=Role.ADMIN)
    cookies = hall.sign_in("chị Mai")

    assert hall.get("/fields", cookies=cookies).status == 404
    assert hall.post("/fields", {"name": "Y tế"}, cookies=cookies).status == 404


@pytest.mark.parametrize(
    ("method", "path", "form"),
    [
        ("POST", "/fields/change", {"changes": "99", "name": "x"}),
        ("POST", "/fields/switch", {"entry": "một"}),
        ("POST", "/fields/procedures/change", {"changes": "9.9", **BIRTH}),
        ("POST", "/fields/procedures/switch", {"entry": "9.9"}),
        ("GET", "/fields?field=99", {}),
        ("GET", "/fields?procedure=9.9", {}),
    ],
)
def test_what_is_not_in_the_list_is_not_found(
    hall: Hall, cookies: dict[str, str], method: str, path: str, form: dict[str, str]
) -> None:
    """Only what is there can be changed."""
    if method == "GET":
        assert hall.get(path, cookies=cookies).status == 404
    else:
        assert hall.post(path, form, cookies=cookies).status == 404


def test_a_center_is_called_otherwise(hall: Hall, cookies: dict[str, str]) -> None:
    """The new name is in the tree and on the kiosks; the code stays; two do not have one name."""
    hall.rate(BAO_LOC, hall.clock.moment.date(), (0, 0, 0, 0, 1))
    reply = hall.post(f"/centers/rename{HERE}", {"name": " Phường  B'Lao "}, cookies=cookies)
    assert reply.headers["location"] == f"/centers?center={BAO_LOC}&done=center_renamed"
    assert "Phường B&#39;Lao" in hall.get("/centers", cookies=cookies).text
    device = hall.store.devices()[0]
    assert config_of(hall.store, device, hall.clock.now_ms()).center.name == "Phường B'Lao"
    assert logged(hall)[-1] == (
        "chị Lan",
        "rename_center",
        "24823",
        {"name": ["Phường 1 Bảo Lộc", "Phường B'Lao"]},
    )
    for name, words in (("", "chưa ghi tên"), ("phường xuân hương - đà lạt", "Tên này đã có")):
        wrong = hall.post(f"/centers/rename{HERE}", {"name": name}, cookies=cookies)
        assert wrong.status == 422
        assert words in wrong.text
    with hall.store.transaction():
        hall.store.add_centers(lamdong())

    center = hall.store.center(BAO_LOC)
    assert center is not None
    assert center.name == "Phường B'Lao"
    assert f"{len(hall.store.centers())} Trung tâm" in hall.get("/centers", cookies=cookies).text


def test_a_manager_says_what_counters_are_for(hall: Hall) -> None:
    """A manager sees the own center only, does not rename it, and sets its counters only."""
    cookies = hall.sign_in("quanly")
    with hall.store.transaction():
        for center in (BAO_LOC, DA_LAT):
            hall.store.add_counter(Counter(f"{center}-1", center, 1))
    own, other = f"{BAO_LOC}-1", f"{DA_LAT}-1"
    page = hall.get("/centers", cookies=cookies).text
    assert "Lĩnh vực của từng quầy" in page
    assert "Lưu tên" not in page
    assert "Xuân Hương" not in page
    assert hall.post(f"/centers/rename{HERE}", {"name": "Mới"}, cookies=cookies).status == 404
    assert hall.post(f"/centers/counters{HERE}", {other: "1"}, cookies=cookies).status == 404
    assert hall.post(f"/centers/counters{HERE}", {own: "99"}, cookies=cookies).status == 404
    assert hall.post(f"/centers/counters{HERE}", {}, cookies=cookies).status == 422
    assert hall.post(f"/centers/counters{HERE}", {own: "1"}, cookies=cookies).status == 303
    assert hall.store.counter_fields() == {own: 1}
    assert hall.post(f"/centers/counters{HERE}", {own: ""}, cookies=cookies).status == 303

    assert hall.store.counter_fields() == {}
    assert [each[1:] for each in logged(hall)] == [
        ("set_counter_fields", "24823", {"counter 24823-1": [None, "Hộ tịch"]}),
        ("set_counter_fields", "24823", {"counter 24823-1": ["Hộ tịch", None]}),
    ]
