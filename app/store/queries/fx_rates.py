"""Reads the exchange rates that IBKR gave for the accounts at their last sync."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal

from app.domain.model.snapshot import AccountValue, Snapshot
from app.domain.portfolio.account_values import AccountFigures
from app.domain.portfolio.commissions import AccountRates
from app.store.database.database import Database
from app.store.queries.accounts import VALUES


def stored_rates(
    database: Database, last_synced: Mapping[str, datetime]
) -> dict[str, AccountRates]:
    """account -> the rates of its last sync.

    Args:
        last_synced: account -> when that was.
    """
    values = (
        AccountValue(account, key, currency, Decimal(value))
        for account, key, currency, value in database.run_sql(VALUES)
    )
    return rates_of(values, last_synced)


def snapshot_rates(snapshot: Snapshot) -> dict[str, AccountRates]:
    """account -> the rates that were read with the snapshot."""
    times = dict.fromkeys(snapshot.accounts, snapshot.taken_at)
    return rates_of(snapshot.account_values, times)


def rates_of(
    values: Iterable[AccountValue], times: Mapping[str, datetime]
) -> dict[str, AccountRates]:
    """Args: times: account -> when its values were read; others are left out."""
    found: defaultdict[str, dict[tuple[str, str], Decimal]] = defaultdict(dict)
    for one in values:
        if one.account in times:
            found[one.account][one.key, one.currency] = one.value
    return {
        account: AccountRates(AccountFigures(own), times[account]) for account, own in found.items()
    }
