"""Whether an answer of the API is one that a kiosk can believe: signed by the server, in the one shape."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from server.protocol import keys
from server.protocol.messages import (
    CONTEXTS,
    PROBLEM_TYPE,
    Problem,
    ProblemAnswer,
    Signed,
    unseal,
)
from server.web.problems import KINDS
from tests.server.live import SEED

if TYPE_CHECKING:
    from collections.abc import Iterator

BUSY = 503
FAULT = 500
BAD = 400


def is_fault(status: int) -> bool:
    """Say whether nothing explains this status: only too much to do may be a reason of ours."""
    return status >= FAULT and status != BUSY


def faults_of_answer(status: int, kind: str, content: bytes) -> list[str]:
    """Say why a kiosk could not believe an answer of the API."""
    if status >= BAD:
        return [] if kind == PROBLEM_TYPE and _is_problem(status, content) else [f"{status} is no problem"]
    if not content:  # what the kiosk keeps still holds
        return []
    public = keys.public_key(SEED)
    return [fault for each in _signed(msgspec.json.decode(content)) for fault in _unbelieved(public, each)]


def _is_problem(status: int, content: bytes) -> bool:
    problem = msgspec.json.decode(content, type=Problem)
    if problem.signed is not None:
        said = unseal(keys.public_key(SEED), problem.signed, ProblemAnswer)
        if (said.code, said.status) != (problem.code, status):
            return False
    return problem.status == status == KINDS[problem.code].status


def _signed(message: Any) -> Iterator[Signed]:  # noqa: ANN401 - JSON
    """Find what is signed in a message."""
    match message:
        case {"payload": str(payload), "signature": str(signature)}:
            yield Signed(payload=payload, signature=signature)
        case dict():
            for each in message.values():
                yield from _signed(each)
        case list():
            for each in message:
                yield from _signed(each)
        case _:
            pass


def _unbelieved(public: str, signed: Signed) -> list[str]:
    """Say that signed text is nothing that this server signs, if it is not."""
    for kind in CONTEXTS:
        try:
            unseal(public, signed, kind)
        except (keys.BadSignature, msgspec.ValidationError):
            continue
        return []
    return [f"nobody signed {signed.payload[:100]}"]
