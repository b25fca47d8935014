"""Reads a position's closes with the fills behind them, for the explanation of a figure."""

from datetime import datetime

from app.domain.explain.model import AllocatedFill, ExplainedClose
from app.domain.model.positions import StoredClose
from app.domain.model.snapshot import Fill, split_exec_id
from app.store.database import tables
from app.store.database.bulk import listed_keys
from app.store.database.codecs import utc_of
from app.store.database.database import Database
from app.store.database.from_rows import Instruments, fill_of
from app.store.queries.closes import closes_where
from app.store.write.fill_set import fills_by_key


def explained_closes(database: Database, position_id: int) -> tuple[ExplainedClose, ...]:
    """Oldest first; in one read."""
    with database.atomic():
        found = closes_where(database, tables.PositionTable.id == position_id)
        fills = fills_of(database, found)  # of one position, so of one account
        times = {stored.run_id: taken_at(database, stored.run_id) for stored in found}
    return tuple(
        ExplainedClose(
            stored,
            tuple(
                AllocatedFill(use.exec_id, use.quantity, fills.get(split_exec_id(use.exec_id)[0]))
                for use in stored.close.fills
            ),
            times[stored.run_id],
        )
        for stored in sorted(found, key=lambda close: (close.close.closed_at, close.id))
    )


def taken_at(database: Database, run_id: int) -> datetime | None:
    """When the run's snapshot was taken."""
    (text,) = database.run_sql("SELECT taken_at FROM run WHERE id = ?", (run_id,)).fetchone()
    return utc_of(text)


def fills_of(database: Database, closes: tuple[StoredClose, ...]) -> dict[str, Fill]:
    """stem -> the fill, as last corrected."""
    keys = listed_keys(
        (stored.account, split_exec_id(use.exec_id)[0])
        for stored in closes
        for use in stored.close.fills
    )
    instruments = Instruments()
    rows = database.run_sql(database.statement("fills by key", fills_by_key), (keys,))
    return {fill.stem: fill for fill in (fill_of(row, instruments) for row in rows)}
