"""Replays the trades of one instrument in one account, in time order, over its position."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from app.domain.model.amounts import ZERO
from app.domain.model.inferences import Inference, InferenceKind
from app.domain.model.instruments import Instrument
from app.domain.model.positions import Close, LastSync, Position, Source
from app.domain.model.realized_pnl import (
    ClosingPortion,
    CostBasis,
    close_at_cost,
    close_from_fills,
    close_without_fills,
    sum_realized,
)
from app.domain.model.snapshot import Fill


@dataclass(slots=True)
class PositionLifecycle:
    """One position from its opening (or from the last sync) to its close (or to now).

    Attributes:
        before: the stored position; None if the replay opened it.
        used_fills: a fill took part, so its close has evidence.
        split: the quantity before and after a split; None if there was none.
        inferred: the inferences applied to it.
        unexplained: the closes that neither a fill nor an inference explains.
    """

    before: Position | None
    opened_at: datetime
    quantity: Decimal
    average_cost: Decimal | None
    closed_at: datetime | None = None
    closes: list[Close] = field(default_factory=list)
    used_fills: bool = False
    split: tuple[Decimal, Decimal] | None = None
    inferred: list[Inference] = field(default_factory=list)
    unexplained: list[Close] = field(default_factory=list)

    def position(self, account: str, instrument: Instrument, at: datetime) -> Position:
        """The position at the end of the lifecycle, without IBKR's own figures."""
        start = self.before or Position(
            account=account,
            instrument=instrument,
            quantity=self.quantity,
            average_cost=self.average_cost,
            opened_at=self.opened_at,
            last_sync=LastSync(at),
        )
        earlier = [(start.realized_pnl, start.realized_source)]
        realized, source = sum_realized(
            earlier + [(close.realized_pnl, close.source) for close in self.closes]
        )
        return replace(
            start,
            quantity=self.quantity,
            average_cost=self.average_cost,
            realized_pnl=realized,
            realized_source=source,
            closed_at=self.closed_at,
            last_sync=LastSync(at),
        )


class TradeReplay:
    """Applies a sequence of trades to one stored position, or to none.

    Args:
        last_price: the price at which closes without a fill are estimated.
        known_cost: the average cost that IBKR reports in the end; the assumed cost of openings
            without a fill.
        calculate_pnl: False leaves out every realized P&L (source `skipped`).
    """

    def __init__(
        self,
        instrument: Instrument,
        stored: Position | None,
        *,
        last_price: Decimal | None,
        known_cost: Decimal | None,
        calculate_pnl: bool = True,
    ) -> None:
        self._instrument = instrument
        self._known_cost = known_cost
        self._last_price = last_price
        self._calculate_pnl = calculate_pnl
        self._parts: list[ClosingPortion] = []
        self._inference: Inference | None = None  # while it is applied
        self.lifecycles: list[PositionLifecycle] = []
        if stored is not None:
            self.lifecycles.append(
                PositionLifecycle(stored, stored.opened_at, stored.quantity, stored.average_cost)
            )

    @property
    def _current(self) -> PositionLifecycle | None:
        if self.lifecycles and self.lifecycles[-1].closed_at is None:
            return self.lifecycles[-1]
        return None

    def fills(self, fills: Iterable[Fill]) -> None:
        """Applies fills in the order given."""
        for fill in fills:
            rest = fill.quantity - self._close(fill.quantity, fill.time, fill)
            if rest:
                self._open(rest, fill.time, fill)
        self._record_fills(is_full=False)

    def split(self, quantity: Decimal) -> None:
        """Sets the quantity of the current position, at the same total cost."""
        current = self._current
        if current is not None:
            if current.average_cost is not None:
                current.average_cost = current.average_cost * current.quantity / quantity
            current.split = current.quantity, quantity
            current.quantity = quantity

    def unexplained(self, quantity: Decimal, at: datetime) -> None:
        """Applies a trade that nothing explains."""
        rest = quantity - self._close(quantity, at, None)
        if rest:
            self._open(rest, at, None)

    def infer(self, inference: Inference, at: datetime) -> None:
        """Applies what was inferred in place of an execution."""
        self._inference = inference
        if inference.kind is InferenceKind.MOVED:
            self._move(inference, at)
        else:
            self.unexplained(inference.quantity, at)
        self._inference = None

    def _move(self, inference: Inference, at: datetime) -> None:
        """Moves quantity and cost in or out: no close, no P&L."""
        current = self._current
        if current is None:
            opened_at, cost = inference.opened_at or at, inference.average_cost
            self.lifecycles.append(PositionLifecycle(None, opened_at, inference.quantity, cost))
            self.lifecycles[-1].inferred.append(inference)
            return
        current.inferred.append(inference)
        total = current.quantity + inference.quantity
        if inference.average_cost is not None and current.average_cost is not None and total:
            cost = current.average_cost * current.quantity
            current.average_cost = (cost + inference.average_cost * inference.quantity) / total
        current.quantity = total
        if not total:
            current.closed_at = at

    def _close(self, quantity: Decimal, at: datetime, fill: Fill | None) -> Decimal:
        """Closes what the trade closes of the current position; returns that quantity, signed."""
        current = self._current
        if current is None or current.quantity * quantity >= 0:
            return ZERO
        size = min(abs(quantity), abs(current.quantity))
        part = size.copy_sign(quantity)
        is_full = size == abs(current.quantity)
        if fill is None:
            self._record(current, self._close_without_fills(current, size, at, is_full=is_full))
        else:
            current.used_fills = True
            self._parts.append(ClosingPortion(fill, size))
            if is_full:
                self._record_fills(is_full=True)
        current.quantity += part
        if is_full:
            current.closed_at = at
        return part

    def _close_without_fills(
        self, current: PositionLifecycle, size: Decimal, at: datetime, *, is_full: bool
    ) -> Close:
        cost_basis, inference = self._cost_basis(current), self._inference
        if inference is None:
            return close_without_fills(cost_basis, size, self._last_price, at=at, is_full=is_full)
        current.inferred.append(inference)
        if inference.proceeds is not None:
            proceeds = inference.proceeds * size / abs(inference.quantity)
            return close_at_cost(cost_basis, size, proceeds, at=at, is_full=is_full)
        return close_without_fills(
            cost_basis, size, inference.price, at=at, is_full=is_full, basis=inference.basis
        )

    def _open(self, quantity: Decimal, at: datetime, fill: Fill | None) -> None:
        """Opens a position or adds to it; the cost follows IBKR: commissions are part of it."""
        self._record_fills(is_full=False)
        cost: Decimal | None = None
        if fill is not None:
            share = (fill.own_commission or ZERO) * abs(quantity) / abs(fill.quantity)
            cost = quantity * fill.price * self._instrument.unit_value + share
        current = self._current
        if current is None:
            average = self._known_cost if cost is None else cost / quantity
            self.lifecycles.append(
                PositionLifecycle(None, at, quantity, average, used_fills=fill is not None)
            )
            self._note_opening(self.lifecycles[-1])
            return
        self._note_opening(current)
        current.used_fills = current.used_fills or fill is not None
        total = current.quantity + quantity
        if cost is None and self._known_cost is not None:
            current.average_cost = self._known_cost
        elif current.average_cost is None or cost is None:
            current.average_cost = None
        else:
            current.average_cost = (current.average_cost * current.quantity + cost) / total
        current.quantity = total

    def _note_opening(self, opened: PositionLifecycle) -> None:
        if self._inference is not None:
            opened.inferred.append(self._inference)

    def _record_fills(self, *, is_full: bool) -> None:
        """Turns the closing fills collected so far into one close of the current position."""
        current = self._current
        if self._parts and current is not None:
            close = close_from_fills(self._cost_basis(current), self._parts, is_full=is_full)
            self._record(current, close)
            self._parts = []

    def _record(self, current: PositionLifecycle, close: Close) -> None:
        if not self._calculate_pnl:
            close = replace(close, realized_pnl=None, source=Source.SKIPPED, basis=None)
        current.closes.append(close)
        if not close.fills and self._inference is None:
            current.unexplained.append(close)

    def _cost_basis(self, current: PositionLifecycle) -> CostBasis:
        sign = 1 if current.quantity > 0 else -1
        return CostBasis(self._instrument, sign, current.average_cost)
