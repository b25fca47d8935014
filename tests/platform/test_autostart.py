"""The start at login is set up and removed; its command starts this installation."""

import plistlib
import sys
from pathlib import Path

import pytest

from app.domain.model.errors import SettingsError
from app.platform.desktop import autostart
from app.platform.desktop.desktop_entry import own_command
from tests.platform.test_desktop_entry import arguments, read_entry


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return tmp_path


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the desktop entry is Linux's")
def test_a_desktop_entry_is_created_and_removed(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", '/opt/my "py" $x%/python')
    assert not autostart.is_on()
    autostart.switch(on=True)
    autostart.switch(on=True)
    assert autostart.is_on()
    file = home / "config" / "autostart" / "position-sync.desktop"
    values = read_entry(file.read_bytes())
    assert values["Type"] == "Application"
    assert arguments(values["Exec"]) == ['/opt/my "py" $x%/python', "-m", "app"]
    autostart.switch(on=False)
    autostart.switch(on=False)
    assert not autostart.is_on()


def test_a_launch_agent_on_macos(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    autostart.switch(on=True)
    (file,) = (home / "Library" / "LaunchAgents").iterdir()
    agent = plistlib.loads(file.read_bytes())
    assert agent["RunAtLoad"] is True
    assert agent["ProgramArguments"] == own_command()
    autostart.switch(on=False)
    assert not autostart.is_on()


def test_a_folder_that_cannot_be_written_is_explained(home: Path) -> None:
    (home / "config").write_text("in the way")
    if sys.platform.startswith("linux"):
        with pytest.raises(SettingsError, match="The start at login could not be changed"):
            autostart.switch(on=True)
