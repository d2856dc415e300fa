"""One command checks the whole book, and names the first record that is wrong."""

from __future__ import annotations

import gzip
from contextlib import contextmanager
from typing import TYPE_CHECKING

import msgspec
import pytest
from msgspec.structs import replace

from server.cli import main
from server.domain.audit import Action
from server.domain.verification import EntryLine
from server.jobs import make_checkpoint
from server.protocol import keys
from server.protocol.checkpoint import next_entry
from server.protocol.record import anchor, next_head
from server.store import open_store
from tests.server.books import unguarded
from tests.server.cluster import environ_of, url_of
from tests.server.live import SEED, Hand, a_hand, live

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from server.store import Store

pytestmark = pytest.mark.usefixtures("both_engines")


@pytest.fixture(name="book")
def _book(tmp_path: Path) -> Path:
    """Return the folder of a server that has received seven ratings."""
    with live(tmp_path) as server:
        hand: Hand = a_hand(server)
        hand.rate(5, 4, 3, 2, 1, 5, 4)
        hand.send(upto=5)
        hand.send(after=5)
    (tmp_path / "signing.key").write_text(SEED.hex())
    return tmp_path


def verify(folder: Path) -> int:
    """Run the command."""
    return main(["--data-dir", str(folder), "verify"], environ_of(folder))


def tamper(folder: Path, sql: str, *values: object) -> None:
    """Change the database by hand, as somebody with access to the disk could."""
    with unguarded(folder / "nucuoi.sqlite3") as database:
        database.execute(sql, values)


def test_a_whole_book_is_confirmed(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing was changed: one line a device, and the exit code says so."""
    assert verify(book) == 0
    assert "1 devices, 7 good records, 0 faults" in capsys.readouterr().out


@pytest.mark.parametrize("seq", [1, 4, 7])
def test_one_changed_byte_is_found(book: Path, capsys: pytest.CaptureFixture[str], seq: int) -> None:
    """After one byte of one journal row is changed, the first bad record is named."""
    changed = body_of(book, seq).replace(b'"lang":"vi"', b'"lang":"vy"')
    tamper(book, "update journal set body = ? where seq = ?", changed, seq)

    assert verify(book) == 1
    assert f"FAULT: record {seq} is not the one" in capsys.readouterr().out


@pytest.mark.parametrize(("seq", "named"), [(1, 1), (4, 4), (7, 7)])
def test_a_missing_record_is_found(
    book: Path, capsys: pytest.CaptureFixture[str], seq: int, named: int
) -> None:
    """Nobody can take a bad rating out of the book, not even the last."""
    tamper(book, "delete from journal where seq = ?", seq)

    assert verify(book) == 1
    assert f"FAULT: record {named} is missing" in capsys.readouterr().out


def test_a_tail_cut_off_with_all_its_traces_is_found(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever also moves the device back still has the head that the device signed, or lacks one."""
    tamper(book, "delete from answer where seq = 7")
    tamper(book, "delete from rating where seq = 7")
    tamper(book, "delete from journal where seq = 7")
    tamper(
        book,
        "update device set seq = 6, head = (select lower(hex(head)) from journal where seq = 6),"
        " entry = (select lower(hex(entry)) from journal where seq = 6)",
    )

    assert verify(book) == 1
    assert "signed another history up to record 7" in capsys.readouterr().out
    tamper(book, "delete from signed_head")
    assert verify(book) == 1
    assert "no head that the device signed is kept" in capsys.readouterr().out


def write_anew(folder: Path, bodies: dict[int, bytes]) -> None:
    """Write records with chains that fit, as somebody who knows how they are made could."""
    with unguarded(folder / "nucuoi.sqlite3") as db:
        enrolment = db.execute("select enrolment from device").fetchone()[0]
        head, entry, last = anchor(enrolment.encode()), anchor(enrolment.encode()), 0
        known = db.execute(
            "select seq, body, received_ms, boot, mono_ms from journal order by seq"
        ).fetchall()
        for seq, body, *times in known + [(seq, b"", *known[-1][2:]) for seq in bodies if seq > len(known)]:
            new = bodies.get(seq, body)
            head = next_head(head, new)
            entry = next_entry(entry, head, (times[0], times[1], times[2]))
            db.execute("delete from journal where seq = ?", (seq,))
            db.execute(
                "insert into journal values ((select no from device), ?, ?, ?, ?, ?, ?, ?)",
                (seq, bytes.fromhex(head), new, *times, bytes.fromhex(entry)),
            )
            last = seq
        db.execute("update device set seq = ?, head = ?, entry = ?", (last, head, entry))


def body_of(folder: Path, seq: int) -> bytes:
    """Return the bytes of a record."""
    with unguarded(folder / "nucuoi.sqlite3") as db:
        return bytes(db.execute("select body from journal where seq = ?", (seq,)).fetchone()[0])


def test_records_appended_by_hand_are_found(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Good ratings that somebody adds behind the last one carry no signature of the device."""
    write_anew(book, {8: body_of(book, 7).replace(b'"seq":7', b'"seq":8')})

    assert verify(book) == 1
    assert "signed nothing behind record 7" in capsys.readouterr().out


def test_an_empty_folder_is_no_book(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Verifying where nothing is says so, and makes neither a database nor a key."""
    assert main(["--data-dir", str(tmp_path / "nowhere"), "verify"], {}) == 1
    assert not (tmp_path / "nowhere").exists()
    assert "nothing is set up" in capsys.readouterr().err


def test_a_lost_key_is_never_replaced(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without its signing key a server does not start anew as somebody else: the backup has it."""
    (book / "signing.key").unlink()

    assert verify(book) == 1
    assert main(["--data-dir", str(book), "setup", "--name", "x"], environ_of(book)) == 1
    assert not (book / "signing.key").exists()
    assert capsys.readouterr().err.count("restore it from the backup") == 2


def test_a_history_written_anew_is_found(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Even if every head is computed again, the device's own signature tells another story."""
    write_anew(book, {5: body_of(book, 5).replace(b'"overall":1', b'"overall":5')})

    assert verify(book) == 1
    assert "the device signed another history" in capsys.readouterr().out


def test_a_changed_moment_is_found(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """When a record came is the server's word, and has a chain of its own."""
    tamper(book, "update journal set received_ms = received_ms - 86400000 where seq = 2")

    assert verify(book) == 1
    assert "record 2 was not received when the book says" in capsys.readouterr().out


def test_what_a_checkpoint_signed_cannot_be_moved(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Who moves a rating to another day and puts every chain in order has the checkpoint against him."""
    with open_book(book) as store, store.transaction():
        assert make_checkpoint(store, seed=SEED, now_ms=4 * 10**12) is not None
    assert verify(book) == 0
    with unguarded(book / "nucuoi.sqlite3") as db:
        db.execute("update journal set received_ms = received_ms - 86400000 where seq = 2")
    write_anew(book, {})

    assert verify(book) == 1
    assert "tells another history up to record 7" in capsys.readouterr().out


def test_a_checkpoint_that_a_kiosk_kept_must_be_there(
    book: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A book that was put back to an older state lacks it; another server's is told apart."""
    with open_book(book) as store, store.transaction():
        kept = make_checkpoint(store, seed=SEED, now_ms=4 * 10**12)
    assert kept is not None
    file = tmp_path / "kept.jsonl"
    file.write_bytes(msgspec.json.encode(kept.signed) + b"\n")
    assert main(["--data-dir", str(book), "verify", "--checkpoints", str(file)], environ_of(book)) == 0
    tamper(book, "delete from checkpoint_head where number = (select max(number) from checkpoint)")
    tamper(book, "delete from checkpoint where number = (select max(number) from checkpoint)")
    assert main(["--data-dir", str(book), "verify", "--checkpoints", str(file)], environ_of(book)) == 1
    assert "which somebody kept, is not in the book" in capsys.readouterr().out
    file.write_bytes(msgspec.json.encode([replace(kept.signed, signature="A" * 88)]))
    assert main(["--data-dir", str(book), "verify", "--checkpoints", str(file)], environ_of(book)) == 1
    assert "a checkpoint that was kept is not signed by this server" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["evidence.jsonl", "evidence.jsonl.gz"])
def test_evidence_is_verified_without_the_database(
    book: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    """The file holds no rating, is confirmed by itself, and one changed hash in it is found."""
    file = tmp_path / name
    elsewhere = ["--data-dir", str(tmp_path / "nowhere"), "verify", "--evidence", str(file)]
    assert main(["--data-dir", str(book), "export", "evidence", str(file)], environ_of(book)) == 0
    raw = gzip.decompress(file.read_bytes()) if name.endswith(".gz") else file.read_bytes()
    assert b"answers" not in raw
    assert main(elsewhere, {}) == 0
    assert "1 devices, 7 good records, 0 faults" in capsys.readouterr().out

    line = next(each for each in raw.splitlines() if b'"seq":4' in each)
    entry = msgspec.json.decode(line, type=EntryLine)
    bad = msgspec.json.encode(replace(entry, body_hash="0" * 64))
    changed = raw.replace(line, bad)
    file.write_bytes(gzip.compress(changed) if name.endswith(".gz") else changed)
    assert main(elsewhere, {}) == 1
    assert "record 4 is not the one" in capsys.readouterr().out
    assert main([*elsewhere, "--key", "0" * 64], {}) == 1
    assert "not signed by this server" in capsys.readouterr().out


def test_what_is_no_evidence_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file of something else is refused with the line that is wrong."""
    file = tmp_path / "x.jsonl"
    for text, said in ((b"", "does not say of which server"), (b"\n{}", "line 2"), (b"\xff", "line 1")):
        file.write_bytes(text)
        assert main(["--data-dir", str(tmp_path), "verify", "--evidence", str(file)], {}) == 1
        assert said in capsys.readouterr().err


def test_evidence_with_bodies_is_for_those_who_may_read_them(book: Path, tmp_path: Path) -> None:
    """The province may export the ratings too, without comments."""
    file = tmp_path / "all.jsonl"
    assert (
        main(["--data-dir", str(book), "export", "evidence", str(file), "--with-bodies"], environ_of(book))
        == 0
    )
    assert file.read_bytes().count(b"answers") == 7


def test_verifying_writes_nothing_and_waits_for_nobody(book: Path) -> None:
    """It reads one moment of the book while somebody else is in the middle of writing."""
    with open_book(book) as store, store.transaction():
        store.note(Action.BACK_UP, "x")
        assert verify(book) == 0


@contextmanager
def open_book(folder: Path) -> Iterator[Store]:
    """Open a book for writing."""
    store = open_store(url_of(folder))
    try:
        yield store
    finally:
        store.close()


def test_a_device_that_was_never_enrolled_is_found(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A device that somebody wrote into the table has no enrolment signed by this server."""
    tamper(book, "update device set public_key = ?", keys.public_key(bytes(32)))

    assert verify(book) == 1
    assert "the enrolment is another device's" in capsys.readouterr().out


def test_a_rating_taken_out_of_the_figures_is_found(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every record of the journal has its place in what is counted."""
    tamper(book, "delete from answer")
    tamper(book, "delete from rating where seq = 3")

    assert verify(book) == 1
    said = capsys.readouterr().out
    assert "rating 3 of device" in said
    assert "is not what its record means" in said
    assert main(["--data-dir", str(book), "rebuild"], environ_of(book)) == 0
    assert "8 rows were not what they had to be" in capsys.readouterr().out
    assert verify(book) == 0
