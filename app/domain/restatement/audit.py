"""Compares what is stored of one identity with a replay of its facts. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from app.domain.model.instruments import plain_text
from app.domain.model.positions import SOURCE_WORDS, Close, Identity, Position
from app.domain.restatement.replay_history import RestatedPosition
from app.domain.restatement.restate import Restatement, StoredHistory
from app.domain.text.messages import Message, message

NOTHING = message("nothing")


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """One stored value that differs from what the facts give.

    Attributes:
        identity: whose it is; None for the file as a whole.
        symbol: of its instrument; empty for the file.
        what: as in "realized P&L of the position opened 2026-03-02 14:30:00 UTC".
        stored, derived: both as text; "nothing" where there is none.
    """

    identity: Identity | None
    symbol: str
    what: str
    stored: str
    derived: str


@dataclass(frozen=True, slots=True)
class Audit:
    """What was compared, and what differs.

    Attributes:
        identities, positions, closes, fills: how many of each.
        discrepancies: by account and con id.
    """

    identities: int
    positions: int
    closes: int
    fills: int
    discrepancies: tuple[Discrepancy, ...]


def discrepancies(
    symbol: str, stored: StoredHistory, derived: Restatement
) -> Iterator[Discrepancy]:
    """Args: derived: what a restatement by all facts would make of what is stored."""
    before = {position.id: position for position in stored.positions}
    explained = {fill.key: run_id for fill, run_id in stored.fills}
    gone, new = derived.removed_closes, derived.added_closes
    for what, was, now in (
        *(entry for one in derived.updated for entry in figures(before[one.position.id], one)),
        *((name(one.position), NOTHING, position_text(one.position)) for one in derived.inserted),
        *((name(one), position_text(one), NOTHING) for one in derived.removed),
        *((close_name(one.run_id), close_text(one.close), NOTHING) for one in gone),
        *((close_name(run_id), NOTHING, close_text(close)) for _, run_id, close in new),
        *(
            (execution_name(key[1]), run_text(explained[key]), run_text(run))
            for key, run in derived.assigned
        ),
    ):
        yield Discrepancy(derived.identity, symbol, what, was, now)


def figures(stored: Position, derived: RestatedPosition) -> Iterator[tuple[str, str, str]]:
    """(what, stored, derived) of each figure that differs."""
    now = derived.position
    named = name(stored)
    entries = (
        (
            message("quantity of {position}", position=named),
            number(stored.quantity),
            number(now.quantity),
        ),
        (
            message("average cost of {position}", position=named),
            number(stored.average_cost),
            number(now.average_cost),
        ),
        (
            message("realized P&L of {position}", position=named),
            number(stored.realized_pnl),
            number(now.realized_pnl),
        ),
        (
            message("source of the realized P&L of {position}", position=named),
            source(stored),
            source(now),
        ),
        (
            message("opening of {position}", position=named),
            time(stored.opened_at),
            time(now.opened_at),
        ),
        (
            message("close of {position}", position=named),
            time(stored.closed_at),
            time(now.closed_at),
        ),
    )
    for what, was, is_now in entries:
        if was != is_now:
            yield what, was, is_now


def name(position: Position) -> Message:
    return message("the position opened {time}", time=time(position.opened_at))


def position_text(position: Position) -> Message:
    return message(
        "{quantity} held, realized {amount} ({source})",
        quantity=number(position.quantity),
        amount=number(position.realized_pnl),
        source=source(position),
    )


def close_name(run_id: int) -> Message:
    return message("a close of run {run}", run=run_id)


def close_text(close: Close) -> Message:
    return message(
        "{quantity} closed, realized {amount} ({source})",
        quantity=number(close.quantity_closed),
        amount=number(close.realized_pnl),
        source=SOURCE_WORDS[close.source],
    )


def execution_name(stem: str) -> Message:
    return message("the run that execution {id} explains", id=stem)


def run_text(run_id: int | None) -> Message:
    return NOTHING if run_id is None else message("run {run}", run=run_id)


def time(moment: datetime | None) -> str:
    """To the second: IBKR gives no more."""
    return NOTHING if moment is None else f"{moment:%Y-%m-%d %H:%M:%S} UTC"


def source(position: Position) -> Message:
    return SOURCE_WORDS[position.realized_source] if position.realized_source else NOTHING


def number(value: Decimal | None) -> Message:
    return NOTHING if value is None else plain_text(value)
