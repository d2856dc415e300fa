"""What tests of the kiosk's parts are given."""

from __future__ import annotations

from contextlib import ExitStack, closing
from typing import TYPE_CHECKING

import pytest

from tests.kiosk.records import open_outbox

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from kiosk.outbox import Outbox


@pytest.fixture(name="opened")
def _opened() -> Iterator[Callable[[Path], Outbox]]:
    """Open outboxes that are closed when the test is over."""
    with ExitStack() as stack:
        yield lambda folder: stack.enter_context(closing(open_outbox(folder)))
