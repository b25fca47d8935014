"""The HTTP API of `serve` and of the window, as processes, asked by curl and by Python."""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.api.serving import SYNC, free_port
from tests.end_to_end.driver import REPOSITORY, user_folders
from tests.end_to_end.test_watch import END_S

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="a process cannot be ended so there"
)

# What Qt's platform without a screen says of its own accord.
OFFSCREEN = "This plugin does not support propagateSizeHints()\n"


class ApiProcess:
    """Position Sync's demo with the API on."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self.folder, self.port = folder, free_port()
        self.process = subprocess.Popen(
            [
                sys.executable,
                "-W",
                "error",
                "-m",
                "app",
                *arguments,
                "--demo",
                "--db",
                str(folder / "demo.sqlite"),
            ],
            cwd=REPOSITORY,
            env={
                **os.environ,
                **user_folders(folder),
                "POSITION_SYNC_API_ENABLED": "true",
                "POSITION_SYNC_API_PORT": str(self.port),
                "QT_QPA_PLATFORM": "offscreen",
                "QT_LOGGING_RULES": "qt.qpa.*=false",
            },
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    @property
    def token(self) -> str:
        return (self.folder / "data" / "position-sync" / "api-token").read_text()

    def client(self) -> httpx.Client:
        return httpx.Client(
            base_url=f"http://127.0.0.1:{self.port}",
            headers={"Authorization": f"Bearer {self.token}"},
            timeout=120,
            trust_env=False,
            verify=False,
        )

    def until_listening(self) -> None:
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
                return
            except ConnectionError:
                self.must_live_on()

    def synced(self) -> None:
        """Waits for the sync at the start."""
        with self.client() as client:
            while client.get("/api/sync/status").json()["stats"]["total_syncs"] == 0:
                self.must_live_on()

    def must_live_on(self) -> None:
        """For a moment."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(0.05)
            raise AssertionError(self.process.communicate())

    def ended(self) -> tuple[int, str, str]:
        """Exit code, stdout and stderr after a signal."""
        self.process.send_signal(signal.SIGTERM)
        out, err = self.process.communicate(timeout=END_S)
        return self.process.returncode, out, err


@contextmanager
def running(folder: Path, *arguments: str) -> Iterator[ApiProcess]:
    made = ApiProcess(folder, *arguments)
    try:
        made.until_listening()
        made.synced()
        yield made
    finally:
        made.process.kill()
        made.process.communicate()


KINDS = [pytest.param(("serve",), id="serve"), pytest.param((), id="window")]


@pytest.mark.parametrize("arguments", KINDS)
def test_a_hundred_clients_are_answered_while_syncs_run(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    paths = ("/api/positions", "/api/closes", "/api/runs", "/api/portfolio", "/api/sync/status")

    def ask(number: int) -> int:
        if number % 5 == 0:
            return client.post(SYNC).status_code
        return client.get(paths[number % len(paths)]).status_code

    with running(tmp_path, *arguments) as p:
        with ThreadPoolExecutor(100) as clients, p.client() as client:
            assert set(clients.map(ask, range(200))) == {200}
        with p.client() as client, client.stream("GET", "/api/events") as events:
            client.post(SYNC)
            lines = events.iter_lines()
            assert next(line for line in lines if line.startswith("event: sync_finished"))
            runs = client.get("/api/runs").json()
            assert {"api"} <= {run["trigger"] for run in runs}
            token = p.token
            code, out, err = p.ended()
        assert (code, err.replace(OFFSCREEN, "")) == (0, "")
        assert token not in out
        for file in tmp_path.rglob("*"):
            if file.is_file() and file.name != "api-token":
                assert token.encode() not in file.read_bytes(), file


@pytest.mark.skipif(shutil.which("curl") is None, reason="the machine has no curl")
def test_curl_syncs_and_reads_as_the_readme_says(tmp_path: Path) -> None:
    with running(tmp_path, "serve") as p:
        base = ["curl", "--silent", "--show-error", "--noproxy", "*"]
        base += ["--header", f"Authorization: Bearer {p.token}"]
        address = f"http://localhost:{p.port}"
        query = "?account_id=1&calculate_realized_pnl=true"
        done = subprocess.run(
            [*base, "-X", "POST", f"{address}{SYNC}{query}"], capture_output=True, check=True
        )
        assert json.loads(done.stdout)["success"] is True
        read = subprocess.run([*base, f"{address}/api/positions"], capture_output=True, check=True)
        assert json.loads(read.stdout)
        evil = [*base, "--write-out", "%{http_code}", "--output", os.devnull]
        for more, code in (
            (["--header", "Host: evil.example"], b"421"),
            (["--header", "Origin: http://evil.example", "-X", "POST", "--data", "a=b"], b"403"),
            (["--header", "Authorization: Bearer x"], b"401"),
            (["-X", "DELETE"], b"405"),
        ):
            asked = subprocess.run([*evil, *more, f"{address}{SYNC}"], capture_output=True)
            assert asked.stdout == code


def test_a_port_in_use_ends_serve_with_a_sentence(tmp_path: Path) -> None:
    with running(tmp_path, "serve") as p:
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "app",
                "serve",
                "--demo",
                "--api-port",
                str(p.port),
                "--db",
                str(tmp_path / "other.sqlite"),
            ],
            cwd=REPOSITORY,
            env={**os.environ, **user_folders(tmp_path)},
            capture_output=True,
            text=True,
        )
        text = f"Port {p.port} is in use by another program. Choose another port.\n"
        assert (done.returncode, done.stderr) == (1, text)
