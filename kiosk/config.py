"""The settings of one kiosk machine: environment over file over default, read once.

The file is TOML, one key a setting, under the setting's name; the variable of the
environment is `NUCUOI_KIOSK_` and the name in capitals. What the *center* decides
(survey, officers, times of a visit) comes signed from the server instead.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping

PREFIX = "NUCUOI_KIOSK_"
PROMPTS = "prompts"
"""The folder of what the kiosk can say aloud, within the data folder."""


def _setting(default: Any, help_text: str) -> Any:  # noqa: ANN401 - dataclasses.field is untyped too
    """Declare a setting with its help; the unit stands at the end of its name."""
    return field(default=default, metadata={"help": help_text})


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """What this machine is told before it can ask its server."""

    data_dir: Path = _setting(
        Path.home() / ".local/share/nucuoi-kiosk", "Folder of the key, the outbox and the last config."
    )
    server: str = _setting("", "Address of the server; empty: the one that the kiosk was enrolled at.")
    ca_file: str = _setting("", "File of the certificate authority to trust, if it is not a public one.")
    width_px: int = _setting(0, "Width of the window in pixels; 0 takes the whole screen.")
    height_px: int = _setting(0, "Height of the window in pixels; 0 takes the whole screen.")
    diagonal_in: float = _setting(0.0, "Diagonal of the screen in inches; 0 guesses it from the pixels.")
    button_box: bool = _setting(
        False, "The keys 1 to 5 of a box of buttons are the faces; F1 to F5 always are."
    )
    send_after_s: float = _setting(30.0, "Seconds after the last rating until it is sent.")
    heartbeat_s: float = _setting(600.0, "Seconds between two signs of life, give or take a fifth.")
    verbose: bool = _setting(False, "Log each rating's number and moment: for tests, never at a counter.")
    windowed: bool = _setting(False, "Show a window with a frame and a close button, for a desk.")

    @property
    def prompts_dir(self) -> Path:
        """Return the folder of what the kiosk can say aloud."""
        return self.data_dir / PROMPTS


def load(environ: Mapping[str, str], file: Path | None, **given: object) -> Config:
    """Read the settings; `given` (from the command line) goes over all. Raises `ConfigError`."""
    values: dict[str, object] = {}
    known = {each.name: each for each in fields(Config)}
    if file is not None:
        values |= _from_file(file, set(known))
    values |= {name: environ[PREFIX + name.upper()] for name in known if PREFIX + name.upper() in environ}
    values |= {name: value for name, value in given.items() if value is not None}
    return Config(**{name: _cast(name, str(known[name].type), value) for name, value in values.items()})


def _from_file(file: Path, known: set[str]) -> dict[str, object]:
    """Read the file, and refuse a setting that nobody knows: a typing mistake should not be silent."""
    try:
        values = tomllib.loads(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"cannot read the settings in {file}: {error}") from error
    if unknown := sorted(set(values) - known):
        raise ConfigError(f"{file} has settings that nobody knows: {', '.join(unknown)}")
    return values


def _cast(name: str, kind: str, value: object) -> Any:  # noqa: ANN401 - one of five types
    """Turn text into the setting's type."""
    try:
        match kind:
            case "Path":
                return Path(str(value)).expanduser()
            case "int":
                return int(str(value))
            case "float":
                return float(str(value))
            case "bool":
                return {"1": True, "true": True, "0": False, "false": False}[str(value).lower()]
            case _:
                return str(value)
    except (ValueError, KeyError) as error:
        raise ConfigError(f"the setting {name} cannot be {value!r}: it is a {kind}") from error
