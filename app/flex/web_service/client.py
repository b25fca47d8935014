"""The Flex Web Service, version 3: asks for a statement, waits until it is made, downloads it.

Source: interactivebrokers.com/campus/ibkr-api-page/flex-web-service. A download goes into a
private temporary file, which is deleted when its reader has ended.
"""

import asyncio
import logging
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import IO, TypeVar

from app.domain.fetching.failures import FailureKind, StatementServiceError
from app.domain.fetching.plan import DayRange
from app.domain.fetching.report import FetchStep, ServiceProgress
from app.domain.text.messages import joined, message
from app.domain.text.redaction import Secret
from app.domain.text.system_errors import system_reason
from app.flex.web_service.answer import AnswerReader, refused
from app.flex.web_service.error_codes import TOMORROW, error_of
from app.flex.web_service.http_request import HttpRequest, ServiceLimits
from app.flex.web_service.retries import RequestPace, RetryWaits, Sleep

log = logging.getLogger(__name__)

T = TypeVar("T")

PATH = "AccountManagement/FlexWebService"
IBKR = f"https://ndcdyn.interactivebrokers.com/{PATH}"
OTHER_SERVERS = {IBKR: (f"https://gdcdyn.interactivebrokers.com/{PATH}",)}
VERSION = "3"
LONGEST_REFERENCE = 64
ASKING = ServiceProgress(FetchStep.ASKING)
GIVEN_UP = joined((message("This was tried for ten minutes."), TOMORROW))
ELSEWHERE = message(
    "IBKR's Flex Web Service named another address for the statement, where the token was not sent."
)
NO_REFERENCE = message("IBKR's Flex Web Service gave no reference to the statement.")
NO_STATEMENT = message("IBKR's Flex Web Service gave neither a statement nor an error.")

DEFAULT_LIMITS = ServiceLimits()
OnProgress = Callable[[ServiceProgress], object]


class FlexWebService:
    """Requests to the service, at most one a second and ten a minute.

    Args:
        base: the address of the service; only it, and for IBKR's its second server, gets a token.
        sleep, clock: how it waits, in seconds.
    """

    def __init__(
        self,
        base: str = IBKR,
        *,
        limits: ServiceLimits = DEFAULT_LIMITS,
        sleep: Sleep = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._base = base
        self._limits = limits
        self._sleep = sleep
        self._pace = RequestPace(clock, sleep)
        servers = (base, *OTHER_SERVERS.get(base, ()))
        self._statement_urls = frozenset(f"{server}/GetStatement" for server in servers)

    @asynccontextmanager
    async def statement(
        self,
        token: Secret,
        query_id: str,
        days: DayRange | None,
        on_progress: OnProgress,
        *,
        name: str = "statement",
    ) -> AsyncIterator[Path]:
        """The statement as a file, which exists inside the block.

        Args:
            days: None for the query's own period.
            on_progress: called on the loop's thread.
            name: of the file, without its ending.

        Raises:
            StatementServiceError: there is none.
        """
        waits = RetryWaits()
        url, reference = await self._retried(
            lambda: self._request(token, query_id, days), waits, on_progress
        )
        folder = Path(tempfile.mkdtemp(prefix="position-sync-"))  # mode 0700
        try:
            file = folder / f"{name}.xml"
            await self._retried(
                lambda: self._download(url, token, reference, file, on_progress), waits, on_progress
            )
            yield file
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    async def _retried(
        self, attempt: Callable[[], Awaitable[T]], waits: RetryWaits, on_progress: OnProgress
    ) -> T:
        has_waited = False
        while True:
            on_progress(ASKING)
            await self._pace.wait_for_turn()
            try:
                return await attempt()
            except StatementServiceError as error:
                log.info("the Flex Web Service gave no statement: %s (%s)", error.kind, error.code)
                wait_s = waits.after(error.kind)
                if wait_s is None:
                    if has_waited:
                        raise given_up(error) from None
                    raise
                on_progress(ServiceProgress(FetchStep.WAITING, error.cause, wait_s))
                await self._sleep(wait_s)
                has_waited = True

    async def _request(
        self, token: Secret, query_id: str, days: DayRange | None
    ) -> tuple[str, str]:
        """The address of the statement, and IBKR's reference to it."""
        parameters = {"t": token.text, "q": query_id, "v": VERSION}
        if days is not None:
            parameters |= {"fd": f"{days.first:%Y%m%d}", "td": f"{days.last:%Y%m%d}"}
        answer = await HttpRequest(f"{self._base}/SendRequest", parameters, self._limits).answer()
        refuse_error(answer, token)
        reference = answer.fields.get("referencecode", "").strip()
        if not (reference.isascii() and reference.isalnum()) or len(reference) > LONGEST_REFERENCE:
            raise refused(NO_REFERENCE)
        url = answer.fields.get("url", "").strip()
        if url not in self._statement_urls:
            raise refused(ELSEWHERE)
        return url, reference

    async def _download(
        self, url: str, token: Secret, reference: str, file: Path, on_progress: OnProgress
    ) -> None:
        loop = asyncio.get_running_loop()
        report = DownloadReporter(loop, on_progress)
        with file.open("wb") as stream:
            request = HttpRequest(
                url,
                {"t": token.text, "q": reference, "v": VERSION},
                self._limits,
                write=WriteWhileOpen(stream),
                on_received=report,
            )
            answer = await request.answer()
        refuse_error(answer, token)
        if not answer.is_statement:
            raise refused(NO_STATEMENT)


class WriteWhileOpen:
    """Writes on the request's thread, which a cancelled download does not wait for."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    def __call__(self, block: bytes) -> None:
        if self._stream.closed:
            return
        try:
            self._stream.write(block)
        except OSError as error:
            text = message(
                "The statement cannot be stored in the temporary folder ({reason}). Free some "
                "space there.",
                reason=system_reason(error),
            )
            raise StatementServiceError(text, FailureKind.ANSWER) from None


class DownloadReporter:
    """Reports a download on the loop's thread, once each megabyte."""

    EACH = 1_000_000

    def __init__(self, loop: asyncio.AbstractEventLoop, on_progress: OnProgress) -> None:
        self._loop = loop
        self._on_progress = on_progress
        self._due = self.EACH

    def __call__(self, received: int) -> None:
        """Runs on the request's thread."""
        if received >= self._due:
            self._due = received + self.EACH
            progress = ServiceProgress(FetchStep.DOWNLOADING, received=received)
            self._loop.call_soon_threadsafe(self._on_progress, progress)


def refuse_error(answer: AnswerReader, token: Secret) -> None:
    """Raises: StatementServiceError: the answer has an error code, whatever else it says."""
    code = answer.fields.get("errorcode", "").strip()
    if code:
        number = int(code) if code.isascii() and code.isdecimal() and len(code) <= 9 else 0
        raise error_of(number, answer.fields.get("errormessage", ""), token)


def given_up(error: StatementServiceError) -> StatementServiceError:
    """The error after the last of its retries."""
    if error.kind is not FailureKind.AGAIN:
        return error
    return StatementServiceError(error.cause, error.kind, error.code, step=GIVEN_UP)
