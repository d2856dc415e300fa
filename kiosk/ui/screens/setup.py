"""The technician's screen: a new machine gets its address and its one-time code here.

It works with fingers and with a keyboard. What a code is worth is decided by the
server; this screen only asks for eight signs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kivy.uix.widget import Widget

from kiosk.catalog import SOURCE_LANGUAGE, languages, translator
from kiosk.ui import fonts
from kiosk.ui.box import Box
from kiosk.ui.scenes import Setup, SetupState
from kiosk.ui.screens.header import Head, Header
from kiosk.ui.screens.screen import Screen
from kiosk.ui.typeset import Setting, set_words
from kiosk.ui.widgets.card import draw_strip
from kiosk.ui.widgets.entry import Entry
from kiosk.ui.widgets.key import ERASE, Key
from kiosk.ui.widgets.pill import Pill
from kiosk.ui.widgets.words import Words
from kiosk.value import Value
from server.protocol.messages import CODE_ALPHABET, CODE_CHARS, normal_code

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.ui.theme import Sheet

ROWS: Final = ("1234567890" + ERASE, "qwertyuiop-", "asdfghjkl:/", "zxcvbnm._")
ADDRESS_CHARS_MAX: Final = 120
ADDRESS_SIGNS: Final = frozenset("".join(ROWS)) - {ERASE} | frozenset("[]")
MISREAD: Final = {"O": "0", "I": "1", "L": "1"}
"""Signs that no code has, and what was meant, as Crockford reads them."""
BEGIN: Final = "https://"
KEYS_ACROSS: Final = max(len(row) for row in ROWS)


KEY_MM: Final = 9.1
LABEL_MM: Final = 1.2
"""The space between a label and its field: a dot under a letter does not touch it."""
STRIP_ASIDE: Final = 0.6
STRIP_ABOVE: Final = 0.3
"""The space around words on a strip, in font sizes."""
STRIP_ROUND_MM: Final = 2.0
WIDE_MM: Final = 190
"""A glass up to this wide is filled from side to side."""


class _Form(Value, frozen=True):
    """How high the parts of the form are, how large its words, and how high it is as a whole."""

    label: float
    label_size: float
    field: float
    status: float
    size: float
    button: float
    gap: float
    height: float


class SetupScreen(Screen):
    """Two fields, a keyboard, a line that says how it stands, and a button."""

    def __init__(self, on_enrol: Callable[[str, str], None], speak: Callable[[str], None]) -> None:
        super().__init__()
        self._on_enrol = on_enrol
        self._setup = Setup(SetupState.NEEDS_CODE)
        self._lang = SOURCE_LANGUAGE
        self._languages = tuple(languages())
        self.typed = {"server": "", "code": ""}
        self.field = "server"
        self.selected = False
        self.header = Header(speak)
        self.labels = {name: Words(fonts.BODY, left=True) for name in self.typed}
        self.entries = {
            "server": Entry(0, lambda: self._turn_to("server")),
            "code": Entry(CODE_CHARS, lambda: self._turn_to("code")),
        }
        self.strip = Widget(size_hint=(None, None))
        self.status = Words(fonts.STRONG)
        self.connect = Pill(self.press_enter)
        self.keys = [[Key(sign, self.type) for sign in row] for row in ROWS]
        all_keys = [key for row in self.keys for key in row]
        fields = (*self.labels.values(), *self.entries.values())
        for child in (self.header, *fields, self.strip, self.status, self.connect, *all_keys):
            self.add_widget(child)

    def show(self, setup: Setup, lang: str) -> None:
        """Show how the enrolment stands. What was typed stays, but for a code that was used up.

        A wrong code stays to be checked, and the next sign is the first of another.
        """
        if setup.server and setup.server != self._setup.server:
            self.typed["server"] = setup.server
        self.typed["server"] = self.typed["server"] or BEGIN
        if setup != self._setup and setup.state is SetupState.SPENT_CODE:
            self.typed["code"] = ""
        if setup != self._setup:
            self.selected = setup.state is SetupState.WRONG_CODE
        if setup != self._setup or not self.sheet:
            self.field = "code" if setup.server or self.typed["server"] != BEGIN else "server"
        self._setup, self._lang = setup, lang
        self._lay_again()

    def type(self, sign: str) -> None:
        """Take one sign from a key, on the glass or on a keyboard."""
        if self._setup.state is SetupState.WORKING:
            return
        old = before = self.typed[self.field]
        if self.selected and self.field == "code":
            # what was wrong is typed over, or goes at once
            old = self.typed["code"] = ""
            self.selected = False
        if sign == ERASE:
            self.typed[self.field] = old[:-1]
        elif self.field == "code":
            sign = MISREAD.get(sign.upper(), sign.upper())
            if sign in CODE_ALPHABET and len(old) < CODE_CHARS:
                self.typed["code"] = old + sign
        elif sign.lower() in ADDRESS_SIGNS and len(old) < ADDRESS_CHARS_MAX:
            self.typed["server"] = old + sign.lower()
        if self.typed[self.field] != before:
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
        """Head at the top; fields, status, button and keyboard as one block in what is left."""
        page = self.page(sheet)
        say = translator(self._lang)
        name, line = say("setup_title"), say("setup_hint")
        head = self.header.put(sheet, page, Head((name,), line, self._languages, self._lang))
        wide = min(page.width, max(sheet.mm(WIDE_MM), (1 if sheet.portrait else 0.8) * page.width))
        head = Box(head.center[0] - wide / 2, head.y, wide, head.height)
        connect, button_wide = self._measure_connect(sheet)
        form = self._measure(sheet, head.width, button_wide)
        room = head.height - form.height - 2 * form.gap
        keys = self._keys_px(sheet, wide, room)
        apart = form.gap + min(max(0.0, room - keys) * 0.3, form.gap)
        spare = head.height - form.height - apart - keys
        block = head.below(max(0.0, spare) * 0.5)
        rest = self._lay_fields(sheet, block, form)
        self._lay_status(sheet, rest, form, connect, button_wide)
        self._lay_keys(sheet, block.below(form.height + apart).from_top(keys))

    def _measure(self, sheet: Sheet, wide: float, button_wide: float) -> _Form:
        """Say how high everything is; the status keeps the room of its longest words."""
        u, portrait = sheet.unit, sheet.portrait
        gap = max(sheet.mm(1.6), (34 if portrait else 14) * u)
        label_size = max((32 if portrait else 28) * u, sheet.quiet_px)
        size = max((36 if portrait else 32) * u, sheet.quiet_px)
        label = round(label_size * 1.6 + sheet.mm(LABEL_MM))
        field = max(sheet.target_px, (104 if portrait else 88) * u)
        button = max(sheet.target_px, (92 if portrait else 80) * u)
        say = translator(self._lang)
        room = (wide if portrait else wide - button_wide - 2 * gap) - 2 * STRIP_ASIDE * size
        asked = [say(f"setup_{state.name.lower()}") for state in SetupState if state.asks]
        words_high = max(
            set_words(words, fonts.STRONG, (room, sheet.height), size, sheet.quiet_px).height_px
            for words in asked
        )
        status = words_high + 2 * STRIP_ABOVE * size
        if portrait:
            height = 2 * (label + field + gap) + status + gap + button
        else:
            height = label + field + gap + max(button, status)
        return _Form(label, label_size, field, status, size, button, gap, height)

    def _lay_fields(self, sheet: Sheet, block: Box, form: _Form) -> Box:
        """Place the two fields, beside each other where the screen is wide; return what is left below."""
        say = translator(self._lang)
        high = form.label + form.field
        if sheet.portrait:
            places = [block.from_top(high), block.from_top(high, high + form.gap)]
            rest = block.below(2 * (high + form.gap))
        else:
            places = block.from_top(high).columns(2, max(2 * form.gap, sheet.apart_px))
            rest = block.below(high + form.gap)
        for field, place in zip(("server", "code"), places, strict=True):
            text = say(f"setup_{field}")
            self.labels[field].say(
                text,
                place.from_top(form.label - sheet.mm(LABEL_MM)).snapped(),
                form.label_size,
                sheet.quiet_px,
                sheet.theme.quiet,
            )
            self.entries[field].put(
                sheet.theme,
                place.below(form.label).snapped(),
                self.typed[field],
                max(sheet.answer_px * 0.9, (44 if sheet.portrait else 38) * sheet.unit),
                sheet.quiet_px,
                lit=field == self.field,
                selected=self.selected and field == self.field == "code",
            )
        return rest

    def _measure_connect(self, sheet: Sheet) -> tuple[Setting, float]:
        """Set the word of the button, and say how wide the button is."""
        text = translator(self._lang)("setup_connect")
        size = max((40 if sheet.portrait else 34) * sheet.unit, sheet.quiet_px * 1.1)
        setting = set_words(text, fonts.STRONG, (sheet.width / 2, 2 * size), size, sheet.quiet_px)
        least = sheet.mm(24 if sheet.small else 34)
        return setting, max(setting.width_px + (4 if sheet.portrait else 2.4) * setting.size_px, least)

    def _lay_status(self, sheet: Sheet, rest: Box, form: _Form, connect: Setting, wide: float) -> None:
        """Say what to do now, and place the button that does it."""
        say = translator(self._lang)
        state = self._setup.state
        words = say(f"setup_{state.name.lower()}") if state.asks else ""
        if sheet.portrait:
            line = rest.from_top(form.status)
            button = rest.from_top(form.button, form.status + form.gap)
            button = Box(button.center[0] - wide / 2, button.y, wide, form.button).snapped()
        else:
            row = rest.from_top(max(form.button, form.status))
            line = row.from_left(row.width - wide - 2 * form.gap)
            button = Box(row.right - wide, row.center[1] - form.button / 2, wide, form.button).snapped()
        self.connect.put(sheet.theme, button, button, say("setup_connect"), connect, chosen=True)
        self.connect.deaf = state is SetupState.WORKING
        # what cannot be touched is not there: an empty pill would look like another choice
        self.connect.opacity = 0.0 if self.connect.deaf else 1.0
        self._tell(sheet, line, words, form.size)

    def _tell(self, sheet: Sheet, line: Box, words: str, size_px: float) -> None:
        """Say how it stands; a refusal on a strip of its own, which the first instruction has not."""
        self.strip.canvas.clear()
        left = self.status.left = not sheet.portrait
        if not words:
            self.status.hush()
            return
        aside, above = STRIP_ASIDE * size_px, STRIP_ABOVE * size_px
        refused = self._setup.state not in {SetupState.NEEDS_CODE, SetupState.WORKING}
        room = line.within(aside, above)
        at = Box(line.x, room.y, line.width - 2 * aside, room.height) if left and not refused else room
        setting = self.status.say(words, at.snapped(), size_px, sheet.quiet_px, sheet.theme.ink)
        if refused:
            wide, high = setting.width_px + 2 * aside, setting.height_px + 2 * above
            x = line.x if left else line.center[0] - wide / 2
            with self.strip.canvas:
                strip = Box(x, line.center[1] - high / 2, wide, high).snapped()
                draw_strip(sheet.theme, strip, sheet.mm(STRIP_ROUND_MM))

    @staticmethod
    def _keys_px(sheet: Sheet, wide: float, room: float) -> float:
        """Return how high the keyboard is, which may fill most of this room."""
        gap = _key_gap(sheet)
        across = (wide - (KEYS_ACROSS - 1) * gap) / KEYS_ACROSS
        gaps = (len(ROWS) - 1) * gap
        high = min(across * (1.12 if sheet.portrait else 0.7), (room * 0.94 - gaps) / len(ROWS))
        return len(ROWS) * max(sheet.mm(KEY_MM), high) + gaps

    def _lay_keys(self, sheet: Sheet, box: Box) -> None:
        """Fill a box with four rows of keys."""
        gap = _key_gap(sheet)
        across = (box.width - (KEYS_ACROSS - 1) * gap) / KEYS_ACROSS
        for row, keys in zip(box.rows(len(self.keys), gap), self.keys, strict=True):
            used = len(keys) * across + (len(keys) - 1) * gap
            for number, key in enumerate(keys):
                x = row.center[0] - used / 2 + number * (across + gap)
                size = max(sheet.quiet_px, min(across, row.height) * 0.46)
                key.put(sheet.theme, Box(x, row.y, across, row.height).snapped(), size)


def _key_gap(sheet: Sheet) -> float:
    """Return the space between two keys."""
    return max(sheet.mm(1.6), 10 * sheet.unit)
