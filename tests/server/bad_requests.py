"""Bad inputs to HTTP and to the pages: framing, headers, addresses, methods, forms. Numbers as before."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from tests.server.bad_world import Got, Input, World
from tests.server.raw import request

if TYPE_CHECKING:
    from collections.abc import Callable

    Send = Callable[[World], Got]

GIGANTIC = "186184749350704166178211758080"
BATCHES = "POST /v1/batches"
FRAMED = {"Content-Type": "application/json", "Connection": "", "Content-Length": ""}
OURS = {"Sec-Fetch-Site": "same-origin", "Content-Type": "application/x-www-form-urlencoded"}
SMUGGLED = b"0\r\n\r\n" + request("GET /healthz")


def says(raw: bytes) -> Send:
    """Send these bytes."""
    return lambda world: world.say(raw)


def framed(rest: bytes = b"", **headers: str) -> Send:
    """Send a batch with other framing than it should have."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return says(request(BATCHES, headers=FRAMED | named) + rest)


def dripping(raw: bytes) -> Send:
    """Send a byte now and then."""
    return lambda world: world.say(*(raw[at : at + 1] for at in range(len(raw))), pause_s=0.1)


def gets(line: str, **headers: str) -> Send:
    """Ask for something, with the address just as it is written here."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return says(request(line, headers=named))


def opens(path: str) -> Send:
    """Open a page as the manager."""
    return lambda world: world.ask("GET", path, cookies=world.session)


def posts(path: str, form: dict[str, str], **headers: str) -> Send:
    """Send a form as the manager, as a page of ours does unless the headers say otherwise."""
    named = OURS | {name.replace("_", "-"): value for name, value in headers.items()}
    kept = {name: value for name, value in named.items() if value}
    return lambda world: world.ask("POST", path, urlencode(form).encode(), kept, world.session)


def signs_in(name: str, password: str) -> Send:
    """Sign in with these words."""
    return lambda world: world.ask(
        "POST", "/sign-in", urlencode({"name": name, "password": password}).encode(), OURS
    )


def half_a_name(world: World) -> Got:
    """Sign in with a name that is half a character."""
    return world.ask("POST", "/sign-in", b"name=%ed%b3%bf&password=x", OURS)


def guesses(world: World) -> Got:
    """Guess a thousand passwords of one name, or until nobody listens any more."""
    got = signs_in("guessed", "1")(world)
    for number in range(1000):
        if got.status == 429:
            break
        got = signs_in("guessed", str(number))(world)
    return got


REQUESTS: tuple[Input, ...] = (
    Input(9, "a number beyond every database", gets(f"GET /v1/checkpoints?after={GIGANTIC}"), 422, "invalid"),
    Input(9, "the same as a center", opens(f"/overview?center={GIGANTIC}"), 404),
    Input(29, "a length too long", framed(b"{}", Content_Length="500"), 0),
    Input(
        29,
        "a length too short",
        framed(b"{}x\r\n\r\n", Content_Length="1"),
        400,
        "malformed",
        more=(400,),
    ),
    Input(29, "a length below zero", framed(b"{}", Content_Length="-1"), 400, "malformed"),
    Input(29, "a length of 5,000 digits", framed(b"{}", Content_Length="9" * 5000), 400, "malformed"),
    Input(29, "a length of 5 GB", framed(b"{}", Content_Length="5000000000"), 413, "too_large"),
    Input(29, "two lengths", framed(b"{}", Content_Length="2\r\nContent-Length: 3"), 400, "malformed"),
    Input(
        29,
        "a length and chunks, another request inside",
        framed(SMUGGLED, Content_Length=str(len(SMUGGLED)), Transfer_Encoding="chunked"),
        400,
        "malformed",
    ),
    Input(
        29,
        "the same the other way round",
        framed(SMUGGLED, Transfer_Encoding="chunked\r\nContent-Length: 4"),
        400,
        "malformed",
    ),
    Input(29, "chunks of another kind", framed(SMUGGLED, Transfer_Encoding="xchunked"), 400, "malformed"),
    Input(29, "a chunk without a size", framed(b"zz\r\n", Transfer_Encoding="chunked"), 400, "malformed"),
    Input(29, "a blank before the colon", framed(b"{}", Content_Length="2\r\nX : y"), 400, "malformed"),
    Input(31, "a head in drops", dripping(request("GET /healthz")), 0),
    Input(31, "a body in drops", dripping(request(BATCHES, headers=FRAMED | {"Content-Length": "99"})), 0),
    Input(32, "a header of 64 kB", gets("GET /v1/config", X="a" * 65536), 431, "headers_too_large"),
    Input(
        32, "1,000 headers", gets("GET /v1/config", X="\r\nX: ".join("a" * 1000)), 431, "headers_too_large"
    ),
    Input(32, "NUL in a header", gets("GET /v1/config", X="a\0b"), 400, "malformed"),
    Input(32, "a line feed in a header", gets("GET /v1/config", X="a\nb"), 400, "malformed"),
    Input(32, "a Host that is none", gets("GET /v1/nothing", Host="["), 404, "not_found"),
    Input(33, "up and down again", gets("GET /v1/devices/../admin"), 404, "not_found"),
    Input(33, "the same, encoded", gets("GET /v1/devices/%2e%2e/admin"), 404, "not_found"),
    Input(33, "NUL in an address", gets("GET /v1/%00"), 404, "not_found"),
    Input(33, "10 kB of address", gets("GET /v1/" + "x" * 10_000), 404, "not_found"),
    Input(33, "a slash too many", gets("GET /v1/config/", Host="elsewhere.example"), 404, "not_found"),
    Input(33, "capitals", gets("GET /V1/config"), 404),
    Input(33, "up from the style sheets", gets("GET /static/../../pyproject.toml"), 404),
    Input(33, "no UTF-8 in an address", gets("GET /static/%ff%fe"), 404),
    *(
        Input(
            34, f"{method} of a batch", gets(f"{method} /v1/batches"), 405, "method_not_allowed", allow="POST"
        )
        for method in ("GET", "PUT", "DELETE", "PATCH", "TRACE", "OPTIONS", "PROPFIND", "post", "X" * 5000)
    ),
    Input(34, "PUT of a page", gets("PUT /sign-in", Sec_Fetch_Site="same-origin"), 405, allow="GET POST"),
    Input(35, "no device", gets("GET /v1/config"), 422, "invalid"),
    Input(
        35,
        "a stranger",
        gets("GET /v1/config", Nucuoi_Device="e" * 32, Nucuoi_Nonce="c" * 32),
        401,
        "unknown_device",
    ),
    Input(37, "another center", opens("/overview?center=24769"), 404),
    Input(37, "a page that is none", opens("/overview?page=-1"), 200),
    Input(37, "a month that is none", opens("/overview?period=2026-13-01"), 404),
    Input(37, "a year beyond all", opens("/overview?period=99999999"), 404),
    Input(37, "a kind that is none", opens("/overview?kind=;--"), 404),
    Input(37, "5,000 digits of center", opens("/overview?center=" + "9" * 5000), 404),
    Input(37, "a script in the address", opens("/overview?x=<script>alert(1)</script>&lang=en"), 200),
    Input(37, "a session that is none", gets("GET /overview", Cookie="nucuoi=\xff\0".replace("\0", "")), 303),
    Input(38, "a form of another site", posts("/sign-out", {}, Sec_Fetch_Site="cross-site"), 403),
    Input(38, "a form of nowhere", posts("/sign-out", {}, Sec_Fetch_Site="", Origin="null"), 403),
    Input(38, "an origin that is none", posts("/sign-out", {}, Sec_Fetch_Site="", Origin="http://["), 403),
    Input(
        38,
        "an origin that looks like ours",
        posts("/sign-out", {}, Sec_Fetch_Site="", Origin="http://127.0.0.1.evil.example"),
        403,
    ),
    Input(40, "a password of 1 MB", signs_in("quanly", "x" * 1_000_000), 413),
    Input(40, "65 characters", signs_in("quanly", "x" * 65), 422),
    Input(40, "NUL in a password", signs_in("quanly", "a\0b"), 422),
    Input(40, "half a character in a name", half_a_name, 422),
    Input(40, "a thousand guesses", guesses, 429),
)
