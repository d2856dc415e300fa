"""What every new installation knows: the 124 centers of Lâm Đồng, fields, themes, the ready-made surveys."""

from __future__ import annotations

import csv
from importlib import resources
from typing import TYPE_CHECKING, Final

from server.domain.audit import SERVER
from server.domain.places import Center
from server.domain.themes import Theme
from server.protocol.survey import decode_survey, encode_survey

if TYPE_CHECKING:
    from server.store import Store

READY: Final = ("smile", "cheerful", "decree61")
"""The names of the ready-made surveys."""


def fill(store: Store) -> None:
    """Write the centers and, if there are none yet, fields, themes and surveys, in the open transaction."""
    store.add_centers(lamdong())
    store.add_fields(ready_fields())
    store.add_themes(ready_themes())
    if store.current_survey() is None:
        store.add_survey(cheerful_survey(), SERVER)
        store.add_survey(smile_survey(), SERVER)  # the last one is what kiosks ask


def lamdong() -> list[Center]:
    """Return the centers of Lâm Đồng, as the table in this package has them."""
    with resources.files("server.store").joinpath("lamdong_124.csv").open(encoding="utf-8") as file:
        return [
            Center(int(row["code"]), row["name"], row["type"], float(row["lat"]), float(row["lon"]))
            for row in csv.DictReader(file)
        ]


def ready_fields() -> list[str]:
    """Return the fields to begin with: those of a form that a commune put into use in 2026."""
    with resources.files("server.store").joinpath("fields.csv").open(encoding="utf-8") as file:
        return [row["name"] for row in csv.DictReader(file)]


def ready_themes() -> list[Theme]:
    """Return the themes of comments to begin with, with the phrases that tell them; written by us."""
    with resources.files("server.store").joinpath("themes.csv").open(encoding="utf-8") as file:
        return [
            Theme(number, {"vi": row["vi"], "en": row["en"]}, tuple(row["words"].split(";")))
            for number, row in enumerate(csv.DictReader(file), 1)
        ]


def smile_survey() -> bytes:
    """Return the bytes of the ready-made survey of one tap, with reasons and a comment for who likes."""
    return _survey("smile")


def cheerful_survey() -> bytes:
    """Return the bytes of the ready-made survey of cheerful service: attitude, guidance, trips, on time."""
    return _survey("cheerful")


def decree61_survey() -> bytes:
    """Return the bytes of the ready-made survey of what Decree 61/2018 asks citizens.

    `server.domain.decree61` says which question tells which indicator, and what of it is unconfirmed.
    """
    return _survey("decree61")


def ready_surveys() -> dict[str, bytes]:
    """Return the bytes of every ready-made survey, by name."""
    return {name: _survey(name) for name in READY}


def _survey(name: str) -> bytes:
    raw = resources.files("server.store").joinpath(f"{name}.survey.json").read_bytes()
    return encode_survey(decode_survey(raw))
