"""The fills as evidence: what IBKR reported, merged with what was stored, not yet explained."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import peewee

from app.domain.snapshot import COMBO, Fill
from app.store import tables
from app.store.database import Database
from app.store.rows import FILL, Instruments, fill_of

# The fills that an import brought after their account's last sync.
UNSEEN = """SELECT fill.stem FROM account CROSS JOIN fill INDEXED BY fill_pending
    ON fill.account = account.account
    WHERE fill.run_id > account.run_id
    AND fill.consumed_run_id IS NULL AND fill.put_away_run_id IS NULL"""
AT_ONCE = 500  # values in one IN (...); SQLite before 3.32 allows 999 parameters

Merge = Callable[[Fill | None, Fill], Fill]  # (stored, reported) -> what is known


@dataclass(frozen=True, slots=True)
class Evidence:
    """The fills that one run can use.

    Attributes:
        pending: of the covered accounts, in no earlier run consumed, in (time, arrival) order.
        changed: new ones, and those that are now known better than stored.
        new: stems of those that are not stored yet.
        fresh: stems of those that no sync has seen before: these, and what an import brought.
    """

    pending: tuple[Fill, ...]
    changed: tuple[Fill, ...]
    new: frozenset[str]
    fresh: frozenset[str]


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


def completed(stored: Fill | None, reported: Fill) -> Fill:
    """What is known of one fill after a statement named it: gaps are filled, known digits stay."""
    if stored is None or reported.revision > stored.revision:
        return merged(stored, reported)
    if reported.revision < stored.revision or (
        (reported.quantity, reported.price) != (stored.quantity, stored.price)
    ):
        return stored
    commission, realized = stored.commission, stored.realized_pnl
    return replace(
        stored,
        commission=reported.commission if commission is None else commission,
        commission_currency=stored.commission_currency or reported.commission_currency,
        realized_pnl=reported.realized_pnl if realized is None else realized,
    )


def evidence(
    database: Database,
    accounts: Sequence[str],
    reported: Sequence[Fill],
    instruments: Instruments,
    merge: Merge = merged,
) -> Evidence:
    """Args: accounts: those covered. reported: what IBKR says now, also of other accounts."""
    pending = {fill.stem: fill for fill in pending_fills(database, accounts, instruments)}
    stored = pending | {
        fill.stem: fill for fill in reported_before(database, reported, instruments)
    }
    consumed = stored.keys() - pending.keys()
    unseen = {stem for (stem,) in database.run_sql(UNSEEN)}
    now = dict(stored)
    for fill in reported:
        now[fill.stem] = merge(now.get(fill.stem), fill)
    new = frozenset(now.keys() - stored.keys())
    return Evidence(
        pending=tuple(
            sorted(
                (
                    fill
                    for stem, fill in now.items()
                    if stem not in consumed and counts(fill, accounts)
                ),
                key=lambda fill: fill.time,
            )
        ),
        changed=tuple(fill for stem, fill in now.items() if fill != stored.get(stem)),
        new=new,
        fresh=new | (pending.keys() & unseen),
    )


def counts(fill: Fill, accounts: Sequence[str]) -> bool:
    return fill.account in accounts and not fill.is_combo_summary


def pending_fills(
    database: Database, accounts: Sequence[str], instruments: Instruments
) -> Iterator[Fill]:
    where = (
        tables.Fill.account.in_(accounts)
        & tables.Fill.consumed_run_id.is_null()
        & tables.Fill.put_away_run_id.is_null()
        & (tables.Instrument.sec_type != COMBO)
    )
    return select(database, where, instruments)


def reported_before(
    database: Database, reported: Sequence[Fill], instruments: Instruments
) -> Iterator[Fill]:
    """The stored ones of the reported fills, consumed ones and combos included."""
    stems = iter([fill.stem for fill in reported])
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
