"""What heals in one run, added up anew for each position."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import chain

from app.domain.healing import Healing, healed
from app.domain.positions import Change, ChangeKind, Close, Position
from app.store import tables
from app.store.closes import closes_where
from app.store.database import Database


@dataclass(frozen=True, slots=True)
class Cure:
    """All that heals in one run, and the audit of it.

    Attributes:
        changes: one for every stored position whose realized P&L is another now.
    """

    healings: tuple[Healing, ...] = ()
    changes: tuple[Change, ...] = ()

    @property
    def consumed(self) -> frozenset[str]:
        """Stems of the fills that are explained by it."""
        return frozenset().union(*(healing.consumed for healing in self.healings))

    @property
    def opened(self) -> tuple[Change, ...]:
        return tuple(
            replace(change, kind=ChangeKind.HEALED)
            for healing in self.healings
            for change in healing.opened
        )

    def applied(self, positions: Iterable[Position]) -> tuple[Position, ...]:
        """The positions with their healed figures."""
        better = {change.after.id: change.after for change in self.changes}
        return tuple(
            replace(
                position,
                realized_pnl=better[position.id].realized_pnl,
                realized_source=better[position.id].realized_source,
            )
            if position.id in better
            else position
            for position in positions
        )


def cure(database: Database, healings: tuple[Healing, ...]) -> Cure:
    """Adds up each healed position anew, over all its runs."""
    replaced: dict[int, dict[int, tuple[Close, ...]]] = {}  # position_id -> run_id -> closes
    position_by_id: dict[int, Position] = {}
    for healing in healings:
        for position, closes in healing.replaced:
            assert position.id is not None
            position_by_id[position.id] = position
            replaced.setdefault(position.id, {})[healing.run_id] = closes
    changes = (
        healed(position_by_id[position_id], all_closes(database, position_id, by_run))
        for position_id, by_run in replaced.items()
    )
    return Cure(healings, tuple(changes))


def all_closes(
    database: Database, position_id: int, replaced: Mapping[int, tuple[Close, ...]]
) -> list[Close]:
    stored = closes_where(database, tables.Close.position_id == position_id)
    others = [close.close for close in stored if close.run_id not in replaced]
    return [*others, *chain.from_iterable(replaced.values())]
