"""IBKR's figures of a whole account, and what each holding adds to them. Pure.

The tags are those of reqAccountUpdates, with the meanings of the TWS API's reference: total cash
is cash at the time of trade plus the futures' P&L; GrossPositionValue is that of the securities
segment, long and short stocks and options; FundValue is money market plus mutual funds; net
liquidation is total cash plus the values of stocks, options, bonds, funds and crypto (IBKR's
glossary, "Net Liquidation Value").
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from app.domain.model.amounts import CENT, ZERO, sum_if_known

if TYPE_CHECKING:
    from app.domain.model.snapshot import Holding


BASE = "BASE"
# Tags of the whole account, which come once, with the base currency's own code.
IN_BASE = ("NetLiquidation", "TotalCashValue", "GrossPositionValue")
# figure -> (the types that are part of it, the tags that add up to it)
VALUES: dict[str, tuple[frozenset[str], tuple[str, ...]]] = {
    "Stock value": (frozenset({"STK"}), ("StockMarketValue",)),
    "Option value": (frozenset({"OPT"}), ("OptionMarketValue",)),
    "Future option value": (frozenset({"FOP"}), ("FutureOptionValue",)),
    "Bond value": (
        frozenset({"BOND", "BILL"}),
        ("CorporateBondValue", "TBondValue", "TBillValue"),
    ),
    "Fund value": (frozenset({"FUND"}), ("FundValue",)),
    "Warrant value": (frozenset({"WAR"}), ("WarrantValue",)),
    "Structured product value": (frozenset({"IOPT"}), ("IssuerOptionValue",)),
    "Crypto value": (frozenset({"CRYPTO"}), ("Cryptocurrency",)),
}
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
class AccountFigures:
    """IBKR's figures of one account.

    Attributes:
        values: (tag, currency) -> figure; the currency is a code, BASE or empty.
        base_currency: empty if no tag names it.
    """

    values: Mapping[tuple[str, str], Decimal]
    base_currency: str = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "base_currency", base_currency(self.values))

    @property
    def currencies(self) -> tuple[str, ...]:
        return tuple(sorted({code for _, code in self.values} - {"", BASE}))

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

    def rate(self, currency: str) -> Decimal | None:
        """One unit of the currency in the base currency; None if IBKR sent no rate."""
        if currency == self.base_currency:
            return Decimal(1)
        return self.get("ExchangeRate", currency)

    def converted(self, holdings: Iterable[Holding], *, is_gross: bool = False) -> Decimal | None:
        """The holdings' value in the base currency; None if a value or a rate is unknown.

        Args:
            is_gross: short ones count as if they were long.
        """
        result = ZERO
        for held in holdings:
            value = owned_value(held)
            rate = self.rate(held.instrument.currency) if value else ZERO
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
        rates = [self.rate(held.instrument.currency) or ZERO for held in holdings]
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
