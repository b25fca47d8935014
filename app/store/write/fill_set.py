"""Merges the fills that IBKR reported with the stored ones that are not allocated yet."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import peewee

from app.domain.model.snapshot import COMBO, Fill, FillKey
from app.store.database import tables
from app.store.database.bulk import BY_KEYS, listed_keys
from app.store.database.database import Database
from app.store.database.from_rows import FILL, Instruments, fill_of

# The fills that were imported after their account's last sync.
UNSEEN = """SELECT fill.account, fill.stem FROM account CROSS JOIN fill INDEXED BY fill_pending
    ON fill.account = account.account
    WHERE fill.run_id > account.run_id
    AND fill.consumed_run_id IS NULL AND fill.put_away_run_id IS NULL
    AND fill.is_cancelled = 0"""

Merge = Callable[[Fill | None, Fill], Fill]  # (stored, reported) -> what is known


@dataclass(frozen=True, slots=True)
class FillSet:
    """The fills that one run can use.

    Attributes:
        pending: of the covered accounts, not allocated by an earlier run, in (time, arrival) order.
        changed: new ones, and those with more or corrected details.
        new: keys of those that are not stored yet.
        unseen: keys of those that no sync has seen before: new and imported ones.
    """

    pending: tuple[Fill, ...]
    changed: tuple[Fill, ...]
    new: frozenset[FillKey]
    unseen: frozenset[FillKey]


def merge_reported(stored: Fill | None, reported: Fill) -> Fill:
    """What is known of one fill after TWS reported it, perhaps again.

    A correction replaces the revision before it. A known commission is kept when a report has
    none, unless a correction invalidates it.
    """
    if stored is None:
        return reported
    if reported.revision < stored.revision:
        return stored
    if (reported.quantity, reported.price) != (stored.quantity, stored.price):
        return reported if reported.revision > stored.revision else stored
    stored = replace(stored, exec_id=reported.exec_id)
    if reported.commission is not None:
        stored = with_commission(stored, reported)
    if reported.realized_pnl is not None:
        stored = replace(stored, realized_pnl=reported.realized_pnl)
    return with_statement_facts(stored, reported)


def with_commission(stored: Fill, reported: Fill) -> Fill:
    """With the reported commission; the rate of another commission is dropped."""
    currency = reported.commission_currency or stored.commission_currency
    if (stored.commission, stored.commission_currency) == (reported.commission, currency):
        return stored
    return replace(
        stored,
        commission=reported.commission,
        commission_currency=currency,
        commission_rate=None,
        commission_rate_at=None,
    )


def with_statement_facts(stored: Fill, reported: Fill) -> Fill:
    """Adds what only statements contain; a cancelled fill stays cancelled."""
    return replace(
        stored,
        trade_id=stored.trade_id or reported.trade_id,
        transaction_id=stored.transaction_id or reported.transaction_id,
        booking=stored.booking or reported.booking,
        is_cancelled=stored.is_cancelled or reported.is_cancelled,
        rate_to_base=reported.rate_to_base,
    )


def fill_gaps(stored: Fill | None, reported: Fill) -> Fill:
    """What is known of one fill after a statement reported it: only gaps are filled.

    A newer revision is taken as a whole, commission included, because statements are complete.
    """
    if stored is None or reported.revision > stored.revision:
        return reported
    if reported.revision < stored.revision or (
        (reported.quantity, reported.price) != (stored.quantity, stored.price)
    ):
        return stored
    if stored.commission is None and reported.commission is not None:
        stored = with_commission(stored, reported)
    if stored.realized_pnl is None:
        stored = replace(stored, realized_pnl=reported.realized_pnl)
    return with_statement_facts(stored, reported)


def read_fill_set(
    database: Database,
    accounts: Sequence[str],
    reported: Sequence[Fill],
    instruments: Instruments,
    merge: Merge = merge_reported,
) -> FillSet:
    """Args: accounts: those covered; reported: all that IBKR reports now, of any account."""
    pending = {fill.key: fill for fill in pending_fills(database, accounts, instruments)}
    stored = pending | {fill.key: fill for fill in reported_before(database, reported, instruments)}
    done = stored.keys() - pending.keys()
    unseen = {(account, stem) for account, stem in database.run_sql(UNSEEN)}
    now = dict(stored)
    for fill in reported:
        now[fill.key] = merge(now.get(fill.key), fill)
    new = frozenset(now.keys() - stored.keys())
    left = (fill for key, fill in now.items() if key not in done and can_explain(fill, accounts))
    return FillSet(
        pending=tuple(sorted(left, key=lambda fill: fill.time)),
        changed=tuple(fill for key, fill in now.items() if fill != stored.get(key)),
        new=new,
        unseen=new | (pending.keys() & unseen),
    )


def can_explain(fill: Fill, accounts: Sequence[str]) -> bool:
    return fill.account in accounts and not fill.is_combo_summary and not fill.is_cancelled


def pending_fills(
    database: Database, accounts: Sequence[str], instruments: Instruments
) -> Iterator[Fill]:
    where = (
        tables.FillTable.account.in_(accounts)
        & tables.FillTable.consumed_run_id.is_null()
        & tables.FillTable.put_away_run_id.is_null()
        & (tables.FillTable.is_cancelled == 0)
        & (tables.InstrumentTable.sec_type != COMBO)
    )
    return select(database, where, instruments)


def reported_before(
    database: Database, reported: Sequence[Fill], instruments: Instruments
) -> Iterator[Fill]:
    """The stored ones of the reported fills, also those that explain a run, and combos."""
    sql = database.statement("fills by key", fills_by_key)
    rows = database.run_sql(sql, (listed_keys(fill.key for fill in reported),))
    return (fill_of(row, instruments) for row in rows)


def select(
    database: Database, where: peewee.Expression, instruments: Instruments
) -> Iterator[Fill]:
    """In the order of arrival, which is the order of SQLite's row ids."""
    return (fill_of(row, instruments) for row in database.rows(fills_query(where)))


def fills_by_key() -> peewee.Query:
    """In the order of arrival."""
    known = peewee.SQL(f"(SELECT fill.rowid {BY_KEYS})", [""])
    return fills_query(peewee.SQL("t1.rowid").in_(known))


def fills_query(where: peewee.Expression) -> peewee.Query:
    return (
        tables.FillTable.select(*FILL)
        .join(tables.InstrumentTable, on=tables.InstrumentTable.con_id == tables.FillTable.con_id)
        .where(where)
        .order_by(peewee.SQL("t1.rowid"))
    )
