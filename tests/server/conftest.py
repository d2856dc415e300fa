"""What tests of the server share: on which engine the books of a test are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.server.cluster import Cluster, on, running

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(name="cluster", scope="session")
def _cluster() -> Iterator[Cluster]:
    """Give a PostgreSQL cluster, made when the first test asks for it."""
    with running() as cluster:
        yield cluster


@pytest.fixture(name="engine", scope="session", params=["sqlite", "postgres"])
def _engine(request: pytest.FixtureRequest) -> Cluster | None:
    """Say on which engine books are: none is a cluster, then they are files."""
    cluster = request.getfixturevalue("cluster") if request.param == "postgres" else None
    assert cluster is None or isinstance(cluster, Cluster)
    return cluster


@pytest.fixture(name="home")
def _home(cluster: Cluster, tmp_path: Path) -> Iterator[Path]:
    """Give a folder whose books are databases."""
    with on(cluster, tmp_path):
        yield tmp_path


@pytest.fixture(name="both_engines")
def _both_engines(engine: Cluster | None, tmp_path: Path) -> Iterator[None]:
    """Run a test on each engine: whatever book it opens in its folder is of that one."""
    with on(engine, tmp_path):
        yield
