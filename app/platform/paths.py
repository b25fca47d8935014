"""Where this program keeps what: the platform's folders for data, configuration and logs."""

import os
import sys
from pathlib import Path

APP = "position-sync"


def data_folder() -> Path:
    """Where the databases lie unless --db says otherwise."""
    found = xdg_folder("XDG_DATA_HOME", ".local/share")
    if found is None:
        from platformdirs import user_data_path

        found = user_data_path(APP, appauthor=False)
    return found


def settings_file() -> Path:
    found = xdg_folder("XDG_CONFIG_HOME", ".config")
    if found is None:
        from platformdirs import user_config_path

        found = user_config_path(APP, appauthor=False)
    return found / "settings.toml"


def log_file(verb: str | None = None) -> Path:
    """The window's log, that of `watch`, or that of all other commands: what runs for long has one
    of its own, so that nobody renames it meanwhile.

    Args:
        verb: the command; None for the window.
    """
    name = f"{APP}.log"
    if verb is not None:
        name = f"{APP}-{'watch' if verb == 'watch' else 'commands'}.log"
    found = xdg_folder("XDG_STATE_HOME", ".local/state")
    if found is None:
        from platformdirs import user_log_path

        return user_log_path(APP, appauthor=False) / name
    return found / "log" / name


def xdg_folder(variable: str, usual: str) -> Path | None:
    """What platformdirs says on Linux, without the import of it, for which `status` would wait a
    tenth of its time; None on other systems, or where nothing says where the home is.

    Args:
        usual: below the home, where the variable names no absolute path.
    """
    if not sys.platform.startswith("linux"):
        return None
    named, home = os.environ.get(variable, ""), os.environ.get("HOME", "")
    if named.startswith("/"):
        return Path(named) / APP
    return Path(home) / usual / APP if home.startswith("/") else None
