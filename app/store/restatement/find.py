"""Finds the identities whose history changed, because fills came late or were corrected."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate

from app.domain.model.positions import Identity
from app.domain.model.runs import ALL_ACCOUNTS
from app.domain.model.snapshot import Fill, FillKey
from app.domain.reconciliation.fill_matching import MAX_CLOCK_SKEW
from app.domain.restatement.replay_history import replay_history
from app.domain.restatement.restate import Restatement, compute_restatement
from app.store.database import tables
from app.store.database.bulk import BY_KEYS, listed_keys, next_id
from app.store.database.codecs import utc_text
from app.store.database.database import Database
from app.store.database.from_rows import Instruments
from app.store.restatement.load import load_replay_input
from app.store.restatement.observations import CoveringRun, RunTimeline
from app.store.write.fill_set import FillSet

COVERING = "status = 'success' AND taken_at IS NOT NULL AND account_id IN (?, ?)"
FIRST_AFTER = f"SELECT min(id) FROM run WHERE {COVERING} AND taken_at >= ?"
# The runs from one on, and the one before it.
RUNS = f"""SELECT id, taken_at, calculate_pnl FROM run WHERE {COVERING} AND id >= coalesce(
    (SELECT max(id) FROM run WHERE {COVERING} AND id < ?), 0) ORDER BY id"""
EXPLAINS = f"SELECT fill.account, fill.stem, fill.run_id, fill.consumed_run_id {BY_KEYS}"


@dataclass(frozen=True, slots=True)
class LateFill:
    """A fill that may affect a past run, and the first run that knew or used it."""

    fill: Fill
    run_id: int | None


@dataclass(slots=True)
class Concern:
    """Where the replay of an identity starts: at the earliest run that a late fill affects.

    Attributes:
        time: the oldest fill's.
        run_id: the oldest run that knew or used one of them.
    """

    time: datetime
    run_id: int | None = None

    def add(self, time: datetime, run_id: int | None) -> None:
        self.time = min(self.time, time)
        known = [each for each in (self.run_id, run_id) if each is not None]
        self.run_id = min(known, default=None)


Concerns = dict[Identity, Concern]


def add_concern(concerns: Concerns, late: LateFill) -> None:
    known = concerns.get(late.fill.identity)
    if known is None:
        concerns[late.fill.identity] = Concern(late.fill.time, late.run_id)
    else:
        known.add(late.fill.time, late.run_id)


def find_restatements(
    database: Database,
    fill_set: FillSet,
    last_synced: Mapping[str, datetime],
    instruments: Instruments,
) -> tuple[Restatement, ...]:
    """The restatements of earlier runs by today's fills; at most one per identity."""
    known: dict[Identity, dict[FillKey, Fill]] = defaultdict(dict)
    for fill in (*fill_set.pending, *fill_set.changed):
        known[fill.identity][fill.key] = fill
    concerns: Concerns = {}
    for late in late_fills(database, fill_set, last_synced):
        add_concern(concerns, late)
    return tuple(restatements_from(database, concerns, known, instruments))


def restatements_from(
    database: Database,
    concerns: Concerns,
    known: Mapping[Identity, Mapping[FillKey, Fill]],
    instruments: Instruments,
) -> Iterator[Restatement]:
    """The restatements of these identities; the caller may write each before it asks for the next.

    Args:
        known: the fills that are not stored yet, or changed.
    """
    accounts: dict[str, Concerns] = defaultdict(dict)
    for identity, concern in concerns.items():
        accounts[identity[0]][identity] = concern
    free_id = next_id(database, tables.PositionTable)
    for account, own in accounts.items():
        timeline = timeline_of(database, account, own.values())
        for identity, concern in own.items():
            start = start_of(timeline, concern)
            if start is None:
                continue
            fills = known.get(identity, {})
            read = load_replay_input(database, identity, timeline, start, fills, instruments)
            if read is None:
                continue
            past, stored = read
            restatement = compute_restatement(identity, replay_history(past), stored, free_id)
            if restatement:
                free_id += len(restatement.inserted)
                yield restatement


def late_fills(
    database: Database, fill_set: FillSet, last_synced: Mapping[str, datetime]
) -> Iterator[LateFill]:
    """Fills of synced accounts that are older than the last sync, or explain an earlier run."""
    fills = {fill.key: fill for fill in (*fill_set.pending, *fill_set.changed)}
    explains = stored_runs(database, [key for key in fills if key not in fill_set.unseen])
    for key, fill in fills.items():
        reported, explained = explains.get(key, (None, None))
        synced = last_synced.get(fill.account)
        if synced is None or fill.is_combo_summary:
            continue
        limit = synced + MAX_CLOCK_SKEW if key in fill_set.unseen else synced
        if fill.time <= limit or explained is not None:
            runs = [run_id for run_id in (reported, explained) if run_id is not None]
            yield LateFill(fill, min(runs, default=None))


def stored_runs(
    database: Database, keys: Sequence[FillKey]
) -> dict[FillKey, tuple[int | None, int | None]]:
    """key -> (the run that first knew the fill, the run that it explains)."""
    rows = database.run_sql(EXPLAINS, (listed_keys(keys),))
    return {(account, stem): (reported, explained) for account, stem, reported, explained in rows}


def start_of(timeline: RunTimeline, concern: Concern) -> int | None:
    """The index of the first run that a fill can affect; None if all runs are older."""
    place = timeline.first_after(concern.time)
    if concern.run_id is not None:
        place = min(place, bisect_left(timeline.ids, concern.run_id))
    return place if place < len(timeline.runs) else None


def timeline_of(database: Database, account: str, concerns: Iterable[Concern]) -> RunTimeline:
    """The account's runs from the first one that a fill can affect."""
    scope = (ALL_ACCOUNTS, account)
    concerns = list(concerns)
    oldest = min(one.time for one in concerns) - MAX_CLOCK_SKEW
    (after,) = database.run_sql(FIRST_AFTER, (*scope, utc_text(oldest))).fetchone()
    known = [after, *(one.run_id for one in concerns)]
    first = min((run_id for run_id in known if run_id is not None), default=0)
    runs: list[CoveringRun] = []
    since: datetime | None = None
    previous_id = 0
    for run_id, taken_at, calculate_pnl in database.run_sql(RUNS, (*scope, *scope, first)):
        moment = datetime.fromisoformat(taken_at)
        if run_id >= first:
            runs.append(CoveringRun(run_id, moment, since, bool(calculate_pnl), previous_id))
        since, previous_id = moment, run_id
    reached = accumulate((run.taken_at for run in runs), max)
    return RunTimeline(tuple(runs), tuple(run.run_id for run in runs), tuple(reached))
