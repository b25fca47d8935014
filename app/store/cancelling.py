"""Finds what a statement's cancels take back, among its own fills and the stored ones.

A cancel whose execution is not known yet is kept: the execution may come with a later file.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from app.domain.cancellations import Cancellation
from app.domain.snapshot import Fill
from app.store import tables
from app.store.bulk import insert
from app.store.database import Database
from app.store.fills import select
from app.store.rows import Instruments
from app.store.values import decimal_text, utc_text

STORED = """SELECT account, con_id, quantity, price, time, transaction_id, orig_trade_id,
    orig_transaction_id FROM cancellation"""


@dataclass(frozen=True, slots=True)
class Cancelled:
    """What cancels make of fills.

    Attributes:
        reported: all reported fills; those that are cancelled are marked.
        stored: fills that were stored as valid, and are cancelled now.
        unmatched: cancels whose execution is not known.
        count: how many fills are cancelled and were not before.
    """

    reported: Sequence[Fill]
    stored: tuple[Fill, ...] = ()
    unmatched: tuple[Cancellation, ...] = ()
    count: int = 0


def find_cancelled(
    database: Database,
    reported: Sequence[Fill],
    cancellations: Sequence[Cancellation],
    instruments: Instruments,
) -> Cancelled:
    """Args: cancellations: new ones, whose execution is not among the reported fills."""
    before = stored_cancellations(database)
    fills = {fill.key: fill for fill in reported}
    count = sum(fill.is_cancelled for fill in reported)
    for one in before:
        taken = matching(one, fills.values())
        if taken is not None and not is_done(database, one, instruments):
            fills[taken.key] = replace(taken, is_cancelled=True)
            count += 1
    stored: dict[object, Fill] = {}
    unmatched: list[Cancellation] = []
    for one in cancellations:
        known = [stored.get(fill.key, fill) for fill in known_fills(database, one, instruments)]
        taken = matching(one, known)
        if taken is not None:
            stored[taken.key] = replace(taken, is_cancelled=True)
        elif not any(fill.is_cancelled and one.takes_back(fill) for fill in known):
            unmatched.append(one)
    return Cancelled(
        tuple(fills.values()), tuple(stored.values()), tuple(unmatched), count + len(stored)
    )


def matching(cancellation: Cancellation, fills: Iterable[Fill]) -> Fill | None:
    """The oldest that it takes back."""
    found = (f for f in fills if not f.is_cancelled and cancellation.takes_back(f))
    return min(found, key=lambda fill: (fill.time, fill.transaction_id), default=None)


def is_done(database: Database, cancellation: Cancellation, instruments: Instruments) -> bool:
    known = known_fills(database, cancellation, instruments)
    return any(fill.is_cancelled and cancellation.takes_back(fill) for fill in known)


def known_fills(
    database: Database, cancellation: Cancellation, instruments: Instruments
) -> list[Fill]:
    where = (tables.Fill.account == cancellation.account) & (
        tables.Fill.con_id == cancellation.con_id
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
    insert(database, tables.Cancellation, rows)
