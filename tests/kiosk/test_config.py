"""Settings are read once, from three places, and a mistake in them is told."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from kiosk import config as kiosk_config
from kiosk.errors import ConfigError
from server import config as server_config
from server.errors import ConfigError as ServerConfigError

OPERATIONS = Path(__file__).parents[2] / "docs" / "operations.md"


def test_the_command_line_goes_over_the_environment_and_that_over_the_file(tmp_path: Path) -> None:
    """Who types a setting means it."""
    file = tmp_path / "kiosk.toml"
    file.write_text('server = "https://file"\nheartbeat_s = 60\nwidth_px = 800\nwindowed = true\n')
    environ = {"NUCUOI_KIOSK_SERVER": "https://environ", "NUCUOI_KIOSK_HEARTBEAT_S": "30"}

    read = kiosk_config.load(environ, file, server="https://typed", data_dir=None)
    assert (read.server, read.heartbeat_s, read.width_px, read.windowed) == ("https://typed", 30.0, 800, True)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("surprise = 1", "surprise"),
        ("width_px = 'wide'", "width_px"),
        ("windowed = 'maybe'", "windowed"),
        ("= nonsense", "kiosk.toml"),
    ],
)
def test_a_mistake_in_the_file_is_told(tmp_path: Path, text: str, named: str) -> None:
    """A setting that nobody knows or that cannot be read stops the start, with its name."""
    file = tmp_path / "kiosk.toml"
    file.write_text(text)

    with pytest.raises(ConfigError, match=named):
        kiosk_config.load({}, file)


def test_a_servers_settings_are_read_the_same_way(tmp_path: Path) -> None:
    """Environment over file, and mistakes are told."""
    file = tmp_path / "server.toml"
    file.write_text('port = 9000\nhost = "0.0.0.0"\n')

    assert server_config.load({"NUCUOI_SERVER_PORT": "9001"}, file).port == 9001
    with pytest.raises(ServerConfigError, match="port"):
        server_config.load({"NUCUOI_SERVER_PORT": "many"}, None)
    with pytest.raises(ServerConfigError, match="required, offered"):
        server_config.load({"NUCUOI_SERVER_SECOND_FACTOR": "off"}, None)
    file.write_text("surprise = 1")
    with pytest.raises(ServerConfigError):
        server_config.load({}, file)


def test_every_setting_is_documented() -> None:
    """docs/operations.md names each setting with the help that the program has for it."""
    page = OPERATIONS.read_text("utf-8")

    for each in (*fields(kiosk_config.Config), *fields(server_config.Config)):
        assert f"`{each.name}`" in page
        assert each.metadata["help"] in page
