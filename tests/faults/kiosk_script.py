"""What a life of the kiosk is asked to do, what its citizens touch, and what must come of it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

import msgspec

from kiosk.events import Chose, Continued, Picked, Skipped, Typed, WentBack
from server.protocol.survey import Option, Question, Survey

if TYPE_CHECKING:
    from kiosk.events import Event
    from server.protocol.record import Answer

SURVEY: Final = Survey(
    v=1,
    name={"vi": "Thử"},
    questions=[
        Question("overall", "faces", {"vi": "Thế nào?"}),
        Question(
            "why", "several", {"vi": "Vì sao?"}, [Option({"vi": each}) for each in ("Một", "Hai", "Ba")]
        ),
        Question("more", "comment", {"vi": "Góp ý?"}),
    ],
)
BORN: Final = datetime(2026, 1, 1, tzinfo=UTC)
"""The kiosk's clock says this and a second for each citizen: so a record says whose it is."""
MOMENT: Final = "%Y-%m-%dT%H:%M:%SZ"
LETTERS: Final = "bcghklmnpq"
"""Ten letters that Telex leaves alone, for the ten digits."""


class Errand(msgspec.Struct, frozen=True, kw_only=True):
    """One life: its files, and the citizens from number `first` on.

    `code` admits a new kiosk at `server`; an enrolled one sends to where it was enrolled unless `server` says
    otherwise. With `drain` it ends once the server has all it has stored; somebody asks it to send at once
    whenever `hurry_s` real seconds have passed without that (0: soon). The thread named `gate` waits at its
    first deed until it is watched. One that is `hasty` thanks for what it has not stored: a control.
    """

    folder: str
    first: int
    ratings: int
    server: str = ""
    code: str = ""
    drain: bool = True
    hurry_s: float = 0.0
    gate: str = ""
    hasty: bool = False


@dataclass(frozen=True, slots=True)
class Citizen:
    """What citizen `number` does, and what must come of it."""

    number: int

    @property
    def made_at(self) -> str:
        """When their record says that it was made."""
        return (BORN + timedelta(seconds=self.number)).strftime(MOMENT)

    @property
    def answers(self) -> dict[str, Answer]:
        """What their record says at the end of the visit."""
        ticked: dict[str, Answer] = {"why": [0, 1]} if self._writes else {"why": [2]} if self._ticks else {}
        return {"overall": self._score} | ticked

    @property
    def comment(self) -> str:
        """What one in four has written."""
        return "".join(LETTERS[int(digit)] for digit in str(self.number)) if self._writes else ""

    def touches(self) -> tuple[Event, ...]:
        """Return every touch of the visit, from the first face to the last answer."""
        chose = Chose(self._score)
        if self._writes:
            signs = (Typed(sign) for sign in self.comment)
            return chose, Picked(0), Picked(1), Continued(), *signs, Continued()
        if self._ticks:
            return chose, Picked(2), Continued(), Skipped()
        if self.number % 4 == 3:  # changes their mind
            return Chose(self._score % 5 + 1), WentBack(), chose, Skipped(), Skipped()
        return chose, Skipped(), Skipped()

    @property
    def _score(self) -> int:
        return self.number % 5 + 1

    @property
    def _writes(self) -> bool:
        return self.number % 4 == 1

    @property
    def _ticks(self) -> bool:
        return self.number % 4 == 2


def number_of(made_at: str) -> int:
    """Return whose record it is, from when it says it was made."""
    return int((datetime.strptime(made_at, MOMENT).replace(tzinfo=UTC) - BORN).total_seconds())
