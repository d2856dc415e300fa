"""What befalls disks, and whose ratings are on which: what no disk has, no program can bring home."""

from __future__ import annotations

import itertools
import re
import shutil
from contextlib import closing
from typing import TYPE_CHECKING, Final

from pysqlite3 import dbapi2 as sqlite3

from server.protocol.record import decode_body, rating_of
from tests.simulation.kiosk import OUTBOX
from tests.simulation.people import MARK, come, number_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.simulation.province import Province

KEPT_S: Final = 89 * 86400.0
"""How long a kiosk keeps what was received, at least."""
TWIN_VISITS_MAX: Final = 6
TWIN_S: Final = 500.0
PAGE_BYTES: Final = 4096
"""The first page, on which no record lies."""


def clone(province: Province) -> None:
    """Copy a kiosk's disk into another machine, which then believes it is that kiosk.

    Not while a draft is on it: nobody could say later that both copies of that visit are one.
    """
    kiosk = province.any_kiosk()
    if kiosk.has_draft:
        return
    folder = kiosk.folder.with_name(f"{kiosk.folder.name}-copy{len(province.kiosks)}")
    shutil.copytree(kiosk.folder, folder)
    twin = province.add_kiosk(folder)
    province.world.tell(kiosk.name, f"is cloned as {twin.name}")
    twin.start()
    come(province, twin, TWIN_VISITS_MAX, TWIN_S)


def damage(province: Province) -> None:
    """Destroy a part of an outbox's first page, or all of it: its records lie behind it."""
    kiosk, chance = province.any_kiosk(), province.world.chance
    kiosk.die(power=True)
    begin = chance.choice([0, chance.randrange(100), chance.randrange(PAGE_BYTES)])
    size = min(chance.choice([1, 16, PAGE_BYTES]), PAGE_BYTES - begin)
    with (kiosk.folder / OUTBOX).open("r+b") as file:
        file.seek(begin)
        file.write(province.world.bytes(size))
    province.world.tell(kiosk.name, f"bytes {begin} to {begin + size} of its outbox are damaged")
    province.world.later(chance.uniform(1, 300), kiosk.start)


def put_back(province: Province) -> None:
    """Put a kiosk's disk back to what it was some minutes before, as an image that is restored does."""
    kiosk, chance = province.any_kiosk(), province.world.chance
    if kiosk.has_draft:
        return
    places = (kiosk.folder.with_name(f"{kiosk.folder.name}-image{count}") for count in itertools.count(1))
    image = next(place for place in places if not place.exists())
    shutil.copytree(kiosk.folder, image)

    def lose() -> None:
        kiosk.die(power=True)
        gone = on_outbox(kiosk.folder) - on_outbox(image)
        shutil.rmtree(kiosk.folder)
        image.rename(kiosk.folder)
        province.only_in_book |= gone
        province.paper.lost |= gone - on_any_disk(province)
        province.world.tell(kiosk.name, f"its disk is put back; gone are {sorted(gone)}")
        province.world.later(chance.uniform(1, 300), kiosk.start)

    province.world.later(chance.uniform(1, 900), lose)


def book_was_lost(province: Province) -> None:
    """Write down who was only in the book that is lost: gone from the kiosks by a disk, or by the months."""
    old = {
        number for number, at_s in province.paper.thanks.items() if province.world.true_s() - at_s > KEPT_S
    }
    province.paper.lost |= (province.only_in_book | old) - on_any_disk(province)


def on_any_disk(province: Province) -> set[int]:
    """Return whose ratings are on the disk of any kiosk, or of the server."""
    found = set().union(*(on_outbox(kiosk.folder) for kiosk in province.kiosks))
    with closing(sqlite3.connect(province.server.path)) as db:
        bodies = [bytes(body) for (body,) in db.execute("select body from journal")]
    return found | {number_of(rating_of(decode_body(body))) for body in bodies}


def on_outbox(folder: Path) -> set[int]:
    """Return whose ratings are on a kiosk's disk."""
    raw = (folder / OUTBOX).read_bytes()  # which may be damaged
    return {int(number) for number in re.findall(rb"%b:(\d+)" % MARK.encode(), raw)}
