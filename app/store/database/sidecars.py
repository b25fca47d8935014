"""How a database file can be read without anything being changed, or left beside it.

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

WAL, SHM, JOURNAL = "-wal", "-shm", "-journal"
Mark = tuple[int, int] | None  # size in bytes and time of the last change in ns; None: no such file


@dataclass(frozen=True, slots=True)
class Condition:
    """The file and what lies beside it, at one moment."""

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
        """Nobody has it open, and all of it is in the file itself."""
        return not self.is_open and not has_content(self.wal) and not has_content(self.journal)

    @property
    def content(self) -> tuple[Mark, Mark, Mark]:
        """What a copy must have."""
        return self.file, self.wal, self.journal


def has_content(mark: Mark) -> bool:
    return mark is not None and mark[0] > 0


def condition(path: Path) -> Condition:
    """
    Raises:
        OSError: the folder cannot be looked into.
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


def address(path: Path, how: Condition) -> str:
    """What SQLite opens for reading: with locks where others have the file open, and without any
    where nobody has. Then `condition` must be the same after the reading as it was before."""
    name = Path(os.path.realpath(path)).as_posix()
    name = name if name.startswith("/") else f"/{name}"  # a drive's letter
    options = "mode=ro" if how.is_open else "mode=ro&immutable=1"
    return f"file://{quote_from_bytes(name.encode('utf-8', 'surrogateescape'))}?{options}"


@contextmanager
def connected(path: Path, how: Condition, timeout_s: float) -> Iterator[sqlite3.Connection]:
    """A connection that reads only; for a file that is open or at rest."""
    with closing(sqlite3.connect(address(path, how), timeout=timeout_s, uri=True)) as connection:
        yield connection
