"""What must be so when trouble has ended: thanked is stored exactly once, and the chains are whole."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from server.domain.intake import CARRIED, CARRIED_TWICE, UNKNOWN_SURVEY
from server.domain.verification import verify_book
from server.protocol import keys
from server.protocol.record import anchor, decode_body, heads, rating_of
from server.store.evidence import StoreEvidence
from tests.simulation.people import number_of
from tests.simulation.place import SERVER_SEED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.simulation.province import Province
    from tests.simulation.server import Disk

COUNTED: Final = """
select j.body, r.quarantine from rating_now r join journal j on j.device = r.device and j.seq = r.seq
"""
SUM: Final = """
select coalesce(sum(n1 + n2 + n3 + n4 + n5 - less1 - less2 - less3 - less4 - less5), 0) as n
from (select * from center_day union all select * from suspect_day) as told
"""
COPIES: Final = frozenset({CARRIED, CARRIED_TWICE})


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
    for kiosk in province.kiosks:
        if kiosk.life is None:
            yield f"{kiosk.name} does not run"
        elif not kiosk.is_at_rest:
            waiting, trouble = kiosk.life.outbox.queue().waiting, kiosk.life.talk.news().trouble
            yield f"{kiosk.name} has {waiting} waiting, trouble {trouble!r}"
        elif (witness := kiosk.life.outbox.witness()) and not server.store.knows_checkpoint(witness):
            yield f"the newest checkpoint of {kiosk.name} is not in the book"
    yield from _count_faults(province, server.store)
    yield from _chain_faults(server.store)
    if whole:
        report = verify_book(StoreEvidence(server.store), keys.public_key(SERVER_SEED))
        yield from report.all_faults()
        yield from server.store.faults()


def believed_too_much(province: Province) -> Iterator[str]:
    """Say which kiosk believes, at this moment, that the server has what it never had."""
    province.server.look()
    for kiosk in province.kiosks:
        if kiosk.life is not None:
            through, had = kiosk.life.outbox.queue().through, province.server.had.get(kiosk.device, 0)
            if through > had:
                yield f"{kiosk.name} believes that the server has {through} records, and it had {had} at most"


def _count_faults(province: Province, store: Disk) -> Iterator[str]:
    """Say who was thanked and is not counted once, and who was counted and never came."""
    paper, counted, unknown = province.paper, Counter[int](), set[int]()
    for row in store.ask(COUNTED):
        number = number_of(rating_of(decode_body(bytes(row["body"]))))
        if row["quarantine"] is None:
            counted[number] += 1
        elif row["quarantine"] == UNKNOWN_SURVEY and province.only_in_book:
            unknown.add(number)  # by nature: the disk that knew the survey was put back
        elif row["quarantine"] not in COPIES:
            yield f"the rating of citizen {number} is quarantined: {row['quarantine']}"
    for number in sorted({*counted, *unknown, *paper.thanks}):
        if counted[number] > 1:
            yield f"the rating of citizen {number} counts {counted[number]} times"
        if number not in paper.given:
            yield f"nobody gave rating {number}"
        if not counted[number] and number not in paper.lost | unknown:
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
