"""One run at a time: read, confirm, apply, report. Knows neither TWS nor SQLite, Flex nor Qt."""

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
from app.domain.model.sync_policy import SyncPolicy
from app.domain.reconciliation.preview import OUTDATED_KEPT, outdated_text, preview_differences
from app.domain.text.redaction import masked
from app.ports import Broker, ReadStatement, Store
from app.sync.gc_pause import gc_paused
from app.sync.in_flight import InFlightRun, finish_despite_cancel
from app.sync.previewed import preview_report

log = logging.getLogger(__name__)

CANCELLED_TEXT = "The sync was cancelled; nothing was changed."
USUAL = SyncPolicy()
UNVERIFIED_TEXT = "The sync is stored, but could not be read back to check it. {error}"
UNVERIFIED_BUG = "Something went wrong inside Position Sync. Look into the log, and sync again."
CANCELLED_IMPORT_TEXT = "The import was cancelled; nothing was changed."
BUG_TEXT = "Position Sync itself failed; nothing was changed. The log has the details."


class SyncService:
    """Runs syncs and imports, one at a time.

    A request that comes while the same is running joins it. A callback during a run asks for one
    more run after it, however many callbacks come.
    """

    def __init__(
        self,
        broker: Broker,
        store: Store,
        read_statement: ReadStatement,
        *,
        policy: SyncPolicy = USUAL,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._broker = broker
        self._store = store
        self._policy = policy
        self._read_statement = read_statement
        self._clock = clock
        self._turn = asyncio.Lock()
        self._flights: dict[asyncio.Task[Report], InFlightRun] = {}  # in the order of their turns

    async def run(self, request: Request) -> Report:
        """One sync, or a share in one. An expected failure comes back as a report with its error.

        Raises:
            asyncio.CancelledError: cancelled before anything was written; the run is stored.
        """
        request = self._policy.applied(request)
        for task, flight in self._flights.items():
            if flight.answers(request):
                return await asyncio.shield(task)
        flight = InFlightRun(request)
        task = asyncio.create_task(self._take_turn(flight), name="sync run")
        self._flights[task] = flight
        task.add_done_callback(lambda done: self._flights.pop(done))
        return await task

    def follow(self, policy: SyncPolicy) -> None:
        """Another policy for the runs from now on."""
        self._policy = policy

    def is_under_way(self, request: Request) -> bool:
        """Whether a run goes on that `request` has, or would have, a share in.

        Who cancels a share in another's run does not end that.
        """
        request = self._policy.applied(request)
        return any(flight.answers(request) for flight in self._flights.values())

    @contextlib.asynccontextmanager
    async def between_runs(self) -> AsyncIterator[None]:
        """Waits for the run under way, and lets none begin until it is left."""
        async with self._turn:
            yield

    async def undo(self, run_id: int | None = None) -> Run:
        """Takes the newest run back, once no sync is under way.

        Args:
            run_id: the one that is meant; None for whichever is the newest.

        Raises:
            StoreError: there is none, or another one is the newest by now.
        """
        async with self._turn:
            return await self._store.undo(run_id)

    async def import_statement(self, path: Path) -> Report:
        """Brings a Flex statement's executions into the store, in turn with the syncs.

        An expected failure comes back as a report with its error.

        Raises:
            asyncio.CancelledError: cancelled before anything was written; the run is stored.
        """
        request = Request(trigger=Trigger.FLEX)
        async with self._turn:
            run = self._begun(request)
            with gc_paused():
                return await self._guarded(request, run, self._import(path, run))

    async def _take_turn(self, flight: InFlightRun) -> Report:
        async with self._turn:
            flight.started = True
            with gc_paused():
                return await self._attempt(flight.request)

    async def _attempt(self, request: Request) -> Report:
        run = self._begun(request)
        work = self._preview(request, run) if request.dry_run else self._sync(request, run)
        return await self._guarded(request, run, work)

    def _begun(self, request: Request) -> Run:
        return Run(
            request.trigger,
            request.account_id,
            self._clock(),
            0.0,
            RunStatus.SUCCESS,
            calculate_pnl=request.calculate_pnl,
        )

    async def _guarded(
        self, request: Request, run: Run, work: Coroutine[None, None, Report]
    ) -> Report:
        """The run's work; whatever ends it early is stored with its reason."""
        try:
            return await work
        except asyncio.CancelledError:
            text = cancelled_text(request.trigger)
            stored = await self._store_end(request, run, RunStatus.CANCELLED, text)
            if stored.status is RunStatus.CANCELLED:
                raise
            return Report(stored)  # what it had begun to write was committed
        except AppError as error:
            kept = self._masked(error, request)
            log.info("%s run failed: %s", request.trigger, kept)
            ended = await self._store_end(request, run, RunStatus.ERROR, kept)
            return Report(replace(ended, error=str(error)))
        except Exception:
            await self._store_end(request, run, RunStatus.ERROR, BUG_TEXT)
            raise

    async def _sync(self, request: Request, run: Run) -> Report:
        snapshot = await self._read(request)
        if request.basis is not None:
            return await self._apply_previewed(request.basis, snapshot, request, run)
        try:
            return await self._apply(snapshot, request, run)
        except UnconfirmedClosesError:
            # A drop to nothing may be the connection's fault, so it is read over a new one.
            again = await self._read(request, reconnect=not snapshot.holdings)
            return await self._apply(again, request, run, second_read=True)

    async def _apply_previewed(
        self, basis: PreviewToken, now: Snapshot, request: Request, run: Run
    ) -> Report:
        """Exactly what was shown, prices included; the preview has read a second time already.

        Raises:
            MovedError: TWS says something else by now, or the store does.
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

    async def _import(self, path: Path, run: Run) -> Report:
        statement = await asyncio.to_thread(self._read_statement, path)
        return await finish_despite_cancel(self._store.import_fills(statement, run))

    async def _write(
        self, snapshot: Snapshot, request: Request, run: Run, *, second_read: bool
    ) -> Report:
        """Writes, and reads back what was committed: the run says so where that is not the same."""
        report = await self._store.apply(snapshot, request, run, second_read=second_read)
        report, run = replace(report, read_at=snapshot.taken_at), report.run
        if not run.is_success or run.id is None:
            return report
        try:
            note = await self._store.verify(snapshot, run.id)
        except AppError as error:
            log.info("the sync could not be read back: %s", error.kept)
            note = UNVERIFIED_TEXT.format(error=error)
        except Exception:
            log.exception("a bug ended the reading back of a sync")
            note = UNVERIFIED_TEXT.format(error=UNVERIFIED_BUG)
        return replace(report, run=replace(run, note=f"{run.note} {note}".strip()))

    async def _preview(self, request: Request, run: Run) -> Report:
        snapshot = await self._read(request)
        plan = await self._store.plan(snapshot, request)
        if plan.unconfirmed:
            snapshot = await self._read(request, reconnect=not snapshot.holdings)
            plan = await self._store.plan(snapshot, request)
        return preview_report(plan, self._timed(run), PreviewToken(snapshot, plan.store_state))

    def _masked(self, error: AppError, request: Request) -> str:
        """What history keeps of the error: no account number, whatever TWS has said."""
        accounts = {*self._broker.connection.accounts, request.account_id} - {ALL_ACCOUNTS}
        return masked(error.kept, accounts)

    def _timed(self, run: Run) -> Run:
        return replace(run, duration_s=(self._clock() - run.started_at).total_seconds())

    async def _store_end(self, request: Request, run: Run, status: RunStatus, error: str) -> Run:
        """Stores how a run ended, unless what it wrote is stored already: then that is the truth.

        A store that fails now must not hide the first reason.
        """
        ended = replace(self._timed(run), status=status, error=error)
        if request.dry_run:
            return ended
        try:
            return await self._store.record(ended)
        except AppError as second:
            log.info("the run could not be recorded: %s", second.kept)
            return ended


def cancelled_text(trigger: Trigger) -> str:
    return CANCELLED_IMPORT_TEXT if trigger is Trigger.FLEX else CANCELLED_TEXT
