"""Keeps each account's newest comparison with IBKR's own figures."""

from decimal import Decimal
from typing import TYPE_CHECKING

from app.domain.portfolio.balance_check import BalanceCheck, check_balances
from app.store.database.codecs import decimal_text
from app.store.database.readable import ReadConnection

if TYPE_CHECKING:
    from app.domain.model.snapshot import Snapshot
    from app.store.database.bulk import Row
    from app.store.database.database import Database


def write_matching(database: "Database", snapshot: "Snapshot") -> None:
    """In the caller's transaction: the covered accounts' lines take the place of older ones."""
    from app.store.database import tables  # with peewee, which reading can do without
    from app.store.database.bulk import insert

    own = tables.ReconciliationTable.account.in_(snapshot.accounts)
    tables.ReconciliationTable.delete().where(own).execute(database)
    insert(
        database, tables.ReconciliationTable, (line_row(line) for line in check_balances(snapshot))
    )


def stored_matching(database: ReadConnection) -> tuple[BalanceCheck, ...]:
    """By account; an account's lines in the order of `check_balances`."""
    query = database.run_sql(
        "SELECT account, figure, currency, ours, ibkr, tolerance, cause"
        " FROM reconciliation ORDER BY account, rowid"
    )
    return tuple(
        BalanceCheck(
            account, figure, currency, Decimal(ours), Decimal(ibkr), Decimal(tolerance), cause
        )
        for account, figure, currency, ours, ibkr, tolerance, cause in query
    )


def line_row(line: BalanceCheck) -> "Row":
    return (
        line.account,
        line.figure,
        line.currency,
        decimal_text(line.ours),
        decimal_text(line.ibkr),
        decimal_text(line.tolerance),
        line.cause,
    )
