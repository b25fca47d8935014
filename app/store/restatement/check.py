"""Derives all positions and closes again from the stored facts, and compares. Writes nothing.

Facts are what IBKR reported: the runs, the quantities and costs that they saw, the executions, and
what a run had to infer. Everything else follows from them by the same replay that restates an
identity when an execution comes late.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain

from app.domain.model.positions import Identity
from app.domain.reconciliation.fill_matching import MAX_CLOCK_SKEW
from app.domain.restatement.audit import Audit, Discrepancy, discrepancies
from app.domain.restatement.replay_history import ReplayInput, replay_history
from app.domain.restatement.restate import StoredHistory, derive
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


@dataclass(slots=True)
class ComparedCounts:
    """How much was compared so far."""

    identities: int = 0
    positions: int = 0
    closes: int = 0
    fills: int = 0

    def add(self, stored: StoredHistory | None) -> None:
        self.identities += 1
        if stored is not None:
            self.positions += len(stored.positions)
            self.closes += len(stored.closes)
            self.fills += len(stored.fills)


def check(database: Database, account: str | None) -> Audit:
    """Args: account: None for all."""
    found: list[Discrepancy] = list(of_file(database))
    counts = ComparedCounts()
    for own, ids in by_account(database, account).items():
        timeline = timeline_of(database, own, [Concern(BEGINNING + MAX_CLOCK_SKEW)])
        for identity in ids:
            stored, differing = of_identity(database, identity, timeline)
            counts.add(stored)
            found += differing
    return Audit(counts.identities, counts.positions, counts.closes, counts.fills, tuple(found))


def by_account(database: Database, account: str | None) -> dict[str, list[Identity]]:
    found: dict[str, list[Identity]] = defaultdict(list)
    for own, con_id in database.run_sql(IDENTITIES).fetchall():
        if account in (None, own):
            found[own].append((own, con_id))
    return found


def of_identity(
    database: Database, identity: Identity, timeline: RunTimeline
) -> tuple[StoredHistory | None, list[Discrepancy]]:
    """What is stored, and what of it does not follow from the facts.

    Executions of an account that no sync has covered yet concern no position.
    """
    if not timeline.runs:
        return None, []
    read = load_replay_input(database, identity, timeline, 0, {}, Instruments())
    if read is None:
        return None, []
    facts, stored = without_undone(database, timeline, *read)
    free_id = next_id(database, tables.PositionTable)
    derived = derive(identity, replay_history(facts), stored, free_id)
    symbol = facts.instrument.description
    return stored, list(discrepancies(identity, symbol, stored.positions, derived))


def without_undone(
    database: Database, timeline: RunTimeline, facts: ReplayInput, stored: StoredHistory
) -> tuple[ReplayInput, StoredHistory]:
    """What came with a run that was undone waits for the next sync, and has no effect yet."""
    undone = {run_id for (run_id,) in database.run_sql(UNDONE).fetchall()}
    newest = timeline.ids[-1]
    gone = {
        key for key, run_id in facts.reported_by.items() if run_id in undone and run_id > newest
    }
    if not gone:
        return facts, stored
    fills = tuple(fill for fill in facts.fills if fill.key not in gone)
    known = tuple((fill, run_id) for fill, run_id in stored.fills if fill.key not in gone)
    return replace(facts, fills=fills), replace(stored, fills=known)


def of_file(database: Database) -> Iterator[Discrepancy]:
    """What SQLite itself finds wrong."""
    lines = chain.from_iterable(database.run_sql(INTEGRITY).fetchall())
    for line in lines:
        if line != SOUND:
            yield Discrepancy(None, "", "the file's structure", str(line), SOUND)
    for table, row, parent, _ in database.run_sql(FOREIGN_KEYS).fetchall():
        yield Discrepancy(None, "", f"row {row} of {table}", f"without its {parent}", "with it")
