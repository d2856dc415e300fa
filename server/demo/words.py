"""What people of the demo are called and say: data, and it says that it is."""

from __future__ import annotations

from importlib import resources

import msgspec
from msgspec import Struct


class DemoProcedure(Struct, frozen=True):
    """What somebody comes for, in both languages."""

    code: str
    vi: str
    en: str


class DemoWords(Struct, frozen=True):
    """Everything that is written in a year of the demo."""

    title: str
    officers: list[str]
    question: dict[str, str]
    procedures: list[DemoProcedure]
    praise: list[str]
    blame: list[str]


def demo_words() -> DemoWords:
    """Read them."""
    return msgspec.json.decode(
        resources.files("server.demo").joinpath("words.json").read_bytes(), type=DemoWords
    )
