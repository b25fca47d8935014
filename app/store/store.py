"""The store: one SQLite file, one thread that owns its connection, and async methods around it."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from app.domain.charts.realized import RealizedClose
from app.domain.desktop.app_state import PortfolioView
from app.domain.explain.model import ExplainedClose
from app.domain.fetching.plan import FetchedState
from app.domain.history.closed_positions import ClosedFilter, ClosedOrder, ClosedPositionRow
from app.domain.history.portfolio_history import PortfolioPoint
from app.domain.history.position_history import ActivitySummary, PositionsAsOf, Timeline
from app.domain.history.unseen import SeenUntil, UnseenChanges
from app.domain.model.clock import utc_now
from app.domain.model.notes import NotesEdit, PositionNotes
from app.domain.model.positions import Identity, Position, StoredChange, StoredClose
from app.domain.model.runs import Report, Request, Run, Statistics
from app.domain.model.snapshot import Snapshot
from app.domain.model.statements import KnownDeposits, Statement
from app.domain.model.sync_plan import Plan
from app.domain.portfolio.realized_totals import RealizedTotals
from app.store.cache.change_times import ChangeTimes
from app.store.cache.realized_totals import RealizedTotalsCache
from app.store.database.schema import MIGRATIONS, Migration
from app.store.database_thread import BUSY_TIMEOUT_S, DatabaseThread
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
        self._thread = DatabaseThread(path, busy_timeout_s=busy_timeout_s, migrations=migrations)
        self._forget()
        self._excluded: frozenset[str] = frozenset()

    def _forget(self) -> None:
        """Drops all that is remembered of the file."""
        self._realized = RealizedTotalsCache()
        self._change_times = ChangeTimes()
        self._reported = portfolio.ReportedPoints()
        self._derived = DerivedPoints()

    async def open(self) -> None:
        """Creates or migrates the file now, rather than at the first call."""
        await self._thread.run(lambda _database: None)

    async def plan(self, snapshot: Snapshot, request: Request) -> Plan:
        return await self._thread.run(commit_sync.plan, snapshot, request, self._clock())

    async def apply(
        self, snapshot: Snapshot, request: Request, run: Run, *, second_read: bool = False
    ) -> Report:
        return await self._thread.run(
            commit_sync.apply, snapshot, request, run, self._clock, second_read=second_read
        )

    async def verify(self, snapshot: Snapshot, run_id: int) -> str:
        return await self._thread.run(verifying.verify, snapshot, run_id)

    async def import_fills(self, statement: Statement, run: Run) -> Report:
        return await self._thread.run(import_statement.import_fills, statement, run, self._clock)

    async def record(self, run: Run) -> Run:
        return await self._thread.run(runs.record_end, run)

    async def fetched(self, title: str) -> FetchedState:
        return await self._thread.run(fetches.fetched, title)

    async def view(self) -> PortfolioView:
        return await self._thread.run(
            portfolio_view.read_view, self._realized, self._clock(), self._excluded
        )

    def leave_out(self, accounts: frozenset[str]) -> None:
        """Leaves these accounts out of `view` from now on; their data stays stored."""
        self._excluded = accounts

    async def positions(
        self, account: str | None = None, *, closed: bool = False
    ) -> tuple[Position, ...]:
        """The open positions, or with `closed` the closed ones."""
        return await self._thread.run(queries.positions_of, account, closed=closed)

    async def closes(self, account: str | None = None) -> tuple[StoredClose, ...]:
        """Newest first."""
        return await self._thread.run(closes.closes, account)

    async def explained_closes(self, position_id: int) -> tuple[ExplainedClose, ...]:
        """Oldest first."""
        return await self._thread.run(closes.explained_closes, position_id)

    async def closed_ids(self, wanted: ClosedFilter, order: ClosedOrder) -> tuple[int, ...]:
        return await self._thread.run(closed_positions.closed_ids, wanted, order)

    async def closed_rows(
        self, ids: Sequence[int], wanted: ClosedFilter
    ) -> tuple[ClosedPositionRow, ...]:
        return await self._thread.run(closed_positions.closed_rows, ids, wanted)

    async def close_totals(self, wanted: ClosedFilter) -> Mapping[str, RealizedTotals]:
        return await self._thread.run(closed_positions.totals, wanted)

    async def realized_closes(self, wanted: ClosedFilter) -> tuple[RealizedClose, ...]:
        return await self._thread.run(charts.realized_closes, wanted)

    async def runs(self, limit: int | None = None) -> tuple[Run, ...]:
        """Newest first."""
        return await self._thread.run(runs.runs, limit)

    async def run(self, run_id: int) -> tuple[Run, tuple[StoredChange, ...]] | None:
        return await self._thread.run(runs.run, run_id)

    async def notes(self) -> Mapping[Identity, PositionNotes]:
        """Of all positions, open or closed, that have any."""
        return await self._thread.run(read_notes)

    async def edit_notes(self, identity: Identity, edit: NotesEdit) -> PositionNotes | None:
        """Raises: NoteError: the position is unknown, or a text or tag is not allowed."""
        return await self._thread.run(edit_notes, identity, edit, self._clock())

    async def undo(self, run_id: int | None = None) -> Run:
        """Undoes the newest run, and returns it as the history shows it now.

        Args:
            run_id: the one that is meant; None for whichever is the newest.

        Raises:
            StoreError: there is none, or a newer run has been stored.
        """
        return await self._thread.run(undo.undo, run_id, self._clock())

    async def activity_since(self, since: datetime) -> ActivitySummary:
        """What the runs that began after `since` have opened and closed."""
        return await self._thread.run(runs.activity_since, since)

    async def unseen_changes(self, seen: SeenUntil | None) -> UnseenChanges:
        return await self._thread.run(unseen.unseen_changes, seen)

    async def change_times(self) -> Mapping[Identity, datetime]:
        return await self._thread.run(self._change_times.read)

    async def runs_page(
        self,
        before: int | None,
        limit: int,
        *,
        changed_only: bool,
        words: tuple[str, ...] = (),
    ) -> tuple[Run, ...]:
        """Newest first, with an id smaller than `before`, and every one of the words."""
        return await self._thread.run(
            history.runs_page, before, limit, changed_only=changed_only, words=words
        )

    async def timeline(self, position_id: int) -> Timeline | None:
        return await self._thread.run(history.timeline, position_id)

    async def as_of(self, run_id: int) -> PositionsAsOf | None:
        return await self._thread.run(history.as_of, run_id)

    async def portfolio_history(
        self,
        accounts: Collection[str] | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        *,
        by_currency: bool = False,
    ) -> tuple[PortfolioPoint, ...]:
        """Oldest first; by account where times are equal."""
        return await self._thread.run(
            portfolio.portfolio_history,
            *(self._reported, self._derived, accounts, since, until),
            by_currency=by_currency,
        )

    async def deposits(self, accounts: Collection[str] | None = None) -> KnownDeposits:
        return await self._thread.run(known_deposits, accounts)

    async def external_revision(self) -> int:
        """A number that changes with every write of another program to the file."""
        return await self._thread.run(lambda database: int(database.pragma("data_version")))

    async def revision(self) -> str:
        """A text that changes with every write to the file, this program's or another's."""
        return await self._thread.run(
            lambda database: f"{database.pragma('data_version')} {database.raw.total_changes}"
        )

    async def statistics(self) -> Statistics:
        return await self._thread.run(newest.statistics)

    async def replace_file(self, swap: Callable[[], None]) -> None:
        """Closes the file, lets `swap` put another one in its place, and opens that.

        Where `swap` raises, the next call opens what is there.
        """

        def swapping() -> None:
            self._forget()
            swap()

        await self._thread.replace_file(swapping)

    async def close(self) -> None:
        """Waits for calls that have begun. Closing it again does nothing."""
        await self._thread.close()
