"""Owns the fetches of the window: the daily ones, "Fetch now", and the history."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, Signal, Slot

from app.domain.fetching.failures import FailureKind
from app.domain.fetching.plan import DayRange
from app.domain.fetching.queries import FlexQuery, expiry_warnings
from app.domain.fetching.report import (
    FetchOutcome,
    FetchProgress,
    FetchReport,
)
from app.domain.model.errors import StoreError
from app.domain.text.messages import joined, message
from app.platform.supervision import supervised
from app.settings.model import Settings
from app.sync.daily_fetch import DailyFetch
from app.sync.statement_fetcher import StatementFetcher
from app.ui.main_window.window import MainWindow
from app.ui.statements.checks import QueryTester
from app.ui.statements.services import StatementServices
from app.ui.statements.state import (
    FetchingState,
    LastFetch,
    enabled_queries,
    result_text,
    why_not_fetchable,
)
from app.ui.statements.tokens import TokenController
from app.ui.sync.controller import SyncController
from app.ui.tasks import TaskGroup, error_text

BUG_TEXT = message(
    "Something went wrong inside Position Sync, and the statements could not be fetched. The log "
    "has the details."
)
BEGINNING = message("Fetching statements: asking IBKR…")
CANCELLED = message("Cancelled; statements that were stored stay.")
SUCCESSFUL, FAILED = message("Successful"), message("Failed")
NOT_SHOWN_DAILY = (FailureKind.UNREACHABLE, FailureKind.AGAIN, FailureKind.TOO_MANY)


class FetchController(QObject):
    """One fetch at a time; what the user sees of it is in `state`.

    Attributes:
        settings: those in use, which are fetched with.
        tester: tests queries.
        tokens: saves and deletes the tokens.

    Signals:
        state_changed(FetchingState): after every step of a fetch.
        settings_wanted(): the user has to set something up first.
    """

    state_changed = Signal(object)
    settings_wanted = Signal()

    def __init__(
        self,
        services: StatementServices,
        window: MainWindow,
        controller: SyncController,
        settings: Settings,
    ) -> None:
        super().__init__(window)
        self.settings = settings
        self.state = FetchingState()
        self.formats, self.now = window.formats, window.clock.now
        self.tester = QueryTester(self._own_fetcher, self)
        self.tokens = TokenController(services.credentials, self)
        self._services = services
        self._controller = controller
        self._tasks = TaskGroup()
        self._turn = asyncio.Lock()
        self._fetcher: StatementFetcher | None = None
        self._running: asyncio.Task[FetchReport] | None = None
        self._window_number = 0  # of the statement that is being fetched
        self._daily = DailyFetch(
            self._fetch_due,
            services.store,
            lambda: self.settings.flex_queries if self.settings.flex_daily else (),
            services.region,
            clock=window.clock.now,
        )
        window.clock.day_began.connect(self.warn_of_expiry)

    def start(self) -> None:
        """Starts the daily fetches, and warns of tokens that expire."""
        what = message("The daily fetches")
        fault = partial(self._controller.show_fault, what)
        self._tasks.begin(supervised(self._daily.run_forever, what, fault), what)
        self.warn_of_expiry()
        self.look()

    async def shutdown(self) -> None:
        """Cancels what runs; a statement that is being stored is stored completely."""
        await self._tasks.end()
        await self.tester.shutdown()
        await self.tokens.shutdown()

    @Slot(object)
    def apply_settings(self, settings: Settings) -> None:
        before, self.settings = self.settings, settings
        if before.flex_tokens != settings.flex_tokens:
            self.warn_of_expiry()
        self._publish(self.state)
        self.look()

    @Slot()
    def warn_of_expiry(self) -> None:
        """Says which tokens expire within two weeks, or have expired."""
        today = self.now().astimezone().date()
        warnings = tuple(expiry_warnings(self.settings.flex_tokens, today))
        for sentence in warnings:
            self._services.events.on_token_expiry(sentence)
        self._publish(replace(self.state, warnings=warnings))

    @Slot()
    def look(self) -> None:
        """Reads when was fetched last, and when the next fetch is due."""

        def show(found: FetchingState) -> None:
            last = found.last if self.state.last is None else self.state.last
            self._publish(replace(self.state, last=last, next_at=found.next_at, is_known=True))

        def fail(error: Exception) -> None:
            error_text(error, BUG_TEXT, "looking for the last fetch")  # the window reports others

        self._tasks.latest("fetches", self._read_times, show, fail)

    @Slot()
    def fetch_or_cancel(self) -> None:
        """What the menu's action does: opens the settings where nothing is set up."""
        if self.state.is_fetching:
            self.cancel()
        elif why_not_fetchable(self.settings):
            self.settings_wanted.emit()
        else:
            self.fetch(enabled_queries(self.settings))

    def fetch(self, queries: Sequence[FlexQuery], days: DayRange | None = None) -> None:
        """Args: days: None for those since each query's last fetch."""
        if not self.state.is_fetching and not self._tasks.is_over:
            self._publish(replace(self.state, progress=BEGINNING, result="", problem=""))
            self._tasks.begin(self._fetch_shown(queries, days), "show a fetch")

    @Slot()
    def cancel(self) -> None:
        if self._running is not None:
            self._running.cancel()

    @Slot()
    def dismiss_problem(self) -> None:
        self._publish(replace(self.state, problem=""))

    @Slot()
    def dismiss_warnings(self) -> None:
        """Until the day changes, or the program starts again."""
        self._publish(replace(self.state, warnings=()))

    async def _fetch_due(self, queries: Sequence[FlexQuery]) -> FetchReport:
        """Waits for the next minute while the user fetches."""
        if self.state.is_fetching:
            return FetchReport(self.now(), ())
        return await self._fetch(queries, days=None, is_daily=True)

    async def _fetch_shown(self, queries: Sequence[FlexQuery], days: DayRange | None) -> None:
        """The error of a database that cannot be read is shown like IBKR's."""
        try:
            await self._fetch(queries, days=days)
        except Exception as error:
            self._fail(error_text(error, BUG_TEXT, "fetching statements"))

    async def _fetch(
        self, queries: Sequence[FlexQuery], *, days: DayRange | None, is_daily: bool = False
    ) -> FetchReport:
        """Raises: StoreError: the database cannot be read."""
        async with self._turn:
            self._window_number = 0
            self._services.events.on_fetch_started([query.name for query in queries])
            self._publish(replace(self.state, progress=BEGINNING))
            fetcher = self._own_fetcher()
            work = (
                fetcher.fetch_daily(queries, self._on_progress)
                if is_daily
                else fetcher.fetch(queries, days, self._on_progress)
            )
            running = self._running = self._tasks.begin(work, "fetch statements")
            try:
                await asyncio.wait({running})
            finally:
                self._running = None
                self._publish(replace(self.state, progress=""))
            if running.cancelled():
                report = self._cancelled(queries)
            elif (error := running.exception()) is not None:
                for query in queries:
                    text = error.text if isinstance(error, StoreError) else BUG_TEXT
                    self._services.events.on_fetch_ended(FetchOutcome(query, days, None, text))
                raise error
            else:
                report = running.result()
                self._end(report, is_daily=is_daily)
            for outcome in report.outcomes:
                self._services.events.on_fetch_ended(outcome)
        self._controller.start()  # shows what was stored
        self.look()
        return report

    def _own_fetcher(self) -> StatementFetcher:
        if self._fetcher is None:
            self._fetcher = self._services.make_fetcher()
        return self._fetcher

    def _on_progress(self, progress: FetchProgress) -> None:
        if progress.number != self._window_number:
            if self._window_number:
                self._controller.start()  # the statement before has been stored
            self._window_number = progress.number
        if self._running is not None and not self._running.cancelling():
            self._publish(replace(self.state, progress=progress.text))

    def _end(self, report: FetchReport, *, is_daily: bool) -> None:
        """What a daily fetch tries again automatically is no error that the user must see."""
        problem: str = joined(report.errors)
        kinds = [made.kind for made in report.outcomes if not made.is_success]
        if is_daily and all(kind in NOT_SHOWN_DAILY for kind in kinds):
            problem = self.state.problem if kinds else ""
        last = LastFetch(
            report.started_at,
            SUCCESSFUL if report.is_success else FAILED,
            "gain" if report.is_success else "loss",
        )
        result = result_text(report, self.formats)
        self._publish(replace(self.state, last=last, result=result, problem=problem))

    def _fail(self, problem: str) -> None:
        last = LastFetch(self.now(), FAILED, "loss")
        self._publish(replace(self.state, progress="", last=last, result="", problem=problem))

    def _cancelled(self, queries: Sequence[FlexQuery]) -> FetchReport:
        """The daily fetch takes it for an answer, and tries again tomorrow."""
        now = self.now()
        last = LastFetch(now, message("Cancelled"), "warning")
        self._publish(replace(self.state, last=last, result=CANCELLED, problem=""))
        outcomes = [FetchOutcome(query, None, None, CANCELLED) for query in queries]
        return FetchReport(now, tuple(outcomes))

    async def _read_times(self) -> FetchingState:
        """Only the times in it are of use."""
        states = [
            await self._services.store.fetched(query.title) for query in self.settings.flex_queries
        ]
        times = [state.fetched_at for state in states if state.fetched_at is not None]
        last = LastFetch(max(times), SUCCESSFUL, "gain") if times else None
        return FetchingState(last=last, next_at=await self._daily.next_at())

    def _publish(self, state: FetchingState) -> None:
        if not self._tasks.is_over:
            self.state = state
            self.state_changed.emit(state)
