"""One statement as one transaction: its fills are stored, then the affected history is restated.

The fills are written in slices; then one identity after the other is replayed from the file, so
that a year of a busy account needs no more memory than a day of it.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice

from app.domain.model.errors import StoreError
from app.domain.model.positions import Change
from app.domain.model.runs import ALL_ACCOUNTS, Report, Run, RunStatus
from app.domain.model.snapshot import Fill
from app.domain.model.statements import ImportSummary, Statement, named, note
from app.domain.restatement.restate import Restatement
from app.domain.text.messages import joined, message
from app.store.database.database import Database
from app.store.database.from_rows import Instruments
from app.store.portfolio.deposits import add_deposits
from app.store.queries.accounts import last_snapshots
from app.store.queries.runs import record
from app.store.restatement.find import restatements_from
from app.store.restatement.write import write_restatements
from app.store.write.cancel_fills import find_cancelled, write_unmatched
from app.store.write.commit_sync import timed
from app.store.write.statement_facts import StatementFacts
from app.store.write.statement_fills import StatementFills, refuse_shifted
from app.store.write.undo_log import UndoLog

FINISH = "UPDATE run SET note = ? WHERE id = ?"
SLICE = 2_000  # fills, or what some of them make
FEW = 50  # identities, written together


def import_fills(
    database: Database, statement: Statement, run: Run, clock: Callable[[], datetime]
) -> Report:
    """Imports fills; it never changes quantities, which only IBKR's positions determine.

    A fill newer than the account's last sync stays pending for the next one.

    Raises:
        StoreError: no account of the statement is known, or its times are shifted.
    """
    with database.atomic("IMMEDIATE"):
        last_synced = last_snapshots(database, statement.accounts)
        if not last_synced:
            raise unknown_accounts(statement.accounts)
        run = record(database, finished(run, tuple(last_synced)))
        assert run.id is not None
        undo_log = UndoLog(database, run.id)
        instruments = Instruments()
        facts = StatementFacts(database, run.id, undo_log, instruments, last_synced)
        read = StatementFills(database, last_synced, instruments)
        for fills in sliced(statement.fills, SLICE):
            own = read.of(fills)
            if statement.is_zone_assumed:
                refuse_shifted(database, own)
            facts.add(own)
        cancelled = find_cancelled(database, statement.cancellations, instruments)
        facts.cancel(cancelled.fills)
        write_unmatched(database, cancelled.unmatched, run.id)
        facts.add_pending()
        deposits = add_deposits(database, statement.known_deposits, last_synced, run.id)
        found = restatements_from(database, facts.concerns, {}, instruments)
        healed = tuple(write_restated(database, found, run.id, undo_log))
        facts.dismiss()
        imported = ImportSummary(
            accounts=tuple(last_synced),
            fills_read=len(statement.fills),
            fills_new=facts.new,
            fills_known=read.count - facts.new,
            fills_skipped=statement.skipped + len(statement.fills) - read.count,
            without_unit=read.without_unit,
            cancelled=facts.cancelled,
            unmatched=len(cancelled.unmatched),
            deposits=deposits,
        )
        text = note(statement, imported, completed=facts.completed, healed=len(healed))
        text = joined((run.note, text))  # a fetch says which query it is of
        database.run_sql(FINISH, (text, run.id))
        run = timed(database, replace(run, note=text), clock())
    return Report(run, healed, imported=imported)


def unknown_accounts(accounts: Sequence[str]) -> StoreError:
    return StoreError(
        message(
            "The accounts of the statement ({accounts}) were never synced into this database. "
            "Sync first, or choose the database that they belong to; then import again.",
            accounts=named(accounts),
        ),
        kept=message(
            "The accounts of the statement were never synced into this database. "
            "Sync first, or choose the database that they belong to; then import again."
        ),
    )


def sliced(fills: Iterable[Fill], size: int) -> Iterator[Sequence[Fill]]:
    rest = iter(fills)
    while part := list(islice(rest, size)):
        yield part


def write_restated(
    database: Database, found: Iterator[Restatement], run_id: int, undo_log: UndoLog
) -> Iterator[Change]:
    """Writes restatements in small batches, and yields their changes."""
    while restatements := list(islice(found, FEW)):
        undo_log.keep_fills(key for restatement in restatements for key, _ in restatement.assigned)
        write_restatements(database, restatements, run_id, undo_log)
        for restatement in restatements:
            yield from restatement.changes


def finished(run: Run, accounts: Sequence[str]) -> Run:
    whose = accounts[0] if len(accounts) == 1 else ALL_ACCOUNTS
    return replace(run, account_id=whose, status=RunStatus.SUCCESS, error=None)
