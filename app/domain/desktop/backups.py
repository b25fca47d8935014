"""What is known of a backup, and of the content of a database file."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path


class BackupKind(StrEnum):
    """Why a backup was made, as its file's name says it."""

    WEEKLY = "weekly"
    AFTER_UPDATE = "after update"  # the file has a new schema
    MANUAL = "manual"
    BEFORE_RESTORE = "before restore"
    BEFORE_UPDATE = "before update"  # the copy that a migration keeps beside the database


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup file.

    Attributes:
        made_at: UTC.
        schema: the schema of the database in it.
    """

    path: Path
    made_at: datetime
    kind: BackupKind
    schema: int


@dataclass(frozen=True, slots=True)
class DatabaseFigures:
    """What a database file contains.

    Attributes:
        last_sync: when the newest stored snapshot was taken, UTC; None if there is none.
        size: bytes, with those of its log.
    """

    last_sync: datetime | None
    open_positions: int
    closes: int
    runs: int
    schema: int
    size: int


@dataclass(frozen=True, slots=True)
class RestorableFile:
    """A file that the user may put in the place of the database.

    Attributes:
        backup: what its name says; None for a file that the user has chosen.
        figures: None if it cannot be restored.
        problem: why it cannot; empty if it can.
    """

    path: Path
    backup: Backup | None
    figures: DatabaseFigures | None
    problem: str = ""
