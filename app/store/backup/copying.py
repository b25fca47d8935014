"""Copies a database file that may be in use into a new file, and verifies the copy."""

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from app.domain.model.errors import StoreError
from app.domain.text.messages import message
from app.platform.private_files import create_private
from app.store.database.schema import APPLICATION_ID
from app.store.database.sidecars import READ_TIMEOUT_S, address, condition

STEPS = 200_000  # of SQLite's machine between two looks at whether to stop
TRIES = 5


class CopyStoppedError(Exception):
    """The program is ending."""


class StopSwitch:
    """Ends a copy from another thread."""

    def __init__(self) -> None:
        self.is_stopped = False
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None

    def stop(self) -> None:
        """Ends the copy in progress, and every later one at its start."""
        with self._lock:
            self.is_stopped = True
            if self._connection is not None:
                self._connection.interrupt()

    @contextmanager
    def ending(self, connection: sqlite3.Connection) -> Iterator[None]:
        """Within the block, `stop` ends what the connection does.

        Raises:
            CopyStoppedError: it did.
        """
        connection.set_progress_handler(lambda: self.is_stopped, STEPS)
        with self._lock:
            self._connection = connection
        try:
            if self.is_stopped:
                raise CopyStoppedError
            yield
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT:
                raise CopyStoppedError from error
            raise
        finally:
            with self._lock:
                self._connection = None


def copy_database(source: Path, target: Path, switch: StopSwitch) -> None:
    """Makes `target` from one state of `source`; only its owner can read it.

    Others can read and write `source` meanwhile. Whatever happens, there is no half target unless
    the process is killed, so the target should be renamed once this returns.

    Raises:
        StoreError: the source keeps changing, or the copy is faulty.
        OSError, sqlite3.Error: the source cannot be read or the target not written.
        CopyStoppedError: it was stopped.
    """
    try:
        for _ in range(TRIES):
            target.unlink(missing_ok=True)
            create_private(target)  # SQLite writes into an empty file, and keeps its mode
            if copy_once(source, target, switch):
                break
        else:
            raise StoreError(
                message(
                    "{path} kept changing while it was copied. Try again when no program writes "
                    "to it.",
                    path=source,
                )
            )
        if not is_intact(target, switch):
            raise StoreError(
                message(
                    "The copy of {path} is damaged, and was deleted. Check the disk, then try "
                    "again.",
                    path=source,
                )
            )
        sync_to_disk(target)
    except BaseException:
        target.unlink(missing_ok=True)
        raise


def copy_once(source: Path, target: Path, switch: StopSwitch) -> bool:
    """Returns False if the source was changed by a program that could not be noticed before."""
    before = condition(source)
    uri = address(source, before)
    if not (before.is_open or before.is_at_rest):  # a killed program's log: SQLite brings it back
        uri = address(source, before).replace("?mode=ro&immutable=1", "?mode=rw")
    connected = sqlite3.connect(uri, timeout=READ_TIMEOUT_S, uri=True, isolation_level=None)
    with closing(connected) as connection, switch.ending(connection):
        connection.execute("VACUUM INTO ?", (str(target),))
    return not before.is_at_rest or condition(source) == before


def is_intact(path: Path, switch: StopSwitch) -> bool:
    """Whether a file that nothing else has open is whole, and of this program."""
    uri = address(path, condition(path))
    with (
        closing(sqlite3.connect(uri, uri=True, isolation_level=None)) as connection,
        switch.ending(connection),
    ):
        (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        (application_id,) = connection.execute("PRAGMA application_id").fetchone()
    return bool(found == "ok" and application_id == APPLICATION_ID)


def sync_to_disk(path: Path) -> None:
    """So that a power cut after the renaming does not leave an empty file."""
    with path.open("r+b") as file:
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Makes a renaming last; only POSIX can."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
