"""One sync as one transaction: read, reconcile, write."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from app.domain.model.errors import PreviewOutdatedError, UnconfirmedClosesError
from app.domain.model.runs import Counts, Report, Request, Run, RunStatus
from app.domain.model.snapshot import Snapshot
from app.domain.model.sync_plan import Plan
from app.domain.reconciliation.mass_close_guard import held_text
from app.domain.text.messages import Message, joined, message
from app.store.database.database import Database
from app.store.portfolio.values import keep_values
from app.store.queries.runs import record, revision_token
from app.store.restatement.write import write_restatements
from app.store.write.balance_checks import write_balance_checks
from app.store.write.run_prices import keep_prices
from app.store.write.sync_context import read
from app.store.write.unchanged import write_unchanged
from app.store.write.undo_log import UndoLog
from app.store.write.write_plan import backup_rows, write, write_fills

OUTDATED = message(
    "Another sync was stored since the preview, so this one was not applied. Preview again."
)


def plan(database: Database, snapshot: Snapshot, request: Request, now: datetime) -> Plan:
    """What `apply` would do; one consistent read."""
    with database.atomic():
        state = revision_token(database)
        context = read(database, snapshot, now)
    return replace(context.plan(snapshot, request), store_state=state)


def apply(
    database: Database,
    snapshot: Snapshot,
    request: Request,
    run: Run,
    clock: Callable[[], datetime],
    *,
    second_read: bool = False,
) -> Report:
    """Reconciles and writes; of a held plan only the run is stored.

    Raises:
        PreviewOutdatedError: the request has a preview's token, and the store has changed since.
        StaleSnapshotError: a newer snapshot of one of its accounts is stored.
        UnconfirmedClosesError: a position would be closed without a fill, on a first read.
    """
    with database.atomic("IMMEDIATE"):
        if request.basis is not None and revision_token(database) != request.basis.store_state:
            raise PreviewOutdatedError(OUTDATED)
        context = read(database, snapshot, clock())
        planned = context.plan(snapshot, request)
        run = replace(run, note=joined(snapshot.notes))
        if planned.unconfirmed and not second_read:
            raise UnconfirmedClosesError(unconfirmed_text(len(planned.unconfirmed)))
        if planned.held:
            held = record(database, held_run(run, planned, clock()))
            return Report(
                held, planned.recorded, held=planned.held, unconfirmed=planned.unconfirmed
            )
        run = replace(run, status=RunStatus.SUCCESS, error=None, counts=planned.counts)
        run = record(database, run, snapshot.taken_at)
        assert run.id is not None
        undo_log = UndoLog(database, run.id)
        backup_rows(
            undo_log,
            context.new_instruments,
            context.touched | planned.allocated | planned.dismissed,
        )
        write_fills(database, context.new_instruments, context.fills.changed, run.id)
        write_restatements(database, context.restatements, run.id, undo_log)
        write_unchanged(database, context.unchanged, undo_log)
        write(database, snapshot, planned, run_id=run.id, undo_log=undo_log)
        write_balance_checks(database, snapshot)
        keep_prices(database, snapshot, run.id)
        keep_values(database, snapshot, run.id)
        run = timed(database, run, clock())
        instruments = database.cache.instruments(database)
    # Only now, when they are committed.
    instruments.update((one.con_id, one) for one in context.new_instruments)
    healed = (change for restatement in context.restatements for change in restatement.changes)
    return Report(run, (*planned.recorded, *healed), unconfirmed=planned.unconfirmed)


def unconfirmed_text(count: int) -> Message:
    return message(
        "IBKR did not report {count} of the stored positions, and no execution explains it. "
        "Sync again.",
        count=count,
    )


def held_run(run: Run, planned: Plan, now: datetime) -> Run:
    """It changed nothing, so of its counts only the number of IBKR's positions is kept."""
    return replace(
        run,
        status=RunStatus.HELD,
        error=held_text(planned.held),
        counts=Counts(total_ibkr_positions=planned.counts.total_ibkr_positions),
        duration_s=seconds(run, now),
    )


def timed(database: Database, run: Run, now: datetime) -> Run:
    """The recorded run, with how long it took."""
    run = replace(run, duration_s=seconds(run, now))
    database.run_sql("UPDATE run SET duration_s = ? WHERE id = ?", (run.duration_s, run.id))
    return run


def seconds(run: Run, now: datetime) -> float:
    """Never negative, also where the clock was set back meanwhile."""
    return max(0.0, (now - run.started_at).total_seconds())
