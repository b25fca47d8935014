"""Reads what the charts need of the closes, and no more."""

from datetime import datetime

from app.domain.charts.realized import RealizedClose
from app.domain.history.closed_positions import ClosedFilter
from app.domain.model.positions import Source
from app.store.database import tables
from app.store.database.codecs import decimal_of
from app.store.database.database import Database
from app.store.queries.closed_positions import matches


def realized_closes(database: Database, wanted: ClosedFilter) -> tuple[RealizedClose, ...]:
    """Those that match, oldest first."""
    query = (
        tables.CloseTable.select(
            tables.PositionTable.account,
            tables.InstrumentTable.symbol,
            tables.InstrumentTable.currency,
            tables.PositionTable.opened_at,
            tables.CloseTable.closed_at,
            tables.CloseTable.realized_pnl,
            tables.CloseTable.source,
            tables.CloseTable.commission,
        )
        .join(tables.PositionTable, on=tables.PositionTable.id == tables.CloseTable.position_id)
        .join(
            tables.InstrumentTable, on=tables.InstrumentTable.con_id == tables.PositionTable.con_id
        )
        .order_by(tables.CloseTable.closed_at, tables.CloseTable.id)
    )
    with database.atomic():
        if (matching := matches(database, wanted)) is not None:
            query = query.where(matching)
        return tuple(
            RealizedClose(
                account,
                symbol,
                currency,
                datetime.fromisoformat(opened_at),
                datetime.fromisoformat(closed_at),
                decimal_of(realized),
                Source(source),
                decimal_of(commission),
            )
            for (
                account,
                symbol,
                currency,
                opened_at,
                closed_at,
                realized,
                source,
                commission,
            ) in database.rows(query)
        )
