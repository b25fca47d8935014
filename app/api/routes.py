"""The addresses of the API, and what each answers."""

import os
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from functools import partial

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.routing import Route

from app.api.answers import BUG, ListAnswers, error_answer, json_answer
from app.api.docs_page import docs_answer
from app.api.event_streams import EventStreams
from app.api.openapi import openapi_document
from app.api.sources import ApiSources, UnknownAccountError, named_account
from app.api.sync_requests import SyncRequests
from app.contract.json_rows import (
    close_row,
    position_row,
    run_row,
    run_with_changes_row,
    status_row,
)
from app.contract.json_text import list_pieces
from app.contract.portfolio_rows import portfolio_row
from app.domain.desktop.app_state import LinkStatus
from app.domain.model.clock import utc_now
from app.domain.model.errors import AppError
from app.domain.model.runs import ALL_ACCOUNTS, Request, Trigger
from app.platform.listener_lock import callbacks_registered

Endpoint = Callable[[HttpRequest], Awaitable[Response]]

BOOLEANS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
MAX_RUN = 18  # digits; fits into a number of SQLite
NOWHERE = "There is nothing at this address. /api/docs lists what there is."


class BadRequestError(AppError):
    """A parameter is unknown or has a value that cannot be used."""


class Endpoints:
    """What each address answers."""

    def __init__(self, sources: ApiSources, streams: EventStreams) -> None:
        self._sources = sources
        self._streams = streams
        self._lists = ListAnswers(sources.store.revision)
        self._syncs = SyncRequests(sources.sync, sources.store.statistics)

    async def close(self) -> None:
        """Ends what programs wait for; a write that has begun completes."""
        self._streams.close()
        await self._syncs.close()
        await self._lists.close()

    async def sync(self, request: HttpRequest) -> Response:
        given = parameters(request, "account_id", "calculate_realized_pnl")
        wanted = Request(
            trigger=Trigger.API,
            account_id=await self._account(given) or ALL_ACCOUNTS,
            calculate_pnl=boolean(given, "calculate_realized_pnl", default=True),
        )
        return await self._syncs.answer(wanted)

    async def status(self, request: HttpRequest) -> Response:
        parameters(request)
        sources = self._sources
        link = sources.broker.connection.link
        answers = link in (LinkStatus.CONNECTED, LinkStatus.STALE)  # TWS does, with IBKR or without
        row = status_row(
            await sources.store.statistics(),
            enabled=os.access(sources.database, os.W_OK),
            ibkr_connected=answers and not sources.is_demo,
            callbacks_registered=callbacks_registered(sources.database),
            now=utc_now(),
        )
        return json_answer(row)

    async def positions(self, request: HttpRequest) -> Response:
        given = parameters(request, "account_id", "closed")
        account = await self._account(given)
        closed = boolean(given, "closed", default=False)
        read = partial(self._sources.store.positions, account, closed=closed)
        question = f"positions {account} {closed}"
        return await self._lists.answer(question, read, rows_of(position_row))

    async def closes(self, request: HttpRequest) -> Response:
        account = await self._account(parameters(request, "account_id"))
        read = partial(self._sources.store.closes, account)
        return await self._lists.answer(f"closes {account}", read, rows_of(close_row))

    async def runs(self, request: HttpRequest) -> Response:
        parameters(request)
        return await self._lists.answer("runs", self._sources.store.runs, rows_of(run_row))

    async def run(self, request: HttpRequest) -> Response:
        parameters(request)
        given = request.path_params["run_id"]
        is_number = given.isascii() and given.isdigit() and len(given) <= MAX_RUN
        found = await self._sources.store.run(int(given)) if is_number else None
        if found is None:
            return error_answer(f"There is no run {given[:20]!r}. /api/runs lists them.", 404)
        return json_answer(run_with_changes_row(*found))

    async def portfolio(self, request: HttpRequest) -> Response:
        parameters(request)
        return json_answer(portfolio_row(await self._sources.store.view()))

    async def events(self, request: HttpRequest) -> Response:
        parameters(request)
        return self._streams.answer()

    async def openapi(self, request: HttpRequest) -> Response:
        parameters(request)
        return json_answer(openapi_document())

    async def docs(self, request: HttpRequest) -> Response:
        return docs_answer(openapi_document(), f"http://{request.headers['host']}")

    async def _account(self, given: Mapping[str, str]) -> str | None:
        """The account that the request means; None for all."""
        account = await named_account(self._sources, given.get("account_id", ALL_ACCOUNTS))
        return None if account == ALL_ACCOUNTS else account


def make_app(endpoints: Endpoints) -> Starlette:
    routes = [
        route("/api/sync/positions", endpoints.sync, "POST"),
        route("/api/sync/status", endpoints.status),
        route("/api/positions", endpoints.positions),
        route("/api/closes", endpoints.closes),
        route("/api/runs", endpoints.runs),
        route("/api/runs/{run_id}", endpoints.run),
        route("/api/portfolio", endpoints.portfolio),
        route("/api/events", endpoints.events),
        route("/api/openapi.json", endpoints.openapi),
        route("/api/docs", endpoints.docs),
    ]
    app = Starlette(
        routes=routes,
        exception_handlers={
            HTTPException: on_http_error,
            BadRequestError: partial(on_error, 422),
            UnknownAccountError: partial(on_error, 404),
            AppError: partial(on_error, 500),
            Exception: on_bug,
        },
    )
    app.router.redirect_slashes = False
    return app


def route(path: str, endpoint: Endpoint, method: str = "GET") -> Route:
    made = Route(path, endpoint, methods=[method])
    made.methods = {method}  # Starlette adds HEAD
    return made


async def on_http_error(request: HttpRequest, error: Exception) -> Response:
    """No such address, or not with this method."""
    assert isinstance(error, HTTPException)
    headers = dict(error.headers or {})
    if error.status_code == 405:
        text = f"{request.method} is not possible at this address; use {headers.get('Allow')}."
        return error_answer(text, 405, headers)
    return error_answer(NOWHERE, error.status_code, headers)


async def on_error(status: int, _: HttpRequest, error: Exception) -> Response:
    return error_answer(str(error), status)


async def on_bug(_: HttpRequest, __: Exception) -> Response:
    """Starlette raises it again after this answer, and the gate logs it."""
    return error_answer(BUG, 500)


def parameters(request: HttpRequest, *names: str) -> dict[str, str]:
    """Name -> value; an unknown name is refused, because a misspelt one would be ignored.

    Raises:
        BadRequestError: a parameter is unknown, or there twice.
    """
    given = request.query_params.multi_items()
    for name, _ in given:
        if name not in names:
            possible = f"Possible: {', '.join(names)}." if names else "There are none here."
            raise BadRequestError(f"{name[:40]!r} is not a parameter of this address. {possible}")
    if len(dict(given)) != len(given):
        raise BadRequestError("A parameter is there twice. Give each one once.")
    return dict(given)


def boolean(given: Mapping[str, str], name: str, *, default: bool) -> bool:
    """Raises: BadRequestError: it is neither true nor false."""
    text = given.get(name)
    if text is None:
        return default
    if text.lower() not in BOOLEANS:
        raise BadRequestError(f"{name} is {text[:40]!r}, but it must be true or false.")
    return BOOLEANS[text.lower()]


def rows_of(row: Callable[..., object]) -> Callable[[Iterable[object]], Iterator[str]]:
    """Writes stored values as a list of such rows."""
    return lambda stored: list_pieces(map(row, stored))
