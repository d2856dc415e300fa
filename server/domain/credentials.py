"""What a sign-in name and a password may be. Length is the only strength that is asked for (NIST 800-63B)."""

from __future__ import annotations

import unicodedata
from enum import Enum
from typing import Final

from server.domain.audit import AUTHOR_CHARS_MAX, COMMAND_LINE, SERVER

NAME_CHARS_MIN: Final = 2
NAME_CHARS_MAX: Final = AUTHOR_CHARS_MAX
"""A sign-in name is the author of what its owner decides."""
PASSWORD_CHARS_MIN: Final = 10
PASSWORD_CHARS_MAX: Final = 200
DIFFERENT_CHARS_MIN: Final = 5
"""A password of fewer different characters is `1212121212` or `aaaaaaaaaa`."""

STROKED: Final = {0x0111: "d"}
"""The stroke is the one mark that Unicode does not take off its letter."""

RESERVED: Final = frozenset({SERVER, COMMAND_LINE})
RESERVED_BEGINNING: Final = "device "
"""The audit log names kiosks so."""

RUNS: Final = ("01234567890123456789", "qwertyuiopasdfghjklzxcvbnm", "abcdefghijklmnopqrstuvwxyz")
"""A password that is a piece of one of these, or of its reverse, was typed along the keys."""
_LEAKED: Final = """
1q2w3e4r5t 1q2w3e4r5t6y 1qaz2wsx3edc qazwsxedcrfv 123qweasdzxc qwerty12345 qwerty123456 qwertyuiop123
asdfghjkl123 zxcvbnm123 abcd123456 abcde12345 abc123456789 a123456789 aa123456789 123456789a 1234567890a
123456789abc 1234512345 12345678910 123456123456 1472583690 0987654321a password12 password123
password1234 password12345 passw0rd123 passwordpassword p@ssw0rd123 p@ssword123 administrator admin12345
admin123456 adminadmin admin@12345 welcome123 welcome1234 letmein1234 changeme123 changemenow iloveyou123
iloveyou12 sunshine123 football123 superman123 princess123 computer123 internet123 matkhau123 matkhau1234
matkhau12345 matkhau123456 matkhaumoi matkhau@123 matkhaumatkhau matkhaucuatoi quantri123 quantri1234
quantri12345 quantrivien quantrihethong nguoidung123 quanly1234 quanly12345 quanly123456 dangnhap123
xinchao123 xinchao1234 vietnam123 vietnam1234 vietnam2025 vietnam2026 vietnamvodich vietnam1975
vietnam1945 hochiminh123 hanoi123456 saigon12345 dalat12345 dalat123456 lamdong123 lamdong1234
lamdong2025 lamdong2026 lamdong@123 tinhlamdong trungtam123 hanhchinhcong hanhchinh123 motcua12345
nucuoi1234 nucuoi12345 nucuoi123456 nucuoi2025 nucuoi2026 nucuoi@123 anhyeuem123 emyeuanh123
anhyeuemnhieu emyeuanhnhieu yeuemmaimai yeuanhmaimai khongcopass khongbiet123 toiyeuvietnam conyeubame
giadinhtoi
"""
GUESSED_FIRST: Final = frozenset(_LEAKED.split())
"""The commonest passwords of at least ten characters, as `folded` writes them: from leaks, and of here."""


class PasswordFault(Enum):
    """Why a password cannot be taken."""

    SHORT = "short"
    LONG = "long"
    GUESSED = "guessed"
    NAME = "name"


class NameFault(Enum):
    """Why a sign-in name cannot be taken."""

    LENGTH = "length"
    CHARACTERS = "characters"
    RESERVED = "reserved"


def plain_name(typed: str) -> str:
    """Return a sign-in name as it is kept: one way of composing marks, single spaces within."""
    return " ".join(unicodedata.normalize("NFC", typed).split())


def name_fault(name: str) -> NameFault | None:
    """Say what is wrong with a `plain_name`, if anything is."""
    if not NAME_CHARS_MIN <= len(name) <= NAME_CHARS_MAX:
        return NameFault.LENGTH
    if not all(char.isprintable() for char in name) or not any(char.isalnum() for char in name):
        return NameFault.CHARACTERS
    lower = name.casefold()
    if lower in RESERVED or lower.startswith(RESERVED_BEGINNING):
        return NameFault.RESERVED
    return None


def password_fault(password: str, name: str) -> PasswordFault | None:
    """Say why a password cannot be this person's, if it cannot."""
    password = unicodedata.normalize("NFC", password)
    if len(password) < PASSWORD_CHARS_MIN:
        return PasswordFault.SHORT
    if len(password) > PASSWORD_CHARS_MAX:
        return PasswordFault.LONG
    plain = folded(password)
    if _letters(plain) and _letters(plain).replace(_letters(folded(name)) or " ", "") == "":
        return PasswordFault.NAME
    if plain in GUESSED_FIRST or len(set(plain)) < DIFFERENT_CHARS_MIN or _is_run(plain):
        return PasswordFault.GUESSED
    return None


def folded(text: str) -> str:
    """Return a text without marks, capitals and spaces: `Mật khẩu` and `matkhau` are guessed alike."""
    apart = unicodedata.normalize("NFD", text.casefold().translate(STROKED))
    return "".join(char for char in apart if not unicodedata.combining(char) and not char.isspace())


def _letters(text: str) -> str:
    return "".join(char for char in text if char.isalpha())


def _is_run(text: str) -> bool:
    return any(text in line or text[::-1] in line for line in RUNS)
