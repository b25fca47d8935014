"""Batches live figures: keeps the newest of each, and sends them a few times a second.

TWS can push thousands of figures a second; a view needs only the last of each.
"""

import asyncio

from app.broker.observers import Observers
from app.domain.model.positions import Identity
from app.domain.model.snapshot import AccountValue
from app.domain.portfolio.broker_updates import LiveUpdates, PnlUpdate, PriceUpdate


class UpdateBatcher:
    """The figures that changed since the last batch.

    Args:
        interval_s: the minimum time between two batches, in seconds.
    """

    def __init__(self, interval_s: float) -> None:
        self.observers: Observers[LiveUpdates] = Observers()
        self._interval_s = interval_s
        self._timer: asyncio.TimerHandle | None = None
        self._prices: dict[Identity, PriceUpdate] = {}
        self._pnl: dict[tuple[str, int | None], PnlUpdate] = {}
        self._values: dict[tuple[str, str, str], AccountValue] = {}

    def price(self, update: PriceUpdate) -> None:
        self._prices[update.account, update.con_id] = update
        self._flush_later()

    def pnl(self, update: PnlUpdate) -> None:
        self._pnl[update.account, update.con_id] = update
        self._flush_later()

    def value(self, value: AccountValue) -> None:
        self._values[value.account, value.key, value.currency] = value
        self._flush_later()

    def discard(self) -> None:
        """Drops the pending figures, after their connection was closed."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._prices, self._pnl, self._values = {}, {}, {}

    def _flush_later(self) -> None:
        if self._timer is None and self.observers:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(self._interval_s, self._flush)

    def _flush(self) -> None:
        updates = LiveUpdates(
            tuple(self._prices.values()), tuple(self._pnl.values()), tuple(self._values.values())
        )
        self._timer = None
        self.discard()
        self.observers.notify(updates)
