"""Reads a database file for those who only read: creates, changes and leaves nothing."""

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
from app.store.database.sidecars import JOURNAL, WAL, Condition, address, beside, condition
from app.store.errors import LOCKED, MISSING, UNREACHABLE, MissingDatabaseError, translated
from app.store.queries import closes, newest, runs
from app.store.queries import positions as queries
from app.store.restatement.check import check

T = TypeVar("T")

TIMEOUT_S = 5.0
# So often a file may be written to while it is read without locks, or copied.
TRIES = 5
# SQLite cannot take part in the others' locks: the user may only read what lies beside the file.
NO_PART = (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY)


class StoreReader:
    """What is stored, at the moment of each call; every method may raise StoreError.

    A file of an older version is brought up to date in memory; the file stays as it is.

    Args:
        timeout_s: how long to wait for another process that has locked the file.
        migrations: from an empty file to the current schema.
    """

    def __init__(
        self,
        path: Path,
        *,
        timeout_s: float = TIMEOUT_S,
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

    def _read(self, look: Callable[[Database], T]) -> T:
        with translated(self.path, reading=True):
            for _ in range(TRIES):
                before = refuse_missing(self.path)
                try:
                    with self._opened(before) as database:
                        found = self._looked(database, look)
                except (peewee.PeeweeException, sqlite3.Error, ValueError):
                    if self._was_still(before):
                        raise
                    continue
                if self._was_still(before):
                    return found
        raise StoreError(LOCKED.format(path=self.path))

    def _looked(self, database: Database, look: Callable[[Database], T]) -> T:
        """Raises: StoreError: the file has values that are none."""
        try:
            return look(database)
        except Exception as error:
            refuse_damaged(database, self.path, error)
            raise

    def _was_still(self, before: Condition) -> bool:
        """Whether what was read is one moment of the file."""
        return before.is_open or condition(self.path) == before

    @contextmanager
    def _opened(self, how: Condition) -> Iterator[Database]:
        with self._connected(how) as database:
            refuse_unknown(database, self.path, len(self._migrations))
            if database.user_version == len(self._migrations):
                yield database
                return
            with closing(Database(":memory:")) as copy:
                database.raw.backup(copy.raw)
                migrate(copy, None, self._migrations)
                yield copy

    @contextmanager
    def _connected(self, how: Condition) -> Iterator[Database]:
        """In place where that leaves nothing behind, otherwise a copy elsewhere."""
        if how.is_open or how.is_at_rest:
            database = Database(address(self.path, how), uri=True, timeout=self._timeout_s)
            with closing(database):
                if not how.is_open or takes_part(database):
                    yield database
                    return
        with TemporaryDirectory(prefix="position-sync-", ignore_cleanup_errors=True) as folder:
            copy = self._copied(Path(folder), how)
            with closing(Database(str(copy), timeout=self._timeout_s)) as database:
                yield database

    def _copied(self, folder: Path, how: Condition) -> Path:
        """The file with its log, as they are at one moment.

        Raises:
            StoreError: they are written to while they are copied.
        """
        copy = folder / self.path.name
        for _ in range(TRIES):
            for ending in ("", WAL, JOURNAL):
                beside(copy, ending).unlink(missing_ok=True)
                if beside(self.path, ending).exists():
                    shutil.copyfile(beside(self.path, ending), beside(copy, ending))
            now = condition(self.path)
            if now.content == how.content:
                return copy
            how = now
        raise StoreError(LOCKED.format(path=self.path))


def expect_database(path: Path) -> None:
    """For who would rather do nothing than make one.

    Raises:
        StoreError: there is none.
    """
    with translated(path, reading=True):
        refuse_missing(path)


def refuse_missing(path: Path) -> Condition:
    """How the file is.

    Raises:
        MissingDatabaseError: there is none, or nothing was ever stored in it.
        StoreError: something else has its name.
        OSError: its folder cannot be looked into.
    """
    found = condition(path)
    if found.file is None or (found.is_at_rest and found.file[0] == 0 and path.is_file()):
        raise MissingDatabaseError(MISSING.format(path=path))
    if not path.is_file():
        raise StoreError(UNREACHABLE.format(path=path))
    return found


def takes_part(database: Database) -> bool:
    """Whether it can be read beside those who have it open."""
    try:
        database.run_sql("SELECT count(*) FROM sqlite_master").fetchone()
    except peewee.OperationalError as error:
        code = getattr(error.__cause__ or error.__context__, "sqlite_errorcode", 0)
        if code & 0xFF in NO_PART:
            return False
        raise
    return True
