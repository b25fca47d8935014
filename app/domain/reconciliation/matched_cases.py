"""Which part of an identity's difference its executions explain. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from app.domain.model.amounts import ZERO
from app.domain.model.snapshot import Fill, FillKey
from app.domain.reconciliation.cases import ReconciliationCase
from app.domain.reconciliation.expiries import has_expired
from app.domain.reconciliation.fill_matching import (
    fills_since_last_sync,
    find_explaining_fills,
    is_adjustment,
    is_stale_fill,
    partially_explaining_fills,
    without_future_fills,
)
from app.domain.reconciliation.split_detection import Split, split_in


@dataclass(slots=True)
class MatchedCase:
    """One case with its executions applied.

    Attributes:
        used: the fills that explain the difference, or part of it; in time order.
        residual: the signed quantity that remains unexplained.
        split: a split among or beside the fills.
        is_untraded: no fills apply: the position is unchanged, or was adjusted.
        rival: the explanation by a split, which this one must beat by fitting the cost better.
    """

    case: ReconciliationCase
    used: Sequence[Fill] = ()
    residual: Decimal = ZERO
    split: Split | None = None
    is_untraded: bool = False
    dismissed: set[FillKey] = field(default_factory=set)
    rival: "MatchedCase | None" = None

    @property
    def held(self) -> Decimal:
        """The quantity if only the used fills had happened."""
        now = self.case.holding.quantity if self.case.holding else ZERO
        return now - self.residual

    @property
    def lost(self) -> Decimal:
        """The quantity that is missing without an execution, signed as it was held."""
        held = self.held
        is_less = held * self.residual < 0 and abs(self.residual) <= abs(held)
        return -self.residual if is_less else ZERO


def match_case(case: ReconciliationCase, now: datetime) -> MatchedCase:
    """Applies the fills as far as they explain the difference."""
    if case.stored and case.holding and not without_future_fills(fills_since_last_sync(case), case):
        dismissed = {fill.key for fill in case.fills if is_stale_fill(fill, case, now)}
        if not case.difference or is_adjustment(case.stored, case.holding):
            return MatchedCase(case, is_untraded=True, dismissed=dismissed)
    found = best_match(case, now)
    allocated = {fill.key for fill in found.used}
    unused = (fill for fill in case.fills if fill.key not in allocated)
    found.dismissed = {fill.key for fill in unused if is_stale_fill(fill, case, now)}
    return found


def best_match(case: ReconciliationCase, now: datetime) -> MatchedCase:
    fills = without_future_fills(fills_since_last_sync(case), case)
    if case.holding is None and fills and has_expired(case.instrument, now):
        return match_all_fills(case, fills)
    used = find_explaining_fills(case)
    if used is None or len(used) != len(fills):
        split = split_in(case, now)
        if split is not None:
            return MatchedCase(case, split.fills, split=split)
    if used is not None:
        return MatchedCase(case, used)
    used, residual = partially_explaining_fills(case)
    return MatchedCase(case, used, residual)


def match_all_fills(case: ReconciliationCase, fills: Sequence[Fill]) -> MatchedCase:
    """Applies all fills; the rest counts as unexplained."""
    left = case.difference - sum((fill.quantity for fill in fills), ZERO)
    return MatchedCase(case, fills, left)


def match_with_residual(case: ReconciliationCase) -> MatchedCase | None:
    """Applies all fills; None if they leave nothing unexplained.

    If the quantity is the same as before, quantities alone explain nothing: an option may have been
    opened and assigned since, a share sold and delivered again. Nor does a split: a small delivery
    hardly changes the total cost of a large holding.
    """
    found = match_all_fills(case, without_future_fills(fills_since_last_sync(case), case))
    return found if found.residual else None
