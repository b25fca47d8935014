"""The least that reading from TWS demands, by hand: frames split, and typed Decimal rows made."""

import asyncio
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from app.broker.simulator.server.protocol import fields, frame
from tests.benchmarks.trading import ACCOUNT


class FloorRow(NamedTuple):
    """A position with its market figures."""

    account: str
    con_id: int
    symbol: str
    quantity: Decimal
    average_cost: Decimal
    market_price: Decimal
    market_value: Decimal
    unrealized_pnl: Decimal


class FloorTws(asyncio.Protocol):
    """One connection; keeps the parts of whatever comes between two waits."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._end = b""
        self._ended = asyncio.Event()
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if self._buffer.endswith(self._end):
            self._ended.set()

    async def ask(self, request: bytes, end: bytes) -> Iterator[list[str]]:
        """The fields of each message of the answer, split as they are asked for.

        Args:
            end: the bytes that it ends with.
        """
        self._end = end
        self._ended.clear()
        self._transport.write(request)
        await self._ended.wait()
        received, self._buffer = bytes(self._buffer), bytearray()
        return messages(received)

    def close(self) -> None:
        self._transport.close()


def messages(received: bytes) -> Iterator[list[str]]:
    """All but the last one, which only ends the answer."""
    start = 0
    while start < len(received):
        stop = start + 4 + int.from_bytes(received[start : start + 4], "big")
        if stop < len(received):
            yield received[start + 4 : stop].decode().split("\0")
        start = stop


async def connected(port: int, variant: int) -> FloorTws:
    loop = asyncio.get_running_loop()
    _, tws = await loop.create_connection(FloorTws, "127.0.0.1", port)
    await tws.ask(b"API\0" + frame(("v157..176",)), b"GMT\0")
    await tws.ask(frame(fields(71, 2, variant, "")), frame(fields(9, 1, 1)))
    return tws


async def read(tws: FloorTws) -> list[FloorRow]:
    """All positions, with their figures."""
    held = await tws.ask(frame(fields(61, 1)), frame(fields(62, 1)))
    told = await tws.ask(frame(fields(6, 2, 1, "")), frame(fields(54, 1, ACCOUNT)))
    figures = {
        (one[19], one[2]): (Decimal(one[14]), Decimal(one[15]), Decimal(one[17])) for one in told
    }
    return [
        FloorRow(
            *(one[2], int(one[3]), one[4], Decimal(one[14]), Decimal(one[15])),
            *figures[one[2], one[3]],
        )
        for one in held
    ]
