"""Takes personal numbers out of a comment, visibly: phones, identity and account numbers, e-mails.

Pure. What a number is cannot be known, only what it looks like; of two readings the private one
wins, unless the text says that it is money, a day or a time. A dossier's code goes too, for it
leads to a person; the code of a procedure stays.

What cannot be told apart: three rooms far from each other and an identity number in groups (both
go); round sums, rooms or years in a row and an account that happens to look so (both stay). Numbers
in words, and an address without its @, stay.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final
from unicodedata import category, digit, normalize

MARK: Final = "…"
MONEY: Final = r"\ ?(?:d|dong|vnd|usd|k|nghin|ngan|tr|trieu|ty|%)(?!\w)"
GAP: Final = r"[ .()-]{0,5}"
"""What may stand between the groups of a number."""
ANY_GAP: Final = r"[\s.()/_,:*-]{0,5}"
"""The same of a phone, which is known by its first digit and its length: there more can be allowed."""
STEP_MAX: Final = 2
"""Rooms, counters and years in a row are this far apart at most."""

BARRED: Final = frozenset(map(chr, (0x110, 0x111, 0x20AB)))
"""The barred d, small and large, and the sign of the money that is called after it."""

EMAIL: Final = re.compile(r"[\w.+%-]+(?:@\w[\w-]*(?:\.\w[\w-]*)*|\ ?@\ ?\w[\w-]*(?:\.\w[\w-]*)+)")
DAYS: Final = re.compile(
    r"""(?<!\d)(?<!\d[./-])(?:
      (?:0?[1-9]|[12]\d|3[01])(?P<by>\ ?[/.-]\ ?)(?:0?[1-9]|1[0-2])(?P=by)(?:19|20)\d\d
    | (?:0?[1-9]|[12]\d|3[01])/(?:0?[1-9]|1[0-2])(?:/\d\d)?
    | (?:0?[1-9]|1[0-2])/(?:19|20)\d\d
    | (?:19|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])
    | (?:19|20)\d\d(?:\ ?-\ ?(?:19|20)\d\d)+
    | [1-3]\.\d{6}(?:\.\d{3}\.\d\d\.\d\d(?=\.[a-z]\d\d))?
    )(?!\d|[./-]\d)""",
    re.VERBOSE,
)
"""Days, months, years and the codes of procedures."""
HOUR: Final = r"(?:[01]?\d|2[0-4])\.[0-5][05]"
HOURS: Final = re.compile(
    rf"""(?<!\d)(?<!\d[.:])(?:
      \d\d?(?::[0-5]\d(?::[0-5]\d)?|\ ?[hg](?![a-z])(?:\ ?[0-5]\d)?)
    | (?<!\d[ ,-]){HOUR}(?:(?:\ ?[-,]\ ?|\ ){HOUR})+(?!\ ?[-,]?\ ?\d)
    )(?!\d|[.:]\d)""",
    re.VERBOSE,
)
PHONE: Final = re.compile(
    rf"(?<!\d)\(?(?:(?:(?:\+|00){ANY_GAP})?84{ANY_GAP}(?:0{ANY_GAP})?|0{ANY_GAP}(?=[1-9]))"
    rf"(?:2{ANY_GAP}(?:\d{ANY_GAP}){{8}}|(?:\d{ANY_GAP}){{8}})\d(?!\d)"
)
PRICE: Final = re.compile(
    rf"""(?<!\d)(?<!\d[.,-])[1-9](?:
      \d{{0,2}}(?:(?P<by>[.,\ ])\d{{3}}(?:(?P=by)\d{{3}})*)(?:,\d\d?)?(?={MONEY})
    | \d*(?:,\d\d?)?(?={MONEY})
    | \d{{0,2}}(?:[.,]\d{{3}})*[.,]000(?!\d|[.,-]\d)
    )""",
    re.VERBOSE,
)
PASSPORT: Final = re.compile(r"(?<!\w)[a-z]{1,2}\d{7,8}(?!\d)")
NUMBER: Final = re.compile(rf"(?<!\d)\d(?:{GAP}\d){{8,}}")


def scrub(text: str, mark: str = MARK) -> str:
    """Return the text in NFC with a mark for each personal number; never longer than it was.

    To scrub what was scrubbed changes nothing. A mark may hold neither digit nor @: `ValueError`.
    """
    if any(_plain(sign) in "@0123456789" for sign in mark):
        raise ValueError("the mark of a number that was taken out looks like a number itself")
    text = normalize("NFC", text)
    while (less := normalize("NFC", _once(text, mark))) != text:
        text = less
    return text


def _once(text: str, mark: str) -> str:
    """Scrub once. What goes may have hidden something else, so the caller asks again."""
    shadow = "".join(map(_plain, text))
    gone: list[tuple[int, int]] = []

    def goes(found: re.Match[str]) -> str:
        groups = re.findall(r"\d+", found[0])
        if (found.re in {NUMBER, PHONE} and _in_a_row(groups)) or (found.re is NUMBER and _are_sums(groups)):
            return found[0]
        gone.append(found.span())
        return "\0" * len(found[0])

    def stays(found: re.Match[str]) -> str:
        return "\0" * len(found[0])

    shadow = EMAIL.sub(goes, shadow)
    shadow = HOURS.sub(stays, DAYS.sub(stays, shadow))
    shadow = PHONE.sub(goes, shadow)
    shadow = PRICE.sub(stays, shadow)
    shadow = PASSPORT.sub(goes, shadow)
    NUMBER.sub(goes, shadow)
    for start, end in sorted(gone, reverse=True):
        text = text[:start] + mark[: end - start] + text[end:]
    return text


def _in_a_row(groups: list[str]) -> bool:
    """Whether they count upwards, as rooms and years do."""
    steps = [int(after) - int(before) for before, after in pairwise(groups)]
    return bool(steps) and all(0 < step <= STEP_MAX for step in steps)


def _are_sums(groups: list[str]) -> bool:
    """Whether they are sums of money in round thousands."""
    return len(groups) > 1 and all(group[0] != "0" and group.endswith("000") for group in groups)


def _plain(sign: str) -> str:
    """Return what one character looks like, as one plain small one: letters bare, digits 0 to 9."""
    number = digit(sign, None)
    if number is not None:
        return str(number)
    kind = category(sign)
    if kind in {"Zs", "Cf", "Mn", "Me"} or sign == "\t":
        return " "
    if kind == "Pd" or sign == "\u2212":
        return "-"
    if sign in BARRED:
        return "d"
    bare = normalize("NFKD", sign)[:1].lower()
    return bare if len(bare) == 1 and bare != "\0" else "?"
