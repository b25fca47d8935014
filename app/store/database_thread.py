"""The thread that owns the store's one connection."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from app.domain.model.errors import AppError
from app.store.database.connection import close_database, open_database
from app.store.database.damaged import refuse_damaged
from app.store.database.database import Database
from app.store.database.schema import MIGRATIONS, Migration
from app.store.errors import translated

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

BUSY_TIMEOUT_S = 5.0


class DatabaseThread:
    """Opens the file (and creates it) at the first call, and runs calls one after the other.

    A call that has begun completes, also where the task that awaits it is cancelled.

    Args:
        busy_timeout_s: how long a call waits for another process's write.
        migrations: from an empty file to the current schema.
    """

    def __init__(
        self,
        path: Path,
        *,
        busy_timeout_s: float = BUSY_TIMEOUT_S,
        migrations: Sequence[Migration] = MIGRATIONS,
    ) -> None:
        self.path = path
        self._busy_timeout_s = busy_timeout_s
        self._migrations = migrations
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="store")
        self._database: Database | None = None
        self._closed = False

    async def replace_file(self, swap: Callable[[], None]) -> None:
        """Closes the file, lets `swap` put another one in its place, and opens that.

        Where `swap` raises, the next call opens what is there.
        """

        def call() -> None:
            self._close_database()
            swap()
            self._opened()

        await self._submit(call)

    async def close(self) -> None:
        """Waits for calls that have begun, and ends the thread. Closing it again does nothing."""
        if self._closed:
            return
        self._closed = True
        try:
            await self._submit(self._close_database)
        finally:
            self._executor.shutdown(wait=False)

    async def run(
        self,
        function: Callable[Concatenate[Database, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        def call() -> T:
            database = self._opened()
            try:
                return function(database, *args, **kwargs)
            except AppError:
                raise
            except Exception as error:
                refuse_damaged(database, self.path, error)
                raise

        return await self._submit(call)

    async def _submit(self, call: Callable[[], T]) -> T:
        def translating() -> T:
            with translated(self.path):
                return call()

        future = asyncio.wrap_future(self._executor.submit(translating))
        try:
            return await asyncio.shield(future)
        except asyncio.CancelledError:
            future.add_done_callback(log_unseen_error)
            raise

    def _opened(self) -> Database:
        """Runs on the store's thread. After a failure the next call tries again."""
        if self._database is None:
            self._database = open_database(self.path, self._busy_timeout_s, self._migrations)
        return self._database

    def _close_database(self) -> None:
        """Runs on the store's thread."""
        if self._database is not None:
            database, self._database = self._database, None
            close_database(database)


def log_unseen_error(future: asyncio.Future[T]) -> None:
    """Logs the error of a call whose awaiter was cancelled: nobody else will see it."""
    if not future.cancelled() and (error := future.exception()) is not None:
        log.info("A call to the store failed after it was given up: %s", error)
