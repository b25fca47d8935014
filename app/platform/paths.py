"""Where the program's files are: data, settings, logs, and the resources that it ships."""

import os
import sys
from pathlib import Path

APP = "position-sync"
LONG_RUNNING = ("watch", "serve")


def data_folder() -> Path:
    """The folder of the databases, unless --db names another file."""
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
    """The log of the window, of `watch`, of `serve`, or of all other commands.

    What runs for long has a log of its own, so that no other process rotates it.

    Args:
        verb: the command; None for the window.
    """
    name = f"{APP}.log"
    if verb is not None:
        name = f"{APP}-{verb if verb in LONG_RUNNING else 'commands'}.log"
    found = xdg_folder("XDG_STATE_HOME", ".local/state")
    if found is None:
        from platformdirs import user_log_path

        return user_log_path(APP, appauthor=False) / name
    return found / "log" / name


def xdg_folder(variable: str, usual: str) -> Path | None:
    """The same as platformdirs on Linux; None on other systems, or if HOME is not set.

    Importing platformdirs would take a tenth of the time of `status`.

    Args:
        usual: the folder below the home, if the variable names no absolute path.
    """
    if not sys.platform.startswith("linux"):
        return None
    named, home = os.environ.get(variable, ""), os.environ.get("HOME", "")
    if named.startswith("/"):
        return Path(named) / APP
    return Path(home) / usual / APP if home.startswith("/") else None


HERE = Path(__file__).parents[1]


def resource(name: str) -> Path:
    """The path of a file of `resources/`: beside `app` in a checkout, inside it when installed."""
    installed = HERE / "resources" / name
    return installed if installed.exists() else HERE.parent / "resources" / name
