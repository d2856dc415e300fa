"""How the options of a question find room: in which columns, how laid out, how large their words.

Arithmetic only: `kiosk.ui.screens.choices` draws what is planned here. Two groups stand
side by side on a glass that lies and one above the other on one that stands. What is planned
has room for the words of every language: whoever changes the language finds everything in its place.
"""

from __future__ import annotations

from functools import lru_cache
from math import ceil
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from kiosk.ui import fonts
from kiosk.ui.box import Box
from kiosk.ui.screens.looks import MOST_PX, dressed, looks, reads
from kiosk.ui.screens.rows import ways
from kiosk.ui.theme import LARGE
from kiosk.ui.typeset import Setting, set_words
from kiosk.ui.widgets.bar import apart_px
from kiosk.ui.widgets.chip import Form, words_box
from kiosk.value import Value

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kiosk.ui.screens.rows import Rows
    from kiosk.ui.theme import Sheet

ROUNDING_PX: Final = 0.5
"""How much larger than it must be a chip is planned: it stands on whole pixels."""
FREE_SHARE: Final = 0.07
"""How much of a chip's height stays free above and below its words, where there is room."""
FREE_LEAST: Final = 0.03
"""The same, where there is little, and below a pictogram."""


class Group(Value, frozen=True):
    """Options that stand together. `title` may be empty, `icon` is the pictogram before it.

    `others` are the title in the other languages.
    """

    title: str
    icon: str
    options: tuple[int, ...]
    others: tuple[str, ...] = ()


class Title(Value, frozen=True):
    """The title of a group: its words, their setting and place, its pictogram; its lines in any language."""

    text: str
    setting: Setting
    box: Box
    icon: str
    lines: int

    @property
    def high(self) -> float:
        """Return how high it is at most, whatever is spoken."""
        return self.lines * self.setting.line_px


class Arrangement(Value, frozen=True):
    """Where the chips of one page stand, and their words; the titles and the cards of groups.

    `ask` is the place of the question's card, where it stands among them.
    """

    form: Form
    boxes: Mapping[int, Box]
    settings: Mapping[int, Setting]
    titles: tuple[Title, ...] = ()
    cards: tuple[Box, ...] = ()
    ask: Box | None = None

    @property
    def size_px(self) -> float:
        """Return the font size of the options, which is the same for all."""
        return next(iter(self.settings.values())).size_px

    @property
    def top(self) -> float:
        """Return where it ends above."""
        return max(part.top for part in self._parts)

    @property
    def high(self) -> float:
        """Return how much of the height is taken."""
        return self.top - min(part.y for part in self._parts)

    @property
    def _parts(self) -> list[Box]:
        """Return every box there is."""
        return [*self.boxes.values(), *self.cards, *(title.box for title in self.titles)]


class Wish(Value, frozen=True):
    """What is to be arranged: the words of each option, the forms of chips that may be taken, the sizes.

    `others` are the words in the other languages. Several groups that have a title may stand on cards, unless
    it says they are not `carded`. For want of room their rows may be `filled`.
    """

    labels: Mapping[int, str]
    forms: tuple[Form, ...]
    least_px: float
    most_px: float
    carded: bool = True
    filled: bool = False
    others: tuple[Mapping[int, str], ...] = ()


class _Frame(Value, frozen=True):
    """The place of one group: its card, its title and the room for its chips, and the rows of these.

    All chips are equally wide, and a row that has fewer ends earlier, unless rows are `filled`.
    """

    group: Group
    card: Box
    title: Title | None
    room: Box
    rows: Rows
    filled: bool

    def places(self, gap: float, high: float) -> Iterator[tuple[int, Box]]:
        """Yield the place of every option, row after row from the top, in chips of this height."""
        options = iter(self.group.options)
        for number, count in enumerate(self.rows):
            band = self.room.from_top(high, number * (high + gap))
            columns = count if self.filled else max(self.rows)
            for box in band.columns(columns, gap)[:count] if count else ():
                yield next(options), box


class _Try(Value, frozen=True):
    """One way to lay the chips, their height, and how it looks without regard to the size of its words."""

    frames: tuple[_Frame, ...]
    form: Form
    high: float
    looks: float
    carded: bool


_Rooms = tuple[tuple[int, int], ...]
"""The width and height that the words of every option have."""


def pad_px(sheet: Sheet) -> float:
    """Return the space between a card and the chips on it."""
    return max(sheet.mm(1.8), (26 if sheet.portrait else 20) * sheet.unit)


def arrange(sheet: Sheet, area: Box, groups: tuple[Group, ...], wish: Wish) -> Arrangement | None:
    """Lay the options in a box from its top; None when they do not fit at the smallest size.

    Several groups that have a title stand on cards where that costs little.
    """
    may = wish.carded and len(groups) > 1 and any(group.title for group in groups)
    ways = (True, False) if may else (False,)
    tries = [each for carded in ways for each in _tries(sheet, area, groups, wish, carded=carded)]
    best, found = float("-inf"), None
    for each in sorted(tries, key=lambda one: -one.looks):
        if each.looks + 1 <= best:
            break
        settings = _settings(sheet, each, wish)
        if settings is None:
            continue
        every = [setting for spoken in settings for setting in spoken.values()]
        score = each.looks + reads(every, wish.most_px)
        if score > best:
            best, found = score, (each, settings[0])
    return None if found is None else _laid(sheet, *found)


def _tries(sheet: Sheet, area: Box, groups: tuple[Group, ...], wish: Wish, *, carded: bool) -> Iterator[_Try]:
    """Yield every way in which each chip is large enough for a finger."""
    gap = apart_px(sheet)
    counts = [len(group.options) for group in groups]
    beside = not sheet.portrait and len(groups) > 1
    for rows, filled in ways(counts, beside=beside, may_fill=beside and wish.filled):
        frames = _frames(sheet, area, groups, rows, wish, carded=carded, filled=filled)
        if frames is None:
            continue
        # rows are alike in all groups
        count, frame = len(rows[0]), frames[0]
        room = (frame.room.height - gap * (count - 1)) / count
        wide = min((each.room.width - gap * (max(each.rows) - 1)) / max(each.rows) for each in frames)
        if min(room, wide) < sheet.face_px + ROUNDING_PX:
            continue
        for form in wish.forms:
            if carded and form is Form.CLOSE:
                continue  # what is close needs the card's margins itself
            most = max(MOST_PX[form] * sheet.unit, 1.35 * sheet.face_px)
            # higher than is nice only for words that need it
            for high in dict.fromkeys((min(room, most), room)):
                good = looks(rows, form, wide / high, high / most)
                titles = [each.title.lines for each in frames if each.title is not None]
                good += dressed(titles, carded=carded, filled=filled)
                yield _Try(frames, form, high, good, carded)


def _frames(
    sheet: Sheet,
    area: Box,
    groups: tuple[Group, ...],
    rows: tuple[Rows, ...],
    wish: Wish,
    *,
    carded: bool,
    filled: bool,
) -> tuple[_Frame, ...] | None:
    """Cut the room into a part for each group, by its rows, or by the chips in the fullest of them."""
    pad = pad_px(sheet) if carded else 0.0
    cut = _cards_below if sheet.portrait or len(groups) == 1 else _cards_beside
    titles, cards = cut(sheet, area, groups, rows, wish, pad)
    if any(title is not None and not title.setting.fits for title in titles):
        return None
    frames = []
    beside = 0.0 if sheet.portrait else max(_above(sheet, title) for title in titles)
    tallest = max(title.high if title else 0.0 for title in titles)
    for group, card, title, each in zip(groups, cards, titles, rows, strict=True):
        inner = card.within(pad)
        # a title that needs fewer lines than in another language stands close to its chips
        high = tallest if beside else title.high if title else 0.0
        placed = title and replace(title, box=inner.below(high - title.setting.height_px))
        placed = placed and replace(placed, box=placed.box.from_top(placed.setting.height_px))
        room = inner.below(beside or _above(sheet, title))
        frames.append(_Frame(group, card, placed, room, each, filled))
    return tuple(frames)


def _cards_below(
    sheet: Sheet, area: Box, groups: tuple[Group, ...], rows: tuple[Rows, ...], wish: Wish, pad: float
) -> tuple[list[Title | None], list[Box]]:
    """Return the title and the room of each group, one below the other, each as high as its rows need."""
    gap, between = apart_px(sheet), max(apart_px(sheet), pad)
    tall = [len(each) for each in rows]
    titles = [_title(sheet, group, area.width - 2 * pad, wish) for group in groups]
    fixed = sum(_above(sheet, title) + 2 * pad for title in titles) + between * (len(groups) - 1)
    fixed += gap * sum(each - 1 for each in tall)
    row = (area.height - fixed) / sum(tall)
    highs = [
        _above(sheet, title) + 2 * pad + each * row + gap * (each - 1)
        for title, each in zip(titles, tall, strict=True)
    ]
    cards = [area.from_top(high, sum(highs[:number]) + between * number) for number, high in enumerate(highs)]
    return titles, cards


def _cards_beside(
    sheet: Sheet, area: Box, groups: tuple[Group, ...], rows: tuple[Rows, ...], wish: Wish, pad: float
) -> tuple[list[Title | None], list[Box]]:
    """Return the title and the room of each group, side by side, each as wide as its fullest row needs."""
    gap, between = apart_px(sheet), max(apart_px(sheet), pad)
    if not pad and not sheet.low:
        # without cards, only the space between them says which chips are a group
        between += pad_px(sheet)
    columns = [max(each) for each in rows]
    fixed = 2 * pad * len(groups) + between * (len(groups) - 1) + gap * sum(each - 1 for each in columns)
    one = (area.width - fixed) / sum(columns)
    wides = [2 * pad + each * one + gap * (each - 1) for each in columns]
    cards = [
        area.right_of(sum(wides[:number]) + between * number).from_left(wide)
        for number, wide in enumerate(wides)
    ]
    titles = [
        _title(sheet, group, card.width - 2 * pad, wish) for group, card in zip(groups, cards, strict=True)
    ]
    return _alike_titles(titles), cards


def _alike_titles(titles: list[Title | None]) -> list[Title | None]:
    """Return titles beside each other at the size of the smallest: no group is to look weightier."""
    size = min((each.setting.size_px for each in titles if each), default=0)
    return [each and _title_at(each, size, (each.setting.width_px + 1, each.high)) for each in titles]


def _title_at(title: Title, size: int, box: tuple[float, float]) -> Title:
    """Return a title at this size."""
    return replace(title, setting=set_words(title.text, fonts.BOLD, box, size, size))


def _title(sheet: Sheet, group: Group, width: float, wish: Wish) -> Title | None:
    """Set the title of a group, if it has one; its place is given later."""
    if not group.title:
        return None
    least = wish.least_px
    most = max(least, sheet.text((46 if sheet.portrait else 36) * sheet.unit))
    box = (width - 1.6 * most, 2.95 * most)
    spoken = (group.title, *group.others)
    size = min(set_words(words, fonts.BOLD, box, most, least).size_px for words in spoken)
    line = (box[0], 1.5 * most)
    usual = min(size, max(sheet.answer_px / LARGE, most / LARGE)) if sheet.look.large else size
    ones = [set_words(words, fonts.BOLD, line, size, usual) for words in spoken]
    if all(one.fits for one in ones):
        # a little smaller on one line is better than large on two
        size = min(one.size_px for one in ones)
    setting, *others = (set_words(words, fonts.BOLD, box, size, size) for words in spoken)
    fits = all(each.fits for each in (setting, *others))
    lines = max(len(each.lines) for each in (setting, *others))
    return Title(group.title, replace(setting, fits=fits), Box(0, 0, 0, 0), group.icon, lines)


def _above(sheet: Sheet, title: Title | None) -> float:
    """Return the height of a title and of the space below it."""
    return 0.0 if title is None else title.high + max(sheet.mm(1 if sheet.low else 2), 8 * sheet.unit)


def _settings(sheet: Sheet, each: _Try, wish: Wish) -> tuple[dict[int, Setting], ...] | None:
    """Set the words of every language alike, as large as may be; None where the smallest are too large."""
    places = dict(place for frame in each.frames for place in frame.places(apart_px(sheet), each.high))
    inner = [
        words_box(sheet, each.form, Box(0, 0, int(box.width), int(box.height))) for box in places.values()
    ]
    spoken = tuple(tuple(words[option] for option in places) for words in (wish.labels, *wish.others))
    least = ceil(wish.least_px)
    for free in _frees(sheet, each.form):
        rooms = tuple((int(one.width) - 1, int(one.height - 2 * free * each.high) - 1) for one in inner)
        for font in (fonts.STRONG, fonts.BODY):
            found = _largest(spoken, rooms, font, least, max(least, round(wish.most_px)))
            if found is not None:
                return tuple(dict(zip(places, settings, strict=True)) for settings in found)
    return None


def _frees(sheet: Sheet, form: Form) -> tuple[float, ...]:
    """Return how much of a chip's height may stay free above and below its words, the most first."""
    match form:
        case Form.MIDDLE:
            return (0.0,)
        case Form.ABOVE:
            return (FREE_LEAST,)
        case Form.TIGHT if not sheet.look.large:
            return FREE_SHARE, 0.0
        case _:
            return FREE_SHARE, FREE_LEAST


@lru_cache(maxsize=1024)
def _largest(
    spoken: tuple[tuple[str, ...], ...], rooms: _Rooms, font: str, low: int, high: int
) -> tuple[tuple[Setting, ...], ...] | None:
    """Set the words of every language at the largest size at which all fit; None when there is none."""
    found = _alike(spoken, rooms, font, low)
    while found is not None and low < high:
        middle = (low + high + 1) // 2
        tried = _alike(spoken, rooms, font, middle)
        if tried is None:
            high = middle - 1
        else:
            low, found = middle, tried
    return found


def _alike(
    spoken: tuple[tuple[str, ...], ...], rooms: _Rooms, font: str, size: int
) -> tuple[tuple[Setting, ...], ...] | None:
    """Set all words at this size, or none of them."""
    every = []
    for labels in spoken:
        found = []
        for words, room in zip(labels, rooms, strict=True):
            setting = set_words(words, font, room, size, size)
            if not setting.fits:
                return None
            found.append(setting)
        every.append(tuple(found))
    return tuple(every)


def _laid(sheet: Sheet, each: _Try, settings: dict[int, Setting]) -> Arrangement:
    """Place every chip; where chips need not be as high as their room, cards end with them."""
    gap = apart_px(sheet)
    boxes: dict[int, Box] = {}
    cards, shift = [], 0.0
    titles = []
    for frame in each.frames:
        # groups beside each other have equally many rows
        spare = frame.room.height - len(frame.rows) * (each.high + gap) + gap
        for option, box in frame.places(gap, each.high):
            boxes[option] = Box(box.x, box.y + shift, *box.size).snapped()
        if each.carded:
            # no part of a card is empty: it ends with the last of its own rows
            end = spare + sum(not count for count in frame.rows) * (each.high + gap)
            card = frame.card
            cards.append(Box(card.x, card.y + shift + end, card.width, card.height - end).snapped())
        if frame.title is not None:
            at = frame.title.box
            titles.append(replace(frame.title, box=Box(at.x, at.y + shift, *at.size).snapped()))
        shift += spare if sheet.portrait else 0.0
    return Arrangement(each.form, boxes, settings, tuple(titles), tuple(cards))
