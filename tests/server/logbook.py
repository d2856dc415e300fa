"""What the server says in its log while something is done to it."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

SPEAKERS = ("server", "uvicorn.error", "asyncio")
"""Who writes into the server's log; uvicorn keeps its words to itself, so each is listened to."""


class Logbook(logging.Handler):
    """The lines that were logged, as they would stand in the journal of the machine."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.lines: list[str] = []
        self.faults: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Take one line; what came with a traceback or as an error is a fault too."""
        line = self.format(record)
        self.lines.extend(line.splitlines())
        if record.levelno >= logging.ERROR or record.exc_info:
            self.faults.append(line)


@contextmanager
def logbook() -> Iterator[Logbook]:
    """Listen to the server's log."""
    book = Logbook()
    for speaker in SPEAKERS:
        logging.getLogger(speaker).addHandler(book)
    try:
        yield book
    finally:
        for speaker in SPEAKERS:
            logging.getLogger(speaker).removeHandler(book)
