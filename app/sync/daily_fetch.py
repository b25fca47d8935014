"""Fetches statements automatically: once after each nightly reset, and for new estimates."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

from app.domain.connection.maintenance_windows import (
    Region,
    last_nightly_reset_end,
    next_nightly_reset_end,
)
from app.domain.fetching.failures import FailureKind
from app.domain.fetching.plan import is_due
from app.domain.fetching.queries import FlexQuery
from app.domain.fetching.report import FetchOutcome, FetchReport
from app.domain.model.clock import utc_now
from app.domain.model.errors import StoreError
from app.ports import Store

log = logging.getLogger(__name__)

# The clock is looked at again after this long: it may have been set, or the computer was asleep.
SLICE_S = 60.0
SOON = timedelta(hours=1)
AFTER_FAILURE = timedelta(hours=20)  # "tomorrow", and not later than the next reset's report


class DailyFetch:
    """Looks every minute whether a query is due, and has all that are due fetched.

    What was fetched stands in the database, so a restart fetches nothing twice.

    Args:
        fetch: `StatementFetcher.fetch_daily`, or what shows its progress as well.
        queries: those of the settings, now.
        region: of the user's IBKR servers.
        sleep: waits for some seconds.
    """

    def __init__(
        self,
        fetch: Callable[[Sequence[FlexQuery]], Awaitable[FetchReport]],
        store: Store,
        queries: Callable[[], Sequence[FlexQuery]],
        region: Region,
        *,
        clock: Callable[[], datetime] = utc_now,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._fetch = fetch
        self._store = store
        self._queries = queries
        self._region = region
        self._clock = clock
        self._sleep = sleep
        self._not_before: dict[FlexQuery, datetime] = {}  # after a failure

    async def run_forever(self) -> None:
        """Fetches until it is cancelled."""
        while True:
            await self.fetch_due()
            await self._sleep(SLICE_S)

    async def fetch_due(self) -> FetchReport | None:
        """Fetches what is due now; None if nothing is, or the database cannot be read now."""
        try:
            due = [query for query in self._queries() if await self._is_due(query)]
            if not due:
                return None
            report = await self._fetch(due)
        except StoreError as error:
            log.info("no statement is fetched, since the database cannot be read: %s", error.kept)
            return None
        for outcome in report.outcomes:
            self._remember(outcome)
        return report

    async def next_at(self) -> datetime | None:
        """When the next fetch is due, UTC; not before now, None without any query.

        Raises:
            StoreError: the database cannot be read.
        """
        now = self._clock()
        reset_ended_at = last_nightly_reset_end(now, self._region)
        times: list[datetime] = []
        for query in self._queries():
            if not query.enabled:
                continue
            state = await self._store.fetched(query.title)
            if is_due(state, query.kind, reset_ended_at, now):
                times.append(max(now, self._not_before.get(query, now)))
            else:
                times.append(next_nightly_reset_end(now, self._region))
        return min(times, default=None)

    async def _is_due(self, query: FlexQuery) -> bool:
        now = self._clock()
        if not query.enabled or now < self._not_before.get(query, now):
            return False
        state = await self._store.fetched(query.title)
        return is_due(state, query.kind, last_nightly_reset_end(now, self._region), now)

    def _remember(self, outcome: FetchOutcome) -> None:
        """Without a network it is tried again within the hour, otherwise tomorrow.

        That IBKR has no data is an answer that leaves no run, so it is remembered like a failure.
        """
        if outcome.error is None:
            self._not_before.pop(outcome.query, None)
            return
        is_network = outcome.kind is FailureKind.UNREACHABLE
        self._not_before[outcome.query] = self._clock() + (SOON if is_network else AFTER_FAILURE)
