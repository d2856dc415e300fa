"""The Integrity page: is the book of a center's kiosks whole, what went wrong, and evidence to check it with.

The page tells counts, hashes and moments, never a score. Evidence is of the whole province's book; it holds
hashes and signatures, never what citizens said, and each download is in the audit log.
"""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Final

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, StreamingResponse

from server.domain.audit import Action
from server.domain.calendar import clock_of, moment_of
from server.domain.places import Role
from server.domain.proofs import ALARMS, REASONS, Chain, Proof, chain_of
from server.protocol import keys
from server.store.evidence import ServerLine, StoreEvidence, write_lines
from server.web.access import WATCHERS, asked_center, visible_centers
from server.web.context import context_of
from server.web.kiosks import public_key_of, shown
from server.web.pages import page, words_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from starlette.requests import Request
    from starlette.responses import Response

    from server.domain.audit import Event
    from server.domain.places import Person
    from server.store import Store
    from server.web.catalog import Words
    from server.web.context import Context
    from server.web.kiosks import Shown

PATH: Final = "/integrity"
CHECKPOINTS_SHOWN: Final = 20
RECORDS_MAX: Final = 2_000_000
"""A longer book is exported by the server's operator: a record takes some 15 µs and 125 bytes in the file."""
BLOCK_BYTES: Final = 65_536
WORRYING: Final = frozenset({Chain.BEHIND, Chain.FORKED, Chain.WAITING})


DETAILS: Final = (
    (Action.FORK, "fork", re.compile(r"after record (?P<number>\d+)")),
    (
        Action.WENT_BACK,
        "receipt",
        re.compile(r"it knows a receipt for (?P<known>\d+), here are (?P<here>\d+)"),
    ),
    (Action.WENT_BACK, "witness", re.compile(r"witness (?P<hash>[0-9a-f]+)")),
    (Action.SUCCEED, "succeed", re.compile(r"counter \S+, after (?P<device>[0-9a-f]{8})[0-9a-f]*(: .*)?")),
    (Action.REVOKE, "revoke", re.compile(r"\d+ (?P<reason>.+)", re.DOTALL)),
)
"""How the details of events are written, with the words for them: `integrity_detail_<name>`."""
COUNTS: Final = frozenset({"number", "known", "here"})


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something that happened to a device, or to the server, when, and what is known of it, in words."""

    event: Event
    moment: datetime
    detail: str


@dataclass(frozen=True, slots=True)
class Line:
    """A device with what proves its chain."""

    machine: Shown
    proof: Proof
    chain: Chain
    received: datetime | None
    alarms: list[Alarm]

    @property
    def received_of(self) -> tuple[int, int]:
        """How many records are here, and how many the kiosk last said it had made."""
        seq = self.machine.kiosk.device.seq
        return seq, seq + self.machine.kiosk.waiting

    @property
    def worries(self) -> bool:
        """Say whether somebody should look."""
        return self.chain in WORRYING

    @property
    def reasons(self) -> list[tuple[str, int]]:
        """Why how many of its records do not count; a reason without words of its own is another one."""
        found: dict[str, int] = {}
        for reason, n in self.proof.quarantined.items():
            name = reason if reason in REASONS else "other"
            found[name] = found.get(name, 0) + n
        return sorted(found.items(), key=lambda each: -each[1])


async def show_integrity(request: Request) -> Response:
    """Show the page. `GET /integrity?center=CODE`."""
    return await run_in_threadpool(_integrity, request)


async def back(request: Request) -> Response:
    """Lead from where the evidence is asked for back to the page. `GET /integrity/evidence`."""
    _of_the_province(request)
    return RedirectResponse(f"{PATH}?{request.url.query}", 303)


async def send_evidence(request: Request) -> Response:
    """Send the evidence of the whole book as a file. `POST /integrity/evidence`; one at a time.

    It is made in a worker thread into a file that has no name, and sent from there in blocks.
    """
    _of_the_province(request)
    context, author = context_of(request), request.state.person.name
    if await run_in_threadpool(context.store.record_count) > RECORDS_MAX:
        return await run_in_threadpool(_integrity, request, "large")
    if not context.press.acquire(blocking=False):
        return await run_in_threadpool(_integrity, request, "busy")
    try:
        name = file_name(context.now_ms())
        await context.writer.run(lambda store: store.note(Action.EXPORT_EVIDENCE, name, author=author))
        made = await run_in_threadpool(_print, context)
    finally:
        context.press.release()
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return StreamingResponse(_blocks(made), headers=headers, media_type="application/gzip")


def file_name(now_ms: int) -> str:
    """Return what the evidence of a moment is called."""
    return f"nucuoi-{clock_of(now_ms):%Y-%m-%d-%H%M}.jsonl.gz"


def _print(context: Context) -> IO[bytes]:
    """Write the evidence of the book as it is now; returns the file at its beginning."""
    made = tempfile.TemporaryFile()  # noqa: SIM115 - closed when it was sent
    server = ServerLine(1, keys.public_key(context.signing_seed), moment_of(context.now_ms()))
    with context.store.snapshot():
        write_lines(made, StoreEvidence(context.store), server)
    made.seek(0)
    return made


def _blocks(made: IO[bytes]) -> Iterator[bytes]:
    with made:
        while block := made.read(BLOCK_BYTES):
            yield block


def _of_the_province(request: Request) -> None:
    """Let nobody of a single center go on: to them it is not found."""
    if request.state.person.center is not None:
        raise HTTPException(404)


def _may_export(person: Person) -> bool:
    return person.center is None and person.role in WATCHERS


def _integrity(request: Request, fault: str = "") -> Response:
    """Read and render, in a worker thread: the store blocks."""
    context, words = context_of(request), words_of(request)
    store = context.store
    center = asked_center(request, store)
    with store.snapshot():
        lines = _lines(request, store, words, center.code)
        newest = store.newest_checkpoints(CHECKPOINTS_SHOWN)
        restored = [_alarm(each, words) for each in store.events(Action.RESTORED)]
        count = store.record_count()
    values = {
        "title": words("integrity_title"),
        "center": center,
        "centers": visible_centers(store, request.state.person),
        "lines": lines,
        "worrying": [each for each in lines if each.worries],
        "missing": sum(each.received_of[1] - each.received_of[0] for each in lines),
        "recorded": sum(each.received_of[1] for each in lines),
        "restored": restored,
        "checkpoints": [(each.number, clock_of(each.made_ms), each.hash) for each in newest],
        "exports": _may_export(request.state.person),
        "is_large": count > RECORDS_MAX,
        "reads_log": request.state.person.role in {Role.ADMIN, Role.REVIEWER}
        and request.state.person.center is None,
        "file": file_name(context.now_ms()),
        "key": public_key_of(request),
        "fault": fault,
    }
    return page(request, "integrity.html", values, status=422 if fault else 200)


def _lines(request: Request, store: Store, words: Words, center: int) -> list[Line]:
    """Return every device that stands in a center or stood there last, those to look at first."""
    now_ms, key = context_of(request).now_ms(), public_key_of(request)
    machines = [shown(each, words, now_ms, key) for each in store.kiosks(center)]
    proofs = store.proofs([each.id for each in machines])
    found = [_line(store, words, each, proofs.get(each.id, Proof())) for each in machines]
    return sorted(found, key=lambda each: (not each.worries, each.machine.kiosk.is_past, each.machine.number))


def _line(store: Store, words: Words, machine: Shown, proof: Proof) -> Line:
    events = [event for action in ALARMS for event in store.events(action, machine.id)]
    return Line(
        machine,
        proof,
        chain_of(machine.kiosk, proof),
        clock_of(proof.received_ms) if proof.received_ms else None,
        [_alarm(each, words) for each in sorted(events, key=lambda each: -each.id)],
    )


def _alarm(event: Event, words: Words) -> Alarm:
    """Return an event in words; a detail that is written otherwise is told as it is."""
    detail = event.detail
    for action, name, form in DETAILS:
        if event.action == action.value and (found := form.fullmatch(detail)):
            parts = {
                part: words.number(int(text)) if part in COUNTS else text
                for part, text in found.groupdict().items()
            }
            detail = words(f"integrity_detail_{name}", **parts)
            break
    return Alarm(event, clock_of(event.at_ms), detail)
