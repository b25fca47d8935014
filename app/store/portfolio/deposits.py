"""Stores and reads what statements tell of deposits and withdrawals; never changed once stored."""

import json
from collections.abc import Collection
from datetime import date
from decimal import Decimal

from app.domain.model.statements import Deposit, DepositPeriod, KnownDeposits
from app.store.database.codecs import decimal_of, decimal_text
from app.store.database.database import Database

ADD = "INSERT OR IGNORE INTO deposit VALUES (?, ?, ?, ?, ?, ?, ?)"
ADD_PERIOD = "INSERT OR IGNORE INTO deposit_period VALUES (?, ?, ?, ?)"
OF_ACCOUNTS = " WHERE ?1 IS NULL OR account IN (SELECT value FROM json_each(?1))"
DEPOSITS = f"""SELECT account, transaction_id, day, currency, amount, rate_to_base
    FROM deposit{OF_ACCOUNTS} ORDER BY day, account, transaction_id"""
PERIODS = f"""SELECT account, from_day, to_day FROM deposit_period{OF_ACCOUNTS}
    ORDER BY account, from_day, to_day"""


def add_deposits(
    database: Database, known: KnownDeposits, accounts: Collection[str], run_id: int
) -> int:
    """Within the import's transaction. Returns how many are new.

    Args:
        accounts: those that were ever synced; others are left out.
    """
    rows = [
        (
            one.account,
            one.transaction_id,
            one.day.isoformat(),
            one.currency,
            decimal_text(one.amount),
            decimal_text(one.rate_to_base),
            run_id,
        )
        for one in known.deposits
        if one.account in accounts
    ]
    periods = [
        (one.account, one.from_day.isoformat(), one.to_day.isoformat(), run_id)
        for one in known.periods
        if one.account in accounts
    ]
    before = database.raw.total_changes
    database.raw.executemany(ADD, rows)
    new = database.raw.total_changes - before
    database.raw.executemany(ADD_PERIOD, periods)
    return new


def known_deposits(database: Database, accounts: Collection[str] | None) -> KnownDeposits:
    """Args: accounts: only these; None for all."""
    wanted = (None if accounts is None else json.dumps(sorted(accounts)),)
    with database.atomic():
        deposits = database.run_sql(DEPOSITS, wanted).fetchall()
        periods = database.run_sql(PERIODS, wanted).fetchall()
    return KnownDeposits(
        tuple(
            Deposit(
                account,
                number,
                date.fromisoformat(day),
                currency,
                Decimal(amount),
                decimal_of(rate),
            )
            for account, number, day, currency, amount, rate in deposits
        ),
        tuple(
            DepositPeriod(account, date.fromisoformat(first), date.fromisoformat(last))
            for account, first, last in periods
        ),
    )
