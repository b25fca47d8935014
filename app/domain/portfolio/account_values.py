"""IBKR's figures of a whole account, and what each holding adds to them. Pure.

The tags are those of reqAccountUpdates. Some come by currency, and once more with the code BASE for
all in the base currency; others come once, with the base currency's own code. By the TWS API's
reference total cash
is cash at the time of trade plus the futures' P&L; GrossPositionValue is that of the securities
segment, long and short stocks and options; FundValue is money market plus mutual funds; net
liquidation is total cash plus the values of stocks, options, bonds, funds and crypto (IBKR's
glossary, "Net Liquidation Value").
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from app.domain.model.amounts import CENT, ZERO, sum_if_known, sum_of_known
from app.domain.portfolio.fx_rates import Rates
from app.domain.text.messages import message

if TYPE_CHECKING:
    from app.domain.model.snapshot import Holding, Snapshot

BASE = "BASE"
NET_LIQUIDATION = "NetLiquidation"
CASH = "TotalCashValue"
# Tags of the whole account, which come once, with the base currency's own code.
GROSS_VALUE = "GrossPositionValue"
IN_BASE = (NET_LIQUIDATION, CASH, GROSS_VALUE)
# By currency, and for BASE.
NET_BY_CURRENCY = "NetLiquidationByCurrency"
CASH_BY_CURRENCY = ("TotalCashBalance", "CashBalance")
# By currency where there is one for BASE; otherwise only once, with the base currency's code.
UNREALIZED = "UnrealizedPnL"
REALIZED = "RealizedPnL"  # of the trading day
# By currency: units of the base currency for one unit of it.
RATE = "ExchangeRate"
# figure -> (the types that are part of it, the tags that add up to it)
VALUES: dict[str, tuple[frozenset[str], tuple[str, ...]]] = {
    message("Stock value"): (frozenset({"STK"}), ("StockMarketValue",)),
    message("Option value"): (frozenset({"OPT"}), ("OptionMarketValue",)),
    message("Future option value"): (frozenset({"FOP"}), ("FutureOptionValue",)),
    message("Bond value"): (
        frozenset({"BOND", "BILL"}),
        ("CorporateBondValue", "TBondValue", "TBillValue"),
    ),
    message("Fund value"): (frozenset({"FUND"}), ("FundValue",)),
    message("Warrant value"): (frozenset({"WAR"}), ("WarrantValue",)),
    message("Structured product value"): (frozenset({"IOPT"}), ("IssuerOptionValue",)),
    message("Crypto value"): (frozenset({"CRYPTO"}), ("Cryptocurrency",)),
}
MARKET_VALUES = tuple(tag for _, tags in VALUES.values() for tag in tags)
BY_CURRENCY = frozenset({NET_BY_CURRENCY, *CASH_BY_CURRENCY, *MARKET_VALUES})
OWNED = frozenset[str]().union(*(types for types, _ in VALUES.values()))
IN_CASH = frozenset({"FUT", "CASH"})  # a future's P&L and a currency pair are cash already
# IBKR's guides differ on whether net liquidation includes these: the nearer sum counts.
ACCRUALS = ("AccruedCash", "NetDividend")
# A real account's BASE figures were 0.008 % off what IBKR's own ExchangeRate makes of its parts.
RATE_DRIFT = Decimal("0.0005")


def base_currency(values: Mapping[tuple[str, str], Decimal]) -> str:
    """The code of an account's base currency; empty if no tag names it.

    Rows in the currency BASE, or without one, do not count. The order of the rows does not matter:
    of two codes that of net liquidation counts.

    Args:
        values: (tag, currency) -> figure.
    """
    known = [key for key in values if key[0] in IN_BASE and key[1] not in ("", BASE)]
    return min(known, key=lambda key: (IN_BASE.index(key[0]), key[1]), default=("", ""))[1]


@dataclass(frozen=True, slots=True)
class AccountValues:
    """IBKR's figures of one account at one time.

    Attributes:
        values: (tag, currency) -> figure; the currency is a code, BASE or empty.
        base_currency: empty if no tag names it.
    """

    values: Mapping[tuple[str, str], Decimal]
    taken_at: datetime
    base_currency: str = field(init=False, compare=False)
    rates: Rates = field(init=False, compare=False)

    def __post_init__(self) -> None:
        base = base_currency(self.values)
        rates = {currency: value for (tag, currency), value in self.values.items() if tag == RATE}
        object.__setattr__(self, "base_currency", base)
        object.__setattr__(self, "rates", Rates(base, self.taken_at, rates))

    @property
    def currencies(self) -> tuple[str, ...]:
        return tuple(sorted({code for _, code in self.values} - {"", BASE}))

    @property
    def used_currencies(self) -> frozenset[str]:
        """Those with money in them: IBKR keeps listing a used currency at 0."""
        return frozenset(
            currency
            for (tag, currency), value in self.values.items()
            if tag in BY_CURRENCY and currency not in ("", BASE) and value
        )

    def get(self, tag: str, currency: str) -> Decimal | None:
        return self.values.get((tag, currency))

    def in_base(self, tag: str) -> Decimal | None:
        """A figure of the whole account, under the base currency's code or under BASE."""
        own = self.get(tag, self.base_currency)
        return self.get(tag, BASE) if own is None else own

    def sent(self, tags: Iterable[str], currency: str) -> tuple[Decimal, ...]:
        """The figures of the tags that IBKR sent."""
        found = (self.get(tag, currency) for tag in tags)
        return tuple(figure for figure in found if figure is not None)

    def net_liquidation(self, currency: str) -> Decimal | None:
        """Args: currency: BASE for the whole account."""
        whole = self.in_base(NET_LIQUIDATION) if currency == BASE else None
        return self.get(NET_BY_CURRENCY, currency) if whole is None else whole

    def cash(self, currency: str) -> Decimal | None:
        """Args: currency: BASE for the whole account."""
        whole = self.in_base(CASH) if currency == BASE else None
        return next(iter(self.sent(CASH_BY_CURRENCY, currency)), None) if whole is None else whole

    def market_value(self, currency: str) -> Decimal | None:
        """Of stocks, options, bonds and funds; None where IBKR gave none of them.

        Not GrossPositionValue, which adds up short positions as if they were long.

        Args:
            currency: BASE for the whole account.
        """
        return sum_of_known(self.sent(MARKET_VALUES, currency))

    def unrealized_pnl(self, currency: str) -> Decimal | None:
        """Args: currency: BASE for the whole account."""
        return self._pnl(UNREALIZED, currency)

    def realized_pnl(self, currency: str) -> Decimal | None:
        """Of the trading day. Args: currency: BASE for the whole account."""
        return self._pnl(REALIZED, currency)

    def _pnl(self, tag: str, currency: str) -> Decimal | None:
        whole = self.get(tag, BASE)
        if currency == BASE:
            return self.get(tag, self.base_currency) if whole is None else whole
        return None if whole is None else self.get(tag, currency)

    def converted(self, holdings: Iterable[Holding], *, is_gross: bool = False) -> Decimal | None:
        """The holdings' value in the base currency; None if a value or a rate is unknown.

        Args:
            is_gross: short ones count as if they were long.
        """
        result = ZERO
        for held in holdings:
            value = owned_value(held)
            rate = self.rates.value(held.instrument.currency) if value else ZERO
            if value is None or rate is None:
                return None
            result += (abs(value) if is_gross else value) * rate
        return result

    def drift(self, holdings: Iterable[Holding]) -> Decimal:
        """The largest error from IBKR showing other rates than it uses."""
        base = self.base_currency
        foreign = [held for held in holdings if held.instrument.currency != base]
        return RATE_DRIFT * (self.converted(foreign, is_gross=True) or ZERO)

    def cents(self, holdings: Iterable[Holding]) -> Decimal:
        """A cent for each value, for the cash and for the sum, in the base currency.

        One cent of a currency can be worth more than one of the base.
        """
        rates = [self.rates.value(held.instrument.currency) or ZERO for held in holdings]
        return CENT * (sum((max(rate, Decimal(1)) for rate in rates), ZERO) + 2)

    def with_accruals(self, ours: Decimal, ibkr: Decimal, currency: str) -> Decimal:
        """Our sum plus the accruals that bring it nearest to IBKR's."""
        sums = [ours]
        for accrued in self.sent(ACCRUALS, currency):
            sums += [each + accrued for each in sums]
        return min(sums, key=lambda each: abs(each - ibkr))


def owned_value(held: Holding) -> Decimal | None:
    """What the holding adds to net liquidation; None if unknown."""
    if held.instrument.sec_type in IN_CASH:
        return ZERO
    return held.market_value if held.instrument.sec_type in OWNED else None


def owned_total(holdings: Iterable[Holding]) -> Decimal | None:
    """What the holdings add to net liquidation; None if a part is unknown."""
    return sum_if_known(map(owned_value, holdings))


def by_account(
    values: Iterable[tuple[str, str, str, Decimal]], times: Mapping[str, datetime]
) -> dict[str, AccountValues]:
    """Account -> its values; only accounts with both a time and a value.

    Args:
        values: account, tag, currency and figure of each.
        times: account -> when its values were read.
    """
    found: defaultdict[str, dict[tuple[str, str], Decimal]] = defaultdict(dict)
    for account, tag, currency, figure in values:
        found[account][tag, currency] = figure
    return {
        account: AccountValues(own, times[account])
        for account, own in found.items()
        if account in times
    }


def reported_values(snapshot: Snapshot) -> dict[str, AccountValues]:
    """Account -> its values in the snapshot; covered accounts only."""
    return by_account(
        ((one.account, one.key, one.currency, one.value) for one in snapshot.account_values),
        dict.fromkeys(snapshot.accounts, snapshot.taken_at),
    )
