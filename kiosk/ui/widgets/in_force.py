"""The tools that are in force, as pictograms alone: the way out of a look, on a screen without the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.ui.widgets.tools import NO_WORD, Plan, Tool, Tools, tools_px

if TYPE_CHECKING:
    from kiosk.events import Look
    from kiosk.ui.box import Box
    from kiosk.ui.theme import Sheet


class ToolsInForce(Tools):
    """A row of filled pictograms, or nothing where everything is as usual."""

    @property
    def pills(self) -> dict[str, Tool]:
        """Return the tools that are in force, by the field of the `Look` that each changes."""
        return {name: pill for name, pill in super().pills.items() if getattr(self._look, name)}

    def width_px(self, sheet: Sheet) -> float:
        """Return how wide the row is, with the space before it; 0 where no tool is in force."""
        self._look = sheet.look
        return len(self.pills) * (tools_px(sheet) + sheet.apart_px)

    def plan(self, sheet: Sheet, lang: str, room: float) -> Plan:  # noqa: ARG002 - a pictogram has no language
        """Plan a row of pictograms."""
        count = len(self.pills)
        return Plan((("", NO_WORD),) * count, (tools_px(sheet),) * count, sheet.apart_px)

    def put(self, sheet: Sheet, box: Box, look: Look, lang: str) -> float:
        """Lay what is in force in the middle of the foot of a box; return how high it is."""
        self._look = look
        for name, pill in self._all.items():
            if name not in self.pills and pill.parent is not None:
                pill.release()
                self.remove_widget(pill)
            elif name in self.pills and pill.parent is None:
                self.add_widget(pill)
        return super().put(sheet, box, look, lang)
