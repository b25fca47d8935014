"""Resolves one identity: executions first, then inferences, then the unexplained rest. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from app.domain.model.amounts import ZERO
from app.domain.model.inferences import Inference, fitting
from app.domain.model.instruments import Instrument
from app.domain.model.positions import Change
from app.domain.model.runs import Request
from app.domain.model.snapshot import FillKey
from app.domain.reconciliation.cases import (
    ReconciliationCase,
    adjusted,
    changes_from_lifecycles,
    refreshed,
)
from app.domain.reconciliation.expiries import expired, has_expired
from app.domain.reconciliation.fill_matching import unexplained_precedes_fills
from app.domain.reconciliation.matched_cases import MatchedCase, match_case, match_with_residual
from app.domain.reconciliation.split_detection import replay_with_split
from app.domain.reconciliation.trade_replay import TradeReplay


@dataclass(slots=True)
class CaseResult:
    """The result for one identity.

    Attributes:
        allocated, dismissed: keys of fills, as in `Plan`.
        inferred: the inferences that were used.
        is_unconfirmed: the position vanished, and no fill explains all of it.
        lacks_evidence: the position vanished, and nothing explains it at all.
    """

    case: ReconciliationCase
    changes: list[Change]
    allocated: set[FillKey] = field(default_factory=set)
    dismissed: set[FillKey] = field(default_factory=set)
    inferred: Sequence[Inference] = ()
    is_unconfirmed: bool = False
    lacks_evidence: bool = False


def reconcile_case(case: ReconciliationCase, now: datetime, request: Request) -> CaseResult:
    """Resolves one identity alone, with the inferences of its run."""
    matched = match_case(case, now)
    if case.inferences and not matched.residual:
        matched = match_with_residual(case) or matched
    inferences = list(fitting(case.inferences, matched.residual))
    return conclude_case(matched, now, request, inferences or at_expiry(matched, now))


def conclude_case(
    matched: MatchedCase, now: datetime, request: Request, inferences: Sequence[Inference] = ()
) -> CaseResult:
    """Replays the fills, the inferences and the rest, in the order with the fewest openings."""
    case = matched.case
    if matched.is_untraded:
        assert case.stored is not None
        assert case.holding is not None
        make = adjusted if case.difference else refreshed
        return CaseResult(case, [make(case.stored, case.holding, now)], dismissed=matched.dismissed)
    replay = TradeReplay(
        case.instrument,
        case.stored,
        last_price=last_price(case),
        known_cost=case.holding.average_cost if case.holding else None,
        calculate_pnl=request.calculate_pnl,
    )
    used, residual = matched.used, matched.residual
    held = case.stored.quantity if case.stored else ZERO
    if matched.split is not None:
        replay_with_split(replay, matched.split)
    elif residual and unexplained_precedes_fills(used, held, residual):
        apply_rest(replay, residual, inferences, min(fill.time for fill in used))
        replay.fills(used)
    else:
        replay.fills(used)
        apply_rest(replay, residual, inferences, now)
    vanished = case.stored is not None and case.holding is None and bool(residual)
    return CaseResult(
        case,
        changes_from_lifecycles(replay.lifecycles, case, now),
        allocated={fill.key for fill in used},
        dismissed=matched.dismissed,
        inferred=inferences,
        is_unconfirmed=vanished,
        lacks_evidence=vanished and not inferences and not replay.lifecycles[0].used_fills,
    )


def apply_rest(
    replay: TradeReplay, residual: Decimal, inferences: Sequence[Inference], at: datetime
) -> None:
    for one in inferences:
        replay.infer(one, at)
        residual -= one.quantity
    if residual:
        replay.unexplained(residual, at)


def at_expiry(
    matched: MatchedCase,
    now: datetime,
    underlying_price: Callable[[Instrument], Decimal | None] = lambda _: None,
) -> tuple[Inference, ...]:
    """The expiry of an option that has expired and is no longer held; else nothing.

    Args:
        underlying_price: option -> price of its underlying in the snapshot.
    """
    case = matched.case
    if case.holding is not None or not matched.lost or not has_expired(case.instrument, now):
        return ()
    return (
        expired(
            case.instrument,
            matched.residual,
            now,
            underlying_price=underlying_price(case.instrument),
            last_price=last_price(case),
            last_seen=case.last_synced or (case.stored.last_synced_at if case.stored else None),
        ),
    )


def last_price(case: ReconciliationCase) -> Decimal | None:
    """The last known market price: this snapshot's, or else the stored one."""
    if case.holding is not None and case.holding.market_price is not None:
        return case.holding.market_price
    return case.stored.market_price if case.stored else None
