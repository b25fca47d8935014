"""Reads what a past run did to one identity, so that late fills can heal it."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from itertools import chain
from typing import Any

from app.domain.accounts import ALL_ACCOUNTS
from app.domain.healing import Past, Recorded
from app.domain.instruments import Instrument
from app.domain.positions import ChangeKind, Close, Identity, Position
from app.domain.snapshot import Fill, Holding
from app.store import tables
from app.store.closes import closes_where
from app.store.database import Database
from app.store.fills import select
from app.store.queries import positions
from app.store.rows import Instruments

RUN_TIMES = """SELECT taken_at, (SELECT max(taken_at) FROM run AS earlier
    WHERE earlier.status = 'success' AND earlier.account_id IN (?, ?) AND earlier.id < run.id)
    FROM run WHERE id = ?"""
CHANGES = """SELECT change.run_id, change.position_id, change.before, change.after
    FROM change JOIN position ON position.id = change.position_id
    WHERE position.account = ? AND position.con_id = ? AND change.run_id <= ?
    AND change.kind != ? ORDER BY change.id"""


@dataclass(frozen=True, slots=True)
class Line:
    """One change row: a position before and after a run, as far as it is kept."""

    run_id: int
    position_id: int
    before: Mapping[str, Any] | None
    after: Mapping[str, Any]

    @property
    def is_open(self) -> bool:
        return bool(Decimal(self.after["quantity"]))


def past_of(
    database: Database,
    run_id: int,
    identity: Identity,
    known: Mapping[str, Fill],
    instruments: Instruments,
) -> Past:
    """What the run knew and did.

    Args:
        known: stem -> the fill, where it is known better than stored.
    """
    account, con_id = identity
    scope = (ALL_ACCOUNTS, account, run_id)
    ((taken_at, since),) = database.run_sql(RUN_TIMES, scope)
    own = (tables.Position.account == account) & (tables.Position.con_id == con_id)
    stored = {position.id: position for position in positions(database, own, instruments)}
    values = (account, con_id, run_id, ChangeKind.HEALED)
    lines = [
        Line(run, position_id, json.loads(before) if before else None, json.loads(after))
        for run, position_id, before, after in database.run_sql(CHANGES, values)
    ]
    done = [line for line in lines if line.run_id == run_id] or unchanged(lines, run_id)
    where = (
        (tables.Fill.consumed_run_id == run_id)
        & (tables.Fill.account == account)
        & (tables.Fill.con_id == con_id)
    )
    fills = tuple(known.get(fill.stem, fill) for fill in select(database, where, instruments))
    instrument = instrument_of_identity(identity, stored.values(), (*known.values(), *fills))
    first = next((line for line in done if line.before is not None), None)
    return Past(
        run_id=run_id,
        account=account,
        instrument=instrument,
        taken_at=datetime.fromisoformat(taken_at),
        since=None if since is None else datetime.fromisoformat(since),
        before=None if first is None else as_it_was(stored[first.position_id], first.before or {}),
        holding=held_then(done, stored),
        recorded=recorded(database, run_id, done, stored),
        fills=fills,
    )


def instrument_of_identity(
    identity: Identity, positions: Iterable[Position], fills: Iterable[Fill]
) -> Instrument:
    named = chain(
        (position.instrument for position in positions),
        (fill.instrument for fill in fills if fill.identity == identity),
    )
    return next(iter(named))


def unchanged(lines: Sequence[Line], run_id: int) -> list[Line]:
    """A run without a line for a position that was open left it as it was."""
    if not lines or not lines[-1].is_open:
        return []
    last = lines[-1]
    return [Line(run_id, last.position_id, last.after, last.after)]


def as_it_was(position: Position, figures: Mapping[str, Any]) -> Position:
    """The position with the figures of that time, and nothing closed of it by the run."""
    return replace(
        position,
        quantity=Decimal(figures["quantity"]),
        average_cost=optional(figures["average_cost"]),
        market_price=optional(figures["market_price"]),
        realized_pnl=None,
        realized_source=None,
        closed_at=None,
    )


def held_then(lines: Iterable[Line], stored: Mapping[int | None, Position]) -> Holding | None:
    """What IBKR reported in that run."""
    for line in lines:
        if line.is_open:
            position = stored[line.position_id]
            return Holding(
                position.account,
                position.instrument,
                Decimal(line.after["quantity"]),
                optional(line.after["average_cost"]),
                optional(line.after["market_price"]),
            )
    return None


def recorded(
    database: Database, past_run: int, lines: Sequence[Line], stored: Mapping[int | None, Position]
) -> tuple[Recorded, ...]:
    """The run's positions by its own lines, then those that healing has added to it since."""
    closes: dict[int, list[Close]] = {line.position_id: [] for line in lines}
    own = (tables.Close.run_id == past_run) & tables.Close.position_id.in_(list(stored))
    for found in closes_where(database, own):
        closes.setdefault(found.position_id, []).append(found.close)
    still_open = {line.position_id for line in lines if line.is_open}
    return tuple(
        Recorded(stored[position_id], tuple(own_closes), position_id in still_open)
        for position_id, own_closes in closes.items()
    )


def optional(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
