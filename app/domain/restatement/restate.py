"""Compares what is stored of one identity with its story as it is told now, and says what differs.

An estimate heals when its fills come late; a figure from fills becomes IBKR's own when the
commission report comes; a correction corrects; a position that never was is taken back.
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
    """What the store says of the identity, as far as the story tells it again.

    Attributes:
        positions: that were open when the story starts, or began after it; oldest first.
        closes: of the story's runs.
        fills: all that the story may use -> the run that it explains.
    """

    positions: tuple[Position, ...]
    closes: tuple[StoredClose, ...]
    fills: tuple[tuple[Fill, int | None], ...]


@dataclass(frozen=True, slots=True)
class Restatement:
    """What heals in one identity.

    Attributes:
        kept: stored positions as they are to be; their `position.id` says which.
        opened: positions that only the late fills show, with their new ids.
        dropped: stored positions that never were.
        lost: closes to be deleted, all those of `dropped` among them.
        found: closes to be recorded, with the runs that they tell of.
        assigned: (key, the run that the fill explains now; None for none any more).
        released: the fills that are free to explain a newer run.
        changes: the audit.
    """

    identity: Identity
    kept: tuple[RestatedPosition, ...] = ()
    opened: tuple[RestatedPosition, ...] = ()
    dropped: tuple[Position, ...] = ()
    lost: tuple[StoredClose, ...] = ()
    found: tuple[AttributedClose, ...] = ()
    assigned: tuple[tuple[FillKey, int | None], ...] = ()
    released: tuple[Fill, ...] = ()
    changes: tuple[Change, ...] = ()

    @property
    def open_position(self) -> Position | None:
        told = (told.position for told in (*self.kept, *self.opened))
        return next((position for position in told if position.is_open), None)

    @property
    def consumed(self) -> frozenset[FillKey]:
        """Keys of the fills that explain an earlier run now, and did not before."""
        return frozenset(key for key, run_id in self.assigned if run_id is not None)


def compute_restatement(
    identity: Identity, story: RestatedHistory, recorded: StoredHistory, free_id: int
) -> Restatement | None:
    """What must change in the store after a replay; None for nothing.

    Args:
        free_id: the first free id of a position.
    """
    derived = derive(identity, story, recorded, free_id)
    return derived if derived.changes or derived.assigned else None


def derive(
    identity: Identity, story: RestatedHistory, recorded: StoredHistory, free_id: int
) -> Restatement:
    """All positions of the replay beside the stored ones, and what differs.

    Args:
        free_id: the first free id of a position.
    """
    kept, opened = placed(story.positions, recorded.positions, free_id)
    kept_ids = {told.position.id for told in kept}
    dropped = tuple(old for old in recorded.positions if old.id not in kept_ids)
    lost, found = differing((*kept, *opened), recorded.closes)
    moved = tuple(
        (fill, story.consumed.get(fill.key))
        for fill, run_id in recorded.fills
        if run_id != story.consumed.get(fill.key)
    )
    fills = [fill for fill, _ in recorded.fills]
    changes = tuple(
        restatement_changes(kept, opened, dropped, recorded.positions, lost, found, fills)
    )
    return Restatement(
        identity,
        kept,
        opened,
        dropped,
        lost,
        found,
        assigned=tuple((fill.key, run_id) for fill, run_id in moved),
        released=tuple(fill for fill, run_id in moved if run_id is None and not fill.is_cancelled),
        changes=changes,
    )


def placed(
    told: Sequence[RestatedPosition], stored: Sequence[Position], free_id: int
) -> tuple[tuple[RestatedPosition, ...], tuple[RestatedPosition, ...]]:
    """The story's positions that have a stored one, and those that are new; all with ids."""
    pairs = paired([one.position for one in told], stored)
    shown = next((old for old in stored if old.is_open), None)
    kept: list[RestatedPosition] = []
    opened: list[RestatedPosition] = []
    for place, one in enumerate(told):
        old = pairs.get(place)
        position_id = free_id + len(opened) if old is None else old.id
        position = replace(with_latest(one.position, shown), id=position_id)
        (opened if old is None else kept).append(replace(one, position=position))
    return tuple(kept), tuple(opened)


def paired(told: Sequence[Position], stored: Sequence[Position]) -> dict[int, Position]:
    """Place in the story -> the stored position that it is.

    First the one that the story started with, then those that began at the same time, and the
    others from the newest back: what is open stays what it is.
    """
    pairs: dict[int, Position] = {}
    rest = list(stored)
    for key in (attrgetter("id"), attrgetter("opened_at")):
        for place, position in enumerate(told):
            same = next((old for old in rest if key(old) == key(position)), None)
            if place not in pairs and same is not None:
                pairs[place] = same
                rest.remove(same)
    others = [place for place in range(len(told)) if place not in pairs]
    return pairs | dict(zip(reversed(others), reversed(rest), strict=False))


def with_latest(position: Position, shown: Position | None) -> Position:
    """The open position with the prices of today, which no past run knows."""
    if not position.is_open or shown is None:
        return position
    return replace(
        position,
        market_price=shown.market_price,
        market_value=shown.market_value,
        unrealized_pnl=shown.unrealized_pnl,
        last_sync=shown.last_sync,
    )


def differing(
    told: Sequence[RestatedPosition], stored: Sequence[StoredClose]
) -> tuple[tuple[StoredClose, ...], tuple[AttributedClose, ...]]:
    """The stored closes that the story does not have, and its own that are not stored."""
    rest = list(stored)
    found: list[AttributedClose] = []
    for one in told:
        assert one.position.id is not None
        for run_id, close in one.closes:
            owned = (one.position.id, run_id, close)
            same = next((c for c in rest if (c.position_id, c.run_id, c.close) == owned), None)
            if same is None:
                found.append(owned)
            else:
                rest.remove(same)
    return tuple(rest), tuple(found)
