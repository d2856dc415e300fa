"""The pages of comments: what may be seen, who decides about it, and how that is undone."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from server.domain.comments import NOTE_CHARS_MAX, State
from server.domain.places import Role
from server.domain.themes import Theme
from server.store.seed import ready_themes
from server.web.comments import PAGE_LENGTH
from tests.server.hall import BAO_LOC, DA_LAT, NOON, Hall, open_hall

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from server.domain.comments import Comment
    from tests.server.hall import Reply

TODAY = NOON.date()
HERE = f"?center={BAO_LOC}"
TEXTS = (
    "Phải chờ lâu quá",
    "Cán bộ vui vẻ, nhiệt tình",
    "Ghế ít, trời nóng <b>",
    "Cảm ơn các anh chị",
    "can bo huong dan ro rang",
)


@pytest.fixture(name="hall")
def _hall(tmp_path: Path) -> Iterator[Hall]:
    with open_hall(tmp_path) as made:
        made.hire("chị Lan", None, role=Role.ADMIN)
        made.hire("quanly", BAO_LOC)
        made.hire("giamsat", None, role=Role.REVIEWER)
        with made.store.transaction():
            made.store.add_themes(ready_themes())
        yield made


@pytest.fixture(name="cookies")
def _cookies(hall: Hall) -> dict[str, str]:
    return hall.sign_in("quanly")


@pytest.fixture(name="filled")
def _filled(hall: Hall) -> Hall:
    """Show five comments of last Friday, and one of a week of October."""
    hall.comment(BAO_LOC, TODAY - timedelta(days=31), "Nhà vệ sinh sạch")
    hall.comment(BAO_LOC, TODAY - timedelta(days=3), *TEXTS)
    hall.show_comments()
    return hall


def shown(reply: Reply) -> set[str]:
    """Return which of the comments stand on a page."""
    assert reply.status == 200
    return {text for text in (*TEXTS, "Nhà vệ sinh sạch") if text.replace("<b>", "&lt;b&gt;") in reply.text}


def of(hall: Hall, text: str) -> Comment:
    """Return a comment by its words."""
    return next(each for each in hall.store.comments(BAO_LOC) if each.words == text)


def test_before_anything_is_shown_the_page_says_why(hall: Hall, cookies: dict[str, str]) -> None:
    """Four comments of yesterday are there and not shown: nobody may be guessed by them."""
    hall.comment(BAO_LOC, TODAY - timedelta(days=1), *TEXTS[:4])
    hall.show_comments()
    reply = hall.get(f"/comments{HERE}", cookies=cookies)

    assert shown(reply) == set()
    assert "Chưa có lời góp ý nào hiện ra" in reply.text


def test_the_list_tells_days_and_themes_and_no_more(filled: Hall, cookies: dict[str, str]) -> None:
    """Each comment stands with its day or its week and its themes; no score, time, counter or officer."""
    reply = filled.get(f"/comments{HERE}", cookies=cookies)

    assert shown(reply) == {*TEXTS, "Nhà vệ sinh sạch"}
    assert "Ngày 20/11/2026" in reply.text
    assert "Trong khoảng 19/10/2026 đến 25/10/2026" in reply.text
    assert "Chủ đề: Thời gian chờ<" in reply.text
    assert "12:00" not in reply.text
    assert f"{BAO_LOC}-1" not in reply.text
    assert f"{BAO_LOC:032x}" not in reply.text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=can+bo", {TEXTS[1], TEXTS[4]}),
        ("q=C%C3%81N+B%E1%BB%98", {TEXTS[1], TEXTS[4]}),
        ("q=cho+lau", {TEXTS[0]}),
        ("q=khong+co", set()),
        ("theme=1", {TEXTS[0]}),
        ("theme=2&q=vui+ve", {TEXTS[1]}),
        ("month=2026-10", {"Nhà vệ sinh sạch"}),
        ("month=2026-11", set(TEXTS)),
        ("state=new", {*TEXTS, "Nhà vệ sinh sạch"}),
        ("state=done", set()),
    ],
)
def test_comments_are_found(filled: Hall, cookies: dict[str, str], query: str, found: set[str]) -> None:
    """By words with and without marks, by theme, month and state; what is not there is said kindly."""
    reply = filled.get(f"/comments{HERE}&{query}", cookies=cookies)

    assert shown(reply) == found
    assert bool(found) != ("Không có lời góp ý nào như vậy" in reply.text)


@pytest.mark.parametrize(
    "query", ["state=x", "theme=x", "theme=0", "month=2026", "month=x", "page=0", "page=2", "page=x"]
)
def test_what_is_mistyped_is_not_found(filled: Hall, cookies: dict[str, str], query: str) -> None:
    """An address that means nothing is not guessed at."""
    assert filled.get(f"/comments{HERE}&{query}", cookies=cookies).status == 404


def test_many_comments_have_pages(hall: Hall, cookies: dict[str, str]) -> None:
    """Every comment is on one page, and each page leads to the next with what was chosen."""
    hall.comment(BAO_LOC, TODAY - timedelta(days=2), *(f"Ý kiến số {n}." for n in range(PAGE_LENGTH + 3)))
    hall.show_comments()
    pages = [hall.get(f"/comments{HERE}&q=y+kien&page={n}", cookies=cookies).text for n in (1, 2)]

    counts = [sum(f">Ý kiến số {n}.<" in each for n in range(PAGE_LENGTH + 3)) for each in pages]
    assert counts == [PAGE_LENGTH, 3]
    assert "q=y+kien&amp;page=2" in pages[0]
    assert "23 lời góp ý · có “y kien” · Trang 1 trên 2" in pages[0]
    assert "Trang 2 trên 2" in pages[1]


def save(hall: Hall, cookies: dict[str, str], text: str, **form: str) -> Reply:
    """Decide about a comment as its page does."""
    comment = of(hall, text)
    step = str(comment.step.number if comment.step else 0)
    known = {"comment": comment.id, "step": step, "state": "doing", "note": "Đã thêm ghế."}
    return hall.post(f"/comments/one{HERE}&state=new", known | form, cookies=cookies)


def test_a_comment_is_taken_up_and_that_is_undone(filled: Hall, cookies: dict[str, str]) -> None:
    """State and note are kept with who and when; one click brings back what there was."""
    reply = save(filled, cookies, TEXTS[2])
    assert reply.status == 303
    there = filled.get(reply.headers["location"], cookies=cookies)
    assert "Đã lưu." in there.text
    assert "quanly, 12:00 ngày 23/11/2026" in there.text
    assert "Hoàn tác" in there.text
    assert f"/comments?center={BAO_LOC}&amp;state=new" in there.text
    undone = filled.post(
        f"/comments/undo{HERE}", {"comment": of(filled, TEXTS[2]).id, "step": "1"}, cookies=cookies
    )

    assert undone.status == 303
    assert "Đã hoàn tác." in filled.get(undone.headers["location"], cookies=cookies).text
    comment = of(filled, TEXTS[2])
    assert (comment.state, comment.note) == (State.NEW, "")
    assert [each.state for each in filled.store.comment_steps(comment.id)] == [State.DOING, State.NEW]


def test_the_log_tells_it_in_words(filled: Hall, cookies: dict[str, str]) -> None:
    """Whoever reads the log sees which comment and theme it was, both states, and no note."""
    save(filled, cookies, TEXTS[2])
    admin = filled.sign_in("chị Lan")
    filled.post("/comments/themes/switch", {"entry": "1"}, cookies=admin)
    log = filled.get("/audit", cookies=admin).text

    assert f"góp ý {of(filled, TEXTS[2]).id[:8]}…" in log
    assert "Tình trạng: Mới → Đang xử lý" in log
    assert "Thời gian chờ" in log
    assert "Đã thêm ghế" not in log


def test_whoever_is_second_is_told(filled: Hall, cookies: dict[str, str]) -> None:
    """What somebody else decided meanwhile is not written over; what was typed stays."""
    save(filled, cookies, TEXTS[0])
    late = save(filled, cookies, TEXTS[0], step="0", note="Của tôi")

    assert late.status == 422
    assert "Có người vừa xử lý" in late.text
    assert "Của tôi" in late.text
    assert of(filled, TEXTS[0]).note == "Đã thêm ghế."


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"state": "gone"}, "Xin chọn tình trạng."),
        ({"note": "x" * (NOTE_CHARS_MAX + 1)}, "Ghi chú dài quá"),
        ({"note": "a\x07b"}, "Ghi chú có ký tự"),
    ],
)
def test_a_form_that_is_wrong_says_so(
    filled: Hall, cookies: dict[str, str], form: dict[str, str], said: str
) -> None:
    """Nothing is decided, and the field says what is wrong with it."""
    reply = save(filled, cookies, TEXTS[0], **form)

    assert reply.status == 422
    assert said in reply.text
    assert of(filled, TEXTS[0]).step is None


def test_a_reviewer_reads_and_does_not_decide(filled: Hall) -> None:
    """Who watches over the province sees comments and what was done, and no form."""
    cookies = filled.sign_in("giamsat")
    there = filled.get(f"/comments/one{HERE}&comment={of(filled, TEXTS[0]).id}", cookies=cookies)

    assert shown(there) == {TEXTS[0]}
    assert "<textarea" not in there.text
    assert "/comments/forget" not in there.text
    assert save(filled, cookies, TEXTS[0]).status == 404


def test_another_centers_comment_is_not_there(filled: Hall) -> None:
    """A comment is found at its own center only, also by those who see every center."""
    id_, cookies = of(filled, TEXTS[0]).id, filled.sign_in("chị Lan")
    for path in ("one", "forget"):
        assert filled.get(f"/comments/{path}?center={DA_LAT}&comment={id_}", cookies=cookies).status == 404
    assert filled.get(f"/notices/edit?center={DA_LAT}&comment={id_}", cookies=cookies).status == 404
    assert filled.get(f"/comments/one{HERE}&comment=x", cookies=cookies).status == 404


def test_an_answer_begins_with_the_comment_and_stays_linked(filled: Hall, cookies: dict[str, str]) -> None:
    """The draft has the comment's words; saved, the comment leads to its answer."""
    id_ = of(filled, TEXTS[0]).id
    draft = filled.get(f"/notices/edit{HERE}&comment={id_}", cookies=cookies)
    assert f">{TEXTS[0]}</textarea>" in draft.text
    assert "không để lộ ai đã viết" in draft.text
    form = {"said_vi": "Chờ lâu.", "did_vi": "Mở thêm quầy.", "comment": id_}
    wrong = filled.post(f"/notices/edit{HERE}", form | {"did_vi": ""}, cookies=cookies)
    assert f'name="comment" value="{id_}"' in wrong.text
    assert filled.post(f"/notices/edit{HERE}", form, cookies=cookies).status == 303

    (posted,) = filled.store.notices(BAO_LOC)
    assert of(filled, TEXTS[0]).notice == posted.id
    there = filled.get(f"/comments/one{HERE}&comment={id_}", cookies=cookies)
    assert f"/notices/edit?center={BAO_LOC}&amp;notice={posted.id}" in there.text
    filled.post(f"/notices/remove{HERE}", {"notice": posted.id}, cookies=cookies)
    again = filled.get(f"/comments/one{HERE}&comment={id_}", cookies=cookies)
    assert "Soạn lời trả lời" in again.text


def test_a_comment_is_deleted_for_good_after_a_question(filled: Hall, cookies: dict[str, str]) -> None:
    """The page asks, wants a reason, and then neither words nor note are anywhere."""
    save(filled, cookies, TEXTS[3], note="Anh Ba viết")
    id_ = of(filled, TEXTS[3]).id
    assert "Xóa vĩnh viễn" in filled.get(f"/comments/forget{HERE}&comment={id_}", cookies=cookies).text
    wrong = filled.post(f"/comments/forget{HERE}", {"comment": id_, "reason": ""}, cookies=cookies)
    assert wrong.status == 422
    assert "Xin ghi lý do" in wrong.text
    form = {"comment": id_, "reason": "Người viết đề nghị"}
    gone = filled.post(f"/comments/forget{HERE}", form, cookies=cookies)

    assert gone.headers["location"] == f"/comments?center={BAO_LOC}&done=comment_forgotten"
    assert shown(filled.get(f"/comments{HERE}", cookies=cookies)) == {*TEXTS, "Nhà vệ sinh sạch"} - {TEXTS[3]}
    assert filled.get(f"/comments/one{HERE}&comment={id_}", cookies=cookies).status == 404
    (event,) = filled.store.newest_events(None, 1)
    assert (event.author, event.action, event.detail) == ("quanly", "forget_aside", "Người viết đề nghị")


def test_a_theme_that_is_changed_holds_at_once(filled: Hall) -> None:
    """An admin gives a theme another word, and every comment with it is of the theme."""
    cookies = filled.sign_in("chị Lan")
    form = {"name_vi": "Chỗ ngồi", "name_en": "Seats", "words": "ghế\nchỗ ngồi"}
    added = filled.post("/comments/themes", form, cookies=cookies)
    assert added.headers["location"] == "/comments/themes?done=theme_added"
    number = len(ready_themes()) + 1
    assert shown(filled.get(f"/comments{HERE}&theme={number}", cookies=cookies)) == {TEXTS[2]}
    change = form | {"changes": str(number), "words": "trời nóng; vui vẻ"}
    filled.post("/comments/themes/change", change, cookies=cookies)
    assert shown(filled.get(f"/comments{HERE}&theme={number}", cookies=cookies)) == {TEXTS[1], TEXTS[2]}
    filled.post("/comments/themes/switch", {"entry": str(number)}, cookies=cookies)

    assert shown(filled.get(f"/comments{HERE}&theme={number}", cookies=cookies)) == set()
    assert "1 chủ đề ngừng dùng" in filled.get("/comments/themes", cookies=cookies).text
    filled.post("/comments/themes/switch", {"entry": str(number), "on": "1"}, cookies=cookies)
    expected = Theme(number, {"vi": "Chỗ ngồi", "en": "Seats"}, ("trời nóng", "vui vẻ"))
    assert filled.store.themes()[-1] == expected


def test_a_theme_that_is_wrong_is_typed_again(filled: Hall) -> None:
    """What was typed stays, each field says what is wrong, and an unknown theme is not found."""
    cookies = filled.sign_in("chị Lan")
    reply = filled.post("/comments/themes", {"name_vi": "phí, LỆ PHÍ", "words": "!"}, cookies=cookies)

    assert reply.status == 422
    for said in ("Tên này đã có.", "Xin ghi tên.", "Mỗi dòng phải có chữ hoặc số", "phí, LỆ PHÍ"):
        assert said in reply.text
    for path, form in (("change", {"changes": "99"}), ("switch", {"entry": "x"})):
        assert filled.post(f"/comments/themes/{path}", form, cookies=cookies).status == 404
    assert filled.get("/comments/themes?theme=99", cookies=cookies).status == 404


def test_an_older_installation_takes_the_ready_made_themes(tmp_path: Path) -> None:
    """Where there is no theme yet a button brings ours, each with its event."""
    with open_hall(tmp_path) as hall:
        hall.hire("chị Lan", None, role=Role.ADMIN)
        cookies = hall.sign_in("chị Lan")
        assert "Dùng bộ chủ đề soạn sẵn" in hall.get("/comments/themes", cookies=cookies).text
        for _ in range(2):
            assert hall.post("/comments/themes/ready", {}, cookies=cookies).status == 303

        assert hall.store.themes() == ready_themes()
        assert sum(each.event.action == "add_theme" for each in hall.store.audit_log()) == len(ready_themes())
