"""Reads the portfolio over time: what IBKR reported, and before that what can be derived."""

from collections.abc import Collection, Iterable
from datetime import datetime
from decimal import Decimal
from heapq import merge
from operator import attrgetter

from app.domain.history.portfolio_history import PointSource, PortfolioPoint
from app.store.database.codecs import Read, utc_of
from app.store.database.database import Database
from app.store.portfolio.derived import DerivedPoints

VALUES = """SELECT account, currency, taken_at, net_liquidation, cash, market_value,
    unrealized_pnl, realized_pnl, gross_value, run_id FROM portfolio_value
    WHERE is_total = ? AND run_id > ? ORDER BY taken_at, account, currency"""
COUNT = "SELECT count(*) FROM portfolio_value WHERE is_total = ?"
RUN_ID = -1  # its place in a row
in_order = attrgetter("taken_at", "account", "currency")


class ReportedPoints:
    """The points of the account values, kept between two reads: years of days take a while.

    Rows never change, and new ones have higher run ids. So if there are as many as before plus the
    new ones, those before are the same.
    """

    def __init__(self) -> None:
        self._points: dict[bool, list[PortfolioPoint]] = {}  # by `is_total`
        self._last: dict[bool, int] = {}  # the highest run id among them

    def read(self, database: Database, *, is_total: bool) -> list[PortfolioPoint]:
        """Oldest first. In the caller's transaction; the caller leaves the list as it is."""
        known, last = self._points.get(is_total, []), self._last.get(is_total, 0)
        rows = database.run_sql(VALUES, (int(is_total), last)).fetchall()
        (count,) = database.run_sql(COUNT, (int(is_total),)).fetchone()
        if count != len(known) + len(rows):
            known, last = [], 0
            rows = database.run_sql(VALUES, (int(is_total), last)).fetchall()
        if rows:
            new = points_of(rows, is_total=is_total)
            is_later = not known or in_order(known[-1]) < in_order(new[0])
            known = [*known, *new] if is_later else sorted([*known, *new], key=in_order)
            last = max(row[RUN_ID] for row in rows)
        self._points[is_total], self._last[is_total] = known, last
        return known


def portfolio_history(
    database: Database,
    reported: ReportedPoints,
    derived: DerivedPoints,
    accounts: Collection[str] | None,
    since: datetime | None,
    until: datetime | None,
    *,
    by_currency: bool,
) -> tuple[PortfolioPoint, ...]:
    """See `Store.portfolio_history`."""
    with database.atomic():
        known = reported.read(database, is_total=not by_currency)
        before = [point for point in derived.read(database) if point.is_total is not by_currency]
    points: Iterable[PortfolioPoint] = known
    if before:
        points = merge(sorted(before, key=in_order), known, key=in_order)
    if accounts is not None:
        points = (point for point in points if point.account in accounts)
    if since is not None:
        points = (point for point in points if point.taken_at >= since)
    if until is not None:
        points = (point for point in points if point.taken_at <= until)
    return tuple(points)


def points_of(rows: Iterable[Read], *, is_total: bool) -> list[PortfolioPoint]:
    """Positional arguments, and no calls but these: years of days are 15,000 points."""
    made, number, source = PortfolioPoint, Decimal, PointSource.REPORTED
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
            source,
            None if gross is None else number(gross),
            is_total,
        )
        for account, currency, taken_at, net, cash, value, unrealized, realized, gross, _ in rows
    ]
