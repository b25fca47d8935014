"""Reads the portfolio over time: what IBKR reported, and before that what can be derived."""

import json
from collections.abc import Collection, Iterable
from datetime import datetime
from decimal import Decimal
from heapq import merge
from operator import attrgetter

from app.domain.history.portfolio_history import PointSource, PortfolioPoint
from app.store.database.codecs import Read, utc_of, utc_text
from app.store.database.database import Database
from app.store.portfolio.derived import DerivedPoints

VALUES = """SELECT account, currency, taken_at, net_liquidation, cash, market_value,
    unrealized_pnl, realized_pnl, gross_value FROM portfolio_value
    WHERE is_total = ? AND taken_at >= ? AND taken_at <= ?"""
OF_ACCOUNTS = " AND account IN (SELECT value FROM json_each(?))"
ORDER = " ORDER BY taken_at, account, currency"
LATEST = "9999"  # after any time
in_order = attrgetter("taken_at", "account", "currency")


def portfolio_history(
    database: Database,
    derived: DerivedPoints,
    accounts: Collection[str] | None,
    since: datetime | None,
    until: datetime | None,
    *,
    by_currency: bool,
) -> tuple[PortfolioPoint, ...]:
    """See `Store.portfolio_history`."""
    values: list[str | int] = [int(not by_currency), utc_text(since) or "", LATEST]
    if until is not None:
        values[2] = utc_text(until) or ""
    sql = VALUES
    if accounts is not None:
        sql += OF_ACCOUNTS
        values.append(json.dumps(sorted(accounts)))
    with database.atomic():
        rows = database.run_sql(sql + ORDER, values).fetchall()
        reported = points_of(rows, is_total=not by_currency)
        before = [
            point
            for point in derived.read(database)
            if point.is_total is not by_currency
            and (accounts is None or point.account in accounts)
            and (since is None or point.taken_at >= since)
            and (until is None or point.taken_at <= until)
        ]
    if not before:
        return tuple(reported)
    return tuple(merge(sorted(before, key=in_order), reported, key=in_order))


def points_of(rows: Iterable[Read], *, is_total: bool) -> list[PortfolioPoint]:
    """Positional arguments, and no calls but these: years of days are 15,000 points."""
    made, number, reported = PortfolioPoint, Decimal, PointSource.REPORTED
    return [
        made(
            utc_of(taken_at),  # type: ignore[arg-type]  # never NULL
            account,
            currency,
            None if net is None else number(net),
            None if cash is None else number(cash),
            None if value is None else number(value),
            None if unrealized is None else number(unrealized),
            None if realized is None else number(realized),
            reported,
            None if gross is None else number(gross),
            is_total,
        )
        for account, currency, taken_at, net, cash, value, unrealized, realized, gross in rows
    ]
