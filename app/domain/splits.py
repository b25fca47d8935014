"""A split among the trades of one interval: the fills explain the difference once it is counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from app.domain.evidence import SAME_COST
from app.domain.outcomes import Case
from app.domain.pnl import ZERO
from app.domain.replay import Replay
from app.domain.snapshot import Fill

LARGEST = 5  # of the smaller part of a ratio: 3-for-2 and 5-for-4 happen, 17-for-13 is a trade
SAME_PRICE = Decimal("0.25")  # how far a price moves at most between two syncs, as a share


@dataclass(frozen=True, slots=True)
class Split:
    """So many fills came before it, and then `before` became `after`."""

    place: int
    before: Decimal
    after: Decimal


def split_among(case: Case, fills: Sequence[Fill]) -> Split | None:
    """The split that, with all the fills, makes of what was stored what IBKR reports.

    Its ratio must be a plain one, and the money must agree: the average cost in the end, or, where
    nothing of it is held any more, the prices on its two sides.
    """
    if case.stored is None or not fills:
        return None
    held = case.stored.quantity
    now = case.holding.quantity if case.holding else ZERO
    rest = sum((fill.quantity for fill in fills), ZERO)
    for place in range(len(fills) + 1):
        split = Split(place, held, now - rest)
        if is_plain_ratio(split.before, split.after) and money_agrees(case, fills, split):
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


def money_agrees(case: Case, fills: Sequence[Fill], split: Split) -> bool:
    replay = Replay(case.instrument, case.stored, last_price=None, known_cost=None)
    replay_with_split(replay, fills, split)
    last = replay.episodes[-1]
    if case.holding is None or last.split is None:
        return prices_agree(case, fills, split)
    cost = case.holding.average_cost
    if cost is None or last.average_cost is None:
        return False
    return abs(last.average_cost - cost) <= abs(cost) * SAME_COST


def prices_agree(case: Case, fills: Sequence[Fill], split: Split) -> bool:
    """The last price before the split, and the first one after it, but for the ratio.

    A ratio below two leaves them too near to what prices do by themselves.
    """
    factor = split.after / split.before
    if case.stored is None or split.place == len(fills) or max(factor, 1 / factor) < 2:
        return False
    last = fills[split.place - 1].price if split.place else case.stored.market_price
    if not last:
        return False
    expected = last / factor
    return abs(fills[split.place].price - expected) <= expected * SAME_PRICE


def replay_with_split(replay: Replay, fills: Sequence[Fill], split: Split) -> None:
    replay.fills(fills[: split.place])
    replay.split(split.after)
    replay.fills(fills[split.place :])
