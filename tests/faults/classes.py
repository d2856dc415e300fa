"""Every class of faults there is, in the order they are run and told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tests.faults.cases import FaultClass

CLASSES: Final[tuple[FaultClass, ...]] = ()
