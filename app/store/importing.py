"""One statement as one transaction: its fills are added, and what they restate is restated."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from app.domain.accounts import ALL_ACCOUNTS
from app.domain.commissions import with_rate
from app.domain.errors import StoreError
from app.domain.evidence import SKEW, counts_from
from app.domain.runs import Report, Run, RunStatus
from app.domain.snapshot import Fill, FillKey
from app.domain.statements import Imported, Statement, named, note
from app.store.apply import timed
from app.store.cancelling import find_cancelled, write_unmatched
from app.store.database import Database
from app.store.fills import Evidence, completed, evidence
from app.store.healing import write_cures
from app.store.journal import Journal
from app.store.late import cures
from app.store.rates import stored_rates
from app.store.reading import new_instruments, touched
from app.store.rows import Instruments
from app.store.runs import record
from app.store.snapshots import last_snapshots
from app.store.statement_fills import refuse_shifted, statement_fills
from app.store.values import utc_of
from app.store.writing import keep_facts, put_away, write_fills

UNKNOWN = (
    "The accounts of the statement{accounts} were never synced into this database. "
    "Sync first, or choose the database that they belong to; then import again."
)
FIRST_SYNC = """SELECT min(taken_at) FROM run
    WHERE status = 'success' AND account_id IN (?, ?)"""


def import_fills(
    database: Database, statement: Statement, run: Run, clock: Callable[[], datetime]
) -> Report:
    """Quantities never change by it: IBKR's positions alone tell those.

    A fill that the account's next sync must know waits for it, as if that had brought it.

    Raises:
        StoreError: no account of the statement is known, or its times are shifted.
    """
    with database.atomic("IMMEDIATE"):
        last_synced = last_snapshots(database, statement.accounts)
        if not last_synced:
            accounts = named(statement.accounts)
            raise StoreError(
                UNKNOWN.format(accounts=f" ({accounts})"), kept=UNKNOWN.format(accounts="")
            )
        instruments = Instruments()
        read = statement_fills(database, statement, last_synced, instruments)
        if statement.is_zone_assumed:
            refuse_shifted(database, read.fills)
        rates = stored_rates(database, last_synced)
        own = [with_rate(fill, rates) for fill in read.fills]
        cancelled = find_cancelled(database, own, statement.cancellations, instruments)
        own = [*cancelled.reported, *cancelled.stored]
        found = evidence(database, tuple(last_synced), own, instruments, completed)
        new = tuple(new_instruments(database, (), own, instruments))
        usable = since_first_sync(database, found, last_synced)
        healing = cures(database, usable, last_synced, instruments)
        healed = tuple(change for cure in healing for change in cure.changes)
        imported = tally(statement, read.fills, found, tuple(last_synced))
        imported = replace(
            imported,
            without_unit=read.without_unit,
            cancelled=cancelled.count,
            unmatched=len(cancelled.unmatched),
        )
        better = len(found.changed) - imported.fills_new
        text = note(statement, imported, better=better, healed=len(healed))
        run = record(database, finished(run, imported.accounts, text))
        assert run.id is not None
        old = {fill.key for fill in found.pending if is_old_news(fill, found, last_synced)}
        used = frozenset[FillKey]().union(*(cure.consumed for cure in healing))
        journal = Journal(database, run.id)
        keep_facts(journal, new, touched(found, healing) | old)
        write_fills(database, new, found.changed, run.id)
        write_unmatched(database, cancelled.unmatched, run.id)
        put_away(database, old - used, run.id)
        write_cures(database, healing, run.id, journal)
        run = timed(database, run, clock())
    return Report(run, healed, imported=imported)


def since_first_sync(
    database: Database, found: Evidence, last_synced: Mapping[str, datetime]
) -> Evidence:
    """Of what was before an account's first sync nothing is stored that could heal."""
    first: dict[str, datetime] = {}
    for account, newest in last_synced.items():
        ((taken_at,),) = database.run_sql(FIRST_SYNC, (ALL_ACCOUNTS, account))
        first[account] = utc_of(taken_at) or newest

    def is_since(fill: Fill) -> bool:
        since = first.get(fill.account)
        return since is not None and fill.time > since - counts_from(fill)

    pending = (fill for fill in found.pending if is_since(fill))
    changed = (fill for fill in found.changed if is_since(fill))
    return replace(found, pending=tuple(pending), changed=tuple(changed))


def is_old_news(fill: Fill, found: Evidence, last_synced: Mapping[str, datetime]) -> bool:
    """Whether the fill is too old for the next sync to look at: this import was its chance."""
    limit = last_synced[fill.account] - max(SKEW, counts_from(fill))
    return fill.key in found.fresh and fill.time <= limit


def tally(
    statement: Statement, own: Sequence[Fill], found: Evidence, accounts: tuple[str, ...]
) -> Imported:
    new = len(found.new)
    return Imported(
        accounts=accounts,
        fills_read=len(statement.fills),
        fills_new=new,
        fills_known=len(own) - new,
        fills_skipped=statement.skipped + len(statement.fills) - len(own),
    )


def finished(run: Run, accounts: tuple[str, ...], text: str) -> Run:
    whose = accounts[0] if len(accounts) == 1 else ALL_ACCOUNTS
    return replace(run, account_id=whose, status=RunStatus.SUCCESS, error=None, note=text)
