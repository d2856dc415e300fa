"""The commands that set a server up, and what they say when they cannot."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
import requests

from server.cli import main
from server.domain.places import Role
from server.store import open_store
from server.web.passwords import Passwords

if TYPE_CHECKING:
    from pathlib import Path

    from server.domain.places import Person


def run(folder: Path, *arguments: str) -> int:
    """Run a command."""
    return main(["--data-dir", str(folder / "data"), *arguments], {})


def set_up(folder: Path, name: str, password: str) -> int:
    """Set up, or replace a password."""
    (folder / "password").write_text(password)
    return run(folder, "setup", "--name", name, "--password-file", str(folder / "password"))


def person(folder: Path, name: str) -> Person | None:
    """Return who signs in by this name."""
    store = open_store(f"sqlite:{folder / 'data' / 'nucuoi.sqlite3'}")
    found = store.person(name)
    store.close()
    return found


def test_the_first_setup_makes_an_administrator(tmp_path: Path) -> None:
    """After it there are the 124 centers, a key that only we may read, and one who may sign in to all."""
    assert set_up(tmp_path, "quản trị", "a long password") == 0

    admin = person(tmp_path, "quản trị")
    assert admin is not None
    assert (admin.role, admin.center) == (Role.ADMIN, None)
    assert (tmp_path / "data" / "signing.key").stat().st_mode & 0o077 == 0
    store = open_store(f"sqlite:{tmp_path / 'data' / 'nucuoi.sqlite3'}")
    assert len(store.centers()) == 124
    store.close()


def test_a_forgotten_password_is_replaced(tmp_path: Path) -> None:
    """The second setup gives a known name a new password, and keeps the key."""
    set_up(tmp_path, "quanly", "the first password")
    key = (tmp_path / "data" / "signing.key").read_bytes()
    before = person(tmp_path, "quanly")

    assert set_up(tmp_path, "quanly", "the second password") == 0
    after = person(tmp_path, "quanly")
    assert before is not None
    assert after is not None
    assert after.password_hash != before.password_hash
    assert Passwords().hasher.verify(after.password_hash, "the second password")
    assert (tmp_path / "data" / "signing.key").read_bytes() == key


def test_an_administrator_who_lost_the_phone_is_helped_at_the_machine(tmp_path: Path) -> None:
    """With `--second-factor-off` the new password is all that is asked for; without, the codes stay."""
    set_up(tmp_path, "quanly", "the first password")
    store = open_store(f"sqlite:{tmp_path / 'data' / 'nucuoi.sqlite3'}")
    admin = store.person("quanly")
    assert admin is not None
    with store.transaction():
        store.begin_second_factor(admin, "sealed")
        store.turn_on_second_factor(admin, 1, 1, ["hash"])
    store.close()

    for more, on in (((), True), (("--second-factor-off",), False)):
        file = str(tmp_path / "password")
        assert run(tmp_path, "setup", "--name", "quanly", "--password-file", file, *more) == 0
        found = person(tmp_path, "quanly")
        assert found is not None
        assert found.second_factor is on


@pytest.mark.parametrize("password", ["1234567890", "quanly quanly", "x" * 201])
def test_a_password_that_is_guessed_first_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], password: str
) -> None:
    """The command line keeps the rules of the pages, and says which one it was."""
    assert set_up(tmp_path, "quanly", password) == 1
    assert "nothing was changed" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "password"), [("nobody", "a long password"), ("quanly", "short"), ("", "a long password")]
)
def test_a_mistake_changes_nothing(tmp_path: Path, name: str, password: str) -> None:
    """An unknown name or a short password is refused, and the old password still holds."""
    set_up(tmp_path, "quanly", "the first password")
    before = person(tmp_path, "quanly")

    assert set_up(tmp_path, name or " ", password) == 1
    assert person(tmp_path, "quanly") == before
    assert person(tmp_path, "nobody") is None


def test_a_code_is_made_for_a_real_counter(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A code is eight characters; a counter 0 or a center that is none gets a sentence, not a fault."""
    set_up(tmp_path, "quanly", "a long password")
    capsys.readouterr()

    assert run(tmp_path, "enrol", "--center", "24823", "--counter", "1") == 0
    assert len(capsys.readouterr().out.strip()) == 9
    assert run(tmp_path, "enrol", "--center", "24823", "--counter", "0") == 1
    assert run(tmp_path, "enrol", "--center", "99", "--counter", "1") == 1
    assert "no center with the code 99" in capsys.readouterr().err


@pytest.mark.parametrize("command", [["serve"], ["verify"], ["enrol", "--center", "24823", "--counter", "1"]])
def test_nothing_works_before_the_setup(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    """A server that was never set up says which command to run, and makes nothing."""
    assert run(tmp_path, *command) == 1
    assert "python -m server setup" in capsys.readouterr().err
    assert not (tmp_path / "data").exists()


def test_what_the_programs_write_is_for_their_account_alone(tmp_path: Path) -> None:
    """Nobody else on the machine can read ratings, hashes or keys."""
    (tmp_path / "password").write_text("a long password")
    command = [
        sys.executable,
        "-m",
        "server",
        "--data-dir",
        str(tmp_path / "data"),
        "setup",
        "--name",
        "quanly",
    ]
    subprocess.run([*command, "--password-file", str(tmp_path / "password")], check=True, capture_output=True)

    for file in [tmp_path / "data", *(tmp_path / "data").iterdir()]:
        assert file.stat().st_mode & 0o077 == 0, file.name


def test_a_server_takes_no_headers_without_end(tmp_path: Path) -> None:
    """One connection cannot fill the memory: the program refuses, lives on, and closes its book when told."""
    set_up(tmp_path, "quanly", "a long password")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "server",
        "--data-dir",
        str(tmp_path / "data"),
        "serve",
        "--port",
        str(port),
    ]
    with subprocess.Popen(command) as server:
        try:
            with _connected(port) as link:
                link.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 200_000)
                assert b" 400 " in link.recv(4096)
            with _connected(port) as link:
                link.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
                assert b" 200 " in link.recv(4096)
        finally:
            server.terminate()
        assert server.wait(15) == 0

    assert not (tmp_path / "data" / "nucuoi.sqlite3-wal").exists()


def test_behind_a_proxy_each_reader_has_an_address_of_their_own(tmp_path: Path) -> None:
    """What a named proxy says of a reader is believed: one who guesses holds back nobody else.

    An administrator is led to the second factor, which a server requires unless it is told otherwise.
    """
    set_up(tmp_path, "quanly", "a long password")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "server", "--data-dir", str(tmp_path / "data"), "serve"]
    environ = os.environ | {"NUCUOI_SERVER_PROXIES": "127.0.0.1, 10.0.0.0/8"}
    with subprocess.Popen([*command, "--port", str(port)], env=environ) as server:
        try:
            _connected(port).close()
            found = [
                requests.post(
                    f"http://127.0.0.1:{port}/sign-in",
                    data={"name": "quanly", "password": password},
                    # the first address is what the reader's own program claims to be
                    headers={"X-Forwarded-For": f"203.0.113.{number}, {reader}", "Sec-Fetch-Site": "none"},
                    timeout=20,
                )
                for number, (reader, password) in enumerate(
                    [("198.51.100.1", "wrong")] * 5
                    + [("198.51.100.1", "a long password"), ("198.51.100.2, 10.1.2.3", "a long password")]
                )
            ]
        finally:
            server.terminate()

    assert [answer.status_code for answer in found] == [422] * 5 + [429, 200]
    assert found[-1].url.endswith("/account/second-factor")


def _connected(port: int) -> socket.socket:
    """Connect as soon as the server listens."""
    end = time.monotonic() + 20
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=5)
        except ConnectionRefusedError:
            assert time.monotonic() < end, "the server did not come up"
            time.sleep(0.05)
