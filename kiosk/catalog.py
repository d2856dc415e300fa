"""The citizen's words, from the gettext catalogues in `locale/`.

A message has a short English id (`thanks_title`), never a sentence: what the citizen
reads stands in the catalogues only, Vietnamese first. A new language is one
more catalogue. A survey brings its own words, see `server.protocol.survey`.
"""

from __future__ import annotations

import gettext
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

LOCALE_DIR = Path(__file__).parent / "locale"
DOMAIN = "kiosk"
SOURCE_LANGUAGE = "vi"
COMPOUNDS = "compounds.txt"
"""Beside a catalogue: words of two syllables that are written apart, one a line, in lower case."""


def languages() -> list[str]:
    """Return the languages there is a catalogue for, Vietnamese first."""
    found = {file.parent.parent.name for file in LOCALE_DIR.glob(f"*/LC_MESSAGES/{DOMAIN}.mo")}
    return sorted(found, key=lambda lang: (lang != SOURCE_LANGUAGE, lang))


@lru_cache(maxsize=16)
def translator(lang: str) -> Callable[[str], str]:
    """Return the function that gives the words of a message id; Vietnamese where a language lacks them."""
    return gettext.translation(DOMAIN, LOCALE_DIR, languages=[lang, SOURCE_LANGUAGE]).gettext


def spoken(words: Mapping[str, str], lang: str) -> str:
    """Return a survey's words in this language, else in the first language it has."""
    return words.get(lang) or next(iter(words.values()))


@lru_cache(maxsize=1)
def compounds() -> frozenset[str]:
    """Return the words of all languages that are written as two: a line is not to break within them."""
    files = LOCALE_DIR.glob(f"*/{COMPOUNDS}")
    return frozenset(line for file in files for line in file.read_text("utf-8").splitlines() if line)
