"""The way between a kiosk and the server, and all that can become of a request and of its answer.

`Wire` stands where requests would open a socket: above it the kiosk's own code runs, below it is chance.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

import requests
from urllib3 import HTTPResponse

from tests.simulation.parcel import Parcel, gist

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.simulation.world import Strand, World

CONNECT_S: Final = 5.0
READ_S: Final = 30.0
"""How long a kiosk waits for an answer, as `kiosk.uplink` does."""
USUAL_S: Final = (0.02, 0.3)
STRAY_S_MAX: Final = 1800.0
"""How much later a copy of a request may still arrive somewhere."""


@dataclass(frozen=True, slots=True)
class Weather:
    """How likely each mischief is for one exchange, 0 to 1; none: a good day."""

    away: float = 0.0
    lost: float = 0.0
    late: float = 0.0
    twice: float = 0.0
    cut: float = 0.0
    portal: float = 0.0
    stale: float = 0.0


RUBBISH: Final[tuple[tuple[int, dict[str, str], bytes], ...]] = (
    (200, {"Content-Type": "text/html"}, b"<html>Xin ch\xc3\xa0o! Wi-Fi mi\xe1\xbb\x85n ph\xc3\xad</html>"),
    (200, {"Content-Type": "application/json"}, b"{}"),
    (200, {"Content-Type": "application/json"}, b'{"payload":"{}","signature":"AAAA"}'),
    (200, {}, b""),
    (204, {}, b""),
    (302, {"Location": "http://portal.example/login"}, b""),
    (304, {"ETag": '"portal"'}, b""),
    (401, {}, b'{"type":"","title":"","status":401,"code":"unknown_device"}'),
    (403, {}, b'{"type":"","title":"","status":403,"code":"device_revoked"}'),
    (407, {}, b"proxy"),
    (409, {}, b'{"type":"","title":"","status":409,"code":"fork"}'),
    (413, {}, b"too large"),
    (429, {"Retry-After": "30"}, b""),
    (500, {}, b"oops"),
    (502, {}, b"<html>Bad gateway</html>"),
    (503, {"Retry-After": "120"}, b""),
    (511, {"Content-Type": "text/html"}, b"<html>log in</html>"),
)
"""What boxes between a kiosk and its server answer in its name."""


@dataclass
class Network:
    """Carries parcels to whoever is the server, through the weather of the day."""

    world: World
    arrive: Callable[[Parcel, Callable[[Parcel | None], None]], None]
    """Brings a request to the server, which calls back with its answer, or with None if it is down."""
    weather: Weather = Weather()
    _kept: dict[str, Parcel] = field(default_factory=dict)
    """The last answer of each path: what a box may have kept."""

    def exchange(self, strand: Strand, who: str, request: Parcel) -> Parcel:
        """Send a request and wait for its answer. Raises what requests raises."""
        self.world.tell(who, f"asks {gist(request)}")
        answer = self._exchange(strand, who, request)
        self.world.tell(who, f"hears {gist(answer)}")
        return answer

    def _exchange(self, strand: Strand, who: str, request: Parcel) -> Parcel:
        world, weather = self.world, self.weather
        if world.happens(weather.away):
            strand.wait(world.chance.choice([0.001, CONNECT_S]))
            world.tell(who, "has no network")
            raise requests.exceptions.ConnectionError("no way")
        if world.happens(weather.portal):
            status, headers, content = world.chance.choice(RUBBISH)
            return self._from_box(strand, who, Parcel(tuple(headers.items()), content, status=status))
        if world.happens(weather.stale) and request.path in self._kept:
            return self._from_box(strand, who, self._kept[request.path])
        return self._through(strand, who, request)

    def _through(self, strand: Strand, who: str, request: Parcel) -> Parcel:
        """Let a request try its luck."""
        world, weather = self.world, self.weather
        wake = strand.waker()
        if world.happens(weather.lost):
            world.tell(who, "request lost")
        elif world.happens(weather.cut):
            world.tell(who, "request cut short")
            kept = request.content[: world.chance.randrange(len(request.content) + 1)]
            self._bring(Parcel(request.headers, kept, request.method, request.path, cut=True), lambda _: None)
        else:
            self._bring(request, lambda answer: self._back(who, request.path, answer, wake))
        if world.happens(weather.twice):
            stray_s = world.chance.choice([0.0, world.chance.uniform(0, STRAY_S_MAX)])
            world.later(stray_s, lambda: self._stray(who, request))
        answer = strand.wait(READ_S)
        if answer is None:
            world.tell(who, "waited in vain")
            raise requests.exceptions.ReadTimeout("no answer")
        if isinstance(answer, Parcel):
            return answer
        raise requests.exceptions.ConnectionError("nobody listens")

    def _bring(self, request: Parcel, answered: Callable[[Parcel | None], None]) -> None:
        self.world.later(self._way_s(), lambda: self.arrive(request, answered))

    def _stray(self, who: str, request: Parcel) -> None:
        self.world.tell(who, "a copy of a request turns up")
        self._bring(request, lambda _: None)

    def _back(self, who: str, path: str, answer: Parcel | None, wake: Callable[[object], None]) -> None:
        """Let an answer try its luck."""
        world, weather = self.world, self.weather
        if answer is None:
            world.later(self._way_s(), lambda: wake("refused"))
            return
        self._kept[path] = answer
        if world.happens(weather.lost):
            world.tell(who, "answer lost")
            return
        if world.happens(weather.cut) and answer.content:
            world.tell(who, "answer cut short")
            kept = answer.content[: world.chance.randrange(len(answer.content))]
            answer = Parcel(answer.headers, kept, status=answer.status, cut=True)
        whole = answer
        world.later(self._way_s(), lambda: wake(whole))

    def _from_box(self, strand: Strand, who: str, answer: Parcel) -> Parcel:
        strand.wait(self.world.chance.uniform(*USUAL_S))
        self.world.tell(who, "is answered by a box in between")
        return answer

    def _way_s(self) -> float:
        """Return how long one way takes: at times longer than anybody waits, so that others overtake."""
        late = self.world.happens(self.weather.late)
        return self.world.chance.uniform(*((1.0, 90.0) if late else USUAL_S))


class Wire(requests.Session):
    """Where requests would find a socket: it hands the request to the network of this world."""

    def __init__(self, network: Network, strand: Strand, who: str) -> None:
        super().__init__()
        self._network, self._strand, self._who = network, strand, who

    def request(self, method: str | bytes, url: str | bytes, *_: Any, **told: Any) -> requests.Response:  # noqa: ANN401 - as its parent
        """Exchange a request for its answer, in the world's time."""
        path = "/" + str(url).split("/", 3)[3]
        headers = tuple((name.lower(), str(value)) for name, value in told["headers"].items())
        parcel = Parcel(headers, told["data"] or b"", str(method), path)
        answer = self._network.exchange(self._strand, self._who, parcel)
        reply = requests.Response()
        reply.status_code = answer.status
        reply.headers.update(answer.headers)
        reply.raw = HTTPResponse(
            BytesIO(answer.content),
            headers=dict(answer.headers),
            status=answer.status,
            preload_content=False,
            request_method=str(method),
        )
        return reply
