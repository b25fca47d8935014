"""The API is switched while the program runs: on, off, to another port, and what is in its way."""

import asyncio
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from app.api.host import ApiHost
from app.api.sync_requests import CANCELLED
from app.domain.desktop.api_state import ApiState, ApiStatus
from app.domain.model.runs import Request, RunStatus
from tests.api.serving import SYNC, Served, free_port, served
from tests.ui.conftest import until


@asynccontextmanager
async def hosted(folder: Path) -> AsyncIterator[tuple[Served, ApiHost, list[ApiState]]]:
    """A host over a running program, and the states that it published."""
    async with served(folder) as s:
        host = ApiHost(s.server._sources, s.token)
        states: list[ApiState] = []
        host.watch(states.append)
        try:
            yield s, host, states
        finally:
            await host.stop()


async def answers(s: Served, port: int) -> bool:
    s.port = port
    try:
        return (await s.get("/api/sync/status")).status_code == 200
    except httpx.ConnectError:
        return False


async def test_it_is_switched_on_moved_and_switched_off(tmp_path: Path) -> None:
    async with hosted(tmp_path) as (s, host, states):
        first, second = free_port(), free_port()
        await host.apply(is_enabled=False, port=first)
        assert not await answers(s, first)
        await host.apply(is_enabled=True, port=first)
        assert host.state.text == f"Listening at http://127.0.0.1:{first}"
        assert await answers(s, first)
        await host.apply(is_enabled=True, port=first)
        await host.apply(is_enabled=True, port=second)
        assert await answers(s, second)
        assert not await answers(s, first)
        await host.apply(is_enabled=False, port=second)
        assert not await answers(s, second)
        on_off = [state.status for state in states]
        assert on_off == [
            *(ApiStatus.STARTING, ApiStatus.LISTENING, ApiStatus.STARTING, ApiStatus.LISTENING),
            ApiStatus.OFF,
        ]


async def test_a_port_of_another_program_is_said_and_another_one_helps(tmp_path: Path) -> None:
    async with hosted(tmp_path) as (s, host, _):
        with socket.create_server(("127.0.0.1", 0)) as other:
            port = other.getsockname()[1]
            await host.apply(is_enabled=True, port=port)
            text = f"Port {port} is in use by another program. Choose another port."
            assert (host.state.status, host.state.text) == (ApiStatus.FAILED, text)
            assert host.state.address == ""
        await host.apply(is_enabled=True, port=port)
        assert await answers(s, port)


@pytest.mark.skipif(sys.platform != "linux", reason="it reads the kernel's table")
async def test_it_listens_at_the_loopback_only(tmp_path: Path) -> None:
    async with hosted(tmp_path) as (_, host, _states):
        port = free_port()
        await host.apply(is_enabled=True, port=port)
        listening = Path("/proc/net/tcp").read_text().splitlines()
        ours = [line.split()[1] for line in listening if f":{port:04X} " in line.split(" st")[0]]
        assert f"0100007F:{port:04X}" in ours
        assert f"00000000:{port:04X}" not in ours


async def test_it_ends_with_a_sync_an_open_stream_and_an_idle_client(tmp_path: Path) -> None:
    async with hosted(tmp_path) as (s, host, _):
        await host.apply(is_enabled=True, port=free_port())
        s.port = host.state.port
        begun: list[Request] = []
        s.service.watch_runs(begun.append, lambda _: None)
        s.tws.faults.silent = True
        asking = asyncio.create_task(s.post(SYNC))
        reader, idle = await asyncio.open_connection("127.0.0.1", s.port)
        stream, listener = await asyncio.open_connection("127.0.0.1", s.port)
        listener.write(s.head("GET /api/events"))
        assert await stream.readuntil(b": still here\n")
        await until(lambda: bool(begun))
        await host.stop()
        answer = await asking
        assert (answer.status_code, answer.json()) == (503, {"detail": CANCELLED})
        assert (await stream.read()).endswith(b"\r\n0\r\n\r\n")
        assert await reader.read() == b""
        assert (await s.store.runs())[0].status is RunStatus.CANCELLED
        assert host.state.status is ApiStatus.OFF
        await host.apply(is_enabled=True, port=s.port)
        assert host.state.status is ApiStatus.OFF
        idle.close()
        listener.close()


async def test_while_it_is_off_neither_starlette_nor_uvicorn_is_imported() -> None:
    code = (
        "import sys, app.api.host, app.desktop.window_api\n"
        "print([name for name in ('starlette', 'uvicorn', 'h11') if name in sys.modules])"
    )
    process = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", code], capture_output=True, text=True
    )
    assert (process.stdout, process.returncode) == ("[]\n", 0), process.stderr
