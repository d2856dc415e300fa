"""A kiosk runs without anything that only the server needs."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from tests.tidy.blocked import MISSING_ON_A_KIOSK

TOP = Path(__file__).parents[2]


def import_on_a_kiosk(*names: str) -> subprocess.CompletedProcess[str]:
    """Import the modules in a fresh interpreter that has only what a kiosk has."""
    command = [sys.executable, "-m", "tests.tidy.blocked", *names]
    return subprocess.run(command, cwd=TOP, capture_output=True, text=True, check=False, timeout=60)


def modules_without_a_window() -> list[str]:
    """List the kiosk's modules outside the screens; starting the program is no import."""
    return [f"kiosk.{file.stem}" for file in sorted((TOP / "kiosk").glob("*.py")) if file.stem[0] != "_"]


def test_a_kiosk_runs_without_the_servers_packages() -> None:
    """Every part of the kiosk but its screens can be loaded where the server's packages are not installed."""
    done = import_on_a_kiosk("kiosk", *modules_without_a_window())

    assert done.returncode == 0, done.stderr


def test_a_kiosk_loads_the_contract_and_nothing_else_of_the_server() -> None:
    """Of the server, a kiosk carries the contract between the two and not one module more."""
    loaded = set(import_on_a_kiosk("kiosk", *modules_without_a_window()).stdout.split())

    assert {"server", "server.protocol", "server.protocol.messages"} <= loaded
    assert {name for name in loaded if not re.fullmatch(r"server(\.protocol(\.\w+)?)?", name)} == set()


def test_the_server_does_not_run_without_its_packages() -> None:
    """The control: where the server's packages are missing, the server itself cannot be loaded."""
    done = import_on_a_kiosk("server.app")

    missing = re.search(r"ModuleNotFoundError: No module named '(\w+)", done.stderr)

    assert missing is not None, done.stderr
    assert missing[1] in MISSING_ON_A_KIOSK
