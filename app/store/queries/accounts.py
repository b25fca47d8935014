"""Reads what is stored of each account: its last snapshot's time, and IBKR's figures in it."""

from collections.abc import Collection, Mapping
from datetime import datetime
from decimal import Decimal

from app.domain.portfolio.account_values import AccountValues, by_account
from app.store.database.readable import ReadConnection


def last_snapshots(
    database: ReadConnection, accounts: Collection[str] | None = None
) -> dict[str, datetime]:
    """account -> when its last stored snapshot was taken, sorted by account.

    Args:
        accounts: only these; None for all.
    """
    rows = database.run_sql("SELECT account, taken_at FROM account ORDER BY account")
    return {
        account: datetime.fromisoformat(taken_at)
        for account, taken_at in rows
        if accounts is None or account in accounts
    }


def stored_values(
    database: ReadConnection, times: Mapping[str, datetime]
) -> dict[str, AccountValues]:
    """Account -> its values at the last sync; only accounts that have some.

    Args:
        times: account -> when that was.
    """
    rows = database.run_sql("SELECT account, key, currency, value FROM account_value")
    return by_account(
        ((account, key, currency, Decimal(value)) for account, key, currency, value in rows), times
    )
