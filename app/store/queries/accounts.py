"""What IBKR's account tags say about one account (reqAccountUpdates); pure.

Some tags come by currency, and once more with the code BASE for all in the base currency. Others
come once, with the base currency's own code.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from app.domain.portfolio import account_values
from app.domain.portfolio.account_values import BASE
from app.store.database.readable import ReadConnection

StoredFigure = Decimal | None

# By currency, and for BASE.
NET_BY_CURRENCY = "NetLiquidationByCurrency"
CASH_BY_CURRENCY = ("TotalCashBalance", "CashBalance")
MARKET_VALUES = (
    "StockMarketValue",
    "OptionMarketValue",
    "FutureOptionValue",
    "WarrantValue",
    "IssuerOptionValue",
    "CorporateBondValue",
    "TBillValue",
    "TBondValue",
    "FundValue",  # mutual and money market funds together
    "Cryptocurrency",
)
VALUES = "SELECT account, key, currency, value FROM account_value"
# All tags that come by currency.
BY_CURRENCY = frozenset({NET_BY_CURRENCY, *CASH_BY_CURRENCY, *MARKET_VALUES})
# By currency where there is one for BASE; otherwise only once, with the base currency's code.
UNREALIZED = "UnrealizedPnL"
# Once, with the base currency's code: `account_figures.IN_BASE`.
NET_LIQUIDATION = "NetLiquidation"
CASH = "TotalCashValue"
# By currency: units of the base currency for one unit of it.
RATE = "ExchangeRate"


@dataclass(frozen=True, slots=True)
class StoredAccountValues:
    """The figures of one account.

    Attributes:
        values: (tag, currency) -> figure.
    """

    values: Mapping[tuple[str, str], Decimal]

    @property
    def base_currency(self) -> str:
        """Empty where no tag states it."""
        return account_values.base_currency(self.values)

    @property
    def currencies(self) -> frozenset[str]:
        """Currencies with money in them: IBKR keeps listing a used currency at 0."""
        return frozenset(
            currency
            for (tag, currency), value in self.values.items()
            if tag in BY_CURRENCY and currency not in ("", BASE) and value
        )

    @property
    def rates(self) -> dict[str, Decimal]:
        """currency -> units of the base currency for one unit of it."""
        return {currency: rate for (tag, currency), rate in self.values.items() if tag == RATE}

    def net_liquidation(self, currency: str) -> StoredFigure:
        return self.values.get((NET_BY_CURRENCY, currency))

    def cash(self, currency: str) -> StoredFigure:
        for tag in CASH_BY_CURRENCY:
            if (tag, currency) in self.values:
                return self.values[tag, currency]
        return None

    def market_value(self, currency: str) -> StoredFigure:
        """Of stocks, options, bonds and funds; None where IBKR gave none of them."""
        parts = [
            self.values[tag, currency] for tag in MARKET_VALUES if (tag, currency) in self.values
        ]
        return sum(parts, Decimal(0)) if parts else None

    def unrealized_pnl(self, currency: str) -> StoredFigure:
        """None where the tag is the whole account's."""
        if (UNREALIZED, BASE) not in self.values:
            return None
        return self.values.get((UNREALIZED, currency))

    @property
    def base_net_liquidation(self) -> StoredFigure:
        own = self.values.get((NET_LIQUIDATION, self.base_currency or BASE))
        return self.net_liquidation(BASE) if own is None else own

    @property
    def base_cash(self) -> StoredFigure:
        own = self.values.get((CASH, self.base_currency or BASE))
        return self.cash(BASE) if own is None else own

    @property
    def base_market_value(self) -> StoredFigure:
        """Not GrossPositionValue: that adds up short positions as if they were long."""
        return self.market_value(BASE)

    @property
    def base_unrealized_pnl(self) -> StoredFigure:
        own = self.values.get((UNREALIZED, BASE))
        return self.values.get((UNREALIZED, self.base_currency or BASE)) if own is None else own


def last_snapshots(
    database: ReadConnection, accounts: Collection[str] | None = None
) -> dict[str, datetime]:
    """account -> when its last stored snapshot was taken, sorted by account.

    Args:
        accounts: only these; None for all.
    """
    rows = database.run_sql("SELECT account, taken_at FROM account ORDER BY account")
    return {
        account: datetime.fromisoformat(taken_at)
        for account, taken_at in rows
        if accounts is None or account in accounts
    }
