"""The portfolio's value over time: a line for each figure, broken where nothing is known."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from operator import attrgetter

from app.domain.charts.money import ChartCurrency
from app.domain.history.portfolio_history import PointSource, PortfolioPoint
from app.domain.model.amounts import ZERO, exact_sum

# A long weekend passes without a sync; after more, nobody knows what was between two points.
LONGEST_STEP = timedelta(days=4)
FIGURES: tuple[Callable[[PortfolioPoint], Decimal | None], ...] = (
    attrgetter("net_liquidation"),
    attrgetter("market_value"),
    attrgetter("cash"),
    attrgetter("unrealized"),
)


@dataclass(frozen=True, slots=True)
class ValuePoint:
    """The sum over the chosen accounts at one moment; None where a part is unknown.

    Attributes:
        is_after_gap: too long after the point before: no line leads here.
        is_derived: the market value is quantities × prices, not what IBKR reported.
    """

    at: datetime
    net_liquidation: Decimal | None
    market_value: Decimal | None
    cash: Decimal | None
    unrealized: Decimal | None
    is_after_gap: bool = False
    is_derived: bool = False


@dataclass(frozen=True, slots=True)
class ValueHistory:
    """Attributes:
    points: oldest first.
    left_out: moments of a sync at which not every account's value is known.
    """

    points: tuple[ValuePoint, ...] = ()
    left_out: int = 0


def value_history(
    points: Iterable[PortfolioPoint], accounts: Collection[str], currency: ChartCurrency
) -> ValueHistory:
    """One point for each moment at which every account's value is known.

    Accounts may be synced by turns: an account's value stands until its next point, but no longer
    than `LONGEST_STEP`.

    Args:
        points: of whole accounts and by currency.
    """
    moments: defaultdict[datetime, defaultdict[str, list[PortfolioPoint]]] = defaultdict(
        lambda: defaultdict(list)
    )
    wanted = frozenset(accounts)
    for point in points:
        if point.account in wanted:
            moments[point.taken_at][point.account].append(point)
    latest: dict[str, PortfolioPoint | None] = {}
    found: list[ValuePoint] = []
    left_out = 0
    for at, by_account in sorted(moments.items()):
        for account, own in by_account.items():
            latest[account] = account_point(own, currency)
        known = [one for one in latest.values() if one and at - one.taken_at <= LONGEST_STEP]
        if len(known) < len(wanted):
            left_out += 1
            continue
        is_after_gap = bool(found) and at - found[-1].at > LONGEST_STEP
        is_derived = any(one.source is PointSource.DERIVED for one in known)
        net, market, cash, unrealized = (sum_of(known, figure) for figure in FIGURES)
        found.append(ValuePoint(at, net, market, cash, unrealized, is_after_gap, is_derived))
    return ValueHistory(tuple(found), left_out)


def account_point(own: Sequence[PortfolioPoint], currency: ChartCurrency) -> PortfolioPoint | None:
    """An account's figures at one moment in the chart's currency.

    The rates of that time are not kept, so nothing is converted: in the base currency that is the
    figure that IBKR reported. A currency that is not among known parts had no money in it.
    """
    parts = [one for one in own if one.is_total is currency.is_base]
    found = next((one for one in parts if one.currency == currency.code), None)
    if found is not None or currency.is_base or not parts:
        return found
    first = parts[0]
    nothing = None if first.source is PointSource.DERIVED else ZERO
    return replace(
        first,
        currency=currency.code,
        net_liquidation=nothing,
        cash=nothing,
        market_value=ZERO,
        unrealized=nothing,
        realized=None,
        gross_value=None,
        is_total=False,
    )


def sum_of(
    points: Sequence[PortfolioPoint], figure: Callable[[PortfolioPoint], Decimal | None]
) -> Decimal | None:
    """The exact sum; None where a part is unknown."""
    if len(points) == 1:
        return figure(points[0])
    amounts = [figure(point) for point in points]
    known = [amount for amount in amounts if amount is not None]
    return exact_sum(known) if len(known) == len(amounts) else None
