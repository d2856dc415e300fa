"""Vietnamese typing: the keys of one word become the word, in Telex, in VNI or as they are.

Pure. The raw keys are the whole state: a word is composed anew at each key. A key that would be a
mark is one only where a Vietnamese syllable may come of it; whatever can become none stays as it
was typed ("text", "windows"). A key typed twice takes its mark back and stands for itself.
Tone marks stand where they traditionally do: on the `o` of "oa" and on the `u` of "uy" when
nothing follows.

Choices where habits differ:
* a lone `w` after consonants is u-horn; at the start of a word only once the syllable is whole, so
  that "wc" and "web" stay. The same holds in Telex for a mark typed after the final consonant
  ("motoj"), so that "photo" and "data" stay;
* a word without vowels is an abbreviation: only its first `dd` (VNI `d9`) is a letter, and "www"
  stays;
* initials and finals of place names of the highlands (kr, j, -k, -eh) are known.

Inside, a letter is its VNI spelling (`a6`, `o7`, `d9`), which no other spelling can be taken for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from unicodedata import normalize

from kiosk.value import Value

VOWELS = frozenset("aeiouy")
RHYMES = """
a ac ach ai am an ang anh ao ap at au ay a8c a8k a8m a8n a8ng a8p a8t
a6c a6m a6n a6ng a6p a6t a6u a6y e ec eh em en eng eo ep et e6 e6ch e6m e6n e6nh e6p e6t e6u
i ia ich im in inh ip it iu ie6c ie6m ie6n ie6ng ie6p ie6t ie6u
o oc oi om on ong op ot ooc oong oa oac oach oai oam oan oang oanh oao oap oat oay
oa8c oa8m oa8n oa8ng oa8t oe oem oen oeo oet o6 o6c o6i o6m o6n o6ng o6p o6t o7 o7i o7m o7n o7p o7t
u ua uc ui um un ung up ut ua6n ua6ng ua6t ua6y ue6 ue6ch ue6nh ue6u uo6c uo6i uo6m uo6n uo6ng uo6t uo7
uy uya uych uye6n uye6t uyn uynh uyp uyt uyu u7 u7a u7c u7i u7m u7ng u7t u7u
u7o7c u7o7i u7o7m u7o7n u7o7ng u7o7p u7o7t u7o7u y ye6m ye6n ye6ng ye6t ye6u
"""
INITIALS = "b c ch d d9 g gh h j k kh kr l m n ng ngh nh p ph q r s t th tr v x"
LETTER = re.compile(r"[a-z][6-9]?")
MARKS = {"6": "\u0302", "7": "\u031b", "8": "\u0306"}
TONES = ("", "\u0301", "\u0300", "\u0309", "\u0303", "\u0323")
SHARP_TONES = (0, 1, 5)
"""The tones a syllable that ends in c, ch, k, p or t may have, and none while it is being typed."""


class Method(Enum):
    """How keys are read."""

    TELEX = "telex"
    VNI = "vni"
    PLAIN = "plain"


TONE_KEYS = {
    Method.TELEX: {"z": 0, "s": 1, "f": 2, "r": 3, "x": 4, "j": 5},
    Method.VNI: {"0": 0, "1": 1, "2": 2, "3": 3, "4": 4, "5": 5},
}
HORN = {"o": "o7", "u": "u7"}
MARK_KEYS: dict[Method, dict[str, dict[str, str]]] = {
    Method.TELEX: {
        "a": {"a": "a6"},
        "e": {"e": "e6"},
        "o": {"o": "o6"},
        "w": {"a": "a8", **HORN},
        "d": {"d": "d9"},
    },
    Method.VNI: {"6": {"a": "a6", "e": "e6", "o": "o6"}, "7": HORN, "8": {"a": "a8"}, "9": {"d": "d9"}},
}
ABBREVIATED = {
    Method.TELEX: re.compile("(d)d(d*)", re.IGNORECASE),
    Method.VNI: re.compile("(d)9(9*)", re.IGNORECASE),
}


class _Allowed(Value, frozen=True):
    """The rhymes that may follow an initial: whole, begun, and begun without all their marks."""

    whole: frozenset[str]
    begun: frozenset[str]
    possible: frozenset[str]


@cache
def _allowed(initial: str) -> _Allowed | None:
    """Say what may follow an initial; the `u` of qu and the `i` of gi count as the rhyme's.

    None: it is no initial.
    """
    rhymes = RHYMES.split()
    match initial:
        case _ if initial and initial not in INITIALS.split():
            return None
        case "":
            whole = set(rhymes)
        case "q":
            whole = {"u" + r for r in rhymes if r[0] in "aei" or r[:2] in {"o6", "o7"}}
            whole |= {r for r in rhymes if r.startswith("uy")}
        case "g":
            whole = {r for r in rhymes if r[0] in "aoui"} | {"i" + r for r in rhymes if r[0] in "aoue"}
        case "c" | "ng":
            whole = {r for r in rhymes if r[0] in "aou"}
        case "gh" | "ngh":
            whole = {r for r in rhymes if r[0] in "ei"}
        case _:
            whole = {r for r in rhymes if r[0] != "y" or r == "y"}
    letters = [LETTER.findall(each) for each in whole]
    begun = {tuple(each[:count]) for each in letters for count in range(len(each) + 1)}
    possible = {()} | begun
    for index in range(max(map(len, begun))):
        possible |= {(*each[:index], each[index][0], *each[index + 1 :]) for each in possible if each[index:]}
    return _Allowed(
        frozenset(whole), frozenset(map("".join, begun)), frozenset("".join(each) for each in possible)
    )


@cache
def _drawn(letter: str, tone: int) -> str:
    if letter == "d9":
        return chr(0x111)
    return normalize("NFC", letter[0] + MARKS.get(letter[1:], "") + TONES[tone])


def compose(keys: str, method: Method) -> str:
    """Return the word (NFC) that the raw keys of one word write; never fails."""
    if method is Method.PLAIN or not (keys.isascii() and keys.isalnum()):
        return normalize("NFC", keys)
    word = _Word(method)
    for index, key in enumerate(keys):
        if not word.take(key):
            return _abbreviation(keys, method) or word.plain + keys[index:]
    return word.shown()


def typed_as(word: str, method: Method) -> str:
    """Return keys that write the word, its marks at their letters and its tone at the end.

    Of a word that is no Vietnamese syllable `compose` may not give it back.
    """
    if method is Method.PLAIN:
        return word
    tones = {mark: key for key, tone in TONE_KEYS[method].items() if (mark := TONES[tone])}
    marks = {
        MARKS[made[1]]: key
        for key, table in MARK_KEYS[method].items()
        for made in table.values()
        if made != "d9"
    }
    written, last = [], ""
    apart = normalize("NFD", word)
    if method is Method.TELEX:
        apart = re.sub("(o)(o)", r"\1\2\2", apart, flags=re.IGNORECASE)
    for sign in apart:
        if sign.lower() == chr(0x111):
            written.append("d" if sign.islower() else "D")
            written.append("d" if method is Method.TELEX else "9")
        elif sign in tones:
            last += tones[sign]
        elif sign == MARKS["6"] and method is Method.TELEX and written:
            written.append(written[-1].lower())
        else:
            written.append(marks.get(sign, sign))
    return "".join(written) + last


def _abbreviation(keys: str, method: Method) -> str:
    """Return an abbreviation with its barred letter, or nothing if the keys are none."""
    if not VOWELS.isdisjoint(keys.lower()):
        return ""

    def barred(found: re.Match[str]) -> str:
        if found[2]:
            return found[1] + found[0][2:]
        return _drawn("d9", 0).upper() if found[1].isupper() else _drawn("d9", 0)

    return ABBREVIATED[method].sub(barred, keys, count=1)


@dataclass(slots=True)
class _Word:
    """A word while its keys are read. `plain` is what stands there if it turns out to be none."""

    method: Method
    letters: list[str] = field(default_factory=list)
    capital: list[bool] = field(default_factory=list)
    cut: int = 0  # how many letters the initial has
    tone: int = 0
    plain: str = ""
    lone: str = ""  # the w that stands for u-horn all by itself
    late: bool = False  # a mark was typed away from its letter

    def take(self, key: str) -> bool:
        """Read one key; False says that no Vietnamese syllable can come of it any more."""
        sign = key.lower()
        tone = TONE_KEYS[self.method].get(sign)
        table = MARK_KEYS[self.method].get(sign)
        done = None
        if tone is not None and len(self.letters) > self.cut:
            done = self._toned(tone, key)
        elif table is not None:
            done = self._barred(key) if "d" in table else self._marked(table, key)
        if done is None:
            done = self._joined(key, sign)
            if not done:
                return False
            self.plain += key
        return done

    def shown(self) -> str:
        """Return the syllable if it is one, or the beginning of one; else what was typed."""
        return self._text() if self._good() else self.plain

    def _joined(self, key: str, sign: str) -> bool:
        """Add a letter; an open u-o-horn takes its first horn as soon as something follows."""
        letters = [*self.letters, sign]
        cut = self.cut
        if cut == len(self.letters) and sign not in VOWELS:
            cut += 1
        if letters[-3:-1] == ["u", "o7"] and letters[0] != "q":
            letters[-3] = "u7"
        if sign.isdigit() or not self._possible(letters, cut):
            return False
        self.letters, self.cut = letters, cut
        self.capital.append(key.isupper())
        return True

    def _toned(self, tone: int, key: str) -> bool | None:
        """Set or take back the tone; None says that the key is no tone here."""
        if tone and tone == self.tone:
            return self._undone(list(self.letters), 0, key)
        if tone == self.tone or not self._possible(self.letters, self.cut, tone):
            return None
        self.tone = tone
        self.plain += key
        return True

    def _barred(self, key: str) -> bool | None:
        if not self.letters or self.letters[0][0] != "d":
            return None
        if self.letters[0] == "d9":
            return self._undone(["d", *self.letters[1:]], self.tone, key)
        self.late |= self.method is Method.TELEX and len(self.letters) > 1
        self.letters[0] = "d9"
        self.plain += key
        return True

    def _marked(self, table: dict[str, str], key: str) -> bool | None:
        """Set or take back the marks of vowels; None says that the key is no mark here."""
        for letters in self._with_mark(table):
            if self._possible(letters, self.cut):
                self.letters = letters
                self.late |= self.method is Method.TELEX and letters[-1][0] not in VOWELS
                self.plain += key
                return True
        if any(table.get(each[0]) == each for each in self.letters[self.cut :]):
            bare = [each[0] if table.get(each[0]) == each else each for each in self.letters]
            return self._undone(bare, self.tone, key)
        if key in "wW" and len(self.letters) == self.cut and self._possible([*self.letters, "u7"], self.cut):
            self.lone, self.late = key, not self.letters
            self.letters.append("u7")
            self.capital.append(key.isupper())
            self.plain += key
            return True
        return None

    def _with_mark(self, table: dict[str, str]) -> list[list[str]]:
        """Return the letters with one more mark, the likelier first: u and o take the horn together."""
        tries = []
        first = self.cut + (self.letters[:1] == ["q"])
        for index in range(len(self.letters) - 1, first - 1, -1):
            was, base = self.letters[index], self.letters[index][0]
            before = self.letters[index - 1][0] if index > first else ""
            if table.get(base, was) == was or (base == "u" and self.letters[index + 1 : index + 2] == ["o7"]):
                continue
            letters = list(self.letters)
            letters[index] = table[base]
            if "u" in table and base == "o" and before == "u" and index < len(letters) - 1:
                letters[index - 1] = "u7"
            elif table[base] == "o6" and before == "u":
                letters[index - 1] = "u"
            tries.append(letters)
        return tries

    def _undone(self, letters: list[str], tone: int, key: str) -> bool | None:
        """Take back a mark that could be seen, and let the key stand for itself."""
        if not self._good():
            return None
        self.letters, self.tone = letters, tone
        if self.lone and self.letters[self.cut] == "u":
            self.plain = self._text(lone=self.lone)
            self.letters = ["w"]  # which nothing can follow
            return True
        self.plain = self._text() + key
        if not self._joined(key, key.lower()):
            self.letters = ["w"]
        return True

    def _possible(self, letters: list[str], cut: int, tone: int | None = None) -> bool:
        """Tell whether more keys can make a syllable of it."""
        allowed = _allowed("".join(letters[:cut]))
        if allowed is None or "".join(letters[cut:]) not in allowed.possible:
            return False
        return (self.tone if tone is None else tone) in SHARP_TONES or not _stopped(letters)

    def _good(self) -> bool:
        allowed = _allowed("".join(self.letters[: self.cut]))
        rhyme = "".join(self.letters[self.cut :])
        if allowed is None:
            return False
        if self.late:
            return rhyme in allowed.whole and (self.tone in SHARP_TONES[1:] or not _stopped(self.letters))
        return rhyme in allowed.begun

    def _text(self, lone: str = "") -> str:
        letters, bearer = self.letters, self._bearer() if self.tone else -1
        if self.tone and letters in (["h", "u7", "o7"], ["t", "h", "u7", "o7"]):
            letters = [*letters[:-2], "u", "o7"]
        drawn = [_drawn(each, self.tone if at == bearer else 0) for at, each in enumerate(letters)]
        if lone:
            drawn[self.cut] = lone
        return "".join(
            each.upper() if capital else each for each, capital in zip(drawn, self.capital, strict=True)
        )

    def _bearer(self) -> int:
        """Say which letter carries the tone."""
        vowels = [at for at in range(self.cut, len(self.letters)) if self.letters[at][0] in VOWELS]
        marked = [at for at in vowels if len(self.letters[at]) > 1]
        if marked:
            return marked[-1]
        if len(vowels) > 1 and "".join(self.letters[: self.cut + 1]) in {"qu", "gi"}:
            del vowels[0]
        if vowels[-1] < len(self.letters) - 1:
            return vowels[-1]
        return vowels[len(vowels) // 2] if len(vowels) == 3 else vowels[0]  # noqa: PLR2004 - a triphthong


def _stopped(letters: list[str]) -> bool:
    return letters[-1:] in (["c"], ["p"], ["t"], ["k"]) or letters[-2:] == ["c", "h"]
