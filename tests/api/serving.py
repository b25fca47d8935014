"""The HTTP API in the test's process, on a real store and a simulated TWS, and clients for it."""

import asyncio
import random
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from app.api.api_token import ApiToken
from app.api.server import ApiServer
from app.api.sources import ApiSources
from app.broker.simulator.market.market import Market
from app.broker.simulator.server.server import SimulatedTws
from app.broker.tws_broker import Endpoint, TwsBroker
from app.contract.feed import EventFeed
from app.domain.model.runs import Report, Request, Trigger
from app.flex.reader import read_statement
from app.store.store import SqliteStore
from app.sync.service import SyncService
from tests.broker.broker_client import CLIENT_ID, FAST
from tests.broker.simulated import demo_market

SYNC = "/api/sync/positions"
LISTS = ("/api/positions", "/api/closes", "/api/runs")


@dataclass
class Served:
    """A running API and what is behind it."""

    tws: SimulatedTws
    broker: TwsBroker
    store: SqliteStore
    service: SyncService
    feed: EventFeed
    token: ApiToken
    server: ApiServer
    port: int = 0
    asked: list[Request] = field(default_factory=list)

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token.text()}"}

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def client(self, **options: Any) -> httpx.AsyncClient:
        options = {
            "headers": self.headers,
            "timeout": 60.0,
            "trust_env": False,
            "verify": False,
        } | options
        return httpx.AsyncClient(base_url=self.base, **options)

    async def get(self, path: str, **options: Any) -> httpx.Response:
        async with self.client() as client:
            return await client.get(path, **options)

    async def post(self, path: str = SYNC, **options: Any) -> httpx.Response:
        async with self.client() as client:
            return await client.post(path, **options)

    async def sync(self, trigger: Trigger = Trigger.CLI) -> Report:
        """Without the API."""
        return await self.service.run(Request(trigger=trigger))

    async def raw(self, sent: bytes) -> bytes:
        """Sends these bytes, and reads all until the server closes the connection."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            writer.write(sent)
            return await reader.read()
        except ConnectionError:
            return b""
        finally:
            writer.close()

    def head(self, start: str = "GET /api/sync/status", *lines: str, close: bool = True) -> bytes:
        """A request's headers, with the right token and host."""
        own = [f"{start} HTTP/1.1", f"Host: 127.0.0.1:{self.port}"]
        own += [f"Authorization: {self.headers['Authorization']}", *lines]
        return "\r\n".join([*own, *(["Connection: close"] if close else []), "", ""]).encode()


@asynccontextmanager
async def served(folder: Path, market: Market | None = None) -> AsyncIterator[Served]:
    tws = SimulatedTws(market or demo_market(), master_id=CLIENT_ID)
    await tws.start()
    store = SqliteStore(folder / "positions.sqlite")
    await store.open()
    broker = TwsBroker(
        Endpoint(tws.host, tws.port, CLIENT_ID, 5.0), timing=FAST, rng=random.Random(1)
    )
    service, feed = SyncService(broker, store, read_statement), EventFeed()
    asked: list[Request] = []

    async def sync(request: Request) -> Report:
        asked.append(request)
        return await service.run(request)

    token = ApiToken(folder / "api-token")
    sources = ApiSources(store, broker, feed, sync, folder / "positions.sqlite", is_demo=False)
    made = Served(tws, broker, store, service, feed, token, ApiServer(sources, token), asked=asked)
    service.watch_runs(feed.on_started, feed.on_ended)
    broker.watch_connection(feed.on_connection)
    made.port = await made.server.start(0)
    try:
        yield made
    finally:
        await made.server.stop()
        await broker.close()
        await store.close()
        await tws.stop()


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
