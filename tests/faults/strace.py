"""Watches one thread of a running program by strace(1): what it calls, and what befalls it at a call."""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

END_S_MAX: Final = 30.0
CALL: Final = re.compile(r"(?:\d+ +)?([a-z]\w*)\(")
PATH: Final = re.compile(r"^(?:\d+ +)?\w+\(\d+<([^>]*)>")
INJECTED: Final = "(INJECTED)"


class StraceError(Exception):
    """Strace did not get hold of the program; the message is its own."""


@dataclass(frozen=True, slots=True, order=True)
class Point:
    """The `at`th time, counted from 1, that a thread is about to make a system call."""

    call: str
    at: int


@dataclass(frozen=True, slots=True)
class Fault:
    """A call that fails with an error (`ENOSPC`), once or from then on."""

    point: Point
    error: str
    lasts: bool = False


@contextmanager
def watching(thread: int, *options: str, lets_go: bool = False) -> Iterator[None]:
    """Have strace hold a thread (its id in Linux) as soon as the block begins; waits for it at the end.

    With `lets_go` the thread is not waited for: whatever befell its calls is over then. Raises `StraceError`
    when it gets no hold of the thread.
    """
    command = ["strace", "-p", str(thread), *options]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as strace:
        assert strace.stderr is not None
        try:
            first = strace.stderr.readline()
            if "attached" not in first:
                raise StraceError(first.strip())
            yield
            if lets_go:
                strace.terminate()
            strace.wait(END_S_MAX)
        finally:
            strace.kill()


def tracing(thread: int, trace: Path, *options: str) -> AbstractContextManager[None]:
    """Write what a thread calls to a file."""
    return watching(thread, "-o", str(trace), *options)


def tracing_files(thread: int, trace: Path) -> AbstractContextManager[None]:
    """Write what a thread calls to a file, with the path of each file that it holds open."""
    return tracing(thread, trace, "-y")


def killing(thread: int, point: Point, *options: str) -> AbstractContextManager[None]:
    """Kill the program with -9 when a thread comes to a point, before the call is made.

    With the option `-f` it is any thread of the process `thread`, each with a count of its own.
    """
    return watching(
        thread,
        *options,
        "-o",
        "/dev/null",
        "-e",
        f"trace={point.call}",
        "-e",
        f"inject={point.call}:signal=SIGKILL:when={point.at}",
    )


def failing(thread: int, fault: Fault, trace: Path, *, lets_go: bool = False) -> AbstractContextManager[None]:
    """Let a call fail; the trace holds all calls of its kind, and where it failed."""
    when = f"{fault.point.at}+" if fault.lasts else str(fault.point.at)
    call = fault.point.call
    inject = f"inject={call}:error={fault.error}:when={when}"
    return watching(thread, "-y", "-o", str(trace), "-e", f"trace={call}", "-e", inject, lets_go=lets_go)


def failed(trace: Path) -> list[str]:
    """Return the paths of the files at which calls were made to fail; none for a call without a file."""
    lines = [line for line in trace.read_text("utf-8", "replace").splitlines() if line.endswith(INJECTED)]
    return [found[1] if (found := PATH.search(line)) else "" for line in lines]


def points(trace: Path, about: str = "") -> list[Point]:
    """Return every point of a traced thread, in the order of calls and then of time.

    With `about` only of calls whose line holds this text, such as a folder.
    """
    counts, found = Counter[str](), []
    for line in trace.read_text("utf-8", "replace").splitlines():
        if called := CALL.match(line):
            counts[called[1]] += 1
            if about in line:
                found.append(Point(called[1], counts[called[1]]))
    return sorted(found)
