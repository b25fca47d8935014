"""The portfolio's value over time: a line for each figure, broken where nothing is known."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from operator import attrgetter

from app.domain.charts.money import ChartCurrency
from app.domain.history.portfolio_history import PortfolioPoint
from app.domain.model.amounts import exact_sum

# A long weekend passes without a sync; after more, nobody knows what was between two points.
LONGEST_STEP = timedelta(days=4)
FIGURES: tuple[Callable[[PortfolioPoint], Decimal | None], ...] = (
    attrgetter("net_liquidation"),
    attrgetter("market_value"),
    attrgetter("cash"),
    attrgetter("unrealized"),
    attrgetter("realized"),
)


@dataclass(frozen=True, slots=True)
class ValuePoint:
    """The sum over the chosen accounts at one moment; None where a part is unknown.

    Attributes:
        is_after_gap: too long after the point before: no line leads here.
    """

    at: datetime
    net_liquidation: Decimal | None
    market_value: Decimal | None
    cash: Decimal | None
    unrealized: Decimal | None
    realized: Decimal | None
    is_after_gap: bool = False

    @property
    def gain(self) -> Decimal | None:
        """Realized and unrealized P&L: what deposits and withdrawals do not change."""
        if self.unrealized is None or self.realized is None:
            return None
        return exact_sum((self.unrealized, self.realized))


def value_points(
    points: Iterable[PortfolioPoint], accounts: Collection[str], currency: ChartCurrency
) -> tuple[ValuePoint, ...]:
    """Oldest first: one for each moment at which every account's value is known.

    Accounts may be synced by turns: an account's value stands until its next point, but no longer
    than `LONGEST_STEP`.
    """
    moments: defaultdict[datetime, list[PortfolioPoint]] = defaultdict(list)
    for point in points:
        if point.account in accounts and currency.includes(point.currency):
            moments[point.taken_at].append(point)
    latest: dict[str, list[PortfolioPoint]] = {}
    found: list[ValuePoint] = []
    for at, own in sorted(moments.items()):
        for account in {point.account for point in own}:
            latest[account] = [point for point in own if point.account == account]
        current = [
            one for of in latest.values() if at - of[0].taken_at <= LONGEST_STEP for one in of
        ]
        if {point.account for point in current} != set(accounts):
            continue
        net, market, cash, unrealized, realized = (
            sum_of(current, figure, currency) for figure in FIGURES
        )
        is_after_gap = bool(found) and at - found[-1].at > LONGEST_STEP
        found.append(ValuePoint(at, net, market, cash, unrealized, realized, is_after_gap))
    return tuple(found)


def sum_of(
    points: Sequence[PortfolioPoint],
    figure: Callable[[PortfolioPoint], Decimal | None],
    currency: ChartCurrency,
) -> Decimal | None:
    """The exact sum in the chart's currency; None where a part is unknown or has no rate."""
    amounts = []
    for point in points:
        own = figure(point)
        amount = None if own is None else currency.amount(point.account, point.currency, own)
        if amount is None:
            return None
        amounts.append(amount)
    return exact_sum(amounts)


@dataclass(frozen=True, slots=True)
class ValueChange:
    """From the first point to the last.

    Attributes:
        gain: of realized and unrealized P&L.
        other: the rest of the change of net liquidation: deposits and withdrawals above all, but
            also dividends, interest, fees, and exchange rates.
    """

    total: Decimal | None = None
    gain: Decimal | None = None

    @property
    def other(self) -> Decimal | None:
        if self.total is None or self.gain is None:
            return None
        return exact_sum((self.total, -self.gain))


def value_change(points: Sequence[ValuePoint]) -> ValueChange:
    if len(points) < 2:
        return ValueChange()
    first, last = points[0], points[-1]
    return ValueChange(
        difference(first.net_liquidation, last.net_liquidation), difference(first.gain, last.gain)
    )


def difference(first: Decimal | None, last: Decimal | None) -> Decimal | None:
    return None if first is None or last is None else exact_sum((last, -first))
