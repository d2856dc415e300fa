"""What a comment is about: words with and without marks, and themes that anybody can read."""

from __future__ import annotations

import pytest

from server.domain.themes import PHRASE_CHARS_MAX, PHRASES_MAX, Model, Text, Theme, read_theme
from server.store.seed import ready_themes


@pytest.mark.parametrize(
    ("text", "asked", "has"),
    [
        ("Cán bộ vui vẻ", "can bo", True),
        ("Cán bộ vui vẻ", "CÁN BỘ", True),
        ("Can bo vui ve", "cán bộ", True),
        ("Đường đi khó", "duong di", True),
        ("duong di kho", "đường đi", True),
        ("Phải chờ lâu", "cho lau", True),
        ("Làm cho xong", "chờ", False),
        ("Hoà nhã", "hòa nhã", True),
        ("Cán, bộ.", "cán bộ", True),
        ("cán", "cán bộ", False),
        ("bộ cán", "cán bộ", False),
        ("cánbộ", "cán bộ", False),
        ("chờ lâu hơn", "lâu hơ", False),
        ("Cán bộ", "", False),
        ("Nộp lần thứ 2", "lần thứ 2", True),
    ],
)
def test_words_are_found_with_and_without_marks(text: str, asked: str, has: bool) -> None:  # noqa: FBT001 - of a table
    """Marks count only where both sides have them; words are whole, and stand one behind the other."""
    assert Text.of(text).has(Text.of(asked)) == has


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Phải chờ lâu quá, ghế ít", {"Thời gian chờ", "Cơ sở vật chất"}),
        ("phai cho lau qua", {"Thời gian chờ"}),
        ("Anh ấy cho tôi xem giấy", set()),
        ("Cô cán bộ hoà nhã, em cảm ơn", {"Thái độ phục vụ", "Khen ngợi, cảm ơn"}),
        ("Không chờ lâu", {"Thời gian chờ"}),
        ("Trễ hẹn hai lần rồi", {"Hẹn trả kết quả", "Đi lại nhiều lần"}),
        ("...", set()),
    ],
)
def test_the_ready_made_themes_find_what_people_write(text: str, names: set[str]) -> None:
    """Each theme is told by its phrases; what is denied is found too, as the page says."""
    themes = ready_themes()
    found = Model.of(themes).themes_of(Text.of(text))

    assert {each.names["vi"] for each in themes if each.id in found} == names


def test_a_retired_theme_finds_nothing() -> None:
    """What is not in use is not told of any comment."""
    theme = Theme(1, {"vi": "Chờ", "en": "Wait"}, ("chờ",), retired_ms=1)

    assert Model.of([theme]).themes_of(Text.of("chờ")) == set()


def test_every_ready_made_theme_would_be_taken_from_a_form() -> None:
    """What we begin with keeps the rules that a form has to keep, and no name is there twice."""
    themes = ready_themes()
    for each in themes:
        form = {"name_vi": each.names["vi"], "name_en": each.names["en"], "words": "\n".join(each.phrases)}
        assert read_theme(form, themes, each.id) == (each, {})


@pytest.mark.parametrize(
    ("form", "faults"),
    [
        ({}, {"name_vi": "name_missing", "name_en": "name_missing", "words": "words_missing"}),
        ({"name_vi": "CHỜ", "name_en": "b", "words": "c"}, {"name_vi": "name_taken"}),
        ({"name_vi": "a" * 99, "name_en": "b", "words": "!"}, {"name_vi": "name_long", "words": "words_odd"}),
        ({"name_vi": "a", "name_en": "b", "words": "x" * (PHRASE_CHARS_MAX + 1)}, {"words": "words_many"}),
        (
            {"name_vi": "a", "name_en": "b", "words": ";".join(map(str, range(PHRASES_MAX + 1)))},
            {"words": "words_many"},
        ),
    ],
)
def test_a_theme_that_is_wrong_is_not_taken(form: dict[str, str], faults: dict[str, str]) -> None:
    """Each field says what is wrong with it."""
    known = [Theme(7, {"vi": "Chờ", "en": "Wait"}, ("chờ",))]

    assert read_theme(form, known)[1] == faults


def test_phrases_are_one_on_each_line_and_once() -> None:
    """Lines or semicolons part phrases; gaps are made even."""
    theme, faults = read_theme({"name_vi": "a", "name_en": "b", "words": " chờ  lâu\r\nđợi; chờ lâu;\n"}, [])

    assert (theme.phrases, faults) == (("chờ lâu", "đợi"), {})
