"""Reads what was executed while a position was held."""

from app.domain.model.snapshot import Fill
from app.store.database.bulk import listed_keys
from app.store.database.database import Database
from app.store.database.from_rows import Instruments, fill_of
from app.store.write.fill_set import fills_by_key

# Of the position and those that it came from. An execution belongs to the oldest position of its
# account and contract that was not closed before it. The one that closed a position and opened the
# next belongs to both; so does one that a close has used, whenever that was recorded.
KEYS = """WITH RECURSIVE life(id) AS (VALUES (?) UNION
    SELECT position.moved_from_id FROM position JOIN life USING (id)
    WHERE position.moved_from_id IS NOT NULL)
    SELECT fill.account, fill.stem FROM life JOIN position AS own USING (id)
    JOIN fill ON fill.account = own.account AND fill.con_id = own.con_id
    WHERE NOT fill.is_cancelled
    AND (own.closed_at IS NULL OR fill.time <= own.closed_at
        OR EXISTS (SELECT 1 FROM close JOIN close_fill AS used ON used.close_id = close.id
            WHERE close.position_id = own.id AND used.exec_id = fill.exec_id))
    AND NOT EXISTS (SELECT 1 FROM position AS earlier
        WHERE earlier.account = own.account AND earlier.con_id = own.con_id
        AND earlier.id <> own.id AND earlier.closed_at < coalesce(own.closed_at, '9999')
        AND (earlier.closed_at > fill.time
            OR (earlier.closed_at = fill.time AND own.opened_at > fill.time)))"""


def executions_of(database: Database, position_id: int) -> tuple[Fill, ...]:
    """Oldest first. In the caller's transaction."""
    keys = database.run_sql(KEYS, (position_id,)).fetchall()
    if not keys:
        return ()
    instruments = Instruments()
    sql = database.statement("fills by key", fills_by_key)
    rows = database.run_sql(sql, (listed_keys((account, stem) for account, stem in keys),))
    return tuple(
        sorted((fill_of(row, instruments) for row in rows), key=lambda one: (one.time, one.exec_id))
    )
