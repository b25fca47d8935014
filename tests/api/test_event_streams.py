"""Server-sent events: what `watch --json-lines` prints, for as long as somebody listens."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from app.api import event_streams
from app.api.event_streams import EventStreams
from app.contract.json_rows import run_row
from tests.api.serving import Served, served
from tests.ui.conftest import until

EVENTS = "/api/events"


def open_streams(s: Served) -> int:
    return len(s.server._streams._open)


class Lines:
    """The lines of a stream, without the HTTP around it."""

    def __init__(self, reader: asyncio.StreamReader) -> None:
        self._reader = reader

    async def next(self) -> str:
        return (await self._reader.readuntil(b"\n")).decode().rstrip("\n")

    async def until(self, start: str) -> str:
        """The first line from here on that starts so."""
        while not (line := await self.next()).startswith(start):
            pass
        return line

    async def rest(self) -> list[str]:
        """Those until the server ends it."""
        return [line for line in (await self._reader.read()).decode().split("\n") if line]


@asynccontextmanager
async def listening(s: Served) -> AsyncIterator[Lines]:
    """A stream that has begun. HTTP/1.0, so that the lines come as they are."""
    reader, writer = await asyncio.open_connection("127.0.0.1", s.port)
    lines = Lines(reader)
    try:
        writer.write(s.head(f"GET {EVENTS}").replace(b"HTTP/1.1", b"HTTP/1.0"))
        assert (await lines.next()).split()[1] == "200"
        await lines.until("content-type: text/event-stream")
        await lines.until(": still here")
        yield lines
    finally:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()


async def test_a_sync_is_told_as_watch_tells_it(tmp_path: Path) -> None:
    async with served(tmp_path) as s, listening(s) as lines:
        await s.sync()
        assert await lines.until("event: sync_") == "event: sync_started"
        assert json.loads((await lines.next()).removeprefix("data: "))["trigger"] == "cli"
        await lines.until("event: sync_finished")
        event = json.loads((await lines.next()).removeprefix("data: "))
        run = run_row((await s.store.runs())[0])
        assert event == {"event": "sync_finished", "at": event["at"], **run}


async def test_everybody_gets_every_event(tmp_path: Path) -> None:
    async with served(tmp_path) as s, contextlib.AsyncExitStack() as stack:
        streams = [await stack.enter_async_context(listening(s)) for _ in range(5)]
        await s.sync()
        for lines in streams:
            await lines.until("event: sync_started")
            await lines.until("event: connected")
            await lines.until("event: sync_finished")


async def test_while_nothing_happens_both_sides_see_that_the_other_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with served(tmp_path) as s:
        monkeypatch.setattr(s.server._streams, "_heartbeat_s", 0.01)
        async with listening(s) as lines:
            assert await lines.until(":") == ": still here"
            assert await lines.until(":") == ": still here"


async def test_one_who_leaves_is_forgotten(tmp_path: Path) -> None:
    async with served(tmp_path) as s:
        async with listening(s):
            assert open_streams(s) == 1
        await until(lambda: open_streams(s) == 0)
        await s.sync()


async def test_one_too_many_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_streams, "MOST_LISTENERS", 2)
    async with served(tmp_path) as s:
        async with listening(s), listening(s):
            answer = await s.get(EVENTS)
            assert (answer.status_code, list(answer.json())) == (503, ["detail"])
        await until(lambda: open_streams(s) == 0)
        async with listening(s):
            assert open_streams(s) == 1


async def test_one_who_reads_too_slowly_must_begin_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_streams, "MOST_WAITING", 3)
    async with served(tmp_path) as s:
        async with listening(s) as lines:
            for _ in range(4):
                s.feed.on_ended(None)
            assert len([line for line in await lines.rest() if line.startswith("event:")]) == 4
        await until(lambda: open_streams(s) == 0)


async def test_the_end_of_the_server_ends_the_streams(tmp_path: Path) -> None:
    async with served(tmp_path) as s:
        async with listening(s) as lines, listening(s) as others:
            stopping = asyncio.create_task(s.server.stop())
            assert await lines.rest() == []
            assert await others.rest() == []
            await stopping
        with pytest.raises(httpx.ConnectError):
            await s.get(EVENTS)


async def test_a_renewed_token_ends_the_streams_of_the_old_one(tmp_path: Path) -> None:
    async with served(tmp_path) as s, listening(s) as lines:
        s.token.renew()
        s.server.end_streams()
        assert await lines.rest() == []


def test_nothing_is_kept_for_nobody() -> None:
    streams = EventStreams()
    streams.publish({"event": "connected"})
    streams.close()
    assert streams.answer().status_code == 503
