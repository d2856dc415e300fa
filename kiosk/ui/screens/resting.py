"""The screen outside the opening hours: dark, asleep, and willing to wake at a touch."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from kivy.graphics import Color, Rectangle, SmoothEllipse
from kivy.uix.widget import Widget
from msgspec.structs import replace

from kiosk.catalog import translator
from kiosk.events import Touched
from kiosk.ui.box import Box
from kiosk.ui.screens.message import Message, MessageScreen
from kiosk.ui.theme import CONTRAST, Sheet, Theme, rgba
from kiosk.ui.widgets.face import CALM
from kiosk.ui.widgets.garland import sparkle
from kiosk.ui.widgets.tap import Touch, is_finger
from server.protocol.hours import VIETNAM, next_opening, spans_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.events import Event
    from kiosk.ui.scenes import Scene
    from kiosk.visit import Visit

NIGHT: Final = replace(
    CONTRAST,
    ink="#C9B49A",
    quiet="#A08B73",
    face="#8F6A34",
    face_edge="#8F6A34",
    face_blush="#A5633F",
    feature="#1D130A",
)
"""Little light, and enough to read by: a hall at night has no other."""
MOON: Final = "#6E5C43"
STARS: Final = ((0.07, 0.88, 0.013), (0.19, 0.70, 0.009), (0.27, 0.93, 0.010), (0.72, 0.95, 0.010))
"""Where stars stand, and half of how large they are, as shares of the glass."""
STAR_LEAST_MM: Final = 0.8
DASH: Final = "\N{EN DASH}"


class _NightSheet(Sheet, frozen=True):
    """The glass in the dark; whoever asked for strong contrast keeps it."""

    @property
    def theme(self) -> Theme:
        """Return the colours to draw with."""
        return CONTRAST if self.look.contrast else NIGHT


class RestingScreen(MessageScreen):
    """A sleeping face, and when the center opens. A touch anywhere is told."""

    def __init__(self, on_event: Callable[[Event], None]) -> None:
        super().__init__(CALM)
        self._on_event = on_event
        self.face.blink = True
        self._sky = Widget(size_hint=(None, None))
        self.add_widget(self._sky, index=len(self.children))
        with self.canvas.before:
            Color(*rgba(NIGHT.sky))
            self._ground = Rectangle()

    def show(self, visit: Visit, scene: Scene, moment_s: float) -> None:
        """Say when the center opens, as seen from this moment (seconds since 1970, UTC).

        It may be shown at every tick: nothing is drawn until the words are others.
        """
        say = translator(visit.lang)
        self.tell(Message(say("rest_title"), _opening(scene, visit.lang, moment_s), say("rest_touch")))

    def lay(self, sheet: Sheet) -> None:
        """Cover the morning behind it with the night."""
        width, height = sheet.width, sheet.height
        self._ground.size = (width, height)
        night = _NightSheet(sheet.width, sheet.height, sheet.diagonal_in, sheet.look)
        super().lay(night)
        moon = night.theme.face if sheet.look.contrast else MOON
        self._sky.canvas.clear()
        with self._sky.canvas:
            side = 0.11 * min(width, height)
            moon_at = Box(0.87 * width - side / 2, 0.86 * height - side / 2, side, side)
            is_free = all(moon_at.apart(line) > side / 4 for line in self.title.drawn)
            for colour, x, y in ((moon, 0.0, 0.0), (NIGHT.sky, -0.3, 0.16)) if is_free else ():
                Color(*rgba(colour))
                at = (0.87 * width + (x - 0.5) * side, 0.86 * height + (y - 0.5) * side)
                SmoothEllipse(pos=at, size=(side, side), segments=90)
            Color(*rgba(moon))
            for across, up, share in STARS:
                half = max(sheet.mm(STAR_LEAST_MM), share * min(width, height))
                star = Box(across * width - half, up * height - half, 2 * half, 2 * half)
                # where words are there is no star: it would be read as a mark
                if all(star.apart(line) > half for line in self.title.drawn):
                    sparkle(star.center, half)

    def on_touch_down(self, touch: Touch) -> bool:
        """Tell of a touch, wherever it is."""
        if is_finger(touch):
            self._on_event(Touched())
        return True


def _opening(scene: Scene, lang: str, moment_s: float) -> str:
    """Return in words when the center opens next, and its hours of that day."""
    hours = scene.config.hours
    opens = next_opening(hours, moment_s)
    if hours is None or opens is None:
        return ""
    say = translator(lang)
    weekdays = (
        say("weekday_1"),
        say("weekday_2"),
        say("weekday_3"),
        say("weekday_4"),
        say("weekday_5"),
        say("weekday_6"),
        say("weekday_7"),
    )
    is_today = opens.date() == datetime.fromtimestamp(moment_s, UTC).astimezone(VIETNAM).date()
    when = (say("rest_today") if is_today else say("rest_day")).format(
        time=opens.strftime("%H:%M"), weekday=weekdays[opens.weekday()], date=opens.strftime("%d/%m")
    )
    spans = ", ".join(f"{span.start}{DASH}{span.end}" for span in spans_of(hours, opens.timestamp()))
    return when + "\n" + say("rest_hours").format(hours=spans)
