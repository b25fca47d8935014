"""The currency that a chart is drawn in, and what amounts are in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from app.domain.model.amounts import WIDE
from app.domain.portfolio.fx_rates import Rate, Rates


@dataclass(frozen=True, slots=True)
class ChartCurrency:
    """Either one currency, to which only amounts in it belong, or the base currency, to which all
    amounts are converted with IBKR's latest rates of their accounts.

    Attributes:
        code: empty where no currency is known yet.
        is_base: convert other currencies instead of leaving them out.
        rates: account -> its rates.
    """

    code: str
    is_base: bool = False
    rates: Mapping[str, Rates] = field(default_factory=dict)

    def includes(self, currency: str) -> bool:
        return self.is_base or currency == self.code

    def rate(self, account: str, currency: str) -> Decimal | None:
        """What one unit of the currency is worth; None where no rate is known."""
        if currency == self.code:
            return Decimal(1)
        rates = self.rates.get(account)
        return rates.value(currency) if rates is not None and rates.base == self.code else None

    def amount(self, account: str, currency: str, amount: Decimal) -> Decimal | None:
        """The amount in this currency; zero needs no rate."""
        rate = Decimal(1) if not amount else self.rate(account, currency)
        if rate is None or rate == 1:
            return None if rate is None else amount
        return WIDE.multiply(amount, rate)

    def used_rates(self, money: frozenset[tuple[str, str]]) -> tuple[Rate, ...]:
        """The rates that a sum needed. Args: money: account and currency of its amounts."""
        if not self.is_base:
            return ()
        found = (
            self.rates[account].of(currency)
            for account, currency in money
            if currency != self.code
            and account in self.rates
            and self.rates[account].base == self.code
        )
        return tuple(sorted({rate for rate in found if rate is not None}))
