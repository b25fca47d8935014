"""Opens the database file: creates it, checks whose it is, migrates it."""

import logging
import time
from collections.abc import Sequence
from pathlib import Path

import peewee

from app.platform.private_files import create_private
from app.store.database.database import Database
from app.store.database.migrations.migrate import migrate, refuse_unknown
from app.store.database.schema import Migration
from app.store.errors import LOCKED, known_sentence

log = logging.getLogger(__name__)

RETRY_S = 0.01


def open_database(path: Path, busy_timeout_s: float, migrations: Sequence[Migration]) -> Database:
    """The connected, migrated database. Belongs to the thread that opens it.

    Args:
        busy_timeout_s: how long to wait for another process's write.

    Raises:
        StoreError: the file belongs to another program or a newer version; it is not touched.
    """
    create_private(path)
    database = Database(
        str(path), pragmas=[("foreign_keys", 1), ("synchronous", "normal")], timeout=busy_timeout_s
    )
    try:
        opened = None
        while opened != path.stat().st_ino:
            opened = path.stat().st_ino
            database.close()
            database.connect()
            refuse_unknown(database, path, len(migrations))
            # Only now: it writes to the file. From here on no other process can replace the file;
            # if one has done so since it was opened, it is opened again.
            use_wal(database, busy_timeout_s)
        migrate(database, path, migrations)
    except BaseException:
        database.close()
        raise
    return database


def use_wal(database: Database, busy_timeout_s: float) -> None:
    """SQLite's own busy timeout does not wait where two processes switch a new file at once."""
    deadline = time.monotonic() + busy_timeout_s
    while True:
        try:
            database.journal_mode = "wal"
            return
        except peewee.OperationalError as error:
            if known_sentence(error) is not LOCKED or time.monotonic() > deadline:
                raise
            time.sleep(RETRY_S)


def close_database(database: Database) -> None:
    """Brings the log back into the file; waits for no other process.

    Where the disk has no room for it, the log stays beside the file: nothing is lost, and the next
    start tries again.
    """
    try:
        database.run_sql("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
    except peewee.DatabaseError as error:
        log.info("The write-ahead log stays beside the file: %s", error)
    finally:
        database.close()
