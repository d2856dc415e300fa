"""What all screens share: a place in the window, a sheet to measure it, and a language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kivy.uix.widget import Widget

from kiosk.ui.box import Box

if TYPE_CHECKING:
    from kiosk.ui.theme import Sheet

REACH_SHARE: Final = 0.58
"""How far up an upright glass a citizen in a wheelchair reaches, as a share of its height."""
REACH_SHARE_WIDE: Final = 0.66
"""The same of a glass that lies."""


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

    def said(self) -> tuple[str, ...]:
        """Return what is read aloud to a citizen who listens: the question first, then its choices."""
        return ()

    def enter(self) -> None:
        """Begin to be seen."""

    def leave(self) -> None:
        """End to be seen: no animation goes on behind another screen."""

    def page(self, sheet: Sheet) -> Box:
        """Return the part of the sheet within its margin. The head lies on top of it in every look."""
        return Box(0, 0, sheet.width, sheet.height).within(margin(sheet), margin(sheet) * 0.8)

    def reach(self, sheet: Sheet, rest: Box, least: float) -> Box:
        """Return the part of what is left below the head in which to lay what is touched.

        For a citizen who sits, that is the lower part of the glass, or `least` pixels if these are more.
        """
        if not sheet.look.low:
            return rest
        share = REACH_SHARE if sheet.portrait else REACH_SHARE_WIDE
        most = share * sheet.height - rest.y
        return Box(rest.x, rest.y, rest.width, min(rest.height, max(most, least)))


def margin(sheet: Sheet) -> float:
    """Return the free edge of a sheet."""
    return max(sheet.mm(1.4), (36 if sheet.portrait else 28) * sheet.unit)
