"""What can go wrong on the server, as a tree.

ServerError
├── ConfigError     the settings cannot be used
├── StoreError      the database is older or newer than this program, or is no database
├── BusyError       more is waiting to be written than may wait
└── Refusal         a request that gets a problem+json; see `server.web.problems`
"""

from __future__ import annotations


class ServerError(Exception):
    """Anything this program raises on purpose. The message says what to do about it."""


class ConfigError(ServerError):
    """The settings cannot be used."""


class StoreError(ServerError):
    """The database does not fit this program."""


class BusyError(ServerError):
    """The queue of writes is full; the caller should come back later."""
