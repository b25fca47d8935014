"""Reads the settings: the command line overrides POSITION_SYNC_* variables, those the file."""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from app.domain.connection.profile import DEFAULT, KEYS, Connection, name_problem
from app.domain.model.errors import SettingsError
from app.domain.text.messages import message
from app.platform.paths import settings_file
from app.settings.file_text import line_of, parse, read_text
from app.settings.model import FLEX_TABLES, PREFIX, Settings
from app.settings.validation import PlaceError, checked, no_table_text, no_tables_text, unknown_text

# Not read from the file for the demo, which has its own TWS and database.
NOT_IN_DEMO = ("db", "connection", *KEYS)
NOT_SETTINGS = frozenset({"connections", "overrides", *FLEX_TABLES})
NAMES = tuple(field.name for field in fields(Settings) if field.name not in NOT_SETTINGS)


def load_settings(
    arguments: Mapping[str, object],
    environment: Mapping[str, str],
    file: Path | None = None,
    *,
    is_file_read: bool = True,
) -> Settings:
    """Settings from the command line, the environment and the settings file.

    Args:
        arguments: setting name -> value; None or absent if not given.
        file: the settings file; a missing one counts as empty.
        is_file_read: False ignores the file.

    Raises:
        SettingsError: a value cannot be used, or the file cannot be read.
    """
    chosen: dict[str, Any] = {}
    overrides: dict[str, str] = {}
    for name, value, source in given_values(arguments, environment):
        if name not in chosen:
            chosen[name], overrides[name] = checked(name, value, source), source
    file = file or settings_file()
    text = read_text(file) if is_file_read else ""
    content = parse(file, text)
    try:
        connections = read_connections(content)
        flex = read_flex(content)
        chosen = read_flat(content) | chosen
    except PlaceError as error:
        error.line = line_of(text, error.place)
        raise
    if chosen.get("demo"):
        for name in NOT_IN_DEMO:
            if name not in overrides:
                chosen.pop(name, None)
                overrides[name] = overrides.get("demo", "demo")
    else:
        chosen = of_connection(connections, chosen)
    return Settings(
        **chosen,
        connections=connections,
        overrides=tuple(overrides.items()),
        **flex,
    )


def checked_in_file(name: str, value: object, place: str) -> Any:
    """Raises: PlaceError."""
    try:
        return checked(name, value, message("{place} in the settings file", place=place))
    except SettingsError as error:
        raise PlaceError(error.text, place) from error


def read_flat(content: Mapping[str, Any]) -> dict[str, Any]:
    """The settings outside tables, without those of the default connection."""
    found: dict[str, Any] = {}
    for name, value in content.items():
        if name in ("connections", "accounts", *KEYS, *FLEX_TABLES):
            continue
        if name not in NAMES:
            raise PlaceError(unknown_text(name), name)
        found[name] = checked_in_file(name, value, name)
    return found


def given_values(
    arguments: Mapping[str, object], environment: Mapping[str, str]
) -> Iterator[tuple[str, object, str]]:
    """(setting, value, source), from the command line before the environment."""
    for name in NAMES:
        if arguments.get(name) is not None:
            yield name, arguments[name], f"--{name.replace('_', '-')}"
        variable = PREFIX + name.upper()
        if variable in environment:
            yield name, environment[variable], variable


def read_connections(content: Mapping[str, Any]) -> tuple[Connection, ...]:
    """The file's connections, the default one first; its keys are outside tables."""
    tables = content.get("connections", {})
    if not isinstance(tables, Mapping):
        raise PlaceError(
            no_tables_text("connections", "[connections.paper]"),
            "connections",
        )
    flat = {key: content[key] for key in (*KEYS, "accounts") if key in content}
    made = [read_connection(DEFAULT, flat, "")]
    for name, table in tables.items():
        place = f"connections.{name}"
        if name_problem(name) or name == DEFAULT or not isinstance(table, Mapping):
            raise PlaceError(
                no_table_text(place, "[connections.paper]"),
                place,
            )
        made.append(read_connection(name, table, f"{place}."))
    return tuple(made)


def read_connection(name: str, table: Mapping[str, Any], place: str) -> Connection:
    values: dict[str, Any] = {}
    for key, value in table.items():
        if key == "accounts":
            if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
                where = f"{place}accounts"
                raise PlaceError(
                    message(
                        "{place} in the settings file must be a list of account numbers.",
                        place=where,
                    ),
                    where,
                )
            values[key] = tuple(value)
        elif key in KEYS:
            values[key] = checked_in_file(key, value, place + key)
        else:
            raise PlaceError(unknown_text(place + key), place + key)
    return Connection(name, **values)


def read_flex(content: Mapping[str, Any]) -> dict[str, Any]:
    """The settings that are tables of Flex Queries and tokens. Raises: PlaceError."""
    if not any(name in content for name in FLEX_TABLES):
        return {}
    from app.settings import flex_tables  # imported late: `status` must be fast

    return {
        "flex_queries": flex_tables.read_flex_queries(content),
        "flex_tokens": flex_tables.read_flex_tokens(content),
    }


def of_connection(connections: tuple[Connection, ...], chosen: dict[str, Any]) -> dict[str, Any]:
    """The chosen settings, completed by the values of the chosen connection."""
    wanted = chosen.get("connection", DEFAULT)
    for connection in connections:
        if connection.name == wanted:
            return {key: getattr(connection, key) for key in KEYS} | chosen
    known = ", ".join(connection.name for connection in connections)
    raise SettingsError(
        message(
            "The settings file has no connection {name}; it has {known}. Choose one of these.",
            name=repr(wanted),
            known=known,
        )
    )
