"""SciPy is asked through one door, and late."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from scipy.stats import binom

from server.domain.distributions import binomial_at_most

TOP = Path(__file__).parents[2]


def loaded_by(statement: str) -> set[str]:
    """Return the packages that a fresh interpreter has loaded after a statement."""
    code = f"{statement}\nimport sys\nprint(*{{name.partition('.')[0] for name in sys.modules}})"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=TOP, capture_output=True, text=True, check=True, timeout=60
    )
    return set(done.stdout.split())


def test_the_server_starts_without_scipy() -> None:
    """Command line, pages and all numbers load without SciPy and NumPy, which take long."""
    files = (TOP / "server" / "domain").glob("*.py")
    names = sorted(file.stem for file in files if file.stem not in {"__init__", "tracing"})
    modules = ", ".join(["server.cli", "server.app", *(f"server.domain.{name}" for name in names)])

    assert not {"scipy", "numpy"} & loaded_by(f"import {modules}")


def test_scipy_comes_when_it_is_asked() -> None:
    """The control: a funnel loads it."""
    asked = "from server.domain.funnel import exact_limits\nexact_limits(0.9, 10, 0.95)"

    assert {"scipy", "numpy"} <= loaded_by(asked)


def test_nobody_else_imports_scipy() -> None:
    """All of the server goes through one module, but for the linear algebra of the night's tables."""
    named = [
        file.name for file in (TOP / "server").rglob("*.py") if "scipy" in file.read_text(encoding="utf-8")
    ]

    assert sorted(named) == ["distributions.py", "tracing.py"]


@pytest.mark.parametrize("count", [-1, 0, 3, 9, 10, 11])
def test_the_ends_of_the_binomial(count: int) -> None:
    """Fewer than none is impossible, at most all is certain."""
    assert binomial_at_most(count, 10, 0.9) == pytest.approx(float(binom.cdf(count, 10, 0.9)), abs=1e-12)
