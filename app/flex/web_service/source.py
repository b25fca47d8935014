"""The `StatementSource` port over IBKR's Flex Web Service: a query of the settings, its token."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from app.domain.fetching.failures import FailureKind, StatementServiceError
from app.domain.fetching.plan import DayRange
from app.domain.fetching.queries import DEFAULT_TOKEN, NEW_TOKEN, FlexQuery
from app.domain.fetching.report import ServiceProgress
from app.domain.text.redaction import Secret
from app.flex.web_service.client import FlexWebService

NO_TOKEN = "No Flex token{name} is stored. {step}"

ReadToken = Callable[[str], Awaitable[Secret | None]]  # a token's name -> the token


class FlexStatementSource:
    """Fetches statements of the user's queries.

    Args:
        read_token: raises CredentialsError if it cannot be read.
    """

    def __init__(self, service: FlexWebService, read_token: ReadToken) -> None:
        self._service = service
        self._read_token = read_token

    @asynccontextmanager
    async def statement(
        self,
        query: FlexQuery,
        days: DayRange | None,
        on_progress: Callable[[ServiceProgress], object],
    ) -> AsyncIterator[Path]:
        token = await self._read_token(query.token)
        if token is None:
            name = "" if query.token == DEFAULT_TOKEN else f" {query.token}"
            text = NO_TOKEN.format(name=name, step=NEW_TOKEN)
            raise StatementServiceError(text, FailureKind.USER)
        async with self._service.statement(
            token, query.query_id, days, on_progress, name=query.name
        ) as file:
            yield file
