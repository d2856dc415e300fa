"""The API attacked by bytes: rubbish, messages that are almost right, right batches that somebody changed.

Of a changed batch it is known beforehand what the server must say: the rules of the chain, in `foretold`, are
a dozen lines. So an answer is not only no fault of the server's, it is the right one, and the book has grown
by just what it says.
"""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec
import requests
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from server.domain.verification import verify_book
from server.protocol import keys
from server.protocol.messages import SIGNATURE_HEADER, Receipt, Sent, Signed, sign_batch, unseal
from server.protocol.record import heads
from server.store.evidence import StoreEvidence
from tests.faults.believed import faults_of_answer, is_fault
from tests.faults.cases import Tally
from tests.server.live import SEED, Hand, Live, a_hand

if TYPE_CHECKING:
    from collections.abc import Callable

JSON = "application/json"
OK, FORK = 200, 409
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=40),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
"""Any JSON, and what Python writes but is none: NaN, half characters."""


@dataclass
class Prey:
    """A server under attack, and what was seen of it."""

    live: Live
    sent: int = 0
    faults: int = 0
    statuses: dict[int, int] = field(default_factory=dict)
    codes: itertools.count[int] = field(default_factory=lambda: itertools.count(10_000_000))

    def hand(self) -> Hand:
        """Return a new device."""
        return a_hand(self.live, code=str(next(self.codes)))

    def send(self, method: str, path: str, raw: bytes, headers: dict[str, str]) -> requests.Response:
        """Send bytes. The answer must be one that can be believed."""
        answer = requests.request(method, self.live.url + path, data=raw, headers=headers, timeout=10)
        self.sent += 1
        self.statuses[answer.status_code] = self.statuses.get(answer.status_code, 0) + 1
        self.faults += is_fault(answer.status_code)
        assert not is_fault(answer.status_code), f"{answer.status_code} for {raw[:300]!r}"
        wrong = faults_of_answer(answer.status_code, answer.headers.get("Content-Type", ""), answer.content)
        assert not wrong, f"{wrong} for {raw[:300]!r}"
        return answer

    def tally(self, found: tuple[str, ...]) -> Tally:
        """Return what came of it, and whether the book is whole."""
        store = self.live.store
        report = verify_book(StoreEvidence(store), keys.public_key(SEED))
        moved = self.live.writer.submit(lambda store: store.rebuild(lambda _done: None)).result()
        rebuilt = (f"{moved} rows are not what the journal says",) if moved else ()
        found += (*report.all_faults(), *store.faults(), *rebuilt)
        figures = tuple((f"status {status}", float(n)) for status, n in sorted(self.statuses.items()))
        return Tally(cases=self.sent, server_errors=self.faults, found=found, figures=figures)


@dataclass(frozen=True, slots=True)
class Change:
    """What somebody does to a batch before it is sent: to its records, to where it begins, to its end.

    `seal` says who does it: the kiosk, which makes head and signature anew; a kiosk with a bad memory, which
    signs the head it had; somebody on the way, who cannot sign and changes one byte.
    """

    before: int
    order: tuple[int, ...]
    spoiled: tuple[tuple[int, int, str], ...]
    shift: int
    seal: str
    at: int
    byte: int


@st.composite
def changes(draw: st.DrawFn, count: int) -> Change:
    """Draw a change of a batch of so many records: drop, double, reorder, flip, change a character, shift."""
    numbers = st.integers(0, count - 1)
    order = draw(
        st.permutations(range(count)) | st.lists(numbers, max_size=count + 2) | st.just(range(count))
    )
    spoiled = draw(
        st.lists(st.tuples(st.integers(0, 9), st.integers(0, 400), st.characters(codec="utf-8")), max_size=2)
    )
    return Change(
        before=draw(st.integers(0, count)),
        order=tuple(order),
        spoiled=tuple(spoiled),
        shift=draw(st.sampled_from([0, 0, 0, -1, 1, -3, 10**15])),
        seal=draw(st.sampled_from(["kiosk", "kiosk", "bad memory", "on the way"])),
        at=draw(st.integers(0, 10**6)),
        byte=draw(st.integers(1, 255)),
    )


def attack_with_rubbish(live: Live, *, examples: int, chance: int) -> Tally:
    """Send what is no message, or almost one: it is refused, and the book knows nothing of it."""
    prey = Prey(live)
    hand = prey.hand()
    hand.rate(5, 4)
    right: dict[str, Any] = msgspec.to_builtins(hand.batch(0))
    almost = st.fixed_dictionaries(
        {}, optional={name: st.just(value) | JSON_VALUES for name, value in right.items()}
    )
    bodies = st.binary(max_size=3000) | (JSON_VALUES | almost | st.just(right)).map(_written)
    kinds = st.sampled_from([JSON] * 12 + ["text/plain", "", "application/json; charset=utf-16"])
    heads_ = st.fixed_dictionaries(
        {"Content-Type": kinds},
        optional={
            "Content-Encoding": st.sampled_from(["identity"] * 8 + ["gzip", "br", "GZIP, gzip"]),
            SIGNATURE_HEADER: st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=100),
        },
    )
    methods = st.sampled_from(["POST"] * 12 + ["PUT", "GET", "BREW"])
    paths = st.sampled_from(
        ["/v1/batches"] * 8 + ["/v1/enrolments"] * 4 + ["/v1/config", "/v1/checkpoints/x"]
    )

    def refused(method: str, path: str, raw: bytes, headers: dict[str, str]) -> None:
        before = live.store.record_count(), live.store.quarantined(), len(live.store.devices())
        answer = prey.send(method, path, raw, headers)
        assert answer.status_code >= 400, f"{answer.status_code} for {raw[:300]!r}"
        assert (live.store.record_count(), live.store.quarantined(), len(live.store.devices())) == before

    return _run(prey, given(methods, paths, bodies, heads_), refused, examples, chance)


def attack_with_changes(live: Live, *, examples: int, chance: int) -> Tally:
    """Change batches that were right, and compare with what is foretold."""
    prey = Prey(live)
    scores = st.lists(st.integers(0, 6), min_size=1, max_size=6)
    batches = scores.flatmap(lambda given_: st.tuples(st.just(given_), changes(len(given_))))

    def answered(batch: tuple[list[int], Change]) -> None:
        given_, change = batch
        hand = prey.hand()
        hand.rate(*given_)
        if change.before:
            hand.send(upto=change.before)
        _send_changed(prey, hand, change)

    return _run(prey, given(batches), answered, examples, chance)


def attack_with_bits(live: Live, *, examples: int, chance: int) -> Tally:
    """Change a bit of a signed batch on its way, in each byte, or in so many: it is refused every time.

    In the end the batch as it was signed is taken. Which bit it is follows from `chance`, of 0 the lowest.
    """
    prey = Prey(live)
    hand = prey.hand()
    hand.rate(5, 2)
    batch = hand.batch(0)
    raw = msgspec.json.encode(batch)
    headers = {"Content-Type": JSON, SIGNATURE_HEADER: sign_batch(hand.seed, batch, raw)}
    found: list[str] = []
    for place in range(0, len(raw), max(1, len(raw) // examples)):
        changed = raw[:place] + bytes([raw[place] ^ 1 << chance % 8]) + raw[place + 1 :]
        answer = prey.send("POST", "/v1/batches", changed, headers)
        if answer.status_code < 400:
            found.append(f"with byte {place} changed on the way it was answered {answer.status_code}")
    answer = prey.send("POST", "/v1/batches", raw, headers)
    if answer.status_code != OK:
        found.append(f"unchanged it was answered {answer.status_code}")
    return prey.tally(tuple(found))


def _send_changed(prey: Prey, hand: Hand, change: Change) -> None:
    """Send a changed batch; the answer must be the one that is foretold."""
    known = hand.bodies[: change.before]
    after = max(0, change.before + change.shift)
    bodies = [hand.bodies[number] for number in change.order if number >= change.before]
    for number, at, char in change.spoiled:
        if bodies:
            text = bodies[number % len(bodies)].decode()
            place = at % (len(text) + 1)
            bodies[number % len(bodies)] = (text[:place] + char + text[place + 1 :]).encode()
    head = hand.head(len(hand.bodies))
    if change.seal != "bad memory" and after <= len(known):
        head = [hand.head(after), *heads(hand.head(after), bodies)][-1]
    right = hand.batch(0, 0)
    batch = msgspec.structs.replace(
        right, after=after, head=head, records=[Sent(body=body.decode()) for body in bodies]
    )
    raw = msgspec.json.encode(batch)
    signature = sign_batch(hand.seed, batch, raw)
    status, through = foretold(
        known, after, bodies, right_head=head == _chain_end(hand, known, after, bodies)
    )
    if change.seal == "on the way":
        place = change.at % len(raw)
        raw = raw[:place] + bytes([raw[place] ^ change.byte]) + raw[place + 1 :]
        status, through = 0, len(known)
    before = prey.live.store.record_count()
    answer = prey.send("POST", "/v1/batches", raw, {"Content-Type": JSON, SIGNATURE_HEADER: signature})
    if status == 0:
        assert answer.status_code >= 400, f"what was changed on the way was answered {answer.status_code}"
    else:
        assert answer.status_code == status, f"{answer.status_code} for {change}, not {status}"
    if status == OK:
        signed = msgspec.json.decode(answer.content, type=Signed)
        assert unseal(keys.public_key(SEED), signed, Receipt).through == through
    assert prey.live.store.record_count() == before + through - len(known), (
        f"the book grew otherwise: {change}"
    )
    assert prey.live.store.rating_count(hand.id) == through


def foretold(known: list[bytes], after: int, bodies: list[bytes], *, right_head: bool) -> tuple[int, int]:
    """Return the status that a signed batch must get, and how far the chain reaches then."""
    if after > len(known):  # a gap
        return OK, len(known)
    there = known[after : after + len(bodies)]
    if not right_head or bodies[: len(there)] != there:
        return FORK, len(known)
    return OK, max(len(known), after + len(bodies))


def _chain_end(hand: Hand, known: list[bytes], after: int, bodies: list[bytes]) -> str:
    """Return the head behind these bodies, if the chain reaches where they begin."""
    return [hand.head(after), *heads(hand.head(after), bodies)][-1] if after <= len(known) else ""


def _written(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")


def _run(
    prey: Prey,
    drawn: Callable[[Callable[..., None]], Callable[[], None]],
    check: Callable[..., None],
    examples: int,
    chance: int,
) -> Tally:
    """Let Hypothesis try so many examples; what it finds is told by its smallest one."""
    calm = settings(
        max_examples=examples,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink],
        report_multiple_bugs=False,
    )
    try:
        seed(chance)(calm(drawn(check)))()
    except AssertionError as error:
        return prey.tally((str(error)[:1000],))
    return prey.tally(())
