"""Small programs that store ratings in ways whose fate under a power cut is known.

They show what the model of the disk is worth: it must take ratings from some of them, and none from others.
`python -m tests.faults.power_program NAME FOLDER` stores when it is told to begin.
"""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tests.faults.cases import Tally
from tests.faults.reckoning import read_paper

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.faults.lives import Watch

TOP: Final = Path(__file__).parents[2]
RATINGS: Final = 12
WORDS: Final = "ý kiến góp ý " * 20


@dataclass(frozen=True, slots=True)
class Kind:
    """A way to store: SQLite with a journal and a way to sync, or (no journal) one JSON file."""

    name: str
    loses: bool
    journal: str = ""
    synchronous: str = ""


KINDS: Final = (
    Kind("wal, normal", loses=True, journal="wal", synchronous="normal"),
    Kind("delete, full", loses=True, journal="delete", synchronous="full"),
    Kind("json, renamed, never synced", loses=True),
    Kind("wal, full", loses=False, journal="wal", synchronous="full"),
    Kind("delete, extra", loses=False, journal="delete", synchronous="extra"),
    Kind("persist, full", loses=False, journal="persist", synchronous="full"),
)


def main(arguments: Sequence[str]) -> None:
    """Store one rating after the other, and give thanks for each."""
    name, folder = arguments[0], Path(arguments[1])
    kind = next(each for each in KINDS if each.name == name)
    paper = os.open(folder / "paper", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    sys.stdin.readline()
    database = folder / "files" / "ratings"
    if not kind.journal:
        for number in range(1, RATINGS + 1):
            _store_json(database, number)
            os.write(paper, b"THANKS %d\n" % number)
        return
    with closing(sqlite3.connect(database)) as db:
        db.execute(f"pragma journal_mode = {kind.journal}")
        db.execute(f"pragma synchronous = {kind.synchronous}")
        db.execute("create table rating (number integer primary key, words text)")
        for number in range(1, RATINGS + 1):
            with db:
                db.execute("insert into rating values (?, ?)", (number, WORDS))
            os.write(paper, b"THANKS %d\n" % number)


def _store_json(path: Path, number: int) -> None:
    """Write all ratings beside, and rename: whole or absent, if only somebody had synced it."""
    ratings = json.loads(path.read_bytes()) if path.exists() else {}
    beside = path.with_suffix(".new")
    beside.write_text(json.dumps(ratings | {str(number): WORDS}))
    beside.replace(path)


def run_known(kind: Kind, folder: Path, watch: Watch) -> None:
    """Run the program of a kind, watched; its files lie in `files`."""
    (folder / "files").mkdir()
    command = [sys.executable, "-m", "tests.faults.power_program", kind.name, str(folder)]
    with subprocess.Popen(command, cwd=TOP, stdin=subprocess.PIPE) as program:
        assert program.stdin is not None
        with watch(program.pid):
            program.stdin.write(b"\n")
            program.stdin.flush()
        assert program.wait() == 0


def examine_known(kind: Kind, folder: Path, told: Sequence[str]) -> Tally:
    """Open what is left, and count the thanks that nothing is behind."""
    thanked, _ = read_paper("".join(told))
    try:
        if kind.journal:
            with closing(sqlite3.connect(folder / "ratings")) as db:
                rows = db.execute("select number, words from rating").fetchall()
        else:
            rows = [
                (int(number), words)
                for number, words in json.loads((folder / "ratings").read_bytes()).items()
            ]
    except (sqlite3.Error, OSError, ValueError):
        rows = []
    return Tally(lost=len(thanked - {number for number, words in rows if words == WORDS}))


if __name__ == "__main__":
    main(sys.argv[1:])
