"""How a comment grows and shrinks under a citizen's fingers."""

from __future__ import annotations

from unicodedata import is_normalized

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.telex import Method
from kiosk.writing import (
    COMMENT_CHARS_MAX,
    ERASE,
    KEYS_MAX,
    Writing,
    cleared,
    starts_sentence,
    typed,
    with_method,
)

TELEX = Writing(Method.TELEX)
SIGNS = st.one_of(st.sampled_from("aeiouydwsfrxjz69 .,\n" + ERASE * 6), st.characters(), st.text(max_size=3))


def written(signs: str, start: Writing = TELEX) -> Writing:
    """Type one sign after the other; "<" erases."""
    for sign in signs.replace("<", ERASE):
        start = typed(start, sign)
    return start


def test_a_sentence_is_written() -> None:
    """A whole sentence in Telex, and the same in VNI, give exactly what was meant."""
    sentence = "Cán bộ rất nhiệt tình, cảm ơn!"

    assert written("Casn booj raast nhieejt tinhf, cam own<<<<<ar own!").text.startswith(
        "Cán bộ rất nhiệt tình"
    )
    assert written("Casn booj raats nhieejt tinhf, camr own!").text == sentence
    assert written("Ca1n bo65 ra61t nhie65t ti2nh, ca3m o7n!", Writing(Method.VNI)).text == sentence


@pytest.mark.parametrize(
    ("signs", "text"),
    [
        ("vieetj<", "việ"),
        ("vieejt<", "việ"),
        ("vieetj<c", "việc"),
        ("vieetj<<", "vi"),
        ("nguowif<", "ngườ"),
        ("nguowif<<", "ngư"),
        ("nguowif<<wngf", "nguwngf"),
        ("casn booj<", "cán b"),
        ("casn booj<ooj", "cán bộ"),
        ("casn <", "cán"),
        ("casn <<", "cá"),
        ("casn. <<", "cán"),
        ("text<", "tex"),
        ("text<t", "text"),
        ("windows<<<", "wind"),
        ("dd<", ""),
        ("<", ""),
        ("asf<o", "o"),
        ("gooongf<", "goòn"),
        ("VIEETJ<", "VIỆ"),
        ("10h30<", "10h3"),
        ("dòng\nhai<<<<", "dòng"),
    ],
)
def test_erasing_takes_back_what_is_seen(signs: str, text: str) -> None:
    """The eraser takes the last letter that can be seen, and the word goes on from there."""
    assert written(signs).text == text


def test_a_finished_word_keeps_its_look() -> None:
    """After a space or a mark a tone key is a letter again."""
    assert written("ma s").text == "ma s"
    assert written("ma-s").text == "ma-s"
    assert written("61/2018/NDD-CP").text == "61/2018/NĐ-CP"


def test_digits_stand_where_no_mark_can() -> None:
    """In VNI a digit is a mark only in a word that can take it."""
    vni = Writing(Method.VNI)

    assert written("Que61 5, 10h30, 2a1", vni).text == "Quế 5, 10h30, 2a1"
    assert written("Qua62y 12", vni).text == "Quầy 12"


def test_a_comment_has_an_end() -> None:
    """A sign too many changes nothing, but a tone still finds its letter, and the eraser works."""
    full = written("a " * (COMMENT_CHARS_MAX // 2 - 1) + "ba")

    assert len(full.text) == COMMENT_CHARS_MAX
    assert typed(full, "n") is full
    assert typed(full, " ") is full
    assert typed(full, "s").text.endswith("bá")
    assert len(typed(full, ERASE).text) == COMMENT_CHARS_MAX - 1


def test_a_word_without_end_is_cut() -> None:
    """However long somebody leans on a key, a key stays cheap."""
    long = written("a" * (KEYS_MAX + 3))

    assert len(long.keys) <= KEYS_MAX
    assert len(long.text) >= KEYS_MAX


@pytest.mark.parametrize("sign", ["\x00", "\u0301", "\u200b", "\ud800", "\u2028", "\t", "", "ab"])
def test_what_no_key_writes_is_not_written(sign: str) -> None:
    """Control signs, loose marks and more than one sign at once change nothing."""
    assert typed(TELEX, sign) is TELEX


def test_another_method_finishes_the_word() -> None:
    """A change of the method leaves the text as it is and reads the next word the new way."""
    changed = with_method(written("vieet"), Method.VNI)

    assert changed == Writing(Method.VNI, done="viêt")
    assert written(" tie6ng1", changed).text == "viêt tiếng"
    assert cleared(changed) == Writing(Method.VNI)


@pytest.mark.parametrize(
    ("signs", "starts"),
    [
        ("", True),
        (" ", True),
        ("a", False),
        ("a ", False),
        ("a.", False),
        ("a. ", True),
        ("a! ", True),
        ("a? ", True),
        ("a.  ", True),
        ("a.<", False),
        ("a\n", True),
        ("a, ", False),
        ("3.5", False),
    ],
)
def test_a_sentence_begins_with_a_capital(signs: str, starts: bool) -> None:  # noqa: FBT001 - a table
    """The shift key is on at the start, on a new line and after the end of a sentence."""
    assert starts_sentence(written(signs)) is starts


@given(st.lists(SIGNS, max_size=60), st.sampled_from(Method))
def test_any_keys_give_a_comment(signs: list[str], method: Method) -> None:
    """Whatever is typed, the text is in NFC, within its limit, and can be erased to nothing."""
    writing = Writing(method)
    for sign in signs:
        before = writing
        writing = typed(writing, sign)
        assert is_normalized("NFC", writing.text)
        assert is_normalized("NFC", writing.done)
        assert len(writing.text) <= COMMENT_CHARS_MAX
        if sign == ERASE:
            assert writing.text == before.text[:-1]
    for _ in range(len(writing.text)):
        writing = typed(writing, ERASE)
    assert writing.text == ""
