"""The audit changes, with their notes, of positions whose history changed."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from app.domain.model.amounts import ZERO
from app.domain.model.instruments import plain
from app.domain.model.positions import Change, ChangeKind, Close, Position, StoredClose
from app.domain.model.snapshot import Fill
from app.domain.reconciliation.change_notes import note_of_commissions
from app.domain.restatement.replay_history import RestatedPosition

AttributedClose = tuple[int, int, Close]  # (position_id, run_id, close)
LATE = "Executions arrived late: "


def restatement_changes(
    updated: Sequence[RestatedPosition],
    inserted: Sequence[RestatedPosition],
    removed: Sequence[Position],
    stored: Sequence[Position],
    removed_closes: Sequence[StoredClose],
    added_closes: Sequence[AttributedClose],
    fills: Sequence[Fill] = (),
) -> Iterator[Change]:
    """One change for every position whose history changed; arguments as in `Restatement`.

    Args:
        fills: all that the closes can use.
    """
    before = {old.id: old for old in stored}
    touched = {close.position_id for close in removed_closes} | {
        owner for owner, _, _ in added_closes
    }
    for restated in updated:
        old, new = before[restated.position.id], restated.position
        if new.id in touched or lifetime(new) != lifetime(old):
            sentences = LATE + difference_text(old, new), commission_note(restated, fills)
            yield Change(ChangeKind.HEALED, old, new, note=" ".join(filter(None, sentences)))
    for restated in inserted:
        closes = tuple(close for _, close in restated.closes)
        sentences = LATE + opening_text(restated.position), commission_note(restated, fills)
        note = " ".join(filter(None, sentences))
        yield Change(ChangeKind.HEALED, None, restated.position, closes, note)
    for old in removed:
        yield Change(ChangeKind.HEALED, old, as_removed(old), note=LATE + removal_text(old))


def commission_note(restated: RestatedPosition, fills: Sequence[Fill]) -> str:
    """The commissions left out of its P&L, because no rate is known."""
    return note_of_commissions([close for _, close in restated.closes], fills)


def lifetime(position: Position) -> tuple[object, object]:
    return position.opened_at, position.closed_at


def difference_text(old: Position, new: Position) -> str:
    """What happened to the position, and how its realized P&L changed."""
    sentences = []
    if old.is_open and not new.is_open:
        sentences.append("this position was closed, and what is held now is another one")
    elif new.is_open and not old.is_open:
        sentences.append("this position was never closed")
    if figure(old) != figure(new):
        sentences.append(f"{figure(old)} became {figure(new)}")
    return "; ".join(sentences or ["its history was recomputed, with the same realized P&L"]) + "."


def opening_text(new: Position) -> str:
    if new.is_open:
        return "the position before was closed, and this one opened."
    return f"this position was opened and closed between two syncs; {figure(new)}."


def removal_text(old: Position) -> str:
    if old.realized_source is None:
        return "this position never was."
    return f"this position never was; {figure(old)} is taken back."


def as_removed(old: Position) -> Position:
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
