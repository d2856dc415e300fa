"""A hall whose province has fields, as every new installation has, with a manager and an administrator."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from server.domain.places import Role
from server.store.seed import ready_fields
from tests.server.hall import BAO_LOC, Hall, open_hall

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def field_hall(folder: Path) -> Iterator[Hall]:
    """Open it."""
    with open_hall(folder) as opened:
        opened.hire("quanly", BAO_LOC)
        opened.hire("chị Lan", None, role=Role.ADMIN)
        with opened.store.transaction():
            opened.store.add_fields(ready_fields())
        yield opened
