"""Reads what past runs knew about one identity, and what has been stored since then."""

from collections.abc import Container, Mapping
from datetime import UTC, datetime

from app.domain.model.positions import Identity, Position
from app.domain.model.realized_pnl import realized_total
from app.domain.model.snapshot import Fill, FillKey
from app.domain.reconciliation.fill_matching import BOOKING_LAG, MAX_CLOCK_SKEW
from app.domain.restatement.replay_history import ReplayInput
from app.domain.restatement.restate import StoredHistory
from app.store.database import tables
from app.store.database.codecs import utc_text
from app.store.database.database import Database
from app.store.database.from_rows import Instruments, fill_of, position_of
from app.store.queries.closes import closes_of
from app.store.queries.positions import positions_query
from app.store.restatement.observations import (
    CoveringRun,
    RunTimeline,
    open_after,
    position_at,
    read_changes,
    read_observations,
)
from app.store.write.fill_set import fills_query

BEGINNING = datetime(1970, 1, 10, tzinfo=UTC)  # before every trade
# (account, con_id, run_id)
SINCE = (
    (tables.PositionTable.account == "")
    & (tables.PositionTable.con_id == 0)
    & (tables.PositionTable.closed_run_id.is_null() | (tables.PositionTable.closed_run_id >= 0))
)
# (account, con_id, run_id, run_id, time, time of bookings)
OPEN_SINCE = (
    (tables.FillTable.account == "")
    & (tables.FillTable.con_id == 0)
    & (
        (tables.FillTable.consumed_run_id >= 0)
        | (
            tables.FillTable.consumed_run_id.is_null()
            & (tables.FillTable.put_away_run_id.is_null() | (tables.FillTable.put_away_run_id >= 0))
            & (
                (tables.FillTable.time > BEGINNING)
                | (tables.FillTable.booking.is_null(False) & (tables.FillTable.time > BEGINNING))
            )
        )
    )
)
EXPLAINED = "SELECT stem, run_id, consumed_run_id FROM fill WHERE account = ? AND con_id = ?"


def load_replay_input(
    database: Database,
    identity: Identity,
    timeline: RunTimeline,
    start: int,
    known: Mapping[FillKey, Fill],
    instruments: Instruments,
) -> tuple[ReplayInput, StoredHistory] | None:
    """Starts at one run; None if the file does not show what was held before it.

    Args:
        start: the run's place in the timeline.
        known: key -> the identity's fill, where it is new or changed.
    """
    first = timeline.runs[start]
    stored = stored_since(database, identity, first.run_id, instruments)
    closes = closes_of(database, [position.id for position in stored])
    changes = read_changes(database, identity, first.run_id)
    held = open_after([change for change in changes if change.run_id < first.run_id])
    if held is not None and not stored:
        return None
    explained = {
        (identity[0], stem): (reported, explained)
        for stem, reported, explained in database.run_sql(EXPLAINED, identity)
    }
    fills = fills_since(database, identity, first, known, explained, instruments)
    standing = tuple(fill for fill in fills if not fill.is_cancelled)
    reported_by = {key: reported for key, (reported, _) in explained.items()}
    instrument = (stored or fills)[0].instrument
    position = None
    if held is not None:
        earlier = [c for c in closes if c.run_id < first.run_id and c.position_id == stored[0].id]
        position = position_at(stored[0], held, realized_total([c.close for c in earlier]))
    replay_input = ReplayInput(
        identity[0],
        instrument,
        position,
        tuple(
            read_observations(
                database,
                timeline,
                start,
                changes,
                standing,
                reported_by,
                account=identity[0],
                instrument=instrument,
            )
        ),
        standing,
        reported_by,
    )
    stored_history = StoredHistory(
        stored,
        tuple(close for close in closes if close.run_id >= first.run_id),
        tuple((fill, explained.get(fill.key, (None, None))[1]) for fill in fills),
    )
    return replay_input, stored_history


def stored_since(
    database: Database, identity: Identity, run_id: int, instruments: Instruments
) -> tuple[Position, ...]:
    """The positions that no run before this one had closed, oldest first.

    Sorted by their closes: one that moved here can have been opened before its predecessor.
    """
    sql = database.statement("positions since", lambda: positions_query(SINCE))
    rows = database.run_sql(sql, (*identity, run_id))
    found = [position_of(row, instruments) for row in rows]
    return tuple(sorted(found, key=lambda one: (one.is_open, one.closed_at or one.opened_at)))


def fills_since(
    database: Database,
    identity: Identity,
    first: CoveringRun,
    known: Mapping[FillKey, Fill],
    explained: Container[FillKey],
    instruments: Instruments,
) -> tuple[Fill, ...]:
    """In time order: those that no run before the first has used or dismissed.

    Args:
        explained: keys of all stored ones.
    """
    sql = database.statement("fills since", lambda: fills_query(OPEN_SINCE))
    since = first.since or BEGINNING
    times = utc_text(since - MAX_CLOCK_SKEW), utc_text(since - BOOKING_LAG)
    rows = database.run_sql(sql, (*identity, first.run_id, first.run_id, *times))
    stored = [known.get(fill.key, fill) for fill in (fill_of(row, instruments) for row in rows)]
    new = (fill for key, fill in known.items() if key not in explained)
    return tuple(sorted((*stored, *new), key=lambda fill: fill.time))
