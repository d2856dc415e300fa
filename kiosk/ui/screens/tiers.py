"""What may stand around the options of a question, and what gives way first where there is little room."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from kiosk.ui.theme import LARGE
from kiosk.value import Value

if TYPE_CHECKING:
    from kiosk.ui.theme import Sheet


class Tier(Value, frozen=True):
    """What stands around the answers: the question on a card below a `head`, or a row of it and languages.

    Chips may be `close` or `tight`, and in large text the question above groups may be only as large
    as usual. Where the titles of groups ask for themselves, the question above them may be `quiet`:
    no higher than the languages, in letters as small as those of a hint. `aside`, its card stands above the
    shorter column of answers.
    """

    headed: bool
    head: Literal["whole", "counter", "languages"] = "languages"
    close: bool = False
    tight: bool = False
    usual: bool = False
    quiet: bool = False
    aside: bool = False


LEAST: Final = Tier(headed=False, close=True, tight=True, quiet=True)
TIERS: Final = (
    Tier(headed=True, head="whole", aside=True),
    Tier(headed=True, head="whole", close=True, aside=True),
    Tier(headed=True, head="counter", close=True, tight=True, aside=True),
    Tier(headed=True, head="whole"),
    Tier(headed=True, head="counter"),
    Tier(headed=True),
    Tier(headed=True, close=True),
    Tier(headed=True, close=True, tight=True),
    Tier(headed=False),
    Tier(headed=False, close=True),
    Tier(headed=False, close=True, tight=True),
    Tier(headed=False, close=True, usual=True),
    Tier(headed=False, close=True, tight=True, usual=True),
    LEAST,
)
"""The most first. A small glass has the languages only, and above groups no card."""
CARD_LARGE: Final = Tier(headed=True, close=True)
"""So may the question of groups stand in large text, on an upright glass."""
GROWING: Final = tuple(tier for tier in TIERS if not (tier.usual or tier.quiet or tier.aside))
WHOLE: Final = tuple(tier for tier in GROWING if not tier.tight)
ROOMY: Final = tuple(tier for tier in WHOLE if not tier.close)
"""Those whose question grows with the answers; of these, those without tight chips; then no close ones."""
ENLARGED: Final = (
    (1, ROOMY, (LARGE, 1.35, 1.2)),
    (1, WHOLE, (LARGE, 1.35, 1.2)),
    (2, ROOMY, (LARGE, 1.35, 1.2)),
    (2, WHOLE, (LARGE, 1.35)),
    (3, ROOMY, (LARGE, 1.35)),
    (3, WHOLE, (LARGE, 1.35, 1.2)),
)
"""On how many pages large answers are that usually are on one, what may stand around them, and how much
larger than usual they are: the best first."""


def title_px(sheet: Sheet) -> float:
    """Return the size that a question above groups has in the usual look: large text has no less."""
    return max(usual_px(sheet), (66 if sheet.portrait else 44) * sheet.unit)


def usual_px(sheet: Sheet) -> float:
    """Return the smallest size of answers that even large text may come down to."""
    return max(sheet.answer_px / (LARGE if sheet.look.large else 1), sheet.quiet_px)
