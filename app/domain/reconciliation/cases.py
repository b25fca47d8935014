"""One identity in one run, and the changes that a run records for it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from app.domain.model.amounts import ZERO
from app.domain.model.inferences import Inference, InferenceKind
from app.domain.model.instruments import Instrument
from app.domain.model.positions import Change, ChangeKind, Identity, LastSync, Position
from app.domain.model.snapshot import Fill, FillKey, Holding
from app.domain.reconciliation.change_notes import (
    note_of_commissions,
    note_of_evidence,
    note_of_inferences,
    note_of_reversal,
    note_of_split,
)
from app.domain.reconciliation.trade_replay import PositionLifecycle
from app.domain.text.messages import joined

# How an option can end without a trade.
ENDS = {
    InferenceKind.EXERCISED: ChangeKind.EXERCISED,
    InferenceKind.ASSIGNED: ChangeKind.ASSIGNED,
    InferenceKind.EXPIRED: ChangeKind.EXPIRED,
}


@dataclass(slots=True)
class ReconciliationCase:
    """All that is known about one identity in one run.

    Attributes:
        new_fills: keys of the fills that no earlier run knew.
        future_fills: keys of the fills with times after the snapshot that the run did not know;
            they count only if this computer's clock was behind.
        uncertain_fills: keys of the fills that may be later than the snapshot despite their times.
        inferences: the run's own, if it is replayed.
    """

    account: str
    instrument: Instrument
    stored: Position | None = None
    holding: Holding | None = None
    fills: Sequence[Fill] = ()
    last_synced: datetime | None = None
    new_fills: frozenset[FillKey] = frozenset()
    future_fills: frozenset[FillKey] = frozenset()
    uncertain_fills: frozenset[FillKey] = frozenset()
    inferences: Sequence[Inference] = ()

    @property
    def identity(self) -> Identity:
        return self.account, self.instrument.con_id

    @property
    def difference(self) -> Decimal:
        before = self.stored.quantity if self.stored else ZERO
        now = self.holding.quantity if self.holding else ZERO
        return now - before


def created_without_fills(holding: Holding, last_sync: LastSync) -> Change:
    """A new holding whose opening no fill explains."""
    return Change(
        ChangeKind.CREATED,
        None,
        Position(  # positional arguments are faster, and there may be many
            holding.account,
            holding.instrument,
            holding.quantity,
            holding.average_cost,
            last_sync.at,
            last_sync,
            holding.market_price,
            holding.market_value,
            holding.unrealized_pnl,
        ),
    )


def refreshed(stored: Position, holding: Holding, now: datetime) -> Change:
    return Change(ChangeKind.UPDATED, stored, with_figures(stored, holding, now))


def adjusted(stored: Position, holding: Holding, now: datetime) -> Change:
    note = note_of_split(stored.quantity, holding.quantity)
    return Change(ChangeKind.ADJUSTED, stored, with_figures(stored, holding, now), note=note)


def with_figures(position: Position, holding: Holding, now: datetime) -> Position:
    """The position with IBKR's current figures."""
    return replace(
        position,
        instrument=holding.instrument,
        quantity=holding.quantity,
        average_cost=holding.average_cost,
        market_price=holding.market_price,
        market_value=holding.market_value,
        unrealized_pnl=holding.unrealized_pnl,
        last_sync=LastSync(now),
    )


def changes_from_lifecycles(
    lifecycles: Sequence[PositionLifecycle], case: ReconciliationCase, now: datetime
) -> list[Change]:
    """One change for each lifecycle of an identity."""
    changes = []
    for lifecycle in lifecycles:
        position = lifecycle.position(case.account, case.instrument, now)
        if position.is_open and case.holding is not None:
            position = with_figures(position, case.holding, now)
        elif not position.is_open:
            position = replace(position, market_value=None, unrealized_pnl=None)
        kind = kind_of(lifecycle, position, case)
        closes = tuple(lifecycle.closes)
        note = note_of(kind, lifecycle, case)
        came = next((one.moved_from_id for one in lifecycle.inferred if one.moved_from_id), None)
        changes.append(Change(kind, lifecycle.before, position, closes, note, came))
    return changes


def note_of(kind: ChangeKind, lifecycle: PositionLifecycle, case: ReconciliationCase) -> str:
    sentences: list[str] = []
    if lifecycle.split is not None:
        sentences.append(note_of_split(*lifecycle.split))
    if kind is ChangeKind.REVERSED and lifecycle.before is not None and case.holding is not None:
        sentences.append(note_of_reversal(lifecycle.before.quantity, case.holding.quantity))
    sentences.append(note_of_inferences(lifecycle.inferred, lifecycle.closes))
    sentences.append(note_of_evidence(lifecycle.closes, lifecycle.unexplained))
    sentences.append(note_of_commissions(lifecycle.closes, case.fills))
    return joined(sentences)


def kind_of(lifecycle: PositionLifecycle, after: Position, case: ReconciliationCase) -> ChangeKind:
    before = lifecycle.before
    inferred = {one.kind for one in lifecycle.inferred}
    if InferenceKind.MOVED in inferred:
        return ChangeKind.MOVED
    if before is None:
        return ChangeKind.CREATED
    for kind in ENDS:
        if kind in inferred:
            return ENDS[kind]
    if not after.is_open:
        turned = case.holding is not None and case.holding.quantity * before.quantity < 0
        return ChangeKind.REVERSED if turned else ChangeKind.CLOSED
    if lifecycle.split is not None and not lifecycle.used_fills:
        return ChangeKind.ADJUSTED
    if abs(after.quantity) > abs(before.quantity):
        return ChangeKind.INCREASED
    if lifecycle.closes:
        return ChangeKind.REDUCED
    return ChangeKind.UPDATED
