"""Finds the past runs that late, or better known, fills belong to."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from app.domain.accounts import ALL_ACCOUNTS
from app.domain.evidence import COARSE
from app.domain.healing import Healing, Past, heal
from app.domain.positions import Identity
from app.domain.snapshot import Fill
from app.store import tables
from app.store.database import Database
from app.store.fills import AT_ONCE, Evidence, select
from app.store.past import past_of
from app.store.rows import Instruments
from app.store.values import utc_text

# The runs that should have known a fill of a time, oldest first, without the account's very first;
# and whether each did something to the fill's position.
RUNS_OF_TIME = """SELECT run.id, run.taken_at, EXISTS (SELECT 1 FROM change
        JOIN position ON position.id = change.position_id
        WHERE change.run_id = run.id AND position.account = ? AND position.con_id = ?)
    FROM run WHERE status = 'success' AND account_id IN (?, ?) AND taken_at >= ?
    AND EXISTS (SELECT 1 FROM run AS earlier WHERE earlier.status = 'success'
        AND earlier.taken_at IS NOT NULL AND earlier.account_id IN (?, ?) AND earlier.id < run.id)
    ORDER BY taken_at, id LIMIT ?"""
CONSUMED_BY = "SELECT stem, consumed_run_id FROM fill WHERE consumed_run_id IS NOT NULL AND stem IN"

RUNS_ABOUT = 20  # more runs than anybody makes in that time
Work = dict[tuple[int, Identity], list[Fill]]  # (run_id, identity) -> late fills


def healings(
    database: Database,
    evidence: Evidence,
    last_synced: Mapping[str, datetime],
    instruments: Instruments,
) -> tuple[Healing, ...]:
    """What the evidence of today heals in the runs before."""
    known = {fill.stem: fill for fill in (*evidence.pending, *evidence.changed)}
    work = late_work(database, evidence.pending, last_synced)
    for fill, run_id in revised(database, evidence):
        work.setdefault((run_id, fill.identity), [])
    found = []
    for (run_id, identity), late in sorted(work.items(), key=lambda item: item[0]):
        past = past_of(database, run_id, identity, known, instruments)
        late += given_up(database, past, instruments) if late else []
        healing = heal(past, late) if past.since is not None or not late else None
        if healing is not None:
            found.append(healing)
    return tuple(found)


def late_work(
    database: Database, pending: Iterable[Fill], last_synced: Mapping[str, datetime]
) -> Work:
    """The fills that an earlier snapshot must have contained the effect of, by its run."""
    work: Work = defaultdict(list)
    for fill in pending:
        synced = last_synced.get(fill.account)
        if synced is None or fill.time > synced:
            continue
        run_id = run_of(database, fill)
        if run_id is not None:
            work[run_id, fill.identity].append(fill)
    return work


def given_up(database: Database, past: Past, instruments: Instruments) -> Iterator[Fill]:
    """Fills of that time that explained nothing by themselves; together with late ones they may."""
    if past.since is None:
        return iter(())
    where = (
        tables.Fill.put_away_run_id.is_null(False)
        & (tables.Fill.account == past.account)
        & (tables.Fill.con_id == past.instrument.con_id)
        & (tables.Fill.time > past.since)
        & (tables.Fill.time <= past.taken_at)
    )
    return select(database, where, instruments)


def run_of(database: Database, fill: Fill) -> int | None:
    """The run that should have known the fill.

    IBKR's times are whole seconds, so of the runs about that time the first that did something
    to the position is meant; if none did, the first that surely came after the fill.
    """
    scope = (ALL_ACCOUNTS, fill.account)
    values = (*fill.identity, *scope, utc_text(fill.time), *scope, RUNS_ABOUT)
    sure = utc_text(fill.time + COARSE)
    chosen = None
    for run_id, taken_at, did_something in database.run_sql(RUNS_OF_TIME, values):
        chosen = run_id
        if did_something or taken_at > sure:
            break
    return chosen


def revised(database: Database, evidence: Evidence) -> Iterator[tuple[Fill, int]]:
    """The fills that explained something already, and are known better now; with their run."""
    changed = {fill.stem: fill for fill in evidence.changed if fill.stem not in evidence.fresh}
    stems = list(changed)
    for start in range(0, len(stems), AT_ONCE):
        chunk = stems[start : start + AT_ONCE]
        places = ", ".join("?" * len(chunk))
        for stem, run_id in database.run_sql(f"{CONSUMED_BY} ({places})", chunk):
            yield changed[stem], run_id
