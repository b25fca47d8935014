"""Realized P&L of many closes: exact, estimated and unknown parts, by currency and by period."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from app.domain.model.amounts import ZERO, sum_of_known
from app.domain.model.positions import Source
from app.domain.portfolio.fx_rates import ConversionBasis, Rates


class Period(StrEnum):
    """Up to now, by the calendar of this computer's own time zone."""

    TODAY = "today"
    MONTH = "month"
    YEAR = "year"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class RealizedTotals:
    """Realized P&L of some closes in one currency.

    Attributes:
        exact: of the closes with a figure from IBKR or executions; None if there are none.
        estimated: of the closes with an estimate; None if there are none.
        closes: number of closes.
        unknown: number of closes without a figure, unknown or skipped.
        commission: of the closes whose commission is known; None if there are none, or where
            commissions are not read.
    """

    exact: Decimal | None = None
    estimated: Decimal | None = None
    closes: int = 0
    unknown: int = 0
    commission: Decimal | None = None

    def __add__(self, other: "RealizedTotals") -> "RealizedTotals":
        return RealizedTotals(
            sum_of_known((self.exact, other.exact)),
            sum_of_known((self.estimated, other.estimated)),
            self.closes + other.closes,
            self.unknown + other.unknown,
            sum_of_known((self.commission, other.commission)),
        )

    def times(self, rate: Decimal) -> "RealizedTotals":
        """In another currency."""
        amounts = (self.exact, self.estimated, self.commission)
        exact, estimated, paid = (None if one is None else one * rate for one in amounts)
        return RealizedTotals(exact, estimated, self.closes, self.unknown, paid)

    @property
    def has_amount(self) -> bool:
        """Only then a rate is needed to convert it."""
        return bool(self.exact or self.estimated)

    @property
    def known(self) -> Decimal:
        """Exact plus estimated."""
        return (self.exact or ZERO) + (self.estimated or ZERO)


def totals_of_source(
    source: str,
    figures: Sequence[Decimal | None],
    commissions: Iterable[Decimal | None] = (),
) -> RealizedTotals:
    """Args: figures, commissions: of the closes with this source."""
    amount, is_estimate = sum_of_known(figures), source == Source.ESTIMATE
    return RealizedTotals(
        exact=None if is_estimate else amount,
        estimated=amount if is_estimate else None,
        closes=len(figures),
        unknown=figures.count(None),
        commission=sum_of_known(commissions),
    )


def totals_by_currency(
    closes: Iterable[tuple[str, str, Decimal | None, Decimal | None]],
) -> dict[str, RealizedTotals]:
    """Currency -> the totals of its closes, in the order of the codes.

    Args:
        closes: currency, source, realized P&L and commission of each.
    """
    amounts: defaultdict[tuple[str, str], tuple[list[Decimal | None], list[Decimal | None]]]
    amounts = defaultdict(lambda: ([], []))  # (currency, source) -> P&L, commissions
    for currency, source, realized, commission in closes:
        figures, commissions = amounts[currency, source]
        figures.append(realized)
        commissions.append(commission)
    totals: dict[str, RealizedTotals] = {}
    for (currency, source), own in sorted(amounts.items()):
        totals[currency] = totals.get(currency, RealizedTotals()) + totals_of_source(source, *own)
    return totals


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
