"""Reads what a database file contains, whatever its schema; changes nothing."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from app.domain.desktop.backups import DatabaseFigures
from app.domain.model.errors import StoreError
from app.domain.text.messages import Message, message
from app.store.database.schema import APPLICATION_ID, MIGRATIONS
from app.store.database.sidecars import (
    JOURNAL,
    READ_TIMEOUT_S,
    WAL,
    Condition,
    beside,
    condition,
    connected,
)
from app.store.errors import DamagedDatabaseError, about, known_sentence

# In every schema.
FIGURES = """SELECT
    (SELECT max(taken_at) FROM run WHERE status = 'success'),
    (SELECT count(*) FROM position WHERE closed_at IS NULL),
    (SELECT count(*) FROM "close"),
    (SELECT count(*) FROM run)"""


class EmptyDatabaseError(StoreError):
    """Nothing is in the file yet; perhaps a program is just creating it."""


def read_figures(path: Path) -> DatabaseFigures:
    """Raises: StoreError: it is no file that this version can open; see DamagedDatabaseError."""
    try:
        found = condition(path)
        if found.file is None or not path.is_file():
            raise StoreError(unreadable(path))
        with reading(path, found) as connection:
            (application_id,) = connection.execute("PRAGMA application_id").fetchone()
            (schema,) = connection.execute("PRAGMA user_version").fetchone()
            if application_id != APPLICATION_ID:
                (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
                kind = StoreError if tables else EmptyDatabaseError
                raise kind(foreign(path))
            if schema > len(MIGRATIONS):
                raise StoreError(newer(path, schema))
            content = content_of(connection)
        size = found.file[0] + (0 if found.wal is None else found.wal[0])
        return DatabaseFigures(*content, schema, size)
    except (sqlite3.Error, OSError, ValueError, TypeError) as error:
        raise error_of(error, path) from error


def content_of(connection: sqlite3.Connection) -> tuple[datetime | None, int, int, int]:
    """The last sync, and the numbers of open positions, closes and runs."""
    taken_at, positions, closes, runs = connection.execute(FIGURES).fetchone()
    last_sync = None if taken_at is None else datetime.fromisoformat(taken_at)
    return last_sync, positions, closes, runs


@contextmanager
def reading(path: Path, found: Condition) -> Iterator[sqlite3.Connection]:
    """A connection that changes nothing; to a copy where a killed program has left its log."""
    if found.is_open or found.is_at_rest:
        with connected(path, found, READ_TIMEOUT_S) as connection:
            yield connection
        return
    with TemporaryDirectory(prefix="position-sync-", ignore_cleanup_errors=True) as folder:
        copy = Path(folder) / path.name
        for ending in ("", WAL, JOURNAL):
            if beside(path, ending).exists():
                shutil.copyfile(beside(path, ending), beside(copy, ending))
        with closing(sqlite3.connect(copy)) as connection:
            yield connection


def error_of(error: Exception, path: Path) -> StoreError:
    if isinstance(error, OSError):
        return StoreError(unreadable(path))
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    if code == sqlite3.SQLITE_NOTADB:
        return DamagedDatabaseError(foreign(path))
    if code in (sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CORRUPT):  # as where a table is missing
        return DamagedDatabaseError(message("{path} is damaged. Choose another file.", path=path))
    known = known_sentence(error)
    return StoreError(unreadable(path) if known is None else about(path, known))


def unreadable(path: Path) -> Message:
    return message(
        "{path} cannot be read. Check that it exists and that you may read it.", path=path
    )


def foreign(path: Path) -> Message:
    return message("{path} is not a database of Position Sync. Choose another file.", path=path)


def newer(path: Path, schema: int) -> Message:
    return message(
        "{path} was written by a newer version of Position Sync (schema {schema}; this version "
        "knows {known}). Update Position Sync, or choose another file.",
        path=path,
        schema=schema,
        known=len(MIGRATIONS),
    )


def schema_with_runs(path: Path) -> int | None:
    """The file's schema; None if nothing was ever stored in it.

    Raises:
        StoreError: it cannot be read.
    """
    if not path.exists():
        return None
    try:
        figures = read_figures(path)
    except EmptyDatabaseError:
        return None
    return figures.schema if figures.runs else None
