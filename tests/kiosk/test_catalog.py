"""The catalogues are complete, compiled, and written as Vietnamese is written."""

from __future__ import annotations

import io
import re
import unicodedata
from string import Formatter

import pytest
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from kiosk.catalog import DOMAIN, LOCALE_DIR, languages, spoken, translator
from kiosk.telex import Method
from kiosk.ui.scenes import SetupState

UI = LOCALE_DIR.parent / "ui"
SAID = re.compile(r"""(?:\bsay|\))\(\s*f?"([a-z0-9_{}.()]+)\"""")
"""A catalogue that is asked: `say("thanks_title")`, `translator(lang)(f"face_{score}")`."""
LITERAL = re.compile(r'"([a-z][a-z0-9_]*(?:\{[a-z_.]+\})?)"')
VIETNAMESE = re.compile("[ăâđêôơưĂÂĐÊÔƠƯ\u0300-\u0323]")
TONES = ("sắc", "huyền", "hỏi", "ngã", "nặng")
FILLED = {
    "name": [state.name.lower() for state in SetupState if not state.asks],
    "state.name.lower()": [state.name.lower() for state in SetupState if state.asks],
    "field": ["server", "code"],
    "score": ["1", "2", "3", "4", "5"],
    "self._method.value": [method.value for method in Method],
    "method.value": [method.value for method in Method if method is not Method.PLAIN],
}
"""What the code may put into the gaps of an id."""


def words(lang: str) -> dict[str, str]:
    """Return the compiled words of a language by id."""
    with (LOCALE_DIR / lang / "LC_MESSAGES" / f"{DOMAIN}.mo").open("rb") as file:
        return {str(message.id): str(message.string) for message in read_mo(file) if message.id}


def ids_in_code() -> set[str]:
    """Find every id that the screens ask a catalogue for."""
    found = set()
    for file in UI.rglob("*.py"):
        for match in SAID.finditer(file.read_text("utf-8")):
            found |= _filled(match[1])
    return found


def named_in_code() -> set[str]:
    """Find every text of the screens' code: an id may stand in a table before it is asked for."""
    texts = {text for file in UI.rglob("*.py") for text in LITERAL.findall(file.read_text("utf-8"))}
    known = {text for text in texts if "{" not in text or text.partition("{")[2].rstrip("}") in FILLED}
    return set().union(*(_filled(text) for text in known))


def _filled(name: str) -> set[str]:
    """Put every value that there is into the gap of an id."""
    gap = re.search(r"\{(.*?)\}", name)
    return {name.replace(gap[0], value) for value in FILLED[gap[1]]} if gap else {name}


def test_vietnamese_comes_first() -> None:
    """Two languages are shipped, and Vietnamese leads them."""
    assert languages() == ["vi", "en"]


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_what_is_compiled_is_what_is_written(lang: str) -> None:
    """The compiled catalogue says what the readable one says: nobody forgot to compile."""
    raw = (LOCALE_DIR / lang / "LC_MESSAGES" / f"{DOMAIN}.po").read_bytes()
    written = {str(message.id): str(message.string) for message in read_po(io.BytesIO(raw)) if message.id}

    assert words(lang) == written


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_word_on_the_screens_is_there(lang: str) -> None:
    """Each id that the screens use has words in each language, and no words lie unused."""
    said = ids_in_code()
    assert len(said) > 30

    assert said - set(words(lang)) == set()
    assert set(words(lang)) - said - named_in_code() == set()


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_no_word_is_empty_or_ill_written(lang: str) -> None:
    """No translation is empty; accents are composed, as keyboards and searches expect."""
    for name, text in words(lang).items():
        assert text.strip() == text != "", name
        assert unicodedata.is_normalized("NFC", text), name


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_quotes_are_those_of_print(lang: str) -> None:
    """No word has a typewriter's apostrophe or quotes: the same text has the same signs everywhere."""
    assert [text for text in words(lang).values() if set(text) & set("'\"")] == []


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("method", ["telex", "vni"])
def test_the_hint_tells_every_letter(lang: str, method: str) -> None:
    """Whoever needs the hint finds every letter that no key has, and the five tones after them."""
    letters, tones = words(lang)[f"hint_{method}"].split("\n")

    assert set("ăâđêôơư") <= set(letters)
    assert tones.count(" = ") == len(TONES)


def test_languages_fill_the_same_gaps() -> None:
    """What the program fills into a sentence stands in that sentence in every language."""
    english = words("en")
    for name, text in words("vi").items():
        assert _gaps(text) == _gaps(english[name]), name


def test_no_sentence_stands_in_the_code() -> None:
    """What a citizen reads is in the catalogues; code and layout hold no Vietnamese sentence."""
    for file in [*UI.rglob("*.py"), *UI.rglob("*.kv")]:
        code = "\n".join(line for line in file.read_text("utf-8").splitlines() if '"""' not in line)
        quoted = re.findall(r'"[^"\n]*"', code)
        assert not [text for text in quoted if VIETNAMESE.search(text)], file


def test_an_unknown_language_speaks_vietnamese() -> None:
    """A language without a catalogue, or a survey that lacks it, falls back to Vietnamese."""
    assert translator("kho")("face_3") == translator("vi")("face_3")
    assert spoken({"vi": "một", "en": "one"}, "kho") == "một"
    assert spoken({"vi": "một", "en": "one"}, "en") == "one"


def _gaps(text: str) -> set[str]:
    """Return the names of the gaps in a sentence."""
    return {name for _, name, _, _ in Formatter().parse(text) if name}
