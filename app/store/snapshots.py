"""Reads when the accounts were last synced."""

from collections.abc import Collection
from datetime import datetime

from app.store.readable import Readable


def last_snapshots(
    database: Readable, accounts: Collection[str] | None = None
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
