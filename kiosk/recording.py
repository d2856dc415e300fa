"""What a visit asks of the disk, done in order on the one thread that may use the outbox."""

from __future__ import annotations

import logging
from concurrent.futures import wait
from typing import TYPE_CHECKING

from kiosk.errors import DiskError
from kiosk.events import Refused, SaveDraft, Seal, Stored
from kiosk.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from concurrent.futures import Executor, Future

    from kiosk.draft import Draft
    from kiosk.events import Effect
    from kiosk.outbox import Outbox
    from kiosk.system import Clock
    from server.protocol.messages import KioskConfig

LOG = logging.getLogger("kiosk")
HEAD_START_S = 0.010
"""How long the screen waits for the disk: less than a picture takes."""


class Asked(Value, frozen=True):
    """What visit `number` asks to be done, under the config that it saw."""

    told: KioskConfig
    number: int
    effects: Sequence[Effect]


class Recorder:
    """Carries out the effects of visits; its methods are called on the screens' thread.

    `tell` is called there too, through `later`, once a rating is on disk or was refused.
    """

    def __init__(
        self,
        outbox: Outbox,
        writer: Executor,
        clock: Clock,
        tell: Callable[[Stored | Refused], None],
        later: Callable[[Callable[[], None]], None],
    ) -> None:
        self._outbox = outbox
        self._writer = writer
        self._clock = clock
        self._tell = tell
        self._later = later

    def carry_out(self, asked: Asked) -> None:
        """Do what a visit asked for: all of it is on disk, or nothing."""
        jobs = [self._job(asked, effect) for effect in asked.effects]

        def work() -> int | None:
            sealed = None
            with self._outbox.at_once():
                for job in jobs:
                    sealed = job()
            if sealed is not None:
                LOG.debug("stored record %d", sealed)
            return sealed

        doing = self._writer.submit(work)
        # drawing what follows holds Python's lock: the disk goes first, as long as that costs no picture
        wait([doing], HEAD_START_S)
        doing.add_done_callback(lambda done: self._later(lambda: self._was_done(asked.number, done)))

    def _job(self, asked: Asked, effect: Effect) -> Callable[[], int | None]:
        """Return what carries out an effect; it returns the record's number when it made one."""
        match effect:
            case SaveDraft():
                draft = draft_of(asked, effect, self._clock)
                return lambda: self._outbox.save_draft(draft)
            case Seal():
                return self._outbox.seal

    def _was_done(self, number: int, done: Future[int | None]) -> None:
        """Tell what became of it. What is no trouble of the disk is a fault, and raised as one."""
        try:
            sealed = done.result()
        except DiskError as error:
            LOG.warning("not recorded: %s", error)
            self._tell(Refused(number))
            return
        if sealed is not None:  # nobody is thanked for a draft
            self._tell(Stored(number))


def draft_of(asked: Asked, saved: SaveDraft, clock: Clock) -> Draft:
    """Return all that the record of a visit will say, but for its place in the chain.

    The officer is named only where exactly one is on duty: that is whom the citizen saw.
    """
    from kiosk.draft import Draft  # noqa: PLC0415 - the contract is imported after the first picture

    told = asked.told
    return Draft(
        visit=asked.number,
        survey=told.survey_hash,
        counter=told.counter.id,
        officer=told.officers[0].id if len(told.officers) == 1 else "",
        lang=saved.lang,
        made_at=clock.moment(),
        boot=clock.boot,
        mono_ms=clock.mono_ms(),
        clock_ok=clock.is_sane(),
        answers={name: list(given) if isinstance(given, tuple) else given for name, given in saved.answers},
        flags=list(saved.flags),
        procedure=saved.procedure,
        comment=saved.comment,
        dossier=saved.dossier,
    )
