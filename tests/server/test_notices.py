"""The Notices page: what citizens said and what the center did, as its kiosks tell it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.audit import Action
from server.domain.notices import (
    KEPT_MAX,
    SHOWN_MAX,
    TEXTS,
    Posted,
    from_told,
    moved,
    read_texts,
    told,
    told_to_kiosks,
)
from server.domain.places import Role
from server.protocol.messages import Notice
from server.web.kiosk_config import config_of
from tests.server.hall import BAO_LOC, DA_LAT, Hall, Reply, open_hall

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SAID, DID = "Sáng thứ Hai phải chờ lâu.", "Mở thêm một quầy."
FORM = {"said_vi": SAID, "did_vi": DID}
POSTED = st.lists(
    st.builds(
        Posted,
        st.text("0123456789abcdef", min_size=1),
        st.fixed_dictionaries({name: st.text() for name in TEXTS}),
        st.booleans(),
    ),
    max_size=5,
    unique_by=lambda each: each.id,
)


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    """Open a hall with a manager whose center has a kiosk, and an admin."""
    with open_hall(tmp_path) as opened:
        opened.hire("quanly", BAO_LOC)
        opened.hire("tỉnh", None, role=Role.ADMIN)
        opened.rate(BAO_LOC, date(2026, 11, 2), (0, 0, 0, 0, 5))
        yield opened


@pytest.fixture(name="manager")
def of_the_center(hall: Hall) -> dict[str, str]:
    """Sign the manager in."""
    return hall.sign_in("quanly")


def post(hall: Hall, what: str, form: dict[str, str], cookies: dict[str, str]) -> Reply:
    """Send a form about the manager's center."""
    return hall.post(f"/notices/{what}?center={BAO_LOC}", form, cookies=cookies)


def shown(hall: Hall) -> list[Notice]:
    """Return what the center's kiosk is told."""
    return config_of(hall.store, hall.store.devices()[0], hall.clock.now_ms()).notices


def add(hall: Hall, cookies: dict[str, str], *said: str) -> list[str]:
    """Add notices in which this was said; returns their ids."""
    for text in said:
        assert post(hall, "edit", FORM | {"said_vi": text}, cookies).status == 303
    return [each.id for each in hall.store.notices(BAO_LOC)][-len(said) :]


@pytest.mark.parametrize(
    ("typed", "faults"),
    [
        ({}, {"said_vi": "missing", "did_vi": "missing"}),
        ({"said_vi": " \n ", "did_vi": "x"}, {"said_vi": "missing"}),
        ({"said_vi": "x" * 20 + " x" * 71, "did_vi": "x"}, {"said_vi": "long"}),
        ({"said_vi": "x" * 25, "did_vi": "x"}, {"said_vi": "word"}),
        ({"said_vi": "a\u202eb", "did_vi": "x"}, {"said_vi": "word"}),
        ({"said_vi": "x", "did_vi": "x", "said_en": "y"}, {"did_en": "both"}),
        ({"said_vi": "x", "did_vi": "x", "did_en": "y"}, {"said_en": "both"}),
        ({"said_vi": "x" * 20 + " x" * 70, "did_vi": "x"}, {}),
    ],
)
def test_a_text_fits_the_screen(typed: dict[str, str], faults: dict[str, str]) -> None:
    """Both Vietnamese texts are there, none is longer than is read in time, English has both or neither."""
    assert read_texts(typed)[1] == faults


def test_texts_are_kept_in_one_way_of_writing() -> None:
    """Lines and gaps become single spaces, and letters with marks are whole letters."""
    texts, faults = read_texts({"said_vi": " Cho\u031b\u0300  la\u0302u\n quá ", "did_vi": "x"})

    assert faults == {}
    assert texts == {"said_vi": "Chờ lâu quá", "did_vi": "x", "said_en": "", "did_en": ""}


@given(POSTED)
def test_the_log_tells_notices_whole(posted: list[Posted]) -> None:
    """What the audit log says of notices is all of them: they can be had back from it."""
    assert from_told(told(posted)) == posted


@given(POSTED, st.integers(0, 4), st.integers(-6, 6))
def test_moving_keeps_every_notice(posted: list[Posted], place: int, by: int) -> None:
    """A notice that is moved changes its place and nothing else."""
    if place < len(posted):
        after = moved(posted, posted[place].id, by)
        assert sorted(each.id for each in after) == sorted(each.id for each in posted)
        assert after.index(posted[place]) == min(max(place + by, 0), len(posted) - 1)


def test_kiosks_are_told_what_is_switched_on() -> None:
    """Those that are off are left out, no more than eight are told, and English only where it is written."""
    texts = {"said_vi": SAID, "did_vi": DID, "said_en": "Waits.", "did_en": "Opened."}
    posted = [Posted("a", texts | {"said_en": "", "did_en": ""}), Posted("b", texts, is_shown=False)]
    posted += [Posted(str(number), texts) for number in range(9)]
    found = told_to_kiosks(posted)

    assert found[0] == Notice(said={"vi": SAID}, did={"vi": DID})
    assert found[1] == Notice(said={"vi": SAID, "en": "Waits."}, did={"vi": DID, "en": "Opened."})
    assert len(found) == SHOWN_MAX


def test_a_notice_is_added_changed_and_told(hall: Hall, manager: dict[str, str]) -> None:
    """What a manager writes is on the kiosk and in the log, and so is what is changed in it."""
    assert "Chưa có thông báo nào" in hall.get("/notices", cookies=manager).text
    (id_,) = add(hall, manager, SAID)
    assert shown(hall) == [Notice(said={"vi": SAID}, did={"vi": DID})]
    assert "trong khoảng 10 phút" in hall.get("/notices", cookies=manager).text

    form = hall.get(f"/notices/edit?center={BAO_LOC}&notice={id_}", cookies=manager).text
    assert f">{SAID}</textarea>" in form
    post(hall, "edit", FORM | {"notice": id_, "did_vi": "Mở hai quầy."}, manager)
    assert shown(hall) == [Notice(said={"vi": SAID}, did={"vi": "Mở hai quầy."})]
    added, changed = hall.store.events(Action.SET_NOTICES)
    assert (changed.author, changed.subject) == ("quanly", str(BAO_LOC))
    assert msgspec.json.decode(changed.detail) == {f"{id_} did_vi": [DID, "Mở hai quầy."]}
    assert msgspec.json.decode(added.detail)[f"{id_} said_vi"] == [None, SAID]


def test_a_wrong_notice_is_kept_in_the_form(hall: Hall, manager: dict[str, str]) -> None:
    """What is too long stands there again with the reason beside it; nothing is kept of it."""
    reply = post(hall, "edit", FORM | {"said_vi": "chờ " * 1000}, manager)

    assert reply.status == 422
    assert 'id="said_vi_fault">Ô này dài quá 160 ký tự' in reply.text
    assert f">{DID}</textarea>" in reply.text
    assert hall.store.notices(BAO_LOC) == []


def test_a_notice_is_read_before_it_is_kept(hall: Hall, manager: dict[str, str]) -> None:
    """The preview tells it as a kiosk does, in both languages, and keeps nothing."""
    english = {"said_en": "Long waits.", "did_en": "Opened <one>."}
    page = post(hall, "edit", FORM | english | {"preview": "yes"}, manager)

    assert page.status == 200
    assert page.text.index("Ông/Bà góp ý:") < page.text.index(f"<p>{SAID}</p>")
    assert "<strong>Opened &lt;one&gt;.</strong>" in page.text
    assert f">{DID}</textarea>" in page.text
    assert hall.store.notices(BAO_LOC) == []


def test_notices_are_moved_and_switched(hall: Hall, manager: dict[str, str]) -> None:
    """The order on the page is the order on the kiosk; what is off is not told."""
    one, two, three = add(hall, manager, "một", "hai", "ba")
    post(hall, "move", {"notice": three, "to": "up"}, manager)
    post(hall, "move", {"notice": one, "to": "up"}, manager)
    assert [each.said["vi"] for each in shown(hall)] == ["một", "ba", "hai"]

    post(hall, "switch", {"notice": three, "to": "off"}, manager)
    assert [each.said["vi"] for each in shown(hall)] == ["một", "hai"]
    event = hall.store.events(Action.SET_NOTICES)[-1]
    assert event.detail == f'{{"{three} shown":["yes","no"]}}'
    post(hall, "switch", {"notice": three, "to": "on"}, manager)
    post(hall, "move", {"notice": one, "to": "down"}, manager)
    assert [each.id for each in hall.store.notices(BAO_LOC)] == [three, one, two]


def test_a_ninth_notice_waits(hall: Hall, manager: dict[str, str]) -> None:
    """Eight are told; a further one is kept, off, and is switched on only where another is off."""
    ids = add(hall, manager, *(str(number) for number in range(SHOWN_MAX)))
    reply = post(hall, "edit", FORM, manager)
    assert "chưa bật vì đã có 8" in hall.get(reply.headers["location"], cookies=manager).text
    ninth = hall.store.notices(BAO_LOC)[-1]
    assert not ninth.is_shown

    assert post(hall, "switch", {"notice": ninth.id, "to": "on"}, manager).status == 422
    post(hall, "switch", {"notice": ids[0], "to": "off"}, manager)
    assert post(hall, "switch", {"notice": ninth.id, "to": "on"}, manager).status == 303
    assert [each.said["vi"] for each in shown(hall)][-1] == SAID


def test_a_center_keeps_so_many_notices(hall: Hall, manager: dict[str, str]) -> None:
    """There is a limit, and it is told."""
    texts = read_texts(FORM)[0]
    with hall.store.transaction():
        hall.store.set_notices(
            BAO_LOC, [Posted(f"{number:x}", texts, is_shown=False) for number in range(KEPT_MAX)]
        )
    reply = post(hall, "edit", FORM, manager)

    assert reply.status == 422
    assert "40 thông báo" in reply.text


def test_a_deleted_notice_comes_back(hall: Hall, manager: dict[str, str]) -> None:
    """Deleting can be undone, to the same place, as long as nothing else was changed about it."""
    ids = add(hall, manager, "một", "hai", "ba")
    reply = post(hall, "remove", {"notice": ids[1]}, manager)
    assert [each.said["vi"] for each in shown(hall)] == ["một", "ba"]
    event = hall.store.events(Action.SET_NOTICES)[-1]
    assert f'name="event" value="{event.id}"' in hall.get(reply.headers["location"], cookies=manager).text

    assert post(hall, "undo", {"event": str(event.id)}, manager).status == 303
    assert [each.id for each in hall.store.notices(BAO_LOC)] == ids
    assert post(hall, "undo", {"event": str(event.id)}, manager).status == 422
    assert post(hall, "undo", {"event": "1"}, manager).status == 404


def test_one_that_comes_back_is_not_one_too_many(hall: Hall, manager: dict[str, str]) -> None:
    """Where another took its place among the eight meanwhile, a deleted notice waits for room."""
    ids = add(hall, manager, *(str(number) for number in range(SHOWN_MAX + 1)))
    post(hall, "remove", {"notice": ids[0]}, manager)
    event = hall.store.events(Action.SET_NOTICES)[-1]
    post(hall, "switch", {"notice": ids[-1], "to": "on"}, manager)

    reply = post(hall, "undo", {"event": str(event.id)}, manager)
    assert reply.status == 422
    assert "Xin tắt bớt" in reply.text


@pytest.mark.parametrize(
    ("what", "form"),
    [
        ("edit", FORM),
        ("move", {"to": "up"}),
        ("switch", {"to": "off"}),
        ("remove", {}),
    ],
)
def test_a_notice_of_another_center_is_not_there(
    hall: Hall, manager: dict[str, str], what: str, form: dict[str, str]
) -> None:
    """Whoever names another center's notice finds none, and it stays as it was."""
    admin = hall.sign_in("tỉnh")
    hall.post(f"/notices/edit?center={DA_LAT}", FORM, cookies=admin)
    foreign = hall.store.notices(DA_LAT)
    event = hall.store.events(Action.SET_NOTICES)[-1]

    assert post(hall, what, form | {"notice": foreign[0].id}, manager).status == 404
    assert post(hall, "undo", {"event": str(event.id)}, manager).status == 404
    address = f"/notices/edit?center={BAO_LOC}&notice={foreign[0].id}"
    assert hall.get(address, cookies=manager).status == 404
    assert hall.store.notices(DA_LAT) == foreign
