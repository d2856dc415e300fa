"""Compares what citizens read on the glass with what the server has: lost, doubled, wrong. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.faults.cases import Tally
from tests.faults.kiosk_script import Citizen, number_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tests.story.book import Kept


@dataclass(frozen=True, slots=True)
class Lived:
    """A life that was lived: its citizens, who was thanked, and who read that something is wrong, or both.

    One that was `cut` may have stored one rating that nobody was thanked for: of the citizen who stood there.
    """

    first: int
    ratings: int
    thanked: frozenset[int]
    sorry: frozenset[int] = frozenset()
    cut: bool = False

    @property
    def citizens(self) -> range:
        """The numbers of its citizens."""
        return range(self.first, self.first + self.ratings)


def read_paper(text: str) -> tuple[frozenset[int], frozenset[int]]:
    """Return who was thanked, and who read anything else, from a kiosk's paper.

    A line that a kill has cut short was not read by anybody.
    """
    lines = [line.split() for line in text.splitlines(keepends=True) if line.endswith("\n")]
    thanked = frozenset(int(number) for word, number in lines if word == "THANKS")
    return thanked, frozenset(int(number) for word, number in lines if word != "THANKS")


def reckon(lives: Iterable[Lived], book: Sequence[Kept]) -> Tally:
    """Say what became of the ratings of all these lives. `book` is what the server has."""
    stored = Counter(number_of(each.record.made_at) for each in book)
    total = Tally(
        ratings=len(book), doubled=sum(stored.values()) - len(stored), found=_wrong_content(book, lives)
    )
    strangers = set(stored)
    for life in lives:
        strangers -= set(life.citizens)
        total += Tally(
            lost=sum(number not in stored for number in life.thanked), found=_unthanked(life, stored)
        )
    return total + Tally(found=tuple(f"nobody gave rating {number}" for number in sorted(strangers)))


def _unthanked(life: Lived, stored: Counter[int]) -> tuple[str, ...]:
    """Say which ratings are stored without thanks and without a cut that explains it."""
    silent = [number for number in life.citizens if number in stored and number not in life.thanked]
    explained = set(life.sorry)
    if life.cut:
        explained |= {max(life.thanked | life.sorry, default=life.first - 1) + 1}
    return tuple(
        f"rating {number} is stored, and its citizen read nothing"
        for number in silent
        if number not in explained
    )


def _wrong_content(book: Sequence[Kept], lives: Iterable[Lived]) -> tuple[str, ...]:
    """Say which records do not say what their citizens did. Whom trouble interrupted did not do all of it."""
    undisturbed = frozenset().union(*(life.thanked - life.sorry for life in lives))
    found = []
    for each in book:
        citizen = Citizen(number_of(each.record.made_at))
        if each.quarantine:
            found.append(f"rating {citizen.number} is quarantined: {each.quarantine}")
        elif citizen.number in undisturbed and (
            each.record.answers != citizen.answers or each.asides.get("comment", "") != citizen.comment
        ):
            found.append(f"rating {citizen.number} says {each.record.answers} {each.asides}")
    return tuple(found)
