"""What the tests of the simulated TWS share: a small scenario, servers and clients that end."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from app.broker.simulator.market.market import Market
from app.broker.simulator.scenario.files import load_scenario
from app.broker.simulator.scenario.state import (
    InitialPosition,
    ListedInstrument,
    Scenario,
    SimulatedAccount,
)
from app.broker.simulator.server.server import SimulatedTws
from app.domain.model.instruments import Instrument

if TYPE_CHECKING:
    from ib_insync import IB

D = Decimal
DEMO = Path(__file__).parents[3] / "resources" / "demo-scenario.json"
NOON = datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)
TIMEOUT_S = 10

AAPL = Instrument(265598, "AAPL", "STK", "USD", "NASDAQ", local_symbol="AAPL", trading_class="NMS")
ASML = Instrument(117589399, "ASML", "STK", "EUR", "AEB", local_symbol="ASML")
CALL = Instrument(
    725611931, "AAPL", "OPT", "USD", "SMART", D(100), "20261218", D(200), "C", "AAPL 261218C200"
)
ES = Instrument(649180671, "ES", "FUT", "USD", "CME", D(50), "20261218", local_symbol="ESZ6")
BTC = Instrument(479624278, "BTC", "CRYPTO", "USD", "PAXOS", local_symbol="BTC.USD")


def small_scenario(*positions: InitialPosition) -> Scenario:
    """One account in USD with cash in two currencies, five instruments, and these holdings."""
    prices = {AAPL: D(200), ASML: D(900), CALL: D("7.5"), ES: D(6800), BTC: D(100_000)}
    return Scenario(
        accounts=(SimulatedAccount("DU1", "USD", (("USD", D(100_000)), ("EUR", D(5_000)))),),
        listings=tuple(
            ListedInstrument(instrument, p, close=p) for instrument, p in prices.items()
        ),
        rates=(("USD", D(1)), ("EUR", D("1.25"))),
        positions=positions,
    )


def market(*positions: InitialPosition, seed: int = 1) -> Market:
    return Market(small_scenario(*positions), seed=seed, clock=lambda: NOON)


def traded_market() -> Market:
    """A market with one fill."""
    m = market()
    m.trade("DU1", AAPL.con_id, D(1))
    return m


def demo_market(seed: int = 1) -> Market:
    return Market(load_scenario(DEMO), seed=seed, clock=lambda: NOON)


@asynccontextmanager
async def serving(source: Market | None = None) -> AsyncIterator[SimulatedTws]:
    """A simulated TWS on a free port; of the demo's market if none is given."""
    tws = SimulatedTws(source or demo_market())
    await tws.start()
    try:
        yield tws
    finally:
        await tws.stop()


@asynccontextmanager
async def connected(
    tws: SimulatedTws,
    client_id: int = 7,
    *,
    readonly: bool = True,
    timeout: float = TIMEOUT_S,
    newest: int = 176,
) -> AsyncIterator[IB]:
    """A real ib_insync client, as users of the library connect it; `newest` limits its version."""
    from ib_insync import IB  # takes the event loop at import

    ib = IB()
    ib.RaiseRequestErrors = True
    ib.client.MaxClientVersion = newest
    await ib.connectAsync(tws.host, tws.port, client_id, timeout=timeout, readonly=readonly)
    try:
        yield ib
    finally:
        ib.disconnect()


async def settled(ib: IB) -> None:
    """Returns when the client has handled everything that the server has sent so far."""
    await asyncio.wait_for(ib.reqCurrentTimeAsync(), TIMEOUT_S)


class RawClient:
    """Sends raw bytes, such as no library would send."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self.writer = writer

    def send(self, *fields: str) -> None:
        body = "".join(f"{field}\0" for field in fields).encode()
        self.writer.write(struct.pack(">I", len(body)) + body)

    def greet(self, versions: str = "v157..176") -> None:
        self.writer.write(b"API\0" + struct.pack(">I", len(versions)) + versions.encode())

    async def read(self) -> tuple[str, ...]:
        size = struct.unpack(">I", await self._await(4))[0]
        return tuple((await self._await(size)).decode().removesuffix("\0").split("\0"))

    async def read_until(self, number: int) -> list[tuple[str, ...]]:
        """The messages up to the first of this number, it included."""
        messages = [await self.read()]
        while messages[-1][0] != str(number):
            messages.append(await self.read())
        return messages

    async def read_to_end(self) -> bytes:
        """All that comes until the server closes the connection."""
        return await asyncio.wait_for(self._reader.read(), TIMEOUT_S)

    async def _await(self, size: int) -> bytes:
        return await asyncio.wait_for(self._reader.readexactly(size), TIMEOUT_S)


@asynccontextmanager
async def raw(
    tws: SimulatedTws, *, versions: str | None = None, client_id: int = 1
) -> AsyncIterator[RawClient]:
    """A connection to the server; started as a client of these versions if they are given."""
    reader, writer = await asyncio.open_connection(tws.host, tws.port)
    client = RawClient(reader, writer)
    try:
        if versions is not None:
            client.greet(versions)
            await client.read()
            client.send("71", "2", str(client_id), "")
            await client.read_until(15)
            for _ in range(4):  # the next id and the notices
                await client.read()
        yield client
    finally:
        writer.close()
        # the server may have cut the connection: that is what some tests want
        await asyncio.gather(writer.wait_closed(), return_exceptions=True)
