"""A kiosk or a server that is no longer what it was: every rating comes home once, and nobody is called."""

from __future__ import annotations

import os
import shutil
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING

import msgspec

from kiosk import commands, keyfile
from kiosk.outbox import Outbox
from kiosk.visit import Stage
from server.domain.audit import Action
from server.jobs import make_checkpoint
from server.protocol import keys
from server.protocol.checkpoint import Checkpoint
from server.protocol.messages import Signed, unseal
from server.protocol.record import heads
from tests.kiosk.stories import LONG
from tests.server.live import SEED, live, now_ms
from tests.story.book import counted
from tests.story.counter_hall import kiosk_at

if TYPE_CHECKING:
    from pathlib import Path

    from tests.server.live import Live
    from tests.story.counter_hall import CounterHall

NOWHERE = "http://127.0.0.1:9"
SILENCE_S = 600.0
"""More than a kiosk waits before it asks whether anybody is there, and for an answer to that."""


def come_home(hall: CounterHall, folder: Path, scores: list[int]) -> None:
    """Wait until the server counts just these ratings."""

    def is_home() -> bool:
        hall.kiosk.send_now()
        return counted(folder) == sorted(scores)

    hall.eyes.wait_until(is_home)


def admitted(folder: Path, server: Live, *scores: int) -> None:
    """Let a kiosk be admitted, and take a rating of each score."""
    with kiosk_at(folder / "kiosk", server.url, server.make_code()) as hall:
        for score in scores:
            hall.rate(score)
        come_home(hall, folder / "server", list(scores))


def rated_offline(folder: Path, *scores: int) -> None:
    """Let a kiosk take a rating of each score without a server."""
    with kiosk_at(folder, NOWHERE) as hall:
        for score in scores:
            hall.rate(score)


def leave(hall: CounterHall) -> None:
    """Go away in the middle of a visit: what was given is sealed."""
    for _ in range(2):
        hall.wait(SILENCE_S)


def successions(server: Live) -> int:
    """Return how often a device has named a successor."""
    return len(server.store.events(Action.SUCCEED))


def test_a_damaged_outbox_is_mended_while_citizens_rate(tmp_path: Path) -> None:
    """The file system eats the first page: what was not sent and what comes after is counted, once each."""
    with live(tmp_path / "server") as server:
        admitted(tmp_path, server, 5, 4)
        rated_offline(tmp_path / "kiosk", 3, 2)
        with (tmp_path / "kiosk" / "outbox.sqlite3").open("r+b") as outbox:
            outbox.write(bytes(4096))
        rated_offline(tmp_path / "kiosk", 1)
        with kiosk_at(tmp_path / "kiosk", server.url) as hall:
            hall.rate(5)
            come_home(hall, tmp_path / "server", [5, 4, 3, 2, 1, 5])
        with kiosk_at(tmp_path / "kiosk", server.url) as hall:
            hall.rate(4)
            come_home(hall, tmp_path / "server", [5, 4, 3, 2, 1, 5, 4])
        assert successions(server) == 1
    assert (tmp_path / "kiosk" / "outbox.damaged-1.sqlite3").exists()


def test_two_kiosks_with_one_disk_both_count(tmp_path: Path) -> None:
    """A disk was copied into a second machine: one goes on as it was, the other one becomes its own."""
    with live(tmp_path / "server") as server:
        admitted(tmp_path, server, 5)
        shutil.copytree(tmp_path / "kiosk", tmp_path / "copy")
        for name, scores in (("kiosk", (1, 2)), ("copy", (3, 4, 5))):
            rated_offline(tmp_path / name, *scores)
        with kiosk_at(tmp_path / "kiosk", server.url) as hall:
            come_home(hall, tmp_path / "server", [5, 1, 2])
            with kiosk_at(tmp_path / "copy", server.url) as other:
                come_home(other, tmp_path / "server", [5, 1, 2, 3, 4, 5])
                hall.rate(2)
                other.rate(1)
                come_home(hall, tmp_path / "server", [5, 1, 2, 3, 4, 5, 2, 1])
        assert successions(server) == 1
    own, other_own = (keyfile.identity(tmp_path / name) for name in ("kiosk", "copy"))
    assert own is not None
    assert other_own is not None
    assert other_own.enrolment.before == own.enrolment.device


def test_a_citizen_who_is_answering_meanwhile_counts_in_the_new_chain(tmp_path: Path) -> None:
    """The kiosk becomes another device between a face and the last answer: the visit is one rating, once."""
    with live(tmp_path / "server", survey=LONG) as server:
        with kiosk_at(tmp_path / "kiosk", server.url, server.make_code()) as hall:
            hall.eyes.wait_until(lambda: hall.eyes.stage is Stage.IDLE and hall.kiosk.is_in_service)
        shutil.copytree(tmp_path / "kiosk", tmp_path / "copy")
        with kiosk_at(tmp_path / "copy", server.url) as other:
            other.touch(5)
            leave(other)
            come_home(other, tmp_path / "server", [5])
        with kiosk_at(tmp_path / "kiosk", server.url) as hall:
            hall.touch(3)
            hall.eyes.wait_until(lambda: hall.eyes.stage is Stage.ASKING)

            def is_another() -> bool:
                hall.kiosk.send_now()
                return successions(server) == 1

            hall.eyes.wait_until(is_another)
            leave(hall)
            come_home(hall, tmp_path / "server", [5, 3])


def test_a_disk_that_was_put_back_counts_on(tmp_path: Path) -> None:
    """A kiosk's disk is restored from a backup: what the server has is not doubled, new ratings count."""
    with live(tmp_path / "server") as server:
        admitted(tmp_path, server, 5)
        shutil.copytree(tmp_path / "kiosk", tmp_path / "backup")
        with kiosk_at(tmp_path / "kiosk", server.url) as hall:
            for score in (4, 3):
                hall.rate(score)
            come_home(hall, tmp_path / "server", [5, 4, 3])
        with kiosk_at(tmp_path / "backup", server.url) as hall:
            hall.rate(2)
            come_home(hall, tmp_path / "server", [5, 4, 3, 2])
        assert successions(server) == 1


def test_a_server_restored_from_before_the_oldest_kept_record_is_healed(tmp_path: Path) -> None:
    """What the kiosk has forgotten is in the backup or lost with it; all that it still has goes home."""
    with live(tmp_path / "server") as server:
        admitted(tmp_path, server, 5)
        shutil.copytree(tmp_path / "server", tmp_path / "restored")
        with kiosk_at(tmp_path / "kiosk", server.url) as hall:
            for score in (4, 3, 2):
                hall.rate(score)
            come_home(hall, tmp_path / "server", [5, 4, 3, 2])
    identity = keyfile.identity(tmp_path / "kiosk")
    assert identity is not None
    path = tmp_path / "kiosk" / "outbox.sqlite3"
    with closing(Outbox(path, identity.enrolment.device, identity.anchor, os.urandom)) as outbox:
        outbox.settle(0, identity.anchor, "2026-01-01")
        after_each = heads(identity.anchor, outbox.stretch(9).bodies)
        outbox.settle(2, after_each[1], "2026-01-01")  # the second was received long ago
        outbox.settle(4, after_each[3], "2026-11-23")
    with live(tmp_path / "restored") as server:
        with kiosk_at(tmp_path / "kiosk", server.url) as hall:
            hall.rate(1)
            come_home(hall, tmp_path / "restored", [5, 3, 2, 1])
        assert successions(server) == 1


def test_a_server_that_forgot_the_kiosk_takes_it_in_again(tmp_path: Path) -> None:
    """A backup from before the enrolment: the kiosk shows its enrolment, and everything is there again."""
    with live(tmp_path / "server") as server:
        code = server.make_code()
        shutil.copytree(tmp_path / "server", tmp_path / "restored")
        with kiosk_at(tmp_path / "kiosk", server.url, code) as hall:
            hall.rate(5)
            come_home(hall, tmp_path / "server", [5])
    with live(tmp_path / "restored") as server:
        with kiosk_at(tmp_path / "kiosk", server.url) as hall:
            hall.rate(4)
            come_home(hall, tmp_path / "restored", [5, 4])
        assert successions(server) == 0


def test_a_server_that_forgot_a_kiosk_and_what_it_was_before_takes_in_both(tmp_path: Path) -> None:
    """A backup from before the enrolment, a kiosk that is a successor: what it carries is believed."""
    with live(tmp_path / "server") as server:
        code = server.make_code()
        shutil.copytree(tmp_path / "server", tmp_path / "restored")
        with kiosk_at(tmp_path / "kiosk", server.url, code) as hall:
            hall.rate(5)
            come_home(hall, tmp_path / "server", [5])
        (tmp_path / "kiosk" / "outbox.sqlite3").write_bytes(bytes(4096))
        for score, scores in ((4, [5, 4]), (3, [5, 4, 3])):
            with kiosk_at(tmp_path / "kiosk", server.url) as hall:
                hall.rate(score)
                come_home(hall, tmp_path / "server", scores)
    with live(tmp_path / "restored") as server, kiosk_at(tmp_path / "kiosk", server.url) as hall:
        hall.rate(2)
        come_home(hall, tmp_path / "restored", [4, 3, 2])  # the first was lost with both


def test_a_survey_that_the_server_has_lost_is_brought_back(tmp_path: Path) -> None:
    """Ratings of a survey that a backup does not know count once the kiosk has returned it."""
    with live(tmp_path / "server") as server:
        code = server.make_code()
        shutil.copytree(tmp_path / "server", tmp_path / "restored")
    with (
        live(tmp_path / "server", survey=LONG) as server,
        kiosk_at(tmp_path / "kiosk", server.url, code) as hall,
    ):
        hall.eyes.wait_until(lambda: hall.eyes.stage is Stage.IDLE)
    with kiosk_at(tmp_path / "kiosk", NOWHERE) as hall:
        hall.touch(3)
        hall.eyes.wait_until(lambda: hall.eyes.stage is Stage.ASKING)
    with (
        live(tmp_path / "restored") as server,
        kiosk_at(tmp_path / "kiosk", server.url) as hall,
    ):
        come_home(hall, tmp_path / "restored", [3])


def test_a_key_is_changed_at_the_command_line(tmp_path: Path) -> None:
    """A key that may have been seen is replaced: nothing is lost, and the old key is good for nothing."""
    with live(tmp_path / "server") as server:
        admitted(tmp_path, server, 5)
        rated_offline(tmp_path / "kiosk", 4)
        said: list[str] = []
        words = ["new-key", "--data-dir", str(tmp_path / "kiosk")]
        assert commands.run(words, {"NUCUOI_KIOSK_SERVER": server.url}, tell=said.append) == 0
        identity = keyfile.identity(tmp_path / "kiosk")
        assert identity is not None
        assert said == [f"this is {identity.enrolment.device} now, fingerprint {identity.fingerprint}"]
        with kiosk_at(tmp_path / "kiosk", server.url) as hall:
            hall.rate(3)
            come_home(hall, tmp_path / "server", [5, 4, 3])


def test_without_its_server_a_key_stays_what_it_is(tmp_path: Path) -> None:
    """Nobody agrees to the change: the kiosk is who it was."""
    with live(tmp_path / "server") as server:
        admitted(tmp_path, server, 5)
    before = keyfile.identity(tmp_path / "kiosk")
    words = ["new-key", "--data-dir", str(tmp_path / "kiosk")]

    assert commands.run(words, {"NUCUOI_KIOSK_SERVER": NOWHERE}) == 1
    assert keyfile.identity(tmp_path / "kiosk") == before
    assert commands.run(["new-key", "--data-dir", str(tmp_path / "nobody")], {}) == 1


def test_the_proofs_that_a_kiosk_keeps_are_printed(tmp_path: Path) -> None:
    """Each checkpoint that came with a receipt is a line that the server's `verify` reads."""
    with live(tmp_path / "server") as server:
        admitted(tmp_path, server, 5)
        server.writer.submit(partial(make_checkpoint, seed=SEED, now_ms=now_ms())).result()
        with kiosk_at(tmp_path / "kiosk", server.url) as hall:
            hall.rate(4)
            come_home(hall, tmp_path / "server", [5, 4])
    said: list[str] = []
    assert commands.run(["checkpoints", "--data-dir", str(tmp_path / "kiosk")], {}, tell=said.append) == 0
    (line,) = said
    kept = msgspec.json.decode(line, type=Signed)
    assert unseal(keys.public_key(SEED), kept, Checkpoint).number == 1
