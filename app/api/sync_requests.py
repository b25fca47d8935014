"""Syncs that are asked for by HTTP: shared, ended in order, and answered with the right status."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

from starlette.responses import Response

from app.api.answers import error_answer, json_answer
from app.contract.events import held_rows
from app.contract.json_rows import sync_row
from app.domain.model.errors import AppError, BrokerError, StaleSnapshotError
from app.domain.model.runs import Report, Request, RunStatus, Statistics

OK, CONFLICT, BUG, UNAVAILABLE = 200, 409, 500, 503
# Another try may succeed after these; after others something must be changed first.
PASSING = (BrokerError, StaleSnapshotError)
CANCELLED = "The sync was cancelled; nothing was changed. Send the request again to sync."
HELD = (
    "{error} Nothing was written. If they really are closed, choose 'Mark as closed here' in the "
    "window, or run `position-sync sync --allow-mass-close`."
)


class SyncRequests:
    """The syncs that programs wait for.

    Args:
        sync: runs a sync, or shares one that is in progress.
        statistics: after it.
    """

    def __init__(
        self,
        sync: Callable[[Request], Awaitable[Report]],
        statistics: Callable[[], Awaitable[Statistics]],
    ) -> None:
        self._sync = sync
        self._statistics = statistics
        self._running: dict[Request, asyncio.Task[tuple[Report, Statistics | None]]] = {}

    async def answer(self, request: Request) -> Response:
        """Runs the sync, or shares the same one that another program has asked for."""
        task = self._running.get(request)
        if task is None:
            task = asyncio.get_running_loop().create_task(self._run(request), name="sync by API")
            self._running[request] = task
            task.add_done_callback(lambda _: self._running.pop(request, None))
        await asyncio.wait({task})
        if task.cancelled():
            return error_answer(CANCELLED, UNAVAILABLE)
        return answer_to(*task.result())

    async def close(self) -> None:
        """Cancels them; a write that has begun completes."""
        tasks = list(self._running.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _run(self, request: Request) -> tuple[Report, Statistics | None]:
        report = await self._sync(request)
        with contextlib.suppress(AppError):  # it does not change the result of the sync
            return report, await self._statistics()
        return report, None


def answer_to(report: Report, statistics: Statistics | None) -> Response:
    """The JSON of `sync --json`; if it did not succeed, `detail` says why."""
    row, error = sync_row(report, statistics), report.run.error or ""
    match report.run.status:
        case RunStatus.SUCCESS:
            return json_answer(row, OK)
        case RunStatus.HELD:
            held = {"held": held_rows(report.held)}
            return error_answer(HELD.format(error=error), CONFLICT, **row | held)
        case _:
            status = UNAVAILABLE if isinstance(report.failure, PASSING) else BUG
            return error_answer(error, status, **row)
