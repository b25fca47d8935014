"""Realized P&L by day, week, month or year: exact and estimated apart, the unknown counted."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from app.domain.charts.money import ChartCurrency
from app.domain.charts.ranges import BarLength, step_end, step_start
from app.domain.model.amounts import WIDE, ZERO, exact_sum, sum_of_known
from app.domain.model.positions import Source
from app.domain.portfolio.realized_totals import RealizedTotals


@dataclass(frozen=True, slots=True)
class RealizedClose:
    """What charts need of a close.

    Attributes:
        underlying: the symbol, which options share with what they are on.
        opened_at: when the position that it closed was opened.
        realized: in `currency`, net of commission; None where unknown or skipped.
        commission: of the closing executions, in `currency`; None where unknown.
    """

    account: str
    underlying: str
    currency: str
    opened_at: datetime
    closed_at: datetime
    realized: Decimal | None
    source: Source
    commission: Decimal | None = None

    @property
    def day(self) -> date:
        """By the calendar of this computer's own time zone."""
        return self.closed_at.astimezone().date()


@dataclass(frozen=True, slots=True)
class RealizedSums:
    """The sums of some closes in a chart's currency.

    Attributes:
        totals: its `unknown` counts closes without a figure.
        lacking: closes whose figure is left out, because their currency has no rate.
    """

    totals: RealizedTotals = field(default_factory=RealizedTotals)
    lacking: int = 0

    @property
    def net(self) -> Decimal | None:
        """Exact plus estimated; None where there is neither."""
        exact, estimated = self.totals.exact, self.totals.estimated
        if exact is None or estimated is None:
            return estimated if exact is None else exact
        return WIDE.add(exact, estimated)

    @property
    def gross(self) -> Decimal | None:
        """Before the commissions that are known."""
        if self.net is None:
            return None
        return exact_sum((self.net, self.totals.commission or ZERO))

    @property
    def left_out(self) -> int:
        """Closes that are in none of the sums."""
        return self.totals.unknown + self.lacking


@dataclass(frozen=True, slots=True)
class RealizedBar:
    """One period with a close.

    Attributes:
        start, end: its first day, and the day after its last.
    """

    start: date
    end: date
    sums: RealizedSums


def realized_sums(closes: Iterable[RealizedClose], currency: ChartCurrency) -> RealizedSums:
    """Of the closes that belong to the currency."""
    exact: list[Decimal] = []
    estimated: list[Decimal] = []
    commissions: list[Decimal | None] = []
    unknown = lacking = 0
    for close in closes:
        account, own, realized = close.account, close.currency, close.realized
        if not currency.includes(own):
            continue
        if close.commission is not None:
            commissions.append(currency.amount(account, own, close.commission))
        if realized is None:
            unknown += 1
        elif (amount := currency.amount(account, own, realized)) is None:
            lacking += 1
        else:
            (estimated if close.source is Source.ESTIMATE else exact).append(amount)
    totals = RealizedTotals(
        exact_sum(exact) if exact else None,
        exact_sum(estimated) if estimated else None,
        len(exact) + len(estimated) + unknown,
        unknown,
        sum_of_known(commissions),
    )
    return RealizedSums(totals, lacking)


def realized_bars(
    closes: Iterable[RealizedClose],
    step: BarLength,
    currency: ChartCurrency,
    *,
    first_weekday: int = 1,
) -> tuple[RealizedBar, ...]:
    """The periods with a close, oldest first; those between them have none."""
    periods: defaultdict[date, list[RealizedClose]] = defaultdict(list)
    for close in closes:
        if currency.includes(close.currency):
            periods[step_start(close.day, step, first_weekday)].append(close)
    return tuple(
        RealizedBar(start, step_end(start, step), realized_sums(own, currency))
        for start, own in sorted(periods.items())
    )


def running_totals(bars: Iterable[RealizedBar]) -> tuple[Decimal, ...]:
    """The sum of all known figures up to each bar."""
    total, totals = ZERO, []
    for bar in bars:
        total = WIDE.add(total, bar.sums.net or ZERO)
        totals.append(total)
    return tuple(totals)
