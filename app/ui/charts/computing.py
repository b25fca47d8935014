"""Computes what a chart shows from what was read: pure, so that it may run on any thread."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from app.domain.charts.allocation import AllocateBy, Allocation, allocation
from app.domain.charts.money import ChartCurrency
from app.domain.charts.paid import Payer, TradeStatistics, payers, trade_statistics
from app.domain.charts.ranges import BarLength
from app.domain.charts.realized import (
    RealizedBar,
    RealizedClose,
    RealizedSums,
    realized_bars,
    realized_sums,
    running_totals,
)
from app.domain.charts.value import ValueHistory, value_history
from app.domain.charts.value_gains import (
    DayGain,
    DepositMark,
    ValueChange,
    account_gains,
    day_gains,
    deposit_marks,
    value_change,
)
from app.domain.fetching.plan import IBKRS_DAY
from app.domain.history.portfolio_history import PortfolioPoint
from app.domain.model.positions import Position
from app.domain.model.statements import KnownDeposits
from app.domain.portfolio.fx_rates import Rate
from app.ui.charts.state import NO_DEPOSITS, ChartKind

MOST_SHARES = 30  # drawn on each side; the table has them all
# The filters of positions that closes can be held against too.
OF_CLOSES: dict[str, Callable[[RealizedClose], str]] = {
    "account": lambda close: close.account,
    "currency": lambda close: close.currency,
    "underlying": lambda close: close.underlying,
}


@dataclass(frozen=True, slots=True)
class ChartInput:
    """All that one chart is computed from.

    Attributes:
        closes: of the chosen account, search, source and period, oldest first.
        positions: the open ones that the positions table's filters let through.
        filters: those filters, kind and value, as far as they bind closes too.
        points: of whole accounts and by currency.
        accounts: the chosen ones.
        first_weekday: 1 for Monday, 7 for Sunday.
    """

    kind: ChartKind
    currency: ChartCurrency
    closes: tuple[RealizedClose, ...] = ()
    positions: tuple[Position, ...] = ()
    filters: tuple[tuple[str, str], ...] = ()
    points: tuple[PortfolioPoint, ...] = ()
    deposits: KnownDeposits = NO_DEPOSITS
    accounts: tuple[str, ...] = ()
    length: BarLength = BarLength.DAY
    by: AllocateBy = AllocateBy.SYMBOL
    first_weekday: int = 1


@dataclass(frozen=True, slots=True)
class Bars:
    """Attributes:
    totals: of all that is known up to each bar.
    """

    bars: tuple[RealizedBar, ...]
    totals: tuple[Decimal, ...]


@dataclass(frozen=True, slots=True)
class RealizedFigures:
    sums: RealizedSums
    periods: Bars
    days: Bars


@dataclass(frozen=True, slots=True)
class AllocationFigures:
    """Attributes:
    drawn: the same with the smallest shares put together.
    """

    found: Allocation
    drawn: Allocation


@dataclass(frozen=True, slots=True)
class PaidFigures:
    payers: tuple[Payer, ...]
    sums: RealizedSums
    statistics: TradeStatistics


@dataclass(frozen=True, slots=True)
class ValueFigures:
    """Attributes:
    days: the gains; empty unless in the base currency.
    """

    history: ValueHistory
    days: tuple[DayGain, ...]
    marks: tuple[DepositMark, ...]
    change: ValueChange


Figures = RealizedFigures | AllocationFigures | PaidFigures | ValueFigures


@dataclass(frozen=True, slots=True)
class Computed:
    """Attributes:
    rates: that were needed for the sums.
    """

    given: ChartInput
    figures: Figures
    rates: tuple[Rate, ...]


def compute(given: ChartInput) -> Computed:
    """May take a while: run it on a thread of its own."""
    if given.kind is ChartKind.VALUE:
        return Computed(given, value_figures(given), ())
    closes = bound_closes(given.closes, given.filters)
    money: set[tuple[str, str]] = set()
    figures: Figures
    if given.kind is not ChartKind.ALLOCATION:
        money |= {(close.account, close.currency) for close in closes}
    if given.kind is not ChartKind.REALIZED:
        money |= {(one.account, one.instrument.currency) for one in given.positions}
    if given.kind is ChartKind.REALIZED:
        figures = realized_figures(given, closes)
    elif given.kind is ChartKind.PAID:
        figures = PaidFigures(
            payers(closes, given.positions, given.currency),
            realized_sums(closes, given.currency),
            trade_statistics(closes, given.currency),
        )
    else:
        figures = AllocationFigures(
            allocation(given.positions, given.by, given.currency),
            allocation(given.positions, given.by, given.currency, most=MOST_SHARES),
        )
    return Computed(given, figures, given.currency.used_rates(frozenset(money)))


def bound_closes(
    closes: tuple[RealizedClose, ...], filters: Collection[tuple[str, str]]
) -> tuple[RealizedClose, ...]:
    """Those that every kind of filter lets through: values of one kind are alternatives."""
    for kind, of in OF_CLOSES.items():
        if values := {value for own, value in filters if own == kind}:
            closes = tuple(close for close in closes if of(close) in values)
    return closes


def realized_figures(given: ChartInput, closes: tuple[RealizedClose, ...]) -> RealizedFigures:
    def bars(length: BarLength) -> Bars:
        own = realized_bars(closes, length, given.currency, first_weekday=given.first_weekday)
        return Bars(own, running_totals(own))

    days = bars(BarLength.DAY)
    periods = days if given.length is BarLength.DAY else bars(given.length)
    return RealizedFigures(realized_sums(closes, given.currency), periods, days)


@lru_cache(1)
def ibkrs_zone() -> ZoneInfo:
    """Whose midnight parts the days of statements."""
    return ZoneInfo(IBKRS_DAY)


def value_figures(given: ChartInput) -> ValueFigures:
    history = value_history(given.points, given.accounts, given.currency)
    points, zone = history.points, ibkrs_zone()
    days: tuple[DayGain, ...] = ()
    if given.currency.is_base:
        own = account_gains(given.points, given.deposits, given.accounts, zone)
        days = day_gains(points, own, given.currency.code, zone)
    marks: tuple[DepositMark, ...] = ()
    if points:
        first, last = (point.at.astimezone(zone).date() for point in (points[0], points[-1]))
        marks = deposit_marks(given.deposits, given.accounts, given.currency, (first, last))
    return ValueFigures(history, days, marks, value_change(points, days))
