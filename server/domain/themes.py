"""What comments are about: themes, each known by words and phrases that anybody can read and change.

Vietnamese is often typed without marks. One rule says when a text has a word: its letters are the same, and
its marks are the same too, unless the word was asked for without marks or the whole text has none. So "can
bo" and "cán bộ" both find "cán bộ" and "can bo", while "chờ" does not find "cho". Where in a syllable the
tone stands ("hoà", "hòa") makes no difference. Denials are not seen: "không chờ lâu" is about waiting, too.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from server.domain.fields import name_fault, same_name
from server.domain.staff import neat

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

THEMES_MAX: Final = 40
NAME_CHARS_MAX: Final = 60
PHRASES_MAX: Final = 80
PHRASE_CHARS_MAX: Final = 60
WORDS_CHARS_MAX: Final = 4000
"""All phrases of a theme as they are typed."""
WORDS_KEPT: Final = 16384
"""Words that are not taken apart anew, one by one: Vietnamese has about half as many syllables."""
_STROKE: Final = "\N{COMBINING SHORT STROKE OVERLAY}"
_STROKED: Final = {0x111: f"d{_STROKE}"}
"""Unicode does not take the d with a stroke apart."""
_WORD: Final = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Word:
    """A word: its plain letters, and its marks in an order of their own."""

    letters: str
    marks: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """A text as it is searched."""

    words: tuple[Word, ...]

    @classmethod
    def of(cls, text: str) -> Text:
        """Take the words of a text, whatever stands between them."""
        return cls(tuple(_word(found) for found in _WORD.findall(unicodedata.normalize("NFC", text))))

    @property
    def is_bare(self) -> bool:
        """Whether it was typed without any marks."""
        return not any(word.marks for word in self.words)

    def has(self, asked: Text) -> bool:
        """Say whether these words stand in it, one behind the other."""
        if not asked.words:
            return False
        first, bare = asked.words[0].letters, self.is_bare
        return any(
            word.letters == first and self._stands_at(asked, place, bare=bare)
            for place, word in enumerate(self.words)
        )

    def _stands_at(self, asked: Text, place: int, *, bare: bool) -> bool:
        found = self.words[place : place + len(asked.words)]
        return len(found) == len(asked.words) and all(
            has.letters == wanted.letters and (bare or not wanted.marks or wanted.marks == has.marks)
            for has, wanted in zip(found, asked.words, strict=True)
        )


@lru_cache(WORDS_KEPT)
def _word(text: str) -> Word:
    apart = unicodedata.normalize("NFD", text.casefold().translate(_STROKED))
    marks = sorted(char for char in apart if unicodedata.combining(char) or char == _STROKE)
    return Word("".join(char for char in apart if char not in marks), "".join(marks))


@dataclass(frozen=True, slots=True)
class Theme:
    """Something that comments are about, with a name in each language and the phrases that tell it."""

    id: int
    names: Mapping[str, str]
    phrases: tuple[str, ...]
    retired_ms: int | None = None

    @property
    def is_active(self) -> bool:
        """Whether it is in use."""
        return self.retired_ms is None

    @property
    def told(self) -> dict[str, str]:
        """What the audit log tells of it."""
        return {"name": self.names["vi"], "name_en": self.names["en"], "words": "; ".join(self.phrases)}


@dataclass(frozen=True, slots=True)
class Model:
    """All themes in use, ready to read many texts."""

    by_letters: Mapping[str, Sequence[tuple[Text, int]]] = field(default_factory=dict)

    @classmethod
    def of(cls, themes: Iterable[Theme]) -> Model:
        """Put the phrases of themes in order by the word that each begins with."""
        found: dict[str, list[tuple[Text, int]]] = {}
        for theme in themes:
            if theme.is_active:
                for phrase in map(Text.of, theme.phrases):
                    found.setdefault(phrase.words[0].letters, []).append((phrase, theme.id))
        return cls(found)

    def themes_of(self, text: Text) -> set[int]:
        """Return which themes a text is about: none, one or several."""
        bare = text.is_bare
        return {
            theme
            for place, word in enumerate(text.words)
            for phrase, theme in self.by_letters.get(word.letters, ())
            if text._stands_at(phrase, place, bare=bare)  # noqa: SLF001 - of this module
        }


def read_theme(form: Mapping[str, str], known: Iterable[Theme], own: int = 0) -> tuple[Theme, dict[str, str]]:
    """Read a theme from a form, a phrase on each line; returns also what is wrong, by field."""
    names = {lang: neat(form.get(f"name_{lang}", "")) for lang in ("vi", "en")}
    lines = (neat(part) for part in re.split(r"[\n;]", form.get("words", "")))
    phrases = tuple(dict.fromkeys(line for line in lines if line))
    faults = {f"name_{lang}": name_fault(name, NAME_CHARS_MAX) for lang, name in names.items()}
    taken = (same_name(each.names["vi"]) for each in known if each.id != own)
    if not faults["name_vi"] and same_name(names["vi"]) in taken:
        faults["name_vi"] = "name_taken"
    faults["words"] = _phrases_fault(phrases)
    return Theme(own, names, phrases), {name: fault for name, fault in faults.items() if fault}


def _phrases_fault(phrases: Sequence[str]) -> str:
    if not phrases:
        return "words_missing"
    if len(phrases) > PHRASES_MAX or any(len(each) > PHRASE_CHARS_MAX for each in phrases):
        return "words_many"
    return "" if all(Text.of(each).words and each.isprintable() for each in phrases) else "words_odd"
