"""Forty bad inputs of a list of forty-two, and what the server must answer to each.

The list is that of every attack on an API like this which somebody was known to try, adapted to the contract
(`docs/protocol.md`): a record is never refused for its content but kept and not counted, since one bad record
must not block a queue, so that a row has either the code of a problem or the reason of a quarantine.

Not there yet, because what they attack is not: uploads of pictures and tables (39), a witness's signature
under a checkpoint (42); and of others the half that would be seen on a page of comments, in a table or a
search (14, 15, 16). Sixteen of the same batch at once (36) are in `test_kiosk_api`, marks in a password (40)
in `test_auth`.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest
from starlette.requests import Request

from server.domain.places import Person, Role
from server.web import problems
from server.web.passwords import Passwords
from server.web.problems import Refusal
from tests.server.bad_batches import BATCHES
from tests.server.bad_requests import REQUESTS, signs_in
from tests.server.bad_world import Impatient, Input, World, echoes
from tests.server.cluster import on
from tests.server.hall import CHEAP, PASSWORD
from tests.server.live import BAO_LOC, a_hand, live

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from starlette.types import ASGIApp, Receive, Scope, Send

    from tests.server.cluster import Cluster
    from tests.server.live import Live

INPUTS = (*BATCHES, *REQUESTS)
NOT_THERE_YET = {39, 42}


@pytest.fixture(name="shared", scope="module")
def _shared(tmp_path_factory: pytest.TempPathFactory, engine: Cluster | None) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("server")
    with on(engine, folder), live(folder, connection=Impatient) as server:
        person = Person(0, "quanly", Passwords(CHEAP).hash_now(PASSWORD), Role.MANAGER, BAO_LOC)
        server.writer.submit(lambda store: store.add_person(person)).result()
        world = enrolled(server, {}, 0)
        name, _, token = signs_in("quanly", PASSWORD)(world).headers["Set-Cookie"].partition("=")
        world.session[name] = token.partition(";")[0]
        yield world


@pytest.fixture(name="world")
def _world(shared: World, request: pytest.FixtureRequest) -> World:
    return enrolled(shared.live, shared.session, 1 + INPUTS.index(request.getfixturevalue("each")))


def enrolled(server: Live, session: dict[str, str], number: int) -> World:
    """Put two kiosks on the counter: one has a rating that it has not sent yet, one has sent its own."""
    code = f"{20_000_000 + number}"
    hand = a_hand(server, code=code)
    hand.rate(5)
    well = a_hand(server, seed=bytes(31) + b"\x0b", code=f"{10_000_000 + number}")
    world = World(server, hand, code, well, session)
    assert world.is_well()
    return world


@pytest.mark.parametrize("each", INPUTS, ids=lambda each: f"{each.number} {each.name}"[:60])
def test_a_bad_input_gets_its_answer(world: World, each: Input) -> None:
    """The right status and code, a book that knows nothing of it, a short log, and a server that is well."""
    assert not each.tried_on(world)


def test_the_list_is_whole() -> None:
    """Every number of the list has a row, or is said to be not there yet."""
    assert {each.number for each in INPUTS} == set(range(1, 43)) - NOT_THERE_YET


def careless(app: ASGIApp) -> ASGIApp:
    """Make a server that repeats what it is sent, in its answer and its log, and admits a fault."""

    async def echo(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "PUT":
            await app(scope, receive, send)
            return
        said = (await Request(scope, receive).body()).decode()
        logging.getLogger("server").error(said * 100)
        await problems.answer(Refusal("invalid", said))(scope, receive, send)

    return echo


def test_a_careless_server_is_found_out(tmp_path: Path) -> None:
    """The control: of a server that echoes, logs at length and answers otherwise, each is told."""
    said = bytes(range(65, 65 + 41))
    wrong = Input(
        34, "", lambda world: world.ask("PUT", "/v1/batches", said), 405, "method_not_allowed", allow="POST"
    )
    with live(tmp_path, around=careless) as server:
        found = wrong.tried_on(enrolled(server, {}, 0))

    told = ("answered 422 invalid", "allows None", "echoes", said.decode(), "a long line")
    assert all(any(each.startswith(begin) for each in found) for begin in told), found


def test_a_short_echo_is_no_echo() -> None:
    """Forty characters may come back, forty-one may not."""
    assert not echoes(b"..." + b"x" * 40 + b"...", b"x" * 500)
    assert echoes(b"..." + b"x" * 41 + b"...", b"x" * 500)
