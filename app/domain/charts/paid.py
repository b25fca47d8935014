"""What paid: realized and unrealized P&L by underlying, and how often and how much closes won."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from operator import attrgetter

from app.domain.charts.money import ChartCurrency
from app.domain.charts.realized import RealizedClose, RealizedSums, realized_sums
from app.domain.model.amounts import ZERO, exact_sum
from app.domain.model.positions import Position
from app.domain.portfolio.summary import CURRENCY_PAIR


@dataclass(frozen=True, slots=True)
class Payer:
    """What an underlying has brought.

    Attributes:
        unrealized: of its open positions whose P&L is known; None where there are none.
        positions: its open positions.
        unknown: open positions that are not in the sum: no figure, or no rate.
    """

    underlying: str
    realized: RealizedSums
    unrealized: Decimal | None = None
    positions: int = 0
    unknown: int = 0

    @property
    def total(self) -> Decimal | None:
        """Of all that is known; None where nothing is."""
        if self.realized.net is None and self.unrealized is None:
            return None
        return exact_sum((self.realized.net or ZERO, self.unrealized or ZERO))

    @property
    def order(self) -> tuple[bool, Decimal, str]:
        """From the one that brought most to the one that cost most; the unknown ones last."""
        return self.total is None, -(self.total or ZERO), self.underlying

    @property
    def left_out(self) -> int:
        """Closes and positions that are not in the total."""
        return self.realized.left_out + self.unknown


def payers(
    closes: Iterable[RealizedClose], positions: Iterable[Position], currency: ChartCurrency
) -> tuple[Payer, ...]:
    """In their order."""
    closed: defaultdict[str, list[RealizedClose]] = defaultdict(list)
    held: defaultdict[str, list[Decimal | None]] = defaultdict(list)
    for close in closes:
        if currency.includes(close.currency):
            closed[close.underlying].append(close)
    for position in positions:
        own, gain = position.instrument.currency, position.unrealized_pnl
        if currency.includes(own) and position.instrument.sec_type != CURRENCY_PAIR:
            gain = None if gain is None else currency.amount(position.account, own, gain)
            held[position.instrument.symbol].append(gain)
    found = []
    for name in closed.keys() | held.keys():
        gains = [gain for gain in held[name] if gain is not None]
        found.append(
            Payer(
                name,
                realized_sums(closed[name], currency),
                exact_sum(gains) if gains else None,
                len(held[name]),
                len(held[name]) - len(gains),
            )
        )
    return tuple(sorted(found, key=attrgetter("order")))


@dataclass(frozen=True, slots=True)
class TradeStatistics:
    """How closes turned out; each close counts once, a partial one too.

    Attributes:
        wins, losses, even: closes with a gain, with a loss, and with exactly nothing.
        average_win, average_loss: None where there is none.
        unknown: closes without a figure, or without a rate.
        average_held: from the position's opening to the close, of all closes.
    """

    wins: int = 0
    losses: int = 0
    even: int = 0
    average_win: Decimal | None = None
    average_loss: Decimal | None = None
    unknown: int = 0
    average_held: timedelta | None = None

    @property
    def win_rate(self) -> Decimal | None:
        """In per cent of the closes whose P&L is known."""
        known = self.wins + self.losses + self.even
        return Decimal(self.wins) / known * 100 if known else None


def trade_statistics(closes: Iterable[RealizedClose], currency: ChartCurrency) -> TradeStatistics:
    """Of the closes that belong to the currency."""
    own = [close for close in closes if currency.includes(close.currency)]
    amounts = [
        None
        if close.realized is None
        else currency.amount(close.account, close.currency, close.realized)
        for close in own
    ]
    known = [amount for amount in amounts if amount is not None]
    wins, losses = [a for a in known if a > 0], [a for a in known if a < 0]
    held = [max(close.closed_at - close.opened_at, timedelta()) for close in own]
    return TradeStatistics(
        wins=len(wins),
        losses=len(losses),
        even=len(known) - len(wins) - len(losses),
        average_win=mean(wins),
        average_loss=mean(losses),
        unknown=len(amounts) - len(known),
        average_held=sum(held, timedelta()) / len(held) if held else None,
    )


def mean(amounts: Sequence[Decimal]) -> Decimal | None:
    return exact_sum(amounts) / len(amounts) if amounts else None
