"""Computes portfolio rows: holdings at current prices, with today's P&L. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from app.broker.simulator.market.costs import NOTHING, Lot
from app.broker.simulator.scenario.state import ListedInstrument
from app.domain.model.positions import Identity
from app.domain.model.snapshot import Fill


@dataclass(frozen=True, slots=True)
class SimulatedPortfolioRow:
    """One row of an account's portfolio, with quantity 0 if it was closed today.

    Attributes:
        value, unrealized, realized, daily: in the instrument's currency; realized and daily are
            today's, net of commissions.
    """

    account: str
    listing: ListedInstrument
    lot: Lot
    value: Decimal
    unrealized: Decimal
    realized: Decimal
    daily: Decimal


def portfolio_rows(
    lots: Mapping[Identity, Lot], listings: Mapping[int, ListedInstrument], fills: tuple[Fill, ...]
) -> tuple[SimulatedPortfolioRow, ...]:
    """The rows of everything that is held or was traded today.

    Args:
        fills: today's, corrections included.
    """
    traded: dict[Identity, list[Fill]] = {}
    for fill in _latest(fills):
        traded.setdefault(fill.identity, []).append(fill)
    return tuple(
        _row(account, listings[con_id], lots.get((account, con_id), Lot()), todays)
        for account, con_id in {**lots, **traded}
        for todays in (traded.get((account, con_id), []),)
    )


def _row(
    account: str, listing: ListedInstrument, lot: Lot, fills: list[Fill]
) -> SimulatedPortfolioRow:
    unit = listing.instrument.multiplier
    value = lot.quantity * unit * listing.price
    opening = lot.quantity - sum((fill.quantity for fill in fills), NOTHING)
    spent = sum((f.quantity * unit * f.price + (f.commission or NOTHING) for f in fills), NOTHING)
    return SimulatedPortfolioRow(
        account=account,
        listing=listing,
        lot=lot,
        value=value,
        unrealized=value - lot.quantity * lot.average_cost,
        realized=sum((fill.realized_pnl or NOTHING for fill in fills), NOTHING),
        daily=value - opening * unit * listing.close - spent,
    )


def _latest(fills: tuple[Fill, ...]) -> tuple[Fill, ...]:
    """The highest revision of each fill, without summaries of combos."""
    counted: dict[str, Fill] = {}
    for fill in sorted(fills, key=lambda fill: fill.revision):
        if not fill.is_combo_summary:
            counted[fill.stem] = fill
    return tuple(counted.values())
