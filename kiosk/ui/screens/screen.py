"""What all screens share: a place in the window, a sheet to measure it, and a language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kivy.uix.widget import Widget

from kiosk.ui.box import Box

if TYPE_CHECKING:
    from kiosk.ui.theme import Sheet


class Screen(Widget):
    """A screen: it lies where the sheet says, and is laid anew when sheet or words change."""

    def __init__(self) -> None:
        super().__init__(size_hint=(None, None))
        self.sheet: Sheet | None = None

    def put(self, sheet: Sheet) -> None:
        """Take the sheet to lie on."""
        if sheet != self.sheet:
            self.sheet = sheet
            self.size = (sheet.width, sheet.height)
            self.lay(sheet)

    def lay(self, sheet: Sheet) -> None:
        """Place everything on the sheet. To be given by each screen."""
        raise NotImplementedError

    def enter(self) -> None:
        """Begin to be seen."""

    def leave(self) -> None:
        """End to be seen: no animation goes on behind another screen."""

    def page(self, sheet: Sheet) -> Box:
        """Return the part of the sheet within its margin."""
        return Box(0, 0, sheet.width, sheet.height).within(margin(sheet), margin(sheet) * 0.8)


def margin(sheet: Sheet) -> float:
    """Return the free edge of a sheet."""
    return max(sheet.mm(1.4), (36 if sheet.portrait else 28) * sheet.unit)
