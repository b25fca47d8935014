"""The plan of one sync, before anything is written."""

from dataclasses import dataclass

from app.domain.model.inferences import Inference
from app.domain.model.positions import Change, Identity
from app.domain.model.runs import Counts
from app.domain.model.snapshot import FillKey


@dataclass(frozen=True, slots=True)
class Plan:
    """The result of reconciling stored positions with a snapshot.

    Attributes:
        changes: one for every position compared; unchanged ones, with new prices at most, are
            left out.
        held: the closes that the mass-close guard stops; a plan with any must not be written.
        unconfirmed: positions that vanished without a fill; TWS is read again before they close.
        allocated: keys of the fills that explain this run's changes (see `Fill.key`).
        dismissed: keys of the fills that can no longer explain any run.
        inferred: the changes inferred without an execution.
        store_state: the store's revision token when this was planned.
    """

    changes: tuple[Change, ...]
    counts: Counts
    held: tuple[Change, ...] = ()
    unconfirmed: tuple[Identity, ...] = ()
    allocated: frozenset[FillKey] = frozenset()
    dismissed: frozenset[FillKey] = frozenset()
    inferred: tuple[tuple[Identity, Inference], ...] = ()
    store_state: str = ""

    @property
    def recorded(self) -> tuple[Change, ...]:
        """The changes to report; most of 10,000 positions have only new prices."""
        return tuple(change for change in self.changes if change.is_recorded)
