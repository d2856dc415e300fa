"""What can go wrong on the server, as a tree.

ServerError
├── ConfigError     the settings cannot be used
├── StoreError      the database or the signing key cannot be used
├── CommandError    a command of the command line cannot do what it was asked
├── BusyError       more is waiting to be written than may wait
│   └── LostError   the database went away in the middle of what it was asked
└── Refusal         a request that gets a problem+json; see `server.web.problems`
"""

from __future__ import annotations


class ServerError(Exception):
    """Anything this program raises on purpose. The message says what to do about it."""


class ConfigError(ServerError):
    """The settings cannot be used."""


class StoreError(ServerError):
    """The database or the signing key cannot be used."""


class CommandError(ServerError):
    """A command cannot do what it was asked; nothing was changed."""


class BusyError(ServerError):
    """The queue of writes is full; the caller should come back later."""


class LostError(BusyError):
    """The database went away, and nobody knows what became of what was being written: it is asked again."""
