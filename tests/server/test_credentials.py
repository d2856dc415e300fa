"""What a sign-in name and a password may be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.credentials import (
    GUESSED_FIRST,
    PASSWORD_CHARS_MAX,
    PASSWORD_CHARS_MIN,
    NameFault,
    PasswordFault,
    folded,
    name_fault,
    password_fault,
    plain_name,
)


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("chín ký tự"[:9], PasswordFault.SHORT),
        ("", PasswordFault.SHORT),
        ("mưa rơi trên đồi chè", None),
        ("ngày mai trời lại sáng", None),
        ("a" * 9 + "bcdef", None),
        ("x1y2z3w4v5" * 20, None),
        ("x1y2z3w4v5" * 20 + "!", PasswordFault.LONG),
        ("1234567890", PasswordFault.GUESSED),
        ("0987654321", PasswordFault.GUESSED),
        ("qwertyuiop", PasswordFault.GUESSED),
        ("aaaaaaaaaaaa", PasswordFault.GUESSED),
        ("1212121212", PasswordFault.GUESSED),
        ("Mật khẩu 123", PasswordFault.GUESSED),
        ("Lâm Đồng 2026", PasswordFault.GUESSED),
        ("PASSWORD1234", PasswordFault.GUESSED),
        ("nguyễn thị lan", PasswordFault.NAME),
        ("Nguyen Thi Lan 1990", PasswordFault.NAME),
        ("nguyễn thị lan nguyễn thị lan", PasswordFault.NAME),
        ("nguyễn thị lan đi chợ sớm", None),
    ],
)
def test_a_password_is_long_and_not_the_first_to_be_guessed(
    password: str, fault: PasswordFault | None
) -> None:
    """Length is all that is asked for; the commonest ones and the own name are refused."""
    assert password_fault(password, "Nguyễn Thị Lan") is fault


def test_marks_are_counted_as_one_writes_them() -> None:
    """A letter with its marks is one character, however a keyboard composed it."""
    assert password_fault("e\u0302\u0301" * 9, "lan") is PasswordFault.SHORT


def test_what_is_guessed_first_can_be_met() -> None:
    """What stands in the list is as long as passwords are, and written as it is looked up."""
    for each in GUESSED_FIRST:
        assert PASSWORD_CHARS_MIN <= len(each) <= PASSWORD_CHARS_MAX, each
        assert folded(each) == each
        assert password_fault(each, "lan") is PasswordFault.GUESSED


@given(st.text(max_size=250), st.text(max_size=70))
def test_any_text_is_judged(password: str, name: str) -> None:
    """Whatever is typed gets an answer, and what is too short is never taken."""
    fault = password_fault(password, name)

    assert fault is not None or len(password) >= PASSWORD_CHARS_MIN


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("lan.nguyen", None),
        ("Nguyễn Thị Lan", None),
        ("q", NameFault.LENGTH),
        ("", NameFault.LENGTH),
        ("x" * 65, NameFault.LENGTH),
        ("--", NameFault.CHARACTERS),
        ("lan\u200bnguyen", NameFault.CHARACTERS),
        ("lan\u0007", NameFault.CHARACTERS),
        ("Server", NameFault.RESERVED),
        ("command  line", NameFault.RESERVED),
        ("Device 5f5f5f5f", NameFault.RESERVED),
    ],
)
def test_a_name_can_be_an_author_of_the_log(typed: str, fault: NameFault | None) -> None:
    """A name is read in the audit log: it is no mark that nobody sees, and not the program itself."""
    assert name_fault(plain_name(typed)) is fault


def test_a_name_is_written_one_way() -> None:
    """Spaces at the ends, and how marks were composed, make no other name."""
    assert plain_name("  Nguye\u0302\u0303n   Lan ") == "Nguyễn Lan"
