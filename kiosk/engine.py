"""When to talk to the server, and what to make of its answers. Sans-IO and pure.

`on` takes what happened and says what to do; `kiosk.sync` does it. Times are
seconds of a clock that only goes forward, chance comes in as a number from 0 to 1.

The decision table has three columns: *retry later*, *change and retry*, *stop sending
and call a human*. Two troubles of the last column the kiosk can mend itself, once it has stopped: a
server that has forgotten this device is asked to take it in again, and what cannot be sent in this
chain goes home in a successor's. Recording never stops, and no answer ever deletes a rating.
"""

from __future__ import annotations

from enum import Enum, auto

from msgspec.structs import replace

from kiosk.value import Value

BATCH_RECORDS_MAX = 100
BACKOFF_BASE_S = 2.0
BACKOFF_CAP_S = 15 * 60.0
RETRY_AFTER_MAX_S = 3600.0
LATER_SHARE = 0.2
"""How much later than it was asked to a kiosk may come: a box on the way asks all of them for the same."""
WISHES = 8
"""So often in a row a kiosk comes when it was asked to, and then as its own backoff says."""
STOPPED_RETRY_S = 3600.0
"""A kiosk that was told to stop asks again this often: a human may have put it right."""
HEARTBEAT_SPREAD = 0.2
TIMED_OUT = "timed_out"
BACKOFF_DOUBLINGS_MAX = 12


class Remedy(Enum):
    """What a kiosk does about trouble."""

    RETRY_LATER = auto()
    SHRINK = auto()
    CALL_HUMAN = auto()
    ASK_BACK = auto()
    """Present the enrolment to a server that has forgotten this device."""
    SUCCEED = auto()
    """Name a successor: this chain has come to its end."""


class End(Enum):
    """Why a chain has come to its end, as the contract spells it."""

    FORK = "fork"
    DAMAGED = "damaged"
    WENT_BACK = "went_back"
    PRUNED = "pruned"
    NEW_KEY = "new_key"


class Trouble(Value, frozen=True):
    """Why there is no receipt: an expected thing, with its name. `retry_after_s` is the server's wish."""

    remedy: Remedy
    code: str
    retry_after_s: float | None = None


class Pace(Value, frozen=True):
    """How soon a rating is sent, and how often a kiosk without ratings says that it lives."""

    send_after_s: float
    heartbeat_s: float


class Engine(Value, frozen=True):
    """What the link remembers. `due` is when to talk next, `stopped` why a human is needed."""

    pace: Pace
    due: float
    failures: int = 0
    batch_max: int = BATCH_RECORDS_MAX
    stopped: str = ""


class Recorded(Value, frozen=True):
    """A rating was stored."""


class Wanted(Value, frozen=True):
    """A technician wants to see whether the server answers, now."""


class Woke(Value, frozen=True):
    """It may be time."""


class Settled(Value, frozen=True):
    """A receipt was believed; `waiting` records are still to be sent."""

    waiting: int


class Failed(Value, frozen=True):
    """There was no receipt to believe."""

    trouble: Trouble


class Mended(Value, frozen=True):
    """What stopped the link is put right: the server knows this device again, or its successor goes on."""


Event = Recorded | Wanted | Woke | Settled | Failed | Mended


class Send(Value, frozen=True):
    """Send the oldest records that the server does not have, at most this many; none is a heartbeat."""

    limit: int


class AskConfig(Value, frozen=True):
    """Ask what the center has decided meanwhile."""


class AskBack(Value, frozen=True):
    """Present the signed enrolment, so that the server takes this device in again."""


class Succeed(Value, frozen=True):
    """Name a successor, and let it carry home what this chain cannot."""

    end: End


Action = Send | AskConfig | AskBack | Succeed


def decide(status: int, code: str, *, believed: bool, retry_after_s: float | None = None) -> Trouble:
    """Return the remedy for an answer that is no receipt.

    `believed` says that the problem was signed by the server over this request's nonce: only then may a
    kiosk stop sending. A proxy that says 401 is as good as no answer.
    """
    if status == 413:  # noqa: PLR2004 - HTTP: content too large
        return Trouble(Remedy.SHRINK, code)
    if believed and status in {401, 403, 409}:
        mended = {"unknown_device": Remedy.ASK_BACK, End.FORK.value: Remedy.SUCCEED}
        return Trouble(mended.get(code, Remedy.CALL_HUMAN), code)
    return Trouble(Remedy.RETRY_LATER, code, retry_after_s)


def on(engine: Engine, event: Event, now: float, chance: float) -> tuple[Engine, tuple[Action, ...]]:
    """Say what follows from an event: the engine as it is then, and what to do at once."""
    match event:
        case Recorded():
            return _sooner(engine, now), ()
        case Wanted():
            return replace(engine, due=now), ()
        case Woke() if now >= engine.due:
            # not again before an answer, whatever it is, moves `due`
            return replace(engine, due=now + BACKOFF_CAP_S), (Send(engine.batch_max),)
        case Woke():
            return engine, ()
        case Settled(waiting):
            return _settled(engine, waiting, now, chance)
        case Failed(trouble):
            return _failed(engine, trouble, now, chance), _mending(trouble)
        case Mended():
            # not at once: what is mended again and again must not become a storm
            return replace(engine, stopped="", due=now + backoff(engine.failures, chance)), ()


def _sooner(engine: Engine, now: float) -> Engine:
    """Send a rating no later than the pace says, unless the link is in trouble: then trouble decides."""
    if engine.failures or engine.stopped:
        return engine
    return replace(engine, due=min(engine.due, now + engine.pace.send_after_s))


def _settled(engine: Engine, waiting: int, now: float, chance: float) -> tuple[Engine, tuple[Action, ...]]:
    """All is well again: the next batch at once, or a sign of life some time later."""
    well = replace(
        engine,
        failures=0,
        stopped="",
        batch_max=min(BATCH_RECORDS_MAX, engine.batch_max * 2),
        due=now if waiting else now + engine.pace.heartbeat_s * _spread(chance),
    )
    return well, () if waiting else (AskConfig(),)


def _failed(engine: Engine, trouble: Trouble, now: float, chance: float) -> Engine:
    """Decide when to try again, and with how much."""
    failures = engine.failures + 1
    match trouble.remedy:
        case Remedy.SHRINK if engine.batch_max > 1:
            return replace(engine, batch_max=engine.batch_max // 2, due=now)
        case Remedy.CALL_HUMAN | Remedy.ASK_BACK | Remedy.SUCCEED:
            return replace(engine, failures=failures, stopped=trouble.code, due=now + STOPPED_RETRY_S)
        case _:
            wait = _wait(trouble.retry_after_s or 0, failures, chance)
            # on a thin line a full batch may never arrive in time
            most = max(1, engine.batch_max // 2) if trouble.code == TIMED_OUT else engine.batch_max
            return replace(engine, failures=failures, batch_max=most, due=now + wait)


def _mending(trouble: Trouble) -> tuple[Action, ...]:
    """Return what a kiosk can do by itself about a trouble that stops it."""
    match trouble.remedy:
        case Remedy.ASK_BACK:
            return (AskBack(),)
        case Remedy.SUCCEED:
            return (Succeed(End(trouble.code)),)
        case _:
            return ()


def backoff(failures: int, chance: float) -> float:
    """Return seconds to wait after so many failures in a row: full jitter under a capped exponential."""
    return chance * min(BACKOFF_CAP_S, BACKOFF_BASE_S * 2.0 ** min(failures, BACKOFF_DOUBLINGS_MAX))


def _wait(wish_s: float, failures: int, chance: float) -> float:
    """Return seconds to wait when somebody asked for `wish_s`; 0: nobody did.

    A busy server gives each kiosk a time of its own, which spreads them better than chance does.
    """
    wait = backoff(failures, chance)
    if not wish_s or failures > WISHES:
        return max(wait, min(wish_s, RETRY_AFTER_MAX_S))
    return min(wish_s + min(wait, wish_s * LATER_SHARE), RETRY_AFTER_MAX_S)


def _spread(chance: float) -> float:
    """Return a factor of 1 plus or minus a fifth, so that a province's kiosks do not speak in chorus."""
    return 1 - HEARTBEAT_SPREAD + 2 * HEARTBEAT_SPREAD * chance
