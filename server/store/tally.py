"""How figures move when ratings come, or count no more: by day, by bundle, by hour and by answer."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from server.domain.calendar import clock_of, day_number
from server.domain.decisions import changes
from server.domain.habits import ANSWERED, Answer, Hour
from server.store.habits import Month
from server.store.months import Place
from server.store.releases import HEADLINE, STREAMS, SUSPECT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from server.domain.intake import Judgement
    from server.protocol.record import Record
    from server.store.releases import Stream
    from server.store.sql import Row


class Tally:
    """How figures move: ratings that come, and ratings that go."""

    def __init__(self) -> None:
        self.days: dict[Stream, dict[tuple[int, int], list[int]]] = {
            stream: defaultdict(lambda: [0] * 10) for stream in STREAMS
        }
        self.came: dict[Place, list[int]] = defaultdict(lambda: [0] * 5)
        self.went: list[tuple[Place, int]] = []
        self.hours: dict[tuple[Month, Hour], list[int]] = defaultdict(lambda: [0] * 5)
        self.answers: Counter[tuple[Month, Answer]] = Counter()

    def count(self, versions: Sequence[Judgement], before: Judgement | None = None) -> None:
        """Count the way from one version to the next."""
        for each in versions:
            came, went = changes(before, each)
            if came:
                self._move(each, 1)
            if went and before is not None:
                self._move(before, -1)
            before = each

    def _move(self, judged: Judgement, sign: int) -> None:
        """Let a rating come (1) or go (-1). A suspicious one is told by day only, apart from the others."""
        if judged.score is None or judged.record is None:
            return
        place, level = bundle_of(judged), judged.score - 1
        stream = SUSPECT if judged.suspicions else HEADLINE
        self.days[stream][place[:2]][level if sign > 0 else level + 5] += 1
        if stream is SUSPECT:
            return
        month = Month(place.center, place.month)
        if sign > 0:
            self.came[place][level] += 1
        else:
            self.went.append((place, judged.score))
        if judged.is_timed:
            self.hours[month, hour_of(judged)][level] += sign
        for answer in answers_of(judged.record):
            self.answers[month, answer] += sign

    def rows(self, stream: Stream) -> list[Row]:
        """Return the sums of a stream as rows of its days."""
        names = [*(f"n{i}" for i in range(1, 6)), *(f"less{i}" for i in range(1, 6))]
        return [
            {"center": center, "day": day, **dict(zip(names, counts, strict=True))}
            for (center, day), counts in sorted(self.days[stream].items())
        ]

    def bundles(self) -> dict[Place, list[int]]:
        """Return how many ratings of each score count at each place, of all that came and went."""
        found = {place: list(counts) for place, counts in self.came.items()}
        for place, score in self.went:
            found[place][score - 1] -= 1
        return {place: counts for place, counts in found.items() if any(counts)}


def place_of(judged: Judgement) -> tuple[int, int]:
    """Return the center and the day that a rating is counted in."""
    return judged.sender.center, day_number(judged.made_ms)


def bundle_of(judged: Judgement) -> Place:
    """Return all that a rating is told apart by."""
    record = judged.record
    officer, procedure = ("", "") if record is None else (record.officer, record.procedure)
    return Place(*place_of(judged), judged.sender.counter, officer, procedure)


def hour_of(judged: Judgement) -> Hour:
    """Return the hour of the week in which a rating was made."""
    clock = clock_of(judged.made_ms)
    return Hour(clock.isoweekday(), clock.hour)


def answers_of(record: Record) -> Iterator[Answer]:
    """Return what a rating answers, and for each question that it answers it at all."""
    for question, answer in record.answers.items():
        yield Answer(record.survey, question, ANSWERED)
        for choice in answer if isinstance(answer, list) else [answer]:
            yield Answer(record.survey, question, choice)
