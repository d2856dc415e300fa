"""The code of a dossier: what a scanner read becomes the one way to write it, and then a fingerprint.

A code is `agency-yymmdd-number`, its agency in the new order (`H36.12.05`) or in the old one
(`000.05.12.H36`). Kiosk and server must agree to the letter, for the fingerprint of two spellings
would be two dossiers. The code itself is kept with no rating.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from datetime import date
from typing import TYPE_CHECKING, Final
from unicodedata import normalize
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Sequence

KEY_BYTES_MIN: Final = 16
"""A shorter key is no secret: codes are few enough to be tried one by one."""
SCAN_CHARS_MAX: Final = 2000
"""A longer text is none that a receipt carries."""
CENTURY: Final = 2000
CODE: Final = re.compile(
    r"(?P<agency>[0-9]{3}\.[0-9]{2}\.[0-9]{2}\.[A-Z][0-9]{2}|[A-Z][0-9]{2}(?:\.[0-9]{2,3}){0,3})"
    r"-(?P<year>[0-9]{2})(?P<month>[0-9]{2})(?P<day>[0-9]{2})-[0-9]{4,6}"
)
WITHIN: Final = re.compile(rf"(?<![\w.]){CODE.pattern}(?!\w|-\w|\.[0-9])")
DASHES: Final = re.compile("[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]")
SPACES: Final = re.compile("[\\s\u200b-\u200d\u2060\ufeff]+")


def normal_dossier(text: str, prefixes: Sequence[str] = ()) -> str:
    """Return the dossier code that a text is, or that it holds as the only one; "" if there is none.

    A text that holds one may be an address or `key=value`. `prefixes` name the agencies whose
    dossiers are meant, in either order (`H36`, `H36.12`, `000.00.12.H36`); none means all.
    """
    if len(text) > SCAN_CHARS_MAX:
        return ""
    plain = DASHES.sub("-", normalize("NFKC", DASHES.sub("-", text))).upper()
    whole = CODE.fullmatch(SPACES.sub("", plain))
    if whole is not None:
        return whole[0] if _is_real(whole, prefixes) else ""
    # unquoted after upper-casing: %2d and %2D are the same, and a code has no small letters
    spread = re.sub(r"(?<=\d)\s*-\s*(?=\d)", "-", DASHES.sub("-", unquote(plain)).upper())
    codes = {found[0] for found in WITHIN.finditer(spread) if _is_real(found, prefixes)}
    return codes.pop() if len(codes) == 1 else ""


def fingerprint(key_hex: str, code: str) -> str:
    """Return the HMAC-SHA256, in hex, of a normalised code under a secret key given in hex.

    Raises `ValueError` if the key is no hex or shorter than `KEY_BYTES_MIN`.
    """
    key = bytes.fromhex(key_hex)
    if len(key) < KEY_BYTES_MIN:
        raise ValueError("the key of the dossiers is too short")
    return hmac.new(key, code.encode(), hashlib.sha256).hexdigest()


def _is_real(found: re.Match[str], prefixes: Sequence[str]) -> bool:
    """Tell whether a code has a day of the calendar and one of the wanted agencies."""
    try:
        date(CENTURY + int(found["year"]), int(found["month"]), int(found["day"]))
    except ValueError:
        return False
    agency = _levels(found["agency"])
    wanted = [_levels(prefix.strip().upper()) for prefix in prefixes]
    return not wanted or any(agency[: len(each)] == each for each in wanted)


def _levels(agency: str) -> list[str]:
    """Return the levels of an agency from the highest down, of either order."""
    levels = agency.split(".")
    if levels[0].isdigit():
        levels.reverse()
    while levels and not levels[-1].strip("0"):
        levels.pop()
    return levels
