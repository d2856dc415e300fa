"""The technician's screen: how this machine is, in a table, and what may be done about it."""

from __future__ import annotations

from bisect import bisect_left
from math import ceil
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from kiosk.catalog import translator
from kiosk.ui import fonts
from kiosk.ui.box import Box
from kiosk.ui.screens.screen import Screen
from kiosk.ui.typeset import Setting, set_words, width_of
from kiosk.ui.widgets.card import Card
from kiosk.ui.widgets.pill import Pill
from kiosk.ui.widgets.words import Words
from kiosk.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kiosk.technician import Service
    from kiosk.ui.theme import Sheet

FACTS: Final = 14
GROUP: Final = 4
"""A device's name of 32 signs is read out in groups of so many."""
ROW_GAP: Final = 0.22
ROW_GAP_MOST: Final = 1.0
"""The least space between two facts, in font sizes; and the most."""
LINES_MOST: Final = 2
"""A value of more lines than these is cut in its middle where there is no room for it."""
ENDS: Final = "/.-_:"
"""Signs after which an address or a code may be broken."""
CUT: Final = "\N{HORIZONTAL ELLIPSIS}"


class Fact(Value, frozen=True):
    """A line of the table. `bad`: somebody has to do something about it."""

    label: str
    value: str
    bad: bool = False


class _Row(Value, frozen=True):
    """A fact that is set: its label, and its value in lines."""

    fact: Fact
    label: Setting
    text: str
    value: Setting

    @property
    def height(self) -> int:
        """Return how high it is."""
        return max(self.label.height_px, self.value.height_px)


class _Table(Value, frozen=True):
    """The facts of the two cards at one size, how wide the labels are, and whether there is room for all."""

    cards: tuple[tuple[_Row, ...], tuple[_Row, ...]]
    size: int
    across: float
    fits: bool


class TechnicianScreen(Screen):
    """Two cards of facts and four buttons: "send", "sound", "restart" and "close"."""

    def __init__(
        self,
        on_send: Callable[[], None],
        on_sound: Callable[[], None],
        on_restart: Callable[[], None],
        on_close: Callable[[], None],
    ) -> None:
        super().__init__()
        self._service: Service | None = None
        self._lang = ""
        self.title = Words(fonts.BOLD, left=True)
        self.cards = [Card(), Card()]
        self.labels = [Words(fonts.BODY, left=True) for _ in range(FACTS)]
        self.values = [Words(fonts.STRONG, left=True) for _ in range(FACTS)]
        calls = {"send": on_send, "sound": on_sound, "restart": on_restart, "close": on_close}
        self.pills = {name: Pill(call) for name, call in calls.items()}
        for name, pill in self.pills.items():
            pill.name = name
        for child in (self.title, *self.cards, *self.labels, *self.values, *self.pills.values()):
            self.add_widget(child)

    def show(self, service: Service, lang: str) -> None:
        """Show how the machine is; may be told at every tick."""
        if (service, lang) != (self._service, self._lang):
            self._service, self._lang = service, lang
            if self.sheet is not None:
                self.lay(self.sheet)

    def lay(self, sheet: Sheet) -> None:
        """Lay the title above, the buttons below, and the two cards between them."""
        if self._service is None:
            return
        page = self.page(sheet)
        gap = max(sheet.mm(2), (30 if sheet.portrait else 22) * sheet.unit)
        text = translator(self._lang)("technician_title")
        most = max((60 if sheet.portrait else 48) * sheet.unit, sheet.easy_px)
        title = set_words(text, fonts.BOLD, (page.width, page.height * 0.2), most, sheet.quiet_px)
        self.title.put(text, title, page.from_top(title.height_px).snapped(), sheet.theme.ink)
        foot = self._lay_pills(sheet, page)
        top = page.top - title.height_px - gap * 0.4
        room = Box(page.x, foot + gap, page.width, top - foot - gap)
        self._lay_facts(sheet, room, gap, _facts(self._service, self._lang))

    def _lay_facts(self, sheet: Sheet, room: Box, gap: float, facts: Sequence[Fact]) -> None:
        """Fill two cards, beside each other or one above the other, with facts at one size."""
        pad = max(sheet.mm(1.8), (40 if sheet.portrait else 26) * sheet.unit)
        wide = (room.width if sheet.portrait else (room.width - gap) / 2) - 2 * pad
        table = _set_table(sheet, facts, wide, room.height, (pad, gap))
        spare = _spare(sheet, table, room.height, (pad, gap))
        between = min(ROW_GAP * table.size + spare, ROW_GAP_MOST * table.size)
        highs = [_high(rows, between) + 2 * pad for rows in table.cards]
        if sheet.portrait:
            block = room.from_top(sum(highs) + gap, (room.height - sum(highs) - gap) / 2)
            boxes = [block.from_top(highs[0]), block.below(highs[0] + gap)]
        else:
            boxes = room.from_top(max(highs), (room.height - max(highs)) / 2).columns(2, gap)
        place = 0
        for card, box, rows in zip(self.cards, boxes, table.cards, strict=True):
            ground = box.snapped()
            card.put(sheet.theme, ground, max(sheet.mm(2.4), 30 * sheet.unit))
            rest = ground.within(pad)
            for row in rows:
                at = rest.from_top(row.height)
                label = at.from_top(row.label.height_px).snapped()
                self.labels[place].put(row.fact.label, row.label, label, sheet.theme.quiet)
                value = at.right_of(table.across).from_top(row.value.height_px).snapped()
                ink = sheet.theme.accent if row.fact.bad else sheet.theme.ink
                self.values[place].put(row.text, row.value, value, ink)
                rest = rest.below(row.height + between)
                place += 1

    def _lay_pills(self, sheet: Sheet, page: Box) -> float:
        """Place the buttons at the foot, in one row or in two; return where they end above."""
        say = translator(self._lang)
        words = {
            "send": say("technician_send"),
            "sound": say("technician_sound"),
            "restart": say("technician_restart"),
            "close": say("technician_close"),
        }
        apart = max(sheet.apart_px, 22 * sheet.unit)
        high = max(sheet.target_px, (104 if sheet.portrait else 80) * sheet.unit)
        rows = 2 if sheet.portrait else 1
        foot = Box(page.x, page.y, page.width, rows * high + (rows - 1) * apart)
        places = [place for row in foot.rows(rows, apart) for place in row.columns(4 // rows, apart)]
        most = max((40 if sheet.portrait else 34) * sheet.unit, sheet.easy_px)
        room = (places[0].width - high * 0.5, high)
        size = min(
            set_words(text, fonts.STRONG, room, most, sheet.quiet_px).size_px for text in words.values()
        )
        for (name, text), place in zip(words.items(), places, strict=True):
            setting = set_words(text, fonts.STRONG, room, size, sheet.quiet_px)
            self.pills[name].put(sheet.theme, place.snapped(), place, text, setting, chosen=name == "close")
        mute = self._service is not None and not self._service.sounds
        self.pills["sound"].deaf, self.pills["sound"].opacity = mute, 0.4 if mute else 1
        return foot.top


def _set_table(
    sheet: Sheet, facts: Sequence[Fact], wide: float, high: float, gaps: tuple[float, float]
) -> _Table:
    """Set all facts at the largest size at which there is room for them; cut the longest if there is none."""
    least = ceil(sheet.quiet_px)
    most = max(least, round((42 if sheet.portrait else 32) * sheet.unit))
    sizes = range(most, least - 1, -1)

    def fits(size: int) -> bool:
        return _at_size(sheet, facts, wide, size, high, gaps).fits

    found = bisect_left(sizes, True, key=fits)
    if found < len(sizes):
        return _at_size(sheet, facts, wide, sizes[found], high, gaps)
    return _at_size(sheet, facts, wide, least, high, gaps, lines=LINES_MOST)


def _at_size(
    sheet: Sheet,
    facts: Sequence[Fact],
    wide: float,
    size: int,
    high: float,
    gaps: tuple[float, float],
    *,
    lines: int = 0,
) -> _Table:
    """Set all facts at one size, labels at the left, each value in so many lines at most (0: in any)."""
    across = max(width_of(fact.label, fonts.BODY, size) for fact in facts) + 0.8 * size
    rows = [_set_row(fact, across, wide - across, size, lines) for fact in facts]
    middle = FACTS // 2
    if not sheet.portrait:
        middle = min(
            range(1, FACTS), key=lambda at: max(_high(rows[:at], size / 4), _high(rows[at:], size / 4))
        )
    table = _Table((tuple(rows[:middle]), tuple(rows[middle:])), size, across, fits=True)
    widths_fit = all(row.value.width_px <= wide - across for row in rows)
    return replace(table, fits=widths_fit and _spare(sheet, table, high, gaps) >= 0)


def _set_row(fact: Fact, across: float, wide: float, size: int, lines: int) -> _Row:
    """Set one fact."""
    anything = (wide, float("inf"))
    label = set_words(fact.label, fonts.BODY, (across, float("inf")), size, size)
    value = fact.value
    text = _broken(value, size, wide)
    setting = set_words(text, fonts.STRONG, anything, size, size)
    kept = len(value)
    while lines and len(setting.lines) > lines and kept > 1:
        kept -= 1
        text = _broken(value[: ceil(kept / 2)] + CUT + value[-(kept // 2) :], size, wide)
        setting = set_words(text, fonts.STRONG, anything, size, size)
    return _Row(fact, label, text, setting)


def _broken(text: str, size: int, wide: float) -> str:
    """Break words that are wider than the line, as an address may be, where that is easy to read."""
    pieces = []
    for word in text.split():
        rest = word
        while width_of(rest, fonts.STRONG, size) > wide and len(rest) > 1:
            most = 1
            while width_of(rest[: most + 1], fonts.STRONG, size) <= wide:
                most += 1
            easy = max((rest.rfind(end, 0, most) for end in ENDS), default=-1) + 1
            cut = easy if easy > most / 2 else most
            pieces.append(rest[:cut])
            rest = rest[cut:]
        pieces.append(rest)
    return " ".join(pieces)


def _high(rows: Sequence[_Row], between: float) -> float:
    """Return how high these rows are, with so much space between them."""
    return sum(row.height for row in rows) + (len(rows) - 1) * between


def _spare(sheet: Sheet, table: _Table, high: float, gaps: tuple[float, float]) -> float:
    """Return by how much the space between two rows may grow; below 0 there is no room for them."""
    pad, gap = gaps
    left, right = table.cards
    least = ROW_GAP * table.size
    if sheet.portrait:
        used = _high(left, least) + _high(right, least) + 4 * pad + gap
        return (high - used) / (FACTS - 2)
    used = max(_high(left, least), _high(right, least)) + 2 * pad
    return (high - used) / max(len(left), len(right))


def _facts(service: Service, lang: str) -> tuple[Fact, ...]:
    """Return the lines of the table: first the trip of a rating, then where the machine stands."""
    say = translator(lang)
    none, well = say("technician_none"), say("technician_well")
    trouble = say("technician_trouble").format(code=service.trouble)
    device = " ".join(service.device[at : at + GROUP] for at in range(0, len(service.device), GROUP))
    clock = well if service.clock_ok else say("technician_clock_wrong")
    return (
        Fact(say("technician_link"), trouble if service.trouble else well, bad=bool(service.trouble)),
        Fact(say("technician_queued"), str(service.queued)),
        Fact(say("technician_received"), service.received_at or none),
        Fact(say("technician_server"), service.server or none),
        Fact(say("technician_disk"), f"{service.free_mb} MB"),
        Fact(say("technician_clock"), clock, bad=not service.clock_ok),
        Fact(say("technician_software"), service.software),
        Fact(say("technician_center"), service.center),
        Fact(say("technician_counter"), service.counter),
        Fact(say("technician_officer"), service.officer or none),
        Fact(say("technician_survey"), service.survey),
        Fact(say("technician_issued"), service.issued_at or none),
        Fact(say("technician_fingerprint"), service.fingerprint),
        Fact(say("technician_device"), device),
    )
