"""Collects the prices and P&L that IBKR pushes into one value for the table and the summary."""

from decimal import Decimal
from types import MappingProxyType

from PySide6.QtCore import QObject, Signal, Slot

from app.domain.desktop.app_state import LinkStatus, SyncState
from app.domain.model.positions import Identity
from app.domain.portfolio.broker_updates import LiveUpdates, PnlUpdate, PriceUpdate
from app.domain.portfolio.live_overlay import AccountKey, LiveOverlay
from app.ports import Broker


class MarketDataController(QObject):
    """Keeps the newest price, P&L and account value as long as the window is open.

    Signals:
        updated(LiveOverlay): figures changed (at most ten times a second), or the connection that
            brings them was lost or restored.
    """

    updated = Signal(object)

    def __init__(self, broker: Broker, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._prices: dict[Identity, PriceUpdate] = {}
        self._pnl: dict[tuple[str, int | None], PnlUpdate] = {}
        self._values: dict[AccountKey, Decimal | None] = {}
        self._is_lost = False
        broker.watch_updates(self._on_updates)

    @Slot(object)
    def on_state_changed(self, state: SyncState) -> None:
        """Marks the figures as outdated while the connection is lost."""
        link = state.connection.link
        is_lost = link is not LinkStatus.CONNECTED and (
            link is LinkStatus.STALE or bool(self._prices)
        )
        if is_lost != self._is_lost:
            self._is_lost = is_lost
            self._publish(frozenset())

    def _on_updates(self, figures: LiveUpdates) -> None:
        prices = {(price.account, price.con_id): price for price in figures.prices}
        self._prices.update(prices)
        moved: set[Identity] = set(prices)
        for pnl in figures.pnl:
            self._pnl[pnl.account, pnl.con_id] = pnl
            if pnl.con_id is not None:
                moved.add((pnl.account, pnl.con_id))
        for value in figures.values:
            self._values[value.account, value.key, value.currency] = value.value
        self._publish(frozenset(moved))

    def _publish(self, moved: frozenset[Identity]) -> None:
        live = LiveOverlay(
            MappingProxyType(self._prices),
            MappingProxyType(self._pnl),
            MappingProxyType(self._values),
            moved,
            self._is_lost,
        )
        self.updated.emit(live)
