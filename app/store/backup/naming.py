"""The names of backup files, and which files are backups of this program."""

import re
import zlib
from datetime import UTC, datetime
from os import fsencode, path
from pathlib import Path

from app.domain.desktop.backups import Backup, BackupKind
from app.store.database.schema import APPLICATION_ID

PART = ".part"  # of an unfinished backup: it never counts
USUAL_FOLDER = "backups"
STAMP = "%Y-%m-%d %H%M%S"  # UTC
NAME = re.compile(
    r"(?P<prefix>.+) (?P<stamp>\d{4}-\d\d-\d\d \d{6})Z "
    r"(?P<kind>weekly|after update|manual|before restore) v(?P<schema>\d{1,6})\.sqlite"
)
SAFETY_COPY = re.compile(r"\.v(?P<schema>\d{1,6})\.bak")
SQLITE, APPLICATION_ID_AT = b"SQLite format 3\x00", 68  # https://sqlite.org/fileformat.html


def folder_of(database: Path, chosen: Path | None) -> Path:
    """Args: chosen: the folder of the settings; None for the usual one, beside the database."""
    return chosen or database.parent / USUAL_FOLDER


def prefix_of(database: Path, chosen: Path | None) -> str:
    """What the names of a database's backups begin with.

    In a folder that the user has chosen, there may be backups of a second database of the same
    name; a number tells them apart.
    """
    name = database.name.removesuffix(".sqlite")
    if chosen is None:
        return name
    return f"{name} {zlib.crc32(fsencode(path.realpath(database))):08x}"


def backup_name(prefix: str, made_at: datetime, kind: BackupKind, schema: int) -> str:
    """ "positions 2026-11-28 140522Z weekly v3.sqlite"."""
    return f"{prefix} {made_at.astimezone(UTC):{STAMP}}Z {kind} v{schema}.sqlite"


def parse_backup(file: Path, prefix: str | None = None) -> Backup | None:
    """What the file's name says; None if it is not the name of a backup.

    Args:
        prefix: only of the database with this prefix.
    """
    found = NAME.fullmatch(file.name)
    if found is None or prefix not in (None, found["prefix"]):
        return None
    try:
        made_at = datetime.strptime(found["stamp"], STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None
    return Backup(file, made_at, BackupKind(found["kind"]), int(found["schema"]))


def parse_safety_copy(file: Path, database: Path) -> Backup | None:
    """The copy that a migration kept beside the database; None if it is something else."""
    found = SAFETY_COPY.fullmatch(file.name.removeprefix(database.name))
    if found is None or not file.name.startswith(database.name):
        return None
    made_at = datetime.fromtimestamp(file.stat().st_mtime, UTC)
    return Backup(file, made_at, BackupKind.BEFORE_UPDATE, int(found["schema"]))


def has_own_mark(file: Path) -> bool:
    """Whether the header has this program's application id.

    Raises:
        OSError: it cannot be read.
    """
    with file.open("rb") as opened:
        header = opened.read(APPLICATION_ID_AT + 4)
    mark = APPLICATION_ID.to_bytes(4, "big")
    return header.startswith(SQLITE) and header[APPLICATION_ID_AT:] == mark
