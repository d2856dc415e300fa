"""One command checks the whole book, and names the first record that is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from server.cli import main
from server.protocol import keys
from server.protocol.record import anchor, next_head
from tests.server.books import unguarded
from tests.server.live import SEED, Hand, a_hand, live

if TYPE_CHECKING:
    from pathlib import Path


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
    return main(["--data-dir", str(folder), "verify"], {})


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
    tamper(
        book,
        'update journal set body = cast(replace(cast(body as text), \'"lang":"vi"\','
        ' \'"lang":"vy"\') as blob) where seq = ?',
        seq,
    )

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
    tamper(book, "update device set seq = 6, head = (select lower(hex(head)) from journal where seq = 6)")

    assert verify(book) == 1
    assert "signed another history up to record 7" in capsys.readouterr().out
    tamper(book, "delete from signed_head")
    assert verify(book) == 1
    assert "no head that the device signed is kept" in capsys.readouterr().out


def test_records_appended_by_hand_are_found(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Good ratings that somebody adds behind the last one carry no signature of the device."""
    with unguarded(book / "nucuoi.sqlite3") as database:
        head, body = database.execute("select lower(hex(head)), body from journal where seq = 7").fetchone()
        forged = body.replace(b'"seq":7', b'"seq":8')
        head = next_head(head, forged)
        database.execute(
            "insert into journal select device, 8, ?, ?, received_ms, boot, mono_ms, entry from journal"
            " where seq = 7",
            (bytes.fromhex(head), forged),
        )
        database.execute("update device set seq = 8, head = ?", (head,))

    assert verify(book) == 1
    assert "signed nothing behind record 7" in capsys.readouterr().out


def test_an_empty_folder_is_no_book(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Verifying where nothing is says so, and makes neither a database nor a key."""
    assert verify(tmp_path / "nowhere") == 1
    assert not (tmp_path / "nowhere").exists()
    assert "nothing is set up" in capsys.readouterr().err


def test_a_lost_key_is_never_replaced(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without its signing key a server does not start anew as somebody else: the backup has it."""
    (book / "signing.key").unlink()

    assert verify(book) == 1
    assert main(["--data-dir", str(book), "setup", "--name", "x"], {}) == 1
    assert not (book / "signing.key").exists()
    assert capsys.readouterr().err.count("restore it from the backup") == 2


def test_a_history_written_anew_is_found(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Even if every head is computed again, the device's own signature tells another story."""
    with unguarded(book / "nucuoi.sqlite3") as database:
        enrolment = database.execute("select enrolment from device").fetchone()[0]
        head = anchor(enrolment.encode())
        for seq, body in database.execute("select seq, body from journal order by seq").fetchall():
            better = body.replace(b'"overall":1', b'"overall":5')
            head = next_head(head, better)
            database.execute(
                "update journal set body = ?, head = ? where seq = ?", (better, bytes.fromhex(head), seq)
            )
        database.execute("update device set head = ?", (head,))

    assert verify(book) == 1
    assert "the device signed another history" in capsys.readouterr().out


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
    assert "7 records, but 6 of them are projected" in capsys.readouterr().out
