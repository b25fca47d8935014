"""Stores each account's newest comparison with IBKR's own figures."""

from decimal import Decimal
from typing import TYPE_CHECKING

from app.domain.portfolio.balance_check import BalanceCheck, check_balances, check_text
from app.store.database.codecs import decimal_text
from app.store.database.readable import ReadConnection

if TYPE_CHECKING:
    from app.domain.model.snapshot import Snapshot
    from app.store.database.bulk import Row
    from app.store.database.database import Database


def write_balance_checks(database: "Database", snapshot: "Snapshot") -> None:
    """Replaces the covered accounts' checks, in the caller's transaction."""
    from app.store.database import tables  # with peewee, which reading can do without
    from app.store.database.bulk import insert

    own = tables.ReconciliationTable.account.in_(snapshot.accounts)
    tables.ReconciliationTable.delete().where(own).execute(database)
    insert(
        database,
        tables.ReconciliationTable,
        (check_row(check) for check in check_balances(snapshot)),
    )


def stored_balance_checks(database: ReadConnection) -> tuple[BalanceCheck, ...]:
    """By account; an account's checks in the order of `check_balances`."""
    query = database.run_sql(
        "SELECT account, figure, currency, ours, ibkr, tolerance, cause"
        " FROM reconciliation ORDER BY account, rowid"
    )
    return tuple(
        BalanceCheck(
            account,
            check_text(figure),
            currency,
            Decimal(ours),
            Decimal(ibkr),
            Decimal(tolerance),
            check_text(cause),
        )
        for account, figure, currency, ours, ibkr, tolerance, cause in query
    )


def check_row(check: BalanceCheck) -> "Row":
    return (
        check.account,
        check.figure,
        check.currency,
        decimal_text(check.ours),
        decimal_text(check.ibkr),
        decimal_text(check.tolerance),
        check.cause,
    )
