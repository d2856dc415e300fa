"""Who stands at the screen: citizens, one visit after the other, and between two visits a technician.

`Serving` turns touches into events, asks `visit.step` what follows, hands the effects on and
draws what has changed. All its methods are called on the Kivy thread.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import msgspec

from kiosk.events import Refused, Scanned, Stored, Ticked
from kiosk.recording import Asked
from kiosk.servicing import Room, Servicing
from kiosk.ui.scenes import Scene
from kiosk.visit import Rules, Stage, abandoned, idle, step
from server.protocol import dossier, hours

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk import technician
    from kiosk.events import Event
    from kiosk.system import Clock
    from kiosk.technician import Pad, Service
    from kiosk.ui.scenes import Setup
    from kiosk.visit import Outcome, Visit
    from server.protocol.messages import KioskConfig

FACTS_EVERY_S = 2.0
"""How often a technician sees new facts."""
BETWEEN_VISITS = frozenset({Stage.IDLE, Stage.NOTICE, Stage.RESTING})


class Screens(Protocol):
    """What draws, and the one door back to its thread."""

    def show(self, visit: Visit, scene: Scene) -> None:
        """Draw a visit."""

    def show_setup(self, setup: Setup) -> None:
        """Draw what the technician must know or do."""

    def show_pad(self, pad: Pad) -> None:
        """Ask for the technician's PIN."""

    def show_service(self, service: Service) -> None:
        """Tell a technician how the machine is."""

    def later(self, callback: Callable[[], None]) -> None:
        """Call back on the screens' thread, soon; may be called from any thread."""

    def after_picture(self, callback: Callable[[], None]) -> None:
        """Call back on the screens' thread once what was shown last has been drawn."""


class Serving:
    """The screen of an enrolled machine.

    `record` carries out what a visit asks for, `ask_facts` finds out how the machine is and calls `tell`.
    Until `serve` gives the first config, nothing that happens means anything.
    """

    def __init__(self, clock: Clock, record: Callable[[Asked], None], ask_facts: Callable[[], None]) -> None:
        self._clock = clock
        self._screens: Screens | None = None
        self._record = record
        self._ask_facts = ask_facts
        self._facts_due = 0.0
        self._next: KioskConfig | None = None
        self._visit: Visit | None = None
        self.told: KioskConfig | None = None
        self._servicing = Servicing(Room(clock.now_s, self._show_pad, ask_facts, self._draw))

    def open(self, screens: Screens) -> None:
        """Take the screens to draw on."""
        self._screens = screens
        self._servicing.open(screens.later)

    @property
    def rests(self) -> bool:
        """Say whether the screen may be dark: the center is closed, and nobody stands here."""
        return self._visit is not None and self._visit.stage is Stage.RESTING and self._servicing.is_shut

    def serve(self, told: KioskConfig) -> None:
        """Show what the center decided to the next citizen.

        What looks the same on the screen is not shown anew: a touch on a new screen is ignored for a moment.
        """
        before, self.told, self._next = self.told, told, None
        self._servicing.admit(told.pin_hash)
        if self._visit is None or before is None or not _look_alike(before, told):
            self._visit = idle(self._rules(told), self._clock.now_s(), self._visit)
            self._draw()

    def pause(self) -> None:
        """Serve nobody until `serve` is called anew: there is no disk to record on."""
        self.told = self._next = self._visit = None

    def offer(self, told: KioskConfig) -> None:
        """Serve under another config as soon as no visit is under way."""
        self._next = told

    def happened(self, event: Event) -> None:
        """Let the visit answer an event, and carry out what follows."""
        if self._visit is None or self.told is None:
            return
        if not isinstance(event, (Ticked, Stored, Refused)) and not self._servicing.is_shut:
            return  # a scan or a button while a technician is at the screen
        self._follow(step(self._visit, event, self._clock.now_s(), self._rules(self.told)))

    def home(self) -> None:
        """Return to the question after a fault of the screen; what was given is counted."""
        if self._visit is not None and self.told is not None:
            self._follow(abandoned(self._visit, self._clock.now_s(), self._rules(self.told)))

    def scanned(self, text: str) -> None:
        """Take what a scanner read: of a dossier's code a fingerprint is kept, of anything else nothing."""
        if self.told is None or not self.told.dossier_key:
            return
        code = dossier.normal_dossier(text, self.told.dossier_prefixes)
        self.happened(Scanned(dossier.fingerprint(self.told.dossier_key, code) if code else ""))

    def serviced(self, event: technician.Event) -> None:
        """Take what a technician does; the gate opens between two visits only."""
        between = self._visit is not None and self._visit.stage in BETWEEN_VISITS
        if between or not self._servicing.is_shut:
            self._servicing.happened(event)

    def tell(self, service: Service) -> None:
        """Show a technician how the machine is, if one is still there; and again a little later."""
        self._facts_due = self._clock.now_s() + FACTS_EVERY_S
        if self._screens is not None and self._servicing.is_open:
            self._screens.show_service(service)

    def tick(self) -> None:
        """Let time pass; between two visits a new config takes its place."""
        self.happened(Ticked())
        self._servicing.tick()
        if self._servicing.is_open and self._clock.now_s() >= self._facts_due:
            self._ask_facts()
        if self._next is not None and (self._visit is None or self._visit.stage in BETWEEN_VISITS):
            self.serve(self._next)

    def _follow(self, outcome: Outcome) -> None:
        """Have done what follows, and draw what has changed."""
        before, (self._visit, effects) = self._visit, outcome
        if effects and self.told is not None:
            self._record(Asked(self.told, self._visit.number, effects))
        if self._visit is not before:
            self._draw()

    def _rules(self, told: KioskConfig) -> Rules:
        """Return what the center decided about a visit. A clock that cannot be true closes nothing."""
        is_open = not self._clock.is_sane() or hours.is_open(told.hours, self._clock.time_s())
        return Rules(told.survey, tuple(told.languages), told.thresholds, len(told.notices), is_open)

    def _draw(self) -> None:
        if self._screens is None or self._visit is None or self.told is None:
            return
        if self._servicing.is_shut:
            self._screens.show(self._visit, Scene(self.told))

    def _show_pad(self, pad: Pad) -> None:
        if self._screens is not None:
            self._screens.show_pad(pad)


def _look_alike(one: KioskConfig, other: KioskConfig) -> bool:
    """Say whether two configs differ in nothing but when they were issued."""
    return one == msgspec.structs.replace(other, issued_at=one.issued_at)
