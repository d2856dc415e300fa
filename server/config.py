"""The server's settings: environment over file over default, read once.

The file is TOML, one key a setting, under the setting's name; the variable of the
environment is `NUCUOI_SERVER_` and the name in capitals.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from server.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping

PREFIX = "NUCUOI_SERVER_"
REQUIRED = "required"


def _setting(
    default: Any,  # noqa: ANN401 - dataclasses.field is untyped too
    help_text: str,
    among: tuple[str, ...] = (),
) -> Any:  # noqa: ANN401 - the same
    """Declare a setting with its help; the unit stands at the end of its name. `among` is all it can be."""
    return field(default=default, metadata={"help": help_text, "among": among})


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """What the server is told at its start."""

    data_dir: Path = _setting(Path("/var/lib/nucuoi"), "Folder of the database and the signing key.")
    database_url: str = _setting("", "Address of a PostgreSQL database; empty: a file in the data folder.")
    owner_url: str = _setting(
        "", "The same as the owner of its tables: for setup, migrate, rebuild, restore only."
    )
    host: str = _setting("127.0.0.1", "Address to listen on. A reverse proxy with TLS stands before it.")
    port: int = _setting(8000, "Port to listen on.")
    public_url: str = _setting("", "Address that browsers and kiosks use; empty: http, host and port.")

    proxies: str = _setting("", "Addresses of reverse proxies that overwrite X-Forwarded-For; empty: none.")
    second_factor: str = _setting(
        REQUIRED,
        "`required`: whoever administers or may withhold signs in with a code too; `offered`: whoever wants.",
        among=(REQUIRED, "offered"),
    )

    alert_file: str = _setting(
        "", "File of addresses that alerts are sent to, one a line, as apprise has them; empty: nobody."
    )

    @property
    def database(self) -> Path:
        """The file of the embedded database."""
        return self.data_dir / "nucuoi.sqlite3"

    @property
    def store_url(self) -> str:
        """The database that is used. Raises `ConfigError` if nobody can tell which."""
        if self.database_url and self.database.exists():
            raise ConfigError(
                f"there are two books: {self.database} and the one of database_url;"
                " take one away (another data_dir, or an empty database_url)"
            )
        return self.database_url or f"sqlite:{self.database}"

    @property
    def signing_key(self) -> Path:
        """The file of the signing key."""
        return self.data_dir / "signing.key"

    @property
    def alert_addresses(self) -> Path | None:
        """The file of addresses that alerts are sent to, if there is one."""
        return Path(self.alert_file) if self.alert_file else None

    @property
    def url(self) -> str:
        """The address that browsers and kiosks use."""
        return self.public_url or f"http://{self.host}:{self.port}"


def load(environ: Mapping[str, str], file: Path | None, **given: object) -> Config:
    """Read the settings; `given` (from the command line) goes over all. Raises `ConfigError`."""
    known = {each.name: each for each in fields(Config)}
    values: dict[str, object] = {}
    if file is not None:
        values |= _from_file(file, set(known))
    values |= {name: environ[PREFIX + name.upper()] for name in known if PREFIX + name.upper() in environ}
    values |= {name: value for name, value in given.items() if value is not None}
    for name, value in values.items():
        among = known[name].metadata["among"]
        if among and value not in among:
            raise ConfigError(f"the setting {name} cannot be {value!r}: it is one of {', '.join(among)}")
    return Config(**{name: _cast(name, str(known[name].type), value) for name, value in values.items()})


def _cast(name: str, kind: str, value: object) -> Any:  # noqa: ANN401 - one of three types
    """Turn text into the setting's type."""
    try:
        return {"Path": Path, "int": int}.get(kind, str)(str(value))
    except ValueError as error:
        raise ConfigError(f"the setting {name} cannot be {value!r}: it is a {kind}") from error


def _from_file(file: Path, known: set[str]) -> dict[str, object]:
    try:
        values = tomllib.loads(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"cannot read the settings in {file}: {error}") from error
    if unknown := sorted(set(values) - known):
        raise ConfigError(f"{file} has settings that nobody knows: {', '.join(unknown)}")
    return values
