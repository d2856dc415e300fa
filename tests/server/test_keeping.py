"""A backup is made while serving, restored it is the book again, and kiosks bring what it lacks."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import msgspec
import pytest

from server.cli import main
from server.domain.audit import Action
from server.protocol.checkpoint import Checkpoint, checkpoint_hash
from server.protocol.messages import Signed, seal
from server.protocol.record import Aside
from server.store import open_store
from tests.server.books import unguarded
from tests.server.live import SEED, Hand, a_hand, live

if TYPE_CHECKING:
    from pathlib import Path


def run(data: Path, *arguments: object) -> int:
    """Run a command on a data folder."""
    return main(["--data-dir", str(data), *map(str, arguments)], {})


def data_in(folder: Path) -> Path:
    """Make a data folder with the key of the tests' server."""
    data = folder / "data"
    data.mkdir()
    (data / "signing.key").write_text(SEED.hex())
    return data


def only(folder: Path) -> Path:
    """Return the one backup that there is."""
    (found,) = folder.iterdir()
    return found


def comment(text: str) -> tuple[Aside, dict[str, str]]:
    """Return an aside, and how a body names it."""
    aside = Aside("comment", "cd" * 16, text)
    return aside, {"comment": aside.commitment()}


def test_kiosks_bring_back_what_a_backup_lacks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Three ratings are in the backup, two came later: restored, all five are here again, once."""
    data, backups = data_in(tmp_path), tmp_path / "backups"
    with live(data) as server:
        hand = a_hand(server)
        hand.rate(5, 4, 3)
        hand.send()
        assert run(data, "backup", backups) == 0
        hand.rate(2, 1)
        hand.send(after=3)
    assert run(data, "restore", only(backups)) == 1
    assert "is not empty" in capsys.readouterr().err
    assert run(data, "restore", only(backups), "--replace") == 0
    assert len(list(tmp_path.glob("data.before-*/nucuoi.sqlite3"))) == 1
    with live(data) as server:
        again = Hand(server, hand.seed, hand.id, hand.survey, hand.bodies, hand.start)
        assert again.send(after=5).through == 3
        assert again.send(after=3).through == 5
        assert server.store.record_count() == 5
        assert [each.action for each in server.store.events(Action.WENT_BACK)] == ["went_back"]
    assert run(data, "verify") == 0
    said = capsys.readouterr().out
    assert "restored" in said
    assert "went_back" in said


def test_a_backup_is_made_while_ratings_come(tmp_path: Path) -> None:
    """Nobody waits for it, and what it holds is one whole moment of the book."""
    data, backups = data_in(tmp_path), tmp_path / "backups"
    with live(data) as server:
        hand = a_hand(server)
        ended = threading.Event()

        def rate() -> None:
            while not ended.is_set():
                hand.rate(5)
                hand.send(after=len(hand.bodies) - 1)

        citizens = threading.Thread(target=rate)
        citizens.start()
        try:
            for _ in range(3):
                assert run(data, "backup", backups / str(_)) == 0
        finally:
            ended.set()
            citizens.join()
    for number in range(3):
        assert run(only(backups / str(number)), "verify") == 0


def test_only_so_many_backups_are_kept(tmp_path: Path) -> None:
    """The oldest go; what is no backup of ours stays."""
    data, backups = data_in(tmp_path), tmp_path / "backups"
    with live(data):
        pass
    for name in ("2026-01-01T00-00-00Z", "2026-01-02T00-00-00Z", "photos"):
        (backups / name).mkdir(parents=True)
    for name in ("2026-01-01T00-00-00Z", "2026-01-02T00-00-00Z"):
        (backups / name / "nucuoi.sqlite3").touch()
    assert run(data, "backup", backups, "--keep", 2) == 0

    left = sorted(each.name for each in backups.iterdir())
    assert left[0] == "2026-01-02T00-00-00Z"
    assert left[2] == "photos"
    assert len(left) == 3


@pytest.mark.parametrize("by_file", [True, False])
def test_what_was_deleted_does_not_come_back(tmp_path: Path, by_file: bool) -> None:  # noqa: FBT001 - of the table
    """A comment that was deleted after the backup is deleted in it too, by the old book or a list from it."""
    data, backups = data_in(tmp_path), tmp_path / "backups"
    with live(data) as server:
        hand = a_hand(server)
        aside, named = comment("Cảm ơn")
        hand.rate(5, asides=named)
        assert hand.post(hand.batch(0, asides={1: [aside]})).status_code == 200
        assert run(data, "backup", backups) == 0
    why = ["--author", "pháp chế", "--reason", "on request"]
    assert run(data, "forget", hand.id, 1, *why) == 0
    if by_file:
        assert run(data, "export", "deletions", tmp_path / "deletions") == 0
        assert run(tmp_path / "new", "restore", only(backups), "--deletions", tmp_path / "deletions") == 0
        data = tmp_path / "new"
    else:
        assert run(data, "restore", only(backups), "--replace") == 0
    store = open_store(f"sqlite:{data / 'nucuoi.sqlite3'}")
    forgotten = store.events(Action.FORGET_ASIDE)
    store.close()

    assert [(each.author, each.detail) for each in forgotten] == [("pháp chế", "on request")]
    assert run(data, "verify") == 0
    with unguarded(data / "nucuoi.sqlite3") as db:
        assert db.execute("select count(*) from aside").fetchone() == (0,)


def test_what_is_not_whole_is_not_restored(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without its key, or with one changed row, a backup is refused, and nothing is made."""
    data, backups = data_in(tmp_path), tmp_path / "backups"
    with live(data) as server:
        hand = a_hand(server)
        hand.rate(5, 4)
        hand.send()
    assert run(data, "backup", backups) == 0
    new, found = tmp_path / "new", only(backups)
    with unguarded(found / "nucuoi.sqlite3") as db:
        db.execute("update rating set score = 1 where score = 5")
    assert run(new, "restore", found) == 1
    assert "not whole" in capsys.readouterr().err
    (found / "signing.key").unlink()
    assert run(new, "restore", found) == 1
    assert "signing key" in capsys.readouterr().err
    assert run(new, "restore", tmp_path / "nowhere") == 1
    (tmp_path / "list").write_text("no list\n")
    assert not new.exists()


def test_a_list_that_is_none_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """So is a restoration over the rest of one that was cut off."""
    data, backups = data_in(tmp_path), tmp_path / "backups"
    with live(data):
        pass
    assert run(data, "backup", backups) == 0
    (tmp_path / "list").write_text("no list\n")
    assert run(tmp_path / "new", "restore", only(backups), "--deletions", tmp_path / "list") == 1
    assert "no list of deletions" in capsys.readouterr().err
    (tmp_path / "new.new").mkdir()
    assert run(tmp_path / "new", "restore", only(backups)) == 1
    assert "is in the way" in capsys.readouterr().err
    (tmp_path / "new.new").rmdir()
    (data / "nucuoi.sqlite3").write_bytes(b"no database" * 1000)
    for beside in data.glob("nucuoi.sqlite3-*"):
        beside.unlink()
    assert run(data, "restore", only(backups), "--replace") == 0
    assert run(data, "verify") == 0


def test_a_checkpoint_made_after_the_backup_is_missed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Who kept one sees that the book was put back, and the log says when."""
    data, backups = data_in(tmp_path), tmp_path / "backups"
    with live(data) as server:
        hand = a_hand(server)
        hand.rate(5)
        first = hand.send().checkpoint
        assert first is not None
        assert run(data, "backup", backups) == 0
        kept = tmp_path / "kept"
        later = msgspec.json.decode(first.payload)
        later |= {"number": 99, "previous": checkpoint_hash(first.payload)}
    assert run(data, "restore", only(backups), "--replace") == 0
    kept.write_bytes(msgspec.json.encode(signed_by_server(later)))
    capsys.readouterr()

    assert run(data, "verify", "--checkpoints", kept) == 1
    assert "the audit log tells of a restoration at" in capsys.readouterr().out


def signed_by_server(content: dict[str, object]) -> Signed:
    """Return a checkpoint that the server signed and its book has lost."""
    return seal(SEED, msgspec.convert(content, Checkpoint))
