"""One sync as one transaction: read, reconcile, write."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from app.domain.errors import UnconfirmedClosesError
from app.domain.guards import held_text
from app.domain.plan import Plan
from app.domain.runs import Counts, Report, Request, Run, RunStatus
from app.domain.snapshot import Snapshot
from app.store.database import Database
from app.store.healing import write_cures
from app.store.reading import read
from app.store.runs import record
from app.store.writing import write, write_reported

UNCONFIRMED = (
    "IBKR did not report {count} of the stored positions, and no fill explains it. Sync again."
)


def plan(database: Database, snapshot: Snapshot, request: Request, now: datetime) -> Plan:
    """What `apply` would do; one consistent read."""
    with database.atomic():
        known = read(database, snapshot, now)
    return known.plan(snapshot, request)


def apply(
    database: Database,
    snapshot: Snapshot,
    request: Request,
    run: Run,
    clock: Callable[[], datetime],
    *,
    second_read: bool = False,
) -> Report:
    """Reconciles and writes; a held plan leaves only its run.

    Raises:
        StaleSnapshotError: a newer snapshot of one of its accounts is stored.
        UnconfirmedClosesError: a position would be closed without a fill, on a first read.
    """
    with database.atomic("IMMEDIATE"):
        known = read(database, snapshot, clock())
        todo = known.plan(snapshot, request)
        if todo.unconfirmed and not second_read:
            raise UnconfirmedClosesError(UNCONFIRMED.format(count=len(todo.unconfirmed)))
        if todo.held:
            held = record(database, held_run(run, todo, clock()))
            return Report(held, todo.recorded, held=todo.held, unconfirmed=todo.unconfirmed)
        run = replace(run, status=RunStatus.SUCCESS, error=None, counts=todo.counts)
        run = record(database, run, snapshot.taken_at)
        assert run.id is not None
        write_reported(database, known, run.id)
        write_cures(database, known.cures, run.id)
        write(database, snapshot, todo, run.id)
        run = replace(run, duration_s=seconds(run, clock()))
        database.run_sql("UPDATE run SET duration_s = ? WHERE id = ?", (run.duration_s, run.id))
    healed = (change for cure in known.cures for change in cure.changes)
    return Report(run, (*todo.recorded, *healed), unconfirmed=todo.unconfirmed)


def held_run(run: Run, todo: Plan, now: datetime) -> Run:
    """It changed nothing: of its counts only what IBKR reported is true."""
    return replace(
        run,
        status=RunStatus.HELD,
        error=held_text(todo.held),
        counts=Counts(total_ibkr_positions=todo.counts.total_ibkr_positions),
        duration_s=seconds(run, now),
    )


def seconds(run: Run, now: datetime) -> float:
    """Never negative, also where the clock was set back meanwhile."""
    return max(0.0, (now - run.started_at).total_seconds())
