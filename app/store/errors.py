"""Turns what can go wrong with a database file into sentences for the user."""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import peewee

from app.domain.model.errors import StoreError
from app.domain.text.messages import Message, message

# Each with the path in braces, which `about` fills in.
LOCKED = message(
    "{path} is locked by another program. Close the program that writes to it, then try again."
)
FULL = message(
    "The disk that holds {path} is full, and nothing was changed. Free some space, then try again."
)
DAMAGED = message(
    "{path} is damaged, or is not a database. "
    "Restore a backup of it (`position-sync restore FILE`), or choose another file."
)
READ_ONLY = message(
    "{path} cannot be written: the file, its folder or its disk is read-only. "
    "Allow writing there, or choose another file."
)
UNREACHABLE = message(
    "{path} cannot be opened. Check that its folder exists and that you may use it."
)
UNREADABLE = message(
    "The disk that holds {path} reported an error, and nothing was changed. "
    "Check the disk or the network drive, then try again."
)
NOT_READABLE = message(
    "{path} cannot be read: you may not read the file, or look into its folder. "
    "Allow reading it, or choose another file."
)
NO_ROOM_TO_READ = message(
    "{path} cannot be read now: the disk for temporary files is full. "
    "Free some space, then try again."
)
MISSING = message(
    "There is no database at {path}. "
    "Run `position-sync sync` to make one, or name another file with --db."
)
TOO_MANY_FILES = message(
    "{path} cannot be opened: the system does not let this program open another file. "
    "Raise the limit (ulimit -n), or close other programs, then try again."
)
FOREIGN = message("{path} belongs to another program and was not changed. Choose another file.")

# SQLite's primary result codes (https://sqlite.org/rescode.html) for errors of the environment.
# All other errors are bugs and keep their own exception.
BY_RESULT_CODE = {
    sqlite3.SQLITE_BUSY: LOCKED,
    sqlite3.SQLITE_LOCKED: LOCKED,
    sqlite3.SQLITE_FULL: FULL,
    sqlite3.SQLITE_CORRUPT: DAMAGED,
    sqlite3.SQLITE_NOTADB: DAMAGED,
    sqlite3.SQLITE_READONLY: READ_ONLY,
    sqlite3.SQLITE_PERM: READ_ONLY,
    sqlite3.SQLITE_AUTH: READ_ONLY,
    sqlite3.SQLITE_CANTOPEN: UNREACHABLE,
    sqlite3.SQLITE_IOERR: UNREADABLE,
}
# More specific extended codes: the shared-memory file cannot grow.
BY_EXTENDED_CODE = {sqlite3.SQLITE_IOERR_SHMSIZE: FULL}
BY_ERRNO = {
    errno.ENOSPC: FULL,
    errno.EDQUOT: FULL,
    errno.EACCES: READ_ONLY,
    errno.EPERM: READ_ONLY,
    errno.EROFS: READ_ONLY,
    errno.EIO: UNREADABLE,
    errno.EMFILE: TOO_MANY_FILES,
    errno.ENFILE: TOO_MANY_FILES,
}
# Replacements where the file is only read.
READING = {READ_ONLY: NOT_READABLE, FULL: NO_ROOM_TO_READ}


class MissingDatabaseError(StoreError):
    """There is no file yet, or an empty one."""


class DamagedDatabaseError(StoreError):
    """SQLite, or this program, cannot make sense of the file."""


@contextmanager
def translated(path: Path, *, reading: bool = False) -> Iterator[None]:
    """Known errors of the file at `path`, or of its folder and disk, become StoreErrors."""
    try:
        yield
    except (peewee.PeeweeException, sqlite3.Error, OSError) as error:
        sentence = known_sentence(error)
        if sentence is None:
            raise
        if reading:
            sentence = READING.get(sentence, sentence)
        raise StoreError(about(path, sentence)) from error


def about(path: Path, sentence: Message) -> Message:
    """The sentence with the path in it."""
    return Message(sentence.format(path=path), lambda: sentence.in_language().format(path=path))


def known_sentence(error: BaseException | None) -> Message | None:
    """The first known error in the chain.

    SQLite has already rolled back when the disk is full; peewee's own ROLLBACK then fails, and
    the error that counts is only in the context. peewee's wrappers keep it there, too.
    """
    while error is not None:
        if isinstance(error, OSError):
            return BY_ERRNO.get(error.errno or 0, UNREACHABLE)
        code = getattr(error, "sqlite_errorcode", None)
        if isinstance(code, int) and code & 0xFF in BY_RESULT_CODE:
            return BY_EXTENDED_CODE.get(code, BY_RESULT_CODE[code & 0xFF])
        error = error.__cause__ or error.__context__
    return None
