"""Mend a damaged outbox: what can still be read goes into a new file, and the old one is kept.

Records are looked for in two ways: SQLite is asked, until it gives up; and the file is searched for them
byte by byte, since a record lies in it as one piece: its body, then the 32 bytes of its head. Nothing
here trusts what it finds: `kiosk.carrying` tells what was sealed from what was damaged.
"""

from __future__ import annotations

import json
import logging
import os
import re
import sqlite3
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Any

import msgspec

from kiosk.carrying import Row, beside, reads
from kiosk.errors import DamagedError
from kiosk.keyfile import sync_folder
from kiosk.outbox import Outbox
from server.protocol import keys
from server.protocol.checkpoint import Checkpoint
from server.protocol.messages import Signed, unseal
from server.protocol.record import Aside, anchor, next_head

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from kiosk.keyfile import Identity

LOG = logging.getLogger("kiosk")
BEGINNING = re.compile(rb'\{"v":1,"seq":(\d{1,9})[,}]')
"""How a body begins. No kiosk makes a thousand million: after a larger number there might be no next one."""
SEQ_MAX = 10**9 - 1
HEAD_BYTES = 32
BODY_BYTES_MAX = 16384
PIECE_BYTES = 4096
DAMAGED_MAX = 9
"""So many damaged files are kept; a disk that damages every file must not fill itself up."""


def open_outbox(path: Path, identity: Identity, chance: Callable[[int], bytes]) -> Outbox:
    """Open or make a device's outbox; one that is damaged is mended first.

    Raises `DamagedError`: it cannot be mended; `OutboxError`, `DiskError`, `OSError`.
    """
    owner = identity.enrolment.device, identity.anchor
    before = identity.enrolment.before
    mended = path.with_name(f"{path.stem}.mended{path.suffix}")
    if mended.exists() and not path.exists():  # cut off between the last two steps of mending
        mended.rename(path)
        sync_folder(path.parent)
    try:
        return Outbox(path, *owner, chance, before)
    except DamagedError as error:
        LOG.error("%s; what is whole is carried over into a new one", error)  # noqa: TRY400 - says it all
    damaged = mend(path, mended, identity, chance)
    LOG.warning("the damaged outbox is kept as %s", damaged)
    return Outbox(path, *owner, chance, before)


def mend(path: Path, mended: Path, identity: Identity, chance: Callable[[int], bytes]) -> Path:
    """Put a new outbox in the place of a damaged one. Its chain has ended; returns where the old file is.

    May be cut off anywhere and done again. Raises `DiskError`, `OSError`.
    """
    for left in (_journal(mended), mended):
        left.unlink(missing_ok=True)
    asked = list(_records(path))  # first: SQLite takes back what was not committed
    raw = _bytes(path)
    rows = {row.seq: row for row in (*_searched(raw), *asked) if reads(row)}
    found = _asides(path)
    device, anchored = _owner(path, raw, identity, rows)
    proofs = _proofs(path, identity.membership.server_key)
    with closing(Outbox(mended, device, anchored, chance)) as outbox:
        kept = ((row, beside(row.body, found.get(row.seq, ()))[0]) for row in rows.values())
        outbox.take_in(kept, _draft(path), proofs)
    places = [
        path.with_name(f"{path.stem}.damaged-{number + 1}{path.suffix}") for number in range(DAMAGED_MAX)
    ]
    damaged = next((place for place in places if not place.exists()), places[-1])
    # the journals first: an old one beside a new outbox would be played back into it
    _journal(mended).unlink(missing_ok=True)
    with suppress(FileNotFoundError):
        _journal(path).rename(_journal(damaged))
    path.rename(damaged)
    mended.rename(path)
    sync_folder(path.parent)
    return damaged


def _owner(path: Path, raw: bytes, identity: Identity, rows: dict[int, Row]) -> tuple[str, str]:
    """Return device and anchor of a damaged outbox: this device's, or of the one that it was before.

    A machine can be cut off between becoming another device and carrying its records over. Where the table
    that names the device cannot be read any more, its bytes may still stand in the file.
    """
    if identity.membership.ancestors:
        before = anchor(identity.membership.ancestors[0].payload.encode())
        says_so = any(
            identity.enrolment.before == device or before == anchored
            for device, anchored in _asked(path, "select device, anchor from chain")
        )
        stands = before.encode() in raw and identity.anchor.encode() not in raw
        if says_so or stands or (1 in rows and next_head(before, rows[1].body) == rows[1].head):
            return identity.enrolment.before, before
    return identity.enrolment.device, identity.anchor


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
        with suppress(ValueError, RecursionError):
            _, end = reader.raw_decode(text)
            body = text[:end].encode()
            behind = found.start() + len(body)
            head = raw[behind : behind + HEAD_BYTES]
            if raw[found.start() : behind] == body and len(head) == HEAD_BYTES:
                yield Row(int(found[1]), body, head.hex())


def _records(path: Path) -> Iterator[Row]:
    for seq, body, head in _asked(path, "select seq, body, head from record"):
        is_row = isinstance(body, bytes) and isinstance(head, bytes) and len(head) == HEAD_BYTES
        if is_row and 0 < seq <= SEQ_MAX:
            yield Row(seq, body, head.hex())


def _asides(path: Path) -> dict[int, list[Aside]]:
    found: dict[int, list[Aside]] = {}
    for seq, kind, salt, text in _asked(path, "select seq, kind, salt, text from aside"):
        found.setdefault(seq, []).append(Aside(kind, salt, text))
    return found


def _draft(path: Path) -> str:
    drafts = (draft for (draft,) in _asked(path, "select draft from draft"))
    return next((draft for draft in drafts if isinstance(draft, str)), "")


def _proofs(path: Path, server_key: str) -> list[tuple[str, Signed]]:
    """Return the checkpoints that are still what the server signed, the oldest first."""
    found: dict[int, tuple[str, Signed]] = {}
    for number, made_at, payload, signature in _asked(
        path, "select number, made_at, payload, signature from checkpoint"
    ):
        # whatever the disk made of it: it is a proof, or it is none
        with suppress(msgspec.ValidationError, keys.BadSignature):
            signed = msgspec.convert({"payload": payload, "signature": signature}, Signed)
            unseal(server_key, signed, Checkpoint)
            found[number] = str(made_at), signed
    return [found[number] for number in sorted(found)]


def _asked(path: Path, sql: str) -> Iterator[tuple[Any, ...]]:
    """Yield the rows that SQLite can still read, from the front, then from the back, some of them twice."""
    for order in ("", " order by rowid desc"):
        with suppress(sqlite3.Error, UnicodeDecodeError), closing(sqlite3.connect(path)) as disk:
            disk.text_factory = lambda raw: raw.decode("utf-8", "replace")
            yield from disk.execute(sql + order)
            return


def _journal(path: Path) -> Path:
    return path.with_name(f"{path.name}-journal")
