"""What a program did to the files of one folder, in order, read from a trace of strace(1). Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

CALLS: Final = (
    "openat,write,writev,pwrite64,pwritev,pwritev2,ftruncate,truncate,fallocate,fsync,fdatasync,sync,syncfs"
    ",sync_file_range,rename,renameat,renameat2,unlink,unlinkat,link,linkat,symlink,symlinkat"
    ",copy_file_range,sendfile,splice,connect"
)
"""Every call that changes a file, or makes a change durable, or tells somebody."""
OPTIONS: Final = ("-f", "-y", "-xx", "-s", "1000000", "-e", f"trace={CALLS}", "-e", "signal=none")
"""How strace must be asked, so that its words can be read here: strings and paths as hex, whole."""
PART: Final = re.compile(r"^(\d+) +(?:<\.\.\. \w+ resumed>)?(.*?)(<unfinished \.\.\.>)?$")
WHOLE: Final = re.compile(r"^([a-z]\w*)\((.*)\) += (-?\d+)(.*)$")
STRING: Final = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
FILE: Final = re.compile(r"^(\d+)<((?:\\x[0-9a-f]{2})*)>")


@dataclass(frozen=True, slots=True)
class Opened:
    """A file was opened, and made if it was not there; if `emptied`, what was in it was thrown away."""

    name: str
    emptied: bool


@dataclass(frozen=True, slots=True)
class Wrote:
    """Bytes were written; `at` None: behind the end."""

    name: str
    at: int | None
    content: bytes


@dataclass(frozen=True, slots=True)
class Cut:
    """A file was made this long."""

    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Synced:
    """A file, or the folder (it has no name), was synced; or the disk said that it had `failed`."""

    name: str
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Renamed:
    """A file got another name, and took it from whatever had it."""

    name: str
    to: str


@dataclass(frozen=True, slots=True)
class Removed:
    """A name was taken away."""

    name: str


@dataclass(frozen=True, slots=True)
class Told:
    """The world outside was told something: a citizen their thanks, or a server that somebody is there."""

    text: str


CONNECTED: Final = "connected"
"""What is told when a connection was begun."""
Deed = Opened | Wrote | Cut | Synced | Renamed | Removed | Told


class UnknownDeedError(Exception):
    """A call changed the folder in a way that is not understood here."""


@dataclass(frozen=True, slots=True)
class Call:
    """A system call: its arguments, what it returned, and in which lines of the trace it begins and ends."""

    name: str
    arguments: str
    result: int
    opened: str
    begun: int
    over: int

    def strings(self) -> list[bytes]:
        """Return the strings among the arguments."""
        return [_bytes(each) for each in STRING.findall(self.arguments)]

    def file(self) -> tuple[int, str]:
        """Return the number and path of the file it works on; without one, -1 and nothing."""
        found = FILE.match(self.arguments)
        return (-1, "") if found is None else (int(found[1]), _bytes(found[2]).decode())


def calls(lines: Iterable[str]) -> Iterator[Call]:
    """Yield the calls of all threads, in the order in which they were over."""
    begun: dict[str, tuple[int, str]] = {}
    for number, line in enumerate(lines):
        if (part := PART.match(line)) is None:
            continue
        thread, text, is_open = part[1], part[2], part[3] is not None
        first, before = begun.pop(thread, (number, ""))
        if is_open:
            begun[thread] = number, text
        elif whole := WHOLE.match(before + text):
            yield Call(whole[1], whole[2], int(whole[3]), whole[4], first, number)


def deeds(lines: Iterable[str], folder: str, paper: str) -> list[Deed]:
    """Return what was done to the files right in a folder, and what was told: on paper, or by a connection.

    A deed stands where it was over, and what was told where it was begun. Raises `UnknownDeedError`.
    """
    reader = _Reader(folder, paper)
    found = [(place, deed) for call in calls(lines) for place, deed in reader.read(call)]
    return [deed for _, deed in sorted(found, key=lambda each: each[0])]


class _Reader:
    """Understands one call after the other."""

    def __init__(self, folder: str, paper: str) -> None:
        self._folder = folder
        self._paper = paper
        self._at: dict[int, int | None] = {}

    def read(self, call: Call) -> Iterator[tuple[int, Deed]]:
        """Yield what a call did, and its place. A call that failed did nothing."""
        number, path = call.file()
        if call.name == "connect":
            yield call.begun, Told(CONNECTED)
        elif call.name == "write" and path == self._paper:
            yield call.begun, Told(call.strings()[0].decode())
        elif call.name in {"fsync", "fdatasync"}:
            if (name := self._name(path)) is not None:
                yield call.over, Synced(name, failed=call.result < 0)
        elif call.result >= 0:
            yield from ((call.over, deed) for deed in self._changes(call, number, path))

    def _changes(self, call: Call, number: int, path: str) -> Iterator[Deed]:
        """Yield how a call that succeeded changed the folder."""
        strings = call.strings()
        named = [
            name for each in strings[:2] if (name := self._name(each.decode("utf-8", "replace"))) is not None
        ]
        name = self._name(path)
        match call.name:
            case "openat":
                yield from self._opening(call)
            case "write" if name is not None:
                yield Wrote(name, self._at[number], strings[0][: call.result])
                self._forward(number, call.result)
            case "pwrite64" if name is not None:
                yield Wrote(name, int(call.arguments.rpartition(", ")[2]), strings[0][: call.result])
            case "ftruncate" if name is not None:
                yield Cut(name, int(call.arguments.rpartition(", ")[2]))
            case "rename" if named:
                yield Renamed(*named)
            case "unlink" if named:
                yield Removed(*named)
            case "write" | "pwrite64":
                pass  # into another file
            case _ if name is not None or named:
                raise UnknownDeedError(f"{call.name}({call.arguments[:200]})")
            case _:
                pass

    def _opening(self, call: Call) -> Iterator[Deed]:
        """Note where writing begins in a file that was opened, and yield what came of opening it."""
        found = FILE.match(f"{call.result}{call.opened.strip()}")
        name = None if found is None else self._name(_bytes(found[2]).decode())
        if name is not None and "O_DIRECTORY" not in call.arguments and name:
            self._at[call.result] = None if "O_APPEND" in call.arguments else 0
            if "O_CREAT" in call.arguments or "O_TRUNC" in call.arguments:
                yield Opened(name, emptied="O_TRUNC" in call.arguments)

    def _forward(self, number: int, count: int) -> None:
        at = self._at[number]
        self._at[number] = None if at is None else at + count

    def _name(self, path: str) -> str | None:
        """Return the name of a file in the folder, nothing for the folder itself, None for all the rest."""
        if path == self._folder:
            return ""
        name = path.removeprefix(f"{self._folder}/")
        return name if name != path and "/" not in name else None


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text.replace("\\x", ""))
