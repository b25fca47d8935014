"""Realized P&L of a close, and how reliable each figure is (contract, section 3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from app.domain.model.amounts import ZERO
from app.domain.model.instruments import Instrument
from app.domain.model.positions import Close, EstimateBasis, FillAllocation, Source
from app.domain.model.snapshot import Fill

# Strongest first: a sum is only as good as its weakest part.
SOURCE_RANK = (Source.BROKER, Source.FILLS, Source.ESTIMATE, Source.SKIPPED, Source.UNKNOWN)


@dataclass(frozen=True, slots=True)
class CostBasis:
    """The cost and direction of the position at a close.

    Attributes:
        sign: +1 for a long position, -1 for a short one.
        average_cost: currency per share or contract, multiplier included; None if unknown.
    """

    instrument: Instrument
    sign: int
    average_cost: Decimal | None

    @property
    def entry_price(self) -> Decimal | None:
        """Currency per unit of the underlying: IBKR's average cost without the value factor."""
        if self.average_cost is None or not self.instrument.unit_value:
            return None
        return self.average_cost / self.instrument.unit_value


@dataclass(frozen=True, slots=True)
class ClosingPortion:
    """The part of a fill that closed something: `quantity` is positive."""

    fill: Fill
    quantity: Decimal

    @property
    def commission(self) -> Decimal | None:
        """The closing part's share of the fill's commission, in the instrument's currency."""
        commission = self.fill.own_commission
        if commission is None:
            return None
        return commission * self.quantity / abs(self.fill.quantity)


def gross_pnl(cost_basis: CostBasis, quantity: Decimal, exit_price: Decimal) -> Decimal | None:
    """(exit price × value factor − average cost) × quantity × sign, before commission."""
    if cost_basis.average_cost is None:
        return None
    proceeds = exit_price * cost_basis.instrument.unit_value
    return (proceeds - cost_basis.average_cost) * quantity * cost_basis.sign


def close_from_fills(
    cost_basis: CostBasis, parts: Sequence[ClosingPortion], *, is_full: bool
) -> Close:
    """A close explained by fills: IBKR's own P&L if every report has arrived, else computed."""
    quantity = sum((part.quantity for part in parts), ZERO)
    value = sum((part.quantity * part.fill.price for part in parts), ZERO)
    exit_price = value / quantity
    commissions = [part.commission for part in parts]
    known = [share for share in commissions if share is not None]
    commission = sum(known, ZERO)
    reported = [part.fill.realized_pnl for part in parts]
    if all(pnl is not None for pnl in reported):
        realized: Decimal | None = sum((pnl for pnl in reported if pnl is not None), ZERO)
        source = Source.BROKER
    else:
        gross = gross_pnl(cost_basis, quantity, exit_price)
        realized = None if gross is None else gross - commission
        source = Source.UNKNOWN if realized is None else Source.FILLS
    return Close(
        quantity_closed=quantity,
        entry_price=cost_basis.entry_price,
        exit_price=exit_price,
        realized_pnl=realized,
        source=source,
        closed_at=parts[-1].fill.time,
        is_full_close=is_full,
        commission=commission if len(known) == len(commissions) else None,
        cost=cost_of(cost_basis, quantity),
        fills=tuple(FillAllocation(part.fill.exec_id, part.quantity) for part in parts),
    )


def close_without_fills(
    cost_basis: CostBasis,
    quantity: Decimal,
    price: Decimal | None,
    *,
    at: datetime,
    is_full: bool,
    basis: EstimateBasis | None = None,
) -> Close:
    """A close that no fill explains: estimated at a price, or unknown without one.

    Args:
        basis: where the price comes from, if it is not the last known one.
    """
    realized = None if price is None else gross_pnl(cost_basis, quantity, price)
    return Close(
        quantity_closed=quantity,
        entry_price=cost_basis.entry_price,
        exit_price=price,
        realized_pnl=realized,
        source=Source.UNKNOWN if realized is None else Source.ESTIMATE,
        closed_at=at,
        is_full_close=is_full,
        cost=cost_of(cost_basis, quantity),
        basis=None if realized is None else basis,
    )


def close_at_cost(
    cost_basis: CostBasis, quantity: Decimal, proceeds: Decimal, *, at: datetime, is_full: bool
) -> Close:
    """A close whose proceeds are the cost that IBKR moved into the underlying.

    The premium that went into that cost is no gain here, so that no P&L counts twice.

    Args:
        proceeds: in currency, signed as the position.
    """
    signed = quantity * cost_basis.sign
    paid = None if cost_basis.average_cost is None else cost_basis.average_cost * signed
    realized = None if paid is None else proceeds - paid
    unit = cost_basis.instrument.unit_value
    return Close(
        quantity_closed=quantity,
        entry_price=cost_basis.entry_price,
        exit_price=(proceeds / (signed * unit) or ZERO) if unit else None,
        realized_pnl=realized,
        source=Source.UNKNOWN if realized is None else Source.ESTIMATE,
        closed_at=at,
        is_full_close=is_full,
        cost=cost_of(cost_basis, quantity),
        basis=None if realized is None else EstimateBasis.COST,
    )


def cost_of(cost_basis: CostBasis, quantity: Decimal) -> Decimal | None:
    return None if cost_basis.average_cost is None else abs(cost_basis.average_cost * quantity)


def realized_total(closes: Sequence[Close]) -> tuple[Decimal | None, Source | None]:
    """The sum over closes with its weakest source; None if a part is unknown."""
    if not closes:
        return None, None
    return sum_realized([(close.realized_pnl, close.source) for close in closes])


def sum_realized(
    parts: Sequence[tuple[Decimal | None, Source | None]],
) -> tuple[Decimal | None, Source | None]:
    """Adds realized P&L; parts without a source (nothing closed yet) are ignored."""
    sourced = [(value, source) for value, source in parts if source is not None]
    if not sourced:
        return None, None
    weakest = max((source for _, source in sourced), key=SOURCE_RANK.index)
    values = [value for value, _ in sourced if value is not None]
    return (sum(values, ZERO) if len(values) == len(sourced) else None), weakest
