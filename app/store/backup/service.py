"""Async access to the backups: one thread of its own, so that neither window nor store waits."""

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from app.domain.desktop.backups import Backup, BackupKind, DatabaseFigures, RestorableFile
from app.domain.model.clock import utc_now
from app.domain.model.errors import StoreError
from app.domain.text.messages import message
from app.store.backup.copying import CopyStoppedError, StopSwitch
from app.store.backup.figures import read_figures, schema_with_runs
from app.store.backup.folder import BackupFolder, look_at
from app.store.backup.restore import PresentFile, prepared_copy, refuse_same, swap
from app.store.errors import DamagedDatabaseError, translated
from app.store.store import SqliteStore

T = TypeVar("T")

STOPPED = message(
    "The backup was stopped because Position Sync is closing; the unfinished file was deleted."
)


@asynccontextmanager
async def opened_backups(database: Path, folder: Path | None) -> "AsyncIterator[SqliteBackups]":
    """The backups of a database that nothing else in this process has open.

    Args:
        folder: None for the usual one, beside the database.
    """
    store = SqliteStore(database)
    backups = SqliteBackups(store, folder=folder)
    try:
        yield backups
    finally:
        await backups.close()
        await store.close()


class SqliteBackups:
    """The `Backups` port over the file of a store; every method may raise StoreError.

    Args:
        folder: None for the usual one, beside the database.
        is_on: whether `make_due` does anything.
        between_runs: a block in which no sync runs.
    """

    def __init__(
        self,
        store: SqliteStore,
        *,
        folder: Path | None = None,
        is_on: bool = True,
        between_runs: Callable[[], AbstractAsyncContextManager[None]] = nullcontext,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._store = store
        self._chosen = folder
        self._is_on = is_on
        self._between_runs = between_runs
        self._clock = clock
        self._switch = StopSwitch()
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="backup")

    def use(self, folder: Path | None, *, is_on: bool) -> None:
        """Applies other settings from now on."""
        self._chosen, self._is_on = folder, is_on

    async def make(self) -> Backup:
        return await self._on_thread(self._folder().make, BackupKind.MANUAL, self._clock())

    async def copy_to(self, target: Path) -> None:
        """Makes a backup that is the user's own: it is not listed, and never deleted."""
        await self._on_thread(self._folder().copy_to, target)

    async def make_due(self) -> Backup | None:
        if not self._is_on:
            return None
        return await self._on_thread(self._folder().make_due, self._clock())

    async def newest(self) -> Backup | None:
        own = await self._on_thread(self._folder().own)
        return own[-1] if own else None

    async def restorable(self) -> tuple[RestorableFile, ...]:
        return await self._on_thread(self._folder().restorable)

    async def look_at(self, path: Path) -> RestorableFile:
        return await self._on_thread(look_at, path)

    async def figures(self) -> DatabaseFigures:
        return await self._on_thread(read_figures, self._store.path)

    async def restore(self, path: Path) -> Backup | None:
        async with self._between_runs():
            return await self._on_thread(self._restore, path, asyncio.get_running_loop())

    async def close(self) -> None:
        """Stops the backup in progress, and ends the thread."""
        self._switch.stop()
        await asyncio.to_thread(self._executor.shutdown)

    def _folder(self) -> BackupFolder:
        return BackupFolder(self._store.path, self._chosen, self._switch)

    def _restore(self, source: Path, loop: asyncio.AbstractEventLoop) -> Backup | None:
        """Runs on the backups' thread; the swap itself on the store's."""
        database, folder = self._store.path, self._folder()
        with translated(database):
            refuse_same(database, source)
            read_figures(source)  # refuses what cannot be opened
            with prepared_copy(database, source, self._switch) as copy:
                kept, present = self._keep_present(folder)
                replacing = self._store.replace_file(lambda: swap(database, copy, present))
                asyncio.run_coroutine_threadsafe(replacing, loop).result()
        return kept

    def _keep_present(self, folder: BackupFolder) -> tuple[Backup | None, PresentFile]:
        """Backs up the present file; one that is damaged is copied as it is once it is closed.

        Raises:
            StoreError: it cannot be kept, or belongs to another program.
        """
        try:
            if schema_with_runs(self._store.path) is None:
                return None, PresentFile()
            kept = folder.make(BackupKind.BEFORE_RESTORE, self._clock())
        except DamagedDatabaseError:
            return None, PresentFile(damaged_to=folder.folder)
        return kept, PresentFile(read_figures(kept.path))

    async def _on_thread(self, function: Callable[..., T], *args: object) -> T:
        def call() -> T:
            with translated(self._store.path):
                return function(*args)

        try:
            return await asyncio.wrap_future(self._executor.submit(call))
        except CopyStoppedError as error:
            raise StoreError(STOPPED) from error
