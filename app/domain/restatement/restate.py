"""Compares the stored history of one identity with its replay, and lists what must be corrected.

Late fills replace an estimate, a commission report replaces a computed P&L, a correction changes a
fill, and a position that never existed is removed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from operator import attrgetter

from app.domain.model.positions import Change, Identity, Position, StoredClose
from app.domain.model.snapshot import Fill, FillKey
from app.domain.restatement.notes import AttributedClose, restatement_changes
from app.domain.restatement.replay_history import RestatedHistory, RestatedPosition


@dataclass(frozen=True, slots=True)
class StoredHistory:
    """The stored part of an identity's history that is replayed.

    Attributes:
        positions: those open when the replay starts, or opened after it; oldest first.
        closes: those that the replayed runs recorded.
        fills: (fill, id of the run that it explains or None), all that the replay may use.
    """

    positions: tuple[Position, ...]
    closes: tuple[StoredClose, ...]
    fills: tuple[tuple[Fill, int | None], ...]


@dataclass(frozen=True, slots=True)
class Restatement:
    """The corrections to the stored history of one identity.

    Attributes:
        updated: stored positions with their new values; `position.id` says which.
        inserted: positions that only the late fills reveal, with their new ids.
        removed: stored positions that never existed.
        removed_closes: closes to delete, including all those of `removed`.
        added_closes: closes to record, with the runs that they belong to.
        assigned: (fill key, id of the run that the fill now explains, or None).
        unallocated: the fills that are free to explain a newer run.
        changes: the audit rows.
    """

    identity: Identity
    updated: tuple[RestatedPosition, ...] = ()
    inserted: tuple[RestatedPosition, ...] = ()
    removed: tuple[Position, ...] = ()
    removed_closes: tuple[StoredClose, ...] = ()
    added_closes: tuple[AttributedClose, ...] = ()
    assigned: tuple[tuple[FillKey, int | None], ...] = ()
    unallocated: tuple[Fill, ...] = ()
    changes: tuple[Change, ...] = ()

    @property
    def open_position(self) -> Position | None:
        positions = (restated.position for restated in (*self.updated, *self.inserted))
        return next((position for position in positions if position.is_open), None)

    @property
    def allocated(self) -> frozenset[FillKey]:
        """Keys of the fills that newly explain an earlier run."""
        return frozenset(key for key, run_id in self.assigned if run_id is not None)


def compute_restatement(
    identity: Identity, history: RestatedHistory, stored: StoredHistory, free_id: int
) -> Restatement | None:
    """The corrections that make the store agree with the replay; None if there are none.

    Args:
        free_id: the first free id of a position.
    """
    derived = derive(identity, history, stored, free_id)
    return derived if derived.changes or derived.assigned else None


def derive(
    identity: Identity, history: RestatedHistory, stored: StoredHistory, free_id: int
) -> Restatement:
    """All positions of the replay beside the stored ones, and what differs.

    Args:
        free_id: the first free id of a position.
    """
    updated, inserted = with_ids(history, stored.positions, free_id)
    kept_ids = {restated.position.id for restated in updated}
    removed = tuple(old for old in stored.positions if old.id not in kept_ids)
    removed_closes, added_closes = compare_closes((*updated, *inserted), stored.closes)
    moved = tuple(
        (fill, history.allocated.get(fill.key))
        for fill, run_id in stored.fills
        if run_id != history.allocated.get(fill.key)
    )
    fills = [fill for fill, _ in stored.fills]
    changes = tuple(
        restatement_changes(
            updated, inserted, removed, stored.positions, removed_closes, added_closes, fills
        )
    )
    return Restatement(
        identity,
        updated,
        inserted,
        removed,
        removed_closes,
        added_closes,
        assigned=tuple((fill.key, run_id) for fill, run_id in moved),
        unallocated=tuple(
            fill for fill, run_id in moved if run_id is None and not fill.is_cancelled
        ),
        changes=changes,
    )


def with_ids(
    history: RestatedHistory, stored: Sequence[Position], free_id: int
) -> tuple[tuple[RestatedPosition, ...], tuple[RestatedPosition, ...]]:
    """The restated positions that are stored already, and the new ones; all with ids."""
    pairs = pair_with_stored([restated.position for restated in history.positions], stored)
    shown = next((old for old in stored if old.is_open), None)
    updated: list[RestatedPosition] = []
    inserted: list[RestatedPosition] = []
    for index, restated in enumerate(history.positions):
        old = pairs.get(index)
        position_id = free_id + len(inserted) if old is None else old.id
        position = replace(with_current_prices(restated.position, shown), id=position_id)
        (inserted if old is None else updated).append(replace(restated, position=position))
    return tuple(updated), tuple(inserted)


def pair_with_stored(
    positions: Sequence[Position], stored: Sequence[Position]
) -> dict[int, Position]:
    """Index of a restated position -> the stored position that it continues.

    Positions with the same id are paired first, then those with the same opening time, then the
    rest from the newest back, so that the open position keeps its id.
    """
    pairs: dict[int, Position] = {}
    rest = list(stored)
    for key in (attrgetter("id"), attrgetter("opened_at")):
        for index, position in enumerate(positions):
            same = next((old for old in rest if key(old) == key(position)), None)
            if index not in pairs and same is not None:
                pairs[index] = same
                rest.remove(same)
    others = [index for index in range(len(positions)) if index not in pairs]
    return pairs | dict(zip(reversed(others), reversed(rest), strict=False))


def with_current_prices(position: Position, shown: Position | None) -> Position:
    """An open position with today's prices, which no past run knows."""
    if not position.is_open or shown is None:
        return position
    return replace(
        position,
        market_price=shown.market_price,
        market_value=shown.market_value,
        unrealized_pnl=shown.unrealized_pnl,
        last_sync=shown.last_sync,
    )


def compare_closes(
    positions: Sequence[RestatedPosition], stored: Sequence[StoredClose]
) -> tuple[tuple[StoredClose, ...], tuple[AttributedClose, ...]]:
    """The stored closes that the restated history lacks, and its closes that are not stored."""
    rest = list(stored)
    added: list[AttributedClose] = []
    for restated in positions:
        assert restated.position.id is not None
        for run_id, close in restated.closes:
            attributed = (restated.position.id, run_id, close)
            same = next((c for c in rest if (c.position_id, c.run_id, c.close) == attributed), None)
            if same is None:
                added.append(attributed)
            else:
                rest.remove(same)
    return tuple(rest), tuple(added)
