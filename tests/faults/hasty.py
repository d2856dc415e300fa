"""A control: a server that answers before it commits, which a kill must show to lose what it acknowledged."""

from __future__ import annotations

import secrets
import time
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Any, Final

import uvicorn

from server.app import create_app
from server.errors import BusyError
from server.store import open_store
from server.store.writer import Job, Writer
from server.web.connection import Connection
from server.web.context import make_context
from tests.server.live import SEED, now_ms

if TYPE_CHECKING:
    from pathlib import Path

    from server.store import Store

BEFORE_S: Final = 0.1
"""How long an answer has to be on its way before the commit."""


class Hasty(Writer):
    """A writer that says that it has committed, and then does it."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self._book = store

    def _commit(self, group: list[Job[Any]]) -> None:
        with suppress(BusyError), self._book.transaction():  # if the disk refuses, nobody is told
            for job in group:
                job.done.set_result(job.do(self._book))
            time.sleep(BEFORE_S)


def serve_hastily(folder: Path, port: int) -> int:
    """Serve as `python -m server serve` does, but for the writer."""
    with closing(open_store(f"sqlite:{folder / 'nucuoi.sqlite3'}")) as store:
        writer = Hasty(store)
        writer.start()
        context = make_context(
            store=store,
            writer=writer,
            now_ms=now_ms,
            token=secrets.token_hex,
            public_url=f"http://127.0.0.1:{port}",
            signing_seed=SEED,
        )
        uvicorn.run(create_app(context), port=port, log_level="warning", http=Connection, ws="none")
        writer.close()
    return 0
