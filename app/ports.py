"""What a sync needs from outside: a broker to read from, and a store to write to."""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from pathlib import Path
from typing import Protocol

from app.domain.charts.realized import RealizedClose
from app.domain.desktop.app_state import ConnectionState, PortfolioView
from app.domain.desktop.backups import Backup, DatabaseFigures, RestorableFile
from app.domain.explain.model import ExplainedClose
from app.domain.fetching.plan import DayRange, FetchedState
from app.domain.fetching.queries import FlexQuery
from app.domain.fetching.report import ServiceProgress
from app.domain.history.closed_positions import ClosedFilter, ClosedOrder, ClosedPositionRow
from app.domain.history.portfolio_history import PortfolioPoint
from app.domain.history.position_history import ActivitySummary, PositionsAsOf, Timeline
from app.domain.history.unseen import SeenUntil, UnseenChanges
from app.domain.model.notes import NotesEdit, PositionNotes
from app.domain.model.positions import Identity, Position, StoredChange, StoredClose
from app.domain.model.runs import Report, Request, Run, Statistics
from app.domain.model.snapshot import Snapshot
from app.domain.model.statements import KnownDeposits, Statement
from app.domain.model.sync_plan import Plan
from app.domain.portfolio.broker_updates import BrokerEvent, LiveUpdates
from app.domain.portfolio.realized_totals import RealizedTotals

# Reads a statement file; blocks, and may run on any thread. Raises StatementError.
ReadStatement = Callable[[Path], Statement]


class Broker(Protocol):
    """Reads from TWS or IB Gateway; never sends an order."""

    @property
    def connection(self) -> ConnectionState: ...

    def watch_connection(self, listener: Callable[[ConnectionState], None]) -> None:
        """Calls the listener with every new connection state, on the loop's thread."""

    def watch_events(self, listener: Callable[[BrokerEvent], None]) -> None:
        """Calls the listener with every event that requires a new read, after `keep_connected`."""

    def watch_updates(self, listener: Callable[[LiveUpdates], None]) -> None:
        """Calls the listener with the figures that changed, at most ten times a second."""

    def watch_reads(self, listener: Callable[[int | None], None]) -> None:
        """Calls the listener with the number of positions read so far, at most a few times a
        second, and with None at the end of the read."""

    def keep_connected(self) -> None:
        """Connects, and reconnects after every loss, until `close`."""

    async def snapshot(self, account: str | None, *, reconnect: bool = False) -> Snapshot:
        """One complete read of all accounts, or of one.

        Args:
            account: one account; None for all that the login manages.
            reconnect: read over a new connection.

        Raises:
            BrokerError: not everything could be read.
        """
        ...

    async def close(self) -> None: ...


class StatementSource(Protocol):
    """Fetches statements from IBKR."""

    def statement(
        self,
        query: FlexQuery,
        days: DayRange | None,
        on_progress: Callable[[ServiceProgress], object],
    ) -> AbstractAsyncContextManager[Path]:
        """The statement as a file, which exists inside the block.

        Args:
            days: None for the query's own period.
            on_progress: called on the loop's thread.

        Raises:
            StatementServiceError: IBKR gave none.
            CredentialsError: the token cannot be read.
        """
        ...


class Store(Protocol):
    """Keeps positions, closes, changes, fills and runs in one SQLite file.

    Every method may raise StoreError.
    """

    async def plan(self, snapshot: Snapshot, request: Request) -> Plan:
        """What `apply` would do now. Writes nothing."""
        ...

    async def apply(
        self, snapshot: Snapshot, request: Request, run: Run, *, second_read: bool = False
    ) -> Report:
        """Reconciles and writes everything of one run in one transaction.

        Args:
            run: the run so far; its duration and counts are completed here.
            second_read: the missing positions were missing in an earlier read too.

        Raises:
            PreviewOutdatedError: the store has changed since the preview that is to be applied.
            StaleSnapshotError: a newer snapshot of one of its accounts is stored.
            UnconfirmedClosesError: a position would be closed without a fill, on a first read.
        """
        ...

    async def verify(self, snapshot: Snapshot, run_id: int) -> str:
        """Reads back what the run committed, and compares it with the snapshot.

        Returns:
            Empty if they agree or a newer snapshot is stored; otherwise a sentence for the user,
            which is stored as the run's note.
        """
        ...

    async def import_fills(self, statement: Statement, run: Run) -> Report:
        """Adds a statement's fills, and restates the positions that they change.

        Raises:
            StoreError: no account of the statement was ever synced.
        """
        ...

    async def record(self, run: Run) -> Run:
        """Stores a run that changed nothing (failed, held or cancelled); returns it with its id."""
        ...

    async def fetched(self, title: str) -> FetchedState:
        """What earlier fetches of a query have left. Args: title: `FlexQuery.title`."""
        ...

    async def undo(self, run_id: int | None = None) -> Run:
        """Undoes the newest run; returns it as the history now has it.

        Args:
            run_id: the run that is expected to be the newest; None accepts any.

        Raises:
            StoreError: there is no run, or another one is the newest now.
        """
        ...

    async def view(self) -> PortfolioView: ...

    async def notes(self) -> Mapping[Identity, PositionNotes]:
        """What the user wrote about positions, open or closed. Positions have it too."""
        ...

    async def edit_notes(self, identity: Identity, edit: NotesEdit) -> PositionNotes | None:
        """Changes a position's note or tags; returns them, None if nothing is left.

        Raises:
            NoteError: the position is unknown, or a text or tag is not allowed.
        """
        ...

    async def positions(
        self, account: str | None = None, *, closed: bool = False
    ) -> tuple[Position, ...]: ...

    async def closes(self, account: str | None = None) -> tuple[StoredClose, ...]: ...

    async def explained_closes(self, position_id: int) -> tuple[ExplainedClose, ...]:
        """The position's closes with the fills that they used, oldest first."""
        ...

    async def closed_ids(self, wanted: ClosedFilter, order: ClosedOrder) -> tuple[int, ...]:
        """The positions, open or closed, with a close that matches."""
        ...

    async def closed_rows(
        self, ids: Sequence[int], wanted: ClosedFilter
    ) -> tuple[ClosedPositionRow, ...]:
        """The rows of these positions in this order, without those that no longer match."""
        ...

    async def close_totals(self, wanted: ClosedFilter) -> Mapping[str, RealizedTotals]:
        """The totals of all closes that match, by currency."""
        ...

    async def realized_closes(self, wanted: ClosedFilter) -> tuple[RealizedClose, ...]:
        """What charts need of the closes that match, oldest first."""
        ...

    async def runs(self, limit: int | None = None) -> tuple[Run, ...]: ...

    async def run(self, run_id: int) -> tuple[Run, tuple[StoredChange, ...]] | None: ...

    async def activity_since(self, since: datetime) -> ActivitySummary:
        """What the runs that started after `since` opened and closed."""
        ...

    async def unseen_changes(self, seen: SeenUntil | None) -> UnseenChanges:
        """Of open positions, by later runs, and by earlier ones where they were not seen."""
        ...

    async def change_times(self) -> Mapping[Identity, datetime]:
        """(account, con_id) -> when a sync last found another quantity or cost, or none before.

        The same object while nothing has changed.
        """
        ...

    async def runs_page(
        self,
        before: int | None,
        limit: int,
        *,
        changed_only: bool,
        words: tuple[str, ...] = (),
    ) -> tuple[Run, ...]:
        """Runs with an id below `before`, newest first; None starts at the newest.

        Args:
            words: only runs with all these words in their own texts or in the symbols that they
                changed.
        """
        ...

    async def timeline(self, position_id: int) -> Timeline | None:
        """Every change of a position; None if it is not stored (any more)."""
        ...

    async def as_of(self, run_id: int) -> PositionsAsOf | None:
        """The positions after that run; None if it stored no snapshot or was undone."""
        ...

    async def portfolio_history(
        self,
        accounts: Collection[str] | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        *,
        by_currency: bool = False,
    ) -> tuple[PortfolioPoint, ...]:
        """The accounts' figures after each sync of the last day, then each UTC day's last.

        Oldest first. Where a sync tells nothing, there is no point.

        Args:
            accounts: only these; None for all.
            since, until: the times that are included; None for no limit.
            by_currency: each account's parts in single currencies, instead of its total in its
                base currency.
        """
        ...

    async def deposits(self, accounts: Collection[str] | None = None) -> KnownDeposits:
        """What statements told of deposits and withdrawals. Args: accounts: None for all."""
        ...

    async def external_revision(self) -> int:
        """A number that changes with every write of another program to the file."""
        ...

    async def revision(self) -> str:
        """A text that changes with every write to the file, this program's or another's."""
        ...

    async def statistics(self) -> Statistics: ...

    async def close(self) -> None: ...


class Backups(Protocol):
    """Makes backups of the store's file, and restores them.

    Every method may raise StoreError.
    """

    async def make(self) -> Backup:
        """Makes one now."""
        ...

    async def make_due(self) -> Backup | None:
        """Makes the weekly one, or the one after an update; None if neither is due."""
        ...

    async def newest(self) -> Backup | None: ...

    async def restorable(self) -> tuple[RestorableFile, ...]:
        """All backups that are found, newest first."""
        ...

    async def look_at(self, path: Path) -> RestorableFile:
        """What is in a file that the user has chosen."""
        ...

    async def figures(self) -> DatabaseFigures:
        """What is in the store's file now."""
        ...

    async def restore(self, path: Path) -> Backup | None:
        """Puts a copy of this file in the place of the store's, once no sync is in progress.

        Returns:
            The backup of what was there before; None if that was nothing, or damaged.
        """
        ...
