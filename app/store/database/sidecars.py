"""Decides how a database file can be read without changing it or leaving files beside it.

SQLite's own read-only mode makes the `-shm` and `-wal` files of a file in WAL mode where they are
missing, and cannot where the folder is read-only. Needs no peewee.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote_from_bytes

READ_TIMEOUT_S = 5.0
WAL, SHM, JOURNAL = "-wal", "-shm", "-journal"
Mark = tuple[int, int] | None  # size in bytes and time of the last change in ns; None: no such file


@dataclass(frozen=True, slots=True)
class Condition:
    """The file and its sidecar files at one moment."""

    file: Mark
    wal: Mark
    shm: Mark
    journal: Mark

    @property
    def is_open(self) -> bool:
        """The locks of the programs that have it open are in the `-shm` file."""
        return self.wal is not None and self.shm is not None

    @property
    def is_at_rest(self) -> bool:
        """No program has it open, and all data is in the file itself."""
        return not self.is_open and not has_content(self.wal) and not has_content(self.journal)

    @property
    def content(self) -> tuple[Mark, Mark, Mark]:
        """The parts that a copy needs."""
        return self.file, self.wal, self.journal


def has_content(mark: Mark) -> bool:
    return mark is not None and mark[0] > 0


def condition(path: Path) -> Condition:
    """Reads size and time of the file and its sidecars.

    Raises:
        OSError: the folder cannot be read.
    """
    return Condition(*(mark(beside(path, ending)) for ending in ("", WAL, SHM, JOURNAL)))


def beside(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)


def mark(path: Path) -> Mark:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_size, found.st_mtime_ns


def address(path: Path, before: Condition) -> str:
    """The URI that SQLite opens for reading: with locks only where other programs have it open.

    Without locks, `condition` must be the same before and after reading.
    """
    name = Path(os.path.realpath(path)).as_posix()
    name = name if name.startswith("/") else f"/{name}"  # a drive's letter
    options = "mode=ro" if before.is_open else "mode=ro&immutable=1"
    return f"file://{quote_from_bytes(name.encode('utf-8', 'surrogateescape'))}?{options}"


@contextmanager
def connected(path: Path, before: Condition, timeout_s: float) -> Iterator[sqlite3.Connection]:
    """A connection that reads only; for a file that is open or at rest."""
    with closing(sqlite3.connect(address(path, before), timeout=timeout_s, uri=True)) as connection:
        yield connection
