"""What is asked with options, in every language that is spoken here, and the head of the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from kiosk.catalog import spoken
from kiosk.ui.screens.header import Head
from kiosk.ui.screens.options import groups_of
from kiosk.value import Value

if TYPE_CHECKING:
    from kiosk.ui.screens.tiers import Tier
    from server.protocol.survey import Question


class Asked(Value, frozen=True):
    """What is asked, and the head of the screen; `others` are the heads in the other languages."""

    question: Question
    head: Head
    others: tuple[Head, ...] = ()

    @property
    def spoken(self) -> tuple[Asked, ...]:
        """Return the same in every language, the one that is spoken first."""
        return self, *(Asked(self.question, head) for head in self.others)

    @property
    def langs(self) -> tuple[str, ...]:
        """Return the languages, the one that is spoken first."""
        return tuple(each.head.lang for each in self.spoken)

    @property
    def bare(self) -> Head:
        """Return a head of nothing but the languages."""
        return Head((), "", self.head.languages, self.head.lang)

    def head_in(self, tier: Tier) -> Head:
        """Return as much of the head as a tier has: of the whole, the counter, or only the languages."""
        if tier.head == "whole":
            return self.head
        return replace(self.bare, name=(self.head.line,)) if tier.head == "counter" else self.bare

    @property
    def titled(self) -> bool:
        """Say whether the options stand in groups, whose titles ask for themselves."""
        return bool(groups_of(self.question, self.head.lang)[0].title)

    @property
    def words(self) -> str:
        """Return the words of the question."""
        return spoken(self.question.text, self.head.lang)
