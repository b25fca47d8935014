"""Finds the stored fills that a statement's cancellations cancel.

A cancellation whose execution is not known yet is kept: the execution may come with a later file.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from app.domain.model.snapshot import Fill, FillKey
from app.domain.model.statements import Cancellation
from app.store.database import tables
from app.store.database.bulk import insert
from app.store.database.codecs import decimal_text, utc_text
from app.store.database.database import Database
from app.store.database.from_rows import Instruments
from app.store.write.fill_set import select

STORED = """SELECT account, con_id, quantity, price, time, transaction_id, orig_trade_id,
    orig_transaction_id FROM cancellation"""


@dataclass(frozen=True, slots=True)
class Cancelled:
    """The result of matching cancellations with the stored fills.

    Attributes:
        fills: newly cancelled ones.
        unmatched: cancellations whose execution is not known.
    """

    fills: tuple[Fill, ...] = ()
    unmatched: tuple[Cancellation, ...] = ()


def find_cancelled(
    database: Database, cancellations: Sequence[Cancellation], instruments: Instruments
) -> Cancelled:
    """Matches them with all stored fills; earlier unmatched ones are tried again.

    Args:
        cancellations: those of a statement whose executions are not in the same file.
    """
    cancelled: dict[FillKey, Fill] = {}
    unmatched: list[Cancellation] = []
    for one in dict.fromkeys((*stored_cancellations(database), *cancellations)):
        known = [cancelled.get(fill.key, fill) for fill in known_fills(database, one, instruments)]
        found = matching(one, known)
        if any(fill.is_cancelled and one.cancels(fill) for fill in known):
            continue
        if found is not None:
            cancelled[found.key] = replace(found, is_cancelled=True)
        elif one in cancellations:
            unmatched.append(one)
    return Cancelled(tuple(cancelled.values()), tuple(unmatched))


def mark_cancelled(database: Database, fills: Sequence[Fill]) -> Sequence[Fill]:
    """Fills that TWS reports only after a statement has cancelled them are marked."""
    waiting = stored_cancellations(database)
    if not waiting:
        return fills
    return [
        replace(fill, is_cancelled=True) if any(one.cancels(fill) for one in waiting) else fill
        for fill in fills
    ]


def matching(cancellation: Cancellation, fills: Iterable[Fill]) -> Fill | None:
    """The oldest that it cancels."""
    found = (f for f in fills if not f.is_cancelled and cancellation.cancels(f))
    return min(found, key=lambda fill: (fill.time, fill.transaction_id), default=None)


def known_fills(
    database: Database, cancellation: Cancellation, instruments: Instruments
) -> list[Fill]:
    where = (tables.FillTable.account == cancellation.account) & (
        tables.FillTable.con_id == cancellation.con_id
    )
    return list(select(database, where, instruments))


def stored_cancellations(database: Database) -> list[Cancellation]:
    return [
        Cancellation(
            account,
            con_id,
            Decimal(quantity),
            Decimal(price),
            datetime.fromisoformat(time),
            *numbers,
        )
        for account, con_id, quantity, price, time, *numbers in database.run_sql(STORED)
    ]


def write_unmatched(database: Database, cancellations: Iterable[Cancellation], run_id: int) -> None:
    known = set(stored_cancellations(database))
    rows = (
        (
            one.account,
            one.con_id,
            decimal_text(one.quantity),
            decimal_text(one.price),
            utc_text(one.time),
            one.transaction_id,
            one.orig_trade_id,
            one.orig_transaction_id,
            run_id,
        )
        for one in cancellations
        if one not in known
    )
    insert(database, tables.CancellationTable, rows)
