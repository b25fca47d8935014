"""Reads what past runs knew of one identity, and what is stored of it since then."""

from collections.abc import Container, Mapping, Sequence

from app.domain.evidence import BOOKING_LAG, SKEW
from app.domain.healing import Recorded
from app.domain.pnl import realized_total
from app.domain.positions import Identity, Position, StoredClose
from app.domain.retelling import Past
from app.domain.snapshot import Fill, FillKey
from app.store import tables
from app.store.closes import closes_where
from app.store.database import Database
from app.store.fills import select
from app.store.moments import Seen, Timeline, as_it_was, moments, open_after, read_lines
from app.store.queries import positions
from app.store.rows import Instruments

EXPLAINED = "SELECT stem, run_id, consumed_run_id FROM fill WHERE account = ? AND con_id = ?"


def read_past(
    database: Database,
    identity: Identity,
    timeline: Timeline,
    start: int,
    known: Mapping[FillKey, Fill],
    instruments: Instruments,
) -> tuple[Past, Recorded] | None:
    """From one run on; None where the file does not tell what was held before it.

    Args:
        start: the run's place in the timeline.
        known: key -> the identity's fill, where it is new or known better than stored.
    """
    first = timeline.runs[start]
    stored = stored_since(database, identity, first.run_id, instruments)
    closes = closes_of(database, stored)
    lines = read_lines(database, identity, first.run_id)
    held = open_after([line for line in lines if line.run_id < first.run_id])
    if held is not None and not stored:
        return None
    explained = {
        (identity[0], stem): (reported, consumed)
        for stem, reported, consumed in database.run_sql(EXPLAINED, identity)
    }
    fills = fills_since(database, identity, first, known, explained, instruments)
    standing = tuple(fill for fill in fills if not fill.is_cancelled)
    reported_by = {key: reported for key, (reported, _) in explained.items()}
    instrument = (stored or fills)[0].instrument
    position = None
    if held is not None:
        earlier = [c for c in closes if c.run_id < first.run_id and c.position_id == stored[0].id]
        position = as_it_was(stored[0], held, realized_total([c.close for c in earlier]))
    past = Past(
        identity[0],
        instrument,
        position,
        tuple(
            moments(
                database,
                timeline,
                start,
                lines,
                standing,
                reported_by,
                account=identity[0],
                instrument=instrument,
            )
        ),
        standing,
        reported_by,
    )
    recorded = Recorded(
        stored,
        tuple(close for close in closes if close.run_id >= first.run_id),
        tuple((fill, explained.get(fill.key, (None, None))[1]) for fill in fills),
    )
    return past, recorded


def stored_since(
    database: Database, identity: Identity, run_id: int, instruments: Instruments
) -> tuple[Position, ...]:
    """The positions that no run before this one had closed, oldest first.

    One follows the other: what moved here may have been opened elsewhere before its predecessor.
    """
    ended = tables.Position.closed_run_id
    where = (
        (tables.Position.account == identity[0])
        & (tables.Position.con_id == identity[1])
        & (ended.is_null() | (ended >= run_id))
    )
    found = positions(database, where, instruments)
    return tuple(sorted(found, key=lambda one: (one.is_open, one.closed_at or one.opened_at)))


def closes_of(database: Database, owners: Sequence[Position]) -> tuple[StoredClose, ...]:
    if not owners:
        return ()
    return closes_where(
        database, tables.Close.position_id.in_([position.id for position in owners])
    )


def fills_since(
    database: Database,
    identity: Identity,
    first: Seen,
    known: Mapping[FillKey, Fill],
    explained: Container[FillKey],
    instruments: Instruments,
) -> tuple[Fill, ...]:
    """In time order: those that explain no run before the first.

    Args:
        explained: keys of all stored ones.
    """
    consumed = tables.Fill.consumed_run_id
    open_to_all = consumed.is_null()
    if first.since is not None:
        open_to_all &= (tables.Fill.time > first.since - SKEW) | (
            tables.Fill.booking.is_null(False) & (tables.Fill.time > first.since - BOOKING_LAG)
        )
    where = (
        (tables.Fill.account == identity[0])
        & (tables.Fill.con_id == identity[1])
        & ((consumed >= first.run_id) | open_to_all)
    )
    stored = [known.get(fill.key, fill) for fill in select(database, where, instruments)]
    new = (fill for key, fill in known.items() if key not in explained)
    return tuple(sorted((*stored, *new), key=lambda fill: fill.time))
