"""The time of a page is that of a page, and of nothing else."""

from pathlib import Path

import pytest

from server.domain.places import Role
from tests.bench.pages import NAME, PASSWORD, PLAINEST, ROUNDS, asked
from tests.server.hall import open_hall
from tests.server.live import serving


def test_each_page_is_timed_as_often_and_what_is_no_page_is_not(tmp_path: Path) -> None:
    """Every page has as many times as the plainest answer; one that is not there ends the measurement."""
    with open_hall(tmp_path) as hall:
        hall.hire(NAME, None, role=Role.ADMIN, password=PASSWORD)
        with serving(hall.app) as url:
            address = url.removeprefix("http://")
            took = asked(address, (PLAINEST, "/overview"))
            with pytest.raises(RuntimeError, match="404"):
                asked(address, ("/nothing",))

    assert {len(times) for times in took.values()} == {ROUNDS}
    assert min(took["/overview"]) > 0
