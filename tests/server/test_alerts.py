"""Alerts in the whole server: raised once, sent once and without figures, seen by whoever may."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import subprocess
import sys
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING

import pytest

from server.alerting import Post, look, tell
from server.cli import main
from server.domain.alerts import Cause, Found, Kind
from server.domain.audit import Action
from server.domain.places import Role
from server.jobs import work_once
from server.store import alerts as sql
from server.store import open_store
from server.store.sql import Engine
from server.web.catalog import Catalog
from tests.server.cluster import url_of
from tests.server.hall import BAO_LOC, DA_LAT, NOON, Hall, open_hall

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from server.domain.alerts import Alert

# on import apprise asks for a module of Python that is to go, and has one of its own for when it is gone
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")
DEVICE = f"{BAO_LOC:032x}"
TODAY = NOON.date()
VI = Catalog.load().languages["vi"]
SECRET = "khoa-bi-mat"
EXACT = {"rating", "rating_now", "answer", "bundle", "month_hour", "month_answer", "center_day", "journal"}
LOOKING = """
import sys, time
from server.alerting import look
from server.store import open_store
store = open_store(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
with store.transaction():
    raised = look(store, now_ms=int(sys.argv[2]))
with store.transaction():
    taken = store.take_alerts(int(sys.argv[2]))
print(raised, len(taken))
store.close()
"""


@pytest.fixture(name="hall")
def _hall(tmp_path: Path) -> Iterator[Hall]:
    """Open a hall with a kiosk that spoke at noon, and whose disk is nearly full."""
    with open_hall(tmp_path) as hall:
        for role in Role:
            hall.hire(f"{role.value} here", BAO_LOC, role=role)
            hall.hire(f"{role.value} there", DA_LAT, role=role)
            hall.hire(f"{role.value} everywhere", None, role=role)
        hall.rate(BAO_LOC, TODAY, (1, 0, 1, 2, 7))
        yield hall


def _look(hall: Hall) -> int:
    with hall.store.transaction():
        return look(hall.store, now_ms=hall.clock.now_ms())


def _raise(hall: Hall, *kinds: Kind, center: int = BAO_LOC) -> list[Alert]:
    with hall.store.transaction():
        found = [Found(Cause(kind, center, DEVICE), "1") for kind in kinds]
        hall.store.raise_alerts(found, hall.clock.now_ms())
    return hall.store.alerts({center}, set(kinds), 9)


@pytest.mark.usefixtures("both_engines")
def test_what_is_wrong_is_raised_once(tmp_path: Path) -> None:
    """A full disk at once, a quiet kiosk once it has been so in opening hours; neither ever again."""
    with open_hall(tmp_path) as hall:
        hall.rate(BAO_LOC, TODAY, (0, 0, 0, 0, 1))
        counts = []
        for _ in range(24):
            asyncio.run(work_once(hall.context.writer, hall.clock.now_ms(), bytes(32)))
            counts.append(hall.store.open_alert_count(BAO_LOC))
            hall.clock.forward(minutes=10)
        kinds = [each.cause.kind for each in hall.store.alerts({BAO_LOC}, set(Kind), 9)]

        # from half past one on it is open again; at one minute past two it has been for more than 30
        assert counts == 13 * [1] + 11 * [2]
        assert kinds == [Kind.QUIET, Kind.DISK]
        assert hall.store.open_alert_count(DA_LAT) == 0


@pytest.mark.usefixtures("both_engines")
def test_a_fall_is_looked_for_once_a_day(tmp_path: Path) -> None:
    """The first round of a day judges the days before; no later one has anything to add."""
    with open_hall(tmp_path) as hall:
        for number in range(30, 1, -1):
            hall.rate(BAO_LOC, TODAY - timedelta(days=number), (1, 1, 4, 16, 18))
        hall.rate(BAO_LOC, TODAY - timedelta(days=1), (20, 10, 5, 5, 0))
        for _ in range(3):
            _look(hall)
        hall.clock.forward(days=1)
        _look(hall)
        falls = hall.store.alerts({BAO_LOC}, {Kind.FALL}, 9)

        assert [each.mark for each in falls] == [(TODAY - timedelta(days=1)).isoformat()]


def test_two_processes_at_once_raise_and_send_one(tmp_path: Path) -> None:
    """Of two servers that look in the same moment one raises what is wrong, and one takes it to be sent."""
    with open_hall(tmp_path) as hall:
        hall.rate(BAO_LOC, TODAY, (0, 0, 0, 0, 1))
        command = [sys.executable, "-c", LOOKING, url_of(tmp_path, "hall.sqlite3"), str(hall.clock.now_ms())]
        both = [
            subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in "ab"
        ]
        for each in both:
            assert each.stdout is not None
            assert each.stdout.readline() == "ready\n"
        for each in both:
            assert each.stdin is not None
            each.stdin.write("\n")
            each.stdin.flush()
        told = [list(map(int, each.communicate(timeout=60)[0].split())) for each in both]

        assert sorted(raised for raised, _ in told) == [0, 1]
        assert sorted(taken for _, taken in told) == [0, 1]
        assert hall.store.open_alert_count(BAO_LOC) == 1


def test_two_stores_at_once_raise_one(home: Path) -> None:
    """On PostgreSQL as well: two servers on one book, whose writers come at once."""
    with open_hall(home) as hall:
        hall.rate(BAO_LOC, TODAY, (0, 0, 0, 0, 1))
        other = open_store(url_of(home, "hall.sqlite3"), hall.clock.now_ms)
        barrier, raised = threading.Barrier(2), list[int]()

        def run(store: object) -> None:
            assert store in {hall.store, other}
            barrier.wait()
            with (hall.store if store is hall.store else other).transaction():
                raised.append(look(hall.store if store is hall.store else other, now_ms=hall.clock.now_ms()))

        threads = [threading.Thread(target=run, args=(each,)) for each in (hall.store, other)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        other.close()

        assert sorted(raised) == [0, 1]


def test_rounds_read_no_rating(hall: Hall) -> None:
    """No question names what is exact; only the lists of centers and devices are read whole."""
    for text, values in ((sql.MACHINES, {}), (sql.RELEASES, {"first": 20000, "last": 20090})):
        assert not set(re.findall(r"\w+", text)) & EXACT
        assert isinstance(hall.store, Engine)
        plan = [row["detail"] for row in hall.store.ask("explain query plan " + text, **values)]
        assert {line[:6] for line in plan if line.startswith("SCAN")} <= {"SCAN c", "SCAN d"}


@dataclass
class Receiver:
    """What came to an address, and what is answered there."""

    port: int = 0
    status: int = 200
    bodies: list[str] = field(default_factory=list)


@contextmanager
def _receiving() -> Iterator[Receiver]:
    """Listen on this machine as somebody's chat would."""
    told = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told.bodies.append(self.rfile.read(int(self.headers["content-length"])).decode())
            self.send_response(told.status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    told.port = server.server_port
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield told
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _tell(hall: Hall, file: Path) -> int:
    post = Post(file, "https://example.vn", VI)
    return asyncio.run(tell(hall.context.writer, hall.clock.now_ms(), post))


def test_a_message_comes_once_and_holds_no_figure(hall: Hall, tmp_path: Path) -> None:
    """One message about all that is new: center, what, where to look; no share, no number of ratings."""
    _raise(hall, *Kind)
    with _receiving() as told:
        (tmp_path / "to").write_text(f"# người trực\n\njson://127.0.0.1:{told.port}/{SECRET}\n")
        counts = [_tell(hall, tmp_path / "to") for _ in range(3)]
        hall.clock.forward(minutes=30)
        counts.append(_tell(hall, tmp_path / "to"))

    assert counts == [len(Kind), 0, 0, 0]
    (body,) = told.bodies
    message = json.loads(body)
    assert message["title"] == f"Nụ Cười: {len(Kind)} cảnh báo"
    assert message["message"].count("Phường 1 Bảo Lộc") == len(Kind)
    assert f"https://example.vn/kiosks?center={BAO_LOC}" in message["message"]
    bare = re.sub(r"https://\S+|Phường 1|\d\d:\d\d|\d\d/\d\d/\d{4}|0{8}|“.*?”", "", message["message"])
    assert not re.search(r"%|hài lòng|\d+ (lượt|đánh giá|điểm)", bare)


def test_what_does_not_arrive_is_tried_again(
    hall: Hall, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A failure is logged without the address, and tried again ten minutes later, for a day."""
    caplog.set_level(logging.DEBUG)
    _raise(hall, Kind.DISK)
    with _receiving() as told:
        file = tmp_path / "to"
        file.write_text(f"json://127.0.0.1:{told.port}/{SECRET}\nkhông phải địa chỉ {SECRET}\n")
        told.status = 500
        assert _tell(hall, file) == 0
        told.status = 200
        assert _tell(hall, file) == 0  # somebody may still be at it
        hall.clock.forward(minutes=10)
        assert _tell(hall, file) == 1
        _raise(hall, Kind.GAP)
        hall.clock.forward(days=1)
        assert _tell(hall, file) == 0

    assert len(told.bodies) == 2
    assert "address 1 did not take a message" in caplog.text
    assert "address 2 is none that apprise knows" in caplog.text
    assert SECRET not in "".join(
        each.getMessage() for each in caplog.records if each.name != "urllib3.connectionpool"
    )


def test_without_a_file_nothing_fails(hall: Hall, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A file that is not there is named in the log, and the alerts stay to be sent."""
    _raise(hall, Kind.DISK)

    assert _tell(hall, tmp_path / "nothing") == 0
    assert "cannot read the addresses in" in caplog.text
    assert hall.store.open_alert_count(BAO_LOC) == 1


def test_what_was_seen_is_not_sent(hall: Hall, tmp_path: Path) -> None:
    """Whoever has acknowledged an alert on the page spares the others the message."""
    (each,) = _raise(hall, Kind.DISK)
    with hall.store.transaction():
        assert hall.store.acknowledge(each.id, "lan", hall.clock.now_ms())
        assert not hall.store.acknowledge(each.id, "mai", hall.clock.now_ms())
    assert _tell(hall, tmp_path / "nothing") == 0


def test_the_command_sends_a_test(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`alert --test` says how many addresses took the message."""
    with _receiving() as told:
        (tmp_path / "to").write_text(f"json://127.0.0.1:{told.port}\n")
        environ = {"NUCUOI_SERVER_ALERT_FILE": str(tmp_path / "to")}
        assert main(["alert", "--test"], environ) == 0
        assert main(["alert", "--test"], {}) == 1
        told.status = 500
        assert main(["alert", "--test"], environ) == 1

    out = capsys.readouterr()
    assert out.out.splitlines() == ["1 of 1 addresses took the message", "0 of 1 addresses took the message"]
    assert "alert_file names no file" in out.err
    assert "Nụ Cười: tin thử" in json.loads(told.bodies[0])["title"]


@pytest.mark.parametrize("role", Role)
def test_everybody_sees_what_is_theirs(hall: Hall, role: Role) -> None:
    """A center's people see its alerts, the province's all and the server's; technicians machines only."""
    _raise(hall, Kind.FALL, Kind.DISK)
    _raise(hall, Kind.FALL, center=DA_LAT)
    _raise(hall, Kind.WENT_BACK, center=0)
    pages = {
        where: hall.get("/alerts", cookies=hall.sign_in(f"{role.value} {where}")).text
        for where in ("here", "there", "everywhere")
    }
    falls = int(role is not Role.TECHNICIAN)

    def count(where: str) -> tuple[int, int, int]:
        page = pages[where].partition("<main")[2]
        return page.count(">Giảm bất thường<"), page.count(">Sắp hết bộ nhớ<"), page.count("bị lùi<")

    assert count("here") == (falls, 1, 0)
    assert count("there") == (falls, 0, 0)
    assert count("everywhere") == (2 * falls, 1, 1)


def test_seeing_is_noted_once_with_a_name(hall: Hall) -> None:
    """Who acknowledges is in the audit log; a second one changes nothing; foreign ones are not found."""
    fall, disk = sorted(_raise(hall, Kind.FALL, Kind.DISK), key=lambda each: each.cause.kind is Kind.DISK)
    lan, technician = hall.sign_in("manager here"), hall.sign_in("technician here")
    foreign = hall.sign_in("manager there")

    def see(alert: Alert | str, cookies: dict[str, str], query: str = "") -> int:
        typed = alert if isinstance(alert, str) else str(alert.id)
        return hall.post(f"/alerts/acknowledge{query}", {"alert": typed}, cookies=cookies).status

    assert see(fall, foreign) == see(fall, foreign, f"?center={BAO_LOC}") == see(fall, technician) == 404
    assert see("", lan) == 422
    assert see("x", lan) == see("²", lan) == see("9" * 15, lan) == see(fall, lan, f"?center={DA_LAT}") == 404
    assert see(fall, lan) == see(disk, technician) == see(fall, hall.sign_in("admin here")) == 303
    events = hall.store.events(Action.ACKNOWLEDGE_ALERT)
    assert [(each.author, each.subject, each.detail) for each in events] == [
        ("manager here", str(BAO_LOC), f"fall {DEVICE}"),
        ("technician here", str(BAO_LOC), f"disk {DEVICE}"),
    ]
    log = hall.get("/audit", cookies=hall.sign_in("reviewer everywhere")).text
    assert "Đã xem cảnh báo" in log
    assert "Giảm bất thường · " in log
    page = hall.get("/alerts?done=alert_seen", cookies=lan).text
    assert "Đã ghi nhận" in page
    assert "manager here, 12:00 23/11/2026" in page
    assert "Không có cảnh báo nào chưa xem" in page


def test_the_overview_counts_what_nobody_has_seen(hall: Hall) -> None:
    """The Overview says how many alerts of its center wait, and leads there."""
    cookies = hall.sign_in("manager here")
    assert "chưa có ai xem" not in hall.get("/overview", cookies=cookies).text
    _raise(hall, Kind.FALL, Kind.DISK)
    page = hall.get(f"/overview?center={BAO_LOC}", cookies=cookies).text

    assert f'href="/alerts?center={BAO_LOC}">2 cảnh báo chưa có ai xem' in page
    assert (
        "2 alerts that nobody has seen" in hall.get(f"/alerts?center={BAO_LOC}&lang=en", cookies=cookies).text
    )
