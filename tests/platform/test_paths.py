"""The folders are those of platformdirs in any environment."""

from pathlib import Path

import platformdirs
import pytest

from app.platform.paths import APP, data_folder, log_file, settings_file

VARIABLES = ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME")


@pytest.mark.parametrize("named", [None, "", "relative", "/somewhere/else", "/with a space/ä"])
@pytest.mark.parametrize("home", [None, "/home/of/someone"])
def test_the_folders_are_the_platforms_own(
    monkeypatch: pytest.MonkeyPatch, named: str | None, home: str | None
) -> None:
    for variable in VARIABLES:
        monkeypatch.delenv(variable, raising=False)
        if named is not None:
            monkeypatch.setenv(variable, named)
    monkeypatch.delenv("HOME", raising=False)
    if home is not None:
        monkeypatch.setenv("HOME", home)
    assert data_folder() == Path(platformdirs.user_data_dir(APP, appauthor=False))
    assert settings_file().parent == Path(platformdirs.user_config_dir(APP, appauthor=False))
    assert log_file().parent == Path(platformdirs.user_log_dir(APP, appauthor=False))
