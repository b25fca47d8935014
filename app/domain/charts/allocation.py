"""How market value is spread over what is held, long and short apart."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from app.domain.charts.money import ChartCurrency
from app.domain.model.amounts import ZERO, exact_sum
from app.domain.model.positions import Position
from app.domain.portfolio.summary import CURRENCY_PAIR


class AllocateBy(StrEnum):
    """What positions are put together by."""

    SYMBOL = "symbol"
    UNDERLYING = "underlying"
    TYPE = "type"
    CURRENCY = "currency"
    ACCOUNT = "account"


NAMES: dict[AllocateBy, Callable[[Position], str]] = {
    AllocateBy.SYMBOL: lambda position: position.instrument.description,
    AllocateBy.UNDERLYING: lambda position: position.instrument.symbol,
    AllocateBy.TYPE: lambda position: position.instrument.type_name,
    AllocateBy.CURRENCY: lambda position: position.instrument.currency,
    AllocateBy.ACCOUNT: lambda position: position.account,
}


@dataclass(frozen=True, slots=True)
class Share:
    """The long or the short positions of one name.

    Attributes:
        value: their market value in the chart's currency; negative for short ones.
        unrealized: their unrealized P&L in it; None where one is unknown.
        positions: how many they are.
        lumped: how many names are put together in this one; 0 for a name of its own.
    """

    name: str
    is_short: bool
    value: Decimal
    unrealized: Decimal | None
    positions: int
    lumped: int = 0

    @property
    def performance(self) -> Decimal | None:
        """Unrealized P&L in per cent of the cost."""
        if self.unrealized is None or self.value == self.unrealized:
            return None
        return self.unrealized / abs(self.value - self.unrealized) * 100


@dataclass(frozen=True, slots=True)
class Allocation:
    """The shares, long ones first, each side from the largest to the smallest, the rest last.

    Attributes:
        unknown: positions without a market value.
        lacking: positions that are left out, because their currency has no rate.
    """

    shares: tuple[Share, ...] = ()
    unknown: int = 0
    lacking: int = 0

    @property
    def long(self) -> Decimal:
        return exact_sum(share.value for share in self.shares if not share.is_short)

    @property
    def short(self) -> Decimal:
        """Negative."""
        return exact_sum(share.value for share in self.shares if share.is_short)

    @property
    def weighted(self) -> Iterator[tuple[Share, Decimal | None]]:
        """Each with its part of long plus short, both counted as positive, in per cent."""
        gross = self.long - self.short
        for share in self.shares:
            yield share, abs(share.value) / gross * 100 if gross else None


def allocation(
    positions: Iterable[Position], by: AllocateBy, currency: ChartCurrency, *, most: int = 0
) -> Allocation:
    """Holdings of a currency pair are left out: they are cash.

    Args:
        most: how many names a side has at most, the rest put together; 0 for any number.
    """
    name_of = NAMES[by]
    found: defaultdict[tuple[bool, str], list[tuple[Decimal, Decimal | None]]] = defaultdict(list)
    unknown = lacking = 0
    for position in positions:
        account, own = position.account, position.instrument.currency
        if position.instrument.sec_type == CURRENCY_PAIR or not currency.includes(own):
            continue
        if position.market_value is None:
            unknown += 1
            continue
        value = currency.amount(account, own, position.market_value)
        if value is None:
            lacking += 1
            continue
        gain = position.unrealized_pnl
        gain = None if gain is None else currency.amount(account, own, gain)
        found[position.quantity < 0, name_of(position)].append((value, gain))
    shares = [share_of(name, is_short, own) for (is_short, name), own in found.items()]
    sides = (
        side_of([share for share in shares if share.is_short is is_short], most)
        for is_short in (False, True)
    )
    return Allocation(tuple(share for side in sides for share in side), unknown, lacking)


def share_of(name: str, is_short: bool, own: list[tuple[Decimal, Decimal | None]]) -> Share:
    gains = [gain for _, gain in own if gain is not None]
    unrealized = exact_sum(gains) if len(gains) == len(own) else None
    return Share(name, is_short, exact_sum(value for value, _ in own), unrealized, len(own))


def side_of(shares: list[Share], most: int) -> list[Share]:
    """From the largest; those after the first `most` - 1 together, unless that is one."""
    shares = sorted(shares, key=lambda share: (-abs(share.value), share.name))
    if not most or len(shares) <= most:
        return shares
    kept, rest = shares[: most - 1], shares[most - 1 :]
    gains = [share.unrealized for share in rest if share.unrealized is not None]
    lumped = Share(
        "",
        rest[0].is_short,
        exact_sum(share.value for share in rest),
        exact_sum(gains) if len(gains) == len(rest) else None,
        sum(share.positions for share in rest),
        len(rest),
    )
    return [*kept, lumped] if lumped.value != ZERO else kept
