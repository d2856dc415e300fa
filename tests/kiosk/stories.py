"""Surveys and hands for stories about a visit."""

from __future__ import annotations

from dataclasses import dataclass, field

from kiosk.events import Effect, Event, SaveDraft, Seal, Ticked
from kiosk.visit import Rules, Stage, Visit, idle, step
from server.protocol.messages import Thresholds
from server.protocol.survey import Option, Question, Survey

ONE_TAP = Survey(v=1, name={"vi": "Thử"}, questions=[Question("overall", "faces", {"vi": "Thế nào?"})])
OPTIONS = [Option({"vi": "Một"}), Option({"vi": "Hai"}), Option({"vi": "Ba"})]
PROCEDURES = [Option({"vi": "Khai sinh"}, code="1.001193"), Option({"vi": "Chứng thực"}, code="2.000815")]
LONG = Survey(
    v=1,
    name={"vi": "Thử"},
    questions=[
        Question("overall", "faces", {"vi": "Thế nào?", "en": "How was it?"}),
        Question("why", "several", {"vi": "Vì sao?"}, OPTIONS),
        Question("sorry", "one", {"vi": "Điều gì chưa tốt?"}, OPTIONS, after="low"),
        Question("praise", "one", {"vi": "Điều gì tốt?"}, OPTIONS, after="high"),
        Question("guided", "faces", {"vi": "Hướng dẫn?"}),
        Question("trips", "number", {"vi": "Mấy lần?"}),
        Question("what", "procedure", {"vi": "Thủ tục nào?"}, PROCEDURES),
        Question("more", "comment", {"vi": "Góp ý?"}),
    ],
)
"""Every kind of question, and every rule of when it is asked."""


@dataclass
class Citizen:
    """Somebody at the kiosk: what they do, what they see, and what went to disk."""

    rules: Rules
    now: float = 100.0
    visit: Visit = field(init=False)
    effects: list[Effect] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Stand before an idle screen."""
        self.visit = idle(self.rules, 0.0)

    def does(self, *events: Event, every_s: float = 1.0) -> Citizen:
        """Do one thing after the other."""
        for event in events:
            self.now += every_s
            self.visit, effects = step(self.visit, event, self.now, self.rules)
            self.effects += effects
        return self

    def waits(self, seconds: float) -> Citizen:
        """Do nothing for a while, four ticks a second."""
        for _ in range(int(seconds * 4)):
            self.does(Ticked(), every_s=0.25)
        return self

    @property
    def stage(self) -> Stage:
        """Which screen there is."""
        return self.visit.stage

    @property
    def question(self) -> str:
        """Which question is asked."""
        return self.rules.survey.questions[self.visit.at].id

    @property
    def draft(self) -> SaveDraft:
        """What went to disk last."""
        return next(each for each in reversed(self.effects) if isinstance(each, SaveDraft))

    @property
    def seals(self) -> int:
        """How many ratings were made."""
        return sum(isinstance(each, Seal) for each in self.effects)


def somebody(survey: Survey = LONG, *, notices: int = 0, is_open: bool = True) -> Citizen:
    """Return a citizen at a kiosk that asks this survey."""
    return Citizen(Rules(survey, ("vi", "en"), Thresholds(), notices, is_open))
