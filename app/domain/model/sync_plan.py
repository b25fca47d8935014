"""What one sync is going to do, before anything is written."""

from dataclasses import dataclass

from app.domain.model.inferences import Inference
from app.domain.model.positions import Change, Identity
from app.domain.model.runs import Counts
from app.domain.model.snapshot import FillKey


@dataclass(frozen=True, slots=True)
class Plan:
    """The result of reconciling stored positions with a snapshot.

    Attributes:
        changes: one for every position that was looked at; quiet ones, which have new prices at
            most, were not.
        held: the closes that the mass-close guard stops; a plan with any must not be written.
        unconfirmed: positions that vanished without a fill; read again before they are closed.
        consumed: keys of the fills that explain what this run does (see `Fill.key`).
        put_away: keys of the fills that no run can explain any more.
        inferred: what no execution tells, and what it is taken to be.
        store_state: what the store called its state when this was planned.
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
        """What is worth telling: of 10,000 positions most have new prices only."""
        return tuple(change for change in self.changes if change.is_recorded)
