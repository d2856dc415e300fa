"""The officer on duty as a card shows them: the sentence that says so, or name and title beside a photo."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Final

from kiosk.ui import fonts
from kiosk.ui.typeset import Setting, set_words, width_of
from kiosk.ui.widgets.photo import picture_of
from kiosk.value import Value

if TYPE_CHECKING:
    from server.protocol.messages import Officer

TITLE_GAP: Final = 0.7
"""The space between a name and the title after it, in font sizes."""


class OnDuty(Value, frozen=True):
    """The officer on duty, and the sentence that says so in the citizen's language."""

    sentence: str
    officer: Officer

    @property
    def parts(self) -> tuple[str, ...]:
        """Return the sentence, and the title if there is one."""
        return (self.sentence, self.officer.title) if self.officer.title else (self.sentence,)

    @property
    def has_photo(self) -> bool:
        """Say whether there is a photo that can be shown."""
        return bool(self.officer.photo) and picture_of(self.officer.photo) is not None


class Named(Value, frozen=True):
    """A name and a title, both set: after each other, `apart` pixels between them, or in two rows."""

    name: Setting
    title: Setting | None
    apart: float | None = None

    @property
    def settings(self) -> tuple[Setting, ...]:
        """Return what there is."""
        return (self.name, self.title) if self.title is not None else (self.name,)

    @property
    def width(self) -> float:
        """Return how wide it is."""
        wides = [each.width_px for each in self.settings]
        return max(wides) if self.apart is None else sum(wides) + self.apart

    @property
    def height(self) -> float:
        """Return how high it is."""
        highs = [each.height_px for each in self.settings]
        return sum(highs) if self.apart is None else max(highs)


def set_officer(
    officer: Officer, box: tuple[float, float], sizes: tuple[float, float], *, rows: bool
) -> Named:
    """Set a name and a title after each other if they find room on one line, else in rows."""
    most, least = sizes
    if not officer.title:
        return Named(set_words(officer.name, fonts.BOLD, box, most, least), None)
    for size in () if rows else range(round(most), ceil(least) - 1, -1):
        apart = TITLE_GAP * size
        wide = width_of(officer.name, fonts.BOLD, size) + apart + width_of(officer.title, fonts.BODY, size)
        if wide <= box[0]:
            name = set_words(officer.name, fonts.BOLD, box, size, size)
            return Named(name, set_words(officer.title, fonts.BODY, box, size, size), apart)
    name = set_words(officer.name, fonts.BOLD, box, most, least)
    return Named(name, set_words(officer.title, fonts.BODY, box, min(most, name.size_px), least))
