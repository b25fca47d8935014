"""Raw sockets: what is no HTTP, what comes slowly or not at all, and too much of it."""

import asyncio
import json
import re
from pathlib import Path

import httpx
import pytest

from app.api import connections
from tests.api.serving import SYNC, served

STATUS = "/api/sync/status"


@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 100 + b"\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET / HTTP/x\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1, 2\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost : a\r\n\r\n",
        b"\x00" * 100 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\nX: " + b"x" * 20_000 + b"\r\n\r\n",
        b"GET /" + b"x" * 100_000,
    ],
)
async def test_what_is_no_request_is_refused_with_a_sentence(tmp_path: Path, sent: bytes) -> None:
    async with served(tmp_path) as s:
        answer = await s.raw(sent)
        if answer:  # a client that sends on after the refusal may be reset
            head, _, body = answer.partition(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 400 ")
            assert json.loads(body) == {"detail": connections.BAD_REQUEST}
        assert (await s.get(STATUS)).status_code == 200


async def test_requests_in_a_row_are_answered_in_order_until_one_is_none(tmp_path: Path) -> None:
    async with served(tmp_path) as s:
        asked = [s.head(f"GET {path}", close=False) for path in (STATUS, "/x", "/api/runs")]
        answer = await s.raw(b"".join(asked) + b"\x00garbage\r\n\r\n" + asked[0])
        codes = re.findall(rb"HTTP/1\.1 (\d+) ", answer)
        assert codes == [b"200", b"404", b"200", b"400"]


async def test_a_broken_body_ends_the_connection_and_nothing_else(tmp_path: Path) -> None:
    async with served(tmp_path) as s:
        start = s.head(f"POST {SYNC}", "Transfer-Encoding: chunked", close=False)
        for body in (b"zz\r\n", b"5\r\nhel", b"ffffffffffffffffffffffff\r\n", b"-1\r\n"):
            reader, writer = await asyncio.open_connection("127.0.0.1", s.port)
            writer.write(start)
            await asyncio.sleep(0)
            writer.write(body)
            writer.write_eof()
            await asyncio.gather(reader.read(), return_exceptions=True)
            writer.close()
        assert await s.store.runs() == ()
        assert (await s.get(STATUS)).status_code == 200


async def test_an_upgrade_is_not_made(tmp_path: Path) -> None:
    async with served(tmp_path) as s:
        upgrade = ("Upgrade: websocket", "Sec-WebSocket-Key: x", "Connection: Upgrade, close")
        answer = await s.raw(s.head(f"GET {STATUS}", *upgrade, close=False))
        assert answer.startswith(b"HTTP/1.1 200 ")


async def test_headers_that_do_not_end_end_the_connection(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "REQUEST_S", 0.05)
    async with served(tmp_path) as s:
        for sent in (b"", b"GET / HTTP/1.1\r\nHost: x\r\n", s.head(close=False) + b"GET "):
            assert not (await s.raw(sent)).startswith(b"HTTP/1.1 4")


async def test_one_who_sends_a_byte_now_and_then_gains_no_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "REQUEST_S", 0.05)
    async with served(tmp_path) as s:
        reader, writer = await asyncio.open_connection("127.0.0.1", s.port)
        writer.write(b"GET / HTTP/1.1\r\nX: ")
        end = asyncio.create_task(reader.read())
        while not end.done():
            writer.write(b"x")
            await asyncio.wait({end}, timeout=0.01)
        assert end.exception() is not None or end.result() == b""
        writer.close()


async def test_an_answer_that_nobody_reads_ends_the_connection(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "WRITE_S", 0.05)
    async with served(tmp_path) as s:
        await s.sync()
        reader, writer = await asyncio.open_connection("127.0.0.1", s.port, limit=1)
        for _ in range(400):  # more answers than the system keeps for a client
            writer.write(s.head("GET /api/positions", close=False))
        await asyncio.gather(*[writer.drain()], return_exceptions=True)
        state = s.server._server.server_state  # type: ignore[union-attr]
        while state.connections or state.tasks:  # noqa: ASYNC110
            await asyncio.sleep(0)
        writer.transport.abort()
        assert reader is not None
        assert (await s.get(STATUS)).status_code == 200


async def test_one_connection_too_many_is_refused_with_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "MOST_CONNECTIONS", 3)
    async with served(tmp_path) as s:
        idle = [await asyncio.open_connection("127.0.0.1", s.port) for _ in range(3)]
        async with httpx.AsyncClient(trust_env=False) as client:
            answer = await client.get(f"{s.base}{STATUS}", headers=s.headers)
            assert (answer.status_code, answer.json()) == (503, {"detail": connections.TOO_MANY})
        for _, writer in idle:
            writer.close()
        state = s.server._server.server_state  # type: ignore[union-attr]
        while state.connections:  # noqa: ASYNC110
            await asyncio.sleep(0)
        assert (await s.get(STATUS)).status_code == 200
