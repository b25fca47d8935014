"""Finds the identities whose past is another now, because fills came late or are better known."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate

from app.domain.accounts import ALL_ACCOUNTS
from app.domain.evidence import SKEW
from app.domain.healing import Cure, cured
from app.domain.positions import Identity
from app.domain.retelling import retold
from app.domain.snapshot import Fill, FillKey
from app.store import tables
from app.store.bulk import next_id
from app.store.database import Database
from app.store.fills import AT_ONCE, Evidence
from app.store.moments import Seen, Timeline
from app.store.past import read_past
from app.store.rows import Instruments
from app.store.values import utc_text

COVERING = "status = 'success' AND taken_at IS NOT NULL AND account_id IN (?, ?)"
FIRST_AFTER = f"SELECT min(id) FROM run WHERE {COVERING} AND taken_at >= ?"
# The runs from one on, and the one before it.
RUNS = f"""SELECT id, taken_at, calculate_pnl FROM run WHERE {COVERING} AND id >= coalesce(
    (SELECT max(id) FROM run WHERE {COVERING} AND id < ?), 0) ORDER BY id"""
EXPLAINS = "SELECT account, stem, run_id, consumed_run_id FROM fill WHERE stem IN"


@dataclass(frozen=True, slots=True)
class Late:
    """A fill that can have to do with a past run, and the first run that it is known to."""

    fill: Fill
    run_id: int | None


def cures(
    database: Database,
    evidence: Evidence,
    last_synced: Mapping[str, datetime],
    instruments: Instruments,
) -> tuple[Cure, ...]:
    """What the evidence of today heals of the runs before; at most one an identity."""
    known: dict[Identity, dict[FillKey, Fill]] = defaultdict(dict)
    for fill in (*evidence.pending, *evidence.changed):
        known[fill.identity][fill.key] = fill
    accounts: dict[str, list[Late]] = defaultdict(list)
    for late in late_fills(database, evidence, last_synced):
        accounts[late.fill.account].append(late)
    found: list[Cure] = []
    free_id = next_id(database, tables.Position)
    for account, own in accounts.items():
        timeline = timeline_of(database, account, own)
        for identity, start in starts(timeline, own).items():
            read = read_past(database, identity, timeline, start, known[identity], instruments)
            cure = read and cured(identity, retold(read[0]), read[1], free_id)
            if cure:
                free_id += len(cure.opened)
                found.append(cure)
    return tuple(found)


def late_fills(
    database: Database, evidence: Evidence, last_synced: Mapping[str, datetime]
) -> Iterator[Late]:
    """Those of synced accounts that are older than the last sync, or explain an earlier run."""
    fills = {fill.key: fill for fill in (*evidence.pending, *evidence.changed)}
    explains = stored_runs(database, [key for key in fills if key not in evidence.fresh])
    for key, fill in fills.items():
        reported, consumed = explains.get(key, (None, None))
        synced = last_synced.get(fill.account)
        if synced is None or fill.is_combo_summary:
            continue
        limit = synced + SKEW if key in evidence.fresh else synced
        if fill.time <= limit or consumed is not None:
            runs = [run_id for run_id in (reported, consumed) if run_id is not None]
            yield Late(fill, min(runs, default=None))


def stored_runs(
    database: Database, keys: Sequence[FillKey]
) -> dict[FillKey, tuple[int | None, int | None]]:
    """key -> (the run that first knew the fill, the run that it explains)."""
    found: dict[FillKey, tuple[int | None, int | None]] = {}
    for start in range(0, len(keys), AT_ONCE):
        chunk = [stem for _, stem in keys[start : start + AT_ONCE]]
        places = ", ".join("?" * len(chunk))
        for account, stem, reported, consumed in database.run_sql(f"{EXPLAINS} ({places})", chunk):
            found[account, stem] = reported, consumed
    return found


def starts(timeline: Timeline, late: Sequence[Late]) -> dict[Identity, int]:
    """Identity -> the place of the first run that one of its fills can concern."""
    found: dict[Identity, int] = {}
    for one in late:
        place = timeline.first_after(one.fill.time)
        if one.run_id is not None:
            place = min(place, bisect_left(timeline.ids, one.run_id))
        if place < len(timeline.runs):
            found[one.fill.identity] = min(place, found.get(one.fill.identity, place))
    return found


def timeline_of(database: Database, account: str, late: Sequence[Late]) -> Timeline:
    """From the first run that a fill can concern."""
    scope = (ALL_ACCOUNTS, account)
    oldest = min(one.fill.time for one in late) - SKEW
    (after,) = database.run_sql(FIRST_AFTER, (*scope, utc_text(oldest))).fetchone()
    known = [after, *(one.run_id for one in late)]
    first = min((run_id for run_id in known if run_id is not None), default=0)
    runs: list[Seen] = []
    since: datetime | None = None
    for run_id, taken_at, calculate_pnl in database.run_sql(RUNS, (*scope, *scope, first)):
        moment = datetime.fromisoformat(taken_at)
        if run_id >= first:
            runs.append(Seen(run_id, moment, since, bool(calculate_pnl)))
        since = moment
    reached = accumulate((run.taken_at for run in runs), max)
    return Timeline(tuple(runs), tuple(run.run_id for run in runs), tuple(reached))
