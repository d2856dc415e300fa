"""What is told of suspicious ratings: how many the headline goes without, and by which rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from server.domain.disclosure import CELL_MIN, Scores, add, total
from server.domain.quality import (
    BURST_COUNT,
    BURST_MS,
    LINE_MIN,
    LINE_S,
    READ_EACH_S,
    READ_MIN,
    READ_S,
    REPEAT_MS,
)
from server.domain.statistics import satisfied
from server.web.pages import page, words_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.requests import Request
    from starlette.responses import Response

    from server.domain.disclosure import Release
    from server.domain.statistics import Share

RULES: Final = ("burst", "repeat", "fast", "line")
"""The rules, in their order; each has a name and a text."""
MORE: Final = ("kept", "shown", "wrong", "withheld")
"""What else is said of them."""


@dataclass(frozen=True, slots=True)
class Suspects:
    """How many ratings the headline goes without, and the share satisfied with them."""

    n: int
    both: Share


def suspects(headline: Scores, releases: Iterable[Release]) -> Suspects | None:
    """Return what may be said of a period's suspicious ratings; None where there is nothing to say.

    Their releases are their own, of at least five each: what they come to is five ratings or none, and so is
    the difference of the figures without them and with them.
    """
    scores = total(releases)
    both = satisfied(add(headline, scores))
    return None if both is None or sum(scores) < CELL_MIN else Suspects(sum(scores), both)


async def show_rules(request: Request) -> Response:
    """Show what is suspicious about a rating, and what follows. `GET /overview/suspicious`."""
    words = words_of(request)
    numbers: dict[str, object] = {
        "sixth": BURST_COUNT + 1,
        "burst_s": BURST_MS // 1000,
        "repeat_s": REPEAT_MS // 1000,
        "read": READ_MIN,
        "read_s": READ_S,
        "each_s": str(READ_EACH_S).replace(".", words("decimal_mark")),
        "line": LINE_MIN,
        "line_s": LINE_S,
        "least": CELL_MIN,
    }
    rules = [(words(f"suspect_{rule}"), words(f"suspect_{rule}_text", **numbers)) for rule in RULES]
    more = [words(f"suspects_{part}", **numbers) for part in MORE]
    return page(request, "suspects.html", {"title": words("suspects_title"), "rules": rules, "more": more})
