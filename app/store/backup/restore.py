"""Puts a copy of another file in the place of the database, while nothing has it open."""

import os
import secrets
import shutil
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from app.domain.desktop.backups import DatabaseFigures
from app.domain.model.errors import StoreError
from app.domain.text.messages import message
from app.platform.private_files import create_private
from app.store.backup.copying import StopSwitch, copy_database, sync_folder
from app.store.backup.figures import content_of
from app.store.backup.naming import STAMP
from app.store.database.sidecars import JOURNAL, SHM, WAL, beside

BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def refuse_same(database: Path, source: Path) -> None:
    """Raises: StoreError: both are one file."""
    if database.exists() and source.exists() and database.samefile(source):
        raise StoreError(
            message("{path} is the database that is in use now. Choose another file.", path=source)
        )


@contextmanager
def prepared_copy(database: Path, source: Path, switch: StopSwitch) -> Iterator[Path]:
    """A verified copy of `source` in the folder of the database, so that it can be renamed."""
    real = Path(os.path.realpath(database))
    for left in real.parent.glob(f".{glob_escaped(real.name)}.restore-*"):  # by a killed process
        with suppress(OSError):
            left.unlink()
    copy = real.with_name(f".{real.name}.restore-{secrets.token_hex(4)}")
    copy_database(source, copy, switch)
    try:
        yield copy
    finally:
        copy.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class PresentFile:
    """What is known of the file that is replaced.

    Attributes:
        kept: the content of its backup; it must not have changed since. None if there is none.
        damaged_to: the folder that gets the file as it is, because it is too damaged for a backup.
    """

    kept: DatabaseFigures | None = None
    damaged_to: Path | None = None


def swap(database: Path, copy: Path, present: PresentFile) -> None:
    """Renames the copy to the database's name: at no moment is there half a file.

    This process must have closed the database. On POSIX it stays locked until it is replaced;
    `open_database` notices a replacement in the moment between its opening and locking it.

    Raises:
        StoreError: another program has the file open, or has written to it since its backup was
            made; nothing was changed.
    """
    real = Path(os.path.realpath(database))
    if not real.exists():
        remove_logs(real)
        copy.replace(real)
    else:
        if os.name == "posix":
            copy.chmod(stat.S_IMODE(real.stat().st_mode))
        with locked_alone(real, present.damaged_to) as connection:
            if present.kept is not None and not is_as_kept(connection, present.kept):
                raise StoreError(
                    message(
                        "Another program has just written to {path}. Nothing was changed; restore "
                        "again.",
                        path=database,
                    )
                )
            if os.name == "nt":
                connection.close()  # Windows does not replace an open file
            try:
                copy.replace(real)
            except PermissionError as error:
                if os.name == "nt":
                    raise in_use(database) from error
                raise
    sync_folder(real.parent)


@contextmanager
def locked_alone(real: Path, damaged_to: Path | None) -> Iterator[sqlite3.Connection]:
    """Locks the file, brings its log into it, and removes the log's files.

    Leaving the WAL mode needs an exclusive lock, which SQLite does not give while any other
    connection is open, even an idle one.
    """
    if damaged_to is not None:  # before it is opened: closing a file again would end SQLite's locks
        keep_damaged(real, damaged_to)
    connected = sqlite3.connect(real, timeout=0, isolation_level=None)
    with closing(connected) as connection:
        try:
            (mode,) = connection.execute("PRAGMA journal_mode=DELETE").fetchone()
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.DatabaseError as error:
            code = error.sqlite_errorcode & 0xFF
            if code in BUSY:
                raise in_use(real) from error
            if code not in DAMAGED or damaged_to is None:
                raise
            connection.close()
            remove_logs(real)
        else:
            if mode != "delete":
                raise in_use(real)
        yield connection


def in_use(path: Path) -> StoreError:
    return StoreError(
        message(
            "{path} is in use by another program, such as `position-sync watch` or another "
            "command. Close it, then restore again. Nothing was changed.",
            path=path,
        )
    )


def is_as_kept(connection: sqlite3.Connection, kept: DatabaseFigures) -> bool:
    return content_of(connection) == (kept.last_sync, kept.open_positions, kept.closes, kept.runs)


def keep_damaged(real: Path, folder: Path) -> None:
    """Copies the file and its log as they are; such a copy is no backup, and nothing deletes it."""
    name = f"{real.name} {datetime.now(UTC):{STAMP}}Z damaged"
    for ending in ("", WAL, JOURNAL):
        if beside(real, ending).exists():
            target = folder / f"{name}{ending}"
            create_private(target)
            shutil.copyfile(beside(real, ending), target)


def remove_logs(real: Path) -> None:
    """The log of the old file must never be taken for one of the new file."""
    for ending in (WAL, SHM, JOURNAL):
        beside(real, ending).unlink(missing_ok=True)


def glob_escaped(name: str) -> str:
    return "".join(f"[{char}]" if char in "*?[" else char for char in name)
