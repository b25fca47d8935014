"""The `StatementSource` port over IBKR's Flex Web Service: a query of the settings, its token."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from app.domain.fetching.failures import FailureKind, StatementServiceError
from app.domain.fetching.plan import DayRange
from app.domain.fetching.queries import DEFAULT_TOKEN, NEW_TOKEN, FlexQuery
from app.domain.fetching.report import ServiceProgress
from app.domain.text.messages import message
from app.domain.text.redaction import Secret
from app.flex.web_service.client import FlexWebService

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
            if query.token == DEFAULT_TOKEN:
                text = message("No Flex token is saved.")
            else:
                text = message("No Flex token {name} is saved.", name=query.token)
            raise StatementServiceError(text, FailureKind.USER, step=NEW_TOKEN)
        async with self._service.statement(
            token, query.query_id, days, on_progress, name=query.name
        ) as file:
            yield file
