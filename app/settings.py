"""All settings: each declared once, with its default and its help text.

The command line wins over POSITION_SYNC_* variables, those over the settings file.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from platformdirs import user_config_path, user_data_path, user_log_path

from app.domain.errors import SettingsError
from app.domain.runs import ALL_ACCOUNTS

APP = "position-sync"
PREFIX = "POSITION_SYNC_"
TRUE = frozenset({"1", "true", "yes", "on"})
FALSE = frozenset({"0", "false", "no", "off", ""})


def data_folder() -> Path:
    """Where the databases lie unless --db says otherwise."""
    return user_data_path(APP, appauthor=False)


def settings_file() -> Path:
    return user_config_path(APP, appauthor=False) / "settings.toml"


def log_file() -> Path:
    return user_log_path(APP, appauthor=False) / "position-sync.log"


@dataclass(frozen=True, slots=True)
class Settings:
    """What the user chose. The metadata's `help` is shown by --help and in the README."""

    db: Path | None = field(
        default=None, metadata={"help": "the SQLite file (default: in your user data folder)"}
    )
    host: str = field(default="127.0.0.1", metadata={"help": "host of TWS or IB Gateway"})
    port: int = field(
        default=7497,
        metadata={
            "help": "API port: TWS 7496 live, 7497 paper; Gateway 4001 live, 4002 paper",
            "range": (1, 65535),
        },
    )
    client_id: int = field(
        default=17, metadata={"help": "API client id, 1 or more", "range": (1, 2**31 - 6)}
    )
    timeout: float = field(
        default=10.0,
        metadata={"help": "seconds to wait for each answer of TWS", "range": (0.1, 3600)},
    )
    account: str = field(
        default=ALL_ACCOUNTS, metadata={"help": "sync this account only (default: all)"}
    )
    demo: bool = field(
        default=False, metadata={"help": "use the embedded simulated TWS and a database of its own"}
    )

    @property
    def database(self) -> Path:
        """The SQLite file to use."""
        if self.db is not None:
            return self.db
        return data_folder() / ("demo.sqlite" if self.demo else "positions.sqlite")


def load_settings(
    arguments: Mapping[str, object],
    environment: Mapping[str, str],
    file: Path | None = None,
) -> Settings:
    """Settings from the command line, the environment and the settings file.

    Args:
        arguments: setting name -> value; None or absent where not given.
        file: the settings file; one that does not exist counts as empty.

    Raises:
        SettingsError: a value cannot be used, or the file cannot be read.
    """
    chosen: dict[str, Any] = {}
    for declared in fields(Settings):
        name = declared.name
        for source, value in (
            (f"--{name.replace('_', '-')}", arguments.get(name)),
            (PREFIX + name.upper(), environment.get(PREFIX + name.upper())),
        ):
            if value is not None:
                chosen.setdefault(name, checked(name, value, source))
    for name, value in read_file(file or settings_file()).items():
        if name in Settings.__dataclass_fields__:
            chosen.setdefault(name, checked(name, value, f"{name} in the settings file"))
        else:
            raise SettingsError(f"The settings file has an unknown setting {name!r}. Remove it.")
    return Settings(**chosen)


def read_file(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise SettingsError(
            f"The settings file {file} cannot be read ({error}). Correct it or delete it."
        ) from error


def checked(name: str, value: object, source: str) -> Any:
    """The value in its setting's type, within its range.

    Raises:
        SettingsError: it is neither.
    """
    declared = Settings.__dataclass_fields__[name]
    try:
        made = converted(type(declared.default) if name != "db" else Path, value)
    except ValueError:
        raise SettingsError(f"{source} has the value {value!r}, which cannot be used.") from None
    limits = declared.metadata.get("range")
    if limits is not None and not limits[0] <= made <= limits[1]:
        raise SettingsError(
            f"{source} is {value}, but it must lie between {limits[0]} and {limits[1]}."
        )
    return made


def converted(kind: type, value: object) -> object:
    if kind is bool and not isinstance(value, bool):
        text = str(value).strip().lower()
        if text not in TRUE | FALSE:
            raise ValueError(text)
        return text in TRUE
    if kind is str and not str(value).strip():
        raise ValueError(value)
    if kind is Path:
        return Path(str(value)).expanduser()
    return kind(value)
