"""Finds changes in the rows that TWS pushes, as opposed to answers to a read.

A row is an event if its content is new: rows of our own reads are noted here, so that a read
never triggers the next one.
"""

from collections.abc import Callable, Collection, Iterable, Set
from datetime import datetime
from decimal import Decimal

from app.broker.protocol.rows import CommissionRow, PnlRow, PortfolioRow, PositionRow
from app.broker.reading.update_batcher import UpdateBatcher
from app.domain.model.positions import Identity
from app.domain.model.snapshot import AccountValue
from app.domain.portfolio.broker_updates import BrokerEvent, EventKind, PnlUpdate, PriceUpdate

ZERO = Decimal(0)

Quantities = dict[Identity, Decimal]
PnlKey = tuple[str, int | None]  # (account, con_id); None: the account as a whole


class ChangeDetector:
    """Compares pushed rows with the last known ones.

    Args:
        on_event: called with each event.
        updates: takes prices, P&L and account values.
        on_holdings_changed: called when a position was opened or closed.

    Attributes:
        quantities: (account, con_id) -> quantity of the last position row.
        covered: the accounts of the read in progress.
        pnl_keys: request id -> whose P&L it asks for.
    """

    def __init__(
        self,
        *,
        on_event: Callable[[BrokerEvent], None],
        updates: UpdateBatcher,
        on_holdings_changed: Callable[[], None],
        clock: Callable[[], datetime],
    ) -> None:
        self.quantities: dict[Identity, Decimal] = {}
        self.covered: frozenset[str] = frozenset()
        self._quantities_before: dict[Identity, Decimal] = {}  # before the read in progress
        self.pnl_keys: dict[int, PnlKey] = {}
        self._portfolio_quantities: dict[Identity, Decimal] = {}  # of the last portfolio rows
        self._executions: dict[str, Identity] = {}
        self._reports: dict[str, CommissionRow] = {}
        self._on_event = on_event
        self._updates = updates
        self._on_holdings_changed = on_holdings_changed
        self._clock = clock

    def begin_read(self, accounts: Collection[str]) -> None:
        """From now on, rows of these accounts are answers, not events."""
        self.covered = frozenset(accounts)
        self._quantities_before = dict(self.quantities)

    def abandon_read(self) -> None:
        """The read's result is not used, so the changes that it saw become events."""
        self._emit_differences(self._quantities_before, self.quantities, self.covered)

    def note_positions(self, rows: Iterable[PositionRow]) -> None:
        """Notes all positions; a change in an account that the read does not cover is an event."""
        before, now = self.quantities, {row.identity: row.quantity for row in rows}
        self.quantities = now
        others = {account for held in (before, now) for account, _ in held} - self.covered
        self._emit_differences(before, now, others)

    def _emit_differences(self, before: Quantities, now: Quantities, accounts: Set[str]) -> None:
        for identity in {**before, **now} if accounts else ():
            if identity[0] in accounts and before.get(identity, ZERO) != now.get(identity, ZERO):
                self._emit(EventKind.POSITION, *identity)

    def note_portfolio_row(self, row: PortfolioRow) -> None:
        self._portfolio_quantities[row.identity] = row.quantity

    def note_execution(self, exec_id: str, identity: Identity) -> None:
        self._executions[exec_id] = identity

    def note_commission(self, row: CommissionRow) -> None:
        self._reports[row.exec_id] = row

    def on_position(self, row: PositionRow) -> None:
        identity = row.identity
        before = self.quantities.get(identity, ZERO)
        self.quantities[identity] = row.quantity
        if row.quantity == before:
            return
        if not (row.quantity and before):
            self._on_holdings_changed()
        self._emit(EventKind.POSITION, *identity)

    def on_portfolio_row(self, row: PortfolioRow) -> None:
        """The first row of a holding is the base. A row that lags behind the position rows, or
        matches them, is not an event."""
        identity = row.identity
        before = self._portfolio_quantities.get(identity, row.quantity)
        self._portfolio_quantities[identity] = row.quantity
        if row.quantity not in (before, self.quantities.get(identity, ZERO)):
            self._emit(EventKind.POSITION, *identity)
        elif row.quantity:
            self._updates.price(
                PriceUpdate(
                    *identity,
                    quantity=row.quantity,
                    market_price=row.market_price,
                    market_value=row.market_value,
                    unrealized_pnl=row.unrealized_pnl,
                    at=self._clock(),
                )
            )

    def on_execution(self, exec_id: str, identity: Identity) -> None:
        if exec_id not in self._executions:
            self.note_execution(exec_id, identity)
            self._emit(EventKind.EXECUTION, *identity)

    def on_commission(self, row: CommissionRow) -> None:
        if self._reports.get(row.exec_id) != row:
            self.note_commission(row)
            account, con_id = self._executions.get(row.exec_id, ("", None))
            self._emit(EventKind.COMMISSION, account, con_id)

    def on_value(self, value: AccountValue) -> None:
        self._updates.value(value)

    def on_pnl(self, row: PnlRow) -> None:
        key = self.pnl_keys.get(row.request_id)
        if key is not None:  # a row may arrive after its subscription was ended
            self._updates.pnl(
                PnlUpdate(*key, row.daily, row.unrealized, row.realized, row.value, self._clock())
            )

    def _emit(self, kind: EventKind, account: str, con_id: int | None) -> None:
        self._on_event(BrokerEvent(kind, account, con_id, self._clock()))
