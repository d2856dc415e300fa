"""Mend a damaged outbox: what can still be read goes into a new file, and the old one is kept.

Records are looked for in two ways: SQLite is asked, until it gives up; and the file is searched for them
byte by byte, since a record lies in it as one piece: its body, then the 32 bytes of its head. Nothing
here trusts what it finds: `kiosk.carrying` tells what was sealed from what was damaged.
"""

from __future__ import annotations

import itertools
import json
import logging
import os
import re
import sqlite3
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Any

from kiosk.carrying import Row
from kiosk.errors import DamagedError
from kiosk.keyfile import sync_folder
from kiosk.outbox import Outbox
from server.protocol.record import Aside, named_asides

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from kiosk.keyfile import Identity

LOG = logging.getLogger("kiosk")
BEGINNING = re.compile(rb'\{"v":1,"seq":(\d{1,16})[,}]')
HEAD_BYTES = 32
BODY_BYTES_MAX = 16384
PIECE_BYTES = 4096


def open_outbox(path: Path, identity: Identity, chance: Callable[[int], bytes]) -> Outbox:
    """Open or make a device's outbox; one that is damaged is mended first.

    Raises `DamagedError`: it cannot be mended; `OutboxError`, `DiskError`, `OSError`.
    """
    device, anchor, before = identity.enrolment.device, identity.anchor, identity.enrolment.before
    mended = path.with_name(f"{path.stem}.mended{path.suffix}")
    if mended.exists() and not path.exists():  # cut off between the last two steps of mending
        mended.rename(path)
    try:
        return Outbox(path, device, anchor, chance, before)
    except DamagedError as error:
        LOG.error("%s; what is whole is carried over into a new one", error)  # noqa: TRY400 - says it all
    damaged = mend(path, mended, identity, chance)
    LOG.warning("the damaged outbox is kept as %s", damaged)
    return Outbox(path, device, anchor, chance, before)


def mend(path: Path, mended: Path, identity: Identity, chance: Callable[[int], bytes]) -> Path:
    """Put a new outbox in the place of a damaged one. Its chain has ended; returns where the old file is.

    May be cut off anywhere and done again. Raises `DiskError`, `OSError`.
    """
    for left in (_journal(mended), mended):
        left.unlink(missing_ok=True)
    asked = list(_records(path))  # first: SQLite takes back what was not committed
    rows = {row.seq: row for row in (*_searched(_bytes(path)), *asked)}
    beside = _asides(path)
    owners = _asked(path, "select device, anchor from chain")
    earlier = next((owner for owner in owners if owner[0] == identity.enrolment.before), None)
    device, anchor = earlier or (identity.enrolment.device, identity.anchor)
    with closing(Outbox(mended, device, anchor, chance)) as outbox:
        outbox.take_in(((row, _named(row, beside)) for row in rows.values()), _drafts(path))
    places = (path.with_name(f"{path.stem}.damaged-{number}{path.suffix}") for number in itertools.count(1))
    damaged = next(place for place in places if not place.exists())
    # the journal first: an old one beside a new outbox would be played back into it
    with suppress(FileNotFoundError):
        _journal(path).rename(_journal(damaged))
    path.rename(damaged)
    mended.rename(path)
    sync_folder(path.parent)
    return damaged


def _bytes(path: Path) -> bytes:
    """Return what is in a file; zeros where the disk cannot read it."""
    found = bytearray()
    with path.open("rb", buffering=0) as file:
        for at in range(0, path.stat().st_size, PIECE_BYTES):
            try:
                found += os.pread(file.fileno(), PIECE_BYTES, at)
            except OSError:
                found += bytes(PIECE_BYTES)
    return bytes(found)


def _searched(raw: bytes) -> Iterator[Row]:
    """Yield what looks like a record in the bytes of a file."""
    reader = json.JSONDecoder()
    for found in BEGINNING.finditer(raw):
        text = raw[found.start() : found.start() + BODY_BYTES_MAX].decode("utf-8", "replace")
        with suppress(ValueError):
            _, end = reader.raw_decode(text)
            body = text[:end].encode()
            behind = found.start() + len(body)
            head = raw[behind : behind + HEAD_BYTES]
            if raw[found.start() : behind] == body and len(head) == HEAD_BYTES:
                yield Row(int(found[1]), body, head.hex())


def _records(path: Path) -> Iterator[Row]:
    for seq, body, head in _asked(path, "select seq, body, head from record"):
        if isinstance(body, bytes) and isinstance(head, bytes) and len(head) == HEAD_BYTES and seq > 0:
            yield Row(seq, body, head.hex())


def _asides(path: Path) -> dict[int, list[Aside]]:
    found: dict[int, list[Aside]] = {}
    for seq, kind, salt, text in _asked(path, "select seq, kind, salt, text from aside"):
        found.setdefault(seq, []).append(Aside(kind, salt, text))
    return found


def _named(row: Row, beside: dict[int, list[Aside]]) -> list[Aside]:
    """Return of a record's asides those that are what its body names."""
    named = named_asides(row.body)
    kept = {}
    for aside in beside.get(row.seq, []):
        with suppress(ValueError, TypeError):  # salt or text are rubbish
            if named.get(aside.kind) == aside.commitment():
                kept[aside.kind] = aside
    return list(kept.values())


def _drafts(path: Path) -> list[str]:
    return [draft for (draft,) in _asked(path, "select draft from draft")]


def _asked(path: Path, sql: str) -> Iterator[tuple[Any, ...]]:
    """Yield the rows that SQLite can still read, from the front and then from the back."""
    for order in ("", " order by rowid desc"):
        with suppress(sqlite3.Error), closing(sqlite3.connect(path)) as disk:
            yield from disk.execute(sql + order)
            return


def _journal(path: Path) -> Path:
    return path.with_name(f"{path.name}-journal")
