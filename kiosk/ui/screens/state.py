"""What a technician is told when there is nothing to type: enrolled, waiting, damaged, disk that refuses."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from kiosk.catalog import translator
from kiosk.ui import fonts
from kiosk.ui.box import Box
from kiosk.ui.scenes import Setup, SetupState
from kiosk.ui.screens.message import Message, MessageScreen
from kiosk.ui.typeset import NBSP, set_words
from kiosk.ui.widgets.face import CALM, HOUSE, SORRY
from kiosk.ui.widgets.pill import Pill

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.ui.theme import Sheet

IN_BRACKETS: Final = re.compile(r"\[[^\]]*\]")
MOOD_OF: Final = {SetupState.ENROLLED: HOUSE, SetupState.NO_CONFIG: CALM}
"""The face of a state; every other one is sorry."""


class StateScreen(MessageScreen):
    """A message, and for an enrolled machine its fingerprint and the button that begins."""

    def __init__(self, on_continue: Callable[[], None]) -> None:
        super().__init__(HOUSE)
        self.begin = Pill(on_continue)
        self._state = SetupState.NO_CONFIG
        self._lang = ""

    def show(self, setup: Setup, lang: str) -> None:
        """Say how it stands, in this language."""
        say = translator(lang)
        name = setup.state.name.lower()
        # what stands in brackets, [Errno 28], is one word
        what = IN_BRACKETS.sub(lambda found: found[0].replace(" ", NBSP), setup.detail)
        detail = say(f"setup_{name}_detail").format(detail=what) if what else ""
        enrolled = setup.state is SetupState.ENROLLED
        self.face.score = MOOD_OF.get(setup.state, SORRY)
        self._state, self._lang = setup.state, lang
        if enrolled and self.begin.parent is None:
            self.add_widget(self.begin)
        elif not enrolled and self.begin.parent is not None:
            self.remove_widget(self.begin)
        plate, quiet = (detail, "") if enrolled else ("", detail)
        self.tell(Message(say(f"setup_{name}_title"), say(f"setup_{name}"), quiet, plate))

    def press_enter(self) -> None:
        """Begin, when that is what may be done."""
        if self._state is SetupState.ENROLLED:
            self.begin.answer()

    def foot_px(self, sheet: Sheet) -> float:
        """Keep room for the button."""
        return self._button_px(sheet) + _apart_px(sheet) if self._state is SetupState.ENROLLED else 0.0

    def lay(self, sheet: Sheet) -> None:
        """Lay the message, and the button below it."""
        super().lay(sheet)
        if self._state is not SetupState.ENROLLED:
            return
        text = translator(self._lang)("setup_begin")
        high = self._button_px(sheet)
        size = max((46 if sheet.portrait else 40) * sheet.unit, sheet.easy_px)
        page = self.page(sheet)
        setting = set_words(text, fonts.STRONG, (page.width, high), size, sheet.quiet_px)
        y = max(page.y, self.card.y - _apart_px(sheet) - high)
        wide = max(setting.width_px + 3 * setting.size_px, sheet.mm(40))
        box = Box(self.card.center_x - wide / 2, y, wide, high).snapped()
        self.begin.put(sheet.theme, box, box, text, setting, chosen=True)

    @staticmethod
    def _button_px(sheet: Sheet) -> float:
        """Return the height of the button."""
        return max(sheet.target_px, 100 * sheet.unit)


def _apart_px(sheet: Sheet) -> float:
    """Return the space between the fingerprint and the button."""
    return max(sheet.mm(4), (56 if sheet.portrait else 36) * sheet.unit)
