"""Every class of faults there is, in the order they are run and told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tests.faults.api import API
from tests.faults.clock import CLOCK
from tests.faults.clone import CLONE
from tests.faults.disk_errors import DISK_ERRORS
from tests.faults.herd import HERD
from tests.faults.kiosk_kill import KIOSK_KILL
from tests.faults.network import NETWORK
from tests.faults.power import POWER_LOSS
from tests.faults.restored import RESTORED
from tests.faults.server_disk import SERVER_DISK
from tests.faults.server_kill import SERVER_KILL
from tests.faults.simulation import SIMULATION
from tests.faults.tamper import TAMPER
from tests.faults.week import WEEK
from tests.faults.window_kill import WINDOW_KILL

if TYPE_CHECKING:
    from tests.faults.cases import FaultClass

CLASSES: Final[tuple[FaultClass, ...]] = (
    KIOSK_KILL,
    WINDOW_KILL,
    SERVER_KILL,
    DISK_ERRORS,
    SERVER_DISK,
    POWER_LOSS,
    TAMPER,
    NETWORK,
    WEEK,
    RESTORED,
    CLOCK,
    CLONE,
    API,
    HERD,
    SIMULATION,
)
ALONE: Final[tuple[FaultClass, ...]] = (WEEK, HERD)
"""What measures how long something takes, so that nothing else may run beside it."""
