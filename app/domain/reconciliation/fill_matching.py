"""Which fills explain the difference between what was stored and what IBKR reports."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from app.domain.model.amounts import ZERO
from app.domain.model.positions import Position
from app.domain.model.snapshot import Fill, Holding
from app.domain.reconciliation.cases import ReconciliationCase

# IBKR reports the times of executions in whole seconds.
EXECUTION_TIME_RESOLUTION = timedelta(seconds=2)
MAX_CLOCK_SKEW = timedelta(seconds=60)  # by which this computer's clock may be ahead of IBKR's
# IBKR books assignments, exercises and expiries at the close of a day, and its positions follow
# when they were processed, over a weekend at the latest on the next trading day.
BOOKING_LAG = timedelta(days=5)
# Contract, section 2: a split keeps the total cost, except for cash paid for fractions.
SAME_COST = Decimal("0.005")


def counts_from(fill: Fill) -> timedelta:
    """How long after its own time a fill can first affect the positions."""
    return BOOKING_LAG if fill.booking is not None else timedelta(0)


def longest_matching_prefix(
    fills: Sequence[Fill], difference: Decimal, *, whole: bool
) -> int | None:
    """How many of the oldest fills add up to the difference; None if no number of them does.

    The longest such prefix counts. Newer fills happened after the positions were read.

    Args:
        fills: in time order.
        whole: only all of them count: if the quantity before the first fill is unknown, a part
            that adds up would be chance.
    """
    total = ZERO
    found = 0 if not difference and not (whole and fills) else None
    for number, fill in enumerate(fills, start=1):
        total += fill.quantity
        if total == difference and (not whole or number == len(fills)):
            found = number
    return found


def unexplained_precedes_fills(fills: Sequence[Fill], held: Decimal, unexplained: Decimal) -> bool:
    """Whether to place the unexplained trade before the fills rather than after them.

    The quantities add up either way, but the wrong order can create a long or short position that
    never existed. The order with fewer openings is used.

    Args:
        held: the quantity before all of them.
    """
    quantities = [fill.quantity for fill in fills]
    return count_openings(held, [unexplained, *quantities]) < count_openings(
        held, [*quantities, unexplained]
    )


def count_openings(held: Decimal, trades: Sequence[Decimal]) -> int:
    """How often the trades open a position, from nothing or on the other side."""
    count = 0
    for quantity in trades:
        after = held + quantity
        count += bool(after) and after * held <= 0
        held = after
    return count


def is_adjustment(stored: Position, holding: Holding) -> bool:
    """Whether the quantity changed at the same total cost: a split or the like, not a trade.

    A small trade of a large holding also changes its total cost only a little: if the average
    cost rather than the total stayed the same, it was a trade.
    """
    if stored.quantity == holding.quantity or stored.quantity * holding.quantity <= 0:
        return False
    if not stored.average_cost or not holding.average_cost:
        return False
    before = stored.average_cost * stored.quantity
    after = holding.average_cost * holding.quantity
    changed = abs(after - before)
    at_the_same_average = abs(after - stored.average_cost * holding.quantity)
    return changed <= abs(before) * SAME_COST and changed < at_the_same_average


def find_explaining_fills(case: ReconciliationCase) -> Sequence[Fill] | None:
    """The fills that explain the whole difference; None if no fills do.

    Fills older than the last sync belong to an earlier run, which they may correct. Those reported
    for the first time are tried as well if the newer ones do not explain the difference: this
    computer's clock may be ahead of IBKR's, or behind it.
    """
    since = case.last_synced
    if since is None:
        number = longest_matching_prefix(case.fills, case.difference, whole=True)
        return None if number is None else case.fills[:number]
    newer = fills_since_last_sync(case)
    wanted = case.new_fills.union(fill.key for fill in newer)
    appearing = [fill for fill in fills_since_last_sync(case, MAX_CLOCK_SKEW) if fill.key in wanted]
    for fills in (
        without_future_fills(newer, case),
        without_future_fills(appearing, case),
        newer,
        appearing,
    ):
        number = longest_matching_prefix(fills, case.difference, whole=False)
        if number is not None:
            return fills[:number]
    return None


def partially_explaining_fills(case: ReconciliationCase) -> tuple[Sequence[Fill], Decimal]:
    """The fills that explain part of the difference, and the remaining quantity.

    Uncertain fills are left out if less remains without them.
    """
    used = list(without_future_fills(fills_since_last_sync(case), case))
    left = case.difference - sum((fill.quantity for fill in used), ZERO)
    while (
        used and used[-1].key in case.uncertain_fills and abs(left + used[-1].quantity) < abs(left)
    ):
        left += used.pop().quantity
    return used, left


def fills_since_last_sync(
    case: ReconciliationCase, margin: timedelta = EXECUTION_TIME_RESOLUTION
) -> Sequence[Fill]:
    """The fills since the last sync; none before an account's first sync."""
    if case.last_synced is None:
        return ()
    since = case.last_synced
    return [fill for fill in case.fills if fill.time > since - max(margin, counts_from(fill))]


def without_future_fills(fills: Sequence[Fill], case: ReconciliationCase) -> Sequence[Fill]:
    """The fills without those executed after the snapshot, by their times."""
    return (
        [fill for fill in fills if fill.key not in case.future_fills]
        if case.future_fills
        else fills
    )


def is_stale_fill(fill: Fill, case: ReconciliationCase, now: datetime) -> bool:
    """Whether an unallocated fill is too old to explain any later change.

    A fill reported for the first time is not stale: IBKR's times are whole seconds, and executions
    can arrive before the positions. Before an account's first sync every past fill is stale.
    """
    if case.last_synced is None:
        return fill.time <= now
    return fill.key not in case.new_fills and fill.time <= case.last_synced - counts_from(fill)
