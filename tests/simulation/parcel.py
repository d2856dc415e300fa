"""What travels: a request or an answer, and what it says in a few words."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from server.protocol.messages import Batch, Problem, Receipt, Signed, SuccessionRequest


@dataclass(frozen=True, slots=True)
class Parcel:
    """A request or an answer on its way. A request has a method and a path, an answer a status."""

    headers: tuple[tuple[str, str], ...]
    content: bytes
    method: str = ""
    path: str = ""
    status: int = 0
    cut: bool = False
    """It ends before its end."""


def gist(parcel: Parcel) -> str:
    """Return what a parcel says in a few words, for the history."""
    said = "" if parcel.method else f"{parcel.status} "
    try:
        if parcel.path == "/v1/batches":
            batch = msgspec.json.decode(parcel.content, type=Batch)
            return f"{batch.device[:4]} after {batch.after}: {len(batch.records)} records"
        if parcel.path == "/v1/successions":
            asked = msgspec.json.decode(parcel.content, type=SuccessionRequest)
            return f"{asked.device[:4]} succession: {asked.reason}"
        if parcel.method:
            return parcel.path
        if parcel.status >= 400:
            return said + msgspec.json.decode(parcel.content, type=Problem).code
        signed = msgspec.json.decode(parcel.content, type=Signed)
        return said + f"through {msgspec.json.decode(signed.payload, type=Receipt).through}"
    except (msgspec.DecodeError, UnicodeDecodeError):
        return said + f"{len(parcel.content)} bytes"
