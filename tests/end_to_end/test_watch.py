"""`position-sync watch` stays connected, syncs automatically, prints each event, ends cleanly."""

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from app.bootstrap import Application, endpoint_of
from app.broker.simulator.server.server import SimulatedTws
from app.broker.tws_broker import Endpoint, TwsBroker
from app.cli.unattended.watch import EventPrinter, watch_rules, watching
from app.cli.unattended.watch_events import as_line, as_text
from app.domain.connection.maintenance_windows import reset_window
from app.domain.model.clock import utc_now
from app.domain.model.runs import Trigger
from app.flex.reader import read_statement
from app.platform import supervision
from app.platform.listener_lock import callbacks_registered
from app.settings.model import Settings
from app.store.backup.service import SqliteBackups
from app.store.store import SqliteStore
from app.sync import backup_timer
from app.sync.auto_sync import AutoSync
from app.sync.service import SyncService
from tests.broker.broker_client import CLIENT_ID, FAST
from tests.broker.simulated import demo_market
from tests.end_to_end.driver import REPOSITORY, user_folders
from tests.end_to_end.test_burst import same_as_tws

END_S = 20
# The program, which prints on stderr which of these it has loaded.
PROGRAM = """
import sys
from app.__main__ import main
code = main(sys.argv[1:])
print([name for name in ("PySide6", "qasync") if name in sys.modules], file=sys.stderr)
sys.exit(code)
"""


@dataclass
class Watch:
    """`watch` in this process, with a simulated TWS, and the events that it printed."""

    tws: SimulatedTws
    store: SqliteStore
    events: list[dict[str, Any]] = field(default_factory=list)
    _arrived: asyncio.Event = field(default_factory=asyncio.Event)

    def write(self, event: dict[str, Any]) -> str:
        self.events.append(json.loads(as_line(event)))
        self._arrived.set()
        return as_text(event)

    @property
    def names(self) -> list[str]:
        return [event["event"] for event in self.events]

    async def until(self, name: str, times: int = 1) -> dict[str, Any]:
        while self.names.count(name) < times:
            self._arrived.clear()
            await self._arrived.wait()
        return [event for event in self.events if event["event"] == name][-1]


@asynccontextmanager
async def watch(folder: Path) -> AsyncIterator[Watch]:
    tws = SimulatedTws(demo_market(), master_id=CLIENT_ID)
    await tws.start()
    store = SqliteStore(folder / "positions.sqlite")
    broker = TwsBroker(
        Endpoint(tws.host, tws.port, CLIENT_ID, 5.0), timing=FAST, rng=random.Random(1)
    )
    seen = Watch(tws, store)
    service = SyncService(broker, store, read_statement)
    backups = SqliteBackups(store, between_runs=service.between_runs)
    parts = Application(service, store, broker, None, backups)
    settings = Settings(db=folder / "positions.sqlite")
    try:
        async with watching(
            parts, settings, EventPrinter(seen.write, asyncio.Event()), quiet_s=0.05
        ):
            yield seen
    finally:
        await backups.close()
        await broker.close()
        await store.close()
        await tws.stop()


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in user_folders(tmp_path).items():
        monkeypatch.setenv(name, value)


async def test_it_syncs_at_the_start_once_and_after_a_trade(tmp_path: Path) -> None:
    async with watch(tmp_path) as w:
        done = await w.until("sync_finished")
        assert (done["trigger"], done["positions_created"]) == ("startup", 18)
        w.tws.tick(trades=1)
        done = await w.until("sync_finished", 2)
        assert done["trigger"] == "callback"
        assert await same_as_tws(w.store, w.tws)
    assert w.names[:3] == ["connected", "sync_started", "sync_finished"]
    assert w.names.count("sync_finished") == 2


async def test_it_makes_the_weekly_backup_and_says_why_it_cannot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup_timer, "FIRST_S", 0.01)
    monkeypatch.setattr(backup_timer, "EVERY_S", 0.01)
    (tmp_path / "backups").write_text("a file", encoding="utf-8")
    async with watch(tmp_path) as w:
        failed = await w.until("backup_failed")
        assert "cannot be written" in failed["error"]
        (tmp_path / "backups").unlink()
        made = await w.until("backup_made")
        assert Path(made["file"]).parent == tmp_path / "backups"
        assert as_text(made).endswith(f"Backup made: {made['file']}")
    assert w.names.count("backup_made") == w.names.count("backup_failed") == 1


async def test_automatic_syncs_restart_after_a_bug_and_print_that(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, expected_warnings: list[str]
) -> None:
    expected_warnings.append("stopped by a bug")
    monkeypatch.setattr(supervision, "FIRST_WAIT_S", 0)
    due_now, bugs = AutoSync._due_now, iter([IndexError("list index out of range")])

    def broken(auto_sync: AutoSync) -> Trigger | None:
        for bug in bugs:
            raise bug
        return due_now(auto_sync)

    monkeypatch.setattr(AutoSync, "_due_now", broken)
    async with watch(tmp_path) as w:
        await w.until("sync_finished")
        fault = await w.until("fault")
    assert fault["error"].startswith("Automatic syncs stopped because of an error")
    assert w.names.index("fault") < w.names.index("fault_over") < w.names.index("sync_finished")


async def test_after_a_drop_it_connects_again_and_reads_what_it_missed(tmp_path: Path) -> None:
    async with watch(tmp_path) as w:
        await w.until("sync_finished")
        await w.tws.go_down()
        w.tws.drop_clients()
        event = await w.until("reconnecting")
        assert event["reason"]
        assert event["next_try_at"].endswith("Z")
        for _ in range(5):
            w.tws.market.random_trade()
        await w.tws.come_back()
        await w.until("connected", 2)
        await w.until("sync_finished", 2)
        assert await same_as_tws(w.store, w.tws)
    assert w.names.count("sync_finished") == 2


async def test_a_failed_sync_is_printed_as_a_sentence_and_retried(tmp_path: Path) -> None:
    async with watch(tmp_path) as w:
        await w.until("sync_finished")
        w.tws.faults.drop_after_rows = 3
        w.tws.tick(trades=1)
        failed = await w.until("sync_failed")
        assert failed["error"].endswith(".")
        w.tws.faults.drop_after_rows = None
        await w.until("sync_finished", 2)
        assert await same_as_tws(w.store, w.tws)


async def test_status_says_that_callbacks_are_registered_while_it_runs(tmp_path: Path) -> None:
    database = tmp_path / "positions.sqlite"
    assert not callbacks_registered(database)
    async with watch(tmp_path) as w:
        await w.until("sync_finished")
        assert callbacks_registered(database)
        await w.tws.go_down()
        w.tws.drop_clients()
        await w.until("disconnected")
        assert not callbacks_registered(database)
    assert not callbacks_registered(database)


def test_without_any_rule_it_syncs_at_the_start_and_on_trades() -> None:
    rules = watch_rules(Settings())
    assert (rules.on_start, rules.on_trade, rules.schedule) == (True, True, None)
    assert watch_rules(Settings(sync_every=5)) == Settings(sync_every=5).rules


class Command:
    """`watch` as a process; each line that it prints is an event."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-W", "error", "-c", PROGRAM, "watch", *arguments],
            cwd=REPOSITORY,
            env={**os.environ, **user_folders(folder)},
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def until(self, words: str) -> str:
        """The first line, from here on, with these words."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if words in line:
                return line
        raise AssertionError(self.process.communicate()[1])

    def ended_by(self, number: signal.Signals) -> tuple[int, str]:
        """Its exit code, and its stderr."""
        self.process.send_signal(number)
        _, err = self.process.communicate(timeout=END_S)
        return self.process.returncode, err


@contextmanager
def command(folder: Path, *arguments: str) -> Iterator[Command]:
    made = Command(folder, "--db", str(folder / "positions.sqlite"), *arguments)
    try:
        yield made
    finally:
        made.process.kill()
        made.process.communicate()


@pytest.mark.skipif(sys.platform == "win32", reason="a process cannot send these there")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_with_zero_and_it_never_loads_qt(
    number: signal.Signals, tmp_path: Path
) -> None:
    with command(tmp_path, "--demo", "--json-lines") as c:
        done = json.loads(c.until("sync_finished"))
        assert done["positions_created"] > 0
        assert c.ended_by(number) == (0, "[]\n")


@pytest.mark.skipif(sys.platform == "win32", reason="a process cannot send these there")
def test_without_tws_it_waits_and_prints_that(tmp_path: Path) -> None:
    with command(tmp_path, "--port", "1") as c:
        line = c.until("Not connected.")
        reset = reset_window(utc_now(), endpoint_of(Settings()).region)
        reason = reset.name if reset else "Cannot reach TWS at 127.0.0.1:1."
        assert reason in line
        assert "Trying again at " in line
        assert c.ended_by(signal.SIGTERM) == (0, "[]\n")
