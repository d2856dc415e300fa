"""The API under attack: by its own description, bare and signed; by bytes; and by clients that never end.

Every answer is one that a kiosk could believe: no fault of the server's (503, too much to do, is none), a
problem of the closed table, or signed text. The book afterwards is whole, and its projection is what the
journal says. The log has no traceback and no line that could fill a disk.
"""

from __future__ import annotations

import itertools
import secrets
from functools import partial
from typing import TYPE_CHECKING, Final

from schemathesis.engine.run import PhaseName

from server.web.connection import PATIENCE_S
from tests.faults.by_bytes import Prey, attack_with_bits, attack_with_changes, attack_with_rubbish
from tests.faults.by_schema import Attack, Signs
from tests.faults.cases import Case, FaultClass, Scale, Tally
from tests.faults.planted import Trusting, overflowing
from tests.faults.served import Served, prepared
from tests.kiosk.stories import ONE_TAP
from tests.server.live import a_hand, live
from tests.server.logbook import logbook
from tests.server.raw import request, say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from starlette.applications import Starlette
    from starlette.types import ASGIApp

    from tests.server.live import Live

HAND_SEED: Final = bytes(31) + b"\x09"
"""The key of every device here, which the server of a control knows too."""
EXAMPLES: Final = {
    "bare": {Scale.SMALL: (1, 5), Scale.FULL: (4, 300)},
    "signed": {Scale.SMALL: (1, 5), Scale.FULL: (6, 180)},
    "deep": {Scale.SMALL: (1, 110), Scale.FULL: (4, 500)},
    "rubbish": {Scale.SMALL: (1, 150), Scale.FULL: (4, 3000)},
    "changes": {Scale.SMALL: (1, 110), Scale.FULL: (6, 2000)},
    "bits": {Scale.SMALL: (1, 200), Scale.FULL: (8, 10**6)},
}
"""Of each kind of attack: in how many pieces, and of how many examples each."""
ALARMS: Final = ("this book is older", "a fork: ")
"""How the lines begin that an attack may put into the log as more than a note."""
LOG_BYTES_MAX: Final = 1000
LATE_S: Final = 5.0


def attacks(scale: Scale, seed: int) -> Iterator[Case]:
    """Return the pieces of every kind of attack, and the controls."""
    kinds: dict[str, Callable[..., Tally]] = {
        "bare": bare,
        "signed": signed,
        "deep": deep,
        "rubbish": attack_with_rubbish,
        "changes": attack_with_changes,
        "bits": attack_with_bits,
    }
    plan = [(number, name) for name, scales in EXAMPLES.items() for number in range(scales[scale][0])]
    for number, name in sorted(plan, key=lambda each: each[0]):  # what is cut off has some of each kind
        run = partial(kinds[name], examples=EXAMPLES[name][scale][1], chance=seed * 1000 + number)
        yield Case(f"{name}-{number}", partial(suffered, attack=run))
    if scale is Scale.FULL:
        yield Case("drops-at-the-program", drops)
    yield Case("overflow-planted", partial(overflow, chance=seed), control=True)
    found = partial(attack_with_bits, examples=200, chance=0)
    yield Case("signature-not-checked", partial(suffered, attack=found, around=trusting), control=True)


API: Final = FaultClass("api", "the API attacked: by schema, signed, by bytes, slowly", attacks)


def suffered(
    folder: Path, attack: Callable[[Live], Tally], around: Callable[[Starlette], ASGIApp] = lambda app: app
) -> Tally:
    """Run a server, attack it, and say what came of it: answers, book and log."""
    with logbook() as log, live(folder, around=around) as server:
        tally = attack(server) + Prey(server).tally(())
    loud = [line for line in log.faults if not line.startswith(ALARMS)]
    long = [line for line in log.lines if len(line.encode()) > LOG_BYTES_MAX]
    return tally + Tally(found=tuple(f"in the log: {line[:500]}" for line in (*loud, *long)))


def bare(server: Live, examples: int, chance: int) -> Tally:
    """Attack as a stranger, by the description."""
    return Attack(examples, chance).on(server.url)


def signed(server: Live, examples: int, chance: int) -> Tally:
    """Attack as an enrolled device, by the description."""
    return _as_device(server, Attack(examples, chance))


def deep(server: Live, examples: int, chance: int) -> Tally:
    """Attack as an enrolled device that sends nothing but batches as described, with whatever in them."""
    phases = (PhaseName.FUZZING,)
    return _as_device(server, Attack(examples, chance, phases, mode="positive", path="/v1/batches"))


def _as_device(server: Live, attack: Attack) -> Tally:
    hand = a_hand(server, seed=HAND_SEED)
    codes = (server.make_code(secrets.token_hex(4).upper()) for _ in itertools.count())
    tally = attack.on(server.url, Signs(hand, codes))
    stored = server.store.record_count()
    shallow = () if stored else ("nothing got past the signature",)
    return tally + Tally(ratings=stored, found=shallow)


def overflow(folder: Path, chance: int) -> Tally:
    """Attack a server whose largest number is too large for its database; says whether just that was found.

    Nothing is left to chance: the bounds of what is described are always tried.
    """
    attack = Attack(1, chance, (PhaseName.COVERAGE,), path="/v1/planted")
    tally = suffered(folder, lambda server: attack.on(server.url), overflowing)
    return Tally(cases=tally.cases, server_errors=tally.server_errors)


def trusting(app: Starlette) -> ASGIApp:
    """Make a server that checks no signature."""
    return Trusting(app, HAND_SEED)


def drops(folder: Path) -> Tally:
    """Send a byte now and then to the program as it is started on a server: it ends that after a while."""
    with prepared(folder / "data", ONE_TAP):
        pass
    served = Served(folder / "data")
    served.start()
    try:
        whole = request("GET /healthz")
        heard = say(served.port, *(whole[at : at + 1] for at in range(30)), pause_s=2, wait_s=PATIENCE_S)
    finally:
        served.kill()
    ended = heard.closed and heard.seconds < PATIENCE_S + LATE_S
    found = () if ended else (f"closed: {heard.closed}, after {heard.seconds:.0f} s",)
    return Tally(cases=1, found=found, figures=(("cut off after, s", heard.seconds),))
