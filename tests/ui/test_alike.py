"""One look over all languages, looks and glasses: the same thing is shown, at the same place, no smaller."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Any, Final

import pytest
from msgspec.structs import replace

from kiosk.catalog import translator
from kiosk.events import Look
from kiosk.ui.screens.screen import margin
from kiosk.ui.theme import NORMAL, sheet_of
from kiosk.ui.widgets.bar import BACK, PLACES, SKIP, Bar
from kiosk.ui.widgets.chip import Chip
from kiosk.ui.widgets.photo import Photo
from kiosk.ui.widgets.pill import Pill
from kiosk.ui.widgets.tile import Tile
from kiosk.ui.widgets.tools import Tool
from kiosk.ui.widgets.words import Words
from tests.ui.driver import Booth
from tests.ui.tour import tour
from tests.ui.worlds import GLASSES, LANGUAGES, LOOKS

pytestmark = pytest.mark.screen

FURTHER: Final = ("attitude", "trips", "why", "faces-answered")
"""The views of further questions, at whose foot are buttons."""
VIEWS: Final = ("idle", "idle-photo", "faces-again", *FURTHER)
COUNTER: Final = {lang: translator(lang)("counter").format(number="3") for lang in LANGUAGES}
SEEN: Final = {"normal": NORMAL, **LOOKS, "all but large": replace(LOOKS["all"], large=False)}


@dataclass(frozen=True, slots=True)
class Shown:
    """What a view shows: its parts, the sizes of its texts, and where the row at its foot begins and ends."""

    parts: frozenset[str]
    sizes: dict[str, int]
    ends: tuple[float, float] | None


Views = dict[tuple[Look, str, str], Shown]
"""What is shown in a look and a language, in a view."""


@pytest.fixture(scope="module", params=GLASSES, ids=str)
def gone_round(request: pytest.FixtureRequest) -> tuple[tuple[int, int, float], Views]:
    """Go through all views on a glass, in every language and look; return the glass, and what was shown."""
    booth, found = Booth(), {}
    booth.open(800, 480)
    booth.resize(*request.param)
    for look, lang in product(SEEN.values(), LANGUAGES):
        for name, show in tour(booth.app, lang, look):
            if name in VIEWS:
                show()
                bar = next(booth.seen(Bar), None)
                beside = bar is not None and any(tile.x > bar.right for tile in booth.seen(Tile))
                ends = ends_of(bar) if bar is not None and name in FURTHER and not beside else None
                found[look, lang, name] = Shown(parts(booth), sizes(booth), ends)
    booth.close()
    return request.param, found


def parts(booth: Booth) -> frozenset[str]:
    """Name what is on the glass, whatever the words are in this language."""
    screen = booth.app.screen
    named: dict[str, Any] = {
        "name of the center": screen.header.name,
        "question on its card": screen.ask.question if screen.ask.parent is not None else None,
    }
    named |= {key: vars(screen)[key] for key in ("footer", "again") if key in vars(screen)}
    if screen.ask.parent is not None:
        named |= {"officer": screen.ask.officer, "officer beside a photo": screen.ask.name}
    shown = {name for name, words in named.items() if words is not None and words.text}
    head = " ".join(f"{screen.header.name.text} {screen.header.line.text}".split())
    shown |= {"counter" for lang in LANGUAGES if COUNTER[lang] in head}
    pills = {tap.name for tap in booth.seen(Pill)}
    spoken = {name for name in pills if name.startswith("lang_")}
    # where one language is offered, it is the other one
    shown |= pills if len(spoken) > 1 else {*pills - spoken, *("other language" for _ in spoken)}
    shown |= {"photo" for _ in booth.seen(Photo)}
    shown |= {"dots" for bar in booth.seen(Bar) if bar.dots}
    shown |= {"words of the tools" for tool in booth.seen(Tool) if tool.words.text}
    return frozenset(shown)


def sizes(booth: Booth) -> dict[str, int]:
    """Return the smallest size at which each text on the glass is written."""
    found: dict[str, int] = {}
    # how large answers may be depends on how many stand on a page; and beside one more tool in force, which
    # large text is, there is less room for the name of the center
    others = {chip.words for chip in booth.seen(Chip)} | {booth.app.screen.header.name}
    for words in booth.seen(Words):
        if words.text and words not in others:
            text, size = plain(words.text), words.setting.size_px
            found[text] = min(size, found.get(text, size))
    return found


def plain(text: str) -> str:
    """Return a text without its line breaks and ties."""
    return " ".join(text.split())


def test_what_one_language_shows_the_other_shows(
    gone_round: tuple[tuple[int, int, float], Views],
) -> None:
    """Whoever changes the language finds the same things on the glass."""
    _, shown = gone_round
    for look, name in product(SEEN.values(), VIEWS):
        differ = shown[look, "vi", name].parts ^ shown[look, "en", name].parts
        assert differ == set(), (name, look)


def test_what_only_one_language_shows_is_noticed(booth: Booth) -> None:
    """The check can fail: a hint, a button and the dots that are gone are missed."""
    booth.resize(1280, 800, 10.1)
    for name, part in (("idle", "footer"), ("attitude", "skip"), ("attitude", "dots")):
        dict(tour(booth.app, "vi"))[name]()
        booth.frames(2)
        screen = booth.app.screen
        whole = parts(booth)
        if part == "footer":
            screen.footer.hush()
        elif part == "dots":
            screen.bar.dots = []
        else:
            next(pill for pill in screen.bar.pills.values() if pill.name == part).name = ""

        assert part in whole - parts(booth)


def test_large_text_is_never_smaller(gone_round: tuple[tuple[int, int, float], Views]) -> None:
    """No word that is read in the usual look is smaller for a citizen who asked for large text."""
    _, shown = gone_round
    for look, lang, name in shown:
        if look.large and name != "why":
            usual = shown[replace(look, large=False), lang, name].sizes
            assert smaller(usual, shown[look, lang, name].sizes) == {}, (name, lang, look)


def smaller(usual: dict[str, int], large: dict[str, int]) -> dict[str, tuple[int, int]]:
    """Return what is written smaller, with both of its sizes."""
    return {text: (size, large[text]) for text, size in usual.items() if large.get(text, size) < size - 1}


def test_text_that_shrinks_is_noticed(booth: Booth) -> None:
    """The check can fail: a question that is written smaller than before is found."""
    booth.resize(1280, 800, 10.1)
    dict(tour(booth.app, "vi"))["idle"]()
    booth.frames(2)
    usual = sizes(booth)
    question = booth.app.screen.ask.question
    question.say(question.text, question.box, 20, 20, "#000000")

    assert list(smaller(usual, sizes(booth)).values()) == [(usual[plain(question.text)], 20)]


def test_the_foot_ends_where_the_cards_end(gone_round: tuple[tuple[int, int, float], Views]) -> None:
    """The way back begins at the edge of the page, and what leads on ends there."""
    glass, shown = gone_round
    for (look, lang, name), each in shown.items():
        if each.ends is not None:
            edge = margin(sheet_of(*glass, look))
            assert each.ends == pytest.approx((edge, glass[0] - edge), abs=1.5), (name, lang, look)


def ends_of(bar: Bar) -> tuple[float, float]:
    """Return where the first button begins and the last one ends."""
    hits = [pill.hit for pill in bar.pills.values()]
    return min(hit.x for hit in hits), max(hit.right for hit in hits)


def test_a_button_that_floats_is_noticed(booth: Booth) -> None:
    """The check can fail: where places are kept for others, Bỏ qua ends far from the edge."""
    booth.resize(1280, 800, 10.1)
    dict(tour(booth.app, "vi"))["trips"]()
    booth.frames(2)
    sheet, bar = sheet_of(1280, 800, 10.1), booth.app.screen.bar
    page = booth.app.screen.page(sheet)
    assert ends_of(bar)[1] == pytest.approx(page.right, abs=1.5)
    bar.put(sheet, page, "vi", (BACK, SKIP), places=PLACES, keep=True)

    assert ends_of(bar)[1] < page.right - sheet.mm(12)
