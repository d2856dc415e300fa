"""What a disk may hold after the power was cut: the rules of a file system like ext4, and no more. Pure.

A file's content is durable once the file was synced, and its name once the file was synced that was made
under it, or the folder. Until then the disk may hold any mixture: of each 512-byte sector any version that
it ever had since, but changes of names and of length only in the order in which they were made. What was
cut off a file does not come back when it grows anew, and a file that is made anew has nothing of the old one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from tests.faults.deeds import Cut, Opened, Removed, Renamed, Synced, Told, Wrote

if TYPE_CHECKING:
    import random
    from collections.abc import Mapping

    from tests.faults.deeds import Deed

SECTOR: Final = 512


@dataclass
class Layer:
    """What was written between two cuts of a file: its length after the first, and versions of sectors."""

    size: int
    sectors: dict[int, list[bytes]] = field(default_factory=dict)


@dataclass
class File:
    """A file: what is on the disk for sure, what programs see, and what lies between."""

    durable: bytes = b""
    seen: bytearray = field(default_factory=bytearray)
    layers: list[Layer] = field(default_factory=list)

    def write(self, at: int | None, content: bytes) -> None:
        """Write bytes; behind the end where no place is given."""
        begin = len(self.seen) if at is None else at
        end = begin + len(content)
        if len(self.seen) < begin:
            self.seen.extend(bytes(begin - len(self.seen)))
        self.seen[begin:end] = content
        if not self.layers:
            self.layers.append(Layer(len(self.durable)))
        for sector in range(begin // SECTOR, -(-end // SECTOR)):
            version = bytes(self.seen[sector * SECTOR : (sector + 1) * SECTOR])
            self.layers[-1].sectors.setdefault(sector, []).append(version)

    def cut(self, size: int) -> None:
        """Make it this long."""
        _resize(self.seen, size)
        self.layers.append(Layer(size))

    def sync(self) -> None:
        """Put what was written since the last time on the disk for sure."""
        content = bytearray(self.durable)
        for layer in self.layers:
            _resize(content, layer.size)
            for sector, versions in layer.sectors.items():
                _put(content, sector, versions[-1])
        self.durable, self.layers = bytes(content), []

    def forget(self, chance: random.Random) -> None:
        """Fail to sync: of what was written some stays under way, the rest will never come to the disk.

        Programs go on seeing what they have written, as they do on Linux. Lengths are no content: they come
        late, but they come.
        """
        likely = chance.choice((0.0, 0.5, 0.9))
        for layer in self.layers:
            layer.sectors = {at: each for at, each in layer.sectors.items() if chance.random() < likely}

    def torn(self, chance: random.Random) -> bytes:
        """Return what the disk may hold of it after a power cut now."""
        content = bytearray(self.durable)
        likely = chance.choice((0.0, 0.1, 0.5, 0.9, 1.0))
        for layer in self.layers[: chance.randint(0, len(self.layers))]:
            _resize(content, layer.size)
            for sector, versions in layer.sectors.items():
                if chance.random() < likely:
                    _put(content, sector, chance.choice(versions))
        return bytes(content)


@dataclass(frozen=True, slots=True)
class Change:
    """A name was given to a file, or taken away from it (`name`, with no file)."""

    name: str
    file: File | None


class Disk:
    """The files of one folder. `names` that are there from the beginning are durable."""

    def __init__(self, names: Mapping[str, bytes]) -> None:
        self._durable = {name: File(content, bytearray(content)) for name, content in names.items()}
        self._seen = dict(self._durable)
        self._changes: list[tuple[Change, ...]] = []

    def do(self, deed: Deed, chance: random.Random) -> None:
        """Let a deed happen. `chance` decides what is left of what could not be synced."""
        match deed:
            case Opened(name, emptied):
                self._open(name, emptied=emptied)
            case Wrote(name, at, content):
                self._seen[name].write(at, content)
            case Cut(name, size):
                self._seen[name].cut(size)
            case Renamed(name, to):
                self._change(Change(name, None), Change(to, self._seen[name]))
            case Removed(name):
                self._change(Change(name, None))
            case Synced("", failed=True) | Told():
                pass
            case Synced(""):
                self._put_names(len(self._changes))
            case Synced(name, failed):
                self._sync(name, chance if failed else None)

    def lost(self) -> dict[str, bytes]:
        """Return the files when nothing came to the disk that did not have to."""
        return {name: file.durable for name, file in self._durable.items()}

    def kept(self) -> dict[str, bytes]:
        """Return the files as programs see them."""
        return {name: bytes(file.seen) for name, file in self._seen.items()}

    def torn(self, chance: random.Random) -> dict[str, bytes]:
        """Return the files when some of what was under way came to the disk."""
        names = dict(self._durable)
        for change in self._changes[: chance.randint(0, len(self._changes))]:
            _rename(names, change)
        return {name: file.torn(chance) for name, file in names.items()}

    def _open(self, name: str, *, emptied: bool) -> None:
        """Make a file that is not there, or throw away the content of one."""
        if name not in self._seen:
            self._change(Change(name, File()))
        elif emptied and self._seen[name].seen:
            self._seen[name].cut(0)

    def _change(self, *changes: Change) -> None:
        """Change names, all of it at once."""
        _rename(self._seen, changes)
        self._changes.append(changes)

    def _sync(self, name: str, chance: random.Random | None) -> None:
        """Sync a file, and with it the name that it was made under; older changes of names come before it.

        With `chance` it fails. What is no file is a folder in this one, and not our concern.
        """
        file = self._seen.get(name)
        if file is None:
            return
        if chance is not None:
            file.forget(chance)
            return
        file.sync()
        made = [at for at, changes in enumerate(self._changes, 1) if changes[0].file is file]
        self._put_names(max(made, default=0))

    def _put_names(self, count: int) -> None:
        """Put the oldest changes of names on the disk for sure."""
        for changes in self._changes[:count]:
            _rename(self._durable, changes)
        del self._changes[:count]


def _rename(names: dict[str, File], changes: tuple[Change, ...]) -> None:
    for change in changes:
        if change.file is None:
            names.pop(change.name, None)
        else:
            names[change.name] = change.file


def _put(content: bytearray, sector: int, version: bytes) -> None:
    begin, end = sector * SECTOR, sector * SECTOR + len(version)
    _resize(content, max(len(content), end))
    content[begin:end] = version


def _resize(content: bytearray, size: int) -> None:
    """Cut what is behind, or add zeros."""
    del content[size:]
    content.extend(bytes(size - len(content)))
