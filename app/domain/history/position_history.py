"""A position's changes in order, the positions as of a run, and what syncs found since a moment."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from app.domain.model.positions import ChangeKind, Position, Source
from app.domain.model.runs import Run
from app.domain.model.snapshot import Fill
from app.domain.portfolio.realized_totals import RealizedTotals


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One change in the life of a position, with the figures that held from then on.

    Attributes:
        when: when the run's snapshot was taken; the run's start if it took none.
        quantity: signed, in shares or contracts.
        average_cost: currency per share or contract, multiplier and commissions included.
        realized_pnl: the sum over the closes known then, in the instrument's currency.
    """

    when: datetime
    run_id: int
    kind: ChangeKind
    quantity: Decimal
    average_cost: Decimal | None
    realized_pnl: Decimal | None
    realized_source: Source | None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Timeline:
    """A position as it is now, and every change of it, oldest first.

    Attributes:
        executions: what was executed or booked while it was held, oldest first; also those that no
            close has used.
    """

    position: Position
    steps: tuple[HistoryEntry, ...]
    executions: tuple[Fill, ...] = ()


@dataclass(frozen=True, slots=True)
class PositionsAsOf:
    """The positions that were open after a run.

    Attributes:
        taken_at: when the run's snapshot was taken.
        positions: of every account; one that the run did not cover is as of its last run before.
            `last_synced_at` says when its snapshot was taken.
        unpriced: the accounts without stored prices of that time.
    """

    run: Run
    taken_at: datetime
    positions: tuple[Position, ...]
    unpriced: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ActivitySummary:
    """What syncs have found since a moment.

    Attributes:
        opened, closed: number of positions.
        realized: currency -> the totals of the closes that those syncs recorded.
    """

    since: datetime
    opened: int = 0
    closed: int = 0
    realized: Mapping[str, RealizedTotals] = field(default_factory=dict)

    @property
    def is_any(self) -> bool:
        return bool(self.opened or self.closed or self.realized)
