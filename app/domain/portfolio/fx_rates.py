"""IBKR's exchange rates: sums over currencies with the rates that were used, and commissions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from app.domain.model.amounts import ZERO

if TYPE_CHECKING:
    from app.domain.model.snapshot import Fill

ONE = Decimal(1)
DIGITS = 10  # of a rate between two currencies that are not the base


@dataclass(frozen=True, slots=True, order=True)
class Rate:
    """One unit of `currency` is `value` units of `base`, by IBKR at the time `as_of`."""

    currency: str
    base: str
    value: Decimal
    as_of: datetime


@dataclass(frozen=True, slots=True)
class Rates:
    """The rates of one account.

    Attributes:
        base: the account's base currency.
        values: currency -> units of the base currency for one unit of it.
    """

    base: str
    as_of: datetime
    values: Mapping[str, Decimal]

    def value(self, currency: str) -> Decimal | None:
        """One unit of the currency in the base currency; None if IBKR gave no positive rate."""
        value = ONE if currency == self.base else self.values.get(currency, ZERO)
        return value if value > 0 else None

    def of(self, currency: str) -> Rate | None:
        value = self.value(currency)
        return None if value is None else Rate(currency, self.base, value, self.as_of)


@dataclass(frozen=True, slots=True)
class ConversionBasis:
    """How a sum over currencies was computed.

    Attributes:
        rates: those that were used, by currency.
        lacking: the currencies left out of the sum, because they have no rate.
    """

    rates: tuple[Rate, ...] = ()
    lacking: tuple[str, ...] = ()

    def __add__(self, other: ConversionBasis) -> ConversionBasis:
        if self == other:
            return self
        return ConversionBasis(
            tuple(sorted({*self.rates, *other.rates})),
            tuple(sorted({*self.lacking, *other.lacking})),
        )


@dataclass(frozen=True, slots=True)
class ConvertedAmount:
    """A sum of amounts, converted to one currency.

    Attributes:
        amount: without the currencies that lack a rate; None if an amount is unknown, or no
            currency has a rate.
    """

    amount: Decimal | None
    basis: ConversionBasis = ConversionBasis()

    @property
    def complete(self) -> Decimal | None:
        """The amount; None if a currency lacks a rate."""
        return None if self.basis.lacking else self.amount


def in_base(amounts: Mapping[str, Decimal | None], rates: Rates) -> ConvertedAmount:
    """The sum of all amounts in the base currency.

    Args:
        amounts: currency -> the amount in it; None if unknown.
    """
    if None in amounts.values():
        return ConvertedAmount(None)
    return together(
        convert(currency, amount, rates) for currency, amount in sorted(amounts.items()) if amount
    )


def convert(currency: str, amount: Decimal | None, rates: Rates) -> ConvertedAmount:
    if amount is None or currency == rates.base:
        return ConvertedAmount(amount)
    rate = rates.of(currency)
    if rate is None:
        return ConvertedAmount(None, ConversionBasis(lacking=(currency,)))
    return ConvertedAmount(amount * rate.value, ConversionBasis((rate,)))


def together(parts: Iterable[ConvertedAmount]) -> ConvertedAmount:
    """The sum; unknown if a part is unknown for another reason than a missing rate."""
    parts = list(parts)
    basis = sum((part.basis for part in parts), ConversionBasis())
    known = [part.amount for part in parts if part.amount is not None]
    is_unknown = any(part.amount is None and not part.basis.lacking for part in parts)
    if is_unknown or (basis.lacking and not known):
        return ConvertedAmount(None, ConversionBasis() if is_unknown else basis)
    return ConvertedAmount(sum(known, ZERO), basis)


def with_rate(fill: Fill, rates: Mapping[str, Rates]) -> Fill:
    """The fill with the rate of its commission; unchanged if it needs none, or none is known.

    Units of the instrument's currency for one unit of the commission's: both by their rates to the
    base currency. A statement's own rate of the instrument's currency is that of the day.

    Args:
        rates: account -> its rates.
    """
    if fill.own_commission is not None or fill.commission is None or fill.account not in rates:
        return fill
    known = rates[fill.account]
    paid = known.value(fill.commission_currency)
    own = fill.rate_to_base or known.value(fill.instrument.currency)
    if paid is None or own is None or own < 0:
        return fill
    return replace(fill, commission_rate=quotient(paid, own), commission_rate_at=known.as_of)


def quotient(paid: Decimal, own: Decimal) -> Decimal:
    rate = paid / own
    if len(rate.as_tuple().digits) > DIGITS:
        return rate.quantize(ONE.scaleb(rate.adjusted() - DIGITS + 1))
    return rate
