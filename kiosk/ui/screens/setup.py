"""The technician's screen: a new machine gets its address and its one-time code here.

It works with fingers and with a keyboard. What a code is worth is decided by the
server; this screen only asks for eight signs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kiosk.catalog import SOURCE_LANGUAGE, languages, translator
from kiosk.ui import fonts
from kiosk.ui.box import Box
from kiosk.ui.scenes import Setup, SetupState
from kiosk.ui.screens.header import Head, Header
from kiosk.ui.screens.screen import Screen
from kiosk.ui.theme import WARM, Sheet
from kiosk.ui.typeset import set_words
from kiosk.ui.widgets.entry import Entry
from kiosk.ui.widgets.key import ERASE, Key
from kiosk.ui.widgets.pill import Pill
from kiosk.ui.widgets.words import Words
from server.protocol.messages import CODE_ALPHABET, CODE_CHARS, normal_code

if TYPE_CHECKING:
    from collections.abc import Callable

ROWS: Final = ("1234567890" + ERASE, "qwertyuiop-", "asdfghjkl:/", "zxcvbnm._")
ADDRESS_CHARS_MAX: Final = 120
ADDRESS_SIGNS: Final = frozenset("".join(ROWS)) - {ERASE} | frozenset("[]")
MISREAD: Final = {"O": "0", "I": "1", "L": "1"}
"""Signs that no code has, and what was meant, as Crockford reads them."""
BEGIN: Final = "https://"


class SetupScreen(Screen):
    """Two fields, a keyboard, a line that says how it stands, and a button."""

    def __init__(self, on_enrol: Callable[[str, str], None], speak: Callable[[str], None]) -> None:
        super().__init__()
        self._on_enrol = on_enrol
        self._setup = Setup(SetupState.NEEDS_CODE)
        self._lang = SOURCE_LANGUAGE
        self.typed = {"server": "", "code": ""}
        self.field = "server"
        self.header = Header(speak)
        self.labels = {name: Words(fonts.BODY, WARM.quiet, left=True) for name in self.typed}
        self.entries = {
            "server": Entry(0, lambda: self._turn_to("server")),
            "code": Entry(CODE_CHARS, lambda: self._turn_to("code")),
        }
        self.status = Words(fonts.STRONG)
        self.connect = Pill(self.press_enter)
        self.keys = [[Key(sign, self.type) for sign in row] for row in ROWS]
        all_keys = [key for row in self.keys for key in row]
        fields = (*self.labels.values(), *self.entries.values())
        for child in (self.header, *fields, self.status, self.connect, *all_keys):
            self.add_widget(child)

    def show(self, setup: Setup, lang: str) -> None:
        """Show how the enrolment stands. What was typed stays, but for a code that was used up."""
        if setup.server and setup.server != self._setup.server:
            self.typed["server"] = setup.server
        self.typed["server"] = self.typed["server"] or BEGIN
        if setup != self._setup and setup.state in {SetupState.WRONG_CODE, SetupState.SPENT_CODE}:
            self.typed["code"] = ""
        if setup != self._setup or not self.sheet:
            self.field = "code" if setup.server or self.typed["server"] != BEGIN else "server"
        self._setup, self._lang = setup, lang
        self._lay_again()

    def type(self, sign: str) -> None:
        """Take one sign from a key, on the glass or on a keyboard."""
        if self._setup.state is SetupState.WORKING:
            return
        old = self.typed[self.field]
        if sign == ERASE:
            self.typed[self.field] = old[:-1]
        elif self.field == "code":
            sign = MISREAD.get(sign.upper(), sign.upper())
            if sign in CODE_ALPHABET and len(old) < CODE_CHARS:
                self.typed["code"] = old + sign
        elif sign.lower() in ADDRESS_SIGNS and len(old) < ADDRESS_CHARS_MAX:
            self.typed["server"] = old + sign.lower()
        if self.typed[self.field] != old:
            self._lay_again()

    def press_enter(self) -> None:
        """Go on: to the field that is not complete, else connect."""
        if self._setup.state is SetupState.WORKING:
            return
        if not self._has_address():
            self._turn_to("server")
        elif not normal_code(self.typed["code"]):
            self._turn_to("code")
        else:
            self._on_enrol(self.typed["server"], normal_code(self.typed["code"]))

    def press_tab(self) -> None:
        """Turn to the other field."""
        self._turn_to("server" if self.field == "code" else "code")

    def _has_address(self) -> bool:
        """Say whether there is something that can be an address."""
        return len(self.typed["server"].removeprefix("http://").removeprefix(BEGIN)) > 0

    def _turn_to(self, field: str) -> None:
        """Let the next sign go into this field."""
        if self._setup.state is not SetupState.WORKING:
            self.field = field
            self._lay_again()

    def _lay_again(self) -> None:
        """Lay everything on the sheet there is."""
        if self.sheet is not None:
            self.lay(self.sheet)

    def lay(self, sheet: Sheet) -> None:
        """Head, fields and status from the top; keyboard at the bottom."""
        page = self.page(sheet)
        gap = max(sheet.mm(1.6), 14 * sheet.unit)
        say = translator(self._lang)
        name, line = say("setup_title"), say("setup_hint")
        head = self.header.put(sheet, page, Head(name, line, tuple(languages()), self._lang))
        keyboard = self._lay_keys(sheet, page)
        middle = Box(head.x, keyboard.top + gap, head.width, head.top - keyboard.top - 2 * gap)
        if sheet.portrait:
            wide = min(middle.width, sheet.mm(150))
            middle = Box(middle.center[0] - wide / 2, middle.y, wide, middle.height)
        self._lay_form(sheet, middle, gap)

    def _lay_form(self, sheet: Sheet, middle: Box, gap: float) -> None:
        """Place the two fields, beside each other where the screen is wide; then status and button."""
        say = translator(self._lang)
        quiet = max(26 * sheet.unit, sheet.quiet_px)
        label = round(quiet * 1.6)
        high = max(sheet.target_px, 84 * sheet.unit)
        if sheet.portrait:
            air = sheet.mm(7)
            group = 2 * (label + high) + 2 * air + high + gap + sheet.mm(16)
            first = middle.below(max(0.0, middle.height - group) * 0.4)
            places = [first.from_top(label + high), first.from_top(label + high, label + high + air)]
            rest = first.below(2 * (label + high + air))
        else:
            spare = max(0.0, middle.height - label - high - sheet.target_px) / 3
            first = middle.below(spare)
            places = first.from_top(label + high).columns(2, max(2 * gap, sheet.apart_px))
            rest = first.below(label + high + min(gap, spare))
        for field, place in zip(("server", "code"), places, strict=True):
            text = say(f"setup_{field}")
            self.labels[field].say(text, place.from_top(label).snapped(), quiet, sheet.quiet_px)
            self.entries[field].put(
                place.below(label).snapped(),
                self.typed[field],
                max(sheet.answer_px * 0.9, 34 * sheet.unit),
                sheet.quiet_px,
                lit=field == self.field,
            )
        self._lay_status(sheet, rest, gap)

    def _lay_status(self, sheet: Sheet, rest: Box, gap: float) -> None:
        """Say what to do now, and place the button that does it."""
        say = translator(self._lang)
        state = self._setup.state
        size = max(30 * sheet.unit, sheet.quiet_px)
        high = max(sheet.target_px, 76 * sheet.unit)
        text = say("setup_connect")
        setting = set_words(text, fonts.STRONG, (rest.width / 2, high), size * 1.1, sheet.quiet_px)
        wide = max(setting.width_px + 2.4 * setting.size_px, sheet.mm(34))
        words = say(f"setup_{state.name.lower()}") if state.asks else ""
        if sheet.portrait:
            button = rest.from_top(high)
            button = Box(button.center[0] - wide / 2, button.y, wide, high).snapped()
            line = rest.below(high + gap)
            line = line.from_top(min(line.height, sheet.mm(20)))
        else:
            row = Box(rest.x, rest.y, rest.width, rest.height)
            button = Box(row.right - wide, row.center[1] - high / 2, wide, high).snapped()
            line = Box(row.x, row.y, row.width - wide - 2 * gap, row.height)
        self.connect.put(button, button, text, setting, chosen=state is not SetupState.WORKING)
        self.connect.deaf = state is SetupState.WORKING
        self.status.left = not sheet.portrait
        self.status.say(words, line.snapped(), size, sheet.quiet_px) if words else self.status.hush()

    def _lay_keys(self, sheet: Sheet, page: Box) -> Box:
        """Four rows of keys along the bottom; return the room they take."""
        gap = max(sheet.mm(1.6), 10 * sheet.unit)
        wide = min(page.width, max(sheet.mm(190), 0.62 * page.width))
        across = (wide - 10 * gap) / 11
        high = max(sheet.mm(9.1), min(across * (1.0 if sheet.portrait else 0.72), sheet.height * 0.085))
        total = 4 * high + 3 * gap
        box = Box(page.center[0] - wide / 2, page.y, wide, total)
        for row, keys in zip(box.rows(len(self.keys), gap), self.keys, strict=True):
            used = len(keys) * across + (len(keys) - 1) * gap
            for number, key in enumerate(keys):
                x = row.center[0] - used / 2 + number * (across + gap)
                key.put(Box(x, row.y, across, high).snapped(), max(sheet.quiet_px, min(across, high) * 0.46))
        return box
