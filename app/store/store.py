"""The store: one SQLite file, one thread that owns its connection, and async methods around it."""

import asyncio
import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from app.domain.charts.realized import RealizedClose
from app.domain.desktop.app_state import PortfolioView
from app.domain.explain.model import ExplainedClose
from app.domain.fetching.plan import FetchedState
from app.domain.history.closed_positions import ClosedFilter, ClosedOrder, ClosedPositionRow
from app.domain.history.portfolio_history import PortfolioPoint
from app.domain.history.position_history import ActivitySummary, PositionsAsOf, Timeline
from app.domain.history.unseen import SeenUntil, UnseenChanges
from app.domain.model.clock import utc_now
from app.domain.model.errors import AppError
from app.domain.model.notes import NotesEdit, PositionNotes
from app.domain.model.positions import Identity, Position, StoredChange, StoredClose
from app.domain.model.runs import Report, Request, Run, Statistics
from app.domain.model.snapshot import Snapshot
from app.domain.model.statements import KnownDeposits, Statement
from app.domain.model.sync_plan import Plan
from app.domain.portfolio.realized_totals import RealizedTotals
from app.store.cache.change_times import ChangeTimes
from app.store.cache.realized_totals import RealizedTotalsCache
from app.store.database.connection import close_database, open_database
from app.store.database.damaged import refuse_damaged
from app.store.database.database import Database
from app.store.database.schema import MIGRATIONS, Migration
from app.store.errors import translated
from app.store.notes.read import read_notes
from app.store.notes.write import edit_notes
from app.store.portfolio import history as portfolio
from app.store.portfolio.deposits import known_deposits
from app.store.portfolio.derived import DerivedPoints
from app.store.queries import (
    charts,
    closed_positions,
    closes,
    fetches,
    history,
    newest,
    portfolio_view,
    runs,
    unseen,
)
from app.store.queries import positions as queries
from app.store.write import commit_sync, import_statement, undo
from app.store.write import verify as verifying

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

BUSY_TIMEOUT_S = 5.0


def log_unseen_error(future: asyncio.Future[T]) -> None:
    """Logs the error of a call whose awaiter was cancelled: nobody else will see it."""
    if not future.cancelled() and (error := future.exception()) is not None:
        log.info("A call to the store failed after it was given up: %s", error)


class SqliteStore:
    """The `Store` port over one SQLite file; every method may raise StoreError.

    Opens the file (and creates it) at the first call. A call that has begun completes, also where
    the task that awaits it is cancelled.

    Args:
        clock: the time now, UTC.
        busy_timeout_s: how long a call waits for another process's write.
        migrations: from an empty file to the current schema.
    """

    def __init__(
        self,
        path: Path,
        clock: Callable[[], datetime] = utc_now,
        *,
        busy_timeout_s: float = BUSY_TIMEOUT_S,
        migrations: Sequence[Migration] = MIGRATIONS,
    ) -> None:
        self.path = path
        self._clock = clock
        self._busy_timeout_s = busy_timeout_s
        self._migrations = migrations
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="store")
        self._database: Database | None = None
        self._realized = RealizedTotalsCache()
        self._change_times = ChangeTimes()
        self._reported = portfolio.ReportedPoints()
        self._derived = DerivedPoints()
        self._closed = False
        self._excluded: frozenset[str] = frozenset()

    async def open(self) -> None:
        """Creates or migrates the file now, rather than at the first call."""
        await self._on_thread(lambda _database: None)

    async def plan(self, snapshot: Snapshot, request: Request) -> Plan:
        return await self._on_thread(commit_sync.plan, snapshot, request, self._clock())

    async def apply(
        self, snapshot: Snapshot, request: Request, run: Run, *, second_read: bool = False
    ) -> Report:
        return await self._on_thread(
            commit_sync.apply, snapshot, request, run, self._clock, second_read=second_read
        )

    async def verify(self, snapshot: Snapshot, run_id: int) -> str:
        return await self._on_thread(verifying.verify, snapshot, run_id)

    async def import_fills(self, statement: Statement, run: Run) -> Report:
        return await self._on_thread(import_statement.import_fills, statement, run, self._clock)

    async def record(self, run: Run) -> Run:
        return await self._on_thread(runs.record_end, run)

    async def fetched(self, title: str) -> FetchedState:
        return await self._on_thread(fetches.fetched, title)

    async def view(self) -> PortfolioView:
        return await self._on_thread(
            portfolio_view.read_view, self._realized, self._clock(), self._excluded
        )

    def leave_out(self, accounts: frozenset[str]) -> None:
        """Leaves these accounts out of `view` from now on; their data stays stored."""
        self._excluded = accounts

    async def positions(
        self, account: str | None = None, *, closed: bool = False
    ) -> tuple[Position, ...]:
        """The open positions, or with `closed` the closed ones."""
        return await self._on_thread(queries.positions_of, account, closed=closed)

    async def closes(self, account: str | None = None) -> tuple[StoredClose, ...]:
        """Newest first."""
        return await self._on_thread(closes.closes, account)

    async def explained_closes(self, position_id: int) -> tuple[ExplainedClose, ...]:
        """Oldest first."""
        return await self._on_thread(closes.explained_closes, position_id)

    async def closed_ids(self, wanted: ClosedFilter, order: ClosedOrder) -> tuple[int, ...]:
        return await self._on_thread(closed_positions.closed_ids, wanted, order)

    async def closed_rows(
        self, ids: Sequence[int], wanted: ClosedFilter
    ) -> tuple[ClosedPositionRow, ...]:
        return await self._on_thread(closed_positions.closed_rows, ids, wanted)

    async def close_totals(self, wanted: ClosedFilter) -> Mapping[str, RealizedTotals]:
        return await self._on_thread(closed_positions.totals, wanted)

    async def realized_closes(self, wanted: ClosedFilter) -> tuple[RealizedClose, ...]:
        return await self._on_thread(charts.realized_closes, wanted)

    async def runs(self, limit: int | None = None) -> tuple[Run, ...]:
        """Newest first."""
        return await self._on_thread(runs.runs, limit)

    async def run(self, run_id: int) -> tuple[Run, tuple[StoredChange, ...]] | None:
        return await self._on_thread(runs.run, run_id)

    async def notes(self) -> Mapping[Identity, PositionNotes]:
        """Of all positions, open or closed, that have any."""
        return await self._on_thread(read_notes)

    async def edit_notes(self, identity: Identity, edit: NotesEdit) -> PositionNotes | None:
        """Raises: NoteError: the position is unknown, or a text or tag is not allowed."""
        return await self._on_thread(edit_notes, identity, edit, self._clock())

    async def undo(self, run_id: int | None = None) -> Run:
        """Undoes the newest run, and returns it as the history shows it now.

        Args:
            run_id: the one that is meant; None for whichever is the newest.

        Raises:
            StoreError: there is none, or a newer run has been stored.
        """
        return await self._on_thread(undo.undo, run_id, self._clock())

    async def activity_since(self, since: datetime) -> ActivitySummary:
        """What the runs that began after `since` have opened and closed."""
        return await self._on_thread(runs.activity_since, since)

    async def unseen_changes(self, seen: SeenUntil | None) -> UnseenChanges:
        return await self._on_thread(unseen.unseen_changes, seen)

    async def change_times(self) -> Mapping[Identity, datetime]:
        return await self._on_thread(self._change_times.read)

    async def runs_page(
        self,
        before: int | None,
        limit: int,
        *,
        changed_only: bool,
        words: tuple[str, ...] = (),
    ) -> tuple[Run, ...]:
        """Newest first, with an id smaller than `before`, and every one of the words."""
        return await self._on_thread(
            history.runs_page, before, limit, changed_only=changed_only, words=words
        )

    async def timeline(self, position_id: int) -> Timeline | None:
        return await self._on_thread(history.timeline, position_id)

    async def as_of(self, run_id: int) -> PositionsAsOf | None:
        return await self._on_thread(history.as_of, run_id)

    async def portfolio_history(
        self,
        accounts: Collection[str] | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        *,
        by_currency: bool = False,
    ) -> tuple[PortfolioPoint, ...]:
        """Oldest first; by account where times are equal."""
        return await self._on_thread(
            portfolio.portfolio_history,
            *(self._reported, self._derived, accounts, since, until),
            by_currency=by_currency,
        )

    async def deposits(self, accounts: Collection[str] | None = None) -> KnownDeposits:
        return await self._on_thread(known_deposits, accounts)

    async def external_revision(self) -> int:
        """A number that changes with every write of another program to the file."""
        return await self._on_thread(lambda database: int(database.pragma("data_version")))

    async def revision(self) -> str:
        """A text that changes with every write to the file, this program's or another's."""
        return await self._on_thread(
            lambda database: f"{database.pragma('data_version')} {database.raw.total_changes}"
        )

    async def statistics(self) -> Statistics:
        return await self._on_thread(newest.statistics)

    async def replace_file(self, swap: Callable[[], None]) -> None:
        """Closes the file, lets `swap` put another one in its place, and opens that.

        Where `swap` raises, the next call opens what is there.
        """

        def call() -> None:
            self._close_database()
            self._realized = RealizedTotalsCache()
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

    async def _on_thread(
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
