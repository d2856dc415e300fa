"""The Kiosks page: the counters of a center, the machines that stand there, and how they are.

What is done with a machine is in `server.web.kiosk_care`, how machines are set in `kiosk_settings`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse

from server.domain.calendar import clock_of
from server.domain.fleet import FREE_MB_LOW, STUCK, next_number, number_of
from server.domain.places import Counter, DeviceState, counter_id, counter_of
from server.errors import CommandError
from server.protocol import keys
from server.web.access import CARERS, asked_center, visible_centers
from server.web.context import context_of
from server.web.pages import page, read_form, went_well, words_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from server.domain.fleet import Kiosk
    from server.domain.places import Center
    from server.store import Store
    from server.web.catalog import Words

PATH: Final = "/kiosks"
_MINUTE_MS: Final = 60 * 1000


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that is known of a machine, and its name. `worries`: somebody should look."""

    name: str
    text: str
    worries: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """A machine as a page shows it."""

    kiosk: Kiosk
    fingerprint: str
    facts: list[Fact]
    badge: Fact

    @property
    def id(self) -> str:
        """The device's id."""
        return self.kiosk.device.id

    @property
    def short(self) -> str:
        """As much of the id as people read out."""
        return self.id[:8]

    @property
    def number(self) -> int:
        """The number of the counter where it stands."""
        return counter_of(self.kiosk.device.counter).number

    @property
    def state(self) -> str:
        """The state of its device."""
        return self.kiosk.device.state.value


async def show_kiosks(request: Request) -> Response:
    """Show the kiosks of a center. `GET /kiosks?center=CODE`."""
    center = asked_center(request, context_of(request).store)
    return await run_in_threadpool(kiosks_page, request, center)


async def add_counter(request: Request) -> Response:
    """Add a counter to a center. `POST /kiosks/counters?center=CODE`."""
    context = context_of(request)
    center = asked_center(request, context.store)
    typed = (await read_form(request)).get("number", "")
    author = request.state.person.name

    def add(store: Store) -> str:
        number, fault = number_of(typed, {each.number for each in store.counters(center.code)})
        if not fault:
            store.open_counter(Counter(counter_id(center.code, number), center.code, number), author)
        return fault

    if fault := await context.writer.run(add):
        return await run_in_threadpool(kiosks_page, request, center, {"number": fault}, typed)
    return went_well(PATH, "counter_added", center=center.code)


async def remove_counter(request: Request) -> Response:
    """Remove a counter that nothing refers to. `POST /kiosks/counters/remove?center=CODE`."""
    context = context_of(request)
    center = asked_center(request, context.store)
    asked = (await read_form(request)).get("counter", "")
    if not asked:
        return await run_in_threadpool(kiosks_page, request, center, {"counter": "counter_missing"})
    author = request.state.person.name

    def remove(store: Store) -> None:
        store.close_counter(own_counter(store, center, asked).id, author)

    try:
        await context.writer.run(remove)
    except CommandError:
        return await run_in_threadpool(kiosks_page, request, center, {"counter": "counter_used"})
    return went_well(PATH, "counter_removed", center=center.code)


async def back_to_kiosks(request: Request) -> Response:
    """Lead from where forms are sent back to the page, in the language that was asked for meanwhile."""
    asked_center(request, context_of(request).store)
    return RedirectResponse(f"{PATH}?{request.url.query}", 303)


def own_counter(store: Store, center: Center, id_: str) -> Counter:
    """Return a counter of a center; to whoever asks for another one it is not found."""
    counter = store.counter(id_)
    if counter is None or counter.center != center.code:
        raise HTTPException(404)
    return counter


def kiosks_page(
    request: Request, center: Center, faults: Mapping[str, str] | None = None, typed: str = ""
) -> Response:
    """Render the page, with what was wrong with what was asked for; blocks."""
    context, words = context_of(request), words_of(request)
    store, now_ms = context.store, context.now_ms()
    counters = store.counters(center.code)
    machines = [shown(each, words, now_ms, public_key_of(request)) for each in store.kiosks(center.code)]
    free = next_number({each.number for each in counters})
    stood = {each.kiosk.device.enrolled for each in machines} | {
        each.kiosk.device.counter for each in machines
    }
    values = {
        "title": words("kiosks_title"),
        "center": center,
        "centers": visible_centers(store, request.state.person),
        "cares": request.state.person.role in CARERS,
        "counters": [
            (each, [machine for machine in machines if _stands(machine.kiosk, each)], each.id not in stood)
            for each in counters
        ],
        "past": [each for each in machines if each.kiosk.is_past],
        "number": typed or ("" if free is None else str(free)),
        "faults": faults or {},
    }
    return page(request, "kiosks.html", values, status=422 if faults else 200)


def public_key_of(request: Request) -> str:
    """Return the server's public key, which every fingerprint is made with."""
    return keys.public_key(context_of(request).signing_seed)


def shown(kiosk: Kiosk, words: Words, now_ms: int, server_key: str) -> Shown:
    """Return a machine in words."""
    fingerprint = keys.fingerprint(kiosk.device.public_key, server_key)
    return Shown(kiosk, fingerprint, _facts(kiosk, words, now_ms), _badge(kiosk, words, now_ms))


def seen(kiosk: Kiosk, words: Words, now_ms: int) -> str:
    """Say when a machine was last heard of."""
    if not kiosk.seen_ms:
        return words("kiosk_seen_never")
    if not kiosk.is_quiet(now_ms):
        minutes = max(0, now_ms - kiosk.seen_ms) // _MINUTE_MS
        return words.many("kiosk_seen_minutes", minutes) if minutes else words("kiosk_seen_now")
    then, today = clock_of(kiosk.seen_ms), clock_of(now_ms).date()
    if then.date() == today:
        return words("kiosk_silent_since", clock=words.clock(then))
    return words("kiosk_silent_since_day", clock=words.clock(then), day=words.day(then.date()))


def _stands(kiosk: Kiosk, counter: Counter) -> bool:
    return not kiosk.is_past and kiosk.device.counter == counter.id


def _badge(kiosk: Kiosk, words: Words, now_ms: int) -> Fact:
    """Return the state of a machine in a word or two."""
    state = kiosk.device.state
    if state is DeviceState.ACTIVE and not kiosk.seen_ms:
        return Fact("new", words("state_new"))
    if state is DeviceState.ACTIVE and kiosk.is_quiet(now_ms):
        return Fact("quiet", words("state_quiet"), worries=True)
    return Fact(state.value, words(f"state_{state.value}"), worries=state is not DeviceState.ACTIVE)


def _facts(kiosk: Kiosk, words: Words, now_ms: int) -> list[Fact]:
    """Return what is known of a machine, the most urgent first."""
    condition, received = kiosk.condition, kiosk.device.seq
    found = [Fact(words("kiosk_seen"), seen(kiosk, words, now_ms), kiosk.is_quiet(now_ms))]
    if condition is None:
        return [*found, Fact(words("kiosk_received"), words.many("kiosk_received_only", received))]
    if condition.stuck:
        code = condition.stuck if condition.stuck in STUCK else "other"
        found.insert(0, Fact(words("kiosk_stuck"), words(f"stuck_{code}"), worries=True))
    if kiosk.waiting:
        recorded = words.number(received + kiosk.waiting)
        told = words("kiosk_received_of", received=words.number(received), recorded=recorded)
    else:
        told = words.many("kiosk_received_all", received)
    return [
        *found,
        Fact(words("kiosk_received"), told),
        Fact(words("kiosk_waiting"), words.number(kiosk.waiting)),
        Fact(words("kiosk_software"), condition.software),
        Fact(
            words("kiosk_clock"),
            words("kiosk_clock_right") if condition.clock_ok else words("kiosk_clock_wrong"),
            worries=not condition.clock_ok,
        ),
        Fact(
            words("kiosk_disk"),
            words("kiosk_disk_free", free=words.number(condition.free_mb)),
            worries=condition.free_mb < FREE_MB_LOW,
        ),
    ]
