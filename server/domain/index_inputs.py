"""What the official indices of a center and a quarter are computed of, and what of it is still missing.

The rules want to know which dossiers were rated badly, complained about or late, each counted once. Kiosks
tell no dossier's name, so only the counts are known: at least as many dossiers are flagged as the greatest of
these counts, at most as many as all of them together. A ratio therefore has a least and a greatest value,
and a page shows both where they differ.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from server.domain import decree61
from server.domain.decision766 import Complaints, Dossiers, RatioResult, satisfaction
from server.domain.habits import Answer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from server.domain.dossier_figures import ComplaintMonth, Work
    from server.domain.indices import Indicator, Table
    from server.protocol.survey import Survey

DAYS, MONTHS, ONCE, RATINGS, ANSWERS = "days", "months", "quarter", "ratings", "answers"
"""Where an input comes from: figures of days, of months, of the quarter; ratings; answers to a question."""
COMPLAINTS: Final = ("complaints_received", "complaints_on_time", "complaints_dissatisfied")
OF_RATIOS: Final = {
    "r1": ("complaints_received", "complaints_on_time"),
    "r2": ("complaints_received", "complaints_dissatisfied", "complaints_again"),
    "r3": ("dossiers_returned", "dossiers_late", "dossiers_complained", "ratings_dissatisfied"),
}
OF_INDICATORS: Final = {
    decree61.ONE_STOP: ("procedures", "procedures_received", "procedures_on_the_spot"),
    decree61.COMPLAINTS: ("complaints_received", "complaints_on_time", "complaints_prolonged"),
    decree61.ONLINE: (
        "procedures",
        "procedures_online",
        "dossiers_received",
        "dossiers_online",
        "dossiers_online_late",
    ),
}
"""Which inputs are asked for by which ratio, and by the indicators that citizens are not asked about."""


@dataclass(frozen=True, slots=True)
class Input:
    """A number that something is computed of, and where it comes from. None: nobody has told it yet."""

    name: str
    count: int | None
    source: str


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of a center and a quarter.

    `work` and `complaints` are None until they are told, `rated_badly` of `rated` ratings have one of the two
    lowest scores, `own` is what was told once a quarter, `answers` counts the options that were chosen.
    """

    work: Work | None = None
    complaints: Mapping[str, int] | None = None
    rated_badly: int = 0
    rated: int = 0
    own: Mapping[str, int] = field(default_factory=dict)
    answers: Mapping[str, Sequence[int]] = field(default_factory=dict)

    def input(self, name: str) -> Input:
        """Return an input by its name."""
        if name == "ratings_dissatisfied":
            return Input(name, self.rated_badly, RATINGS)
        if name in COMPLAINTS:
            known = None if self.complaints is None else self.complaints[name.removeprefix("complaints_")]
            return Input(name, known, MONTHS)
        part = name.removeprefix("dossiers_")
        if part in {"received", "returned", "late"}:
            return Input(name, None if self.work is None else int(getattr(self.work, part)), DAYS)
        # whoever got no complaints need not say that none of them came again
        nothing = name in {"complaints_again", "complaints_prolonged"} and self._has_no_complaints()
        return Input(name, self.own.get(name, 0 if nothing else None), ONCE)

    def _has_no_complaints(self) -> bool:
        return self.complaints is not None and self.complaints["received"] == 0


@dataclass(frozen=True, slots=True)
class Ratio:
    """A ratio of Decision 766 with what it is computed of: its least and its greatest value."""

    least: RatioResult
    most: RatioResult
    inputs: tuple[Input, ...]

    @property
    def lacks(self) -> tuple[Input, ...]:
        """What has to be told before it has a value."""
        return tuple(each for each in self.inputs if each.count is None)

    @property
    def is_exact(self) -> bool:
        """Say whether both values are the same."""
        return self.least.value == self.most.value


@dataclass(frozen=True, slots=True)
class Line:
    """An indicator of Decree 61 with what it is computed of."""

    result: decree61.IndicatorResult
    inputs: tuple[Input, ...]

    @property
    def lacks(self) -> tuple[Input, ...]:
        """What has to be told before it has points."""
        return tuple(each for each in self.inputs if each.count is None)


def sum_of(months: Iterable[ComplaintMonth]) -> dict[str, int] | None:
    """Add the complaints of months up; None of no months."""
    found = list(months)
    if not found:
        return None
    names = (name.removeprefix("complaints_") for name in COMPLAINTS)
    return {name: sum(getattr(each, name) for each in found) for name in names}


def ratios(told: Told, rules: Table | None = None) -> tuple[Ratio, ...]:
    """Return R1, R2 and R3 of Decision 766, each with its least and its greatest value."""
    worst, best = (_satisfaction(told, rules, apart=apart) for apart in (True, False))
    return tuple(
        Ratio(low, high, tuple(map(told.input, OF_RATIOS[low.ratio.id])))
        for low, high in zip(worst, best, strict=True)
    )


def _satisfaction(told: Told, rules: Table | None, *, apart: bool) -> tuple[RatioResult, ...]:
    """Return the ratios as they are if nothing was counted twice (`apart`), or as much as can be."""
    work, complaints = told.work, told.complaints
    again, complained = told.input("complaints_again").count, told.input("dossiers_complained").count
    of_complaints = of_dossiers = whole = None
    if complaints is not None:
        received = complaints["received"]
        of_complaints = Complaints(received, complaints["on_time"])
        if again is not None:
            dissatisfied, repeated = _named((complaints["dissatisfied"], again), received, apart=apart)
            whole = Complaints(received, complaints["on_time"], dissatisfied, repeated)
    if work is not None and complained is not None:
        counts = (told.rated_badly, complained, work.late)
        of_dossiers = Dossiers(work.returned, *_named(counts, work.returned, apart=apart))
    (r1, _, r3), (_, r2, _) = (
        satisfaction(each, of_dossiers, rules).ratios for each in (of_complaints, whole)
    )
    return r1, r2, r3


def _named(counts: Sequence[int], total: int, *, apart: bool) -> list[frozenset[str]]:
    """Give so many things of so many kinds names: as few as possible in common, or as many.

    More of a kind than there are in all contradict each other, which names show too.
    """
    start, found = 0, []
    for count in counts:
        wraps = apart and count <= total
        found.append(frozenset(str((start + place) % total if wraps else place) for place in range(count)))
        start += count
    return found


def own_points(told: Told) -> dict[int, int]:
    """Return the points of the indicators of Decree 61 that a center's own figures tell, by number."""
    found: dict[int, int | None] = {}
    for number, names in OF_INDICATORS.items():
        counts = [told.input(name).count for name in names]
        known = [count for count in counts if count is not None]
        if len(known) == len(counts):
            found[number] = _POINTS[number](*known)
    return {number: points for number, points in found.items() if points is not None}


_POINTS: Final[dict[int, Callable[..., int | None]]] = {
    decree61.ONE_STOP: decree61.points_of_one_stop,
    decree61.COMPLAINTS: decree61.points_of_complaints,
    decree61.ONLINE: decree61.points_of_online,
}


def indicators(told: Told, rules: Table | None = None) -> tuple[decree61.Result, tuple[Line, ...]]:
    """Return what Decree 61 makes of a quarter, and each indicator with what it is computed of."""
    result = decree61.evaluate(told.answers, own_points(told), rules)
    return result, tuple(Line(each, _inputs(each, told)) for each in result.indicators)


def _inputs(found: decree61.IndicatorResult, told: Told) -> tuple[Input, ...]:
    if found.indicator.question:
        return (Input("answers", found.n or None, ANSWERS),)
    return tuple(map(told.input, OF_INDICATORS[found.indicator.number]))


def asks(survey: Survey, indicator: Indicator) -> bool:
    """Say whether a survey asks what an indicator needs, with as many options as it has points for."""
    for question in survey.questions:
        if question.id == indicator.question:
            faces, numbers = question.kind == "faces", question.kind == "number"
            options = 5 if faces else question.most + 1 if numbers else len(question.options)
            return options == len(indicator.points) and question.kind in {"faces", "number", "one"}
    return False


def answers_of(
    surveys: Mapping[str, Survey], figures: Mapping[Answer, int], rules: Table
) -> dict[str, list[int]]:
    """Return how many chose each option of the questions that a table needs, in all surveys that ask them."""
    found: dict[str, list[int]] = {}
    for indicator in rules.indicators:
        for name, survey in surveys.items():
            if indicator.question and asks(survey, indicator):
                counts = found.setdefault(indicator.question, [0] * len(indicator.points))
                lowest = next(int(q.kind == "faces") for q in survey.questions if q.id == indicator.question)
                for place in range(len(counts)):
                    counts[place] += figures.get(Answer(name, indicator.question, place + lowest), 0)
    return found
