"""Brings a database file to the current schema; its number stands in PRAGMA user_version."""

import logging
import sqlite3
from collections.abc import Sequence
from contextlib import closing, suppress
from itertools import chain
from pathlib import Path

import peewee

from app.domain.model.errors import StoreError
from app.domain.text.messages import message
from app.platform.private_files import create_private
from app.store.database.database import Database
from app.store.database.schema import APPLICATION_ID, MIGRATIONS, Migration
from app.store.errors import DAMAGED, FOREIGN, about, known_sentence

COLUMNS = """SELECT t.name, c.name FROM sqlite_master t, pragma_table_info(t.name) c
    WHERE t.type = 'table' ORDER BY t.name, c.cid"""

log = logging.getLogger(__name__)


def refuse_unknown(database: Database, path: Path, known: int) -> None:
    """Reads only.

    Args:
        known: the newest schema that this version of the program knows.

    Raises:
        StoreError: a file of another program, of a newer version of this one, or of none.
    """
    with database.atomic():  # one moment: another process may be creating the file
        version, application_id = database.user_version, database.application_id
        has_tables = bool(database.get_tables())
    if application_id not in (0, APPLICATION_ID):
        raise StoreError(about(path, FOREIGN))
    if version > known:
        raise StoreError(
            message(
                "{path} was written by a newer version of Position Sync (schema {schema}; this "
                "version knows {known}). Update Position Sync, or choose another file.",
                path=path,
                schema=version,
                known=known,
            )
        )
    if application_id == 0 and has_tables:
        raise StoreError(about(path, FOREIGN))
    if version < 0 or (version == 0 and has_tables):
        raise StoreError(about(path, DAMAGED))


def migrate(
    database: Database,
    path: Path,
    migrations: Sequence[Migration] = MIGRATIONS,
    *,
    is_copy: bool = False,
) -> None:
    """Runs the missing migrations, each in a transaction of its own, after a backup.

    A new file gets all of them in one transaction: nobody may see it half created.

    Args:
        path: where the file lies.
        is_copy: the database is a copy of the file, which needs no backup.
    """
    while (version := database.user_version) < len(migrations):
        target = version + 1 if version else len(migrations)
        if version and not is_copy:
            backup = back_up(database, path, version)
            log.info("Schema %d becomes %d; a backup is %s", version, target, backup)
        try:
            step(database, migrations, version, target)
        except peewee.DatabaseError as error:
            if known_sentence(error) is None and not is_of_schema(database, migrations, version):
                raise StoreError(about(path, DAMAGED)) from error
            raise


def step(database: Database, migrations: Sequence[Migration], version: int, target: int) -> None:
    """From one schema to another, unless another process has done it."""
    with database.atomic("IMMEDIATE"):
        if database.user_version != version:
            return
        for statement in chain.from_iterable(migrations[version:target]):
            database.run_sql(statement)
        database.pragma("application_id", APPLICATION_ID)
        database.pragma("user_version", target)


def is_of_schema(database: Database, migrations: Sequence[Migration], version: int) -> bool:
    """Whether the file has the tables and columns of its schema version, and no later ones."""
    promised, known = made_by(migrations[:version]), made_by(migrations)
    return promised == {
        table: columns
        for table, columns in columns_by_table(database.raw).items()
        if table in known
    }


def made_by(migrations: Sequence[Migration]) -> dict[str, tuple[str, ...]]:
    """table -> its columns, once these migrations have run; up to the first that cannot run."""
    with closing(sqlite3.connect(":memory:")) as fresh:
        with suppress(sqlite3.Error):
            for statement in chain.from_iterable(migrations):
                fresh.execute(statement)
        return columns_by_table(fresh)


def columns_by_table(connection: sqlite3.Connection) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for table, column in connection.execute(COLUMNS):
        found[table] = (*found.get(table, ()), column)
    return found


def back_up(database: Database, path: Path, version: int) -> Path:
    """Copies the file to `<name>.v<version>.bak` beside it, all or nothing."""
    backup = path.with_name(f"{path.name}.v{version}.bak")
    part = backup.with_name(f"{backup.name}.part")
    create_private(part)
    with closing(sqlite3.connect(part)) as target:
        database.raw.backup(target)
    part.replace(backup)
    return backup
