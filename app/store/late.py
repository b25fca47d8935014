"""Finds the identities whose past is another now, because fills came late or are better known."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from operator import attrgetter

from app.domain.healing import Cure, cured
from app.domain.positions import Identity
from app.domain.retelling import retold
from app.domain.runs import ALL_ACCOUNTS
from app.domain.snapshot import Fill
from app.store import tables
from app.store.bulk import next_id
from app.store.database import Database
from app.store.fills import AT_ONCE, Evidence
from app.store.moments import Seen
from app.store.past import read_past
from app.store.rows import Instruments
from app.store.values import utc_text

COVERING = "status = 'success' AND taken_at IS NOT NULL AND account_id IN (?, ?)"
FIRST_AFTER = f"SELECT min(id) FROM run WHERE {COVERING} AND taken_at >= ?"
# The runs from one on, and the one before it.
RUNS = f"""SELECT id, taken_at FROM run WHERE {COVERING} AND id >= coalesce(
    (SELECT max(id) FROM run WHERE {COVERING} AND id < ?), 0) ORDER BY id"""
EXPLAINS = "SELECT stem, run_id, consumed_run_id FROM fill WHERE stem IN"


def cures(
    database: Database,
    evidence: Evidence,
    last_synced: Mapping[str, datetime],
    instruments: Instruments,
) -> tuple[Cure, ...]:
    """What the evidence of today heals of the runs before; at most one an identity."""
    known: dict[Identity, dict[str, Fill]] = defaultdict(dict)
    for fill in (*evidence.pending, *evidence.changed):
        known[fill.identity][fill.stem] = fill
    accounts: dict[str, dict[Identity, int]] = defaultdict(dict)
    for fill, run_id in first_runs(database, evidence, last_synced):
        own = accounts[fill.account]
        own[fill.identity] = min(run_id, own.get(fill.identity, run_id))
    found: list[Cure] = []
    free_id = next_id(database, tables.Position)
    for account, own in accounts.items():
        runs = runs_since(database, account, min(own.values()))
        for identity, run_id in own.items():
            since = runs[bisect_left(runs, run_id, key=attrgetter("run_id")) :]
            read = read_past(database, identity, since, known[identity], instruments)
            cure = read and cured(identity, retold(read[0]), read[1], free_id)
            if cure:
                free_id += len(cure.opened)
                found.append(cure)
    return tuple(found)


def first_runs(
    database: Database, evidence: Evidence, last_synced: Mapping[str, datetime]
) -> Iterator[tuple[Fill, int]]:
    """Each fill that can have to do with a past run, with the first such run."""
    fills = {fill.stem: fill for fill in (*evidence.pending, *evidence.changed)}
    explains = stored_runs(database, [stem for stem in fills if stem not in evidence.fresh])
    for stem, fill in fills.items():
        if fill.is_combo_summary or fill.account not in last_synced:
            continue
        reported, consumed = explains.get(stem, (None, None))
        if fill.time > last_synced[fill.account] and consumed is None:
            continue
        runs = (reported, consumed, first_after(database, fill))
        earliest = min((run_id for run_id in runs if run_id is not None), default=None)
        if earliest is not None:
            yield fill, earliest


def stored_runs(
    database: Database, stems: Iterable[str]
) -> dict[str, tuple[int | None, int | None]]:
    """stem -> (the run that first knew the fill, the run that it explains)."""
    found: dict[str, tuple[int | None, int | None]] = {}
    remaining = list(stems)
    for start in range(0, len(remaining), AT_ONCE):
        chunk = remaining[start : start + AT_ONCE]
        places = ", ".join("?" * len(chunk))
        for stem, reported, consumed in database.run_sql(f"{EXPLAINS} ({places})", chunk):
            found[stem] = reported, consumed
    return found


def first_after(database: Database, fill: Fill) -> int | None:
    """The first run whose snapshot was taken after the fill."""
    values = (ALL_ACCOUNTS, fill.account, utc_text(fill.time))
    (run_id,) = database.run_sql(FIRST_AFTER, values).fetchone()
    return None if run_id is None else int(run_id)


def runs_since(database: Database, account: str, run_id: int) -> tuple[Seen, ...]:
    """The successful runs that covered the account, from this one on."""
    scope = (ALL_ACCOUNTS, account)
    runs: list[Seen] = []
    since: datetime | None = None
    for found, taken_at in database.run_sql(RUNS, (*scope, *scope, run_id)):
        moment = datetime.fromisoformat(taken_at)
        if found >= run_id:
            runs.append(Seen(found, moment, since))
        since = moment
    return tuple(runs)
