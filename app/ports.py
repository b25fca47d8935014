"""What the sync needs from the outside: a broker to read, and a store to keep."""

from collections.abc import Callable, Sequence
from typing import Protocol

from app.domain.closed import ClosedFilter, ClosedLine, ClosedOrder, CloseTotals
from app.domain.plan import Plan
from app.domain.positions import Position, StoredChange, StoredClose
from app.domain.runs import Report, Request, Run, Statistics
from app.domain.snapshot import Snapshot
from app.domain.states import Book, ConnectionState


class Broker(Protocol):
    """Reads from TWS or IB Gateway; never sends an order."""

    @property
    def connection(self) -> ConnectionState: ...

    def watch(self, listener: Callable[[ConnectionState], None]) -> None:
        """Calls the listener with every new connection state, on the loop's thread."""

    async def snapshot(self, account: str | None, *, reconnect: bool = False) -> Snapshot:
        """One complete read of all accounts, or of one.

        Args:
            account: one account; None for all that the login manages.
            reconnect: read over a new connection.

        Raises:
            BrokerError: nothing, or not all, could be read.
        """
        ...

    async def close(self) -> None: ...


class Store(Protocol):
    """Keeps positions, closes, changes, fills and runs in one SQLite file.

    Every method may raise StoreError.
    """

    async def plan(self, snapshot: Snapshot, request: Request) -> Plan:
        """What `apply` would do now; writes nothing."""
        ...

    async def apply(
        self, snapshot: Snapshot, request: Request, run: Run, *, second_read: bool = False
    ) -> Report:
        """Reconciles and writes everything of one run in one transaction.

        Args:
            run: the run so far; its duration and counts are completed here.
            second_read: positions missing from the snapshot were missing in an earlier one too.

        Raises:
            StaleSnapshotError: a newer snapshot of one of its accounts is stored.
            UnconfirmedClosesError: a position would be closed without a fill, on a first read.
        """
        ...

    async def record(self, run: Run) -> Run:
        """Stores a run that changed nothing: failed, held or cancelled. Returns it with its id."""
        ...

    async def book(self) -> Book: ...

    async def positions(
        self, account: str | None = None, *, closed: bool = False
    ) -> tuple[Position, ...]: ...

    async def closes(self, account: str | None = None) -> tuple[StoredClose, ...]: ...

    async def closed_ids(self, wanted: ClosedFilter, order: ClosedOrder) -> tuple[int, ...]:
        """The positions, open ones too, with a close that matches."""
        ...

    async def closed_lines(
        self, ids: Sequence[int], wanted: ClosedFilter
    ) -> tuple[ClosedLine, ...]:
        """The lines of these positions in this order, without those that match no more."""
        ...

    async def close_totals(self, wanted: ClosedFilter) -> tuple[CloseTotals, ...]:
        """Of all closes that match, by currency."""
        ...

    async def runs(self, limit: int | None = None) -> tuple[Run, ...]: ...

    async def run(self, run_id: int) -> tuple[Run, tuple[StoredChange, ...]] | None: ...

    async def statistics(self) -> Statistics: ...

    async def close(self) -> None: ...
