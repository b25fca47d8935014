"""Reads what the runs since a given time opened and closed."""

from datetime import datetime
from decimal import Decimal

from app.domain.history.closed_positions import totals_by_currency
from app.domain.history.position_history import ActivitySummary
from app.domain.model.positions import Source
from app.store.database.codecs import utc_text
from app.store.database.database import Database

OPENED = """SELECT count(*) FROM change JOIN run ON run.id = change.run_id
    WHERE run.status = 'success' AND run.started_at > ? AND change.kind = 'created'"""
CLOSED = """SELECT count(*) FROM position JOIN run ON run.id = position.closed_run_id
    WHERE run.status = 'success' AND run.started_at > ?
    AND EXISTS (SELECT 1 FROM close WHERE close.position_id = position.id)"""
CLOSES = """SELECT instrument.currency, close.source, close.realized_pnl FROM close
    JOIN run ON run.id = close.run_id
    JOIN position ON position.id = close.position_id
    JOIN instrument ON instrument.con_id = position.con_id
    WHERE run.status = 'success' AND run.started_at > ?"""


def activity_since(database: Database, since: datetime) -> ActivitySummary:
    """Args: since: only runs that began later count."""
    values = (utc_text(since),)
    with database.atomic():
        (opened,) = database.run_sql(OPENED, values).fetchone()
        (closed,) = database.run_sql(CLOSED, values).fetchone()
        realized = totals_by_currency(
            (currency, Source(source), None if figure is None else Decimal(figure))
            for currency, source, figure in database.run_sql(CLOSES, values)
        )
    return ActivitySummary(since, opened, closed, realized)
