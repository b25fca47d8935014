"""Writes the settings file, keeping the user's comments and order; a crash keeps the old file."""

import contextlib
import errno
import os
import tempfile
import tomllib
from collections.abc import MutableMapping
from datetime import time
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from app.domain.connection.profile import DEFAULT, KEYS, Connection
from app.domain.fetching.queries import DEFAULT_TOKEN
from app.domain.model.errors import SettingsError
from app.domain.text.messages import joined, message
from app.domain.text.system_errors import system_reason
from app.platform.private_files import create_private_folder, make_private
from app.settings.file_text import parse, read_text, unreadable
from app.settings.flex_tables import QUERIES, TOKENS, query_table, token_table
from app.settings.loader import NAMES
from app.settings.model import FLEX_TABLES, Settings
from app.settings.profiles import is_overridden

FULL = (errno.ENOSPC, errno.EDQUOT)
FREE_SPACE = message("Free some space, and save again.")
PERMIT = message("Correct its folder's permissions, and save again.")


def save_settings(settings: Settings, file: Path) -> None:
    """Writes the settings to the file.

    Defaults that are not in the file stay out of it, and so do the values from the command line
    and the environment.

    Raises:
        SettingsError: the file cannot be read or written.
    """
    file = file.resolve()  # keeps a link
    text = read_text(file)
    parse(file, text)  # its error names the line
    try:
        new = updated(text, settings)
    except (ValueError, TOMLKitError) as error:
        raise unreadable(file, message("it is not TOML")) from error
    try:
        if new != text:
            replace_file(file, new)
    except OSError as error:
        raise SettingsError(
            joined(
                (
                    message(
                        "The settings file {file} cannot be written ({reason}).",
                        file=file,
                        reason=system_reason(error),
                    ),
                    FREE_SPACE if error.errno in FULL else PERMIT,
                )
            )
        ) from error


def updated(text: str, settings: Settings) -> str:
    """The file's text with the settings in it.

    Raises:
        ValueError: the text is not TOML.
    """
    try:
        return written(tomlkit.parse(text), settings)
    except ValueError:
        # Tables cannot be added to those on one line or with dotted keys.
        document = tomlkit.parse(text)
        for group in ("connections", *FLEX_TABLES):
            document.pop(group, None)
        return written(document, settings)


def written(document: tomlkit.TOMLDocument, settings: Settings) -> str:
    """The document's text, parsed again to check it.

    Raises:
        ValueError: it does not have the values of the document.
    """
    write_values(document, settings)
    text = tomlkit.dumps(document)
    if tomllib.loads(text) != document.unwrap():
        raise ValueError("its form is not understood")
    return text


def write_values(document: tomlkit.TOMLDocument, settings: Settings) -> None:
    for name in NAMES:
        if name not in (*KEYS, "demo") and not is_overridden(settings, name):
            put(
                document, name, getattr(settings, name), Settings.__dataclass_fields__[name].default
            )
    tables = document.get("connections", tomlkit.table(is_super_table=True))
    for connection in settings.connections:
        if connection.name == DEFAULT:
            write_connection(document, connection)
        else:
            write_connection(tables.setdefault(connection.name, tomlkit.table()), connection)
    for name in set(tables) - {connection.name for connection in settings.connections}:
        del tables[name]
    put_tables(document, "connections", tables)
    queries = {query.name: query_table(query) for query in settings.flex_queries}
    write_flex(document, QUERIES, queries, {"token": DEFAULT_TOKEN, "enabled": True})
    tokens = {
        token.name: token_table(token)
        for token in settings.flex_tokens
        if token.expires or token.name != DEFAULT_TOKEN  # of which there is always one
    }
    write_flex(document, TOKENS, tokens, {})


def write_flex(
    document: tomlkit.TOMLDocument,
    group: str,
    wanted: dict[str, dict[str, object]],
    defaults: dict[str, object],
) -> None:
    """Args: wanted: name -> key -> value; a default that is not in the file stays out of it."""
    tables = document.get(group, tomlkit.table(is_super_table=True))
    for name, values in wanted.items():
        table = tables.setdefault(name, tomlkit.table())
        for key, value in values.items():
            put(table, key, value, defaults.get(key))
    for name in set(tables) - wanted.keys():
        del tables[name]
    put_tables(document, group, tables)


def put_tables(
    document: tomlkit.TOMLDocument, group: str, tables: MutableMapping[str, Any]
) -> None:
    if tables:
        document[group] = tables
    else:
        document.pop(group, None)


def write_connection(table: MutableMapping[str, Any], connection: Connection) -> None:
    for key in (*KEYS, "accounts"):
        default = Connection.__dataclass_fields__[key].default
        put(table, key, getattr(connection, key), default)


def put(table: MutableMapping[str, Any], name: str, value: object, default: object) -> None:
    if value is None:
        table.pop(name, None)
    elif name in table:
        if as_toml(table[name]) != as_toml(value):
            table[name] = as_toml(value)
    elif value != default:
        table[name] = as_toml(value)


def as_toml(value: object) -> object:
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, tuple):
        return list(value)
    return str(value) if isinstance(value, Path) else value


def replace_file(file: Path, text: str) -> None:
    """Replaces the file atomically, readable by its owner only."""
    create_private_folder(file.parent)
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    made = Path(name)
    try:
        make_private(handle)
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        made.replace(file)
    except BaseException:
        with contextlib.suppress(OSError):
            made.unlink()
        raise
