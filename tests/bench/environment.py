"""The Python of a kiosk machine: what `pip install '.[kiosk]'` brings and nothing else.

A developer's environment holds packages that others import where they find them (NumPy, Pillow),
and what a kiosk never has must not be in its figures.
"""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from tests.bench.program import TOP

if TYPE_CHECKING:
    from pathlib import Path

FOLDER = TOP / "build" / "bench-venv"


def kiosk_python() -> Path:
    """Return it, made where it is missing or older than the project file. Raises `CalledProcessError`."""
    python = FOLDER / "bin" / "python"
    done = FOLDER / "done"
    wanted = TOP / "pyproject.toml"
    if not done.exists() or done.stat().st_mtime < wanted.stat().st_mtime:
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(FOLDER)], check=True)
        install = ["-m", "pip", "install", "-q", "-e", ".[kiosk]", "-c", "constraints.txt"]
        subprocess.run([str(python), *install], cwd=TOP, check=True)
        done.touch()
    return python
