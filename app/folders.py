"""Where this program keeps what: the platform's folders for data, configuration and logs."""

from pathlib import Path

from platformdirs import user_config_path, user_data_path, user_log_path

APP = "position-sync"


def data_folder() -> Path:
    """Where the databases lie unless --db says otherwise."""
    return user_data_path(APP, appauthor=False)


def settings_file() -> Path:
    return user_config_path(APP, appauthor=False) / "settings.toml"


def log_file() -> Path:
    return user_log_path(APP, appauthor=False) / "position-sync.log"
