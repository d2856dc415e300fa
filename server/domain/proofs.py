"""What proves that a device's chain is whole, as a page tells it: how far, which gaps, what went wrong."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Final

from server.domain.audit import Action
from server.domain.places import DeviceState

if TYPE_CHECKING:
    from collections.abc import Mapping

    from server.domain.fleet import Kiosk

ALARMS: Final = (Action.FORK, Action.WENT_BACK, Action.SUCCEED, Action.READMIT, Action.REVOKE)
"""Events about a device that somebody should know of, and do something about."""
REASONS: Final = (
    "unknown_survey",
    "revoked",
    "carried",
    "carried_twice",
    "withheld",
    "unreadable",
    "not_canonical",
    "wrong_seq",
    "wrong_counter",
    "wrong_procedure",
    "not_ours",
)
"""Why a record may not count, as far as there are words of its own for it."""


class Chain(Enum):
    """The state of a device's chain."""

    WHOLE = "whole"
    WAITING = "waiting"
    BEHIND = "behind"
    FORKED = "forked"
    REVOKED = "revoked"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class Proof:
    """What the book has of a device besides its records.

    `received_ms` is when its newest record came, 0 if none did. `checkpoint` is the newest one that names it,
    with the number of its record there. `forks` are records that contradict the book; `quarantined` are those
    that do not count, by reason.
    """

    received_ms: int = 0
    checkpoint: int = 0
    sealed: int = 0
    forks: int = 0
    quarantined: Mapping[str, int] = field(default_factory=dict)


def chain_of(kiosk: Kiosk, proof: Proof) -> Chain:
    """Say how the chain of a device is: what is worst comes first."""
    device = kiosk.device
    if proof.sealed > device.seq:
        return Chain.BEHIND
    if device.state is DeviceState.FORKED or proof.forks:
        return Chain.FORKED
    if device.state is DeviceState.REVOKED:
        return Chain.REVOKED
    if kiosk.waiting:
        return Chain.WAITING
    return Chain.WHOLE if device.seq else Chain.EMPTY
