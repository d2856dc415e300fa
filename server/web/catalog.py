"""The pages' words, numbers and dates, from the gettext catalogues in `server/locale/`.

A message has a short English id (`sign_in_title`), never a sentence: what is read stands in
the catalogues only, Vietnamese first. A new language is one more catalogue.
"""

from __future__ import annotations

import gettext
import sys
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from server.domain.calendar import Kind, Period

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from server.domain.statistics import Interval

LOCALE_DIR = Path(__file__).parent.parent / "locale"
DOMAIN = "server"
SOURCE_LANGUAGE = "vi"

_SHAPES = "\u0335\u0306\u0302\u031b"
"""Stroke, breve, circumflex and horn make letters of their own; of one letter they follow in this order."""
_STROKED = {0x0111: "d\u0335"}
"""The stroke is the one mark that Unicode does not take off its letter."""
_TONES = "\u0300\u0309\u0303\u0301\u0323"
"""Huyền, hỏi, ngã, sắc, nặng: in this order in every dictionary, and after no tone at all."""

_PERCENT_FORMS = {0: "{:.0f}", 1: "{:.1f}"}


@dataclass(frozen=True, slots=True)
class Words:
    """One language: what a template calls to say anything."""

    lang: str
    translations: gettext.NullTranslations

    def __call__(self, message: str, **values: object) -> str:
        """Return the words of a message id, with the values in their places."""
        return self.translations.gettext(message).format(**values)

    def many(self, message: str, count: int, **values: object) -> str:
        """Return the words that fit a count, which itself is written as `{count}`."""
        found = self.translations.ngettext(message, message, count)
        return found.format(count=self.number(count), **values)

    def number(self, count: int) -> str:
        """Write a whole number: 12.431 in Vietnamese."""
        return f"{count:,}".replace(",", self("thousands_mark"))

    def percent(self, share: float, decimals: int = 0) -> str:
        """Write a share. What is not all is never written 100 %, nor what is not nothing 0 %."""
        text = _PERCENT_FORMS[decimals].format(100 * share)
        if 0 < share < 1 and float(text) in {0.0, 100.0}:
            text = _PERCENT_FORMS[1].format(min(99.9, max(0.1, 100 * share)))
        return self("percent", number=text.replace(".", self("decimal_mark")))

    def score(self, index: float) -> str:
        """Write a linear index, 0 to 1, as points of a hundred: 93,4."""
        return f"{100 * index:.1f}".replace(".", self("decimal_mark"))

    def points(self, difference: float) -> str:
        """Write a difference of shares in percentage points, with its sign: +3, −1,5."""
        text = f"{100 * difference:+.1f}".removesuffix(".0").replace(".", self("decimal_mark"))
        return "0" if text in {"+0", "-0"} else text.replace("-", "\N{MINUS SIGN}")

    def between(self, interval: Interval) -> str:
        """Write an interval in a table: 91–96%."""
        return self._range("interval_table", interval)

    def from_to(self, interval: Interval) -> str:
        """Write an interval in a sentence: `từ 91 đến 96%`."""
        return self._range("interval_sentence", interval)

    def _range(self, message: str, interval: Interval) -> str:
        """Write both bounds of an interval in whole percent, or one where they look the same."""
        low, high = (self.percent(bound) for bound in (interval.low, interval.high))
        bare = low.removesuffix(self("percent", number=""))
        return high if low == high else self(message, low=bare, high=high)

    def day(self, day: date) -> str:
        """Write a day: 23/11/2026."""
        return f"{day:%d/%m/%Y}"

    def weekday(self, day: date) -> str:
        """Name the day of the week."""
        return self(f"weekday_{day.isoweekday()}")

    def clock(self, moment: datetime) -> str:
        """Write the time of day: 09:05."""
        return f"{moment:%H:%M}"

    def period(self, period: Period) -> str:
        """Name a period, as a heading does."""
        match period.kind:
            case Kind.DAY:
                return self("period_day", day=self.day(period.first))
            case Kind.WEEK:
                return self("period_week", week=period.week, year=period.week_year)
            case Kind.MONTH:
                return self("period_month", month=self(f"month_{period.first.month}"), year=period.first.year)
            case Kind.QUARTER:
                return self("period_quarter", quarter=period.quarter, year=period.first.year)
            case Kind.YEAR:
                return self("period_year", year=period.first.year)


@dataclass(frozen=True, slots=True)
class Catalog:
    """Every language there is a catalogue for, Vietnamese first."""

    languages: Mapping[str, Words]

    @classmethod
    def load(cls) -> Catalog:
        """Read the catalogues."""
        found = {file.parent.parent.name for file in LOCALE_DIR.glob(f"*/LC_MESSAGES/{DOMAIN}.mo")}
        ordered = sorted(found, key=lambda lang: (lang != SOURCE_LANGUAGE, lang))
        return cls({lang: Words(lang, gettext.translation(DOMAIN, LOCALE_DIR, [lang])) for lang in ordered})

    def choose(self, asked: str | None, kept: str | None, accepted: str) -> Words:
        """Choose the language: asked for in the address, chosen before, or accepted by the browser."""
        for lang in (asked, kept, *_preferred(accepted)):
            if lang is not None and lang in self.languages:
                return self.languages[lang]
        return self.languages[SOURCE_LANGUAGE]


def dictionary_order(text: str) -> tuple[list[list[int]], list[int]]:
    """Return what to sort Vietnamese names by: word for word, đ after d and ơ after o, tones last of all."""
    words = [unicodedata.normalize("NFD", word) for word in text.casefold().translate(_STROKED).split()]
    letters = [[_rank(char) for char in word if char not in _TONES] for word in words]
    return letters, [max(map(_TONES.find, word)) for word in words]


def _rank(char: str) -> int:
    """Place the marks of letters, in their order, behind every letter."""
    return ord(char) if char not in _SHAPES else sys.maxunicode + _SHAPES.index(char)


def _preferred(header: str) -> list[str]:
    """Return the languages of an Accept-Language header, the dearest first. Nonsense counts last."""
    ranked: list[tuple[float, str]] = []
    for part in header.split(","):
        tag, _, quality = part.partition(";")
        try:
            weight = float(quality.strip().removeprefix("q=") or 1)
        except ValueError:
            weight = 0.0
        ranked.append((-weight, tag.strip().split("-")[0].lower()))
    return [lang for weight, lang in sorted(ranked, key=lambda pair: pair[0]) if weight < 0]
