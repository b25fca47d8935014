"""Reads and records runs, their changes, and what the runs since a moment opened and closed."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import peewee

from app.domain.history.position_history import ActivitySummary
from app.domain.model.positions import ChangeKind, StoredChange
from app.domain.model.runs import Run
from app.domain.portfolio.realized_totals import totals_by_currency
from app.store.database import tables
from app.store.database.codecs import decimal_of, utc_text
from app.store.database.database import Database
from app.store.database.from_rows import INSTRUMENT, RUN, Instruments
from app.store.database.row_values import run_of
from app.store.database.to_rows import run_values
from app.store.queries.newest import RUN as ONE_RUN
from app.store.queries.newest import run_of_id

NEWEST_WRITTEN = """SELECT id, status FROM run WHERE status IN ('success', 'undone')
    ORDER BY id DESC LIMIT 1"""

# Of this program's last runs: so few that no index is needed.
COMMITTED = f"""{ONE_RUN} WHERE id > (SELECT max(id) FROM run) - 100 AND started_at = ?
    AND "trigger" = ? AND account_id = ? AND status IN ('success', 'held')"""
# What began since a moment: positions opened, positions closed, closes.
OPENED = """SELECT count(*) FROM change JOIN run ON run.id = change.run_id
    WHERE run.status = 'success' AND run.started_at > ? AND change.kind = 'created'"""
CLOSED = """SELECT count(*) FROM position JOIN run ON run.id = position.closed_run_id
    WHERE run.status = 'success' AND run.started_at > ?
    AND EXISTS (SELECT 1 FROM close WHERE close.position_id = position.id)"""
CLOSES = """SELECT instrument.currency, close.source, close.realized_pnl, close.commission
    FROM close
    JOIN run ON run.id = close.run_id
    JOIN position ON position.id = close.position_id
    JOIN instrument ON instrument.con_id = position.con_id
    WHERE run.status = 'success' AND run.started_at > ?"""


def record(database: Database, run: Run, taken_at: datetime | None = None) -> Run:
    """Stores the run, and returns it with its id."""
    run_id = tables.RunTable.insert(run_values(run, taken_at)).execute(database)
    return replace(run, id=run_id, taken_at=taken_at)


def record_end(database: Database, run: Run) -> Run:
    """Stores a run that changed nothing, unless it is stored already: a run has one row."""
    with database.atomic("IMMEDIATE"):
        key = utc_text(run.started_at), run.trigger.value, run.account_id
        found = database.run_sql(COMMITTED, key).fetchone()
        return record(database, run) if found is None else run_of(found)


def runs(
    database: Database, limit: int | None = None, *, where: peewee.Expression | None = None
) -> tuple[Run, ...]:
    """Newest first."""
    query = tables.RunTable.select(*RUN).order_by(tables.RunTable.id.desc()).limit(limit)
    if where is not None:
        query = query.where(where)
    return tuple(run_of(row) for row in database.rows(query))


def run(database: Database, run_id: int) -> tuple[Run, tuple[StoredChange, ...]] | None:
    """One run with its changes, or None if there is none with this id."""
    with database.atomic():
        found = run_of_id(database, run_id)
        return None if found is None else (found, tuple(changes(database, run_id)))


def revision_token(database: Database) -> str:
    """A text that changes with every run that writes positions, and with every undo."""
    found = database.run_sql(NEWEST_WRITTEN).fetchone()
    return "" if found is None else f"{found[0]} {found[1]}"


def changes(database: Database, run_id: int) -> Iterator[StoredChange]:
    """In the order in which the run made them."""
    instruments = Instruments()
    query = (
        tables.ChangeTable.select(
            tables.ChangeTable.kind,
            tables.ChangeTable.before,
            tables.ChangeTable.after,
            tables.ChangeTable.note,
            tables.ChangeTable.account,
            tables.ChangeTable.position_id,
            *INSTRUMENT,
        )
        .join(tables.InstrumentTable, on=tables.InstrumentTable.con_id == tables.ChangeTable.con_id)
        .where(tables.ChangeTable.run_id == run_id)
        .order_by(tables.ChangeTable.id)
    )
    for kind, before, after, note, account, position_id, *columns in database.rows(query):
        instrument = instruments.of(tuple(columns))
        yield StoredChange(
            account=account,
            con_id=instrument.con_id,
            symbol=instrument.symbol,
            description=instrument.description,
            kind=ChangeKind(kind),
            before=None if before is None else json.loads(before),
            after=json.loads(after),
            note=note,
            position_id=position_id,
        )


def activity_since(database: Database, since: datetime) -> ActivitySummary:
    """Args: since: only runs that began later count."""
    values = (utc_text(since),)
    with database.atomic():
        (opened,) = database.run_sql(OPENED, values).fetchone()
        (closed,) = database.run_sql(CLOSED, values).fetchone()
        realized = totals_by_currency(
            (currency, source, decimal_of(pnl), decimal_of(commission))
            for currency, source, pnl, commission in database.run_sql(CLOSES, values)
        )
    return ActivitySummary(since, opened, closed, realized)
