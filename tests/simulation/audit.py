"""What must be so when trouble has ended: thanked is stored exactly once, and the chains are whole."""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing
from typing import TYPE_CHECKING, Final

from server.commands.evidence import StoreEvidence
from server.domain.verification import verify_book
from server.protocol import keys
from server.protocol.record import anchor, decode_body, heads, rating_of
from tests.simulation.people import number_of
from tests.simulation.place import SERVER_SEED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.simulation.kiosk import Kiosk
    from tests.simulation.province import Province
    from tests.simulation.server import Disk

COUNTED: Final = """
select j.body, r.quarantine from rating_now r join journal j on j.device = r.device and j.seq = r.seq
"""
SUM: Final = """
select coalesce(sum(n1 + n2 + n3 + n4 + n5 - less1 - less2 - less3 - less4 - less5), 0) as n from center_day
"""
HUMAN: Final = frozenset({"fork", "unknown_head"})
"""Troubles of a cloned disk, about which a human is called."""


def faults_of(province: Province, *, whole: bool) -> Iterator[str]:
    """Say what is wrong with a world at its end; `whole`: with the server's own verification too."""
    yield from province.server.failed
    yield from province.seen
    if province.world.is_tired:
        yield "the world goes round in circles"
    server = province.server.life
    if server is None:
        yield "the server does not run"
        return
    kept: set[int] = set()
    for kiosk in province.kiosks:
        yield from _link_faults(kiosk, cloned=province.cloned)
        kept |= kept_by(kiosk) if province.cloned else set()
    yield from _count_faults(province, server.store, kept)
    yield from _chain_faults(server.store)
    if whole:
        report = verify_book(StoreEvidence(server.store), keys.public_key(SERVER_SEED))
        yield from report.all_faults()
        yield from server.store.faults()


def kept_by(kiosk: Kiosk) -> set[int]:
    """Return whose ratings are on the disk of a kiosk that called a human, who can bring them home."""
    if kiosk.life is None or kiosk.life.talk.news().trouble not in HUMAN:
        return set()
    path = kiosk.folder / "outbox.sqlite3"
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as db:
        return {number_of(rating_of(decode_body(body))) for (body,) in db.execute("select body from record")}


def believed_too_much(province: Province) -> Iterator[str]:
    """Say which kiosk believes, at this moment, that the server has what it never had."""
    province.server.look()
    for kiosk in province.kiosks:
        if kiosk.life is not None:
            through, had = kiosk.life.outbox.queue().through, province.server.had.get(kiosk.device, 0)
            if through > had:
                yield f"{kiosk.name} believes that the server has {through} records, and it had {had} at most"


def _link_faults(kiosk: Kiosk, *, cloned: bool) -> Iterator[str]:
    """Say whether a kiosk has not come to rest: everything sent, or a human called for a cloned disk."""
    if kiosk.life is None:
        yield f"{kiosk.name} does not run"
        return
    trouble, waiting = kiosk.life.talk.news().trouble, kiosk.life.outbox.queue().waiting
    if cloned and trouble in HUMAN:
        return
    if trouble or waiting:
        yield f"{kiosk.name} has {waiting} waiting, trouble {trouble!r}"


def _count_faults(province: Province, store: Disk, kept: set[int]) -> Iterator[str]:
    """Say who was thanked and is not counted once, and who was counted and never came."""
    paper, counted = province.paper, Counter[int]()
    for row in store.ask(COUNTED):
        number = number_of(rating_of(decode_body(bytes(row["body"]))))
        if row["quarantine"] is None:
            counted[number] += 1
        else:
            yield f"the rating of citizen {number} is quarantined: {row['quarantine']}"
    for number in sorted({*counted, *paper.thanks}):
        if counted[number] > 1:
            yield f"the rating of citizen {number} counts {counted[number]} times"
        if number not in paper.given:
            yield f"nobody gave rating {number}"
        if not counted[number] and number not in kept:
            yield f"citizen {number} was thanked, and the rating is lost"
    shown = store.one(SUM)
    if shown is None or shown["n"] != sum(counted.values()):
        yield f"the figures are not those of {sum(counted.values())} ratings: {shown}"


def _chain_faults(store: Disk) -> Iterator[str]:
    """Say whose chain in the book is not what its bodies give."""
    for device in store.devices():
        rows = list(store.journal(device.id))
        begin = anchor(device.enrolment.encode())
        if [row.head for row in rows] != heads(begin, (row.body for row in rows)):
            yield f"the chain of device {device.id} is broken"
        if (device.seq, device.head) != (len(rows), rows[-1].head if rows else begin):
            yield f"the head of device {device.id} is not its chain's"
