"""A book as hashes, from the database or from a file: what anybody can verify without reading a rating.

The file is of lines of JSON, compressed if its name ends in `.gz`. Bodies are in it only if asked for.
"""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Any, Final

import msgspec
from msgspec import Struct

from server.domain.audit import FIRST, Kept
from server.domain.verification import (
    CheckpointLine,
    DeviceLine,
    EntryLine,
    EventLine,
    HeadLine,
    LogHeadLine,
)
from server.errors import CommandError
from server.protocol.messages import Signed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from server.protocol.checkpoint import DeviceHead
    from server.store import Store


LEVEL: Final = 6
"""How hard to compress while others wait: hashes hardly get smaller anyway."""


class ServerLine(Struct, frozen=True, tag="server", tag_field="kind"):
    """The first line: whose book it is, and when it was exported."""

    v: int
    key: str
    exported_at: str


Line = ServerLine | DeviceLine | EntryLine | HeadLine | CheckpointLine | EventLine | LogHeadLine


@dataclass(frozen=True, slots=True)
class StoreEvidence:
    """The evidence that a database gives."""

    store: Store
    with_bodies: bool = False

    def devices(self) -> Sequence[DeviceLine]:
        """Return every device, by id."""
        return [
            DeviceLine(
                each.id,
                each.public_key,
                each.enrolled or each.counter,
                each.state.value,
                each.before,
                each.revoked_ms,
                each.seq,
                each.head,
                each.entry,
                Signed(payload=each.enrolment, signature=each.enrolment_signature),
            )
            for each in self.store.devices()
        ]

    def entries(self, device: str) -> Iterator[EntryLine]:
        """Return a device's records in order."""
        for row in self.store.journal(device):
            body = row.body.decode("utf-8", "replace") if self.with_bodies else ""
            hashed = hashlib.sha256(row.body).hexdigest()
            yield EntryLine(
                device, row.seq, row.head, hashed, row.received_ms, row.boot, row.mono_ms, row.entry, body
            )

    def signed_heads(self) -> Mapping[str, HeadLine]:
        """Return the newest signed head of each device."""
        return {
            each.device: HeadLine(each.device, each.parts, each.signature)
            for each in self.store.signed_heads()
        }

    def checkpoints(self) -> Sequence[CheckpointLine]:
        """Return every checkpoint in order."""
        moved: dict[int, list[DeviceHead]] = {}
        for number, head in self.store.checkpoint_heads():
            moved.setdefault(number, []).append(head)
        return [
            CheckpointLine(each.number, each.hash, each.made_ms, each.signed, moved.pop(each.number, []))
            for each in self.store.checkpoints()
        ]

    def events(self) -> Sequence[Kept]:
        """Return the audit log in order."""
        return list(self.store.audit_log())

    def audit_head(self) -> tuple[int, str]:
        """Return how far the audit log has come."""
        return self.store.audit_head()


@dataclass(slots=True)
class FileEvidence:
    """The evidence that somebody exported."""

    server: ServerLine | None = None
    device_lines: list[DeviceLine] = field(default_factory=list)
    entry_lines: dict[str, list[EntryLine]] = field(default_factory=dict)
    head_lines: dict[str, HeadLine] = field(default_factory=dict)
    checkpoint_lines: list[CheckpointLine] = field(default_factory=list)
    event_lines: list[Kept] = field(default_factory=list)
    head: tuple[int, str] = (0, FIRST)

    def take(self, line: Line) -> None:
        """Add a line of the file."""
        match line:
            case ServerLine():
                self.server = line
            case DeviceLine():
                self.device_lines.append(line)
            case EntryLine():
                self.entry_lines.setdefault(line.device, []).append(line)
            case HeadLine():
                self.head_lines[line.device] = line
            case CheckpointLine():
                self.checkpoint_lines.append(line)
            case EventLine():
                self.event_lines.append(line.kept)
            case LogHeadLine():
                self.head = (line.id, line.hash)

    def devices(self) -> Sequence[DeviceLine]:
        """Return every device, by id."""
        return self.device_lines

    def entries(self, device: str) -> Sequence[EntryLine]:
        """Return a device's records in order."""
        return self.entry_lines.get(device, [])

    def signed_heads(self) -> Mapping[str, HeadLine]:
        """Return the newest signed head of each device."""
        return self.head_lines

    def checkpoints(self) -> Sequence[CheckpointLine]:
        """Return every checkpoint in order."""
        return self.checkpoint_lines

    def events(self) -> Sequence[Kept]:
        """Return the audit log in order."""
        return self.event_lines

    def audit_head(self) -> tuple[int, str]:
        """Return how far the audit log had come."""
        return self.head


def lines_of(evidence: StoreEvidence, server: ServerLine) -> Iterator[Line]:
    """Return the lines of a file, in an order that is read as it comes."""
    yield server
    for device in evidence.devices():
        yield device
        yield from evidence.entries(device.device)
    yield from evidence.signed_heads().values()
    yield from evidence.checkpoints()
    yield from (EventLine(each) for each in evidence.events())
    yield LogHeadLine(*evidence.audit_head())


def write_evidence(file: Path, evidence: StoreEvidence, server: ServerLine) -> int:
    """Write a file; returns how many lines it has."""
    with _opened(file, "wb") as out:
        return _write(out, evidence, server)


def write_lines(out: IO[bytes], evidence: StoreEvidence, server: ServerLine) -> int:
    """Write into an open file, compressed; returns how many lines it has."""
    with gzip.GzipFile(fileobj=out, mode="wb", compresslevel=LEVEL, mtime=0) as packed:
        return _write(packed, evidence, server)


def _write(out: IO[bytes] | gzip.GzipFile, evidence: StoreEvidence, server: ServerLine) -> int:
    count = 0
    for count, line in enumerate(lines_of(evidence, server), 1):  # noqa: B007 - told at the end
        out.write(msgspec.json.encode(line) + b"\n")
    return count


def read_evidence(file: Path) -> FileEvidence:
    """Read a file. Raises `CommandError` where it is no evidence."""
    found = FileEvidence()
    for line in _read(file, Line):
        found.take(line)
    if found.server is None:
        raise CommandError(f"{file} is no evidence: it does not say of which server")
    return found


def read_checkpoints(file: Path) -> list[Signed]:
    """Read checkpoints that somebody kept: lines of JSON, or one list. Raises `CommandError`."""
    found: list[Signed] = []
    for each in _read(file, Signed | list[Signed]):
        found += each if isinstance(each, list) else [each]
    return found


def _read(file: Path, kind: Any) -> Iterator[Any]:  # noqa: ANN401 - msgspec takes any type, and gives it
    """Read the lines of a file; what is wrong with one is told with its number."""
    number = 0
    with _opened(file, "rb") as source:
        try:
            for line in source:
                number += 1
                if line.strip():
                    yield msgspec.json.decode(line, type=kind)
        except (msgspec.DecodeError, EOFError, gzip.BadGzipFile) as error:
            raise CommandError(f"{file}, line {number}: {error}") from error


def _opened(file: Path, mode: str) -> IO[bytes]:
    if file.suffix == ".gz":
        return gzip.open(file, mode)  # type: ignore[return-value] # of bytes, by its mode
    return open(file, mode)  # noqa: PTH123 - typed by its mode
