"""Realized P&L by period: exact, estimated and unknown parts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from app.domain.model.realized_pnl import RealizedTotals
from app.domain.portfolio.fx_rates import ConversionBasis, Rates


class Period(StrEnum):
    """Up to now, by the calendar of this computer's own time zone."""

    TODAY = "today"
    MONTH = "month"
    YEAR = "year"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class RealizedSum:
    """Realized P&L of one period, possibly over several currencies.

    Attributes:
        realized: without the closes in currencies that lack a rate.
    """

    realized: RealizedTotals = field(default_factory=RealizedTotals)
    basis: ConversionBasis = field(default_factory=ConversionBasis)

    def __add__(self, other: "RealizedSum") -> "RealizedSum":
        return RealizedSum(self.realized + other.realized, self.basis + other.basis)

    @property
    def is_partial(self) -> bool:
        """Whether a close has no figure, or its currency no rate."""
        return bool(self.realized.unknown or self.basis.lacking)

    @property
    def is_known(self) -> bool:
        """Whether there is a figure to show; it is 0 if nothing was closed."""
        return self.realized.closes > self.realized.unknown or not self.is_partial

    @property
    def total(self) -> Decimal | None:
        """Exact plus estimated; None if a part is missing."""
        return None if self.is_partial else self.realized.known


@dataclass(frozen=True, slots=True)
class RealizedByPeriod:
    """Each period contains the one before it."""

    today: RealizedSum = RealizedSum()
    month: RealizedSum = RealizedSum()
    year: RealizedSum = RealizedSum()
    all: RealizedSum = RealizedSum()

    def of(self, period: Period) -> RealizedSum:
        by_period = {
            Period.TODAY: self.today,
            Period.MONTH: self.month,
            Period.YEAR: self.year,
            Period.ALL: self.all,
        }
        return by_period[period]

    def __add__(self, other: "RealizedByPeriod") -> "RealizedByPeriod":
        return RealizedByPeriod(*(self.of(period) + other.of(period) for period in Period))

    @property
    def is_empty(self) -> bool:
        """Nothing was ever closed."""
        return not self.all.realized.closes and not self.all.basis.lacking


def period_starts(now: datetime) -> tuple[datetime, datetime, datetime]:
    """The local midnights at which today, this month and this year began."""
    day = now.astimezone().replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    month = day.replace(day=1)
    # The offset of that day, which can differ from today's because of summer time.
    return day.astimezone(), month.astimezone(), month.replace(month=1).astimezone()


def converted(by_currency: Mapping[str, RealizedByPeriod], rates: Rates) -> RealizedByPeriod:
    """The sum of all currencies in the rates' base currency."""
    return summed(
        RealizedByPeriod(*(convert(own.of(period), currency, rates) for period in Period))
        for currency, own in sorted(by_currency.items())
    )


def convert(own: RealizedSum, currency: str, rates: Rates) -> RealizedSum:
    """The sum in the base currency; without a rate an empty sum that names the currency."""
    if not own.realized.has_amount or currency == rates.base:
        return own
    rate = rates.of(currency)
    if rate is None:
        return RealizedSum(basis=ConversionBasis(lacking=(currency,)))
    return RealizedSum(own.realized.times(rate.value), ConversionBasis((rate,)))


def summed(parts: Iterable[RealizedByPeriod]) -> RealizedByPeriod:
    return sum(parts, RealizedByPeriod())
