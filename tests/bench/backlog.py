"""A kiosk that comes back with 10,000 ratings in its outbox: how it starts, reacts and draws meanwhile.

It draws sixty pictures a second, and a finger touches it, while the queue drains into a real server; then
the same kiosk does the same for as long with nothing to send.
"""

from __future__ import annotations

import secrets
import time
from bisect import bisect_left
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

from kiosk import keyfile
from kiosk.draft import Draft
from kiosk.outbox import Outbox
from server.protocol.record import anchor
from tests.bench import slow_disk
from tests.bench.figures import Figure, compared
from tests.bench.program import running
from tests.bench.taps import FELT, HOLD_S, PICTURE, READ_THANKS_S, SETTLE_S, SIZE, wait_for_faces

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from tests.bench.premises import Premises
    from tests.bench.program import Program
    from tests.robot.screen import Screen

    Said = tuple[str, str]

QUEUED = 10_000
QUEUED_SLOW = 300
"""How many wait where each receipt costs several slow syncs."""
DRAINED_S_MAX = 120.0
AFTER_S = 2.0
"""So long after the last receipt a slow disk is watched."""
RECEIPT = "the server has "
PLAIN = "the same kiosk, nothing queued"


@dataclass(frozen=True, slots=True)
class Watched:
    """What was seen of a kiosk from its start until it had nothing to send: moments in monotonic seconds."""

    start_ms: float
    touched: Sequence[float]
    felt: Sequence[float]
    drawn: Sequence[float]
    begun: float
    ended: float

    def seen_ms(self) -> list[float]:
        """Return how long after each touch the next picture was made that knows of it."""
        known = (_next(self.felt, at) for at in self.touched)
        return [1000 * (_next(self.drawn, felt) - at) for at, felt in zip(self.touched, known, strict=True)]

    def frames_ms(self) -> list[float]:
        """Return the times from one picture to the next, or to the end if there was none any more."""
        drawn = [*(at for at in self.drawn if self.begun <= at < self.ended), self.ended]
        return [1000 * (later - sooner) for sooner, later in pairwise(drawn)]

    @property
    def lasted_s(self) -> float:
        """How long it was watched."""
        return self.ended - self.begun


def fill(data_dir: Path, count: int) -> int:
    """Put ratings into an enrolled kiosk's outbox, by its own code; returns the last record's number."""
    owner = keyfile.identity(data_dir)
    assert owner is not None, "it is not enrolled"
    config = keyfile.kept_config(data_dir, owner)
    assert config is not None, "it has no config"
    head = anchor(owner.membership.enrolment.payload.encode())
    outbox = Outbox(data_dir / "outbox.sqlite3", owner.enrolment.device, head, secrets.token_bytes)
    with outbox.at_once():  # one commit for all of them
        for number in range(count):
            draft = Draft(
                visit=number,
                survey=config.survey_hash,
                counter=config.counter.id,
                officer="",
                lang="vi",
                made_at="2026-11-23T05:00:00Z",
                boot="0" * 8,
                mono_ms=number,
                clock_ok=True,
                answers={config.survey.main.id: number % 5 + 1},
                flags=[],
            )
            outbox.save_draft(draft)
            outbox.seal()
    last = outbox.queue().last
    outbox.close()
    return last


def drain(screen: Screen, python: Path, folder: Path, queued: int) -> Watched:
    """Start an enrolled kiosk with so many ratings queued; watch and touch it until the server has them."""
    last = fill(folder / "kiosk", queued)

    def drained_at(heard: Sequence[Said], _begun: float) -> float | None:
        return next((at for at, count in _receipts(heard) if count >= last), None)

    with running(_command(python, folder), screen, folder, SIZE) as program:
        return _watch(program, screen, drained_at)


def drain_slowly(
    screen: Screen, python: Path, folder: Path, queued: int, library: Path, *, here: bool
) -> Watched:
    """Do the same on a slow disk (a `library`), untouched, and watch it from its first receipt on.

    With `here`, something is stored on the thread that draws upon each receipt: a control.
    """
    last = fill(folder / "kiosk", queued)
    more = ["--receipts-here", str(folder / "here.sqlite3")] if here else []
    command = _command(python, folder, *more)
    with running(command, screen, folder, SIZE, LD_PRELOAD=str(library)) as program:
        end = time.monotonic() + DRAINED_S_MAX
        while not any(count >= last for _, count in _receipts(_heard(program))):
            assert time.monotonic() < end, "the server never had them all"
            time.sleep(SETTLE_S)
        time.sleep(AFTER_S)
        heard = _heard(program)
    receipts = [at for at, _ in _receipts(heard)]
    return _watched(program, heard, [], receipts[0] - HOLD_S, receipts[-1] + AFTER_S)


def rest(screen: Screen, python: Path, folder: Path, like: Watched) -> Watched:
    """Start the same kiosk with nothing queued, and watch and touch it for as long."""

    def over_at(_heard: Sequence[Said], begun: float) -> float | None:
        return begun + like.lasted_s if time.monotonic() > begun + like.lasted_s else None

    with running(_command(python, folder), screen, folder, SIZE) as program:
        return _watch(program, screen, over_at)


def _command(python: Path, folder: Path, *more: str) -> list[str]:
    """Return what runs a kiosk that draws sixty pictures a second and tells of each."""
    watched = [str(python), "-m", "tests.bench.watched", *map(str, SIZE), "--moving", *more]
    return [*watched, "--data-dir", str(folder / "kiosk")]


def _watch(
    program: Program, screen: Screen, over_at: Callable[[Sequence[Said], float], float | None]
) -> Watched:
    """Touch face after face until it is over, as what was said since shows."""
    faces = wait_for_faces(screen)
    time.sleep(SETTLE_S)
    touched: list[float] = []
    begun = time.monotonic()
    while (ended := over_at(_heard(program), begun)) is None:
        assert time.monotonic() < begun + DRAINED_S_MAX, "the server never had them all"
        face = faces[len(touched) % len(faces)]
        touched.append(_touch(screen, face.x, face.y))
    return _watched(program, _heard(program), touched, begun, ended)


def _watched(
    program: Program, heard: Sequence[Said], touched: Sequence[float], begun: float, ended: float
) -> Watched:
    return Watched(
        start_ms=1000 * program.ready_s,
        touched=[at for at in touched if at < ended],
        felt=[float(at) for at, line in heard if line == FELT],
        drawn=[float(at) for at, line in heard if line == PICTURE],
        begun=begun,
        ended=ended,
    )


def _receipts(heard: Sequence[Said]) -> list[tuple[float, int]]:
    """Return when the kiosk heard how many records the server has."""
    return [(float(at), int(line.split()[3])) for at, line in heard if line.startswith(RECEIPT)]


def _heard(program: Program) -> list[Said]:
    """Return all that was said so far."""
    lines = (line.partition(" ") for line in list(program.words.queue))
    return [(at, said) for at, _, said in lines]


def _touch(screen: Screen, x: int, y: int) -> float:
    """Touch a face, and call the next question; returns when the finger came down."""
    pressed = time.monotonic()
    screen.press(x, y)
    time.sleep(HOLD_S)
    screen.release()
    time.sleep(READ_THANKS_S)
    screen.tap(SIZE[0] // 2, SIZE[1] // 2)
    time.sleep(SETTLE_S)
    return pressed


def _next(moments: Sequence[float], at: float) -> float:
    """Return the first moment at `at` or later. Raises `IndexError`."""
    return moments[bisect_left(moments, at)]


def measure(place: Premises, screen: Screen, python: Path, rounds: int) -> list[Figure]:
    """Drain and rest in turns; the kiosk must be enrolled."""
    drained, rested = [], []
    for _ in range(rounds):
        drained.append(drain(screen, python, place.folder, QUEUED))
        rested.append(rest(screen, python, place.folder, drained[-1]))
    names = f"kiosk, {QUEUED:,} queued"
    seen, plain_seen = ([ms for each in some for ms in each.seen_ms()] for some in (drained, rested))
    frames, plain_frames = ([ms for each in some for ms in each.frames_ms()] for some in (drained, rested))
    slow, plain_slow = ([max(each.frames_ms()) for each in some] for some in (drained, rested))
    return [
        Figure(f"{names}, watched while they drain", "s", median(each.lasted_s for each in drained)),
        compared(
            f"{names}, start to first picture",
            "ms",
            [each.start_ms for each in drained],
            [each.start_ms for each in rested],
            PLAIN,
        ),
        compared(f"{names}, touch to its picture, median of {len(seen)}", "ms", seen, plain_seen, PLAIN),
        Figure(f"{names}, touch to its picture, slowest", "ms", max(seen), max(plain_seen), PLAIN),
        compared(f"{names}, slowest frame, median of {rounds}", "ms", slow, plain_slow, PLAIN),
        Figure(f"{names}, slowest frame of {len(frames)}", "ms", max(frames), max(plain_frames), PLAIN),
        *_on_a_slow_disk(place, screen, python),
    ]


def _on_a_slow_disk(place: Premises, screen: Screen, python: Path) -> list[Figure]:
    """Drain where a sync is slow, beside the same with each receipt on the thread that draws."""
    if slow_disk.compiler() is None:
        return []
    library = slow_disk.build(place.folder)
    ours, here = (
        max(drain_slowly(screen, python, place.folder, QUEUED_SLOW, library, here=held).frames_ms())
        for held in (False, True)
    )
    what = f"kiosk, {QUEUED_SLOW} queued, a sync takes {slow_disk.SYNC_MS} ms, slowest frame"
    return [Figure(what, "ms", ours, here, "each receipt also on the thread that draws")]
