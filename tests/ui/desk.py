"""A citizen at the screen of the comment, and the rules behind it: for the tests of writing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from msgspec import structs

from kiosk.telex import Method
from kiosk.ui.scenes import Scene
from kiosk.ui.screens.comment import CommentScreen
from kiosk.ui.theme import NORMAL
from kiosk.ui.widgets.tap import Tap
from kiosk.visit import Rules, Stage, Visit, step
from kiosk.writing import Writing
from server.protocol.survey import decode_survey
from server.store.seed import cheerful_survey
from tests.ui.worlds import LANGUAGES, a_config

if TYPE_CHECKING:
    from kiosk.events import Event, Look
    from tests.ui.driver import Booth

SURVEY: Final = decode_survey(cheerful_survey())
AT: Final = next(at for at, question in enumerate(SURVEY.questions) if question.kind == "comment")
SCENE: Final = Scene(structs.replace(a_config(), survey=SURVEY))
RULES: Final = Rules(SURVEY, LANGUAGES)
PRAISE: Final = "Cán bộ rất nhiệt tình, cảm ơn!"
KEYS: Final = {" ": "space", "\b": "erase"}


def a_visit(
    text: str = "",
    *,
    lang: str = "vi",
    look: Look = NORMAL,
    scrubbed: bool = False,
    method: Method = Method.TELEX,
) -> Visit:
    """Make a visit that has come to the comment, of which this much is written."""
    return Visit(
        Stage.ASKING,
        since=0.0,
        lang=lang,
        look=look,
        rated_at=0.0,
        at=AT,
        answers=((SURVEY.main.id, 5),),
        writing=Writing(method, done=text),
        scrubbed=scrubbed,
    )


@dataclass
class Desk:
    """The screen of the comment, and the rules behind it."""

    booth: Booth
    visit: Visit
    told: list[Event]
    screen: Any = None

    def open(self, width: int, height: int, inches: float) -> None:
        """Show the comment on this glass."""
        self.screen = CommentScreen(self.hear)
        self.screen.show(self.visit, SCENE)
        self.booth.app.frame.turn_to(self.screen, self.visit.look)
        self.booth.resize(width, height, inches)

    def hear(self, event: Event) -> None:
        """Do what the shell does: ask the rules what follows, and show it."""
        self.told.append(event)
        self.visit, _ = step(self.visit, event, 100.0, RULES)
        if self.visit.stage is Stage.ASKING and self.visit.at == AT:
            self.screen.show(self.visit, SCENE)

    def show(self, visit: Visit) -> None:
        """Show another visit."""
        self.visit = visit
        self.screen.show(visit, SCENE)
        self.booth.app.frame.turn_to(self.screen, visit.look)
        self.booth.frames(1)

    def key(self, name: str) -> Tap:
        """Find what can be touched by its name."""
        found: list[Tap] = [tap for tap in self.booth.seen(Tap) if tap.name == name and not tap.deaf]
        assert len(found) == 1, name
        return found[0]

    def has(self, name: str) -> bool:
        """Say whether something of this name can be touched."""
        return any(tap.name == name and not tap.deaf for tap in self.booth.seen(Tap))

    def tap(self, *names: str) -> None:
        """Touch keys, one after the other."""
        for name in names:
            self.booth.tap(self.key(name))

    def type(self, signs: str) -> None:
        """Touch the key of each sign; shift and the page of digits where they are needed."""
        for sign in signs:
            name = "key_" + KEYS.get(sign, sign.lower())
            if not self.has(name):
                self.tap("key_digits")
            if sign.isalpha() and sign.isupper() != self.screen.keyboard.capital:
                self.tap("key_shift")
            self.tap(name)
        if not self.has("key_a"):
            self.tap("key_digits")

    @property
    def text(self) -> str:
        """What the rules hold to be written."""
        return self.visit.writing.text

    @property
    def lines(self) -> list[str]:
        """What is read on the paper."""
        return [words.text for words in self.screen.paper.lines if words.text]
