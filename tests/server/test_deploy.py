"""The promises of a server's machine, read from its units and tried with its installer in a folder."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from server import config

TOP = Path(__file__).parents[2]
DEPLOY = TOP / "deploy"
SERVICES = ("nucuoi-server.service", "nucuoi-backup.service")
UNITS = (*SERVICES, "nucuoi-backup.timer")
NAME = "nucuoi.example.vn"


def values_of(unit: str, key: str) -> list[str]:
    """Return every value of a key of a unit."""
    text = (DEPLOY / "server" / unit).read_text("utf-8")
    return re.findall(rf"^{key}=(.*)$", text, re.MULTILINE)


class Machine:
    """A bare Debian in a folder, whose programs only write down how they were called; and a source."""

    def __init__(self, folder: Path) -> None:
        self.root, self.source = folder / "root", folder / "source"
        self._bin, self._said, self._only = folder / "bin", folder / "said", folder / "only"
        self._bin.mkdir()
        shutil.copytree(DEPLOY, self.source / "deploy")
        for name in ("pyproject.toml", "constraints.txt"):
            shutil.copy(TOP / name, self.source / name)
        for name in ("kiosk", "server"):
            (self.source / name).mkdir()
            (self.source / name / "__init__.py").write_text("", "ascii")
        (self.root / "etc/caddy").mkdir(parents=True)
        note = f'echo "${{0##*/}} $*" >>"{self._said}"'
        current = f'"$(readlink "{self.root}/opt/nucuoi/current")"'
        lives = f'[ ! -e "{self._only}" ] || [ {current} = "$(cat "{self._only}")" ]'
        scripts = {
            "id": "echo 0",
            "dpkg-query": 'echo "ii "',
            "python3": f'{note}\n[ "$2" != venv ] || {{ mkdir -p "$4/bin"; cp "$0" "$4/bin/python"; }}',
            "curl": f"{note}\n{lives}",
        }
        for name in ("apt-get", "chown", "getent", "useradd", "systemctl", "sync"):
            scripts[name] = note
        for name, script in scripts.items():
            (self._bin / name).write_text(f"#!/bin/sh\n{script}\n", "utf-8")
            (self._bin / name).chmod(0o755)

    def install(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the installer."""
        self._said.write_text("", "ascii")
        environ = {"PATH": f"{self._bin}:{os.environ['PATH']}", "NUCUOI_ROOT": str(self.root)}
        command = ["sh", str(self.source / "deploy/server/install.sh"), *arguments]
        return subprocess.run(command, env=environ, check=False, capture_output=True, text=True, timeout=60)

    def set_up(self) -> None:
        """Install it, and let there be a book."""
        assert self.install(NAME).returncode == 0
        book = self.root / "var/lib/nucuoi/nucuoi.sqlite3"
        book.parent.mkdir(parents=True)
        book.write_bytes(b"ratings")
        assert self.install().returncode == 0

    def write_next_version(self, *, good: bool = True) -> None:
        """Let the source be another version; one that is not good never comes up."""
        if not good:
            self._only.write_text(self.current, "ascii")
        with (self.source / "server/__init__.py").open("a", encoding="ascii") as file:
            file.write("# another version\n")

    @property
    def current(self) -> str:
        """The release that the server starts from."""
        return str((self.root / "opt/nucuoi/current").readlink())

    @property
    def said(self) -> list[str]:
        """How programs were called by the last installation."""
        return self._said.read_text("utf-8").splitlines()


@pytest.fixture(name="machine")
def _machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


@pytest.mark.parametrize("name", SERVICES)
def test_the_server_can_write_only_to_its_own_folders(name: str) -> None:
    """Not root, and the machine is read-only to it but for the book and the backups."""
    assert values_of(name, "User") == ["nucuoi"]
    assert values_of(name, "ProtectSystem") == ["strict"]
    assert values_of(name, "NoNewPrivileges") == ["yes"]
    assert values_of(name, "CapabilityBoundingSet") == [""]
    assert values_of(name, "StateDirectoryMode") == ["0700"]
    assert values_of(name, "LimitCORE") == ["0"]


def test_a_server_that_ends_begins_anew() -> None:
    """Whatever it dies of, and however often, it is back in two seconds."""
    assert values_of("nucuoi-server.service", "Restart") == ["always"]
    assert values_of("nucuoi-server.service", "StartLimitIntervalSec") == ["0"]


@pytest.mark.parametrize("line", [line for name in SERVICES for line in values_of(name, "ExecStart")])
def test_the_units_call_commands_that_there_are(line: str) -> None:
    """What the units start is a command of this package, and knows the options they give."""
    words = line.split()
    command = words[words.index("/etc/nucuoi/server.toml") + 1]
    told = [
        subprocess.run(
            [sys.executable, "-m", "server", *asked, "--help"],
            cwd=TOP,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for asked in ([], [command])
    ]

    assert words[1:3] == ["-m", "server"]
    assert [word for word in words if word.startswith("--") and word not in "".join(told)] == []


def test_the_settings_are_settings(machine: Machine) -> None:
    """The server reads what the installer wrote: its public name over TLS, and whom to believe an address."""
    assert machine.install(NAME).returncode == 0
    found = config.load({}, machine.root / "etc/nucuoi/server.toml")

    assert (found.url, found.proxies, found.host) == (f"https://{NAME}", "127.0.0.1", "127.0.0.1")
    proxy = (machine.root / "etc/nucuoi/Caddyfile").read_text("utf-8")
    assert f"\n{NAME} {{" in proxy
    assert "header_up X-Forwarded-For {remote_host}" in proxy
    assert "import /etc/nucuoi/Caddyfile" in (machine.root / "etc/caddy/Caddyfile").read_text("utf-8")


@pytest.mark.parametrize("name", ["", "a b", "https://x", "x;y", "-x"])
def test_a_name_is_wanted_first(machine: Machine, name: str) -> None:
    """Without a name, or with none that could be one, nothing is installed, and it says what to do."""
    done = machine.install(name)

    assert done.returncode == 1
    assert "install.sh nucuoi.example.vn" in done.stderr
    assert machine.said == []


def test_the_first_installation_says_what_is_next(machine: Machine) -> None:
    """A server without a book is not started: it says how to make one."""
    done = machine.install(NAME)

    assert done.returncode == 0
    assert "nucuoi-server setup" in done.stdout
    assert "systemctl restart nucuoi-server.service" not in machine.said
    for unit in UNITS:
        assert (machine.root / "etc/systemd/system" / unit).exists()


def test_a_second_installation_disturbs_nobody(machine: Machine) -> None:
    """Run again with nothing new, it leaves server, proxy and settings alone."""
    machine.set_up()
    settings = machine.root / "etc/nucuoi/server.toml"
    settings.write_text(settings.read_text("utf-8") + "port = 8000\n", "utf-8")
    before = settings.read_text("utf-8")

    assert machine.install().returncode == 0
    assert settings.read_text("utf-8") == before
    disturbing = re.compile("restart |reload-|venv|nucuoi-backup.service")
    assert not [line for line in machine.said if disturbing.search(line)]
    assert (machine.root / "etc/caddy/Caddyfile").read_text("utf-8").count("import") == 1


def test_a_new_version_sees_a_book_that_was_copied(machine: Machine) -> None:
    """Before an update the book is backed up, then the server starts anew; the book itself is not touched."""
    machine.set_up()
    before = machine.current
    machine.write_next_version()

    assert machine.install().returncode == 0
    assert machine.current != before
    copied, started = (
        machine.said.index(f"systemctl {what}")
        for what in ("start nucuoi-backup.service", "restart nucuoi-server.service")
    )
    assert copied < started
    assert (machine.root / "var/lib/nucuoi/nucuoi.sqlite3").read_bytes() == b"ratings"


def test_an_update_that_does_not_come_up_is_taken_back(machine: Machine) -> None:
    """A version that does not answer is given up, and the one before serves again."""
    machine.set_up()
    before = machine.current
    machine.write_next_version(good=False)
    done = machine.install()

    assert done.returncode == 1
    assert "the one before runs again" in done.stderr
    assert machine.current == before
    assert machine.said.count("systemctl restart nucuoi-server.service") == 2


@pytest.mark.parametrize("name", UNITS)
@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_systemd_understands_the_unit(name: str, machine: Machine) -> None:
    """The supervisor itself finds nothing to say about the units as they are installed."""
    machine.install(NAME)
    shutil.copytree("/usr/lib/systemd/system", machine.root / "usr/lib/systemd/system", symlinks=True)
    command = [
        "systemd-analyze",
        "verify",
        "--man=no",
        "--recursive-errors=no",
        f"--root={machine.root}",
        name,
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(shutil.which("shellcheck") is None, reason="shellcheck is not installed")
def test_the_scripts_are_clean() -> None:
    """The scripts that run as root hold none of the shell's known traps."""
    scripts = [str(DEPLOY / "release.sh"), *map(str, (DEPLOY / "server").glob("*.sh"))]
    done = subprocess.run(["shellcheck", *scripts], capture_output=True, text=True, check=False, timeout=60)

    assert (done.returncode, done.stdout) == (0, "")
