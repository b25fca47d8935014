"""Owns the syncs of the window: starts, cancels and awaits them, and publishes one state."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from PySide6.QtCore import QObject, Signal, Slot

from app.domain.desktop.app_state import ConnectionState, Phase, PortfolioView, SyncState
from app.domain.model.runs import ALL_ACCOUNTS, Report, Request, Run
from app.domain.text.messages import joined
from app.ports import Broker, Store
from app.sync.in_flight import gc_paused
from app.ui.sync.transitions import after_automatic_sync, begun, ended, failed, without_error
from app.ui.tasks import TaskGroup


class Service(Protocol):
    """Runs syncs and imports; an expected failure is a report with its error."""

    async def run(self, request: Request) -> Report: ...
    def is_under_way(self, request: Request) -> bool: ...
    async def undo(self, run_id: int | None) -> Run: ...
    async def import_statement(self, path: Path) -> Report: ...


class SyncController(QObject):
    """Turns clicks into syncs, and their outcomes into states.

    Args:
        stored: the portfolio that is already shown.

    Attributes:
        state: the last state published.

    Signals:
        state_changed(SyncState): after every step of a sync, load of the book, or change of
            the connection.
    """

    state_changed = Signal(object)

    def __init__(
        self,
        service: Service,
        store: Store,
        broker: Broker,
        *,
        stored: PortfolioView | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._service = service
        self._store = store
        self._tasks = TaskGroup()
        self._running: asyncio.Task[Report] | None = None
        self._request: Request | None = None  # the last one, for "Mark as closed here" and "Apply"
        self._retry: Callable[[], None] = self.start  # repeats what failed last
        self._faults: dict[str, str] = {}  # background task -> its sentence
        self._is_over = False
        self.state = SyncState(connection=broker.connection, stored=stored or PortfolioView())
        broker.watch_connection(self._show_connection)
        broker.watch_reads(self._show_read)

    @Slot()
    def start(self) -> None:
        """Publishes what is stored, without using the network."""
        self._tasks.begin(self._load(), "load the stored positions")

    @Slot(str)
    def sync(self, account_id: str = ALL_ACCOUNTS) -> None:
        self._run(Request(account_id=account_id))

    @Slot(str)
    def preview(self, account_id: str = ALL_ACCOUNTS) -> None:
        """Runs a sync as a dry run; writes nothing."""
        self._run(Request(account_id=account_id, dry_run=True))

    @Slot()
    def apply_preview(self) -> None:
        """Applies exactly what the preview showed, including its held closes."""
        shown = self.state.preview
        if shown is not None and self._request is not None:
            confirmed = frozenset(change.after.identity for change in shown.held)
            request = replace(self._request, dry_run=False, basis=shown.basis, confirmed=confirmed)
            self._run(request)

    @Slot()
    def drop_preview(self) -> None:
        if self.state.phase is Phase.PREVIEWED:
            self._publish(replace(self.state, phase=Phase.IDLE, preview=None))

    def undo(self, run_id: int) -> None:
        """Undoes this run; if a newer one is stored by then, fails and changes nothing."""
        if self._can_begin():
            self._retry = partial(self.undo, run_id)
            self._publish(begun(self.state, Phase.UNDOING))
            self._tasks.begin(self._undo(run_id), "undo the last sync")

    def begin_restore(self) -> bool:
        """Shows that a backup is being restored; False if something else is under way."""
        if not self._can_begin():
            return False
        self._publish(begun(self.state, Phase.RESTORING))
        return True

    def end_restore(self, *, is_restored: bool) -> None:
        """Reads what is stored; of a restored file, the last run of this session is not part."""
        report = None if is_restored else self.state.report
        self._publish(replace(self.state, phase=Phase.IDLE, report=report))
        self.start()

    @Slot(str)
    def import_statement(self, file: str) -> None:
        """Brings a Flex statement's executions into the store."""
        self._import(Path(file))

    @Slot()
    def cancel(self) -> None:
        """Cancels what runs, but only once: a second cancel would interrupt its own record."""
        if self._running is not None and not self._running.cancelling():
            self._running.cancel()

    @Slot()
    def retry(self) -> None:
        """Repeats what failed last: a sync, an import, an undo, or reading the store."""
        self._retry()

    @Slot()
    def confirm_held(self) -> None:
        """Runs the held request again, with each held close confirmed."""
        if self._request is not None and self.state.held:
            confirmed = frozenset(change.after.identity for change in self.state.held)
            self._run(replace(self._request, confirmed=confirmed))

    @Slot()
    def keep_held(self) -> None:
        self._publish(replace(self.state, phase=Phase.IDLE, held=()))

    @Slot()
    def dismiss_error(self) -> None:
        self._publish(without_error(self.state))

    def show_fault(self, what: str, sentence: str) -> None:
        """Shows that a background task has stopped; "" clears its own sentence only."""
        self._faults[what] = sentence
        faults = joined(self._faults.values())
        self._publish(replace(self.state, fault=faults))

    async def run_automatic(self, request: Request) -> Report:
        """Runs an automatic sync: it does not occupy the button, and its failure shows no error.

        Raises:
            asyncio.CancelledError: it, or the sync that it shares, was cancelled.
        """
        self._publish(replace(self.state, is_automatic=True, account_id=request.account_id))
        report: Report | None = None
        try:
            report = await self._service.run(request)
            return report
        finally:
            if report is not None and report.held:
                self._request = request
            with gc_paused():
                book, _ = await self._read_book()
                self._publish(after_automatic_sync(replace(self.state, stored=book), report))

    async def shutdown(self) -> None:
        """Cancels what runs and waits until it has ended; a write that has begun completes."""
        self._is_over = True
        self.cancel()
        await self._tasks.end(spare=self._running)

    def _run(self, request: Request) -> None:
        if self._can_begin():
            self._request = request
            self._retry = partial(self._run, request)
            self._begin(Phase.SYNCING, self._service.run(request), request)

    def _import(self, path: Path) -> None:
        if self._can_begin():
            self._retry = partial(self._import, path)
            self._begin(Phase.IMPORTING, self._service.import_statement(path))

    def _begin(
        self,
        phase: Phase,
        work: Coroutine[Any, Any, Report],
        request: Request | None = None,
    ) -> None:
        account_id = ALL_ACCOUNTS if request is None else request.account_id
        self._publish(begun(self.state, phase, account_id))
        self._running = self._tasks.begin(work, phase.value)
        self._tasks.begin(self._await_run(self._running, request), f"follow the {phase.value}")

    def _can_begin(self) -> bool:
        return not self.state.phase.is_busy and not self._is_over

    async def _undo(self, run_id: int) -> None:
        try:
            undone = await self._service.undo(run_id)
            outcome = replace(self.state, phase=Phase.UNDONE, undone=undone)
        except Exception as error:
            outcome = failed(self.state, error)
        with gc_paused():
            book, failure = await self._read_book()
            self._publish(replace(self._with_read_failure(outcome, failure), stored=book))

    async def _await_run(self, running: asyncio.Task[Report], request: Request | None) -> None:
        """Waits for the run, and publishes its outcome with the book read after it."""
        await asyncio.wait({running})
        self._running = None
        goes_on = request is not None and self._service.is_under_way(request)
        with gc_paused():
            book, failure = await self._read_book()
            if running.cancelled():  # the sync itself goes on for another caller
                phase = Phase.IDLE if goes_on else Phase.CANCELLED
                outcome = replace(self.state, phase=phase)
            else:
                outcome = ended(self.state, running.exception() or running.result())
            self._publish(replace(self._with_read_failure(outcome, failure), stored=book))

    def _with_read_failure(self, outcome: SyncState, failure: Exception | None) -> SyncState:
        """The outcome; if the store could not be read, "Retry" reads it again."""
        if failure is None or outcome.phase is Phase.FAILED:
            return outcome
        self._retry = self.start
        return failed(outcome, failure)

    async def _load(self) -> None:
        """Publishes what is stored, and leaves a sync that has started meanwhile alone."""
        with gc_paused():
            book, failure = await self._read_book()
            state = replace(self.state, stored=book)
            if failure is None:
                is_overcome = state.phase is Phase.FAILED and self._retry == self.start
                self._publish(without_error(state) if is_overcome else state)
            elif state.phase.is_busy:
                self._publish(state)
            else:
                self._retry = self.start
                self._publish(failed(state, failure))

    async def _read_book(self) -> tuple[PortfolioView, Exception | None]:
        """The stored book; if it cannot be read, the one that is shown, and the error."""
        try:
            return await self._store.view(), None
        except Exception as error:
            return self.state.stored, error

    def _show_connection(self, connection: ConnectionState) -> None:
        self._publish(replace(self.state, connection=connection))

    def _show_read(self, positions: int | None) -> None:
        self._publish(replace(self.state, positions_read=positions))

    def _publish(self, state: SyncState) -> None:
        if not self._is_over:
            self.state = state
            self.state_changed.emit(state)
