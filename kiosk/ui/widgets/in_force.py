"""The tools that are in force, as pictograms alone: the way out of a look, on a screen without the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.ui.widgets.tools import ICONS, NO_WORD, Plan, Tool, Tools, tools_px

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.events import Event, Look
    from kiosk.ui.box import Box
    from kiosk.ui.theme import Sheet


class ToolsInForce(Tools):
    """A row of filled pictograms, or nothing where everything is as usual.

    Where there is no room for all of them the first remain: with the text no longer large, there is room
    for the others.
    """

    def __init__(self, on_event: Callable[[Event], None]) -> None:
        super().__init__(on_event)
        self._most = len(ICONS)

    @property
    def pills(self) -> dict[str, Tool]:
        """Return the tools in force that are shown, by the field of the `Look` that each changes."""
        pills = super().pills
        return {name: pills[name] for name in self.wanted(self._look)[: self._most]}

    def wanted(self, look: Look) -> list[str]:
        """Return the fields of the `Look` whose tools are in force."""
        return [name for name in super().pills if getattr(look, name)]

    def width_px(self, sheet: Sheet, most: int = len(ICONS)) -> float:
        """Return how wide the row is, with the space before it; 0 where no tool is in force."""
        return min(most, len(self.wanted(sheet.look))) * (tools_px(sheet) + sheet.apart_px)

    def plan(self, sheet: Sheet, lang: str, room: float) -> Plan:  # noqa: ARG002 - a pictogram has no language
        """Plan a row of pictograms."""
        count = len(self.pills)
        return Plan((("", NO_WORD),) * count, (tools_px(sheet),) * count, sheet.apart_px)

    def put(self, sheet: Sheet, box: Box, look: Look, lang: str, most: int = len(ICONS)) -> float:
        """Lay what is in force, at most so many, in the middle of the foot of a box; return its height."""
        self._look, self._most = look, most
        for name in self._all:
            self._offer(name, wanted=name in self.pills)
        return super().put(sheet, box, look, lang)
