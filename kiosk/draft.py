"""A visit's answers on their way to a record. Pure, but for the chance that is handed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from server.protocol.record import Answer, Aside, AsideKind, Record, encode_record

if TYPE_CHECKING:
    from collections.abc import Callable


class Draft(msgspec.Struct, frozen=True):
    """A visit that has an answer: all that its record will say, but for its place in the chain.

    `visit` tells the drafts of one visit from those of another, since the start of the program.
    `comment` and `dossier` become asides: the record holds a commitment to each and nothing more.
    """

    survey: str
    counter: str
    officer: str
    lang: str
    made_at: str
    boot: str
    mono_ms: int
    clock_ok: bool
    answers: dict[str, Answer]
    flags: list[str]
    procedure: str = ""
    comment: str = ""
    dossier: str = ""
    visit: int = 0


def sealed(draft: Draft, seq: int, chance: Callable[[int], bytes]) -> tuple[bytes, list[Aside]]:
    """Make the record that a draft becomes: its body, once, and what travels beside it."""
    texts: dict[AsideKind, str] = {"comment": draft.comment, "dossier": draft.dossier}
    asides = [Aside(kind, chance(16).hex(), text) for kind, text in texts.items() if text]
    said = {name: getattr(draft, name) for name in Draft.__struct_fields__ if name not in {*texts, "visit"}}
    named = {aside.kind: aside.commitment() for aside in asides}
    return encode_record(Record(v=1, seq=seq, salt=chance(8).hex(), asides=named, **said)), asides


def size(body: bytes, asides: list[Aside]) -> int:
    """Return how many bytes a record has, with what travels beside it."""
    return len(body) + sum(len(msgspec.json.encode(aside)) for aside in asides)
