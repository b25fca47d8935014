"""Words for what healed: the change that tells of a position whose past is another now."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from app.domain.model.instruments import plain
from app.domain.model.positions import Change, ChangeKind, Close, Position, StoredClose
from app.domain.model.realized_pnl import ZERO
from app.domain.model.snapshot import Fill
from app.domain.reconciliation.change_notes import note_of_commissions
from app.domain.restatement.replay_history import RestatedPosition

AttributedClose = tuple[int, int, Close]  # (position_id, run_id, close)
LATE = "Executions arrived late: "


def restatement_changes(
    kept: Sequence[RestatedPosition],
    opened: Sequence[RestatedPosition],
    dropped: Sequence[Position],
    stored: Sequence[Position],
    lost: Sequence[StoredClose],
    found: Sequence[AttributedClose],
    fills: Sequence[Fill] = (),
) -> Iterator[Change]:
    """One change for every position that is another now; arguments as in `Cure`.

    Args:
        fills: all that the closes can rest on.
    """
    before = {old.id: old for old in stored}
    touched = {close.position_id for close in lost} | {owner for owner, _, _ in found}
    for told in kept:
        old, new = before[told.position.id], told.position
        if new.id in touched or times(new) != times(old):
            said = LATE + difference(old, new), left_out(told, fills)
            yield Change(ChangeKind.HEALED, old, new, note=" ".join(filter(None, said)))
    for told in opened:
        closes = tuple(close for _, close in told.closes)
        said = LATE + opening(told.position), left_out(told, fills)
        note = " ".join(filter(None, said))
        yield Change(ChangeKind.HEALED, None, told.position, closes, note)
    for old in dropped:
        yield Change(ChangeKind.HEALED, old, never_was(old), note=LATE + taking_back(old))


def left_out(told: RestatedPosition, fills: Sequence[Fill]) -> str:
    """The commissions that are not in its figures, because no rate is known."""
    return note_of_commissions([close for _, close in told.closes], fills)


def times(position: Position) -> tuple[object, object]:
    return position.opened_at, position.closed_at


def difference(old: Position, new: Position) -> str:
    """What a trader wants to know first: the money, then what became of the position."""
    said = []
    if old.is_open and not new.is_open:
        said.append("this position was closed, and what is held now is another one")
    elif new.is_open and not old.is_open:
        said.append("this position was never closed")
    if figure(old) != figure(new):
        said.append(f"{figure(old)} became {figure(new)}")
    return "; ".join(said or ["its history was told anew, with the same realized P&L"]) + "."


def opening(new: Position) -> str:
    if new.is_open:
        return "the position before was closed, and this one opened."
    return f"this position was opened and closed between two syncs; {figure(new)}."


def taking_back(old: Position) -> str:
    if old.realized_source is None:
        return "this position never was."
    return f"this position never was; {figure(old)} is taken back."


def never_was(old: Position) -> Position:
    return replace(
        old,
        quantity=ZERO,
        market_value=None,
        unrealized_pnl=None,
        realized_pnl=None,
        realized_source=None,
        closed_at=old.closed_at or old.opened_at,
    )


def figure(position: Position) -> str:
    if position.realized_source is None:
        return "nothing realized"
    if position.realized_pnl is None:
        return f"unknown ({position.realized_source})"
    return f"{plain(round(position.realized_pnl, 2))} ({position.realized_source})"
