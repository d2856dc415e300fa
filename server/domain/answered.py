"""What citizens answered to the further questions of a survey: each answer's share of those who answered.

Made of what months publish (`server.domain.habits`). Whoever ticks several options answers once, so the
shares of a question of kind `several` need not add up to one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from server.domain.habits import ANSWERED, Answer
from server.domain.means import Mean, mean_of
from server.domain.statistics import Share, satisfied, share
from server.protocol.survey import HIGHEST_SCORE, LOWEST_SCORE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from server.protocol.survey import Group, Question, Survey

TOLD_ELSEWHERE = frozenset({"comment", "procedure"})
"""Comments have a page of their own, and procedures are compared."""


@dataclass(frozen=True, slots=True)
class Answered:
    """A question that at least five citizens answered: `n` of them, and which part gave which answer.

    `shares` are those of the options in their order, or of the numbers from 0 to `most`. A question of faces
    has none, but the share `satisfied` and the linear `index`.
    """

    question: Question
    n: int
    shares: tuple[Share, ...] = ()
    satisfied: Share | None = None
    index: Mean | None = None

    def of_group(self, group: Group) -> list[tuple[int, Share]]:
        """Return the options of a group with their numbers, those that most chose first."""
        pairs = enumerate(self.shares)
        found = [pair for pair in pairs if self.question.options[pair[0]].group == group]
        return sorted(found, key=lambda pair: -pair[1].count)


def answered(name: str, survey: Survey, figures: Mapping[Answer, int]) -> Iterator[Answered]:
    """Return what is published of the further questions of a survey, in the order they are asked."""
    for question in survey.questions[1:]:
        n = figures.get(Answer(name, question.id, ANSWERED), 0)
        if n == 0 or question.kind in TOLD_ELSEWHERE:
            continue
        if question.kind == "faces":
            one, two, three, four, five = (
                figures.get(Answer(name, question.id, score), 0)
                for score in range(LOWEST_SCORE, HIGHEST_SCORE + 1)
            )
            scores = one, two, three, four, five
            yield Answered(question, n, satisfied=satisfied(scores), index=mean_of(scores))
        else:
            choices = question.most + 1 if question.kind == "number" else len(question.options)
            counts = (figures.get(Answer(name, question.id, choice), 0) for choice in range(choices))
            yield Answered(question, n, tuple(part for count in counts if (part := share(count, n))))
