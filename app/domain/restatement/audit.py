"""Compares what is stored of one identity with a replay of its facts. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from app.domain.model.instruments import plain
from app.domain.model.positions import Close, Identity, Position
from app.domain.restatement.replay_history import RestatedPosition
from app.domain.restatement.restate import Restatement, StoredHistory

NOTHING = "nothing"


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
            (f"the run that execution {key[1]} explains", run_text(explained[key]), run_text(run))
            for key, run in derived.assigned
        ),
    ):
        yield Discrepancy(derived.identity, symbol, what, was, now)


def figures(stored: Position, derived: RestatedPosition) -> Iterator[tuple[str, str, str]]:
    """(what, stored, derived) of each figure that differs."""
    now = derived.position
    pairs = {
        "quantity": (number(stored.quantity), number(now.quantity)),
        "average cost": (number(stored.average_cost), number(now.average_cost)),
        "realized P&L": (number(stored.realized_pnl), number(now.realized_pnl)),
        "source of the realized P&L": (source(stored), source(now)),
        "opening": (time(stored.opened_at), time(now.opened_at)),
        "close": (time(stored.closed_at), time(now.closed_at)),
    }
    for figure, (was, is_now) in pairs.items():
        if was != is_now:
            yield f"{figure} of {name(stored)}", was, is_now


def name(position: Position) -> str:
    return f"the position opened {time(position.opened_at)}"


def position_text(position: Position) -> str:
    realized = number(position.realized_pnl)
    return f"{number(position.quantity)} held, realized {realized} ({source(position)})"


def close_name(run_id: int) -> str:
    return f"a close of run {run_id}"


def close_text(close: Close) -> str:
    realized = number(close.realized_pnl)
    return f"{number(close.quantity_closed)} closed, realized {realized} ({close.source.value})"


def run_text(run_id: int | None) -> str:
    return NOTHING if run_id is None else f"run {run_id}"


def time(moment: datetime | None) -> str:
    """To the second: IBKR gives no more."""
    return NOTHING if moment is None else f"{moment:%Y-%m-%d %H:%M:%S} UTC"


def source(position: Position) -> str:
    return position.realized_source.value if position.realized_source else NOTHING


def number(value: Decimal | None) -> str:
    return NOTHING if value is None else plain(value)
