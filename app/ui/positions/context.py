"""What the columns of positions need beside a position: rates, today, what is unseen. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from app.domain.model.amounts import CENT, WIDE, rounded
from app.domain.model.positions import Identity, Position
from app.domain.model.runs import ALL_ACCOUNTS
from app.domain.portfolio.fx_rates import Rates
from app.domain.portfolio.summary import PortfolioSummary
from app.ui.style.formatting import Formats
from app.ui.table.core.column import MoneyKey
from app.ui.table.core.shares import Whole, Wholes

HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class PositionsContext:
    """The context of the positions table.

    Attributes:
        today: where the user is; None before the first tick of the clock.
        rates: account -> IBKR's exchange rates to its base currency.
        net: account -> its net liquidation in its base currency.
        base_currency: of all accounts; empty if they differ.
        is_in_base: amounts are shown in the base currency.
        synced: account -> when its positions were last synced.
        unseen: the positions that syncs changed since the user last looked at them -> how each was
            before; None for a new one.
        changed: when each holding last changed; None while past positions are shown.
        wholes: the sums of the groups that the rows are parts of.
        unpriced: accounts whose past positions are shown without stored prices.
        is_lost: the connection that brings live figures is lost.
    """

    formats: Formats
    today: date | None = None
    rates: Mapping[str, Rates] = field(default_factory=dict)
    net: Mapping[str, Decimal] = field(default_factory=dict)
    base_currency: str = ""
    is_in_base: bool = False
    synced: Mapping[str, datetime] = field(default_factory=dict)
    unseen: Mapping[Identity, Position | None] = field(default_factory=dict)
    changed: Mapping[Identity, datetime] | None = field(default_factory=dict)
    wholes: Wholes[Position] = field(default_factory=Wholes)
    unpriced: frozenset[str] = frozenset()
    is_lost: bool = False

    def convert(self, key: MoneyKey, amount: Decimal) -> Decimal | None:
        """The amount in the base currency, in cents; None without a rate."""
        account, currency = key
        if currency == self.base_currency:
            return amount
        rates = self.rates.get(account)
        rate = None if rates is None or not self.base_currency else rates.of(currency)
        return None if rate is None else rounded(WIDE.multiply(amount, rate.value), CENT)

    def in_base(self, position: Position, amount: Decimal | None) -> Decimal | None:
        if amount is None:
            return None
        return self.convert((position.account, position.instrument.currency), amount)

    def part_of(self, whole: Whole, position: Position, amount: Decimal | None) -> Decimal | None:
        """The amount in the currency of the whole that it is a part of."""
        is_same = whole.currency == position.instrument.currency
        return amount if is_same else self.in_base(position, amount)

    def money(self, position: Position, amount: Decimal | None) -> Decimal | None:
        """The amount in the currency that is shown."""
        return self.in_base(position, amount) if self.is_in_base else amount


def portfolio_context(summary: PortfolioSummary) -> dict[str, object]:
    """The context's attributes that come from the portfolio's summary."""
    bases = [row for row in summary.rows if row.is_base and row.account != ALL_ACCOUNTS]
    currencies = {row.currency for row in bases}
    return {
        "rates": {row.account: row.rates for row in bases if row.rates is not None},
        "net": {row.account: row.net_liquidation for row in bases if row.net_liquidation},
        "base_currency": currencies.pop() if len(currencies) == 1 else "",
    }


def last_syncs(positions: Iterable[Position]) -> dict[str, datetime]:
    """account -> when its positions were last synced."""
    syncs = {one.account: one.last_sync for one in positions}
    return {account: last_sync.at for account, last_sync in syncs.items()}
