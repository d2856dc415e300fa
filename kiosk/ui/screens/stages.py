"""Which screen belongs to which stage of a visit."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final

from kivy.clock import Clock

from kiosk.catalog import translator
from kiosk.ui.screens.faces import FacesScreen
from kiosk.visit import Stage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kiosk.events import Event
    from kiosk.ui.scenes import Scene
    from kiosk.ui.screens.choices import ChoicesScreen
    from kiosk.ui.screens.comment import CommentScreen
    from kiosk.ui.screens.message import MessageScreen
    from kiosk.ui.screens.more_faces import MoreFacesScreen
    from kiosk.ui.screens.notice import NoticeScreen
    from kiosk.ui.screens.resting import RestingScreen
    from kiosk.ui.screens.screen import Screen
    from kiosk.ui.screens.sorry import SorryScreen
    from kiosk.ui.screens.still_there import StillThereScreen
    from kiosk.ui.screens.thanks import ThanksScreen
    from kiosk.visit import Visit

SLOW_S: Final = 0.6
"""Storing that takes longer than this is told of."""


class Stages:
    """All the screens of a visit; `show` gives each what it needs and returns the one to be seen.

    The first picture shows the question: every other screen is imported and made later, by `prepare` or
    when it is asked for.
    """

    def __init__(self, on_event: Callable[[Event], None]) -> None:
        self._on_event = on_event
        self.question = FacesScreen(on_event)
        self.seen: Screen = self.question
        self._shown: tuple[Visit, Scene] | None = None
        self._shown_at = 0.0

    @cached_property
    def more_faces(self) -> MoreFacesScreen:
        """A further question of faces, or the first one again."""
        from kiosk.ui.screens.more_faces import MoreFacesScreen

        return MoreFacesScreen(self._on_event)

    @cached_property
    def choices(self) -> ChoicesScreen:
        """A question with options."""
        from kiosk.ui.screens.choices import ChoicesScreen

        screen = ChoicesScreen(self._on_event)
        screen.tools.speaks = self.question.tools.speaks
        return screen

    @cached_property
    def comment(self) -> CommentScreen:
        """The paper and the keyboard."""
        from kiosk.ui.screens.comment import CommentScreen

        return CommentScreen(self._on_event)

    @cached_property
    def notice(self) -> NoticeScreen:
        """What was said and what was done."""
        from kiosk.ui.screens.notice import NoticeScreen

        return NoticeScreen(self._on_event)

    @cached_property
    def resting(self) -> RestingScreen:
        """The night of a closed center."""
        from kiosk.ui.screens.resting import RestingScreen

        return RestingScreen(self._on_event)

    @cached_property
    def still_there(self) -> StillThereScreen:
        """The question whether anybody is there."""
        from kiosk.ui.screens.still_there import StillThereScreen

        return StillThereScreen(self._on_event)

    @cached_property
    def waiting(self) -> MessageScreen:
        """The disk is slow."""
        from kiosk.ui.screens.message import MessageScreen
        from kiosk.ui.widgets.face import CALM

        return MessageScreen(CALM)

    @cached_property
    def thanks(self) -> ThanksScreen:
        """Thank you means stored."""
        from kiosk.ui.screens.thanks import ThanksScreen

        return ThanksScreen(self._on_event)

    @cached_property
    def sorry(self) -> SorryScreen:
        """The disk refused."""
        from kiosk.ui.screens.sorry import SorryScreen

        return SorryScreen()

    def prepare(self) -> Iterator[Screen]:
        """Make every other screen, one at a time: the next citizen shall wait for none."""
        for name in ("thanks", "choices", "comment", "more_faces", "still_there", "waiting", "notice"):
            yield getattr(self, name)

    def show(self, visit: Visit, scene: Scene, wall_s: float) -> Screen:
        """Prepare the screen of a visit; `wall_s` is the time of day in seconds since 1970, UTC."""
        self._shown, self._shown_at = (visit, scene), Clock.time()
        match visit.stage:
            case Stage.IDLE | Stage.ASKING:
                self.seen = self._asking(visit, scene)
            case Stage.NOTICE:
                self.notice.show(visit, scene)
                self.seen = self.notice
            case Stage.RESTING:
                self.resting.show(visit, scene, wall_s)
                self.seen = self.resting
            case Stage.STILL_THERE:
                self.still_there.show(visit, scene)
                self.seen = self.still_there
            case Stage.THANKS:
                self.thanks.show(visit.lang)
                self.seen = self.thanks
            case Stage.SORRY:
                self.sorry.show(visit.lang)
                self.seen = self.sorry
            case Stage.STORING:
                pass  # what was answered last stays in sight, unless the disk is slow
        return self.seen

    def tick(self, wall_s: float) -> Screen:
        """Let time pass on the screens that tell of it; return the one to be seen."""
        if self._shown is None:
            return self.seen
        visit, scene = self._shown
        if visit.stage is Stage.RESTING:
            self.resting.show(visit, scene, wall_s)
        elif visit.stage is Stage.STORING and Clock.time() - self._shown_at >= SLOW_S:
            from kiosk.ui.screens.message import Message

            self.waiting.tell(
                Message(translator(visit.lang)("storing"), translator(visit.lang)("storing_body"))
            )
            self.seen = self.waiting
        return self.seen

    def name(self) -> str:
        """Return what a test calls the screen: the stage, or the question that is asked."""
        if self._shown is None:
            return ""
        visit, scene = self._shown
        if visit.stage is Stage.ASKING:
            return f"ask-{scene.config.survey.questions[visit.at].id}"
        return visit.stage.name.lower()

    def _asking(self, visit: Visit, scene: Scene) -> Screen:
        """Return the screen for the question that the visit has come to."""
        kind = scene.config.survey.questions[visit.at].kind
        screen: Screen
        match kind:
            case "faces":
                screen = self.question if visit.stage is Stage.IDLE else self.more_faces
            case "comment":
                screen = self.comment
            case _:
                screen = self.choices
        screen.show(visit, scene)
        return screen
