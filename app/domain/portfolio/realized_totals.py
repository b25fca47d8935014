"""Realized P&L by period: what is exact, what is estimated, and what is not known."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from app.domain.model.amounts import ZERO
from app.domain.portfolio.fx_rates import ConversionBasis, Rates


class Period(StrEnum):
    """Up to now, by the calendar of this computer's own time zone."""

    TODAY = "today"
    MONTH = "month"
    YEAR = "year"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Realized:
    """What closes of one currency have brought.

    Attributes:
        exact: of the closes that IBKR or the executions tell.
        estimated: of the closes that have only a last known price.
        closes: how many there are.
        unknown: how many of them have no figure: not known, or not wanted then.
    """

    exact: Decimal = ZERO
    estimated: Decimal = ZERO
    closes: int = 0
    unknown: int = 0

    def __add__(self, other: "Realized") -> "Realized":
        return Realized(
            self.exact + other.exact,
            self.estimated + other.estimated,
            self.closes + other.closes,
            self.unknown + other.unknown,
        )

    def times(self, rate: Decimal) -> "Realized":
        return Realized(self.exact * rate, self.estimated * rate, self.closes, self.unknown)

    @property
    def has_amount(self) -> bool:
        """Only then it takes a rate to convert it."""
        return bool(self.exact or self.estimated)


@dataclass(frozen=True, slots=True)
class RealizedSum:
    """What was realized in one period, perhaps over several currencies.

    Attributes:
        realized: without the closes in the currencies that the basis lacks.
    """

    realized: Realized = Realized()
    basis: ConversionBasis = field(default_factory=ConversionBasis)

    def __add__(self, other: "RealizedSum") -> "RealizedSum":
        return RealizedSum(self.realized + other.realized, self.basis + other.basis)

    @property
    def is_partial(self) -> bool:
        """A close has no figure, or its currency no rate."""
        return bool(self.realized.unknown or self.basis.lacking)

    @property
    def is_known(self) -> bool:
        """There is a figure to show; it is 0 where nothing was closed."""
        return self.realized.closes > self.realized.unknown or not self.is_partial

    @property
    def total(self) -> Decimal | None:
        """Exact and estimated; None where a part is missing."""
        return None if self.is_partial else self.realized.exact + self.realized.estimated


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
    # The offset of that day, which summer time makes another than today's.
    return day.astimezone(), month.astimezone(), month.replace(month=1).astimezone()


def converted(by_currency: Mapping[str, RealizedByPeriod], rates: Rates) -> RealizedByPeriod:
    """The sum of all currencies in the rates' base currency."""
    return summed(
        RealizedByPeriod(*(convert(own.of(period), currency, rates) for period in Period))
        for currency, own in sorted(by_currency.items())
    )


def convert(own: RealizedSum, currency: str, rates: Rates) -> RealizedSum:
    """Where there is no rate, only what needs none is left."""
    if not own.realized.has_amount or currency == rates.base:
        return own
    rate = rates.of(currency)
    if rate is None:
        return RealizedSum(basis=ConversionBasis(lacking=(currency,)))
    return RealizedSum(own.realized.times(rate.value), ConversionBasis((rate,)))


def summed(parts: Iterable[RealizedByPeriod]) -> RealizedByPeriod:
    return sum(parts, RealizedByPeriod())
