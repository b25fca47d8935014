"""A proxy between the app and a TWS: it records what the app sends, and can change TWS's
answers. It knows only the framing, and shares no code with the app."""

import asyncio
import contextlib
import struct
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager

LENGTH = 4  # bytes
GREETING = "greeting"

# Gets the kind of one answer (its number, or GREETING) and its body; gives what is sent instead:
# bytes as they are, and None to close the connection.
Change = Callable[[str, bytes], Iterable[bytes | None]]


def framed(body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + body


def unchanged(_kind: str, body: bytes) -> tuple[bytes, ...]:
    return (framed(body),)


class Between:
    """Attributes:
    sent: the fields of every message that the app has sent after its greeting.
    answered: the kind and body of everything that TWS has answered.
    change: what becomes of the answers; a test may set it at any time.
    """

    def __init__(self, tws_port: int) -> None:
        self.sent: list[list[str]] = []
        self.answered: list[tuple[str, bytes]] = []
        self.change: Change = unchanged
        self._tws_port = tws_port
        self._serving: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port: int = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Waits until the app has closed all its connections: one that it forgot shows as a test
        that does not end."""
        self._server.close()
        await self.alone()
        await self._server.wait_closed()

    async def alone(self) -> None:
        while self._serving:
            await asyncio.wait(self._serving)

    async def _serve(self, client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._serving.add(task)
        task.add_done_callback(self._serving.discard)
        try:
            tws, to_tws = await asyncio.open_connection("127.0.0.1", self._tws_port)
        except OSError:
            await ended(to_client)
            return
        await asyncio.gather(
            self._requests(client, to_tws), self._answers(tws, to_client), return_exceptions=False
        )

    async def _requests(self, client: asyncio.StreamReader, to_tws: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, EOFError):
            to_tws.write(await client.readexactly(LENGTH))  # "API"
            to_tws.write(framed(await message(client)))  # the versions
            while not to_tws.is_closing():
                body = await message(client)
                self.sent.append(body.decode().removesuffix("\0").split("\0"))
                to_tws.write(framed(body))
        await ended(to_tws)

    async def _answers(self, tws: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, EOFError):
            kind = GREETING
            while True:
                body = await message(tws)
                kind = kind or body.split(b"\0")[0].decode()
                self.answered.append((kind, body))
                for data in self.change(kind, body):
                    if data is None or to_client.is_closing():
                        raise EOFError
                    to_client.write(data)
                kind = ""
        await ended(to_client)


async def message(reader: asyncio.StreamReader) -> bytes:
    (length,) = struct.unpack(">I", await reader.readexactly(LENGTH))
    return await reader.readexactly(length)


async def ended(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()


@asynccontextmanager
async def between(tws_port: int) -> AsyncIterator[Between]:
    made = Between(tws_port)
    await made.start()
    try:
        yield made
    finally:
        await made.stop()
