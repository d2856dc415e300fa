"""Vietnamese syllables from the tables of the language, and how a hand types them.

Independent of `kiosk.telex`: which vowel bears the tone is written down for each rhyme (a dot stands
after it), not computed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from unicodedata import normalize

if TYPE_CHECKING:
    from collections.abc import Iterator

ONSETS = "b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x"
OPEN = """
a. a.i a.o a.u a.y â.u â.y e. e.o ê. ê.u i. i.a i.u iê.u o. o.i o.a oa.i oa.o oa.y o.e oe.o ô. ô.i ơ. ơ.i
u. u.a u.i uâ.y uê. uê.u uô.i uơ. u.y uy.a uy.u ư. ư.a ư.i ư.u ươ.i ươ.u y.
a.m a.n a.ng a.nh ă.m ă.n ă.ng â.m â.n â.ng e.m e.n e.ng ê.m ê.n ê.nh i.m i.n i.nh iê.m iê.n iê.ng
o.m o.n o.ng oo.ng oa.m oa.n oa.ng oa.nh oă.m oă.n oă.ng oe.n oe.m ô.m ô.n ô.ng ơ.m ơ.n
u.m u.n u.ng uâ.n uâ.ng uê.nh uô.m uô.n uô.ng uyê.n uy.n uy.nh ư.m ư.ng ươ.m ươ.n ươ.ng
"""
STOPPED = """
a.c a.ch a.p a.t ă.c ă.p ă.t â.c â.p â.t e.c e.p e.t ê.ch ê.p ê.t i.ch i.p i.t iê.c iê.p iê.t
o.c o.p o.t oo.c oa.c oa.ch oa.p oa.t oă.c oă.t oe.t ô.c ô.p ô.t ơ.p ơ.t
u.c u.p u.t uâ.t uê.ch uô.c uô.t uyê.t uy.ch uy.p uy.t ư.c ư.t ươ.c ươ.p ươ.t
"""
AFTER_QU = """a. a.i a.o a.u a.y â.y e. e.o ê. i. ơ. y. a.n a.ng a.nh ă.m ă.n ă.ng â.n
e.n ê.n ê.nh i.n yê.n y.nh
a.c a.ch a.t ă.c ă.p ă.t â.t
e.t ê.t i.t ô.c yê.t y.t y.ch"""
ALONE = "yê.m yê.n yê.ng yê.u yê.t"
TONES = ("", "\u0301", "\u0300", "\u0309", "\u0303", "\u0323")
SHARP = (1, 5)
TELEX = {"\u0302": "", "\u031b": "w", "\u0306": "w", "tones": " sfrxj", "đ": "d"}
VNI = {"\u0302": "6", "\u031b": "7", "\u0306": "8", "tones": " 12345", "đ": "9"}


class Syllable(NamedTuple):
    """A syllable without its tone, which letter would bear it, and its tone from 0 to 5."""

    letters: str
    bearer: int
    tone: int

    @property
    def word(self) -> str:
        """The syllable as it is written."""
        toned = self.letters[self.bearer] + TONES[self.tone]
        return normalize("NFC", self.letters[: self.bearer] + toned + self.letters[self.bearer + 1 :])


def syllables() -> Iterator[Syllable]:
    """Yield every onset with every rhyme that the spelling lets follow it, in every tone it may have."""
    seen: set[tuple[str, int]] = set()
    for onset in ["", *ONSETS.split()]:
        for rhyme in _rhymes(onset):
            letters = onset + rhyme.replace(".", "")
            bearer = len(onset) + rhyme.index(".") - 1
            stopped = letters.endswith(("c", "ch", "p", "t"))
            for tone in SHARP if stopped else range(6):
                if (key := (letters, tone)) not in seen:
                    seen.add(key)
                    yield Syllable(letters, bearer, tone)


def _rhymes(onset: str) -> list[str]:
    every = f"{OPEN} {STOPPED}".split()
    match onset:
        case "":
            return [*(each for each in every if not each.startswith("iê")), *ALONE.split()]
        case "qu":
            return AFTER_QU.split()
        case "gi":
            return [each for each in every if each[0] not in "iyê"]
        case "g":
            return [each for each in every if each[0] in "aăâoôơuư"] + ["i.", "i.n", "iê.ng", "iê.t", "iê.n"]
        case "c" | "ng":
            return [each for each in every if each[0] in "aăâoôơuư"]
        case "k":
            return [each for each in every if each[0] in "eêiy"]
        case "gh" | "ngh":
            return [each for each in every if each[0] in "eêi"]
        case _:
            return [each for each in every if each != "y." or onset in "h l m s t v"]


def typings(syllable: Syllable, keys: dict[str, str]) -> set[str]:
    """Return how hands type it.

    Every mark at its letter; the tone at the end; every mark at the end, before or after the tone;
    the tone at its letter and the marks at the end; one horn for both letters of u-o.
    """
    parts = [_bare(letter, keys) for letter in syllable.letters]
    tone, cut = keys["tones"][syllable.tone].strip(), syllable.bearer + 1
    written = [bare + mark for bare, mark in parts]
    if "oo" in syllable.letters and keys is TELEX:
        written[syllable.letters.index("oo")] = "oo"  # the third o takes the hat back
    found = {"".join([*written[:cut], tone, *written[cut:]]), "".join([*written, tone])}
    if "oo" not in syllable.letters:
        base, late = "".join(bare for bare, _ in parts), "".join(dict.fromkeys(mark for _, mark in parts))
        found |= {base + late + tone, base + tone + late, base[:cut] + tone + base[cut:] + late}
    if "ươ" in syllable.letters:
        found.add("".join([*written, tone]).replace("uw", "u").replace("u7", "u"))
    return found


def _bare(letter: str, keys: dict[str, str]) -> tuple[str, str]:
    """Return the key of a letter and the key of its mark."""
    if letter == "đ":
        return "d", keys["đ"]
    bare, mark = normalize("NFD", letter)[0], normalize("NFD", letter)[1:]
    return bare, (keys[mark] or bare) if mark else ""
