"""Reads a database file without creating, changing or leaving anything on disk."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

import peewee

from app.domain.model.errors import StoreError
from app.domain.model.positions import Position, StoredChange, StoredClose
from app.domain.model.runs import Run, Statistics
from app.domain.restatement.audit import Audit
from app.store.database.damaged import refuse_damaged
from app.store.database.database import Database
from app.store.database.migrations.migrate import migrate, refuse_unknown
from app.store.database.schema import MIGRATIONS, Migration
from app.store.database.sidecars import (
    JOURNAL,
    READ_TIMEOUT_S,
    WAL,
    Condition,
    address,
    beside,
    condition,
)
from app.store.errors import LOCKED, MISSING, UNREACHABLE, MissingDatabaseError, about, translated
from app.store.queries import closes, newest, runs
from app.store.queries import positions as queries
from app.store.restatement.check import check

T = TypeVar("T")

# How often to try again when the file changes while it is copied or read without locks.
TRIES = 5
# SQLite cannot share the locks: the user may only read the -shm file.
CANNOT_SHARE_LOCKS = (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY)


class StoreReader:
    """Reads the stored data at the time of each call; every method may raise StoreError.

    A file of an older version is brought up to date in memory; the file stays as it is.

    Args:
        timeout_s: how long to wait for another process that has locked the file.
        migrations: from an empty file to the current schema.
    """

    def __init__(
        self,
        path: Path,
        *,
        timeout_s: float = READ_TIMEOUT_S,
        migrations: Sequence[Migration] = MIGRATIONS,
    ) -> None:
        self.path = path
        self._timeout_s = timeout_s
        self._migrations = migrations

    def positions(
        self, account: str | None = None, *, closed: bool = False
    ) -> tuple[Position, ...]:
        """The open positions, or with `closed` the closed ones."""
        return self._read(lambda database: queries.positions_of(database, account, closed=closed))

    def closes(self, account: str | None = None) -> tuple[StoredClose, ...]:
        """Newest first."""
        return self._read(lambda database: closes.closes(database, account))

    def runs(self) -> tuple[Run, ...]:
        """Newest first."""
        return self._read(runs.runs)

    def run(self, run_id: int) -> tuple[Run, tuple[StoredChange, ...]] | None:
        return self._read(lambda database: runs.run(database, run_id))

    def check(self, account: str | None = None) -> Audit:
        """Everything derived again from its facts, and compared."""
        return self._read(lambda database: check(database, account))

    def statistics(self) -> Statistics:
        return self._read(newest.statistics)

    def _read(self, read: Callable[[Database], T]) -> T:
        with translated(self.path, reading=True):
            for _ in range(TRIES):
                before = refuse_missing(self.path)
                try:
                    with self._open_current(before) as database:
                        found = self._read_checked(database, read)
                except (peewee.PeeweeException, sqlite3.Error, ValueError):
                    if self._is_unchanged_since(before):
                        raise
                    continue
                if self._is_unchanged_since(before):
                    return found
        raise StoreError(about(self.path, LOCKED))

    def _read_checked(self, database: Database, read: Callable[[Database], T]) -> T:
        """Raises: StoreError: the file contains invalid values."""
        try:
            return read(database)
        except Exception as error:
            refuse_damaged(database, self.path, error)
            raise

    def _is_unchanged_since(self, before: Condition) -> bool:
        """Whether everything was read from the same state of the file."""
        return before.is_open or condition(self.path) == before

    @contextmanager
    def _open_current(self, before: Condition) -> Iterator[Database]:
        with self._connect(before) as database:
            refuse_unknown(database, self.path, len(self._migrations))
            if database.user_version == len(self._migrations):
                yield database
                return
            with closing(Database(":memory:")) as copy:
                database.raw.backup(copy.raw)
                migrate(copy, self.path, self._migrations, is_copy=True)
                yield copy

    @contextmanager
    def _connect(self, before: Condition) -> Iterator[Database]:
        """Opens the file itself where that leaves nothing behind, otherwise a temporary copy."""
        if before.is_open or before.is_at_rest:
            database = Database(address(self.path, before), uri=True, timeout=self._timeout_s)
            with closing(database):
                if not before.is_open or can_share_locks(database):
                    yield database
                    return
        with TemporaryDirectory(prefix="position-sync-", ignore_cleanup_errors=True) as folder:
            copy = self._copy(Path(folder), before)
            with closing(Database(str(copy), timeout=self._timeout_s)) as database:
                yield database

    def _copy(self, folder: Path, before: Condition) -> Path:
        """Copies the file and its logs in one consistent state.

        Raises:
            StoreError: they keep changing while they are copied.
        """
        copy = folder / self.path.name
        for _ in range(TRIES):
            for ending in ("", WAL, JOURNAL):
                beside(copy, ending).unlink(missing_ok=True)
                if beside(self.path, ending).exists():
                    shutil.copyfile(beside(self.path, ending), beside(copy, ending))
            now = condition(self.path)
            if now.content == before.content:
                return copy
            before = now
        raise StoreError(about(self.path, LOCKED))


def expect_database(path: Path) -> None:
    """Checks that the database exists.

    Raises:
        StoreError: it does not.
    """
    with translated(path, reading=True):
        refuse_missing(path)


def refuse_missing(path: Path) -> Condition:
    """The condition of the file.

    Raises:
        MissingDatabaseError: there is none, or nothing was ever stored in it.
        StoreError: something else has its name.
        OSError: its folder cannot be read.
    """
    found = condition(path)
    if found.file is None or (found.is_at_rest and found.file[0] == 0 and path.is_file()):
        raise MissingDatabaseError(about(path, MISSING))
    if not path.is_file():
        raise StoreError(about(path, UNREACHABLE))
    return found


def can_share_locks(database: Database) -> bool:
    """Whether it can be read while other programs have it open."""
    try:
        database.run_sql("SELECT count(*) FROM sqlite_master").fetchone()
    except peewee.OperationalError as error:
        code = getattr(error.__cause__ or error.__context__, "sqlite_errorcode", 0)
        if code & 0xFF in CANNOT_SHARE_LOCKS:
            return False
        raise
    return True
