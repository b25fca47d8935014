"""The backups of one database in one folder: made one at a time, listed, and deleted when old."""

import logging
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path

from app.domain.desktop.backups import Backup, BackupKind, RestorableFile
from app.domain.model.errors import StoreError
from app.domain.text.messages import Message, message
from app.platform.listener_lock import lock_file, try_lock
from app.platform.private_files import create_private, create_private_folder, open_private
from app.store.backup.copying import StopSwitch, copy_database, sync_folder
from app.store.backup.figures import read_figures, schema_with_runs
from app.store.backup.naming import (
    PART,
    backup_name,
    folder_of,
    has_own_mark,
    parse_backup,
    parse_safety_copy,
    prefix_of,
)
from app.store.backup.retention import due_kind, kept_backups
from app.store.errors import (
    DAMAGED,
    FULL,
    LOCKED,
    READ_ONLY,
    UNREACHABLE,
    DamagedDatabaseError,
    known_sentence,
)

log = logging.getLogger(__name__)


class BackupFolder:
    """Belongs to one thread at a time.

    Args:
        chosen: the folder of the settings; None for "backups" beside the database.
    """

    def __init__(self, database: Path, chosen: Path | None, switch: StopSwitch) -> None:
        self.folder = folder_of(database, chosen)
        self._database = database
        self._prefix = prefix_of(database, chosen)
        self._switch = switch

    def make(self, kind: BackupKind, now: datetime) -> Backup:
        """Makes a backup, whatever others there are.

        Raises:
            StoreError: it could not be made, or nothing is stored yet.
        """
        with self._translated(), self._locked() as is_mine:
            if not is_mine:
                raise StoreError(
                    message(
                        "Another Position Sync is making a backup of {path} now. Wait until it has "
                        "finished, then try again.",
                        path=self._database,
                    )
                )
            schema = schema_with_runs(self._database)
            if schema is None:
                raise StoreError(nothing_stored(self._database))
            return self._make(kind, schema, now)

    def make_due(self, now: datetime) -> Backup | None:
        """Makes the backup that is due; None if none is, or if another process makes it now.

        Raises:
            StoreError: it could not be made.
        """
        with self._translated():
            if self._due(now) is None:
                return None
            with self._locked() as is_mine:
                due = self._due(now) if is_mine else None
                return None if due is None else self._make(*due, now)

    def copy_to(self, target: Path) -> None:
        """Makes a backup that is the user's own: it is not listed, and never deleted.

        Raises:
            StoreError: it could not be made, or something has this name.
        """
        if os.path.lexists(target):
            raise StoreError(message("{path} exists already. Choose another name.", path=target))
        part = target.with_name(target.name + PART)
        with self._translated(target.parent):
            if schema_with_runs(self._database) is None:
                raise StoreError(nothing_stored(self._database))
            copy_database(self._database, part, self._switch)
            part.replace(target)
            sync_folder(target.parent)

    def own(self) -> tuple[Backup, ...]:
        """The backups of this database in the folder, oldest first."""
        found = (parse_backup(file, self._prefix) for file in self._files(self.folder))
        own = (backup for backup in found if backup is not None and is_own(backup.path))
        return tuple(sorted(own, key=lambda backup: backup.made_at))

    def restorable(self) -> tuple[RestorableFile, ...]:
        """All that may be restored, newest first: those of other databases in the folder too."""
        backups = [parse_backup(file) for file in self._files(self.folder)]
        beside = self._files(self._database.parent)
        backups += [parse_safety_copy(file, self._database) for file in beside]
        found = sorted(filter(None, backups), key=lambda backup: backup.made_at, reverse=True)
        return tuple(look_at(backup.path, backup) for backup in found)

    def _due(self, now: datetime) -> tuple[BackupKind, int] | None:
        schema = schema_with_runs(self._database)
        kind = None if schema is None else due_kind(self.own(), schema, now)
        return None if schema is None or kind is None else (kind, schema)

    def _make(self, kind: BackupKind, schema: int, now: datetime) -> Backup:
        create_private_folder(self.folder)
        self._delete_unfinished()
        path = self._free_path(kind, schema, now)
        part = path.with_name(path.name + PART)
        copy_database(self._database, part, self._switch)
        part.replace(path)
        sync_folder(self.folder)
        made = parse_backup(path)
        assert made is not None
        log.info("A backup was made: %s", path.name)
        if kind is not BackupKind.BEFORE_RESTORE:  # the one to be restored may be old
            self._delete_old(now)
        return made

    def _free_path(self, kind: BackupKind, schema: int, now: datetime) -> Path:
        """No backup replaces another, however quickly one follows the other."""
        while (path := self.folder / backup_name(self._prefix, now, kind, schema)).exists():
            now += timedelta(seconds=1)
        return path

    def _delete_unfinished(self) -> None:
        """Deletes what a killed process has left; called with the lock."""
        for file in self._files(self.folder):
            name = file.name.removesuffix("-journal")
            if name.endswith(PART) and parse_backup(
                file.with_name(name.removesuffix(PART)), self._prefix
            ):
                with suppress(OSError):
                    file.unlink()

    def _delete_old(self, now: datetime) -> None:
        own = self.own()
        for backup in set(own) - kept_backups(own, now):
            with suppress(OSError):  # the next backup tries again
                backup.path.unlink()
                log.info("An old backup was deleted: %s", backup.path.name)

    def _files(self, folder: Path) -> tuple[Path, ...]:
        try:
            return tuple(file for file in folder.iterdir() if file.is_file())
        except FileNotFoundError:
            return ()

    @contextmanager
    def _locked(self) -> Iterator[bool]:
        """Whether this process may make backups of the database; the system ends a dead one's."""
        running = lock_file(self._database)
        path = running.with_name(f"{running.name}.backup")
        create_private(path)
        with open(path, "r+b", buffering=0, opener=open_private) as file:
            yield try_lock(file)

    @contextmanager
    def _translated(self, folder: Path | None = None) -> Iterator[None]:
        """Raises: StoreError: for an error that is known."""
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            known = known_sentence(error)
            if known is None:
                raise
            kind = DamagedDatabaseError if known is DAMAGED else StoreError
            raise kind(failed_text(known, self._database, folder or self.folder)) from error


def look_at(path: Path, backup: Backup | None = None) -> RestorableFile:
    """What is in a file, or why it cannot be restored."""
    try:
        return RestorableFile(path, backup, read_figures(path))
    except StoreError as error:
        return RestorableFile(path, backup, None, error.text)


def nothing_stored(database: Path) -> Message:
    return message("{path} has no syncs yet: there is nothing to back up.", path=database)


def failed_text(known: str, database: Path, folder: Path) -> Message:
    """Args: known: the sentence about a known error."""
    if known is DAMAGED:
        return message(
            "No backup could be made: {path} is damaged. Restore a backup of it "
            "(File > Restore backup, or `position-sync restore FILE`).",
            path=database,
        )
    if known is LOCKED:
        return message(
            "No backup could be made: {path} is locked by another program. Position Sync will try "
            "again later.",
            path=database,
        )
    if known is FULL:
        return message(
            "No backup could be made: the disk that holds {folder} is full. Free some space, or "
            "choose another backup folder in Settings.",
            folder=folder,
        )
    if known in (READ_ONLY, UNREACHABLE):
        return message(
            "No backup could be made: {folder} cannot be written. Allow writing there, or choose "
            "another backup folder in Settings.",
            folder=folder,
        )
    return message(
        "No backup could be made: the disk that holds {folder} reported an error. Check it, or "
        "choose another backup folder in Settings.",
        folder=folder,
    )


def is_own(file: Path) -> bool:
    try:
        return has_own_mark(file)
    except OSError:
        return False
