"""Speaks the first messages with TWS: greeting, start, positions. Every wait has a time-out."""

import asyncio
import re
import struct
from contextlib import suppress

from app.broker import errors

GREETING = b"API\0" + struct.pack(">I", 9) + b"v157..176"
LARGEST = 1 << 20  # bytes of a message; no real one comes near it
CLOSE_S = 1.0
VERSION = re.compile(r"\d{2,4}")
START, REQUEST_POSITIONS, CANCEL_POSITIONS = ("71", "2"), ("61", "1"), ("64", "1")
ERROR, ACCOUNTS, POSITION, POSITION_END = "4", "15", "61", "62"
# TWS closes the connection, or the answer is not TWS's protocol.
BROKEN = (OSError, EOFError, ValueError, IndexError)


class ResponseTimeout(Exception):
    """No answer came within the time-out."""


class HandshakeClient:
    """One connection for one test.

    All methods raise one of BROKEN if TWS closes the connection or breaks the protocol, and
    ResponseTimeout after the time-out.
    """

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, timeout_s: float
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._timeout_s = timeout_s

    @classmethod
    async def open(cls, host: str, port: int, timeout_s: float) -> "HandshakeClient":
        """Raises: TimeoutError, ConnectionRefusedError, OSError: no connection was accepted."""
        async with asyncio.timeout(timeout_s):
            reader, writer = await asyncio.open_connection(host, port)
        return cls(reader, writer, timeout_s)

    async def close(self) -> None:
        self._writer.close()
        with suppress(OSError, TimeoutError):
            async with asyncio.timeout(CLOSE_S):
                await self._writer.wait_closed()
                return
        self._writer.transport.abort()

    async def greet(self) -> str:
        """The API version that TWS speaks."""
        self._writer.write(GREETING)
        version, *_ = await self._next(self._deadline())
        if not VERSION.fullmatch(version):
            raise ValueError(version)
        return version

    async def start(self, client_id: int) -> tuple[str, ...]:
        """The accounts that the login manages.

        Raises:
            ClientIdInUseError: another program has this client id.
            BrokerError: TWS answered with an error.
        """
        self._send(*START, str(client_id), "")
        deadline = self._deadline()
        while True:
            message = await self._next(deadline)
            if message[0] == ACCOUNTS:
                named = (account.strip() for account in message[2].split(","))
                return tuple(dict.fromkeys(account for account in named if account))
            self._raise_error(message, "the list of accounts")

    async def count_positions(self) -> int:
        """The number of open positions, read to their end.

        Raises:
            BrokerError: TWS answered with an error.
        """
        self._send(*REQUEST_POSITIONS)
        held: dict[tuple[str, str], bool] = {}
        deadline = self._deadline()
        while True:
            message = await self._next(deadline)
            if message[0] == POSITION_END:
                break
            if message[0] == POSITION:
                # version, account, con_id, then the contract; at the end quantity and cost
                held[message[2], message[3]] = float(message[-2]) != 0
            self._raise_error(message, "positions")
        self._send(*CANCEL_POSITIONS)
        return sum(held.values())

    def _raise_error(self, message: list[str], what: str) -> None:
        if message[0] != ERROR:
            return
        request, code, text = message[2], int(message[3]), message[4]
        if code == errors.CLIENT_ID_IN_USE:
            raise errors.ClientIdInUseError
        if code in errors.LINK_LOST:
            raise errors.link_lost()
        if request == str(errors.NO_REQUEST) and errors.is_refusal(code):
            raise errors.api_error(code, text, what)

    def _deadline(self) -> float:
        return asyncio.get_running_loop().time() + self._timeout_s

    def _send(self, *fields: str) -> None:
        body = "".join(f"{field}\0" for field in fields).encode()
        self._writer.write(struct.pack(">I", len(body)) + body)

    async def _next(self, deadline: float) -> list[str]:
        try:
            async with asyncio.timeout_at(deadline):
                (size,) = struct.unpack(">I", await self._reader.readexactly(4))
                if not 0 < size <= LARGEST:
                    raise ValueError(size)
                body = await self._reader.readexactly(size)
        except TimeoutError:
            raise ResponseTimeout from None
        return body.decode(errors="replace").removesuffix("\0").split("\0")
