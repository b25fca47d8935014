"""Stores each sync's account values over time, and thins out old ones."""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from app.domain.history.portfolio_history import PortfolioPoint, reported_points
from app.domain.model.snapshot import Snapshot
from app.domain.portfolio.account_values import reported_values
from app.store.database import tables
from app.store.database.bulk import Row, insert
from app.store.database.codecs import decimal_text, utc_text
from app.store.database.database import Database

KEEP_ALL = timedelta(hours=24)

LAST_KEPT = """SELECT taken_at FROM portfolio_value WHERE account = ? AND is_total = ?
    AND run_id < ? ORDER BY run_id DESC LIMIT 1"""
# Each UTC day keeps its last run.
DELETE_OLD = """DELETE FROM portfolio_value WHERE account = :account AND taken_at < :limit
    AND run_id NOT IN (SELECT max(run_id) FROM portfolio_value WHERE account = :account
        GROUP BY substr(taken_at, 1, 10))"""


def keep_values(database: Database, snapshot: Snapshot, run_id: int) -> None:
    """Within the run's transaction. Of past days only each account's last values are kept.

    An account's old values are deleted by its first run of a UTC day only.
    """
    day = (utc_text(snapshot.taken_at) or "")[:10]
    for account, values in reported_values(snapshot).items():
        points = reported_points(account, values)
        if not points:
            continue
        insert(database, tables.PortfolioValueTable, rows(points, run_id))
        last = database.run_sql(LAST_KEPT, (account, int(points[0].is_total), run_id)).fetchone()
        if last is not None and last[0][:10] != day:
            limit = utc_text(snapshot.taken_at - KEEP_ALL)
            database.raw.execute(DELETE_OLD, {"account": account, "limit": limit})


def rows(points: Iterable[PortfolioPoint], run_id: int) -> Iterator[Row]:
    for point in points:
        yield (
            point.account,
            int(point.is_total),
            run_id,
            point.currency,
            utc_text(point.taken_at),
            decimal_text(point.net_liquidation),
            decimal_text(point.cash),
            decimal_text(point.market_value),
            decimal_text(point.gross_value),
            decimal_text(point.unrealized),
            decimal_text(point.realized),
        )
