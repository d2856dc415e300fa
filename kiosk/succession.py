"""How a machine becomes another device, without a human and without a code.

The order makes it safe to be cut off anywhere: first the key of the successor is on disk, then the server
knows it, then whom we become is on disk (there is no way back), then the outbox carries its records in the
new chain, at last the files of the old device are replaced. The next start goes on where this one ended.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from kiosk import keyfile
from kiosk.engine import Trouble
from kiosk.errors import ConfigError
from kiosk.keyfile import Identity, Membership, Successor
from kiosk.value import Value
from server.protocol import keys
from server.protocol.messages import ANCESTORS_MAX, SuccessionRequest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kiosk.engine import End
    from kiosk.uplink import Uplink

LOG = logging.getLogger("kiosk")


class Steps(Value, frozen=True):
    """With what the steps are taken."""

    data_dir: Path
    chance: Callable[[int], bytes]
    software: str


def name(steps: Steps, old: Identity, end: End, uplink: Uplink) -> Identity | Trouble:
    """Have the server take in a successor, and write down who it is. Asked again, it names the same one.

    Raises `ConfigError`, `OSError`.
    """
    named = keyfile.named_successor(steps.data_dir)
    if named is not None and named.enrolment.before == old.enrolment.device:
        return named  # the outbox could not follow yet
    # this device's own files, if the disk refused them when it became itself: its key is no successor's
    keyfile.become_successor(steps.data_dir)
    seed = keyfile.successor_seed(steps.data_dir, steps.chance)
    request = SuccessionRequest(
        v=1,
        device=old.enrolment.device,
        enrolment=old.membership.enrolment,
        public_key=keys.public_key(seed),
        reason=end.value,
        software=steps.software,
        nonce=steps.chance(16).hex(),
        ancestors=[*old.membership.ancestors],
    )
    answer = uplink.succeed(request)
    if isinstance(answer, Trouble):
        return answer
    ancestors = (old.membership.enrolment, *old.membership.ancestors)[:ANCESTORS_MAX]
    membership = Membership(old.membership.server, answer.server_key, answer.enrolment, ancestors)
    keyfile.name_successor(steps.data_dir, Successor(membership, answer.config))
    return Identity(seed, membership, keyfile.enrolment_of(membership))


def complete(steps: Steps) -> None:
    """Replace the old device's files. What the disk refuses now is done at the next start."""
    try:
        keyfile.become_successor(steps.data_dir)
    except (ConfigError, OSError) as error:
        LOG.warning("the old device's files are still there: %s", error)
