"""Valid forms about what citizens wrote, and about the themes by which it is found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from server.domain.audit import aside_subject
from server.domain.notices import told
from tests.server.furnished import DEVICE, DONE, NEW_COMMENT, SAID, TAKEN_UP
from tests.server.hall import BAO_LOC
from tests.server.sending import HERE, Leaves, Sent, one

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.server.hall import Hall
    from tests.server.sending import Told

SPOKEN: Final = {"name_vi": "Trẻ em", "name_en": "Children", "words": "trẻ em\ntrẻ nhỏ"}
FIRST_THEME, RETIRED_THEME, NEXT_THEME = 1, 11, 12


def _theme(id_: int) -> Told:
    def theme_told(hall: Hall) -> Mapping[str, object]:
        return next((each.told for each in hall.store.themes() if each.id == id_), {})

    return theme_told


def _notices(hall: Hall) -> Mapping[str, object]:
    return told(hall.store.notices(BAO_LOC))


def _answer(hall: Hall) -> Mapping[str, object]:
    comment = hall.store.comment(NEW_COMMENT)
    return {"notice": (comment.notice or None) if comment else None}


FORMS_OF_COMMENTS: Final[dict[str, Sent]] = {
    "/comments/one": one(
        "set_comment",
        f"comment {NEW_COMMENT}",
        '{"state":["new","doing"],"note_of_step":[0,1]}',
        comment=NEW_COMMENT,
        step="0",
        state="doing",
        note="Đã báo tổ một cửa.",
    ),
    "/comments/undo": one(
        "set_comment",
        f"comment {TAKEN_UP}",
        '{"state":["doing","new"],"note_of_step":[1,2]}',
        comment=TAKEN_UP,
        step="1",
    ),
    "/comments/forget": one(
        "forget_aside",
        aside_subject(DEVICE, 1, "comment"),
        "Người viết đề nghị",
        comment=NEW_COMMENT,
        reason="Người viết đề nghị",
    ),
    "/comments/themes": one("add_theme", f"theme {NEXT_THEME}", _theme(NEXT_THEME), **SPOKEN),
    "/comments/themes/change": one(
        "change_theme", f"theme {FIRST_THEME}", _theme(FIRST_THEME), changes=str(FIRST_THEME), **SPOKEN
    ),
    "/comments/themes/switch": one("retire_theme", f"theme {FIRST_THEME}", entry=str(FIRST_THEME)),
    "/comments/themes/ready": Sent(why="there are themes: no list takes their place"),
}
USED_AGAIN: Final[list[tuple[str, Sent]]] = [
    (
        "/comments/themes/switch",
        one("return_theme", f"theme {RETIRED_THEME}", entry=str(RETIRED_THEME), on="1"),
    ),
]
ANSWERED: Final[list[tuple[str, Sent]]] = [
    (
        "/notices/edit",
        Sent(
            {"said_vi": SAID, "did_vi": DONE, "comment": NEW_COMMENT},
            (
                Leaves("set_notices", HERE, _notices),
                Leaves("answer_comment", f"comment {NEW_COMMENT}", _answer),
            ),
        ),
    ),
]
"""A notice that answers a comment."""
