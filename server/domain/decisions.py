"""What was decided about a rating after it came: withheld, reinstated, or its survey became known.

A rating is never changed; each decision adds a *version*. The versions follow from the journal, the
surveys and the audit log alone, so whoever builds the projection again arrives at the same ones.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from server.domain.audit import Action
from server.domain.intake import REVOKED, UNKNOWN_SURVEY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from server.domain.intake import Judgement

WITHHELD = "withheld"
"""The quarantine of a rating that a person withheld."""


class Cause(NamedTuple):
    """The audit event that made a version: its id and what it did."""

    event: int
    action: Action


def versions(judged: Judgement, pardoned: Judgement, causes: Sequence[Cause]) -> list[Judgement]:
    """Return each version of a rating, the newest last.

    `judged` is what the record means with all surveys that are known now, `pardoned` the same as if its
    device had not been revoked. `causes` are in the order of the audit log. Where the survey became known
    after the record came, its event is among the causes, and the first version is quarantined for it.
    """
    learned = any(each.action is Action.ADD_SURVEY for each in causes)
    found = [judged.quarantined(UNKNOWN_SURVEY) if learned else judged]
    for each in causes:
        match each.action:
            case Action.ADD_SURVEY:
                found.append(judged)
            case Action.WITHHOLD:
                found.append(found[-1].quarantined(WITHHELD))
            case Action.REINSTATE:
                found.append(pardoned)
            case _:
                raise ValueError(f"{each.action.value} decides nothing about a rating")
    return found


def withholding_fault(now: str | None) -> str:
    """Say why a rating of this quarantine cannot be withheld, if it cannot."""
    return "" if now is None else f"it does not count as it is ({now})"


def reinstating_fault(now: str | None, pardoned: Judgement) -> str:
    """Say why a rating of this quarantine cannot be reinstated, if it cannot."""
    if now not in {WITHHELD, REVOKED}:
        return "it counts as it is" if now is None else f"nobody withheld it ({now})"
    return "" if pardoned.quarantine is None else f"it would not count all the same ({pardoned.quarantine})"


def changes(before: Judgement | None, after: Judgement) -> tuple[int, int]:
    """Say how the day's figures move from one version to the next: a rating that comes, one that goes."""
    came = before is None or before.quarantine is not None
    if after.quarantine is None:
        return (1, 0) if came else (0, 0)
    return (0, 0) if came else (0, 1)
