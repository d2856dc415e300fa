"""Surveys as pages: who reads them, who decides them, and what a kiosk is told then."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

import msgspec
import pytest

from server.domain.audit import Action, changed
from server.domain.places import Role
from server.protocol import keys
from server.protocol.messages import KioskConfig, Signed, unseal
from server.protocol.survey import decode_survey, survey_hash
from server.store.seed import cheerful_survey, decree61_survey, ready_surveys, smile_survey
from server.web.pages import FORM_BYTES_MAX
from server.web.survey_form import FORM_BYTES_MAX as SURVEY_BYTES_MAX
from tests.server.hall import BAO_LOC, DA_LAT, Hall, open_hall, plain
from tests.server.live import SEED, a_hand, live
from tests.server.test_enrolment import config

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.server.hall import Reply

FIELD = re.compile(r'<input[^>]* name="([^"]+)" value="([^"]*)"')
TEXT = re.compile(r'<textarea[^>]* name="([^"]+)"[^>]*>\n([^<]*)</textarea>')
SELECT = re.compile(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', re.DOTALL)
CHOSEN = re.compile(r'<option(?: value="([^"]*)")? selected>([^<]*)')


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    """Open a hall with an admin of the province, one of a center, a reviewer and a manager."""
    with open_hall(tmp_path) as opened:
        opened.hire("chủ", None, role=Role.ADMIN)
        opened.hire("phó", None, role=Role.ADMIN)
        opened.hire("tại chỗ", BAO_LOC, role=Role.ADMIN)
        opened.hire("xem", None, role=Role.REVIEWER)
        opened.hire("quầy", BAO_LOC, role=Role.MANAGER)
        with opened.store.transaction():
            opened.store.add_survey(smile_survey(), "chủ")
        yield opened


@pytest.fixture
def boss(hall: Hall) -> dict[str, str]:
    """Sign the province's admin in."""
    return hall.sign_in("chủ")


def typed(reply: Reply) -> dict[str, str]:
    """Return what a browser would send of the editor's form, without any button."""
    page = reply.body.decode()
    form = {name: unescape(value) for each in (FIELD, TEXT) for name, value in each.findall(page)}
    for name, options in SELECT.findall(page):
        found = CHOSEN.search(options)
        form[name] = "" if found is None else unescape(found[1] or found[2] * (found[1] is None))
    return form


def now_asked(hall: Hall) -> bytes:
    """Return the survey that is asked."""
    raw = hall.store.current_survey()
    assert raw is not None
    return raw


def seen(hall: Hall) -> str:
    """Return what the form of a page that was just made says of the survey asked now."""
    return survey_hash(now_asked(hall))


def test_the_page_tells_what_is_asked_since_when_and_by_whom(hall: Hall) -> None:
    """Everybody who reads figures reads which survey they answer; only the province's admins find buttons."""
    for name in ("xem", "quầy", "tại chỗ"):
        page = hall.get("/surveys", cookies=hall.sign_in(name)).text
        assert "Một chạm nụ cười" in page
        assert "Từ 12:00 ngày 23/11/2026, do chủ đưa vào sử dụng." in page
        assert "/surveys/ask" not in page
        assert "/surveys/edit" not in page
    page = hall.get("/surveys", cookies=hall.sign_in("chủ")).text
    assert "/surveys/ask?survey=cheerful" in page
    assert "/surveys/ask?survey=decree61" in page
    assert "/surveys/ask?survey=smile" not in page


@pytest.mark.parametrize("name", ["tại chỗ", "xem", "quầy"])
def test_nobody_else_decides(hall: Hall, name: str) -> None:
    """Whoever is no admin of the whole province finds no page that would change the survey."""
    cookies = hall.sign_in(name)
    for address in ("/surveys/ask", "/surveys/edit"):
        assert hall.get(f"{address}?survey=cheerful", cookies=cookies).status == 404
        form = {"survey": "cheerful", "seen": seen(hall)}
        assert hall.post(address, form, cookies=cookies).status == 404
    assert now_asked(hall) == smile_survey()


def test_a_ready_made_survey_is_taken_over(hall: Hall, boss: dict[str, str]) -> None:
    """A page says what follows and shows the screens; then it is asked, and the audit log says so."""
    shown = hall.get("/surveys/ask?survey=cheerful", cookies=boss)
    assert (shown.status, now_asked(hall)) == (200, smile_survey())
    assert "thay cho phiếu “Một chạm nụ cười”" in shown.text
    assert "khoảng 10 phút" in shown.text
    assert shown.text.count('class="glass"') == 12
    hall.clock.forward(hours=1)
    done = hall.post("/surveys/ask", typed(shown), cookies=boss)

    assert (done.status, done.headers["location"]) == (303, "/surveys?done=survey_asked")
    assert now_asked(hall) == cheerful_survey()
    event = hall.store.events(Action.ADD_SURVEY)[-1]
    old, new = survey_hash(smile_survey()), survey_hash(cheerful_survey())
    assert (event.author, event.subject) == ("chủ", new)
    assert plain(event.detail) == changed(
        {"asked": f"Một chạm nụ cười ({old})"}, {"asked": f"Phục vụ vui vẻ ({new})"}
    )
    page = hall.get(done.headers["location"], cookies=boss).text
    assert "Phiếu mới đã được đưa vào sử dụng." in page
    assert "Từ 13:00 ngày 23/11/2026, do chủ đưa vào sử dụng." in page
    assert "Đưa vào sử dụng lần cuối lúc 12:00 ngày 23/11/2026, do chủ" in page


def test_an_earlier_survey_is_asked_again(hall: Hall, boss: dict[str, str]) -> None:
    """What was asked before is found by its code, with whoever asked it, and comes back as it was."""
    hall.post("/surveys/ask", {"survey": "cheerful", "seen": seen(hall)}, cookies=boss)
    old = survey_hash(smile_survey())
    assert f"/surveys/ask?survey={old}" in hall.get("/surveys", cookies=boss).text
    hall.post(
        "/surveys/ask",
        typed(hall.get(f"/surveys/ask?survey={old}", cookies=boss)),
        cookies=hall.sign_in("phó"),
    )

    assert now_asked(hall) == smile_survey()
    first = hall.store.kept_surveys()[0]
    assert (first.hash, first.author) == (old, "phó")


def test_what_is_asked_already_changes_nothing(hall: Hall, boss: dict[str, str]) -> None:
    """Asking the same once more is no event; the page says so before and after."""
    assert "Phiếu này đang được hỏi." in hall.get("/surveys/ask?survey=smile", cookies=boss).text
    before = len(hall.store.events(Action.ADD_SURVEY))
    reply = hall.post("/surveys/ask", {"survey": "smile", "seen": seen(hall)}, cookies=boss)

    assert reply.headers["location"] == "/surveys?done=survey_same"
    assert len(hall.store.events(Action.ADD_SURVEY)) == before


def test_two_admins_do_not_decide_past_each_other(hall: Hall, boss: dict[str, str]) -> None:
    """Whoever decides on an old page is told who was quicker, and decides anew."""
    form = typed(hall.get("/surveys/ask?survey=cheerful", cookies=boss))
    other = {"survey": "decree61", "seen": seen(hall)}
    assert hall.post("/surveys/ask", other, cookies=hall.sign_in("phó")).status == 303
    again = hall.post("/surveys/ask", form, cookies=boss)

    assert again.status == 422
    assert "phó đã đưa phiếu “Chỉ số theo Nghị định 61” vào sử dụng" in again.text
    assert now_asked(hall) == decree61_survey()
    assert hall.post("/surveys/ask", typed(again), cookies=boss).status == 303
    assert now_asked(hall) == cheerful_survey()


@pytest.mark.parametrize(
    "form",
    [{}, {"survey": ""}, {"made": "{"}, {"made": "{}"}, {"made": '{"v":1,"name":{"vi":"A"},"questions":[]}'}],
)
def test_a_form_that_names_no_survey_is_told_kindly(
    hall: Hall, boss: dict[str, str], form: dict[str, str]
) -> None:
    """Nothing is put into use that is no survey; the list comes back, to choose from."""
    reply = hall.post("/surveys/ask", form, cookies=boss)

    assert reply.status == 422
    assert "Chưa rõ Ông/Bà muốn dùng phiếu nào" in reply.text
    assert now_asked(hall) == smile_survey()


def test_a_survey_that_kiosks_cannot_show_is_not_slipped_in(hall: Hall, boss: dict[str, str]) -> None:
    """What the preview carries is checked once more when it comes back."""
    made = smile_survey().decode().replace("Cheerful staff", "x" * 100)

    assert hall.post("/surveys/ask", {"made": made, "seen": seen(hall)}, cookies=boss).status == 422
    assert now_asked(hall) == smile_survey()


@pytest.mark.parametrize("address", ["/surveys/one", "/surveys/ask", "/surveys/edit"])
def test_a_survey_that_is_not_there_is_not_found(hall: Hall, boss: dict[str, str], address: str) -> None:
    """A code that nobody knows has no page, and a center that is none neither."""
    assert hall.get(f"{address}?survey=ffffffffffff", cookies=boss).status == 404
    assert hall.get(f"{address}?survey=smile&center=1", cookies=boss).status == 404
    assert hall.post("/surveys/ask", {"survey": "ffffffffffff"}, cookies=boss).status == 404


def test_the_center_that_was_looked_at_stays(hall: Hall, boss: dict[str, str]) -> None:
    """Whoever came from a center's pages goes back to them: links and answers name it still."""
    page = hall.get(f"/surveys?center={DA_LAT}", cookies=boss).text
    assert f"/surveys/ask?center={DA_LAT}&amp;survey=cheerful" in page
    form = {"survey": "cheerful", "seen": seen(hall)}
    reply = hall.post(f"/surveys/ask?center={DA_LAT}", form, cookies=boss)
    assert reply.headers["location"] == f"/surveys?center={DA_LAT}&done=survey_asked"
    assert hall.get(f"/surveys/ask?center={DA_LAT}", cookies=boss).headers["location"].endswith(f"={DA_LAT}")


def test_what_is_unconfirmed_says_so(hall: Hall) -> None:
    """The survey of Decree 61 shows which question tells which indicator, and what nobody has confirmed."""
    cookies = hall.sign_in("quầy")
    page = hall.get("/surveys/one?survey=decree61", cookies=cookies).text

    assert "Chưa xác nhận: nội dung chín chỉ số" in page
    assert page.count("badge worry") == 1
    assert "Từ số liệu của Trung tâm" in page
    assert "Chưa xác nhận" not in hall.get("/surveys/one?survey=smile", cookies=cookies).text
    assert "Một chạm nụ cười" in hall.get("/surveys/one", cookies=cookies).text


@pytest.mark.parametrize("name", sorted(ready_surveys()))
def test_the_editor_brings_back_every_survey_as_it_is(hall: Hall, boss: dict[str, str], name: str) -> None:
    """Who changes nothing and looks at the preview sees the very survey that was there."""
    shown = hall.get(f"/surveys/edit?survey={name}", cookies=boss)
    assert shown.status == 200
    preview = hall.post("/surveys/edit", typed(shown) | {"do": "preview"}, cookies=boss)

    assert preview.status == 200
    assert unescape(typed(preview)["made"]).encode() == ready_surveys()[name]


def test_a_survey_is_written_shown_and_put_into_use(hall: Hall, boss: dict[str, str]) -> None:
    """Buttons change the form and nothing else; the preview shows it; only then it is asked."""
    form = typed(hall.get("/surveys/edit?survey=smile", cookies=boss)) | {"name.vi": "Phiếu tháng Mười hai"}
    grown = hall.post("/surveys/edit", form | {"do": "add", "new": "number"}, cookies=boss)
    form = typed(grown)
    assert (grown.status, form["q2.kind"], form["q3.kind"]) == (200, "number", "comment")
    form |= {"q2.vi": "Ông/Bà chờ mấy lượt?", "q2.en": "How many people waited before you?"}
    preview = hall.post("/surveys/edit", form | {"do": "preview"}, cookies=boss)
    assert "Ông/Bà chờ mấy lượt?" in preview.text
    assert "3 trở lên" in preview.text
    assert "3 or more" in preview.text
    assert now_asked(hall) == smile_survey()
    back = typed(hall.post("/surveys/edit", typed(preview), cookies=boss))
    assert back["q2.vi"] == "Ông/Bà chờ mấy lượt?"
    assert hall.post("/surveys/ask", typed(preview), cookies=boss).status == 303

    survey = decode_survey(now_asked(hall))
    assert survey.name["vi"] == "Phiếu tháng Mười hai"
    assert [each.id for each in survey.questions] == ["overall", "why", "q1", "comment"]


def test_a_fault_loses_nothing(hall: Hall, boss: dict[str, str]) -> None:
    """Whatever is wrong, the page comes back with all that was typed, and says beside each field what."""
    form = typed(hall.get("/surveys/edit?survey=smile", cookies=boss))
    form |= {"q1.o0.vi": "", "q1.en": "x" * 121, "q2.vi": "Góp ý \N{GRINNING FACE}", "q1.after": "low"}
    reply = hall.post("/surveys/edit", form | {"do": "preview"}, cookies=boss)

    assert reply.status == 422
    assert typed(reply) == form
    assert "Còn 3 chỗ cần sửa" in reply.text
    for name in ("q1.o0.vi", "q1.en", "q2.vi"):
        assert f'aria-invalid="true" aria-describedby="{name}-fault"' in reply.text
        assert f'id="{name}-fault"' in reply.text
    assert "Người đứng cạnh nhìn câu hỏi này có thể đoán" in reply.text


@pytest.mark.parametrize("form", [{}, {"made": "{"}])
def test_an_empty_form_is_an_empty_survey(hall: Hall, boss: dict[str, str], form: dict[str, str]) -> None:
    """Who sends nothing gets an empty form that says what is missing."""
    reply = hall.post("/surveys/edit", form, cookies=boss)

    assert reply.status == 422
    assert reply.text.count("Xin điền chỗ này.") == 2


def test_a_form_has_an_end(hall: Hall, boss: dict[str, str]) -> None:
    """A survey's form may be larger than others, and yet not as large as one likes."""
    many = {f"q0.{number}": "" for number in range(1500)}
    assert hall.post("/surveys/edit", many, cookies=boss).status == 422
    assert hall.post("/surveys/edit", {"q0.vi": "x" * (FORM_BYTES_MAX + 1)}, cookies=boss).status == 422
    assert hall.post("/surveys/edit", {"q0.vi": "x" * SURVEY_BYTES_MAX}, cookies=boss).status == 413
    assert hall.post("/sign-in", {"name": "x" * (FORM_BYTES_MAX + 1)}).status == 413


def test_a_learned_survey_was_never_asked_here(hall: Hall, boss: dict[str, str]) -> None:
    """What a kiosk brought back stands among the earlier ones, and can be asked."""
    with hall.store.transaction():
        hall.store.learn_survey(cheerful_survey())
    kept = hall.store.kept_surveys()[-1]

    assert (kept.raw, kept.asked_ms, kept.author) == (cheerful_survey(), None, "")
    page = hall.get("/surveys", cookies=boss).text
    assert "Máy chủ biết lại phiếu này từ một máy đánh giá" in page


def test_a_new_installation_has_asked_one_survey(tmp_path: Path) -> None:
    """The server's own first survey is told as its own; what was only put beside it is no earlier one."""
    with live(tmp_path, survey=decode_survey(smile_survey())) as server:
        kept = server.store.kept_surveys()

        assert [each.raw for each in kept] == [smile_survey(), cheerful_survey()]
        assert kept[0].asked_ms is not None


def test_a_kiosk_is_told_the_survey_that_is_asked(tmp_path: Path) -> None:
    """From the moment on, the config of every kiosk has the survey, its code and its languages."""
    with live(tmp_path) as server:
        hand = a_hand(server)
        server.writer.submit(lambda store: store.add_survey(cheerful_survey(), "chủ")).result()
        told = unseal(
            keys.public_key(SEED), msgspec.json.decode(config(hand).content, type=Signed), KioskConfig
        )

    assert told.survey == decode_survey(cheerful_survey())
    assert told.survey_hash == survey_hash(cheerful_survey())
    assert told.languages == ["vi", "en"]
