"""Derives all positions and closes again from the stored facts, and compares. Writes nothing.

Facts are what IBKR reported: the runs, the quantities and costs that they saw, the executions, and
what a run had to infer. Everything else follows from them by the same replay that restates an
identity when an execution comes late.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain

from app.domain.model.positions import Identity
from app.domain.reconciliation.fill_matching import MAX_CLOCK_SKEW
from app.domain.restatement.audit import Audit, Discrepancy, discrepancies
from app.domain.restatement.replay_history import ReplayInput, replay_history
from app.domain.restatement.restate import StoredHistory, derive
from app.domain.text.messages import message
from app.store.database import tables
from app.store.database.bulk import next_id
from app.store.database.database import Database
from app.store.database.from_rows import Instruments
from app.store.restatement.find import Concern, timeline_of
from app.store.restatement.load import BEGINNING, load_replay_input
from app.store.restatement.observations import RunTimeline

IDENTITIES = """SELECT account, con_id FROM position UNION SELECT account, con_id FROM fill
    ORDER BY account, con_id"""
UNDONE = "SELECT id FROM run WHERE status = 'undone'"
FOREIGN_KEYS = "PRAGMA foreign_key_check"
INTEGRITY = "PRAGMA integrity_check"
SOUND = "ok"


def check(database: Database, account: str | None) -> Audit:
    """Args: account: None for all."""
    found = [*file_discrepancies(database)]
    identities = positions = closes = fills = 0
    undone = frozenset(run_id for (run_id,) in database.run_sql(UNDONE).fetchall())
    free_id = next_id(database, tables.PositionTable)
    for own, ids in by_account(database, account).items():
        timeline = timeline_of(database, own, [Concern(BEGINNING + MAX_CLOCK_SKEW)])
        identities += len(ids)
        for facts, stored in facts_in_effect(database, ids, timeline, undone):
            identity = facts.account, facts.instrument.con_id
            derived = derive(identity, replay_history(facts), stored, free_id)
            found += discrepancies(facts.instrument.description, stored, derived)
            positions += len(stored.positions)
            closes += len(stored.closes)
            fills += len(stored.fills)
    return Audit(identities, positions, closes, fills, tuple(found))


def by_account(database: Database, account: str | None) -> dict[str, list[Identity]]:
    found: dict[str, list[Identity]] = defaultdict(list)
    for own, con_id in database.run_sql(IDENTITIES).fetchall():
        if account in (None, own):
            found[own].append((own, con_id))
    return found


def facts_in_effect(
    database: Database, ids: Iterable[Identity], timeline: RunTimeline, undone: frozenset[int]
) -> Iterator[tuple[ReplayInput, StoredHistory]]:
    """The facts of each identity, and what is stored of it.

    Executions of an account that was never synced affect no position. Those that came with an
    undone run have no effect until the next sync.
    """
    if not timeline.runs:
        return
    waiting = {run_id for run_id in undone if run_id > timeline.ids[-1]}
    for identity in ids:
        read = load_replay_input(database, identity, timeline, 0, {}, Instruments())
        if read is None:
            continue
        facts, stored = read
        gone = {key for key, run_id in facts.reported_by.items() if run_id in waiting}
        if gone:
            left = tuple(fill for fill in facts.fills if fill.key not in gone)
            known = tuple((fill, run) for fill, run in stored.fills if fill.key not in gone)
            facts, stored = replace(facts, fills=left), replace(stored, fills=known)
        yield facts, stored


def file_discrepancies(database: Database) -> Iterator[Discrepancy]:
    """What SQLite itself reports."""
    lines = chain.from_iterable(database.run_sql(INTEGRITY).fetchall())
    for line in lines:
        if line != SOUND:
            yield Discrepancy(None, "", message("the file's structure"), str(line), SOUND)
    for table, row, parent, _ in database.run_sql(FOREIGN_KEYS).fetchall():
        # Translators: of a table of the database
        what = message("row {row} of {table}", row=row, table=table)
        without = message("without its {parent}", parent=parent)
        yield Discrepancy(None, "", what, without, message("with it"))
