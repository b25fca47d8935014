"""Runs syncs one at a time: read, confirm, apply, report. Knows no TWS, SQLite, Flex or Qt."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from app.domain.model.clock import utc_now
from app.domain.model.errors import AppError, PreviewOutdatedError, UnconfirmedClosesError
from app.domain.model.runs import ALL_ACCOUNTS, Report, Request, Run, RunStatus, Trigger
from app.domain.model.snapshot import PreviewToken, Snapshot
from app.domain.model.statements import Statement
from app.domain.model.sync_policy import SyncPolicy
from app.domain.reconciliation.preview import (
    OUTDATED_KEPT,
    outdated_text,
    preview_differences,
    preview_report,
)
from app.domain.text.messages import joined, message
from app.domain.text.redaction import masked
from app.ports import Broker, ReadStatement, Store
from app.sync.in_flight import InFlightRun, finish_despite_cancel, gc_paused

log = logging.getLogger(__name__)

CANCELLED_TEXT = message("The sync was cancelled; nothing was changed.")
DEFAULT_POLICY = SyncPolicy()
UNVERIFIED_TEXT = message("The sync is stored, but could not be read back to check it.")
UNVERIFIED_BUG = message("Position Sync itself failed. Check the log, and sync again.")
CANCELLED_IMPORT_TEXT = message("The import was cancelled; nothing was changed.")
BUG_TEXT = message("Position Sync itself failed; nothing was changed. The log has the details.")

NoteSource = Callable[[Statement], str]


def no_source(_statement: Statement) -> str:
    """For a file that the user has chosen."""
    return ""


class SyncService:
    """Runs syncs and imports, one at a time.

    A request that comes while the same one is running shares its run. Callbacks during a run
    cause one more run after it, however many there are.
    """

    def __init__(
        self,
        broker: Broker,
        store: Store,
        read_statement: ReadStatement,
        *,
        policy: SyncPolicy = DEFAULT_POLICY,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._broker = broker
        self._store = store
        self._policy = policy
        self._read_statement = read_statement
        self._clock = clock
        self._lock = asyncio.Lock()
        self._in_flight: dict[asyncio.Task[Report], InFlightRun] = {}  # in running order
        self._watchers: list[tuple[Callable[[Request], None], Callable[[Report | None], None]]] = []

    async def run(self, request: Request) -> Report:
        """Runs a sync, or shares one. An expected failure comes back as a report with its error.

        Raises:
            asyncio.CancelledError: cancelled before anything was written; the run is stored.
        """
        request = self._policy.applied(request)
        for task, in_flight in self._in_flight.items():
            if in_flight.can_share(request):
                return await asyncio.shield(task)
        in_flight = InFlightRun(request)
        task = asyncio.create_task(self._run_when_free(in_flight), name="sync run")
        self._in_flight[task] = in_flight
        task.add_done_callback(lambda done: self._in_flight.pop(done))
        return await task

    def watch_runs(
        self, started: Callable[[Request], None], ended: Callable[[Report | None], None]
    ) -> None:
        """Calls `started` when a sync begins, and `ended` with its report when it is over.

        The report is None if a bug ended it. A sync that several requests share is one; previews
        and imports are none.
        """
        self._watchers.append((started, ended))

    def set_policy(self, policy: SyncPolicy) -> None:
        """Sets the policy for the runs from now on."""
        self._policy = policy

    def is_under_way(self, request: Request) -> bool:
        """Whether a run is in progress that `request` shares, or could share.

        Cancelling a shared request does not end the run.
        """
        request = self._policy.applied(request)
        return any(in_flight.can_share(request) for in_flight in self._in_flight.values())

    @contextlib.asynccontextmanager
    async def between_runs(self) -> AsyncIterator[None]:
        """Waits for the run in progress, and blocks others until the block ends."""
        async with self._lock:
            yield

    async def undo(self, run_id: int | None = None) -> Run:
        """Undoes the newest run, once no sync is in progress.

        Args:
            run_id: the run that is expected to be the newest; None accepts any.

        Raises:
            StoreError: there is no run, or another one is the newest now.
        """
        async with self._lock:
            return await self._store.undo(run_id)

    async def import_statement(self, path: Path, source: NoteSource = no_source) -> Report:
        """Imports a Flex statement's executions, while no sync is in progress.

        An expected failure comes back as a report with its error.

        Args:
            source: begins the run's note: where the file is from.

        Raises:
            asyncio.CancelledError: cancelled before anything was written; the run is stored.
        """
        request = Request(trigger=Trigger.FLEX)
        async with self._lock:
            run = self._new_run(request)
            with gc_paused():
                return await self._record_failure(request, run, self._import(path, run, source))

    async def record_failed_fetch(self, error: AppError, note: str, started_at: datetime) -> Report:
        """Records that no statement could be fetched, as a failed run that changed nothing."""
        request = Request(trigger=Trigger.FLEX)
        run = replace(self._new_run(request), started_at=started_at, note=note)
        kept = self._masked(error, request)
        ended = await self._record_end(request, run, RunStatus.ERROR, kept)
        return Report(replace(ended, error=error.text))

    async def _run_when_free(self, in_flight: InFlightRun) -> Report:
        async with self._lock:
            in_flight.is_started = True
            with gc_paused():
                return await self._attempt(in_flight.request)

    async def _attempt(self, request: Request) -> Report:
        run = self._new_run(request)
        if request.dry_run:
            return await self._record_failure(request, run, self._preview(request, run))
        for started, _ in self._watchers:
            started(request)
        report: Report | None = None
        try:
            report = await self._record_failure(request, run, self._sync(request, run))
        except asyncio.CancelledError:
            report = Report(replace(run, status=RunStatus.CANCELLED, error=CANCELLED_TEXT))
            raise
        finally:
            for _, ended in self._watchers:
                ended(report)
        return report

    def _new_run(self, request: Request) -> Run:
        return Run(
            request.trigger,
            request.account_id,
            self._clock(),
            0.0,
            RunStatus.SUCCESS,
            calculate_pnl=request.calculate_pnl,
        )

    async def _record_failure(
        self, request: Request, run: Run, work: Coroutine[None, None, Report]
    ) -> Report:
        """Does the work of a run; if it ends early, the reason is stored."""
        try:
            return await work
        except asyncio.CancelledError:
            text = cancelled_text(request.trigger)
            stored = await self._record_end(request, run, RunStatus.CANCELLED, text)
            if stored.status is RunStatus.CANCELLED:
                raise
            return Report(stored)  # its write had begun, and was committed
        except AppError as error:
            kept = self._masked(error, request)
            log.info("%s run failed: %s", request.trigger, kept)
            ended = await self._record_end(request, run, RunStatus.ERROR, kept)
            return Report(replace(ended, error=error.text), failure=error)
        except Exception:
            await self._record_end(request, run, RunStatus.ERROR, BUG_TEXT)
            raise

    async def _sync(self, request: Request, run: Run) -> Report:
        snapshot = await self._read(request)
        if request.basis is not None:
            return await self._apply_previewed(request.basis, snapshot, request, run)
        try:
            return await self._apply(snapshot, request, run)
        except UnconfirmedClosesError:
            # No positions at all may be the connection's fault, so a new one is used.
            again = await self._read(request, reconnect=not snapshot.holdings)
            return await self._apply(again, request, run, second_read=True)

    async def _apply_previewed(
        self, basis: PreviewToken, now: Snapshot, request: Request, run: Run
    ) -> Report:
        """Applies exactly what was shown, prices included; the preview made the second read.

        Raises:
            PreviewOutdatedError: TWS's positions or the store have changed since.
        """
        if found := preview_differences(basis.snapshot, now):
            raise PreviewOutdatedError(outdated_text(found), kept=OUTDATED_KEPT)
        return await self._apply(basis.snapshot, request, run, second_read=True)

    async def _read(self, request: Request, *, reconnect: bool = False) -> Snapshot:
        account = None if request.account_id == ALL_ACCOUNTS else request.account_id
        return await self._broker.snapshot(account, reconnect=reconnect)

    async def _apply(
        self, snapshot: Snapshot, request: Request, run: Run, *, second_read: bool = False
    ) -> Report:
        return await finish_despite_cancel(
            self._write(snapshot, request, run, second_read=second_read)
        )

    async def _import(self, path: Path, run: Run, source: NoteSource) -> Report:
        statement = await asyncio.to_thread(self._read_statement, path)
        run = replace(run, note=source(statement))
        return await finish_despite_cancel(self._store.import_fills(statement, run))

    async def _write(
        self, snapshot: Snapshot, request: Request, run: Run, *, second_read: bool
    ) -> Report:
        """Writes, and verifies what was committed; the run's note names any difference."""
        report = await self._store.apply(snapshot, request, run, second_read=second_read)
        report, run = replace(report, read_at=snapshot.taken_at), report.run
        if not run.is_success or run.id is None:
            return report
        try:
            note = await self._store.verify(snapshot, run.id)
        except AppError as error:
            log.info("the sync could not be read back: %s", error.kept)
            note = joined((UNVERIFIED_TEXT, error.text))
        except Exception:
            log.exception("a bug ended the reading back of a sync")
            note = joined((UNVERIFIED_TEXT, UNVERIFIED_BUG))
        return replace(report, run=replace(run, note=joined((run.note, note))))

    async def _preview(self, request: Request, run: Run) -> Report:
        snapshot = await self._read(request)
        plan = await self._store.plan(snapshot, request)
        if plan.unconfirmed:
            snapshot = await self._read(request, reconnect=not snapshot.holdings)
            plan = await self._store.plan(snapshot, request)
        return preview_report(
            plan, self._with_duration(run), PreviewToken(snapshot, plan.store_state)
        )

    def _masked(self, error: AppError, request: Request) -> str:
        """The error as history stores it: without account numbers."""
        accounts = {*self._broker.connection.accounts, request.account_id} - {ALL_ACCOUNTS}
        return masked(error.kept, accounts)

    def _with_duration(self, run: Run) -> Run:
        return replace(run, duration_s=(self._clock() - run.started_at).total_seconds())

    async def _record_end(self, request: Request, run: Run, status: RunStatus, error: str) -> Run:
        """Stores how a run ended, unless it is a preview; a run that was committed stays as it is.

        If the store fails as well, that must not hide the first reason.
        """
        ended = replace(self._with_duration(run), status=status, error=error)
        if request.dry_run:
            return ended
        try:
            return await self._store.record(ended)
        except AppError as record_error:
            log.info("the run could not be recorded: %s", record_error.kept)
            return ended


def cancelled_text(trigger: Trigger) -> str:
    return CANCELLED_IMPORT_TEXT if trigger is Trigger.FLEX else CANCELLED_TEXT
