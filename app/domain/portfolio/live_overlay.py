"""Lays the figures that IBKR pushes over the stored ones; pure, and never stored."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from app.domain.model.amounts import ZERO
from app.domain.model.positions import Position
from app.domain.model.runs import ALL_ACCOUNTS
from app.domain.portfolio.account_values import NET_LIQUIDATION, RATE

if TYPE_CHECKING:
    from app.domain.model.positions import Identity
    from app.domain.portfolio.broker_updates import PnlUpdate, PriceUpdate
    from app.domain.portfolio.fx_rates import ConvertedAmount
    from app.domain.portfolio.summary import AccountSummary

AccountKey = tuple[str, str, str]  # account, key, currency


@dataclass(frozen=True, slots=True)
class LiveOverlay:
    """The newest figures of this connection.

    Attributes:
        prices: by (account, con_id).
        pnl: by (account, con_id), and by (account, None) for the whole account.
        values: account values by (account, key, currency).
        changed: the identities whose figures differ from the previous overlay.
        is_lost: the figures came over a connection that is gone, or has lost IBKR.
    """

    prices: Mapping[Identity, PriceUpdate] = field(default_factory=dict)
    pnl: Mapping[tuple[str, int | None], PnlUpdate] = field(default_factory=dict)
    values: Mapping[AccountKey, Decimal | None] = field(default_factory=dict)
    changed: frozenset[Identity] = frozenset()
    is_lost: bool = False


def overlay_position(position: Position, live: LiveOverlay) -> Position:
    """The position with the figures that are newer than its last sync.

    Figures of another quantity are ignored: trades come with the next sync, and a value that does
    not match the quantity shown would confuse.
    """
    identity = position.identity
    price, pnl = live.prices.get(identity), live.pnl.get(identity)
    if price is not None and is_newer(price, position):
        position = priced(position, price)
    if pnl is None:
        return position
    return replace(position, daily_pnl=pnl.daily, daily_at=pnl.at)


def priced(position: Position, price: PriceUpdate) -> Position:
    """Not with `replace`, which takes twice as long: 10,000 positions may change in a second."""
    return Position(
        account=position.account,
        instrument=position.instrument,
        quantity=position.quantity,
        average_cost=position.average_cost,
        opened_at=position.opened_at,
        last_sync=position.last_sync,
        market_price=known(price.market_price, position.market_price),
        market_value=known(price.market_value, position.market_value),
        unrealized_pnl=known(price.unrealized_pnl, position.unrealized_pnl),
        realized_pnl=position.realized_pnl,
        realized_source=position.realized_source,
        closed_at=position.closed_at,
        id=position.id,
        figures_at=price.at,
        daily_pnl=position.daily_pnl,
        daily_at=position.daily_at,
        notes=position.notes,
    )


def is_newer(price: PriceUpdate, position: Position) -> bool:
    return price.at > position.last_synced_at and price.quantity == position.quantity


def known(new: Decimal | None, old: Decimal | None) -> Decimal | None:
    """The new figure, or the old one if IBKR left it out."""
    return old if new is None else new


@dataclass(slots=True)
class Deltas:
    """How much one account's figures in one currency have changed since the sync."""

    value: Decimal = ZERO
    unrealized: Decimal = ZERO


def overlay_rows(
    rows: Iterable[AccountSummary], positions: Iterable[Position], live: LiveOverlay
) -> tuple[AccountSummary, ...]:
    """The summary's rows, updated by the changes of the positions."""
    deltas = find_deltas(positions, live)
    found = tuple(overlay_row(row, deltas, live) for row in rows)
    return tuple(replace(row, daily_pnl=daily_pnl(row, found, live)) for row in found)


def daily_pnl(
    row: AccountSummary, rows: Iterable[AccountSummary], live: LiveOverlay
) -> Decimal | None:
    """Today's P&L of an account, or of all with the row's base currency; None if one is unknown."""
    if not row.is_base:
        return None
    accounts = [r for r in rows if r.is_base and r.account != ALL_ACCOUNTS]
    if row.account != ALL_ACCOUNTS:
        accounts = [r for r in accounts if r.account == row.account]
    known_ones = [live.pnl.get((each.account, None)) for each in accounts]
    figures = [None if pnl is None else pnl.daily for pnl in known_ones]
    is_mixed = any(each.currency != row.currency for each in accounts)
    if is_mixed or not figures or None in figures:
        return None
    return sum((figure for figure in figures if figure is not None), ZERO)


def find_deltas(positions: Iterable[Position], live: LiveOverlay) -> dict[tuple[str, str], Deltas]:
    """(account or "All", currency) -> how its figures have changed."""
    deltas: dict[tuple[str, str], Deltas] = defaultdict(Deltas)
    for before in positions:
        after = live.prices.get(before.identity)
        if after is None or not is_newer(after, before):
            continue
        for account in (before.account, ALL_ACCOUNTS):
            own = deltas[account, before.instrument.currency]
            own.value += difference(before.market_value, after.market_value)
            own.unrealized += difference(before.unrealized_pnl, after.unrealized_pnl)
    return deltas


def difference(before: Decimal | None, after: Decimal | None) -> Decimal:
    return ZERO if before is None or after is None else after - before


def overlay_row(
    row: AccountSummary, deltas: Mapping[tuple[str, str], Deltas], live: LiveOverlay
) -> AccountSummary:
    """The row with the deltas; unchanged if one of them cannot be converted."""
    if row.is_base and row.account != ALL_ACCOUNTS:
        net = live.values.get((row.account, NET_LIQUIDATION, row.currency))
        row = replace(row, net_liquidation=known(net, row.net_liquidation))
    own = total(row, deltas, live)
    if own is None:
        return row
    return replace(
        row,
        market_value=shifted(row.market_value, own.value),
        unrealized_pnl=shifted(row.unrealized_pnl, own.unrealized),
        converted_value=shifted_sum(row.converted_value, own.value),
        converted_unrealized=shifted_sum(row.converted_unrealized, own.unrealized),
    )


def total(
    row: AccountSummary, deltas: Mapping[tuple[str, str], Deltas], live: LiveOverlay
) -> Deltas | None:
    """The deltas in the row's currency; None if one cannot be converted."""
    result = Deltas()
    for (account, currency), own in deltas.items():
        if account != row.account or (not row.is_base and currency != row.currency):
            continue
        rate = rate_to(row, currency, live)
        if rate is None:
            return None
        result.value += own.value * rate
        result.unrealized += own.unrealized * rate
    return result


def rate_to(row: AccountSummary, currency: str, live: LiveOverlay) -> Decimal | None:
    if currency == row.currency:
        return Decimal(1)
    for sum_ in (row.converted_value, row.converted_unrealized):
        for rate in sum_.basis.rates if sum_ else ():
            if (rate.currency, rate.base) == (currency, row.currency):
                return rate.value
    return live.values.get((row.account, RATE, currency))


def shifted(amount: Decimal | None, by: Decimal) -> Decimal | None:
    return None if amount is None else amount + by


def shifted_sum(sum_: ConvertedAmount | None, by: Decimal) -> ConvertedAmount | None:
    return None if sum_ is None else replace(sum_, amount=shifted(sum_.amount, by))
