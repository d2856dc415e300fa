"""What a kiosk said of itself, counted: screens, visits begun, records stored, faults. And its memory.

A kiosk that is sound has never stored more than was begun, nor begun a second visit while a first was not
stored. Pure: lines and numbers in, findings out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from tests.robot.words import Glass, glass_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.story.book import Kept

STORED: Final = re.compile(r"stored record (\d+)$")
FAULT: Final = re.compile(r"a fault|Traceback|Fatal Python error| (?:ERROR|CRITICAL) ")
BETWEEN: Final = frozenset({"idle", "notice", "resting"})
"""The screens between two visits."""
WARM_SCREENS: Final = 500
"""So many screens a kiosk may grow; from there on it must not."""
GROWTH_MB_MAX: Final = 20.0


@dataclass
class Ledger:
    """What was heard so far. `glass` is what is on the glass now."""

    screens: int = 0
    begun: int = 0
    stored: int = 0
    glass: Glass = field(default_factory=lambda: Glass("", {}))
    findings: list[str] = field(default_factory=list)

    def hear(self, line: str) -> None:
        """Take one line of the log."""
        if (glass := glass_of(line)) is not None:
            if glass.name.startswith("ask-") and self.glass.name in BETWEEN:
                self.begun += 1
            self.screens += glass.name != self.glass.name
            self.glass = glass
        elif stored := STORED.search(line):
            self.stored += 1
            if int(stored[1]) != self.stored:
                self.findings.append(f"record {stored[1]} was stored where {self.stored} was due")
        elif FAULT.search(line):
            self.findings.append(f"the log says: {line}")
        if not 0 <= self.begun - self.stored <= 1:
            self.findings.append(f"{self.begun} visits were begun and {self.stored} stored: {line}")

    def against(self, book: Sequence[Kept]) -> list[str]:
        """Say where what was begun, what was stored and what the server has are not the same."""
        found = list(self.findings)
        if not self.begun == self.stored == len(book):
            found.append(f"{self.begun} visits begun, {self.stored} stored, {len(book)} on the server")
        for number, each in enumerate(book, 1):
            score = each.record.answers.get("overall")
            if each.record.seq != number or each.quarantine or score not in range(1, 6):
                found.append(f"record {number} on the server is not valid: {each}")
        return found


@dataclass(frozen=True, slots=True)
class Sample:
    """How many screens there had been, and the resident memory in MB then."""

    screens: int
    memory_mb: float


def growth_mb(samples: Sequence[Sample], warm: int = WARM_SCREENS) -> float | None:
    """Return how much more memory there ever was than at the end of the warm-up, None before it ended."""
    after = [each.memory_mb for each in samples if each.screens >= warm]
    return max(after) - after[0] if len(after) > 1 else None


def memory_findings(samples: Sequence[Sample]) -> list[str]:
    """Say whether a kiosk grows for ever, or was not watched long enough to know."""
    grown = growth_mb(samples)
    if grown is None:
        return [f"fewer than {WARM_SCREENS} screens: too few to judge the memory"]
    return [] if grown <= GROWTH_MB_MAX else [f"it grew {grown:.1f} MB after {WARM_SCREENS} screens"]
