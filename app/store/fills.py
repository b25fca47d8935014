"""The fills as evidence: what IBKR reported, merged with what was stored, not yet explained."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

import peewee

from app.domain.snapshot import COMBO, Fill, Snapshot
from app.store import tables
from app.store.database import Database
from app.store.rows import FILL, Instruments, fill_of

AT_ONCE = 500  # values in one IN (...); SQLite before 3.32 allows 999 parameters


@dataclass(frozen=True, slots=True)
class Evidence:
    """The fills that one run can use.

    Attributes:
        pending: of the covered accounts, in no earlier run consumed, in (time, arrival) order.
        changed: new ones, and those that are now known better than stored.
        fresh: stems of the new ones.
    """

    pending: tuple[Fill, ...]
    changed: tuple[Fill, ...]
    fresh: frozenset[str]


def evidence(database: Database, snapshot: Snapshot, instruments: Instruments) -> Evidence:
    pending = {fill.stem: fill for fill in pending_fills(database, snapshot, instruments)}
    stored = pending | {
        fill.stem: fill for fill in reported_before(database, snapshot, instruments)
    }
    consumed = stored.keys() - pending.keys()
    now = dict(stored)
    for fill in snapshot.fills:
        now[fill.stem] = merged(now.get(fill.stem), fill)
    return Evidence(
        pending=tuple(
            sorted(
                (
                    fill
                    for stem, fill in now.items()
                    if stem not in consumed and counts(fill, snapshot)
                ),
                key=lambda fill: fill.time,
            )
        ),
        changed=tuple(fill for stem, fill in now.items() if fill != stored.get(stem)),
        fresh=frozenset(now.keys() - stored.keys()),
    )


def counts(fill: Fill, snapshot: Snapshot) -> bool:
    return fill.account in snapshot.accounts and not fill.is_combo_summary


def merged(stored: Fill | None, reported: Fill) -> Fill:
    """What is known of one fill after it was reported (again).

    A correction replaces the revision before it. What is known of a commission is never lost to a
    report without one, unless the correction made it wrong.
    """
    if stored is None:
        return reported
    if reported.revision < stored.revision:
        return stored
    if (reported.quantity, reported.price) != (stored.quantity, stored.price):
        return reported if reported.revision > stored.revision else stored
    commission, realized = reported.commission, reported.realized_pnl
    return replace(
        stored,
        exec_id=reported.exec_id,
        commission=stored.commission if commission is None else commission,
        commission_currency=reported.commission_currency or stored.commission_currency,
        realized_pnl=stored.realized_pnl if realized is None else realized,
    )


def pending_fills(
    database: Database, snapshot: Snapshot, instruments: Instruments
) -> Iterator[Fill]:
    where = (
        tables.Fill.account.in_(snapshot.accounts)
        & tables.Fill.consumed_run_id.is_null()
        & tables.Fill.put_away_run_id.is_null()
        & (tables.Instrument.sec_type != COMBO)
    )
    return select(database, where, instruments)


def reported_before(
    database: Database, snapshot: Snapshot, instruments: Instruments
) -> Iterator[Fill]:
    """The stored fills that the snapshot reports again, consumed ones and combos included."""
    stems = iter([fill.stem for fill in snapshot.fills])
    while chunk := list(islice(stems, AT_ONCE)):
        yield from select(database, tables.Fill.stem.in_(chunk), instruments)


def select(
    database: Database, where: peewee.Expression, instruments: Instruments
) -> Iterator[Fill]:
    """In the order of arrival, which is that of SQLite's own row number."""
    query = (
        tables.Fill.select(*FILL)
        .join(tables.Instrument, on=tables.Instrument.con_id == tables.Fill.con_id)
        .where(where)
        .order_by(peewee.SQL("t1.rowid"))
    )
    return (fill_of(row, instruments) for row in database.rows(query))
