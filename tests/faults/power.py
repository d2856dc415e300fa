"""The power is cut: at every moment of a kiosk's day its disk is looked at in every state that it may be in.

A kiosk lives a day while strace writes down what it does to its files. That is done once more on a model of
a disk, which says what may be left after each deed; the real keyfile and the real outbox open what is left.
Beside it programs whose fate is known, on the same model: some that must lose, some that must not.
"""

from __future__ import annotations

import hashlib
import os
import random
import shutil
from collections.abc import Callable, Container, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Final

from kiosk import keyfile
from kiosk.errors import ConfigError, DamagedError, DiskError, OutboxError
from kiosk.salvage import open_outbox
from server.protocol.record import decode_body, rating_of
from tests.faults import strace
from tests.faults.cases import Case, FaultClass, Scale, Tally
from tests.faults.deeds import CONNECTED, OPTIONS, Synced, Told, deeds
from tests.faults.disk_model import Disk
from tests.faults.place import FINGER, WRITER, Day, Fate, opened
from tests.faults.power_program import KINDS, Kind, examine_known, run_known
from tests.faults.reckoning import Lived, read_paper, reckon
from tests.story.book import Kept

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from kiosk.keyfile import Identity
    from tests.faults.deeds import Deed
    from tests.faults.place import Place
    from tests.faults.strace import Point

DAYS: Final = {
    Day("enrolment", 3, enrols=True): 1,
    Day("first start", 6, born=True): 2,
    Day("fifty ratings", 50): 6,
    Day("backlog", 6, waiting=30): 2,
    Day("one disk in two kiosks", 3, fate=Fate.COPIED): 1,
    Day("damaged outbox", 3, waiting=6, fate=Fate.DAMAGED): 2,
    Day("cut off as it became another", 3, waiting=6, fate=Fate.CUT_OFF): 1,
}
"""The days of a kiosk, and in how many cases all their moments are."""
OFFLINE: Final = Day("nobody answers", 4, offline=True)
FORGETTING: Final = 4
"""In how many cases all the syncs of a day fail, one by one."""
SYNC: Final = "fdatasync"
"""The call by which SQLite syncs."""
TEARS: Final = 20
"""How often chance decides what is left, at each moment."""
DRAWN, DRAWN_TEARS = 30, 3
"""How many moments of a day are drawn where not all are taken, and how often chance decides then."""
ALL_RECORDS: Final = 1_000_000
FOUND_MAX: Final = 20
"""How many different things that are wrong are told of one day."""
Examine = Callable[["Path", Sequence[str]], Tally]
"""Opens the files of a folder as the program would, and says what is missing of what was told."""


@dataclass(frozen=True, slots=True)
class Recording:
    """A folder before a day, what was done to it, as it was at the end, and what was told before the day."""

    before: dict[str, bytes]
    deeds: Sequence[Deed]
    after: dict[str, bytes]
    told: tuple[str, ...] = ()

    def faults(self) -> tuple[str, ...]:
        """Say whether the deeds make the folder what it was: else some are missing, or not understood."""
        disk = Disk(self.before)
        for deed in self.deeds:
            disk.do(deed, random.Random(0))
        return () if disk.kept() == self.after else ("what was recorded is not what was done",)


@dataclass(frozen=True, slots=True)
class Choice:
    """Which of a number of moments are taken, and how often chance decides what is left at each."""

    taken: Callable[[int], Container[int]]
    tears: int
    seed: int


def cut(recording: Recording, examine: Examine, choice: Choice, folder: Path) -> Tally:
    """Cut the power after the deeds that are chosen, and examine each state of the disk once."""
    disk, told, chance = Disk(recording.before), list(recording.told), random.Random(choice.seed)
    taken = choice.taken(len(recording.deeds))
    tally, known = Tally(found=recording.faults()), set()
    for at, deed in enumerate(recording.deeds):
        disk.do(deed, chance)
        if isinstance(deed, Told):
            told.append(deed.text)
        if at not in taken:
            continue
        torn = (disk.torn(chance) for _ in range(choice.tears))
        for state in (disk.lost(), disk.kept(), *torn):
            mark = hashlib.sha256(repr((sorted(state.items()), len(told))).encode()).digest()
            if mark not in known:
                known.add(mark)
                _lay_out(state, folder)
                tally += Tally(cases=1) + examine(folder, told)
    thanks = sum(isinstance(deed, Told) and deed.text != CONNECTED for deed in recording.deeds)
    return replace(tally, ratings=thanks, found=tuple(dict.fromkeys(tally.found))[:FOUND_MAX])


def _lay_out(state: dict[str, bytes], folder: Path) -> None:
    """Make a folder of what the disk holds."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, content in state.items():
        (folder / name).write_bytes(content)


def cut_day(day: Day, choice: Choice, folder: Path, *, lies: bool = False) -> Tally:
    """Cut the power in a day of the kiosk. A disk that `lies` says that it has synced, and has not."""
    with opened(folder, day) as place:
        recording = record(place, ())
        if lies:
            done = [deed for deed in recording.deeds if not isinstance(deed, Synced)]
            recording = replace(recording, deeds=done)
        # what another machine with the same disk was given is not on this one's
        first = place.citizens - day.ratings + 1 if day.fate is Fate.COPIED else 1
        citizens = range(first, place.citizens + 1)
        return cut(recording, partial(examine_kiosk, recording.after, citizens), choice, folder / "left")


def cut_failing(
    day: Day, choose: Callable[[list[Point]], list[Point]], choice: Choice, folder: Path
) -> Tally:
    """Let syncs fail, each in a day of its own, on a disk that forgets what it failed to sync; cut the power.

    Linux shows programs what they wrote, and the next sync succeeds; but what was lost is lost.
    """
    tally = Tally()
    with opened(folder, day) as place:
        place.prepare()
        trace = folder / "trace"
        place.spend_day(WRITER, partial(strace.tracing, trace=trace))
        for point in choose([point for point in strace.points(trace) if point.call == SYNC]):
            recording = record(place, ("-e", f"inject={SYNC}:error=EIO:when={point.at}"))
            failed = sum(isinstance(deed, Synced) and deed.failed for deed in recording.deeds)
            citizens = range(1, place.citizens + 1)
            tally += cut(
                recording, partial(examine_kiosk, recording.after, citizens), choice, folder / "left"
            )
            tally += Tally(figures=(("syncs that failed", failed),))
            place.live(1)
    return tally + Tally(found=tuple(place.found))


def record(place: Place, options: Sequence[str]) -> Recording:
    """Let the kiosk live its day, and write down what it does to its files. `options` go to strace."""
    place.prepare()
    files, trace = place.home / "kiosk", place.folder / "trace"
    files.mkdir(exist_ok=True)
    before, told = _read(files), place.paper.read_text("ascii") if place.paper.exists() else ""
    if place.day.fate is Fate.COPIED:
        told = ""
    place.spend_day(FINGER, lambda thread: strace.watching(thread, "-o", str(trace), *OPTIONS, *options))
    with trace.open() as lines:
        done = deeds(lines, str(files), str(place.paper))
    return Recording(before, done, _read(files), (told,))


def examine_kiosk(after: dict[str, bytes], citizens: range, folder: Path, told: Sequence[str]) -> Tally:
    """Open what is left as the kiosk would: its key, its config, its outbox; and compare with what was told.

    `after` is how the files were at the end of the day, `citizens` are those who came to this machine.
    """
    thanked, sorry = read_paper("".join(each for each in told if each != CONNECTED))
    nothing = Tally(lost=len(thanked))
    # a member may have become another device meanwhile; whom the server does not know yet has one key
    is_member = keyfile.is_member(folder)
    if CONNECTED in told and not is_member and _read(folder).get(keyfile.KEY_FILE) != after[keyfile.KEY_FILE]:
        return nothing + Tally(found=("the server knows another key",))
    try:
        keyfile.become_successor(folder)
        identity = keyfile.identity(folder)
        if identity is None:
            return nothing
        if keyfile.kept_config(folder, identity) is None:
            return nothing + Tally(found=("a member has no config",))
        book = _open_outbox(folder, identity)
    except (ConfigError, DamagedError, DiskError, OutboxError) as error:
        return nothing + Tally(found=(str(error),))
    except (TypeError, AttributeError, ValueError) as error:  # it stumbled over a table that holds anything
        return nothing + Tally(found=(f"{type(error).__name__}: {error}",))
    return reckon([Lived(citizens.start, len(citizens), thanked, sorry, cut=True)], book)


def _open_outbox(folder: Path, identity: Identity) -> list[Kept]:
    """Open the outbox as a start does; return all it will ever send. Raises `KioskError`.

    What is sent of a chain that has come to its end is what its successor carries.
    """
    with closing(open_outbox(folder / "outbox.sqlite3", identity, os.urandom)) as outbox:
        outbox.seal()
        outbox.settle(0, identity.anchor, "2026-11-23")
        try:
            stretch = outbox.stretch(ALL_RECORDS)
        except OutboxError:
            outbox.succeed("e" * 32, identity.anchor)
            stretch = outbox.stretch(ALL_RECORDS)
    return [
        Kept(rating_of(decode_body(body)), {str(aside.kind): aside.text for aside in asides}, "")
        for body, asides in zip(stretch.bodies, stretch.asides, strict=True)
    ]


def cut_known(kind: Kind, choice: Choice, folder: Path) -> Tally:
    """Cut the power of a program whose fate is known; its states are not the kiosk's, and counted apart."""
    trace, files = folder / "trace", folder / "files"
    run_known(kind, folder, lambda thread: strace.watching(thread, "-o", str(trace), *OPTIONS))
    with trace.open() as lines:
        recording = Recording({}, deeds(lines, str(files), str(folder / "paper")), _read(files))
    tally = cut(recording, partial(examine_known, kind), choice, folder / "left")
    return replace(
        tally, cases=0, figures=(("known states", tally.cases), ("ratings that they lose", tally.lost))
    )


def cases(scale: Scale, seed: int) -> Iterator[Case]:
    """Yield some moments of every day drawn by lot, or all of them in shares; and what is known."""
    drawn = Choice(partial(_drawn, seed), DRAWN_TEARS, seed)
    for day, shares in DAYS.items():
        if scale is Scale.SMALL:
            yield Case(day.name, partial(cut_day, day, drawn))
        else:
            for share in range(shares):
                choice = Choice(partial(_share, share, shares), TEARS, seed + share)
                yield Case(f"{day.name} {share + 1}/{shares}", partial(cut_day, day, choice))
    for share in range(1 if scale is Scale.SMALL else FORGETTING):
        some = partial(_some, share, DRAWN if scale is Scale.SMALL else FORGETTING)
        yield Case(f"forgets what it failed to sync {share + 1}", partial(cut_failing, OFFLINE, some, drawn))
    yield Case("control: a disk that lies", partial(cut_day, OFFLINE, drawn, lies=True), control=True)
    for kind in KINDS:
        word = "control: loses" if kind.loses else "known good"
        choice = drawn if scale is Scale.SMALL else Choice(range, TEARS, seed)
        yield Case(f"{word}: {kind.name}", partial(cut_known, kind, choice), control=kind.loses)


def _some(share: int, shares: int, every: list[Point]) -> list[Point]:
    return every[share::shares]


def _drawn(seed: int, count: int) -> Container[int]:
    return frozenset(random.Random(seed).sample(range(count), min(count, DRAWN)))


def _share(share: int, shares: int, count: int) -> Container[int]:
    return range(share, count, shares)


def _read(folder: Path) -> dict[str, bytes]:
    # the folder of surveys holds copies that a server may want back, and nothing that was thanked for
    return {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()}


POWER_LOSS: Final = FaultClass("power-loss", "power cut at every deed of the disk", cases)
