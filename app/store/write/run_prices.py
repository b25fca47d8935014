"""Stores each run's market prices, to value past positions, and thins out old ones."""

import json
from datetime import timedelta
from decimal import Decimal

from app.domain.model.snapshot import Snapshot
from app.store.database.codecs import utc_text
from app.store.database.database import Database

KEEP_ALL = timedelta(hours=24)

KEEP = "INSERT INTO run_price (run_id, prices) VALUES (?, ?)"
LAST_KEPT = """SELECT run.taken_at FROM run_price JOIN run ON run.id = run_price.run_id
    WHERE run_price.run_id < ? ORDER BY run_price.run_id DESC LIMIT 1"""
# Each day keeps its last run, and the last run of each single account.
DELETE_OLD = """DELETE FROM run_price
    WHERE run_id IN (SELECT id FROM run WHERE id IN (SELECT run_id FROM run_price)
        AND taken_at < ?)
    AND run_id NOT IN (SELECT max(run.id) FROM run_price JOIN run ON run.id = run_price.run_id
        WHERE run.status = 'success' GROUP BY run.account_id, substr(run.taken_at, 1, 10))"""

Prices = dict[int, Decimal]  # con_id -> currency per unit of the underlying


def keep_prices(database: Database, snapshot: Snapshot, run_id: int) -> None:
    """Within the run's transaction. Of past days only the last run's prices are kept.

    Old prices are deleted by the first run of a UTC day only, so that all others do one insert.
    """
    prices = {row[1][1]: row[3] for row in database.reported.of(snapshot) if row[3]}
    database.run_sql(KEEP, (run_id, f"{{{','.join(prices.values())}}}"))
    taken_at = utc_text(snapshot.taken_at) or ""
    last = database.run_sql(LAST_KEPT, (run_id,)).fetchone()
    if last is not None and last[0][:10] != taken_at[:10]:
        database.run_sql(DELETE_OLD, (utc_text(snapshot.taken_at - KEEP_ALL),))


def prices_of(database: Database, run_id: int) -> Prices | None:
    """The run's prices; None where they are not kept."""
    row = database.run_sql("SELECT prices FROM run_price WHERE run_id = ?", (run_id,)).fetchone()
    if row is None:
        return None
    return {int(con_id): Decimal(text) for con_id, text in json.loads(row[0]).items()}
