"""The audit changes, with their notes, of positions whose history changed."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from app.domain.model.amounts import ZERO
from app.domain.model.instruments import plain_text
from app.domain.model.positions import (
    SOURCE_WORDS,
    Change,
    ChangeKind,
    Close,
    Position,
    StoredClose,
)
from app.domain.model.snapshot import Fill
from app.domain.reconciliation.change_notes import note_of_commissions
from app.domain.restatement.replay_history import RestatedPosition
from app.domain.text.messages import Message, joined, message

AttributedClose = tuple[int, int, Close]  # (position_id, run_id, close)


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
            note = joined((late(difference_text(old, new)), commission_note(restated, fills)))
            yield Change(ChangeKind.HEALED, old, new, note=note)
    for restated in inserted:
        closes = tuple(close for _, close in restated.closes)
        sentence = late(opening_text(restated.position))
        note = joined((sentence, commission_note(restated, fills)))
        yield Change(ChangeKind.HEALED, None, restated.position, closes, note)
    for old in removed:
        yield Change(ChangeKind.HEALED, old, as_removed(old), note=late(removal_text(old)))


def commission_note(restated: RestatedPosition, fills: Sequence[Fill]) -> str:
    """The commissions left out of its P&L, because no rate is known."""
    return note_of_commissions([close for _, close in restated.closes], fills)


def lifetime(position: Position) -> tuple[object, object]:
    return position.opened_at, position.closed_at


def late(what: Message) -> Message:
    # Translators: such as "Executions arrived late: this position was never closed."
    return message("Executions arrived late: {what}.", what=what)


def difference_text(old: Position, new: Position) -> Message:
    """What happened to the position, and how its realized P&L changed."""
    parts = []
    if old.is_open and not new.is_open:
        parts.append(message("this position was closed, and what is held now is another one"))
    elif new.is_open and not old.is_open:
        parts.append(message("this position was never closed"))
    if figure(old) != figure(new):
        # Translators: of a realized P&L, such as "120.5 (estimate) became 119.25 (fills)"
        parts.append(message("{before} became {now}", before=figure(old), now=figure(new)))
    if not parts:
        return message("its history was recomputed, with the same realized P&L")
    return joined(parts, "; ")


def opening_text(new: Position) -> Message:
    if new.is_open:
        return message("the position before was closed, and this one opened")
    return message(
        "this position was opened and closed between two syncs; {realized}", realized=figure(new)
    )


def removal_text(old: Position) -> Message:
    if old.realized_source is None:
        return message("this position never existed")
    return message("this position never existed; {realized} is taken back", realized=figure(old))


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


def figure(position: Position) -> Message:
    if position.realized_source is None:
        return message("nothing realized")
    source = SOURCE_WORDS[position.realized_source]
    if position.realized_pnl is None:
        # Translators: a realized P&L, and in parentheses where it comes from
        return message("unknown ({source})", source=source)
    amount = plain_text(round(position.realized_pnl, 2))
    return message("{amount} ({source})", amount=amount, source=source)
