"""What citizens said and what the center did about it: read from a form, told in the log and to kiosks.

A kiosk tells one at a time, on a screen that is read from some way off and that goes on by itself. So the
texts are short: both together are read in the time that they stand there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal
from unicodedata import normalize

from server.protocol.messages import Notice

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Fault = Literal["missing", "long", "word", "both"]

SHOWN_MAX: Final = 8
"""Notices that a kiosk takes (the contract's limit)."""
KEPT_MAX: Final = 40
"""Notices that a center keeps, shown or not."""
TEXT_CHARS_MAX: Final = 160
"""A text: two of them are read in the 15 seconds that a notice stands there."""
WORD_CHARS_MAX: Final = 24
"""A word without a gap: in large letters it still fits on one line of the smallest glass."""
TEXTS: Final = ("said_vi", "did_vi", "said_en", "did_en")
"""The texts of a notice. Those in Vietnamese must be there."""
LANGUAGES: Final = ("vi", "en")
ORDER: Final = "order"


@dataclass(frozen=True, slots=True)
class Posted:
    """A notice as a center keeps it. `texts` has a text for each of `TEXTS`; English ones may be empty."""

    id: str
    texts: Mapping[str, str]
    is_shown: bool = True


def read_texts(typed: Mapping[str, str]) -> tuple[dict[str, str], dict[str, Fault]]:
    """Read the texts of a notice, gaps made even; returns also what is wrong, by text."""
    texts = {name: normalize("NFC", " ".join(typed.get(name, "").split())) for name in TEXTS}
    faults: dict[str, Fault] = {}
    for name, text in texts.items():
        if not text and name.endswith("_vi"):
            faults[name] = "missing"
        elif len(text) > TEXT_CHARS_MAX:
            faults[name] = "long"
        elif any(len(word) > WORD_CHARS_MAX for word in text.split(" ")) or not text.isprintable():
            faults[name] = "word"
    if bool(texts["said_en"]) != bool(texts["did_en"]):
        faults.setdefault("did_en" if texts["said_en"] else "said_en", "both")
    return texts, faults


def shown_count(posted: Sequence[Posted]) -> int:
    """Say how many notices are switched on."""
    return sum(each.is_shown for each in posted)


def told_to_kiosks(posted: Sequence[Posted]) -> list[Notice]:
    """Return the notices that kiosks show, in order."""
    shown = [each for each in posted if each.is_shown][:SHOWN_MAX]
    return [Notice(said=_words(each, "said"), did=_words(each, "did")) for each in shown]


def _words(posted: Posted, part: str) -> dict[str, str]:
    """Return a part in each language that it is written in, Vietnamese first."""
    found = {lang: posted.texts[f"{part}_{lang}"] for lang in LANGUAGES}
    return {lang: text for lang, text in found.items() if text}


def moved(posted: Sequence[Posted], id_: str, by: int) -> list[Posted]:
    """Return the notices with one of them so many places further down (up, if negative), if there is room."""
    rest = [each for each in posted if each.id != id_]
    place = next(number for number, each in enumerate(posted) if each.id == id_)
    chosen = posted[place]
    at = min(max(place + by, 0), len(rest))
    return [*rest[:at], chosen, *rest[at:]]


def told(posted: Sequence[Posted]) -> dict[str, str]:
    """Return a center's notices as the audit log tells them: a line for each text, and their order."""
    lines = {f"{each.id} {name}": each.texts[name] for each in posted for name in TEXTS}
    lines |= {f"{each.id} shown": "yes" if each.is_shown else "no" for each in posted}
    return lines | ({ORDER: " ".join(each.id for each in posted)} if posted else {})


def from_told(lines: Mapping[str, str]) -> list[Posted]:
    """Return the notices that the audit log tells: the inverse of `told`."""
    return [
        Posted(id_, {name: lines[f"{id_} {name}"] for name in TEXTS}, lines[f"{id_} shown"] == "yes")
        for id_ in lines.get(ORDER, "").split()
    ]
