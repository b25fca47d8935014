"""Detects a split among the trades of one interval, with which they explain the difference."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from app.domain.model.amounts import ZERO
from app.domain.model.snapshot import Fill
from app.domain.reconciliation.cases import ReconciliationCase
from app.domain.reconciliation.fill_matching import (
    MAX_CLOCK_SKEW,
    SAME_COST,
    fills_since_last_sync,
    without_future_fills,
)
from app.domain.reconciliation.trade_replay import TradeReplay

LARGEST = 5  # of the smaller part of a ratio: 3-for-2 and 5-for-4 happen, 17-for-13 is a trade
MOST_FILLS = 50  # among more trades a split is not looked for: each place for it is a replay
SAME_PRICE = Decimal("0.25")  # how far a price moves at most between two syncs, as a share


@dataclass(frozen=True, slots=True)
class Split:
    """A split after `place` of the fills, which turned the quantity `before` into `after`."""

    fills: Sequence[Fill]
    place: int
    before: Decimal
    after: Decimal

    @property
    def factor(self) -> Decimal:
        return self.after / self.before


def split_in(case: ReconciliationCase, now: datetime) -> Split | None:
    """The split that, with the fills, leads from the stored position to the reported one.

    Args:
        now: when the positions were read; executions can arrive a little before them.
    """
    fills = without_future_fills(fills_since_last_sync(case), case)
    if len(fills) > MOST_FILLS:
        return None
    split = split_among(case, fills)
    while split is None and fills and fills[-1].time > now - MAX_CLOCK_SKEW:
        fills = fills[:-1]
        split = split_among(case, fills)
    return split


def split_among(case: ReconciliationCase, fills: Sequence[Fill]) -> Split | None:
    """The split with exactly these fills.

    Its ratio must be simple, and the money must agree: the final average cost or, if nothing is
    held any more, the prices before and after it.
    """
    held = case.stored.quantity if case.stored else ZERO
    now = case.holding.quantity if case.holding else ZERO
    rest = sum((fill.quantity for fill in fills), ZERO)
    for place in range(len(fills) + 1):
        split = Split(fills, place, held, now - rest)
        if is_plain_ratio(split.before, split.after) and money_agrees(case, split):
            return split
        if place < len(fills):
            held += fills[place].quantity
            rest -= fills[place].quantity
    return None


def is_plain_ratio(before: Decimal, after: Decimal) -> bool:
    if before * after <= 0 or before == after:
        return False
    ratio = Fraction(after) / Fraction(before)
    return min(ratio.numerator, ratio.denominator) <= LARGEST


def money_agrees(case: ReconciliationCase, split: Split) -> bool:
    replay = TradeReplay(case.instrument, case.stored, last_price=None, known_cost=None)
    replay_with_split(replay, split)
    last = replay.lifecycles[-1]
    prices = prices_agree(case, split)
    if case.holding is None or last.split is None:
        return prices is True
    cost = case.holding.average_cost
    if cost is None or last.average_cost is None or prices is False:
        return False
    return abs(last.average_cost - cost) <= abs(cost) * SAME_COST


def prices_agree(case: ReconciliationCase, split: Split) -> bool | None:
    """Whether the prices before and after differ by the ratio only; None if unknown.

    A ratio below two cannot be told apart from ordinary price changes.
    """
    if split.place == len(split.fills):
        return None
    before = case.stored.market_price if case.stored else None
    last = split.fills[split.place - 1].price if split.place else before
    if not last or max(split.factor, 1 / split.factor) < 2:
        return None
    expected = last / split.factor
    return abs(split.fills[split.place].price - expected) <= expected * SAME_PRICE


def replay_with_split(replay: TradeReplay, split: Split) -> None:
    replay.fills(split.fills[: split.place])
    replay.split(split.after)
    replay.fills(split.fills[split.place :])
