"""The promises of a kiosk's machine, read from its units and tried with its installer in a folder."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

from kiosk import system

TOP = Path(__file__).parents[2]
KIOSK = TOP / "deploy/kiosk"
RELEASE = TOP / "deploy/release.sh"
DATA_DIR = "/var/lib/nucuoi-kiosk"
ACCOUNT = "nucuoi-kiosk"
SERVICES = ("nucuoi-kiosk.service", "nucuoi-screen.service", "nucuoi-prompts.service")
UNITS = (*SERVICES, "nucuoi-prompts.path")
PACKAGE_OF = {
    "Xorg": "xserver-xorg-core",
    "chvt": "kbd",
    "matchbox-window-manager": "matchbox-window-manager",
    "xauth": "xauth",
    "xinit": "xinit",
    "xinput": "xinput",
    "xrandr": "x11-xserver-utils",
    "xset": "x11-xserver-utils",
}
"""What the units and the session run, and which package of Debian brings it."""

Unit = dict[str, dict[str, list[str]]]


def unit(name: str) -> Unit:
    """Read a unit: section, key, and every value of the key."""
    found: Unit = defaultdict(lambda: defaultdict(list))
    section = ""
    for line in (KIOSK / name).read_text("utf-8").splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif line and not line.startswith("#"):
            key, _, value = line.partition("=")
            found[section][key].append(value)
    return found


class Machine:
    """A bare Debian in a folder, whose programs only write down how they were called; and a source."""

    def __init__(self, folder: Path) -> None:
        self.root, self.source = folder / "root", folder / "source"
        self._bin, self._said, self._only = folder / "bin", folder / "said", folder / "only"
        self._stops_at = folder / "stops_at"
        self._bin.mkdir()
        shutil.copytree(KIOSK, self.source / "deploy/kiosk")
        shutil.copy(RELEASE, self.source / "deploy")
        for name in ("pyproject.toml", "constraints.txt"):
            shutil.copy(TOP / name, self.source / name)
        for name in ("kiosk", "server"):
            (self.source / name).mkdir()
            (self.source / name / "__init__.py").write_text("", "ascii")
        self._fakes()

    def _fakes(self) -> None:
        note = f'echo "${{0##*/}} $*" >>"{self._said}"'
        current = f"{self.root}/opt/nucuoi-kiosk/current"
        comes_up = f'[ ! -e "{self._only}" ] || [ "$(readlink "{current}")" = "$(cat "{self._only}")" ]'
        scripts = {
            "id": "echo 0",
            "dpkg-query": 'echo "ii "',
            "python3": f'{note}\n[ "$2" != venv ] || {{ mkdir -p "$4/bin"; cp "$0" "$4/bin/python"; }}',
            "systemctl": f'{note}\ncase "$*" in $(cat "{self._stops_at}")*) kill $PPID; exit 1 ;; esac\n'
            f"case $* in is-enabled*) exit 1 ;; restart\\ nucuoi-kiosk*) {comes_up} ;; esac",
        }
        for name in ("apt-get", "getent", "useradd", "sysctl", "sync"):
            scripts[name] = note
        for name, script in scripts.items():
            program = self._bin / name
            program.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
            program.chmod(0o755)

    def install(self, stops_at: str = "nothing") -> int:
        """Run the installer, or let it be stopped at a call of systemctl; returns its exit code."""
        self._said.write_text("", "ascii")
        self._stops_at.write_text(stops_at, "ascii")
        environ = {"PATH": f"{self._bin}:{os.environ['PATH']}", "NUCUOI_ROOT": str(self.root)}
        command = ["sh", str(self.source / "deploy/kiosk/install.sh")]
        return subprocess.run(command, env=environ, check=False, capture_output=True, timeout=60).returncode

    def write_next_version(self) -> None:
        """Let the source be another version."""
        with (self.source / "kiosk/__init__.py").open("a", encoding="ascii") as file:
            file.write("# another version\n")

    def change(self, name: str) -> None:
        """Let a file beside the installer be another."""
        with (self.source / "deploy/kiosk" / name).open("a", encoding="ascii") as file:
            file.write("# another version\n")

    def break_next_version(self) -> None:
        """Let nothing but what runs now ever come up."""
        self.write_next_version()
        self._only.write_text(self.current, "ascii")

    @property
    def current(self) -> str:
        """The release that the kiosk starts from."""
        return str((self.root / "opt/nucuoi-kiosk/current").readlink())

    @property
    def said(self) -> list[str]:
        """How programs were called by the last installation."""
        return self._said.read_text("utf-8").splitlines()


@pytest.fixture(name="machine")
def _machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_a_kiosk_that_ends_or_hangs_begins_anew() -> None:
    """Whatever the program dies of, and however often, it is back in a second; a hanging one is ended."""
    kiosk = unit("nucuoi-kiosk.service")

    assert kiosk["Unit"]["StartLimitIntervalSec"] == ["0"]
    assert kiosk["Service"]["Restart"] == ["always"]
    assert kiosk["Service"]["RestartSec"] == ["1"]
    assert kiosk["Service"]["Type"] == ["notify"]
    assert kiosk["Service"]["NotifyAccess"] == ["main"]
    limit_s = int(kiosk["Service"]["WatchdogSec"][0])
    assert limit_s > 2 * system.watchdog_s({"WATCHDOG_USEC": str(limit_s * 1_000_000)}) > 0


def test_a_screen_that_ends_begins_anew() -> None:
    """An X server that dies is back in a second, and takes the kiosk with it neither up nor down."""
    screen = unit("nucuoi-screen.service")

    assert screen["Unit"]["StartLimitIntervalSec"] == ["0"]
    assert screen["Service"]["Restart"] == ["always"]
    assert unit("nucuoi-kiosk.service")["Unit"]["Wants"] == ["nucuoi-screen.service"]


@pytest.mark.parametrize("name", SERVICES)
def test_nothing_of_a_kiosk_runs_as_root(name: str) -> None:
    """Every program of the kiosk has the kiosk's own account, and can become no other."""
    service = unit(name)["Service"]

    assert service["User"] == [ACCOUNT]
    assert service["NoNewPrivileges"] == ["yes"]
    assert service["LimitCORE"] == ["0"]
    as_root = [value for values in service.values() for value in values if re.match(r"[-:@]*[+!]", value)]
    assert as_root == (["-+/usr/bin/chvt 7"] if name == "nucuoi-screen.service" else [])


def test_a_lost_screen_is_noticed() -> None:
    """The kiosk asks for X by name, so that without it it fails instead of drawing for nobody."""
    environment = " ".join(unit("nucuoi-kiosk.service")["Service"]["Environment"]).split()

    assert {"SDL_VIDEODRIVER=x11", "DISPLAY=:0", "KIVY_NO_ARGS=1"} <= set(environment)
    cookie = {each for each in environment if each.startswith("XAUTHORITY=")}
    assert cookie <= set(" ".join(unit("nucuoi-screen.service")["Service"]["Environment"]).split())


def test_only_the_data_folder_can_be_written_to() -> None:
    """The machine is read-only to the kiosk, but for the folder of the key and the outbox."""
    for name in ("nucuoi-kiosk.service", "nucuoi-prompts.service"):
        service = unit(name)["Service"]
        assert service["ProtectSystem"] == ["strict"]
        assert [f"/var/lib/{folder}" for folder in service["StateDirectory"]] == [DATA_DIR]
        assert service["StateDirectoryMode"] == ["0700"]
        assert f"--data-dir {DATA_DIR}" in service["ExecStart"][0]


@pytest.mark.parametrize(
    ("name", "command"), [("nucuoi-kiosk.service", []), ("nucuoi-prompts.service", ["prompts"])]
)
def test_the_units_call_programs_that_there_are(name: str, command: list[str]) -> None:
    """What the units start is a command of this package, and knows the options they give."""
    words = unit(name)["Service"]["ExecStart"][0].split()
    assert words[1 : 3 + len(command)] == ["-m", "kiosk", *command]
    told = subprocess.run(
        [sys.executable, "-m", "kiosk", *command, "--help"],
        cwd=TOP,
        capture_output=True,
        text=True,
        check=True,
    ).stdout

    assert " ".join(["usage: python -m kiosk", *command, "["]) in told
    assert [word for word in words if word.startswith("--") and word not in told] == []


def test_what_the_session_runs_is_installed() -> None:
    """Every program of the screen comes with a package that the installer asks for."""
    text = (KIOSK / "screen.sh").read_text("utf-8") + (KIOSK / "nucuoi-screen.service").read_text("utf-8")
    packages = (KIOSK / "install.sh").read_text("utf-8").partition('PACKAGES="')[2].partition('"')[0].split()

    for program, package in PACKAGE_OF.items():
        assert re.search(rf"\b{program}\b", text + (KIOSK / "nucuoi-kiosk.service").read_text("utf-8"))
        assert package in packages


def test_an_installation_puts_everything_in_its_place(machine: Machine) -> None:
    """After it every file that the units name is there, and the kiosk has been started."""
    assert machine.install() == 0
    for name in UNITS:
        text = (machine.root / "etc/systemd/system" / name).read_text("utf-8")
        for path in re.findall(r"/(?:opt|etc)/nucuoi-kiosk/[\w./-]+", text):
            assert (machine.root / path.lstrip("/")).exists(), path
    assert "systemctl restart nucuoi-kiosk.service" in machine.said
    enabled = next(line for line in machine.said if line.startswith("systemctl enable")).split()
    assert {name for name in UNITS if unit(name)["Install"]} <= set(enabled)


def test_a_second_installation_disturbs_nobody(machine: Machine) -> None:
    """Run again with nothing new, it leaves the citizen at the screen in peace."""
    machine.install()
    assert machine.install() == 0

    assert not [line for line in machine.said if "restart" in line or line.startswith(("python3", "useradd"))]


def test_an_update_keeps_what_the_kiosk_is(machine: Machine) -> None:
    """Key, outbox and the technician's settings are the same after an update, byte for byte."""
    machine.install()
    before = machine.current
    kept = {
        machine.root / DATA_DIR.lstrip("/") / "device.key": b"key",
        machine.root / DATA_DIR.lstrip("/") / "outbox.sqlite3": b"ratings",
        machine.root / "etc/nucuoi-kiosk/kiosk.toml": b"diagonal_in = 21.5\n",
        machine.root / "etc/nucuoi-kiosk/screen.env": b"NUCUOI_SCREEN_ROTATE=left\n",
    }
    for path, content in kept.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    machine.write_next_version()
    assert machine.install() == 0

    assert machine.current != before
    assert {path: path.read_bytes() for path in kept} == kept
    assert "systemctl restart nucuoi-kiosk.service" in machine.said
    # what ran before is still there, should somebody have to go back by hand
    assert (machine.root / "opt/nucuoi-kiosk" / before).is_dir()


def test_an_update_that_does_not_come_up_is_taken_back(machine: Machine) -> None:
    """A version that shows no picture is given up, and the one before runs again."""
    machine.install()
    before = machine.current
    machine.break_next_version()

    assert machine.install() == 1
    assert machine.current == before
    assert machine.said.count("systemctl restart nucuoi-kiosk.service") == 2


STOPS = ("daemon-reload", "enable", "restart nucuoi-screen", "start nucuoi-screen", "restart nucuoi-kiosk")


@pytest.mark.parametrize("stops_at", [*STOPS, "start --no-block"])
def test_an_update_that_was_stopped_is_finished_by_the_next_run(machine: Machine, stops_at: str) -> None:
    """Wherever an update was stopped, the next run starts what is new, and keeps what ran before."""
    machine.install()
    before = machine.current
    machine.write_next_version()
    machine.change("screen.sh")
    machine.change("nucuoi-kiosk.service")
    assert machine.install(stops_at) != 0
    said = machine.said
    assert machine.install() == 0

    for name in ("nucuoi-screen", "nucuoi-kiosk"):
        assert f"systemctl restart {name}.service" in said + machine.said
        assert f"restart {name}" != stops_at or f"systemctl restart {name}.service" in machine.said
    assert machine.current != before
    assert (machine.root / "opt/nucuoi-kiosk" / before).is_dir()
    assert machine.install() == 0
    assert not [line for line in machine.said if "restart" in line]
    assert (machine.root / "opt/nucuoi-kiosk" / before).is_dir()


@pytest.mark.parametrize("stops_at", STOPS)
def test_a_bad_update_that_was_stopped_is_taken_back(machine: Machine, stops_at: str) -> None:
    """A version that was never seen to come up is not what a kiosk goes back to."""
    machine.install()
    before = machine.current
    machine.break_next_version()
    machine.change("screen.sh")
    assert machine.install(stops_at) != 0
    assert machine.install() == 1

    assert machine.current == before
    machine.write_next_version()
    assert machine.install() == 1
    assert machine.current == before


def test_a_keyboard_does_not_turn_the_kiosk_off(machine: Machine) -> None:
    """No key for power, sleep or restart, and no burst of Ctrl-Alt-Del, ends a kiosk; it knows at once."""
    assert machine.install() == 0
    told = {
        folder: dict(
            line.split("=")
            for path in (machine.root / "etc/systemd" / folder).iterdir()
            for line in path.read_text("utf-8").splitlines()
            if "=" in line and not line.startswith("#")
        )
        for folder in ("logind.conf.d", "system.conf.d")
    }

    keys = {
        f"Handle{key}Key{held}"
        for key in ("Power", "Reboot", "Suspend", "Hibernate")
        for held in ("", "LongPress")
    }
    assert told == {
        "logind.conf.d": dict.fromkeys(keys | {"HandleLidSwitch"}, "ignore"),
        "system.conf.d": {"CtrlAltDelBurstAction": "none"},
    }
    assert "systemctl mask --quiet ctrl-alt-del.target" in machine.said
    assert "systemctl kill --signal=HUP systemd-logind.service" in machine.said


def test_the_disk_keeps_two_releases_at_most(machine: Machine) -> None:
    """Years of updates do not fill the disk that ratings are to be kept on."""
    for _ in range(4):
        machine.write_next_version()
        assert machine.install() == 0

    assert len(list((machine.root / "opt/nucuoi-kiosk/releases").iterdir())) == 2


@pytest.mark.parametrize("name", UNITS)
@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_systemd_understands_the_unit(name: str, machine: Machine) -> None:
    """The supervisor itself finds nothing to say about the units as they are installed."""
    machine.install()
    for path in ("usr/bin/chvt", "bin/sh"):
        program = machine.root / path
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_text("#!/bin/sh\n", "ascii")
        program.chmod(0o755)
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
    """The scripts that run as root, or all day, hold none of the shell's known traps."""
    done = subprocess.run(
        ["shellcheck", str(RELEASE), *map(str, KIOSK.glob("*.sh"))],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert (done.returncode, done.stdout) == (0, "")


def test_every_code_of_the_kiosk_is_explained() -> None:
    """What a screen tells the technician stands in the book with what to do about it."""
    book = (TOP / "docs/kiosk-machine.md").read_text("utf-8")
    source = "".join(path.read_text("utf-8") for path in (TOP / "kiosk").rglob("*.py"))
    codes = set(re.findall(r'"([A-Z]{2,}-\d+)"', source)) - {"UTF-8"}

    assert "DISK-1" in codes
    assert {code for code in codes if f"`{code}`" not in book} == set()
