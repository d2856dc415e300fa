"""What every world begins with, made once: a server's disk with a survey, and enrolled kiosks."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from kiosk import keyfile
from server.domain.places import Center, Counter
from server.protocol import keys
from server.protocol.messages import Enrolled, EnrolmentRequest
from server.protocol.survey import encode_survey
from server.store import Code, open_store
from server.store.writer import Writer
from server.web.context import Context, make_context
from server.web.kiosk_api import hash_code
from tests.kiosk.stories import ONE_TAP
from tests.simulation.parcel import Parcel
from tests.simulation.server import EMPTY, Server
from tests.simulation.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator

CENTER: Final = Center(24823, "Phường 1 Bảo Lộc", "phường", 11.55, 107.81)
KIOSKS_MAX: Final = 3
SERVER_SEED: Final = bytes(31) + b"\x07"
CODE_MS: Final = 900_000
MEMORY: Final = Path("/dev/shm")  # noqa: S108 - Linux keeps a file system in memory there; else a disk serves
"""Where a sync costs nothing."""


@dataclass(frozen=True, slots=True)
class Place:
    """The disks that a world begins with, and a server's parts but for its store and its clock."""

    folder: Path
    context: Context

    def lay_out(self, folder: Path) -> None:
        """Put the server's disk and the kiosks' into a world's own folder."""
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)


@contextmanager
def open_place() -> Iterator[Place]:
    """Make the disks that worlds begin with."""
    with open_folder() as folder:
        world = World(0)
        store = open_store(f"sqlite:{folder / 'server.sqlite3'}", lambda: int(world.true_s() * 1000))
        with store.transaction():
            store.add_centers([CENTER])
            store.add_survey(encode_survey(ONE_TAP))
            for number in range(1, KIOSKS_MAX + 1):
                counter = Counter(f"{CENTER.code}-{number}", CENTER.code, number)
                store.add_counter(counter)
                store.add_code(
                    hash_code(_code(number)), Code(counter.id, int(world.true_s() * 1000) + CODE_MS, None)
                )
        context = make_context(
            store=store,
            writer=Writer(store),
            now_ms=lambda: 0,
            token=lambda count: "0" * count,
            public_url="http://server.example",
            signing_seed=SERVER_SEED,
        )
        store.copy_to(folder / EMPTY)
        store.close()
        server = Server(world, folder, context)
        server.start()
        for number in range(1, KIOSKS_MAX + 1):
            _enrol(world, server, folder / f"kiosk{number}", number)
        server.die()
        yield Place(folder, context)


@contextmanager
def open_folder() -> Iterator[Path]:
    """Make a folder where a sync costs nothing, if this machine has such a place."""
    where = MEMORY if os.access(MEMORY, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="nucuoi-simulation-", dir=where) as folder:
        yield Path(folder)


def _enrol(world: World, server: Server, folder: Path, number: int) -> None:
    """Let a kiosk be admitted, and keep what it is told."""
    seed = keyfile.device_seed(folder, world.bytes)
    wanted = EnrolmentRequest(v=1, code=_code(number), public_key=keys.public_key(seed), software="simulated")
    request = Parcel(
        (("content-type", "application/json"),), msgspec.json.encode(wanted), "POST", "/v1/enrolments"
    )
    answers: list[Parcel | None] = []
    server.arrive(request, answers.append)
    world.run(world.now + 1.0)
    (answer,) = answers
    assert answer is not None, "the server lives"
    enrolled = msgspec.json.decode(answer.content, type=Enrolled)
    membership = keyfile.Membership(
        server="http://server.example", server_key=enrolled.server_key, enrolment=enrolled.enrolment
    )
    keyfile.keep_membership(folder, membership, enrolled.config)


def _code(number: int) -> str:
    return f"7ABC9XY{number}"
