"""Writes a statement's fills, and collects the identities whose history they affect."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from app.domain.model.runs import ALL_ACCOUNTS
from app.domain.model.snapshot import COMBO, Fill
from app.domain.portfolio.fx_rates import with_rate
from app.domain.reconciliation.fill_matching import BOOKING_LAG, MAX_CLOCK_SKEW, counts_from
from app.store.database.codecs import utc_of, utc_text
from app.store.database.database import Database
from app.store.database.from_rows import Instruments
from app.store.queries.accounts import stored_values
from app.store.restatement.find import Concerns, LateFill, add_concern, stored_runs
from app.store.write.fill_set import fill_gaps, reported_before
from app.store.write.sync_context import new_instruments
from app.store.write.undo_log import UndoLog
from app.store.write.write_plan import write_fills

FIRST_SYNC = """SELECT min(taken_at) FROM run
    WHERE status = 'success' AND taken_at IS NOT NULL AND account_id IN (?, ?)"""
# Known before, and explaining nothing yet.
PENDING = f"""SELECT fill.con_id, min(fill.time), min(fill.run_id) FROM fill
    JOIN instrument ON instrument.con_id = fill.con_id AND instrument.sec_type != '{COMBO}'
    WHERE fill.account = ? AND fill.consumed_run_id IS NULL AND fill.put_away_run_id IS NULL
    AND fill.is_cancelled = 0 AND fill.run_id < ? AND fill.time > ? AND fill.time <= ?
    GROUP BY fill.con_id"""
# This import has tried them: the next sync need not consider fills as old as these.
DISMISS = """UPDATE fill SET put_away_run_id = :run WHERE account = :account AND run_id = :run
    AND consumed_run_id IS NULL AND put_away_run_id IS NULL
    AND time <= CASE WHEN booking IS NULL THEN :limit ELSE :booked END"""


class StatementFacts:
    """The fills of one import.

    Attributes:
        concerns: the identities whose history they can change.
        new: how many were not known before.
        completed: how many known ones gained details.
        cancelled: how many are cancelled, and were not before.
    """

    def __init__(
        self,
        database: Database,
        run_id: int,
        undo_log: UndoLog,
        instruments: Instruments,
        last_synced: Mapping[str, datetime],
    ) -> None:
        self._database = database
        self._run_id = run_id
        self._undo_log = undo_log
        self._instruments = instruments
        self._last_synced = last_synced
        self._first_synced = {
            account: first_synced(database, account) or newest
            for account, newest in last_synced.items()
        }
        values = stored_values(database, last_synced)
        self._rates = {account: own.rates for account, own in values.items()}
        self.concerns: Concerns = {}
        self.new = self.completed = self.cancelled = 0

    def add(self, reported: Sequence[Fill]) -> None:
        """Stores new ones, and known ones that gained details."""
        stored = {
            fill.key: fill for fill in reported_before(self._database, reported, self._instruments)
        }
        now = dict(stored)
        for fill in reported:
            now[fill.key] = with_rate(fill_gaps(now.get(fill.key), fill), self._rates)
        changed = [fill for key, fill in now.items() if fill != stored.get(key)]
        new = sum(fill.key not in stored for fill in changed)
        self.new += new
        self.completed += len(changed) - new
        self.cancelled += sum(
            fill.is_cancelled and not (fill.key in stored and stored[fill.key].is_cancelled)
            for fill in changed
        )
        self._write(changed)

    def cancel(self, fills: Sequence[Fill]) -> None:
        """Stores that these are cancelled."""
        self.cancelled += len(fills)
        self._write(fills)

    def add_pending(self) -> None:
        """Includes pending fills, which the new ones may help to explain."""
        for account, newest in self._last_synced.items():
            times = self._first_synced[account], newest
            values = (account, self._run_id, *map(utc_text, times))
            for con_id, time, run_id in self._database.run_sql(PENDING, values):
                concern = self.concerns.get((account, con_id))
                if concern is not None:
                    concern.add(datetime.fromisoformat(time), run_id)

    def dismiss(self) -> None:
        """Dismisses fills that are older than the last sync and explain nothing."""
        for account, newest in self._last_synced.items():
            self._database.raw.execute(
                DISMISS,
                {
                    "run": self._run_id,
                    "account": account,
                    "limit": utc_text(newest - MAX_CLOCK_SKEW),
                    "booked": utc_text(newest - BOOKING_LAG),
                },
            )

    def _write(self, changed: Sequence[Fill]) -> None:
        new = tuple(new_instruments(self._database, (), changed, self._instruments))
        known = stored_runs(self._database, [fill.key for fill in changed])
        self._undo_log.keep_fills(known)
        write_fills(self._database, new, changed, self._run_id)
        for late in self._late(changed, known):
            add_concern(self.concerns, late)

    def _late(
        self,
        changed: Iterable[Fill],
        known: Mapping[tuple[str, str], tuple[int | None, int | None]],
    ) -> Iterable[LateFill]:
        """Those that are older than the last sync, or explain an earlier run.

        Nothing before an account's first sync can be restated: nothing is stored of it.
        """
        for fill in changed:
            reported, explained = known.get(fill.key, (None, None))
            limit = self._last_synced[fill.account]
            if reported is None:
                limit += MAX_CLOCK_SKEW
            is_since = fill.time > self._first_synced[fill.account] - counts_from(fill)
            if fill.is_combo_summary or not is_since:
                continue
            if fill.time <= limit or explained is not None:
                runs = [run_id for run_id in (reported, explained) if run_id is not None]
                yield LateFill(fill, min(runs, default=None))


def first_synced(database: Database, account: str) -> datetime | None:
    """When the account's first stored snapshot was taken."""
    ((taken_at,),) = database.run_sql(FIRST_SYNC, (ALL_ACCOUNTS, account))
    return utc_of(taken_at)
