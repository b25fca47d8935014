"""Owns the syncs of the window: starts, cancels and awaits them, and publishes one state."""

import asyncio
import logging
import traceback
from collections.abc import Coroutine
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

from PySide6.QtCore import QObject, Signal, Slot

from app.domain.errors import AppError
from app.domain.runs import ALL_ACCOUNTS, Report, Request, RunStatus
from app.domain.states import Book, ConnectionState, Phase, SyncState
from app.ports import Broker, Store
from app.ui.sentences import run_detail
from app.ui.tasks import Tasks

log = logging.getLogger(__name__)

BUG_TEXT = (
    "Something went wrong inside Position Sync, and the run was stopped. "
    "Try again; if it happens again, report it with the details."
)
PHASES = {
    RunStatus.SUCCESS: Phase.SYNCED,
    RunStatus.ERROR: Phase.FAILED,
    RunStatus.HELD: Phase.HELD,
    RunStatus.CANCELLED: Phase.CANCELLED,
}


class Service(Protocol):
    """What runs a sync or an import; an expected failure is a report with its error."""

    async def run(self, request: Request) -> Report: ...

    async def import_statement(self, path: Path) -> Report: ...


class SyncController(QObject):
    """Turns clicks into syncs, and their outcomes into states.

    Attributes:
        state: the last state published.

    Signals:
        state_changed(SyncState): after every step of a sync, load of the book, or change of
            the connection.
    """

    state_changed = Signal(object)

    def __init__(
        self, service: Service, store: Store, broker: Broker, *, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._service = service
        self._store = store
        self._tasks = Tasks()
        self._running: asyncio.Task[Report] | None = None
        self._request: Request | None = None  # the last one, for "Retry" and "Close them"
        self._statement: Path | None = None  # the last file, where an import was last
        self._is_over = False
        self.state = SyncState(connection=broker.connection)
        broker.watch(self._show_connection)

    @Slot()
    def start(self) -> None:
        """Publishes what is stored; asks no network."""
        self._tasks.begin(self._load(), "load the stored positions")

    @Slot(str)
    def sync(self, account_id: str = ALL_ACCOUNTS) -> None:
        self._run(Request(account_id=account_id))

    @Slot(str)
    def import_statement(self, file: str) -> None:
        """Brings a Flex statement's executions into the store."""
        self._import(Path(file))

    @Slot()
    def cancel(self) -> None:
        """Stops what runs; once is enough, or its own record would be cut off."""
        if self._running is not None and not self._running.cancelling():
            self._running.cancel()

    @Slot()
    def retry(self) -> None:
        """Does again what failed last: a sync, an import, or the first look into the store."""
        if self._statement is not None:
            self._import(self._statement)
        elif self._request is None:
            self.start()
        else:
            self._run(self._request)

    @Slot()
    def confirm_held(self) -> None:
        """Runs the held request again, with the user's word for each held close."""
        if self._request is not None and self.state.held:
            confirmed = frozenset(change.after.identity for change in self.state.held)
            self._run(replace(self._request, confirmed=confirmed))

    @Slot()
    def keep_held(self) -> None:
        self._publish(replace(self.state, phase=Phase.IDLE, held=()))

    @Slot()
    def dismiss_error(self) -> None:
        self._publish(replace(self.state, phase=Phase.IDLE, error="", detail=""))

    async def shutdown(self) -> None:
        """Cancels what runs and waits until it has ended; a write that has begun completes."""
        self._is_over = True
        self.cancel()
        await self._tasks.end(spare=self._running)

    def _run(self, request: Request) -> None:
        if self._is_free():
            self._request, self._statement = request, None
            self._begin(Phase.SYNCING, self._service.run(request))

    def _import(self, path: Path) -> None:
        if self._is_free():
            self._statement = path
            self._begin(Phase.IMPORTING, self._service.import_statement(path))

    def _is_free(self) -> bool:
        return not self.state.phase.is_busy and not self._is_over

    def _begin(self, phase: Phase, work: Coroutine[Any, Any, Report]) -> None:
        self._publish(replace(self.state, phase=phase, error="", detail="", held=()))
        self._running = self._tasks.begin(work, phase.value)
        self._tasks.begin(self._follow(self._running), f"follow the {phase.value}")

    async def _follow(self, running: asyncio.Task[Report]) -> None:
        """Waits for the run, and publishes its outcome with the book as it is then."""
        await asyncio.wait({running})
        self._running = None
        book, failure = await self._read_book()
        if running.cancelled():
            ended = replace(self.state, phase=Phase.CANCELLED)
        else:
            ended = self._ended(running.exception() or running.result())
        if failure is not None and ended.phase is not Phase.FAILED:
            ended = self._failed(ended, failure)
        self._publish(replace(ended, book=book))

    async def _load(self) -> None:
        """What is stored, without touching a sync that has begun meanwhile."""
        book, failure = await self._read_book()
        if failure is None or self.state.phase.is_busy:
            self._publish(replace(self.state, book=book))
        else:
            self._publish(self._failed(self.state, failure))

    async def _read_book(self) -> tuple[Book, Exception | None]:
        """The stored book; where it cannot be read, the one that is shown, and why."""
        try:
            return await self._store.book(), None
        except Exception as error:
            return self.state.book, error

    def _ended(self, outcome: Report | BaseException) -> SyncState:
        if isinstance(outcome, BaseException):
            return self._failed(self.state, outcome)
        run = outcome.run
        is_error = run.status is RunStatus.ERROR
        return replace(
            self.state,
            phase=PHASES[run.status],
            report=outcome,
            touched=frozenset(
                change.after.identity
                for change in outcome.changes
                if run.status is RunStatus.SUCCESS
            ),
            error=(run.error or BUG_TEXT) if is_error else "",
            detail=run_detail(run, self.state.connection) if is_error else "",
            held=outcome.held,
        )

    def _failed(self, state: SyncState, error: BaseException) -> SyncState:
        """An expected error speaks for itself; anything else is a bug of ours."""
        if isinstance(error, AppError):
            return replace(state, phase=Phase.FAILED, error=str(error), detail="")
        log.error("a bug ended the sync", exc_info=error)
        detail = "".join(traceback.format_exception(error))
        return replace(state, phase=Phase.FAILED, error=BUG_TEXT, detail=detail)

    def _show_connection(self, connection: ConnectionState) -> None:
        self._publish(replace(self.state, connection=connection))

    def _publish(self, state: SyncState) -> None:
        if not self._is_over:
            self.state = state
            self.state_changed.emit(state)
