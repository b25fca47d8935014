"""Reads the settings: the command line wins over POSITION_SYNC_* variables, those over the file."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from app.domain.connections import DEFAULT, KEYS, Connection, name_fault
from app.domain.errors import SettingsError
from app.domain.reasons import file_reason
from app.folders import settings_file
from app.settings import PREFIX, Settings
from app.settings_checks import checked

# What the demo takes from no file: it has a TWS and a database of its own.
NOT_IN_DEMO = ("db", "connection", *KEYS)
NOT_SETTINGS = frozenset({"connections", "overrides"})
# How tomllib and tomlkit name it.
PLACE = re.compile(r"at line (\d+)")
NAMES = tuple(field.name for field in fields(Settings) if field.name not in NOT_SETTINGS)


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
    overrides: dict[str, str] = {}
    for name, value, source in given(arguments, environment):
        if name not in chosen:
            chosen[name], overrides[name] = checked(name, value, source), source
    content = read_file(file or settings_file())
    connections = read_connections(content)
    flat = {name: value for name, value in content.items() if name not in ("connections", *KEYS)}
    flat.pop("accounts", None)
    for name, value in flat.items():
        if name not in NAMES:
            raise SettingsError(f"The settings file has an unknown setting {name!r}. Remove it.")
        in_file = checked(name, value, f"{name} in the settings file")
        chosen.setdefault(name, in_file)
    if chosen.get("demo"):
        for name in NOT_IN_DEMO:
            if name not in overrides:
                chosen.pop(name, None)
                overrides[name] = overrides.get("demo", "demo")
    else:
        chosen = of_connection(connections, chosen)
    return Settings(**chosen, connections=connections, overrides=tuple(overrides.items()))


def given(
    arguments: Mapping[str, object], environment: Mapping[str, str]
) -> Iterator[tuple[str, object, str]]:
    """(setting, value, where it was given), the command line's before the environment's."""
    for name in NAMES:
        if arguments.get(name) is not None:
            yield name, arguments[name], f"--{name.replace('_', '-')}"
        variable = PREFIX + name.upper()
        if variable in environment:
            yield name, environment[variable], variable


def read_file(file: Path) -> dict[str, Any]:
    try:
        content = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise unreadable(file, error) from error
    import tomllib  # only now: `status` need not wait for it where there is no file

    try:
        return tomllib.loads(content)
    except ValueError as error:
        raise unreadable(file, error) from error


def unreadable(file: Path, error: Exception) -> SettingsError:
    reason = file_reason(error, not_toml(str(error)))
    return SettingsError(
        f"The settings file {file} cannot be read ({reason}). Correct it or delete it."
    )


def not_toml(text: str) -> str:
    """Args: text: of the TOML reader's error, of which only the place is told."""
    place = PLACE.search(text)
    if place is None:
        return "its form is not understood"
    return f"it is no TOML at line {place[1]}"


def read_connections(content: Mapping[str, Any]) -> tuple[Connection, ...]:
    """The file's connections, the default one first: its keys stand in no table."""
    tables = content.get("connections", {})
    if not isinstance(tables, Mapping):
        raise SettingsError(
            "connections in the settings file must be tables, such as [connections.paper]."
        )
    flat = {key: content[key] for key in (*KEYS, "accounts") if key in content}
    made = [read_connection(DEFAULT, flat, "")]
    for name, table in tables.items():
        place = f"connections.{name}"
        if name_fault(name) or name == DEFAULT or not isinstance(table, Mapping):
            raise SettingsError(
                f"The settings file has {place}, which cannot be used. "
                "Write a table such as [connections.paper]."
            )
        made.append(read_connection(name, table, f"{place}."))
    return tuple(made)


def read_connection(name: str, table: Mapping[str, Any], place: str) -> Connection:
    values: dict[str, Any] = {}
    for key, value in table.items():
        if key == "accounts":
            if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
                raise SettingsError(
                    f"{place}accounts in the settings file must be a list of account numbers."
                )
            values[key] = tuple(value)
        elif key in KEYS:
            values[key] = checked(key, value, f"{place}{key} in the settings file")
        else:
            raise SettingsError(
                f"The settings file has an unknown setting {place + key!r}. Remove it."
            )
    return Connection(name, **values)


def of_connection(connections: tuple[Connection, ...], chosen: dict[str, Any]) -> dict[str, Any]:
    """What was chosen, with the chosen connection's own values where nothing overrides them."""
    wanted = chosen.get("connection", DEFAULT)
    for connection in connections:
        if connection.name == wanted:
            return {key: getattr(connection, key) for key in KEYS} | chosen
    known = ", ".join(connection.name for connection in connections)
    raise SettingsError(
        f"The settings file has no connection {wanted!r}; it has {known}. Choose one of them."
    )
