"""The Integrity page: gaps, forks, what does not count, alarms, and the evidence that anybody can check."""

from __future__ import annotations

import gzip
import re
import secrets
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from pysqlite3 import dbapi2 as sqlite3

from server.app import create_app
from server.cli import main
from server.domain.audit import Action
from server.domain.fleet import Condition, Kiosk
from server.domain.places import Counter, Device, DeviceState, Role, counter_id
from server.domain.proofs import Chain, Proof, chain_of
from server.jobs import make_checkpoint
from server.protocol import record
from server.protocol.messages import Batch, Health, Sent
from server.store import Arrival, Code
from server.store.evidence import read_evidence
from server.store.proofs import PROOF, QUARANTINED, SEALED
from server.store.writer import Writer
from server.web import integrity
from server.web.context import make_context
from server.web.passwords import Passwords
from tests.server.books import SEED, Books, open_books
from tests.server.hall import BAO_LOC, CHEAP, DA_LAT, Clock, Hall, open_hall

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PAGE = f"/integrity?center={BAO_LOC}"
FILE = "/integrity/evidence"
DEVICE = f"{BAO_LOC:032x}"
TOLD = Condition("1", 9, clock_ok=True, free_mb=1, stuck="")
KIOSK = Kiosk(
    Device("a", "", counter_id(BAO_LOC, 1), BAO_LOC, DeviceState.ACTIVE, "", "", 9, ""),
    1,
    is_past=False,
    condition=TOLD,
)


@pytest.fixture(name="hall")
def _hall(tmp_path: Path) -> Iterator[Hall]:
    with open_hall(tmp_path) as opened:
        opened.hire("quanly", BAO_LOC)
        opened.hire("tỉnh", None)
        opened.hire("quản trị", None, role=Role.ADMIN)
        opened.hire("quản trị một nơi", BAO_LOC, role=Role.ADMIN)
        opened.hire("kỹ thuật", BAO_LOC, role=Role.TECHNICIAN)
        yield opened


@pytest.fixture(name="rated")
def _rated(hall: Hall) -> Hall:
    hall.rate(BAO_LOC, date(2026, 11, 23), (0, 1, 1, 3, 7))
    return hall


def say(hall: Hall, queued: int, *, after: int | None = None, witness: str = "") -> None:
    """Let the center's kiosk say how many ratings it has not sent yet."""
    device, seq, head = hall.chains[BAO_LOC]
    at = hall.clock.now_ms()
    batch = Batch(
        v=1,
        device=device,
        after=seq if after is None else after,
        records=[],
        head=head,
        boot="0" * 8,
        mono_ms=at,
        sent_at="2026-11-23T05:00:00Z",
        nonce="0" * 32,
        health=Health(software="test", queued=queued),
        witness=witness,
    )
    with hall.store.transaction():
        hall.store.accept(Arrival(batch, "", "", at))


def fork(hall: Hall) -> None:
    """Let a copy of the kiosk bring another first record than the one that is here."""
    device, _, _ = hall.chains[BAO_LOC]
    body = record.encode_record(
        record.Record(
            v=1,
            seq=1,
            survey="0" * 64,
            counter=counter_id(BAO_LOC, 1),
            lang="vi",
            made_at="2026-11-23T05:00:00Z",
            boot="2" * 8,
            mono_ms=0,
            answers={"face": 1},
            salt="f" * 16,
        )
    )
    head = record.heads(record.anchor(device.encode()), [body])[-1]
    at = hall.clock.now_ms()
    batch = Batch(
        v=1,
        device=device,
        after=0,
        records=[Sent(body=body.decode())],
        head=head,
        boot="2" * 8,
        mono_ms=0,
        sent_at="2026-11-23T05:00:00Z",
        nonce="0" * 32,
        health=Health(software="test", queued=0),
    )
    with hall.store.transaction():
        hall.store.accept(Arrival(batch, "", "", at))


def sign(hall: Hall) -> None:
    """Sign a checkpoint of the book as it is."""
    with hall.store.transaction():
        make_checkpoint(hall.store, seed=bytes(32), now_ms=hall.clock.now_ms())


def read(hall: Hall, name: str, address: str = PAGE) -> str:
    """Return the page as somebody sees it, as words."""
    page = hall.get(address, cookies=hall.sign_in(name)).text
    return " ".join(re.sub(r"<[^>]+>", " ", page.split("<main")[1]).split())


@pytest.mark.parametrize(
    ("kiosk", "proof", "wanted"),
    [
        (KIOSK, Proof(), Chain.WHOLE),
        (KIOSK, Proof(sealed=10), Chain.BEHIND),
        (KIOSK, Proof(forks=1), Chain.FORKED),
        (replace(KIOSK, condition=replace(TOLD, recorded=12)), Proof(), Chain.WAITING),
        (replace(KIOSK, device=replace(KIOSK.device, state=DeviceState.REVOKED)), Proof(), Chain.REVOKED),
        (replace(KIOSK, device=replace(KIOSK.device, seq=0), condition=None), Proof(), Chain.EMPTY),
    ],
)
def test_the_worst_of_a_chain_is_said(kiosk: Kiosk, proof: Proof, wanted: Chain) -> None:
    """A book that went back is worse than a fork, and a fork worse than what is still on its way."""
    assert chain_of(kiosk, proof) is wanted


def test_a_whole_chain_says_that_nothing_is_missing(rated: Hall) -> None:
    """Of twelve ratings that the kiosk recorded none is missing; receipt and checkpoint are named."""
    say(rated, 0)
    sign(rated)
    page = read(rated, "quanly")

    assert "Thiếu 0 trong 12 lượt mà các máy cho biết đã ghi. Không có máy nào cần xem lại." in page
    assert "0 thiếu của 12" in page
    assert "đến lượt 12, lúc 12:00 ngày 23/11/2026" in page
    assert "số 1, đến lượt 12" in page
    assert "liền mạch" in page
    newest = rated.store.newest_checkpoint()
    assert newest is not None
    assert newest.hash in page


def test_what_the_kiosk_has_and_the_server_has_not_is_a_gap(rated: Hall) -> None:
    """A kiosk that says three more are waiting has three missing, and the page says what to do."""
    say(rated, 3)
    page = read(rated, "quanly")

    assert "3 thiếu của 15" in page
    assert "đang chờ nhận" in page
    assert "Có 1 máy cần xem lại." in page


def test_a_fork_is_told_with_what_to_do(rated: Hall) -> None:
    """A copied disk: its record is not counted, the alarm says when and what somebody should do."""
    fork(rated)
    with rated.store.transaction():
        rated.store.revoke(DEVICE, "tỉnh", "Đĩa bị chép")
    page = read(rated, "quanly")

    assert "rẽ nhánh" in page
    assert "Máy bị thu hồi 12:00 23/11/2026 Lý do: Đĩa bị chép" in page
    assert "Lượt mâu thuẫn với sổ 1" in page
    assert "Chuỗi rẽ nhánh 12:00 23/11/2026 Sau lượt số 12. Việc cần làm: kiểm tra tại quầy" in page


def test_a_book_that_went_back_is_an_alarm(rated: Hall) -> None:
    """A kiosk that knows of a receipt for more than is here shows that an old copy was restored."""
    say(rated, 0, after=40)
    page = read(rated, "quanly")

    assert "Máy đánh giá biết một sổ mới hơn sổ ở máy chủ" in page
    assert "Máy có biên nhận đến lượt 40, máy chủ chỉ có 12 lượt." in page


def test_what_does_not_count_is_told_with_its_reason(rated: Hall) -> None:
    """A withheld rating is a number and a reason in words; what its score was stands nowhere."""
    with rated.store.transaction():
        rated.store.withhold(DEVICE, 3, "quản trị", "Bấm thử")
    page = read(rated, "quanly")

    assert "Lượt không được tính 1" in page
    assert "Người có thẩm quyền tạm loại, có ghi lý do: 1" in page
    assert "hài lòng" not in page.lower()


def test_an_empty_center_says_so(hall: Hall) -> None:
    """Without a kiosk there is nothing to prove, and the page says that."""
    page = read(hall, "quanly")

    assert "Trung tâm chưa có máy đánh giá nào." in page
    assert "Chưa có" in page


def test_only_the_province_may_download(rated: Hall) -> None:
    """Managers and a center's own admin see who may; they find no download, technicians not even the page."""
    for name in ("quanly", "quản trị một nơi"):
        assert "Quản trị viên và người giám sát cấp tỉnh tải được" in read(rated, name)
        cookies = rated.sign_in(name)
        assert rated.post(f"{FILE}?center={BAO_LOC}", {}, cookies=cookies).status == 404
        assert rated.get(f"/integrity?center={DA_LAT}", cookies=cookies).status == 404
    assert rated.get(PAGE, cookies=rated.sign_in("kỹ thuật")).status == 404
    assert "Tải tệp bằng chứng" in read(rated, "tỉnh")


@contextmanager
def book_hall(folder: Path) -> Iterator[tuple[Books, Hall]]:
    """Open a hall over a book whose kiosks have real keys."""
    with open_books(folder) as books:
        writer = Writer(books.store)
        writer.start()
        context = make_context(
            store=books.store,
            writer=writer,
            now_ms=lambda: books.now_ms,
            token=secrets.token_hex,
            public_url="http://testserver",
            signing_seed=SEED,
            passwords=Passwords(CHEAP),
        )
        try:
            yield books, Hall(books.store, context, create_app(context), Clock())
        finally:
            writer.close()


def test_the_evidence_verifies_and_holds_no_body(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The file passes the very command that the page names, tells no rating, and its download is logged."""
    with book_hall(tmp_path) as (books, hall):
        hall.hire("tỉnh", None)
        machine = books.enrol()
        books.rate(machine, 5, 4, 3, 2, 1, 5)
        with books.store.transaction():
            make_checkpoint(books.store, seed=SEED, now_ms=books.now_ms)
        cookies, name = hall.sign_in("tỉnh"), "nucuoi-2026-11-23-1200.jsonl.gz"
        page = hall.get(PAGE, cookies=cookies).text
        reply = hall.post(f"{FILE}?center={BAO_LOC}", {}, cookies=cookies)
        newest = hall.store.newest_events(None, 1)[0]
    (tmp_path / name).write_bytes(reply.body)
    command = page.split("python -m server ")[1].split("<", maxsplit=1)[0].split()

    assert (reply.status, command[:3]) == (200, ["verify", "--evidence", name])
    assert reply.headers["content-disposition"] == f'attachment; filename="{name}"'
    assert main([str(tmp_path / name) if each == name else each for each in command], {}) == 0
    assert "1 devices, 6 good records, 0 faults" in capsys.readouterr().out
    evidence = read_evidence(tmp_path / name)
    assert [entry.body for entry in evidence.entries(machine.id)] == [""] * 6
    assert b'"answers"' not in gzip.decompress(reply.body)
    assert (newest.author, newest.action, newest.subject) == ("tỉnh", Action.EXPORT_EVIDENCE.value, name)
    assert evidence.events()[-1].event == newest


def test_one_evidence_at_a_time(rated: Hall) -> None:
    """While one is made, a second one is asked to come back, and leaves no event."""
    cookies, before = rated.sign_in("tỉnh"), rated.store.audit_head()
    with rated.context.press:
        reply = rated.post(f"{FILE}?center={BAO_LOC}", {}, cookies=cookies)

    assert reply.status == 422
    assert "Đang có người tải bằng chứng." in reply.text
    assert rated.store.audit_head() == before
    assert rated.get(f"{FILE}?center={BAO_LOC}", cookies=cookies).status == 303


def test_a_book_too_large_is_left_to_the_operator(rated: Hall, tmp_path: Path) -> None:
    """Beyond the limit the page names the command, and the server makes nothing."""
    with closing(sqlite3.connect(tmp_path / "hall.sqlite3")) as db, db:
        db.execute("update device set seq = ?", (integrity.RECORDS_MAX + 1,))
    reply = rated.post(f"{FILE}?center={BAO_LOC}", {}, cookies=rated.sign_in("tỉnh"))

    assert reply.status == 422
    assert "python -m server export evidence" in reply.text


def test_no_query_reads_the_ratings_of_a_device(rated: Hall, tmp_path: Path) -> None:
    """What does not count is found by its own index, all else by a key: the size of the book is no matter."""
    values = {"id": DEVICE, "checkpoint": 1}
    plans = []
    with closing(sqlite3.connect(tmp_path / "hall.sqlite3")) as db:
        for sql in (PROOF, SEALED, QUARANTINED):
            plans += [row[3] for row in db.execute(f"explain query plan {sql}", values)]

    assert "rating" not in re.findall(r"\w+", PROOF + SEALED)
    assert any("rating_that_does_not_count" in plan for plan in plans)
    assert not [
        plan for plan in plans if plan.startswith("SCAN") and "rating_that_does_not_count" not in plan
    ]
    assert rated.store.proofs(["unknown"]) == {}


def test_a_new_kiosk_has_no_chain_yet(hall: Hall) -> None:
    """An enrolled kiosk that never rated is there, with nothing received and nothing wrong."""
    counter = Counter(counter_id(BAO_LOC, 2), BAO_LOC, 2)
    with hall.store.transaction():
        hall.store.add_counter(counter)
        hall.store.add_code("neu", Code(counter.id, hall.clock.now_ms(), None))
        hall.store.add_device(
            Device("b" * 32, "1" * 64, counter.id, BAO_LOC, DeviceState.ACTIVE, "", "", 0, "0" * 64), "neu"
        )
    page = read(hall, "quanly")

    assert "chưa có lượt nào" in page
    assert "0 thiếu của 0" in page
