"""Ports at which something else than the simulated TWS speaks."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

from app.broker.simulator.server.protocol import frame

Talker = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def serving(talk: Talker) -> AsyncIterator[int]:
    """A port at which something else than TWS speaks."""
    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await server.wait_closed()


async def web(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A web server's answer to what it does not understand."""
    writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    writer.close()


def greeting(*then: tuple[str, ...], version: str = "176") -> Talker:
    """A TWS that answers the greeting and the start with this, and then falls silent."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"v157..176")
        writer.write(frame((version, "20261123 12:00:00 UTC")))
        with suppress(asyncio.IncompleteReadError):
            await reader.readuntil(b"71\0")
        for message in then:
            writer.write(frame(message))
        await reader.read()
        writer.close()

    return talk
