"""Fetches Flex statements, and has each stored before the next one is asked for."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from app.domain.fetching.failures import CredentialsError, FailureKind, StatementServiceError
from app.domain.fetching.plan import DayRange, daily_days, reaches_now, windows
from app.domain.fetching.queries import FlexQuery
from app.domain.fetching.report import (
    FetchOutcome,
    FetchProgress,
    FetchReport,
    FetchStep,
    QueryCheck,
    ServiceProgress,
)
from app.domain.model.clock import utc_now
from app.domain.model.runs import RunStatus
from app.domain.model.statements import Statement
from app.domain.text.messages import message
from app.ports import StatementSource, Store
from app.sync.service import NoteSource, SyncService

log = logging.getLogger(__name__)

OnFetchProgress = Callable[[FetchProgress], object]


def ignore_progress(_progress: FetchProgress) -> None:
    """For those who do not show it."""


@dataclass(frozen=True, slots=True)
class FetchWindow:
    """One statement to fetch.

    Attributes:
        days: None for the query's own period.
        continues: it goes on where the last fetch ended, so that later ones need not begin earlier.
    """

    query: FlexQuery
    days: DayRange | None
    continues: bool


class StatementFetcher:
    """One fetch at a time. Syncs go on meanwhile, except while a statement is stored.

    A cancelled fetch keeps the windows that were stored.
    """

    def __init__(
        self,
        source: StatementSource,
        service: SyncService,
        store: Store,
        check_query: Callable[[Path], QueryCheck],
        *,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._source = source
        self._service = service
        self._store = store
        self._check_query = check_query
        self._clock = clock
        self._lock = asyncio.Lock()
        # query -> the failure that was recorded last, so that retries do not fill the history
        self._recorded: dict[FlexQuery, str] = {}

    @property
    def is_fetching(self) -> bool:
        return self._lock.locked()

    async def fetch(
        self,
        queries: Sequence[FlexQuery],
        days: DayRange | None = None,
        on_progress: OnFetchProgress = ignore_progress,
    ) -> FetchReport:
        """Fetches now. Expected failures are in the report, and in the history.

        Args:
            days: in windows of at most 365 days, the oldest first; None for those since each
                query's last fetch, the first time for its own period.

        Raises:
            StoreError: the database cannot be read.
        """
        return await self._fetch(await self._windows(queries, days), on_progress)

    async def fetch_daily(
        self, queries: Sequence[FlexQuery], on_progress: OnFetchProgress = ignore_progress
    ) -> FetchReport:
        """Fetches what is new since each query's last fetch; the same failure is recorded once.

        Raises:
            StoreError: the database cannot be read.
        """
        return await self._fetch(await self._windows(queries, None), on_progress, is_retry=True)

    async def check(
        self, query: FlexQuery, on_progress: Callable[[ServiceProgress], object]
    ) -> QueryCheck:
        """Fetches the query's own period once, stores nothing, and says which boxes are missing.

        Raises:
            StatementServiceError: IBKR gave no statement.
            CredentialsError: the token cannot be read.
            StatementError: the file cannot be read.
        """
        async with self._lock, self._source.statement(query, None, on_progress) as file:
            return await asyncio.to_thread(self._check_query, file)

    async def _windows(
        self, queries: Sequence[FlexQuery], days: DayRange | None
    ) -> list[FetchWindow]:
        wanted: list[FetchWindow] = []
        for query in queries:
            state = await self._store.fetched(query.title)
            since = daily_days(state, query.kind, self._clock())
            asked = days or since
            parts = (None,) if asked is None else tuple(windows(asked))
            continues = since is None or (asked is not None and asked.first <= since.first)
            wanted += [FetchWindow(query, part, continues) for part in parts]
        return wanted

    async def _fetch(
        self, wanted: Sequence[FetchWindow], on_progress: OnFetchProgress, *, is_retry: bool = False
    ) -> FetchReport:
        """After a failure, the query's later windows are left out: nothing may be passed over."""
        outcomes: list[FetchOutcome] = []
        async with self._lock:
            started_at = self._clock()
            failed: set[FlexQuery] = set()
            for number, window in enumerate(wanted, 1):
                if window.query in failed:
                    continue

                def show(
                    progress: ServiceProgress, window: FetchWindow = window, number: int = number
                ) -> None:
                    on_progress(
                        FetchProgress(window.query, window.days, number, len(wanted), progress)
                    )

                outcome = await self._fetch_window(window, show, is_retry=is_retry)
                outcomes.append(outcome)
                if outcome.is_success:
                    self._recorded.pop(window.query, None)
                else:
                    failed.add(window.query)
        return FetchReport(started_at, tuple(outcomes))

    async def _fetch_window(
        self,
        window: FetchWindow,
        show: Callable[[ServiceProgress], object],
        *,
        is_retry: bool,
    ) -> FetchOutcome:
        query, days = window.query, window.days
        started_at = self._clock()
        try:
            async with self._source.statement(query, days, show) as file:
                show(ServiceProgress(FetchStep.STORING))
                report = await self._service.import_statement(file, self._note_source(window))
        except (StatementServiceError, CredentialsError) as error:
            return await self._failed(window, error, started_at, is_retry=is_retry)
        error_text = report.run.error if report.run.status is RunStatus.ERROR else None
        return FetchOutcome(query, days, report, error_text)

    def _note_source(self, window: FetchWindow) -> NoteSource:
        """The note begins with the query's title; the next fetch reads there what this one was."""
        query = window.query

        def source(statement: Statement) -> str:
            is_current = reaches_now(statement.to_date, query.kind, self._clock())
            if window.continues and is_current:
                # Translators: begins a sentence about an import, as the next one does
                return message("{query}:", query=query.title)
            return message("{query}, history:", query=query.title)

        return source

    async def _failed(
        self,
        window: FetchWindow,
        error: StatementServiceError | CredentialsError,
        started_at: datetime,
        *,
        is_retry: bool,
    ) -> FetchOutcome:
        text, query = error.text, window.query
        kind = error.kind if isinstance(error, StatementServiceError) else None
        code = error.code if isinstance(error, StatementServiceError) else None
        report = None
        is_known = is_retry and self._recorded.get(query) == text
        if kind is not FailureKind.NO_DATA and not is_known:
            self._recorded[query] = text
            note = message("{query}.", query=query.title)
            if window.days is not None:
                # Translators: a query and the days that it was asked for
                note = message("{query}, {days}.", query=query.title, days=window.days.text)
            report = await self._service.record_failed_fetch(error, note, started_at)
        return FetchOutcome(query, window.days, report, text, kind, code)
